-- Under which item of the inventory of powers a case was opened.
alter table flow_case add column power bytea;
alter table flow_case add column power_version bigint;
create index flow_case_by_power on flow_case (node, power, opened_at);
