-- Amendments of indicators: proposed by one officer, decided by another.
create table amendment (
  node bigint not null, matter bytea not null, number bigint not null, indicator text not null, content text not null,
  reason text not null, proposer text not null, proposed_at bigint not null,
  approved bigint, decider text, grounds text, decided_at bigint,
  primary key (node, matter, number)
);
