//! The register's tables, and the pure function from its events to their rows.

use kernel::MatterId;
use serde::Serialize;
use store::{
    Change, Changes, Migration, Projector, Recorded, Schema, Store, StoreFault, Table, Value, bytes, int, text,
};

use crate::events::RegisterEvent;

/// The register's matter: one per node, the same in every node.
pub const REGISTER: MatterId = MatterId::new(u128::from_be_bytes(*b"qy.dir.register1"));

static ORGAN: Table = Table {
    name: "organ",
    columns: &[
        int("node"),
        bytes("matter"),
        bytes("id"),
        int("valid_from"),
        int("known_from"),
        int("number"),
        int("division"),
        text("kind"),
        bytes("parent"),
        text("name"),
        text("uscc"),
        text("content"),
    ],
    key: 5,
};

static SUCCESSION: Table =
    Table { name: "organ_succession", columns: &[int("node"), bytes("matter"), int("line"), text("content")], key: 3 };

static POST: Table = Table {
    name: "post",
    columns: &[int("node"), bytes("matter"), bytes("id"), bytes("organ"), text("content")],
    key: 3,
};

static OFFICER: Table = Table {
    name: "officer",
    columns: &[int("node"), bytes("matter"), bytes("id"), text("login"), text("content")],
    key: 3,
};

static APPOINTMENT: Table = Table {
    name: "appointment",
    columns: &[int("node"), bytes("matter"), bytes("officer"), bytes("post"), int("from_day"), int("to_day")],
    key: 5,
};

static MANDATE: Table = Table {
    name: "mandate",
    columns: &[
        int("node"),
        bytes("matter"),
        bytes("holder"),
        bytes("post"),
        bytes("agent"),
        text("kind"),
        int("from_day"),
        int("to_day"),
        text("content"),
    ],
    key: 7,
};

static PROFILE: Table =
    Table { name: "node_profile", columns: &[int("node"), bytes("matter"), text("content")], key: 2 };

/// What the register keeps.
pub const SCHEMA: Schema = Schema {
    migrations: &[
        Migration { id: "directory/0001", sql: include_str!("../migrations/0001_register.sql") },
        crate::sign_in::DEVICES,
        Migration { id: "directory/0002", sql: include_str!("../migrations/0002_mandate.sql") },
        crate::sign_in::PROVIDERS,
    ],
    tables: &[&ORGAN, &SUCCESSION, &POST, &OFFICER, &APPOINTMENT, &MANDATE, &PROFILE],
};

/// The rows of an event.
pub fn changes(node: i64, event: &RegisterEvent) -> Changes {
    let start = |mut rest: Vec<Value>| {
        let mut values: Vec<Value> = vec![node.into(), REGISTER.value().into()];
        values.append(&mut rest);
        values
    };
    match event {
        RegisterEvent::Founded(founded) => vec![PROFILE.row(start(vec![json(founded).into()]))],
        RegisterEvent::OrgansEntered { organs } => organs
            .iter()
            .map(|organ| {
                ORGAN.row(start(vec![
                    organ.id.value().into(),
                    organ.period.valid_from.number().into(),
                    organ.period.known_from.number().into(),
                    i64::from(organ.number).into(),
                    i64::try_from(organ.division.number()).unwrap_or(0).into(),
                    word(&organ.kind).into(),
                    organ.parent.map(|parent| parent.value()).into(),
                    organ.name.zh.as_str().into(),
                    organ.uscc.as_ref().map(ToString::to_string).into(),
                    json(organ).into(),
                ]))
            })
            .collect(),
        RegisterEvent::SuccessionsEntered { first, successions } => successions
            .iter()
            .zip(*first..)
            .map(|(succession, line)| SUCCESSION.row(start(vec![line.into(), json(succession).into()])))
            .collect(),
        RegisterEvent::PostsEntered { posts } => posts
            .iter()
            .map(|post| POST.row(start(vec![post.id.value().into(), post.organ.value().into(), json(post).into()])))
            .collect(),
        RegisterEvent::OfficersEntered { officers } => officers
            .iter()
            .map(|officer| {
                OFFICER.row(start(vec![officer.id.value().into(), officer.login.as_str().into(), json(officer).into()]))
            })
            .chain(officers.iter().map(|officer| Change::Claim("directory.login", officer.login.clone())))
            .collect(),
        RegisterEvent::Appointed { appointments } => appointments
            .iter()
            .map(|appointment| {
                APPOINTMENT.row(start(vec![
                    appointment.officer.value().into(),
                    appointment.post.value().into(),
                    appointment.from.number().into(),
                    appointment.to.map(|day| day.number()).into(),
                ]))
            })
            .collect(),
        RegisterEvent::Mandated { mandates } => mandates
            .iter()
            .map(|mandate| {
                MANDATE.row(start(vec![
                    mandate.holder.value().into(),
                    mandate.post.value().into(),
                    mandate.agent.value().into(),
                    word(&mandate.kind).into(),
                    mandate.from.number().into(),
                    mandate.to.number().into(),
                    json(mandate).into(),
                ]))
            })
            .collect(),
        RegisterEvent::CredentialGranted { .. }
        | RegisterEvent::CredentialRevoked { .. }
        | RegisterEvent::IdentityBound { .. }
        | RegisterEvent::IdentityUnbound { .. }
        | RegisterEvent::SessionsEnded { .. } => Vec::new(),
    }
}

/// Replays the register.
pub fn projector() -> impl Projector {
    struct Replay;
    impl Projector for Replay {
        fn follows(&self, kind: &str) -> bool {
            kind.starts_with("directory.")
        }

        fn changes(&self, _: &Store, act: &Recorded) -> Result<Changes, StoreFault> {
            Ok(changes(act.act.node, &act.event()?))
        }
    }
    Replay
}

fn json<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_else(|error| panic!("the register's types always serialise: {error}"))
}

/// The word an enum serialises to.
fn word<T: Serialize>(value: &T) -> String {
    json(value).trim_matches('"').to_owned()
}
