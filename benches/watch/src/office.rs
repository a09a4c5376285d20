//! An office of four organs that goes on day by day: cases as acts, made as they are asked for.

use std::collections::{BTreeSet, VecDeque};

use casework::case::{CaseEvent, Step};
use dmn::Value;
use flow::event::RunEnd;
use flow::graph::OnSupplement;
use flow::state::{Clock, Ending, Rung, Supplement};
use flow::{ElementId, Event};
use kernel::calendar::WorkingCalendar;
use kernel::clock::{Deadline, StatutoryClock};
use kernel::day::Zone;
use kernel::limit::{Law, Limit};
use kernel::{ActId, Day, Erasable, Instant, MatterId, OfficerId, OrganId};
use watch_rules::deed::Deed;

use crate::Outcome;

/// Where the days are counted.
pub const ZONE: Zone = Zone::CHINA;

/// Working days over which the acts are spread: the calendars of ten years hold more.
const DAYS: usize = 2_000;

/// Organs, each with ten officers: few enough that their windows are full by the first tenth of the acts.
const ORGANS: u64 = 4;

/// An act as it lies in a log.
pub struct Written {
    idx: u64,
    at: Instant,
    case: MatterId,
    version: u64,
    officer: Option<OfficerId>,
    body: Vec<u8>,
}

impl Written {
    /// The act as rules take it.
    pub fn read(&self) -> Outcome<Deed> {
        Ok(Deed {
            idx: self.idx,
            id: ActId::new(u128::from(self.idx) + 1),
            at: self.at,
            case: self.case,
            version: self.version,
            officer: self.officer,
            holder: None,
            event: serde_json::from_slice(&self.body)?,
        })
    }
}

/// A case on its way: what is to happen to it next.
struct Going {
    number: u64,
    version: u64,
    clock: Clock,
}

/// The office.
pub struct Office<'c> {
    calendar: &'c WorkingCalendar,
    today: Day,
    of_day: u64,
    a_day: u64,
    idx: u64,
    cases: u64,
    going: VecDeque<Going>,
}

impl<'c> Office<'c> {
    /// An office whose acts are spread over years.
    pub fn new(acts: usize, calendar: &'c WorkingCalendar) -> Office<'c> {
        let a_day = u64::try_from(acts.div_ceil(DAYS).max(20)).unwrap_or(u64::MAX);
        let today = Day::constant(2017, 1, 3);
        Office { calendar, today, of_day: 0, a_day, idx: 0, cases: 0, going: VecDeque::new() }
    }

    /// The next acts.
    pub fn chunk(&mut self, acts: usize) -> Outcome<Vec<Written>> {
        (0..acts).map(|_| self.next()).collect()
    }

    /// Cases wait their turn, so many of each that an ordinary one is served within its limit.
    fn next(&mut self) -> Outcome<Written> {
        self.of_day += 1;
        if self.of_day > self.a_day {
            self.of_day = 1;
            self.today = self.calendar.next_working(self.today.plus(1))?;
        }
        let step = 10 * 3_600_000 / i64::try_from(self.a_day)?;
        let at = ZONE.start_of(self.today).plus_ms(8 * 3_600_000 + i64::try_from(self.of_day)? * step);
        let waiting = u64::try_from(self.going.len())?;
        let Some(mut going) = (if waiting > self.a_day * 2 { self.going.pop_front() } else { None }) else {
            self.cases += 1;
            let (number, clock) = (self.cases, clock(at, self.calendar)?);
            let event = opened(number, &clock);
            self.going.push_back(Going { number, version: 1, clock });
            return self.written(at, (number, 1), officer(number, 0), &event);
        };
        going.version += 1;
        let (number, version) = (going.number, going.version);
        // One in a hundred is asked for papers twice, one in fifty is late, one in five hundred is checked by who accepted it.
        let asked = number.is_multiple_of(100);
        let first = if asked { 2 } else { 0 };
        let (hand, event) = match version - 2 {
            n if asked && n < 2 => (0, supplement(n + 1, at)),
            n if n == first => (0, done("accept", number, vec![], 0)),
            n if n == first + 1 => {
                let hand = if number.is_multiple_of(500) { 0 } else { 1 };
                (hand, done("check", number, vec![], hand))
            }
            n if n == first + 2 && number.is_multiple_of(50) => (2, rung(&going.clock)),
            _ => (0, done("serve", number, ended(), 0)),
        };
        let is_over = event.step().events.iter().any(|event| matches!(event, Event::Ended { .. }));
        if !is_over {
            self.going.push_back(going);
        }
        self.written(at, (number, version), officer(number, hand), &event)
    }

    fn written(
        &mut self,
        at: Instant,
        (number, version): (u64, u64),
        officer: Option<OfficerId>,
        event: &CaseEvent,
    ) -> Outcome<Written> {
        let idx = self.idx;
        self.idx += 1;
        let case = MatterId::new(u128::from(number));
        Ok(Written { idx, at, case, version, officer, body: serde_json::to_vec(event)? })
    }
}

/// Who does it: one of ten of the organ; none: the node.
fn officer(number: u64, hand: u64) -> Option<OfficerId> {
    (hand < 2).then(|| OfficerId::new(u128::from(organ(number) * 100 + number / ORGANS % 5 * 2 + hand)))
}

fn organ(number: u64) -> u64 {
    number % ORGANS + 1
}

fn clock(from: Instant, calendar: &WorkingCalendar) -> Outcome<Clock> {
    let limit = |days| Limit::of_days(Law::Licensing, days, "行政许可法 第42条");
    let of = StatutoryClock::start(from, ZONE, limit(20)).promising(limit(10));
    let due = of.due(calendar)?;
    let ends = |deadline| match deadline {
        Deadline::At { ends, .. } => Some(ends),
        Deadline::Waiting { .. } => None,
    };
    let rungs = [(Rung::Promised, due.promised.and_then(ends)), (Rung::Statutory, ends(due.statutory))];
    Ok(Clock {
        element: None,
        run: None,
        of,
        by_promise: false,
        supplement: OnSupplement::Anew,
        held: false,
        reached: BTreeSet::new(),
        rungs: rungs.into_iter().filter_map(|(rung, at)| Some((rung, at?))).collect(),
    })
}

fn step(events: Vec<Event>) -> Step {
    Step { events, ..Step::default() }
}

fn opened(number: u64, clock: &Clock) -> CaseEvent {
    CaseEvent::Opened {
        model: MatterId::new(1),
        process: ElementId::from("licence"),
        version: 1,
        title: format!("第 {number} 件申请").into(),
        organ: OrganId::new(u128::from(organ(number))),
        caller: None,
        begun: None,
        under: None,
        step: step(vec![Event::ClockArmed { clock: 1, of: clock.clone() }]),
    }
}

fn stepped(did: &str, element: Option<&str>, events: Vec<Event>) -> CaseEvent {
    CaseEvent::Stepped {
        did: did.to_owned(),
        element: element.map(ElementId::from),
        said: false,
        words: Erasable::erased(),
        reported: None,
        step: step(events),
    }
}

fn done(element: &str, number: u64, more: Vec<Event>, hand: u64) -> CaseEvent {
    // Every tenth opinion is the same one.
    let of = if number.is_multiple_of(10) { 0 } else { number };
    let opinion = format!("第 {of} 件材料齐全，符合法定形式，予以受理。");
    let values = [("opinion".to_owned(), Value::text(opinion))].into();
    let mut events = vec![
        Event::VariablesSet { scope: 1, values },
        Event::TaskClosed { task: 2, by: officer(number, hand) },
        Event::RunEnded { run: 3, how: RunEnd::Completed },
    ];
    events.extend(more);
    stepped("complete", Some(element), events)
}

fn ended() -> Vec<Event> {
    let (how, variables) = (Ending::Completed, dmn::Context::new());
    vec![Event::ClockFinished { clock: 1, done: true }, Event::Ended { how, variables }]
}

fn rung(clock: &Clock) -> CaseEvent {
    let due = clock.rungs.first().map_or(clock.of.started, |(_, at)| *at);
    stepped("rung", None, vec![Event::RungReached { clock: 1, rung: Rung::Promised, due }])
}

fn supplement(ordinal: u64, at: Instant) -> CaseEvent {
    let (stopped, held) = (BTreeSet::new(), BTreeSet::new());
    let (items, notice) = (Erasable::erased(), format!("补 {ordinal} 号"));
    let of = Supplement { task: 2, items, notice, until: at, ordinal, stopped, held };
    stepped("supplement", Some("accept"), vec![Event::SupplementAsked { supplement: 5, of }])
}
