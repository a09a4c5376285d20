//! Families of rules: what is measured. Each says which figures its rules have, and what fills their sentences.

mod again;
mod burst;
mod four_eyes;
mod last_day;
mod late_stop;
pub mod limit;
mod moved;
mod odd_hours;
mod order;
mod recusal;
mod returned;
mod same_text;
mod suspension;
mod unattended;

use serde::Deserialize;

use crate::judge::{Outcome, Seen};
use crate::pack::Rule;

/// What a parameter is counted in.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// A light: 0 none, 1 reminder, 2 yellow, 3 red.
    Light,
    /// How often.
    Times,
    /// Working days.
    WorkingDays,
    /// Calendar days.
    Days,
    /// Seconds.
    Seconds,
    /// Hours of the day, 0 to 24.
    Hour,
    /// Hundredths.
    Percent,
    /// Characters.
    Characters,
    /// Cases.
    Cases,
    /// Steps of a process, in their order.
    Steps,
}

impl Unit {
    /// The stable word.
    pub fn code(self) -> &'static str {
        match self {
            Unit::Light => "light",
            Unit::Times => "times",
            Unit::WorkingDays => "working-days",
            Unit::Days => "days",
            Unit::Seconds => "seconds",
            Unit::Hour => "hour",
            Unit::Percent => "percent",
            Unit::Characters => "characters",
            Unit::Cases => "cases",
            Unit::Steps => "steps",
        }
    }
}

/// A figure that a family asks for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Ask {
    /// Its name in the file.
    pub name: &'static str,
    /// What it is counted in.
    pub unit: Unit,
    /// The least that it may be.
    pub least: i64,
    /// The most.
    pub most: i64,
}

const fn ask(name: &'static str, unit: Unit, least: i64, most: i64) -> Ask {
    Ask { name, unit, least, most }
}

/// The figure that every family but the limits has: the light of what it finds.
const LIGHT: Ask = ask("light", Unit::Light, 1, 3);

/// What a rule measures.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Family {
    /// A limit that is about to be over, is over, or is long over 时限.
    Limit,
    /// A matter that stands still without voucher, or whose clock does without lawful cause 暂停.
    Suspension,
    /// Sent back, or asked for papers, again and again 反复退回、反复补正.
    Returned,
    /// A token that was put elsewhere by hand 移步.
    Moved,
    /// A matter that ends without steps that belong to it, or did them in another order 缺步、逆序.
    Order,
    /// Steps of four eyes done by one person, for whomever 四眼.
    FourEyes,
    /// Somebody acts who keeps out of it 回避.
    Recusal,
    /// Steps done at night or on days of rest 非工作时间.
    OddHours,
    /// Many steps done within a minute 突击办理.
    Burst,
    /// Most matters of an organ are closed on the last day 压线办结.
    LastDay,
    /// A clock that is stopped just before its limit 临界暂停.
    LateStop,
    /// The same text in many matters 雷同答复.
    SameText,
    /// What stands still and nobody deals with 异常无人处理.
    Unattended,
    /// Sent back, and then done again with a clock that began anew 退回重办.
    Again,
}

impl Family {
    /// All of them.
    pub const ALL: [Family; 14] = [
        Family::Limit,
        Family::Suspension,
        Family::Returned,
        Family::Moved,
        Family::Order,
        Family::FourEyes,
        Family::Recusal,
        Family::OddHours,
        Family::Burst,
        Family::LastDay,
        Family::LateStop,
        Family::SameText,
        Family::Unattended,
        Family::Again,
    ];

    /// The stable word.
    pub fn code(self) -> &'static str {
        match self {
            Family::Limit => "limit",
            Family::Suspension => "suspension",
            Family::Returned => "returned",
            Family::Moved => "moved",
            Family::Order => "order",
            Family::FourEyes => "four-eyes",
            Family::Recusal => "recusal",
            Family::OddHours => "odd-hours",
            Family::Burst => "burst",
            Family::LastDay => "last-day",
            Family::LateStop => "late-stop",
            Family::SameText => "same-text",
            Family::Unattended => "unattended",
            Family::Again => "again",
        }
    }

    /// The figures that its rules have.
    pub fn asks(self) -> &'static [Ask] {
        match self {
            Family::Limit => limit::ASKS,
            Family::Suspension => suspension::ASKS,
            Family::Returned => returned::ASKS,
            Family::Moved => moved::ASKS,
            Family::Order => order::ASKS,
            Family::FourEyes => four_eyes::ASKS,
            Family::Recusal => recusal::ASKS,
            Family::OddHours => odd_hours::ASKS,
            Family::Burst => burst::ASKS,
            Family::LastDay => last_day::ASKS,
            Family::LateStop => late_stop::ASKS,
            Family::SameText => same_text::ASKS,
            Family::Unattended => unattended::ASKS,
            Family::Again => again::ASKS,
        }
    }

    /// What fills its sentences; `case`, `organ` and `officer` are filled for every family.
    pub fn places(self) -> Vec<&'static str> {
        let own: &[&str] = match self {
            Family::Limit => limit::PLACES,
            Family::Suspension => suspension::PLACES,
            Family::Returned => returned::PLACES,
            Family::Moved => moved::PLACES,
            Family::Order => order::PLACES,
            Family::FourEyes => four_eyes::PLACES,
            Family::Recusal => &[],
            Family::OddHours => odd_hours::PLACES,
            Family::Burst => burst::PLACES,
            Family::LastDay => last_day::PLACES,
            Family::LateStop => late_stop::PLACES,
            Family::SameText => same_text::PLACES,
            Family::Unattended => unattended::PLACES,
            Family::Again => again::PLACES,
        };
        ["case", "organ", "officer"].into_iter().chain(own.iter().copied()).collect()
    }

    /// Whether it looks at what was done lately in other cases.
    pub fn looks_around(self) -> bool {
        matches!(self, Family::Burst | Family::LastDay | Family::SameText)
    }

    /// How many seconds back a rule of it looks at most.
    pub fn horizon(self, rule: &Rule) -> i64 {
        match self {
            Family::Burst => rule.figure("seconds").saturating_mul(2),
            Family::LastDay | Family::SameText => rule.figure("days").saturating_mul(2 * 86_400),
            _ => 0,
        }
    }

    /// What it says of an act: one outcome for each thing that it measured, nothing where there was none.
    pub(crate) fn judge(self, rule: &Rule, seen: Seen<'_>) -> Vec<Outcome> {
        match self {
            Family::Limit => limit::judge(rule, seen),
            Family::Suspension => suspension::judge(rule, seen),
            Family::Returned => returned::judge(rule, seen),
            Family::Moved => moved::judge(rule, seen),
            Family::Order => order::judge(rule, seen),
            Family::FourEyes => four_eyes::judge(rule, seen),
            Family::Recusal => recusal::judge(rule, seen),
            Family::OddHours => odd_hours::judge(rule, seen),
            Family::Burst => burst::judge(rule, seen),
            Family::LastDay => last_day::judge(rule, seen),
            Family::LateStop => late_stop::judge(rule, seen),
            Family::SameText => same_text::judge(rule, seen),
            Family::Unattended => unattended::judge(rule, seen),
            Family::Again => again::judge(rule, seen),
        }
    }
}
