-- The key under which what is confidential of a matter lies in the ledger. Destroyed by law it is null, and the matter takes no
-- further act that would need one.
create table matter_key (
  node bigint not null, matter bytea not null, key bytea,
  primary key (node, matter)
) without rowid;
