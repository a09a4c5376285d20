//! `qingyuan flow deploy` and `flow migrate`: models put up for approval, and running cases moved, on a node's data folder.
//!
//! Who acts signs in here as at the page, with all that is asked for there: the machine's keeper is nobody's officer. A dry run shows
//! numbers, elements and dates, and no words of a case.

use std::collections::BTreeSet;
use std::path::PathBuf;

use access::{Hand, May, Permission};
use casework::case::list::Reach;
use casework::case::number;
use casework::desk::Refusal as CaseRefusal;
use casework::http::{MigrateCases, ProposeModels};
use casework::migration::mover::{MoveError, Mover, Officer};
use casework::migration::plans::{Planned, Said};
use casework::migration::rows::{asked_cases, counts};
use casework::migration::{Asked, Refusal, Why};
use casework::modeller::{ModelError, Proposal};
use directory::SignedIn;
use flow::ElementId;
use flow::migrate::ClockPolicy;
use kernel::{Locale, MatterId, Refuse};
use serde_json::{Value as Json, json};
use web::locale::{Arg, Catalogue, Words};

use super::plan::{changes, mapping};
use super::{line, read};
use crate::cli::{Ended, Place};
use crate::commands::keys::identified;
use crate::node::{Node, chain};
use crate::say::both;

/// Cases read at once.
const BATCH: u64 = 200;

/// What is put up for approval.
pub(crate) struct Deploying {
    /// Login of who proposes.
    pub(crate) by: String,
    /// What people call it.
    pub(crate) name: String,
    /// Why.
    pub(crate) reason: String,
    /// The first day on which new cases follow it; none: today.
    pub(crate) from: Option<String>,
    /// The model that it was changed from.
    pub(crate) based_on: Option<String>,
    /// Its files.
    pub(crate) files: Vec<PathBuf>,
}

/// Which cases are to be moved, and how.
pub(crate) struct Migrating {
    /// The process.
    pub(crate) process: String,
    /// The version that cases are to follow.
    pub(crate) to: i64,
    /// The versions that they follow; none: all others.
    pub(crate) from: Vec<i64>,
    /// Pairs, each `OLD=NEW`.
    pub(crate) pairs: Vec<String>,
    /// Whether the limits of the new version count.
    pub(crate) rederive: bool,
    /// Whether nothing is to happen.
    pub(crate) dry_run: bool,
    /// Login of who moves them.
    pub(crate) by: Option<String>,
    /// Why.
    pub(crate) reason: Option<String>,
    /// Whether JSON is printed.
    pub(crate) as_json: bool,
}

async fn opened(place: &Place) -> Result<Node, String> {
    Node::open(&place.data, place.store.as_deref()).await.map_err(|error| error.to_string())
}

/// What the officer who has just signed in may do.
fn may<P: Permission>(node: &Node, signed_in: &SignedIn, login: &str) -> Result<May<P>, String> {
    let authority = node.authority().map_err(|error| error.to_string())?;
    let weak =
        !node.config.demo && !signed_in.strong && authority.policies().asks_second_factor(signed_in.reader.held());
    if weak {
        return Err(both(
            &format!("{login} 的职责要求第二重验证，请先在网页“我的账户”里登记。"),
            &format!("The duties of {login} ask for a second factor: enrol one at “My account” first."),
        ));
    }
    authority.may::<P>(&signed_in.reader).map_err(|_| {
        both(
            &format!("{login} 的岗位没有这项权限（{}）。", P::CODE),
            &format!("The post of {login} does not have this permission ({}).", P::CODE),
        )
    })
}

/// Proposes a model; another officer approves it.
pub(crate) async fn deploy(place: &Place, given: &Deploying) -> Result<Ended, String> {
    let files = read(&given.files)?;
    let node = opened(place).await?;
    let signed_in = identified(&node, &given.by).await?;
    let may: May<ProposeModels> = may(&node, &signed_in, &given.by)?;
    let day = |text: &String| {
        let unread = || {
            both(
                &format!("--from {text} 不是日期（如 2026-12-01）。"),
                &format!("--from {text} is no day (as 2026-12-01)."),
            )
        };
        text.parse().map_err(|_| unread())
    };
    let based_on = given.based_on.as_ref().map(|id| {
        let unread =
            || both(&format!("--based-on {id} 不是模型编号。"), &format!("--based-on {id} is no id of a model."));
        id.parse::<MatterId>().map_err(|_| unread())
    });
    let named = |(path, bytes): (String, Vec<u8>)| {
        let name =
            std::path::Path::new(&path).file_name().map_or(path.clone(), |name| name.to_string_lossy().into_owned());
        (name, bytes)
    };
    let proposal = Proposal {
        name: given.name.clone(),
        files: files.into_iter().map(named).collect(),
        valid_from: given.from.as_ref().map_or_else(|| Ok(node.clock.today()), day)?,
        reason: given.reason.clone(),
        based_on: based_on.transpose()?,
    };
    let words = texts()?;
    let by = (Hand::of(may.reader()), may.post());
    let proposed = node.modeller().propose(by, proposal).await;
    node.store.close().await;
    match proposed {
        Ok(id) => {
            println!(
                "{}",
                both(
                    &format!("已提出，等另一人审批：/models/{id}"),
                    &format!("Proposed; it waits for another officer's approval: /models/{id}")
                )
            );
            Ok(Ended::Done)
        }
        Err(ModelError::Refused { refusal, findings }) => {
            for found in findings.iter().filter(|found| found.is_error) {
                println!("{}", line(words, found));
            }
            Err(sentence(words, &refusal))
        }
        Err(other) => Err(chain(&other)),
    }
}

/// Says what moving running cases would come to, or moves them.
pub(crate) async fn migrate(place: &Place, given: &Migrating) -> Result<Ended, String> {
    let mapping = mapping(&given.pairs)?;
    if !given.dry_run && (given.by.is_none() || given.reason.is_none()) {
        return Err(both(
            "迁移办件由有权限的人办理：写明 --as 登录名 和 --reason 理由，或在网页上迁移；只看结果用 --dry-run。",
            "Cases are moved by an officer who may: give --as LOGIN and --reason WHY, or do it on the page of the model; --dry-run only looks.",
        ));
    }
    let node = opened(place).await?;
    let asked = asked(&node, given, mapping).await?;
    let words = texts()?;
    let mover = Mover::new(node.desk.clone());
    let ended = match (&given.by, &given.reason) {
        (Some(login), Some(reason)) if !given.dry_run => {
            let signed_in = identified(&node, login).await?;
            let may: May<MigrateCases> = may(&node, &signed_in, login)?;
            let reach = Reach::of(&may, &signed_in.register, node.clock.today());
            let officer = Officer { hand: Hand::of(may.reader()), post: may.post(), reach };
            moved(&node, &mover, (&officer, &asked, reason), words).await
        }
        _ => tried(&node, &mover, &asked, words, given.as_json).await,
    };
    node.store.close().await;
    ended
}

async fn asked(node: &Node, given: &Migrating, mapping: flow::migrate::Mapping) -> Result<Asked, String> {
    let library = node.desk.library();
    library.refresh().await.map_err(|fault| chain(&fault))?;
    let versions = library.versions();
    let of_process: Vec<_> = versions.iter().filter(|it| it.definition.process == given.process).collect();
    let to = of_process.iter().find(|it| it.definition.version == given.to).ok_or_else(|| {
        let known: Vec<String> = of_process.iter().map(|it| it.definition.version.to_string()).collect();
        let known = if known.is_empty() { "–".to_owned() } else { known.join(", ") };
        both(
            &format!("流程 {} 没有第 {} 版；有：{known}。", given.process, given.to),
            &format!("{} has no version {}; there are: {known}.", given.process, given.to),
        )
    })?;
    let others = of_process.iter().map(|it| it.definition.version).filter(|version| *version != given.to);
    Ok(Asked {
        process: ElementId::from(given.process.as_str()),
        to: to.model,
        from: if given.from.is_empty() { others.collect() } else { given.from.clone() },
        organ: None,
        mapping,
        policy: if given.rederive { ClockPolicy::Rederive } else { ClockPolicy::Keep },
    })
}

/// Every case with its verdict; the exit code is 1 where one could not be moved.
async fn tried(
    node: &Node,
    mover: &Mover,
    asked: &Asked,
    words: &'static Catalogue,
    as_json: bool,
) -> Result<Ended, String> {
    let reach = Reach::of_machine(node.id);
    let (mut behind, mut all, mut seen) = (None, Vec::new(), BTreeSet::new());
    loop {
        let fault = |fault| chain(&fault);
        let batch = asked_cases(&node.store, &reach, asked, None, (behind, BATCH)).await.map_err(fault)?;
        let Some(last) = batch.last() else { break };
        behind = Some(last.id);
        let planned = mover.planned(asked, &reach, batch).await.map_err(fault)?;
        all.extend(planned.into_iter().filter(|planned| seen.insert(planned.case.id)));
    }
    if as_json {
        let all: Vec<Json> = all.iter().map(|planned| one(words, planned)).collect();
        println!("{}", serde_json::to_string_pretty(&all).map_err(|error| error.to_string())?);
    } else {
        all.iter().for_each(|planned| println!("{}", shown(words, planned)));
        let of = |code: &str| all.iter().filter(|planned| planned.said.code() == code).count();
        let (fits, pairs, blocked) = (of("fits"), of("needs-mapping"), of("blocked"));
        println!(
            "{}",
            both(
                &format!("可以迁 {fits}，须指明对应 {pairs}，不能迁 {blocked}；没有改动。"),
                &format!(
                    "can be moved: {fits}, need a pair: {pairs}, cannot be moved: {blocked}; nothing was changed."
                ),
            )
        );
    }
    let fits = all.iter().all(|planned| matches!(planned.said, Said::Fits(_)));
    Ok(if fits { Ended::Done } else { Ended::Code(1) })
}

/// Moves the cases within an officer's reach; the exit code is 2 where some stay.
async fn moved(
    node: &Node,
    mover: &Mover,
    (officer, asked, reason): (&Officer, &Asked, &str),
    words: &'static Catalogue,
) -> Result<Ended, String> {
    let run = mover.move_all(officer, asked, reason).await.map_err(|error| match error {
        MoveError::Refused(Refusal::Case(refusal)) => sentence::<CaseRefusal>(words, &refusal),
        MoveError::Refused(refusal) => sentence(words, &refusal),
        other => chain(&other),
    })?;
    let counts = counts(&node.store, &officer.reach, run).await.map_err(|fault| chain(&fault))?;
    println!(
        "{}",
        both(
            &format!("已迁移 {} 件，保持不变 {} 件：/moves/{run}", counts.moved, counts.left),
            &format!("moved: {}, staying: {}: /moves/{run}", counts.moved, counts.left),
        )
    );
    Ok(if counts.left > 0 { Ended::WithQuarantine } else { Ended::Done })
}

/// The sentences of the pages of cases, with those of the layers below.
fn texts() -> Result<&'static Catalogue, String> {
    // Once in the life of the process.
    Ok(Box::leak(Box::new(Catalogue::new(casework::http::TEXTS).map_err(|fault| fault.to_string())?)))
}

fn in_both(say: impl Fn(Locale) -> String) -> String {
    both(&say(Locale::ZhCn), &say(Locale::En))
}

fn sentence<R: Refuse + Clone>(words: &'static Catalogue, refusal: &R) -> String {
    let refused = kernel::Refused::from(refusal.clone());
    in_both(|locale| Words::new(words, locale).refusal(&refused))
}

/// Why a case stays, each reason with what mends it.
fn reasons(words: &'static Catalogue, locale: Locale, why: &Why) -> Vec<(String, String)> {
    let words = Words::new(words, locale);
    if !why.blocked.is_empty() {
        let each = why.blocked.iter().map(|(element, reason, about)| {
            let arguments = [("element", Arg::from(element.to_string())), ("about", Arg::from(about.clone()))];
            let key = format!("flow-migration-blocked-{reason}");
            (words.with(&key, &arguments), words.with(&format!("{key}-mend"), &arguments))
        });
        return each.collect();
    }
    let elements: Vec<&str> = why.elements.iter().map(ElementId::as_str).collect();
    let mut arguments = vec![("elements", Arg::from(elements.join(", ")))];
    arguments.extend(why.params.iter().map(|(name, value)| (name.as_str(), Arg::from(value.clone()))));
    let key = format!("refusal-{}", why.code.replace(['.', '_'], "-"));
    let said = if words.has(&key) { words.with(&key, &arguments) } else { words.t("casework-move-fault") };
    vec![(said, words.find(&format!("{key}-next")).unwrap_or_default())]
}

fn shown(words: &'static Catalogue, planned: &Planned) -> String {
    let verdict = in_both(|locale| Words::new(words, locale).t(&format!("casework-move-{}", planned.said.code())));
    let version = planned.case.version;
    let version = both(&format!("第 {version} 版"), &format!("version {version}"));
    let mut lines = vec![format!("{} {} {version}: {verdict}", number(planned.case.id), planned.case.process)];
    match &planned.said {
        Said::Fits(plan) => lines.extend(changes(plan).into_iter().map(|change| format!("  {change}"))),
        Said::Stays(why) => {
            let (zh, en) = (reasons(words, Locale::ZhCn, why), reasons(words, Locale::En, why));
            let pair = |(what, mend): &(String, String)| format!("{what} {mend}").trim().to_owned();
            lines.extend(zh.iter().zip(&en).map(|(zh, en)| format!("  {}", both(&pair(zh), &pair(en)))));
        }
    }
    lines.join("\n")
}

fn one(words: &'static Catalogue, planned: &Planned) -> Json {
    let mut said = json!({
        "case": planned.case.id, "number": number(planned.case.id), "process": planned.case.process,
        "version": planned.case.version, "called": planned.called, "verdict": planned.said.code(),
    });
    match &planned.said {
        Said::Fits(plan) => said["plan"] = json!(plan),
        Said::Stays(why) => {
            let (zh, en) = (reasons(words, Locale::ZhCn, why), reasons(words, Locale::En, why));
            let each = zh
                .iter()
                .zip(&en)
                .map(|(zh, en)| json!({"what": {"zh": zh.0, "en": en.0}, "mend": {"zh": zh.1, "en": en.1}}));
            said["why"] = json!(why);
            said["said"] = each.collect();
        }
    }
    said
}
