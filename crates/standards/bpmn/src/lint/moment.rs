//! ISO 8601: dates with times, durations, repeating intervals.
//!
//! Source: ISO 8601-1:2019 §5.4 (date and time of day), 5.5.2 (duration), 5.6 (repeating interval), complete
//! representations, basic and extended.

/// Takes `count` digits off the front.
fn digits<'s>(text: &mut &'s str, count: usize) -> Option<&'s str> {
    let taken = text.get(..count).filter(|taken| taken.bytes().all(|byte| byte.is_ascii_digit()))?;
    *text = &text[count..];
    Some(taken)
}

fn number(text: &mut &str, count: usize, allowed: std::ops::RangeInclusive<u32>) -> Option<u32> {
    digits(text, count)?.parse().ok().filter(|number| allowed.contains(number))
}

/// Takes a separator off the front when the extended form is used.
fn separator(text: &mut &str, mark: char, extended: bool) -> Option<()> {
    if extended {
        *text = text.strip_prefix(mark)?;
    }
    Some(())
}

/// Whether a text is a date with a time of day, with or without a zone.
pub(super) fn is_date_time(text: &str) -> bool {
    date_time(text).is_some()
}

fn date_time(text: &str) -> Option<()> {
    let (mut date, mut time) = text.split_once('T')?;
    let extended = date.contains('-');
    let year = number(&mut date, 4, 0..=9999)?;
    separator(&mut date, '-', extended)?;
    let month = number(&mut date, 2, 1..=12)?;
    separator(&mut date, '-', extended)?;
    let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    let last = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    number(&mut date, 2, 1..=last)?;
    if !date.is_empty() {
        return None;
    }
    let hour = number(&mut time, 2, 0..=24)?;
    separator(&mut time, ':', extended)?;
    let minute = number(&mut time, 2, 0..=59)?;
    let mut second = 0;
    if time.starts_with(|next: char| next == ':' || next.is_ascii_digit()) {
        separator(&mut time, ':', extended)?;
        second = number(&mut time, 2, 0..=60)?;
        if let Some(fraction) = time.strip_prefix(['.', ',']) {
            let rest = fraction.trim_start_matches(|next: char| next.is_ascii_digit());
            (rest.len() < fraction.len()).then_some(())?;
            time = rest;
        }
    }
    (hour < 24 || minute + second == 0).then_some(())?;
    zone(time)
}

/// `Z`, an offset, or nothing.
fn zone(mut text: &str) -> Option<()> {
    if text.is_empty() || text == "Z" {
        return Some(());
    }
    text = text.strip_prefix(['+', '-'])?;
    number(&mut text, 2, 0..=14)?;
    if !text.is_empty() {
        text = text.strip_prefix(':').unwrap_or(text);
        number(&mut text, 2, 0..=59)?;
    }
    text.is_empty().then_some(())
}

/// Whether a text is a duration, such as `P3DT12H` or `PT1.5S`.
pub(super) fn is_duration(text: &str) -> bool {
    let Some(rest) = text.strip_prefix('P') else { return false };
    let (date, time) = match rest.split_once('T') {
        Some((_, "")) => return false,
        Some((date, time)) => (date, time),
        None => (rest, ""),
    };
    !rest.is_empty() && components(date, "YMWD") && components(time, "HMS")
}

/// Whether a text is numbers, each followed by a unit, units in order and each once at most.
fn components(mut text: &str, mut units: &str) -> bool {
    while !text.is_empty() {
        let length = text.find(|next: char| !next.is_ascii_digit()).unwrap_or(text.len());
        let mut rest = &text[length..];
        let mut fraction = false;
        if let Some(decimals) = rest.strip_prefix(['.', ',']) {
            let behind = decimals.trim_start_matches(|next: char| next.is_ascii_digit());
            if behind.len() == decimals.len() {
                return false;
            }
            (rest, fraction) = (behind, true);
        }
        let Some(unit) = rest.chars().next() else { return false };
        let Some(at) = units.find(unit) else { return false };
        units = &units[at + 1..];
        text = &rest[unit.len_utf8()..];
        // Only the last number may have a fraction.
        if length == 0 || (fraction && !text.is_empty()) {
            return false;
        }
    }
    true
}

/// Whether a text is a repeating interval, such as `R3/PT10S` or `R/2026-01-01T00:00:00Z/P1D`.
pub(super) fn is_cycle(text: &str) -> bool {
    let mut parts = text.split('/');
    let repeats = parts.next().and_then(|first| first.strip_prefix('R'));
    if !repeats.is_some_and(|count| count.bytes().all(|byte| byte.is_ascii_digit())) {
        return false;
    }
    match (parts.next(), parts.next(), parts.next()) {
        (Some(one), None, None) => is_duration(one),
        (Some(one), Some(two), None) => {
            (is_date_time(one) && (is_duration(two) || is_date_time(two))) || (is_duration(one) && is_date_time(two))
        }
        _ => false,
    }
}
