//! What the address of figures asks, and what is found for it.

use std::collections::BTreeMap;
use std::sync::Arc;

use access::{May, Permission};
use flow::ElementId;
use flow::graph::{Graph, Kind};
use kernel::{Day, Instant, MatterId, OrganId};
use store::StoreFault;
use web::http::{Page, PageError};
use web::view::TableQuery;
use web::view::TableSpec;
use web::view::table::{Direction, Sort};

use super::value::{Figure, Of, Statistic};
use crate::case::behind::{self, Asked};
use crate::case::list::Reach;
use crate::figures::{self, Figures};
use crate::http::{Casework, say};
use crate::library::Readied;
use crate::model::{Model, rows};

/// Days back from today that are looked at unless something else is asked for.
const PERIOD: i64 = 365;
/// Rows of a page of the list.
pub(super) const SIZE: u32 = 30;
/// What the address may say.
pub(super) const KEYS: &[&str] = &["process", "figure", "statistic", "version", "from", "to", "organ", "element", "of"];

/// What is asked.
pub(super) struct Choice {
    pub(super) query: TableQuery,
    pub(super) model: Model,
    pub(super) readied: Readied,
    pub(super) files: Vec<crate::library::File>,
    pub(super) process: ElementId,
    pub(super) figure: (Figure, Statistic),
    /// Versions of the process, the newest first.
    pub(super) versions: Vec<i64>,
    /// The process as it is here, then as other versions have it, the newest first: for the names of what is here no more.
    graphs: Vec<Arc<Graph>>,
    pub(super) from: Day,
    pub(super) to: Day,
    pub(super) asked: Asked,
}

impl Choice {
    /// Reads an address; what makes no sense in it counts as not said.
    pub(super) async fn read(
        page: &Page,
        state: &Casework,
        id: &str,
        (path, raw): (&str, Option<&str>),
    ) -> Result<Choice, PageError> {
        let id: MatterId = id.parse().map_err(|_| PageError::NotFound)?;
        let (model, _) =
            rows::load(page.app.store(), page.app.node().number(), id).await?.ok_or(PageError::NotFound)?;
        let sort = Sort { key: "at", direction: Direction::Down };
        let address = format!("{}{path}", say::model_path(id));
        let query = TableSpec::new(address, &["at"], sort, KEYS, SIZE).read(raw.unwrap_or_default());
        let files = state.desk.library().files(&model.files).await?;
        let (files, readied) = tokio::task::spawn_blocking(move || {
            let readied = Readied::of(&files);
            (files, readied)
        })
        .await
        .map_err(|error| PageError::broken(&error))?;
        let process = query.filter("process").map(ElementId::from);
        let process = process.filter(|process| readied.graphs.contains_key(process));
        let process = process.or_else(|| readied.graphs.keys().next().cloned()).ok_or(PageError::NotFound)?;
        state.desk.library().refresh().await?;
        let all = state.desk.library().versions();
        let of_process = all.iter().filter(|version| version.definition.process == process.as_str());
        let mut versions: Vec<i64> = of_process.clone().map(|version| version.definition.version).collect();
        versions.sort_unstable_by(|a, b| b.cmp(a));
        let mut graphs: Vec<Arc<Graph>> = readied.graphs.get(&process).cloned().into_iter().collect();
        for other in of_process.clone().filter(|version| version.model != id) {
            let deployed = state.desk.library().deployed(other.model).await?;
            graphs.extend(deployed.readied.graphs.get(&process).cloned());
        }
        let own = of_process.clone().find(|version| version.model == id).map(|version| version.definition.version);
        let version = match query.filter("version") {
            Some("all") => None,
            Some(text) => text.parse().ok().filter(|version| versions.contains(version)).or(own),
            None => own,
        };
        let today = page.today();
        let to = query.day("to").unwrap_or(today);
        let from = query.day("from").unwrap_or_else(|| to.checked_add(-PERIOD).unwrap_or(to)).min(to);
        let zone = page.app.clock().zone();
        let asked = Asked {
            process: process.to_string(),
            version,
            organ: query.get::<OrganId>("organ"),
            from: zone.start_of(from),
            until: zone.end_of(to),
        };
        let figure = query.filter("figure").and_then(Figure::of).unwrap_or(Figure::Took);
        let statistic = query.filter("statistic").and_then(Statistic::of).unwrap_or(Statistic::Median);
        let figure = (figure, statistic);
        Ok(Choice { query, model, readied, files, process, figure, versions, graphs, from, to, asked })
    }

    /// The address of the list behind a figure of an element.
    pub(super) fn list(&self, element: &str, of: &str) -> String {
        let version = self.asked.version.map_or_else(|| "all".to_owned(), |version| version.to_string());
        let mut query = self
            .query
            .without_filter("figure")
            .without_filter("statistic")
            .with_filter("process", self.process.as_str())
            .with_filter("version", &version)
            .with_filter("from", &self.from.to_string())
            .with_filter("to", &self.to.to_string())
            .with_filter("element", element)
            .with_filter("of", of);
        if let Some(organ) = self.asked.organ {
            query = query.with_filter("organ", &organ.to_string());
        }
        query.url_at(&format!("{}/figures/runs", say::model_path(self.model.id)))
    }

    /// What people call an element of the process, in the newest version that has it.
    pub(super) fn name(&self, element: &str) -> String {
        let id = ElementId::from(element);
        say::element_name(self.graphs.iter().find(|graph| graph.at(&id).is_some()), element)
    }

    /// The activities of the process in the order of the file, then those that only runs of other versions know.
    fn elements(&self, known: &BTreeMap<String, Figures>) -> Vec<String> {
        let graph = self.readied.graphs.get(&self.process);
        let activities = graph.iter().flat_map(|graph| &graph.elements);
        let activities = activities.filter(|element| matches!(element.kind, Kind::Activity(_)));
        let mut all: Vec<String> = activities.map(|element| element.id.to_string()).collect();
        let others: Vec<String> = known.keys().filter(|element| !all.contains(element)).cloned().collect();
        all.extend(others);
        all
    }
}

/// The figures of one activity.
pub(super) struct Line {
    pub(super) element: String,
    pub(super) figures: Figures,
    pub(super) mishaps: (u64, u64),
}

impl Line {
    pub(super) fn of(&self) -> Of<'_> {
        Of { figures: &self.figures, mishaps: self.mishaps }
    }
}

/// What was found.
pub(super) struct Found {
    pub(super) lines: Vec<Line>,
    /// Runs that were read.
    pub(super) runs: u64,
    /// Whether older ones were left out.
    pub(super) more: bool,
    pub(super) now: Instant,
}

/// Reads the runs within reach, and makes figures of them.
pub(super) async fn find<P: Permission>(
    page: &Page,
    may: &May<P>,
    state: &Casework,
    choice: &Choice,
) -> Result<Found, StoreFault> {
    let store = page.app.store();
    let reach = Reach::of(may, &page.register, page.today());
    let now = page.app.clock().now();
    let (runs, more) = behind::runs(store, &reach, &choice.asked, state.desk.calendar()).await?;
    let mut all = figures::of(&runs, now);
    let mut mishaps: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    for (element, opened, open) in behind::mishaps(store, &reach, &choice.asked).await? {
        all.entry(element.clone()).or_default();
        mishaps.insert(element, (opened, open));
    }
    // What goes wrong with the case as a whole is said of no activity.
    all.remove("");
    let lines = choice
        .elements(&all)
        .into_iter()
        .map(|element| Line {
            figures: all.remove(&element).unwrap_or_default(),
            mishaps: mishaps.get(&element).copied().unwrap_or_default(),
            element,
        })
        .collect();
    Ok(Found { lines, runs: u64::try_from(runs.len()).unwrap_or(u64::MAX), more, now })
}
