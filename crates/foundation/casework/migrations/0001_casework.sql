-- Models as they stand: proposed, refused, approved.
create table flow_model (
  node bigint not null, matter bytea not null, name text not null, stage text not null, proposer bytea not null,
  organ bytea not null, proposed_at bigint not null, decider bytea, decided_at bigint, valid_from bigint not null,
  primary key (node, matter)
);
create index flow_model_by_stage on flow_model (node, stage, proposed_at);

-- Processes of approved models, each under its version.
create table flow_definition (
  node bigint not null, matter bytea not null, process text not null, version bigint not null, name text not null,
  valid_from bigint not null,
  primary key (node, matter, process)
);
create index flow_definition_by_process on flow_definition (node, process, valid_from, version);

-- Cases as they stand.
create table flow_case (
  node bigint not null, matter bytea not null, model bytea not null, process text not null, version bigint not null,
  title text, organ bytea not null, class bigint not null, compartment bigint not null, status text not null,
  opened_at bigint not null, ended_at bigint, caller bytea, call bigint,
  primary key (node, matter)
);
create index flow_case_by_status on flow_case (node, status, organ, opened_at);
create index flow_case_by_time on flow_case (node, opened_at);
create index flow_case_by_caller on flow_case (node, caller, call);

-- Who alone may know of a case, where only named officers may.
create table flow_named (
  node bigint not null, matter bytea not null, officer bytea not null,
  primary key (node, matter, officer)
);

-- Tasks that are open.
create table flow_task (
  node bigint not null, matter bytea not null, task bigint not null, element text not null, organ bytea not null,
  duties text not null, holder bytea, holder_post bytea, offered_at bigint not null,
  primary key (node, matter, task)
);
create index flow_task_by_holder on flow_task (node, holder, offered_at);

-- Which posts may do a task: a row for each duty.
create table flow_candidate (
  node bigint not null, matter bytea not null, task bigint not null, duty text not null, organ bytea not null,
  offered_at bigint not null,
  primary key (node, matter, task, duty)
);
create index flow_candidate_by_duty on flow_candidate (node, organ, duty, offered_at);

-- Messages and signals that are waited for.
create table flow_wait (
  node bigint not null, matter bytea not null, wait bigint not null, kind text not null,
  name text not null, correlation text, opened_at bigint not null,
  primary key (node, matter, wait)
);
create index flow_wait_by_name on flow_wait (node, kind, name, correlation);

-- Work that is offered to workers.
create table flow_job (
  node bigint not null, matter bytea not null, job bigint not null, type text not null, not_before bigint not null,
  primary key (node, matter, job)
);
create index flow_job_by_type on flow_job (node, type, not_before);

-- What went wrong and waits for somebody.
create table flow_incident (
  node bigint not null, matter bytea not null, incident bigint not null, kind text not null, element text not null,
  opened_at bigint not null,
  primary key (node, matter, incident)
);
create index flow_incident_by_time on flow_incident (node, opened_at);

-- Messages that nobody waited for and that are kept until they expire.
create table flow_message (
  node bigint not null, matter bytea not null, ordinal bigint not null, sender text not null,
  name text not null, correlation text, content text not null, until bigint not null,
  primary key (node, matter, ordinal)
);
create index flow_message_by_name on flow_message (node, name, until);
