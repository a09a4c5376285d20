-- By what a case began that no officer opened: a message with a key, or a time. One for each live key, and each time once.
create table flow_begun (
  node bigint not null, matter bytea not null, process text not null, name text not null, correlation text, due bigint,
  primary key (node, matter)
);
create index flow_begun_by_key on flow_begun (node, process, name, correlation);
create index flow_begun_by_due on flow_begun (node, process, name, due);

-- When a kept message was sent: the oldest is given first, whoever waits.
alter table flow_message add column sent_at bigint not null default 0;
create index flow_message_by_key on flow_message (node, name, correlation, until);
create index flow_message_by_until on flow_message (node, until);

-- Who waits for a message or a signal, in pages; and what nobody could do yet.
drop index flow_wait_by_name;
create index flow_wait_by_key on flow_wait (node, kind, name, correlation, matter, wait);
create index flow_wait_by_case on flow_wait (node, kind, name, matter);
create index flow_incident_by_kind on flow_incident (node, kind, matter, incident);
