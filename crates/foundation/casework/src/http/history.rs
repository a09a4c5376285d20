//! What each act of a case did, a line each, by the acts alone: values and what they were, causes and vouchers, to whom a task was
//! given, with which case another was joined. What a reader may not know of is not named.

use std::collections::{BTreeMap, BTreeSet};

use flow::event::{Changed, change};
use flow::graph::{Repeat, Work};
use flow::state::{Number, ScopeKind, State};
use flow::{ElementId, Event};
use kernel::MatterId;
use store::Recorded;
use web::http::{Page, PageError};
use web::view::{Html, Link};

use super::case::Found;
use super::clocks::cause_code;
use super::{Casework, fields, say, t};
use crate::case::rows::status_code;
use crate::case::{CaseEvent, number};
use crate::form::FieldKind;
use crate::tables::CASES;

/// Characters of a value that a line shows; the whole stands in what is known, and in the act.
const MOST_VALUE: usize = 300;

/// Other cases that the acts of a case name, as far as the reader may know of them: number and title.
type Others = BTreeMap<MatterId, (String, String)>;

/// What each act did, by its place in the log.
pub(super) async fn lines(page: &Page, state: &Casework, found: &Found) -> Result<BTreeMap<u64, Vec<Html>>, PageError> {
    let mut events = Vec::with_capacity(found.acts.len());
    for act in found.acts.iter().filter(|act| act.act.kind.starts_with(CASES) && !act.shredded) {
        events.push((act, act.event::<CaseEvent>()?));
    }
    let mut others = Others::new();
    let named: BTreeSet<MatterId> = events.iter().flat_map(|(_, event)| joined(event)).collect();
    for id in named {
        if let Some(other) = state.desk.glance(id).await?.filter(|other| found.reach.covers(other)) {
            others.insert(id, (number(id), page.shown(&other.title)));
        }
    }
    let mut past = Past { page, found, others, state: State::default(), assigned: None };
    Ok(events.iter().map(|(act, event)| (act.idx, past.act(act, event))).collect())
}

/// The cases that an event joins with this one, or lets go.
fn joined(event: &CaseEvent) -> Vec<MatterId> {
    let into = |event: &Event| match event {
        Event::Merged { into, .. } => into.parse().ok(),
        _ => None,
    };
    let named = match event {
        CaseEvent::TookIn { other, .. } | CaseEvent::LetGo { other, .. } => Some(*other),
        _ => None,
    };
    named.into_iter().chain(event.step().events.iter().filter_map(into)).collect()
}

/// A case on its way through its acts.
struct Past<'p> {
    page: &'p Page,
    found: &'p Found,
    others: Others,
    /// How it stood before the event that is looked at.
    state: State,
    /// The task that is given to somebody by the act that is looked at.
    assigned: Option<Number>,
}

impl Past<'_> {
    fn words(&self, key: &str, parts: &[(&str, String)]) -> Html {
        let parts: Vec<_> = parts.iter().map(|(name, value)| (*name, value.clone().into())).collect();
        Html::data(&self.page.words.with(&format!("casework-line-{key}"), &parts))
    }

    /// What an act did.
    fn act(&mut self, act: &Recorded, event: &CaseEvent) -> Vec<Html> {
        let mut all = Vec::new();
        if let Some(holder) = act.act.on_behalf_of.as_deref().and_then(|holder| holder.parse().ok()) {
            all.push(self.words("for", &[("officer", self.page.officer(holder))]));
        }
        match event {
            CaseEvent::TookIn { other, .. } => all.push(self.other("took-in", *other)),
            CaseEvent::LetGo { other, .. } => all.push(self.other("let-go", *other)),
            CaseEvent::Classified { to, .. } => {
                let class = self.page.words.t(&format!("secrecy-class-{}", to.class));
                all.push(self.words("class", &[("class", class)]));
                if let Some(named) = &to.named {
                    all.push(self.words("named", &[("n", named.len().to_string())]));
                }
            }
            _ => {}
        }
        let did = match event {
            CaseEvent::Opened { .. } => "opened",
            CaseEvent::Stepped { did, .. } => did.as_str(),
            _ => "",
        };
        let asked = match event {
            CaseEvent::Stepped { element: Some(element), .. } if did == "complete" => self.asked(element),
            _ => None,
        };
        // What is said of opinions when all are there comes behind the last of them.
        let mut settled = false;
        self.assigned = event.step().events.iter().find_map(|event| match event {
            Event::TaskAssigned { task, .. } => Some(*task),
            _ => None,
        });
        for one in &event.step().events {
            match one {
                Event::RoundDone { .. } => settled = true,
                Event::VariablesSet { scope, values } => {
                    let shows = |name: &str| match (did, &asked) {
                        ("complete", Some(asked)) => asked.fields.contains(name),
                        ("set_variables" | "message" | "answered" | "job_done", _) => true,
                        _ => false,
                    };
                    match asked.as_ref().and_then(|asked| asked.consent.as_ref()) {
                        Some(consent) if settled => {
                            let result = values.get(consent).map(|value| self.value(consent, value).1);
                            all.extend(result.map(|result| self.words("consent", &[("result", result)])));
                        }
                        _ => all.extend(self.written(*scope, values, did == "set_variables", shows)),
                    }
                }
                Event::ScopeOpened { kind: ScopeKind::Process, scope, variables, .. } if did == "opened" => {
                    all.extend(self.written(*scope, variables, false, |name| self.is_asked(name)));
                }
                other => all.extend(self.line(other)),
            }
            change(&mut self.state, one);
        }
        all
    }

    /// Values that were written, each with what it was before where it is a correction.
    fn written(&self, scope: Number, values: &dmn::Context, corrects: bool, shows: impl Fn(&str) -> bool) -> Vec<Html> {
        let before = self.state.visible(scope);
        let plain =
            |value: &dmn::Value| !matches!(value, dmn::Value::List(_) | dmn::Value::Context(_) | dmn::Value::Null);
        let shown = values.iter().filter(|(name, value)| shows(name) && plain(value) && !self.is_file(name));
        let line = |(name, value): (&String, &dmn::Value)| {
            let (label, now) = self.value(name, value);
            match before.get(name).filter(|old| corrects && !old.is_null()) {
                Some(old) => {
                    let was = self.value(name, old).1;
                    self.words("corrected", &[("name", label), ("from", was), ("to", now)])
                }
                None => self.words("value", &[("name", label), ("value", now)]),
            }
        };
        shown.map(line).collect()
    }

    /// A variable and a value of it, as people read them, cut to what a line takes.
    fn value(&self, name: &str, value: &dmn::Value) -> (String, String) {
        let (label, value) = fields::parted(self.page, &self.found.deployed.readied, name, value);
        let cut = value.chars().count() > MOST_VALUE;
        let shown = value.chars().take(MOST_VALUE).chain(cut.then_some('…'));
        (label, shown.collect())
    }

    /// Whether some form asks for a variable.
    fn is_asked(&self, name: &str) -> bool {
        self.found.deployed.readied.forms.values().flat_map(|form| &form.fields).any(|field| field.name == name)
    }

    fn is_file(&self, name: &str) -> bool {
        let mut fields = self.found.deployed.readied.forms.values().flat_map(|form| &form.fields);
        fields.any(|field| field.name == name && matches!(field.kind, FieldKind::Files(_)))
    }

    /// What the form of a task asks for, and which of it is an opinion.
    fn asked(&self, element: &ElementId) -> Option<Asked> {
        let readied = &self.found.deployed.readied;
        let graph = readied.graphs.get(&self.found.case.process)?;
        let activity = graph.activity(graph.at(element)?)?;
        let Work::User(human) = &activity.work else { return None };
        let form = readied.forms.get(human.form.as_deref()?)?;
        let consent = match &activity.repeat {
            Repeat::Multi(multi) => multi.consent.as_ref().map(|consent| consent.name.clone()),
            _ => None,
        };
        Some(Asked { fields: form.fields.iter().map(|field| field.name.clone()).collect(), consent })
    }

    /// Another case, as a link where the reader may know of it.
    fn other(&self, key: &str, id: MatterId) -> Html {
        match self.others.get(&id) {
            Some((number, title)) => {
                let link = Link::new(say::case_path(id), format!("{number} {title}"));
                self.words(key, &[]).then(Html::text(" ")).then(link)
            }
            None => self.words(&format!("{key}-hidden"), &[]),
        }
    }

    /// What a clock is called: by what it measures.
    fn clock(&self, element: Option<&ElementId>) -> String {
        element.map_or_else(|| t(self.page, "clock-whole"), |element| self.found.name(element.as_str()))
    }

    /// What one event says beside the act's own words; nothing of those that move the process only.
    fn line(&self, event: &Event) -> Option<Html> {
        let (page, found) = (self.page, self.found);
        let officer = |id: &kernel::OfficerId| page.officer(*id);
        let named = |element: &ElementId| found.name(element.as_str());
        Some(match event {
            Event::Suspended { voucher, .. } | Event::Resumed { voucher, .. } if !voucher.is_empty() => {
                self.words("voucher", &[("voucher", voucher.clone())])
            }
            Event::ClockChanged { of, why: Changed::Stopped { by }, .. } => {
                let stop = of.of.suspensions.last()?;
                let cause = t(page, &format!("cause-{}", cause_code(stop.cause)));
                // A notice to complete the papers says its own number.
                let key = if by.is_some() { "clock-stopped" } else { "clock-stopped-by-notice" };
                let clock = self.clock(of.element.as_ref());
                self.words(key, &[("clock", clock), ("cause", cause), ("voucher", stop.voucher.clone())])
            }
            Event::ClockChanged { of, why: Changed::GoesOn { .. }, .. } => {
                self.words("clock-goes-on", &[("clock", self.clock(of.element.as_ref()))])
            }
            // The act itself names the step whose clock it is.
            Event::RungReached { clock, .. } if self.state.clocks.get(clock)?.element.is_none() => {
                self.words("clock", &[("clock", self.clock(None))])
            }
            Event::SupplementAsked { of, .. } => {
                let parts = [
                    ("notice", of.notice.clone()),
                    ("ordinal", of.ordinal.to_string()),
                    ("until", page.moment(of.until)),
                ];
                self.words("notice", &parts)
            }
            Event::SupplementClosed { supplement, .. } => {
                let notice = self.state.supplements.get(supplement)?.notice.clone();
                self.words("notice-closed", &[("notice", notice)])
            }
            Event::TaskHeld { task, holder: Some((to, post)) } => {
                // Whoever takes a task is who does the act.
                self.assigned.filter(|assigned| assigned == task)?;
                let post = page.register.post(*post).map(|post| page.either(&post.name).to_owned()).unwrap_or_default();
                self.words("given", &[("officer", officer(to)), ("post", post)])
            }
            Event::Returned { to, .. } => self.words("returned", &[("element", named(to))]),
            Event::Moved { to, by, approved_by, .. } => {
                let parts = [("element", named(to)), ("by", officer(by)), ("approved", officer(approved_by))];
                self.words("moved", &parts)
            }
            Event::Merged { into, .. } => self.other("merged", into.parse().ok()?),
            Event::Decided { run, value, .. } => {
                let element = self.state.runs.get(run).map(|run| named(&run.element)).unwrap_or_default();
                self.words("decided", &[("element", element), ("value", self.result(value))])
            }
            Event::JobFailed { why, .. } if !why.is_empty() => self.words("why", &[("why", why.clone())]),
            Event::IncidentOpened { of, .. } => {
                let what = t(page, &format!("incident-{}", of.kind.code()));
                match &of.element {
                    Some(element) => self.words("stands-at", &[("what", what), ("element", named(element))]),
                    None => self.words("stands", &[("what", what)]),
                }
            }
            Event::Ended { how, .. } => {
                self.words("ended", &[("how", t(page, &format!("status-{}", status_code(how))))])
            }
            _ => return None,
        })
    }

    /// What a decision came to, as people read it: the columns of its table by their names.
    fn result(&self, value: &dmn::Value) -> String {
        match value {
            dmn::Value::Context(all) => {
                let each = all.iter().map(|(name, value)| {
                    let (label, value) = self.value(name, value);
                    format!("{label} {value}")
                });
                each.collect::<Vec<_>>().join(self.page.words.either("，", ", "))
            }
            other => self.value("", other).1,
        }
    }
}

/// What a form asks for.
struct Asked {
    fields: BTreeSet<String>,
    /// The field that says yes or no, where several give opinions.
    consent: Option<String>,
}
