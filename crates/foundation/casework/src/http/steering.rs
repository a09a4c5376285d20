//! What the forms of steering are sent to: each does one thing to a case, shows its form again where the rules say no, and asks once
//! more before it ends the case.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use dmn::Context;
use flow::state::Number;
use flow::{Command, ElementId};
use kernel::{Erasable, MatterId, OfficerId};
use web::http::{By, Page, PageError, Posted};

use super::again::{self, Sent};
use super::case::reached;
use super::clocks::cause_code;
use super::steer::{CAUSES, candidates, typed};
use super::{Casework, ClassifyCases, DoTasks, SteerCases, case_error, fields, say, t};
use crate::case::Case;
use crate::case::list::{self, Mine, Reach};
use crate::desk::{self, Wish};

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
    let hand = by.hand();
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
    let (hand, post) = by.hand();
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
    let hand = by.hand();
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
        state.desk.classify(by.hand(), found.case.id, to, &words).await.map_err(case_error)?;
        Ok(Redirect::to(&path).into_response())
    };
    let answer = answer.await;
    let (to, button) = (format!("{path}/classify"), t(page, "classify"));
    again::refused(page, &state, &found.case, &Sent { path: to, from: path, given: &given, button }, answer).await
}
