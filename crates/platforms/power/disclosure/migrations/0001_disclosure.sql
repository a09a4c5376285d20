-- Organs that disclose on this node.
create table disclosing (
  node bigint not null, matter bytea not null, organ bytea not null, since bigint not null, lacks text not null,
  primary key (node, matter)
);
create index disclosing_by_organ on disclosing (node, organ);
-- What falls due by the calendar: an organ, an entry, a period.
create table disclosure_duty (
  node bigint not null, matter bytea not null, entry text not null, period text not null, organ bytea not null,
  due bigint, why text, stage text not null, settled_at bigint,
  primary key (node, matter, entry, period)
);
create index disclosure_duty_by_due on disclosure_duty (node, stage, due);
create index disclosure_duty_by_organ on disclosure_duty (node, organ, due);
-- Disclosures as they stand.
create table disclosure (
  node bigint not null, matter bytea not null, organ bytea not null, entry text not null, period text not null,
  came bigint not null, due bigint, why text, stage text not null, draft_title text, drafter bytea not null,
  drafted_at bigint not null, lapsed_at bigint, shown bigint not null, number bigint not null, title text, digest text,
  first_at bigint, published_at bigint, until bigint,
  primary key (node, matter)
);
create index disclosure_by_time on disclosure (node, shown, published_at);
create index disclosure_by_organ on disclosure (node, organ, entry, period);
create index disclosure_by_stage on disclosure (node, stage, drafted_at);
