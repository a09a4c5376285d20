//! The tables of this platform, the pure function from events to their rows, and how a warning is read back.

mod figures;
mod groups;
mod list;
mod reach;

use std::collections::{BTreeSet, HashMap};
use std::sync::{Mutex, PoisonError};

use kernel::{Day, Instant, MatterId, OfficerId, Secrecy};
use store::{
    Change, Changes, Migration, Projector, Recorded, Schema, Store, StoreFault, TOMBSTONE, Table, Timer, Tombstone,
    Value, bytes, int, set, text,
};

use crate::events::{WORDS, WarningEvent};
use crate::types::{Outcome, Stage, Warning};

pub use figures::{
    Explaining, Month, PastVerdict, Precision, Turns, Waiting, by_rule, explanations, months, past_verdicts, precision,
    waiting, wilson,
};
pub(crate) use figures::{all, known, newest_about};
pub use groups::{Group, groups};
pub use list::{
    Counts, Filter, Indicator, Listed, Named, Order, Tab, by_number, counts, currency, find, held, indicators, list,
    organs,
};
pub(crate) use reach::CHIEF;
pub use reach::Reach;

/// The kind of this platform's timers.
pub const TIMER_KIND: &str = "supervision.clock";
/// The one timer of a warning.
const TIMER_NAME: &str = "clock";

static WARNING: Table = Table {
    name: "warning",
    columns: &[
        int("node"),
        bytes("matter"),
        int("version"),
        int("number"),
        int("light"),
        text("stage"),
        int("running"),
        bytes("unit"),
        bytes("inspector"),
        bytes("organ"),
        text("organ_name"),
        text("subject_kind"),
        text("subject_key"),
        text("subject_label"),
        text("subject_page"),
        int("score"),
        int("amount"),
        text("currency"),
        int("clock_from"),
        int("due"),
        int("raised_at"),
        int("month"),
        int("asked_at"),
        int("explained_at"),
        int("closed_at"),
        int("closed_month"),
        text("outcome"),
        int("passed_up"),
        int("reasons"),
        text("codes"),
        int("at_top"),
        int("class"),
        int("compartment"),
    ],
    key: 2,
};

static REASON: Table = Table {
    name: "warning_reason",
    columns: &[
        int("node"),
        bytes("matter"),
        int("ordinal"),
        text("rule"),
        text("rule_version"),
        int("severity"),
        text("subject"),
        text("value"),
        text("name_zh"),
        text("name_en"),
        text("verdict"),
        int("verdict_at"),
    ],
    key: 3,
};

static NAMED: Table =
    Table { name: "warning_named", columns: &[int("node"), bytes("matter"), bytes("officer")], key: 3 };

/// What supervision keeps.
pub const SCHEMA: Schema = Schema {
    migrations: &[
        Migration { id: "supervision/0001", sql: include_str!("../migrations/0001_warning.sql") },
        Migration { id: "supervision/0002", sql: include_str!("../migrations/0002_at_top.sql") },
        Migration { id: "supervision/0003", sql: include_str!("../migrations/0003_access.sql") },
        Migration { id: "supervision/0004", sql: include_str!("../migrations/0004_erasable.sql") },
        Migration { id: "supervision/0005", sql: include_str!("../migrations/0005_class.sql") },
        Migration { id: "supervision/0006", sql: include_str!("../migrations/0006_readings_of_all_matters.sql") },
    ],
    tables: &[&WARNING, &REASON, &NAMED, &crate::glass::ACCESS],
};

/// A month as a number that sorts: 202611.
pub fn month_of(day: Day) -> i64 {
    i64::from(day.year()) * 100 + i64::from(day.month())
}

/// The rows of an event.
///
/// - `after`: the warning as the event leaves it.
/// - `at`, `day`: when the act was recorded, and the civil day of that; what the act itself says, so that rebuild says
///   the same.
pub fn changes(node: i64, after: &Warning, event: &WarningEvent, at: Instant, day: Day) -> Changes {
    let matter = after.id.value();
    let key = || vec![node.into(), matter.into()];
    if let Some(secrecy) = event.classifies() {
        return classified(node, (matter, after.version), &secrecy);
    }
    let mut changes = Changes::new();
    if let WarningEvent::Raised { .. } = event {
        changes.push(opened(node, after, at, day));
    } else {
        changes.push(set(
            &WARNING,
            key(),
            [
                ("version", version(after)),
                ("light", after.light.number().into()),
                ("stage", after.stage.code().into()),
                ("running", (!after.is_closed()).into()),
                ("unit", after.unit.value().into()),
                // Nobody, where the inspector keeps out of it: whoever dispatches is to name another.
                ("inspector", after.active_inspector().map(|officer| officer.value()).into()),
                ("clock_from", after.clock.as_ref().map(|running| running.clock.started.ms()).into()),
                ("due", after.clock.as_ref().map(|running| running.ends.ms()).into()),
                ("passed_up", i64::from(after.passed_up).into()),
                ("at_top", after.at_top.into()),
                ("class", i64::from(after.secrecy.class.number()).into()),
                ("compartment", after.secrecy.named.is_some().into()),
            ],
        ));
    }
    match event {
        WarningEvent::ReasonsAdded { .. } => {
            let finding = &after.finding;
            let (amount, currency) = amount(after);
            changes.push(set(
                &WARNING,
                key(),
                [
                    ("subject_label", finding.subject.label.as_str().into()),
                    ("subject_page", finding.subject.page.as_str().into()),
                    ("organ", finding.organ.map(|organ| organ.value()).into()),
                    ("organ_name", finding.organ_name.as_str().into()),
                    ("score", finding.score.into()),
                    ("amount", amount),
                    ("currency", currency),
                    ("reasons", count(finding.reasons.len())),
                    ("codes", codes(after).into()),
                ],
            ));
        }
        WarningEvent::Asked { .. } => {
            changes.push(set(&WARNING, key(), [("asked_at", at.ms().into()), ("explained_at", Value::NullInt)]))
        }
        WarningEvent::Explained { .. } => {
            changes.push(set(&WARNING, key(), [("explained_at", at.ms().into())]));
        }
        _ => {}
    }
    if let Stage::Closed { outcome } = after.stage {
        changes.push(closed(key(), outcome, at, day));
    }
    let judged = matches!(event, WarningEvent::Concluded { .. } | WarningEvent::AppealDecided { .. });
    match event {
        WarningEvent::Raised { .. } => changes.extend(reasons(node, after)),
        WarningEvent::ReasonsAdded { .. } => {
            changes.push(Change::DeleteUnder(REASON.key(key())));
            changes.extend(reasons(node, after));
        }
        _ if judged => changes.extend((0_i64..).zip(&after.verdicts).map(|(ordinal, verdict)| {
            let mut key = key();
            key.push(ordinal.into());
            set(
                &REASON,
                key,
                [
                    ("verdict", verdict.map(|verdict| verdict.code()).into()),
                    ("verdict_at", verdict.map(|_| at.ms()).into()),
                ],
            )
        })),
        _ => {}
    }
    let may_be_named = matches!(
        event,
        WarningEvent::Raised { .. }
            | WarningEvent::ReasonsAdded { .. }
            | WarningEvent::Assigned { .. }
            | WarningEvent::HandedOver { .. }
    );
    if may_be_named {
        changes.extend(names(node, matter, after.secrecy.named.iter().flatten()));
    }
    changes.push(match &after.clock {
        // A clock that has run out at the top of the tree wakes nobody again: it stands there, overdue.
        Some(running) if running.ends > at => {
            Timer { node, matter, name: TIMER_NAME.to_owned(), due: running.ends.ms(), kind: TIMER_KIND.to_owned() }
                .arm()
        }
        _ => Timer::disarm(node, matter, TIMER_NAME),
    });
    changes
}

/// The rows of a classification. They follow from the act alone, since closed warnings are classified, too, and replayed
/// without being remembered; nothing but class and names changes.
fn classified(node: i64, (matter, version): (u128, u64), secrecy: &Secrecy) -> Changes {
    let Secrecy { class, named } = secrecy;
    let columns = [
        ("version", i64::try_from(version).unwrap_or(i64::MAX).into()),
        ("class", i64::from(class.number()).into()),
        ("compartment", named.is_some().into()),
    ];
    let mut changes = vec![set(&WARNING, vec![node.into(), matter.into()], columns)];
    changes.extend(names(node, matter, named.iter().flatten()));
    changes
}

/// Who may know of it, in the place of those before.
fn names<'a>(node: i64, matter: u128, named: impl Iterator<Item = &'a OfficerId>) -> Changes {
    let key = || vec![node.into(), matter.into()];
    let mut changes = vec![Change::DeleteUnder(NAMED.key(key()))];
    changes.extend(named.map(|officer| NAMED.row([key(), vec![officer.value().into()]].concat())));
    changes
}

fn opened(node: i64, after: &Warning, at: Instant, day: Day) -> Change {
    let finding = &after.finding;
    let (amount, currency) = amount(after);
    WARNING.row(vec![
        node.into(),
        after.id.value().into(),
        version(after),
        i64::try_from(after.number).unwrap_or(i64::MAX).into(),
        after.light.number().into(),
        after.stage.code().into(),
        true.into(),
        after.unit.value().into(),
        Value::NullBytes,
        finding.organ.map(|organ| organ.value()).into(),
        finding.organ_name.as_str().into(),
        finding.subject.kind.as_str().into(),
        finding.subject.key.as_str().into(),
        finding.subject.label.as_str().into(),
        finding.subject.page.as_str().into(),
        finding.score.into(),
        amount,
        currency,
        after.clock.as_ref().map(|running| running.clock.started.ms()).into(),
        after.clock.as_ref().map(|running| running.ends.ms()).into(),
        at.ms().into(),
        month_of(day).into(),
        Value::NullInt,
        Value::NullInt,
        Value::NullInt,
        Value::NullInt,
        Value::NullText,
        i64::from(after.passed_up).into(),
        count(finding.reasons.len()),
        codes(after).into(),
        after.at_top.into(),
        i64::from(after.secrecy.class.number()).into(),
        after.secrecy.named.is_some().into(),
    ])
}

fn closed(key: Vec<Value>, outcome: Outcome, at: Instant, day: Day) -> Change {
    let columns: [(&'static str, Value); 3] =
        [("outcome", outcome.code().into()), ("closed_at", at.ms().into()), ("closed_month", month_of(day).into())];
    set(&WARNING, key, columns)
}

fn reasons(node: i64, after: &Warning) -> impl Iterator<Item = Change> {
    (0_i64..).zip(&after.finding.reasons).map(move |(ordinal, reason)| {
        REASON.row(vec![
            node.into(),
            after.id.value().into(),
            ordinal.into(),
            reason.rule.code.as_str().into(),
            reason.rule.version.as_str().into(),
            reason.severity.into(),
            reason.subject.as_str().into(),
            reason.value.as_deref().into(),
            reason.name.zh.as_str().into(),
            reason.name.en.as_str().into(),
            Value::NullText,
            Value::NullInt,
        ])
    })
}

fn version(after: &Warning) -> Value {
    i64::try_from(after.version).unwrap_or(i64::MAX).into()
}

fn count(n: usize) -> Value {
    i64::try_from(n).unwrap_or(i64::MAX).into()
}

fn amount(after: &Warning) -> (Value, Value) {
    let sum = after.finding.sum.as_ref();
    (sum.map(|sum| sum.minor).into(), sum.map(|sum| sum.currency.as_str()).into())
}

/// The codes of a warning's reasons, each once, for exports: `CN-04 R024`.
fn codes(after: &Warning) -> String {
    let codes: BTreeSet<&str> = after.finding.reasons.iter().map(|reason| reason.rule.code.as_str()).collect();
    codes.into_iter().collect::<Vec<_>>().join(" ")
}

/// A warning and its acts, oldest first; nothing where there is none, or none that the reader may see.
///
/// # Errors
/// If the store cannot be read, or an act of the matter makes no sense.
pub async fn load(store: &Store, reach: &Reach, id: MatterId) -> Result<Option<(Warning, Vec<Recorded>)>, StoreFault> {
    let acts = store.acts_of(reach.node().number(), id.value()).await?;
    let Some(warning) = replay(id, &acts)? else { return Ok(None) };
    Ok(reach.covers(&warning).then_some((warning, acts)))
}

/// The warning that recorded acts tell; nothing if the matter is no warning.
pub(crate) fn replay(id: MatterId, acts: &[Recorded]) -> Result<Option<Warning>, StoreFault> {
    if acts.is_empty() || !acts[0].act.kind.starts_with(KINDS) {
        return Ok(None);
    }
    let events: Vec<WarningEvent> = acts.iter().map(Recorded::event).collect::<Result<_, _>>()?;
    Warning::replay(id, events.iter()).map(Some).map_err(|error| StoreFault::Nonsense(format!("warning {id}: {error}")))
}

/// How the kinds of this platform's acts begin.
const KINDS: &str = "supervision.";

/// Replays warnings for rebuild.
pub fn projector() -> impl Projector {
    #[derive(Default)]
    struct Replay {
        // Open warnings only: a closed one is never touched again.
        open: Mutex<HashMap<u128, Warning>>,
    }
    impl Projector for Replay {
        fn follows(&self, kind: &str) -> bool {
            kind.starts_with(KINDS) || kind == TOMBSTONE
        }

        fn changes(&self, _: &Store, act: &Recorded) -> Result<Changes, StoreFault> {
            let event: WarningEvent = act.event()?;
            let id = act.act.matter;
            let nonsense = |why: &str| StoreFault::Nonsense(format!("act {}: warning {id}: {why}", act.idx));
            let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
            let head = (id, act.act.version);
            // What happens to closed warnings, too, needs nothing of what they were.
            let whenever = match &event {
                WarningEvent::Erased(gone) => Some(self.blank(act.act.node, head, gone)),
                other => other.classifies().map(|secrecy| classified(act.act.node, head, &secrecy)),
            };
            if let Some(changes) = whenever {
                if let Some(warning) = open.remove(&id) {
                    open.insert(id, warning.after(&event));
                }
                return Ok(changes);
            }
            let after = match &event {
                WarningEvent::Raised { .. } => {
                    Warning::opened(MatterId::new(id), &event).map_err(|error| nonsense(&error.to_string()))?
                }
                other => open.remove(&id).ok_or_else(|| nonsense("not open"))?.after(other),
            };
            let day = Day::from_number(i64::from(act.act.day.epoch_days())).ok_or_else(|| nonsense("no such day"))?;
            let changes = changes(act.act.node, &after, &event, Instant::from_ms(act.act.at_ms), day);
            if !after.is_closed() {
                open.insert(id, after);
            }
            Ok(changes)
        }

        fn erasable(&self, kind: &str) -> &'static [&'static str] {
            if kind.starts_with(KINDS) { WORDS } else { &[] }
        }

        /// No table keeps what somebody wrote; the warning's row follows its version.
        fn blank(&self, node: i64, (matter, version): (u128, u64), gone: &Tombstone) -> Changes {
            if !gone.of.starts_with(KINDS) {
                return Changes::new();
            }
            let version = i64::try_from(version).unwrap_or(i64::MAX);
            vec![set(&WARNING, vec![node.into(), matter.into()], [("version", version.into())])]
        }
    }
    Replay::default()
}
