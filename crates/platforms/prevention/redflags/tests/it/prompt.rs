//! A small import is judged at once, against the reference of the newest run.

use directory::Directory;
use kernel::day::TestClock;
use redflags::events::RedflagEvent;
use redflags::import::{By, Importer, Input};
use redflags::rule::RedflagRule;
use redflags::screening::QueuePolicy;
use serde_json::{Value as Json, json};
use supervise::{Judged, Rule as _};

use crate::data;
use crate::support::{Node, both, break_off, count, sqlite, state_of};

fn file(node: &Node, name: &str, lines: &[Json]) -> Input {
    let path = node.place.folder().join(name);
    let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
    std::fs::write(&path, text).unwrap();
    Input::Ocds { path, name: name.to_owned() }
}

async fn import(node: &Node, input: Input) -> redflags::import::Imported {
    let by = By::system("test");
    let source = node.importer.enter_source("test", "演示来源", None, &by).await.unwrap();
    node.importer.import(source, input, &by, |_| {}).await.unwrap()
}

/// Everything raised on a process, by indicator.
async fn raised(node: &Node, ocid: &str) -> Vec<String> {
    let sql = "select indicator from flag where node = $1 and ocid = $2 order by indicator";
    let rows = node.store.read(sql, &[node.node.number().into(), ocid.into()]).await.unwrap();
    rows.iter().map(|row| row.text(0).unwrap()).collect()
}

async fn standing(node: &Node, ocid: &str) -> Option<i64> {
    let sql = "select score from standing where node = $1 and kind = 'process' and subject = $2";
    let rows = node.store.read(sql, &[node.node.number().into(), ocid.into()]).await.unwrap();
    rows.first().map(|row| row.int(0).unwrap())
}

/// A process that the data at hand raise hard: dear, hurried and awarded before the bids were in.
fn grave(number: usize) -> Json {
    let mut process = data::process(number, "演示重大工程");
    process["tender"]["value"]["amount"] = json!(90_000_000);
    process["awards"][0]["value"]["amount"] = json!(89_900_000);
    process["contracts"][0]["value"]["amount"] = json!(89_900_000);
    process["bids"]["details"][0]["value"]["amount"] = json!(89_900_000);
    process["bids"]["details"][1]["value"]["amount"] = json!(89_900_000);
    process
}

/// The same without anything to compare: no bids, no hurry.
fn calm(number: usize) -> Json {
    let mut process = grave(number);
    process["bids"]["details"] = json!([]);
    process["tender"]["tenderers"] = json!([]);
    process["date"] = json!("2026-05-20T09:00:00+08:00");
    process["tender"]["tenderPeriod"] =
        json!({"startDate": "2026-01-01T09:00:00+08:00", "endDate": "2026-03-01T09:00:00+08:00"});
    process
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_run_nothing_is_judged() {
    let node = sqlite().await;
    let imported = import(&node, file(&node, "one.jsonl", &[grave(1)])).await;
    assert_eq!((imported.counts.loaded, imported.prompt), (1, None));
    assert_eq!(count(&node, "flag").await + count(&node, "standing").await + count(&node, "judged_import").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_small_import_is_judged_once_and_what_changed_stands_anew() {
    for node in both().await {
        let source = Importer::source_matter("test");
        let base: Vec<Json> = (0..60).map(|number| data::process(number, "演示工程")).collect();
        import(&node, file(&node, "base.jsonl", &base)).await;
        let by = By::system("test");
        node.importer.screen(source, QueuePolicy::default(), &by, |_, _| {}).await.unwrap();
        let (flags, standings) = (count(&node, "flag").await, count(&node, "standing").await);

        // One new process, and two that are as they were: only the new one is judged.
        let new = "ocds-test-00900";
        let lines = [grave(900), base[0].clone(), base[1].clone()];
        let imported = import(&node, file(&node, "new.jsonl", &lines)).await;
        let prompt = imported.prompt.expect("there is a reference");
        assert_eq!((prompt.run, prompt.totals.processes), (1, 1), "{}", node.name);
        let totals = prompt.totals;
        assert_eq!(
            totals.raised + totals.not_raised + totals.insufficient + totals.not_applicable,
            totals.subjects,
            "{}: the four outcomes add up",
            node.name
        );
        assert!(!raised(&node, new).await.is_empty(), "{}", node.name);
        assert_eq!(count(&node, "flag").await, flags + totals.raised, "{}", node.name);
        assert_eq!(prompt.queued, 1, "{}: {prompt:?}", node.name);
        let before = standing(&node, new).await.expect("it stands in the queue");

        // The rule over the feed makes a finding of it, and of nothing else.
        let matter = Importer::screening_matter(source);
        let directory = Directory::new(
            node.store.clone(),
            node.node,
            std::sync::Arc::new(TestClock::at("2026-06-01T02:00:00Z".parse().unwrap())),
        );
        let rule = RedflagRule::new(directory);
        let acts = node.store.acts_of(node.node.number(), matter.value()).await.unwrap();
        let act = acts.last().unwrap();
        assert!(rule.follows(&act.act.kind), "{}", act.act.kind);
        let judged = rule.judge(node.node, act).await.unwrap();
        let found: Vec<&str> = judged
            .iter()
            .filter_map(|it| if let Judged::Raised(finding) = it { Some(finding.subject.key.as_str()) } else { None })
            .collect();
        assert_eq!((judged.len(), found), (1, vec![new]), "{}", node.name);

        // The same file again, and by another name: nothing is filed twice.
        let all = state_of(&node).await;
        for name in ["new.jsonl", "other.jsonl"] {
            let again = import(&node, file(&node, name, &lines)).await;
            assert_eq!((again.before, again.prompt), (true, None), "{}", node.name);
        }
        assert_eq!(state_of(&node).await, all, "{}", node.name);

        // It changes for the better: what is not raised any more goes, and so does its place in the queue.
        let imported = import(&node, file(&node, "calm.jsonl", &[calm(900)])).await;
        assert_eq!(imported.prompt.unwrap().totals.processes, 1);
        let now = raised(&node, new).await;
        assert!((now.len() as i64) < totals.raised, "{}: {now:?}", node.name);
        assert!(standing(&node, new).await.is_none_or(|score| score < before), "{}", node.name);
        assert!(count(&node, "standing").await <= standings + 1);

        let projectors: [&dyn store::Projector; 2] =
            [&directory::projector(), &redflags::projector(node.settings.clone())];
        let rebuilt = node.store.rebuild(node.node.number(), &projectors, false, |_| {}).await.unwrap();
        assert_eq!(rebuilt.differences, [], "{}", node.name);

        // The next run judges everything, and what was filed in between goes with the run before.
        node.importer.screen(source, QueuePolicy::default(), &by, |_, _| {}).await.unwrap();
        let sql = "select count(*) from flag where node = $1 and run = 1";
        assert_eq!(node.store.read(sql, &[node.node.number().into()]).await.unwrap()[0].int(0).unwrap(), 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn between_two_runs_imports_fill_the_queue_once() {
    let node = sqlite().await;
    let policy = QueuePolicy { least: 1, most: 2 };
    let importer = node.importer.clone().with_policy(policy);
    let by = By::system("test");
    let base: Vec<Json> = (0..60).map(|number| data::process(number, "演示工程")).collect();
    import(&node, file(&node, "base.jsonl", &base)).await;
    let source = Importer::source_matter("test");
    importer.screen(source, policy, &by, |_, _| {}).await.unwrap();
    let mut seen = Vec::new();
    for number in 0..4 {
        let input = file(&node, &format!("new-{number}.jsonl"), &[grave(900 + number)]);
        let prompt = importer.import(source, input, &by, |_| {}).await.unwrap().prompt.unwrap();
        seen.push((prompt.queued, prompt.held_back));
    }
    assert_eq!(seen, [(1, 0), (1, 0), (0, 1), (0, 1)], "beyond the quota they are counted and held back");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_import_that_broke_off_before_its_judgement_is_judged_when_given_again() {
    for node in both().await {
        let base: Vec<Json> = (0..60).map(|number| data::process(number, "演示工程")).collect();
        import(&node, file(&node, "base.jsonl", &base)).await;
        let source = Importer::source_matter("test");
        let by = By::system("test");
        node.importer.screen(source, QueuePolicy::default(), &by, |_, _| {}).await.unwrap();
        let input = file(&node, "new.jsonl", &[grave(900)]);
        // Between the recorded batch and the judgement.
        break_off(&node, source, input.clone()).await;
        assert_eq!((count(&node, "process").await, count(&node, "judged_import").await), (61, 0), "{}", node.name);
        let imported = node.importer.import(source, input.clone(), &by, |_| {}).await.unwrap();
        assert!(imported.before && imported.prompt.is_some_and(|prompt| prompt.totals.processes == 1), "{imported:?}");
        let all = state_of(&node).await;
        let again = node.importer.import(source, input, &by, |_| {}).await.unwrap();
        assert_eq!((again.before, again.prompt), (true, None));
        assert_eq!(state_of(&node).await, all, "{}", node.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_that_broke_off_leaves_no_flag_behind() {
    let node = sqlite().await;
    let by = By::system("test");
    let base: Vec<Json> = (0..60).map(|number| data::process(number, "演示工程")).collect();
    import(&node, file(&node, "base.jsonl", &base)).await;
    let source = Importer::source_matter("test");
    // A first run that files flags and never ends: what its acts say, without the last.
    node.importer.screen(source, QueuePolicy::default(), &by, |_, _| {}).await.unwrap();
    let matter = Importer::screening_matter(source);
    let acts = node.store.acts_of(node.node.number(), matter.value()).await.unwrap();
    let (mut filed, mut screened) = (Vec::new(), None);
    for act in &acts {
        match act.event::<RedflagEvent>().unwrap() {
            event @ RedflagEvent::FlagsFiled { .. } => filed.push(event),
            event @ RedflagEvent::Screened { .. } => screened = Some(event),
            _ => {}
        }
    }
    assert!(!filed.is_empty());
    // A repeat that raises nothing ends with totals of none: its rows clear what lies under its number.
    let Some(RedflagEvent::Screened { run, as_of, mut totals, settings, reference, report, standings, .. }) = screened
    else {
        panic!("the run ended")
    };
    totals.raised = 0;
    let closing = RedflagEvent::Screened {
        run,
        as_of,
        totals,
        settings,
        reference,
        report,
        standings,
        queued: 0,
        held_back: 0,
        millis: 0,
        officer: String::new(),
    };
    let changes =
        redflags::rows::changes(node.node.number(), matter.value(), 0, &closing, &Default::default(), &node.settings)
            .unwrap();
    let cleared = changes.iter().filter(|change| {
        format!("{change:?}").contains("DeleteUnder") && format!("{change:?}").contains(&format!("Int({run})"))
    });
    assert!(cleared.count() >= 1, "flags under the run's own number go");
}
