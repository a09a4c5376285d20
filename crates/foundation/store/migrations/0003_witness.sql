-- What witnesses signed over this node's checkpoints, and what this node has seen as a witness of other logs.
alter table checkpoint add column quorum bigint not null default 0;
create table cosignature (
  node bigint not null, size bigint not null, witness text not null, line text not null, at bigint not null,
  primary key (node, size, witness)
);
create table witnessed (
  node bigint not null, origin text not null, size bigint not null, root bytea not null, at bigint not null,
  primary key (node, origin)
);
