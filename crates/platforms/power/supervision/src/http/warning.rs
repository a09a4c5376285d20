//! A warning: why, what the organ says, whose turn it is, and what this post may do, seen together.

use std::collections::BTreeSet;

use axum::extract::{Path, State};
use axum::response::Response;
use kernel::{Erasable, Instant, MatterId, OfficerId, Refused, Secrecy};
use ledger::act::Actor;
use store::Recorded;
use supervise::Reason;
use web::http::{By, Page, PageError, attachment, refusal_words};
use web::locale::Words;
use web::view::{
    Action, Badge, ClockBar, Evidence, Facts, Grid, Heading, Html, Interval, IntoHtml, Light, Link, Mark, Moment,
    Notice, Panel, Piece, Said, Seal, Timeline, format,
};

use crate::decide::Refusal;
use crate::events::WarningEvent;
use crate::http::fields::Fields;
use crate::http::forms::{self, Again};
use crate::http::{ReadWarnings, Supervision, acts, classes, export, glass, path, say};
use crate::store::{self as rows, Precision, Reach};
use crate::types::{Stage, Verdict, Warning};

/// GET /warnings/{id}
pub(super) async fn show(
    State(state): State<Supervision>,
    by: By<ReadWarnings>,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let id: MatterId = id.parse().map_err(|_| PageError::NotFound)?;
    let reach = Reach::of(&by.may, &by.page.register, by.page.today());
    let Some((warning, acts)) = rows::load(by.page.app.store(), &reach, id).await? else {
        // That reading has an act of its own.
        let (warning, acts, said) = glass::through(&by, id).await?.ok_or(PageError::NotFound)?;
        return render(&state, &by.page, (&warning, &acts), None, Some(said)).await;
    };
    secrecy::view::on_record(&by.page, &by.may, (warning.id, &warning.secrecy)).await?;
    render(&state, &by.page, (&warning, &acts), None, None).await
}

/// GET /warnings/{id}/acts/{idx}/receipt: who may read the warning holds all of its acts in hand.
pub(super) async fn receipt(
    State(_): State<Supervision>,
    by: By<ReadWarnings>,
    Path((id, idx)): Path<(String, u64)>,
) -> Result<Response, PageError> {
    let id: MatterId = id.parse().map_err(|_| PageError::NotFound)?;
    let reach = Reach::of(&by.may, &by.page.register, by.page.today());
    let store = by.page.app.store();
    let (warning, acts) = rows::load(store, &reach, id).await?.ok_or(PageError::NotFound)?;
    secrecy::view::on_record(&by.page, &by.may, (warning.id, &warning.secrecy)).await?;
    if !acts.iter().any(|act| act.idx == idx) {
        return Err(PageError::NotFound);
    }
    let receipt = store.receipt(by.page.app.node().number(), idx, |_, _| true).await?.ok_or(PageError::NotFound)?;
    Ok(attachment(&format!("act-{idx}.tlog-proof"), "text/plain; charset=utf-8", receipt))
}

/// The page after a refused act, with what was typed; nothing where the reader may not read warnings.
pub(super) async fn again(
    state: &Supervision,
    page: &Page,
    id: MatterId,
    fields: &Fields,
    refusal: &Refusal,
) -> Result<Option<Response>, PageError> {
    let Ok(may) = page.app.authority().may::<ReadWarnings>(&page.reader) else { return Ok(None) };
    let reach = Reach::of(&may, &page.register, page.today());
    let Some((warning, acts)) = rows::load(page.app.store(), &reach, id).await? else { return Ok(None) };
    secrecy::view::on_record(page, &may, (warning.id, &warning.secrecy)).await?;
    let mut page = page.clone();
    page.here = path(id);
    render(state, &page, (&warning, &acts), Some(Again { fields, refusal }), None).await.map(Some)
}

async fn render(
    state: &Supervision,
    page: &Page,
    (warning, acts): (&Warning, &[Recorded]),
    again: Option<Again<'_>>,
    through: Option<Html>,
) -> Result<Response, PageError> {
    let store = page.app.store();
    let node = page.app.node();
    let mut rules: Vec<&str> = warning.finding.reasons.iter().map(|reason| reason.rule.code.as_str()).collect();
    rules.sort_unstable();
    rules.dedup();
    let precision = rows::precision(store, node, &rules).await?;
    let covered = store.checkpoint(node.number()).await?.map_or(0, |checkpoint| checkpoint.size);
    let receipts = acts.iter().map(|act| act.idx).filter(|idx| *idx < covered).collect();
    let erased = acts.iter().filter(|act| act.act.body.is_partial()).map(|act| act.idx).collect();
    let seals = Seals { words: page.words, covered, warning: warning.id, receipts, erased };
    let events: Vec<(WarningEvent, &Recorded)> =
        acts.iter().map(|act| Ok((act.event()?, act))).collect::<Result<_, store::StoreFault>>()?;
    // Who took over from the unit or the organ sees it as theirs.
    let mine = acts::as_mine(page, page.reader.organ(), warning);
    let forms = forms::panels(state, page, &mine, again).await?;
    let heading = heading(page, warning, &seals, acts, !forms.is_empty());
    let mut main = vec![why(page, warning, &precision, &seals).into_html()];
    for view in &state.views {
        if let Some(panel) = view.panel(page, &warning.finding.subject, &warning.finding.reasons).await? {
            main.push(panel);
        }
    }
    main.push(line(page, warning, &events, &seals).into_html());
    let mut side = vec![turn(page, warning).into_html()];
    side.extend(told(page, warning.stage.code() == "checking", &events, &seals));
    side.extend(forms.into_iter().map(IntoHtml::into_html));
    side.extend(forms::recusals(page, &mine, again)?.map(IntoHtml::into_html));
    side.extend(classes::form(page, &mine, again)?.map(IntoHtml::into_html));
    side.extend(secrecy::view::readers(page, (warning.id, &warning.secrecy)).await?.map(IntoHtml::into_html));
    let notice = again.map(|again| {
        let (why, next) = refusal_words(page.words, &Refused::from(again.refusal.clone()));
        Notice::wrong(page.words.with("supervision-not-done", &[("why", why.into()), ("next", next.into())]))
    });
    let at_top = warning
        .at_top
        .then(|| Notice::caution(page.words.with("supervision-at-top", &[("unit", page.organ(warning.unit).into())])));
    Ok(page.html(heading, ((through, (notice, at_top)), Grid::new().cell(8, main).first(4, side))))
}

/// Seals that know how far the checkpoint reaches.
struct Seals {
    words: Words,
    covered: u64,
    warning: MatterId,
    /// Acts of this warning that a checkpoint covers.
    receipts: BTreeSet<u64>,
    /// Acts of this warning of which something was erased.
    erased: BTreeSet<u64>,
}

impl Seals {
    fn of(&self, index: u64) -> Seal {
        let seal = Seal::new(self.words, index);
        // The receipt of another matter's act is not this page's to hand out.
        let seal = match self.receipts.contains(&index) {
            true => seal.href(format!("{}/acts/{index}/receipt", path(self.warning))),
            false => seal,
        };
        match index < self.covered {
            true if self.erased.contains(&index) => seal.mark(self.words, Mark::Erased),
            true => seal,
            false => seal.mark(self.words, Mark::AwaitingCheckpoint),
        }
    }
}

fn heading(page: &Page, warning: &Warning, seals: &Seals, acts: &[Recorded], acting: bool) -> Heading {
    let words = page.words;
    let finding = &warning.finding;
    let now = page.app.clock().now();
    let late = warning.clock.as_ref().is_some_and(|running| now >= running.ends);
    let badge = match &warning.stage {
        Stage::Closed { outcome } => {
            Badge::saying(Light::Done, words.t(&format!("supervision-outcome-{}", outcome.code())))
        }
        _ if late => Badge::saying(
            say::light(warning.light),
            words.with(
                "supervision-light-late",
                &[("light", words.t(&format!("light-{}", warning.light.code())).into())],
            ),
        ),
        _ => Badge::new(words, say::light(warning.light)),
    };
    let mut facts: Vec<Html> = secrecy::view::badge(words, warning.secrecy.class, warning.secrecy.named.is_some())
        .map(IntoHtml::into_html)
        .into_iter()
        .collect();
    facts.extend([
        Html::text(&export::kind(page, &finding.subject.kind)),
        Html::text(
            &words.with(
                "supervision-fact-organ",
                &[("organ", say::organ(page, finding.organ, &finding.organ_name).into())],
            ),
        ),
    ]);
    if let Some(sum) = &finding.sum {
        facts.push(Html::text(&say::sum(words.locale(), sum)));
    }
    facts.push(Html::text(&words.with("supervision-fact-unit", &[("unit", page.organ(warning.unit).into())])));
    if let Some(first) = acts.first() {
        facts.push(seals.of(first.idx).saying(words.t("supervision-recorded-as")).into_html());
    }
    let mut heading = Heading::new(words, finding.subject.label.as_str())
        .under(words.t("http-chapter-power"), "/queue")
        .under(words.t("supervision-queue"), "/queue")
        .id(say::number(warning.number))
        .badge(badge)
        .lead_facts(facts);
    if may_see_subject(page, &finding.subject.kind) && finding.subject.page.starts_with('/') {
        heading = heading.action(Action::go(words.t("supervision-see-subject"), finding.subject.page.as_str()));
    }
    if acting {
        heading = heading.action(Action::go(words.t("supervision-to-forms"), "#verdict").main());
    }
    heading
}

/// Whether the reader may open the page of such a subject: what one may not see is absent.
fn may_see_subject(page: &Page, kind: &str) -> bool {
    let code = match kind {
        // What stands behind the log is public.
        "log" => return true,
        "process" => "process.read",
        "buyer" => "buyer.read",
        "act" => "glass.ask",
        "import" => "run.read",
        "case" | "officer" | "organ" => "case.read",
        _ => "supplier.read",
    };
    page.app.authority().allows(&page.reader, code).is_ok()
}

fn why(
    page: &Page,
    warning: &Warning,
    precision: &std::collections::BTreeMap<String, Precision>,
    seals: &Seals,
) -> Panel {
    let words = page.words;
    let may_read = |permission| page.app.authority().allows(&page.reader, permission).is_ok();
    let methods = match say::method(&warning.finding.rule.code) {
        Some((_, permission)) => may_read(permission),
        // Other rules over the feed have no page.
        None => warning.finding.rule.code == "redflags" && may_read("indicator.read"),
    };
    let reasons: Vec<Evidence> = warning
        .finding
        .reasons
        .iter()
        .zip(&warning.verdicts)
        .map(|(reason, verdict)| {
            reason_of(page, reason, *verdict, precision.get(&reason.rule.code).copied().unwrap_or_default(), methods)
        })
        .collect();
    let index = u64::try_from(warning.finding.as_of).unwrap_or(0);
    Panel::new(words.t("supervision-why-flagged"), reasons)
        .note(words.count("supervision-why-note", warning.finding.reasons.len() as u64))
        .aside((Html::text(&words.t("supervision-judged-as-of")), seals.of(index)))
        .foot(words.t("supervision-why-foot"))
        .flush()
}

fn reason_of(page: &Page, reason: &Reason, verdict: Option<Verdict>, precision: Precision, methods: bool) -> Evidence {
    let words = page.words;
    let rule = format!("{} v{}", reason.rule.code, reason.rule.version);
    let count = |n: u64| u32::try_from(n).unwrap_or(u32::MAX);
    let mut evidence = Evidence::new(page.either(&reason.name), rule, page.either(&reason.sentence)).precision(
        words,
        count(precision.confirmed),
        count(precision.verdicts()),
    );
    evidence = evidence.badge(match verdict {
        Some(verdict) => {
            let light = match verdict {
                Verdict::Confirmed => Light::Red,
                Verdict::Explained => Light::Done,
                Verdict::Refuted => Light::Refused,
            };
            Badge::saying(light, words.t(&format!("supervision-verdict-{}", verdict.code())))
        }
        None => Badge::saying(
            if reason.severity >= 3 { Light::Yellow } else { Light::Notice },
            web::view::severity(words, reason.severity),
        ),
    });
    if let Some((low, share, high)) = precision.share() {
        evidence = evidence.plot(Interval::new(low, share, high));
    }
    if let Some(basis) = basis(words, reason, precision) {
        evidence = evidence.basis(basis);
    }
    if methods {
        let href = say::method_page(&reason.rule.code);
        evidence = evidence.link(Link::new(href, words.t("supervision-method")));
    }
    evidence
}

/// The facts with their place in the source, and the range of the precision.
fn basis(words: Words, reason: &Reason, precision: Precision) -> Option<Html> {
    let mut basis = Html::default();
    if let Some((low, _, high)) = precision.share() {
        let range = words.with(
            "supervision-range",
            &[("low", format::percent(low, 0).into()), ("high", format::percent(high, 0).into())],
        );
        basis = basis.then(range).then(" ");
    }
    let facts = reason.evidence.iter().filter(|fact| !fact.value.is_empty() || !fact.pointer.is_empty());
    for fact in facts.take(4) {
        // Pointers and values come from outside: the marks of rich text are taken out of them.
        let plain = |text: &str| text.replace(['`', '*'], "'").chars().take(120).collect::<String>();
        basis = basis.then(match fact.pointer.is_empty() {
            // What was counted over the whole has no place in one record.
            true => Html::rich(&format!("{} ", plain(&fact.value))),
            false if fact.value.is_empty() => Html::rich(&format!("`{}` ", plain(&fact.pointer))),
            false => Html::rich(&format!("`{}` = {} ", plain(&fact.pointer), plain(&fact.value))),
        });
    }
    (!basis.is_empty()).then_some(basis)
}

fn turn(page: &Page, warning: &Warning) -> Panel {
    let words = page.words;
    let stage = warning.stage.code();
    let holder = match (&warning.stage, warning.finding.organ) {
        (Stage::Asked { .. } | Stage::Correcting { .. }, Some(organ)) => page.organ(organ),
        (Stage::Checking { inspector } | Stage::Corrected { inspector }, _) => {
            let name = format!("{}·{}", page.organ(warning.unit), page.officer(*inspector));
            if warning.active_inspector().is_none() {
                page.organ(warning.unit)
            } else if *inspector == page.reader.principal() {
                words.with("supervision-you", &[("name", name.into())])
            } else {
                name
            }
        }
        (Stage::Closed { .. }, _) => words.t("supervision-nobody-more"),
        _ => page.organ(warning.unit),
    };
    let facts = Facts::new()
        .fact(words.t("supervision-turn-now"), Html::rich(&format!("**{}**", holder.replace(['*', '`'], ""))))
        .fact(words.t("supervision-turn-stage"), say::stage(words, stage))
        .fact(words.t("supervision-turn-do"), say::to_do(words, stage));
    let title = words.t("supervision-turn");
    let Some(running) = &warning.clock else { return Panel::new(title, facts) };
    let zone = page.app.clock().zone();
    let now = page.app.clock().now();
    let budget = running.clock.statutory.budget;
    let (started, last) = (running.clock.started.day(zone), running.ends.plus_ms(-1).day(zone));
    let term = |n: u32| format::term(words.locale(), n, budget.unit);
    let elapsed = say::elapsed(&page.app, running.clock.started, running.ends, now);
    let (pieces, light, word) = match elapsed {
        Some(elapsed) if elapsed.over > 0 => (
            vec![Piece::Used(elapsed.budget), Piece::Overdue(elapsed.over)],
            Light::Red,
            words.with("clock-overdue", &[("days", term(elapsed.over).into())]),
        ),
        Some(elapsed) => {
            let left = elapsed.budget.saturating_sub(elapsed.used);
            let word = match left {
                0 => words.t("clock-today"),
                left => words.with("clock-left", &[("days", term(left).into())]),
            };
            let light = if elapsed.used * 10 >= elapsed.budget * 6 { Light::Yellow } else { Light::Waiting };
            (vec![Piece::Used(elapsed.used), Piece::Left(left)], light, word)
        }
        None => (vec![Piece::Left(1)], Light::Unverified, words.t("http-day-no-calendar")),
    };
    let bar = ClockBar::new("", &pieces)
        .state(light, word)
        .ends(
            format::date_short(started, page.today()),
            words.with("supervision-due-on", &[("day", format::date_short(last, page.today()).into())]),
        )
        .note(words.with("supervision-clock-note", &[("term", term(budget.value).into())]));
    let panel = Panel::new(title, (facts, bar)).foot(words.t("supervision-clock-foot"));
    if light == Light::Red { panel.tone(Light::Red) } else { panel }
}

/// What the organ said, newest first, beside the reasons.
///
/// - `open`: whether an explanation still waits for the inspector's answer.
fn told(page: &Page, open: bool, events: &[(WarningEvent, &Recorded)], seals: &Seals) -> Vec<Html> {
    let words = page.words;
    let said = |key: &str, text: &Erasable<String>, act: &Recorded| {
        let when = page.moment(Instant::from_ms(act.act.at_ms));
        let panel = Panel::new(words.t(key), Said::new(&page.shown(text)))
            .aside((Html::text(&format!("{when} ")), seals.of(act.idx)));
        if open { panel.foot(words.t("supervision-said-foot")) } else { panel }.into_html()
    };
    let panels = events.iter().rev().filter_map(|(event, act)| match event {
        WarningEvent::Explained { explanation, .. } => Some(said("supervision-said-explained", explanation, act)),
        WarningEvent::Corrected { measures, .. } => Some(said("supervision-said-corrected", measures, act)),
        WarningEvent::Appealed { grounds, .. } => Some(said("supervision-said-appealed", grounds, act)),
        _ => None,
    });
    panels.take(3).collect()
}

fn line(page: &Page, warning: &Warning, events: &[(WarningEvent, &Recorded)], seals: &Seals) -> Panel {
    let words = page.words;
    let mut moments = Vec::new();
    if !warning.is_closed() {
        moments.push(Moment::to_come(words.t("supervision-open"), say::to_do(words, warning.stage.code())));
    }
    moments.extend(events.iter().rev().map(|(event, act)| moment(page, event, act, seals)));
    let title = words.t("supervision-line");
    Panel::new(title, Timeline::new(moments)).note(words.count("supervision-line-note", events.len() as u64))
}

fn moment(page: &Page, event: &WarningEvent, act: &Recorded, seals: &Seals) -> Moment {
    let words = page.words;
    let when = page.moment(Instant::from_ms(act.act.at_ms));
    let (title, text) = happened(page, event);
    let mut detail = Html::text(&who(page, act));
    if !text.is_empty() {
        // Who approved an erasure did not write its reason.
        let key = match event {
            WarningEvent::Erased(_) => "supervision-quoted-proposed",
            _ => "supervision-quoted",
        };
        detail = detail.then(Html::data(&words.with(key, &[("text", text.into())])));
    }
    let title = words.with(title.0, &title.1);
    Moment::past(when, title).detail(detail).seal(seals.of(act.idx))
}

/// The class that an act gives, and to whom it opens the warning.
fn classified(page: &Page, event: &WarningEvent) -> Vec<(&'static str, web::locale::Arg<'static>)> {
    let words = page.words;
    let Secrecy { class, named } = event.classifies().unwrap_or_default();
    let open = match named {
        None => words.t("secrecy-open-to-reach"),
        Some(named) if named.is_empty() => words.t("supervision-open-to-heads"),
        Some(named) => {
            let names: Vec<String> = named.iter().map(|officer| page.officer(*officer)).collect();
            names.join(words.either("、", ", "))
        }
    };
    vec![("class", words.t(&format!("secrecy-class-{class}")).into()), ("open", open.into())]
}

type Sentence = (&'static str, Vec<(&'static str, web::locale::Arg<'static>)>);

/// What an event is called, and the words that belong to it.
fn happened(page: &Page, event: &WarningEvent) -> (Sentence, String) {
    let words = page.words;
    let term = |running: &crate::types::Running| {
        let budget = running.clock.statutory.budget;
        web::locale::Arg::from(format::term(words.locale(), budget.value, budget.unit))
    };
    let plain = |key: &'static str| ((key, Vec::new()), String::new());
    let quoting = |key: &'static str, text: &Erasable<String>| ((key, Vec::new()), page.shown(text));
    match event {
        WarningEvent::Raised { unit, finding, .. } => (
            ("supervision-did-raised", vec![("n", finding.reasons.len().into()), ("unit", page.organ(*unit).into())]),
            String::new(),
        ),
        WarningEvent::ReasonsAdded { finding } => {
            (("supervision-did-added", vec![("n", finding.reasons.len().into())]), String::new())
        }
        WarningEvent::Assigned { inspector, clock } => (
            ("supervision-did-assigned", vec![("inspector", page.officer(*inspector).into()), ("term", term(clock))]),
            String::new(),
        ),
        WarningEvent::Asked { question, clock } => {
            (("supervision-did-asked", vec![("term", term(clock))]), page.shown(question))
        }
        WarningEvent::Explained { .. } => plain("supervision-did-explained"),
        WarningEvent::Concluded { verdicts, grounds, .. } => {
            let count = |which: Verdict| verdicts.iter().filter(|verdict| **verdict == which).count();
            (
                (
                    "supervision-did-concluded",
                    vec![
                        ("confirmed", count(Verdict::Confirmed).into()),
                        ("explained", count(Verdict::Explained).into()),
                        ("refuted", count(Verdict::Refuted).into()),
                    ],
                ),
                page.shown(grounds),
            )
        }
        WarningEvent::Corrected { .. } => plain("supervision-did-corrected"),
        WarningEvent::Returned { why, .. } => quoting("supervision-did-returned", why),
        WarningEvent::Accepted { note } => quoting("supervision-did-accepted", note),
        WarningEvent::Appealed { .. } => plain("supervision-did-appealed"),
        WarningEvent::AppealDecided { upheld: true, grounds, .. } => quoting("supervision-did-revoked", grounds),
        WarningEvent::AppealDecided { upheld: false, grounds, .. } => quoting("supervision-did-upheld", grounds),
        WarningEvent::OverdueAtTop { stage, .. } => {
            (("supervision-did-overdue-at-top", vec![("stage", say::stage(words, stage).into())]), String::new())
        }
        WarningEvent::Recused { officer, reason } => {
            (("supervision-did-recused", vec![("officer", page.officer(*officer).into())]), page.shown(reason))
        }
        WarningEvent::RecusalLifted { officer, grounds } => {
            (("supervision-did-lifted", vec![("officer", page.officer(*officer).into())]), page.shown(grounds))
        }
        WarningEvent::HandedOver { inspector } => {
            (("supervision-did-handed-over", vec![("inspector", page.officer(*inspector).into())]), String::new())
        }
        WarningEvent::Classified { grounds, .. } => {
            (("supervision-did-classified", classified(page, event)), page.shown(grounds))
        }
        WarningEvent::SourceClassified { .. } => {
            (("supervision-did-source-classified", classified(page, event)), String::new())
        }
        WarningEvent::Erased(gone) => (
            ("supervision-did-erased", vec![("index", format::index(gone.idx.unsigned_abs()).into())]),
            gone.reason.clone(),
        ),
        WarningEvent::PassedUp { unit, stage, .. } => (
            (
                "supervision-did-passed-up",
                vec![("unit", page.organ(*unit).into()), ("stage", say::stage(words, stage).into())],
            ),
            String::new(),
        ),
    }
}

/// Who did it, under which organ, and for whom.
pub(super) fn who(page: &Page, act: &Recorded) -> String {
    let holder = act.act.on_behalf_of.as_deref().and_then(|holder| holder.parse::<OfficerId>().ok());
    let name = by_whom(page, act);
    match holder {
        Some(holder) => {
            page.words.with("supervision-on-behalf", &[("name", name.into()), ("holder", page.officer(holder).into())])
        }
        None => name,
    }
}

fn by_whom(page: &Page, act: &Recorded) -> String {
    match &act.act.actor {
        Actor::System { .. } => page.words.t("supervision-by-system"),
        Actor::Officer { .. } | Actor::Party { .. } => page.whose(act).unwrap_or_default(),
    }
}
