-- Warnings as they stand, one row each, and their reasons; derived from the acts, dropped and replayed by rebuild.
create table warning (
  node bigint not null, matter bytea not null, version bigint not null, number bigint not null, light bigint not null,
  stage text not null, running bigint not null, unit bytea not null, inspector bytea, organ bytea,
  organ_name text not null, subject_kind text not null, subject_key text not null, subject_label text not null,
  subject_page text not null, score bigint not null, amount bigint, currency text, clock_from bigint, due bigint,
  raised_at bigint not null, month bigint not null, asked_at bigint, explained_at bigint, closed_at bigint,
  closed_month bigint, outcome text, passed_up bigint not null, reasons bigint not null, codes text not null,
  primary key (node, matter)
);
create index warning_by_score on warning (node, running, score, number);
create index warning_by_stage on warning (node, stage, score, number);
create index warning_by_unit on warning (node, unit, stage, score);
create index warning_by_inspector on warning (node, inspector, stage);
create index warning_by_organ on warning (node, organ, stage, score);
create index warning_by_due on warning (node, running, due);
create index warning_by_month on warning (node, month, light);
create index warning_by_closing on warning (node, closed_month);
create index warning_by_subject on warning (node, subject_kind, subject_key);
create table warning_reason (
  node bigint not null, matter bytea not null, ordinal bigint not null, rule text not null, rule_version text not null,
  severity bigint not null, subject text not null, value text, name_zh text not null, name_en text not null,
  verdict text, verdict_at bigint,
  primary key (node, matter, ordinal)
);
create index warning_reason_by_rule on warning_reason (node, rule, verdict);
