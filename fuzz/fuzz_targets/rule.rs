#![no_main]
qingyuan_fuzz::target!("rule");
