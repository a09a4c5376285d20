//! The worked example of each aggregate: a few invented purchases as OCDS releases, and what is found in them.
//!
//! The same example stands on the method page and runs as a test, from the release to the outcome.

mod buyers;
mod markets;
mod networks;
mod precisely;

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::Aggregates;
use super::view::date_text;
use crate::context::{Context, Registers};
use crate::facts::Facts;
use crate::fold::{Fold, Judged};
use crate::method::AS_OF;
use crate::settings::Settings;
use crate::text::{Lang, Text};

/// Days from 1970-01-01 to 2025-01-01, the first day of the examples.
const NEW_YEAR: i32 = 20_089;

/// Few rows show what an example is about.
const ROWS_SHOWN: usize = 8;

/// One invented purchase.
#[derive(Clone, Debug)]
struct Tender {
    /// Days after 2025-01-01.
    day: i32,
    buyer: String,
    region: String,
    /// Class of its one item, scheme CPV.
    class: &'static str,
    method: &'static str,
    criteria: &'static str,
    /// Estimate in CNY.
    value: i64,
    /// Bidder (`S1+S2` is a consortium), price, status.
    bids: Vec<(String, i64, &'static str)>,
    /// Hour of submission of each bid, where it matters.
    hours: Vec<f64>,
    /// Index of the winning bid.
    winner: Option<usize>,
    /// Supplier and value of an award without bids.
    award: Option<(String, i64)>,
    budget: Option<&'static str>,
    subcontracted: Option<bool>,
    subcontractor: Option<&'static str>,
    paid: Option<i64>,
    /// Telephone of a supplier.
    phones: Vec<(&'static str, &'static str)>,
}

impl Default for Tender {
    fn default() -> Self {
        Tender {
            day: 0,
            buyer: "B1".to_owned(),
            region: "320000".to_owned(),
            class: "45233000",
            method: "open",
            criteria: "priceOnly",
            value: 1_000_000,
            bids: Vec::new(),
            hours: Vec::new(),
            winner: None,
            award: None,
            budget: None,
            subcontracted: None,
            subcontractor: None,
            paid: None,
            phones: Vec::new(),
        }
    }
}

/// Bids that are all valid.
fn valid(list: &[(&str, i64)]) -> Vec<(String, i64, &'static str)> {
    list.iter().map(|(who, price)| ((*who).to_owned(), *price, "valid")).collect()
}

/// An example: what is shown, what is bought, what is set, and what is found.
struct Example {
    code: &'static str,
    story: Text,
    tenders: fn() -> Vec<Tender>,
    /// An override of the Chinese pack.
    pack: &'static str,
    /// Start of the key of the subject looked at: keys of groups end in a digest.
    subject: &'static str,
    /// Value and threshold, as [`crate::Number`] prints them.
    raised: (&'static str, &'static str),
}

/// Four peers are enough in an example.
const FEW_PEERS: &str = "[general]\nreference_min_n = 4\n";

fn all() -> impl Iterator<Item = &'static Example> {
    buyers::ALL.iter().chain(&markets::ALL).chain(&networks::ALL)
}

impl Tender {
    fn release(&self, number: usize) -> Value {
        let organisation = |id: &str| json!({"id": id, "name": id});
        let members = |who: &str| who.split('+').map(organisation).collect::<Vec<Value>>();
        let date = |day: i32, hour: f64| {
            let minutes = (hour * 60.0).round() as i64;
            format!("{}T{:02}:{:02}:00+08:00", date_text(NEW_YEAR + day), minutes / 60, minutes % 60)
        };
        let money = |amount: i64| json!({"amount": amount, "currency": "CNY"});
        let item = json!({"id": "1", "classification": {"scheme": "CPV", "id": self.class}});
        let bids: Vec<Value> = self
            .bids
            .iter()
            .enumerate()
            .map(|(i, (who, price, status))| {
                json!({
                    "id": (i + 1).to_string(), "status": status, "value": money(*price), "tenderers": members(who),
                    "date": date(self.day + 20, self.hours.get(i).copied().unwrap_or(9.0)),
                })
            })
            .collect();
        let won = self.winner.map(|winner| (self.bids[winner].0.clone(), self.bids[winner].1));
        let mut parties = vec![json!({
            "id": self.buyer, "name": self.buyer, "roles": ["buyer"], "address": {"region": self.region},
        })];
        parties.extend(self.phones.iter().map(
            |(id, phone)| json!({"id": id, "name": id, "roles": ["tenderer"], "contactPoint": {"telephone": phone}}),
        ));
        let mut release = json!({
            "ocid": format!("ocds-demo-{number:04}"), "id": "1", "date": date(self.day + 60, 9.0), "tag": ["compiled"],
            "buyer": organisation(&self.buyer),
            "parties": parties,
            "tender": {
                "id": "1", "status": "complete", "procurementMethod": self.method, "awardCriteria": self.criteria,
                "mainProcurementCategory": "works", "value": money(self.value), "items": [item],
                "tenderPeriod": {"startDate": date(self.day, 0.0), "endDate": date(self.day + 20, 10.0)},
            },
        });
        if !bids.is_empty() {
            release["bids"] = json!({"details": bids});
        }
        if let Some((to, value)) = self.award.clone().or(won) {
            let mut award = json!({
                "id": "1", "status": "active", "date": date(self.day + 30, 9.0), "value": money(value),
                "suppliers": members(&to), "items": [item],
            });
            if let Some(winner) = self.winner {
                award["relatedBid"] = json!((winner + 1).to_string());
            }
            if let Some(subcontracted) = self.subcontracted {
                award["hasSubcontracting"] = json!(subcontracted);
            }
            if let Some(name) = self.subcontractor {
                award["subcontracting"] = json!({"subcontractors": [organisation(name)]});
            }
            release["awards"] = json!([award]);
        }
        if let Some(paid) = self.paid {
            release["contracts"] = json!([{
                "id": "1", "awardID": "1", "status": "terminated", "dateSigned": date(self.day + 40, 9.0),
                "implementation": {"finalValue": money(paid)},
            }]);
        }
        if let Some(budget) = self.budget {
            release["planning"] = json!({"budget": {"id": budget}});
        }
        release
    }
}

/// What keeps an example from being run; in a test, a fault of the example.
#[derive(Debug, thiserror::Error)]
enum ExampleError {
    #[error(transparent)]
    Pack(#[from] crate::settings::PackError),
    #[error("the release does not read: {0}")]
    Release(String),
    #[error("no such subject; there are {0}")]
    Subject(String),
}

impl Example {
    fn run(&self) -> Result<Judged, ExampleError> {
        let settings = Settings::cn()?.with(self.pack)?;
        let mut aggregates = Aggregates::new(&settings);
        for (number, tender) in (self.tenders)().iter().enumerate() {
            let text = tender.release(number + 1).to_string();
            let parsed = ocds::parse(text.as_bytes()).map_err(|fault| ExampleError::Release(format!("{fault:?}")))?;
            aggregates.observe(&Facts::of(&parsed.release, &settings), &settings);
        }
        let registers = Registers::default();
        let cx = Context { settings: &settings, reference: None, coverage: None, registers: &registers, as_of: AS_OF };
        let mut found = Vec::new();
        aggregates.run(&cx, &|indicator| indicator.code == self.code, &mut |judged| found.push(judged));
        let known = || found.iter().map(|one| one.subject.to_string()).collect::<Vec<_>>().join(", ");
        // Of several, the one that is raised: the digest in a group's key tells a reader nothing.
        let mut fitting: Vec<&Judged> =
            found.iter().filter(|one| one.subject.to_string().starts_with(self.subject)).collect();
        fitting.sort_by_key(|one| !one.outcome.is_raised());
        fitting.first().map(|one| (*one).clone()).ok_or_else(|| ExampleError::Subject(known()))
    }
}

/// The rest of an aggregate's method page as Markdown: what the formula leaves open, the worked example with its purchases as
/// a table, and the sentence that explains what was found. `None` for other codes.
pub fn worked_example(code: &str, lang: Lang) -> Option<String> {
    let example = all().find(|example| example.code == code)?;
    let say = |zh: &'static str, en: &'static str| Text::new(zh, en).get(lang);
    let mut page = String::new();
    let _ = write!(page, "\n### {}\n\n", say("细则", "Precisely"));
    for text in [Some(precisely::ALL), precisely::of(code)].into_iter().flatten() {
        let _ = writeln!(page, "- {}", text.get(lang));
    }
    let _ = write!(
        page,
        "\n### {}\n\n{}\n\n",
        say("算例（作为测试运行）", "Worked example (runs as a test)"),
        example.story.get(lang)
    );
    let _ = writeln!(
        page,
        "| {} | {} | {} | {} | {} | {} |\n| --- | --- | --- | --- | --- | --- |",
        say("开始", "Start"),
        say("采购人", "Buyer"),
        say("方式", "Method"),
        say("预算（元）", "Estimate (CNY)"),
        say("报价（元,* 中标）", "Bids (CNY, * won)"),
        say("授予（元）", "Award (CNY)"),
    );
    let tenders = (example.tenders)();
    for tender in tenders.iter().take(ROWS_SHOWN) {
        let bids: Vec<String> = tender
            .bids
            .iter()
            .enumerate()
            .map(|(i, (who, price, status))| {
                let mark = if tender.winner == Some(i) { "*" } else { "" };
                let status = if *status == "valid" { String::new() } else { format!(" {status}") };
                format!("{who} {price}{mark}{status}")
            })
            .collect();
        let award = tender.award.as_ref().map(|(who, value)| format!("{who} {value}")).unwrap_or_default();
        let _ = writeln!(
            page,
            "| {} | {} ({}) | {} | {} | {} | {award} |",
            date_text(NEW_YEAR + tender.day),
            tender.buyer,
            tender.region,
            tender.method,
            tender.value,
            bids.join("; ")
        );
    }
    if tenders.len() > ROWS_SHOWN {
        let _ = match lang {
            Lang::Zh => write!(page, "\n共 {} 个项目，此处列出前 {ROWS_SHOWN} 个。\n", tenders.len()),
            Lang::En => write!(page, "\n{} purchases in all, the first {ROWS_SHOWN} of them shown.\n", tenders.len()),
        };
    }
    if !example.pack.is_empty() {
        let _ = write!(page, "\n```toml\n{}\n```\n", example.pack.trim());
    }
    let (value, threshold) = example.raised;
    let _ = match lang {
        Lang::Zh => write!(page, "\n触发：数值 {value},阈值 {threshold}。\n"),
        Lang::En => write!(page, "\nRaised: value {value}, threshold {threshold}.\n"),
    };
    if let Ok(judged) = example.run() {
        let _ = write!(page, "\n> {}\n", crate::explain::sentence(&judged, Some("CNY"), lang));
    }
    Some(page)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::Outcome;

    #[test]
    fn each_aggregate_has_an_example_and_it_yields_what_its_page_says() {
        for (code, _) in &crate::aggregate::RULES {
            assert_eq!(all().filter(|example| example.code == *code).count(), 1, "{code}");
        }
        let mut wrong = Vec::new();
        for example in all() {
            match example.run() {
                Ok(Judged { outcome: Outcome::Raised { value, threshold, .. }, .. }) => {
                    if (value.to_string().as_str(), threshold.to_string().as_str()) != example.raised {
                        wrong.push(format!("{}: {value} {threshold}", example.code));
                    }
                }
                other => wrong.push(format!("{}: {other:?}", example.code)),
            }
        }
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    }

    #[test]
    fn the_pages_speak_both_languages() {
        for (code, _) in &crate::aggregate::RULES {
            let zh = worked_example(code, Lang::Zh).expect("an example");
            let en = worked_example(code, Lang::En).expect("an example");
            assert!(zh.contains("算例") && en.contains("Worked example") && zh.contains("\n> "), "{code}");
            assert!(!en.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)), "{code}: {en}");
        }
        assert_eq!(worked_example("R001", Lang::Zh), None);
    }
}
