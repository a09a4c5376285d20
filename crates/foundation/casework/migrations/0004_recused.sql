-- Who keeps out of a case: its tasks are offered to others.
create table flow_recused (
  node bigint not null, matter bytea not null, officer bytea not null,
  primary key (node, matter, officer)
);

-- The number that people read is the last forty bits of a case's id.
create index flow_case_by_number on flow_case (node, substr(matter, 12, 5));
