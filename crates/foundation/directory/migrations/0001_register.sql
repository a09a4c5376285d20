-- Organs, posts, officers and appointments, each row as it was entered; the newest known row of a period wins.
create table organ (
  node bigint not null, matter bytea not null, id bytea not null, valid_from bigint not null, known_from bigint not null,
  number bigint not null, division bigint not null, kind text not null, parent bytea, name text not null,
  uscc text, content text not null,
  primary key (node, matter, id, valid_from, known_from)
);
create table organ_succession (
  node bigint not null, matter bytea not null, line bigint not null, content text not null,
  primary key (node, matter, line)
);
create table post (
  node bigint not null, matter bytea not null, id bytea not null, organ bytea not null, content text not null,
  primary key (node, matter, id)
);
create table officer (
  node bigint not null, matter bytea not null, id bytea not null, login text not null, content text not null,
  primary key (node, matter, id)
);
create index officer_by_login on officer (node, login);
create table appointment (
  node bigint not null, matter bytea not null, officer bytea not null, post bytea not null, from_day bigint not null,
  to_day bigint,
  primary key (node, matter, officer, post, from_day)
);
create table node_profile (
  node bigint not null, matter bytea not null, content text not null,
  primary key (node, matter)
);
