//! One input as a finite list of regions.

use super::calendar;
use super::cell::Test;
use super::sweep::Set;
use crate::feel::{DateTime, Number, Time, Value};
use dsntk_feel::FeelType;
use std::collections::BTreeSet;

/// What kind of values an axis has.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    /// Dense: between two numbers there is always another.
    Number,
    /// Whole days.
    Date,
    /// Nanoseconds of a day, without zone or with one.
    Time {
        zoned: bool,
    },
    /// Nanoseconds since 1970, without zone or with one.
    DateTime {
        zoned: bool,
    },
    /// Whole months.
    YearsMonths,
    /// Whole nanoseconds.
    DaysTime,
    Text,
    Boolean,
    /// No cell and no declaration says.
    Unknown,
}

/// A place on an ordered axis.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Point {
    Dense(Number),
    Whole(i128),
}

/// One region, by a value within it.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Region {
    At(Point),
    Text(String),
    Boolean(bool),
    /// The only region of an axis on which nothing is ever tested.
    Anything,
}

/// An input's regions, in ascending order where it is ordered.
#[derive(Clone, Debug)]
pub(crate) struct Axis {
    kind: Kind,
    regions: Vec<Region>,
}

impl Axis {
    /// Cuts an axis at every value that a cell or the domain names. Cells of another kind than the axis has are later not
    /// analysable.
    pub(super) fn new(cells: &[Option<Test>], domain: Option<&Test>, feel_type: Option<&FeelType>) -> Self {
        let mut constants = Vec::new();
        domain.into_iter().chain(cells.iter().flatten()).for_each(|test| test.constants(&mut constants));
        let kind = kind_of_type(feel_type, &constants)
            .or_else(|| constants.first().and_then(|value| kind_of(value)))
            .unwrap_or(Kind::Unknown);
        let mut axis = Self { kind, regions: Vec::new() };
        axis.regions = match kind {
            Kind::Unknown => vec![Region::Anything],
            Kind::Boolean => vec![Region::Boolean(true), Region::Boolean(false)],
            Kind::Text => {
                let texts: BTreeSet<&str> = constants
                    .iter()
                    .filter_map(|value| match value {
                        Value::String(text) => Some(text.as_str()),
                        _ => None,
                    })
                    .collect();
                let other = (0..).map(|n| if n == 0 { "other".to_owned() } else { format!("other {n}") });
                let other = other.into_iter().find(|other| !texts.contains(other.as_str()));
                texts.iter().map(|text| Region::Text((*text).to_owned())).chain(other.map(Region::Text)).collect()
            }
            _ => axis.cut(&constants),
        };
        if let Some(domain) = domain {
            let inside: Vec<Region> =
                axis.regions.iter().filter(|region| axis.meets(region, domain) == Some(true)).cloned().collect();
            // A domain of another kind says nothing about this axis.
            if axis.regions.iter().all(|region| axis.meets(region, domain).is_some()) {
                axis.regions = inside;
            }
        }
        axis
    }

    /// Points and the stretches between them, each by a value within it.
    fn cut(&self, constants: &[&Value]) -> Vec<Region> {
        let points: BTreeSet<Point> = constants.iter().filter_map(|value| self.point(value)).collect();
        let points: Vec<Point> = points.into_iter().collect();
        let (Some(first), Some(last)) = (points.first(), points.last()) else {
            return vec![Region::At(match self.kind {
                Kind::Number => Point::Dense(Number::ZERO),
                _ => Point::Whole(0),
            })];
        };
        let mut regions = Vec::new();
        regions.extend(step(*first, -1));
        for (at, point) in points.iter().enumerate() {
            regions.push(*point);
            if let Some(next) = points.get(at + 1) {
                regions.extend(between(*point, *next));
            }
        }
        regions.extend(step(*last, 1));
        regions.into_iter().filter(|point| self.is_inside(*point)).map(Region::At).collect()
    }

    /// Times of day end at midnight.
    fn is_inside(&self, point: Point) -> bool {
        match (self.kind, point) {
            (Kind::Time { zoned: false }, Point::Whole(nanos)) => (0..calendar::DAY).contains(&nanos),
            (Kind::YearsMonths | Kind::DaysTime, Point::Whole(amount)) => i64::try_from(amount).is_ok(),
            (Kind::Date, Point::Whole(days)) => calendar::date(days).is_some(),
            _ => true,
        }
    }

    fn point(&self, value: &Value) -> Option<Point> {
        Some(match (self.kind, value) {
            (Kind::Number, Value::Number(number)) => Point::Dense(*number),
            (Kind::Date, Value::Date { year, month, day }) => Point::Whole(calendar::days(*year, *month, *day)),
            (Kind::Time { zoned }, Value::Time(time)) => Point::Whole(moment(time.as_str(), zoned)?),
            (Kind::DateTime { zoned }, Value::DateTime(text)) => Point::Whole(date_time(text, zoned)?),
            (Kind::YearsMonths, Value::YearsMonths(months)) => Point::Whole(i128::from(*months)),
            (Kind::DaysTime, Value::DaysTime(nanos)) => Point::Whole(i128::from(*nanos)),
            _ => return None,
        })
    }

    /// How many regions.
    pub(crate) fn len(&self) -> usize {
        self.regions.len()
    }

    /// The regions that a test is met in, or `None` if it is of another kind.
    pub(super) fn met_by(&self, test: &Test) -> Option<Set> {
        let mut met = Set::empty(self.regions.len());
        for (at, region) in self.regions.iter().enumerate() {
            if self.meets(region, test)? {
                met.add(at);
            }
        }
        // A test of another kind must be found even where the domain leaves no region at all.
        let mut constants = Vec::new();
        test.constants(&mut constants);
        constants.iter().all(|value| self.region(value).is_some()).then_some(met)
    }

    /// The region that a value stands for.
    fn region(&self, value: &Value) -> Option<Region> {
        Some(match (self.kind, value) {
            (Kind::Text, Value::String(text)) => Region::Text(text.clone()),
            (Kind::Boolean, Value::Boolean(truth)) => Region::Boolean(*truth),
            _ => Region::At(self.point(value)?),
        })
    }

    fn meets(&self, region: &Region, test: &Test) -> Option<bool> {
        Some(match test {
            Test::Any => true,
            Test::Is(value) => self.region(value)? == *region,
            Test::Between(low, high) => {
                let above = match low {
                    Some((value, closed)) => {
                        let order = self.order(region, value)?;
                        order.is_gt() || (*closed && order.is_eq())
                    }
                    None => true,
                };
                let below = match high {
                    Some((value, closed)) => {
                        let order = self.order(region, value)?;
                        order.is_lt() || (*closed && order.is_eq())
                    }
                    None => true,
                };
                above && below
            }
            Test::Or(tests) => {
                let met: Option<Vec<bool>> = tests.iter().map(|test| self.meets(region, test)).collect();
                met?.contains(&true)
            }
            Test::And(tests) => {
                let met: Option<Vec<bool>> = tests.iter().map(|test| self.meets(region, test)).collect();
                !met?.contains(&false)
            }
            Test::Not(test) => !self.meets(region, test)?,
        })
    }

    /// How a region lies to a value. Texts have an order in FEEL, too, but regions of texts are single values, so a
    /// comparison of texts is not analysable.
    fn order(&self, region: &Region, value: &Value) -> Option<std::cmp::Ordering> {
        match region {
            Region::At(point) => Some(point.cmp(&self.point(value)?)),
            _ => None,
        }
    }

    /// A value within a region.
    pub(crate) fn witness(&self, at: usize) -> Value {
        match self.regions.get(at) {
            Some(Region::Text(text)) => Value::String(text.clone()),
            Some(Region::Boolean(truth)) => Value::Boolean(*truth),
            Some(Region::At(Point::Dense(number))) => Value::Number(*number),
            Some(Region::At(Point::Whole(whole))) => self.whole(*whole).unwrap_or(Value::Null),
            Some(Region::Anything) | None => Value::Null,
        }
    }

    fn whole(&self, whole: i128) -> Option<Value> {
        match self.kind {
            Kind::Date => calendar::date(whole),
            Kind::Time { zoned } => Value::time(&calendar::time_text(whole, zoned)),
            Kind::DateTime { zoned } => {
                let date = calendar::date(whole.div_euclid(calendar::DAY))?;
                let date = crate::feel::plain(&date).map(|(_, text)| text)?;
                Value::date_time(&format!("{date}T{}", calendar::time_text(whole, zoned)))
            }
            Kind::YearsMonths => i64::try_from(whole).ok().map(Value::YearsMonths),
            Kind::DaysTime => i64::try_from(whole).ok().map(Value::DaysTime),
            _ => None,
        }
    }

    /// The region that holds a value, for those who name values themselves.
    pub(crate) fn position(&self, value: &Value) -> Option<usize> {
        let region = self.region(value)?;
        self.regions.iter().position(|one| *one == region)
    }

    /// Whether the regions ascend.
    pub(crate) fn is_ordered(&self) -> bool {
        !matches!(self.kind, Kind::Text | Kind::Boolean | Kind::Unknown)
    }
}

fn step(point: Point, by: i64) -> Option<Point> {
    match point {
        Point::Dense(number) => number.plus(Number::from(by)).filter(|next| *next != number).map(Point::Dense),
        Point::Whole(whole) => whole.checked_add(i128::from(by)).map(Point::Whole),
    }
}

/// A value strictly between two, if there is one.
fn between(low: Point, high: Point) -> Option<Point> {
    let middle = match (low, high) {
        (Point::Dense(low), Point::Dense(high)) => Point::Dense(low.between(high)?),
        (Point::Whole(low), Point::Whole(high)) => Point::Whole(low + (high - low) / 2),
        _ => return None,
    };
    (low < middle && middle < high).then_some(middle)
}

fn moment(text: &str, zoned: bool) -> Option<i128> {
    let (nanos, zone) = calendar::time(text)?;
    (zone.is_some() == zoned).then(|| nanos - zone.unwrap_or(0) * 1_000_000_000)
}

fn date_time(text: &DateTime, zoned: bool) -> Option<i128> {
    let (date, time) = text.as_str().split_once('T')?;
    let Value::Date { year, month, day } = Value::date(date)? else { return None };
    Some(calendar::days(year, month, day) * calendar::DAY + moment(time, zoned)?)
}

fn has_zone(text: &str) -> bool {
    calendar::time(text).is_some_and(|(_, zone)| zone.is_some())
}

fn time_has_zone(time: &Time) -> bool {
    has_zone(time.as_str())
}

fn date_time_has_zone(moment: &DateTime) -> bool {
    moment.as_str().split_once('T').is_some_and(|(_, time)| has_zone(time))
}

fn kind_of(value: &Value) -> Option<Kind> {
    Some(match value {
        Value::Number(_) => Kind::Number,
        Value::String(_) => Kind::Text,
        Value::Boolean(_) => Kind::Boolean,
        Value::Date { .. } => Kind::Date,
        Value::Time(time) => Kind::Time { zoned: time_has_zone(time) },
        Value::DateTime(moment) => Kind::DateTime { zoned: date_time_has_zone(moment) },
        Value::YearsMonths(_) => Kind::YearsMonths,
        Value::DaysTime(_) => Kind::DaysTime,
        _ => return None,
    })
}

fn kind_of_type(feel_type: Option<&FeelType>, constants: &[&Value]) -> Option<Kind> {
    let zoned = |is_time: bool| {
        constants.iter().any(|value| match value {
            Value::Time(time) => is_time && time_has_zone(time),
            Value::DateTime(moment) => !is_time && date_time_has_zone(moment),
            _ => false,
        })
    };
    Some(match feel_type? {
        FeelType::Number => Kind::Number,
        FeelType::String => Kind::Text,
        FeelType::Boolean => Kind::Boolean,
        FeelType::Date => Kind::Date,
        FeelType::Time => Kind::Time { zoned: zoned(true) },
        FeelType::DateTime => Kind::DateTime { zoned: zoned(false) },
        FeelType::YearsAndMonthsDuration => Kind::YearsMonths,
        FeelType::DaysAndTimeDuration => Kind::DaysTime,
        _ => return None,
    })
}
