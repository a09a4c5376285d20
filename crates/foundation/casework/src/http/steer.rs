//! What whoever steers a case may do on its page: stop and end it, handle it within another one, move what stands still, correct
//! what is known, stop its clocks, say who keeps out of it and how secret it is. Each form stands there only where it can apply.

use std::collections::{BTreeMap, BTreeSet};

use access::Permission as _;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use dmn::{Context, Value};
use flow::graph::Kind;
use flow::state::{Number, ScopeKind, Status};
use flow::{Command, ElementId};
use kernel::limit::Cause;
use kernel::{Erasable, MatterId, OfficerId};
use secrecy::view::Candidate;
use web::http::{By, Page, PageError, Posted};
use web::view::{Action, Choice, Facts, Field, Form, Html, IntoHtml as _, Notice, Panel};

use super::again::{self, Sent};
use super::case::{Found, reached, status_of};
use super::clocks::cause_code;
use super::{Casework, ClassifyCases, DoTasks, SteerCases, barred, by_of, case_error, fields, say, t};
use crate::case::list::{self, Filter, Mine, Reach};
use crate::case::{Case, number};
use crate::desk::{self, MOST_TEXT, Refusal, Wish};
use crate::form::FieldKind;
use crate::together::merged_into;

/// Cases that are offered to be handled together at most.
const MOST_OFFERED: u64 = 200;

/// - `form`: the word of the form that it stands in.
fn reason(page: &Page, form: &str) -> Field {
    let most = u32::try_from(MOST_TEXT.1).unwrap_or(u32::MAX);
    Field::area("reason", t(page, "reason")).help(t(page, "steer-help")).limit(page.words, most).of_form(form)
}

fn begun(page: &Page, case: &Case) -> Form {
    Form::new(format!("{}/steer", say::case_path(case.id)), page.csrf.as_str())
}

/// All panels of steering that apply to a case now.
pub(super) async fn panels(page: &Page, found: &Found) -> Result<Vec<Panel>, PageError> {
    let case = &found.case;
    let going_on = matches!(case.state.status, Status::Active | Status::Suspended);
    let mut all = Vec::new();
    // Whoever keeps out of it steers it no more; others lift that.
    let out = keeps_out(page, case);
    if out && (going_on || merged_into(case).is_some()) {
        all.push(Panel::new(t(page, "steer"), Notice::note(t(page, "recused-you"))));
    }
    if going_on && !out {
        all.push(stopping(page, case));
        if case.state.is_active() {
            all.extend(choosing(page, found));
        }
        all.extend(clocks(page, found));
        all.extend(merging(page, found).await?);
    }
    if merged_into(case).is_some() && !out {
        let form =
            begun(page, case).with(reason(page, "split")).button(Action::submit_as(t(page, "split"), "act", "split"));
        all.push(Panel::new(t(page, "split"), form.after(t(page, "split-after"))));
    }
    if going_on {
        all.extend(recusing(page, found));
    }
    Ok(all)
}

/// Whether the reader, or the one for whom they act, keeps out of a case 回避.
fn keeps_out(page: &Page, case: &Case) -> bool {
    Mine::of(&page.reader, &page.register, page.today()).keeps_out(case)
}

/// Why the reader can do nothing about what stands still in a case just now; nothing where they can.
pub(super) fn idle(page: &Page, case: &Case) -> Option<String> {
    if keeps_out(page, case) { Some(t(page, "recused-you")) } else { barred::by_standing(page, case) }
}

/// The form that stops, resumes or ends the case.
fn stopping(page: &Page, case: &Case) -> Panel {
    let stop = match status_of(case) {
        "suspended" => Action::submit_as(t(page, "resume"), "act", "resume"),
        _ => Action::submit_as(t(page, "suspend"), "act", "suspend"),
    };
    let form = begun(page, case)
        .with(reason(page, "steer"))
        .with(Field::text("voucher", t(page, "voucher")).help(t(page, "voucher-help")).optional(page.words))
        .button(stop);
    // A withdrawal is dealt with by what goes on.
    let form = match case.state.is_active() {
        true => form.button(Action::submit_as(t(page, "withdraw"), "act", "withdraw")),
        false => form,
    };
    let form = form.button(Action::submit_as(t(page, "cancel"), "act", "cancel"));
    Panel::new(t(page, "steer"), form)
}

/// What may be done about one incident beside trying again: moving its token, by two officers.
pub(super) fn moving(page: &Page, found: &Found, incident: Number) -> Html {
    let case = &found.case;
    let hands = [page.reader.officer(), page.reader.principal()];
    if let Some((to, by)) = case.moves.get(&incident) {
        let who: Vec<String> = by.iter().map(|officer| page.officer(*officer)).collect();
        let who = who.join(page.words.either("、", ", "));
        let words = [("officer", who.into()), ("to", found.name(to.as_str()).into())];
        let said = Notice::note(page.words.with("casework-move-waits", &words));
        if hands.iter().any(|officer| by.contains(officer)) {
            return said.into_html();
        }
        let form = begun(page, case).hidden("incident", incident.to_string()).button(Action::submit_as(
            t(page, "move-approve"),
            "act",
            "approve-move",
        ));
        return said.into_html().then(form);
    }
    let Some(graph) = found.deployed.readied.graphs.get(&case.process) else { return Html::default() };
    let failed = case.state.incidents.get(&incident).and_then(|it| it.element.as_ref()).and_then(|id| graph.at(id));
    let Some(failed) = failed else { return Html::default() };
    let level = graph.element(failed).level;
    let enterable = |kind: &Kind| !matches!(kind, Kind::Start { .. } | Kind::Boundary { .. });
    let targets = graph.elements.iter().filter(|it| it.level == level && enterable(&it.kind));
    let targets: Vec<Choice> = targets.map(|it| Choice::new(it.id.as_str(), found.name(it.id.as_str()))).collect();
    begun(page, case)
        .hidden("incident", incident.to_string())
        .with(Field::select("to", t(page, "token-to"), targets).of_form(format!("move-{incident}")))
        .with(reason(page, &format!("move-{incident}")))
        .button(Action::submit_as(t(page, "move"), "act", "move"))
        .after(t(page, "move-after"))
        .into_html()
}

/// The form that corrects one thing of what is known, where something stands still by it.
pub(super) fn correcting(page: &Page, found: &Found) -> Html {
    let case = &found.case;
    let known = case.state.root().map(|root| case.state.visible(root)).unwrap_or_default();
    let asked = found.deployed.readied.forms.values().flat_map(|form| &form.fields);
    let asked = asked.filter(|field| !matches!(field.kind, FieldKind::Files(_))).map(|field| field.name.clone());
    let plain = |value: &Value| !matches!(value, Value::List(_) | Value::Context(_) | Value::Range(_));
    let there = known.iter().filter(|(_, value)| plain(value)).map(|(name, _)| name.clone());
    let names: BTreeSet<String> = there.chain(asked).collect();
    if names.is_empty() {
        return Html::default();
    }
    let choices = names.iter().map(|name| Choice::new(name.as_str(), found.label_of(page, name))).collect();
    begun(page, case)
        .with(Field::select("name", t(page, "correct-what"), choices))
        .with(Field::text("value", t(page, "correct-value")).help(t(page, "correct-help")))
        .with(reason(page, "correct"))
        .button(Action::submit_as(t(page, "correct"), "act", "set"))
        .into_html()
}

/// A value that somebody typed for a variable: as the form takes it that asks for it, else as what is there.
fn typed(found: &Found, name: &str, text: &str) -> Result<Value, PageError> {
    let wrong = || PageError::refused(Refusal::Value(name.to_owned()));
    let field = found.deployed.readied.forms.values().flat_map(|form| &form.fields).find(|it| it.name == name);
    if let Some(field) = field {
        let text = text.trim();
        let truth = ["on", "true", "是", "yes"];
        let text = if field.kind == FieldKind::Truth && truth.contains(&text) { "true" } else { text };
        return field.value(text).map_err(|_| wrong());
    }
    let case = &found.case;
    let known = case.state.root().and_then(|root| case.state.visible(root).get(name).cloned()).ok_or_else(wrong)?;
    let text = text.trim();
    match known {
        Value::Number(_) => text.parse().map(Value::Number).map_err(|_| wrong()),
        Value::Boolean(_) => Ok(Value::Boolean(["true", "是", "yes"].contains(&text))),
        Value::Date { .. } => Value::date(text).ok_or_else(wrong),
        Value::String(_) | Value::Null if text.chars().count() <= MOST_TEXT.1 => Ok(Value::text(text)),
        _ => Err(wrong()),
    }
}

/// Activities of an ad-hoc sub-process that may be begun now.
fn choosing(page: &Page, found: &Found) -> Option<Panel> {
    let case = &found.case;
    let graph = found.deployed.readied.graphs.get(&case.process)?;
    let mut choices = Vec::new();
    for (scope, of) in &case.state.scopes {
        let ScopeKind::Sub(run) = of.kind else { continue };
        let Some(run) = case.state.runs.get(&run) else { continue };
        let Some(activity) = graph.at(&run.element).and_then(|at| graph.activity(at)) else { continue };
        let flow::graph::Work::Sub { level, kind: flow::graph::SubKind::AdHoc { .. } } = &activity.work else {
            continue;
        };
        for at in &graph.level(*level).starts {
            let id = graph.element(*at).id.as_str();
            choices.push(Choice::new(format!("{scope}:{id}"), found.name(id)));
        }
    }
    if choices.is_empty() {
        return None;
    }
    let form = begun(page, case)
        .with(Field::select("element", t(page, "choose-what"), choices))
        .with(reason(page, "choose"))
        .button(Action::submit_as(t(page, "choose"), "act", "choose"));
    Some(Panel::new(t(page, "choose"), form))
}

/// Every cause for which some clock may stand still.
const CAUSES: [Cause; 9] = [
    Cause::Hearing,
    Cause::Tender,
    Cause::Auction,
    Cause::Inspection,
    Cause::Testing,
    Cause::Quarantine,
    Cause::Appraisal,
    Cause::ExpertReview,
    Cause::Opinion,
];

/// The forms that stop a clock for a cause that its law knows, or let it go on.
fn clocks(page: &Page, found: &Found) -> Option<Panel> {
    let case = &found.case;
    let mut forms = Vec::new();
    for (number, clock) in case.state.clocks.iter().filter(|(_, clock)| !clock.held) {
        let title = match &clock.element {
            Some(element) => found.name(element.as_str()),
            None => t(page, "clock-whole"),
        };
        let form = begun(page, case).hidden("clock", number.to_string());
        let form = match clock.of.open_suspension() {
            Some(_) => form
                .with(Facts::new().fact(title, t(page, "clock-stands")))
                .with(reason(page, &format!("clock-{number}")))
                .button(Action::submit_as(t(page, "clock-resume"), "act", "resume-clock")),
            None => {
                // Whether the law of this limit knows the cause is told by the clock itself.
                let causes = CAUSES.into_iter().map(|cause| {
                    let code = cause_code(cause);
                    let label = t(page, &format!("cause-{code}"));
                    Choice::new(code, label)
                });
                form.with(Facts::new().fact(title, Html::data(&clock.of.statutory.article)))
                    .with(
                        Field::select("cause", t(page, "clock-cause"), causes.collect())
                            .of_form(format!("clock-{number}")),
                    )
                    .with(
                        Field::text("voucher", t(page, "voucher"))
                            .help(t(page, "clock-voucher-help"))
                            .of_form(format!("clock-{number}")),
                    )
                    .button(Action::submit_as(t(page, "clock-stop"), "act", "stop-clock"))
            }
        };
        forms.push(form.into_html());
    }
    (!forms.is_empty()).then(|| Panel::new(t(page, "clock-steer"), Html::join(forms)))
}

/// The form that handles the case within another one of its organ.
async fn merging(page: &Page, found: &Found) -> Result<Option<Panel>, PageError> {
    let case = &found.case;
    if case.caller.is_some() || !case.took_in.is_empty() {
        return Ok(None);
    }
    let filter = Filter { going_on: Some(true), process: Some(case.process.as_str().to_owned()), ..Filter::default() };
    let others = list::cases(page.app.store(), &found.reach, &filter, (0, MOST_OFFERED)).await?;
    let fits = |other: &&list::Listed| {
        other.id != case.id && other.organ == case.organ && matches!(other.status.as_str(), "active" | "suspended")
    };
    let choices: Vec<Choice> = others
        .iter()
        .filter(fits)
        .map(|other| Choice::new(other.id.to_string(), format!("{} · {}", number(other.id), say::title(page, other))))
        .collect();
    if choices.is_empty() {
        return Ok(None);
    }
    let form = begun(page, case)
        .with(Field::select("into", t(page, "merge-into"), choices))
        .with(reason(page, "merge"))
        .button(Action::submit_as(t(page, "merge"), "act", "merge"))
        .after(t(page, "merge-after"));
    Ok(Some(Panel::new(t(page, "merge"), form)))
}

/// The forms by which the head says who keeps out, and lets somebody take part again.
fn recusing(page: &Page, found: &Found) -> Option<Panel> {
    let case = &found.case;
    let mine = [page.reader.officer(), page.reader.principal()];
    let mut forms = Vec::new();
    let people = concerned(page, found);
    let choices = |all: &[OfficerId]| all.iter().map(|it| Choice::new(it.to_string(), page.officer(*it))).collect();
    let open: Vec<OfficerId> = people.iter().copied().filter(|officer| !case.recused.contains(officer)).collect();
    if !open.is_empty() {
        forms.push(
            begun(page, case)
                .with(Field::select("officer", t(page, "recuse-whom"), choices(&open)).of_form("recuse-officer"))
                .with(reason(page, "recuse-officer"))
                .button(Action::submit_as(t(page, "recuse-officer"), "act", "recuse-officer"))
                .into_html(),
        );
    }
    let lifted: Vec<OfficerId> = case.recused.iter().copied().filter(|officer| !mine.contains(officer)).collect();
    if !lifted.is_empty() {
        forms.push(
            begun(page, case)
                .with(Field::select("officer", t(page, "lift-whom"), choices(&lifted)).of_form("lift"))
                .with(reason(page, "lift"))
                .button(Action::submit_as(t(page, "lift"), "act", "lift"))
                .into_html(),
        );
    }
    (!forms.is_empty()).then(|| Panel::new(t(page, "recusal"), Html::join(forms)))
}

/// Who could have to do with a case: whoever holds a post of its organ today.
fn concerned(page: &Page, found: &Found) -> Vec<OfficerId> {
    let today = page.today();
    let posts = page.register.posts().filter(|post| page.register.stands_for(post.organ, found.case.organ, today));
    let posts: BTreeSet<_> = posts.filter(|post| post.exists(today)).map(|post| post.id).collect();
    let serving = page.register.appointments().iter().filter(|it| posts.contains(&it.post) && it.serves(today));
    let all: BTreeSet<OfficerId> = serving.map(|it| it.officer).collect();
    all.into_iter().collect()
}

/// What a reader may do of their own: take back what they did, keep out.
pub(super) fn own(page: &Page, found: &Found) -> Option<Panel> {
    let (case, me) = (&found.case, page.reader.officer());
    let does = page.app.authority().allows(&page.reader, DoTasks::CODE).is_ok();
    if !does || !matches!(case.state.status, Status::Active) {
        return None;
    }
    let path = say::case_path(case.id);
    let mut forms = Vec::new();
    let out = keeps_out(page, case);
    for (task, done) in case.state.completions.iter().filter(|(_, done)| done.by == me && !out) {
        forms.push(
            Form::new(format!("{path}/takeback"), page.csrf.as_str())
                .hidden("task", task.to_string())
                .with(Facts::new().fact(t(page, "step"), Html::data(&found.name(done.element.as_str()))))
                .with(reason(page, &format!("takeback-{task}")))
                .button(Action::submit(t(page, "takeback")))
                .after(t(page, "takeback-after"))
                .into_html(),
        );
    }
    let mine = Mine::of(&page.reader, &page.register, page.today());
    if mine.keeps_out(case) {
        forms.push(Notice::note(t(page, "recused-you")).into_html());
    } else if found.tasks.iter().any(|task| mine.may_do(task)) {
        forms.push(
            Form::new(format!("{path}/recuse"), page.csrf.as_str())
                .with(reason(page, "recuse"))
                .button(Action::submit(t(page, "recuse")))
                .after(t(page, "recuse-after"))
                .into_html(),
        );
    }
    (!forms.is_empty()).then(|| Panel::new(t(page, "own"), Html::join(forms)))
}

/// Who may be named as knowing of a case.
fn candidates(page: &Page, found: &Found) -> Vec<Candidate> {
    let named = found.case.secrecy.named.iter().flatten().copied();
    let all: BTreeSet<OfficerId> = concerned(page, found).into_iter().chain(named).collect();
    all.into_iter().map(|officer| (officer, None)).collect()
}

/// The form that says how secret the case is; nothing for others.
pub(super) fn classifying(page: &Page, found: &Found) -> Option<Panel> {
    page.app.authority().allows(&page.reader, ClassifyCases::CODE).ok()?;
    let help = t(page, "named-only-help");
    let shown = secrecy::view::fields(page, &found.case.secrecy, (&candidates(page, found), help), None);
    let form = Form::new(format!("{}/classify", say::case_path(found.case.id)), page.csrf.as_str());
    let form = shown.names.into_iter().fold(form.with(shown.class).with(shown.only), Form::with);
    let form = form
        .with(reason(page, "classify"))
        .button(Action::submit(t(page, "classify")))
        .after(t(page, "classify-after"));
    Some(Panel::new(t(page, "classify"), form))
}

/// The key of what a button of steering says.
fn button_of(act: &str) -> &str {
    match act {
        "approve-move" => "move-approve",
        "set" => "correct",
        "stop-clock" => "clock-stop",
        "resume-clock" => "clock-resume",
        other => other,
    }
}

/// Acts of steering.
const ACTS: [&str; 15] = [
    "merge",
    "split",
    "move",
    "approve-move",
    "recuse-officer",
    "lift",
    "retry",
    "set",
    "choose",
    "stop-clock",
    "resume-clock",
    "suspend",
    "resume",
    "withdraw",
    "cancel",
];

/// POST /cases/{id}/steer
pub(super) async fn steer(
    State(state): State<Casework>,
    by: By<SteerCases>,
    Path(id): Path<String>,
    Posted(given): Posted<BTreeMap<String, String>>,
) -> Result<Response, PageError> {
    let case = reached(&state, &by, &id).await?;
    let page = &by.page;
    let act = given.get("act").map(String::as_str).unwrap_or_default();
    let act = ACTS.into_iter().find(|known| *known == act).ok_or(PageError::Malformed("act"))?;
    let path = say::case_path(case.id);
    let button = t(page, button_of(act));
    let sent = Sent { path: format!("{path}/steer"), from: path, given: &given, button };
    // What ends the case asks once more, and says what follows.
    if matches!(act, "withdraw" | "cancel") && !given.contains_key(again::CONFIRMED) {
        let tasks = u64::try_from(case.state.tasks.len()).unwrap_or(u64::MAX);
        let follows = page.words.with(&format!("casework-{act}-confirm"), &[("tasks", tasks.into())]);
        return Ok(again::confirm(page, &case, &sent, follows));
    }
    let answer = steered(&state, &by, &id, &case, &given).await;
    again::refused(page, &state, &case, &sent, answer).await
}

/// Does what whoever steers a case asks for.
async fn steered(
    state: &Casework,
    by: &By<SteerCases>,
    id: &str,
    case: &Case,
    given: &BTreeMap<String, String>,
) -> Result<Response, PageError> {
    let page = &by.page;
    let word = |name: &str| given.get(name).map(String::as_str).unwrap_or_default();
    let numbered = |name: &'static str| word(name).parse::<Number>().map_err(|_| PageError::Malformed(name));
    let hand = by_of(by);
    let (officer, back) = (hand.0.officer, Redirect::to(&say::case_path(case.id)).into_response());
    let desk = &state.desk;
    let reason = || fields::said(word("reason"));
    let (command, words) = match word("act") {
        "merge" => {
            let into: MatterId = word("into").parse().map_err(|_| PageError::Malformed("into"))?;
            let reach = Reach::of(&by.may, &page.register, page.today());
            desk.load(into).await?.filter(|into| reach.covers(into)).ok_or(PageError::NotFound)?;
            desk.merge(hand, case.id, into, &reason()?).await.map_err(case_error)?;
            return Ok(back);
        }
        "split" => {
            desk.split(hand, case.id, &reason()?).await.map_err(case_error)?;
            return Ok(back);
        }
        "move" => {
            let to = (numbered("incident")?, ElementId::from(word("to")));
            desk.propose_move(hand, case.id, to, &reason()?).await.map_err(case_error)?;
            return Ok(back);
        }
        "approve-move" => {
            desk.approve_move(hand, case.id, numbered("incident")?).await.map_err(case_error)?;
            return Ok(back);
        }
        "recuse-officer" | "lift" => {
            let whom: OfficerId = word("officer").parse().map_err(|_| PageError::Malformed("officer"))?;
            page.register.officer(whom).ok_or(PageError::Malformed("officer"))?;
            let done = match word("act") {
                "lift" => desk.lift(hand, case.id, whom, &reason()?).await,
                _ => desk.recuse(hand, case.id, whom, &reason()?).await,
            };
            done.map_err(case_error)?;
            return Ok(back);
        }
        "retry" => (Command::Retry { incident: numbered("incident")? }, None),
        "set" => {
            let reach = Reach::of(&by.may, &page.register, page.today());
            let found = super::case::found(page, state, reach, id).await?;
            let value = typed(&found, word("name"), word("value"))?;
            let values = Context::from([(word("name").to_owned(), value)]);
            (Command::SetVariables { scope: None, values }, Some(reason()?))
        }
        "choose" => {
            let (scope, element) = word("element").split_once(':').ok_or(PageError::Malformed("element"))?;
            let scope = scope.parse().map_err(|_| PageError::Malformed("element"))?;
            (Command::Choose { scope, element: ElementId::from(element) }, Some(reason()?))
        }
        "stop-clock" => {
            let cause = CAUSES.into_iter().find(|cause| cause_code(*cause) == word("cause"));
            let cause = cause.ok_or(PageError::Malformed("cause"))?;
            let voucher = fields::voucher(word("voucher"))?;
            (Command::SuspendClock { clock: numbered("clock")?, cause, voucher, by: officer }, None)
        }
        "resume-clock" => (Command::ResumeClock { clock: numbered("clock")?, by: officer }, Some(reason()?)),
        what => {
            let (by, voucher) = (Some(officer), fields::voucher(word("voucher"))?);
            let command = match what {
                "suspend" => Command::Suspend { by, cause: Erasable::erased(), voucher },
                "resume" => Command::Resume { by, cause: Erasable::erased(), voucher },
                "withdraw" => Command::Withdraw { reason: Erasable::erased() },
                "cancel" => Command::Cancel,
                _ => return Err(PageError::Malformed("act")),
            };
            // The words lie beside the events, in a field of their own, so that they can be erased by law.
            (command, Some(reason()?))
        }
    };
    desk.act(desk::By::Officer(hand.0, hand.1), case.id, &[Wish { command, words }]).await.map_err(case_error)?;
    Ok(back)
}

/// The case, where the reader has to do with it: within reach, or they did something of it, or have a task of it.
async fn mine(page: &Page, state: &Casework, id: &str) -> Result<std::sync::Arc<Case>, PageError> {
    let id: MatterId = id.parse().map_err(|_| PageError::NotFound)?;
    let case = state.desk.load(id).await?.ok_or(PageError::NotFound)?;
    let mine = Mine::of(&page.reader, &page.register, page.today());
    let tasks = list::open_tasks(page.app.store(), page.app.node(), id).await?;
    let did = case.state.hands.values().any(|hands| hands.contains(&page.reader.officer()));
    let takes_part = did || tasks.iter().any(|task| mine.may_do(task));
    if takes_part && mine.may_know(&case) { Ok(case) } else { Err(PageError::NotFound) }
}

/// POST /cases/{id}/takeback
pub(super) async fn takeback(
    State(state): State<Casework>,
    by: By<DoTasks>,
    Path(id): Path<String>,
    Posted(given): Posted<BTreeMap<String, String>>,
) -> Result<Response, PageError> {
    let case = mine(&by.page, &state, &id).await?;
    let word = |name: &str| given.get(name).map(String::as_str).unwrap_or_default();
    let task = word("task").parse().map_err(|_| PageError::Malformed("task"))?;
    let (hand, post) = by_of(&by);
    let path = say::case_path(case.id);
    let answer = async {
        let words = Some(fields::said(word("reason"))?);
        let wish = Wish { command: Command::Takeback { task, by: hand.officer }, words };
        state.desk.act(desk::By::Officer(hand, post), case.id, &[wish]).await.map_err(case_error)?;
        Ok(Redirect::to(&path).into_response())
    };
    let answer = answer.await;
    let (to, button) = (format!("{path}/takeback"), t(&by.page, "takeback"));
    again::refused(&by.page, &state, &case, &Sent { path: to, from: path, given: &given, button }, answer).await
}

/// POST /cases/{id}/recuse: by one's own word.
pub(super) async fn recuse(
    State(state): State<Casework>,
    by: By<DoTasks>,
    Path(id): Path<String>,
    Posted(given): Posted<BTreeMap<String, String>>,
) -> Result<Response, PageError> {
    let case = mine(&by.page, &state, &id).await?;
    let hand = by_of(&by);
    let path = say::case_path(case.id);
    let answer = async {
        let words = fields::said(given.get("reason").map(String::as_str).unwrap_or_default())?;
        state.desk.recuse(hand, case.id, hand.0.officer, &words).await.map_err(case_error)?;
        Ok(Redirect::to("/inbox").into_response())
    };
    let answer = answer.await;
    let (to, button) = (format!("{path}/recuse"), t(&by.page, "recuse"));
    again::refused(&by.page, &state, &case, &Sent { path: to, from: path, given: &given, button }, answer).await
}

/// POST /cases/{id}/classify
pub(super) async fn classify(
    State(state): State<Casework>,
    by: By<ClassifyCases>,
    Path(id): Path<String>,
    Posted(given): Posted<BTreeMap<String, String>>,
) -> Result<Response, PageError> {
    let page = &by.page;
    let reach = Reach::of(&by.may, &page.register, page.today());
    let found = super::case::found(page, &state, reach, &id).await?;
    if !found.reach.covers(&found.case) {
        return Err(PageError::NotFound);
    }
    let word = |name: &str| given.get(name).cloned().unwrap_or_default();
    let to = secrecy::view::asked(&candidates(page, &found), word)?;
    let to = (to, by.may.ceiling());
    let path = say::case_path(found.case.id);
    let answer = async {
        let words = fields::said(&word("reason"))?;
        state.desk.classify(by_of(&by), found.case.id, to, &words).await.map_err(case_error)?;
        Ok(Redirect::to(&path).into_response())
    };
    let answer = answer.await;
    let (to, button) = (format!("{path}/classify"), t(page, "classify"));
    again::refused(page, &state, &found.case, &Sent { path: to, from: path, given: &given, button }, answer).await
}
