-- Operational tables: the closed list of ARCHITECTURE.md. No matter's state, outside rebuild, written by `operate` only.
create table feed_cursor (
  node bigint not null, subscriber text not null, idx bigint not null,
  primary key (node, subscriber)
);
create table lease (
  node bigint not null, role text not null, holder text not null, fence bigint not null, until bigint not null,
  primary key (node, role)
);
create table session (
  node bigint not null, token bytea not null, officer bytea not null, post bytea not null,
  signed_in bigint not null, last_seen bigint not null,
  primary key (node, token)
);
create index session_by_officer on session (node, officer);
create table credential (
  node bigint not null, officer bytea not null, kind text not null, secret text not null, changed bigint not null,
  expires bigint,
  primary key (node, officer, kind)
);
create table throttle (
  node bigint not null, subject text not null, failures bigint not null, last_failure bigint not null,
  primary key (node, subject)
);
create table draft (
  node bigint not null, officer bytea not null, form text not null, content text not null, saved bigint not null,
  primary key (node, officer, form)
);
create table job (
  node bigint not null, id bytea not null, kind text not null, state text not null, done bigint not null,
  total bigint, detail text not null, started bigint not null, ended bigint,
  primary key (node, id)
);
-- How often each rule over the feed came to each outcome; counted in the transaction of the cursor.
create table tally (
  node bigint not null, rule text not null, version text not null, outcome text not null, count bigint not null,
  primary key (node, rule, version, outcome)
);
