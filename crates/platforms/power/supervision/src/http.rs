//! Routes, and what their handlers share. A handler reads, decides, records, answers.

mod acts;
mod api;
mod assign;
mod classes;
mod cockpit;
mod export;
mod fields;
mod find;
mod forms;
mod glass;
mod groups;
mod queue;
mod say;
mod warning;

use std::sync::Arc;

use access::{Permission, Reader};
use directory::{Directory, Register};
use kernel::{Day, MatterId};
use supervise::{Answer, Reason, Subject};
use web::http::{App, MenuEntry, Page, Parameter, RouteInfo, Routes};
use web::locale::Locale;
use web::view::Html;

use crate::limits::{Limits, Timing};
use crate::store::{Reach, Turns};

pub use classes::may_see_act;
pub use find::finder;

/// The texts of these pages, for the catalogue.
pub const TEXTS: &[(Locale, &str)] = &[
    (Locale::ZhCn, include_str!("../locales/zh-CN/supervision.ftl")),
    (Locale::En, include_str!("../locales/en/supervision.ftl")),
];

access::permissions! {
    /// See the cockpit 查看工作台.
    ReadCockpit = "cockpit.read";
    /// See the queue 查看待办队列.
    ReadQueue = "queue.read";
    /// Read warnings 查看预警.
    ReadWarnings = "warning.read";
    /// Dispatch warnings 分派预警.
    DispatchWarnings = "warning.dispatch";
    /// Record verdicts 作出核查结论.
    RecordVerdicts = "warning.verdict";
    /// Answer warnings 反馈预警.
    AnswerWarnings = "warning.answer";
    /// Appeal against verdicts 对结论提出申诉.
    AppealVerdicts = "warning.appeal";
    /// Decide appeals 裁定申诉.
    DecideAppeals = "warning.decide_appeal";
    /// Classify warnings 定密.
    ClassifyWarnings = "warning.classify";
    /// Keep out of warnings 申请回避.
    RecuseFromWarnings = "warning.recuse";
    /// Ask to read beyond one's reach 申请紧急查阅.
    AskAccess = "glass.ask";
    /// Answer who asks to read beyond their reach 批准紧急查阅.
    ApproveAccess = "glass.approve";
    /// Export tables 导出表格.
    ExportTables = "export.table";
}

/// What another platform shows on a warning's page about its subject: the process on its time line, the peers it was
/// compared with. The binary wires it.
pub trait SubjectView: Send + Sync {
    /// The panels, for a reader who may read the warning; nothing where this is no subject of that platform.
    fn panel<'a>(&'a self, page: &'a Page, subject: &'a Subject, reasons: &'a [Reason]) -> Answer<'a, Option<Html>>;
}

/// Tasks of processes that wait for a reader, for the cockpit. Another platform keeps them; the binary wires it.
pub trait TasksView: Send + Sync {
    /// How many; nothing where the reader's post does none.
    fn of<'a>(&'a self, page: &'a Page) -> Answer<'a, Option<Tasks>>;
}

/// How many tasks wait for a reader.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Tasks {
    /// Overdue.
    pub late: u64,
    /// Due today.
    pub today: u64,
    /// All of them.
    pub all: u64,
    /// Whether there are more than were counted.
    pub more: bool,
}

/// What the handlers share.
#[derive(Clone)]
pub struct Supervision {
    limits: Arc<Limits>,
    views: Vec<Arc<dyn SubjectView>>,
    tasks: Option<Arc<dyn TasksView>>,
}

impl Supervision {
    /// With these limits, and no other platform's views.
    pub fn new(limits: Arc<Limits>) -> Supervision {
        Supervision { limits, views: Vec::new(), tasks: None }
    }

    /// With a view of another platform's subjects.
    #[must_use]
    pub fn with_view(mut self, view: Arc<dyn SubjectView>) -> Supervision {
        self.views.push(view);
        self
    }

    /// With the tasks of another platform in the cockpit.
    #[must_use]
    pub fn with_tasks(self, tasks: Arc<dyn TasksView>) -> Supervision {
        Supervision { tasks: Some(tasks), ..self }
    }

    fn timing<'a>(&self, app: &'a App) -> Timing<'a> {
        let clock = app.clock();
        Timing { now: clock.now(), zone: clock.zone(), calendar: app.calendar() }
    }
}

impl Turns {
    /// A reader's turns, by the duties of the post, on a day.
    pub fn of(reader: &Reader, register: &Register, day: Day) -> Turns {
        let has = |duty: &str| reader.duties().contains(duty);
        Turns {
            officer: reader.principal(),
            organs: register.tasks_of([reader.organ()].into(), day).into_iter().collect(),
            judges: has("inspector"),
            dispatches: has("supervision-chief"),
            decides: has("supervision-chief"),
            answers: has("organ-handler") || has("organ-head"),
        }
    }

    /// Whether any turn can be the reader's.
    fn any(&self) -> bool {
        self.judges || self.dispatches || self.decides || self.answers
    }
}

/// The places of this platform in the rail. The count beside the queue is what waits for the reader.
pub fn menu(directory: Directory) -> Vec<MenuEntry> {
    let mine = move |reader: Arc<Reader>| {
        let directory = directory.clone();
        let counted: std::pin::Pin<Box<dyn Future<Output = _> + Send>> = Box::pin(async move {
            let Some(register) = directory.register().await? else { return Ok(0) };
            let turns = Turns::of(&reader, &register, directory.clock().today());
            if !turns.any() {
                return Ok(0);
            }
            let reach = Reach::of_reader(&reader, &register, directory.clock().today());
            let moment = kernel::Instant::from_ms(0);
            crate::store::waiting(directory.store(), &reach, &turns, moment, moment, 0).await.map(|waiting| waiting.all)
        });
        counted
    };
    vec![
        MenuEntry {
            chapter: None,
            text: "supervision-menu-cockpit",
            href: "/",
            permission: ReadCockpit::CODE,
            order: 0,
            mine: None,
        },
        MenuEntry {
            chapter: Some("power"),
            text: "supervision-menu-queue",
            href: "/queue",
            permission: ReadQueue::CODE,
            order: 30,
            mine: Some(Arc::new(mine)),
        },
        MenuEntry::new("power", "supervision-menu-glass", "/break-glass", AskAccess::CODE, 31),
    ]
}

/// The address of a warning.
pub fn path(id: MatterId) -> String {
    format!("/warnings/{id}")
}

const LIST: &[Parameter] = &[
    Parameter {
        name: "stage", meaning: ("阶段：open、all 或阶段代码", "open, all or a stage's code"), kind: "string"
    },
    Parameter { name: "light", meaning: ("级别", "light: notice, yellow, red"), kind: "string" },
    Parameter { name: "organ", meaning: ("机关的编号", "id of the organ concerned"), kind: "string" },
    Parameter { name: "rule", meaning: ("指标代码", "code of an indicator"), kind: "string" },
    Parameter { name: "min", meaning: ("金额下限", "at least this amount, as the list counts"), kind: "string" },
    Parameter { name: "late", meaning: ("1：只看逾期", "1: only overdue ones"), kind: "string" },
    Parameter { name: "mine", meaning: ("1：只看我承办的", "1: only those I hold"), kind: "string" },
    Parameter { name: "sort", meaning: ("排序", "score, amount, due or number"), kind: "string" },
    Parameter { name: "dir", meaning: ("方向", "asc or desc"), kind: "string" },
    Parameter { name: "page", meaning: ("页", "page, from 1"), kind: "integer" },
];

/// Codes that any act on a warning may be refused with.
const REFUSALS: &[&str] = &[
    "supervision.closed",
    "supervision.wrong_stage",
    "supervision.not_your_unit",
    "supervision.not_the_inspector",
    "supervision.not_your_organ",
    "supervision.no_organ",
    "supervision.own_conclusion",
    "supervision.quota_reached",
    "supervision.text_missing",
    "supervision.text_too_long",
    "supervision.verdicts_missing",
    "supervision.recused_already",
    "supervision.not_recused",
    "supervision.no_such_class",
    "supervision.nothing_changes",
    "supervision.opener_than_source",
    "supervision.not_cleared",
    "supervision.nobody_knows",
    "separation.recused",
    "separation.same_officer",
    "clock.no_calendar",
];

/// Codes that an access may be refused with.
const GLASS: &[&str] = &[
    "glass.no_such_warning",
    "glass.within_reach",
    "glass.hours",
    "glass.grounds",
    "glass.twice",
    "glass.decided",
    "glass.not_your_unit",
    "separation.recused",
    "separation.same_officer",
];

/// Pages, acts and API of supervision.
pub fn routes(app: App, state: Supervision) -> Routes<()> {
    let page = RouteInfo::page;
    let act = |path, permission, summary| RouteInfo::act(path, permission, summary).refusals(REFUSALS);
    let list = |info: RouteInfo| info.parameters(LIST);
    Routes::new(app)
        .add(page("/", ReadCockpit::CODE, ("工作台", "Cockpit")), cockpit::show)
        .add(page("/cockpit/live", ReadCockpit::CODE, ("工作台的事件流", "Events for the cockpit")), cockpit::live)
        .add(list(page("/queue", ReadQueue::CODE, ("核查队列", "Queue of warnings"))), queue::show)
        .add(list(page("/queue.xlsx", ExportTables::CODE, ("队列导出 XLSX", "Queue as XLSX"))), export::xlsx)
        .add(list(page("/queue.csv", ExportTables::CODE, ("队列导出 CSV", "Queue as CSV"))), export::csv)
        .add(page("/cockpit/months.csv", ExportTables::CODE, ("逐月预警 CSV", "Warnings by month")), export::months)
        .add(act("/queue/assign", DispatchWarnings::CODE, ("分派若干预警", "Assigns chosen warnings")), assign::several)
        .add(page("/warnings/{id}", ReadWarnings::CODE, ("预警", "A warning")), warning::show)
        .add(
            page("/warnings/{id}/acts/{idx}/receipt", ReadWarnings::CODE, ("一条行为的回执", "The receipt of an act")),
            warning::receipt,
        )
        .add(act("/warnings/{id}/take", RecordVerdicts::CODE, ("承办", "Takes a warning")), acts::take)
        .add(act("/warnings/{id}/assign", DispatchWarnings::CODE, ("分派", "Assigns a warning")), acts::assign)
        .add(page("/break-glass", AskAccess::CODE, ("紧急查阅", "Reading beyond one's reach")), glass::list)
        .add(
            RouteInfo::act("/break-glass", AskAccess::CODE, ("申请紧急查阅", "Asks to read a warning")).refusals(GLASS),
            glass::ask,
        )
        .add(page("/break-glass/{id}", AskAccess::CODE, ("一次紧急查阅", "One access")), glass::one)
        .add(
            RouteInfo::act("/break-glass/{id}", ApproveAccess::CODE, ("答复紧急查阅", "Approves or refuses an access"))
                .refusals(GLASS),
            glass::answer,
        )
        .add(act("/warnings/{id}/recuse", RecuseFromWarnings::CODE, ("申请回避", "Recuses oneself")), acts::recuse)
        .add(
            act("/warnings/{id}/recuse-officer", DispatchWarnings::CODE, ("决定回避", "Recuses an officer")),
            acts::recuse_officer,
        )
        .add(
            act("/warnings/{id}/classify", ClassifyWarnings::CODE, ("定密、确定知悉范围", "Classifies a warning")),
            acts::classify,
        )
        .add(act("/warnings/{id}/lift", DispatchWarnings::CODE, ("解除回避", "Lifts a recusal")), acts::lift)
        .add(act("/warnings/{id}/ask", RecordVerdicts::CODE, ("请机关说明", "Asks the organ")), acts::ask)
        .add(act("/warnings/{id}/explain", AnswerWarnings::CODE, ("说明", "Explains")), acts::explain)
        .add(act("/warnings/{id}/conclude", RecordVerdicts::CODE, ("作出结论", "Concludes")), acts::conclude)
        .add(act("/warnings/{id}/correct", AnswerWarnings::CODE, ("整改", "Reports a correction")), acts::correct)
        .add(act("/warnings/{id}/appeal", AppealVerdicts::CODE, ("申诉", "Appeals")), acts::appeal)
        .add(act("/warnings/{id}/accept", RecordVerdicts::CODE, ("验收", "Accepts a correction")), acts::accept)
        .add(act("/warnings/{id}/return", RecordVerdicts::CODE, ("退回整改", "Returns a correction")), acts::give_back)
        .add(act("/warnings/{id}/decide", DecideAppeals::CODE, ("裁定申诉", "Decides an appeal")), acts::decide_appeal)
        .add(
            list(RouteInfo::api("/api/warnings", ReadQueue::CODE, ("预警清单", "Warnings")).answers(api::list_schema)),
            api::list,
        )
        .add(
            list(
                RouteInfo::api("/api/warnings/groups", ReadQueue::CODE, ("按机关归组的预警", "Warnings by organ"))
                    .answers(groups::schema),
            ),
            groups::api,
        )
        .add(
            RouteInfo::api("/api/warnings/{id}", ReadWarnings::CODE, ("一件预警", "One warning"))
                .answers(api::warning_schema),
            api::one,
        )
        .add(
            RouteInfo::api("/api/cockpit", ReadCockpit::CODE, ("工作台的数字", "Figures of the cockpit"))
                .answers(api::cockpit_schema),
            api::cockpit,
        )
        .with_state(state)
}

#[cfg(test)]
mod tests {
    use web::locale::Catalogue;

    use super::*;

    #[test]
    fn both_languages_are_complete() {
        let catalogue = Catalogue::new(TEXTS).unwrap_or_else(|fault| panic!("{fault}"));
        assert_eq!(catalogue.findings(), []);
        for code in REFUSALS.iter().chain(GLASS) {
            let key = format!("refusal-{}", code.replace(['.', '_'], "-"));
            for key in [format!("{key}-next"), key] {
                assert!(catalogue.has(Locale::En, &key), "{key}");
            }
        }
    }
}
