//! The SQL of notices, choices, channels and the outbox: operational tables, which hold no matter's state.

use kernel::{NodeId, OfficerId};
use sha2::{Digest as _, Sha256};
use store::{Operation, Row, Store, StoreFault, Value};

use crate::types::{Channel, Choice, Pending, Way};

/// One notice as its officer has it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Notice {
    /// Its id.
    pub id: u128,
    /// Key of its text.
    pub text: String,
    /// The matter's number; empty where it has none.
    pub number: String,
    /// Where it is read.
    pub page: String,
    /// When it was told, milliseconds since 1970.
    pub at: i64,
    /// When the officer opened it.
    pub read_at: Option<i64>,
    /// When somebody acted on the matter.
    pub settled_at: Option<i64>,
}

/// One line of the outbox that is due.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Line {
    pub(crate) id: u128,
    pub(crate) officer: OfficerId,
    pub(crate) channel: Channel,
    pub(crate) digest: bool,
    pub(crate) notice: Option<u128>,
    pub(crate) attempts: u32,
}

/// How a channel fares.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Health {
    /// When it last delivered.
    pub ok_at: Option<i64>,
    /// When the first attempt since then failed.
    pub failing_since: Option<i64>,
    /// What went wrong last, without an address or a secret.
    pub fault: Option<String>,
    /// When.
    pub fault_at: Option<i64>,
}

/// An id from what it is the id of: the same whoever derives it.
pub(crate) fn id_of(what: &str, parts: &[&[u8]]) -> u128 {
    let mut hash = Sha256::new();
    hash.update(b"qingyuan.notices.1");
    for part in [what.as_bytes()].iter().chain(parts) {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    let mut id = [0; 16];
    id.copy_from_slice(&hash.finalize()[..16]);
    u128::from_be_bytes(id)
}

/// What a notice says and where it leads, as it is entered.
pub(crate) struct Entry<'a> {
    pub(crate) officer: OfficerId,
    pub(crate) matter: u128,
    pub(crate) idx: u64,
    pub(crate) text: &'static str,
    pub(crate) number: &'a str,
    pub(crate) page: &'a str,
    pub(crate) at: i64,
}

/// Enters a notice, once.
pub(crate) fn enter(node: i64, id: u128, entry: &Entry<'_>) -> Operation {
    Operation::new(
        "insert into notice (node, officer, id, matter, idx, said, number, page, at) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (node, officer, id) do nothing",
        vec![
            node.into(),
            entry.officer.value().into(),
            id.into(),
            entry.matter.into(),
            (entry.idx as i64).into(),
            entry.text.into(),
            entry.number.into(),
            entry.page.into(),
            entry.at.into(),
        ],
    )
}

/// What was told of a matter before an act is past.
pub(crate) fn settle(node: i64, matter: u128, idx: u64, at: i64) -> Operation {
    Operation::new(
        "update notice set settled_at = $4 where node = $1 and matter = $2 and idx < $3 and settled_at is null",
        vec![node.into(), matter.into(), (idx as i64).into(), at.into()],
    )
}

/// Puts a line into the outbox, once.
pub(crate) fn send_later(node: i64, line: &Line, at: i64, next: i64) -> Operation {
    Operation::new(
        "insert into outbox (node, id, officer, channel, kind, notice, at, state, attempts, next_at) \
         values ($1, $2, $3, $4, $5, $6, $7, 'waiting', 0, $8) on conflict (node, id) do nothing",
        vec![
            node.into(),
            line.id.into(),
            line.officer.value().into(),
            line.channel.code().into(),
            (if line.digest { "digest" } else { "notice" }).into(),
            line.notice.into(),
            at.into(),
            next.into(),
        ],
    )
}

/// What came of a try, if nobody was faster.
///
/// - `state`: `sent`, `moot` (read or settled meanwhile, or chosen otherwise), `dead`; or `waiting` with the next moment.
pub(crate) fn tried(
    node: i64,
    line: &Line,
    state: &'static str,
    fault: Option<&str>,
    now: i64,
    next: i64,
) -> Operation {
    let done = (state != "waiting").then_some(now);
    let attempts = i64::from(line.attempts) + i64::from(fault.is_some());
    Operation::new(
        "update outbox set state = $3, attempts = $4, next_at = $5, fault = $6, done_at = $7 \
         where node = $1 and id = $2 and state = 'waiting' and attempts = $8",
        vec![
            node.into(),
            line.id.into(),
            state.into(),
            attempts.into(),
            next.into(),
            fault.into(),
            done.into(),
            i64::from(line.attempts).into(),
        ],
    )
}

fn notice(row: &Row) -> Result<Notice, StoreFault> {
    Ok(Notice {
        id: row.id(0)?,
        text: row.text(1)?,
        number: row.text(2)?,
        page: row.text(3)?,
        at: row.int(4)?,
        read_at: row.opt_int(5)?,
        settled_at: row.opt_int(6)?,
    })
}

const NOTICE: &str =
    "select id, said, number, page, at, read_at, settled_at from notice where node = $1 and officer = $2";
const UNREAD: &str = "read_at is null and settled_at is null";

/// An officer's notices, newest first.
pub async fn list(
    store: &Store,
    node: NodeId,
    officer: OfficerId,
    unread: bool,
    (offset, limit): (u64, u64),
) -> Result<Vec<Notice>, StoreFault> {
    let only = if unread { format!(" and {UNREAD}") } else { String::new() };
    let sql = format!("{NOTICE}{only} order by at desc, idx desc, id limit $3 offset $4");
    let values = [node.number().into(), officer.value().into(), (limit as i64).into(), (offset as i64).into()];
    store.read(&sql, &values).await?.iter().map(notice).collect()
}

/// How many notices an officer has: all, and unread ones.
pub async fn counts(store: &Store, node: NodeId, officer: OfficerId) -> Result<(u64, u64), StoreFault> {
    let all = "select count(*) from notice where node = $1 and officer = $2";
    let unread = format!("{all} and {UNREAD}");
    let values = [node.number().into(), officer.value().into()];
    let mut counts = [0; 2];
    for (at, sql) in [all, &unread].into_iter().enumerate() {
        counts[at] = store.read(sql, &values).await?.first().map_or(Ok(0), |row| row.int(0))? as u64;
    }
    Ok(counts.into())
}

/// One notice of an officer's own.
pub(crate) async fn one(
    store: &Store,
    node: NodeId,
    officer: OfficerId,
    id: u128,
) -> Result<Option<Notice>, StoreFault> {
    let sql = format!("{NOTICE} and id = $3");
    let values = [node.number().into(), officer.value().into(), id.into()];
    store.read(&sql, &values).await?.first().map(notice).transpose()
}

/// Marks one notice of an officer as read, or all of them.
pub(crate) async fn read(
    store: &Store,
    node: NodeId,
    officer: OfficerId,
    id: Option<u128>,
    now: i64,
) -> Result<(), StoreFault> {
    let all = "update notice set read_at = $3 where node = $1 and officer = $2 and read_at is null";
    let one = "update notice set read_at = $3 where node = $1 and officer = $2 and read_at is null and id = $4";
    let mut values = vec![node.number().into(), officer.value().into(), now.into()];
    values.extend(id.map(Value::from));
    let operation = Operation::new(if id.is_some() { one } else { all }, values);
    store.operate(&[operation]).await.map(drop)
}

/// When the newest unread notice of an officer was told.
pub(crate) async fn newest_unread(store: &Store, node: NodeId, officer: OfficerId) -> Result<Option<i64>, StoreFault> {
    let sql = format!("select max(at) from notice where node = $1 and officer = $2 and {UNREAD}");
    let rows = store.read(&sql, &[node.number().into(), officer.value().into()]).await?;
    rows.first().map_or(Ok(None), |row| row.opt_int(0))
}

const CHOICE: &str = "select officer, channel, way, address, locale, pending, pending_way, code, code_at, tries, \
                      code_day, codes from notice_choice where node = $1";

fn choice(row: &Row) -> Result<Choice, StoreFault> {
    let word = |what: &str, code: &str| StoreFault::Nonsense(format!("notice_choice.{what} {code}"));
    let way = |code: &str| Way::from_code(code).ok_or_else(|| word("way", code));
    let channel = row.text(1)?;
    let pending = match (row.opt_text(5)?, row.opt_text(6)?, row.opt_bytes(7)?, row.opt_int(8)?) {
        (Some(address), Some(pending_way), Some(code), Some(at)) => {
            Some(Pending { address, way: way(&pending_way)?, code, at, tries: row.int(9)? })
        }
        _ => None,
    };
    Ok(Choice {
        officer: OfficerId::new(row.id(0)?),
        channel: Channel::from_code(&channel).ok_or_else(|| word("channel", &channel))?,
        way: way(&row.text(2)?)?,
        address: row.opt_text(3)?,
        locale: row.text(4)?,
        pending,
        codes: (row.int(10)?, row.int(11)?),
    })
}

/// What everybody chose.
pub(crate) async fn choices(store: &Store, node: NodeId) -> Result<Vec<Choice>, StoreFault> {
    let sql = format!("{CHOICE} and address is not null");
    store.read(&sql, &[node.number().into()]).await?.iter().map(choice).collect()
}

/// What an officer chose for a channel.
pub(crate) async fn chosen(
    store: &Store,
    node: NodeId,
    officer: OfficerId,
    channel: Channel,
) -> Result<Choice, StoreFault> {
    let sql = format!("{CHOICE} and officer = $2 and channel = $3");
    let rows = store.read(&sql, &[node.number().into(), officer.value().into(), channel.code().into()]).await?;
    rows.first().map_or_else(|| Ok(Choice::none(officer, channel)), choice)
}

/// Keeps a choice.
pub(crate) fn keep(node: NodeId, choice: &Choice) -> Operation {
    let pending = choice.pending.as_ref();
    Operation::new(
        "insert into notice_choice (node, officer, channel, way, address, locale, pending, pending_way, code, code_at, \
         tries, code_day, codes) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) \
         on conflict (node, officer, channel) do update set way = excluded.way, address = excluded.address, \
         locale = excluded.locale, pending = excluded.pending, pending_way = excluded.pending_way, \
         code = excluded.code, code_at = excluded.code_at, tries = excluded.tries, code_day = excluded.code_day, \
         codes = excluded.codes",
        vec![
            node.number().into(),
            choice.officer.value().into(),
            choice.channel.code().into(),
            choice.way.code().into(),
            choice.address.as_deref().into(),
            choice.locale.as_str().into(),
            pending.map(|it| it.address.as_str()).into(),
            pending.map(|it| it.way.code()).into(),
            pending.map_or(Value::NullBytes, |it| Value::Bytes(it.code.clone())),
            pending.map(|it| it.at).into(),
            pending.map_or(0, |it| it.tries).into(),
            choice.codes.0.into(),
            choice.codes.1.into(),
        ],
    )
}

/// Counts a try of a code, before it is looked at; `false` where another try was counted meanwhile.
pub(crate) async fn count_try(store: &Store, node: NodeId, choice: &Choice) -> Result<bool, StoreFault> {
    let tries = choice.pending.as_ref().map_or(0, |pending| pending.tries);
    let count = Operation::new(
        "update notice_choice set tries = tries + 1 where node = $1 and officer = $2 and channel = $3 and tries = $4",
        vec![node.number().into(), choice.officer.value().into(), choice.channel.code().into(), tries.into()],
    );
    store.operate(&[count.expecting(1)]).await
}

/// When each officer was last sent something by a channel.
pub(crate) async fn last_sent(
    store: &Store,
    node: NodeId,
    officer: OfficerId,
    channel: Channel,
) -> Result<Option<i64>, StoreFault> {
    let sql = "select max(done_at) from outbox where node = $1 and officer = $2 and channel = $3 and state = 'sent'";
    let rows = store.read(sql, &[node.number().into(), officer.value().into(), channel.code().into()]).await?;
    rows.first().map_or(Ok(None), |row| row.opt_int(0))
}

/// When the newest digest of an officer by a channel was made, and whether one is known by this id.
pub(crate) async fn digests(
    store: &Store,
    node: NodeId,
    officer: OfficerId,
    channel: Channel,
    id: u128,
) -> Result<(Option<i64>, bool), StoreFault> {
    let sql = "select max(at), cast(sum(case when id = $4 then 1 else 0 end) as bigint) from outbox \
               where node = $1 and officer = $2 and channel = $3 and kind = 'digest'";
    let values = [node.number().into(), officer.value().into(), channel.code().into(), id.into()];
    let rows = store.read(sql, &values).await?;
    match rows.first() {
        Some(row) => Ok((row.opt_int(0)?, row.opt_int(1)?.unwrap_or(0) > 0)),
        None => Ok((None, false)),
    }
}

/// Lines that are due by a channel, longest waiting first.
pub(crate) async fn due(
    store: &Store,
    node: NodeId,
    channel: Channel,
    now: i64,
    limit: i64,
) -> Result<Vec<Line>, StoreFault> {
    let sql = "select id, officer, kind, notice, attempts from outbox \
               where node = $1 and state = 'waiting' and channel = $2 and next_at <= $3 order by next_at, id limit $4";
    let rows = store.read(sql, &[node.number().into(), channel.code().into(), now.into(), limit.into()]).await?;
    rows.iter()
        .map(|row| {
            Ok(Line {
                id: row.id(0)?,
                officer: OfficerId::new(row.id(1)?),
                channel,
                digest: row.text(2)? == "digest",
                notice: row.opt_id(3)?,
                attempts: u32::try_from(row.int(4)?).unwrap_or(u32::MAX),
            })
        })
        .collect()
}

/// All lines of an officer that wait for a channel to go at once, due or not: they go together.
pub(crate) async fn waiting_of(
    store: &Store,
    node: NodeId,
    officer: OfficerId,
    channel: Channel,
) -> Result<Vec<Line>, StoreFault> {
    let sql = "select id, notice, attempts from outbox \
               where node = $1 and officer = $2 and channel = $3 and state = 'waiting' and kind = 'notice' order by id";
    let rows = store.read(sql, &[node.number().into(), officer.value().into(), channel.code().into()]).await?;
    rows.iter()
        .map(|row| {
            Ok(Line {
                id: row.id(0)?,
                officer,
                channel,
                digest: false,
                notice: row.opt_id(1)?,
                attempts: u32::try_from(row.int(2)?).unwrap_or(u32::MAX),
            })
        })
        .collect()
}

/// What of an officer's notices still waits for a channel and is news.
pub(crate) async fn news(
    store: &Store,
    node: NodeId,
    officer: OfficerId,
    channel: Channel,
) -> Result<Vec<Notice>, StoreFault> {
    let sql = "select n.id, n.said, n.number, n.page, n.at, n.read_at, n.settled_at from outbox o \
               join notice n on n.node = o.node and n.officer = o.officer and n.id = o.notice \
               where o.node = $1 and o.officer = $2 and o.channel = $3 and o.state = 'waiting' and o.kind = 'notice' \
               and n.read_at is null and n.settled_at is null order by n.at desc, n.id";
    let rows = store.read(sql, &[node.number().into(), officer.value().into(), channel.code().into()]).await?;
    rows.iter().map(notice).collect()
}

/// How a channel fares.
pub async fn health(store: &Store, node: NodeId, channel: Channel) -> Result<Health, StoreFault> {
    let sql = "select ok_at, failing_since, fault, fault_at from notice_channel where node = $1 and channel = $2";
    let rows = store.read(sql, &[node.number().into(), channel.code().into()]).await?;
    rows.first().map_or_else(
        || Ok(Health::default()),
        |row| {
            Ok(Health {
                ok_at: row.opt_int(0)?,
                failing_since: row.opt_int(1)?,
                fault: row.opt_text(2)?,
                fault_at: row.opt_int(3)?,
            })
        },
    )
}

/// The channel delivered.
pub(crate) fn delivered(node: NodeId, channel: Channel, now: i64) -> Operation {
    Operation::new(
        "insert into notice_channel (node, channel, ok_at) values ($1, $2, $3) \
         on conflict (node, channel) do update set ok_at = excluded.ok_at, failing_since = null",
        vec![node.number().into(), channel.code().into(), now.into()],
    )
}

/// The channel did not deliver.
pub(crate) fn failed(node: NodeId, channel: Channel, now: i64, words: &str) -> Operation {
    Operation::new(
        "insert into notice_channel (node, channel, failing_since, fault, fault_at) values ($1, $2, $3, $4, $3) \
         on conflict (node, channel) do update set fault = excluded.fault, fault_at = excluded.fault_at, \
         failing_since = coalesce(notice_channel.failing_since, excluded.failing_since)",
        vec![node.number().into(), channel.code().into(), now.into(), words.into()],
    )
}

/// What lies in the outbox for a channel: how many wait, since when, how many were given up.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Lying {
    /// Waiting.
    pub waiting: i64,
    /// When the oldest of those was put there.
    pub oldest: Option<i64>,
    /// Sent, of those that are kept.
    pub sent: i64,
    /// Given up.
    pub dead: i64,
}

/// What lies in the outbox for a channel.
pub async fn lying(store: &Store, node: NodeId, channel: Channel) -> Result<Lying, StoreFault> {
    let sql = "select state, count(*), min(at) from outbox where node = $1 and channel = $2 group by state";
    let mut lying = Lying::default();
    for row in store.read(sql, &[node.number().into(), channel.code().into()]).await? {
        let count = row.int(1)?;
        match row.text(0)?.as_str() {
            "waiting" => (lying.waiting, lying.oldest) = (count, row.opt_int(2)?),
            "sent" => lying.sent = count,
            "dead" => lying.dead = count,
            _ => {}
        }
    }
    Ok(lying)
}

/// Lets old notices and old lines go.
pub(crate) fn forget(node: NodeId, notices_before: i64, lines_before: i64) -> [Operation; 2] {
    [
        Operation::new(
            "delete from notice where node = $1 and at < $2",
            vec![node.number().into(), notices_before.into()],
        ),
        Operation::new(
            "delete from outbox where node = $1 and done_at < $2",
            vec![node.number().into(), lines_before.into()],
        ),
    ]
}
