use super::*;

/// Corrected lines, issues and messages.
fn run(settings: &str, text: &str) -> (String, String, String) {
    let (settings, _) = Settings::parse(settings).expect("valid settings");
    let (mut releases, mut issues, mut told) = (Vec::new(), Vec::new(), Vec::new());
    let mut log = Log::new(&mut told, Level::Warn);
    prepare(&settings, &mut text.as_bytes(), 2, &mut log, |some_releases, some_issues| {
        releases.extend_from_slice(some_releases);
        issues.extend_from_slice(some_issues);
        Ok(())
    })
    .expect("vectors take everything");
    let text = |bytes| String::from_utf8(bytes).expect("text");
    (text(releases), text(issues), text(told))
}

#[test]
fn corrections() {
    let cases = [
        ("unchanged", "", r#"{"b":1.50,"a":[1e5,null]}"#, r#"{"b":1.50,"a":[1e5,null]}"#),
        (
            "ids become strings",
            "[corrections]\naward_status_by_contract_status = true",
            r#"{"parties":{"id":1},"buyer":{"id":2},"tender":{"procuringEntity":{"id":3}},"awards":[{"id":4,"status":"active","suppliers":{"id":5},"items":[{"classification":{"id":6,"scheme":"s"}}]}],"contracts":[{"awardID":4}]}"#,
            r#"{"parties":[{"id":"1"}],"buyer":{"id":"2"},"tender":{"procuringEntity":{"id":"3"}},"awards":[{"id":"4","status":"active","suppliers":[{"id":"5"}],"items":[{"classification":{"id":"6","scheme":"s"}}]}],"contracts":[{"awardID":"4"}]}"#,
        ),
        (
            "award ids of contracts are left alone without the correction",
            "",
            r#"{"contracts":[{"awardID":4}]}"#,
            r#"{"contracts":[{"awardID":4}]}"#,
        ),
        (
            "an award with only cancelled contracts is cancelled",
            "[corrections]\naward_status_by_contract_status = true",
            r#"{"awards":[{"id":1,"status":"active"},{"id":2,"status":"active"},{"id":3,"status":"active"}],"contracts":[{"awardID":1,"status":"cancelled"},{"awardID":"1","status":"cancelled"},{"awardID":2,"status":"cancelled"},{"awardID":2}]}"#,
            r#"{"awards":[{"id":"1","status":"cancelled"},{"id":"2","status":"active"},{"id":"3","status":"active"}],"contracts":[{"awardID":"1","status":"cancelled"},{"awardID":"1","status":"cancelled"},{"awardID":"2","status":"cancelled"},{"awardID":"2"}]}"#,
        ),
        (
            "redactions",
            "[redactions]\namount = 0|99999999\norganization_id = x|7\n[modifications]\nprefix_tenderer_or_supplier_id = P-",
            r#"{"buyer":{"name":"n","id":"x"},"bids":{"details":[{"status":"valid","value":{"amount":0.0,"currency":"USD"},"tenderers":[{"id":7},{"id":"P-1"},{"id":2}]}]}}"#,
            r#"{"buyer":{"name":"n"},"bids":{"details":[{"status":"valid","value":{"currency":"USD"},"tenderers":[{},{"id":"P-1"},{"id":"P-2"}]}]}}"#,
        ),
        (
            "defaults",
            "[defaults]\ncurrency = USD\nitem_classification_scheme = CPV\nbid_status = valid\naward_status = active",
            r#"{"bids":{"details":[{"value":{"amount":1,"currency":null},"items":[{"classification":{}},{}]}]},"awards":[{}]}"#,
            r#"{"bids":{"details":[{"value":{"amount":1,"currency":"USD"},"items":[{"classification":{"scheme":"CPV"}},{}],"status":"valid"}]},"awards":[{"status":"active"}]}"#,
        ),
        (
            "codes",
            "[codelists.bid_status]\nOK = valid\n[codelists.award_status]\nActive = active",
            r#"{"bids":{"details":[{"status":"OK"}]},"awards":[{"status":"Active"}]}"#,
            r#"{"bids":{"details":[{"status":"valid"}]},"awards":[{"status":"active"}]}"#,
        ),
        (
            "method details",
            "[modifications]\nsplit_procurement_method_details = -",
            r#"{"tender":{"procurementMethodDetails":"first - second - third"}}"#,
            r#"{"tender":{"procurementMethodDetails":"first"}}"#,
        ),
        (
            "auctions",
            "[modifications]\nmove_auctions = true",
            r#"{"auctions":[{"stages":[{"id":1,"bids":[{"status":"valid","n":1}]},{"bids":[{"status":"valid","n":2}]}]}]}"#,
            r#"{"auctions":[{"stages":[{"id":1},{}]}],"bids":{"details":[{"status":"valid","n":1},{"status":"valid","n":2}]}}"#,
        ),
        (
            "roles",
            "[defaults]\nparty_roles = true\n[redactions]\norganization_id = R\n[modifications]\nprefix_buyer_or_procuring_entity_id = B-",
            r#"{"parties":[{"id":"B-1","roles":["z"]},{"id":2},{"id":"T"},{"id":"R"},{"id":"X"}],"buyer":{"id":1},"tender":{"procuringEntity":{"id":"2"}},"bids":{"details":[{"status":"valid","tenderers":[{"id":"T"},{"id":"R"}]}]},"awards":[{"status":"active","suppliers":{"id":"T"}}]}"#,
            r#"{"parties":[{"id":"B-1","roles":["buyer","z"]},{"id":"2","roles":["procuringEntity"]},{"id":"T","roles":["supplier","tenderer"]},{},{"id":"X"}],"buyer":{"id":"B-1"},"tender":{"procuringEntity":{"id":"B-2"}},"bids":{"details":[{"status":"valid","tenderers":[{"id":"T"},{}]}]},"awards":[{"status":"active","suppliers":[{"id":"T"}]}]}"#,
        ),
    ];
    for (case, settings, line, expected) in cases {
        let (releases, issues, told) = run(settings, line);
        assert_eq!((releases.trim_end(), issues.as_str(), told.as_str()), (expected, "", ""), "{case}");
    }
}

#[test]
fn issues() {
    let lines = [
        r#"{"ocid":"a,b","bids":{"details":[{"status":"valid","value":{"amount":0,"currency":"USD"}},{"status":"Odd \"one\"","value":{"amount":1}}]}}"#,
        "",
        r#"{"bids":{"details":[{"items":[{"classification":{"scheme":"CPV"}},{"classification":{}}]}]},"awards":[{"status":"valid","items":[{"classification":{"id":1}}]},{}]}"#,
    ];
    let expected = concat!(
        "1,\"a,b\",/bids/details[]/value/amount,0,,is zero\n",
        "1,\"a,b\",/bids/details[]/value/currency,1,,not set\n",
        "1,\"a,b\",/bids/details[]/status,1,\"Odd \"\"one\"\"\",invalid\n",
        "3,,/bids/details[]/items[]/classification/scheme,0.1,,not set\n",
        "3,,/bids/details[]/status,0,,not set\n",
        "3,,/awards[]/items[]/classification/scheme,0.0,,not set\n",
        "3,,/awards[]/status,0,valid,invalid\n",
        "3,,/awards[]/status,1,,not set\n",
    );
    let (releases, issues, told) = run("", &lines.join("\n"));
    assert_eq!((issues.as_str(), told.as_str(), releases.lines().count()), (expected, "", 2));
}

#[test]
fn messages() {
    let (releases, issues, told) =
        run("[modifications]\nmove_auctions = true", "[]\n{\n{\"auctions\":[],\"bids\":{}}\n");
    let expected = concat!(
        " WARN  ocdscardinal > Line 1 is not a JSON object, skipping.\n",
        " WARN  ocdscardinal > Line 2 is invalid JSON, skipping. [EOF while parsing an object at line 1 column 1]\n",
        " WARN  ocdscardinal > Can't move /auctions, because /bids is occupied.\n",
    );
    assert_eq!((told.as_str(), issues.as_str(), releases.as_str()), (expected, "", "{\"auctions\":[],\"bids\":{}}\n"));
}
