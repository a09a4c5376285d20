-- Comments of the public on drafts.
create table disclosure_comment (
  node bigint not null, matter bytea not null, disclosure bytea not null, organ bytea not null, paragraph bigint,
  alike text not null, made_at bigint not null, stage text not null, adopted text,
  primary key (node, matter)
);
create index disclosure_comment_of on disclosure_comment (node, disclosure, stage, made_at);
