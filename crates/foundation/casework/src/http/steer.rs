//! What whoever steers a case may do on its page: stop and end it, handle it within another one, move what stands still, correct
//! what is known, stop its clocks, say who keeps out of it and how secret it is. Each form stands there only where it can apply.

use std::collections::BTreeSet;

use access::Permission as _;
use dmn::Value;
use flow::graph::Kind;
use flow::state::{Number, ScopeKind, Status};
use kernel::OfficerId;
use kernel::limit::Cause;
use secrecy::view::Candidate;
use web::http::{Page, PageError};
use web::view::{Action, Choice, Facts, Field, Form, Html, IntoHtml as _, Notice, Panel};

use super::case::{Found, status_of};
use super::clocks::cause_code;
use super::{ClassifyCases, DoTasks, barred, say, t};
use crate::case::list::{self, Filter, Mine};
use crate::case::{Case, number};
use crate::desk::{MOST_TEXT, Refusal};
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
pub(super) fn typed(found: &Found, name: &str, text: &str) -> Result<Value, PageError> {
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
pub(super) const CAUSES: [Cause; 9] = [
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
pub(super) fn candidates(page: &Page, found: &Found) -> Vec<Candidate> {
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
