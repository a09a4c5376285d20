//! Every rule has its sentence and its mend in both languages, and every refusal says why and what to do.

use flow::graph::Rule;
use flow::migrate::{Blocked, Reason};
use flow::{ElementId, Refusal};
use kernel::clock::{ClockRefusal, NotArmed};
use kernel::{Day, Refuse as _};

#[test]
fn every_rule_has_its_sentence_and_its_mend_in_both_languages() {
    for (language, text) in flow::LOCALES {
        for rule in Rule::ALL {
            let key = format!("flow-{}", rule.code().to_lowercase());
            for key in [key.clone(), format!("{key}-mend")] {
                let line = text.lines().find(|line| line.starts_with(&format!("{key} = ")));
                let line = line.unwrap_or_else(|| panic!("{language}: {key}"));
                assert!(line.len() > key.len() + 10, "{language}: {line}");
                let chinese = line.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
                assert_eq!(chinese, language == "zh-CN", "{language}: {line}");
            }
        }
    }
}

/// One of each.
fn refusals() -> Vec<Refusal> {
    let there = ElementId::from("there");
    let day = Day::new(2026, 3, 2).unwrap();
    let mut all = vec![
        Refusal::Started,
        Refusal::NotActive,
        Refusal::NoProcess("p".to_owned()),
        Refusal::NoStart,
        Refusal::NotDue,
        Refusal::Leased,
        Refusal::Held,
        Refusal::NotHeld,
        Refusal::Separate(there.clone()),
        Refusal::Same(there.clone()),
        Refusal::Signed(there.clone()),
        Refusal::NoReturn(there.clone()),
        Refusal::Supplement(1),
        Refusal::NoTakeback,
        Refusal::Withdrawing,
        Refusal::NotMerged,
        Refusal::NoMove(there.clone()),
        Refusal::OneOfficer,
        Refusal::NotSuspended,
        Refusal::NotChoosable(there.clone()),
        Refusal::Unmapped(vec![there.clone()]),
        Refusal::Blocked(vec![Blocked { element: there.clone(), reason: Reason::Kind }]),
        Refusal::NotMigrated,
        Refusal::Touched(vec![there]),
    ];
    let what = ["wait", "timer", "job", "task", "call", "scope", "incident", "clock", "rung", "supplement"];
    all.extend(what.map(|what| Refusal::Gone { what, number: 1 }));
    let none = kernel::calendar::NoCalendar { year: 2030 };
    let beyond = NotArmed::PromiseBeyondLaw { promised: day, statutory: day };
    let unarmed = [NotArmed::NoCalendar(none), NotArmed::NoBudget, NotArmed::TooFar, beyond, NotArmed::Disordered];
    all.extend(unarmed.into_iter().chain([NotArmed::Unfounded]).map(Refusal::Unarmed));
    let clock = [
        ClockRefusal::Finished,
        ClockRefusal::AlreadySuspended,
        ClockRefusal::NotSuspended,
        ClockRefusal::StillSuspended,
        ClockRefusal::UnlawfulCause,
        ClockRefusal::NoVoucher,
        ClockRefusal::TooEarly,
    ];
    all.extend(clock.map(Refusal::Clock));
    all
}

/// Does not compile where a refusal is new: then it belongs into [`refusals`] as well.
fn is_listed(refusal: &Refusal) -> bool {
    match refusal {
        Refusal::Started | Refusal::NotActive | Refusal::NoProcess(_) | Refusal::NoStart | Refusal::Gone { .. } => true,
        Refusal::NotDue
        | Refusal::Leased
        | Refusal::Held
        | Refusal::NotHeld
        | Refusal::Separate(_)
        | Refusal::Same(_)
        | Refusal::Signed(_) => true,
        Refusal::NoReturn(_) | Refusal::Unarmed(_) | Refusal::Clock(_) | Refusal::Supplement(_) => true,
        Refusal::NoTakeback | Refusal::Withdrawing | Refusal::NotMerged | Refusal::NoMove(_) | Refusal::OneOfficer => {
            true
        }
        Refusal::NotSuspended | Refusal::NotChoosable(_) => true,
        Refusal::Unmapped(_) | Refusal::Blocked(_) | Refusal::NotMigrated | Refusal::Touched(_) => true,
    }
}

/// The text of a key, with the lines that belong to it.
fn entry<'t>(text: &'t str, key: &str) -> Option<&'t str> {
    let begin = text.find(&format!("\n{key} = "))? + 1;
    let rest = &text[begin..];
    let ends = |(at, _): &(usize, &str)| !rest[at + 1..].starts_with([' ', '}']);
    Some(&rest[..rest.match_indices('\n').find(ends).map_or(rest.len(), |(at, _)| at)])
}

#[test]
fn every_refusal_says_why_and_what_to_do_in_both_languages() {
    let mut codes = std::collections::BTreeSet::new();
    for refusal in refusals().into_iter().filter(is_listed) {
        codes.insert(refusal.code());
        let key = format!("refusal-{}", refusal.code().replace(['.', '_'], "-"));
        for (language, text) in flow::LOCALES {
            let why = entry(text, &key).unwrap_or_else(|| panic!("{language}: {key}"));
            assert!(entry(text, &format!("{key}-next")).is_some(), "{language}: {key}-next");
            for (name, value) in refusal.params() {
                assert!(why.contains(&format!("${name} ")), "{language}: {key} does not say {name}");
                // What a text chooses by has a choice of its own.
                if ["what", "why"].contains(&name) {
                    assert!(why.contains(&format!("[{value}] ")), "{language}: {key} does not know {value}");
                }
            }
            let given: Vec<String> = refusal.params().iter().map(|(name, _)| format!("${name} ")).collect();
            let others = ["$year ", "$promised ", "$statutory "];
            for place in why.split('{').skip(1).filter(|place| place.trim_start().starts_with('$')) {
                let known =
                    given.iter().map(String::as_str).chain(others).any(|name| place.trim_start().starts_with(name));
                assert!(known, "{language}: {key} asks for {place}");
            }
        }
    }
    for (language, text) in flow::LOCALES {
        let keys = text.lines().filter(|line| line.starts_with("refusal-flow-")).count();
        assert_eq!(keys, 2 * codes.len(), "{language}: a refusal that nobody gives, or that is not in this test");
    }
}

#[test]
fn every_verdict_on_a_move_says_what_it_is_in_both_languages() {
    for (language, text) in flow::LOCALES {
        for code in ["fits", "needs-mapping", "blocked", "over", "no-process"] {
            assert!(entry(text, &format!("flow-migration-{code}")).is_some(), "{language}: {code}");
        }
        for code in Reason::CODES {
            let why =
                entry(text, &format!("flow-migration-blocked-{code}")).unwrap_or_else(|| panic!("{language}: {code}"));
            assert!(why.contains("{ $element }"), "{language}: {why}");
            assert!(entry(text, &format!("flow-migration-blocked-{code}-mend")).is_some(), "{language}: {code}");
        }
    }
}
