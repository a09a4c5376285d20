//! Discretion standards (裁量基准): tables that say, within the bounds of a law, how much of a penalty fits which facts.

use super::{Report, Witness};
use crate::feel::{Number, Range, Value};
use crate::model::{Finding, HitPolicy, Rule};
use std::cmp::Ordering;

/// The bounds that the law sets, both included.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Bounds {
    /// The least.
    pub min: Number,
    /// The most.
    pub max: Number,
}

/// Where the ranges stand.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Output {
    /// One output whose entries are ranges: `[2000..5000)`. The name may be empty where a table has one output.
    Range(String),
    /// Two outputs, both ends included.
    Ends {
        /// Name of the output with the lower end.
        min: String,
        /// Name of the output with the upper end.
        max: String,
    },
}

/// An input along which a graver value may not give a lighter range.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Scale {
    /// Input clause, from 1.
    pub input: u32,
    /// Its values from the lightest to the gravest; empty for an input of numbers, dates or durations, whose own order holds.
    pub order: Vec<Value>,
}

/// What a table must be to count as a discretion standard.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Discretion {
    /// The law's bounds.
    pub bounds: Bounds,
    /// Where the ranges stand.
    pub output: Output,
    /// Inputs declared ordered.
    pub scales: Vec<Scale>,
}

/// A range of one rule, with whether its ends belong to it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Span {
    low: (Number, bool),
    high: (Number, bool),
}

/// Checks a table: unique or any, without gap, every output a range within the bounds, the ranges adjoining without hole,
/// and no graver value with a lighter range (both ends are compared). Cells that cannot be read are findings of
/// [`Report::findings`] and keep this from being a proof.
pub fn check_discretion(report: &Report, discretion: &Discretion) -> Vec<Finding> {
    let mut findings = Vec::new();
    if !matches!(report.policy, HitPolicy::Unique | HitPolicy::Any) {
        findings.push(report.found(Rule::DiscretionPolicy, &[], None, ""));
    }
    for gap in &report.gaps {
        findings.push(report.found(Rule::DiscretionIncomplete, &[], Some(&gap.witness), ""));
    }
    let mut spans: Vec<Option<Span>> = Vec::new();
    for row in 0..report.rules as usize {
        let rule = super::number(row + 1);
        let span = span(report, row, &discretion.output);
        match span {
            None => findings.push(report.found(Rule::DiscretionRange, &[rule], None, &rule.to_string())),
            Some(span) => {
                if span.low.0 < discretion.bounds.min || span.high.0 > discretion.bounds.max {
                    findings.push(report.found(Rule::DiscretionBounds, &[rule], None, &say(&span)));
                }
            }
        }
        spans.push(span);
    }
    findings.extend(holes(report, &spans));
    for scale in &discretion.scales {
        findings.extend(order(report, scale, &spans));
    }
    findings
}

fn span(report: &Report, row: usize, output: &Output) -> Option<Span> {
    let value = |name: &str| {
        let alone = report.output_names.len() == 1;
        let at = report.output_names.iter().position(|own| own.as_deref() == Some(name));
        let at = at.or(if alone { Some(0) } else { None })?;
        report.outputs.get(row)?.get(at)?.1.clone()
    };
    let span = match output {
        Output::Range(name) => match value(name)? {
            Value::Range(range) => match *range {
                Range { start: Some(Value::Number(low)), start_closed, end: Some(Value::Number(high)), end_closed } => {
                    Span { low: (low, start_closed), high: (high, end_closed) }
                }
                _ => return None,
            },
            Value::Number(only) => Span { low: (only, true), high: (only, true) },
            _ => return None,
        },
        Output::Ends { min, max } => match (value(min)?, value(max)?) {
            (Value::Number(low), Value::Number(high)) => Span { low: (low, true), high: (high, true) },
            _ => return None,
        },
    };
    (span.low.0 <= span.high.0).then_some(span)
}

fn say(span: &Span) -> String {
    let open = if span.low.1 { '[' } else { '(' };
    let close = if span.high.1 { ']' } else { ')' };
    format!("{open}{}..{}{close}", span.low.0, span.high.0)
}

/// Ranges in ascending order must touch: each begins where those before end, or earlier; at the point itself one of the two
/// must hold it.
fn holes(report: &Report, spans: &[Option<Span>]) -> Vec<Finding> {
    let mut sorted: Vec<(u32, Span)> =
        spans.iter().enumerate().filter_map(|(row, span)| span.map(|span| (super::number(row + 1), span))).collect();
    sorted.sort_by(|(_, a), (_, b)| a.low.0.cmp(&b.low.0).then(b.low.1.cmp(&a.low.1)));
    let mut findings = Vec::new();
    let mut reached: Option<(u32, (Number, bool))> = None;
    for (rule, span) in sorted {
        if let Some((before, (end, held))) = reached {
            let apart = match span.low.0.cmp(&end) {
                Ordering::Greater => true,
                Ordering::Equal => !held && !span.low.1,
                Ordering::Less => false,
            };
            if apart {
                let what = format!("{end}–{}", span.low.0);
                findings.push(report.found(Rule::DiscretionHole, &[before, rule], None, &what));
            }
        }
        let further =
            reached.is_none_or(|(_, (end, held))| span.high.0 > end || (span.high.0 == end && span.high.1 && !held));
        if further {
            reached = Some((rule, span.high));
        }
    }
    findings
}

/// Pairs of rules that decide places which differ only along the scale, the graver of them lighter. Pairs are compared rule by
/// rule, which is exact whatever the number of cells.
fn order(report: &Report, scale: &Scale, spans: &[Option<Span>]) -> Vec<Finding> {
    let axis_at = (scale.input as usize).wrapping_sub(1);
    let Some(axis) = report.axes.get(axis_at) else { return Vec::new() };
    let grave: Vec<usize> = if scale.order.is_empty() {
        if !axis.is_ordered() {
            return Vec::new();
        }
        (0..axis.len()).collect()
    } else {
        scale.order.iter().filter_map(|value| axis.position(value)).collect()
    };
    let mut findings = Vec::new();
    for (light_row, light_span) in spans.iter().enumerate() {
        for (grave_row, grave_span) in spans.iter().enumerate() {
            let (Some(light_span), Some(grave_span)) = (light_span, grave_span) else { continue };
            if light_row == grave_row
                || (grave_span.low.0 >= light_span.low.0 && grave_span.high.0 >= light_span.high.0)
            {
                continue;
            }
            if let Some(place) = graver_place(report, axis_at, &grave, light_row, grave_row) {
                let rules = [super::number(light_row + 1), super::number(grave_row + 1)];
                let what = format!("{} < {}", say(grave_span), say(light_span));
                findings.push(report.found(Rule::DiscretionOrder, &rules, Some(&place), &what));
            }
        }
    }
    findings
}

/// A place that `grave_row` decides, where a lighter value along the axis, all else equal, is decided by `light_row`.
fn graver_place(
    report: &Report,
    axis_at: usize,
    order: &[usize],
    light_row: usize,
    grave_row: usize,
) -> Option<Witness> {
    let read = |row: usize| -> Option<Vec<super::sweep::Set>> { report.met.get(row)?.iter().cloned().collect() };
    let (light, grave) = (read(light_row)?, read(grave_row)?);
    let lightest = order.iter().position(|at| light[axis_at].contains(*at))?;
    let gravest = order.iter().rposition(|at| grave[axis_at].contains(*at))?;
    if lightest >= gravest {
        return None;
    }
    let mut place = Vec::new();
    for axis in 0..report.axes.len() {
        if axis == axis_at {
            place.push(order[gravest]);
            continue;
        }
        place.push((0..report.axes[axis].len()).find(|at| light[axis].contains(*at) && grave[axis].contains(*at))?);
    }
    Some(report.witness(&place))
}
