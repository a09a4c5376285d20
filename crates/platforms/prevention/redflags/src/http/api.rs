//! The same as JSON. Amounts are decimals as text, days are ISO 8601, absent means not known.

use access::Permission;
use axum::Json;
use axum::extract::{Path, Query, RawQuery, State};
use redflags_rules::context::{Context, Registers};
use redflags_rules::moment::Moment;
use redflags_rules::registry::{Indicator, indicators as all_indicators};
use redflags_rules::run::judge_one;
use redflags_rules::settings::Settings;
use rust_decimal::Decimal;
use serde_json::{Value, json};
use web::http::{By, Page, PageError};

use super::processes::{filter, flagged, found, narrowed, order, spec};
use super::runs::Wish;
use super::{
    ReadBuyers, ReadIndicators, ReadProcesses, ReadQuarantine, ReadRuns, ReadSuppliers, Redflags, chosen, parties,
    reach, runs as run_pages, sees_flags, sources,
};
use crate::pages::lists::Flagged;
use crate::pages::process::counted;
use crate::pages::{day, fault};
use crate::rows;
use crate::store::{self as queries, IndicatorCounts, Line, Run, Source};

type Answer = Result<Json<Value>, PageError>;

/// Rows of an answer; `page` goes on.
const SIZE: u64 = 50;

fn amount(minor: Option<i64>) -> Option<String> {
    minor.map(|minor| Decimal::new(minor, 2).to_string())
}

fn process_line(line: &Line, flagged: Option<&Flagged>) -> Value {
    let mut value = json!({
        "ocid": line.ocid,
        "title": line.title,
        "buyer": line.buyer.as_ref().map(|(id, name)| json!({"id": id, "name": name})),
        "procurementMethod": line.method,
        "procurementMethodDetails": line.details,
        "category": line.category,
        "status": line.status,
        "day": line.day.map(day),
        "amount": amount(line.amount),
        "currency": line.currency,
        "bidders": line.bidders,
    });
    if let Some(flagged) = flagged {
        let (codes, light) = flagged.get(&line.ocid).cloned().unwrap_or_default();
        value["flags"] = json!(codes);
        value["light"] = json!(light.map(light_word));
    }
    value
}

fn light_word(light: i64) -> &'static str {
    match light {
        2 => "red",
        1 => "yellow",
        _ => "notice",
    }
}

async fn seen(
    state: &Redflags,
    page: &Page,
    reach: &queries::Reach,
    lines: &[Line],
) -> Result<Option<Flagged>, PageError> {
    if sees_flags(page) { flagged(state, reach, lines).await.map(Some) } else { Ok(None) }
}

pub(super) async fn processes(State(state): State<Redflags>, by: By<ReadProcesses>, RawQuery(raw): RawQuery) -> Answer {
    let query = spec().read(raw.as_deref().unwrap_or_default());
    let sources = narrowed(state.sources(&by.page.reader).await?, &query);
    let reach = reach(&by);
    let window = (query.offset(), SIZE + 1);
    let mut lines =
        queries::lines(&state.importer.store, &reach, &sources, &filter(&query), order(&query), window).await?;
    let more = lines.len() as u64 > SIZE;
    lines.truncate(SIZE as usize);
    let flagged = seen(&state, &by.page, &reach, &lines).await?;
    let rows: Vec<Value> = lines.iter().map(|line| process_line(line, flagged.as_ref())).collect();
    Ok(Json(json!({"page": query.page(), "more": more, "processes": rows})))
}

pub(super) async fn process(State(state): State<Redflags>, by: By<ReadProcesses>, Path(ocid): Path<String>) -> Answer {
    let reach = reach(&by);
    let (stored, source) = found(&state, (&by.page.reader, &reach), &ocid).await?;
    sources::on_record(&by.page, &by.may, &source).await?;
    let lines = [stored.line];
    let flagged = seen(&state, &by.page, &reach, &lines).await?;
    let mut value = process_line(&lines[0], flagged.as_ref());
    value["source"] = json!(source.code);
    value["release"] = serde_json::from_slice(&stored.release).map_err(|error| PageError::broken(&error))?;
    if flagged.is_some() {
        let (run, reference) = state.importer.frozen(source.matter).await?;
        let flags =
            queries::flags_of_process(&state.importer.store, &reach, source.matter, run, &lines[0].ocid).await?;
        value["reasons"] = flags
            .iter()
            .map(|flag| {
                json!({
                    "indicator": flag.indicator, "version": flag.version, "subject": flag.subject,
                    "severity": flag.severity, "value": flag.value, "threshold": flag.threshold,
                    "sentence": {"zh": flag.zh, "en": flag.en}, "evidence": flag.content.evidence,
                })
            })
            .collect();
        let as_of = match queries::run(&state.importer.store, state.importer.node, source.matter, run).await? {
            Some(run) => run.as_of,
            None => state.importer.clock.now().ms().div_euclid(1000),
        };
        let mut parsed = ocds::parse(&stored.release).map_err(|fault| PageError::broken(&fault))?;
        ocds::set_aside(&mut parsed.release, rows::day_of(as_of.saturating_mul(1000)));
        let settings = state.importer.settings_in_force().await?;
        let registers = Registers::default();
        let cx = Context {
            settings: &settings,
            reference: reference.as_deref(),
            coverage: reference.as_deref().map(|reference| &reference.snapshot().coverage),
            registers: &registers,
            as_of: Moment(as_of),
        };
        value["run"] = json!(run);
        value["outcomes"] = outcomes(counted(&judge_one(&parsed.release, &cx)));
    }
    Ok(Json(value))
}

fn outcomes(counts: [u64; 4]) -> Value {
    json!({
        "raised": counts[0], "not_raised": counts[1], "insufficient_data": counts[2], "not_applicable": counts[3],
    })
}

async fn organisation<P: Permission>(state: &Redflags, by: &By<P>, id: &str, buying: bool) -> Answer {
    let reach = reach(by);
    let sources = state.sources(&by.page.reader).await?;
    let found =
        parties::organisation(state, &reach, &sources, id, buying, (0, SIZE)).await?.ok_or(PageError::NotFound)?;
    let flagged = seen(state, &by.page, &reach, &found.lines).await?;
    let rows: Vec<Value> = found.lines.iter().map(|line| process_line(line, flagged.as_ref())).collect();
    let volumes: Vec<Value> = found
        .volumes
        .iter()
        .map(|volume| json!({"currency": volume.currency, "n": volume.n, "sum": amount(Some(volume.sum))}))
        .collect();
    Ok(Json(json!({
        "id": id, "name": found.name, "count": found.count, "won": found.won, "volumes": volumes, "processes": rows,
    })))
}

pub(super) async fn buyer(State(state): State<Redflags>, by: By<ReadBuyers>, Path(id): Path<String>) -> Answer {
    organisation(&state, &by, &id, true).await
}

pub(super) async fn supplier(State(state): State<Redflags>, by: By<ReadSuppliers>, Path(id): Path<String>) -> Answer {
    organisation(&state, &by, &id, false).await
}

fn indicator_value(settings: &Settings, indicator: &Indicator, counts: Option<&IndicatorCounts>) -> Value {
    let setting = settings.setting(indicator);
    json!({
        "code": indicator.code,
        "version": indicator.version,
        "name": {"zh": indicator.name.zh, "en": indicator.name.en},
        "grain": indicator.grain,
        "severity": setting.severity.level(),
        "enabled": setting.enabled,
        "importable": indicator.importable,
        "last_run": counts.map(|counts| {
            json!({
                "run": counts.run, "subjects": counts.subjects,
                "outcomes": outcomes(counts.outcomes.map(|count| count as u64)),
            })
        }),
    })
}

pub(super) async fn indicators(State(state): State<Redflags>, by: By<ReadIndicators>) -> Answer {
    let settings = state.importer.settings_in_force().await?;
    let (_, _, rows) = super::indicators::newest(&state, &by.page.reader).await?;
    let all: Vec<Value> = all_indicators()
        .iter()
        .map(|indicator| indicator_value(&settings, indicator, rows.iter().find(|row| row.code == indicator.code)))
        .collect();
    Ok(Json(json!({"indicators": all})))
}

pub(super) async fn indicator(
    State(state): State<Redflags>,
    by: By<ReadIndicators>,
    Path(code): Path<String>,
) -> Answer {
    let indicator = super::indicators::known(&code)?;
    let settings = state.importer.settings_in_force().await?;
    let (_, _, rows) = super::indicators::newest(&state, &by.page.reader).await?;
    let mut value = indicator_value(&settings, indicator, rows.iter().find(|row| row.code == indicator.code));
    for (key, text) in [
        ("tells", indicator.tells),
        ("formula", indicator.formula),
        ("quantity", indicator.quantity),
        ("exempt", indicator.exempt),
        ("source", indicator.source),
    ] {
        value[key] = json!({"zh": text.zh, "en": text.en});
    }
    value["needs"] = json!(indicator.needs);
    let verdicts = state.verdicts.of(indicator.code).await?;
    value["verdicts"] = json!(verdicts);
    value["precision"] = json!(verdicts.precision().filter(|precision| precision.n >= crate::pages::LEAST_VERDICTS));
    Ok(Json(value))
}

fn run_value(run: &Run, sources: &[Source]) -> Value {
    let source = sources.iter().find(|source| source.matter == run.source);
    json!({
        "run": run.run,
        "source": source.map(|source| source.code.as_str()),
        "as_of": Moment(run.as_of).text(),
        "ended": Moment(run.at.div_euclid(1000)).text(),
        "processes": run.processes,
        "subjects": run.subjects,
        "outcomes": outcomes(run.outcomes.map(|count| count as u64)),
        "adds_up": run.adds_up(),
        "settings": run.settings,
        "reference": run.reference,
        "queued": run.queued,
        "held_back": run.held_back,
        "millis": run.millis,
    })
}

pub(super) async fn runs(State(state): State<Redflags>, by: By<ReadRuns>) -> Answer {
    let sources = state.sources(&by.page.reader).await?;
    let all = queries::runs(&state.importer.store, state.importer.node, &sources, 100).await?;
    let all: Vec<Value> = all.iter().map(|run| run_value(run, &sources)).collect();
    Ok(Json(json!({"runs": all})))
}

pub(super) async fn run(
    State(state): State<Redflags>,
    by: By<ReadRuns>,
    Path(number): Path<i64>,
    Query(wish): Query<Wish>,
) -> Answer {
    let (run, source) = run_pages::found(&state, &by.page.reader, &wish, number).await?;
    super::sources::on_record(&by.page, &by.may, &source).await?;
    let report = queries::report(&state.importer.store, &run).await?;
    let mut value = run_value(&run, std::slice::from_ref(&source));
    value["indicators"] = json!(report);
    Ok(Json(value))
}

pub(super) async fn sources(State(state): State<Redflags>, by: By<ReadRuns>) -> Answer {
    let all: Vec<Value> = state
        .sources(&by.page.reader)
        .await?
        .iter()
        .map(|source| {
            json!({
                "code": source.code, "name": source.name, "mapping": source.mapping,
                "last_import": source.last_import.map(|at| Moment(at.div_euclid(1000)).text()),
                "class": source.secrecy.class.code(), "named_only": source.secrecy.named.is_some(),
                "page": super::sources::path(&source.code),
            })
        })
        .collect();
    Ok(Json(json!({"sources": all})))
}

pub(super) async fn imports(State(state): State<Redflags>, by: By<ReadQuarantine>) -> Answer {
    let sources = state.sources(&by.page.reader).await?;
    let files = queries::files(&state.importer.store, state.importer.node, &sources, 200).await?;
    let files: Vec<Value> = files
        .iter()
        .map(|file| {
            let source = sources.iter().find(|source| source.matter == file.source);
            json!({
                "file": file.name, "sha256": file.digest, "bytes": file.bytes,
                "source": source.map(|source| source.code.as_str()),
                "rows": file.counts.read, "loaded": file.counts.loaded, "held": file.counts.held,
                "set_aside": file.counts.set_aside, "finished": file.finished,
                "at": Moment(file.at.div_euclid(1000)).text(),
            })
        })
        .collect();
    Ok(Json(json!({"files": files})))
}

pub(super) async fn quarantine(
    State(state): State<Redflags>,
    by: By<ReadQuarantine>,
    RawQuery(raw): RawQuery,
) -> Answer {
    let query = super::quarantine::spec().read(raw.as_deref().unwrap_or_default());
    let known = state.sources(&by.page.reader).await?;
    let Some(source) = chosen(&known, query.filter("source")) else {
        return Ok(Json(json!({"causes": [], "rows": []})));
    };
    sources::on_record(&by.page, &by.may, &source).await?;
    let (store, node) = (&state.importer.store, state.importer.node);
    let causes = queries::causes(store, node, source.matter).await?;
    let rows = queries::held_rows(store, node, source.matter, query.filter("code"), (query.offset(), SIZE)).await?;
    let row = |line: &queries::HeldLine| {
        json!({
            "file": line.digest, "line": line.line, "path": line.path, "code": line.code,
            "severity": line.severity, "value": line.value, "ocid": line.ocid,
        })
    };
    let words = by.page.words;
    let causes: Vec<Value> = causes
        .iter()
        .map(|cause| {
            let (what, mend) = fault(words, &cause.code);
            json!({
                "code": cause.code, "whole": cause.whole, "rows": cause.rows, "reason": what, "mend": mend,
                "example": row(&cause.example),
            })
        })
        .collect();
    let rows: Vec<Value> = rows.iter().map(row).collect();
    Ok(Json(json!({"source": source.code, "page": query.page(), "causes": causes, "rows": rows})))
}
