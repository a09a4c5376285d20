//! The demo's past: what officers did with the warnings of a run, day by day, by the same rules as everybody.
//!
//! Who does what is fixed by the warning's own id, so that the demo is the same on every machine. What inspectors find
//! is what the generator planted, with the misses and doubts of life: so the precision that pages show is earned. Some
//! warnings are left lying, and are passed up by the clockwork as in life.

use access::Hand;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use directory::Register;
use kernel::day::{TestClock, Zone};
use kernel::{Day, MatterId, PostId};
use redflags::http::{Redflags, try_figures};
use redflags::import::By;
use redflags::screening::QueuePolicy;
use store::StoreFault;
use supervision::decide::{self, Refusal};
use supervision::events::WarningEvent;
use supervision::limits::Timing;
use supervision::types::{Stage, Verdict, Warning};

use testkit::demo::Jurisdiction;

use crate::node::{Node, chain};
use crate::wires::FromSupervision;

/// Processes that something was planted in, by ocid.
pub(crate) type Planted = BTreeSet<String>;

/// How far a warning gets.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Left,
    Taken,
    Asked,
    Concluded,
    Appealed,
}

impl Fate {
    /// Shares in percent, by the number of the warning: every demo of a seed has the same past.
    fn of(number: u64) -> Fate {
        match percent(number, 0) {
            0..14 => Fate::Left,
            14..24 => Fate::Taken,
            24..36 => Fate::Asked,
            36..92 => Fate::Concluded,
            _ => Fate::Appealed,
        }
    }
}

/// A number below another for one question about a warning; the same question has the same answer for ever.
fn luck(number: u64, question: u8, below: u64) -> u64 {
    let mut mixed = number ^ (u64::from(question) << 56);
    for _ in 0..3 {
        mixed = (mixed ^ (mixed >> 29)).wrapping_add(0x632b_e59b_d9b4_e019).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
    (mixed >> 33) % below
}

fn percent(number: u64, question: u8) -> u8 {
    luck(number, question, 100) as u8
}

/// Questions beside those about a fate and about single reasons: when an officer begins, and how long they wait.
const BEGINS: u8 = 100;
const PAUSES: u8 = 101;

/// Warnings below the quota that the past leaves an inspector free to take.
const ROOM: u32 = 12;

/// Works through the open warnings from the day after `from` until the day before the next run, or `until`.
pub(crate) async fn work(
    node: &Node,
    clock: &TestClock,
    planted: &Planted,
    (from, until): (Day, Day),
) -> Result<(), String> {
    let end = crate::demo::next_run(from).map_or(until, |next| next);
    let mut due: BTreeMap<u64, (MatterId, Day)> = BTreeMap::new();
    for (number, id) in open(node).await.map_err(|fault| chain(&fault))? {
        due.insert(number, (id, from.plus(1 + luck(number, BEGINS, 24) as i64)));
    }
    let mut day = from.plus(1);
    while day < end {
        clock.set(Zone::CHINA.start_of(day).plus_ms(10 * 3_600_000));
        if node.calendar.is_working(day).unwrap_or(false) {
            node.clockwork().tick().await.map_err(|fault| chain(&fault))?;
            let today = due.iter().filter(|(_, (_, at))| *at <= day).map(|(number, (id, _))| (*number, *id));
            for (number, id) in today.collect::<Vec<_>>() {
                match step(node, clock, planted, day, id).await? {
                    Some(pause) => due.insert(number, (id, day.plus(pause))),
                    None => due.remove(&number),
                };
            }
            node.watch().catch_up().await.map_err(|fault| chain(&fault))?;
        }
        day = day.plus(1);
    }
    Ok(())
}

/// A change of an indicator's figure, as a steward makes it: tried on the past, proposed; decided by the approver where
/// there are grounds, else it waits.
pub(crate) async fn amend(
    node: &Node,
    place: &Jurisdiction,
    (code, figures): (&str, &[(&str, &str)]),
    reason: &str,
    grounds: Option<&str>,
) -> Result<(), String> {
    let verdicts = Arc::new(FromSupervision { store: node.store.clone(), node: node.id });
    let state = Redflags::new(node.importer.clone(), verdicts, QueuePolicy::default());
    let indicator = redflags_rules::registry::indicator(code).ok_or_else(|| format!("no indicator {code}"))?;
    let (content, tried) = try_figures(&state, code, figures).await.map_err(|error| chain(&error))?;
    let (steward, by) = hand_of(place, "rule-steward")?;
    node.importer
        .propose_amendment(indicator, (&content, tried), reason, &steward, &by)
        .await
        .map_err(|error| chain(&error))?;
    let Some(grounds) = grounds else { return Ok(()) };
    let (approver, by) = hand_of(place, "rule-approver")?;
    let (all, _) = node.importer.amendments(code).await.map_err(|fault| chain(&fault))?;
    let number = all.waiting().map_or(0, |waiting| waiting.number);
    node.importer
        .decide_amendment(indicator, number, true, grounds, &approver, &by)
        .await
        .map_err(|error| chain(&error))
}

/// The demo's officer with a duty, by id, and as an act states them.
pub(super) fn hand_of(place: &Jurisdiction, duty: &str) -> Result<(String, By), String> {
    let role = place.roles.iter().find(|role| role.duty == duty).ok_or_else(|| format!("nobody is {duty}"))?;
    let by = By {
        actor: store::Actor::Officer { pseudonym: role.officer.to_string() },
        post: Some(role.post.to_string()),
        organ: None,
        on_behalf_of: None,
        name: role.name.zh.clone(),
    };
    Ok((role.officer.to_string(), by))
}

async fn open(node: &Node) -> Result<Vec<(u64, MatterId)>, StoreFault> {
    let rows = node
        .store
        .read(
            "select number, matter from warning where node = $1 and stage <> 'closed' order by number",
            &[node.id.number().into()],
        )
        .await?;
    rows.iter().map(|row| Ok((row.int(0)?.unsigned_abs(), MatterId::new(row.id(1)?)))).collect()
}

/// One officer's act on a warning; how many days later the next is due, or nothing.
async fn step(
    node: &Node,
    clock: &TestClock,
    planted: &Planted,
    day: Day,
    id: MatterId,
) -> Result<Option<i64>, String> {
    let acts = node.store.acts_of(node.id.number(), id.value()).await.map_err(|fault| chain(&fault))?;
    let events: Vec<WarningEvent> =
        acts.iter().map(|act| act.event()).collect::<Result<_, _>>().map_err(|fault| chain(&fault))?;
    let warning = Warning::replay(id, events.iter()).map_err(|error| error.to_string())?;
    let found = verdicts(&warning, planted);
    let explained = events.iter().any(|event| matches!(event, WarningEvent::Explained { .. }));
    let Some(register) = node.directory.register().await.map_err(|fault| chain(&fault))? else { return Ok(None) };
    let Some((hand, post, event)) = next(node, clock, &register, day, &warning, &found, explained).await? else {
        return Ok(None);
    };
    let event = match event {
        Ok(event) => event,
        // A full quota waits for another day; whatever else the rules refuse stays undone.
        Err(Refusal::QuotaReached { .. }) => return Ok(Some(5)),
        Err(_) => return Ok(None),
    };
    let number = warning.number;
    supervision::perform(&node.directory, &node.limits, hand, post, warning, &event)
        .await
        .map_err(|error| chain(&error))?;
    Ok(Some(1 + luck(number, PAUSES, 4) as i64))
}

type Next = Option<(Hand, PostId, Result<WarningEvent, Refusal>)>;

/// Whose turn it is, and what they do; `explained` tells whether the organ has been heard.
async fn next(
    node: &Node,
    clock: &TestClock,
    register: &Register,
    day: Day,
    warning: &Warning,
    found: &[Option<Verdict>],
    explained: bool,
) -> Result<Next, String> {
    use kernel::Clock as _;
    let fate = Fate::of(warning.number);
    let timing = Timing { now: clock.now(), zone: Zone::CHINA, calendar: &node.calendar };
    let limits = &node.limits;
    let hand = |organ, duty: &str, other: Option<kernel::OfficerId>| {
        register.holders(organ, duty, day).into_iter().find(|officer| Some(officer.id) != other).and_then(|officer| {
            let post = register.posts_of(officer.id, day).into_iter().find(|post| post.organ == organ)?;
            Some((Hand { officer: officer.id, organ, on_behalf_of: None }, post.id))
        })
    };
    let inspector = |officer: kernel::OfficerId| {
        let post = register.posts_of(officer, day).into_iter().find(|post| post.organ == warning.unit)?;
        Some((Hand { officer, organ: warning.unit, on_behalf_of: None }, post.id))
    };
    let of_organ = || warning.finding.organ.and_then(|organ| hand(organ, "organ-handler", None));
    Ok(match warning.stage {
        _ if fate == Fate::Left => None,
        Stage::Dispatched => match hand(warning.unit, "inspector", None) {
            None => None,
            Some((by, post)) => {
                let held = held(node, by.officer).await.map_err(|fault| chain(&fault))?;
                // Hands are kept free for whoever tries the demo: the quota is reached that much earlier.
                let inspector =
                    decide::Inspector { officer: by.officer, held: held + ROOM, ceiling: warning.secrecy.class };
                Some((by, post, decide::assign(warning, by, inspector, limits, timing)))
            }
        },
        Stage::Checking { inspector: officer } => match inspector(officer) {
            None => None,
            Some(_) if fate == Fate::Taken => None,
            Some((by, post)) if !explained && of_organ().is_some() => {
                let question = "请说明上述提示所涉事实、依据和办理经过，并附有关材料。";
                Some((by, post, decide::ask(warning, by, true, question, limits, timing)))
            }
            Some((by, post)) => Some((by, post, decide::conclude(warning, by, found, grounds(found), limits, timing))),
        },
        Stage::Asked { .. } if fate == Fate::Asked => None,
        Stage::Asked { .. } => of_organ()
            .map(|(by, post)| (by, post, decide::explain(warning, by, explanation(found, fate), limits, timing))),
        Stage::Correcting { .. } if fate == Fate::Appealed && warning.passed_up == 0 => of_organ().map(|(by, post)| {
            let grounds = "核查结论未采纳我单位已提交的价格构成材料，请复核。";
            (by, post, decide::appeal(warning, by, grounds, limits, timing))
        }),
        Stage::Correcting { .. } => of_organ().map(|(by, post)| {
            let measures = "已重新组织评审，修订采购需求编制办法，并对经办人员作了提醒谈话。";
            (by, post, decide::correct(warning, by, measures, limits, timing))
        }),
        Stage::Corrected { inspector: officer } => {
            inspector(officer).map(|(by, post)| (by, post, decide::accept(warning, by, "已查看整改材料，措施到位。")))
        }
        Stage::Appealed { inspector: officer } => {
            hand(warning.unit, "supervision-chief", Some(officer)).map(|(by, post)| {
                let grounds = "经复核，价格构成材料可以采信，原结论予以撤回。";
                (by, post, decide::decide_appeal(warning, by, true, grounds, limits, timing))
            })
        }
        Stage::Closed { .. } => None,
    })
}

async fn held(node: &Node, officer: kernel::OfficerId) -> Result<u32, StoreFault> {
    let rows = node
        .store
        .read(
            "select count(*) from warning where node = $1 and inspector = $2 and stage <> 'closed'",
            &[node.id.number().into(), officer.value().into()],
        )
        .await?;
    rows.first().map_or(Ok(0), |row| row.int(0).map(|count| u32::try_from(count).unwrap_or(u32::MAX)))
}

/// What the inspector finds for each reason: mostly what was planted; now and then it cannot be shown.
fn verdicts(warning: &Warning, planted: &Planted) -> Vec<Option<Verdict>> {
    let subject = &warning.finding.subject;
    let behind = planted.contains(&subject.key);
    let reasons = 0..warning.finding.reasons.len();
    let verdict = |place: usize| {
        let luck = percent(warning.number, 1 + place as u8);
        match (behind, luck) {
            (true, 0..72) | (false, 0..4) => Verdict::Confirmed,
            (true, 72..) | (false, 4..80) => Verdict::Explained,
            _ => Verdict::Refuted,
        }
    };
    reasons.map(|place| Some(verdict(place))).collect()
}

fn grounds(found: &[Option<Verdict>]) -> &'static str {
    let any = |verdict| found.contains(&Some(verdict));
    match (any(Verdict::Confirmed), any(Verdict::Explained), any(Verdict::Refuted)) {
        (true, false, false) => "经调阅原始档案并约谈经办人员，所列提示均属实。",
        (true, _, _) => "所列提示部分属实，其余事项单位已作合理说明或数据有误，逐项结论如上。",
        (false, _, true) => "经核对原始档案，登记簿数据有误，提示所据事实不成立。",
        _ => "事实属实，单位说明的理由合法，有档案佐证。",
    }
}

fn explanation(found: &[Option<Verdict>], fate: Fate) -> &'static str {
    let any = |verdict| found.contains(&Some(verdict));
    match fate {
        Fate::Appealed => "报价差异由材料价格波动造成，附同期信息价。",
        _ if any(Verdict::Confirmed) => "经自查，采购需求编制不够细致，已着手整改。",
        _ if any(Verdict::Refuted) => "该项目数据录入有误，实际情况与提示不符，附原始评审记录。",
        _ => "本项目属应急抢修，已按规定报批，附批准文件和专家论证意见。",
    }
}
