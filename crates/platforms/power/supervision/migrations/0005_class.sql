-- How secret a warning is 密级, whether only named officers may know of it 知悉范围, and who they are; who read one of either.
alter table warning add column class bigint not null default 1;
alter table warning add column compartment bigint not null default 0;
create table warning_named (
  node bigint not null, matter bytea not null, officer bytea not null,
  primary key (node, matter, officer)
);
create index warning_named_by_officer on warning_named (node, officer, matter);
create table warning_reading (
  node bigint not null, matter bytea not null, warning bytea not null, officer bytea not null, organ bytea not null,
  readings bigint not null, first_at bigint not null, last_at bigint not null,
  primary key (node, matter)
);
create index warning_reading_by_warning on warning_reading (node, warning, last_at);
