//! Pure functions from events and their blobs to rows: the same for request and rebuild.

use std::collections::{BTreeMap, BTreeSet};

use ::store::{BlobId, Changes, StoreFault, Value};
use kernel::Class;
use ocds::Release;
use redflags_rules::facts::Facts;
use redflags_rules::settings::Settings;
use rust_decimal::prelude::ToPrimitive as _;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::events::RedflagEvent;
use crate::tables::{
    AMENDMENT, FLAG, HELD_ROW, IMPORT_FILE, JUDGED_IMPORT, PARTY, PROCESS, RUN, RUN_INDICATOR, SOURCE, SOURCE_NAMED,
    STANDING,
};

/// Why a blob's rows cannot be read: it does not hold what its act says.
#[derive(Debug, thiserror::Error)]
#[error("row {row} of the blob cannot be read: {why}")]
pub struct BadBlob {
    /// From 1.
    pub row: usize,
    /// What is wrong.
    pub why: String,
}

/// A process's row that cannot be read. The row is told by the first bytes of the SHA-256 of its OCID: faults are logged, and
/// what a source holds is for those who may know of it.
pub(crate) fn damaged(ocid: &str, why: impl std::fmt::Display) -> StoreFault {
    let digest = Sha256::digest(ocid);
    let told: String = digest.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    StoreFault::Nonsense(format!("process.body, SHA-256 of the OCID {told}…: {why}"))
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
    /// What a table's fault says of itself; faults of OCDS say everything by code, path and value.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub said: Option<Said>,
}

/// What a fault of a table says: its place in the table's own words and the exact sentences.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Said {
    /// Name of the register file.
    pub file: String,
    /// The column, where there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// What is left out: `cell`, `row`, `process`, `file`.
    pub lost: String,
    /// What is wrong and how to mend it, in Chinese.
    pub zh: String,
    /// The same in English.
    pub en: String,
}

/// The releases that a process was merged from.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct History {
    /// The process.
    pub ocid: String,
    /// JSON texts, each on one line; more than one.
    pub releases: Vec<String>,
}

/// One line of the blob of a judgement at import.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Prompt {
    /// A process that was judged, by its ocid.
    Process(String),
    /// It is raised, again or anew.
    Flag(Flag),
    /// It was raised before and is not any more.
    Withdrawn {
        /// Indicator code.
        indicator: String,
        /// Unique text of the subject.
        subject: String,
    },
    /// How a process stands in the queue now.
    Standing(Standing),
    /// The process, by its ocid, that stood in the queue and does not any more.
    Gone(String),
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
pub(crate) fn lines<T: for<'de> Deserialize<'de>>(blob: &[u8]) -> Result<Vec<T>, BadBlob> {
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
        RedflagEvent::SourceEntered { .. }
        | RedflagEvent::SourceClassified { .. }
        | RedflagEvent::Erased(_)
        | RedflagEvent::AmendmentProposed { .. }
        | RedflagEvent::AmendmentDecided { .. } => Vec::new(),
        RedflagEvent::BatchImported { accepted, history, held, .. } => {
            accepted.iter().chain(history).chain(held).map(String::as_str).collect()
        }
        RedflagEvent::FlagsFiled { flags, .. } => vec![flags],
        RedflagEvent::JudgedAtImport { judged, .. } => vec![judged],
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
                i64::from(Class::Internal.number()).into(),
                false.into(),
            ])));
            changes.push(::store::Change::Claim("redflags.source", code.clone()));
        }
        RedflagEvent::SourceClassified { class, named, .. } => {
            let columns = [("class", i64::from(class.number()).into()), ("compartment", named.is_some().into())];
            changes.push(::store::set(&SOURCE, start(Vec::new()), columns));
            changes.push(::store::Change::DeleteUnder(SOURCE_NAMED.key(start(Vec::new()))));
            changes.extend(named.iter().flatten().map(|it| SOURCE_NAMED.row(start(vec![it.value().into()]))));
        }
        // No table keeps what somebody wrote.
        RedflagEvent::Erased(_) => {}
        RedflagEvent::BatchImported {
            file,
            name,
            bytes,
            ordinal,
            accepted,
            history,
            held,
            counts,
            finished,
            officer,
            ..
        } => {
            let digest = file_digest(file)?;
            let releases = match history {
                Some(history) => releases_of(blob(history))?,
                None => BTreeMap::new(),
            };
            if let Some(accepted) = accepted {
                for (row, line) in blob(accepted).split(|byte| *byte == b'\n').enumerate() {
                    if !line.is_empty() {
                        process_rows(&start, line, &releases, at, settings, &mut changes)
                            .map_err(|why| BadBlob { row: row + 1, why })?;
                    }
                }
            }
            if let Some(held) = held {
                for (seq, row) in lines::<Held>(blob(held))?.into_iter().enumerate() {
                    let said = row.said.as_ref().map(serde_json::to_string).transpose();
                    let said = said.map_err(|error| BadBlob { row: seq + 1, why: error.to_string() })?;
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
                        said.into(),
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
                (ordinal + 1).into(),
            ])));
            changes.push(::store::set(&SOURCE, vec![node.into(), matter.into()], [("last_import", Some(at).into())]));
        }
        RedflagEvent::FlagsFiled { run, part, flags } => {
            if *part == 0 {
                // A run of the same number that broke off has left flags; the number is given again.
                changes.push(::store::Change::DeleteUnder(FLAG.key(start(vec![(*run).into()]))));
            }
            for flag in lines::<Flag>(blob(flags))? {
                changes.push(flag_row(&start, *run, flag)?);
            }
        }
        RedflagEvent::JudgedAtImport { run, file, judged, totals, queued, held_back, millis, officer, .. } => {
            for line in lines::<Prompt>(blob(judged))? {
                match line {
                    Prompt::Process(_) => {}
                    Prompt::Flag(flag) => changes.push(flag_row(&start, *run, flag)?),
                    Prompt::Withdrawn { indicator, subject } => {
                        changes.push(::store::Change::Delete(FLAG.key(start(vec![
                            (*run).into(),
                            indicator.into(),
                            subject.into(),
                        ]))))
                    }
                    Prompt::Standing(standing) => changes.push(standing_row(&start, standing)),
                    Prompt::Gone(ocid) => {
                        changes.push(::store::Change::Delete(STANDING.key(start(vec!["process".into(), ocid.into()]))))
                    }
                }
            }
            changes.push(JUDGED_IMPORT.row(start(vec![
                (*run).into(),
                file_digest(file)?.into(),
                at.into(),
                totals.processes.into(),
                totals.raised.into(),
                (*queued).into(),
                (*held_back).into(),
                file_digest(judged)?.into(),
                (*millis).into(),
                officer.as_str().into(),
            ])));
        }
        RedflagEvent::AmendmentProposed { indicator, number, content, proposer, .. } => {
            let content = serde_json::to_string(content).map_err(|error| BadBlob { row: 0, why: error.to_string() })?;
            changes.push(AMENDMENT.row(start(vec![
                (*number).into(),
                indicator.as_str().into(),
                content.into(),
                proposer.as_str().into(),
                at.into(),
                Value::NullInt,
                Value::NullText,
                Value::NullInt,
            ])));
        }
        RedflagEvent::AmendmentDecided { number, approved, decider, .. } => {
            changes.push(::store::set(
                &AMENDMENT,
                start(vec![(*number).into()]),
                [
                    ("approved", Value::from(i64::from(*approved))),
                    ("decider", decider.as_str().into()),
                    ("decided_at", at.into()),
                ],
            ));
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
            if totals.raised == 0 {
                // No part was filed, so none has cleared what a broken-off run of this number left.
                changes.push(::store::Change::DeleteUnder(FLAG.key(start(vec![(*run).into()]))));
            }
            // Pages show the newest finished run: what the one before had raised goes now, in one piece.
            changes.push(::store::Change::DeleteUnder(FLAG.key(start(vec![(*run - 1).into()]))));
            changes.push(::store::Change::DeleteUnder(STANDING.key(start(Vec::new()))));
            for standing in lines::<Standing>(blob(standings))? {
                changes.push(standing_row(&start, standing));
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

/// The releases of a batch's processes, compressed, by process.
fn releases_of(blob: &[u8]) -> Result<BTreeMap<String, Vec<u8>>, BadBlob> {
    lines::<History>(blob)?
        .into_iter()
        .enumerate()
        .map(|(row, history)| {
            let text = zstd::bulk::compress(history.releases.join("\n").as_bytes(), 3);
            let text = text.map_err(|error| BadBlob { row: row + 1, why: error.to_string() })?;
            Ok((history.ocid, text))
        })
        .collect()
}

fn flag_row(start: &impl Fn(Vec<Value>) -> Vec<Value>, run: i64, flag: Flag) -> Result<::store::Change, BadBlob> {
    let content = serde_json::to_string(&flag.content).map_err(|error| BadBlob { row: 0, why: error.to_string() })?;
    Ok(FLAG.row(start(vec![
        run.into(),
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
    ])))
}

fn standing_row(start: &impl Fn(Vec<Value>) -> Vec<Value>, standing: Standing) -> ::store::Change {
    STANDING.row(start(vec![
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
    ]))
}

/// The rows of one compiled release.
fn process_rows(
    start: &impl Fn(Vec<Value>) -> Vec<Value>,
    line: &[u8],
    releases: &BTreeMap<String, Vec<u8>>,
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
        releases.get(facts.ocid).cloned().into(),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_damaged_row_is_told_without_its_content() {
        let fault = damaged("ocds-test-1", "no zstd").to_string();
        assert!(fault.contains("no zstd") && fault.contains("…") && !fault.contains("ocds-test-1"), "{fault}");
    }
}
