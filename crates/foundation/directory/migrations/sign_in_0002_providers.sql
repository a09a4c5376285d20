-- How a session began, who is tied to which identity at another system, and what may be taken once by all processes.
alter table session add column way text not null default '';
create index credential_by_kind on credential (node, kind);
create table taken (
  node bigint not null, mark text not null, until bigint not null,
  primary key (node, mark)
);
create index taken_by_age on taken (node, until);
