-- Readings of warnings move to those of all matters.
insert into reading (node, matter, about, officer, organ, readings, first_at, last_at)
  select node, matter, warning, officer, organ, readings, first_at, last_at from warning_reading;
drop table warning_reading;
