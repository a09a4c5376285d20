-- Sources of imported processes, their batches, processes, and what was held back. Rows belong to the source's matter.
create table source (
  node bigint not null, matter bytea not null, code text not null, name text not null, mapping text,
  last_import bigint,
  primary key (node, matter)
);
create table import_file (
  node bigint not null, matter bytea not null, digest bytea not null, name text not null, bytes bigint not null,
  rows_read bigint not null, loaded bigint not null, held bigint not null, set_aside bigint not null,
  finished bigint not null, at bigint not null, officer text not null,
  primary key (node, matter, digest)
);
create table process (
  node bigint not null, matter bytea not null, ocid text not null, title text not null, buyer text, buyer_name text,
  method text, details text, category text, status text, day bigint, amount bigint, currency text, bidders bigint,
  supplier text, digest bytea not null, body bytea not null,
  primary key (node, matter, ocid)
);
create index process_by_buyer on process (node, matter, buyer, day);
create index process_by_day on process (node, matter, day);
create index process_by_amount on process (node, matter, amount);
create table party (
  node bigint not null, matter bytea not null, organisation text not null, role text not null, ocid text not null,
  name text not null, day bigint, won bigint not null,
  primary key (node, matter, organisation, role, ocid)
);
create index party_by_process on party (node, matter, ocid);
create table held_row (
  node bigint not null, matter bytea not null, digest bytea not null, seq bigint not null, line bigint not null,
  path text not null, code text not null, severity text not null, value text not null, ocid text,
  primary key (node, matter, digest, seq)
);
create index held_by_code on held_row (node, matter, code);
-- Screening runs and what they raised. Rows belong to the matter of the source's screening.
create table run (
  node bigint not null, matter bytea not null, run bigint not null, as_of bigint not null, at bigint not null,
  processes bigint not null, subjects bigint not null, raised bigint not null, not_raised bigint not null,
  insufficient bigint not null, not_applicable bigint not null, settings text not null, reference text,
  report bytea not null, queued bigint not null, held_back bigint not null, millis bigint not null, officer text not null,
  primary key (node, matter, run)
);
create table run_indicator (
  node bigint not null, matter bytea not null, run bigint not null, indicator text not null, version bigint not null,
  subjects bigint not null, raised bigint not null, not_raised bigint not null, insufficient bigint not null,
  not_applicable bigint not null,
  primary key (node, matter, run, indicator)
);
create table flag (
  node bigint not null, matter bytea not null, run bigint not null, indicator text not null, subject text not null,
  version bigint not null,
  grain text not null, ocid text, severity bigint not null, value text not null, threshold text not null,
  zh text not null, en text not null, content text not null,
  primary key (node, matter, run, indicator, subject)
);
create index flag_by_process on flag (node, matter, run, ocid);
create table standing (
  node bigint not null, matter bytea not null, kind text not null, subject text not null, score bigint not null,
  light bigint not null, flags bigint not null, label text not null, buyer text, buyer_name text,
  amount bigint, currency text, factors text not null,
  primary key (node, matter, kind, subject)
);
create index standing_by_score on standing (node, matter, score);
