-- Who read which matter that is not for everybody, and how often: a matter of its own for each officer and matter.
create table reading (
  node bigint not null, matter bytea not null, about bytea not null, officer bytea not null, organ bytea not null,
  readings bigint not null, first_at bigint not null, last_at bigint not null,
  primary key (node, matter)
);
create index reading_by_about on reading (node, about, last_at);
