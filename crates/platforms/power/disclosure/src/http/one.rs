//! One disclosure at the desk: what it says, what became of it, and what this post may do with it now.

use std::collections::BTreeMap;

use access::Permission;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use kernel::{Instant, MatterId};
use store::Recorded;
use web::http::{By, Page, PageError, Posted, refusal_words};
use web::view::{
    Action, Badge, Choice, ErrorSummary, Facts, Field, Form, Grid, Heading, Html, IntoHtml as _, Light, Moment, Notice,
    Panel, Seal, Timeline, format,
};

use super::paragraphs::Paragraphs;
use super::public::period_words;
use super::{
    Disclosures, DraftDisclosures, PublishDisclosures, ReadDisclosures, ReviewDisclosures, about, error, has, id_of,
    reach, t,
};
use crate::catalogue::Publisher;
use crate::content::{Content, MAX_TEXT, MAX_TITLE};
use crate::decide::{MAX_REASON, Refusal, Taking, Verdict};
use crate::desk::DeskError;
use crate::events::{DisclosureEvent, Outcome};
use crate::ground::{Because, Ground};
use crate::lists;
use crate::state::{Disclosure, Stage};

/// What was typed and refused, to be shown again.
pub(super) struct Again<'a> {
    verb: &'static str,
    typed: &'a BTreeMap<String, String>,
    refusal: &'a Refusal,
}

/// A disclosure within a permission's reach, with its acts: beyond it, there is none.
pub(super) async fn found<P: Permission>(
    state: &Disclosures,
    by: &By<P>,
    id: &str,
) -> Result<(Disclosure, Vec<Recorded>), PageError> {
    let id: MatterId = id_of(id)?;
    let (it, acts) = lists::load(state.app.store(), state.node(), id).await?.ok_or(PageError::NotFound)?;
    let reached = reach(&by.may, &by.page.register, by.page.today());
    if reached.contains(&it.organ) { Ok((it, acts)) } else { Err(PageError::NotFound) }
}

/// GET /disclosures/{id}
pub(super) async fn show(
    State(state): State<Disclosures>,
    by: By<ReadDisclosures>,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let (it, acts) = found(&state, &by, &id).await?;
    rendered(&state, &by.page, &it, &acts, None, StatusCode::OK)
}

fn stage_badge(page: &Page, stage: Stage) -> Badge {
    let light = match stage {
        Stage::ToReview | Stage::ToPublish => Light::Waiting,
        Stage::Refused | Stage::Withdrawn => Light::Refused,
        Stage::Published => Light::Done,
    };
    Badge::saying(light, t(page.words, &format!("stage-{}", stage.code())))
}

/// The page.
fn rendered(
    state: &Disclosures,
    page: &Page,
    it: &Disclosure,
    acts: &[Recorded],
    again: Option<&Again<'_>>,
    status: StatusCode,
) -> Result<Response, PageError> {
    let words = page.words;
    let stage = it.stage();
    let text = match &it.draft {
        Some(draft) => draft.content.show(page),
        None => it.published.last().and_then(|last| last.content.show(page)),
    };
    let title = text.map_or_else(|| words.t("http-erased"), |text| text.name.clone());
    let entry = state.entry_name(&it.entry);
    let heading = Heading::new(words, title)
        .under(words.t("http-chapter-power"), "/disclosures")
        .under(t(words, "menu"), "/disclosures")
        .badge(stage_badge(page, stage))
        .lead_facts([Html::data(&page.organ(it.organ)), Html::data(words.said(&entry))]);
    let mut main = Vec::new();
    if it.draft.is_some() && !it.published.is_empty() {
        main.push(Notice::note(t(words, "correction-underway")).into_html());
    }
    main.push(match text {
        Some(text) => Panel::new(t(words, "text"), Paragraphs::new(words, text)).into_html(),
        None => Notice::note(t(words, "text-erased")).into_html(),
    });
    main.extend(forms(state, page, it, text, again));
    main.push(Panel::new(t(words, "line"), line(page, acts)?).into_html());
    let side = Panel::new(t(words, "facts"), facts(state, page, it));
    let body = Grid::new().cell(8, main).first(4, side);
    let mut response = page.html(heading, body);
    *response.status_mut() = status;
    Ok(response)
}

fn facts(state: &Disclosures, page: &Page, it: &Disclosure) -> Facts {
    let words = page.words;
    let mut facts = Facts::new().fact(t(words, "organ"), Html::data(&page.organ(it.organ)));
    facts = facts.fact(t(words, "entry"), Html::data(words.said(&state.entry_name(&it.entry))));
    if let Some(period) = &it.period {
        facts = facts.fact(t(words, "period"), period_words(words, period));
    }
    facts = facts.fact(t(words, "came"), format::date(it.came));
    if let Some(due) = it.due {
        facts = facts.fact(t(words, "due"), format::date(due));
    }
    if let Some(why) = &it.why {
        let said = words.find(&format!("disclosure-why-{}", why.replace(['.', '_'], "-")));
        facts = facts.fact(t(words, "due"), said.unwrap_or_else(|| t(words, "why-other")));
    }
    if let Some(entry) = state.desk.catalogue().entry(&it.entry) {
        let publisher = match entry.publisher {
            Publisher::Third => "publisher-third",
            Publisher::Reviewer => "publisher-reviewer",
        };
        facts =
            facts.fact(t(words, "basis"), Html::data(&entry.basis)).fact(t(words, "publisher"), t(words, publisher));
    }
    if let Some(until) = it.asked_until() {
        let href = format!("/disclosures/{}/comments", it.id);
        let link = web::view::Link::new(href, t(words, "comments"));
        facts = facts.fact(t(words, "asked-until"), format::date(until)).fact(t(words, "comments"), link);
    }
    if it.current().is_some() {
        let href = format!("/disclosure/{}", it.id);
        facts = facts.fact(t(words, "public-face"), web::view::Link::new(href, t(words, "see-public")));
    }
    facts
}

/// What this post may do now, as forms.
fn forms(
    state: &Disclosures,
    page: &Page,
    it: &Disclosure,
    text: Option<&Content>,
    again: Option<&Again<'_>>,
) -> Vec<Html> {
    let reader = &page.reader;
    let wrote = it
        .draft
        .as_ref()
        .is_some_and(|draft| draft.hands.contains(&reader.officer()) || draft.hands.contains(&reader.principal()));
    let reviewed =
        it.draft.as_ref().and_then(|draft| draft.review.as_ref()).is_some_and(|review| {
            review.hands.contains(&reader.officer()) || review.hands.contains(&reader.principal())
        });
    let third = state.desk.catalogue().entry(&it.entry).is_none_or(|entry| entry.publisher == Publisher::Third);
    let write = Write { page, it, again };
    let mut forms = Vec::new();
    match it.stage() {
        Stage::ToReview if !wrote && has::<ReviewDisclosures>(page, it.organ) => forms.push(write.review(text)),
        Stage::ToPublish if !(wrote || third && reviewed) && has::<PublishDisclosures>(page, it.organ) => {
            forms.push(write.publish());
        }
        _ => {}
    }
    if it.stage() != Stage::Withdrawn && has::<DraftDisclosures>(page, it.organ) {
        forms.push(write.rewrite(text));
    }
    if it.current().is_some() && has::<PublishDisclosures>(page, it.organ) {
        forms.push(write.withdraw());
    }
    forms
}

/// Writes the forms of one page.
struct Write<'a> {
    page: &'a Page,
    it: &'a Disclosure,
    again: Option<&'a Again<'a>>,
}

impl Write<'_> {
    fn begin(&self, verb: &str) -> Form {
        let form = Form::new(format!("/disclosures/{}/{verb}", self.it.id), self.page.csrf.as_str());
        form.hidden("version", self.it.version.to_string())
    }

    /// What was typed before in a field of this form.
    fn typed(&self, verb: &str, name: &str) -> Option<&str> {
        self.again.filter(|again| again.verb == verb).and_then(|again| again.typed.get(name)).map(String::as_str)
    }

    /// The field with what was typed before and what was wrong with it.
    fn again(&self, verb: &str, name: &str, field: Field) -> Field {
        let field = match self.typed(verb, name) {
            Some(typed) => field.value(typed),
            None => field,
        };
        match self.again.filter(|again| again.verb == verb && about(again.refusal) == Some(name)) {
            Some(again) => {
                let refused = kernel::Refused::from(again.refusal.clone());
                field.error(refusal_words(self.page.words, &refused).0)
            }
            None => field,
        }
    }

    /// A form of these fields.
    fn of(&self, verb: &str, fields: Vec<Field>) -> Form {
        let summary = ErrorSummary::of(self.page.words, &fields.iter().collect::<Vec<_>>());
        fields.into_iter().fold(self.begin(verb).with(summary), Form::with)
    }

    fn reason(&self, verb: &str, help: &str) -> Field {
        let words = self.page.words;
        let limit = u32::try_from(MAX_REASON).unwrap_or(u32::MAX);
        let field = Field::area("reason", t(words, "reason")).help(t(words, help)).limit(words, limit);
        self.again(verb, "reason", field)
    }

    fn review(&self, text: Option<&Content>) -> Html {
        let words = self.page.words;
        let outcomes = Outcome::ALL
            .map(|it| {
                let key = format!("outcome-{}", it.code());
                Choice::new(it.code(), t(words, &key)).detail(t(words, &format!("{key}-help")))
            })
            .into();
        let grounds = std::iter::once(Choice::new("", t(words, "ground-none")))
            .chain(Ground::ALL.map(|it| {
                let name = t(words, &format!("ground-{}", it.code().replace('_', "-")));
                Choice::new(it.code(), format!("{name} · {}", words.said(&it.basis())))
            }))
            .collect();
        let count = text.map_or(0, |text| text.paragraphs.len());
        let help = words.with("disclosure-withheld-help", &[("n", count.into())]);
        let fields = vec![
            self.again("review", "outcome", Field::choices("outcome", t(words, "outcome"), outcomes)),
            self.again("review", "withheld", Field::text("withheld", t(words, "withheld")).optional(words).help(help)),
            self.again("review", "ground", Field::select("ground", t(words, "ground"), grounds).optional(words)),
            self.reason("review", "review-reason-help").optional(words),
        ];
        let form = self
            .of("review", fields)
            .button(Action::submit(t(words, "review-button")).main())
            .after(t(words, "review-after"));
        Panel::new(t(words, "review-title"), form).turn().into_html()
    }

    fn publish(&self) -> Html {
        let words = self.page.words;
        let review = self.it.draft.as_ref().and_then(|draft| draft.review.as_ref());
        let mut facts = Facts::new();
        if let Some(review) = review {
            facts = facts.fact(t(words, "outcome"), t(words, &format!("outcome-{}", review.outcome.code())));
            if !review.withheld.is_empty() {
                let numbers: Vec<String> = review.withheld.iter().map(ToString::to_string).collect();
                facts = facts.fact(t(words, "withheld"), numbers.join(words.either("、", ", ")));
            }
            if let Some(ground) = review.ground {
                facts =
                    facts.fact(t(words, "ground"), t(words, &format!("ground-{}", ground.code().replace('_', "-"))));
            }
        }
        let form = self
            .begin("publish")
            .with(facts)
            .button(Action::submit(t(words, "publish-button")).main())
            .after(t(words, "publish-after"));
        Panel::new(t(words, "publish-title"), form).turn().into_html()
    }

    fn rewrite(&self, text: Option<&Content>) -> Html {
        let words = self.page.words;
        let is_correction = !self.it.published.is_empty();
        let (title, body) = text.map(|text| (text.name.clone(), text.body())).unwrap_or_default();
        let limit = u32::try_from(MAX_TEXT).unwrap_or(u32::MAX);
        let mut fields = vec![
            self.again(
                "text",
                "title",
                Field::text("title", t(words, "title")).limit(words, MAX_TITLE as u32).value(title),
            ),
            self.again(
                "text",
                "body",
                Field::area("body", t(words, "body")).help(t(words, "body-help")).limit(words, limit).value(body),
            ),
        ];
        if is_correction {
            fields.push(self.reason("text", "correction-help"));
        }
        let (name, button) =
            if is_correction { ("correct-title", "correct-button") } else { ("rewrite-title", "rewrite-button") };
        let form = self.of("text", fields).button(Action::submit(t(words, button))).after(t(words, "rewrite-after"));
        Panel::new(t(words, name), form).into_html()
    }

    fn withdraw(&self) -> Html {
        let words = self.page.words;
        let choices = Because::ALL.map(|it| Choice::new(it.code(), t(words, &format!("because-{}", it.code())))).into();
        let fields = vec![
            self.again("withdraw", "because", Field::choices("because", t(words, "because"), choices)),
            self.again(
                "withdraw",
                "changed",
                Field::day("changed", t(words, "changed")).optional(words).help(t(words, "changed-help")),
            ),
            self.reason("withdraw", "withdraw-reason-help"),
        ];
        let form = self
            .of("withdraw", fields)
            .button(Action::submit(t(words, "withdraw-button")))
            .after(t(words, "withdraw-after"));
        Panel::new(t(words, "withdraw-title"), form).into_html()
    }
}

/// What happened to it, newest first.
fn line(page: &Page, acts: &[Recorded]) -> Result<Timeline, PageError> {
    let words = page.words;
    let mut moments = Vec::new();
    for act in acts.iter().rev() {
        let event: DisclosureEvent = act.event()?;
        let (title, quoted) = match &event {
            DisclosureEvent::Drafted { .. } => (t(words, "did-drafted"), None),
            DisclosureEvent::Rewritten { correction, .. } => {
                (t(words, "did-rewritten"), correction.as_ref().map(|it| page.shown(it)))
            }
            DisclosureEvent::Reviewed { outcome, reason, .. } => {
                let said = page.shown(reason);
                (t(words, &format!("did-reviewed-{}", outcome.code())), Some(said))
            }
            DisclosureEvent::Published { number, .. } => {
                (words.with("disclosure-published-n", &[("n", (*number).into())]), None)
            }
            DisclosureEvent::Withdrawn { because, reason, .. } => {
                let because = t(words, &format!("because-{}", because.code()));
                let why = page.shown(reason);
                let said =
                    words.with("disclosure-withdrawn-since", &[("because", because.into()), ("why", why.into())]);
                (t(words, "did-withdrawn"), Some(said))
            }
            DisclosureEvent::Lapsed { due, .. } => {
                (words.with("disclosure-did-lapsed", &[("due", format::date(*due).into())]), None)
            }
            DisclosureEvent::Concluded { .. } => (t(words, "did-concluded"), None),
            DisclosureEvent::Erased(_) => (t(words, "did-erased"), None),
            DisclosureEvent::Opened { .. }
            | DisclosureEvent::Armed { .. }
            | DisclosureEvent::Met { .. }
            | DisclosureEvent::Void { .. } => continue,
        };
        let mut detail = Html::data(&page.whose(act).unwrap_or_default());
        if let Some(quoted) = quoted.filter(|quoted| !quoted.is_empty()) {
            detail = detail.then(Html::data(&words.with("disclosure-quoted", &[("text", quoted.into())])));
        }
        let when = page.moment(Instant::from_ms(act.act.at_ms));
        moments.push(Moment::past(when, title).detail(detail).seal(Seal::new(words, act.idx)));
    }
    Ok(Timeline::new(moments))
}

/// A disclosure that is to be acted on, at the version that was read.
async fn at<P: Permission>(
    state: &Disclosures,
    by: &By<P>,
    id: &str,
    typed: &BTreeMap<String, String>,
) -> Result<(Disclosure, Vec<Recorded>), PageError> {
    let (it, acts) = found(state, by, id).await?;
    match typed.get("version") {
        Some(version) if *version != it.version.to_string() => Err(PageError::Conflict),
        _ => Ok((it, acts)),
    }
}

/// Leads back to the disclosure, or shows its page again with what was wrong.
fn answered<P: Permission>(
    state: &Disclosures,
    by: &By<P>,
    (it, acts): &(Disclosure, Vec<Recorded>),
    (verb, typed): (&'static str, &BTreeMap<String, String>),
    done: Result<(), DeskError>,
) -> Result<Response, PageError> {
    match done {
        Ok(()) => Ok(Redirect::to(&format!("/disclosures/{}", it.id)).into_response()),
        Err(DeskError::Refused(refusal)) if about(&refusal).is_some() => {
            let again = Again { verb, typed, refusal: &refusal };
            rendered(state, &by.page, it, acts, Some(&again), StatusCode::UNPROCESSABLE_ENTITY)
        }
        Err(other) => Err(error(other)),
    }
}

/// POST /disclosures/{id}/text
pub(super) async fn rewrite(
    State(state): State<Disclosures>,
    by: By<DraftDisclosures>,
    Path(id): Path<String>,
    Posted(typed): Posted<BTreeMap<String, String>>,
) -> Result<Response, PageError> {
    let found = at(&state, &by, &id, &typed).await?;
    let word = |name: &str| typed.get(name).map(String::as_str).unwrap_or_default();
    let done = state.desk.rewrite(by.hand(), &found.0, (word("title"), word("body")), word("reason")).await;
    answered(&state, &by, &found, ("text", &typed), done)
}

/// POST /disclosures/{id}/review
pub(super) async fn review(
    State(state): State<Disclosures>,
    by: By<ReviewDisclosures>,
    Path(id): Path<String>,
    Posted(typed): Posted<BTreeMap<String, String>>,
) -> Result<Response, PageError> {
    let found = at(&state, &by, &id, &typed).await?;
    let word = |name: &str| typed.get(name).map(String::as_str).unwrap_or_default();
    let verdict = Verdict {
        outcome: Outcome::parse(word("outcome")),
        withheld: word("withheld").to_owned(),
        ground: Ground::parse(word("ground")),
        reason: word("reason").to_owned(),
    };
    let done = state.desk.review(by.hand(), &found.0, &verdict).await;
    answered(&state, &by, &found, ("review", &typed), done)
}

/// POST /disclosures/{id}/publish
pub(super) async fn publish(
    State(state): State<Disclosures>,
    by: By<PublishDisclosures>,
    Path(id): Path<String>,
    Posted(typed): Posted<BTreeMap<String, String>>,
) -> Result<Response, PageError> {
    let found = at(&state, &by, &id, &typed).await?;
    let done = state.desk.publish(by.hand(), &found.0).await;
    answered(&state, &by, &found, ("publish", &typed), done)
}

/// POST /disclosures/{id}/withdraw
pub(super) async fn withdraw(
    State(state): State<Disclosures>,
    by: By<PublishDisclosures>,
    Path(id): Path<String>,
    Posted(typed): Posted<BTreeMap<String, String>>,
) -> Result<Response, PageError> {
    let found = at(&state, &by, &id, &typed).await?;
    let word = |name: &str| typed.get(name).map(String::as_str).unwrap_or_default();
    let taking = Taking {
        because: Because::parse(word("because")),
        changed: super::draft::day(word("changed")),
        reason: word("reason").to_owned(),
    };
    let done = state.desk.withdraw(by.hand(), &found.0, &taking).await;
    answered(&state, &by, &found, ("withdraw", &typed), done)
}
