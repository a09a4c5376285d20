//! The few fields of a compiled release that the indicators read, borrowed from its line.
//!
//! A field of the wrong type counts as absent; of duplicate names the last one wins, as in a JSON object kept in a map.

use std::ops::Range;

use crate::scan::{Kind, Scan, Scanner, Text};
use crate::settings::Settings;

/// Which parts of a release are worth reading.
#[derive(Clone, Copy, Debug)]
pub struct Needs {
    bids: bool,
    prices: bool,
    bid_dates: bool,
    awards: bool,
    items: bool,
    buyer: bool,
}

impl Needs {
    /// What the indicators switched on read.
    pub fn of(settings: &Settings) -> Self {
        let ratio = settings.r024.is_some() || settings.r058.is_some();
        let bids_and_awards =
            ratio || settings.r025.is_some() || settings.r030 || settings.r035.is_some() || settings.r036;
        Self {
            bids: bids_and_awards || settings.r028 || settings.r038.is_some(),
            prices: ratio || settings.r028 || settings.r036,
            bid_dates: settings.r030,
            awards: bids_and_awards || settings.r048.is_some(),
            items: settings.r048.is_some(),
            buyer: settings.r038.is_some(),
        }
    }
}

/// Where a bid stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum BidStatus {
    /// Not stated.
    #[default]
    Absent,
    /// `invited` or `withdrawn`: not submitted.
    NotSubmitted,
    /// `valid`
    Valid,
    /// `disqualified`
    Disqualified,
    /// `pending`, or a code that is not in the list.
    Other,
}

impl BidStatus {
    fn of(text: Option<Text<'_>>) -> Self {
        match text.map(Text::decode).as_deref() {
            None => Self::Absent,
            Some("invited" | "withdrawn") => Self::NotSubmitted,
            Some("valid") => Self::Valid,
            Some("disqualified") => Self::Disqualified,
            Some(_) => Self::Other,
        }
    }

    /// Stated, and neither invited nor withdrawn.
    pub fn is_submitted(self) -> bool {
        !matches!(self, Self::Absent | Self::NotSubmitted)
    }
}

/// Where an award stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum AwardStatus {
    /// Not stated.
    #[default]
    Absent,
    /// `active`
    Active,
    /// `cancelled` or `unsuccessful`: final without a winner.
    Closed,
    /// `pending`, or a code that is not in the list: not final.
    Open,
}

impl AwardStatus {
    fn of(text: Option<Text<'_>>) -> Self {
        match text.map(Text::decode).as_deref() {
            None => Self::Absent,
            Some("active") => Self::Active,
            Some("cancelled" | "unsuccessful") => Self::Closed,
            Some(_) => Self::Open,
        }
    }
}

/// Organisations of a bid or an award.
#[derive(Clone, Debug, Default)]
pub struct Organisations {
    /// How many entries the array has.
    entries: usize,
    /// Those of them with a string as id, in [`Release::ids`].
    ids: Range<usize>,
}

impl Organisations {
    /// The ids.
    pub fn ids<'r, 'a>(&self, release: &'r Release<'a>) -> &'r [Text<'a>] {
        &release.ids[self.ids.clone()]
    }

    /// The id, if there is one organisation exactly.
    pub fn single<'a>(&self, release: &Release<'a>) -> Option<Text<'a>> {
        match self.ids(release) {
            &[id] if self.entries == 1 => Some(id),
            _ => None,
        }
    }
}

/// A bid.
#[derive(Clone, Debug, Default)]
pub struct Bid<'a> {
    /// `status`
    pub status: BidStatus,
    /// `date`, as text.
    pub date: Option<Text<'a>>,
    /// `tenderers`
    pub tenderers: Organisations,
    amount: Option<&'a str>,
    currency: Option<Text<'a>>,
}

impl<'a> Bid<'a> {
    /// Amount and currency, if both are there and the amount fits an `f64`.
    pub fn price(&self) -> Option<(f64, Text<'a>)> {
        let amount = self.amount?.parse().ok().filter(|amount: &f64| amount.is_finite())?;
        Some((amount, self.currency?))
    }
}

/// An award.
#[derive(Clone, Debug, Default)]
pub struct Award {
    /// `status`
    pub status: AwardStatus,
    /// `suppliers`
    pub suppliers: Organisations,
    /// Ids of the classifications of its items that are strings, in [`Release::ids`].
    classes: Range<usize>,
}

impl Award {
    /// Classification ids of its items.
    pub fn classes<'r, 'a>(&self, release: &'r Release<'a>) -> &'r [Text<'a>] {
        &release.ids[self.classes.clone()]
    }
}

/// `tender`
#[derive(Clone, Copy, Debug, Default)]
pub struct Tender<'a> {
    /// Whether `status` is `cancelled`.
    pub cancelled: bool,
    /// `procurementMethod`
    pub method: Option<Text<'a>>,
    /// `procurementMethodDetails`
    pub details: Option<Text<'a>>,
    /// Whether `numberOfTenderers` is 1, written as an unsigned integer.
    pub one_tenderer: bool,
    /// `tenderPeriod/startDate`
    pub start: Option<Text<'a>>,
    /// `tenderPeriod/endDate`
    pub end: Option<Text<'a>>,
    /// `procuringEntity/id`
    pub procuring_entity: Option<Text<'a>>,
}

/// What was read of a release. One is kept and filled anew for each line.
#[derive(Debug, Default)]
pub struct Release<'a> {
    /// `ocid`
    pub ocid: Option<Text<'a>>,
    /// `buyer/id`
    pub buyer: Option<Text<'a>>,
    /// `tender`
    pub tender: Tender<'a>,
    /// `bids/details`
    pub bids: Vec<Bid<'a>>,
    /// `awards`
    pub awards: Vec<Award>,
    /// The ids that bids and awards point into.
    ids: Vec<Text<'a>>,
}

impl<'a> Release<'a> {
    /// Reads one line up to its end.
    pub fn read(&mut self, scanner: &mut Scanner<'a>, needs: Needs) -> Scan<()> {
        self.ocid = None;
        self.buyer = None;
        self.tender = Tender::default();
        self.bids.clear();
        self.awards.clear();
        self.ids.clear();
        object(scanner, |scanner, name| match &*name.decode() {
            "ocid" => string(scanner, &mut self.ocid),
            "buyer" if needs.buyer => id_of(scanner, &mut self.buyer),
            "tender" => self.read_tender(scanner),
            "bids" if needs.bids => self.read_bids(scanner, needs),
            "awards" if needs.awards => self.read_awards(scanner, needs),
            _ => scanner.skip(),
        })?;
        scanner.end()
    }

    fn read_tender(&mut self, scanner: &mut Scanner<'a>) -> Scan<()> {
        self.tender = Tender::default();
        let tender = &mut self.tender;
        object(scanner, |scanner, name| match &*name.decode() {
            "status" => {
                let mut status = None;
                string(scanner, &mut status)?;
                tender.cancelled = status.is_some_and(|status| status.is("cancelled"));
                Ok(())
            }
            "procurementMethod" => string(scanner, &mut tender.method),
            "procurementMethodDetails" => string(scanner, &mut tender.details),
            "numberOfTenderers" => {
                tender.one_tenderer = false;
                if scanner.kind()? != Kind::Number {
                    return scanner.skip();
                }
                tender.one_tenderer = scanner.number()? == "1";
                Ok(())
            }
            "tenderPeriod" => {
                (tender.start, tender.end) = (None, None);
                object(scanner, |scanner, name| match &*name.decode() {
                    "startDate" => string(scanner, &mut tender.start),
                    "endDate" => string(scanner, &mut tender.end),
                    _ => scanner.skip(),
                })
            }
            "procuringEntity" => id_of(scanner, &mut tender.procuring_entity),
            _ => scanner.skip(),
        })
    }

    fn read_bids(&mut self, scanner: &mut Scanner<'a>, needs: Needs) -> Scan<()> {
        self.bids.clear();
        object(scanner, |scanner, name| {
            if !name.is("details") {
                return scanner.skip();
            }
            self.bids.clear();
            array(scanner, |scanner| self.read_bid(scanner, needs))
        })
    }

    fn read_bid(&mut self, scanner: &mut Scanner<'a>, needs: Needs) -> Scan<()> {
        let mut bid = Bid::default();
        object(scanner, |scanner, name| match &*name.decode() {
            "status" => {
                let mut status = None;
                string(scanner, &mut status)?;
                bid.status = BidStatus::of(status);
                Ok(())
            }
            "tenderers" => {
                bid.tenderers = self.organisations(scanner)?;
                Ok(())
            }
            "date" if needs.bid_dates => string(scanner, &mut bid.date),
            "value" if needs.prices => {
                (bid.amount, bid.currency) = (None, None);
                object(scanner, |scanner, name| match &*name.decode() {
                    "amount" => {
                        bid.amount = None;
                        if scanner.kind()? != Kind::Number {
                            return scanner.skip();
                        }
                        bid.amount = Some(scanner.number()?);
                        Ok(())
                    }
                    "currency" => string(scanner, &mut bid.currency),
                    _ => scanner.skip(),
                })
            }
            _ => scanner.skip(),
        })?;
        self.bids.push(bid);
        Ok(())
    }

    fn read_awards(&mut self, scanner: &mut Scanner<'a>, needs: Needs) -> Scan<()> {
        self.awards.clear();
        array(scanner, |scanner| {
            let mut award = Award::default();
            object(scanner, |scanner, name| match &*name.decode() {
                "status" => {
                    let mut status = None;
                    string(scanner, &mut status)?;
                    award.status = AwardStatus::of(status);
                    Ok(())
                }
                "suppliers" => {
                    award.suppliers = self.organisations(scanner)?;
                    Ok(())
                }
                "items" if needs.items => {
                    award.classes = self.classes(scanner)?;
                    Ok(())
                }
                _ => scanner.skip(),
            })?;
            self.awards.push(award);
            Ok(())
        })
    }

    fn organisations(&mut self, scanner: &mut Scanner<'a>) -> Scan<Organisations> {
        let start = self.ids.len();
        let mut entries = 0;
        array(scanner, |scanner| {
            entries += 1;
            let mut id = None;
            id_of(scanner, &mut id)?;
            self.ids.extend(id);
            Ok(())
        })?;
        Ok(Organisations { entries, ids: start..self.ids.len() })
    }

    fn classes(&mut self, scanner: &mut Scanner<'a>) -> Scan<Range<usize>> {
        let start = self.ids.len();
        array(scanner, |scanner| {
            let mut class = None;
            object(
                scanner,
                |scanner, name| {
                    if name.is("classification") { id_of(scanner, &mut class) } else { scanner.skip() }
                },
            )?;
            self.ids.extend(class);
            Ok(())
        })?;
        Ok(start..self.ids.len())
    }
}

/// Reads an object member by member, or passes over anything else.
#[inline]
fn object<'a>(scanner: &mut Scanner<'a>, each: impl FnMut(&mut Scanner<'a>, Text<'a>) -> Scan<()>) -> Scan<()> {
    if scanner.kind()? == Kind::Object { scanner.object(each) } else { scanner.skip() }
}

/// Reads an array element by element, or passes over anything else.
#[inline]
fn array<'a>(scanner: &mut Scanner<'a>, each: impl FnMut(&mut Scanner<'a>) -> Scan<()>) -> Scan<()> {
    if scanner.kind()? == Kind::Array { scanner.array(each) } else { scanner.skip() }
}

/// Reads a string into `target`, or empties it and passes over anything else.
#[inline]
fn string<'a>(scanner: &mut Scanner<'a>, target: &mut Option<Text<'a>>) -> Scan<()> {
    *target = None;
    if scanner.kind()? != Kind::String {
        return scanner.skip();
    }
    *target = Some(scanner.string()?);
    Ok(())
}

/// Reads the `id` of an object into `target`, if it is a string.
#[inline]
fn id_of<'a>(scanner: &mut Scanner<'a>, target: &mut Option<Text<'a>>) -> Scan<()> {
    *target = None;
    object(scanner, |scanner, name| if name.is("id") { string(scanner, target) } else { scanner.skip() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::DEFAULT_SETTINGS;

    fn read(line: &str) -> Scan<Release<'_>> {
        let (settings, _) = Settings::parse(DEFAULT_SETTINGS).expect("valid");
        let mut release = Release::default();
        release.read(&mut Scanner::new(line, 0), Needs::of(&settings))?;
        Ok(release)
    }

    #[test]
    fn the_last_of_duplicate_names_wins() {
        let release = read(
            r#"{"ocid":"a","\u006fcid":"b","tender":{"status":"cancelled","procurementMethod":"open"},
            "tender":{"numberOfTenderers":2,"numberOfTenderers":1},"bids":{"details":[{}]},
            "bids":{"details":[{"status":"valid","status":5,"value":{"amount":1,"currency":"USD"},"value":{"amount":2}}]},
            "awards":[{"suppliers":[{"id":"x"}],"suppliers":[{"id":"y","id":"z"},7]}]}"#
                .replace('\n', " ")
                .leak(),
        )
        .expect("valid");
        assert!(release.ocid.is_some_and(|ocid| ocid.is("b")));
        assert!(!release.tender.cancelled && release.tender.method.is_none() && release.tender.one_tenderer);
        assert_eq!(release.bids.len(), 1);
        assert_eq!(release.bids[0].status, BidStatus::Absent);
        assert!(release.bids[0].price().is_none());
        let suppliers = &release.awards[0].suppliers;
        assert!(suppliers.ids(&release)[0].is("z"));
        assert!(suppliers.single(&release).is_none());
    }

    #[test]
    fn other_types_are_passed_over_but_must_be_json() {
        for line in ["5", "[]", r#"{"tender":[],"bids":5,"awards":{"a":[]},"buyer":"x"}"#] {
            assert!(read(line).is_ok_and(|release| release.ocid.is_none()), "{line}");
        }
        for line in [r#"{"ocid":"a","x":[}"#, r#"{"ocid":"a"} 5"#, r#"{"ocid":"a""#, "nul"] {
            assert!(read(line).is_err(), "{line}");
        }
    }
}
