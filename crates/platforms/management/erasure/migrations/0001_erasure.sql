-- Erasures as they stand: proposed, refused or done.
create table erasure (
  node bigint not null, matter bytea not null, idx bigint not null, kind text not null, erases bytea not null,
  fields text not null, ground text not null, stage text not null, proposer bytea not null, organ bytea not null,
  asked_at bigint not null, decider bytea, decided_at bigint,
  primary key (node, matter)
);
create index erasure_by_stage on erasure (node, stage, asked_at);
create index erasure_by_act on erasure (node, idx, stage);
