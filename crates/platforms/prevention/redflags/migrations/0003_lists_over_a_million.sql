-- Lists over a million processes: order, usual filters and their counts are read along indexes that hold all that is asked.
create index process_in_days on process (node, matter, day, ocid, method, category, amount, buyer);
create index process_in_method on process (node, matter, method, day, ocid, amount, buyer, category);
drop index process_by_day;
