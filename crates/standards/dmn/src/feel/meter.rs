//! What an evaluation has used up, and how it is ended when that is too much.
//!
//! The dependency evaluates without any bound: `for i in 1..1000000000`, a function that calls itself, a text doubled in
//! each pass. It has no hook either. So [`super::rewrite`] puts calls of the functions below into the syntax tree, at the
//! places where work or size can grow without the text growing: bodies of loops and functions, filters, entries of contexts,
//! arguments of calls. They count, measure, and end the evaluation by unwinding to [`super::stack::with_levels`], which
//! turns that into a fault; the unwinding calls no panic hook.
//!
//! The counters stand in a thread-local that lives for one evaluation only: the dependency's functions receive nothing but
//! the scope. Their names (see [`name`]) begin with a space: the dependency trims every name that comes from a text or a
//! value, so that nothing can say them, and no entry of a context can stand in their place.

use crate::fault::{Code, Fault};
use crate::limits;
use dsntk_feel::closure::Closure;
use dsntk_feel::context::FeelContext;
use dsntk_feel::values::Value;
use dsntk_feel::{Evaluator, FeelScope, FeelType, FunctionBody, Name};
use std::any::Any;
use std::cell::Cell;
use std::sync::{Arc, LazyLock};

/// Measures its argument and gives it back; one unit of work and the size of the largest value so far.
pub(crate) const VALUE: &str = "\u{1}value";
/// As [`VALUE`], for the body of a `for`, which copies all earlier results in each pass.
pub(crate) const PASS: &str = "\u{1}pass";
/// Counts the levels of a function's body as entered; true.
pub(crate) const ENTER: &str = "\u{1}enter";
/// Gives back its first argument, measured, and the levels that its second says.
pub(crate) const LEAVE: &str = "\u{1}leave";
/// Gives back its second argument; refuses what lies between the first and it, if the domains in the third multiply it beyond
/// [`limits::PASSES`].
pub(crate) const SPAN: &str = "\u{1}span";
/// Gives back its first argument, refuses if the lengths of it and of those in its second multiply beyond the same limit.
pub(crate) const DOMAIN: &str = "\u{1}domain";
/// Gives back its first argument; refuses if its size times the size of its second is beyond a value's.
pub(crate) const PRODUCT: &str = "\u{1}product";
/// Gives back its argument; refuses a list longer than a value may be deep.
pub(crate) const KEYS: &str = "\u{1}keys";
/// Gives back its argument; a function then brings these functions along, for those who call it in a scope of its own.
pub(crate) const CARRY: &str = "\u{1}carry";
/// The day that `today()` gives, where a clock is handed in.
pub(crate) const TODAY: &str = "\u{1}today";
/// The moment that `now()` gives, where a clock is handed in.
pub(crate) const NOW: &str = "\u{1}now";

/// The name of one of these functions in a scope. Joining an empty first part is the one way to a name that is not trimmed.
pub(crate) fn name(function: &str) -> Name {
    Name::new(&["", function])
}

/// Bytes that cost one unit.
const BYTES_PER_UNIT: u64 = 16;

#[derive(Clone, Copy)]
struct Used {
    work: u64,
    passes: u64,
    largest: u64,
    levels: u32,
}

thread_local! {
    static USED: Cell<Used> = const { Cell::new(Used { work: 0, passes: 0, largest: 0, levels: 0 }) };
}

/// What an evaluation is ended with.
struct Stopped(Code);

/// The fault that a caught unwinding means.
pub(crate) fn why(payload: &(dyn Any + Send)) -> Fault {
    match payload.downcast_ref::<Stopped>() {
        Some(Stopped(code)) => Fault::new(*code, ""),
        None => {
            let words = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
            let words = words.or_else(|| payload.downcast_ref::<String>().cloned());
            Fault::new(Code::Evaluator, words.unwrap_or_default())
        }
    }
}

/// Runs one evaluation with fresh counters, and puts back those of an outer one.
pub(crate) fn measured<T>(input_bytes: u64, work: impl FnOnce() -> T) -> T {
    struct Back(Used);
    impl Drop for Back {
        fn drop(&mut self) {
            USED.set(self.0);
        }
    }
    let _back = Back(USED.get());
    USED.set(Used { work: 0, passes: 0, largest: input_bytes, levels: 0 });
    work()
}

fn stop(code: Code) -> ! {
    std::panic::resume_unwind(Box::new(Stopped(code)))
}

fn charge(units: u64) {
    let mut used = USED.get();
    used.work = used.work.saturating_add(units).saturating_add(used.largest / BYTES_PER_UNIT);
    let over = used.work > limits::WORK;
    USED.set(used);
    if over {
        stop(Code::TooMuchWork);
    }
}

/// Measures a value that is about to be named.
pub(crate) fn value(value: &Value) {
    let bytes = size(value);
    let mut used = USED.get();
    used.largest = used.largest.max(bytes);
    USED.set(used);
    charge(1 + bytes / BYTES_PER_UNIT);
}

/// Counts one pass of a `for`.
pub(crate) fn pass() {
    let mut used = USED.get();
    used.passes += 1;
    USED.set(used);
    charge(1 + used.passes / 4);
}

/// Enters a function whose body has these levels.
pub(crate) fn enter(levels: u32) {
    let mut used = USED.get();
    used.levels = used.levels.saturating_add(levels);
    let over = used.levels > limits::CALL_LEVELS;
    USED.set(used);
    if over {
        stop(Code::CallsTooDeep);
    }
    charge(1);
}

/// Leaves it.
pub(crate) fn leave(levels: u32) {
    let mut used = USED.get();
    used.levels = used.levels.saturating_sub(levels);
    USED.set(used);
}

/// Refuses loops whose domains multiply beyond the limit.
pub(crate) fn product(lengths: impl IntoIterator<Item = u64>) {
    let passes = lengths.into_iter().fold(1_u64, |product, length| product.saturating_mul(length.max(1)));
    if passes > limits::PASSES {
        stop(Code::TooMuchWork);
    }
}

/// Bytes that a value takes, roughly as in its canonical form; ends the evaluation beyond the limits.
pub(crate) fn size(value: &Value) -> u64 {
    let mut left = limits::VALUE_BYTES;
    walk(value, 0, &mut left);
    (limits::VALUE_BYTES - left) as u64
}

/// Bytes that a context takes; ends the evaluation beyond the limits.
pub(crate) fn size_of_context(context: &FeelContext) -> u64 {
    let mut left = limits::VALUE_BYTES;
    walk_context(context, 0, &mut left);
    (limits::VALUE_BYTES - left) as u64
}

fn walk(value: &Value, depth: usize, left: &mut usize) {
    let own = match value {
        Value::String(text) | Value::Null(Some(text)) => text.len() + 4,
        Value::Number(_) => 16,
        _ => 8,
    };
    // Twice the depth of data: a function's captured values and a list around a list are both counted.
    if own > *left || depth > 2 * limits::VALUE_DEPTH {
        stop(Code::ValueTooLarge);
    }
    *left -= own;
    match value {
        Value::List(values) | Value::ExpressionList(values) | Value::NegatedCommaList(values) => {
            values.iter().for_each(|value| walk(value, depth + 1, left));
        }
        Value::Context(context) => walk_context(context, depth, left),
        Value::FunctionDefinition(_, _, _, _, captured, _) => walk_context(captured, depth, left),
        Value::Range(start, _, end, _) => {
            walk(start, depth + 1, left);
            walk(end, depth + 1, left);
        }
        Value::ContextEntry(_, value)
        | Value::Transparent(value)
        | Value::UnaryEqual(value)
        | Value::UnaryNotEqual(value)
        | Value::UnaryGreater(value)
        | Value::UnaryGreaterOrEqual(value)
        | Value::UnaryLess(value)
        | Value::UnaryLessOrEqual(value)
        | Value::IntervalStart(value, _)
        | Value::IntervalEnd(value, _) => walk(value, depth + 1, left),
        _ => {}
    }
}

fn walk_context(context: &FeelContext, depth: usize, left: &mut usize) {
    for (name, value) in context.iter() {
        // The functions of this module, captured by a closure, are no data.
        if name.as_str().starts_with(" \u{1}") {
            continue;
        }
        let own = name.as_str().len() + 4;
        if own > *left {
            stop(Code::ValueTooLarge);
        }
        *left -= own;
        walk(value, depth + 1, left);
    }
}

/// Length of a domain to iterate over: values of a list, else one.
pub(crate) fn length(domain: &Value) -> u64 {
    match domain {
        Value::List(values) | Value::ExpressionList(values) => values.len() as u64,
        Value::Range(start, _, end, _) => between(start, end),
        _ => 1,
    }
}

/// The longest list within a value, which a later variable of the same loop may iterate over.
fn longest(domain: &Value) -> u64 {
    match domain {
        Value::List(values) => values.iter().map(longest).max().unwrap_or(0).max(values.len() as u64),
        Value::Context(context) => context.values().map(longest).max().unwrap_or(1),
        _ => 1,
    }
}

/// Values from one end to the other, in steps of one or one day.
pub(crate) fn between(start: &Value, end: &Value) -> u64 {
    match (start, end) {
        (Value::Number(start), Value::Number(end)) => {
            let far = (*end - *start).abs();
            u64::try_from(far.trunc()).map_or(u64::MAX, |far| far.saturating_add(1))
        }
        (Value::Date(start), Value::Date(end)) => {
            let days =
                |(year, month, day): (i32, u32, u32)| i64::from(year) * 372 + i64::from(month) * 31 + i64::from(day);
            days(start.as_tuple()).abs_diff(days(end.as_tuple())).saturating_add(1)
        }
        _ => 1,
    }
}

/// The functions of this module by name, to stand at the bottom of a scope.
pub(crate) fn functions() -> FeelContext {
    FUNCTIONS.clone()
}

static FUNCTIONS: LazyLock<FeelContext> = LazyLock::new(|| {
    let mut context = FeelContext::default();
    let mut add = |function_name: &str, parameters: usize, evaluator: Evaluator| {
        let parameters = (0..parameters).map(|at| (parameter(at), FeelType::Any)).collect();
        let body = FunctionBody::LiteralExpression(Arc::new(evaluator));
        let function = Value::FunctionDefinition(
            parameters,
            body,
            false,
            Closure::default(),
            FeelContext::default(),
            FeelType::Any,
        );
        context.set_entry(&name(function_name), function);
    };
    add(
        VALUE,
        1,
        Box::new(|scope| {
            let given = argument(scope, 0);
            value(&given);
            given
        }),
    );
    add(
        PASS,
        1,
        Box::new(|scope| {
            let given = argument(scope, 0);
            pass();
            value(&given);
            given
        }),
    );
    add(
        ENTER,
        1,
        Box::new(|scope| {
            enter(levels(&argument(scope, 0)));
            Value::Boolean(true)
        }),
    );
    add(
        LEAVE,
        2,
        Box::new(|scope| {
            let given = argument(scope, 0);
            leave(levels(&argument(scope, 1)));
            value(&given);
            given
        }),
    );
    add(
        SPAN,
        3,
        Box::new(|scope| {
            let end = argument(scope, 1);
            let span = between(&argument(scope, 0), &end);
            charge(1);
            product(std::iter::once(span).chain(others(&argument(scope, 2))));
            end
        }),
    );
    add(
        DOMAIN,
        2,
        Box::new(|scope| {
            let domain = argument(scope, 0);
            charge(1);
            product(std::iter::once(length(&domain)).chain(others(&argument(scope, 1))));
            domain
        }),
    );
    add(
        PRODUCT,
        2,
        Box::new(|scope| {
            let given = argument(scope, 0);
            let bytes = size(&given).saturating_mul(size(&argument(scope, 1)));
            if bytes > 16 * limits::VALUE_BYTES as u64 {
                stop(Code::TooMuchWork);
            }
            charge(bytes / BYTES_PER_UNIT);
            given
        }),
    );
    add(
        KEYS,
        1,
        Box::new(|scope| {
            let keys = argument(scope, 0);
            if length(&keys) > limits::VALUE_DEPTH as u64 {
                stop(Code::ValueTooLarge);
            }
            keys
        }),
    );
    add(
        CARRY,
        1,
        Box::new(|scope| match argument(scope, 0) {
            Value::FunctionDefinition(parameters, body, external, closure, mut captured, result) => {
                captured.zip(&functions());
                Value::FunctionDefinition(parameters, body, external, closure, captured, result)
            }
            other => other,
        }),
    );
    context
});

/// Name of the parameter at this place.
fn parameter(at: usize) -> Name {
    Name::from(["\u{1}0", "\u{1}1", "\u{1}2"][at.min(2)])
}

fn argument(scope: &FeelScope, at: usize) -> Value {
    scope.get_value(&parameter(at)).unwrap_or(Value::Null(None))
}

fn levels(value: &Value) -> u32 {
    match value {
        Value::Number(number) => u32::try_from(number).unwrap_or(limits::CALL_LEVELS),
        _ => limits::CALL_LEVELS,
    }
}

/// Lengths of the further domains, given as a list of them: `[start, end]` for an interval, `{list: …}` for a list and
/// `{nested: …}` for a variable bound to an element of an earlier one.
fn others(domains: &Value) -> Vec<u64> {
    let Value::List(domains) = domains else { return Vec::new() };
    domains
        .iter()
        .map(|domain| match domain {
            Value::List(ends) if ends.len() == 2 => between(&ends[0], &ends[1]),
            Value::Context(context) => context.iter().next().map_or(1, |(name, value)| match name.as_str() {
                "nested" => longest(value),
                _ => length(value),
            }),
            _ => 1,
        })
        .collect()
}
