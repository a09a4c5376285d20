//! Pages and API of red flags: routes with their permissions, and what their handlers share.

mod amendments;
mod api;
mod find;
mod imports;
mod indicators;
pub mod jobs;
mod parties;
mod processes;
mod quarantine;
mod runs;
mod schemas;
mod sources;
mod subject;
mod trial;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use access::{Permission, Reader};
use axum::response::Response;
use kernel::{Param, Refuse};
use redflags_rules::score::Verdicts as Concluded;
use secrecy::Who;
use store::{Store, StoreFault};
use web::http::{App, MenuEntry, Page, PageError, Parameter, RouteInfo, Routes, attachment};
use web::locale::Locale;
use web::view::table::Sheet;

use crate::import::{By as Actor, Importer};
use crate::screening::QueuePolicy;
use crate::store::{self as queries, Reach, Source};
use jobs::{Job, Jobs, Kind};

pub use find::finder;
pub use sources::may_see_act;
pub use subject::subject_panel;
pub use trial::{TrialResult, try_figures};

/// Texts of this platform in both languages, for the node's catalogue.
pub const TEXTS: [(Locale, &str); 2] = [
    (Locale::ZhCn, include_str!("../locales/zh-CN/redflags.ftl")),
    (Locale::En, include_str!("../locales/en/redflags.ftl")),
];

/// What an upload may weigh: 500 MB. Larger files are imported from the command line.
pub const UPLOAD_LIMIT: usize = 500_000_000;

access::permissions! {
    /// Read contracting processes 查看采购过程.
    ReadProcesses = "process.read";
    /// Read buyers 查看采购人.
    ReadBuyers = "buyer.read";
    /// Read suppliers 查看供应商.
    ReadSuppliers = "supplier.read";
    /// Read indicators, and what they raised 查看指标.
    ReadIndicators = "indicator.read";
    /// Try indicators on the past 试算指标.
    TryIndicators = "indicator.try";
    /// Propose amendments of indicators 提出规则调整.
    ProposeAmendments = "indicator.propose";
    /// Approve or refuse them 审批规则调整.
    ApproveAmendments = "indicator.approve";
    /// Read runs 查看筛查运行.
    ReadRuns = "run.read";
    /// Start runs 启动筛查.
    StartRuns = "run.start";
    /// Say how secret a source is, and who may know of it 为数据来源定密.
    ClassifySources = "source.classify";
    /// Import 导入数据.
    StartImports = "import.start";
    /// See what imports held back 查看隔离区.
    ReadQuarantine = "quarantine.read";
    /// Download what imports held back 下载隔离数据.
    DownloadQuarantine = "quarantine.download";
    /// Export tables 导出表格.
    ExportTables = "export.table";
}

/// An answer that comes later.
pub type Later<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreFault>> + Send + 'a>>;

/// How an inspector concluded on one raised outcome.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// 属实.
    Confirmed,
    /// 已说明.
    Explained,
    /// 不属实.
    Refuted,
}

/// What inspectors concluded about an indicator's flags; the binary wires it with supervision.
pub trait Verdicts: Send + Sync {
    /// Counts of concluded verdicts.
    fn of<'a>(&'a self, indicator: &'a str) -> Later<'a, Concluded>;

    /// The verdicts one by one, newest first: the subject's unique text, and how it was concluded.
    fn past<'a>(&'a self, indicator: &'a str) -> Later<'a, Vec<(String, Verdict)>>;
}

/// No verdicts: a node without supervision.
pub struct NoVerdicts;

impl Verdicts for NoVerdicts {
    fn of<'a>(&'a self, _: &'a str) -> Later<'a, Concluded> {
        Box::pin(async { Ok(Concluded::default()) })
    }

    fn past<'a>(&'a self, _: &'a str) -> Later<'a, Vec<(String, Verdict)>> {
        Box::pin(async { Ok(Vec::new()) })
    }
}

/// What the handlers share. Cheap to clone.
#[derive(Clone)]
pub struct Redflags {
    /// Imports and screens.
    pub importer: Importer,
    /// What inspectors concluded.
    pub verdicts: Arc<dyn Verdicts>,
    /// Which standings go to the queue.
    pub policy: QueuePolicy,
    /// Imports, runs and trials that are going on in this process.
    pub jobs: Jobs,
}

impl Redflags {
    /// The state of a node.
    pub fn new(importer: Importer, verdicts: Arc<dyn Verdicts>, policy: QueuePolicy) -> Redflags {
        Redflags { importer, verdicts, policy, jobs: Jobs::default() }
    }

    /// The sources of the node that the reader may know of.
    async fn sources(&self, reader: &Reader) -> Result<Vec<Source>, StoreFault> {
        queries::sources(&self.importer.store, self.importer.node, Some(&Who::of(reader))).await
    }

    /// A job of a kind, if it is about a source that the reader may know of.
    async fn job(&self, reader: &Reader, id: u64, kind: Kind) -> Result<(Job, Source), PageError> {
        let job = self.jobs.get(id, kind).ok_or(PageError::NotFound)?;
        let sources = self.sources(reader).await?;
        let source = sources.into_iter().find(|source| source.matter == job.source).ok_or(PageError::NotFound)?;
        Ok((job, source))
    }

    /// The same for a trial of an indicator.
    async fn trial(&self, reader: &Reader, id: u64, code: &str) -> Result<(Job, Source), PageError> {
        let (job, source) = self.job(reader, id, Kind::Trial).await?;
        if job.label == code { Ok((job, source)) } else { Err(PageError::NotFound) }
    }

    /// The source whose run is the newest; before any run, the one imported into last. Of those that a reader may know of;
    /// without a reader, of all.
    async fn screened_last(&self, who: Option<&Who>) -> Result<Option<Source>, StoreFault> {
        let sources = queries::sources(&self.importer.store, self.importer.node, who).await?;
        let runs = queries::runs(&self.importer.store, self.importer.node, &sources, 1).await?;
        let screened = runs.first().and_then(|run| sources.iter().find(|source| source.matter == run.source)).cloned();
        Ok(screened.or_else(|| chosen(&sources, None)))
    }
}

/// Expected refusals of this platform.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Refusal {
    /// A file is missing in the form.
    #[error("no file was sent")]
    NoFile,
    /// The mapping is not among those that ship.
    #[error("there is no such mapping")]
    NoMapping,
    /// The mapping does not fit the files.
    #[error("the mapping does not fit the files: {zh} / {en}")]
    MappingMisfit {
        /// In Chinese.
        zh: String,
        /// In English.
        en: String,
    },
    /// The source's code is not made of letters, digits and hyphens.
    #[error("the code of the source is not usable")]
    BadSource,
    /// The same work is going on already.
    #[error("the same work is going on for this source")]
    GoingOn,
    /// There is nothing to work on.
    #[error("the source has no processes")]
    NothingImported,
    /// The upload is no longer kept.
    #[error("the uploaded files are no longer kept")]
    UploadGone,
}

impl Refuse for Refusal {
    fn code(&self) -> &'static str {
        match self {
            Refusal::NoFile => "redflags.no_file",
            Refusal::NoMapping => "redflags.no_mapping",
            Refusal::MappingMisfit { .. } => "redflags.mapping_misfit",
            Refusal::BadSource => "redflags.bad_source",
            Refusal::GoingOn => "redflags.going_on",
            Refusal::NothingImported => "redflags.nothing_imported",
            Refusal::UploadGone => "redflags.upload_gone",
        }
    }

    fn params(&self) -> Vec<(&'static str, Param)> {
        match self {
            Refusal::MappingMisfit { zh, en } => {
                vec![("why", Param::Both(kernel::Text::new(zh.as_str(), en.as_str())))]
            }
            _ => Vec::new(),
        }
    }
}

/// The reach of a handler's permission.
fn reach<P: Permission>(by: &web::http::By<P>) -> Reach {
    Reach::of(by.may.scope(), &by.page.register, by.page.today())
}

/// Whether the reader may see what indicators raised. Others see the facts of a process, and nothing that tells whether
/// anything was raised: the supervised organ hears of a flag by a warning.
fn sees_flags(page: &Page) -> bool {
    page.app.authority().allows(&page.reader, ReadIndicators::CODE).is_ok()
}

/// Who acts, for the ledger and for pages.
fn actor<P: Permission>(by: &web::http::By<P>) -> Actor {
    let page = &by.page;
    let name = page.register.post(by.may.post()).map_or_else(
        || by.may.post().to_string(),
        |post| {
            let organ = page
                .register
                .organ_on(post.organ, page.today())
                .map(|organ| organ.short.zh.clone())
                .unwrap_or_default();
            format!("{organ}·{}", post.name.zh)
        },
    );
    Actor {
        actor: ::store::Actor::Officer { pseudonym: by.may.officer().to_string() },
        post: Some(by.may.post().to_string()),
        organ: Some(by.may.organ().to_string()),
        on_behalf_of: by.may.on_behalf_of().map(|holder| holder.to_string()),
        name,
    }
}

/// A sheet as CSV or XLSX.
fn exported(sheet: &Sheet, name: &str, xlsx: bool) -> Result<Response, PageError> {
    if xlsx {
        let content = sheet.xlsx().map_err(|fault| PageError::broken(&fault))?;
        let media = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
        return Ok(attachment(&format!("{name}.xlsx"), media, content));
    }
    let content = sheet.csv().map_err(|fault| PageError::broken(&fault))?;
    Ok(attachment(&format!("{name}.csv"), "text/csv; charset=utf-8", content))
}

/// The source whose code is asked for; without a wish the one imported into last.
fn chosen(sources: &[Source], code: Option<&str>) -> Option<Source> {
    match code {
        Some(code) => sources.iter().find(|source| source.code == code).cloned(),
        None => sources.iter().max_by_key(|source| source.last_import).cloned(),
    }
}

/// Places in the rail. The count beside the indicators is how many amendments wait for the reader's decision.
pub fn menu(store: Store) -> Vec<MenuEntry> {
    let mine = move |reader: Arc<Reader>| {
        let store = store.clone();
        let counted: Pin<Box<dyn Future<Output = _> + Send>> = Box::pin(async move {
            if !reader.duties().contains("rule-approver") {
                return Ok(0);
            }
            crate::force::waiting(&store, reader.node(), reader.officer()).await
        });
        counted
    };
    let indicators = MenuEntry {
        mine: Some(Arc::new(mine)),
        ..MenuEntry::new("prevention", "redflags-menu-indicators", "/indicators", ReadIndicators::CODE, 13)
    };
    let entry = |text, href, permission, order| MenuEntry::new("prevention", text, href, permission, order);
    vec![
        entry("redflags-menu-processes", "/processes", ReadProcesses::CODE, 10),
        entry("redflags-menu-buyers", "/buyers", ReadBuyers::CODE, 11),
        entry("redflags-menu-suppliers", "/suppliers", ReadSuppliers::CODE, 12),
        indicators,
        entry("redflags-menu-runs", "/runs", ReadRuns::CODE, 14),
        entry("redflags-menu-imports", "/imports", ReadQuarantine::CODE, 15),
        entry("redflags-menu-quarantine", "/quarantine", ReadQuarantine::CODE, 16),
    ]
}

const fn parameter(name: &'static str, meaning: (&'static str, &'static str), kind: &'static str) -> Parameter {
    Parameter { name, meaning, kind }
}

static LIST: [Parameter; 10] = [
    parameter("source", ("来源代码", "code of the source"), "string"),
    parameter("buyer", ("采购人编号", "id of the buyer"), "string"),
    parameter(
        "method",
        ("采购方式：open、selective、limited、direct", "method: open, selective, limited, direct"),
        "string",
    ),
    parameter("category", ("品类代码开头，如 CPV:452", "beginning of the category, such as CPV:452"), "string"),
    parameter("min", ("最低金额，主币单位", "least amount in the currency's main unit"), "string"),
    parameter("from", ("起始日", "first day"), "string"),
    parameter("to", ("截止日", "last day"), "string"),
    parameter("q", ("标题、采购人名称，或完整 ocid", "words of title or buyer, or a whole ocid"), "string"),
    parameter("sort", ("排序：day、amount", "order: day, amount"), "string"),
    parameter("page", ("页码，从 1 起", "page, from 1"), "integer"),
];

static SOURCE: [Parameter; 1] = [parameter("source", ("来源代码", "code of the source"), "string")];

static HELD: [Parameter; 3] = [
    parameter("source", ("来源代码", "code of the source"), "string"),
    parameter("code", ("原因代码", "code of the cause"), "string"),
    parameter("page", ("页码，从 1 起", "page, from 1"), "integer"),
];

static SUBJECT: [Parameter; 1] = [parameter("subject", ("对象", "the subject's unique text"), "string")];

/// All routes of this platform.
pub fn routes(app: App, state: Redflags) -> Routes<()> {
    let pages = Routes::<Redflags>::new(app)
        .add(
            RouteInfo::page("/processes", ReadProcesses::CODE, ("采购过程", "Contracting processes")).parameters(&LIST),
            processes::list,
        )
        .add(
            RouteInfo::page("/processes.xlsx", ExportTables::CODE, ("采购过程导出为 XLSX", "Processes as XLSX"))
                .parameters(&LIST),
            processes::xlsx,
        )
        .add(
            RouteInfo::page("/processes.csv", ExportTables::CODE, ("采购过程导出为 CSV", "Processes as CSV"))
                .parameters(&LIST),
            processes::csv,
        )
        .add(
            RouteInfo::page("/processes/{ocid}", ReadProcesses::CODE, ("一个采购过程", "A contracting process")),
            processes::one,
        )
        .add(
            RouteInfo::page(
                "/processes/{ocid}/release.json",
                ReadProcesses::CODE,
                ("原始 OCDS 数据", "The compiled release as imported"),
            ),
            processes::release,
        )
        .add(RouteInfo::page("/buyers", ReadBuyers::CODE, ("采购人", "Buyers")), parties::buyers)
        .add(RouteInfo::page("/buyers/{id}", ReadBuyers::CODE, ("一个采购人", "A buyer")), parties::buyer)
        .add(RouteInfo::page("/suppliers", ReadSuppliers::CODE, ("供应商", "Suppliers")), parties::suppliers)
        .add(RouteInfo::page("/suppliers/{id}", ReadSuppliers::CODE, ("一个供应商", "A supplier")), parties::supplier)
        .add(RouteInfo::page("/indicators", ReadIndicators::CODE, ("指标", "Indicators")), indicators::list)
        .add(RouteInfo::page("/indicators/{code}", ReadIndicators::CODE, ("一个指标", "An indicator")), indicators::one)
        .add(
            RouteInfo::act(
                "/indicators/{code}/trials",
                TryIndicators::CODE,
                ("在过去的数据上试算", "Tries it on the past"),
            )
            .refusals(&["amendment.bad_figure", "redflags.nothing_imported", "redflags.going_on"]),
            trial::start,
        )
        .add(
            RouteInfo::page(
                "/indicators/{code}/trials/{id}",
                TryIndicators::CODE,
                ("试算的结果", "What a trial came to"),
            ),
            trial::one,
        )
        .add(
            RouteInfo::page(
                "/indicators/{code}/trials/{id}/live",
                TryIndicators::CODE,
                ("试算进度的事件流", "Events of a trial going on"),
            ),
            trial::live,
        )
        .add(
            RouteInfo::act(
                "/indicators/{code}/trials/{id}/propose",
                ProposeAmendments::CODE,
                ("按试算提出规则调整", "Proposes what a trial tried"),
            )
            .refusals(crate::amendment::REFUSALS),
            amendments::propose,
        )
        .add(
            RouteInfo::act(
                "/indicators/{code}/amendments/{number}",
                ApproveAmendments::CODE,
                ("审批规则调整", "Approves or refuses an amendment"),
            )
            .refusals(crate::amendment::REFUSALS),
            amendments::decide,
        )
        .add(RouteInfo::page("/runs", ReadRuns::CODE, ("筛查运行", "Screening runs")), runs::list)
        .add(
            RouteInfo::act("/runs", StartRuns::CODE, ("启动筛查", "Starts a run"))
                .refusals(&["redflags.nothing_imported", "redflags.going_on"]),
            runs::start,
        )
        .add(RouteInfo::page("/runs/jobs/{id}", ReadRuns::CODE, ("筛查进度", "How a run is going")), runs::job)
        .add(
            RouteInfo::page("/runs/jobs/{id}/live", ReadRuns::CODE, ("筛查进度的事件流", "Events of a run going on")),
            runs::live,
        )
        .add(
            RouteInfo::page("/runs/{n}", ReadRuns::CODE, ("运行报告", "The report of a run")).parameters(&SOURCE),
            runs::one,
        )
        .add(
            RouteInfo::page("/flags", ReadIndicators::CODE, ("一个对象的全部提示", "All flags of a subject"))
                .parameters(&SUBJECT),
            runs::flags,
        )
        .add(
            RouteInfo::page("/sources/{code}", ReadRuns::CODE, ("一个数据来源", "A source of processes")),
            sources::one,
        )
        .add(
            RouteInfo::act(
                "/sources/{code}/classify",
                ClassifySources::CODE,
                ("为数据来源定密、确定知悉范围", "Classifies a source, and says who may know of it"),
            )
            .refusals(crate::source::REFUSALS),
            sources::classify,
        )
        .add(RouteInfo::page("/imports", ReadQuarantine::CODE, ("导入的文件", "Imported files")), imports::list)
        .add(RouteInfo::page("/imports/new", StartImports::CODE, ("导入文件", "Import a file")), imports::new)
        .add(
            RouteInfo::act("/imports", StartImports::CODE, ("上传文件", "Uploads files")).limit(UPLOAD_LIMIT).refusals(
                &["redflags.no_file", "redflags.no_mapping", "redflags.mapping_misfit", "redflags.bad_source"],
            ),
            imports::upload,
        )
        .add(
            RouteInfo::page("/imports/staged/{id}", StartImports::CODE, ("导入前的预览", "Preview before the import")),
            imports::preview,
        )
        .add(
            RouteInfo::act("/imports/staged/{id}", StartImports::CODE, ("确认导入", "Confirms the import"))
                .refusals(&["redflags.upload_gone", "redflags.bad_source", "redflags.going_on"]),
            imports::confirm,
        )
        .add(
            RouteInfo::page("/imports/jobs/{id}", StartImports::CODE, ("导入进度", "How an import is going")),
            imports::job,
        )
        .add(
            RouteInfo::page(
                "/imports/jobs/{id}/live",
                StartImports::CODE,
                ("导入进度的事件流", "Events of an import going on"),
            ),
            imports::live,
        )
        .add(
            RouteInfo::page("/quarantine", ReadQuarantine::CODE, ("隔离区", "Quarantine")).parameters(&HELD),
            quarantine::list,
        )
        .add(
            RouteInfo::page("/quarantine.csv", DownloadQuarantine::CODE, ("隔离数据导出为 CSV", "Held rows as CSV"))
                .parameters(&HELD),
            quarantine::csv,
        );
    pages
        .add(
            RouteInfo::api("/api/processes", ReadProcesses::CODE, ("采购过程", "Contracting processes"))
                .answers(schemas::processes)
                .parameters(&LIST),
            api::processes,
        )
        .add(
            RouteInfo::api("/api/processes/{ocid}", ReadProcesses::CODE, ("一个采购过程", "A contracting process"))
                .answers(schemas::process),
            api::process,
        )
        .add(
            RouteInfo::api("/api/buyers/{id}", ReadBuyers::CODE, ("一个采购人", "A buyer"))
                .answers(schemas::organisation),
            api::buyer,
        )
        .add(
            RouteInfo::api("/api/suppliers/{id}", ReadSuppliers::CODE, ("一个供应商", "A supplier"))
                .answers(schemas::organisation),
            api::supplier,
        )
        .add(
            RouteInfo::api("/api/indicators", ReadIndicators::CODE, ("指标", "Indicators"))
                .answers(schemas::indicators),
            api::indicators,
        )
        .add(
            RouteInfo::api("/api/indicators/{code}", ReadIndicators::CODE, ("一个指标", "An indicator"))
                .answers(schemas::indicator),
            api::indicator,
        )
        .add(
            RouteInfo::api("/api/runs", ReadRuns::CODE, ("筛查运行", "Screening runs")).answers(schemas::runs),
            api::runs,
        )
        .add(
            RouteInfo::api("/api/runs/{n}", ReadRuns::CODE, ("运行报告", "The report of a run"))
                .answers(schemas::run)
                .parameters(&SOURCE),
            api::run,
        )
        .add(
            RouteInfo::api("/api/sources", ReadRuns::CODE, ("数据来源", "Sources of processes"))
                .answers(schemas::sources),
            api::sources,
        )
        .add(
            RouteInfo::api("/api/imports", ReadQuarantine::CODE, ("导入的文件", "Imported files"))
                .answers(schemas::imports),
            api::imports,
        )
        .add(
            RouteInfo::api("/api/quarantine", ReadQuarantine::CODE, ("隔离区", "Quarantine"))
                .answers(schemas::quarantine)
                .parameters(&HELD),
            api::quarantine,
        )
        .with_state(state)
}
