//! What committing costs; `cargo test -p ledger --release -- --ignored --nocapture cost`.

use ledger::act::{Act, Actor, Class, Level};
use ledger::commit::{Route, Seeds, prepare};
use ledger::verify::{StoredRow, read_row};
use ledger::{Body, Day, Frontier, Value};

/// Nanoseconds that this thread was on a processor (Linux only): other work on the machine does not count.
fn processor_ns() -> u64 {
    let times = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    times.split(' ').next().unwrap().parse().unwrap()
}

#[test]
#[ignore = "measures, proves nothing"]
fn cost_of_an_act_of_twenty_fields() {
    const ROUNDS: u32 = 5_000;
    let fields = (0..20).map(|at| (format!("field_{at}"), Value::text("约六百字节的行为里的一个字段")));
    let act = Act {
        id: 1,
        node: 110_000_000_000_001,
        at_ms: 1_769_846_400_000,
        day: Day::from_ymd(2026, 1, 31).unwrap(),
        class: Class::of(Level::Internal),
        kind: "matter.changed@1.0".to_owned(),
        matter: 2,
        version: 3,
        also: Vec::new(),
        actor: Actor::Officer { pseudonym: "o-17".to_owned() },
        post: Some("post-1".to_owned()),
        organ: Some("organ-1".to_owned()),
        on_behalf_of: None,
        basis: vec!["art. 14".to_owned()],
        rule_versions: vec!["clock@3".to_owned()],
        causes: Vec::new(),
        command: Some([1; 32]),
        body: Body::new(Value::map(fields)).unwrap(),
        streams: vec![1, 2],
    };
    let seeds = Seeds { header: [1; 32], body: [2; 32] };
    let each = |begun: u64| (processor_ns() - begun) / u64::from(ROUNDS);

    let begun = processor_ns();
    for _ in 0..ROUNDS {
        std::hint::black_box(prepare(&act, &seeds).unwrap());
    }
    println!("before the lock: {} ns", each(begun));

    let prepared = prepare(&act, &seeds).unwrap();
    let mut frontier = Frontier::default();
    let begun = processor_ns();
    for seq in 0..u64::from(ROUNDS) {
        let routed = prepared.route(&[Route { stream: 1, seq }, Route { stream: 2, seq }]).unwrap();
        frontier.append(routed.committed.leaf_hash(act.node, seq));
    }
    println!("within the lock: {} ns", each(begun));

    let routed = prepared.route(&[Route { stream: 1, seq: 1 }, Route { stream: 2, seq: 1 }]).unwrap();
    let row = StoredRow {
        idx: 0,
        header: &prepared.header_sheet,
        body: &prepared.body_sheet,
        routes: &routed.routes_sheet,
        header_seed: Some(&seeds.header),
        body_seed: Some(&seeds.body),
        key: None,
        leaf: routed.committed.leaf_data(act.node, 0),
        gone: &[],
    };
    let bytes = row.header.len() + row.body.len() + row.routes.len();
    let begun = processor_ns();
    for _ in 0..ROUNDS {
        std::hint::black_box(read_row(&row));
    }
    println!("verifying a row of {bytes} bytes: {} ns", each(begun));
}
