-- Releases that a process was merged from, how far a file was read, what a table's fault says, and small imports judged at once.
alter table process add column releases bytea;
alter table import_file add column batches bigint not null default 0;
alter table held_row add column said text;
create table judged_import (
  node bigint not null, matter bytea not null, run bigint not null, digest bytea not null, at bigint not null,
  processes bigint not null, raised bigint not null, queued bigint not null, held_back bigint not null,
  judged bytea not null, millis bigint not null, officer text not null,
  primary key (node, matter, run, digest)
);
