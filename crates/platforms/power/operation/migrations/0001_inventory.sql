-- The inventory of powers: each item with what waits of it, and its published versions.
create table power_item (
  node bigint not null, matter bytea not null, code text not null, name text not null, name_en text not null,
  category text not null, organ bytea not null, waiting text not null, change text not null, proposer bytea not null,
  asked_at bigint not null, version bigint not null,
  primary key (node, matter)
);
create index power_item_by_code on power_item (node, code);
create index power_item_by_waiting on power_item (node, waiting, asked_at);

create table power_version (
  node bigint not null, matter bytea not null, version bigint not null, code text not null, name text not null,
  name_en text not null, category text not null, organ bytea not null, process text, online bigint not null,
  valid_from bigint not null, valid_until bigint, content text not null,
  primary key (node, matter, version)
);
create index power_version_by_process on power_version (node, process, valid_from);
create index power_version_by_code on power_version (node, code, version);
