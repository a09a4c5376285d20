-- Each kind of timer is looked at by itself: one that has many due keeps no other waiting.
create index timer_by_kind on timer (node, kind, due);
drop index timer_by_due;
