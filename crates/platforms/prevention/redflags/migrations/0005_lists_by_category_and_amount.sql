-- Lists by category, and in the order of amounts, over a million processes: along indexes that hold all that is asked.
create index process_in_category on process (node, matter, category, day, ocid, method, amount, buyer);
create index process_in_amounts on process (node, matter, amount, ocid, method, category, day, buyer);
drop index process_by_amount;
