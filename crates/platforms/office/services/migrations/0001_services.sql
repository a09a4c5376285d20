-- Applications from the public: whose case each is, and what was said of it.
create table service (
  node bigint not null, matter bytea not null, number text not null, case_matter bytea not null, item bytea not null,
  code text not null, organ bytea not null, applied_at bigint not null, withdrawn_at bigint, grade bigint, rated_at bigint,
  rating_case bytea,
  primary key (node, matter)
);
create index service_by_number on service (node, number);
create index service_by_organ on service (node, organ, applied_at);
create index service_by_grade on service (node, organ, rated_at, grade);
