//! What a page refuses, nothing else gives: over random warnings, classes and names, for everybody, on every surface.

use std::io::Write;
use std::sync::{Arc, Mutex};

use axum::http::StatusCode;
use kernel::{Class, Clock as _, MatterId, Secrecy};
use supervise::Finding;
use supervision::store::{Reach, load};
use supervision::types::Warning;

use crate::support::{BUREAU, Node, OTHER_BUREAU, UNIT, both, finding, id_of, officer, sent};

/// Everybody of the office, and a stranger to it.
const EVERYBODY: [&str; 13] =
    ["ana", "boris", "chief", "clerk", "head", "stranger", "above", "data", "ivan", "ruth", "pia", "paul", ""];

/// Where many warnings stand together.
const LISTS: [&str; 14] = [
    "/",
    "/queue?stage=all",
    "/queue?stage=all&sort=number&dir=asc",
    "/queue?stage=all&group=organ",
    "/queue?stage=all&rule=R024",
    "/queue.csv?stage=all",
    "/queue.xlsx?stage=all",
    "/cockpit/months.csv",
    "/api/warnings?stage=all",
    "/api/warnings/groups?stage=all",
    "/api/cockpit",
    "/break-glass",
    "/search?q=canary",
    "/api/search?q=canary",
];

/// Warnings; about half of them are classified by whoever heads the unit that holds them.
const WARNINGS: u64 = 14;

/// A small generator: every run sees the same office.
struct Chance(u64);

impl Chance {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }
}

/// The words by which a warning would be known, wherever they turned up.
fn canary(at: u64) -> String {
    format!("canary-{at:02}-{:04x}", (at + 3) * 7_919)
}

async fn now(node: &Node, id: MatterId) -> (Warning, u64) {
    let (warning, acts) = load(&node.store, &Reach::of_system(node.id), id).await.unwrap().unwrap();
    (warning, acts[0].idx)
}

async fn classify(node: &Node, chance: &mut Chance, id: MatterId) {
    let chief = if now(node, id).await.0.unit == UNIT { "chief" } else { "ruth" };
    let class = if chance.below(2) == 0 { "internal" } else { "work-secret" };
    let mut fields = vec![("class".to_owned(), class.to_owned()), ("class-grounds".to_owned(), "By law.".to_owned())];
    if class == "internal" || chance.below(2) == 0 {
        fields.push(("named-only".to_owned(), "on".to_owned()));
        for login in ["ana", "boris", "clerk", "ivan", "stranger"] {
            if chance.below(3) == 0 {
                fields.push((format!("named-{}", officer(login)), "on".to_owned()));
            }
        }
    }
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let answer = node.act(chief, id, "classify", &fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}: {}", node.name, answer.text());
}

async fn filled(node: &Node) -> Vec<(MatterId, String)> {
    let mut chance = Chance(20_261_126);
    let mut all = Vec::new();
    for at in 0..WARNINGS {
        let key = canary(at);
        let organ = if chance.below(3) == 0 { OTHER_BUREAU } else { BUREAU };
        // The name of an organ stands in lists, too.
        let flag = Finding {
            organ: Some(organ),
            organ_name: format!("Office of {key}"),
            ..finding(&key, u128::from(at) + 1, &[("R024", &key)])
        };
        let id = id_of(&flag);
        node.raise(vec![flag]).await;
        if chance.below(2) == 0 {
            classify(node, &mut chance, id).await;
        }
        all.push((id, key));
    }
    all
}

/// Lines of the log, kept.
#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl Write for Kept {
    fn write(&mut self, part: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(part)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Looks everywhere as somebody; how many warnings their pages refuse, and how many they show.
async fn look(node: &Node, who: &str, all: &[(MatterId, String)]) -> (usize, usize) {
    let cookie = if who.is_empty() { String::new() } else { node.enter(who).await };
    let mut surfaces: Vec<String> = LISTS.map(str::to_owned).into();
    let mut refused: Vec<&(MatterId, String)> = Vec::new();
    for one @ (id, key) in all {
        let page = node.get_with(&cookie, &format!("/warnings/{id}")).await;
        let shown = page.status == StatusCode::OK;
        assert_eq!(shown, page.has(key), "{}: {who} {key}: {}", node.name, page.text());
        let api = node.get_with(&cookie, &format!("/api/warnings/{id}")).await;
        assert_eq!(api.status == StatusCode::OK, shown, "{}: {who} {key}: {}", node.name, api.text());
        if shown {
            continue;
        }
        refused.push(one);
        let (warning, first) = now(node, *id).await;
        let number = format!("W-{:06}", warning.number);
        surfaces.extend([
            format!("/warnings/{id}"),
            format!("/api/warnings/{id}"),
            format!("/warnings/{id}/acts/{first}/receipt"),
            format!("/erasures/new?act={first}"),
            format!("/search?q={key}"),
            format!("/api/search?q={key}"),
            format!("/api/search?q={number}"),
        ]);
    }
    let mut answers = vec![("/cockpit/live".to_owned(), node.begins(&cookie, "/cockpit/live").await)];
    for surface in surfaces {
        let text = node.get_with(&cookie, &surface).await.text();
        // What one asks for comes back in the answer, as what was asked.
        let text = surface.split_once("q=").map_or_else(|| text.clone(), |(_, asked)| text.replace(asked, ""));
        answers.push((surface, text));
    }
    // Acting on it says no more than that there is none.
    if let Some((id, _)) = refused.first()
        && !who.is_empty()
    {
        let action = format!("/warnings/{id}/recuse");
        let answer = sent(node, who, "/", &action, &[("command", "12345678"), ("version", "1")]).await;
        assert_ne!(answer.status, StatusCode::SEE_OTHER, "{}: {who}", node.name);
        answers.push((action, answer.text()));
    }
    for (surface, text) in &answers {
        let found = refused.iter().find(|(_, key)| text.contains(key.as_str()));
        assert_eq!(found, None, "{}: {who} finds it at {surface}", node.name);
    }
    (refused.len(), all.len() - refused.len())
}

#[tokio::test]
async fn what_the_page_refuses_nothing_else_gives() {
    let log = Kept::default();
    let to = log.clone();
    let lines = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(move || to.clone());
    // Each test has a process of its own under nextest; elsewhere another may have been first.
    let kept = tracing::subscriber::set_global_default(lines.finish()).is_ok();
    for node in both().await {
        let all = filled(&node).await;
        let (mut refused, mut shown) = (0, 0);
        for who in EVERYBODY {
            let (no, yes) = look(&node, who, &all).await;
            (refused, shown) = (refused + no, shown + yes);
        }
        // Neither is everything hidden nor everything shown, and lists are not merely empty.
        assert!(refused > 40 && shown > 30, "{}: {refused} refused, {shown} shown", node.name);
        let listed = node.get("chief", "/api/warnings?stage=all").await.text();
        assert!(all.iter().filter(|(_, key)| listed.contains(key.as_str())).count() > 4, "{}", node.name);
        node.rebuilds().await;
    }
    let lines = log.0.lock().unwrap();
    assert!(!kept || !lines.is_empty(), "the log was kept");
    assert!(!String::from_utf8_lossy(&lines).contains("Demo works canary-"), "a line of the log tells of a warning");
}

#[tokio::test]
async fn reading_what_is_not_for_everybody_is_an_act_that_its_readers_see() {
    for node in both().await {
        let flag = finding("p-1", 1, &[("R024", "0.3")]);
        let id = id_of(&flag);
        node.raise(vec![flag]).await;
        let path = format!("/warnings/{id}");
        let size = || node.store.log_size(node.id.number());
        let before = size().await.unwrap();
        assert!(!node.get("ana", &path).await.has("谁看过"), "{}: what is internal is read without an act", node.name);
        assert_eq!(size().await.unwrap(), before, "{}", node.name);

        // Not by an inspector, and not without grounds.
        let fields = [("class", "work-secret"), ("class-grounds", "保密法第六十四条")];
        assert_eq!(node.act("ana", id, "classify", &fields).await.status, StatusCode::FORBIDDEN, "{}", node.name);
        let silent = node.act("chief", id, "classify", &[("class", "work-secret"), ("class-grounds", " ")]).await;
        assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", node.name);
        assert_eq!(node.act("chief", id, "classify", &fields).await.status, StatusCode::SEE_OTHER, "{}", node.name);
        let again = node.act("chief", id, "classify", &fields).await;
        assert!(again.has("与现在相同"), "{}: {}", node.name, again.text());

        // An organ's people are not cleared for it; each reading of the others is an act, and told.
        for who in ["clerk", "head"] {
            assert_eq!(node.get(who, &path).await.status, StatusCode::NOT_FOUND, "{}: {who}", node.name);
        }
        let readers = || secrecy::reading::readers(&node.store, node.id, id);
        let earlier =
            readers().await.unwrap().iter().find(|it| it.officer == officer("ana")).map_or(0, |it| it.readings);
        let before = size().await.unwrap();
        node.get("ana", &path).await;
        node.get("ana", &format!("/api{path}")).await;
        let page = node.get("boris", &path).await;
        assert!(page.has("谁看过") && page.has("工作秘密"), "{}: {}", node.name, page.text());
        let acts = node.store.feed(node.id.number(), before, 10).await.unwrap();
        let kinds: Vec<&str> = acts.iter().map(|act| act.act.kind.as_str()).collect();
        assert_eq!(kinds, ["reading.read@1.1"; 3], "{}", node.name);
        assert!(acts.iter().all(|act| act.act.class.level == store::Level::WorkSecret), "{}", node.name);
        let found = readers().await.unwrap();
        let of = |login| found.iter().find(|it| it.officer == officer(login)).map(|it| it.readings);
        assert_eq!((of("ana"), of("boris"), of("clerk")), (Some(earlier + 2), Some(1), None), "{}", node.name);

        // For named officers only: another inspector of the unit finds none, and it is theirs once it is given to them.
        let ana = format!("named-{}", officer("ana"));
        let fields = [("class", "internal"), ("named-only", "on"), (&ana, "on"), ("class-grounds", "需知原则")];
        assert_eq!(node.act("chief", id, "classify", &fields).await.status, StatusCode::SEE_OTHER, "{}", node.name);
        assert_eq!(node.get("boris", &path).await.status, StatusCode::NOT_FOUND, "{}", node.name);
        assert_eq!(node.get("above", &path).await.status, StatusCode::NOT_FOUND, "{}: nor from above", node.name);
        assert_eq!(node.get("ana", &path).await.status, StatusCode::OK, "{}", node.name);
        // Nor who erases by law: the words of its acts are not there for them.
        let (_, acts) = load(&node.store, &Reach::of_system(node.id), id).await.unwrap().unwrap();
        let spoken = acts.iter().rfind(|act| act.act.kind.starts_with("supervision.classified")).unwrap().idx;
        let hidden = node.get("pia", &format!("/erasures/new?act={spoken}")).await;
        assert!(!hidden.has("需知原则") && hidden.has("账本中没有这个序号"), "{}: {}", node.name, hidden.text());
        let boris = officer("boris").to_string();
        let given = node.act("chief", id, "assign", &[("inspector", &boris)]).await;
        assert_eq!(given.status, StatusCode::SEE_OTHER, "{}: {}", node.name, given.text());
        // Nobody of the organ is among them: a question would reach nobody, while its clock ran.
        let page = node.get("boris", &path).await;
        assert_eq!(page.status, StatusCode::OK, "{}", node.name);
        assert!(page.has("没有人可以知悉") && !page.has("/ask\""), "{}: {}", node.name, page.text());
        node.rebuilds().await;
    }
}

#[tokio::test]
async fn a_closed_warning_is_classified_without_closing_again() {
    for node in both().await {
        let flag = finding("p-1", 1, &[("R024", "0.3")]);
        let id = id_of(&flag);
        node.raise(vec![flag]).await;
        node.act("ana", id, "take", &[]).await;
        let verdict = [("verdict-0", "refuted"), ("grounds", "No.")];
        assert_eq!(node.act("ana", id, "conclude", &verdict).await.status, StatusCode::SEE_OTHER, "{}", node.name);
        let closed = || node.store.read("select closed_at, closed_month, version from warning", &[]);
        let before = closed().await.unwrap()[0].int(0).unwrap();
        node.clock.set(node.clock.now().plus_ms(40 * 86_400_000));
        let ana = format!("named-{}", officer("ana"));
        let fields = [("class", "work-secret"), ("named-only", "on"), (&ana, "on"), ("class-grounds", "By law.")];
        assert_eq!(node.act("chief", id, "classify", &fields).await.status, StatusCode::SEE_OTHER, "{}", node.name);
        let after = closed().await.unwrap();
        assert_eq!((after[0].int(0).unwrap(), after[0].int(2).unwrap()), (before, 4), "{}", node.name);
        assert_eq!(node.get("boris", &format!("/warnings/{id}")).await.status, StatusCode::NOT_FOUND, "{}", node.name);
        node.rebuilds().await;
    }
}

#[tokio::test]
async fn a_warning_is_never_more_open_than_what_it_quotes() {
    for node in both().await {
        let secret = Secrecy { class: Class::WorkSecret, named: None };
        let of = |secrecy: &Secrecy, flag: Finding| Finding { secrecy: secrecy.clone(), ..flag };
        // Raised in a source that is classified: from the first act on.
        let flag = of(&secret, finding("p-1", 1, &[("R024", "0.3")]));
        let id = id_of(&flag);
        node.raise(vec![flag]).await;
        assert_eq!(now(&node, id).await.0.secrecy, secret, "{}", node.name);
        assert_eq!(node.get("clerk", &format!("/warnings/{id}")).await.status, StatusCode::NOT_FOUND, "{}", node.name);
        let listed = node.get("clerk", "/api/warnings?stage=all").await.text();
        assert!(!listed.contains("Demo works p-1"), "{}: {listed}", node.name);

        // One more reason out of such a source makes an open warning as secret, and names who alone may know.
        let flag = finding("p-2", 1, &[("R018", "1")]);
        let id = id_of(&flag);
        node.raise(vec![flag]).await;
        assert_eq!(node.get("boris", &format!("/warnings/{id}")).await.status, StatusCode::OK, "{}", node.name);
        let named = Secrecy { class: Class::Internal, named: Some([officer("ana")].into()) };
        node.raise(vec![of(&named, finding("p-2", 2, &[("R018", "1"), ("CN-04", "0")]))]).await;
        assert_eq!(now(&node, id).await.0.secrecy, named, "{}", node.name);
        for (who, status) in [("ana", StatusCode::OK), ("boris", StatusCode::NOT_FOUND), ("chief", StatusCode::OK)] {
            assert_eq!(node.get(who, &format!("/warnings/{id}")).await.status, status, "{}: {who}", node.name);
        }

        // What was dealt with as a secret is one when it is found again.
        assert_eq!(node.act("ana", id, "take", &[]).await.status, StatusCode::SEE_OTHER, "{}", node.name);
        let verdicts = [("verdict-0", "refuted"), ("verdict-1", "refuted"), ("grounds", "The record was wrong.")];
        assert_eq!(node.act("ana", id, "conclude", &verdicts).await.status, StatusCode::SEE_OTHER, "{}", node.name);
        let again = finding("p-2", 3, &[("R018", "9")]);
        let id = id_of(&again);
        assert_eq!(node.raise(vec![again]).await, 1, "{}", node.name);
        assert_eq!(now(&node, id).await.0.secrecy, named, "{}", node.name);
        node.rebuilds().await;
    }
}

#[tokio::test]
async fn warnings_follow_their_source_open_and_closed() {
    for node in both().await {
        // What a source's screening led to: any act of a matter will do.
        let led = node.store.feed(node.id.number(), 0, 1).await.unwrap().remove(0);
        let (source, cause) = (MatterId::new(led.act.matter), led.act.id);
        let (open, closed) = (finding("p-1", cause, &[("R024", "0.3")]), finding("p-2", cause, &[("R018", "1")]));
        let elsewhere = finding("p-3", 5, &[("R018", "1")]);
        let ids = [&open, &closed, &elsewhere].map(id_of);
        node.raise(vec![open, closed, elsewhere]).await;
        assert_eq!(node.act("ana", ids[1], "take", &[]).await.status, StatusCode::SEE_OTHER, "{}", node.name);
        let verdicts = [("verdict-0", "refuted"), ("grounds", "The record was wrong.")];
        assert_eq!(node.act("ana", ids[1], "conclude", &verdicts).await.status, StatusCode::SEE_OTHER, "{}", node.name);
        for id in ids {
            assert_eq!(node.get("boris", &format!("/warnings/{id}")).await.status, StatusCode::OK, "{}", node.name);
        }

        let secret = Secrecy { class: Class::Internal, named: Some([officer("ana")].into()) };
        assert_eq!(node.follow(source, &secret).await, 2, "{}", node.name);
        assert_eq!(node.follow(source, &secret).await, 0, "{}: said once", node.name);
        let seen = [StatusCode::NOT_FOUND, StatusCode::NOT_FOUND, StatusCode::OK];
        for (id, status) in ids.into_iter().zip(seen) {
            assert_eq!(node.get("boris", &format!("/warnings/{id}")).await.status, status, "{}", node.name);
        }
        let listed = node.get("boris", "/api/warnings?stage=all").await.text();
        assert!(!listed.contains("Demo works p-1") && !listed.contains("Demo works p-2"), "{}: {listed}", node.name);
        let page = node.get("ana", &format!("/warnings/{}", ids[1])).await.text();
        assert!(page.contains("数据来源重新定密"), "{}: {page}", node.name);

        // The chief opens no warning whose source is not open, and where it is opened, says so.
        let opened = [("class", "internal"), ("class-grounds", "g")];
        let refused = node.act("chief", ids[0], "classify", &opened).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", node.name);
        assert!(refused.text().contains("密级更高"), "{}: {}", node.name, refused.text());
        assert_eq!(node.follow(source, &Secrecy::default()).await, 2, "{}", node.name);
        assert_eq!(now(&node, ids[0]).await.0.secrecy, secret, "{}: as it was", node.name);
        let done = node.act("chief", ids[0], "classify", &opened).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}: {}", node.name, done.text());
        assert_eq!(node.get("boris", &format!("/warnings/{}", ids[0])).await.status, StatusCode::OK, "{}", node.name);
        node.rebuilds().await;
    }
}
