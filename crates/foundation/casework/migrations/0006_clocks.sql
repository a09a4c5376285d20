-- Clocks that run in open cases: when the nearest limit of each is over, or was; none while it stands still. Timers tell what is to
-- come only, so that what is overdue would be lost.
create table flow_clock (
  node bigint not null, matter bytea not null, clock bigint not null, due bigint,
  primary key (node, matter, clock)
);
