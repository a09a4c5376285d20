//! Cases: award.

use redflags_rules::method::{Case, Expected, PLAIN, demo_registers};

use super::companies;

pub static ALL: [Case; 108] = [
    Case {
        code: "R015",
        name: "next day",
        changes: &[],
        peers: &[
            1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 11.0, 12.0, 13.0, 14.0, 15.0, 16.0, 17.0, 18.0, 19.0,
            20.0,
        ],
        expected: Expected::Clear,
        ..PLAIN
    },
    Case { code: "R015", name: "no peers, but within the floor", changes: &[], expected: Expected::Clear, ..PLAIN },
    Case {
        code: "R015",
        name: "no evaluation",
        changes: &[("/tender/awardPeriod", "")],
        expected: Expected::Missing("tender/awardPeriod/startDate"),
        ..PLAIN
    },
    Case {
        code: "R015",
        name: "direct",
        changes: &[("/tender/procurementMethod", r#""direct""#), ("/tender/procurementMethodDetails", r#""单一来源""#)],
        expected: Expected::NotApplicable("method"),
        ..PLAIN
    },
    Case {
        code: "R017",
        name: "within the norm",
        changes: &[],
        peers: &[
            80000.0, 82000.0, 84000.0, 86000.0, 88000.0, 90000.0, 92000.0, 94000.0, 96000.0, 98000.0, 100000.0,
            102000.0, 104000.0, 106000.0, 108000.0, 110000.0, 112000.0, 114000.0, 116000.0, 118000.0,
        ],
        subject: "item|ocds-demo-0001|/tender/items/0",
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "R017",
        name: "no price",
        changes: &[("/tender/items/0/unit/value", "")],
        subject: "item|ocds-demo-0001|/tender/items/0",
        expected: Expected::Missing("tender/items/unit/value"),
        ..PLAIN
    },
    Case {
        code: "R017",
        name: "a provisional sum",
        changes: &[("/tender/items/0/description", r#""暂估价设备""#)],
        subject: "item|ocds-demo-0001|/tender/items/0",
        expected: Expected::NotApplicable("priced_by_buyer"),
        ..PLAIN
    },
    Case {
        code: "R017",
        name: "no peers",
        changes: &[],
        subject: "item|ocds-demo-0001|/tender/items/0",
        expected: Expected::Missing("reference"),
        ..PLAIN
    },
    Case {
        code: "R022",
        name: "as others",
        changes: &[],
        peers: &[
            0.02, 0.022, 0.024, 0.026, 0.028, 0.03, 0.032, 0.034, 0.036, 0.038, 0.04, 0.042, 0.044, 0.046, 0.048, 0.05,
            0.052, 0.054, 0.056, 0.058,
        ],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "R022",
        name: "two bids",
        changes: &[("/bids/details/2", "")],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::NotApplicable("too_few"),
        ..PLAIN
    },
    Case {
        code: "R022",
        name: "a bid without amount",
        changes: &[("/bids/details/2/value/amount", "")],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Missing("bids/details/value/amount"),
        ..PLAIN
    },
    Case {
        code: "R022",
        name: "pending",
        changes: &[("/awards/0/status", r#""pending""#)],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::NotApplicable("not_final"),
        ..PLAIN
    },
    Case {
        code: "R022",
        name: "no bids",
        changes: &[("/bids", "")],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Missing("bids/details/id"),
        ..PLAIN
    },
    Case {
        code: "R022",
        name: "a bid in another currency is set aside",
        changes: &[("/bids/details/2/value/currency", r#""USD""#)],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Missing("bids/details/value/currency"),
        ..PLAIN
    },
    Case {
        code: "R022",
        name: "drawn by lot",
        changes: &[("/tender/procurementMethodDetails", r#""抽签定标""#)],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::NotApplicable("priced_by_buyer"),
        ..PLAIN
    },
    Case {
        code: "R023",
        name: "no pattern",
        changes: &[],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "R023",
        name: "equal steps",
        changes: &[
            ("/bids/details/0/value/amount", "900000"),
            ("/bids/details/1/value/amount", "940000"),
            ("/bids/details/2/value/amount", "980000"),
        ],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Raised("0", "0.0005"),
        ..PLAIN
    },
    Case {
        code: "R023",
        name: "an auction",
        changes: &[("/tender/techniques", r#"{"hasElectronicAuction":true}"#)],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::NotApplicable("auction"),
        ..PLAIN
    },
    Case {
        code: "R023",
        name: "two prices",
        changes: &[("/bids/details/2/value/amount", "950000")],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::NotApplicable("too_few"),
        ..PLAIN
    },
    Case {
        code: "R023",
        name: "steps within the tolerance tell nothing",
        changes: &[
            ("/bids/details/0/value/amount", "900000"),
            ("/bids/details/1/value/amount", "900100"),
            ("/bids/details/2/value/amount", "900200"),
        ],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "R023",
        name: "no status",
        changes: &[
            ("/bids/details/0/status", ""),
            ("/bids/details/1/status", ""),
            ("/bids/details/2/status", ""),
            ("/bids/details/3/status", ""),
        ],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Missing("bids/details/status"),
        ..PLAIN
    },
    Case {
        code: "R024",
        name: "far from the loser",
        changes: &[],
        peers: &[
            0.02, 0.022, 0.024, 0.026, 0.028, 0.03, 0.032, 0.034, 0.036, 0.038, 0.04, 0.042, 0.044, 0.046, 0.048, 0.05,
            0.052, 0.054, 0.056, 0.058,
        ],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "R024",
        name: "equal to the loser",
        changes: &[("/bids/details/1/value/amount", "900000")],
        peers: &[
            0.02, 0.022, 0.024, 0.026, 0.028, 0.03, 0.032, 0.034, 0.036, 0.038, 0.04, 0.042, 0.044, 0.046, 0.048, 0.05,
            0.052, 0.054, 0.056, 0.058,
        ],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "R024",
        name: "no criteria",
        changes: &[("/tender/awardCriteria", "")],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Missing("tender/awardCriteria"),
        ..PLAIN
    },
    Case {
        code: "R024",
        name: "rated",
        changes: &[("/tender/awardCriteria", r#""ratedCriteria""#)],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::NotApplicable("criteria"),
        ..PLAIN
    },
    Case {
        code: "R024",
        name: "no loser",
        changes: &[("/bids/details/1", ""), ("/bids/details/1", "")],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::NotApplicable("too_few"),
        ..PLAIN
    },
    Case {
        code: "R024",
        name: "the winner is not lowest",
        changes: &[("/bids/details/0/value/amount", "960000")],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::NotApplicable("criteria"),
        ..PLAIN
    },
    Case {
        code: "R024",
        name: "a fixed threshold",
        changes: &[("/bids/details/1/value/amount", "904000")],
        pack: "[indicator.R024]\nthreshold = 0.005\n",
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Raised("0.004444", "0.005"),
        ..PLAIN
    },
    Case {
        code: "R024",
        name: "a consortium won",
        changes: &[
            ("/bids/details/0/tenderers", r#"[{"id":"S1"},{"id":"S9"}]"#),
            ("/awards/0/suppliers", r#"[{"id":"S9"},{"id":"S1"}]"#),
            ("/awards/0/relatedBid", ""),
            ("/bids/details/1/value/amount", "900500"),
        ],
        peers: &[
            0.02, 0.022, 0.024, 0.026, 0.028, 0.03, 0.032, 0.034, 0.036, 0.038, 0.04, 0.042, 0.044, 0.046, 0.048, 0.05,
            0.052, 0.054, 0.056, 0.058,
        ],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Raised("0.000556", "0.012934"),
        ..PLAIN
    },
    Case {
        code: "R024",
        name: "the loser bids in another currency",
        changes: &[("/bids/details/1/value/currency", r#""USD""#), ("/bids/details/2/value/currency", r#""USD""#)],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Missing("bids/details/value/amount"),
        ..PLAIN
    },
    Case {
        code: "R024",
        name: "no peers",
        changes: &[("/bids/details/1/value/amount", "900500")],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Missing("reference"),
        ..PLAIN
    },
    Case {
        code: "R028",
        name: "all different",
        changes: &[],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "R028",
        name: "equal amounts in two currencies",
        changes: &[("/bids/details/2/value/amount", "950000"), ("/bids/details/2/value/currency", r#""USD""#)],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "R028",
        name: "the same bidder twice",
        changes: &[("/bids/details/1/tenderers", r#"[{"id":"S1"}]"#), ("/bids/details/1/value/amount", "900000")],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "R028",
        name: "a member of the consortium beside it",
        changes: &[
            ("/bids/details/1/tenderers", r#"[{"id":"S1"},{"id":"S2"}]"#),
            ("/bids/details/1/value/amount", "900000"),
        ],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "R028",
        name: "a disqualified twin counts",
        changes: &[("/bids/details/3/value/amount", "990000")],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Raised("2", "2"),
        ..PLAIN
    },
    Case {
        code: "R028",
        name: "no amounts",
        changes: &[
            ("/bids/details/0/value/amount", ""),
            ("/bids/details/1/value/amount", ""),
            ("/bids/details/2/value/amount", ""),
            ("/bids/details/3/value/amount", ""),
        ],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Missing("bids/details/value/amount"),
        ..PLAIN
    },
    Case {
        code: "R028",
        name: "by lottery",
        changes: &[("/tender/procurementMethodDetails", r#""抽签定标""#)],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::NotApplicable("priced_by_buyer"),
        ..PLAIN
    },
    Case {
        code: "R030",
        name: "in time",
        changes: &[],
        subject: "bid|ocds-demo-0001|1",
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "R030",
        name: "another bid was late",
        changes: &[("/bids/details/1/date", r#""2025-03-26T10:00:00+08:00""#)],
        subject: "bid|ocds-demo-0001|2",
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "R030",
        name: "no date",
        changes: &[("/bids/details/0/date", "")],
        subject: "bid|ocds-demo-0001|1",
        expected: Expected::Missing("bids/details/date"),
        ..PLAIN
    },
    Case {
        code: "R030",
        name: "pending",
        changes: &[("/awards/0/status", r#""pending""#)],
        subject: "bid|ocds-demo-0001|1",
        expected: Expected::NotApplicable("not_final"),
        ..PLAIN
    },
    Case {
        code: "R030",
        name: "another zone, the same instant",
        changes: &[("/bids/details/0/date", r#""2025-03-25T01:00:00Z""#)],
        subject: "bid|ocds-demo-0001|1",
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "R031",
        name: "well below",
        changes: &[],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "R031",
        name: "no estimate",
        changes: &[("/tender/value", "")],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Missing("tender/value"),
        ..PLAIN
    },
    Case {
        code: "R031",
        name: "priced by the buyer",
        changes: &[("/tender/procurementMethodDetails", r#""抽签定标""#)],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::NotApplicable("priced_by_buyer"),
        ..PLAIN
    },
    Case {
        code: "R031",
        name: "estimate in another currency",
        changes: &[("/tender/value/currency", r#""USD""#)],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Missing("bids/details/value/currency"),
        ..PLAIN
    },
    Case {
        code: "R032",
        name: "different owners",
        changes: &[],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "R032",
        name: "no owners published",
        changes: &[
            ("/parties/1/beneficialOwners", ""),
            ("/parties/2/beneficialOwners", ""),
            ("/parties/3/beneficialOwners", ""),
            ("/parties/4/beneficialOwners", ""),
        ],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Missing("parties/beneficialOwners/id"),
        ..PLAIN
    },
    Case {
        code: "R032",
        name: "one bidder",
        changes: &[("/bids/details/1", ""), ("/bids/details/1", ""), ("/bids/details/1", "")],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::NotApplicable("too_few"),
        ..PLAIN
    },
    Case {
        code: "R032",
        name: "members of one consortium may share",
        changes: &[
            (
                "/bids/details",
                r#"[{"id":"1","status":"valid","tenderers":[{"id":"S1"},{"id":"S2"}]},{"id":"2","status":"valid","tenderers":[{"id":"S3"}]}]"#,
            ),
            ("/parties/2/beneficialOwners/0/id", r#""P1""#),
        ],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "R033",
        name: "a small holding",
        changes: &[
            ("/parties/3/shareholders/0/shareholder/id", r#""H2""#),
            ("/parties/3/shareholders/0/shareholding", "0.1"),
        ],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "R033",
        name: "none published",
        changes: &[
            ("/parties/1/shareholders", ""),
            ("/parties/2/shareholders", ""),
            ("/parties/3/shareholders", ""),
            ("/parties/4/shareholders", ""),
        ],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Missing("parties/shareholders/shareholder/id"),
        ..PLAIN
    },
    Case {
        code: "R033",
        name: "a state asset body",
        changes: &[("/parties/3/shareholders/0/shareholder/id", r#""H2""#)],
        pack: "[lists]\nstate-holders = [\"H2\"]\n",
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "R033",
        name: "one bidder",
        changes: &[("/bids/details/1", ""), ("/bids/details/1", ""), ("/bids/details/1", "")],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::NotApplicable("too_few"),
        ..PLAIN
    },
    Case {
        code: "R035",
        name: "others valid",
        changes: &[],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "R035",
        name: "pending",
        changes: &[("/awards/0/status", r#""pending""#)],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::NotApplicable("not_final"),
        ..PLAIN
    },
    Case {
        code: "R035",
        name: "no tenderers",
        changes: &[("/bids/details/3/tenderers", "")],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Missing("bids/details/tenderers/id"),
        ..PLAIN
    },
    Case {
        code: "R035",
        name: "the consortium of the winner was disqualified",
        changes: &[
            ("/bids/details/1", ""),
            ("/bids/details/1", ""),
            ("/bids/details/1/tenderers", r#"[{"id":"S1"},{"id":"S2"}]"#),
        ],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "R036",
        name: "the lowest won",
        changes: &[],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "R036",
        name: "a tie with a valid bid",
        changes: &[("/bids/details/3/value/amount", "900000")],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "R036",
        name: "rated",
        changes: &[("/tender/awardCriteria", r#""ratedCriteria""#)],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::NotApplicable("criteria"),
        ..PLAIN
    },
    Case {
        code: "R036",
        name: "no criteria",
        changes: &[("/tender/awardCriteria", "")],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Missing("tender/awardCriteria"),
        ..PLAIN
    },
    Case {
        code: "R036",
        name: "assumed price only",
        changes: &[("/tender/awardCriteria", ""), ("/bids/details/3/value/amount", "850000")],
        pack: "[general]\nassume_price_only = 1\n",
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Raised("850000", "900000"),
        ..PLAIN
    },
    Case {
        code: "R036",
        name: "cheap in another currency",
        changes: &[("/bids/details/3/value/amount", "85000"), ("/bids/details/3/value/currency", r#""USD""#)],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "R037",
        name: "a full reason",
        changes: &[],
        subject: "bid|ocds-demo-0001|4",
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "R037",
        name: "valid",
        changes: &[],
        subject: "bid|ocds-demo-0001|1",
        expected: Expected::NotApplicable("nothing"),
        ..PLAIN
    },
    Case {
        code: "R037",
        name: "no status",
        changes: &[("/bids/details/3/status", "")],
        subject: "bid|ocds-demo-0001|4",
        expected: Expected::Missing("bids/details/status"),
        ..PLAIN
    },
    Case {
        code: "R037",
        name: "no reason at all",
        changes: &[("/bids/details/3/statusDetails", "")],
        subject: "bid|ocds-demo-0001|4",
        expected: Expected::Raised("0", "20"),
        ..PLAIN
    },
    Case {
        code: "R042",
        name: "its own telephone",
        changes: &[],
        subject: "supplier|S1",
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "R042",
        name: "no contacts",
        changes: &[("/parties/1/contactPoint", ""), ("/parties/1/address", "")],
        subject: "supplier|S1",
        expected: Expected::Missing("parties/contactPoint/telephone"),
        ..PLAIN
    },
    Case {
        code: "R042",
        name: "a placeholder",
        changes: &[("/parties/1/contactPoint/telephone", r#""00000000""#)],
        subject: "supplier|S1",
        expected: Expected::Raised("1", "3"),
        ..PLAIN
    },
    Case {
        code: "R043",
        name: "strangers",
        changes: &[],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "R043",
        name: "no contact of the buyer",
        changes: &[("/parties/0/contactPoint", ""), ("/parties/0/address", "")],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Missing("parties/contactPoint/telephone"),
        ..PLAIN
    },
    Case {
        code: "R043",
        name: "a switchboard",
        changes: &[("/parties/2/contactPoint/telephone", r#""025-83000001""#)],
        pack: "[lists]\nshared-contacts = [\"2583000001\"]\n",
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "R043",
        name: "no bids came",
        changes: &[("/bids", ""), ("/awards/0/suppliers", "[]"), ("/tender/numberOfTenderers", "0")],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::NotApplicable("too_few"),
        ..PLAIN
    },
    Case {
        code: "R044",
        name: "strangers",
        changes: &[],
        subject: "lot-pair|ocds-demo-0001||S2|S3",
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "R044",
        name: "one postcode is not enough",
        changes: &[("/parties/3/address/postalCode", r#""210003""#)],
        subject: "lot-pair|ocds-demo-0001||S2|S3",
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "R044",
        name: "postcode and domain",
        changes: &[
            ("/parties/3/address/postalCode", r#""210003""#),
            ("/parties/3/contactPoint/email", r#""other@s2.example""#),
        ],
        subject: "lot-pair|ocds-demo-0001||S2|S3",
        expected: Expected::Raised("2", "2"),
        ..PLAIN
    },
    Case {
        code: "R044",
        name: "no contacts",
        changes: &[("/parties/3/contactPoint", ""), ("/parties/3/address", "")],
        subject: "lot-pair|ocds-demo-0001||S2|S3",
        expected: Expected::Missing("parties/contactPoint/telephone"),
        ..PLAIN
    },
    Case {
        code: "R044",
        name: "overlapping consortia",
        changes: &[("/bids/details/2/tenderers", r#"[{"id":"S2"},{"id":"S3"}]"#)],
        subject: "lot-pair|ocds-demo-0001||S2|S2+S3",
        expected: Expected::NotApplicable("exempt"),
        ..PLAIN
    },
    Case {
        code: "R045",
        name: "a right number, no registry",
        changes: &[],
        subject: "lot-supplier|ocds-demo-0001||S1",
        expected: Expected::Missing("registry"),
        ..PLAIN
    },
    Case {
        code: "R045",
        name: "no identifier",
        changes: &[("/parties/1/identifier", "")],
        subject: "lot-supplier|ocds-demo-0001||S1",
        expected: Expected::Missing("parties/identifier"),
        ..PLAIN
    },
    Case {
        code: "R045",
        name: "registered",
        changes: &[],
        registers: companies,
        subject: "lot-supplier|ocds-demo-0001||S1",
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "R045",
        name: "struck off",
        changes: &[],
        registers: companies,
        subject: "lot-supplier|ocds-demo-0001||S2",
        expected: Expected::Raised("1", "1"),
        ..PLAIN
    },
    Case {
        code: "R046",
        name: "no list",
        changes: &[],
        subject: "lot-supplier|ocds-demo-0001||S1",
        expected: Expected::Missing("debarment list"),
        ..PLAIN
    },
    Case {
        code: "R046",
        name: "not listed",
        changes: &[],
        registers: demo_registers,
        subject: "lot-supplier|ocds-demo-0001||S2",
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "R046",
        name: "listed later",
        changes: &[
            ("/tender/tenderPeriod/endDate", r#""2024-03-25T09:00:00+08:00""#),
            ("/awards/0/date", r#""2024-04-02T09:00:00+08:00""#),
        ],
        registers: demo_registers,
        subject: "lot-supplier|ocds-demo-0001||S1",
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "R052",
        name: "a single award",
        changes: &[],
        subject: "buyer-supplier|B1|S1",
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "R052",
        name: "no value",
        changes: &[("/awards/0/value", "")],
        subject: "buyer-supplier|B1|S1",
        expected: Expected::Missing("awards/value"),
        ..PLAIN
    },
    Case {
        code: "R056",
        name: "met",
        changes: &[],
        subject: "award|ocds-demo-0001|1",
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "R056",
        name: "no requirements",
        changes: &[("/tender/criteria", "")],
        subject: "award|ocds-demo-0001|1",
        expected: Expected::Missing("tender/criteria"),
        ..PLAIN
    },
    Case {
        code: "R056",
        name: "pending",
        changes: &[("/awards/0/status", r#""pending""#)],
        subject: "award|ocds-demo-0001|1",
        expected: Expected::NotApplicable("not_final"),
        ..PLAIN
    },
    Case {
        code: "R056",
        name: "no answers",
        changes: &[("/bids/details/0/requirementResponses", "")],
        subject: "award|ocds-demo-0001|1",
        expected: Expected::Missing("bids/details/requirementResponses"),
        ..PLAIN
    },
    Case {
        code: "R058",
        name: "as others",
        changes: &[],
        peers: &[
            0.02, 0.022, 0.024, 0.026, 0.028, 0.03, 0.032, 0.034, 0.036, 0.038, 0.04, 0.042, 0.044, 0.046, 0.048, 0.05,
            0.052, 0.054, 0.056, 0.058,
        ],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "R058",
        name: "a fixed threshold",
        changes: &[],
        pack: "[indicator.R058]\nthreshold = 0.05\n",
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Raised("0.055556", "0.05"),
        ..PLAIN
    },
    Case {
        code: "R058",
        name: "rated",
        changes: &[("/tender/awardCriteria", r#""ratedCriteria""#)],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::NotApplicable("criteria"),
        ..PLAIN
    },
    Case {
        code: "R058",
        name: "no winner named",
        changes: &[("/awards/0/suppliers", "[]"), ("/awards/0/relatedBid", "")],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Missing("awards/suppliers/id"),
        ..PLAIN
    },
    Case {
        code: "R061",
        name: "eight days",
        changes: &[],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "R061",
        name: "no date",
        changes: &[("/awards/0/date", "")],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Missing("awards/date"),
        ..PLAIN
    },
    Case {
        code: "R061",
        name: "direct",
        changes: &[("/tender/procurementMethod", r#""direct""#), ("/tender/procurementMethodDetails", r#""单一来源""#)],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::NotApplicable("method"),
        ..PLAIN
    },
    Case {
        code: "R061",
        name: "an auction",
        changes: &[("/tender/techniques", r#"{"hasElectronicAuction":true}"#)],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::NotApplicable("exempt"),
        ..PLAIN
    },
    Case {
        code: "R062",
        name: "eight days",
        changes: &[],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "R062",
        name: "long, but a complaint was pending",
        changes: &[
            ("/awards/0/date", r#""2025-08-25T09:00:00+08:00""#),
            (
                "/complaints",
                r#"[{"id":"1","date":"2025-03-26T09:00:00+08:00","dateDecision":"2025-08-01T09:00:00+08:00"}]"#,
            ),
        ],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Clear,
        ..PLAIN
    },
    Case {
        code: "R062",
        name: "long, no peers",
        changes: &[("/awards/0/date", r#""2025-08-25T09:00:00+08:00""#)],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::Missing("reference"),
        ..PLAIN
    },
    Case {
        code: "R062",
        name: "direct",
        changes: &[("/tender/procurementMethod", r#""direct""#), ("/tender/procurementMethodDetails", r#""单一来源""#)],
        subject: "lot|ocds-demo-0001|-",
        expected: Expected::NotApplicable("method"),
        ..PLAIN
    },
    Case {
        code: "R045",
        name: "cancelled",
        changes: &[("/tender/status", r#""cancelled""#)],
        subject: "lot-supplier|ocds-demo-0001||S1",
        expected: Expected::NotApplicable("cancelled"),
        ..PLAIN
    },
    Case {
        code: "R046",
        name: "cancelled",
        changes: &[("/tender/status", r#""cancelled""#)],
        subject: "lot-supplier|ocds-demo-0001||S1",
        expected: Expected::NotApplicable("cancelled"),
        ..PLAIN
    },
];
