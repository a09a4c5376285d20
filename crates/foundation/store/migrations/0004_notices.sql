-- Notices to officers, what each chose, what is on its way by mail or gateway, and how those channels fare.
create table notice (
  node bigint not null, officer bytea not null, id bytea not null, matter bytea not null, idx bigint not null,
  said text not null, number text not null, page text not null, at bigint not null, read_at bigint, settled_at bigint,
  primary key (node, officer, id)
);
create index notice_by_officer on notice (node, officer, at);
create index notice_by_matter on notice (node, matter);
create table notice_choice (
  node bigint not null, officer bytea not null, channel text not null, way text not null, address text,
  locale text not null, pending text, pending_way text, code bytea, code_at bigint, tries bigint not null,
  code_day bigint not null, codes bigint not null,
  primary key (node, officer, channel)
);
create table notice_channel (
  node bigint not null, channel text not null, ok_at bigint, failing_since bigint, fault text, fault_at bigint,
  primary key (node, channel)
);
create table outbox (
  node bigint not null, id bytea not null, officer bytea not null, channel text not null, kind text not null,
  notice bytea, at bigint not null, state text not null, attempts bigint not null, next_at bigint not null,
  fault text, done_at bigint,
  primary key (node, id)
);
create index outbox_by_state on outbox (node, state, next_at);
create index outbox_by_officer on outbox (node, officer, channel);
