-- How secret a source is 密级, whether only named officers may know of it 知悉范围, and who they are.
alter table source add column class bigint not null default 1;
alter table source add column compartment bigint not null default 0;
create table source_named (
  node bigint not null, matter bytea not null, officer bytea not null,
  primary key (node, matter, officer)
);
-- What officers wrote stands in the acts alone, where it can be erased by law.
alter table amendment drop column reason;
alter table amendment drop column grounds;
