-- The ledger's own tables. `bytea` reads `blob` in SQLite; `without rowid`, which keeps a row in the tree of its key, is for SQLite
-- alone: a commit touches one page less for each such table. Rows of many bytes, or with other indexes, are better off without.
create table head (
  node bigint not null, matter bytea not null, version bigint not null,
  primary key (node, matter)
) without rowid;
create table claim (
  node bigint not null, space text not null, key text not null, matter bytea not null, act bytea not null,
  primary key (node, space, key)
) without rowid;
create table log (
  node bigint not null, size bigint not null, frontier bytea not null,
  primary key (node)
) without rowid;
create table stream (
  node bigint not null, stream_no bigint not null, next bigint not null,
  primary key (node, stream_no)
) without rowid;
create table act (
  node bigint not null, idx bigint not null, id bytea not null, matter bytea not null, version bigint not null,
  kind text not null, at bigint not null, header bytea not null, body bytea not null, routes bytea not null,
  primary key (node, idx)
);
create index act_by_matter on act (node, matter, version);
create index act_by_id on act (node, id);
create index act_by_kind on act (node, kind, idx);
-- Seeds stand apart: erasing one must not touch the act's row.
create table seed (
  node bigint not null, idx bigint not null, seed_h bytea not null, seed_b bytea,
  primary key (node, idx)
) without rowid;
create table leaf (
  node bigint not null, idx bigint not null, data bytea not null,
  primary key (node, idx)
) without rowid;
create table checkpoint (
  node bigint not null, size bigint not null, at bigint not null, root bytea not null, note text not null,
  primary key (node, size)
);
-- What waits, keyed to matters; re-projected by the acts that change a clock. State, hence rebuilt.
create table timer (
  node bigint not null, matter bytea not null, name text not null, due bigint not null, kind text not null,
  primary key (node, matter, name)
);
create index timer_by_due on timer (node, due);
