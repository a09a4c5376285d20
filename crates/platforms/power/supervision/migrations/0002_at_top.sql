-- Whether a warning's clock ran out where nobody is above.
alter table warning add column at_top bigint not null default 0;
