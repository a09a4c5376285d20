-- Who acts for whom, from a day to a day: substitutes during a leave, delegates of named duties.
create table mandate (
  node bigint not null, matter bytea not null, holder bytea not null, post bytea not null, agent bytea not null,
  kind text not null, from_day bigint not null, to_day bigint not null, content text not null,
  primary key (node, matter, holder, post, agent, kind, from_day)
);
