//! Pure functions from events and their blobs to rows: the same for request and rebuild.

use std::collections::{BTreeMap, BTreeSet};

use ::store::{BlobId, Changes, Value};
use ocds::Release;
use redflags_rules::facts::Facts;
use redflags_rules::settings::Settings;
use rust_decimal::prelude::ToPrimitive as _;
use serde::{Deserialize, Serialize};

use crate::events::RedflagEvent;
use crate::tables::{FLAG, HELD_ROW, IMPORT_FILE, PARTY, PROCESS, RUN, RUN_INDICATOR, SOURCE, STANDING};

/// Why a blob's rows cannot be read: it does not hold what its act says.
#[derive(Debug, thiserror::Error)]
#[error("row {row} of the blob cannot be read: {why}")]
pub struct BadBlob {
    /// From 1.
    pub row: usize,
    /// What is wrong.
    pub why: String,
}

/// Something an import held back: a whole element, or a value of a loaded one.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Held {
    /// Line in the file, from 1.
    pub line: u64,
    /// JSON pointer, or file and column.
    pub path: String,
    /// Stable code.
    pub code: String,
    /// `quarantine` or `value`.
    pub severity: String,
    /// The value as text.
    pub value: String,
    /// The process, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ocid: Option<String>,
}

/// One raised outcome as stored.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Flag {
    /// Indicator code.
    pub indicator: String,
    /// Version of its formula.
    pub version: i64,
    /// Unique text of the subject.
    pub subject: String,
    /// Grain of the subject.
    pub grain: String,
    /// The process it lies in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ocid: Option<String>,
    /// 1, 2, 3.
    pub severity: i64,
    /// Measured value.
    pub value: String,
    /// Threshold.
    pub threshold: String,
    /// The sentence in Chinese.
    pub zh: String,
    /// The sentence in English.
    pub en: String,
    /// Subject key, evidence, others concerned, processes named.
    pub content: FlagContent,
}

/// What only the page of a flag reads.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct FlagContent {
    /// The subject.
    pub subject: redflags_rules::subject::SubjectKey,
    /// The facts.
    pub evidence: Vec<redflags_rules::outcome::Evidence>,
    /// Others concerned.
    pub also: Vec<redflags_rules::subject::SubjectKey>,
    /// Processes an aggregate flag names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub processes: Vec<String>,
}

/// How a subject stands in the queue.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Standing {
    /// `process`, or the grain of an aggregate subject.
    pub kind: String,
    /// Its key: the ocid, or the subject's unique text.
    pub subject: String,
    /// Score in tenths.
    pub score: i64,
    /// 0 notice, 1 yellow, 2 red.
    pub light: i64,
    /// Flags on it.
    pub flags: i64,
    /// How people call it.
    pub label: String,
    /// The buyer's id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub buyer: Option<String>,
    /// The buyer's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub buyer_name: Option<String>,
    /// What is at stake, minor units.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<i64>,
    /// Its currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// The score's factors, as JSON text.
    pub factors: String,
}

/// Lines of a blob.
fn lines<T: for<'de> Deserialize<'de>>(blob: &[u8]) -> Result<Vec<T>, BadBlob> {
    blob.split(|byte| *byte == b'\n')
        .enumerate()
        .filter(|(_, line)| !line.is_empty())
        .map(|(row, line)| {
            serde_json::from_slice(line).map_err(|error| BadBlob { row: row + 1, why: error.to_string() })
        })
        .collect()
}

/// One JSON object a line.
pub fn to_lines<T: Serialize>(rows: &[T]) -> Result<Vec<u8>, serde_json::Error> {
    let mut blob = Vec::new();
    for row in rows {
        serde_json::to_writer(&mut blob, row)?;
        blob.push(b'\n');
    }
    Ok(blob)
}

/// The digests of the blobs an event names.
pub fn blobs_of(event: &RedflagEvent) -> Vec<&str> {
    match event {
        RedflagEvent::SourceEntered { .. } => Vec::new(),
        RedflagEvent::BatchImported { accepted, held, .. } => accepted.iter().chain(held).map(String::as_str).collect(),
        RedflagEvent::FlagsFiled { flags, .. } => vec![flags],
        RedflagEvent::Screened { report, standings, .. } => vec![report, standings],
    }
}

/// The rows of an event.
///
/// - `blobs`: the content of each blob named in [`blobs_of`].
///
/// # Errors
/// If a blob does not hold what the act says.
pub fn changes(
    node: i64,
    matter: u128,
    at: i64,
    event: &RedflagEvent,
    blobs: &BTreeMap<String, Vec<u8>>,
    settings: &Settings,
) -> Result<Changes, BadBlob> {
    let start = |rest: Vec<Value>| {
        let mut values: Vec<Value> = vec![node.into(), matter.into()];
        values.extend(rest);
        values
    };
    let blob = |digest: &str| blobs.get(digest).map_or(&[][..], Vec::as_slice);
    let mut changes = Changes::new();
    match event {
        RedflagEvent::SourceEntered { code, name, mapping } => {
            changes.push(SOURCE.row(start(vec![
                code.as_str().into(),
                name.as_str().into(),
                mapping.clone().into(),
                Value::NullInt,
            ])));
            changes.push(::store::Change::Claim("redflags.source", code.clone()));
        }
        RedflagEvent::BatchImported {
            file, name, bytes, ordinal, accepted, held, counts, finished, officer, ..
        } => {
            let digest = file_digest(file)?;
            if let Some(accepted) = accepted {
                for (row, line) in blob(accepted).split(|byte| *byte == b'\n').enumerate() {
                    if !line.is_empty() {
                        process_rows(&start, line, at, settings, &mut changes)
                            .map_err(|why| BadBlob { row: row + 1, why })?;
                    }
                }
            }
            if let Some(held) = held {
                for (seq, row) in lines::<Held>(blob(held))?.into_iter().enumerate() {
                    let seq = ordinal * 1_000_000 + seq as i64;
                    changes.push(HELD_ROW.row(start(vec![
                        digest.clone().into(),
                        seq.into(),
                        i64::try_from(row.line).unwrap_or(i64::MAX).into(),
                        row.path.into(),
                        row.code.into(),
                        row.severity.into(),
                        row.value.into(),
                        row.ocid.into(),
                    ])));
                }
            }
            changes.push(IMPORT_FILE.row(start(vec![
                digest.into(),
                name.as_str().into(),
                (*bytes).into(),
                counts.read.into(),
                counts.loaded.into(),
                counts.held.into(),
                counts.set_aside.into(),
                (*finished).into(),
                at.into(),
                officer.as_str().into(),
            ])));
            changes.push(::store::set(&SOURCE, vec![node.into(), matter.into()], [("last_import", Some(at).into())]));
        }
        RedflagEvent::FlagsFiled { run, part, flags } => {
            if *part == 0 {
                // A run of the same number that broke off has left flags; the number is given again.
                changes.push(::store::Change::DeleteUnder(FLAG.key(start(vec![(*run).into()]))));
            }
            for flag in lines::<Flag>(blob(flags))? {
                let content =
                    serde_json::to_string(&flag.content).map_err(|error| BadBlob { row: 0, why: error.to_string() })?;
                changes.push(FLAG.row(start(vec![
                    (*run).into(),
                    flag.indicator.into(),
                    flag.subject.into(),
                    flag.version.into(),
                    flag.grain.into(),
                    flag.ocid.into(),
                    flag.severity.into(),
                    flag.value.into(),
                    flag.threshold.into(),
                    flag.zh.into(),
                    flag.en.into(),
                    content.into(),
                ])));
            }
        }
        RedflagEvent::Screened {
            run,
            as_of,
            totals,
            settings,
            reference,
            report,
            standings,
            queued,
            held_back,
            millis,
            officer,
        } => {
            changes.push(RUN.row(start(vec![
                (*run).into(),
                (*as_of).into(),
                at.into(),
                totals.processes.into(),
                totals.subjects.into(),
                totals.raised.into(),
                totals.not_raised.into(),
                totals.insufficient.into(),
                totals.not_applicable.into(),
                settings.as_str().into(),
                reference.clone().into(),
                file_digest(report)?.into(),
                (*queued).into(),
                (*held_back).into(),
                (*millis).into(),
                officer.as_str().into(),
            ])));
            for row in lines::<ReportRow>(blob(report))? {
                changes.push(RUN_INDICATOR.row(start(vec![
                    (*run).into(),
                    row.code.into(),
                    row.version.into(),
                    row.subjects.into(),
                    row.raised.into(),
                    row.not_raised.into(),
                    row.insufficient_data.into(),
                    row.not_applicable.into(),
                ])));
            }
            // Pages show the newest finished run: what the one before had raised goes now, in one piece.
            changes.push(::store::Change::DeleteUnder(FLAG.key(start(vec![(*run - 1).into()]))));
            changes.push(::store::Change::DeleteUnder(STANDING.key(start(Vec::new()))));
            for standing in lines::<Standing>(blob(standings))? {
                changes.push(STANDING.row(start(vec![
                    standing.kind.into(),
                    standing.subject.into(),
                    standing.score.into(),
                    standing.light.into(),
                    standing.flags.into(),
                    standing.label.into(),
                    standing.buyer.into(),
                    standing.buyer_name.into(),
                    standing.amount.into(),
                    standing.currency.into(),
                    standing.factors.into(),
                ])));
            }
        }
    }
    Ok(changes)
}

/// A row of a run's report as its blob has it, one indicator a line.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ReportRow {
    /// Code.
    pub code: String,
    /// Version of the formula.
    pub version: i64,
    /// Subjects met.
    pub subjects: i64,
    /// Raised.
    pub raised: i64,
    /// Judged, nothing found.
    pub not_raised: i64,
    /// Could not be judged.
    pub insufficient_data: i64,
    /// Out of scope.
    pub not_applicable: i64,
    /// Missing path → subjects, most first.
    #[serde(default)]
    pub missing: Vec<(String, u64)>,
    /// Reason code → subjects.
    #[serde(default)]
    pub reasons: Vec<(String, u64)>,
}

fn file_digest(text: &str) -> Result<Vec<u8>, BadBlob> {
    text.parse::<BlobId>().map(|id| id.0.to_vec()).map_err(|error| BadBlob { row: 0, why: error.to_string() })
}

/// The rows of one compiled release.
fn process_rows(
    start: &impl Fn(Vec<Value>) -> Vec<Value>,
    line: &[u8],
    at: i64,
    settings: &Settings,
    changes: &mut Changes,
) -> Result<(), String> {
    let mut parsed = ocds::parse(line).map_err(|fault| fault.code.as_str().to_owned())?;
    ocds::set_aside(&mut parsed.release, day_of(at));
    let release = &parsed.release;
    let facts = Facts::of(release, settings);
    // The civil day in the source's zone: a date without time is midnight there, which is the day before in UTC.
    let day = facts.date.and_then(|moment| civil_day(moment.0, &settings.zone));
    let amount = facts.amount();
    let names = names_of(release);
    let name = |id: &str| names.get(id).map_or_else(|| id.to_owned(), |name| (*name).to_owned());
    let won: BTreeSet<&str> =
        release.awards.iter().flat_map(|award| award.suppliers.iter()).filter_map(|it| it.id.as_deref()).collect();
    let body = zstd::bulk::compress(line, 3).map_err(|error| error.to_string())?;
    changes.push(PROCESS.row(start(vec![
        facts.ocid.into(),
        title_of(release).into(),
        facts.buying().into(),
        facts.buying().map(name).into(),
        facts.method.map(|method| method.code()).into(),
        facts.details.into(),
        facts.category.as_ref().map(|category| format!("{}:{}", category.scheme, category.class)).into(),
        facts.status.into(),
        day.into(),
        amount.and_then(|money| minor(money.amount)).into(),
        amount.map(|money| money.currency).into(),
        Some(facts.bidders.len() as i64).into(),
        won.iter().next().copied().into(),
        BlobId::of(line).0.to_vec().into(),
        body.into(),
    ])));
    let mut roles: BTreeSet<(&str, &str)> = BTreeSet::new();
    roles.extend(facts.buying().map(|id| (id, "buyer")));
    roles.extend(facts.bidders.iter().flatten().map(|id| (*id, "tenderer")));
    roles.extend(won.iter().map(|id| (*id, "supplier")));
    for (organisation, role) in roles {
        changes.push(PARTY.row(start(vec![
            organisation.into(),
            role.into(),
            facts.ocid.into(),
            name(organisation).into(),
            day.into(),
            won.contains(organisation).into(),
        ])));
    }
    Ok(())
}

/// The civil day of a moment, in the jurisdiction's time: what "in the future" is measured against.
pub fn day_of(at_ms: i64) -> jiff::civil::Date {
    let at = jiff::Timestamp::from_millisecond(at_ms).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    jiff::tz::TimeZone::fixed(jiff::tz::offset(8)).to_datetime(at).date()
}

/// The civil day of a moment in a zone, in days since 1970.
pub fn civil_day(seconds: i64, zone: &jiff::tz::TimeZone) -> Option<i64> {
    let at = jiff::Timestamp::from_second(seconds).ok()?;
    kernel::Day::from_date(zone.to_datetime(at).date()).ok().map(kernel::Day::number)
}

/// Hundredths of the currency's unit: what sorting and sums need. Amounts beyond 64 bits have none.
pub fn minor(amount: rust_decimal::Decimal) -> Option<i64> {
    (amount * rust_decimal::Decimal::ONE_HUNDRED).round().to_i64()
}

/// The title of a process: the tender's, else the release's, else its ocid.
pub fn title_of(release: &Release<'_>) -> String {
    let tender = release.tender.as_ref().and_then(|tender| tender.title.as_deref());
    tender
        .or(release.title.as_deref())
        .or(release.tender.as_ref().and_then(|tender| tender.description.as_deref()))
        .or(release.ocid.as_deref())
        .unwrap_or_default()
        .chars()
        .take(200)
        .collect()
}

/// Ids and names of the parties.
pub fn names_of<'r>(release: &'r Release<'_>) -> BTreeMap<&'r str, &'r str> {
    release.parties.iter().filter_map(|party| Some((party.id.as_deref()?, party.name.as_deref()?))).collect()
}
