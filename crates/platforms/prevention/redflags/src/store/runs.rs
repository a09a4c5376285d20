//! Screening runs: totals, counts per indicator, reports, and the flags of one.

use ::store::{BlobId, Row, Store, StoreFault};
use kernel::{MatterId, NodeId};

use super::Source;
use crate::import::Importer;
use crate::rows::{FlagContent, ReportRow};

/// One run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Run {
    /// The source it screened.
    pub source: MatterId,
    /// Number within the source.
    pub run: i64,
    /// Moment of judgement, seconds since 1970.
    pub as_of: i64,
    /// When it ended, milliseconds since 1970.
    pub at: i64,
    /// Processes.
    pub processes: i64,
    /// Subjects × indicators.
    pub subjects: i64,
    /// Raised, not raised, insufficient, not applicable.
    pub outcomes: [i64; 4],
    /// Digest of the settings.
    pub settings: String,
    /// The frozen reference.
    pub reference: Option<String>,
    /// The blob with the report.
    pub report: Vec<u8>,
    /// Subjects that went to the queue.
    pub queued: i64,
    /// Subjects counted and held back.
    pub held_back: i64,
    /// How long it took.
    pub millis: i64,
    /// Who started it.
    pub officer: String,
}

const COLUMNS: &str = "run, as_of, at, processes, subjects, raised, not_raised, insufficient, not_applicable, settings, \
                       reference, report, queued, held_back, millis, officer";

impl Run {
    fn of(source: MatterId, row: &Row) -> Result<Run, StoreFault> {
        Ok(Run {
            source,
            run: row.int(0)?,
            as_of: row.int(1)?,
            at: row.int(2)?,
            processes: row.int(3)?,
            subjects: row.int(4)?,
            outcomes: [row.int(5)?, row.int(6)?, row.int(7)?, row.int(8)?],
            settings: row.text(9)?,
            reference: row.opt_text(10)?,
            report: row.bytes(11)?,
            queued: row.int(12)?,
            held_back: row.int(13)?,
            millis: row.int(14)?,
            officer: row.text(15)?,
        })
    }

    /// Whether the four add up to subjects × indicators.
    pub fn adds_up(&self) -> bool {
        self.outcomes.iter().sum::<i64>() == self.subjects
    }
}

/// The newest runs of the sources, newest first, at most `limit` of each.
pub async fn runs(store: &Store, node: NodeId, sources: &[Source], limit: u32) -> Result<Vec<Run>, StoreFault> {
    let mut all = Vec::new();
    for source in sources {
        let matter = Importer::screening_matter(source.matter).value();
        let sql = format!("select {COLUMNS} from run where node = $1 and matter = $2 order by run desc limit $3");
        let rows = store.read(&sql, &[node.number().into(), matter.into(), i64::from(limit).into()]).await?;
        all.extend(rows.iter().map(|row| Run::of(source.matter, row)).collect::<Result<Vec<_>, _>>()?);
    }
    all.sort_by_key(|run| (std::cmp::Reverse(run.at), run.source.value()));
    Ok(all)
}

/// One run of a source.
pub async fn run(store: &Store, node: NodeId, source: MatterId, number: i64) -> Result<Option<Run>, StoreFault> {
    let matter = Importer::screening_matter(source).value();
    let sql = format!("select {COLUMNS} from run where node = $1 and matter = $2 and run = $3");
    let rows = store.read(&sql, &[node.number().into(), matter.into(), number.into()]).await?;
    rows.first().map(|row| Run::of(source, row)).transpose()
}

/// The four outcomes of one indicator in one run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct IndicatorCounts {
    /// The run.
    pub run: i64,
    /// Code.
    pub code: String,
    /// Version of the formula.
    pub version: i64,
    /// Subjects met.
    pub subjects: i64,
    /// Raised, not raised, insufficient, not applicable.
    pub outcomes: [i64; 4],
}

fn counts(row: &Row) -> Result<IndicatorCounts, StoreFault> {
    Ok(IndicatorCounts {
        run: row.int(0)?,
        code: row.text(1)?,
        version: row.int(2)?,
        subjects: row.int(3)?,
        outcomes: [row.int(4)?, row.int(5)?, row.int(6)?, row.int(7)?],
    })
}

/// The rows of a run, by code.
pub async fn run_indicators(
    store: &Store,
    node: NodeId,
    source: MatterId,
    number: i64,
) -> Result<Vec<IndicatorCounts>, StoreFault> {
    let matter = Importer::screening_matter(source).value();
    let rows = store
        .read(
            "select run, indicator, version, subjects, raised, not_raised, insufficient, not_applicable \
             from run_indicator where node = $1 and matter = $2 and run = $3 order by indicator",
            &[node.number().into(), matter.into(), number.into()],
        )
        .await?;
    rows.iter().map(counts).collect()
}

/// One indicator over the newest runs of a source, newest first.
pub async fn indicator_history(
    store: &Store,
    node: NodeId,
    source: MatterId,
    code: &str,
    limit: u32,
) -> Result<Vec<IndicatorCounts>, StoreFault> {
    let matter = Importer::screening_matter(source).value();
    let rows = store
        .read(
            "select run, indicator, version, subjects, raised, not_raised, insufficient, not_applicable \
             from run_indicator where node = $1 and matter = $2 and indicator = $3 order by run desc limit $4",
            &[node.number().into(), matter.into(), code.into(), i64::from(limit).into()],
        )
        .await?;
    rows.iter().map(counts).collect()
}

/// The report of a run out of its blob: what was missing and why others did not apply, per indicator.
pub async fn report(store: &Store, run: &Run) -> Result<Vec<ReportRow>, StoreFault> {
    let (store, digest) = (store.clone(), run.report.clone());
    crate::import::blocking(move || {
        let id = <[u8; 32]>::try_from(digest.as_slice())
            .map_err(|_| StoreFault::Nonsense("run.report is no digest".to_owned()))?;
        let blob = store.blobs().get(BlobId(id))?;
        blob.split(|byte| *byte == b'\n')
            .filter(|line| !line.is_empty())
            .map(|line| {
                serde_json::from_slice(line)
                    .map_err(|error| StoreFault::Nonsense(format!("the report of a run: {error}")))
            })
            .collect()
    })
    .await
}

/// Subject and process of everything that a run raised by one indicator.
pub async fn raised_subjects(
    store: &Store,
    node: NodeId,
    source: MatterId,
    run: i64,
    code: &str,
) -> Result<Vec<(String, Option<String>)>, StoreFault> {
    let matter = Importer::screening_matter(source).value();
    let rows = store
        .read(
            "select subject, ocid from flag where node = $1 and matter = $2 and run = $3 and indicator = $4 order by subject",
            &[node.number().into(), matter.into(), run.into(), code.into()],
        )
        .await?;
    rows.iter().map(|row| Ok((row.text(0)?, row.opt_text(1)?))).collect()
}

/// One raised outcome as stored.
#[derive(Clone, PartialEq, Debug)]
pub struct StoredFlag {
    /// Indicator code.
    pub indicator: String,
    /// Unique text of the subject.
    pub subject: String,
    /// Version of the formula.
    pub version: i64,
    /// Grain of the subject.
    pub grain: String,
    /// The process it lies in.
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
    /// Evidence and others concerned.
    pub content: FlagContent,
}

impl StoredFlag {
    /// Reads the columns that the queries of flags name.
    pub(super) fn of(row: &Row) -> Result<StoredFlag, StoreFault> {
        let indicator = row.text(0)?;
        let content = serde_json::from_str(&row.text(10)?)
            .map_err(|error| StoreFault::Nonsense(format!("flag.content of {indicator}: {error}")))?;
        Ok(StoredFlag {
            indicator,
            subject: row.text(1)?,
            version: row.int(2)?,
            grain: row.text(3)?,
            ocid: row.opt_text(4)?,
            severity: row.int(5)?,
            value: row.text(6)?,
            threshold: row.text(7)?,
            zh: row.text(8)?,
            en: row.text(9)?,
            content,
        })
    }
}
