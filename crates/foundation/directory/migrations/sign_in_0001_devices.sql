-- What an officer recognises a session by, and whether a second factor was shown in it. Counters go by their age.
alter table session add column device text not null default '';
alter table session add column address text not null default '';
alter table session add column strong bigint not null default 0;
create index throttle_by_age on throttle (node, last_failure);
