//! One task: what it asks, its form, and what else may be done with it.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use dmn::Context;
use flow::graph::{HumanTask, Work};
use flow::{Command, ElementId};
use kernel::limit::{Budget, Law, Limit};
use kernel::{MatterId, OfficerId, PostId};
use web::http::{By, Page, PageError, Posted, Uploaded};
use web::view::{Action, Choice, Facts, Field, Form, Grid, Heading, Html, IntoHtml as _, Notice, Panel};

use super::again::{self, Sent};
use super::filling::{self, Filling};
use super::{Casework, DoTasks, SteerCases, barred, case_error, fields, say, t};
use crate::candidates::{self, Offered};
use crate::case::list::{self, Mine, OpenTask};
use crate::case::number;
use crate::desk::{self, Beside, MOST_TEXT, Refusal, Wish};
use crate::draft::Of;
use crate::form::Form as Asked;
use crate::library::Deployed;

/// A task with all that its page needs.
struct Found {
    open: OpenTask,
    case: std::sync::Arc<crate::case::Case>,
    deployed: std::sync::Arc<Deployed>,
    mine: Mine,
}

impl Found {
    fn human(&self) -> Option<&HumanTask> {
        let graph = self.deployed.readied.graphs.get(&self.case.process)?;
        let at = graph.at(&ElementId::from(self.open.element.as_str()))?;
        match &graph.activity(at)?.work {
            Work::User(human) => Some(human),
            _ => None,
        }
    }

    fn form(&self) -> Option<&Asked> {
        self.deployed.readied.forms.get(self.human()?.form.as_deref()?)
    }

    /// What its form is of.
    fn of(&self) -> Of {
        Of::Task(self.case.id, self.open.task)
    }

    /// The notice to complete the papers that is open for it.
    fn asked(&self) -> Option<(&flow::state::Number, &flow::state::Supplement)> {
        self.case.state.supplements.iter().find(|(_, notice)| notice.task == self.open.task)
    }

    fn name(&self, element: &str) -> String {
        say::element_name(self.deployed.readied.graphs.get(&self.case.process), element)
    }
}

/// The task, if it is the reader's to see: offered to the post, or in their hand.
async fn found(page: &Page, state: &Casework, id: &str, task: &str) -> Result<Found, PageError> {
    let (id, task): (MatterId, u64) = match (id.parse(), task.parse()) {
        (Ok(id), Ok(task)) => (id, task),
        _ => return Err(PageError::NotFound),
    };
    let mine = Mine::of(&page.reader, &page.register, page.today());
    let open = list::open_task(page.app.store(), page.app.node(), id, task).await?.ok_or(PageError::NotFound)?;
    let case = state.desk.load(id).await?.ok_or(PageError::NotFound)?;
    let steers = steers(page, &case);
    if !mine.may_know(&case) || !(mine.holds(&open) || mine.is_candidate(&open) || steers) {
        return Err(PageError::NotFound);
    }
    let deployed = say::deployed(state, case.model).await?;
    Ok(Found { open, case, deployed, mine })
}

/// Whether the reader steers a case.
fn steers(page: &Page, case: &crate::case::Case) -> bool {
    let may = page.app.authority().may::<SteerCases>(&page.reader).ok();
    may.is_some_and(|may| list::Reach::of(&may, &page.register, page.today()).covers(case))
}

/// GET /cases/{id}/tasks/{task}
pub(super) async fn show(
    State(state): State<Casework>,
    by: By<DoTasks>,
    Path((id, task)): Path<(String, String)>,
) -> Result<Response, PageError> {
    let page = &by.page;
    let found = match found(page, &state, &id, &task).await {
        // What is done, or was ended, is read in its case.
        Err(PageError::NotFound) if id.parse::<MatterId>().is_ok() => {
            let id = id.parse::<MatterId>().map_err(|_| PageError::NotFound)?;
            let mine = Mine::of(&page.reader, &page.register, page.today());
            let known = state.desk.load(id).await?.is_some_and(|case| mine.may_know(&case) && took_part(page, &case));
            return if known {
                Ok(Redirect::to(&say::case_path(id)).into_response())
            } else {
                Err(PageError::NotFound)
            };
        }
        other => other?,
    };
    let filling = Filling::load(page, &found.of()).await?;
    Ok(page.html(heading(page, &found), body(page, &found, &filling)))
}

/// Whether the reader did something in a case.
fn took_part(page: &Page, case: &crate::case::Case) -> bool {
    case.state.hands.values().any(|hands| hands.contains(&page.reader.officer()))
}

fn heading(page: &Page, found: &Found) -> Heading {
    let title = page.shown(&found.case.title);
    Heading::new(page.words, found.name(&found.open.element))
        .under(t(page, "inbox"), "/inbox")
        .under(title, say::case_path(found.case.id))
        .id(number(found.case.id))
}

fn body(page: &Page, found: &Found, filling: &Filling) -> Grid {
    let mut main = Vec::new();
    let path = say::task_path(found.case.id, found.open.task);
    let of = (&*found.case, &*found.deployed);
    let barred = barred::from_task(page, of, (&found.mine, &found.open), |it| found.name(it));
    if let Some(why) = barred.filter(|_| found.mine.may_do(&found.open)) {
        let mut shown = Notice::note(why).into_html();
        // What cannot be done can be given back, as long as the case goes on.
        if found.open.holder.is_some() && found.case.state.is_active() {
            let form = Form::new(path.as_str(), page.csrf.as_str());
            shown = shown.then(form.button(Action::submit_as(t(page, "release"), "act", "release")));
        }
        main.push(Panel::new(t(page, "work"), shown).into_html());
        // Papers that come while it stands still are entered all the same.
        if found.asked().is_some() && !found.mine.keeps_out(&found.case) {
            main.extend(supplement(page, found, &path).map(|panel| panel.into_html()));
        }
    } else if found.mine.may_do(&found.open) {
        main.push(work(page, found, &path, filling).turn().into_html());
        main.extend(sending_back(page, found, &path).map(|panel| panel.into_html()));
        main.extend(supplement(page, found, &path).map(|panel| panel.into_html()));
    } else {
        let text = match found.open.holder {
            Some(holder) => page.words.with("casework-held-by", &[("officer", page.officer(holder).into())]),
            None => t(page, "not-yours"),
        };
        main.push(Panel::new(t(page, "work"), Notice::note(text)).into_html());
    }
    if steers(page, &found.case) {
        main.extend(assigning(page, found, &path).map(|panel| panel.into_html()));
    }
    Grid::new().cell(8, main).cell(4, vec![facts(page, found).into_html(), known(page, found).into_html()])
}

/// The form of the task itself.
fn work(page: &Page, found: &Found, path: &str, filling: &Filling) -> Panel {
    let mut form = filling.form(page, found.form(), Vec::new(), path, &format!("{path}/files"));
    // While the applicant is asked for papers, it cannot be done.
    let waits = found.asked().is_some();
    if !waits {
        form = form.button(Action::submit_as(t(page, "complete"), "act", "complete").main());
    }
    if found.form().is_some() {
        form = form.button(filling::keeps(page));
    }
    form = match found.open.holder {
        None => form.button(Action::submit_as(t(page, "claim"), "act", "claim").unchecked()),
        Some(_) => form.button(Action::submit_as(t(page, "release"), "act", "release").unchecked()),
    };
    if filling.is_kept {
        form = form.button(filling::drops(page));
    }
    let title = found.form().map(|form| page.either(&form.title).to_owned()).filter(|title| !title.is_empty());
    let after = t(page, if waits { "complete-waits" } else { "complete-after" });
    Panel::new(title.unwrap_or_else(|| t(page, "work")), form.after(after))
}

/// The form that sends the matter back 退回; nothing where the step is sent back nowhere.
fn sending_back(page: &Page, found: &Found, path: &str) -> Option<Panel> {
    let targets: Vec<Choice> = found
        .human()?
        .return_to
        .iter()
        .map(|target| Choice::new(target.as_str(), found.name(target.as_str())))
        .collect();
    if targets.is_empty() {
        return None;
    }
    let form = Form::new(path, page.csrf.as_str())
        .with(Field::select("to", t(page, "return-to"), targets))
        .with(reason(page, "return"))
        .button(Action::submit_as(t(page, "return"), "act", "return"))
        .after(t(page, "return-after"));
    Some(Panel::new(t(page, "return"), form))
}

/// The notice to complete the papers 补正: the form that asks, or what was asked and the form that enters the answer.
fn supplement(page: &Page, found: &Found, path: &str) -> Option<Panel> {
    if let Some((number, notice)) = found.asked() {
        let text = page.words.with(
            "casework-supplement-open",
            &[("notice", notice.notice.clone().into()), ("until", page.moment(notice.until).into())],
        );
        let form = Form::new(path, page.csrf.as_str())
            .with(Html::data(&text))
            .hidden("supplement", number.to_string())
            .with(Field::area("reason", t(page, "received-words")).of_form("answered"))
            .button(Action::submit_as(t(page, "answered"), "act", "answered"));
        return Some(Panel::new(t(page, "supplement"), form).tone(web::view::Light::Waiting));
    }
    // Only who has it in hand asks; an open notice of another task is the one of this matter.
    if found.open.holder.is_none() || !found.case.state.supplements.is_empty() {
        return None;
    }
    let form = Form::new(path, page.csrf.as_str())
        .with(Field::area("reason", t(page, "items")).help(t(page, "items-help")).of_form("supplement"))
        .with(Field::text("notice", t(page, "notice")).help(t(page, "notice-help")))
        .with(Field::figure("days", t(page, "answer-days"), t(page, "working-days")))
        .button(Action::submit_as(t(page, "supplement-button"), "act", "supplement"))
        .after(t(page, "supplement-after"));
    Some(Panel::new(t(page, "supplement"), form))
}

/// The most working days that a notice gives.
const MOST_DAYS: u32 = 60;

fn reason(page: &Page, form: &str) -> Field {
    let most = u32::try_from(MOST_TEXT.1).unwrap_or(u32::MAX);
    Field::area("reason", t(page, "reason")).limit(page.words, most).of_form(form)
}

/// The form by which a head gives the task to somebody; why it is given to nobody, where nobody else may do it.
fn assigning(page: &Page, found: &Found, path: &str) -> Option<Panel> {
    if !found.case.state.is_active() {
        return None;
    }
    let shown = if found.mine.keeps_out(&found.case) {
        Notice::note(t(page, "recused-you")).into_html()
    } else {
        let candidates = candidates(page, found);
        if candidates.is_empty() {
            Notice::note(t(page, "assign-nobody")).into_html()
        } else {
            let choices =
                candidates.iter().map(|(officer, post, name)| Choice::new(format!("{officer}:{post}"), name.as_str()));
            Form::new(format!("{path}/assign"), page.csrf.as_str())
                .with(Field::select("to", t(page, "assign-to"), choices.collect()).of_form("assign"))
                .with(reason(page, "assign"))
                .button(Action::submit(t(page, "assign")))
                .into_html()
        }
    };
    Some(Panel::new(t(page, "assign"), shown))
}

/// Who may be given a task: those who hold a post that it is offered to, today, and whom nothing that was done before keeps from it.
fn candidates(page: &Page, found: &Found) -> Vec<(OfficerId, PostId, String)> {
    let Some(graph) = found.deployed.readied.graphs.get(&found.case.process) else { return Vec::new() };
    let offered = Offered { task: found.open.task, organ: found.open.organ };
    let all = candidates::of(&page.register, &found.case, graph, offered, page.today());
    let may = all.filter(|((officer, _), may)| may.is_ok() && found.open.holder != Some(*officer));
    let named = may.map(|((officer, post), _)| {
        let of = page.register.post(post).map(|post| page.either(&post.name).to_owned()).unwrap_or_default();
        (officer, post, format!("{} · {of}", page.officer(officer)))
    });
    let mut all: Vec<_> = named.collect();
    all.sort_by(|a, b| a.2.cmp(&b.2));
    all
}

fn facts(page: &Page, found: &Found) -> Panel {
    let open = &found.open;
    let separator = page.words.either("、", ", ");
    let duties: Vec<String> = open.duties.iter().map(|code| say::duty(page, code)).collect();
    let mut facts = Facts::new()
        .fact(t(page, "case"), web::view::Link::new(say::case_path(found.case.id), page.shown(&found.case.title)))
        .fact(t(page, "process"), Html::data(&say::process_name(&found.deployed, found.case.process.as_str())))
        .fact(t(page, "candidates"), Html::data(&format!("{} · {}", page.organ(open.organ), duties.join(separator))))
        .fact(t(page, "since"), page.moment(open.offered_at));
    if let Some(holder) = open.holder {
        facts = facts.fact(t(page, "holder"), Html::data(&page.officer(holder)));
    }
    let names = |ids: &[ElementId]| ids.iter().map(|id| found.name(id.as_str())).collect::<Vec<_>>().join(separator);
    if let Some(human) = found.human() {
        if !human.separate.is_empty() {
            facts = facts.fact(t(page, "separate"), Html::data(&names(&human.separate)));
        }
        if !human.same.is_empty() {
            facts = facts.fact(t(page, "same"), Html::data(&names(&human.same)));
        }
    }
    Panel::new(t(page, "facts"), facts)
}

/// What the case knows already.
fn known(page: &Page, found: &Found) -> Panel {
    let run = found.case.state.tasks.get(&found.open.task).and_then(|task| found.case.state.runs.get(&task.run));
    let scope = run.map(|run| run.local.unwrap_or(run.scope)).or_else(|| found.case.state.root());
    let seen = scope.map(|scope| found.case.state.visible(scope)).unwrap_or_default();
    Panel::new(t(page, "known"), fields::data(page, &found.deployed, &found.case, &seen))
}

/// POST /cases/{id}/tasks/{task}
pub(super) async fn act(
    State(state): State<Casework>,
    by: By<DoTasks>,
    Path(path): Path<(String, String)>,
    Posted(given): Posted<BTreeMap<String, String>>,
) -> Result<Response, PageError> {
    perform(&state, &by, path, given, None).await
}

/// POST /cases/{id}/tasks/{task}/files: the same form with the files that it asks for.
pub(super) async fn act_with_files(
    State(state): State<Casework>,
    by: By<DoTasks>,
    Path(path): Path<(String, String)>,
    uploaded: Uploaded,
) -> Result<Response, PageError> {
    let given = uploaded.fields.iter().cloned().collect();
    perform(&state, &by, path, given, Some(uploaded)).await
}

async fn perform(
    state: &Casework,
    by: &By<DoTasks>,
    (id, task): (String, String),
    given: BTreeMap<String, String>,
    uploaded: Option<Uploaded>,
) -> Result<Response, PageError> {
    let page = &by.page;
    let of = found(page, state, &id, &task).await?;
    let answer = performed(state, by, &of, &given, uploaded).await;
    let act = given.get("act").map(String::as_str).unwrap_or_default();
    let button = match act {
        "supplement" => "supplement-button",
        "claim" | "release" | "return" | "answered" => act,
        _ => {
            let Err(PageError::Refused(refused)) = answer else { return answer };
            // What was filled in was kept: the form stands there again with it, under what was wrong.
            let why = again::said(page, &refused, |element| of.name(element));
            let filling = Filling::load(page, &of.of()).await?;
            let top = Notice::wrong(why).into_html();
            let shown = page.html(heading(page, &of), top.then(body(page, &of, &filling)));
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, shown).into_response());
        }
    };
    let path = say::task_path(of.case.id, of.open.task);
    let sent = Sent { path: path.clone(), from: path, given: &given, button: t(page, button) };
    again::refused(page, state, &of.case, &sent, answer).await
}

/// Does what the form of a task asks for.
async fn performed(
    state: &Casework,
    by: &By<DoTasks>,
    found: &Found,
    given: &BTreeMap<String, String>,
    uploaded: Option<Uploaded>,
) -> Result<Response, PageError> {
    let page = &by.page;
    let releases = given.get("act").is_some_and(|act| act == "release") && found.mine.holds(&found.open);
    if !found.mine.may_do(&found.open) && !releases {
        return Err(PageError::refused(match found.open.holder {
            Some(_) if !found.mine.holds(&found.open) => Refusal::Engine(flow::Refusal::Held),
            _ => Refusal::NotOffered,
        }));
    }
    let ((hand, post), number) = (by.hand(), found.open.task);
    let word = |name: &str| given.get(name).map(String::as_str).unwrap_or_default();
    let claim = Wish::from(Command::Claim { task: number, by: (hand.officer, post) });
    let taken = || found.open.holder.is_none().then(|| claim.clone());
    let by = desk::By::Officer(hand, post);
    if word("act") == "undraft" {
        Filling::load(page, &found.of()).await?.discard(page).await?;
        return Ok(Redirect::to(&say::task_path(found.case.id, number)).into_response());
    }
    if matches!(word("act"), "draft" | "complete") {
        let mut filling = Filling::sent(page, &found.of(), found.form(), given, uploaded.as_ref()).await?;
        if word("act") == "draft" {
            // What is half filled is kept as it is, but for a file that cannot be attached at all.
            filling.only_refused();
            filling.keep(page, given).await?;
            if let Some(answer) = filling::kept_quietly(given) {
                return Ok(answer);
            }
            return match filling.faults.is_empty() {
                true => Ok(Redirect::to(&say::task_path(found.case.id, number)).into_response()),
                false => Ok(anew(page, found, &filling)),
            };
        }
        let Some(outputs) = filling.values(found.form()) else {
            filling.keep(page, given).await?;
            return Ok(anew(page, found, &filling));
        };
        let complete = Command::CompleteTask { task: number, by: hand.officer, outputs };
        let wishes: Vec<Wish> = taken().into_iter().chain([complete.into()]).collect();
        let beside =
            Beside { files: filling.draft.files.clone(), operations: vec![filling.dropped()], ..Beside::default() };
        if let Err(error) = state.desk.act_with(by, found.case.id, &wishes, &beside).await {
            // What was filled in outlives a "no".
            filling.keep(page, given).await?;
            return Err(case_error(error));
        }
        return Ok(Redirect::to(&say::case_path(found.case.id)).into_response());
    }
    let (wishes, next) = match word("act") {
        "claim" => (vec![claim], say::task_path(found.case.id, number)),
        "release" => (vec![Command::Release { task: number, by: hand.officer }.into()], "/inbox".to_owned()),
        "return" => {
            let words = fields::said(word("reason"))?;
            let to = ElementId::from(word("to"));
            // The words lie beside the events, in a field of their own, so that they can be erased by law.
            let reason = kernel::Erasable::erased();
            let command = Command::Return { task: number, by: hand.officer, to, reason };
            let wish = Wish { command, words: Some(words) };
            (taken().into_iter().chain([wish]).collect(), say::case_path(found.case.id))
        }
        "supplement" => {
            let days = word("days").trim().parse().ok().filter(|days| (1..=MOST_DAYS).contains(days));
            let days = days.ok_or_else(|| PageError::refused(Refusal::Days))?;
            let command = Command::Supplement {
                task: number,
                by: hand.officer,
                items: kernel::Erasable::erased(),
                until: Limit::new(Law::General, Budget::working_days(days), t(page, "by-notice")),
                notice: fields::voucher(word("notice"))?,
            };
            (vec![Wish { command, words: Some(fields::said(word("reason"))?) }], say::case_path(found.case.id))
        }
        "answered" => {
            let supplement = word("supplement").parse().map_err(|_| PageError::Malformed("supplement"))?;
            let notice = found.case.state.supplements.get(&supplement);
            if !found.mine.holds(&found.open) || notice.is_none_or(|notice| notice.task != number) {
                return Err(PageError::NotFound);
            }
            let command = Command::Answered { supplement, values: Context::new() };
            let next = say::task_path(found.case.id, number);
            (vec![Wish { command, words: Some(fields::said(word("reason"))?) }], next)
        }
        _ => return Err(PageError::Malformed("act")),
    };
    if matches!(word("act"), "claim" | "release") && given.keys().any(|name| name.starts_with(fields::OURS)) {
        // Taking it first costs nothing of what was typed already.
        let mut filling = Filling::sent(page, &found.of(), found.form(), given, uploaded.as_ref()).await?;
        if filling.says_something() {
            filling.keep(page, given).await?;
        }
    }
    state.desk.act(by, found.case.id, &wishes).await.map_err(case_error)?;
    Ok(Redirect::to(&next).into_response())
}

fn anew(page: &Page, found: &Found, filling: &Filling) -> Response {
    let shown = page.html(heading(page, found), body(page, found, filling));
    (StatusCode::UNPROCESSABLE_ENTITY, shown).into_response()
}

/// POST /cases/{id}/tasks/{task}/assign
pub(super) async fn assign(
    State(state): State<Casework>,
    by: By<SteerCases>,
    Path((id, task)): Path<(String, String)>,
    Posted(given): Posted<BTreeMap<String, String>>,
) -> Result<Response, PageError> {
    let page = &by.page;
    let found = found(page, &state, &id, &task).await?;
    if !list::Reach::of(&by.may, &page.register, page.today()).covers(&found.case) {
        return Err(PageError::NotFound);
    }
    let word = |name: &str| given.get(name).map(String::as_str).unwrap_or_default();
    let (officer, post) = word("to").split_once(':').ok_or(PageError::Malformed("to"))?;
    let to: (OfficerId, PostId) = match (officer.parse(), post.parse()) {
        (Ok(officer), Ok(post)) => (officer, post),
        _ => return Err(PageError::Malformed("to")),
    };
    // Whoever heads the organ gives it to those who may do it, and to nobody else.
    if !candidates(page, &found).iter().any(|(officer, post, _)| (*officer, *post) == to) {
        return Err(PageError::refused(Refusal::NotOffered));
    }
    let ((hand, post), number) = (by.hand(), found.open.task);
    let answer = async {
        let words = Some(fields::said(word("reason"))?);
        let reason = kernel::Erasable::erased();
        let wish = Wish { command: Command::Assign { task: number, by: hand.officer, to, reason }, words };
        state.desk.act(desk::By::Officer(hand, post), found.case.id, &[wish]).await.map_err(case_error)?;
        Ok(Redirect::to(&say::case_path(found.case.id)).into_response())
    };
    let (answer, path) = (answer.await, say::task_path(found.case.id, number));
    let sent = Sent { path: format!("{path}/assign"), from: path, given: &given, button: t(page, "assign") };
    again::refused(page, &state, &found.case, &sent, answer).await
}
