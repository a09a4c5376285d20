//! Working calendars: which days people work, make-up working days 调休 included.
//!
//! Each year's calendar comes from the State Council's notice of that year, as a pack file. A year without one is *no
//! calendar*: guessing "Monday to Friday" would be wrong on some thirty days of it, and a deadline that is wrong is
//! worse than one that is refused. Source: rules-cn G-11; 全国年节及纪念日放假办法 art. 2.

mod pack;

use std::collections::BTreeMap;

use crate::day::Day;
use crate::packs::Packs;
use crate::refusal::{Param, Refuse};

pub use pack::{CalendarPack, Holiday, PackFault};

/// No notice was loaded for a year that the answer needs.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, thiserror::Error)]
#[error("no working calendar for {year}")]
pub struct NoCalendar {
    /// The year.
    pub year: i16,
}

impl Refuse for NoCalendar {
    fn code(&self) -> &'static str {
        "calendar.none"
    }

    fn params(&self) -> Vec<(&'static str, Param)> {
        vec![("year", Param::Text(self.year.to_string()))]
    }
}

/// The working days of the years that were loaded.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct WorkingCalendar {
    /// For each year, how many working days lie before each day of it: entry `n` counts those before day `n + 1` of the
    /// year, one more entry than days. So a count over years is a few look-ups.
    years: BTreeMap<i16, Vec<u16>>,
}

impl WorkingCalendar {
    /// The calendar of one year's pack file.
    pub fn from_pack(text: &str) -> Result<WorkingCalendar, PackFault> {
        Ok(WorkingCalendar::new([CalendarPack::parse(text)?]))
    }

    /// The calendar of every file under `cn/calendars/`.
    pub fn from_packs(packs: &Packs) -> Result<WorkingCalendar, PackFault> {
        let files = packs.under("cn/calendars/").filter(|(path, _)| path.ends_with(".toml"));
        let read = files.map(|(path, text)| CalendarPack::parse(text).map_err(|fault| fault.in_file(path)));
        Ok(WorkingCalendar::new(read.collect::<Result<Vec<_>, _>>()?))
    }

    /// The calendar of parsed packs, a later one of the same year replacing an earlier.
    ///
    /// A notice often reaches into the year before (New Year's Day 2008 began on 30 December 2007); it counts there, if
    /// that year has a notice of its own. The later notice wins.
    pub fn new(packs: impl IntoIterator<Item = CalendarPack>) -> WorkingCalendar {
        let packs: BTreeMap<i16, CalendarPack> = packs.into_iter().map(|pack| (pack.year, pack)).collect();
        let mut special: BTreeMap<Day, bool> = BTreeMap::new();
        for holiday in packs.values().flat_map(|pack| &pack.holidays) {
            special.extend(holiday.rest.iter().map(|day| (*day, false)));
            special.extend(holiday.work.iter().map(|day| (*day, true)));
        }
        let years = packs.keys().map(|year| (*year, counts(*year, &special))).collect();
        WorkingCalendar { years }
    }

    /// The years that have a calendar.
    pub fn years(&self) -> impl Iterator<Item = i16> {
        self.years.keys().copied()
    }

    /// Whether people work on that day.
    pub fn is_working(&self, day: Day) -> Result<bool, NoCalendar> {
        let counts = self.year(day.year())?;
        let at = index(day);
        Ok(counts[at + 1] > counts[at])
    }

    /// The first working day on or after `day`.
    pub fn next_working(&self, day: Day) -> Result<Day, NoCalendar> {
        let mut day = day;
        while !self.is_working(day)? {
            day = self.day_after(day)?;
        }
        Ok(day)
    }

    /// The `count`th working day after `from`, which itself is not counted (民法典 art. 201); `from` for 0.
    pub fn add_working_days(&self, from: Day, count: u32) -> Result<Day, NoCalendar> {
        let mut left = count;
        let mut day = from;
        while left > 0 {
            day = self.day_after(day)?;
            left -= u32::from(self.is_working(day)?);
        }
        Ok(day)
    }

    /// Working days after `from` up to `to` inclusive; negative (those after `to` up to `from`) if `to` is earlier.
    ///
    /// The inverse of [`add_working_days`](Self::add_working_days).
    pub fn working_days_between(&self, from: Day, to: Day) -> Result<i64, NoCalendar> {
        if to < from {
            return Ok(-self.working_days_between(to, from)?);
        }
        let mut days = 0;
        for year in from.year()..=to.year() {
            let counts = self.year(year)?;
            let first = if year == from.year() { index(from) + 1 } else { 0 };
            let last = if year == to.year() { index(to) + 1 } else { counts.len() - 1 };
            days += i64::from(counts[last]) - i64::from(counts[first]);
        }
        Ok(days)
    }

    fn year(&self, year: i16) -> Result<&[u16], NoCalendar> {
        self.years.get(&year).map(Vec::as_slice).ok_or(NoCalendar { year })
    }

    fn day_after(&self, day: Day) -> Result<Day, NoCalendar> {
        day.checked_add(1).ok_or(NoCalendar { year: day.year() })
    }
}

fn index(day: Day) -> usize {
    (day.day_of_year() - 1).unsigned_abs().into()
}

fn counts(year: i16, special: &BTreeMap<Day, bool>) -> Vec<u16> {
    let mut counts = vec![0];
    let mut day = Day::new(year, 1, 1).ok();
    let mut count = 0;
    while let Some(at) = day.filter(|at| at.year() == year) {
        let works = special.get(&at).copied().unwrap_or(!at.is_weekend());
        count += u16::from(works);
        counts.push(count);
        day = at.checked_add(1);
    }
    counts
}

#[cfg(test)]
mod tests;
