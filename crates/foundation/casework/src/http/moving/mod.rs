//! Cases moved to another version of their process: asked for, tried, done, stopped, taken back.

pub(super) mod ask;
pub(super) mod case;
pub(super) mod plan;
pub(super) mod runs;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use flow::ElementId;
use flow::graph::Graph;
use flow::migrate::{ClockPolicy, Mapping};
use kernel::{MatterId, OrganId};
use web::http::{By, Page, PageError, RouteInfo, Routes};
use web::locale::Words;
use web::view::{Choice, Field};

use super::{Casework, MigrateCases, ReadCases, t};
use crate::case::list::Reach;
use crate::migration::Asked;
use crate::migration::mover::{MoveError, Officer};
use crate::model::rows::Version;

/// What moving a case, or taking that back, may be refused with.
const ONE: &[&str] = &[
    "case.no_version",
    "case.not_yet",
    "case.same_version",
    "case.since",
    "case.too_large",
    "case.words",
    "flow.blocked",
    "flow.not_active",
    "flow.not_migrated",
    "flow.unmapped",
];
/// What moving many may be refused with.
const MANY: &[&str] = &[
    "case.no_version",
    "case.not_yet",
    "case.words",
    "migration.goes_on",
    "migration.nothing",
    "migration.pairs",
    "migration.stage",
    "migration.versions",
];

/// The routes of moves.
pub(super) fn routes(app: web::http::App) -> Routes<Casework> {
    let (read, migrate) = (ReadCases::CODE, MigrateCases::CODE);
    use access::Permission as _;
    Routes::new(app)
        .add(
            RouteInfo::page(
                "/models/{id}/move",
                migrate,
                ("把在办件迁到此版本", "Moves running cases to this version"),
            )
            .parameters(super::NEW),
            ask::show,
        )
        .add(
            RouteInfo::act("/models/{id}/move", migrate, ("试迁移", "Tries a move of cases")).refusals(MANY),
            ask::tried,
        )
        .add(
            RouteInfo::api("/api/models/{id}/move", migrate, ("试迁移", "What moving cases would come to"))
                .parameters(ask::ASKED)
                .answers(ask::schema),
            ask::api,
        )
        .add(
            RouteInfo::page("/moves/plans/{n}", migrate, ("试迁移的结果", "What a move would come to"))
                .parameters(super::PAGED),
            plan::show,
        )
        .add(
            RouteInfo::page("/moves/plans/{n}/live", migrate, ("试迁移进度的事件流", "Events of a dry run going on")),
            plan::live,
        )
        .add(RouteInfo::page("/moves", read, ("版本迁移", "Moves of cases")).parameters(super::PAGED), runs::list)
        .add(
            RouteInfo::api("/api/moves", read, ("版本迁移", "Moves of cases"))
                .parameters(super::PAGED)
                .answers(runs::list_schema),
            runs::list_api,
        )
        .add(RouteInfo::act("/moves", migrate, ("迁移办件", "Moves cases")).refusals(MANY), plan::begin)
        .add(RouteInfo::page("/moves/{id}", read, ("一次迁移", "A move of cases")).parameters(super::PAGED), runs::show)
        .add(
            RouteInfo::api("/api/moves/{id}", read, ("一次迁移", "A move of cases"))
                .parameters(super::PAGED)
                .answers(runs::schema),
            runs::api,
        )
        .add(RouteInfo::page("/moves/{id}/live", read, ("迁移进度的事件流", "Events of a move going on")), runs::live)
        .add(
            RouteInfo::act("/moves/{id}", migrate, ("停止、继续、撤销一次迁移", "Stops, resumes or takes back a move"))
                .refusals(MANY),
            runs::steer,
        )
        .add(
            RouteInfo::page("/cases/{id}/move", migrate, ("把一个办件迁到别的版本", "Moves a case"))
                .parameters(case::ASKED),
            case::show,
        )
        .add(
            RouteInfo::act("/cases/{id}/move", migrate, ("迁移一个办件，或撤销", "Moves a case, or takes that back"))
                .refusals(ONE),
            case::act,
        )
}

/// The officer with what they may move.
fn officer(by: &By<MigrateCases>) -> Officer {
    let (hand, post) = by.hand();
    Officer { hand, post, reach: Reach::of(&by.may, &by.page.register, by.page.today()) }
}

fn move_error(error: MoveError) -> PageError {
    match error {
        MoveError::NoRun => PageError::NotFound,
        MoveError::Refused(refusal) => PageError::refused(refusal),
        MoveError::Record(error) => error.into(),
        MoveError::Fault(fault) => fault.into(),
    }
}

/// An approved version by its model and process; the model's first process where none is named.
async fn version_of(state: &Casework, id: &str, process: Option<&str>) -> Result<Version, PageError> {
    let id: MatterId = id.parse().map_err(|_| PageError::NotFound)?;
    state.desk.library().refresh().await?;
    let versions = state.desk.library().versions();
    let mut own = versions.iter().filter(|version| version.model == id);
    let found = match process {
        Some(process) => own.find(|version| version.definition.process == process),
        None => own.next(),
    };
    found.cloned().ok_or(PageError::NotFound)
}

/// The other versions of a process, the newest first.
fn others(state: &Casework, version: &Version) -> Vec<Version> {
    let other = |it: &&Version| {
        it.definition.process == version.definition.process && it.definition.version != version.definition.version
    };
    state.desk.library().versions().iter().filter(other).cloned().collect()
}

async fn graph(state: &Casework, model: MatterId, process: &str) -> Result<Arc<Graph>, PageError> {
    let deployed = state.desk.library().deployed(model).await?;
    deployed.readied.graphs.get(&ElementId::from(process)).cloned().ok_or(PageError::NotFound)
}

/// Names of fields that pair an element.
const PAIR: &str = "pair-";

/// What was typed about clocks and pairs.
fn typed_policy(typed: &BTreeMap<String, String>) -> Result<ClockPolicy, PageError> {
    match typed.get("policy").map(String::as_str) {
        Some("keep") | None => Ok(ClockPolicy::Keep),
        Some("rederive") => Ok(ClockPolicy::Rederive),
        Some(_) => Err(PageError::Malformed("policy")),
    }
}

/// Pairs as they were chosen and written; a line that is none is refused.
fn typed_pairs(typed: &BTreeMap<String, String>) -> Result<Mapping, PageError> {
    let mut mapping = Mapping::new();
    let mut put = |old: &str, new: &str| {
        mapping.insert(ElementId::from(old.trim()), ElementId::from(new.trim()));
    };
    for line in typed.get("pairs").map(String::as_str).unwrap_or_default().lines() {
        match line.split_once('=') {
            Some((old, new)) if !old.trim().is_empty() && !new.trim().is_empty() => put(old, new),
            None if line.trim().is_empty() => {}
            _ => return Err(PageError::Malformed("pairs")),
        }
    }
    for (name, new) in typed {
        if let Some(old) = name.strip_prefix(PAIR).filter(|_| !new.trim().is_empty()) {
            put(old, new);
        }
    }
    Ok(mapping)
}

/// The wish as it was typed: versions are `from-N`.
fn typed_asked(version: &Version, typed: &BTreeMap<String, String>) -> Result<Asked, PageError> {
    let from = typed.iter().filter(|(_, value)| !value.is_empty()).filter_map(|(name, _)| name.strip_prefix("from-"));
    let from: Result<BTreeSet<i64>, _> = from.map(str::parse).collect();
    let organ = match typed.get("organ").map(String::as_str) {
        None | Some("") => None,
        Some(organ) => Some(organ.parse::<OrganId>().map_err(|_| PageError::Malformed("organ"))?),
    };
    Ok(Asked {
        process: ElementId::from(version.definition.process.as_str()),
        to: version.model,
        from: from.map_err(|_| PageError::Malformed("from"))?.into_iter().collect(),
        organ,
        mapping: typed_pairs(typed)?,
        policy: typed_policy(typed)?,
    })
}

fn policy_code(policy: ClockPolicy) -> &'static str {
    match policy {
        ClockPolicy::Keep => "keep",
        ClockPolicy::Rederive => "rederive",
    }
}

fn policy_field(page: &Page, policy: ClockPolicy) -> Field {
    let choice = |code: &str| {
        Choice::new(code, t(page, &format!("move-policy-{code}")))
            .detail(t(page, &format!("move-policy-{code}-detail")))
    };
    Field::choices("policy", t(page, "move-policy"), vec![choice("keep"), choice("rederive")])
        .value(policy_code(policy))
}

/// A name with its id: two elements may have one name.
fn named(words: Words, graph: Option<&Arc<Graph>>, element: &str) -> String {
    let name = super::say::element_name(graph, element);
    match name == element {
        true => name,
        false => words.either(&format!("{name}（{element}）"), &format!("{name} ({element})")).to_owned(),
    }
}

/// Elements and flows of the old versions that have none of their id in the new one, and those that some case needs a pair for.
fn unpaired(from: &[Arc<Graph>], to: &Graph, needed: &BTreeSet<ElementId>, mapping: &Mapping) -> BTreeSet<ElementId> {
    let gone = from.iter().flat_map(|graph| graph.elements.iter().map(|element| &element.id));
    let gone = gone.filter(|id| to.at(id).is_none()).cloned();
    gone.chain(needed.iter().cloned()).chain(mapping.keys().cloned()).collect()
}

/// A field for each element that is to be paired, and one for further pairs.
fn pair_fields(
    page: &Page,
    (from, to): (&[Arc<Graph>], &Arc<Graph>),
    needed: &BTreeSet<ElementId>,
    mapping: &Mapping,
) -> Vec<Field> {
    let elements: Vec<&ElementId> = to.elements.iter().map(|element| &element.id).collect();
    let flows: Vec<&ElementId> = to.flows.iter().map(|flow| &flow.id).collect();
    let mut fields = Vec::new();
    for old in unpaired(from, to, needed, mapping) {
        let Some(graph) = from.iter().find(|graph| graph.at(&old).is_some() || graph.via(&old).is_some()) else {
            continue;
        };
        let options = if graph.at(&old).is_some() { &elements } else { &flows };
        let none = Choice::new("", t(page, "move-pair-none"));
        let all = options.iter().map(|id| Choice::new(id.as_str(), named(page.words, Some(to), id.as_str())));
        let label =
            page.words.with("casework-move-pair", &[("element", named(page.words, Some(graph), old.as_str()).into())]);
        let field = Field::select(format!("{PAIR}{old}"), label, [none].into_iter().chain(all).collect());
        let chosen = mapping.get(&old).map(ElementId::as_str).unwrap_or_default();
        let field =
            if needed.contains(&old) && chosen.is_empty() { field.help(t(page, "move-pair-needed")) } else { field };
        fields.push(field.value(chosen).optional(page.words));
    }
    let further =
        mapping.iter().filter(|(old, _)| !from.iter().any(|graph| graph.at(old).is_some() || graph.via(old).is_some()));
    let further: Vec<String> = further.map(|(old, new)| format!("{old}={new}")).collect();
    fields.push(
        Field::area("pairs", t(page, "move-pairs"))
            .help(t(page, "move-pairs-help"))
            .value(further.join("\n"))
            .optional(page.words),
    );
    fields
}
