//! Approved models, made ready to run: compiled once from their files, and asked which version is in force.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use dmn::Context;
use flow::deployment::{Decided, Deployment};
use flow::graph::{Binding, DecisionOf, HumanTask, Kind, Repeat, Work};
use flow::step::{Decider, Decision, Definitions};
use flow::{ElementId, Found, Graph};
use kernel::power::Category;
use kernel::{Day, MatterId};
use store::{BlobId, Store, StoreFault};

use crate::clockwork::{begins_by_time, organs_of};
use crate::form::{FieldKind, Form};
use crate::model::FileOf;
use crate::model::decide::Checked;
use crate::model::rows::{self, Version};

/// How long what was looked up holds.
const FRESH: std::time::Duration = std::time::Duration::from_secs(1);

/// A file by name and content.
pub type File = (String, Vec<u8>);

/// Files that were read and checked as one.
pub struct Readied {
    /// What was found, by place.
    pub findings: Vec<Found>,
    /// The processes; none where an error was found.
    pub graphs: BTreeMap<ElementId, Arc<Graph>>,
    /// What people call them.
    pub names: BTreeMap<ElementId, String>,
    /// The decisions.
    pub decided: Option<Arc<Decided>>,
    /// The forms, by their code: the file's name without its ending.
    pub forms: BTreeMap<String, Form>,
    /// The form of each process's start.
    pub starts: BTreeMap<ElementId, String>,
    /// The category of power that a process exercises, where it says so.
    pub powers: BTreeMap<ElementId, Category>,
    /// The organs in which a process begins that begins by a time, as it names them.
    pub organs: BTreeMap<ElementId, Vec<String>>,
}

/// What a check of files found.
pub struct CheckedFiles {
    /// Processes and decisions, with all findings, those about forms among them.
    pub deployment: Deployment,
    /// The forms that read, by their code.
    pub forms: BTreeMap<String, Form>,
    titles: BTreeMap<ElementId, Title>,
}

/// Checks processes, decisions and forms as one: what a form asks for is known to the expressions of the processes, and the forms
/// that these name are there.
///
/// - `names`: other variables that are known.
pub fn check(files: &[File], names: &[String]) -> CheckedFiles {
    let (forms, models): (Vec<&File>, Vec<&File>) = files.iter().partition(|(name, _)| name.ends_with(".json"));
    let mut findings = Vec::new();
    let mut read = BTreeMap::new();
    for (name, bytes) in forms {
        match Form::read(bytes) {
            Ok(form) => drop(read.insert(code_of(name).to_owned(), form)),
            Err(fault) => findings.push(of_form(name, "FORM01", &fault.pointer, fault.what)),
        }
    }
    let asked = read.values().flat_map(|form| &form.fields).map(|field| field.name.as_str());
    let names: BTreeSet<&str> = asked.chain(names.iter().map(String::as_str)).collect();
    let models: Vec<(&str, &[u8])> = models.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    let mut deployment = flow::check(&models, &names.into_iter().collect::<Vec<_>>());
    let titles = titles(&models);
    for graph in &deployment.graphs {
        findings.extend(of_forms(graph, titles.get(&graph.id), &read, &models));
        findings.extend(of_times(graph, titles.get(&graph.id), &models));
        findings.extend(of_power(graph, titles.get(&graph.id), &models));
    }
    deployment.findings.extend(findings);
    deployment.findings.sort_by(|a, b| (&a.file, a.line, a.column, &a.rule).cmp(&(&b.file, b.line, b.column, &b.rule)));
    CheckedFiles { deployment, forms: read, titles }
}

impl Readied {
    /// Reads and checks files as one: processes, decisions and forms.
    pub fn of(files: &[File]) -> Readied {
        let CheckedFiles { deployment, forms, titles } = check(files, &[]);
        let sound = deployment.is_accepted();
        let graphs = deployment.graphs.into_iter().map(|graph| (graph.id.clone(), Arc::new(graph)));
        Readied {
            findings: deployment.findings,
            names: titles.iter().map(|(id, title)| (id.clone(), title.name.clone())).collect(),
            powers: titles
                .iter()
                .filter_map(|(id, title)| Some((id.clone(), Category::parse(title.power.as_deref()?)?)))
                .collect(),
            organs: titles.iter().map(|(id, title)| (id.clone(), title.organs.clone())).collect(),
            starts: titles.into_iter().filter_map(|(id, title)| Some((id, title.form?))).collect(),
            graphs: if sound { graphs.collect() } else { BTreeMap::new() },
            decided: deployment.decisions.map(|decisions| Arc::new(Decided(decisions))),
            forms,
        }
    }

    /// The processes that begin by a time in an organ that is not known: none is opened where nobody is.
    pub fn without_organ(&self, is_known: impl Fn(&str) -> bool) -> Vec<String> {
        let unknown = |graph: &&Arc<Graph>| {
            let named = self.organs.get(&graph.id).into_iter().flatten();
            begins_by_time(graph).0 && named.into_iter().any(|organ| !is_known(organ))
        };
        self.graphs.values().filter(unknown).map(|graph| graph.id.to_string()).collect()
    }

    /// What the rules for proposing want to know.
    pub fn checked(&self) -> Checked {
        let errors = self.findings.iter().filter(|found| found.is_error).count();
        let name = |id: &ElementId| self.names.get(id).cloned().unwrap_or_else(|| id.to_string());
        Checked {
            errors: u64::try_from(errors).unwrap_or(u64::MAX),
            processes: self.graphs.keys().map(|id| (id.to_string(), name(id))).collect(),
            decisions: self.decided.as_ref().map_or(0, |decided| decided.0.invocables().len()),
        }
    }

    fn decides(&self, name: &str) -> Option<&Arc<Decided>> {
        self.decided.as_ref().filter(|decided| decided.0.invocables().iter().any(|it| it.name == name))
    }
}

/// The code of a form: its file's name without folder and ending.
fn code_of(name: &str) -> &str {
    let name = name.rsplit('/').next().unwrap_or(name);
    name.strip_suffix(".json").unwrap_or(name)
}

/// What a process says of itself beside its elements.
struct Title {
    name: String,
    form: Option<String>,
    organs: Vec<String>,
    power: Option<String>,
}

fn titles(models: &[(&str, &[u8])]) -> BTreeMap<ElementId, Title> {
    let mut all = BTreeMap::new();
    for (name, bytes) in models.iter().filter(|(name, _)| !name.ends_with(".dmn")) {
        let Ok(document) = bpmn::Document::read(bytes) else { continue };
        for process in document.nodes().filter(|node| node.is("process")) {
            let Some(id) = process.attribute("id") else { continue };
            let title = process.attribute("name").filter(|name| !name.trim().is_empty());
            let title = title.map_or_else(|| (*name).to_owned(), std::borrow::Cow::into_owned);
            let form = process.our_attribute("form").map(|form| form.trim().to_owned());
            let organs = process.our_attribute("organ").map(|organs| organs_of(&organs)).unwrap_or_default();
            let form = form.filter(|form| !form.is_empty());
            let power = process.our_attribute("power").map(|power| power.trim().to_owned());
            all.insert(ElementId::from(&*id), Title { name: title, form, organs, power });
        }
    }
    all
}

fn of_form(name: &str, rule: &str, about: &str, why: &str) -> Found {
    Found {
        file: name.to_owned(),
        line: 1,
        column: 1,
        element: None,
        is_error: true,
        rule: rule.to_owned(),
        key: format!("casework-{}", rule.to_ascii_lowercase()),
        arguments: vec![("about", about.to_owned()), ("why", why.to_owned())],
        path: Vec::new(),
    }
}

/// What is wrong with the start of a process.
fn of_process(models: &[(&str, &[u8])], process: &str, rule: &str) -> Found {
    missing_at(models, process, rule, process)
}

/// What is wrong with the forms that a process names: one that is not there, and one without the field by which several officers
/// are to agree.
fn of_forms(
    graph: &Graph,
    title: Option<&Title>,
    forms: &BTreeMap<String, Form>,
    models: &[(&str, &[u8])],
) -> Vec<Found> {
    let mut all = Vec::new();
    let start = title.and_then(|title| title.form.as_deref()).filter(|form| !forms.contains_key(*form));
    all.extend(start.map(|form| missing_at(models, graph.id.as_str(), "FORM02", form)));
    for element in &graph.elements {
        let Kind::Activity(activity) = &element.kind else { continue };
        let Work::User(HumanTask { form: Some(code), .. }) = &activity.work else { continue };
        let Some(form) = forms.get(code) else {
            all.push(missing_at(models, element.id.as_str(), "FORM02", code));
            continue;
        };
        let consent = match &activity.repeat {
            Repeat::Multi(multi) if activity.outputs.is_none() => multi.consent.as_ref(),
            _ => None,
        };
        let asks = |name: &str| form.fields.iter().any(|field| field.name == name && field.kind == FieldKind::Truth);
        if let Some(consent) = consent.filter(|consent| !asks(&consent.name)) {
            all.push(missing_at(models, element.id.as_str(), "FORM03", &consent.name));
        }
    }
    all
}

/// What is wrong with the category of power that a process says it exercises.
fn of_power(graph: &Graph, title: Option<&Title>, models: &[(&str, &[u8])]) -> Option<Found> {
    let said = title?.power.as_deref()?;
    Category::parse(said).is_none().then(|| missing_at(models, graph.id.as_str(), "POWER01", said))
}

/// What is wrong with a process that begins by a time.
fn of_times(graph: &Graph, title: Option<&Title>, models: &[(&str, &[u8])]) -> Vec<Found> {
    let (by_time, reckoned) = begins_by_time(graph);
    let nowhere = by_time && title.is_none_or(|title| title.organs.is_empty());
    let rules = [(nowhere, "START01"), (reckoned, "START02")].into_iter().filter(|(wrong, _)| *wrong);
    rules.map(|(_, rule)| of_process(models, graph.id.as_str(), rule)).collect()
}

fn missing_at(models: &[(&str, &[u8])], element: &str, rule: &str, about: &str) -> Found {
    let place = models.iter().filter(|(name, _)| !name.ends_with(".dmn")).find_map(|(name, bytes)| {
        let document = bpmn::Document::read(bytes).ok()?;
        let node = document.by_id(element)?;
        Some(((*name).to_owned(), node.line(), node.column()))
    });
    let (file, line, column) = place.unwrap_or_default();
    Found { line, column, element: Some(element.to_owned()), ..of_form(&file, rule, about, "") }
}

/// A model that is deployed.
pub struct Deployed {
    /// Its matter.
    pub id: MatterId,
    /// The first day on which new cases follow it.
    pub valid_from: Day,
    /// Its files.
    pub files: Vec<File>,
    /// What was made of them.
    pub readied: Readied,
}

/// Approved models of a node. Cheap to clone.
#[derive(Clone)]
pub struct Library {
    store: Store,
    node: i64,
    shelf: Arc<Mutex<Shelf>>,
}

#[derive(Default)]
struct Shelf {
    /// When it was last looked which models there are.
    looked: Option<std::time::Instant>,
    deployed: BTreeMap<MatterId, Arc<Deployed>>,
    /// In force, the newest first.
    versions: Arc<Vec<Version>>,
    /// Approved models, the newest first.
    approved: Vec<(MatterId, Day)>,
    /// Made for a model and a day on which its cases were opened.
    definitions: BTreeMap<(MatterId, Day), Arc<Definitions>>,
}

impl Library {
    /// The library of a node.
    pub fn new(store: Store, node: i64) -> Library {
        Library { store, node, shelf: Arc::default() }
    }

    /// Looks which models there are, unless it did so within the last second: what this process approves is known at once, what
    /// another one approves within that time.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub async fn look(&self) -> Result<(), StoreFault> {
        let looked = self.shelf.lock().unwrap_or_else(PoisonError::into_inner).looked;
        match looked {
            Some(at) if at.elapsed() < FRESH => Ok(()),
            _ => self.refresh().await,
        }
    }

    /// Looks which models there are. What was made ready before stays.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub async fn refresh(&self) -> Result<(), StoreFault> {
        let approved = rows::approved(&self.store, self.node).await?;
        {
            let mut shelf = self.shelf.lock().unwrap_or_else(PoisonError::into_inner);
            if shelf.approved == approved {
                shelf.looked = Some(std::time::Instant::now());
                return Ok(());
            }
        }
        let versions = rows::versions(&self.store, self.node).await?;
        let mut shelf = self.shelf.lock().unwrap_or_else(PoisonError::into_inner);
        (shelf.approved, shelf.versions) = (approved, Arc::new(versions));
        shelf.looked = Some(std::time::Instant::now());
        shelf.definitions.clear();
        Ok(())
    }

    /// All versions, by process, the newest first.
    pub fn versions(&self) -> Arc<Vec<Version>> {
        Arc::clone(&self.shelf.lock().unwrap_or_else(PoisonError::into_inner).versions)
    }

    /// The version of a process that is in force on a day: of those that hold by then, the newest.
    pub fn in_force(&self, process: &str, day: Day) -> Option<Version> {
        let of_process = |version: &&Version| version.definition.process == process && version.valid_from <= day;
        self.versions().iter().find(of_process).cloned()
    }

    /// The versions that are in force on a day, one for each process.
    pub fn all_in_force(&self, day: Day) -> Vec<Version> {
        let mut all: Vec<Version> = Vec::new();
        for version in self.versions().iter().filter(|version| version.valid_from <= day) {
            if all.last().is_none_or(|last| last.definition.process != version.definition.process) {
                all.push(version.clone());
            }
        }
        all
    }

    /// A deployed model, made ready.
    ///
    /// # Errors
    /// If there is none, or its files cannot be read.
    pub async fn deployed(&self, id: MatterId) -> Result<Arc<Deployed>, StoreFault> {
        if let Some(found) = self.shelf.lock().unwrap_or_else(PoisonError::into_inner).deployed.get(&id) {
            return Ok(Arc::clone(found));
        }
        let none = || StoreFault::Nonsense(format!("there is no model {id}"));
        let (model, _) = rows::load(&self.store, self.node, id).await?.ok_or_else(none)?;
        let (files, readied) = self.ready(&model.files).await?;
        let made = Arc::new(Deployed { id, valid_from: model.valid_from, files, readied });
        let mut shelf = self.shelf.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(Arc::clone(shelf.deployed.entry(id).or_insert(made)))
    }

    /// The content of a model's files.
    ///
    /// # Errors
    /// If one cannot be read.
    pub async fn files(&self, files: &[FileOf]) -> Result<Vec<File>, StoreFault> {
        let (blobs, files) = (self.store.blobs().clone(), files.to_vec());
        blocking(move || files.iter().map(|file| Ok((file.name.clone(), blobs.get(file.digest.parse()?)?))).collect())
            .await
    }

    async fn ready(&self, files: &[FileOf]) -> Result<(Vec<File>, Readied), StoreFault> {
        let files = self.files(files).await?;
        blocking(move || {
            let readied = Readied::of(&files);
            Ok((files, readied))
        })
        .await
    }

    /// Puts files among the blobs, durable when it returns.
    ///
    /// # Errors
    /// If one cannot be written.
    pub async fn keep(&self, files: Vec<File>) -> Result<Vec<FileOf>, StoreFault> {
        let blobs = self.store.blobs().clone();
        let one = move |(name, bytes): File| {
            let digest: BlobId = blobs.put(&bytes)?;
            let size = i64::try_from(bytes.len()).unwrap_or(i64::MAX);
            Ok(FileOf { name, digest: digest.to_string(), size })
        };
        blocking(move || files.into_iter().map(one).collect()).await
    }

    /// What a case runs by: the processes and decisions of its own model, and beside them those that were in force on the day
    /// on which it was opened.
    ///
    /// # Errors
    /// If a model cannot be read.
    pub async fn definitions(&self, model: MatterId, opened: Day) -> Result<Arc<Definitions>, StoreFault> {
        let made = |shelf: &Shelf| shelf.definitions.get(&(model, opened)).cloned();
        if let Some(found) = made(&self.shelf.lock().unwrap_or_else(PoisonError::into_inner)) {
            return Ok(found);
        }
        self.refresh().await?;
        let own = self.deployed(model).await?;
        let mut graphs = BTreeMap::new();
        for version in self.all_in_force(opened) {
            let process = ElementId::from(version.definition.process.as_str());
            let deployed = self.deployed(version.model).await?;
            graphs.extend(deployed.readied.graphs.get(&process).map(|graph| (process, Arc::clone(graph))));
        }
        graphs.extend(own.readied.graphs.iter().map(|(id, graph)| (id.clone(), Arc::clone(graph))));
        let all = self.every().await;
        let decisions = Arc::new(NodeDecider { own, all, opened });
        let definitions = Arc::new(Definitions { graphs, decisions });
        let mut shelf = self.shelf.lock().unwrap_or_else(PoisonError::into_inner);
        // Days come and go; what is asked for again is made again.
        const MOST_KEPT: usize = 1_000;
        if shelf.definitions.len() >= MOST_KEPT {
            shelf.definitions.clear();
        }
        shelf.definitions.insert((model, opened), Arc::clone(&definitions));
        Ok(definitions)
    }

    /// All approved models that can be read, the newest first.
    async fn every(&self) -> Vec<Arc<Deployed>> {
        let approved = self.shelf.lock().unwrap_or_else(PoisonError::into_inner).approved.clone();
        let mut all = Vec::new();
        for (id, _) in approved {
            match self.deployed(id).await {
                Ok(deployed) => all.push(deployed),
                // Cases of other models go on; one that asks it for a decision finds none, and says so.
                Err(fault) => tracing::error!(model = %id, %fault, "a model cannot be read"),
            }
        }
        all
    }

    /// What files are tried by, as if they were in force on a day: their own processes and decisions, and those in force that they
    /// call or ask.
    ///
    /// # Errors
    /// If a model cannot be read.
    pub async fn trial(&self, own: Arc<Deployed>, day: Day) -> Result<Definitions, StoreFault> {
        self.refresh().await?;
        let mut graphs = own.readied.graphs.clone();
        let mut looked: BTreeSet<ElementId> = BTreeSet::new();
        while let Some(next) = graphs.values().flat_map(|graph| called(graph)).find(|it| !looked.contains(it)) {
            if !graphs.contains_key(&next)
                && let Some(version) = self.in_force(next.as_str(), day)
            {
                let deployed = self.deployed(version.model).await?;
                graphs.extend(deployed.readied.graphs.get(&next).map(|graph| (next.clone(), Arc::clone(graph))));
            }
            looked.insert(next);
        }
        let all = [Arc::clone(&own)].into_iter().chain(self.every().await).collect();
        Ok(Definitions { graphs, decisions: Arc::new(NodeDecider { own, all, opened: day }) })
    }
}

/// The processes that one calls.
fn called(graph: &Graph) -> Vec<ElementId> {
    let work = |element: &flow::graph::Element| match &element.kind {
        Kind::Activity(activity) => match &activity.work {
            Work::Call { process } => Some(process.clone()),
            _ => None,
        },
        _ => None,
    };
    graph.elements.iter().filter_map(work).collect()
}

/// Work that waits for a disk or takes long, off the threads that serve.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreFault> + Send + 'static,
) -> Result<T, StoreFault> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|error| StoreFault::Nonsense(format!("reading a model stopped: {error}")))?
}

/// Decisions as a case asks for them: each binding finds its version. Source: flow.md §11.
struct NodeDecider {
    own: Arc<Deployed>,
    /// All approved models, the newest first.
    all: Vec<Arc<Deployed>>,
    /// The day on which the case was opened.
    opened: Day,
}

impl NodeDecider {
    fn find(&self, of: &DecisionOf) -> Option<&Arc<Decided>> {
        let mut holders =
            self.all.iter().filter_map(|model| Some((model.valid_from, model.readied.decides(&of.name)?)));
        match &of.binding {
            Binding::Deployment => self.own.readied.decides(&of.name),
            Binding::Latest => holders.next().map(|(_, decided)| decided),
            Binding::Valid => holders.find(|(from, _)| *from <= self.opened).map(|(_, decided)| decided),
            Binding::Version(number) => {
                // Counted from the oldest, from 1.
                let at: usize = number.parse().ok()?;
                holders.rev().nth(at.checked_sub(1)?).map(|(_, decided)| decided)
            }
        }
    }
}

impl Decider for NodeDecider {
    fn decide(&self, of: &DecisionOf, inputs: &Context) -> Result<Decision, String> {
        match self.find(of) {
            Some(decided) => decided.decide(of, inputs),
            None => Err(format!("{}: no such decision is in force", of.name)),
        }
    }
}
