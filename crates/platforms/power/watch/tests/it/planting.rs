//! Cases of an ordinary office, with breaches planted as behaviour and near misses just inside each line; by a seed.

use std::collections::BTreeSet;

use flow::Event;
use flow::state::{Clock, Ending, Rung};
use kernel::calendar::WorkingCalendar;
use kernel::limit::Cause;
use kernel::{Day, Erasable, Instant, MatterId, OfficerId};
use testkit::chance::Series;

use casework::case::CaseEvent;

use crate::story::*;

/// What was planted: acts, and which rule is to find whom.
#[derive(Default)]
pub struct Planted {
    pub acts: Vec<Planned>,
    pub expected: BTreeSet<(&'static str, String)>,
    pub near_misses: u64,
}

/// The first day of an office's year.
const FIRST: Day = Day::constant(2026, 1, 5);

/// A generator.
pub struct Planting<'c> {
    series: Series,
    calendar: &'c WorkingCalendar,
    planted: Planted,
    cases: u128,
    officers: u128,
    organs: u128,
}

/// A case on its way.
struct Going {
    id: MatterId,
    opened: Day,
    clock: Clock,
    /// Who accepts, and who checks.
    hands: (u128, u128),
}

impl<'c> Planting<'c> {
    pub fn of(seed: u64, calendar: &'c WorkingCalendar) -> Planting<'c> {
        let (planted, cases, officers, organs) = (Planted::default(), 1_000, 10_000, 100);
        Planting { series: Series::of(seed), calendar, planted, cases, officers, organs }
    }

    /// Ordinary cases, and each breach and each near miss so many times.
    pub fn year(mut self, ordinary: usize, each: usize) -> Planted {
        for _ in 0..ordinary {
            let going = self.open();
            self.accept(&going);
            self.check(&going);
            self.close(&going, 5);
        }
        for _ in 0..each {
            self.limits();
            self.suspensions();
            self.again_and_again();
            self.steps();
            self.persons();
            self.hours();
            self.bursts();
            self.texts();
            self.last_days();
            self.stops();
            self.unattended();
            self.done_again();
        }
        self.planted
    }

    fn officer(&mut self) -> u128 {
        self.officers += 1;
        self.officers
    }

    /// A working day of the first half of the year.
    fn day(&mut self) -> Day {
        let day = FIRST.plus(self.series.below(170) as i64);
        self.calendar.next_working(day).unwrap_or(day)
    }

    /// So many working days later.
    fn later(&self, day: Day, days: u32) -> Day {
        self.calendar.add_working_days(day, days).unwrap_or(day)
    }

    /// A moment of work on a day.
    fn work(&mut self, day: Day) -> Instant {
        at(day, 9 + self.series.below(8) as i64, self.series.below(60) as i64)
    }

    fn plan(&mut self, at: Instant, case: MatterId, by: (Option<OfficerId>, Option<OfficerId>), event: CaseEvent) {
        self.planted.acts.push(Planned { at, case, by, event });
    }

    fn expect(&mut self, code: &'static str, about: String) {
        self.planted.expected.insert((code, about));
    }

    /// Whether this one is a breach; else it is a near miss.
    fn breach(&mut self, code: &'static str, case: MatterId, breach: bool) {
        if breach {
            self.expect(code, format!("case {case}"));
        } else {
            self.planted.near_misses += 1;
        }
    }

    fn open(&mut self) -> Going {
        let organ = 1 + u128::from(self.series.below(3));
        let day = self.day();
        self.open_in(organ, day)
    }

    fn open_in(&mut self, organ: u128, day: Day) -> Going {
        self.cases += 1;
        let id = MatterId::new(self.cases);
        let from = at(day, 8, self.series.below(60) as i64);
        let clock = clock(from, self.calendar);
        let hands = (self.officer(), self.officer());
        self.plan(from, id, by(hands.0), opened(organ, vec![armed(&clock)]));
        Going { id, opened: day, clock, hands }
    }

    fn text(&self, going: &Going) -> String {
        format!("第 {} 件材料齐全，符合法定形式，予以受理。", going.id)
    }

    fn accept(&mut self, going: &Going) {
        let day = self.later(going.opened, 1);
        let (at, text) = (self.work(day), self.text(going));
        self.plan(at, going.id, by(going.hands.0), done("accept", going.hands.0, &text, vec![]));
    }

    fn check(&mut self, going: &Going) {
        let day = self.later(going.opened, 3);
        let (at, text) = (self.work(day), self.text(going));
        self.plan(at, going.id, by(going.hands.1), done("check", going.hands.1, &text, vec![]));
    }

    /// Served and closed, so many working days after it was opened.
    fn close(&mut self, going: &Going, days: u32) {
        let day = self.later(going.opened, days);
        let (at, text) = (self.work(day), self.text(going));
        self.plan(at, going.id, by(going.hands.0), done("serve", going.hands.0, &text, ended()));
    }

    fn ordinary_until_served(&mut self) -> Going {
        let going = self.open();
        self.accept(&going);
        self.check(&going);
        going
    }

    fn limits(&mut self) {
        // In time on the last day; late by a day, said by the rung or found when it is done; past the law's limit.
        let going = self.ordinary_until_served();
        self.close(&going, 10);
        self.breach("ES-11", going.id, false);
        let going = self.ordinary_until_served();
        self.close(&going, 11);
        self.breach("ES-11", going.id, true);
        for (rungs, days) in [(&[Rung::Promised][..], 12), (&[Rung::Promised, Rung::Statutory], 22)] {
            let going = self.ordinary_until_served();
            for of in rungs {
                let due = due(&going.clock, *of);
                self.plan(due, going.id, NODE, rung(&going.clock, *of));
            }
            self.close(&going, days);
            self.breach("ES-11", going.id, true);
        }
    }

    fn suspensions(&mut self) {
        let whole: [(&str, bool); 2] = [("停办 1 号", false), ("", true)];
        for (voucher, breach) in whole {
            let going = self.ordinary_until_served();
            let day = self.later(going.opened, 4);
            let at = self.work(day);
            self.plan(at, going.id, by(going.hands.1), suspended(voucher, going.hands.1));
            self.breach("ES-12", going.id, breach);
        }
        let clocks =
            [(Cause::Hearing, "听证 1 号", false), (Cause::Hearing, " ", true), (Cause::Completion, "补 1 号", true)];
        for (cause, voucher, breach) in clocks {
            let going = self.ordinary_until_served();
            let day = self.later(going.opened, 4);
            let at = self.work(day);
            let event = stopped(&going.clock, at, cause, voucher, going.hands.1);
            self.plan(at, going.id, by(going.hands.1), event);
            self.breach("ES-12", going.id, breach);
        }
    }

    fn again_and_again(&mut self) {
        for (notices, breach) in [(1, false), (2, true)] {
            let going = self.open();
            for n in 1..=notices {
                let day = self.later(going.opened, 1 + n as u32);
                let at = self.work(day);
                self.plan(at, going.id, by(going.hands.0), asked(n, at.plus_ms(1)));
            }
            self.breach("ES-13", going.id, breach);
        }
        for (returns, breach) in [(2, false), (3, true)] {
            let going = self.open();
            self.accept(&going);
            for n in 0..returns {
                let day = self.later(going.opened, 2 + n);
                let at = self.work(day);
                self.plan(at, going.id, by(going.hands.1), returned("check", "accept", going.hands.1));
            }
            self.breach("ES-14", going.id, breach);
        }
    }

    fn steps(&mut self) {
        for breach in [false, true] {
            let going = self.ordinary_until_served();
            let day = self.later(going.opened, 4);
            let now = at(day, 9, 0);
            self.plan(now, going.id, NODE, broken());
            let mend = if breach { moved(going.hands.0, going.hands.1) } else { mended() };
            self.plan(now.plus_ms(60_000), going.id, by(going.hands.1), mend);
            self.close(&going, 5);
            self.breach("ES-15", going.id, breach);
        }
        // Ended without a check, or withdrawn before it.
        let going = self.open();
        self.accept(&going);
        self.close(&going, 5);
        self.breach("ES-16", going.id, true);
        let going = self.open();
        self.accept(&going);
        let day = self.later(going.opened, 2);
        let at = self.work(day);
        let ends = Event::Ended { how: Ending::Withdrawn, variables: dmn::Context::new() };
        self.plan(at, going.id, NODE, stepped("withdraw", None, vec![ends]));
        self.breach("ES-16", going.id, false);
    }

    fn persons(&mut self) {
        let stands = [(false, false, false), (true, false, true), (true, true, true), (false, true, false)];
        for (same, proxy, breach) in stands {
            let mut going = self.open();
            self.accept(&going);
            let other = self.officer();
            let (officer, hands) = match (same, proxy) {
                (true, false) => (going.hands.0, by(going.hands.0)),
                (true, true) => (other, for_whom(other, going.hands.0)),
                (false, true) => (other, for_whom(other, going.hands.1)),
                (false, false) => (going.hands.1, by(going.hands.1)),
            };
            let day = self.later(going.opened, 3);
            let (now, text) = (self.work(day), self.text(&going));
            self.plan(now, going.id, hands, done("check", officer, &text, vec![]));
            going.hands.0 = self.officer();
            self.close(&going, 5);
            self.breach("ES-17", going.id, breach);
        }
        for breach in [false, true] {
            let going = self.open();
            let day = self.later(going.opened, 1);
            let (now, officer) = (at(day, 8, 0), OfficerId::new(going.hands.0));
            let words = Erasable::erased;
            self.plan(now, going.id, by(going.hands.0), CaseEvent::Recused { officer, words: words() });
            if !breach {
                let lifted = CaseEvent::RecusalLifted { officer, words: words() };
                self.plan(now.plus_ms(60_000), going.id, by(going.hands.1), lifted);
            }
            self.accept(&going);
            self.breach("ES-18", going.id, breach);
        }
    }

    fn hours(&mut self) {
        for (hour, minute, breach) in [(7, 0, false), (6, 59, true), (19, 59, false), (20, 0, true)] {
            let going = self.open();
            let day = self.later(going.opened, 1);
            let text = self.text(&going);
            let event = done("accept", going.hands.0, &text, vec![]);
            self.plan(at(day, hour, minute), going.id, by(going.hands.0), event);
            self.breach("ES-19", going.id, breach);
        }
    }

    fn bursts(&mut self) {
        for (seconds, breach) in [(60, false), (59, true)] {
            let officer = self.officer();
            let day = self.day();
            let from = at(day, 14, 0);
            for n in 0..11 {
                let going = self.open_in(1, day);
                let text = self.text(&going);
                let now = from.plus_ms(n * seconds * 100);
                self.plan(now, going.id, by(officer), done("accept", officer, &text, vec![]));
            }
            match breach {
                true => self.expect("ES-20", format!("officer {}", OfficerId::new(officer))),
                false => self.planted.near_misses += 1,
            }
        }
    }

    fn texts(&mut self) {
        for (cases, breach) in [(10, false), (11, true)] {
            let officer = self.officer();
            let day = self.day();
            let text = format!("经审查，申请材料齐全，符合法定形式，予以受理。经办人 {officer}。");
            for n in 0..cases {
                let going = self.open_in(1, day);
                let later = self.later(day, 1 + n % 5);
                let now = self.work(later).plus_ms(i64::from(n) * 61_000);
                self.plan(now, going.id, by(officer), done("accept", officer, &text, vec![]));
            }
            match breach {
                true => self.expect("ES-23", format!("officer {}", OfficerId::new(officer))),
                false => self.planted.near_misses += 1,
            }
        }
    }

    fn last_days(&mut self) {
        for (on_the_last, breach) in [(9, false), (10, true)] {
            self.organs += 1;
            let organ = self.organs;
            let day = self.day();
            for n in 0..20 {
                let going = self.open_in(organ, day);
                self.accept(&going);
                self.check(&going);
                self.close(&going, if n < on_the_last { 10 } else { 6 });
            }
            match breach {
                true => self.expect("ES-21", format!("organ {}", kernel::OrganId::new(organ))),
                false => self.planted.near_misses += 1,
            }
        }
    }

    fn stops(&mut self) {
        for (days, breach) in [(8, false), (9, true), (10, true)] {
            let going = self.ordinary_until_served();
            let day = self.later(going.opened, days);
            let now = self.work(day);
            let event = stopped(&going.clock, now, Cause::Hearing, "听证 1 号", going.hands.1);
            self.plan(now, going.id, by(going.hands.1), event);
            self.breach("ES-22", going.id, breach);
        }
    }

    fn unattended(&mut self) {
        for (days, breach) in [(3, false), (4, true)] {
            let going = self.open();
            let broke = self.later(going.opened, 1);
            self.plan(at(broke, 9, 0), going.id, NODE, broken());
            let day = self.later(broke, days);
            let now = self.work(day);
            self.plan(now, going.id, by(going.hands.1), mended());
            self.breach("ES-24", going.id, breach);
        }
    }

    fn done_again(&mut self) {
        for breach in [false, true] {
            let going = self.open();
            self.accept(&going);
            let day = self.later(going.opened, 3);
            let now = self.work(day);
            self.plan(now, going.id, by(going.hands.1), returned("check", "accept", going.hands.1));
            let day = self.later(going.opened, 4);
            let anew = breach.then(|| clock(at(day, 8, 0), self.calendar));
            self.plan(at(day, 8, 0), going.id, NODE, answered(anew.as_ref()));
            let (now, text) = (self.work(day), self.text(&going));
            self.plan(now.plus_ms(60_000), going.id, by(going.hands.0), done("accept", going.hands.0, &text, vec![]));
            self.breach("ES-25", going.id, breach);
        }
    }
}
