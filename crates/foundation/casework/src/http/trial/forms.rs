//! The forms of a trial: how it begins, what can be done next, and the clock.

use std::collections::BTreeMap;

use flow::ElementId;
use flow::graph::Work;
use web::http::Page;
use web::view::{Action, Choice, ErrorSummary, Facts, Field, Form, Html, IntoHtml as _, Panel};

use super::asked::{begin, name_at, start_form};
use super::{Tried, Trying};
use crate::form::{Form as Asked, ValueFault};
use crate::http::{fields, say, t};

/// Tasks, services and messages that get a form of their own on a page at most.
const MOST_FORMS: usize = 20;
/// Made-up officers, by letter: enough for four eyes and a countersignature.
const PEOPLE: [&str; 6] = ["A", "B", "C", "D", "E", "F"];

/// A form that carries the trial along.
fn carrying(page: &Page, trying: &Trying, script: Option<&str>) -> Form {
    let mut form = Form::new(format!("{}/try", say::model_path(trying.model.id)), page.csrf.as_str());
    if let Some(script) = script {
        form = form.hidden("script", script);
    }
    if let Some((file, content)) = &trying.changed {
        form = form.hidden("file", file.as_str()).hidden("content", content.as_str());
    }
    form
}

/// The fields of a form of the model, or one for an object of JSON where there is none.
fn filling(
    page: &Page,
    form: Option<&Asked>,
    (given, faults): (&BTreeMap<String, String>, &[(String, ValueFault)]),
    (place, json): (usize, &str),
) -> Vec<Field> {
    match form {
        Some(form) => fields::fields_behind(page, form, given, faults, &begin(place)),
        None => vec![json_field(page, given, (json, place))],
    }
}

/// The form that begins a trial.
pub(super) fn beginning(
    page: &Page,
    trying: &Trying,
    given: &BTreeMap<String, String>,
    faults: &[(String, ValueFault)],
) -> Panel {
    let readied = &trying.deployed.readied;
    let chosen = given.get("process").map(|process| ElementId::from(process.as_str()));
    let chosen = chosen.filter(|process| readied.graphs.contains_key(process));
    let process = chosen.or_else(|| readied.graphs.keys().next().cloned()).unwrap_or_else(|| ElementId::from(""));
    let mut all = filling(page, start_form(trying, &process), (given, faults), (0, "variables"));
    let summary = ErrorSummary::of(page.words, &all.iter().collect::<Vec<_>>());
    all.push(
        Field::area("from-script", t(page, "try-from-script"))
            .help(t(page, "try-from-script-help"))
            .optional(page.words)
            .value(given.get("from-script").cloned().unwrap_or_default()),
    );
    let mut form = carrying(page, trying, None).with(summary).hidden("process", process.as_str());
    for field in all {
        form = form.with(field);
    }
    let form =
        form.button(Action::submit_as(t(page, "try-start"), "act", "start").main()).after(t(page, "try-start-after"));
    let others = readied.graphs.keys().filter(|other| **other != process);
    let links = others.fold(Facts::new(), |facts, other| {
        let href = format!("{}/try?process={other}", say::model_path(trying.model.id));
        let name = say::process_name(&trying.deployed, other.as_str());
        facts.fact(name, web::view::Link::new(href, t(page, "try-this")))
    });
    let body = match readied.graphs.len() {
        0 | 1 => form.into_html(),
        _ => form.into_html().then(links),
    };
    Panel::new(say::process_name(&trying.deployed, process.as_str()), body)
}

/// Everything that can be done: tasks, services, messages, signals.
pub(super) fn open(
    page: &Page,
    trying: &Trying,
    tried: &Tried,
    given: &BTreeMap<String, String>,
    faults: &[(String, ValueFault)],
) -> Vec<Html> {
    let script = tried.written.text();
    let mut all = Vec::new();
    let mut seen: Vec<&ElementId> = Vec::new();
    let sent = |place: usize, act: &str| {
        let same = given.get("place").is_some_and(|it| it == &place.to_string());
        same && given.get("act").is_some_and(|it| it == act || it == "return" && act == "complete")
    };
    let none = BTreeMap::new();
    for (at, instance) in tried.standing.instances.iter().enumerate() {
        for task in instance.state.tasks.values() {
            if seen.contains(&&task.element) || all.len() >= MOST_FORMS {
                continue;
            }
            seen.push(&task.element);
            let place = all.len() + 1;
            let (given, faults) = if sent(place, "complete") { (given, faults) } else { (&none, &[][..]) };
            all.push(task_panel(page, trying, tried, (at, task, place), (given, faults), &script));
        }
    }
    for (at, instance) in tried.standing.instances.iter().enumerate() {
        for job in instance.state.jobs.values().filter(|job| job.attempts > 0) {
            if seen.contains(&&job.element) || all.len() >= MOST_FORMS {
                continue;
            }
            seen.push(&job.element);
            let place = all.len() + 1;
            let given = if sent(place, "job") { given } else { &none };
            all.push(job_panel(page, trying, (&tried.place(at, &job.element), job, place), given, &script));
        }
    }
    for (at, element, name, key) in tried.messages() {
        if all.len() >= MOST_FORMS {
            break;
        }
        let place = all.len() + 1;
        let given = if sent(place, "message") { given } else { &none };
        let key_json = key.as_ref().map(|key| flow::script::plain(key).to_string()).unwrap_or_default();
        let key = key.map(|key| fields::plainly(page, &key)).unwrap_or_default();
        let facts = Facts::new()
            .fact(t(page, "try-message"), Html::data(&name))
            .fact(t(page, "try-key"), Html::data(if key.is_empty() { "–" } else { &key }));
        let form = carrying(page, trying, Some(&script))
            .hidden("place", place.to_string())
            .hidden("name", name.as_str())
            .hidden("key", key_json)
            .with(json_field(page, given, ("values", place)))
            .button(Action::submit_as(t(page, "try-deliver"), "act", "message"));
        let title = page.words.with("casework-try-waits", &[("element", tried.place(at, &element).into())]);
        all.push(Panel::new(title, facts.into_html().then(form)).into_html());
    }
    if all.is_empty() {
        let over = tried.standing.instances.iter().all(|it| matches!(it.state.status, flow::state::Status::Ended(_)));
        let key = if over { "try-over" } else { "try-nothing-open" };
        all.push(Panel::new(t(page, "turn"), Html::text(&t(page, key))).into_html());
    }
    all
}

/// A field for an object of JSON.
fn json_field(page: &Page, given: &BTreeMap<String, String>, (name, place): (&str, usize)) -> Field {
    Field::area(name_at(name, place), t(page, &format!("try-{name}")))
        .help(t(page, "try-json-help"))
        .optional(page.words)
        .value(typed(given, name, place, ""))
}

/// What was typed into a field, or what stands there at first.
fn typed(given: &BTreeMap<String, String>, name: &str, place: usize, first: &str) -> String {
    given.get(&name_at(name, place)).cloned().unwrap_or_else(|| first.to_owned())
}

fn people(page: &Page, given: &BTreeMap<String, String>, place: usize) -> Field {
    let choices =
        PEOPLE.map(|letter| Choice::new(letter, page.words.with("casework-try-person", &[("name", letter.into())])));
    let chosen = typed(given, "by", place, PEOPLE[0]);
    Field::select(name_at("by", place), t(page, "try-by"), choices.to_vec()).help(t(page, "try-by-help")).value(chosen)
}

/// An open task, with its form.
fn task_panel(
    page: &Page,
    trying: &Trying,
    tried: &Tried,
    (at, task, place): (usize, &flow::state::Task, usize),
    (given, faults): (&BTreeMap<String, String>, &[(String, ValueFault)]),
    script: &str,
) -> Html {
    let duties: Vec<String> = task.posts.iter().map(|code| say::duty(page, code)).collect();
    let facts = Facts::new().fact(t(page, "candidates"), Html::data(&duties.join(page.words.either("、", ", "))));
    let all = filling(page, tried.form_of(&task.element), (given, faults), (place, "outputs"));
    let summary = ErrorSummary::of(page.words, &all.iter().collect::<Vec<_>>());
    let mut form = carrying(page, trying, Some(script))
        .hidden("element", task.element.as_str())
        .hidden("place", place.to_string())
        .with(summary)
        .with(people(page, given, place));
    for field in all {
        form = form.with(field);
    }
    let form = form.button(Action::submit_as(t(page, "complete"), "act", "complete").main());
    let mut body = facts.into_html().then(form);
    let graph = tried.process(at).and_then(|process| tried.readied.readied.graphs.get(process));
    let human = graph.and_then(|graph| match &graph.activity(graph.at(&task.element)?)?.work {
        Work::User(human) => Some(human),
        _ => None,
    });
    if let Some(human) = human.filter(|human| !human.return_to.is_empty()) {
        let to = human.return_to.iter().map(|to| Choice::new(to.as_str(), tried.place(at, to))).collect();
        let back = carrying(page, trying, Some(script))
            .hidden("element", task.element.as_str())
            .hidden("place", place.to_string())
            .hidden(name_at("by", place), typed(given, "by", place, PEOPLE[1]))
            .with(Field::select(name_at("to", place), t(page, "return-to"), to))
            .button(Action::submit_as(t(page, "return"), "act", "return"));
        body = body.then(back);
    }
    let title = page.words.with("casework-try-turn", &[("element", tried.place(at, &task.element).into())]);
    Panel::new(title, body).turn().into_html()
}

/// A service that is asked.
fn job_panel(
    page: &Page,
    trying: &Trying,
    (name, job, place): (&str, &flow::state::Job, usize),
    given: &BTreeMap<String, String>,
    script: &str,
) -> Html {
    let choices = ["done", "fail", "error"].map(|code| Choice::new(code, t(page, &format!("try-answer-{code}"))));
    let facts = Facts::new()
        .fact(t(page, "try-service"), Html::data(&job.job_type))
        .fact(t(page, "try-attempts"), web::view::format::number(job.attempts));
    let form = carrying(page, trying, Some(script))
        .hidden("element", job.element.as_str())
        .hidden("place", place.to_string())
        .with(
            Field::select(name_at("answer", place), t(page, "try-answer"), choices.to_vec())
                .value(typed(given, "answer", place, "done")),
        )
        .with(json_field(page, given, ("outputs", place)))
        .with(
            Field::text(name_at("said", place), t(page, "try-said"))
                .help(t(page, "try-said-help"))
                .optional(page.words)
                .value(typed(given, "said", place, "")),
        )
        .button(Action::submit_as(t(page, "try-answer-button"), "act", "job"));
    let title = page.words.with("casework-try-job", &[("element", name.into())]);
    Panel::new(title, facts.into_html().then(form)).into_html()
}

/// The clock, undoing, beginning anew, taking the script away.
pub(super) fn controls(page: &Page, trying: &Trying, tried: &Tried) -> Panel {
    let script = tried.written.text();
    let steps = tried.written.steps.len();
    let next = carrying(page, trying, Some(&script));
    let next = match tried.standing.next_due {
        Some(due) => {
            let label = page.words.with("casework-try-next", &[("at", page.moment(due).into())]);
            next.button(Action::submit_as(label, "act", "next"))
        }
        None => next.button(Action::submit(t(page, "try-next-none-button")).closed(t(page, "try-next-none"))),
    };
    let kinds = ["working", "calendar"].map(|code| Choice::new(code, t(page, &format!("try-days-{code}"))));
    let days = carrying(page, trying, Some(&script))
        .with(Field::figure("days", t(page, "try-days"), "").value("1"))
        .with(Field::select("kind", t(page, "try-days-kind"), kinds.to_vec()).value("working"))
        .button(Action::submit_as(t(page, "try-advance"), "act", "advance"));
    let mut ends = carrying(page, trying, Some(&script));
    if steps > 0 {
        ends = ends.button(Action::submit_as(t(page, "try-undo"), "act", "undo"));
    }
    let ends = ends
        .button(Action::submit_as(t(page, "try-anew"), "act", "anew"))
        .button(Action::submit_as(t(page, "try-download"), "act", "download"))
        .after(t(page, "try-download-after"));
    let steps = page.words.with(
        "casework-try-steps",
        &[("n", steps.to_string().into()), ("most", crate::trial::MOST_STEPS.to_string().into())],
    );
    Panel::new(t(page, "try-controls"), Html::join([next.into_html(), days.into_html(), ends.into_html()]))
        .note(Html::data(&steps))
}
