-- Moves of many cases to another version of their process.
create table flow_migration (
  node bigint not null, matter bytea not null, process text not null, model bytea not null, version bigint not null,
  stage text not null, officer bytea not null, organ bytea not null, cases bigint not null, begun_at bigint not null,
  ended_at bigint,
  primary key (node, matter)
);
create index flow_migration_by_time on flow_migration (node, begun_at);
create index flow_migration_by_model on flow_migration (node, model, begun_at);

-- Cases that were moved, each with the move of many that it belonged to.
create table flow_moved (
  node bigint not null, matter bytea not null, run bytea not null, from_version bigint not null,
  to_version bigint not null, moved_at bigint not null, reverted_at bigint,
  primary key (node, matter, run)
);
create index flow_moved_by_run on flow_moved (node, run, moved_at, matter);

-- Cases that a move of many left where they were, and why.
create table flow_left (
  node bigint not null, matter bytea not null, subject bytea not null, code text not null, detail text not null,
  left_at bigint not null,
  primary key (node, matter, subject)
);

-- Cases of a process that are going on, by version.
create index flow_case_by_version on flow_case (node, process, version, status);

-- By which working calendar the limits of open cases were last counted.
create table flow_reckoned (
  node bigint not null, calendar text not null, reckoned_at bigint not null,
  primary key (node)
);
