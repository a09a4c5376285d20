//! The rows of comments, the pure function from events to them, and how they are read back.

use kernel::{ActId, Erasable, Instant, MatterId};
use sha2::{Digest as _, Sha256};
use store::{
    Changes, Projector, Recorded, Store, StoreFault, TOMBSTONE, Table, Tombstone, Value, bytes, int, set, text,
};

use super::{Answer, Comment, CommentEvent, Counts};

pub(crate) static COMMENT: Table = Table {
    name: "disclosure_comment",
    columns: &[
        int("node"),
        bytes("matter"),
        bytes("disclosure"),
        bytes("organ"),
        int("paragraph"),
        text("alike"),
        int("made_at"),
        text("stage"),
        text("adopted"),
    ],
    key: 2,
};

/// How the kinds of these acts begin.
const KINDS: &str = "consultation.";

/// What tells comments that say the same: a digest of the words without blanks and marks. It is derived and goes with the words.
fn alike(id: MatterId, said: &Erasable<String>) -> String {
    let Some(said) = said.clone().into_kept() else { return alone(id.value()) };
    let words: String = said.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    // Words that are marks alone are like no others.
    if words.is_empty() { alone(id.value()) } else { ledger::hash::hex(&Sha256::digest(words.as_bytes())[..16]) }
}

fn alone(matter: u128) -> String {
    format!("{matter:032x}!")
}

/// The rows of an event of the comment `id`.
pub(crate) fn changes(node: i64, id: MatterId, event: &CommentEvent, at: i64) -> Changes {
    match event {
        CommentEvent::Made { disclosure, organ, paragraph, said, .. } => vec![COMMENT.row(vec![
            node.into(),
            id.value().into(),
            disclosure.value().into(),
            organ.value().into(),
            (*paragraph).into(),
            alike(id, said).into(),
            at.into(),
            "open".into(),
            Value::NullText,
        ])],
        CommentEvent::Answered { adopted, .. } => {
            let columns = [("stage", "answered".into()), ("adopted", adopted.code().into())];
            vec![set(&COMMENT, vec![node.into(), id.value().into()], columns)]
        }
        CommentEvent::Erased(tombstone) => blank(node, id.value(), tombstone),
    }
}

fn blank(node: i64, matter: u128, gone: &Tombstone) -> Changes {
    if !gone.of.starts_with("consultation.commented@") || !gone.fields.iter().any(|field| field == "said") {
        return Changes::new();
    }
    vec![set(&COMMENT, vec![node.into(), matter.into()], [("alike", alone(matter).into())])]
}

/// Replays comments.
pub fn projector() -> impl Projector {
    struct Replay;
    impl Projector for Replay {
        fn follows(&self, kind: &str) -> bool {
            kind.starts_with(KINDS) || kind == TOMBSTONE
        }

        fn changes(&self, _: &Store, act: &Recorded) -> Result<Changes, StoreFault> {
            if act.act.kind == TOMBSTONE && !act.event::<Of>()?.of.starts_with(KINDS) {
                return Ok(Changes::new());
            }
            Ok(changes(act.act.node, MatterId::new(act.act.matter), &act.event()?, act.act.at_ms))
        }

        fn erasable(&self, kind: &str) -> &'static [&'static str] {
            match kind.split('@').next() {
                Some("consultation.commented") => &["said", "name"],
                Some("consultation.answered") => &["answer"],
                _ => &[],
            }
        }

        fn blank(&self, node: i64, (matter, _): (u128, u64), tombstone: &Tombstone) -> Changes {
            blank(node, matter, tombstone)
        }
    }
    Replay
}

/// What a tombstone is of.
#[derive(serde::Deserialize)]
struct Of {
    of: String,
}

/// A comment; none where the matter is none.
///
/// # Errors
/// If the store cannot be read, or an act of the matter makes no sense.
pub async fn load(store: &Store, node: i64, id: MatterId) -> Result<Option<Comment>, StoreFault> {
    let acts = store.acts_of(node, id.value()).await?;
    if acts.first().is_none_or(|act| !act.act.kind.starts_with("consultation.commented@")) {
        return Ok(None);
    }
    let mut comment: Option<Comment> = None;
    for act in &acts {
        let (idx, at) = (act.idx, Instant::from_ms(act.act.at_ms));
        match act.event()? {
            CommentEvent::Made { disclosure, organ, number, paragraph, name, said, .. } => {
                let (act, version) = (ActId::new(act.act.id), 0);
                comment = Some(Comment {
                    id,
                    version,
                    disclosure,
                    organ,
                    number,
                    paragraph,
                    name,
                    said,
                    idx,
                    act,
                    at,
                    answer: None,
                });
            }
            CommentEvent::Answered { adopted, answer, .. } => {
                if let Some(comment) = &mut comment {
                    comment.answer = Some(Answer { adopted, answer, idx, at });
                }
            }
            CommentEvent::Erased(_) => {}
        }
        if let Some(comment) = &mut comment {
            comment.version += 1;
        }
    }
    Ok(comment)
}

/// How many comments there are on a draft, and what became of them.
///
/// # Errors
/// If the store cannot be read.
pub async fn counts(store: &Store, node: i64, disclosure: MatterId) -> Result<Counts, StoreFault> {
    let sql = "select coalesce(adopted, ''), count(*) from disclosure_comment where node = $1 and disclosure = $2 \
               group by coalesce(adopted, '')";
    let mut counts = Counts::default();
    for row in store.read(sql, &[node.into(), disclosure.value().into()]).await? {
        let count = row.int(1)?.unsigned_abs();
        match row.text(0)?.as_str() {
            "yes" => counts.adopted = count,
            "partly" => counts.partly = count,
            "no" => counts.not = count,
            _ => counts.open = count,
        }
    }
    Ok(counts)
}

/// A comment in a list: its matter, and how many say the same.
pub type InList = (MatterId, u64);

/// Comments on a draft, those that say the same beside one another, in the order in which the first of them was made.
///
/// - `answered`: those that are answered, or those that are not.
///
/// # Errors
/// If the store cannot be read.
pub async fn list(
    store: &Store,
    node: i64,
    (disclosure, answered): (MatterId, bool),
    (offset, limit): (u64, u64),
) -> Result<Vec<InList>, StoreFault> {
    let sql = "select matter, count(*) over (partition by alike) as many, min(made_at) over (partition by alike) as first_at \
               from disclosure_comment where node = $1 and disclosure = $2 and stage = $3 \
               order by first_at, alike, made_at, matter limit $4 offset $5";
    let stage = if answered { "answered" } else { "open" };
    let values = [node.into(), disclosure.value().into(), stage.into(), (limit as i64).into(), (offset as i64).into()];
    let rows = store.read(sql, &values).await?;
    rows.iter().map(|row| Ok((MatterId::new(row.id(0)?), row.int(1)?.unsigned_abs()))).collect()
}
