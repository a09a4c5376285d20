use super::*;

fn embedded() -> Rules {
    Rules::with(&BTreeMap::new()).unwrap_or_else(|bad| panic!("{bad}"))
}

#[test]
fn the_shipped_rules_read_and_what_is_not_sure_is_off() {
    let rules = embedded();
    assert_eq!(rules.all().len(), EMBEDDED.len());
    assert_eq!(rules.codes().len(), EMBEDDED.len(), "no code is there twice");
    for rule in rules.all() {
        assert_eq!(rule.enabled, rule.confidence != Confidence::Low, "{}", rule.code);
        assert!(rule.severity < 3 || rule.confidence >= Confidence::Medium, "{}", rule.code);
        for text in [&rule.sentence.zh, &rule.sentence.en] {
            assert!(text.matches("**").count() >= 2, "{}: a measured value is bold: {text}", rule.code);
        }
    }
    let families: BTreeSet<Family> = rules.all().iter().map(|rule| rule.family).collect();
    assert_eq!(families, Family::ALL.into_iter().collect(), "every family has a rule");
}

/// A file that lies in the folder and is not embedded would look loaded and not be.
#[test]
fn every_file_of_the_folder_is_embedded() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../../packs/cn/watch");
    let names = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let names: BTreeSet<String> = names.filter(|name| name.ends_with(".toml")).collect();
    assert_eq!(names, EMBEDDED.iter().map(|(name, _)| (*name).to_owned()).collect());
}

#[test]
fn what_is_wrong_is_said_with_line_and_mend() {
    let (_, text) = EMBEDDED[0];
    let cases = [
        ("an unknown key", "severity = 3", "severity = 3\nspeed = 4", 9, "speed"),
        ("an unknown family", "family = \"limit\"", "family = \"limits\"", 4, "late-stop"),
        ("no day", "2004-07-01", "2004-02-31", 9, "not a day"),
        ("a foreign code", "ES-11", "E-11", 2, "ES-31"),
        ("severity beyond", "severity = 3", "severity = 4", 8, "1, 2 or 3"),
        (
            "an end before the beginning",
            "valid_from = \"2004-07-01\"",
            "valid_from = \"2004-07-01\"\nvalid_to = \"2004-06-30\"",
            10,
            "valid_to is before",
        ),
        ("a place that nothing fills", "{state}", "{stat}", 19, "{stat}"),
        ("a parameter too many", "[parameters.remind]", "[parameters.reminds]", 32, "reminds"),
        ("a figure beyond", "value = 3\nunit = \"light\"", "value = 4\nunit = \"light\"", 32, "from 0 to 3"),
        ("another unit", "unit = \"light\"", "unit = \"days\"", 32, "is in light"),
        ("one language", "en = \"Past the limit\"", "en = \" \"", 11, "in Chinese and in English"),
    ];
    for (case, old, new, line, says) in cases {
        let bad = text.replacen(old, new, 1);
        assert_ne!(bad, text, "{case}");
        let bad = Rules::read([("limit.toml", bad.as_str())]).expect_err(case);
        let said = bad.to_string();
        assert!(said.contains(says), "{case}: {said}");
        assert_eq!(bad.line, line, "{case}: {said}");
        assert!(said.starts_with("limit.toml:"), "{case}: {said}");
        assert_eq!(said.lines().filter(|line| line.starts_with("limit.toml:")).count(), 2, "{case}: {said}");
    }
}

#[test]
fn versions_follow_one_another_and_none_holds_beside_another() {
    let (_, text) = EMBEDDED[0];
    let older =
        text.replacen("valid_from = \"2004-07-01\"", "valid_from = \"2004-07-01\"\nvalid_to = \"2026-10-31\"", 1);
    let newer = text.replacen("version = \"1\"", "version = \"2\"", 1).replacen("2004-07-01", "2026-11-01", 1);
    let rules = Rules::read([("a.toml", older.as_str()), ("b.toml", newer.as_str())]).unwrap();
    let on = |day: Day| rules.shown("ES-11", day).map(|rule| rule.version.as_str());
    assert_eq!(on(Day::constant(2026, 10, 31)), Some("1"));
    assert_eq!(on(Day::constant(2026, 11, 1)), Some("2"));
    assert_eq!(on(Day::constant(2001, 1, 1)), Some("1"), "the next one, where none is in force yet");
    assert_eq!(rules.shown("ES-99", Day::constant(2026, 1, 1)), None);
    for (case, other, says) in [
        ("both at once", newer.replacen("2026-11-01", "2026-10-31", 1), "at the same time"),
        ("the same twice", older.clone(), "twice"),
    ] {
        let bad = Rules::read([("a.toml", older.as_str()), ("b.toml", other.as_str())]).expect_err(case);
        assert!(bad.to_string().contains(says), "{case}: {bad}");
    }
}

#[test]
fn files_of_the_office_take_the_place_of_those_of_their_name() {
    let own = EMBEDDED.iter().find(|(name, _)| *name == "burst.toml").unwrap().1.replacen(
        "enabled = false",
        "enabled = true",
        1,
    );
    let rules = Rules::with(&BTreeMap::from([("burst.toml".to_owned(), own)])).unwrap();
    assert_eq!(rules.all().len(), EMBEDDED.len());
    assert!(rules.all().iter().any(|rule| rule.code == "ES-20" && rule.enabled));
}
