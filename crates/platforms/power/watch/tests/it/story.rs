//! Cases told act by act, without a store: what happened when, by whom; and what rules say of each act.

use std::collections::{BTreeMap, BTreeSet};

use casework::case::{CaseEvent, Step};
use dmn::Value;
use flow::event::{Changed, Closed, RunEnd};
use flow::graph::OnSupplement;
use flow::state::{Clock, Ending, Incident, IncidentKind, Rung, Supplement};
use flow::{ElementId, Event};
use kernel::calendar::WorkingCalendar;
use kernel::clock::{Deadline, StatutoryClock};
use kernel::day::Zone;
use kernel::limit::{Budget, Cause, Law, Limit};
use kernel::packs::Packs;
use kernel::{ActId, Day, Erasable, Instant, MatterId, OfficerId, OrganId};
use watch_rules::deed::Deed;
use watch_rules::facts::Facts;
use watch_rules::judge::{About, Model, Outcome, Seen, judge};
use watch_rules::pack::Rule;
use watch_rules::windows::Windows;

pub const ZONE: Zone = Zone::CHINA;

pub fn calendar() -> WorkingCalendar {
    WorkingCalendar::from_packs(&Packs::embedded()).unwrap_or_else(|error| panic!("{error}"))
}

/// All embedded rules, those that ship off as well.
pub fn all_on() -> Vec<Rule> {
    let rules = watch_rules::Rules::with(&BTreeMap::new()).unwrap_or_else(|bad| panic!("{bad}"));
    rules.all().iter().cloned().map(|rule| Rule { enabled: true, ..rule }).collect()
}

/// An hour of a day.
pub fn at(day: Day, hour: i64, minute: i64) -> Instant {
    ZONE.start_of(day).plus_ms((hour * 60 + minute) * 60_000)
}

/// The process of these cases: acceptance and check are apart.
pub fn model() -> Model {
    let (accept, check) = (ElementId::from("accept"), ElementId::from("check"));
    let apart = |one: &ElementId, other: &ElementId| (one.clone(), BTreeSet::from([other.clone()]));
    Model { separate: [apart(&accept, &check), apart(&check, &accept)].into(), names: BTreeMap::new() }
}

/// Something that is going to happen.
#[derive(Clone, Debug)]
pub struct Planned {
    pub at: Instant,
    pub case: MatterId,
    /// Who, and for whom.
    pub by: (Option<OfficerId>, Option<OfficerId>),
    pub event: CaseEvent,
}

/// Who does something.
pub fn by(officer: u128) -> (Option<OfficerId>, Option<OfficerId>) {
    (Some(OfficerId::new(officer)), None)
}

/// Who does something for somebody else.
pub fn for_whom(officer: u128, holder: u128) -> (Option<OfficerId>, Option<OfficerId>) {
    (Some(OfficerId::new(officer)), Some(OfficerId::new(holder)))
}

/// The node itself.
pub const NODE: (Option<OfficerId>, Option<OfficerId>) = (None, None);

/// The matter's clock: twenty working days by law, ten promised.
pub fn clock(from: Instant, calendar: &WorkingCalendar) -> Clock {
    let limit = |days| Limit::of_days(Law::Licensing, days, "行政许可法 第42条");
    let of = StatutoryClock::start(from, ZONE, limit(20)).promising(limit(10));
    let mut clock = Clock {
        element: None,
        run: None,
        of,
        by_promise: false,
        supplement: OnSupplement::Anew,
        held: false,
        reached: BTreeSet::new(),
        rungs: Vec::new(),
    };
    clock.rungs = rungs(&clock, calendar);
    clock
}

/// The rungs of a clock, by time.
pub fn rungs(clock: &Clock, calendar: &WorkingCalendar) -> Vec<(Rung, Instant)> {
    let ends = |limit: &Limit, days: u32| {
        let statutory = Limit { budget: Budget::working_days(days), ..limit.clone() };
        let one = StatutoryClock { statutory, promised: None, ..clock.of.clone() };
        match one.due(calendar).unwrap_or_else(|error| panic!("{error}")).statutory {
            Deadline::At { ends, .. } => Some(ends),
            Deadline::Waiting { .. } => None,
        }
    };
    let limit = &clock.of.statutory;
    let all = [(Rung::Remind, 8), (Rung::Promised, 10), (Rung::Statutory, 20), (Rung::LongOverdue, 40)];
    all.into_iter().filter_map(|(rung, days)| Some((rung, ends(limit, days)?))).collect()
}

/// When a rung of a clock is due.
pub fn due(clock: &Clock, rung: Rung) -> Instant {
    clock.rungs.iter().find(|(other, _)| *other == rung).map(|(_, at)| *at).unwrap_or_else(|| panic!("no {rung:?}"))
}

fn step(events: Vec<Event>) -> Step {
    Step { events, ..Step::default() }
}

pub fn stepped(did: &str, element: Option<&str>, events: Vec<Event>) -> CaseEvent {
    CaseEvent::Stepped {
        did: did.to_owned(),
        element: element.map(ElementId::from),
        said: false,
        words: Erasable::erased(),
        reported: None,
        step: step(events),
    }
}

pub fn opened(organ: u128, events: Vec<Event>) -> CaseEvent {
    CaseEvent::Opened {
        model: MatterId::new(1),
        process: ElementId::from("licence"),
        version: 1,
        title: "一件申请".to_owned().into(),
        organ: OrganId::new(organ),
        caller: None,
        begun: None,
        under: None,
        step: step(events),
    }
}

pub fn armed(of: &Clock) -> Event {
    Event::ClockArmed { clock: 1, of: of.clone() }
}

/// A step that an officer does, with what they wrote and what else follows.
pub fn done(element: &str, officer: u128, text: &str, more: Vec<Event>) -> CaseEvent {
    let values = [("opinion".to_owned(), Value::text(text))].into();
    let mut events = vec![
        Event::VariablesSet { scope: 1, values },
        Event::TaskClosed { task: 2, by: Some(OfficerId::new(officer)) },
        Event::RunEnded { run: 3, how: RunEnd::Completed },
    ];
    events.extend(more);
    stepped("complete", Some(element), events)
}

/// The matter ends.
pub fn ended() -> Vec<Event> {
    let how = Ending::Completed;
    vec![Event::ClockFinished { clock: 1, done: true }, Event::Ended { how, variables: dmn::Context::new() }]
}

pub fn rung(of: &Clock, rung: Rung) -> CaseEvent {
    stepped("rung", None, vec![Event::RungReached { clock: 1, rung, due: due(of, rung) }])
}

pub fn returned(from: &str, to: &str, officer: u128) -> CaseEvent {
    let (by, reason) = (OfficerId::new(officer), Erasable::erased());
    let back = Event::Returned { from: ElementId::from(from), to: ElementId::from(to), by, reason };
    stepped("return", Some(from), vec![back])
}

pub fn asked(ordinal: u64, until: Instant) -> CaseEvent {
    let (stopped, held) = (BTreeSet::new(), BTreeSet::new());
    let notice = format!("补{ordinal}");
    let of = Supplement { task: 2, items: Erasable::erased(), notice, until, ordinal, stopped, held };
    stepped("supplement", Some("accept"), vec![Event::SupplementAsked { supplement: 5, of }])
}

pub fn answered(anew: Option<&Clock>) -> CaseEvent {
    let mut events = vec![Event::SupplementClosed { supplement: 5, how: Closed::Answered }];
    events.extend(anew.map(|of| Event::ClockChanged { clock: 1, of: of.clone(), why: Changed::Anew }));
    stepped("answered", Some("accept"), events)
}

/// The clock stands still for a cause, on a voucher.
pub fn stopped(of: &Clock, at: Instant, cause: Cause, voucher: &str, officer: u128) -> CaseEvent {
    let mut still = of.clone();
    let voucher = voucher.to_owned();
    still.of.suspensions.push(kernel::clock::Suspension { cause, from: at, to: None, voucher });
    still.rungs.clear();
    let why = Changed::Stopped { by: Some(OfficerId::new(officer)) };
    stepped("suspend_clock", None, vec![Event::ClockChanged { clock: 1, of: still, why }])
}

pub fn suspended(voucher: &str, officer: u128) -> CaseEvent {
    let (by, cause) = (Some(OfficerId::new(officer)), Erasable::erased());
    stepped("suspend", None, vec![Event::Suspended { by, cause, voucher: voucher.to_owned() }])
}

pub fn broken() -> CaseEvent {
    let element = Some(ElementId::from("fee"));
    let of = Incident { kind: IncidentKind::DecisionFailed, element, detail: String::new(), token: Some(1), run: None };
    stepped("timer", None, vec![Event::IncidentOpened { incident: 9, of }])
}

pub fn mended() -> CaseEvent {
    stepped("retry", Some("fee"), vec![Event::IncidentClosed { incident: 9 }])
}

pub fn moved(officer: u128, other: u128) -> CaseEvent {
    let (by, approved_by) = (OfficerId::new(officer), OfficerId::new(other));
    let put = Event::Moved { incident: 9, to: ElementId::from("serve"), by, approved_by };
    stepped("move", Some("fee"), vec![put, Event::IncidentClosed { incident: 9 }])
}

/// What one rule said of one act.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Said {
    pub idx: u64,
    pub case: MatterId,
    pub code: String,
    pub outcome: Outcome,
}

impl Said {
    /// Whom a finding is about, in one word.
    pub fn about(&self) -> Option<String> {
        let Outcome::Raised(found) = &self.outcome else { return None };
        Some(match &found.about {
            About::Case(_) => format!("case {}", self.case),
            About::Officer(officer, _) => format!("officer {officer}"),
            About::Organ(organ) => format!("organ {organ}"),
        })
    }

    pub fn word(&self) -> &'static str {
        match self.outcome {
            Outcome::Raised(_) => "raised",
            Outcome::NotRaised => "not raised",
            Outcome::Insufficient(_) => "insufficient",
            Outcome::NotApplicable(_) => "not applicable",
        }
    }
}

/// What is known along the way.
#[derive(Clone)]
pub struct Story<'c> {
    pub rules: Vec<Rule>,
    calendar: &'c WorkingCalendar,
    model: Model,
    facts: BTreeMap<MatterId, Facts>,
    windows: Windows,
    idx: u64,
}

impl<'c> Story<'c> {
    pub fn new(rules: Vec<Rule>, calendar: &'c WorkingCalendar) -> Story<'c> {
        Story { rules, calendar, model: model(), facts: BTreeMap::new(), windows: Windows::default(), idx: 0 }
    }

    /// One more act, and what every rule says of it.
    pub fn act(&mut self, planned: &Planned) -> Vec<Said> {
        let known = self.facts.remove(&planned.case);
        let version = known.as_ref().map_or(1, |facts| facts.version + 1);
        let deed = Deed {
            idx: self.idx,
            id: ActId::new(u128::from(self.idx) + 1),
            at: planned.at,
            case: planned.case,
            version,
            officer: planned.by.0,
            holder: planned.by.1,
            event: planned.event.clone(),
        };
        let before = known.or_else(|| Facts::before(&deed));
        let mut before = before.unwrap_or_else(|| panic!("{deed:?} opens nothing"));
        let seen = Seen {
            deed: &deed,
            before: &before,
            windows: &self.windows,
            model: &self.model,
            zone: ZONE,
            calendar: self.calendar,
        };
        let of = |rule: &Rule, outcome| Said { idx: deed.idx, case: deed.case, code: rule.code.clone(), outcome };
        let said = self.rules.iter().flat_map(|rule| judge(rule, seen).into_iter().map(|it| of(rule, it))).collect();
        self.windows.take(&deed, &before, ZONE);
        before.take(&deed);
        self.facts.insert(deed.case, before);
        self.idx += 1;
        said
    }

    /// Has seen what another saw, as whoever judges acts again that were judged and not stored.
    pub fn saw(&mut self, other: &Story<'_>) {
        self.windows = other.windows.clone();
    }

    /// All of them in order of time.
    pub fn play(&mut self, mut planned: Vec<Planned>) -> Vec<Said> {
        planned.sort_by_key(|it| it.at);
        planned.iter().flat_map(|it| self.act(it)).collect()
    }
}
