//! Variables and expressions.

use dmn::{Context, Expression, Value};
use kernel::Instant;

use super::{MOST_ROUNDS, Stepper};
use crate::event::Event;
use crate::graph::{Multi, TimerOf};
use crate::state::Number;

impl Stepper<'_> {
    /// What an expression may read in a scope: the variables seen from there, what is given beside them, and today.
    pub(super) fn context(&self, scope: Number, beside: Context) -> Context {
        let mut seen = self.state.visible(scope);
        seen.extend(beside);
        let day = self.moment.now.day(self.moment.zone);
        if let Some(today) = Value::date(&day.to_string()) {
            seen.insert("today".to_owned(), today);
        }
        if let Some(now) = Value::date_time(&self.moment.now.to_string()) {
            seen.insert("now".to_owned(), now);
        }
        seen
    }

    /// The value of an expression, or why it has none.
    pub(super) fn value(&self, expression: &Expression, scope: Number, beside: Context) -> Result<Value, String> {
        expression.evaluate(&self.context(scope, beside)).map_err(|fault| fault.to_string())
    }

    /// Whether a condition holds; neither true nor false is an error, and never false.
    pub(super) fn holds(&self, expression: &Expression, scope: Number, beside: Context) -> Result<bool, String> {
        match self.value(expression, scope, beside)? {
            Value::Boolean(holds) => Ok(holds),
            other => Err(format!("{}: {}", expression.text(), shown(&other))),
        }
    }

    /// Writes into one scope.
    pub(super) fn set(&mut self, scope: Number, values: Context) {
        if !values.is_empty() {
            self.changed = true;
            self.emit(Event::VariablesSet { scope, values });
        }
    }

    /// Writes each where it is at home: in the nearest scope that has declared it, else in the root.
    pub(super) fn write(&mut self, scope: Number, values: Context) {
        let mut homes: std::collections::BTreeMap<Number, Context> = std::collections::BTreeMap::new();
        for (name, value) in values {
            let home = self.state.home(scope, &name);
            homes.entry(home).or_default().insert(name, value);
        }
        for (home, values) in homes {
            self.set(home, values);
        }
    }

    /// What mappings come to: name and value.
    pub(super) fn mapped(
        &self,
        mappings: &[(String, Expression)],
        scope: Number,
        beside: &Context,
    ) -> Result<Context, String> {
        let all = mappings.iter();
        all.map(|(name, expression)| Ok((name.clone(), self.value(expression, scope, beside.clone())?))).collect()
    }

    /// How often a multi-instance activity is to run, and with which items.
    pub(super) fn rounds(&self, multi: &Multi, scope: Number) -> Result<(u64, Vec<Value>), String> {
        let items = match &multi.collection {
            Some(collection) => match self.value(collection, scope, Context::new())? {
                Value::List(items) => items,
                // One value is a list of one, as everywhere in FEEL.
                Value::Null => return Err(format!("{}: null", collection.text())),
                one => vec![one],
            },
            None => Vec::new(),
        };
        let within = |count: u64, what: &dyn Fn() -> String| match count <= MOST_ROUNDS {
            true => Ok(count),
            false => Err(format!("{}: {count} > {MOST_ROUNDS}", what())),
        };
        let Some(cardinality) = &multi.cardinality else {
            let of = || multi.collection.as_ref().map_or_else(String::new, |it| it.text().to_owned());
            return Ok((within(items.len() as u64, &of)?, items));
        };
        let value = self.value(cardinality, scope, Context::new())?;
        let count = match &value {
            Value::Number(number) if number.is_whole() => number.to_i64().and_then(|count| u64::try_from(count).ok()),
            _ => None,
        };
        let count = count.ok_or_else(|| format!("{}: {}", cardinality.text(), shown(&value)))?;
        Ok((within(count, &|| cardinality.text().to_owned())?, items))
    }

    /// When a timer is due first, how often in all, and its repetition as text.
    pub(super) fn due(&self, timer: &TimerOf, scope: Number) -> Result<(Instant, Option<u64>, Option<String>), String> {
        use crate::graph::Cycle;
        let (cycle, text) = match timer {
            TimerOf::Literal(cycle) => (*cycle, None),
            TimerOf::Expression(expression) => {
                let value = self.value(expression, scope, Context::new())?;
                let text = match &value {
                    Value::String(text) => text.clone(),
                    Value::DateTime(moment) => moment.as_str().to_owned(),
                    Value::Date { year, month, day } => format!("{year:04}-{month:02}-{day:02}"),
                    Value::YearsMonths(months) => format!("P{months}M"),
                    Value::DaysTime(nanos) => format!("PT{}S", nanos / 1_000_000_000),
                    other => return Err(format!("{}: {}", expression.text(), shown(other))),
                };
                let cycle = Cycle::read(&text, self.moment.zone);
                (cycle.map_err(|error| format!("{}: {text}: {error}", expression.text()))?, Some(text))
            }
        };
        let (due, times) = cycle.first(self.moment.now, self.moment.zone);
        Ok((due, times, text))
    }
}

/// A value as an incident quotes it, held short.
pub(super) fn shown(value: &Value) -> String {
    let text = value.to_json().unwrap_or_else(|fault| fault.to_string());
    match text.char_indices().nth(200) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text,
    }
}
