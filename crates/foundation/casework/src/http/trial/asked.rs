//! What was sent: the beginning of a trial, or its next step.

use std::collections::BTreeMap;

use flow::ElementId;
use flow::script::{Written, WrittenJob, WrittenStep, context, plain};
use flow::state::What;
use kernel::Zone;
use serde_json::Value as Json;
use web::http::{Page, PageError};

use super::{Tried, Trying, first_moment};
use crate::clockwork::REMIND;
use crate::form::{Form, ValueFault};
use crate::http::fields;
use crate::trial::{self, MOST_DAYS, Refusal};

/// Why what was sent is not done.
pub(super) enum Wrong {
    /// Fields of a form.
    Fields(Vec<(String, ValueFault)>),
    /// All else.
    Refused(Refusal),
}

impl From<Refusal> for Wrong {
    fn from(refusal: Refusal) -> Wrong {
        Wrong::Refused(refusal)
    }
}

/// Before the names of the fields of the form at a place on the page.
pub(super) fn begin(place: usize) -> String {
    format!("f{place}-")
}

/// The name of a field of the page in the form at a place: an id occurs once on a page.
pub(super) fn name_at(name: &str, place: usize) -> String {
    format!("{name}-{place}")
}

/// Values of a form, or of an object of JSON where nobody made a form.
fn values(
    form: Option<&Form>,
    given: &BTreeMap<String, String>,
    (place, json): (usize, &str),
) -> Result<BTreeMap<String, Json>, Wrong> {
    match form {
        Some(form) => {
            let values = form.values(&fields::typed_behind(given, &begin(place))).map_err(Wrong::Fields)?;
            Ok(values.iter().map(|(name, value)| (name.clone(), plain(value))).collect())
        }
        None => object(given.get(&name_at(json, place)).map(String::as_str).unwrap_or_default()),
    }
}

/// An object of JSON; nothing typed is an empty one.
fn object(text: &str) -> Result<BTreeMap<String, Json>, Wrong> {
    if text.trim().is_empty() {
        return Ok(BTreeMap::new());
    }
    let values: BTreeMap<String, Json> = serde_json::from_str(text).map_err(|_| Refusal::Values)?;
    context(&values).map_err(|_| Refusal::Values)?;
    Ok(values)
}

/// The form of the start of a process.
pub(super) fn start_form<'t>(trying: &'t Trying, process: &ElementId) -> Option<&'t Form> {
    let readied = &trying.deployed.readied;
    readied.starts.get(process).and_then(|code| readied.forms.get(code))
}

/// How a trial begins: by a form, or by a script that somebody has.
pub(super) fn begun(page: &Page, trying: &Trying, given: &BTreeMap<String, String>) -> Result<Written, Wrong> {
    let word = |name: &str| given.get(name).map(String::as_str).unwrap_or_default();
    let script = word("from-script").trim();
    if !script.is_empty() {
        let mut written = trial::read(script)?;
        let first = trying.deployed.readied.graphs.keys().next().map(ToString::to_string);
        written.process = written.process.or(first);
        return Ok(written);
    }
    let process = ElementId::from(word("process"));
    let variables = values(start_form(trying, &process), given, (0, "variables"))?;
    // What the node itself does is done at once, as there.
    let jobs = [(REMIND.to_owned(), WrittenJob::default())].into();
    let now = Some(first_moment(page).to_string());
    Ok(Written { process: Some(process.to_string()), now, variables, jobs, ..Written::default() })
}

/// The next step.
pub(super) fn step(
    page: &Page,
    before: &Tried,
    given: &BTreeMap<String, String>,
    act: &str,
) -> Result<Result<WrittenStep, Wrong>, PageError> {
    let word = |name: &str| given.get(name).map(String::as_str).unwrap_or_default();
    let place: usize = word("place").parse().unwrap_or(0);
    let typed = |name: &str| given.get(&name_at(name, place)).map(|text| text.trim().to_owned()).unwrap_or_default();
    let own = |name: &str| Some(typed(name)).filter(|text| !text.is_empty());
    let text = |name: &str| Some(word(name).trim().to_owned()).filter(|text| !text.is_empty());
    let step = match act {
        "complete" => {
            let element = ElementId::from(word("element"));
            let form = before.form_of(&element);
            values(form, given, (place, "outputs")).map(|outputs| WrittenStep {
                complete: Some(element.to_string()),
                by: own("by"),
                outputs,
                ..WrittenStep::default()
            })
        }
        "return" => {
            Ok(WrittenStep { send_back: text("element"), to: own("to"), by: own("by"), ..WrittenStep::default() })
        }
        "job" => {
            let job = text("element");
            match typed("answer").as_str() {
                "done" => {
                    object(&typed("outputs")).map(|outputs| WrittenStep { job, outputs, ..WrittenStep::default() })
                }
                "error" => Ok(WrittenStep { job, error: Some(typed("said")), ..WrittenStep::default() }),
                "fail" => Ok(WrittenStep { job, fail: Some(typed("said")), ..WrittenStep::default() }),
                _ => return Err(PageError::Malformed("answer")),
            }
        }
        "message" => {
            let key = match word("key") {
                "" => None,
                key => Some(serde_json::from_str(key).map_err(|_| PageError::Malformed("key"))?),
            };
            object(&typed("values")).map(|values| WrittenStep {
                message: text("name"),
                key,
                values,
                ..WrittenStep::default()
            })
        }
        "signal" => Ok(WrittenStep { signal: text("name"), ..WrittenStep::default() }),
        "next" | "advance" => {
            let ms = match act {
                "next" => next(before),
                _ => days(page, before, word("days"), word("kind")),
            };
            match ms {
                Some(ms) => {
                    // Whole seconds, up: what is due then has come.
                    let seconds = (ms + 999).div_euclid(1000).max(0);
                    Ok(WrittenStep { advance: Some(format!("PT{seconds}S")), ..WrittenStep::default() })
                }
                None => Err(Refusal::Time.into()),
            }
        }
        _ => return Err(PageError::Malformed("act")),
    };
    Ok(step)
}

const DAY: i64 = 86_400_000;

/// Milliseconds to what is due next.
fn next(before: &Tried) -> Option<i64> {
    let ms = before.standing.now.ms_until(before.standing.next_due?).max(0);
    (ms <= MOST_DAYS * DAY).then_some(ms)
}

/// Milliseconds of so many days; working days are counted by the calendar, none where it lacks a year.
fn days(page: &Page, before: &Tried, typed: &str, kind: &str) -> Option<i64> {
    let days: i64 = typed.trim().parse().ok().filter(|days| (1..=MOST_DAYS).contains(days))?;
    if kind != "working" {
        return Some(days * DAY);
    }
    let now = before.standing.now;
    let (mut day, mut left) = (now.day(Zone::CHINA), days);
    let mut passed = 0;
    while left > 0 && passed <= MOST_DAYS {
        day = day.checked_add(1)?;
        passed += 1;
        left -= i64::from(page.app.calendar().is_working(day).ok()?);
    }
    (left == 0).then_some(passed * DAY)
}

/// A message that is waited for: in which instance, at which element, its name and key.
pub(super) type Waited = (usize, ElementId, String, Option<dmn::Value>);

impl Tried {
    /// The form of the task of an element.
    pub(super) fn form_of(&self, element: &ElementId) -> Option<&Form> {
        let readied = &self.readied.readied;
        let human = readied.graphs.values().find_map(|graph| {
            let at = graph.at(element)?;
            match &graph.activity(at)?.work {
                flow::graph::Work::User(human) => Some(human),
                _ => None,
            }
        })?;
        readied.forms.get(human.form.as_deref()?)
    }

    /// Messages that are waited for, each name and key once.
    pub(super) fn messages(&self) -> Vec<Waited> {
        let mut all: Vec<Waited> = Vec::new();
        for (at, instance) in self.standing.instances.iter().enumerate() {
            for wait in instance.state.waits.values() {
                let What::Message { name, key } = &wait.what else { continue };
                if !all.iter().any(|(.., other, its)| other == name && its == key) {
                    all.push((at, wait.element.clone(), name.clone(), key.clone()));
                }
            }
        }
        all
    }
}
