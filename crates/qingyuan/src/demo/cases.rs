//! The demo's process: a licence, deployed by two officers, changed once, and cases of it at every stage, as they would stand in life;
//! some of an earlier version were moved to the present one.

use std::collections::BTreeMap;

use access::Hand;
use casework::attachment::{Attachment, Kind};
use casework::case::list::Reach;
use casework::desk::{Beside, By, Opening, Wish};
use casework::migration::Asked;
use casework::migration::mover::{Mover, Officer};
use casework::modeller::Proposal;
use directory::Register;
use dmn::{Context, Value};
use flow::{Command, ElementId};
use kernel::day::{TestClock, Zone};
use kernel::limit::{Budget, Law, Limit};
use kernel::{Clock as _, Day, Erasable, MatterId, OfficerId, OrganId, PostId};
use testkit::demo::Jurisdiction;

use crate::node::{Node, chain};

/// The files of the example, embedded like the other packs.
const FILES: [(&str, &[u8]); 6] = [
    ("licence.bpmn", include_bytes!("../../../../packs/cn/processes/licence/licence.bpmn")),
    ("licence.dmn", include_bytes!("../../../../packs/cn/processes/licence/licence.dmn")),
    ("apply.json", include_bytes!("../../../../packs/cn/processes/licence/apply.json")),
    ("accept.json", include_bytes!("../../../../packs/cn/processes/licence/accept.json")),
    ("check.json", include_bytes!("../../../../packs/cn/processes/licence/check.json")),
    ("serve.json", include_bytes!("../../../../packs/cn/processes/licence/serve.json")),
];

/// The day on which the process comes into force.
const BEGINS: Day = Day::constant(2026, 10, 12);

/// The day from which its changed version is in force.
const CHANGES: Day = Day::constant(2026, 11, 10);

/// How far a case gets.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    Opened,
    Correcting,
    AskedTwice,
    Accepted,
    Checked,
    Granted,
    Refused,
    Returned,
}

/// Cases: the day of opening, what it is about, its area, and how far it gets by the demo's last day.
const CASES: [(Day, &str, i64, Fate); 12] = [
    (Day::constant(2026, 10, 13), "示例临时占用道路许可（一号路）", 60, Fate::Granted),
    (Day::constant(2026, 10, 15), "示例户外广告设置许可（二号街）", 30, Fate::Refused),
    (Day::constant(2026, 10, 19), "示例建筑垃圾处置许可（三号工地）", 640, Fate::Granted),
    (Day::constant(2026, 10, 22), "示例临时占用道路许可（四号路）", 120, Fate::Granted),
    (Day::constant(2026, 10, 28), "示例城市道路挖掘许可（五号路）", 300, Fate::Granted),
    (Day::constant(2026, 11, 2), "示例户外广告设置许可（六号街）", 45, Fate::Correcting),
    (Day::constant(2026, 11, 4), "示例建筑垃圾处置许可（七号工地）", 510, Fate::Checked),
    (Day::constant(2026, 11, 9), "示例城市道路挖掘许可（八号路）", 260, Fate::AskedTwice),
    (Day::constant(2026, 11, 11), "示例临时占用道路许可（九号路）", 80, Fate::Returned),
    (Day::constant(2026, 11, 12), "示例户外广告设置许可（十号街）", 20, Fate::Accepted),
    (Day::constant(2026, 11, 13), "示例建筑垃圾处置许可（十一号工地）", 700, Fate::Opened),
    (Day::constant(2026, 11, 16), "示例城市道路挖掘许可（十二号路）", 150, Fate::Opened),
];

/// An officer in a post.
pub(super) type Person = (Hand, PostId);

/// An officer in a post, for the organ to which the post belongs.
pub(super) fn person(register: &Register, officer: OfficerId, post: PostId) -> Option<Person> {
    let organ = register.post(post).map(|post| post.organ)?;
    Some((Hand { officer, organ, on_behalf_of: None }, post))
}

/// Who has a duty in the demo.
pub(super) fn of_duty(register: &Register, place: &Jurisdiction, duty: &str) -> Option<Person> {
    let role = place.roles.iter().find(|role| role.duty == duty)?;
    person(register, role.officer, role.post)
}

/// Who works on the cases of an organ.
pub(super) struct Bureau {
    organ: OrganId,
    pub(super) handler: Person,
    pub(super) head: Person,
}

/// Deploys the process and works on its cases, day by day; what the demo's people do not allow is left out.
pub(crate) async fn plant(node: &Node, clock: &TestClock, place: &Jurisdiction) -> Result<(), String> {
    let register = node.directory.register().await.map_err(|fault| chain(&fault))?.ok_or("the demo has no register")?;
    let role = |duty: &str| of_duty(&register, place, duty);
    let (Some(steward), Some(approver)) = (role("rule-steward"), role("rule-approver")) else { return Ok(()) };
    let within = |organ: OrganId, duty: &str, known: Option<Person>| {
        known.filter(|(hand, _)| hand.organ == organ).or_else(|| {
            let posts = register.posts().filter(|post| post.organ == organ && post.duties.iter().any(|it| it == duty));
            posts
                .flat_map(|post| register.appointments().iter().filter(move |it| it.post == post.id))
                .find_map(|it| person(&register, it.officer, it.post))
        })
    };
    let (handler, head) = (role("organ-handler"), role("organ-head"));
    let organs: BTreeMap<OrganId, ()> =
        [handler, head].into_iter().flatten().map(|(hand, _)| (hand.organ, ())).collect();
    let bureaus: Vec<Bureau> = organs
        .into_keys()
        .filter_map(|organ| {
            let handler = within(organ, "organ-handler", handler)?;
            let head = within(organ, "organ-head", head)?;
            (handler.0.officer != head.0.officer).then_some(Bureau { organ, handler, head })
        })
        .collect();
    let last = clock.now();
    clock.set(at(super::packs::BEGINS, 9));
    super::packs::deploy_all(node, (steward, approver), super::packs::BEGINS).await?;
    let of_process = super::powers::plant(node, clock, place, (super::packs::BEGINS, false)).await?;
    clock.set(at(BEGINS, 9));
    deploy(node, (steward, approver), first()).await?;
    let powers = super::powers::plant(node, clock, place, (BEGINS, true)).await?;
    let mut changed = false;
    let mut last_two: BTreeMap<OrganId, Vec<MatterId>> = BTreeMap::new();
    for (n, (day, title, area, fate)) in CASES.into_iter().enumerate() {
        if !changed && day >= CHANGES {
            clock.set(at(CHANGES, 9));
            deploy(node, (steward, approver), second(node)).await?;
            changed = true;
        }
        for bureau in &bureaus {
            clock.set(at(day, 10));
            let power = powers.iter().find(|(name, _)| title.starts_with(**name)).map(|(_, id)| *id);
            let id = case(node, clock, bureau, (n, title, area, power), (day, fate)).await?;
            if n + 2 >= CASES.len() {
                last_two.entry(bureau.organ).or_default().push(id);
            }
        }
    }
    // The last two of each bureau came from one applicant.
    for bureau in &bureaus {
        if let Some([first, second]) = last_two.get(&bureau.organ).map(Vec::as_slice) {
            let words = "同一申请人、同一地段，并案办理。";
            node.desk.merge(bureau.head, *second, *first, words).await.map_err(|error| chain(&error))?;
        }
    }
    if let (Some(bureau), Some(reviewer)) = (bureaus.first(), role("legal-reviewer")) {
        super::packs::play(node, clock, (bureau, reviewer), &of_process).await?;
    }
    if let Some(bureau) = bureaus.first() {
        super::citizens::plant(node, clock, bureau).await?;
    }
    clock.set(last);
    // Timers that came due on the way.
    let (carrier, clockwork) = (node.carrier(), node.case_clockwork());
    while carrier.catch_up().await.map_err(|fault| chain(&fault))? > 0
        || clockwork.tick().await.map_err(|fault| chain(&fault))? > 0
    {}
    if let Some(bureau) = bureaus.iter().find(|bureau| head.is_some_and(|(hand, _)| hand.organ == bureau.organ)) {
        moved(node, bureau).await?;
    }
    super::powers::waiting(node, place, &powers).await?;
    propose_change(node, steward).await
}

fn at(day: Day, hour: i64) -> kernel::Instant {
    Zone::CHINA.start_of(day).plus_ms(hour * 3_600_000)
}

fn files(change: impl Fn(String) -> String) -> Vec<(String, Vec<u8>)> {
    let file = |(name, bytes): &(&str, &[u8])| {
        let bytes = match name.ends_with(".bpmn") {
            true => change(String::from_utf8_lossy(bytes).into_owned()).into_bytes(),
            false => bytes.to_vec(),
        };
        ((*name).to_owned(), bytes)
    };
    FILES.iter().map(file).collect()
}

/// The changed version: the whole takes eight working days instead of ten, the acceptance one instead of two; the last step has
/// another id, so that who stands there needs a pair.
fn revised(text: String) -> String {
    let text = text.replace(r#"promised="10""#, r#"promised="8""#).replacen(r#"promised="2""#, r#"promised="1""#, 1);
    ["id", "sourceRef", "targetRef", "bpmnElement"].iter().fold(text, |text, attribute| {
        text.replace(&format!("{attribute}=\"serve\""), &format!("{attribute}=\"deliver\""))
    })
}

fn proposal((files, valid_from): (Vec<(String, Vec<u8>)>, Day), reason: &str, based_on: Option<MatterId>) -> Proposal {
    let (name, reason) = ("行政许可（一般程序）".to_owned(), reason.to_owned());
    Proposal { name, files, valid_from, reason, based_on }
}

fn first() -> Proposal {
    let reason = "许可事项统一按一般程序网上办理，受理与复核由两人分别承担。";
    proposal((files(|text| text), BEGINS), reason, None)
}

fn second(node: &Node) -> Proposal {
    let reason = "承诺时限压缩：全程由十日改为八日，受理由两日改为一日。";
    proposal((files(revised), CHANGES), reason, newest(node))
}

/// The model of the licence's newest version.
fn newest(node: &Node) -> Option<MatterId> {
    let versions = node.desk.library().versions();
    versions.iter().find(|version| version.definition.process == "licence").map(|version| version.model)
}

pub(super) async fn deploy(
    node: &Node,
    (steward, approver): (Person, Person),
    proposal: Proposal,
) -> Result<(), String> {
    let modeller = node.modeller();
    let id = modeller.propose(steward, proposal).await.map_err(|error| chain(&error))?;
    let found = casework::model::rows::load(&node.store, node.id.number(), id).await.map_err(|fault| chain(&fault))?;
    let (model, _) = found.ok_or("the proposed model is not there")?;
    modeller.approve(approver, &model, None).await.map_err(|error| chain(&error))
}

/// The head of an organ moves its running cases to the present version; one waits at a step that is called otherwise, and stays.
async fn moved(node: &Node, bureau: &Bureau) -> Result<(), String> {
    let Some(to) = newest(node) else { return Ok(()) };
    let (hand, post) = bureau.head;
    let officer = Officer { hand, post, reach: Reach::of_machine(node.id) };
    let asked = Asked {
        process: ElementId::from("licence"),
        to,
        from: vec![1],
        organ: Some(bureau.organ),
        mapping: BTreeMap::new(),
        policy: flow::migrate::ClockPolicy::Rederive,
    };
    let reason = "承诺时限已压缩，对当事人有利，在办件一并适用新版本。";
    match Mover::new(node.desk.clone()).move_all(&officer, &asked, reason).await {
        // Where the demo's people left none running, there is none to be moved.
        Ok(_) | Err(casework::migration::mover::MoveError::Refused(casework::migration::Refusal::Nothing)) => Ok(()),
        Err(error) => Err(chain(&error)),
    }
}

/// A change waits for whoever signs in as approver: the check is to take two working days instead of three.
async fn propose_change(node: &Node, steward: Person) -> Result<(), String> {
    let files = files(|text| revised(text).replace(r#"promised="3""#, r#"promised="2""#));
    let reason = "复核多在两个工作日内完成，拟把承诺时限由三日改为两日。";
    let proposal = proposal((files, node.clock.today()), reason, newest(node));
    node.modeller().propose(steward, proposal).await.map_err(|error| chain(&error))?;
    Ok(())
}

/// One case, from its opening to where it gets.
async fn case(
    node: &Node,
    clock: &TestClock,
    bureau: &Bureau,
    (n, title, area, power): (usize, &str, i64, Option<MatterId>),
    (day, fate): (Day, Fate),
) -> Result<MatterId, String> {
    let by = |(hand, post): Person| By::Officer(hand, post);
    let variables = context(&[("file", Value::text(format!("2026-{:03}", n + 1))), ("area", Value::whole(area))]);
    let opening = Opening {
        process: ElementId::from("licence"),
        start: None,
        title: title.to_owned(),
        organ: bureau.organ,
        variables,
        caller: None,
        power,
    };
    let (opening, beside) = with_materials(node, opening, n).await?;
    let opened = node.desk.open_beside(by(bureau.handler), &opening, beside).await;
    let id = opened.map_err(|error| chain(&error))?;
    go_on(node, clock, bureau, id, (n, day, fate)).await?;
    Ok(id)
}

/// Carries a case on to where it gets.
pub(super) async fn go_on(
    node: &Node,
    clock: &TestClock,
    bureau: &Bureau,
    id: MatterId,
    (n, day, fate): (usize, Day, Fate),
) -> Result<(), String> {
    if fate == Fate::Opened {
        return Ok(());
    }
    if fate == Fate::AskedTwice {
        asked(node, clock, bureau.handler, id, day).await?;
        return Ok(());
    }
    clock.set(at(day.plus(1), 11));
    let complete = fate != Fate::Correcting;
    let opinion = if complete { "材料齐全，符合法定形式。" } else { "缺少平面图，请补正。" };
    let accepted = [("complete", Value::Boolean(complete)), ("opinion", Value::text(opinion))];
    done(node, bureau.handler, id, "accept", &accepted).await?;
    if matches!(fate, Fate::Correcting | Fate::Accepted) {
        return Ok(());
    }
    clock.set(at(day.plus(3), 15));
    if fate == Fate::Returned {
        returned(node, bureau.head, id).await?;
        return Ok(());
    }
    let agreed = fate != Fate::Refused;
    let grounds =
        if agreed { "符合条件，同意。" } else { "设置位置影响通行安全，不符合条件。" };
    done(node, bureau.head, id, "check", &[("agreed", Value::Boolean(agreed)), ("grounds", Value::text(grounds))])
        .await?;
    if fate != Fate::Granted {
        return Ok(());
    }
    clock.set(at(day.plus(6), 10));
    let number = Value::text(format!("许2026-{:03}", n + 1));
    let served = Value::date(&day.plus(6).to_string()).ok_or("a day is a date")?;
    done(
        node,
        bureau.handler,
        id,
        "serve",
        &[("number", number), ("means", Value::text("counter")), ("served", served)],
    )
    .await?;
    Ok(())
}

/// Materials come with every second application: a paper of one page that says that it is an example.
async fn with_materials(node: &Node, opening: Opening, n: usize) -> Result<(Opening, Beside), String> {
    if n % 2 == 1 {
        return Ok((opening, Beside::default()));
    }
    let (blobs, paper) = (node.store.blobs().clone(), paper(n));
    let put = tokio::task::spawn_blocking(move || {
        let name = ("示例申请书.pdf", Kind::Pdf);
        Attachment::put(&blobs, "materials", name, &paper)
    });
    let file = put.await.map_err(|error| error.to_string())?.map_err(|fault| chain(&fault))?;
    let mut opening = opening;
    opening.variables.insert("materials".to_owned(), Value::List(vec![Value::text(file.blob.as_str())]));
    Ok((opening, Beside { files: vec![file], ..Beside::default() }))
}

/// A document of one page in PDF 1.4.
fn paper(n: usize) -> Vec<u8> {
    let text = format!("BT /F1 16 Tf 72 760 Td (Example of an application, number {}. Nobody's data.) Tj ET", n + 1);
    let objects = [
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        "<</Type/Pages/Kids[3 0 R]/Count 1>>".to_owned(),
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>".to_owned(),
        format!("<</Length {}>>stream\n{text}\nendstream", text.len()),
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>".to_owned(),
    ];
    let mut all = "%PDF-1.4\n".to_owned();
    let mut places = Vec::new();
    for (at, object) in objects.iter().enumerate() {
        places.push(all.len());
        all.push_str(&format!("{} 0 obj\n{object}\nendobj\n", at + 1));
    }
    let table = all.len();
    all.push_str(&format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1));
    for place in places {
        all.push_str(&format!("{place:010} 00000 n \n"));
    }
    all.push_str(&format!("trailer<</Size {}/Root 1 0 R>>\nstartxref\n{table}\n%%EOF\n", objects.len() + 1));
    all.into_bytes()
}

pub(super) fn context(pairs: &[(&str, Value)]) -> Context {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
}

/// The open task of an element.
async fn task_of(node: &Node, id: MatterId, element: &str) -> Result<u64, String> {
    let case = node.desk.load(id).await.map_err(|fault| chain(&fault))?.ok_or("the case is not there")?;
    let open = case.state.tasks.iter().find(|(_, task)| task.element.as_str() == element);
    open.map(|(number, _)| *number).ok_or_else(|| format!("the case has no task {element}"))
}

async fn done(
    node: &Node,
    person: Person,
    id: MatterId,
    element: &str,
    outputs: &[(&str, Value)],
) -> Result<(), String> {
    let task = task_of(node, id, element).await?;
    let (hand, post) = person;
    let claim = Command::Claim { task, by: (hand.officer, post) };
    let complete = Command::CompleteTask { task, by: hand.officer, outputs: context(outputs) };
    let wishes = [Wish::from(claim), Wish::from(complete)];
    node.desk.act(By::Officer(hand, post), id, &wishes).await.map_err(|error| chain(&error))?;
    Ok(())
}

/// The applicant is asked to complete the papers, brings some, and is asked once more for what should have been said at once.
async fn asked(node: &Node, clock: &TestClock, (hand, post): Person, id: MatterId, day: Day) -> Result<(), String> {
    let (task, by) = (task_of(node, id, "accept").await?, By::Officer(hand, post));
    let claim = Command::Claim { task, by: (hand.officer, post) };
    clock.set(at(day.plus(1), 11));
    node.desk.act(by, id, &[Wish::from(claim)]).await.map_err(|error| chain(&error))?;
    for (n, items) in [(1, "请补交施工平面图。"), (2, "请补交交通疏导方案。")] {
        clock.set(at(day.plus(n), 14));
        let until = Limit::new(Law::General, Budget::working_days(10), "补正通知");
        let notice = format!("补正2026-008-{n}");
        let ask = Command::Supplement { task, by: hand.officer, items: Erasable::erased(), until, notice };
        let asked = Wish { command: ask, words: Some(items.to_owned()) };
        let case = node.desk.act(by, id, &[asked]).await.map_err(|error| chain(&error))?;
        clock.set(at(day.plus(n), 16));
        let Some(supplement) = case.state.supplements.keys().next_back().copied() else { continue };
        let answered = Command::Answered { supplement, values: Context::new() };
        node.desk.act(by, id, &[Wish::from(answered)]).await.map_err(|error| chain(&error))?;
    }
    let outputs = context(&[("complete", Value::Boolean(true)), ("opinion", Value::text("材料补齐，符合法定形式。"))]);
    let complete = Command::CompleteTask { task, by: hand.officer, outputs };
    clock.set(at(day.plus(3), 10));
    node.desk.act(by, id, &[Wish::from(complete)]).await.map_err(|error| chain(&error))?;
    Ok(())
}

async fn returned(node: &Node, (hand, post): Person, id: MatterId) -> Result<(), String> {
    let task = task_of(node, id, "check").await?;
    let claim = Command::Claim { task, by: (hand.officer, post) };
    let reason = kernel::Erasable::erased();
    let back = Command::Return { task, by: hand.officer, to: ElementId::from("accept"), reason };
    let words = Some("占道范围与申请不一致，请核对后重报。".to_owned());
    let wishes = [Wish::from(claim), Wish { command: back, words }];
    node.desk.act(By::Officer(hand, post), id, &wishes).await.map_err(|error| chain(&error))?;
    Ok(())
}
