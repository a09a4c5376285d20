//! What this post may do with the warning now, as forms that work without script.

use std::collections::BTreeSet;

use access::Permission as _;
use askama::Template;
use kernel::{OfficerId, Refused};
use web::http::{Page, PageError, refusal_words};
use web::view::{Action, Choice, ErrorSummary, Field, Form, Html, IntoHtml, Notice, Panel};

use crate::decide::{MAX_TEXT, Refusal};
use crate::http::fields::Fields;
use crate::http::{
    AnswerWarnings, AppealVerdicts, DecideAppeals, DispatchWarnings, RecordVerdicts, RecuseFromWarnings, Supervision,
    acts, assign, path,
};
use crate::store;
use crate::types::{Stage, Verdict, Warning};

/// More reasons than this are judged by lists that open, not by cards.
const CARDS: usize = 3;

/// A field that nobody sees: the name of the attempt, the version that was read.
#[derive(Template)]
#[template(path = "hidden.html")]
pub(super) struct Hidden {
    name: &'static str,
    value: String,
}

impl Hidden {
    pub(super) fn new(name: &'static str, value: impl Into<String>) -> Hidden {
        Hidden { name, value: value.into() }
    }
}

web::component!(Hidden);

/// The name of a new attempt.
pub(super) fn new_command(page: &Page) -> Result<String, PageError> {
    Ok(directory::new_act(page.app.clock().now())?.to_string())
}

/// What was typed and refused, to be shown again.
#[derive(Clone, Copy)]
pub(super) struct Again<'a> {
    pub(super) fields: &'a Fields,
    pub(super) refusal: &'a Refusal,
}

/// Writes the forms of one page.
pub(super) struct Desk<'a> {
    pub(super) page: &'a Page,
    pub(super) warning: &'a Warning,
    pub(super) again: Option<Again<'a>>,
}

impl Desk<'_> {
    /// The form of an act, naming the attempt and the version that was read.
    pub(super) fn begin(&self, verb: &str) -> Result<Form, PageError> {
        Ok(Form::new(format!("{}/{verb}", path(self.warning.id)), self.page.csrf.as_str())
            .with(Hidden::new("command", new_command(self.page)?))
            .with(Hidden::new("version", self.warning.version.to_string())))
    }

    /// A text, with what was typed before and what was wrong with it. `label` and `help` are keys.
    pub(super) fn area(&self, verb: &str, name: &'static str, label: &str, help: &str) -> Field {
        let words = self.page.words;
        let limit = u32::try_from(MAX_TEXT).unwrap_or(u32::MAX);
        let mut field = Field::area(name, words.t(label)).help(words.t(help)).limit(words, limit);
        if let Some(again) = self.again.filter(|again| again.fields.get("verb") == verb) {
            field = field.value(again.fields.get(name));
            if let Refusal::TextMissing { field: wrong } | Refusal::TextTooLong { field: wrong, .. } = again.refusal
                && *wrong == name
            {
                field = field.error(self.why());
            }
        }
        field
    }

    /// Why the act was refused, in a sentence.
    pub(super) fn why(&self) -> String {
        self.again
            .map(|again| refusal_words(self.page.words, &Refused::from(again.refusal.clone())).0)
            .unwrap_or_default()
    }

    /// A form of one text and one button. Names of texts are those that refusals name.
    fn simple(&self, verb: &str, name: &'static str, keys: (&str, &str, &str), main: bool) -> Result<Form, PageError> {
        let words = self.page.words;
        let field = self.area(verb, name, keys.0, keys.1);
        let summary = ErrorSummary::of(words, &[&field]);
        let button = Action::submit(words.t(keys.2));
        let form = self.begin(verb)?.with(Hidden::new("verb", verb)).with(summary).with(field);
        Ok(form.button(if main { button.main() } else { button }))
    }

    fn conclude(&self) -> Result<Form, PageError> {
        let words = self.page.words;
        let reasons = &self.warning.finding.reasons;
        let again = self.again.filter(|again| again.fields.get("verb") == "conclude");
        let missing = again.is_some_and(|again| matches!(again.refusal, Refusal::VerdictsMissing { .. }));
        let verdicts = again.map(|again| acts::verdicts(self.warning, again.fields)).unwrap_or_default();
        let options = || {
            Verdict::ALL.map(|verdict| {
                let code = verdict.code();
                Choice::new(code, words.t(&format!("supervision-verdict-{code}")))
                    .detail(words.t(&format!("supervision-verdict-{code}-means")))
            })
        };
        let mut fields = Vec::new();
        for (at, reason) in reasons.iter().enumerate() {
            let label = format!("{} {}", reason.rule.code, self.page.either(&reason.name));
            let name = format!("verdict-{at}");
            let mut field = if reasons.len() <= CARDS {
                Field::choices(name, label, options().to_vec())
            } else {
                let mut all = vec![Choice::new("", words.t("supervision-choose"))];
                all.extend(options());
                Field::select(name, label, all).help(reason.subject.as_str())
            };
            match verdicts.get(at).copied().flatten() {
                Some(verdict) => field = field.value(verdict.code()),
                None if missing => field = field.error(words.t("supervision-verdict-missing")),
                None => {}
            }
            fields.push(field);
        }
        let grounds = self.area("conclude", "grounds", "supervision-grounds", "supervision-grounds-help");
        let all: Vec<&Field> = fields.iter().chain([&grounds]).collect();
        let summary = ErrorSummary::of(words, &all);
        let form = self.begin("conclude")?.with(Hidden::new("verb", "conclude")).with(summary).with(fields);
        Ok(form
            .with(grounds)
            .button(Action::submit(words.t("supervision-conclude-button")).main())
            .after(words.t("supervision-conclude-after")))
    }

    fn decide(&self) -> Result<Form, PageError> {
        let words = self.page.words;
        let choice = |code: &str| {
            Choice::new(code, words.t(&format!("supervision-decision-{code}")))
                .detail(words.t(&format!("supervision-decision-{code}-means")))
        };
        let mut decision =
            Field::choices("decision", words.t("supervision-decision"), vec![choice("uphold"), choice("revoke")]);
        if let Some(again) = self.again {
            decision = decision.value(again.fields.get("decision"));
        }
        let grounds = self.area("decide", "grounds", "supervision-grounds", "supervision-decision-help");
        let summary = ErrorSummary::of(words, &[&grounds]);
        Ok(self
            .begin("decide")?
            .with(Hidden::new("verb", "decide"))
            .with(summary)
            .with(decision)
            .with(grounds)
            .button(Action::submit(words.t("supervision-decide-button")).main()))
    }
}

/// The panels of forms, the reader's main one first; none where it is somebody else's turn.
pub(super) async fn panels(
    state: &Supervision,
    page: &Page,
    warning: &Warning,
    again: Option<Again<'_>>,
) -> Result<Vec<Panel>, PageError> {
    let words = page.words;
    let desk = Desk { page, warning, again };
    let may = |code: &str| page.app.authority().allows(&page.reader, code).is_ok();
    if keeps_out(page, warning) {
        return Ok(Vec::new());
    }
    let own_unit = page.reader.organ() == warning.unit;
    let own_organ = warning.finding.organ == Some(page.reader.organ());
    let mine = warning.stage.inspector() == Some(page.reader.principal());
    let panel = |key: &str, body: Html| Panel::new(words.t(key), body).turn();
    let mut panels = Vec::new();
    match warning.stage {
        Stage::Dispatched | Stage::Checking { .. } if own_unit && may(DispatchWarnings::CODE) => {
            panels.push(panel("supervision-assign", assign_form(&desk).await?.into_html()));
        }
        Stage::Asked { .. } | Stage::Correcting { .. } | Stage::Corrected { .. }
            if own_unit && warning.active_inspector().is_none() && may(DispatchWarnings::CODE) =>
        {
            let form = assign_form(&desk).await?.into_html();
            panels.push(panel("supervision-hand-over", form).note(words.t("supervision-hand-over-note")));
        }
        _ => {}
    }
    match warning.stage {
        Stage::Dispatched if own_unit && may(RecordVerdicts::CODE) => {
            let held = store::held(page.app.store(), page.app.node(), page.reader.principal()).await?;
            let mut button = Action::submit(words.t("supervision-take-button")).main();
            if held >= state.limits.quota_per_inspector {
                button = button.closed(words.with(
                    "refusal-supervision-quota-reached",
                    &[("held", held.into()), ("quota", state.limits.quota_per_inspector.into())],
                ));
            }
            let form = desk.begin("take")?.button(button).after(words.t("supervision-take-after"));
            panels.push(panel("supervision-take", form.into_html()).id("verdict"));
        }
        Stage::Checking { .. } if mine && may(RecordVerdicts::CODE) => {
            panels.push(panel("supervision-conclude", desk.conclude()?.into_html()).id("verdict"));
            match warning.finding.organ {
                Some(organ) if super::classes::is_known_to(page, organ, warning) => {
                    let keys = ("supervision-question", "supervision-question-help", "supervision-ask-button");
                    let form = desk.simple("ask", "question", keys, false)?;
                    panels.push(Panel::new(words.t("supervision-ask"), form).id("ask"));
                }
                Some(_) => {
                    let why = format!(
                        "{} {}",
                        words.t("refusal-supervision-nobody-knows"),
                        words.t("refusal-supervision-nobody-knows-next")
                    );
                    panels.push(Panel::new(words.t("supervision-ask"), Html::text(&why)).id("ask"));
                }
                None => {}
            }
        }
        Stage::Asked { .. } if own_organ && may(AnswerWarnings::CODE) => {
            let keys = ("supervision-explanation", "supervision-explanation-help", "supervision-explain-button");
            let form = desk.simple("explain", "explanation", keys, true)?;
            panels.push(panel("supervision-explain", form.into_html()).id("verdict"));
        }
        Stage::Correcting { .. } if own_organ => {
            if may(AnswerWarnings::CODE) {
                let keys = ("supervision-measures", "supervision-measures-help", "supervision-correct-button");
                let form = desk.simple("correct", "measures", keys, true)?;
                panels.push(panel("supervision-correct", form.into_html()).id("verdict"));
            }
            if may(AppealVerdicts::CODE) {
                let keys = ("supervision-appeal-grounds", "supervision-appeal-help", "supervision-appeal-button");
                let form = desk.simple("appeal", "grounds", keys, false)?;
                panels.push(Panel::new(words.t("supervision-appeal"), form).id("appeal"));
            }
        }
        Stage::Corrected { .. } if mine && may(RecordVerdicts::CODE) => {
            let keys = ("supervision-note", "supervision-note-help", "supervision-accept-button");
            let form = desk.simple("accept", "note", keys, true)?;
            panels.push(panel("supervision-accept", form.into_html()).id("verdict"));
            let keys = ("supervision-why", "supervision-why-help", "supervision-return-button");
            let form = desk.simple("return", "why", keys, false)?;
            panels.push(Panel::new(words.t("supervision-return"), form).id("return"));
        }
        Stage::Appealed { inspector } if own_unit && may(DecideAppeals::CODE) => {
            let own = |officer| officer == page.reader.officer() || officer == page.reader.principal();
            let body = if own(inspector) || warning.concluded_by.is_some_and(own) {
                Notice::note(words.t("refusal-supervision-own-conclusion")).into_html()
            } else {
                desk.decide()?.into_html()
            };
            panels.push(panel("supervision-decide", body).id("verdict"));
        }
        _ => {}
    }
    Ok(panels)
}

/// Whether the reader, or the one for whom they act, keeps out of the warning.
fn keeps_out(page: &Page, warning: &Warning) -> bool {
    [page.reader.officer(), page.reader.principal()].iter().any(|officer| warning.recused.contains(officer))
}

/// Recusals: who keeps out of it, and the forms to say so or to lift it; nothing where there is neither.
pub(super) fn recusals(page: &Page, warning: &Warning, again: Option<Again<'_>>) -> Result<Option<Panel>, PageError> {
    let words = page.words;
    let desk = Desk { page, warning, again };
    let may = |code: &str| page.app.authority().allows(&page.reader, code).is_ok();
    let named = |officer: &OfficerId| page.officer(*officer);
    let mut body = Html::default();
    if !warning.recused.is_empty() {
        let names: Vec<String> = warning.recused.iter().map(named).collect();
        let names = names.join(words.either("、", ", "));
        body = body.then(Notice::note(words.with("supervision-recused", &[("names", names.into())])));
    }
    let own_unit = page.reader.organ() == warning.unit;
    if own_unit && !warning.is_closed() && !keeps_out(page, warning) {
        let choice = |officer: OfficerId| Choice::new(officer.to_string(), page.officer(officer));
        if may(DispatchWarnings::CODE) {
            let unit: BTreeSet<OfficerId> = ["inspector", "supervision-chief"]
                .iter()
                .flat_map(|duty| page.register.holders(page.reader.organ(), duty, page.today()))
                .map(|officer| officer.id)
                .chain(warning.stage.inspector())
                .collect();
            let left: Vec<Choice> = unit.difference(&warning.recused).copied().map(choice).collect();
            let reason = desk.area("recuse-officer", "reason", "supervision-recuse-reason", "supervision-recuse-help");
            let form = desk
                .begin("recuse-officer")?
                .with(Hidden::new("verb", "recuse-officer"))
                .with(Field::select("officer", words.t("supervision-recuse-whom"), left))
                .with(reason)
                .button(Action::submit(words.t("supervision-recuse-officer-button")));
            body = body.then(form);
            if !warning.recused.is_empty() {
                let whom = warning.recused.iter().copied().map(choice).collect();
                let grounds = desk.area("lift", "lift-grounds", "supervision-lift-grounds", "supervision-lift-help");
                let form = desk
                    .begin("lift")?
                    .with(Hidden::new("verb", "lift"))
                    .with(Field::select("lifted", words.t("supervision-lift-whom"), whom))
                    .with(grounds)
                    .button(Action::submit(words.t("supervision-lift-button")));
                body = body.then(form);
            }
        } else if may(RecuseFromWarnings::CODE) {
            let keys = ("supervision-recuse-reason", "supervision-recuse-help", "supervision-recuse-button");
            body = body.then(desk.simple("recuse", "reason", keys, false)?.after(words.t("supervision-recuse-after")));
        }
    }
    Ok((!body.is_empty()).then(|| Panel::new(words.t("supervision-recusal"), body).id("recusal")))
}

async fn assign_form(desk: &Desk<'_>) -> Result<Html, PageError> {
    let (page, words) = (desk.page, desk.page.words);
    let mut options = Vec::new();
    for officer in page.register.holders(page.reader.organ(), "inspector", page.today()) {
        if !desk.warning.recused.contains(&officer.id) {
            options.push(assign::inspector(page, officer.id).await?);
        }
    }
    if options.is_empty() {
        return Ok(Notice::caution(words.t("supervision-no-inspector")).into_html());
    }
    let main = matches!(desk.warning.stage, Stage::Dispatched);
    let button = Action::submit(words.t("supervision-assign-button"));
    let form = desk
        .begin("assign")?
        .with(Field::select("inspector", words.t("supervision-assign-to"), options))
        .button(if main { button.main() } else { button });
    Ok(form.into_html())
}
