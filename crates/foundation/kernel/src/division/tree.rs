//! The tree of divisions as of a day, by what was known on a day.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::code::{DivisionCode, Level};
use crate::dated::{self, Dated, Period, Succession, as_of};
use crate::day::Day;
use crate::locale::Text;

/// One period of a division: its name while nothing about it changed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Division {
    /// Its code.
    pub code: DivisionCode,
    /// Its name.
    pub name: Text,
    /// The division above where it is not the one its code says: a county run by the province 省直管, for instance.
    #[serde(default)]
    pub above: Option<DivisionCode>,
    /// When this is so.
    #[serde(flatten)]
    pub period: Period,
}

impl Dated for Division {
    fn period(&self) -> Period {
        self.period
    }
}

/// Divisions through time: renames are new periods; mergers, splits and new codes are successions.
#[derive(Clone, Default, Debug)]
pub struct DivisionTree {
    rows: BTreeMap<DivisionCode, Vec<Division>>,
    successions: Vec<Succession<DivisionCode>>,
}

impl DivisionTree {
    /// The tree of these rows, each division's in the order in which they were written, and successions.
    pub fn new(
        rows: impl IntoIterator<Item = Division>,
        successions: impl IntoIterator<Item = Succession<DivisionCode>>,
    ) -> DivisionTree {
        let mut tree = DivisionTree { rows: BTreeMap::new(), successions: successions.into_iter().collect() };
        for row in rows {
            tree.rows.entry(row.code).or_default().push(row);
        }
        tree
    }

    /// The tree on `day`, by what was known on `known`.
    pub fn as_of(&self, day: Day, known: Day) -> DivisionView<'_> {
        DivisionView { tree: self, day, known }
    }

    /// Those that took over from `code` by `day`, by what was known on `known`; itself if none did.
    pub fn successors(&self, code: DivisionCode, day: Day, known: Day) -> Vec<DivisionCode> {
        dated::successors(&self.successions, code, day, known)
    }

    /// Those that `code` took over from, as they were on `day`; itself if it did from none since.
    pub fn predecessors(&self, code: DivisionCode, day: Day, known: Day) -> Vec<DivisionCode> {
        dated::predecessors(&self.successions, code, day, known)
    }
}

/// The divisions on one day.
#[derive(Clone, Copy, Debug)]
pub struct DivisionView<'a> {
    tree: &'a DivisionTree,
    day: Day,
    known: Day,
}

impl<'a> DivisionView<'a> {
    /// The division of that code, if there was one.
    pub fn get(&self, code: DivisionCode) -> Option<&'a Division> {
        as_of(self.tree.rows.get(&code)?, self.day, self.known)
    }

    /// The nearest division above that existed: by its own record, else by its code.
    pub fn parent(&self, code: DivisionCode) -> Option<&'a Division> {
        let mut above = self.get(code).and_then(|division| division.above).or_else(|| code.parent());
        // A level may be missing, such as 市辖区 or 省直辖县级 which many lists leave out. Walking up by digits ends.
        while let Some(candidate) = above {
            if let Some(found) = self.get(candidate) {
                return Some(found);
            }
            above = candidate.parent();
        }
        None
    }

    /// All divisions whose parent is this one, by code.
    pub fn children(&self, code: DivisionCode) -> Vec<&'a Division> {
        self.all().filter(|d| d.code != code && self.parent(d.code).is_some_and(|p| p.code == code)).collect()
    }

    /// All divisions of a level, by code.
    pub fn of_level(&self, level: Level) -> impl Iterator<Item = &'a Division> + use<'a> {
        self.all().filter(move |division| division.code.level() == level)
    }

    /// All divisions, by code.
    pub fn all(&self) -> impl Iterator<Item = &'a Division> + use<'a> {
        let (day, known) = (self.day, self.known);
        self.tree.rows.values().filter_map(move |rows| as_of(rows, day, known))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dated::SuccessionKind;

    fn code(text: &str) -> DivisionCode {
        DivisionCode::parse(text).unwrap()
    }

    fn division(text: &str, zh: &str, period: Period) -> Division {
        Division { code: code(text), name: Text::same(zh), above: None, period }
    }

    const OLD: Day = Day::constant(1990, 1, 1);
    /// 国函〔2012〕102号: three districts of Suzhou became Gusu, the city of Wujiang became a district.
    const REFORM: Day = Day::constant(2012, 9, 1);

    fn suzhou() -> DivisionTree {
        let until = Period::since(OLD).until(REFORM).known(REFORM);
        let mut rows = vec![
            division("32", "江苏省", Period::since(OLD)),
            division("3205", "苏州市", Period::since(OLD)),
            division("320508", "姑苏区", Period::since(REFORM)),
            division("320509", "吴江区", Period::since(REFORM)),
        ];
        for (text, name) in [("320502", "沧浪区"), ("320503", "平江区"), ("320504", "金阊区"), ("320584", "吴江市")]
        {
            rows.push(division(text, name, Period::since(OLD)));
            rows.push(division(text, name, until));
        }
        let districts = ["320502", "320503", "320504"].map(code).to_vec();
        let successions = [
            Succession {
                kind: SuccessionKind::Merge,
                on: REFORM,
                known_from: REFORM,
                before: districts,
                after: vec![code("320508")],
            },
            Succession {
                kind: SuccessionKind::Rename,
                on: REFORM,
                known_from: REFORM,
                before: vec![code("320584")],
                after: vec![code("320509")],
            },
        ];
        DivisionTree::new(rows, successions)
    }

    #[test]
    fn suzhou_has_an_answer_on_every_day() {
        let tree = suzhou();
        let eve = REFORM.plus(-1);
        let names = |day, known| {
            let view = tree.as_of(day, known);
            view.children(code("3205")).iter().map(|d| d.name.zh.as_str()).collect::<Vec<_>>()
        };
        assert_eq!(names(eve, Day::MAX), ["沧浪区", "平江区", "金阊区", "吴江市"]);
        assert_eq!(names(REFORM, Day::MAX), ["姑苏区", "吴江区"]);
        assert_eq!(names(REFORM, eve), ["沧浪区", "平江区", "金阊区", "吴江市"], "nobody knew yet");
        assert_eq!(names(OLD.plus(-1), Day::MAX), [""; 0]);
    }

    #[test]
    fn successions_are_followed_both_ways() {
        let tree = suzhou();
        let eve = REFORM.plus(-1);
        assert_eq!(tree.successors(code("320503"), REFORM, Day::MAX), [code("320508")]);
        assert_eq!(tree.successors(code("320503"), eve, Day::MAX), [code("320503")]);
        assert_eq!(tree.successors(code("320503"), REFORM, eve), [code("320503")]);
        assert_eq!(tree.predecessors(code("320508"), eve, Day::MAX), ["320502", "320503", "320504"].map(code));
        assert_eq!(tree.predecessors(code("320508"), REFORM, Day::MAX), [code("320508")]);
    }

    #[test]
    fn a_level_that_lists_leave_out_is_stepped_over() {
        let tree = suzhou();
        let view = tree.as_of(REFORM, Day::MAX);
        assert_eq!(view.parent(code("320508001")).unwrap().code, code("320508"));
        assert_eq!(view.parent(code("321302")).unwrap().code, code("32"));
        assert!(view.parent(code("32")).is_none());
    }
}
