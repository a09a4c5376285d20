use proptest::prelude::*;

use super::*;
use crate::settings::DEFAULT_SETTINGS;

fn settings(text: &str) -> Settings {
    Settings::parse(text).expect("valid settings").0
}

fn run_in(settings: &Settings, text: &str, threads: usize, size: usize) -> (Report, String) {
    let mut told = Vec::new();
    let mut log = Log::new(&mut told, Level::Info);
    let work = Judging::new(settings, true, log.level());
    let ran = lines::run(&mut text.as_bytes(), threads, size, &work, |notes| log.tell_all(notes));
    let report = finish::report(settings, Tally::sum(ran.threads));
    (report, String::from_utf8(told).expect("text"))
}

fn print(report: &Report, meta: bool, maps: bool) -> String {
    let mut out = Vec::new();
    report.write(&mut out, meta, maps).expect("a vector takes everything");
    String::from_utf8(out).expect("text").trim_end().to_owned()
}

fn result(settings_text: &str, lines: &[&str], meta: bool, maps: bool) -> String {
    print(&run_in(&settings(settings_text), &lines.join("\n"), 2, 64).0, meta, maps)
}

fn bid(status: &str, tenderers: &[&str], amount: f64, currency: &str) -> String {
    let tenderers: Vec<String> = tenderers.iter().map(|id| format!(r#"{{"id":"{id}"}}"#)).collect();
    format!(
        r#"{{"status":"{status}","tenderers":[{}],"value":{{"amount":{amount},"currency":"{currency}"}}}}"#,
        tenderers.join(",")
    )
}

fn process(ocid: &str, bids: &[String], supplier: &str, rest: &str) -> String {
    format!(
        r#"{{"ocid":"{ocid}","bids":{{"details":[{}]}},"awards":[{{"status":"active","suppliers":[{{"id":"{supplier}"}}]}}]{rest}}}"#,
        bids.join(",")
    )
}

fn pair(ocid: &str, winning: f64, losing: f64, currency: &str) -> String {
    process(ocid, &[bid("valid", &["W"], winning, currency), bid("valid", &["L"], losing, currency)], "W", "")
}

#[test]
fn nothing_switched_on_gives_an_empty_meta() {
    assert_eq!(result("", &[r#"{"ocid":"a"}"#], true, false), r#"{"Meta":{}}"#);
    assert_eq!(result("", &[], false, false), "{}");
}

#[test]
fn meta_of_an_empty_file() {
    let expected = concat!(
        r#"{"Meta":{"R024":{"q1":null,"q3":null,"lower_fence":null},"#,
        r#""R025":{"q1":null,"q3":null,"upper_fence":null,"lower_fence":null},"#,
        r#""R048":{"q1":null,"q3":null,"upper_fence":null},"R058":{"q1":null,"q3":null,"upper_fence":null}}}"#
    );
    assert_eq!(result(DEFAULT_SETTINGS, &[], true, false), expected);
}

#[test]
fn maps_always_have_eight_keys() {
    let expected = concat!(
        r#"{"Maps":{"ocid_buyer_r038":{},"ocid_procuringentity_r038":{},"ocid_tenderer":{},"ocid_tenderer_r024":{},"#,
        r#""ocid_tenderer_r028":{},"ocid_tenderer_r030":{},"ocid_tenderer_r035":{},"ocid_tenderer_r058":{}}}"#
    );
    assert_eq!(result(DEFAULT_SETTINGS, &[], false, true), expected);
}

#[test]
fn ratios_meta_and_maps() {
    let mut lines = vec![pair("F", 100.0, 100.0, "USD")];
    lines.extend((1..=7).map(|i| pair(&i.to_string(), 1.0, 101.0, "USD")));
    lines.push(pair("G", 1.0, 1001.0, "USD"));
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let got = result("[R024]\n[R058]", &lines, true, true);
    let expected = concat!(
        r#"{"OCID":{"F":{"R024":0.0},"1":{"R024":100.0,"R058":100.0},"2":{"R024":100.0,"R058":100.0},"#,
        r#""3":{"R024":100.0,"R058":100.0},"4":{"R024":100.0,"R058":100.0},"5":{"R024":100.0,"R058":100.0},"#,
        r#""6":{"R024":100.0,"R058":100.0},"7":{"R024":100.0,"R058":100.0},"G":{"R058":1000.0}},"#,
        r#""Tenderer":{"W":{"R024":0.0,"R058":0.0},"L":{"R024":0.0}},"#,
        r#""Meta":{"R024":{"q1":100.0,"q3":100.0,"lower_fence":100.0},"R058":{"q1":100.0,"q3":100.0,"upper_fence":100.0}},"#,
    );
    assert!(got.starts_with(expected), "{got}");
    assert!(got.contains(r#""ocid_tenderer_r024":{"F":["W","L"],"#), "{got}");
    assert!(got.contains(r#""ocid_tenderer":{},"#), "{got}");

    let got = result("[R024]\nthreshold = 0.5", &lines, true, false);
    let expected = r#"{"OCID":{"F":{"R024":0.0}},"Tenderer":{"W":{"R024":0.0},"L":{"R024":0.0}},"Meta":{"R024":{"lower_fence":0.5}}}"#;
    assert_eq!(got, expected);
}

#[test]
fn a_winning_amount_of_zero_is_left_out_and_told() {
    let lines = [pair("a", 0.0, 5.0, "USD"), pair("b", 0.0, 0.0, "USD"), pair("c", 2.0, 3.0, "USD")];
    let (report, told) = run_in(&settings("[R024]\n[R058]"), &lines.join("\n"), 1, 10);
    assert_eq!(report.meta[&Code::R058][0], ("q1".to_owned(), 0.5));
    assert_eq!(told.lines().count(), 2, "{told}");
    assert!(told.contains("Line 2 has a winning amount of 0,"), "{told}");
}

#[test]
fn other_currencies_are_skipped_and_told() {
    let lines = [pair("a", 1.0, 2.0, "USD"), pair("b", 1.0, 2.0, "EUR")].join("\n");
    let warning = " WARN  ocdscardinal > EUR is not Some(\"USD\"), skipping.\n";
    let cases = [
        ("[R058]", warning.repeat(2), 1),
        ("[R024]\n[R058]", warning.repeat(2), 1),
        ("[R036]\n[R058]", warning.repeat(4), 1),
        ("[output]\ninfo_currency_mismatches = true\n[R058]", warning.replace("WARN", "INFO").repeat(2), 1),
        ("currency = GBP\n[R058]", "".to_owned(), 0),
        ("[R028]", String::new(), 0),
    ];
    for (text, told, flagged) in cases {
        let (report, got) = run_in(&settings(text), &lines, 3, 10);
        if !text.starts_with("currency") {
            assert_eq!(got, told, "{text}");
        } else {
            assert_eq!(got.lines().count(), 4, "{got}");
        }
        assert_eq!(report.group(Group::Ocid).len(), flagged, "{text}");
    }
}

#[test]
fn lines_that_are_not_json_are_told_with_their_number() {
    let (_, told) = run_in(&settings(""), "{}\n\n{\"a\":}\n  \n[\n", 2, 3);
    let expected = " WARN  ocdscardinal > Line 3 is invalid JSON, skipping. [expected value at line 1 column 6]\n \
                     WARN  ocdscardinal > Line 5 is invalid JSON, skipping. [EOF while parsing a list at line 1 column 1]\n";
    assert_eq!(told, expected);
}

#[test]
fn periods() {
    let release = |start: &str, end: &str, more: &str| {
        format!(r#"{{"ocid":"a","tender":{{"tenderPeriod":{{"startDate":"{start}","endDate":"{end}"}}{more}}}}}"#)
    };
    let details = "[R003.procurement_method_details]\nfast = 5\n";
    let (start, two_weeks) = ("2000-01-01T00:00:00Z", "2000-01-15T23:59:59Z");
    let cases = [
        ("fewer than 15 days", "[R003]", release(start, two_weeks, ""), true),
        ("15 days", "[R003]", release(start, "2000-01-16T00:00:00Z", ""), false),
        ("end before start", "[R003]", release(two_weeks, start, ""), true),
        ("dates without a time", "[R003]", release("2000-01-01", "2000-01-02", ""), false),
        ("a period of its own", details, release(start, two_weeks, r#","procurementMethodDetails":"fast""#), false),
        ("another one", details, release(start, two_weeks, r#","procurementMethodDetails":"slow""#), true),
        ("no method", "[R003]\nprocurement_methods = open", release(start, two_weeks, ""), false),
    ];
    for (case, text, line, flagged) in cases {
        assert_eq!(result(text, &[&line], false, false).contains("R003"), flagged, "{case}");
    }
}

#[test]
fn bids_of_one_price() {
    let bids = |bids: &[String]| format!(r#"{{"ocid":"a","bids":{{"details":[{}]}}}}"#, bids.join(","));
    let one = || bid("valid", &["A"], 1.0, "USD");
    let cases = [
        ("two bidders", bids(&[one(), bid("pending", &["B"], 1.0, "USD")]), true),
        ("withdrawn", bids(&[one(), bid("withdrawn", &["B"], 1.0, "USD")]), false),
        ("another currency", bids(&[one(), bid("valid", &["B"], 1.0, "EUR")]), false),
        ("the same bidder", bids(&[one(), bid("disqualified", &["A"], 1.0, "USD")]), false),
        (
            "not comparable",
            bids(&[one(), bid("valid", &["B"], 1.0, "USD")])
                .replace("\"bids\"", r#""tender":{"procurementMethodDetails":"NPC"},"bids""#),
            false,
        ),
    ];
    for (case, line, flagged) in cases {
        let got = result("no_price_comparison_procurement_methods = NPC\n[R028]", &[&line], false, false);
        let expected = r#"{"OCID":{"a":{"R028":1.0}},"Tenderer":{"A":{"R028":1.0},"B":{"R028":1.0}}}"#;
        assert_eq!(got, if flagged { expected } else { "{}" }, "{case}");
    }
}

#[test]
fn who_loses_often() {
    // T bids in five processes and wins none; S wins all; so do two that bid twice each.
    let one = |ocid: usize, bidders: &[&str], winner: &str| {
        let bids: Vec<String> = bidders.iter().map(|id| bid("valid", &[id], 1.0, "USD")).collect();
        process(&ocid.to_string(), &bids, winner, "")
    };
    let mut lines: Vec<String> = (0..5).map(|i| one(i, &["S", "T", "T"], "S")).collect();
    for (index, id) in ["A", "B", "C", "D", "E", "F"].into_iter().enumerate() {
        lines.extend((0..2).map(|i| one(10 + index * 2 + i, &[id], id)));
    }
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let got = result("[R025]", &lines, true, false);
    let meta = r#""Meta":{"R025":{"q1":1.0,"q3":1.0,"upper_fence":3.75,"lower_fence":1.0}}"#;
    assert!(got.starts_with(r#"{"Tenderer":{"S":{"R025":1.0},"T":{"R025":0.0}},"#), "{got}");
    assert!(got.contains(meta), "{got}");
    let got = result("[R025]\npercentile = 50\nthreshold = 0.1", &lines, true, true);
    assert!(
        got.starts_with(r#"{"Tenderer":{"T":{"R025":0.0}},"Meta":{"R025":{"upper_fence":2.0,"lower_fence":0.1}}"#),
        "{got}"
    );
    assert!(got.contains(r#""ocid_tenderer":{"0":["S","T"],"#), "{got}");
}

#[test]
fn who_disqualifies_often() {
    let one = |ocid: &str, buyer: &str, disqualified: usize, submitted: usize| {
        let bids: Vec<String> = (0..submitted)
            .map(|i| bid(if i < disqualified { "disqualified" } else { "valid" }, &[&format!("T{i}")], 1.0, "USD"))
            .collect();
        let rest = format!(r#","buyer":{{"id":"{buyer}"}},"tender":{{"procuringEntity":{{"id":"P{buyer}"}}}}"#);
        process(ocid, &bids, "T0", &rest)
    };
    let mut lines = vec![one("x", "X", 4, 5), one("small", "Y", 1, 1)];
    lines.extend((0..9).map(|i| one(&format!("{i}"), &format!("B{i}"), 1, 10)));
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let got = result("[R038]", &lines, true, true);
    assert!(got.contains(r#""Buyer":{"X":{"R038":0.8},"B0":{"R038":0.1},"#), "{got}");
    assert!(got.contains(r#""ProcuringEntity":{"PX":{"R038":0.8},"PB0":"#), "{got}");
    assert!(!got.contains(r#""Y":{"#), "{got}");
    let meta = r#""Meta":{"R038":{"Buyer_q1":0.1,"Buyer_q3":0.1,"Buyer_upper_fence":0.1,"ProcuringEntity_q1":0.1,"#;
    assert!(got.contains(meta), "{got}");
    assert!(got.contains(r#""ocid_buyer_r038":{"x":"X","small":"Y","0":"B0","#), "{got}");
    assert!(got.contains(r#""ocid_procuringentity_r038":{"x":"PX","small":"PY","#), "{got}");

    let got = result("[R038]\nthreshold = 0.5\nminimum_submitted_bids = 100", &lines, true, false);
    let expected = concat!(
        r#"{"ProcuringEntity":{"PX":{"R038":0.8}},"Buyer":{"X":{"R038":0.8}},"#,
        r#""Meta":{"R038":{"Buyer_upper_fence":0.5,"ProcuringEntity_upper_fence":0.5}}}"#
    );
    // The empty OCID group is replaced by the last one, the empty Tenderer group by the last one then.
    assert_eq!(got, expected);
}

#[test]
fn late_bids() {
    let line = |date: &str, tenderers: &str, end: &str| {
        format!(
            r#"{{"ocid":"a","tender":{{"tenderPeriod":{{"endDate":"{end}"}}}},"bids":{{"details":[{{"status":"valid","date":"{date}","tenderers":[{tenderers}]}}]}},"awards":[{{"status":"active","suppliers":[{{"id":"W"}},{{"id":"X"}}]}},{{"status":"pending"}}]}}"#
        )
    };
    let w = r#"{"id":"W"}"#;
    let cases = [
        ("after", line("2000-01-02", w, "2000-01-01T00:00:00Z"), true),
        ("as text", line("2000-01-01T00:00:00+09:00", w, "2000-01-01T00:00:00"), true),
        ("equal", line("2000-01-01", w, "2000-01-01"), false),
        ("somebody else", line("2000-01-02", r#"{"id":"L"}"#, "2000-01-01"), false),
        ("with others", line("2000-01-02", r#"{"id":"L"},{"id":"W"}"#, "2000-01-01"), true),
    ];
    for (case, line, flagged) in cases {
        let expected = r#"{"OCID":{"a":{"R030":1.0}},"Tenderer":{"W":{"R030":1.0}}}"#;
        assert_eq!(result("[R030]", &[&line], false, false), if flagged { expected } else { "{}" }, "{case}");
    }
}

#[test]
fn the_last_line_of_an_ocid_counts_for_ratios() {
    let lines = [pair("a", 1.0, 2.0, "USD"), pair("b", 1.0, 4.0, "USD"), pair("a", 1.0, 3.0, "USD")];
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    let got = result("[R058]\nthreshold = 0.1", &lines, false, false);
    assert_eq!(got, r#"{"OCID":{"a":{"R058":2.0},"b":{"R058":3.0}},"Tenderer":{"W":{"R058":0.0}}}"#);
}

fn any_line() -> impl Strategy<Value = String> {
    let ids = || prop::sample::select(vec!["A", "B", "C", "D"]);
    let any_bid = (
        prop::sample::select(vec!["valid", "valid", "disqualified", "pending", "withdrawn"]),
        prop::collection::vec(ids(), 1..3),
        0u8..4,
        prop::sample::select(vec!["USD", "EUR"]),
    )
        .prop_map(|(status, tenderers, amount, currency)| bid(status, &tenderers, f64::from(amount), currency));
    let one =
        (0u8..12, prop::collection::vec(any_bid, 0..4), ids(), ids()).prop_map(|(ocid, bids, supplier, buyer)| {
            let rest =
                format!(r#","buyer":{{"id":"{buyer}"}},"tender":{{"numberOfTenderers":1,"procurementMethod":"open"}}"#);
            process(&ocid.to_string(), &bids, supplier, &rest).replace(
                "\"suppliers\"",
                &format!(r#""items":[{{"classification":{{"id":"{ocid}{buyer}"}}}}],"suppliers""#),
            )
        });
    prop_oneof![8 => one, 1 => Just(String::new()), 1 => Just("{\"ocid\":".to_owned())]
}

proptest! {
    /// However the file is cut and whoever works on it, result, mappings and messages are the same bytes.
    #[test]
    fn any_pieces_and_threads_give_equal_output(
        lines in prop::collection::vec(any_line(), 0..30),
        size in 1usize..600,
        threads in 1usize..5,
    ) {
        let text = lines.join("\n");
        let settings = settings(&DEFAULT_SETTINGS.replace("; minimum_contracting_processes = 20", "minimum_contracting_processes = 1"));
        let (whole, told) = run_in(&settings, &text, 1, 1 << 20);
        let (cut, told_cut) = run_in(&settings, &text, threads, size);
        prop_assert_eq!(print(&whole, true, true), print(&cut, true, true));
        prop_assert_eq!(told, told_cut);
    }
}
