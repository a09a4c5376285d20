-- What was recorded last of each channel: whether it delivers.
create table channel_standing (
  node bigint not null, matter bytea not null, channel text not null, failing bigint not null, at bigint not null,
  primary key (node, matter, channel)
);
