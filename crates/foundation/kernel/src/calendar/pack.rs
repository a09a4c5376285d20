//! One year's calendar as a pack file; `packs/cn/calendars/README.md` describes the format.

use serde::Deserialize;

use crate::day::Day;

/// What one year's notices say.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CalendarPack {
    /// The year whose calendar this is.
    pub year: i16,
    /// Where the State Council's notices stand, the first of the year and amendments.
    pub notices: Vec<String>,
    /// The holidays in the order of the notice.
    #[serde(rename = "holiday")]
    pub holidays: Vec<Holiday>,
}

/// One holiday with the days that people rest for it, and those on which they make up.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Holiday {
    /// Its Chinese name.
    pub zh: String,
    /// Its English name.
    pub en: String,
    /// Days of rest.
    pub rest: Vec<Day>,
    /// Make-up working days 调休.
    #[serde(default)]
    pub work: Vec<Day>,
}

/// Why a file is no calendar.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum PackFault {
    /// Not the format; the text names line and column.
    #[error("not a calendar: {detail}")]
    Format {
        /// What the parser says.
        detail: String,
    },
    /// A day lies in neither the pack's year nor the month before it.
    #[error("{day} is not in the calendar of {year}")]
    Stray {
        /// The day.
        day: Day,
        /// The pack's year.
        year: i16,
    },
    /// A day is named twice.
    #[error("{day} is named twice")]
    Twice {
        /// The day.
        day: Day,
    },
    /// A make-up working day that is no weekend is a working day anyway: a slip of the pen.
    #[error("{day} is a make-up working day but no weekend")]
    NothingToMakeUp {
        /// The day.
        day: Day,
    },
    /// A year without holidays is no notice.
    #[error("the calendar of {year} names no day of rest")]
    Empty {
        /// The pack's year.
        year: i16,
    },
    /// A fault in a named file.
    #[error("{path}: {fault}")]
    File {
        /// The file.
        path: String,
        /// What is wrong with it.
        fault: Box<PackFault>,
    },
}

impl PackFault {
    /// The same fault with the name of its file.
    #[must_use]
    pub fn in_file(self, path: &str) -> PackFault {
        PackFault::File { path: path.to_owned(), fault: Box::new(self) }
    }
}

impl CalendarPack {
    /// Reads and checks one file.
    pub fn parse(text: &str) -> Result<CalendarPack, PackFault> {
        let pack: CalendarPack =
            toml::from_str(text).map_err(|fault| PackFault::Format { detail: fault.to_string() })?;
        let year = pack.year;
        let mut seen = std::collections::BTreeSet::new();
        for holiday in &pack.holidays {
            for &day in holiday.rest.iter().chain(&holiday.work) {
                let own = day.year() == year || (day.year() == year - 1 && day.month() == 12);
                if !own {
                    return Err(PackFault::Stray { day, year });
                }
                if !seen.insert(day) {
                    return Err(PackFault::Twice { day });
                }
            }
            if let Some(day) = holiday.work.iter().find(|day| !day.is_weekend()) {
                return Err(PackFault::NothingToMakeUp { day: *day });
            }
        }
        if pack.holidays.iter().all(|holiday| holiday.rest.is_empty()) {
            return Err(PackFault::Empty { year });
        }
        Ok(pack)
    }
}
