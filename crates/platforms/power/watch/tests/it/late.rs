//! On both stores, from the act to the warning: a case runs late, yellow and then red; what is classified; what is judged again.

use std::sync::Arc;

use dmn::Value;
use flow::Command;
use flow::state::Rung;
use kernel::limit::{Budget, Law, Limit};
use kernel::{Class, Erasable, MatterId, Secrecy};
use supervise::{Judged, Light};
use supervision::decide;
use supervision::limits::Timing;
use supervision::types::{Stage, Verdict, Warning};
use testkit::office::node;

use crate::support::{Office, both, every_rule, hand, shipped};

/// When a rung of the matter's clock is due.
async fn due(office: &Office, id: MatterId, rung: Rung) -> kernel::Instant {
    let case = office.desk.load(id).await.unwrap().unwrap();
    let clock = case.state.clocks.values().find(|clock| clock.run.is_none()).unwrap();
    clock.rungs.iter().find(|(other, _)| *other == rung).map(|(_, at)| *at).unwrap()
}

async fn passes(office: &Office, id: MatterId, rung: Rung) {
    office.set(due(office, id, rung).await);
    office.tick().await;
    office.watch(shipped()).catch_up().await.unwrap();
}

/// Warnings of the matter's own clock: its number is the least.
async fn of_matter(office: &Office, id: MatterId) -> Vec<Warning> {
    let case = office.desk.load(id).await.unwrap().unwrap();
    let clock = case.state.clocks.iter().find(|(_, clock)| clock.run.is_none()).map(|(number, _)| *number).unwrap();
    let key = format!("{id}/ES-11/{clock}");
    office.warnings().await.into_iter().filter(|it| it.finding.subject.key == key).collect()
}

fn codes(warning: &Warning) -> Vec<&str> {
    warning.finding.reasons.iter().map(|reason| reason.subject.as_str()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_runs_late_yellow_then_red_and_is_corrected() {
    for office in both().await {
        let id = office.open("1").await;
        office.watch(shipped()).catch_up().await.unwrap();
        assert!(office.warnings().await.is_empty(), "{}: nothing is late", office.name);
        passes(&office, id, Rung::Promised).await;
        let warnings = of_matter(&office, id).await;
        let [yellow] = warnings.as_slice() else { panic!("{}: {warnings:?}", office.name) };
        assert_eq!((yellow.light, codes(yellow)), (Light::Yellow, vec!["promised"]), "{}", office.name);
        let reason = &yellow.finding.reasons[0];
        assert!(reason.sentence.zh.contains("**2026-03-16**"), "the last day is bold: {}", reason.sentence.zh);
        assert!(reason.sentence.en.contains("still not done, after"), "{}", reason.sentence.en);
        assert_eq!(reason.threshold.as_deref(), Some("2026-03-16"));
        assert_eq!(yellow.finding.subject.page, format!("/cases/{id}"));

        // It climbs: one warning, two reasons.
        passes(&office, id, Rung::Statutory).await;
        let warnings = of_matter(&office, id).await;
        let [red] = warnings.as_slice() else { panic!("{}: {warnings:?}", office.name) };
        assert_eq!((red.id, red.light), (yellow.id, Light::Red), "{}", office.name);
        assert_eq!(codes(red), ["promised", "statutory"]);

        // Taken, confirmed, corrected, accepted.
        let directory = office.desk.directory();
        let (ivy, post) = hand("ivy");
        let (clara, own) = hand("clara");
        let calendar = office.desk.calendar();
        let timing = Timing { now: office.now(), zone: kernel::day::Zone::CHINA, calendar };
        let limits = &office.limits;
        let perform = |who, post, warning: Warning, event| {
            let limits = Arc::clone(&office.limits);
            async move { supervision::perform(directory, &limits, who, post, warning, &event).await.unwrap() }
        };
        let event = decide::take(red, ivy, 0, limits, timing).unwrap();
        let taken = perform(ivy, post, red.clone(), event).await;
        let verdicts = [Some(Verdict::Confirmed), Some(Verdict::Confirmed)];
        let event = decide::conclude(&taken, ivy, &verdicts, "It was late.", limits, timing).unwrap();
        let concluded = perform(ivy, post, taken, event).await;

        // What is long over comes while the organ corrects: a warning beside it, since nobody finds it again.
        passes(&office, id, Rung::LongOverdue).await;
        let warnings = of_matter(&office, id).await;
        let [first, beside] = warnings.as_slice() else { panic!("{}: {warnings:?}", office.name) };
        assert_eq!((first.id, codes(first).len()), (concluded.id, 2), "{}: the dispute stands as it is", office.name);
        assert_eq!((beside.light, codes(beside)), (Light::Red, vec!["long_over"]), "{}", office.name);

        let event = decide::correct(&concluded, clara, "It is decided now.", limits, timing).unwrap();
        let corrected = perform(clara, own, concluded, event).await;
        let event = decide::accept(&corrected, ivy, "Seen.").unwrap();
        let accepted = perform(ivy, post, corrected, event).await;
        assert!(matches!(accepted.stage, Stage::Closed { .. }), "{}", office.name);

        // The rows are what the acts say, and so is what each rule counted.
        let projector = supervision::projector();
        let rebuilt = office.store.rebuild(node().number(), &[&projector], false, |_| {}).await.unwrap();
        assert!(rebuilt.differences.iter().all(|it| it.table != "warning"), "{:?}", rebuilt.differences);
        let tallies = supervise::tallies(&office.store, node()).await.unwrap();
        let limit = tallies.iter().find(|(rule, _)| rule.code == "ES-11").map(|(_, tally)| tally.clone()).unwrap();
        assert!(limit.raised >= 3 && limit.not_applicable > 0, "{}: {limit:?}", office.name);
        office.store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_notice_is_a_warning_and_the_first_is_none() {
    for office in both().await {
        let id = office.open("1").await;
        let (clara, post) = hand("clara");
        let task = office.task(id, "accept").await;
        office.command("clara", id, Command::Claim { task, by: (clara.officer, post) }).await;
        for n in 1..=2 {
            let until = Limit::new(Law::General, Budget::working_days(5), "补正通知");
            let (items, notice) = (Erasable::erased(), format!("补正 {n} 号"));
            office.command("clara", id, Command::Supplement { task, by: clara.officer, items, until, notice }).await;
            office.watch(shipped()).catch_up().await.unwrap();
            assert_eq!(office.about(id, "ES-13").await.len(), n - 1, "{}: notice {n}", office.name);
            let case = office.desk.load(id).await.unwrap().unwrap();
            let supplement = *case.state.supplements.keys().next().unwrap();
            office.command("clara", id, Command::Answered { supplement, values: dmn::Context::new() }).await;
        }
        office.store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn warnings_are_as_secret_as_their_case_before_and_after() {
    for office in both().await {
        let (before, after) = (office.open("1").await, office.open("2").await);
        let class = Secrecy { class: Class::WorkSecret, named: Some([hand("head").0.officer].into()) };
        let classify = |id| office.desk.classify(hand("head"), id, (class.clone(), Class::WorkSecret), "涉企秘密");
        classify(after).await.unwrap();
        passes(&office, before, Rung::Promised).await;
        for warning in office.about(after, "ES-11").await {
            assert!(warning.secrecy.class == Class::WorkSecret && warning.secrecy.named.is_some(), "{}", office.name);
        }
        assert!(!office.about(after, "ES-11").await.is_empty(), "{}", office.name);
        let open = office.about(before, "ES-11").await;
        assert!(!open.is_empty() && open.iter().all(|it| it.secrecy.is_ordinary()), "{}", office.name);
        classify(before).await.unwrap();
        office.watch(shipped()).catch_up().await.unwrap();
        let now = office.about(before, "ES-11").await;
        assert!(now.iter().all(|it| it.secrecy.class == Class::WorkSecret), "{}: they follow", office.name);
        office.store.close().await;
    }
}

/// What each rule says of each act, by an eye that begins anew as often as `every` says.
async fn seen(office: &Office, every: usize) -> Vec<Vec<Vec<Judged>>> {
    let acts = office.acts().await;
    let mut eye = office.eye(every_rule());
    let mut said = Vec::new();
    for (n, act) in acts.iter().filter(|act| act.act.kind.starts_with("case.")).enumerate() {
        if n % every == every - 1 {
            eye = office.eye(every_rule());
        }
        let mut of = Vec::new();
        for place in 0..eye.rules().all().len() {
            of.push(eye.says(place, act).await.unwrap());
        }
        said.push(of);
    }
    said
}

#[tokio::test(flavor = "multi_thread")]
async fn a_process_that_begins_anew_judges_as_one_that_went_on() {
    for office in both().await {
        let mut ids = Vec::new();
        for n in 0..14 {
            ids.push(office.open(&n.to_string()).await);
        }
        let text = Value::text("经审查，申请材料齐全，符合法定形式，予以受理。");
        office.clock.advance_ms(36 * 3_600_000);
        for id in &ids {
            office
                .complete("clara", *id, "accept", &[("complete", Value::Boolean(true)), ("opinion", text.clone())])
                .await;
        }
        office.set(due(&office, ids[0], Rung::Statutory).await);
        office.tick().await;
        let whole = seen(&office, usize::MAX).await;
        let raised = |said: &[Vec<Vec<Judged>>], code: &str| {
            let place = every_rule().all().iter().position(|rule| rule.code == code).unwrap();
            said.iter().flat_map(|of| &of[place]).filter(|it| matches!(it, Judged::Raised(_))).count()
        };
        assert_eq!(raised(&whole, "ES-20"), 1, "{}: fourteen steps at once are one burst", office.name);
        assert_eq!(raised(&whole, "ES-23"), 1, "{}: the same text in fourteen cases", office.name);
        assert!(raised(&whole, "ES-11") >= 28, "{}: two rungs of each matter", office.name);
        for every in [1, 7] {
            assert_eq!(seen(&office, every).await, whole, "{}: begun anew each {every} acts", office.name);
        }
        // Acts that come again are judged as they were.
        let eye = office.eye(every_rule());
        let acts: Vec<_> = office.acts().await.into_iter().filter(|act| act.act.kind.starts_with("case.")).collect();
        for (n, act) in acts.iter().enumerate() {
            eye.says(0, act).await.unwrap();
            let back = n.saturating_sub(20);
            for (place, said) in whole[back].iter().enumerate() {
                assert_eq!(eye.says(place, &acts[back]).await.unwrap(), *said, "{}", office.name);
            }
        }
        // Twice over the feed is once in effect.
        office.watch(every_rule()).catch_up().await.unwrap();
        let warnings = office.warnings().await.len();
        let again = supervise::Watch::catch_up(&office.watch(every_rule())).await.unwrap();
        assert_eq!((again, office.warnings().await.len()), (0, warnings), "{}", office.name);
        office.store.close().await;
    }
}
