-- Break-glass: who may read one warning beyond their reach, until when, by whose word, and how often it was read.
create table warning_access (
  node bigint not null, matter bytea not null, warning bytea not null, number bigint not null, officer bytea not null,
  organ bytea not null, grounds text not null, hours bigint not null, stage text not null, approver bytea, until bigint,
  asked_at bigint not null, readings bigint not null,
  primary key (node, matter)
);
create index warning_access_by_officer on warning_access (node, officer, asked_at);
create index warning_access_by_warning on warning_access (node, warning, stage);
