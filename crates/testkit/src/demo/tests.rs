use std::collections::{BTreeMap, BTreeSet};

use kernel::division::DivisionTree;
use kernel::officer::serving;
use kernel::organ::{OrganKind, OrganTree};
use kernel::uscc::Uscc;
use proptest::prelude::*;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::*;

fn small(seed: u64, processes: u32) -> Plan {
    Plan { seed, processes, ..Plan::DEMO }
}

fn made(plan: Plan) -> Vec<Release> {
    releases(&plan, &jurisdiction(&plan)).collect()
}

fn parse(release: &Release) -> Value {
    serde_json::from_str(&release.json).unwrap_or_else(|error| panic!("{}: {error}", release.ocid))
}

/// Members of a list, none if it is absent.
fn list<'v>(value: &'v Value, path: &str) -> &'v [Value] {
    value.pointer(path).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

fn text<'v>(value: &'v Value, path: &str) -> &'v str {
    value.pointer(path).and_then(Value::as_str).unwrap_or("")
}

fn fen(value: &Value) -> Option<i64> {
    let amount: rust_decimal::Decimal = value.pointer("/value/amount")?.to_string().parse().ok()?;
    i64::try_from(amount * rust_decimal::Decimal::from(100)).ok()
}

fn moment(value: &Value, path: &str) -> Option<i64> {
    let stamp: jiff::Timestamp = value.pointer(path)?.as_str()?.parse().ok()?;
    Some(stamp.as_second())
}

// --- the jurisdiction ---

#[test]
fn organs_form_a_tree_through_all_reorganisations() {
    let plan = Plan::DEMO;
    let jurisdiction = jurisdiction(&plan);
    let tree = OrganTree::new(jurisdiction.organs.clone(), jurisdiction.successions.clone()).unwrap();
    for day in [plan.begin(), plan.begin().plus(300), plan.until] {
        let view = tree.as_of(day, plan.until);
        let roots: Vec<_> = view.roots().map(|organ| organ.name.zh.as_str()).collect();
        assert_eq!(roots, ["演示省人民政府"], "{day}");
        let supervisor = view.get(jurisdiction.supervisor).unwrap();
        assert_eq!((supervisor.kind, supervisor.division.six_digits()), (OrganKind::Supervision, "890100".to_owned()));
    }
    let kinds: BTreeSet<_> = jurisdiction.successions.iter().map(|s| format!("{:?}", s.kind)).collect();
    assert_eq!(kinds.into_iter().collect::<Vec<_>>(), ["Absorb", "Merge", "Rename", "Split"]);
    let within = |day: Day| plan.begin() < day && day < plan.until;
    assert!(jurisdiction.successions.iter().all(|succession| within(succession.on)));
    let all: BTreeSet<_> = jurisdiction.organs.iter().map(|organ| organ.id).collect();
    let renamed = jurisdiction.organs.len() - all.len();
    assert_eq!(renamed, 1, "one organ has two periods");
}

#[test]
fn codes_check_and_lie_in_no_real_division() {
    let jurisdiction = jurisdiction(&Plan::DEMO);
    let divisions = DivisionTree::new(jurisdiction.divisions.clone(), []);
    let mut seen = BTreeMap::new();
    for organ in &jurisdiction.organs {
        assert!(organ.division.six_digits().starts_with("89"), "{}", organ.name.zh);
        assert!(divisions.as_of(Plan::DEMO.until, Plan::DEMO.until).get(organ.division).is_some());
        assert!(!organ.name.en.is_empty() && !organ.short.en.is_empty() && organ.name.en.is_ascii());
        if let Some(code) = organ.uscc {
            assert_eq!(Uscc::parse(code.as_str()), Ok(code));
            assert_eq!(*seen.entry(code).or_insert(organ.id), organ.id, "a code is one organ's");
        }
    }
    for level in [1, 3, 10, 40] {
        let of_level = |n: usize| jurisdiction.divisions.iter().filter(|d| d.code.level() as usize == n).count();
        assert!((1..=4).any(|n| of_level(n) == level), "{level} divisions of a level");
    }
}

#[test]
fn every_duty_has_one_sign_in_that_serves() {
    let plan = Plan::DEMO;
    let jurisdiction = jurisdiction(&plan);
    let duties: Vec<_> = jurisdiction.roles.iter().map(|role| role.duty).collect();
    let expected = [
        "audit-administrator",
        "connected-system",
        "data-officer",
        "inspector",
        "inventory-approver",
        "inventory-steward",
        "legal-reviewer",
        "organ-handler",
        "organ-head",
        "privacy-head",
        "privacy-officer",
        "rule-approver",
        "rule-steward",
        "secrecy-reviewer",
        "security-administrator",
        "supervision-chief",
        "system-administrator",
    ];
    assert_eq!(duties.iter().copied().collect::<BTreeSet<_>>(), expected.into());
    assert_eq!(duties.len(), expected.len());
    let logins: BTreeSet<_> = jurisdiction.officers.iter().map(|officer| &officer.login).collect();
    assert_eq!(logins.len(), jurisdiction.officers.len(), "logins are unique");
    let organ_of: BTreeMap<_, _> = jurisdiction.posts.iter().map(|post| (post.id, post.organ)).collect();
    for role in &jurisdiction.roles {
        let held: Vec<_> = serving(&jurisdiction.appointments, role.officer, plan.until).collect();
        assert_eq!(held.iter().map(|held| held.post).collect::<Vec<_>>(), [role.post], "{}", role.duty);
        let at_supervisor = organ_of[&role.post] == jurisdiction.supervisor;
        let of_department = role.duty.starts_with("organ-")
            || ["connected-system", "inventory-steward", "legal-reviewer", "secrecy-reviewer"].contains(&role.duty);
        assert_eq!(at_supervisor, !of_department, "{}", role.duty);
    }
    let ended = jurisdiction.appointments.iter().filter(|held| held.to.is_some()).count();
    assert!(ended > 50, "{ended} appointments have ended");
}

// --- the processes ---

/// The bytes are the same on every machine. A deliberate change of the generator changes this line.
#[test]
fn a_plan_gives_the_same_bytes_everywhere() {
    let mut bytes = Vec::new();
    corpus_jsonl(&small(1, 300), &mut bytes).unwrap();
    let digest: String = Sha256::digest(&bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(digest, "e6abbbfa220474221d4fe43487aed8b1903ccaf4fe130d7083078c3f3fed43c9");
}

#[test]
fn all_behaviours_and_near_misses_are_planted() {
    let mut counts: BTreeMap<Behaviour, u32> = BTreeMap::new();
    let all = made(small(2, 3_000));
    for planted in all.iter().flat_map(|release| &release.planted) {
        *counts.entry(planted.behaviour).or_default() += 1;
        assert_eq!(planted.strength == 0, planted.behaviour.limit().is_some());
    }
    for behaviour in Behaviour::WRONG {
        let count = counts.get(&behaviour).copied().unwrap_or(0);
        assert!(count >= 3, "{}: {count}", behaviour.code());
    }
    for limit in Limit::ALL {
        assert_eq!(counts.get(&Behaviour::NearMiss(limit)), Some(&2), "{}", limit.code());
    }
    let honest = all.iter().filter(|release| release.planted.is_empty()).count();
    assert!(honest > all.len() * 3 / 5, "{honest} of {} are honest", all.len());
}

#[test]
fn few_processes_still_have_every_near_miss() {
    let all = made(small(3, 400));
    let limits: BTreeSet<_> =
        all.iter().flat_map(|release| &release.planted).filter_map(|planted| planted.behaviour.limit()).collect();
    assert_eq!(limits.len(), Limit::ALL.len());
    assert_eq!(made(small(3, 0)), []);
    assert_eq!(made(small(3, 1)).len(), 1);
}

/// Near misses keep their limit to the day and the fen.
#[test]
fn near_misses_lie_exactly_at_the_limit() {
    const DAY: i64 = 86_400;
    for seed in 0..6 {
        for release in made(small(seed, 1_500)) {
            let value = parse(&release);
            for limit in release.planted.iter().filter_map(|planted| planted.behaviour.limit()) {
                let case = format!("{} {} seed {seed}", limit.code(), release.ocid);
                let period = moment(&value, "/tender/tenderPeriod/endDate")
                    .zip(moment(&value, "/tender/tenderPeriod/startDate"))
                    .map(|(end, start)| end - start);
                let estimate = fen(&value["tender"]).unwrap();
                let valid = list(&value, "/bids/details").iter().filter(|bid| text(bid, "/status") == "valid").count();
                let amount = |path: &str| value.pointer(path).and_then(fen);
                let award = amount("/awards/0");
                let days = |from: &str, to: &str| Some(moment(&value, to)? - moment(&value, from)?);
                let kept = match limit {
                    Limit::OpenPeriod => period == Some(20 * DAY),
                    Limit::ConsultationPeriod => period == Some(10 * DAY),
                    Limit::QuotationPeriod => period == Some(3 * DAY),
                    Limit::SingleSourceNotice => period == Some(7 * DAY),
                    Limit::IntentionNotice => {
                        days("/planning/documents/0/datePublished", "/tender/tenderPeriod/startDate") == Some(30 * DAY)
                    }
                    Limit::OpenTenderValue => [200_020_000, 400_040_000].contains(&estimate),
                    Limit::Clarification => {
                        days("/tender/amendments/0/date", "/tender/tenderPeriod/endDate") == Some(15 * DAY)
                    }
                    Limit::Answer => {
                        days("/tender/enquiries/0/date", "/tender/enquiries/0/dateAnswered") == Some(3 * DAY)
                    }
                    Limit::Deadline => days("/bids/details/0/date", "/tender/tenderPeriod/endDate") == Some(0),
                    Limit::ThreeBidders => valid == 3,
                    Limit::Ceiling => {
                        let at = list(&value, "/bids/details").iter().filter(|bid| fen(bid) == Some(estimate)).count();
                        at == 1 && award < Some(estimate)
                    }
                    Limit::CandidateNotice => {
                        days("/awards/0/documents/0/datePublished", "/awards/0/date") == Some(3 * DAY)
                    }
                    Limit::Signing => days("/awards/0/date", "/contracts/0/dateSigned") == Some(30 * DAY),
                    Limit::ContractPublication => {
                        days("/contracts/0/dateSigned", "/contracts/0/documents/0/datePublished") == Some(2 * DAY)
                            && days("/awards/0/date", "/contracts/0/dateSigned").is_some_and(|days| days <= 30 * DAY)
                    }
                    Limit::Amendment => {
                        amount("/contracts/0").map(|after| after * 10) == award.map(|before| before * 11)
                    }
                    Limit::BidBond => amount("/tender/guarantees/0").map(|bond| bond * 50) == Some(estimate),
                    Limit::PerformanceBond => amount("/contracts/0/guarantees/0").map(|bond| bond * 10) == award,
                    Limit::PriceWeight => {
                        let least = if text(&value, "/tender/mainProcurementCategory") == "goods" { 30 } else { 10 };
                        let weight = value.pointer("/tender/awardCriteria/criteria/0/numbers/0/number");
                        weight.and_then(Value::as_i64) == Some(least)
                    }
                    Limit::Payment => {
                        let paid: Option<i64> =
                            list(&value, "/contracts/0/implementation/transactions").iter().map(fen).sum();
                        paid == amount("/contracts/0") && paid.is_some()
                    }
                };
                assert!(kept, "{case}: {}", release.json);
            }
        }
    }
}

/// What every release promises, whatever the seed.
fn check(release: &Release, numbers: &mut BTreeSet<String>) {
    let value = parse(release);
    let case = &release.ocid;
    assert!(!release.json.contains('\n') && case.starts_with("ocds-demo00-") && text(&value, "/ocid") == *case);
    assert!(numbers.insert(case.clone()), "{case} twice");
    assert!(text(&value, "/publisher/name").contains("synthetic"));

    let parties: BTreeMap<&str, &Value> =
        list(&value, "/parties").iter().map(|party| (text(party, "/id"), party)).collect();
    assert_eq!(parties.len(), list(&value, "/parties").len(), "{case}: a party twice");
    for party in parties.values() {
        assert_eq!(text(party, "/identifier/scheme"), "CN-USCC");
        let code = Uscc::parse(text(party, "/identifier/id"));
        assert!(
            code.is_ok_and(|code| code.division().is_some_and(|division| division.number() / 10_000_000_000 == 89))
        );
        assert!(text(party, "/name").starts_with("演示") || text(party, "/roles/0") == "buyer");
    }
    assert_eq!(text(parties[text(&value, "/buyer/id")], "/roles/0"), "buyer");

    let lots: BTreeSet<&str> = list(&value, "/tender/lots").iter().map(|lot| text(lot, "/id")).collect();
    let lots_of = |one: &Value| -> Vec<String> {
        list(one, "/relatedLots").iter().filter_map(Value::as_str).map(str::to_owned).collect()
    };
    let start = moment(&value, "/tender/tenderPeriod/startDate").unwrap();
    let end = moment(&value, "/tender/tenderPeriod/endDate").unwrap();
    assert!(start < end, "{case}");
    let horizon = moment(&serde_json::json!({ "d": format!("{}T23:59:59+08:00", Plan::DEMO.until) }), "/d").unwrap();
    assert!(start <= horizon && moment(&value, "/date").unwrap() <= horizon);

    let mut bids = BTreeMap::new();
    for bid in list(&value, "/bids/details") {
        assert!(bids.insert(text(bid, "/id"), bid).is_none(), "{case}: a bid twice");
        assert!(fen(bid).is_some_and(|amount| amount > 0));
        assert!(list(bid, "/tenderers").iter().all(|firm| parties.contains_key(text(firm, "/id"))), "{case}");
        assert_eq!(lots_of(bid).len(), usize::from(!lots.is_empty()));
        let late = release.planted.iter().any(|planted| planted.behaviour == Behaviour::LateBid);
        if let Some(at) = moment(bid, "/date") {
            assert!(at >= start && (at <= end || late || text(bid, "/status") == "disqualified"), "{case}");
        }
    }
    let opened = moment(&value, "/tender/bidOpening/date").unwrap_or(end);
    let mut awards = BTreeMap::new();
    for award in list(&value, "/awards") {
        assert!(awards.insert(text(award, "/id"), award).is_none(), "{case}: an award twice");
        let date = moment(award, "/date").unwrap();
        assert!(opened <= date && date <= horizon, "{case}");
        assert!(lots_of(award).iter().all(|lot| lots.contains(lot.as_str())));
        assert!(list(award, "/suppliers").iter().all(|firm| parties.contains_key(text(firm, "/id"))));
        if let Some(bid) = award.get("relatedBid") {
            let bid = bids[bid.as_str().unwrap()];
            assert_eq!(text(bid, "/status"), "valid", "{case}");
            assert_eq!((fen(bid), lots_of(bid)), (fen(award), lots_of(award)), "{case}");
            assert_eq!(bid["tenderers"], award["suppliers"], "{case}");
        }
    }
    for contract in list(&value, "/contracts") {
        let award = awards[text(contract, "/awardID")];
        let signed = moment(contract, "/dateSigned").unwrap();
        assert!(moment(award, "/date").unwrap() <= signed && signed <= horizon, "{case}");
        let mut before = fen(award).unwrap();
        let mut last = signed;
        for change in list(contract, "/amendments") {
            let at = moment(change, "/date").unwrap();
            assert!(last <= at && at <= horizon, "{case}");
            last = at;
            let stated: rust_decimal::Decimal = text(change, "/changes/0/former_value").parse().unwrap();
            assert_eq!(stated * rust_decimal::Decimal::from(100), before.into(), "{case}");
            // The value after is the next one before, or the contract's.
            before = text(change, "/description")
                .rsplit(['为', ' '])
                .find_map(|part| part.parse::<rust_decimal::Decimal>().ok())
                .and_then(|after| i64::try_from(after * rust_decimal::Decimal::from(100)).ok())
                .unwrap();
        }
        assert_eq!(fen(contract), Some(before), "{case}");
        let mut last = signed;
        let mut paid = 0;
        for payment in list(contract, "/implementation/transactions") {
            let at = moment(payment, "/date").unwrap();
            assert!(last < at && at <= horizon, "{case}");
            last = at;
            paid += fen(payment).unwrap();
        }
        assert!(paid <= before, "{case}: {paid} of {before} paid");
    }
    let complete = text(&value, "/tender/status") == "complete";
    assert_eq!(complete, !awards.is_empty(), "{case}");
    assert!(release.planted.is_empty() || complete, "{case}: what is planted can be seen");
}

#[test]
fn the_demonstration_itself_is_consistent() {
    let mut numbers = BTreeSet::new();
    made(small(Plan::DEMO.seed, 4_000)).iter().for_each(|release| check(release, &mut numbers));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_seed_gives_consistent_releases(seed: u64) {
        let mut numbers = BTreeSet::new();
        made(small(seed, 250)).iter().for_each(|release| check(release, &mut numbers));
    }
}
