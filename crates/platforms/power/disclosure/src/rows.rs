//! The rows of disclosures and duties, and the pure function from events to them.

use kernel::{Erasable, MatterId, OrganId};
use sha2::{Digest as _, Sha256};
use store::{
    Change, Changes, Migration, Projector, Recorded, Schema, Store, StoreFault, TOMBSTONE, Table, Timer, Tombstone,
    Value, bytes, int, set, text,
};

use crate::content::Content;
use crate::duty::Armed;
use crate::events::{DisclosureEvent, Outcome};
use crate::state::Stage;

pub(crate) static DISCLOSING: Table = Table {
    name: "disclosing",
    columns: &[int("node"), bytes("matter"), bytes("organ"), int("since"), text("lacks")],
    key: 2,
};

pub(crate) static DUTY: Table = Table {
    name: "disclosure_duty",
    columns: &[
        int("node"),
        bytes("matter"),
        text("entry"),
        text("period"),
        bytes("organ"),
        int("due"),
        text("why"),
        text("stage"),
        int("settled_at"),
    ],
    key: 4,
};

pub(crate) static DISCLOSURE: Table = Table {
    name: "disclosure",
    columns: &[
        int("node"),
        bytes("matter"),
        bytes("organ"),
        text("entry"),
        text("period"),
        int("came"),
        int("due"),
        text("why"),
        text("stage"),
        text("draft_title"),
        bytes("drafter"),
        int("drafted_at"),
        int("lapsed_at"),
        int("shown"),
        int("number"),
        text("title"),
        text("digest"),
        int("first_at"),
        int("published_at"),
        int("until"),
    ],
    key: 2,
};

/// What this platform keeps.
pub const SCHEMA: Schema = Schema {
    migrations: &[
        Migration { id: "disclosure/0001", sql: include_str!("../migrations/0001_disclosure.sql") },
        Migration { id: "disclosure/0002", sql: include_str!("../migrations/0002_comment.sql") },
    ],
    tables: &[&DISCLOSING, &DUTY, &DISCLOSURE, &crate::comment::rows::COMMENT],
};

/// How the kinds of these acts begin.
const KINDS: &str = "disclosure.";

/// Timers of duties and of what came by change: `duty:VIL-01:2026-Q1`, `due`.
pub(crate) const TIMER_KIND: &str = "disclosure.due";

/// The timer of a disclosure that is counted from when its information came to be.
pub(crate) const DUE: &str = "due";

/// The matter of an organ's catalogue: one for each organ of the node.
pub fn matter_of(organ: OrganId) -> MatterId {
    let mut hash = Sha256::new();
    hash.update(b"qingyuan.disclosure.organ.1");
    hash.update(organ.bytes());
    let digest = hash.finalize();
    let mut id = [0; 16];
    id.copy_from_slice(&digest[..16]);
    MatterId::from_bytes(id)
}

/// The name of a duty's timer.
fn timer_name(entry: &str, period: &str) -> String {
    format!("duty:{entry}:{period}")
}

/// The entry and period that a timer's name says.
pub(crate) fn named(timer: &str) -> Option<(&str, &str)> {
    timer.strip_prefix("duty:")?.split_once(':')
}

/// Where an event happened.
#[derive(Clone, Copy)]
pub(crate) struct Here {
    /// The node's number.
    pub(crate) node: i64,
    /// The civil time in which days end.
    pub(crate) zone: kernel::Zone,
    /// When, milliseconds since 1970.
    pub(crate) at: i64,
}

/// The rows of an event of the matter `id`.
pub(crate) fn changes(here: Here, id: MatterId, event: &DisclosureEvent) -> Changes {
    let Here { node, zone, at } = here;
    let key = || vec![node.into(), id.value().into()];
    let arm = |duty: &Armed, organ: OrganId| armed(here, id, organ, duty);
    let settled = |entry: &str, period: &str, stage: &str| {
        let key = vec![node.into(), id.value().into(), entry.into(), period.into()];
        [
            set(&DUTY, key, [("stage", stage.into()), ("settled_at", at.into())]),
            Timer::disarm(node, id.value(), &timer_name(entry, period)),
        ]
    };
    match event {
        DisclosureEvent::Opened { organ, since, except, duties, .. } => {
            let without: Vec<&str> = except.iter().map(|it| it.entry.as_str()).collect();
            let row = vec![
                node.into(),
                id.value().into(),
                organ.value().into(),
                since.number().into(),
                without.join(" ").into(),
            ];
            let rows = std::iter::once(DISCLOSING.row(row));
            rows.chain(duties.iter().flat_map(|duty| arm(duty, *organ))).collect()
        }
        DisclosureEvent::Armed { organ, duties } => duties.iter().flat_map(|duty| arm(duty, *organ)).collect(),
        DisclosureEvent::Met { organ, entry, period, next, .. } => {
            let rows = settled(entry, period, "met").into_iter();
            rows.chain(next.iter().flat_map(|duty| arm(duty, *organ))).collect()
        }
        DisclosureEvent::Lapsed { organ, entry, period: Some(period), next, .. } => {
            let rows = settled(entry, period, "lapsed").into_iter();
            rows.chain(next.iter().flat_map(|duty| arm(duty, *organ))).collect()
        }
        DisclosureEvent::Lapsed { .. } => {
            vec![set(&DISCLOSURE, key(), [("lapsed_at", at.into())]), Timer::disarm(node, id.value(), DUE)]
        }
        DisclosureEvent::Void { entry, period, .. } => settled(entry, period, "void").into(),
        DisclosureEvent::Drafted { organ, entry, period, came, due, why, content, officer, .. } => {
            let row = DISCLOSURE.row(vec![
                node.into(),
                id.value().into(),
                organ.value().into(),
                entry.as_str().into(),
                period.clone().unwrap_or_default().into(),
                came.number().into(),
                due.map_or(Value::NullInt, |due| due.number().into()),
                why.clone().map_or(Value::NullText, Value::from),
                Stage::ToReview.code().into(),
                title(content),
                officer.value().into(),
                at.into(),
                Value::NullInt,
                Value::Int(0),
                Value::Int(0),
                Value::NullText,
                Value::NullText,
                Value::NullInt,
                Value::NullInt,
                Value::NullInt,
            ]);
            let timer = due.map(|due| {
                let (matter, due) = (id.value(), zone.end_of(due).ms());
                Timer { node, matter, name: DUE.to_owned(), due, kind: TIMER_KIND.to_owned() }.arm()
            });
            [Some(row), timer].into_iter().flatten().collect()
        }
        DisclosureEvent::Rewritten { content, officer, .. } => {
            let columns = [
                ("stage", Stage::ToReview.code().into()),
                ("draft_title", title(content)),
                ("drafter", officer.value().into()),
                ("drafted_at", at.into()),
            ];
            vec![set(&DISCLOSURE, key(), columns)]
        }
        DisclosureEvent::Reviewed { outcome, .. } => {
            let stage = if *outcome == Outcome::Refused { Stage::Refused } else { Stage::ToPublish };
            vec![set(&DISCLOSURE, key(), [("stage", stage.code().into())])]
        }
        DisclosureEvent::Published { number, content, until, .. } => {
            let until = until.map_or(Value::NullInt, |until| until.number().into());
            let columns = [
                ("stage", Stage::Published.code().into()),
                ("shown", Value::Int(1)),
                ("number", (*number).into()),
                ("title", title(content)),
                ("digest", content.clone().into_kept().map_or(Value::NullText, |it| it.sha256.into())),
                ("draft_title", Value::NullText),
                ("published_at", at.into()),
                ("until", until),
            ];
            let mut changes = vec![set(&DISCLOSURE, key(), columns), Timer::disarm(node, id.value(), DUE)];
            if *number == 1 {
                changes.push(set(&DISCLOSURE, key(), [("first_at", at.into())]));
            }
            changes
        }
        DisclosureEvent::Withdrawn { .. } => {
            let columns =
                [("stage", Stage::Withdrawn.code().into()), ("shown", Value::Int(2)), ("draft_title", Value::NullText)];
            vec![set(&DISCLOSURE, key(), columns)]
        }
        // What came of the comments is in the act and in their own rows.
        DisclosureEvent::Concluded { .. } => Changes::new(),
        DisclosureEvent::Erased(tombstone) => blank(node, id.value(), tombstone),
    }
}

fn title(content: &Erasable<Content>) -> Value {
    content.clone().into_kept().map_or(Value::NullText, |content| content.name.into())
}

fn armed(here: Here, id: MatterId, organ: OrganId, duty: &Armed) -> Vec<Change> {
    let (node, matter) = (here.node, id.value());
    let stage = match (&duty.due, &duty.why) {
        (_, Some(_)) => "unmeasured",
        _ => "armed",
    };
    let row = DUTY.row(vec![
        node.into(),
        matter.into(),
        duty.entry.as_str().into(),
        duty.period.as_str().into(),
        organ.value().into(),
        duty.due.map_or(Value::NullInt, |due| due.number().into()),
        duty.why.clone().map_or(Value::NullText, Value::from),
        stage.into(),
        Value::NullInt,
    ]);
    let timer = duty.due.map(|due| {
        let (name, due) = (timer_name(&duty.entry, &duty.period), here.zone.end_of(due).ms());
        Timer { node, matter, name, due, kind: TIMER_KIND.to_owned() }.arm()
    });
    [Some(row), timer].into_iter().flatten().collect()
}

/// What the rows keep of what a tombstone erases. A title goes from the row whichever version it is erased from; the lists read
/// it from the newest act that still has it.
fn blank(node: i64, matter: u128, gone: &Tombstone) -> Changes {
    let content = gone.fields.iter().any(|field| field == CONTENT);
    let key = || vec![node.into(), matter.into()];
    match gone.of.split('@').next() {
        Some("disclosure.published") if content => {
            vec![set(&DISCLOSURE, key(), [("title", Value::NullText), ("digest", Value::NullText)])]
        }
        Some("disclosure.drafted" | "disclosure.rewritten") if content => {
            vec![set(&DISCLOSURE, key(), [("draft_title", Value::NullText)])]
        }
        _ => Changes::new(),
    }
}

/// The field that holds title and paragraphs.
pub(crate) const CONTENT: &str = "content";

/// Replays disclosures.
///
/// - `zone`: the civil time in which days end.
pub fn projector(zone: kernel::Zone) -> impl Projector {
    struct Replay(kernel::Zone);
    impl Projector for Replay {
        fn follows(&self, kind: &str) -> bool {
            kind.starts_with(KINDS) || kind == TOMBSTONE
        }

        fn changes(&self, _: &Store, act: &Recorded) -> Result<Changes, StoreFault> {
            if act.act.kind == TOMBSTONE && !of_ours(act)? {
                return Ok(Changes::new());
            }
            let here = Here { node: act.act.node, zone: self.0, at: act.act.at_ms };
            Ok(changes(here, MatterId::new(act.act.matter), &act.event()?))
        }

        fn erasable(&self, kind: &str) -> &'static [&'static str] {
            match kind.split('@').next() {
                Some("disclosure.drafted") => &[CONTENT],
                Some("disclosure.rewritten" | "disclosure.published") => &[CONTENT, "correction"],
                Some("disclosure.reviewed" | "disclosure.withdrawn") => &["reason"],
                _ => &[],
            }
        }

        fn blank(&self, node: i64, (matter, _): (u128, u64), tombstone: &Tombstone) -> Changes {
            blank(node, matter, tombstone)
        }
    }
    Replay(zone)
}

/// Whether a tombstone is of an act of this platform.
fn of_ours(act: &Recorded) -> Result<bool, StoreFault> {
    #[derive(serde::Deserialize)]
    struct Of {
        of: String,
    }
    Ok(act.event::<Of>()?.of.starts_with(KINDS))
}
