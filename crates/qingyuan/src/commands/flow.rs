//! `qingyuan flow`: models checked and tried without a node, so that they are tested like any file of a project; and put up for
//! approval on a node, its running cases moved to another version.

mod node;
mod plan;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use flow::deployment::{Decided, Deployment, Found};
use flow::event::RunEnd;
use flow::script::{self, Expected, Script, Turn, Undone, Written};
use flow::state::{Number, Status};
use flow::step::{Decider, NoDecisions};
use flow::trial::Trial;
use flow::{ElementId, Event, Refusal};
use kernel::calendar::WorkingCalendar;
use kernel::packs::Packs;
use kernel::{Locale, Refused};
use serde_json::{Value as Json, json};
use web::locale::{Arg, Catalogue, Words};

use crate::cli::Ended;
use crate::say::both;
pub(crate) use node::{Deploying, Migrating, deploy, migrate};
pub(crate) use plan::{Asked, plan_all};

/// Files larger than this are no models.
const LARGEST: u64 = 64 << 20;

/// Reads files by name and content.
fn read(files: &[PathBuf]) -> Result<Vec<(String, Vec<u8>)>, String> {
    files
        .iter()
        .map(|path| {
            let shown = path.display().to_string();
            let unread = |why: std::io::Error| {
                both(&format!("{shown} 读不出：{why}。"), &format!("{shown} cannot be read: {why}."))
            };
            let size = std::fs::metadata(path).map_err(unread)?.len();
            if size > LARGEST {
                let limit = LARGEST >> 20;
                return Err(both(
                    &format!("{shown} 超过 {limit} MB，不是流程模型。"),
                    &format!("{shown} is larger than {limit} MB: no model."),
                ));
            }
            let bytes = std::fs::read(path).map_err(unread)?;
            Ok((shown.clone(), bytes))
        })
        .collect()
}

fn checked(files: &[(String, Vec<u8>)], names: &[String]) -> Deployment {
    casework::library::check(files, names).deployment
}

/// The sentences of findings and refusals.
fn catalogue() -> Result<&'static Catalogue, String> {
    // Once in the life of the process.
    Ok(Box::leak(Box::new(Catalogue::new(casework::http::TEXTS).map_err(|fault| fault.to_string())?)))
}

/// What a finding says in a language: what is wrong, and what mends it.
fn said(catalogue: &'static Catalogue, locale: Locale, found: &Found) -> (String, String) {
    let words = Words::new(catalogue, locale);
    let arguments: Vec<(&str, Arg<'_>)> =
        found.arguments.iter().map(|(name, value)| (*name, Arg::from(value.clone()))).collect();
    (words.with(&found.key, &arguments), words.with(&format!("{}-mend", found.key), &arguments))
}

/// Checks files as one; the exit code is 1 where they could not be deployed.
pub(crate) fn lint(files: &[PathBuf], names: &[String], as_json: bool) -> Result<Ended, String> {
    let deployment = checked(&read(files)?, names);
    let catalogue = catalogue()?;
    if as_json {
        let findings: Vec<Json> = deployment.findings.iter().map(|found| finding(catalogue, found)).collect();
        let all = json!({"accepted": deployment.is_accepted(), "findings": findings});
        println!("{}", serde_json::to_string_pretty(&all).map_err(|error| error.to_string())?);
    } else {
        for found in &deployment.findings {
            println!("{}", line(catalogue, found));
        }
        let errors = deployment.findings.iter().filter(|found| found.is_error).count();
        let others = deployment.findings.len() - errors;
        println!(
            "{}",
            match deployment.is_accepted() {
                true => both(&format!("可以部署，{others} 处提醒。"), &format!("Can be deployed; warnings: {others}.")),
                false => both(
                    &format!("不能部署：{errors} 处错误，{others} 处提醒。"),
                    &format!("Cannot be deployed; errors: {errors}, warnings: {others}."),
                ),
            }
        );
    }
    Ok(if deployment.is_accepted() { Ended::Done } else { Ended::Code(1) })
}

/// `file:line:column level rule (element): what. mend`, as editors jump to it.
fn line(catalogue: &'static Catalogue, found: &Found) -> String {
    let (zh, zh_mend) = said(catalogue, Locale::ZhCn, found);
    let (en, en_mend) = said(catalogue, Locale::En, found);
    let level = if found.is_error { both("错误", "error") } else { both("提醒", "warning") };
    let element = found.element.as_ref().map_or_else(String::new, |id| format!(" ({id})"));
    let said = both(&format!("{zh}。{zh_mend}"), &format!("{en}. {en_mend}"));
    format!("{}:{}:{} {level} {}{element}: {said}", found.file, found.line, found.column, found.rule)
}

fn finding(catalogue: &'static Catalogue, found: &Found) -> Json {
    let ((zh, zh_mend), (en, en_mend)) = (said(catalogue, Locale::ZhCn, found), said(catalogue, Locale::En, found));
    json!({
        "file": found.file, "line": found.line, "column": found.column, "element": found.element,
        "severity": if found.is_error { "error" } else { "warning" }, "rule": found.rule,
        "what": {"zh": zh, "en": en}, "mend": {"zh": zh_mend, "en": en_mend},
        "path": found.path,
    })
}

/// Tries a model by a script, and prints what happened as JSON; the exit code is 1 where it is not what the script expects.
pub(crate) fn run(files: &[PathBuf], script: Option<&PathBuf>, process: Option<&str>) -> Result<Ended, String> {
    let script = match script {
        Some(path) => read_script(path)?,
        None => Script::default(),
    };
    let names: Vec<String> = script.variables.keys().cloned().chain(script.names()).collect();
    let deployment = checked(&read(files)?, &names);
    if !deployment.is_accepted() {
        let catalogue = catalogue()?;
        let errors = deployment.findings.iter().filter(|found| found.is_error);
        return Err(errors.map(|found| line(catalogue, found)).collect::<Vec<_>>().join("\n"));
    }
    let wanted = process.map(str::to_owned).or_else(|| script.process.clone());
    let known: Vec<String> = deployment.graphs.iter().map(|graph| graph.id.to_string()).collect();
    let process = match (wanted, &known[..]) {
        (Some(wanted), _) => wanted,
        (None, [only]) => only.clone(),
        (None, all) => {
            let all = all.join(", ");
            return Err(both(
                &format!("用 --process 指明运行哪一个流程：{all}。"),
                &format!("Say by --process which process to run: {all}."),
            ));
        }
    };
    let decisions: Arc<dyn Decider> = match deployment.decisions {
        Some(decisions) => Arc::new(Decided(decisions)),
        None => Arc::new(NoDecisions),
    };
    let calendar = WorkingCalendar::from_packs(&Packs::embedded()).map_err(|fault| fault.to_string())?;
    let trial = Trial::new(deployment.graphs, decisions, script.now, script.worker());
    let mut trial = trial.by(Arc::new(calendar));
    trial.arm_starters();
    if let Err(refusal) = trial.start(&process, script.variables.clone()) {
        let (zh, en) = refused(refusal)?;
        return Err(both(&format!("流程 {process} 不能启动：{zh}"), &format!("{process} cannot be started: {en}")));
    }
    for (at, turn) in script.turns.iter().enumerate() {
        if let Some((zh, en)) = take(&mut trial, turn)? {
            let step = at + 1;
            return Err(both(
                &format!("脚本第 {step} 步没有完成：{zh}"),
                &format!("Step {step} of the script was not done: {en}"),
            ));
        }
    }
    if trial.exhausted {
        eprintln!(
            "{}",
            both(
                "试运行中止：实例之间没有尽头地互相调用或发送，以下只到中止时为止。",
                "The trial was stopped: its instances call or send to each other without end. What follows is as it stood then.",
            )
        );
    }
    let outcome = Outcome::of(&trial);
    println!("{}", serde_json::to_string_pretty(&outcome.json(&trial)).map_err(|error| error.to_string())?);
    if trial.exhausted {
        return Ok(Ended::Code(1));
    }
    match script.expected.as_ref().map(|expected| outcome.against(expected)) {
        Some(differences) if !differences.is_empty() => {
            for difference in differences {
                eprintln!("{difference}");
            }
            Ok(Ended::Code(1))
        }
        _ => Ok(Ended::Done),
    }
}

/// Reads a script; the error names the place and the mend.
fn read_script(path: &std::path::Path) -> Result<Script, String> {
    let shown = path.display();
    let text = std::fs::read_to_string(path)
        .map_err(|error| both(&format!("{shown} 读不出：{error}。"), &format!("{shown} cannot be read: {error}.")))?;
    let written = Written::read(&text).map_err(|fault| {
        let why = fault.why;
        both(&format!("{shown} 不是试运行脚本：{why}。"), &format!("{shown} is no script of a trial: {why}."))
    })?;
    Script::of(&written).map_err(|fault| {
        let (place, why) = (fault.place, fault.why);
        both(&format!("{shown}：{place} 不可用：{why}。"), &format!("{shown}: {place} cannot be used: {why}."))
    })
}

/// Does one step; says in both languages why it could not be done.
fn take(trial: &mut Trial<'_>, turn: &Turn) -> Result<Option<(String, String)>, String> {
    match script::take(trial, turn) {
        Ok(()) => Ok(None),
        Err(Undone::Refused(refusal)) => refused(refusal).map(Some),
        Err(Undone::NobodyWaits(name)) => {
            Ok(Some((format!("没有谁在等消息 {name}。"), format!("nobody waits for the message {name}."))))
        }
        Err(Undone::NotOpen(element)) => {
            Ok(Some((format!("任务 {element} 没有待办。"), format!("the task {element} is not open."))))
        }
    }
}

/// A refusal of the engine in Chinese and English.
fn refused(refusal: Refusal) -> Result<(String, String), String> {
    let catalogue = catalogue()?;
    let refused = Refused::from(refusal);
    let key = format!("refusal-{}", refused.code.replace(['.', '_'], "-"));
    let said = |locale| {
        let arguments = refused.params.iter().map(|(name, param)| (*name, Arg::from(param.to_string())));
        Words::new(catalogue, locale).with(&key, &arguments.collect::<Vec<_>>())
    };
    Ok((said(Locale::ZhCn), said(Locale::En)))
}

/// What a trial came to.
struct Outcome {
    /// How the first instance stands.
    status: String,
    /// Activities that were done, in order.
    done: Vec<String>,
    /// Incidents that are open, by kind and element.
    incidents: Vec<String>,
    /// Variables of the first instance, at its end or now.
    variables: Json,
}

impl Outcome {
    fn of(trial: &Trial<'_>) -> Outcome {
        let mut runs: BTreeMap<(usize, Number), ElementId> = BTreeMap::new();
        let (mut done, mut root) = (Vec::new(), BTreeMap::new());
        for (instance, _, event) in &trial.history {
            match event {
                Event::RunBegan { run, element, .. } => drop(runs.insert((*instance, *run), element.clone())),
                Event::RunEnded { run, how: RunEnd::Completed } => {
                    done.extend(runs.get(&(*instance, *run)).map(ElementId::to_string));
                }
                Event::ScopeOpened { parent: None, variables, .. } if *instance == 0 => root.extend(variables.clone()),
                // The root has the first number of its instance.
                Event::VariablesSet { scope: 1, values } if *instance == 0 => root.extend(values.clone()),
                _ => {}
            }
        }
        let first = trial.instances.first().map(|instance| &instance.state);
        let status = first.map_or_else(|| "new".to_owned(), |state| status(&state.status));
        let all = trial.instances.iter().flat_map(|instance| instance.state.incidents.values());
        let incidents = all
            .map(|incident| {
                let at = incident.element.as_ref().map_or("", ElementId::as_str);
                format!("{} {at}", incident.kind.code()).trim().to_owned()
            })
            .collect();
        let variables = root.into_iter().map(|(name, value)| (name, script::plain(&value))).collect();
        Outcome { status, done, incidents, variables: Json::Object(variables) }
    }

    fn json(&self, trial: &Trial<'_>) -> Json {
        let trace: Vec<Json> = trial
            .history
            .iter()
            .map(|(instance, at, event)| json!({"instance": instance, "at": at, "what": event}))
            .collect();
        json!({
            "status": self.status, "done": self.done, "incidents": self.incidents, "variables": self.variables,
            "trace": trace,
        })
    }

    /// Where it is not as expected.
    fn against(&self, expected: &Expected) -> Vec<String> {
        let mut all = Vec::new();
        let mut compare = |what: (&str, &str), found: String, wanted: Option<String>| {
            if let Some(wanted) = wanted.filter(|wanted| *wanted != found) {
                all.push(both(
                    &format!("{}：应为 {wanted}，实为 {found}。", what.0),
                    &format!("{}: expected {wanted}, found {found}.", what.1),
                ));
            }
        };
        let list = |all: &[String]| format!("[{}]", all.join(", "));
        compare(("状态", "status"), self.status.clone(), expected.status.clone());
        compare(("完成的活动", "done"), list(&self.done), expected.done.as_deref().map(list));
        compare(("异常", "incidents"), list(&self.incidents), expected.incidents.as_deref().map(list));
        for (name, wanted) in &expected.variables {
            let found = self.variables.get(name).cloned().unwrap_or(Json::Null);
            compare((name, name), found.to_string(), Some(wanted.to_string()));
        }
        all
    }
}

fn status(status: &Status) -> String {
    use flow::state::Ending;
    match status {
        Status::New => "new".to_owned(),
        Status::Active => "active".to_owned(),
        Status::Suspended => "suspended".to_owned(),
        Status::Ended(Ending::Completed) => "completed".to_owned(),
        Status::Ended(Ending::Terminated) => "terminated".to_owned(),
        Status::Ended(Ending::ByError(code)) => {
            format!("error {}", code.as_deref().unwrap_or_default()).trim().to_owned()
        }
        Status::Ended(Ending::Cancelled) => "cancelled".to_owned(),
        Status::Ended(Ending::Withdrawn) => "withdrawn".to_owned(),
        Status::Merged { into, .. } | Status::Ended(Ending::Merged(into)) => format!("merged {into}"),
    }
}
