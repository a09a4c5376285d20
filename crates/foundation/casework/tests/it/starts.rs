//! Cases that begin by a time: once for each time, also over a restart.

use casework::Clockwork;
use casework::modeller::{ModelError, Proposal};
use kernel::MatterId;
use testkit::office::{ORGAN, node};

use crate::carried::chains;
use crate::support::{Office, both, desk, hand};

const HOUR_MS: i64 = 3_600_000;

fn model(of: &str, organ: &str) -> String {
    let timer = format!(r#"<timerEventDefinition id="t">{of}</timerEventDefinition>"#);
    let process = format!(r#"<process id="p" isExecutable="true"{organ}>"#);
    chains("", &[("p", &[("s", "startEvent", "", &timer), ("e", "endEvent", "", "")])])
        .replace(r#"<process id="p" isExecutable="true">"#, &process)
}

fn cycle(text: &str) -> String {
    format!(r#"<timeCycle xsi:type="tFormalExpression">{text}</timeCycle>"#)
}

async fn begun(office: &Office) -> Vec<(MatterId, i64)> {
    let sql = "select matter, due from flow_begun where node = $1 order by due, matter";
    let rows = office.store.read(sql, &[node().number().into()]).await.unwrap();
    rows.iter().map(|row| (MatterId::new(row.id(0).unwrap()), row.int(1).unwrap())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cycle_opens_a_case_each_time_once_also_over_a_restart_and_makes_up_for_what_was_missed() {
    for office in both().await {
        office.deploy_bpmn(&model(&cycle("R/PT1H"), &format!(r#" qy:organ="{ORGAN}""#))).await;
        office.settle().await;
        assert!(begun(&office).await.is_empty(), "{}: a time has not come", office.name);
        office.clock.advance_ms(HOUR_MS);
        for _ in 0..2 {
            office.settle().await;
            assert_eq!(begun(&office).await.len(), 1, "{}", office.name);
        }
        let (id, _) = begun(&office).await[0];
        assert_eq!(office.case(id).await.organ, ORGAN, "{}", office.name);
        // The node was down for three hours and a half; two of it come up at once.
        office.clock.advance_ms(3 * HOUR_MS + HOUR_MS / 2);
        let again = || Clockwork::new(desk(&office.store, std::sync::Arc::new(office.clock.clone())), Vec::new());
        let (one, two) = (again(), again());
        let (one, two) = tokio::join!(one.tick(), two.tick());
        assert_eq!(one.unwrap() + two.unwrap(), 3, "{}: each time once", office.name);
        let all = begun(&office).await;
        let apart: Vec<i64> = all.windows(2).map(|pair| pair[1].1 - pair[0].1).collect();
        assert_eq!(apart, [HOUR_MS; 3], "{}", office.name);
        // Of very much the newest hundred.
        office.clock.advance_ms(1_000 * HOUR_MS);
        office.settle().await;
        assert_eq!(begun(&office).await.len(), 104, "{}", office.name);
        office.store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_date_opens_one_case_and_a_new_version_counts_anew() {
    for office in both().await {
        let at = kernel::Clock::now(&office.clock).plus_ms(HOUR_MS);
        let date = format!(r#"<timeDate xsi:type="tFormalExpression">{at}</timeDate>"#);
        office.deploy_bpmn(&model(&date, &format!(r#" qy:organ="{ORGAN}""#))).await;
        office.settle().await;
        assert!(begun(&office).await.is_empty());
        office.clock.advance_ms(2 * HOUR_MS);
        office.settle().await;
        let all = begun(&office).await;
        assert_eq!((all.len(), all[0].1), (1, at.ms()), "{}", office.name);
        // The same date again lies before the new version: it begins nothing.
        office.deploy_bpmn(&model(&date, &format!(r#" qy:organ="{ORGAN}""#))).await;
        office.clock.advance_ms(HOUR_MS);
        office.settle().await;
        assert_eq!(begun(&office).await.len(), 1, "{}", office.name);
        office.store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_begins_by_a_time_says_in_which_organ_or_is_not_deployed() {
    for office in both().await {
        for (organ, of, expected) in [
            ("", cycle("R/PT1H"), "START01"),
            (r#" qy:organ="  ""#, cycle("R/PT1H"), "START01"),
            (r#" qy:organ="nowhere""#, cycle("R/PT1H"), "model.organ"),
            (&format!(r#" qy:organ="{ORGAN} {ORGAN}x""#), cycle("R/PT1H"), "model.organ"),
            (&format!(r#" qy:organ="{ORGAN}""#), cycle(r#""R/PT1H""#), "START02"),
        ] {
            let proposal = Proposal {
                name: "试".to_owned(),
                files: vec![("a.bpmn".to_owned(), model(&of, organ).into_bytes())],
                valid_from: office.today(),
                reason: "试行".to_owned(),
                based_on: None,
            };
            let refused = office.modeller.propose(hand("steward"), proposal).await;
            let Err(ModelError::Refused { refusal, findings }) = refused else { panic!("{organ}: {refused:?}") };
            let found = findings.iter().any(|found| found.rule == expected);
            assert!(found || kernel::refusal::Refuse::code(&refusal) == expected, "{organ}: {refusal:?} {findings:?}");
        }
        office.store.close().await;
    }
}
