-- The keys that count for this node's log, and whether its newest checkpoints are witnessed.
create table log_key (
  node bigint not null, matter bytea not null, vkey text not null, from_size bigint not null, to_size bigint,
  primary key (node, matter, vkey)
);
create table log_standing (
  node bigint not null, matter bytea not null, witnessed bigint not null, size bigint not null, at bigint not null,
  primary key (node, matter)
);
