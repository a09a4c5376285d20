//! A wrong mapping is refused with the line and the mend.

use tables::Mapping;

const GOOD: &str = r#"format = 1
[source]
name = "t"
zh = "测试"
en = "test"
match = ["*"]
[release]
ocid_prefix = "t"
currency = "EUR"
snapshot = "2024-12-31"
[files.main]
path = "main.csv"
columns = ["id", "title", "amount", "firm"]
key = "id"
[fields.main]
"tender/title" = "title"
"tender/value/amount" = { column = "amount" }
[[arrays]]
file = "main"
path = "awards"
[arrays.fields]
"value/amount" = "amount"
[[arrays.organisations]]
at = "suppliers"
name = "firm"
"#;

#[test]
fn errors_name_line_code_and_mend() {
    assert!(Mapping::parse(GOOD).is_ok());
    // Case, text replaced, by what, line, code, a word of the English mend.
    let cases = [
        ("not TOML", "format = 1", "format = ", 1, "toml.syntax", "not TOML"),
        ("another format", "format = 1", "format = 2", 1, "format.version", "format = 1"),
        ("unknown key", "currency =", "curency =", 9, "key.unknown", "did you mean `currency`"),
        ("unknown table", "[release]", "[relese]", 7, "key.unknown", "did you mean `release`"),
        (
            "unknown step",
            "{ column = \"amount\" }",
            "{ column = \"amount\", round = 2 }",
            17,
            "key.unknown",
            "known here",
        ),
        ("missing key", "zh = \"测试\"\n", "", 2, "key.missing", "`zh` is missing"),
        ("no process key", "key = \"id\"\n", "", 11, "key.missing", "tells the processes apart"),
        ("unknown column", "= \"title\"", "= \"titel\"", 16, "column.unknown", "did you mean `title`"),
        ("undeclared column", "= \"title\"", "= \"budget\"", 16, "column.unknown", "add it to its `columns`"),
        ("column twice", "\"firm\"]", "\"firm\", \"id\"]", 13, "column.duplicate", "twice"),
        ("unknown path", "tender/title", "tender/titel", 16, "path.unknown", "did you mean `title`"),
        ("path into an array", "tender/title", "awards/title", 16, "path.unknown", "[[arrays]]"),
        ("path to an object", "tender/title", "tender/value", 16, "path.unknown", "no OCDS path to a value"),
        ("organisation as text", "tender/title", "buyer", 16, "path.unknown", "[[organisations]]"),
        ("organisation at a text", "at = \"suppliers\"", "at = \"title\"", 24, "path.unknown", "no OCDS path"),
        ("array that is none", "path = \"awards\"", "path = \"tender\"", 20, "path.unknown", "no array"),
        ("unknown file", "file = \"main\"", "file = \"mian\"", 19, "file.unknown", "there are: main"),
        (
            "target twice",
            "\"tender/title\" = \"title\"",
            "\"tender/title\" = \"title\"\n[constants]\n\"tender/title\" = \"x\"",
            16,
            "target.duplicate",
            "already filled",
        ),
        (
            "two sources",
            "{ column = \"amount\" }",
            "{ column = \"amount\", constant = 1 }",
            17,
            "value.take",
            "exactly one",
        ),
        (
            "constant of the wrong kind",
            "{ column = \"amount\" }",
            "{ constant = \"much\" }",
            17,
            "value.not_allowed",
            "is not a number",
        ),
        (
            "code OCDS lacks",
            "\"tender/title\" = \"title\"",
            "\"tender/status\" = { column = \"title\", map = { x = \"done\" } }",
            16,
            "value.not_allowed",
            "is not one of",
        ),
        (
            "bad regex",
            "{ column = \"amount\" }",
            "{ column = \"amount\", capture = '(' }",
            17,
            "value.regex",
            "not a regular expression",
        ),
        (
            "capture without a group",
            "{ column = \"amount\" }",
            "{ column = \"amount\", capture = 'a' }",
            17,
            "value.capture",
            "exactly one group",
        ),
        ("bad date format", "key = \"id\"", "key = \"id\"\ndates = [\"day\"]", 15, "value.date_format", "%d.%m.%Y"),
        ("bad zone", "key = \"id\"", "key = \"id\"\nzone = \"Nowhere\"", 15, "value.zone", "unknown zone"),
        ("bad encoding", "key = \"id\"", "key = \"id\"\nencoding = \"latin\"", 15, "value.choice", "latin-1"),
        ("bad delimiter", "key = \"id\"", "key = \"id\"\ndelimiter = \";;\"", 15, "value.choice", "one character"),
        ("same marks", "key = \"id\"", "key = \"id\"\ngroup = \".\"", 11, "value.marks", "must differ"),
        ("bad currency", "\"EUR\"", "\"Euro\"", 9, "value.currency", "three capital letters"),
        ("bad snapshot", "\"2024-12-31\"", "\"2024\"", 10, "value.date", "snapshot"),
        (
            "nested without parent",
            "path = \"awards\"",
            "path = \"contracts/amendments\"",
            18,
            "array.parent",
            "`parent`",
        ),
        ("id without scheme", "name = \"firm\"", "id = \"firm\"", 23, "key.missing", "`scheme`"),
        (
            "nameless organisation",
            "name = \"firm\"",
            "roles = [\"supplier\"]",
            23,
            "organisation.unnamed",
            "`id` or `name`",
        ),
        (
            "condition without a test",
            "path = \"awards\"",
            "path = \"awards\"\nwhen = { column = \"firm\" }",
            21,
            "value.condition",
            "exactly one of",
        ),
        (
            "text for a table",
            "[fields.main]\n\"tender/title\" = \"title\"",
            "[fields.main]\n\"tender/title\" = 7",
            16,
            "value.type",
            "expected",
        ),
        ("source name", "name = \"t\"", "name = \"T X\"", 3, "source.name", "lower-case"),
    ];
    for (case, from, to, line, code, mend) in cases {
        assert!(GOOD.contains(from), "{case}: nothing to replace");
        let text = GOOD.replacen(from, to, 1);
        let errors = Mapping::parse(&text).map(drop).expect_err(case);
        let hit = errors.iter().find(|error| error.code == code);
        let hit = hit.unwrap_or_else(|| panic!("{case}: no {code} in {errors:#?}"));
        assert_eq!(hit.line, line, "{case}: {errors:#?}");
        assert!(hit.en.contains(mend), "{case}: {}", hit.en);
        assert!(!hit.zh.is_ascii(), "{case}: {}", hit.zh);
    }
}

#[test]
fn all_errors_are_reported_at_once_in_order() {
    let text =
        GOOD.replace("tender/title", "tender/titel").replace("currency", "curency").replace("\"firm\"\n", "\"frim\"\n");
    let errors = Mapping::parse(&text).map(drop).expect_err("three faults");
    let lines: Vec<usize> = errors.iter().map(|error| error.line).collect();
    assert_eq!(lines, [9, 16, 23, 25], "{errors:#?}");
}
