//! Killed without warning, again and again: what was acknowledged is there, nothing is there twice, and the same command
//! goes on where it was cut off.

use std::process::Stdio;
use std::time::Duration;

use crate::support::Folder;

/// Kills of one test; `make soak` is the place for hundreds.
const KILLS: u32 = 20;

#[test]
fn twenty_kills_lose_nothing_and_double_nothing() {
    let plan = testkit::demo::Plan { processes: 3_000, ..testkit::demo::Plan::DEMO };
    let mut corpus = Vec::new();
    testkit::demo::corpus_jsonl(&plan, &mut corpus).unwrap();

    let whole = Folder::with_node();
    let file = whole.file("demo.jsonl", &corpus);
    let begun = std::time::Instant::now();
    let expected = whole.run(&["import", "ocds", "--source", "demo", &file]);
    let takes = begun.elapsed();
    assert!(matches!(expected.code, 0 | 2), "{}", expected.err);

    let folder = Folder::with_node();
    let file = folder.file("demo.jsonl", &corpus);
    let (mut series, mut cut) = (testkit::chance::Series::of(20_261_118), 0);
    for _ in 0..KILLS {
        let mut command = folder.command("en", &["import", "ocds", "--source", "demo", &file]);
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let share = series.below(1_000);
        std::thread::sleep(Duration::from_micros(takes.as_micros() as u64 * share / 1_400));
        let over = child.try_wait().unwrap().is_some();
        child.kill().unwrap();
        child.wait().unwrap();
        cut += u32::from(!over);
        // Whatever was cut off, the log stands.
        let verified = folder.run(&["verify"]);
        assert_eq!(verified.code, 0, "{}{}", verified.out, verified.err);
    }
    assert!(cut > 0, "no kill came before the end");
    let ended = folder.run(&["import", "ocds", "--source", "demo", &file]);
    let counts = |out: &str| out.split('(').next().unwrap_or_default().trim().to_owned();
    assert_eq!(counts(&ended.out), counts(&expected.out), "the same in the end as without a kill");
    for command in ["verify", "rebuild"] {
        let ran = folder.run(&[command]);
        assert_eq!(ran.code, 0, "{command}: {}{}", ran.out, ran.err);
        ran.sound();
    }
    println!("{KILLS} kills, {cut} of them before the end");
}
