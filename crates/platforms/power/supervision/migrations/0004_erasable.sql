-- What an officer wrote may be erased by law: then the grounds of an access are nothing.
alter table warning_access add column words text;
update warning_access set words = grounds; -- all-nodes: a column is copied
alter table warning_access drop column grounds;
alter table warning_access rename column words to grounds;
