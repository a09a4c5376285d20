//! A trial: one indicator with changed figures over the stored processes, beside what the last run raised.
//!
//! Nothing is recorded and nothing in force changes; the result is kept in memory for who looks at it.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use redflags_rules::Plan;
use redflags_rules::moment::Moment;
use redflags_rules::parameters::PARAMETERS;
use redflags_rules::registry::{By as Computed, Indicator, importable};
use redflags_rules::run::Screen;
use redflags_rules::settings::Settings;
use secrecy::Who;
use store::StoreFault;
use tokio::sync::mpsc;
use web::http::{By, PageError, Posted};
use web::view::chart::{Columns, Series, Tone};
use web::view::{Cell, Column, Grid, Heading, Html, Notice, Panel, Row, State as Empty, Table, format};

use super::indicators::{Wrong, known, shown};
use super::jobs::{self, Kind, Outcome};
use super::{Redflags, Refusal, TryIndicators, Verdict, runs};
use crate::amendment::{self, Content};
use crate::events::Counts;
use crate::pages::{said, t};
use crate::rows;
use crate::rule::percent;
use crate::store as queries;
use crate::store::Source;

/// Subjects listed as gained or lost; further ones are counted.
const LISTED: usize = 100;

/// A changed figure: parameter, in force, tried.
type Change = (String, String, String);

/// What a trial came to.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct TrialResult {
    /// Code of the indicator.
    pub indicator: String,
    /// What was changed: parameter, in force, tried.
    pub changes: Vec<(String, String, String)>,
    /// Whether it was tried switched off.
    pub off: bool,
    /// The run it is compared with; 0 where there is none.
    pub run: i64,
    /// Processes read.
    pub processes: u64,
    /// What the run raised, and what the trial would have.
    pub raised: (u64, u64),
    /// Month (202611; 0 where no day is known) → the same two.
    pub months: Vec<(i64, u64, u64)>,
    /// Buyer's name → the same two, most changed first.
    pub buyers: Vec<(String, u64, u64)>,
    /// Subjects raised now and not by the run: unique text, label, process.
    pub gained: Vec<(String, String, Option<String>)>,
    /// Subjects raised by the run and not now.
    pub lost: Vec<(String, String, Option<String>)>,
    /// Of each verdict: how many there are, and how many of them the trial would have raised too.
    pub confirmed: (u64, u64),
    /// See `confirmed`.
    pub explained: (u64, u64),
    /// See `confirmed`.
    pub refuted: (u64, u64),
}

/// The figures of a form, by name.
fn figures(indicator: &Indicator, given: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let own = PARAMETERS.iter().filter(|parameter| parameter.section == indicator.code);
    own.filter_map(|parameter| {
        let text = given.get(&format!("p-{}", parameter.name))?;
        Some((parameter.name.to_owned(), text.trim().to_owned()))
    })
    .collect()
}

/// Settings in which only this indicator is on, with its changed figures.
fn tried(
    settings: &Settings,
    indicator: &Indicator,
    given: &BTreeMap<String, String>,
) -> Result<(Settings, Vec<Change>), amendment::Refusal> {
    use std::fmt::Write as _;
    let mut others = String::new();
    for other in importable().filter(|other| other.code != indicator.code) {
        let _ = write!(others, "[indicator.{}]\nenabled = false\n", other.code);
    }
    let content = Content { figures: figures(indicator, given), enabled: Some(true) };
    let alone = settings.clone().with(&others).map_err(|error| amendment::Refusal::BadFigure { name: error.key })?;
    let changed = amendment::over(&alone, indicator, &content)?;
    let changes = PARAMETERS
        .iter()
        .filter(|parameter| parameter.section == indicator.code)
        .filter_map(|parameter| {
            let of = |settings: &Settings| settings.figure_named(parameter.section, parameter.name);
            let (before, after) = (amendment::written(of(settings)?), amendment::written(of(&changed)?));
            (before != after).then(|| (parameter.name.to_owned(), before, after))
        })
        .collect();
    Ok((changed, changes))
}

pub(super) async fn start(
    State(state): State<Redflags>,
    by: By<TryIndicators>,
    Path(code): Path<String>,
    Posted(given): Posted<BTreeMap<String, String>>,
) -> Result<Response, PageError> {
    let indicator = known(&code)?;
    if indicator.by == Computed::Native {
        return Err(PageError::NotFound);
    }
    let source = state
        .screened_last(Some(&Who::of(&by.page.reader)))
        .await?
        .ok_or_else(|| PageError::refused(Refusal::NothingImported))?;
    let (settings, changes) = match tried(&*state.importer.settings_in_force().await?, indicator, &given) {
        Ok(tried) => tried,
        Err(amendment::Refusal::BadFigure { name }) => {
            return shown(&state, &by.page, indicator, Some(Wrong { given: &given, name: &name })).await;
        }
        Err(refusal) => return Err(PageError::refused(refusal)),
    };
    let off = given.get("state").is_some_and(|state| state == "off");
    let id = state
        .jobs
        .begin(Kind::Trial, source.matter, indicator.code, by.may.officer())
        .ok_or_else(|| PageError::refused(Refusal::GoingOn))?;
    tokio::spawn(async move {
        let ended = match compute(&state, id, &source, indicator, settings, changes, off).await {
            Ok(result) => jobs::State::Done(Outcome::Tried(Arc::new(result))),
            Err(fault) => runs::broken(&fault),
        };
        state.jobs.end(id, ended);
    });
    Ok(Redirect::to(&format!("/indicators/{}/trials/{id}", indicator.code)).into_response())
}

/// Tries figures of an indicator on the past, as the page does: what an amendment would say, and what the trial came to.
///
/// - `figures`: name and value as written.
///
/// # Errors
/// If there is no such indicator or figure, nothing is imported, or the store fails.
pub async fn try_figures(
    state: &Redflags,
    code: &str,
    figures: &[(&str, &str)],
) -> Result<(Content, amendment::Tried), crate::force::AmendError> {
    let indicator = redflags_rules::registry::indicator(code).ok_or(amendment::Refusal::NoFigures)?;
    let given = figures.iter().map(|(name, text)| (format!("p-{name}"), (*text).to_owned())).collect();
    let (settings, changes) = tried(&*state.importer.settings_in_force().await?, indicator, &given)?;
    let source = state.screened_last(None).await?.ok_or(amendment::Refusal::Unchanged)?;
    let result = compute(state, 0, &source, indicator, settings, changes, false).await?;
    Ok((super::amendments::content_of(&result), super::amendments::of_trial(&result)))
}

/// A subject with what the result says of it.
type Hit = (String, Option<String>);

async fn compute(
    state: &Redflags,
    id: u64,
    source: &Source,
    indicator: &'static Indicator,
    settings: Settings,
    changes: Vec<Change>,
    off: bool,
) -> Result<TrialResult, StoreFault> {
    let importer = &state.importer;
    let run = importer.newest_run(source.matter).await?;
    let before = queries::raised_subjects(&importer.store, importer.node, source.matter, run, indicator.code).await?;
    // Judged as of the moment of the run, so that only the figures differ.
    let as_of = match queries::run(&importer.store, importer.node, source.matter, run).await? {
        Some(run) => run.as_of,
        None => importer.clock.now().ms().div_euclid(1000),
    };
    let plan = Plan { settings: Arc::new(settings), reference: None, registers: Arc::default(), as_of: Moment(as_of) };
    let today = rows::day_of(as_of.saturating_mul(1000));
    let (send, mut processes) = mpsc::channel::<crate::screening::Stored>(500);
    let judging = tokio::task::spawn_blocking(move || {
        let mut screen = Screen::new(plan);
        let mut hits: Vec<Hit> = Vec::new();
        // Every process named by a flag, for its month and buyer: the flag's own, else the newest that it names.
        let mut hit = |judged: redflags_rules::Judged| {
            let process = judged.subject.ocid().map(str::to_owned).or_else(|| judged.processes.last().cloned());
            hits.push((judged.subject.to_string(), process));
        };
        while let Some(stored) = processes.blocking_recv() {
            let text = stored.text()?;
            let mut parsed = ocds::parse(&text).map_err(|fault| rows::damaged(&stored.ocid, fault.code))?;
            ocds::set_aside(&mut parsed.release, today);
            screen.observe(&parsed.release, &mut hit);
        }
        let read = screen.processes();
        screen.finish(&mut hit);
        Ok::<_, StoreFault>((read, hits))
    });
    let jobs = state.jobs.clone();
    importer.feed(source.matter, send, &mut |done, total| jobs.progress(id, done, total, Counts::default())).await?;
    let (read, mut after) =
        judging.await.map_err(|error| StoreFault::Nonsense(format!("the judging thread: {error}")))??;
    if off {
        after.clear();
    }
    let places = places(state, source, before.iter().chain(&after)).await?;
    let verdicts = state.verdicts.past(indicator.code).await?;
    let mut result = compare(&before, &after, &places, &verdicts);
    result.indicator = indicator.code.to_owned();
    (result.changes, result.off, result.run, result.processes) = (changes, off, run, read);
    Ok(result)
}

/// Day and buyer of processes.
type Places = HashMap<String, (Option<i64>, String)>;

async fn places(state: &Redflags, source: &Source, hits: impl Iterator<Item = &Hit>) -> Result<Places, StoreFault> {
    let ocids: BTreeSet<&str> = hits.filter_map(|(_, process)| process.as_deref()).collect();
    let ocids: Vec<&str> = ocids.into_iter().collect();
    let mut all = Places::new();
    for ocids in ocids.chunks(500) {
        all.extend(queries::places_of(&state.importer.store, state.importer.node, source.matter, ocids).await?);
    }
    Ok(all)
}

/// Pure: what was raised before and after, by month and buyer, gained and lost, and against past verdicts.
fn compare(before: &[Hit], after: &[Hit], places: &Places, verdicts: &[(String, Verdict)]) -> TrialResult {
    let mut months: BTreeMap<i64, (u64, u64)> = BTreeMap::new();
    let mut buyers: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    for (hits, now) in [(before, false), (after, true)] {
        for (_, process) in hits {
            let (day, buyer) = process.as_ref().and_then(|ocid| places.get(ocid)).cloned().unwrap_or_default();
            let month = day
                .and_then(kernel::Day::from_number)
                .map_or(0, |day| i64::from(day.year()) * 100 + i64::from(day.month()));
            for entry in [months.entry(month).or_default(), buyers.entry(buyer).or_default()] {
                if now {
                    entry.1 += 1;
                } else {
                    entry.0 += 1;
                }
            }
        }
    }
    let mut buyers: Vec<(String, u64, u64)> =
        buyers.into_iter().map(|(name, (before, after))| (name, before, after)).collect();
    buyers.sort_by(|a, b| b.1.abs_diff(b.2).cmp(&a.1.abs_diff(a.2)).then_with(|| a.0.cmp(&b.0)));
    let set = |hits: &[Hit]| hits.iter().map(|(subject, _)| subject.clone()).collect::<BTreeSet<_>>();
    let (was, is) = (set(before), set(after));
    let only = |hits: &[Hit], other: &BTreeSet<String>| {
        hits.iter()
            .filter(|(subject, _)| !other.contains(subject))
            .map(|(subject, process)| (subject.clone(), subject.replace('|', " · "), process.clone()))
            .collect::<Vec<_>>()
    };
    let matched = |verdict: Verdict| {
        let of: Vec<_> = verdicts.iter().filter(|(_, it)| *it == verdict).collect();
        (of.len() as u64, of.iter().filter(|(subject, _)| is.contains(subject)).count() as u64)
    };
    TrialResult {
        raised: (before.len() as u64, after.len() as u64),
        months: months.into_iter().map(|(month, (before, after))| (month, before, after)).collect(),
        buyers,
        gained: only(after, &was),
        lost: only(before, &is),
        confirmed: matched(Verdict::Confirmed),
        explained: matched(Verdict::Explained),
        refuted: matched(Verdict::Refuted),
        ..TrialResult::default()
    }
}

pub(super) async fn one(
    State(state): State<Redflags>,
    by: By<TryIndicators>,
    Path((code, id)): Path<(String, u64)>,
) -> Result<Response, PageError> {
    let words = by.page.words;
    let indicator = known(&code)?;
    let (job, source) = state.trial(&by.page.reader, id, &code).await?;
    let jobs::State::Done(Outcome::Tried(result)) = &job.state else {
        let href = format!("/indicators/{code}");
        let name = said(words, indicator.name);
        return Ok(runs::progress(&by.page, &job, &t(words, "trial-going"), (name, href.as_str())));
    };
    super::sources::on_record(&by.page, &by.may, &source).await?;
    let heading =
        Heading::new(words, words.with("redflags-trial-title", &[("name", said(words, indicator.name).into())]))
            .under(words.t("http-chapter-prevention"), "/indicators")
            .under(t(words, "indicators"), "/indicators")
            .under(indicator.code, format!("/indicators/{code}"))
            .id(words.with("redflags-trial-id", &[("id", id.into())]))
            .lead(t(words, "trial-lead"));
    let propose = super::amendments::proposal(&by.page, indicator, id, result);
    Ok(by.page.html(heading, (body(&by, indicator, result), propose)))
}

pub(super) async fn live(
    State(state): State<Redflags>,
    by: By<TryIndicators>,
    Path((code, id)): Path<(String, u64)>,
) -> Result<Response, PageError> {
    let (job, _) = state.trial(&by.page.reader, id, &code).await?;
    Ok(runs::followed(&by.page, &state.jobs, &job))
}

fn body(by: &By<TryIndicators>, indicator: &Indicator, result: &TrialResult) -> Grid {
    let words = by.page.words;
    let number = |n: u64| format::number(n as i128);
    let mut changes: Vec<Row> = result
        .changes
        .iter()
        .map(|(name, before, after)| {
            let text = PARAMETERS
                .iter()
                .find(|parameter| parameter.section == indicator.code && parameter.name == name)
                .map_or(name.as_str(), |parameter| parameter.text.get(crate::pages::lang(words)));
            Row::new(vec![Cell::new(text).under(name.as_str()), Cell::new(before.as_str()), Cell::new(after.as_str())])
        })
        .collect();
    if result.off {
        changes.push(Row::new(vec![
            Cell::new(t(words, "trial-state")),
            Cell::new(t(words, "state-on")),
            Cell::new(t(words, "state-off")),
        ]));
    }
    let three = |first: &str| {
        vec![
            Column::new(t(words, first)),
            Column::new(t(words, "column-in-force")).figure(),
            Column::new(t(words, "column-tried")).figure(),
        ]
    };
    let changed = Table::new(words, "changes", t(words, "trial-changes"), three("column-parameter"))
        .rows(changes)
        .plain()
        .empty(Empty::empty(t(words, "trial-unchanged"), ""));
    let hits = Table::new(words, "hits", t(words, "trial-hits"), three("column-what"))
        .row(Row::new(vec![
            Cell::new(t(words, "trial-raised")),
            Cell::new(number(result.raised.0)),
            Cell::new(number(result.raised.1)),
        ]))
        .row(Row::new(vec![
            Cell::new(t(words, "trial-gained")),
            Cell::new(""),
            Cell::new(number(result.gained.len() as u64)),
        ]))
        .row(Row::new(vec![
            Cell::new(t(words, "trial-lost")),
            Cell::new(number(result.lost.len() as u64)),
            Cell::new(""),
        ]))
        .plain();
    let verdict = |key: &str, (all, kept): (u64, u64)| {
        Row::new(vec![Cell::new(t(words, key)), Cell::new(number(all)), Cell::new(number(kept))])
    };
    let verdicts = Table::new(words, "verdicts", t(words, "trial-verdicts"), three("column-verdict"))
        .row(verdict("verdict-confirmed", result.confirmed))
        .row(verdict("verdict-explained", result.explained))
        .row(verdict("verdict-refuted", result.refuted))
        .plain();
    let mut dated: Vec<&(i64, u64, u64)> = result.months.iter().filter(|(month, _, _)| *month > 0).collect();
    if dated.len() > 36 {
        dated.drain(..dated.len() - 36);
    }
    let undated: u64 = result.months.iter().filter(|(month, _, _)| *month == 0).map(|(_, _, after)| *after).sum();
    let months = Columns::grouped(
        words,
        "months",
        t(words, "trial-months"),
        dated.iter().map(|(month, _, _)| format!("{}-{:02}", month / 100, month % 100)).collect(),
        vec![
            Series::new(t(words, "column-in-force"), Tone::Outline, dated.iter().map(|(_, before, _)| Some(*before))),
            Series::new(t(words, "column-tried"), Tone::First, dated.iter().map(|(_, _, after)| Some(*after))),
        ],
    );
    let mut month_panel = Panel::new(t(words, "trial-months"), months).note(
        words.with("redflags-trial-against", &[("run", result.run.into()), ("processes", result.processes.into())]),
    );
    if undated > 0 {
        month_panel = month_panel.foot(crate::pages::n(words, "trial-undated", undated));
    }
    let buyers = Table::new(words, "buyers", t(words, "trial-buyers"), three("column-buyer"))
        .rows(result.buyers.iter().take(LISTED).map(|(name, before, after)| {
            let name = if name.is_empty() { t(words, "unknown") } else { name.clone() };
            Row::new(vec![Cell::new(name), Cell::new(number(*before)), Cell::new(number(*after))])
        }))
        .empty(Empty::empty(t(words, "trial-nothing"), ""));
    let subjects = |id: &str, key: &str, all: &[(String, String, Option<String>)]| {
        let columns = vec![Column::new(t(words, "column-subject"))];
        let mut table = Table::new(words, id, t(words, key), columns)
            .rows(all.iter().take(LISTED).map(|(_, label, process)| {
                Row::new(vec![match process {
                    Some(ocid) => Cell::subject(&format!("/processes/{}", percent(ocid)), label),
                    None => Cell::new(Html::data(label)),
                }])
            }))
            .empty(Empty::empty(t(words, "trial-nothing"), ""));
        if all.len() > LISTED {
            table = table.note(crate::pages::n(words, "trial-more", (all.len() - LISTED) as u64));
        }
        Panel::new(t(words, key), table).flush()
    };
    let moved = !(result.gained.is_empty() && result.lost.is_empty());
    let grid = if moved || result.changes.is_empty() {
        Grid::new()
    } else {
        Grid::new().cell(12, Notice::caution(t(words, "trial-moved-nothing")))
    };
    grid.cell(4, Panel::new(t(words, "trial-changes"), changed).flush())
        .cell(4, Panel::new(t(words, "trial-hits"), hits).flush())
        .cell(4, Panel::new(t(words, "trial-verdicts"), verdicts).foot(t(words, "trial-verdicts-foot")).flush())
        .cell(12, month_panel)
        .cell(4, Panel::new(t(words, "trial-buyers"), buyers).flush())
        .cell(4, subjects("lost", "trial-lost", &result.lost))
        .cell(4, subjects("gained", "trial-gained", &result.gained))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hit(subject: &str, process: &str) -> Hit {
        (subject.to_owned(), Some(process.to_owned()))
    }

    #[test]
    fn gains_losses_months_and_verdicts_are_counted() {
        let places: Places = [
            ("p1".to_owned(), (Some(kernel::Day::constant(2026, 1, 5).number()), "A".to_owned())),
            ("p2".to_owned(), (Some(kernel::Day::constant(2026, 2, 5).number()), "B".to_owned())),
        ]
        .into();
        let before = [hit("lot|p1|1", "p1"), hit("lot|p2|1", "p2")];
        let after = [hit("lot|p2|1", "p2"), hit("lot|p2|2", "p2"), ("market|x".to_owned(), None)];
        let verdicts = [("lot|p1|1".to_owned(), Verdict::Confirmed), ("lot|p2|1".to_owned(), Verdict::Refuted)];
        let result = compare(&before, &after, &places, &verdicts);
        assert_eq!(result.raised, (2, 3));
        assert_eq!(result.months, [(0, 0, 1), (202_601, 1, 0), (202_602, 1, 2)]);
        assert_eq!(result.gained.len(), 2);
        assert_eq!(result.lost.iter().map(|it| it.0.as_str()).collect::<Vec<_>>(), ["lot|p1|1"]);
        assert_eq!((result.confirmed, result.explained, result.refuted), ((1, 0), (0, 0), (1, 1)));
        let sums = result.buyers.iter().fold((0, 0), |sum, it| (sum.0 + it.1, sum.1 + it.2));
        assert_eq!(sums, result.raised, "no flag is lost between the buyers");
    }

    #[test]
    fn only_the_indicator_tried_is_on() {
        let settings = Settings::cn().unwrap();
        let indicator = redflags_rules::indicator("R003").unwrap();
        let given = [("p-days".to_owned(), "7".to_owned())].into();
        let (changed, changes) = tried(&settings, indicator, &given).unwrap();
        assert_eq!(importable().filter(|it| changed.setting(it).enabled).count(), 1);
        assert_eq!(changes.len(), 1);
        let wrong = [("p-days".to_owned(), "bald".to_owned())].into();
        assert!(matches!(tried(&settings, indicator, &wrong), Err(amendment::Refusal::BadFigure { .. })));
    }
}
