//! Statutory clocks as people read them: a bar of used, stopped, left and overdue, and words.

use askama::Template;
use kernel::clock::Standing;
use kernel::limit::{Budget, Unit};

use super::format::term;
use super::{Badge, Html, Icon, IntoHtml, Light};
use crate::component;
use crate::locale::Words;

/// A piece of a clock's bar.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Piece {
    /// Time that counted.
    Used(u32),
    /// Time during which the clock stood still for a lawful cause; hatched.
    Stopped(u32),
    /// Time left.
    Left(u32),
    /// Time beyond the limit.
    Overdue(u32),
}

impl Piece {
    fn length(self) -> u32 {
        match self {
            Piece::Used(n) | Piece::Stopped(n) | Piece::Left(n) | Piece::Overdue(n) => n,
        }
    }

    fn class(self) -> &'static str {
        match self {
            Piece::Used(_) => "used",
            Piece::Stopped(_) => "stopped",
            Piece::Left(_) => "left",
            Piece::Overdue(_) => "overdue",
        }
    }
}

/// One stretch of the bar in per cent of its width.
#[derive(Clone, Debug)]
struct Stretch {
    class: &'static str,
    x: String,
    width: String,
}

/// A clock in one line: bar and words. For lists.
#[derive(Clone, Debug, Template)]
#[template(path = "ui/clock.html")]
pub struct Clock {
    light: Light,
    stretches: Vec<Stretch>,
    word: String,
}

impl Clock {
    /// A running clock: `used` of `budget` days or hours. The last tenths of the budget (from 60 % on) are amber.
    pub fn running(words: Words, used: u32, budget: u32, unit: Unit) -> Clock {
        let left = budget.saturating_sub(used);
        let word = match left {
            0 => words.t("clock-today"),
            _ => words.with("clock-left", &[("days", term(words.locale(), left, unit).into())]),
        };
        let urgent = u64::from(used) * 10 >= u64::from(budget) * 6;
        let pieces = [Piece::Used(used.min(budget)), Piece::Left(left)];
        Clock { light: if urgent { Light::Yellow } else { Light::Waiting }, stretches: stretches(&pieces), word }
    }

    /// A clock past its limit by `over` days or hours.
    pub fn overdue(words: Words, over: u32, unit: Unit) -> Clock {
        let word = words.with("clock-overdue", &[("days", term(words.locale(), over, unit).into())]);
        Clock { light: Light::Red, stretches: stretches(&[Piece::Overdue(1)]), word }
    }

    /// A clock that stands still for a lawful cause.
    pub fn stopped(words: Words, used: u32, budget: u32) -> Clock {
        let pieces = [Piece::Used(used), Piece::Stopped(1), Piece::Left(budget.saturating_sub(used + 1))];
        Clock { light: Light::Unverified, stretches: stretches(&pieces), word: words.t("clock-stopped") }
    }

    /// A clock that has ended within its limit.
    pub fn ended(words: Words, used: u32, budget: u32) -> Clock {
        let pieces = [Piece::Used(used), Piece::Left(budget.saturating_sub(used))];
        Clock { light: Light::Done, stretches: stretches(&pieces), word: words.t("clock-ended") }
    }

    /// A limit as the domain reads it (see [`kernel::clock`]): bar and words follow from where it stands in its budget.
    pub fn standing(words: Words, standing: Standing, budget: Budget) -> Clock {
        let Budget { value, unit } = budget;
        match standing {
            Standing::Running { left } => Clock::running(words, value.saturating_sub(left), value, unit),
            Standing::DueToday { .. } => Clock::running(words, value, value, unit),
            Standing::Overdue { by } => Clock::overdue(words, by, unit),
            Standing::Suspended { left, .. } => Clock::stopped(words, value.saturating_sub(left.unwrap_or(0)), value),
            Standing::Finished { late_by: 0 } => Clock::ended(words, value, value),
            Standing::Finished { late_by } => Clock {
                word: words.with("clock-ended-late", &[("days", term(words.locale(), late_by, unit).into())]),
                ..Clock::overdue(words, late_by, unit)
            },
        }
    }

    /// Another light than the share of the budget suggests.
    pub fn light(mut self, light: Light) -> Clock {
        self.light = light;
        self
    }

    /// The words alone, for sorting by eye and for exports.
    pub fn word(&self) -> &str {
        &self.word
    }

    /// All states in a list.
    pub fn samples(words: Words) -> Vec<(&'static str, Clock)> {
        let working = Unit::WorkingDays;
        vec![
            ("running", Clock::running(words, 4, 12, working)),
            ("soon", Clock::running(words, 7, 10, working)),
            ("today", Clock::running(words, 10, 10, working)),
            ("overdue", Clock::overdue(words, 1, working)),
            ("calendar days", Clock::overdue(words, 6, Unit::CalendarDays)),
            ("stopped", Clock::stopped(words, 2, 10)),
            ("ended", Clock::ended(words, 7, 10)),
        ]
    }
}

/// A clock with its whole story: title, bar with marks, and each stop with cause and voucher.
#[derive(Clone, Debug, Template)]
#[template(path = "ui/clock_bar.html")]
pub struct ClockBar {
    title: String,
    badge: Option<Badge>,
    stretches: Vec<Stretch>,
    from: String,
    to: String,
    today: Option<(String, &'static str, String)>,
    note: Html,
}

impl ClockBar {
    /// - `title`: the limit in words: 承诺时限 10 个工作日.
    /// - `pieces`: in the order in which they happened.
    pub fn new(title: impl Into<String>, pieces: &[Piece]) -> ClockBar {
        ClockBar {
            title: title.into(),
            badge: None,
            stretches: stretches(pieces),
            from: String::new(),
            to: String::new(),
            today: None,
            note: Html::default(),
        }
    }

    /// Where the clock stands: 今日到期.
    pub fn state(mut self, light: Light, word: impl Into<String>) -> ClockBar {
        self.badge = Some(Badge::saying(light, word).bare());
        self
    }

    /// Words under the two ends: 11-03 派办, 11-17 到期.
    pub fn ends(mut self, from: impl Into<String>, to: impl Into<String>) -> ClockBar {
        (self.from, self.to) = (from.into(), to.into());
        self
    }

    /// A mark for today, after `after` of `of` days.
    pub fn today(mut self, after: u32, of: u32, word: impl Into<String>) -> ClockBar {
        let share = if of == 0 { 100.0 } else { (f64::from(after) / f64::from(of) * 100.0).min(100.0) };
        let anchor = if share > 85.0 {
            "end"
        } else if share < 15.0 {
            "start"
        } else {
            "middle"
        };
        self.today = Some((per_cent(share), anchor, word.into()));
        self
    }

    /// The stops with their lawful cause and voucher, and what happens at the end, in sentences.
    pub fn note(mut self, note: impl IntoHtml) -> ClockBar {
        self.note = note.into_html();
        self
    }

    /// The shapes of a clock panel.
    pub fn samples(words: Words) -> Vec<(&'static str, ClockBar)> {
        vec![
            (
                "overdue after a stop",
                ClockBar::new("", &[Piece::Used(2), Piece::Stopped(5), Piece::Used(3), Piece::Overdue(1)])
                    .state(Light::Red, words.either("核查逾期 1 个工作日", "Check overdue by 1 working day"))
                    .ends(words.either("11-03 派办", "11-03 assigned"), words.either("11-17 到期", "11-17 due"))
                    .note(Html::text(words.either(
                        "期限 5 个工作日。11-06 至 11-12 等待机关说明，依 SV-08 中止 5 个工作日，",
                        "Limit 5 working days. Stopped for 5 from 11-06 to 11-12, waiting for the organ, under SV-08: ",
                    )).then(super::Link::new("/voucher/8", words.either("凭证", "voucher"))))
            ),
            (
                "statutory",
                ClockBar::new(words.either("法定时限 20 个工作日", "Statutory limit 20 working days"), &[Piece::Used(10), Piece::Left(10)])
                    .state(Light::Waiting, words.either("剩 10 个工作日", "10 working days left"))
                    .ends("", "12-02")
                    .today(10, 20, words.either("今日", "today"))
                    .note(words.either("检验、听证、专家评审依法可停表，目前没有。", "Tests, hearings and expert reviews may stop it; none has."))
            ),
        ]
    }
}

impl Clock {
    /// What stands in place of a clock that cannot be armed: an error, because nothing runs unmeasured.
    pub fn cannot(words: Words, why: &str) -> super::Notice {
        super::Notice::wrong(words.with("clock-cannot", &[("why", why.into())]))
    }
}

fn per_cent(share: f64) -> String {
    format!("{share:.2}%")
}

fn stretches(pieces: &[Piece]) -> Vec<Stretch> {
    let whole: f64 = pieces.iter().map(|piece| f64::from(piece.length())).sum();
    let mut at = 0.0;
    let mut stretches = Vec::with_capacity(pieces.len());
    for piece in pieces {
        let width = if whole > 0.0 { f64::from(piece.length()) / whole * 100.0 } else { 0.0 };
        if width > 0.0 {
            stretches.push(Stretch { class: piece.class(), x: per_cent(at), width: per_cent(width) });
        }
        at += width;
    }
    stretches
}

/// The icon that a clock's words carry: none while there is time.
fn icon_of(light: Light) -> Option<Icon> {
    match light {
        Light::Red | Light::Yellow | Light::Done => Some(light.icon()),
        _ => None,
    }
}

component!(Clock, ClockBar);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locale::Locale;

    #[test]
    fn a_clock_says_where_it_stands() {
        let words = Words::own(Locale::En);
        let cases = [
            ("early", Clock::running(words, 1, 10, Unit::WorkingDays), Light::Waiting, "9 working days left"),
            ("late", Clock::running(words, 6, 10, Unit::CalendarDays), Light::Yellow, "4 days left"),
            (
                "from the domain",
                Clock::standing(words, Standing::Running { left: 9 }, Budget::hours(10)),
                Light::Waiting,
                "9 hours left",
            ),
            (
                "late",
                Clock::standing(words, Standing::Finished { late_by: 2 }, Budget::calendar_days(10)),
                Light::Red,
                "ended 2 days late",
            ),
            ("due", Clock::running(words, 12, 10, Unit::WorkingDays), Light::Yellow, "due today"),
            ("overdue", Clock::overdue(words, 1, Unit::WorkingDays), Light::Red, "overdue by 1 working day"),
        ];
        for (case, clock, light, word) in cases {
            assert_eq!((clock.light, clock.word().replace('\u{A0}', " ").as_str()), (light, word), "{case}");
        }
    }

    #[test]
    fn pieces_fill_the_bar() {
        let widths: Vec<String> =
            stretches(&[Piece::Used(1), Piece::Stopped(0), Piece::Left(3)]).into_iter().map(|s| s.width).collect();
        assert_eq!(widths, ["25.00%", "75.00%"]);
        assert!(stretches(&[Piece::Used(0)]).is_empty());
    }
}
