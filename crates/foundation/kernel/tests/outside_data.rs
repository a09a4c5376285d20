//! Against data that nobody here made. The folder comes from `QINGYUAN_DATA`; cases are found by walking it.

use std::path::Path;

use kernel::calendar::WorkingCalendar;
use kernel::division::Level;
use kernel::packs::Packs;
use kernel::uscc::Uscc;
use kernel::{Day, DivisionCode};
use outside_data::{files, folder};

fn name(path: &Path) -> &str {
    path.file_name().and_then(|name| name.to_str()).unwrap_or_default()
}

/// Files `uscc-*`: every line a code; those of a file called invalid or bad are refused, all others accepted.
#[test]
fn credit_codes() {
    let Some(folder) = folder("") else { return };
    let (mut ran, mut passed) = (0, 0);
    for path in files(&folder, |path| name(path).starts_with("uscc-")) {
        let invalid = ["invalid", "bad"].iter().any(|word| name(&path).contains(word));
        let text = std::fs::read_to_string(&path).unwrap();
        for code in text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
            ran += 1;
            passed += usize::from(Uscc::parse(code).is_err() == invalid);
        }
    }
    println!("unified social credit codes: {ran} ran, {passed} passed");
    assert!(ran > 0, "the folder holds no uscc-* file");
    assert_eq!(passed, ran);
}

/// Codes issued in a pilot region that break the check rule are refused, at the position that fails.
#[test]
fn the_known_trap() {
    let fault = Uscc::parse("91350211M00013FA1N").unwrap_err();
    assert!(matches!(fault.position(), Some(17 | 18)), "{fault}");
}

/// Files `holidays/YYYY.json`: the embedded calendars agree with each day.
#[test]
fn holidays() {
    let Some(folder) = folder("") else { return };
    let calendar = WorkingCalendar::from_packs(&Packs::embedded()).unwrap();
    let (mut ran, mut passed, mut without) = (0, 0, 0);
    let year =
        |path: &Path| path.file_stem().and_then(|stem| stem.to_str()).is_some_and(|stem| stem.parse::<i16>().is_ok());
    let wanted = |path: &Path| path.parent().is_some_and(|folder| name(folder) == "holidays") && year(path);
    for path in files(&folder, wanted) {
        let source: serde_json::Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
        for day in source["days"].as_array().unwrap() {
            let date: Day = day["date"].as_str().unwrap().parse().unwrap();
            match calendar.is_working(date) {
                // The last days of the year before the first notice.
                Err(_) => without += 1,
                Ok(works) => {
                    ran += 1;
                    passed += usize::from(works != day["isOffDay"].as_bool().unwrap());
                }
            }
        }
    }
    println!("days of holiday notices: {ran} ran, {passed} passed, {without} in years without a calendar");
    assert!(ran > 0, "the folder holds no holidays");
    assert_eq!(passed, ran);
}

/// Files `divisions/*.csv`: every code in the first column parses, has its level and lies in its parent.
#[test]
fn division_codes() {
    let Some(folder) = folder("") else { return };
    let (mut ran, mut passed) = (0, 0);
    let wanted = |path: &Path| name(path).ends_with(".csv") && path.parent().is_some_and(|p| name(p) == "divisions");
    for path in files(&folder, wanted) {
        let text = std::fs::read_to_string(&path).unwrap();
        for line in text.lines().skip(1).filter(|line| !line.is_empty()) {
            let digits = line.split(',').next().unwrap_or_default().trim_matches('"');
            ran += 1;
            let level = match digits.len() {
                2 => Level::Province,
                4 => Level::Prefecture,
                6 => Level::County,
                9 => Level::Township,
                _ => Level::Village,
            };
            let fits = DivisionCode::parse(digits).is_ok_and(|code| {
                let parent = code.parent().unwrap_or(DivisionCode::COUNTRY);
                // Lists of six digits name provinces and cities too.
                (code.level() == level || digits.len() == 6 && digits.ends_with("00"))
                    && parent.contains(code)
                    && code.to_string().starts_with(digits)
            });
            passed += usize::from(fits);
        }
    }
    println!("division codes: {ran} ran, {passed} passed");
    assert!(ran > 0, "the folder holds no divisions");
    assert_eq!(passed, ran);
}
