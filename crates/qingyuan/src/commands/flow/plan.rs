//! A dry run of moving instances to another version of their process: what each would come to, as a table. Nothing is changed.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use flow::migrate::{Blocked, ClockPolicy, DueAt, DueChange, Mapping, Plan, Verdict, plan};
use flow::state::{State, Status};
use flow::step::Moment;
use flow::{ElementId, Event, Graph, event};
use kernel::calendar::WorkingCalendar;
use kernel::packs::Packs;
use kernel::{Instant, Locale, Zone};
use serde::Deserialize;
use serde_json::{Value as Json, json};
use web::locale::{Arg, Catalogue, Words};

use super::{catalogue, checked, line, read, status};
use crate::cli::Ended;
use crate::say::both;

/// What is asked for.
pub(crate) struct Asked {
    /// Files of the version that the instances follow.
    pub(crate) from: Vec<PathBuf>,
    /// Files of the version that they are to follow.
    pub(crate) to: Vec<PathBuf>,
    /// Pairs, each `OLD=NEW`.
    pub(crate) pairs: Vec<String>,
    /// Whether the limits of the new version count.
    pub(crate) rederive: bool,
    /// Names that a start brings along.
    pub(crate) names: Vec<String>,
    /// Whether JSON is printed.
    pub(crate) as_json: bool,
    /// Traces, as `flow run` prints them.
    pub(crate) traces: Vec<PathBuf>,
}

/// What `flow run` prints, as far as it is needed here.
#[derive(Deserialize)]
struct Trace {
    trace: Vec<Happened>,
}

#[derive(Deserialize)]
struct Happened {
    instance: usize,
    at: Instant,
    what: Event,
}

/// One instance as its trace leaves it.
struct Found {
    file: String,
    number: usize,
    state: State,
    now: Instant,
}

/// One instance and what moving it would come to; none where it is over, or the new version has no such process.
struct Said {
    found: Found,
    verdict: Option<Verdict>,
}

/// Says of each instance what moving it would come to; the exit code is 1 where one could not be moved.
pub(crate) fn plan_all(asked: &Asked) -> Result<Ended, String> {
    let found = asked.traces.iter().map(|path| instances(path)).collect::<Result<Vec<_>, _>>()?;
    let found: Vec<Found> = found.into_iter().flatten().collect();
    let names: BTreeSet<String> = asked.names.iter().cloned().chain(found.iter().flat_map(names)).collect();
    let names: Vec<String> = names.into_iter().collect();
    let (from, to) = (graphs(&asked.from, &names)?, graphs(&asked.to, &names)?);
    let mapping = mapping(&asked.pairs)?;
    let policy = if asked.rederive { ClockPolicy::Rederive } else { ClockPolicy::Keep };
    let calendar = WorkingCalendar::from_packs(&Packs::embedded()).map_err(|fault| fault.to_string())?;
    let said: Vec<Said> = found
        .into_iter()
        .map(|found| {
            let is_over = matches!(found.state.status, Status::Ended(_) | Status::New);
            let of = |graphs: &'_ [Graph]| {
                graphs.iter().position(|graph| !is_over && found.state.process.as_ref() == Some(&graph.id))
            };
            let moment = Moment { now: found.now, zone: Zone::CHINA, calendar: &calendar };
            let verdict = of(&from)
                .zip(of(&to))
                .map(|(old, new)| plan(&found.state, &from[old], &to[new], &mapping, policy, moment));
            Said { found, verdict }
        })
        .collect();
    let words = catalogue()?;
    if asked.as_json {
        let all: Vec<Json> = said.iter().map(|said| said.json(words)).collect();
        println!("{}", serde_json::to_string_pretty(&all).map_err(|error| error.to_string())?);
    } else {
        said.iter().for_each(|said| println!("{}", said.text(words)));
    }
    let fits = said.iter().all(|said| said.is_over() || matches!(said.verdict, Some(Verdict::Fits(_))));
    Ok(if fits { Ended::Done } else { Ended::Code(1) })
}

fn graphs(files: &[PathBuf], names: &[String]) -> Result<Vec<Graph>, String> {
    let deployment = checked(&read(files)?, names);
    if deployment.is_accepted() {
        return Ok(deployment.graphs);
    }
    let words = catalogue()?;
    let errors = deployment.findings.iter().filter(|found| found.is_error);
    Err(errors.map(|found| line(words, found)).collect::<Vec<_>>().join("\n"))
}

pub(super) fn mapping(pairs: &[String]) -> Result<Mapping, String> {
    let pair = |text: &String| {
        let (old, new) = text.split_once('=').filter(|(old, new)| !old.is_empty() && !new.is_empty())?;
        Some((ElementId::from(old), ElementId::from(new)))
    };
    let unread = |text: &String| {
        both(&format!("--pair {text} 应写作 旧=新。"), &format!("--pair {text} is to be written OLD=NEW."))
    };
    pairs.iter().map(|text| pair(text).ok_or_else(|| unread(text))).collect()
}

/// The instances of a trace, folded from their events.
fn instances(path: &Path) -> Result<Vec<Found>, String> {
    let shown = path.display().to_string();
    let text = read(&[path.to_owned()])?.pop().map(|(_, bytes)| bytes).unwrap_or_default();
    let Trace { trace } = serde_json::from_slice(&text).map_err(|error| {
        both(
            &format!("{shown} 不是 flow run 输出的经过：{error}。"),
            &format!("{shown} is no trace of flow run: {error}."),
        )
    })?;
    let now = trace.iter().map(|it| it.at).max().unwrap_or_default();
    let mut all: Vec<Found> = Vec::new();
    for Happened { instance, what, .. } in &trace {
        let place = match all.iter().position(|found| found.number == *instance) {
            Some(place) => place,
            None => {
                all.push(Found { file: shown.clone(), number: *instance, state: State::default(), now });
                all.len() - 1
            }
        };
        event::change(&mut all[place].state, what);
    }
    all.sort_by_key(|found| found.number);
    Ok(all)
}

/// Names that its scopes have: expressions of either version may use them.
fn names(found: &Found) -> Vec<String> {
    found.state.scopes.values().flat_map(|scope| scope.variables.keys().cloned()).collect()
}

impl Said {
    fn is_over(&self) -> bool {
        matches!(self.found.state.status, Status::Ended(_))
    }

    /// The word of a verdict; `over` and `no-process` where there is none.
    fn code(&self) -> &'static str {
        match &self.verdict {
            Some(verdict) => verdict.code(),
            None if self.is_over() => "over",
            None => "no-process",
        }
    }

    /// Its sentence in a language.
    fn sentence(&self, words: &'static Catalogue, locale: Locale) -> String {
        let elements = match &self.verdict {
            Some(Verdict::NeedsMapping(all)) => list(all),
            _ => String::new(),
        };
        let key = format!("flow-migration-{}", self.code());
        Words::new(words, locale).with(&key, &[("elements", Arg::from(elements))])
    }

    fn text(&self, words: &'static Catalogue) -> String {
        let sentence = both(&self.sentence(words, Locale::ZhCn), &self.sentence(words, Locale::En));
        let Found { file, number, state, .. } = &self.found;
        let mut lines = vec![format!("{file} #{number} {}: {sentence}", status(&state.status))];
        match &self.verdict {
            Some(Verdict::Blocked(all)) => lines.extend(all.iter().map(|blocked| {
                let (zh, en) = (reason(words, Locale::ZhCn, blocked), reason(words, Locale::En, blocked));
                format!("  {}", both(&format!("{}。{}。", zh.0, zh.1), &format!("{}. {}.", en.0, en.1)))
            })),
            Some(Verdict::Fits(plan)) => lines.extend(changes(plan).into_iter().map(|change| format!("  {change}"))),
            _ => {}
        }
        lines.join("\n")
    }

    fn json(&self, words: &'static Catalogue) -> Json {
        let Found { file, number, state, .. } = &self.found;
        let what = json!({"zh": self.sentence(words, Locale::ZhCn), "en": self.sentence(words, Locale::En)});
        let mut said = json!({
            "file": file, "instance": number, "process": state.process, "status": status(&state.status),
            "verdict": self.code(), "what": what,
        });
        let more = match &self.verdict {
            Some(Verdict::Fits(plan)) => ("plan", json!(plan)),
            Some(Verdict::NeedsMapping(all)) => ("elements", json!(all)),
            Some(Verdict::Blocked(all)) => ("blocked", all.iter().map(|it| blocked(words, it)).collect()),
            None => return said,
        };
        said[more.0] = more.1;
        said
    }
}

fn blocked(words: &'static Catalogue, of: &Blocked) -> Json {
    let ((zh, zh_mend), (en, en_mend)) = (reason(words, Locale::ZhCn, of), reason(words, Locale::En, of));
    json!({
        "element": of.element, "reason": of.reason.code(),
        "what": {"zh": zh, "en": en}, "mend": {"zh": zh_mend, "en": en_mend},
    })
}

/// Why an element keeps an instance from moving, and what mends it.
fn reason(words: &'static Catalogue, locale: Locale, blocked: &Blocked) -> (String, String) {
    let words = Words::new(words, locale);
    let arguments: Vec<(&str, Arg<'_>)> =
        blocked.arguments().into_iter().map(|(name, value)| (name, Arg::from(value))).collect();
    let key = format!("flow-migration-blocked-{}", blocked.reason.code());
    (words.with(&key, &arguments), words.with(&format!("{key}-mend"), &arguments))
}

/// What a move changes, a line each.
pub(super) fn changes(plan: &Plan) -> Vec<String> {
    let lists = [
        ("补开的子流程", "sub-processes opened", &plan.opened),
        ("新等候的事件", "waited for from now on", &plan.armed),
        ("不再等候的事件", "waited for no longer", &plan.dropped),
        ("重新派发的工作", "offered again", &plan.reoffered),
    ];
    let lists = lists.into_iter().filter(|(_, _, all)| !all.is_empty());
    let lists = lists.map(|(zh, en, all)| format!("{}: {}", both(zh, en), list(all)));
    lists.chain(plan.due.iter().map(due)).collect()
}

fn due(change: &DueChange) -> String {
    let of = change.element.as_ref().map_or_else(|| both("事项", "matter"), ToString::to_string);
    let at = |due: Option<DueAt>| {
        let Some(due) = due else { return "–".to_owned() };
        let all = [due.promised, due.statutory].into_iter().flatten();
        let all = all.map(|at| web::view::format::date_time(at, Zone::CHINA));
        Some(all.collect::<Vec<_>>().join(" / ")).filter(|all| !all.is_empty()).unwrap_or_else(|| "?".to_owned())
    };
    format!("{} {of}: {} → {}", both("到期", "due"), at(change.before), at(change.after))
}

fn list(all: &[ElementId]) -> String {
    all.iter().map(ElementId::as_str).collect::<Vec<_>>().join(", ")
}
