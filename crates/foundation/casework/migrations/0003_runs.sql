-- Runs of activities, one for each time that a case enters one: what figures of processes are made from.
create table flow_run (
  node bigint not null, matter bytea not null, run bigint not null, process text not null, element text not null,
  version bigint not null, organ bytea not null, entered_at bigint not null, offered_at bigint, held_at bigint,
  ended_at bigint, how text, again bigint not null, clock text, late_from bigint,
  primary key (node, matter, run)
);
create index flow_run_by_process on flow_run (node, process, entered_at);
create index flow_run_by_element on flow_run (node, process, element, entered_at);

-- What went wrong at an element, also what was dealt with since.
create table flow_mishap (
  node bigint not null, matter bytea not null, incident bigint not null, process text not null, element text not null,
  version bigint not null, kind text not null, opened_at bigint not null, closed_at bigint,
  primary key (node, matter, incident)
);
create index flow_mishap_by_process on flow_mishap (node, process, opened_at);
