//! Pages: the inbox, cases and their tasks, models.

mod again;
mod barred;
mod case;
mod cases;
mod clocks;
mod diagram;
mod documents;
mod edit;
mod fields;
mod figures;
mod filling;
mod find;
mod history;
mod inbox;
mod model;
mod models;
mod moving;
mod outside;
mod say;
mod steer;
mod steering;
mod task;
mod trial;

use std::sync::Arc;

use access::{Permission as _, Reader};
use directory::Directory;
use web::http::{App, MenuEntry, Page, PageError, Parameter, RouteInfo, Routes};
use web::locale::Locale;

use crate::case::list::{self, Mine};
use crate::desk::{CaseError, Desk};
use crate::migration::mover::Mover;
use crate::modeller::{ModelError, Modeller};

/// Texts of these pages, and of what they say of files.
pub const TEXTS: &[(Locale, &str)] = &[
    (Locale::ZhCn, include_str!("../../locales/zh-CN/casework.ftl")),
    (Locale::En, include_str!("../../locales/en/casework.ftl")),
    (Locale::ZhCn, include_str!("../../locales/zh-CN/moving.ftl")),
    (Locale::En, include_str!("../../locales/en/moving.ftl")),
    (Locale::ZhCn, include_str!("../../locales/zh-CN/outside.ftl")),
    (Locale::En, include_str!("../../locales/en/outside.ftl")),
    (Locale::ZhCn, bpmn::LOCALES[0].1),
    (Locale::En, bpmn::LOCALES[1].1),
    (Locale::ZhCn, dmn::LOCALES[0].1),
    (Locale::En, dmn::LOCALES[1].1),
    (Locale::ZhCn, flow::LOCALES[0].1),
    (Locale::En, flow::LOCALES[1].1),
];

access::permissions! {
    /// Do tasks offered to one's post 办理任务.
    DoTasks = "task.do";
    /// Read cases 查看办件.
    ReadCases = "case.read";
    /// Open cases 开办.
    OpenCases = "case.open";
    /// Take messages in from outside 收发外部消息.
    SendMessages = "case.message";
    /// Do work of services 承接服务作业.
    DoWork = "case.work";
    /// Assign tasks, stop, resume and end cases, mend what stands still 调度办件.
    SteerCases = "case.steer";
    /// Move cases to another version of their process 迁移办件版本.
    MigrateCases = "case.migrate";
    /// Say how secret cases are, and who may know of them 为办件定密.
    ClassifyCases = "case.classify";
    /// Read models 查看流程模型.
    ReadModels = "model.read";
    /// Propose models 提出流程模型.
    ProposeModels = "model.propose";
    /// Decide on models 审批流程模型.
    ApproveModels = "model.approve";
    /// Try models with made-up data 试运行流程模型.
    TryModels = "model.try";
    /// Read figures of processes 查看各环节指标.
    ReadFigures = "model.figures";
    /// Take tables away as files 导出表格.
    ExportTables = "export.table";
}

/// What the handlers share.
#[derive(Clone)]
pub struct Casework {
    desk: Desk,
    modeller: Modeller,
    mover: Mover,
    /// Turns of trials: so many go on at once.
    trials: Arc<tokio::sync::Semaphore>,
    warnings: Option<Arc<dyn CaseWarnings>>,
}

/// Warnings about cases, which another platform keeps: those that a reader may know of, by the number of the case.
pub trait CaseWarnings: Send + Sync {
    /// The warnings; each a link.
    fn of(&self, page: Page, number: String) -> tell::Answer<'_, Vec<web::http::Found>>;
}

/// Trials that are replayed at once: each may take a second of a core.
const TRIALS: usize = 2;

impl Casework {
    /// Works by these.
    pub fn new(desk: Desk, modeller: Modeller) -> Casework {
        let trials = Arc::new(tokio::sync::Semaphore::new(TRIALS));
        Casework { mover: Mover::new(desk.clone()), desk, modeller, trials, warnings: None }
    }

    /// Shows the warnings about a case on its page.
    #[must_use]
    pub fn with_warnings(self, warnings: Arc<dyn CaseWarnings>) -> Casework {
        Casework { warnings: Some(warnings), ..self }
    }
}

pub use fields::{OURS as FIELDS, Part, questions};
pub use filling::taken;
pub use find::finder;

/// The places in the menu.
pub fn menu(directory: Directory) -> Vec<MenuEntry> {
    let mine = move |reader: Arc<Reader>| {
        let directory = directory.clone();
        let counted: std::pin::Pin<Box<dyn Future<Output = _> + Send>> = Box::pin(async move {
            let Some(register) = directory.register().await? else { return Ok(0) };
            let mine = Mine::of(&reader, &register, directory.clock().today());
            let (held, offered) = list::counts(directory.store(), &mine).await?;
            Ok(held + offered)
        });
        counted
    };
    vec![
        MenuEntry {
            chapter: None,
            text: "casework-menu-inbox",
            href: "/inbox",
            permission: DoTasks::CODE,
            order: 1,
            mine: Some(Arc::new(mine)),
        },
        MenuEntry::new("power", "casework-menu-cases", "/cases", ReadCases::CODE, 5),
        MenuEntry::new("power", "casework-menu-messages", "/messages", SendMessages::CODE, 6),
        MenuEntry::new("management", "casework-menu-models", "/models", ReadModels::CODE, 5),
    ]
}

/// Tasks that wait for a reader, for the page that they begin their day with; nothing where their post does none.
///
/// # Errors
/// If the store cannot be read.
pub async fn waiting(page: &Page) -> Result<Option<list::Waiting>, store::StoreFault> {
    if page.app.authority().allows(&page.reader, DoTasks::CODE).is_err() {
        return Ok(None);
    }
    let (clock, today) = (page.app.clock(), page.today());
    let mine = Mine::of(&page.reader, &page.register, today);
    list::waiting(page.app.store(), &mine, (clock.now(), clock.zone().end_of(today))).await.map(Some)
}

const PAGED: &[Parameter] = &[Parameter { name: "page", meaning: ("页", "page, from 1"), kind: "integer" }];
const CASES: &[Parameter] = &[
    Parameter { name: "page", meaning: ("页", "page, from 1"), kind: "integer" },
    Parameter { name: "status", meaning: ("在办 active、已结 ended", "active or ended"), kind: "string" },
    Parameter { name: "process", meaning: ("流程编号", "the id of a process"), kind: "string" },
    Parameter { name: "incidents", meaning: ("1：只看停住的", "1: only those that stand still"), kind: "string" },
];
const NEW: &[Parameter] =
    &[Parameter { name: "process", meaning: ("流程编号", "the id of a process"), kind: "string" }];

/// What a command to a case may be refused with.
const CASE: &[&str] = &[
    "case.days",
    "case.no_organ",
    "case.no_such_class",
    "case.not_offered",
    "case.not_recused",
    "case.not_together",
    "case.recused_already",
    "case.same_class",
    "case.too_large",
    "case.value",
    "case.words",
    "flow.clock",
    "flow.gone",
    "flow.held",
    "flow.not_active",
    "flow.not_held",
    "flow.not_suspended",
    "flow.no_move",
    "flow.no_return",
    "flow.no_takeback",
    "flow.not_choosable",
    "flow.not_merged",
    "flow.same",
    "flow.separate",
    "flow.signed",
    "separation.recused",
    "separation.same_officer",
];
/// What opening may be refused with.
const OPENING: &[&str] = &[
    "case.title",
    "case.not_in_force",
    "case.not_in_inventory",
    "case.which_power",
    "case.too_large",
    "flow.no_start",
];
/// What proposing may be refused with.
const PROPOSING: &[&str] = &[
    "model.name",
    "model.reason",
    "model.files",
    "model.same_name",
    "model.too_large",
    "model.errors",
    "model.nothing",
    "model.organ",
    "model.first_day",
];
/// What deciding may be refused with.
const DECIDING: &[&str] = &["model.decided", "model.reason", "model.errors", "model.organ", "separation.same_officer"];

const EDIT: &[Parameter] =
    &[Parameter { name: "file", meaning: ("第几个文件，从 0 数起", "which file, from 0"), kind: "integer" }];

/// What a trial may be refused with.
const TRYING: &[&str] = &[
    "flow.no_return",
    "flow.same",
    "flow.separate",
    "flow.signed",
    "trial.exhausted",
    "trial.no_process",
    "trial.nobody_waits",
    "trial.not_open",
    "trial.script",
    "trial.time",
    "trial.too_large",
    "trial.too_long",
    "trial.values",
];
/// Bytes of a form that carries a trial: a script and perhaps a changed file, escaped.
const TRIED: usize = 4 << 20;

/// Bytes of a form that carries one file as text, escaped.
const EDITED: usize = 8 << 20;
/// Bytes of a form that carries files.
const UPLOAD: usize = 17 << 20;
/// Bytes of a form of a task that carries attachments, together.
const ATTACHED: usize = 100 << 20;

/// All routes.
pub fn routes(app: App, state: Casework) -> Routes<()> {
    let (task, read, steer) = (DoTasks::CODE, ReadCases::CODE, SteerCases::CODE);
    let models = model_routes(app.clone()).with_state(state.clone());
    let moves = moving::routes(app.clone()).with_state(state.clone());
    let outside = outside::routes(app.clone()).with_state(state.clone());
    Routes::new(app.clone())
        .add(RouteInfo::page("/inbox", task, ("我的待办", "My tasks")).parameters(PAGED), inbox::show)
        .add(
            RouteInfo::act("/inbox/take", task, ("领取所选任务", "Takes the chosen tasks")).refusals(CASE),
            inbox::take,
        )
        .add(
            RouteInfo::api("/api/inbox", task, ("我的待办", "My tasks")).parameters(PAGED).answers(inbox::schema),
            inbox::api,
        )
        .add(RouteInfo::page("/cases", read, ("办件", "Cases")).parameters(CASES), cases::show)
        .add(RouteInfo::api("/api/cases", read, ("办件", "Cases")).parameters(CASES).answers(cases::schema), cases::api)
        .add(RouteInfo::page("/cases/new", OpenCases::CODE, ("开办", "Opens a case")).parameters(NEW), cases::form)
        .add(RouteInfo::act("/cases", OpenCases::CODE, ("开办", "Opens a case")).refusals(OPENING), cases::open)
        .add(
            RouteInfo::act("/cases/files", OpenCases::CODE, ("带材料开办", "Opens a case with attachments"))
                .refusals(OPENING)
                .limit(ATTACHED),
            cases::open_with_files,
        )
        .add(
            RouteInfo::page("/cases/{id}/files/{blob}", read, ("办件的一份材料", "An attachment of a case")),
            documents::download,
        )
        .add(RouteInfo::page("/cases/{id}", read, ("一个办件", "A case")), case::show)
        .add(RouteInfo::api("/api/cases/{id}", read, ("一个办件", "A case")).answers(case::schema), case::api)
        .add(
            RouteInfo::act("/cases/{id}/steer", steer, ("调度一个办件", "Steers a case")).refusals(CASE),
            steering::steer,
        )
        .add(
            RouteInfo::act("/cases/{id}/takeback", task, ("撤回自己办的一步", "Takes back what one did"))
                .refusals(CASE),
            steering::takeback,
        )
        .add(
            RouteInfo::act("/cases/{id}/recuse", task, ("自行回避", "Keeps out of a case")).refusals(CASE),
            steering::recuse,
        )
        .add(
            RouteInfo::act("/cases/{id}/classify", ClassifyCases::CODE, ("为办件定密", "Says how secret a case is"))
                .refusals(CASE),
            steering::classify,
        )
        .add(
            RouteInfo::act("/cases/{id}/received", OpenCases::CODE, ("登记收到的来件", "Enters what came in"))
                .refusals(CASE),
            case::received,
        )
        .add(RouteInfo::page("/cases/{id}/tasks/{task}", task, ("一项任务", "A task")), task::show)
        .add(
            RouteInfo::act("/cases/{id}/tasks/{task}", task, ("办理一项任务", "Does a task")).refusals(CASE),
            task::act,
        )
        .add(
            RouteInfo::act(
                "/cases/{id}/tasks/{task}/files",
                task,
                ("带材料办理一项任务", "Does a task with attachments"),
            )
            .refusals(CASE)
            .limit(ATTACHED),
            task::act_with_files,
        )
        .add(
            RouteInfo::act("/cases/{id}/tasks/{task}/assign", steer, ("指派一项任务", "Assigns a task")).refusals(CASE),
            task::assign,
        )
        .with_state(state.clone())
        .merge(models)
        .merge(moves)
        .merge(outside)
        .merge(figure_routes(app.clone()).with_state(state.clone()))
        .merge(trial_routes(app).with_state(state))
}

/// The routes of models.
fn model_routes(app: App) -> Routes<Casework> {
    let read = ReadModels::CODE;
    Routes::new(app)
        .add(RouteInfo::page("/models", read, ("流程模型", "Models")).parameters(PAGED), models::show)
        .add(
            RouteInfo::api("/api/models", read, ("流程模型", "Models")).parameters(PAGED).answers(models::schema),
            models::api,
        )
        .add(RouteInfo::page("/models/new", ProposeModels::CODE, ("提出模型", "Proposes a model")), models::form)
        .add(
            RouteInfo::act("/models", ProposeModels::CODE, ("提出模型", "Proposes a model"))
                .refusals(PROPOSING)
                .limit(UPLOAD),
            models::propose,
        )
        .add(RouteInfo::page("/models/{id}", read, ("一个模型", "A model")), model::show)
        .add(
            RouteInfo::act("/models/{id}", ApproveModels::CODE, ("决定一个模型", "Decides on a model"))
                .refusals(DECIDING),
            model::decide,
        )
        .add(
            RouteInfo::page("/models/{id}/edit", ProposeModels::CODE, ("修改模型", "Changes a model")).parameters(EDIT),
            edit::show,
        )
        .add(
            RouteInfo::act("/models/{id}/change", ProposeModels::CODE, ("提出修改", "Proposes a change"))
                .refusals(PROPOSING)
                .limit(EDITED),
            edit::propose,
        )
        .add(
            RouteInfo::act("/models/{id}/check", ProposeModels::CODE, ("检查修改", "Checks a change")).limit(EDITED),
            edit::check,
        )
        .add(RouteInfo::page("/models/{id}/files/{file}", read, ("模型的一个文件", "A file of a model")), model::file)
}

/// The routes of trials.
fn trial_routes(app: App) -> Routes<Casework> {
    let said = ("试运行一个模型", "Tries a model");
    Routes::new(app)
        .add(RouteInfo::page("/models/{id}/try", TryModels::CODE, said).parameters(NEW), trial::show)
        .add(RouteInfo::act("/models/{id}/try", TryModels::CODE, said).refusals(TRYING).limit(TRIED), trial::act)
}

/// The routes of figures.
fn figure_routes(app: App) -> Routes<Casework> {
    let said = ("各环节指标", "Figures of a process");
    Routes::new(app)
        .add(RouteInfo::page("/models/{id}/figures", ReadFigures::CODE, said).parameters(figures::ASKED), figures::show)
        .add(
            RouteInfo::api("/api/models/{id}/figures", ReadFigures::CODE, said)
                .parameters(figures::ASKED)
                .answers(figures::schema),
            figures::api,
        )
        .add(
            RouteInfo::page(
                "/models/{id}/figures.csv",
                ExportTables::CODE,
                ("各环节指标（CSV）", "Figures of a process as CSV"),
            )
            .parameters(figures::ASKED),
            figures::csv,
        )
        .add(
            RouteInfo::page(
                "/models/{id}/figures/runs",
                ReadCases::CODE,
                ("指标背后的各次办理", "The runs behind a figure"),
            )
            .parameters(figures::LISTED),
            figures::list,
        )
}

fn t(page: &Page, key: &str) -> String {
    page.words.t(&format!("casework-{key}"))
}

fn case_error(error: CaseError) -> PageError {
    match error {
        CaseError::NoCase => PageError::NotFound,
        CaseError::Refused(refusal) => PageError::refused(refusal),
        CaseError::Record(error) => error.into(),
        CaseError::Fault(fault) => fault.into(),
    }
}

fn model_error(error: ModelError) -> PageError {
    match error {
        ModelError::Refused { refusal, .. } => PageError::refused(refusal),
        ModelError::Record(error) => error.into(),
        ModelError::Fault(fault) => fault.into(),
    }
}

/// Whether a reader may see the words of an act of a case, or of a move of many: as their pages would show them. A move names no
/// case in words, and is for everybody.
///
/// # Errors
/// If the store cannot be read.
pub async fn may_see_act(page: &Page, act: &store::Recorded) -> Result<bool, store::StoreFault> {
    if act.act.kind.starts_with(crate::tables::MIGRATIONS) {
        return Ok(true);
    }
    may_see_case(page, kernel::MatterId::new(act.act.matter)).await
}

/// Whether a reader may see what is said in a case; a reading that is an act is recorded.
///
/// # Errors
/// If the store cannot be read.
pub async fn may_see_case(page: &Page, id: kernel::MatterId) -> Result<bool, store::StoreFault> {
    let acts = page.app.store().acts_of(page.app.node().number(), id.value()).await?;
    let Some(case) = crate::case::Case::of(&acts)? else { return Ok(false) };
    if !Mine::of(&page.reader, &page.register, page.today()).may_know(&case) {
        return Ok(false);
    }
    secrecy::view::on_record_elsewhere(page, (case.id, &case.secrecy)).await.map(|()| true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_are_complete() {
        let catalogue = web::locale::Catalogue::new(TEXTS).unwrap_or_else(|fault| panic!("{fault}"));
        assert_eq!(catalogue.findings(), []);
    }
}
