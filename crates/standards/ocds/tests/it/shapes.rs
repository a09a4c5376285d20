//! How a release is read into types: what is meant, what is faulted, OCDS 1.0.

use jiff::civil::date;
use jiff::tz::TimeZone;
use ocds::{Code, Moment, Text, When, parse, set_aside};
use rust_decimal::Decimal;

fn decimal(text: &str) -> Decimal {
    text.parse().expect("a decimal")
}

#[test]
fn shapes_in_the_wild_are_read_as_meant() {
    let raw = r#"{"ocid": 7, "tag": "compiled", "parties": {"id": 1, "name": "A"},
        "tender": {"lots": [[{"id": 1}], "2", 3], "value": "12.50", "procurementMethod": " ",
          "numberOfTenderers": "2", "hasEnquiries": "true", "awardCriteria": ["priceOnly"],
          "items": [{"quantity": "1e3", "relatedLot": 1}], "amendment": {"rationale": "r"}, "documents": null},
        "bids": [{"id": 5, "relatedLots": {"lotId": "1"}, "value": {"amount": 0.1000000000000000055511151231257827}}],
        "planning": [{"rationale": "why"}],
        "awards": [{"relatedLots": [{"id": 9}], "title": {"en": "no"}}]}"#;
    let parsed = parse(raw.as_bytes()).expect("a release");
    let release = &parsed.release;
    assert_eq!(release.ocid.as_deref(), Some("7"));
    assert_eq!(release.tag, ["compiled"]);
    assert_eq!(release.parties[0].id.as_deref(), Some("1"));
    let lots: Vec<_> = release.lots().iter().map(|lot| lot.id.as_deref()).collect();
    assert_eq!(lots, [Some("1"), Some("2"), Some("3")]);
    let tender = release.tender.as_ref().expect("a tender");
    assert_eq!(tender.value.as_ref().and_then(|value| value.amount), Some(decimal("12.50")));
    assert_eq!(tender.procurement_method, None);
    assert_eq!(tender.number_of_tenderers, Some(2));
    assert_eq!(tender.has_enquiries, Some(true));
    assert_eq!(tender.award_criteria.as_ref().and_then(|criteria| criteria.code.as_deref()), Some("priceOnly"));
    assert_eq!(tender.items[0].quantity, Some(decimal("1000")));
    assert_eq!(tender.items[0].related_lots, ["1"]);
    assert_eq!(tender.amendments[0].rationale.as_deref(), Some("r"));
    assert_eq!(release.bid_details()[0].related_lots, ["1"]);
    let amount = release.bid_details()[0].value.as_ref().and_then(|value| value.amount).expect("an amount");
    assert_eq!(amount.to_string(), "0.1000000000000000055511151231");
    assert_eq!(release.planning.as_ref().and_then(|planning| planning.rationale.as_deref()), Some("why"));
    assert_eq!(release.awards[0].related_lots, ["9"]);
    let faults: Vec<_> = parsed.faults.iter().map(|fault| (fault.code, fault.path.as_str())).collect();
    assert_eq!(faults, [(Code::WrongType, "/awards/0/title")]);
}

#[test]
fn one_wrong_value_costs_that_value() {
    let cases: &[(&str, Code, &str, &str)] = &[
        (r#""tender": 5"#, Code::WrongType, "/tender", "5"),
        (r#""tender": {"value": {"amount": "1,000"}}"#, Code::BadNumber, "/tender/value/amount", "\"1,000\""),
        (r#""tender": {"value": {"amount": 1e40}}"#, Code::BadNumber, "/tender/value/amount", "1e40"),
        (r#""tender": {"value": {"amount": "1_0"}}"#, Code::BadNumber, "/tender/value/amount", "\"1_0\""),
        (r#""tender": {"numberOfTenderers": -1}"#, Code::BadNumber, "/tender/numberOfTenderers", "-1"),
        (r#""tender": {"numberOfTenderers": 1.5}"#, Code::BadNumber, "/tender/numberOfTenderers", "1.5"),
        (r#""tender": {"hasEnquiries": "perhaps"}"#, Code::WrongType, "/tender/hasEnquiries", "\"perhaps\""),
        (r#""awards": [{"id": "1"}, true]"#, Code::WrongType, "/awards/1", "true"),
        (r#""awards": [{"date": "31/12/2020"}]"#, Code::BadDate, "/awards/0/date", "\"31/12/2020\""),
        (r#""awards": [{"date": "2021-02-29"}]"#, Code::BadDate, "/awards/0/date", "\"2021-02-29\""),
        (r#""awards": [{"suppliers": [{"id": []}]}]"#, Code::WrongType, "/awards/0/suppliers/0/id", "[]"),
        (r#""planning": [{}, {}]"#, Code::WrongType, "/planning", "[{}, {}]"),
    ];
    for (member, code, path, value) in cases {
        let raw = format!("{{\"ocid\": \"o\",\n{member},\n\"buyer\": {{\"id\": \"b\"}}}}");
        let parsed = parse(raw.as_bytes()).unwrap_or_else(|fault| panic!("{member}: {fault}"));
        let [fault] = parsed.faults.as_slice() else { panic!("{member}: {:?}", parsed.faults) };
        assert_eq!((fault.code, fault.path.as_str(), fault.value.as_str(), fault.line), (*code, *path, *value, 2));
        assert!(raw[fault.byte as usize..].starts_with(value), "{member}: the byte is where the value begins");
        assert_eq!(parsed.release.buyer.and_then(|buyer| buyer.id).as_deref(), Some("b"), "{member}");
    }
}

#[test]
fn ocds_1_0_arrives_as_1_1() {
    let raw = br#"{"ocid": "o", "buyer": {"name": "Town", "identifier": {"scheme": "XX", "id": 12}},
        "tender": {"procuringEntity": {"name": "Town", "identifier": {"scheme": "XX", "id": 12},
          "address": {"locality": "L"}}, "tenderers": [{"name": "Firm", "address": {"locality": "M"}}]},
        "awards": [{"suppliers": [{"name": "Firm", "address": {"locality": "M"}}, {"name": "Only a name"}]}],
        "contracts": [{"implementation": {"transactions": [{"amount": {"amount": 5, "currency": "USD"},
          "providerOrganization": {"scheme": "XX", "id": 12, "legalName": "Town"},
          "receiverOrganization": {"scheme": "YY", "id": "9", "legalName": "Bank"}}]}}]}"#;
    let release = parse(raw).expect("a release").release;
    assert_eq!(release.buyer.as_ref().and_then(|buyer| buyer.id.as_deref()), Some("XX-12"));
    let town = release.party("XX-12").expect("the town is a party");
    assert_eq!(town.roles, ["buyer", "procuringEntity", "payer"]);
    assert_eq!(town.address.as_ref().and_then(|address| address.locality.as_deref()), Some("L"));
    let tenderer = release.tender.as_ref().and_then(|tender| tender.tenderers[0].id.clone()).expect("an id");
    assert!(tenderer.starts_with("unregistered-"));
    assert_eq!(release.awards[0].suppliers[0].id, Some(tenderer.clone()), "written alike, known as one");
    assert_eq!(release.awards[0].suppliers[1].id, None, "a name alone identifies nobody");
    assert_eq!(
        release.party(&tenderer).map(|firm| firm.roles.clone()),
        Some(vec!["tenderer".into(), "supplier".into()])
    );
    let payments = release.contracts[0].implementation.as_ref().map(|done| &done.transactions).expect("payments");
    assert_eq!(payments[0].value.as_ref().and_then(|value| value.amount), Some(decimal("5")));
    assert_eq!(payments[0].payee.as_ref().and_then(|payee| payee.id.as_deref()), Some("YY-9"));
    assert_eq!(release.parties_with_role("payee").count(), 1);
}

#[test]
fn dates_say_what_they_say() {
    let zone = TimeZone::fixed(jiff::tz::Offset::from_hours(8).expect("an offset"));
    let cases = [
        ("2020-01-31", "2020-01-31", "2020-01-30T16:00:00Z"),
        ("2020-01-31T09:30", "2020-01-31", "2020-01-31T01:30:00Z"),
        ("2020-01-31 09:30:05", "2020-01-31", "2020-01-31T01:30:05Z"),
        ("2020-01-31T09:30:00Z", "2020-01-31", "2020-01-31T09:30:00Z"),
        ("2020-01-31T23:30:00.123456-05:00", "2020-01-31", "2020-02-01T04:30:00.123456Z"),
        ("2020-01-31T23:30:00+0530", "2020-01-31", "2020-01-31T18:00:00Z"),
        ("2016-12-31T23:59:60Z", "2016-12-31", "2016-12-31T23:59:59Z"),
    ];
    for (raw, day, instant) in cases {
        let when = When::parse(raw.into()).unwrap_or_else(|| panic!("{raw} is a date"));
        assert_eq!(when.day().to_string(), day, "{raw}");
        assert_eq!(when.instant(&zone).to_string(), instant, "{raw}");
        assert_eq!(when.raw(), raw);
        assert_eq!(matches!(when.moment(), Moment::Day(_)), raw.len() == 10);
    }
    for wrong in
        ["2020", "2020-1-1", "2020-13-01", "2020-01-01T25:00", "2020-01-01T10:00:00+99:00", "now", "2020-01-01x"]
    {
        assert_eq!(When::parse(wrong.into()), None, "{wrong}");
    }
    let days = |from: &'static str, to: &'static str| {
        let (from, to) = (When::parse(from.into()).expect("a date"), When::parse(to.into()).expect("a date"));
        from.whole_days_until(&to, &zone)
    };
    assert_eq!(days("2020-01-01", "2020-01-16"), 15);
    assert_eq!(days("2020-01-01T12:00:00Z", "2020-01-16T11:59:59Z"), 14, "whole periods of 24 h");
    assert_eq!(days("2020-01-16", "2020-01-15"), -1);
}

#[test]
fn what_cannot_be_true_is_set_aside() {
    let raw = br#"{"ocid": "o", "date": "2030-01-01", "tender": {"value": {"amount": -5, "currency": "ZZZ"},
          "tenderPeriod": {"endDate": "2099-01-01"}, "minValue": {"amount": -0.0, "currency": "cny"}},
        "awards": [{"id": "1", "title": "a"}, {"id": "1", "title": "a"}, {"id": "1", "title": "b"},
          {"id": "2", "date": "2024-01-02T07:00:00+08:00"}, {"id": "3", "date": "2024-01-02"}],
        "contracts": [{"implementation": {"transactions": [{"value": {"amount": -1, "currency": "USD"}}]}}]}"#;
    let mut release = parse(raw).expect("a release").release;
    let before = release.clone();
    let faults = set_aside(&mut release, date(2024, 1, 1));
    assert_eq!(ocds::faults_of(&before, date(2024, 1, 1)), faults);
    let found: Vec<_> = faults.iter().map(|fault| (fault.code, fault.path.as_str())).collect();
    assert_eq!(
        found,
        [
            (Code::FutureDate, "/date"),
            (Code::UnknownCurrency, "/tender/value/currency"),
            (Code::NegativeAmount, "/tender/value/amount"),
            (Code::FutureDate, "/awards/4/date"),
            (Code::DuplicateId, "/awards/1/id"),
            (Code::DuplicateId, "/awards/2/id"),
        ]
    );
    let tender = release.tender.as_ref().expect("a tender");
    assert_eq!(tender.value, Some(ocds::types::Value::default()));
    assert_eq!(tender.min_value.as_ref().and_then(|value| value.currency.as_deref()), Some("CNY"));
    assert!(tender.tender_period.as_ref().is_some_and(|period| period.end_date.is_some()), "a deadline may lie ahead");
    let titles: Vec<_> = release.awards.iter().map(|award| award.title.as_deref()).collect();
    assert_eq!(titles, [Some("a"), Some("b"), None, None], "the exact copy goes, what differs stays");
    assert!(release.awards[2].date.is_some(), "already past in UTC");
    assert_eq!(release.awards[3].date, None);
}

#[test]
fn complaints_join_wherever_they_were() {
    let raw = br#"{"ocid": "o", "complaints": [{"id": "1"}], "tender": {"complaints": [{"id": "2"}]},
        "awards": [{"id": "a", "complaints": [{"id": "3"}]}]}"#;
    let release = parse(raw).expect("a release").release;
    let complaints: Vec<(Option<&str>, Option<&str>)> =
        release.complaints.iter().map(|c| (c.id.as_deref(), c.related_award.as_deref())).collect();
    assert_eq!(complaints, [(Some("1"), None), (Some("2"), None), (Some("3"), Some("a"))]);
}

#[test]
fn text_borrows_unless_escaped() {
    let raw =
        r#"{"ocid": "plain", "title": "a\"\u00e9\ud83d\ude00\ud800", "description": "<script>alert(1)</script>"}"#;
    let release = parse(raw.as_bytes()).expect("a release").release;
    assert!(matches!(release.ocid, Some(Text::Borrowed("plain"))));
    assert_eq!(release.title.as_deref(), Some("a\"é😀\u{FFFD}"));
    assert_eq!(release.description.as_deref(), Some("<script>alert(1)</script>"), "markup is text, kept as it is");
}
