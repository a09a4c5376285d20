//! One process: what each indicator makes of it, and what it adds to a tally.

use std::borrow::Cow;

use super::bids::{self, Bid};
use super::tally::{Around, Flag, Process, Ratio, Submitted, Tally, count};
use super::{Code, Piece};
use crate::date;
use crate::log::{Level, Notes};
use crate::release::{AwardStatus, BidStatus, Release};
use crate::scan::Text;
use crate::settings::{R003, R018, Settings};

/// Where a release stands.
#[derive(Clone, Copy, Debug)]
pub struct Line {
    /// Bytes before its piece.
    pub offset: u64,
    /// Where it starts in its piece.
    pub start: usize,
    /// Its number in the file, from 1.
    pub number: u64,
}

impl Line {
    /// The place of a text of the piece in the file.
    fn place(self, text: Text<'_>) -> u64 {
        self.offset + text.at as u64
    }
}

/// One process on its way into a tally.
struct Case<'c, 'a> {
    settings: &'c Settings,
    release: &'c Release<'a>,
    piece: &'c Piece<'c>,
    line: Line,
    ocid: Text<'a>,
    /// Set once the ocid is kept.
    process: Option<Process>,
    bids: Vec<Bid<'a>>,
    /// Tenderers of the bids.
    numbers: Vec<u32>,
    /// Whether prices may be compared.
    comparable: bool,
    /// Suppliers of active awards, as a set.
    suppliers: Vec<u32>,
    /// Whether an award is active.
    active: bool,
    /// Whether, besides, none is still open.
    settled: bool,
    /// The only supplier of the only active award.
    winner: Option<u32>,
    /// Organisations counted, for the mappings.
    counted: Vec<u32>,
}

impl Tally {
    /// Adds a release.
    pub fn add(
        &mut self,
        settings: &Settings,
        release: &Release<'_>,
        line: Line,
        piece: &Piece<'_>,
        notes: &mut Notes,
    ) {
        let Some(ocid) = release.ocid.filter(|_| !release.tender.cancelled) else { return };
        let details = release.tender.details.map(Text::decode);
        let details = details.as_deref();
        if details.is_some_and(|details| settings.excluded_method_details.iter().any(|one| one == details)) {
            return;
        }
        let mut case = Case {
            settings,
            release,
            piece,
            line,
            ocid,
            process: None,
            bids: Vec::new(),
            numbers: Vec::new(),
            comparable: settings.prices.allows(details),
            suppliers: Vec::new(),
            active: false,
            settled: false,
            winner: None,
            counted: Vec::new(),
        };
        self.number_organisations(&mut case);
        if settings.r003.as_ref().is_some_and(|r003| is_short(r003, release, details)) {
            self.flag(&mut case, Code::R003, 1.0, Vec::new());
        }
        if settings.r018.as_ref().is_some_and(|r018| is_single(r018, release)) {
            self.flag(&mut case, Code::R018, 1.0, Vec::new());
        }
        if settings.r024.is_some() || settings.r058.is_some() {
            self.compare_lowest(&mut case, notes);
        }
        if settings.r025.is_some() {
            self.count_wins(&mut case);
        }
        if settings.r028 && case.comparable {
            self.find_same_price(&mut case);
        }
        if settings.r030 {
            self.find_late(&mut case);
        }
        if let Some(r035) = settings.r035 {
            self.find_only_winner(&mut case, r035.threshold);
        }
        if settings.r036 && case.comparable {
            self.find_lowest_disqualified(&mut case, notes);
        }
        let mut around = (None, None);
        if settings.r038.is_some() {
            around = self.count_disqualified(&mut case);
        }
        if let Some(r048) = settings.r048 {
            self.count_classes(&mut case, r048.digits);
        }
        let tenderers = bids::unique(std::mem::take(&mut case.counted));
        if self.maps && (around != (None, None) || !tenderers.is_empty()) {
            let process = self.process(&mut case);
            self.around.push(Around { process, buyer: around.0, entity: around.1, tenderers });
        }
    }

    /// Numbers the organisations of bids and active awards, so that they can be compared and counted.
    fn number_organisations(&mut self, case: &mut Case<'_, '_>) {
        let mut number = |text: Text<'_>| self.tenderers.number(&text.decode(), case.line.place(text));
        for bid in &case.release.bids {
            let start = case.numbers.len();
            case.numbers.extend(bid.tenderers.ids(case.release).iter().map(|&id| number(id)));
            case.bids.push(Bid {
                status: bid.status,
                single: bid.tenderers.single(case.release).map(|_| case.numbers[start]),
                tenderers: start..case.numbers.len(),
                price: if case.comparable { bid.price() } else { None },
                date: bid.date,
            });
        }
        let mut actives = 0;
        let mut open = false;
        for award in &case.release.awards {
            open |= award.status == AwardStatus::Open;
            if award.status == AwardStatus::Active {
                actives += 1;
                case.suppliers.extend(award.suppliers.ids(case.release).iter().map(|&id| number(id)));
                case.winner = award.suppliers.single(case.release).and_then(|_| case.suppliers.last().copied());
            }
        }
        case.active = actives > 0;
        case.settled = case.active && !open;
        case.winner = case.winner.filter(|_| actives == 1);
        bids::as_set(&mut case.suppliers);
    }

    fn process(&mut self, case: &mut Case<'_, '_>) -> Process {
        let ocids = &mut self.ocids;
        case.process
            .get_or_insert_with(|| {
                let start = ocids.len();
                ocids.push_str(&case.ocid.decode());
                Process { at: case.line.offset + case.line.start as u64, ocid: start..ocids.len() }
            })
            .clone()
    }

    fn flag(&mut self, case: &mut Case<'_, '_>, code: Code, value: f64, tenderers: Vec<u32>) {
        let process = self.process(case);
        self.flags.push(Flag { process, code, value, tenderers });
    }

    /// R024 and R058.
    fn compare_lowest(&mut self, case: &mut Case<'_, '_>, notes: &mut Notes) {
        let Some(winner) = case.winner.filter(|_| case.settled && case.comparable) else { return };
        let amounts = case.bids.iter().filter(|bid| bid.status == BidStatus::Valid).filter_map(|bid| {
            let tenderer = bid.single?;
            Some((tenderer, case.main_amount(bid, notes)?))
        });
        let amounts: Vec<_> = amounts.collect();
        let Some(lowest) = bids::lowest(winner, amounts.into_iter()) else { return };
        if lowest.losing < lowest.winning {
            return;
        }
        let ratio = (lowest.losing - lowest.winning) / lowest.winning;
        if !ratio.is_finite() {
            // Cardinal would let it into the quartiles, where it spoils them for everybody.
            notes.note(case.line.number, Level::Warn, || {
                format!(
                    "Line {} has a winning amount of {}, which R024 and R058 leave out.",
                    case.line.number, lowest.winning
                )
            });
            return;
        }
        let process = self.process(case);
        self.ratios.push(Ratio { process, ratio, winner, loser: lowest.loser });
    }

    /// R025.
    fn count_wins(&mut self, case: &mut Case<'_, '_>) {
        let Some(winner) = case.winner.filter(|_| case.settled) else { return };
        let valid = case.bids.iter().filter(|bid| bid.status == BidStatus::Valid);
        let mut tenderers: Vec<u32> = valid.filter_map(|bid| bid.single).collect();
        case.counted.extend_from_slice(&tenderers);
        bids::as_set(&mut tenderers);
        for tenderer in tenderers {
            let counts = count(&mut self.tenderer_counts, tenderer);
            counts.valid += 1;
            counts.won += u64::from(tenderer == winner);
        }
    }

    /// R028. A bid without a status counts as submitted here, as in the manual's example.
    fn find_same_price(&mut self, case: &mut Case<'_, '_>) {
        if case.bids.len() < 2 {
            return;
        }
        let currencies: Vec<Cow<'_, str>> = case
            .bids
            .iter()
            .map(|bid| bid.price.map_or(Cow::Borrowed(""), |(_, currency)| currency.decode()))
            .collect();
        let (mut priced, mut of) = (Vec::with_capacity(case.bids.len()), Vec::with_capacity(case.bids.len()));
        for (bid, currency) in case.bids.iter().zip(&currencies) {
            let Some((amount, _)) = bid.price.filter(|_| bid.status != BidStatus::NotSubmitted) else { continue };
            let mut tenderers = case.numbers[bid.tenderers.clone()].to_vec();
            bids::as_set(&mut tenderers);
            if !tenderers.is_empty() {
                priced.push((amount, &**currency, tenderers));
                of.push(bid.tenderers.clone());
            }
        }
        let same = bids::same_price(&priced).into_iter();
        let tenderers = bids::unique(same.flat_map(|bid| &case.numbers[of[bid].clone()]).copied().collect());
        if !tenderers.is_empty() {
            self.flag(case, Code::R028, 1.0, tenderers);
        }
    }

    /// R030.
    fn find_late(&mut self, case: &mut Case<'_, '_>) {
        let Some(end) = case.release.tender.end.filter(|_| !case.suppliers.is_empty()) else { return };
        let end = end.decode();
        let mut late = Vec::new();
        for bid in case.bids.iter().filter(|bid| bid.status == BidStatus::Valid) {
            // As text: Cardinal does not read dates here.
            if bid.date.is_some_and(|date| *date.decode() > *end) {
                let tenderers = &case.numbers[bid.tenderers.clone()];
                late.extend(tenderers.iter().filter(|id| case.suppliers.binary_search(id).is_ok()));
            }
        }
        if !late.is_empty() {
            self.flag(case, Code::R030, 1.0, bids::unique(late));
        }
    }

    /// R035.
    fn find_only_winner(&mut self, case: &mut Case<'_, '_>, threshold: usize) {
        if !case.settled {
            return;
        }
        let of = |status| {
            let bids = case.bids.iter().filter(|bid| bid.status == status);
            let mut tenderers: Vec<u32> = bids.flat_map(|bid| &case.numbers[bid.tenderers.clone()]).copied().collect();
            bids::as_set(&mut tenderers);
            tenderers
        };
        let valid = of(BidStatus::Valid);
        if valid.len() != 1 || valid != case.suppliers {
            return;
        }
        let others = of(BidStatus::Disqualified).iter().filter(|id| !valid.contains(id)).count();
        if others >= threshold {
            self.flag(case, Code::R035, others as f64, valid);
        }
    }

    /// R036.
    fn find_lowest_disqualified(&mut self, case: &mut Case<'_, '_>, notes: &mut Notes) {
        if !case.active {
            return;
        }
        let mut lowest = None::<(f64, BidStatus)>;
        let mut valid = false;
        for bid in case.bids.iter().filter(|bid| bid.status.is_submitted()) {
            let Some(amount) = case.main_amount(bid, notes) else { continue };
            valid |= bid.status == BidStatus::Valid;
            if lowest.is_none_or(|(least, _)| amount < least) {
                lowest = Some((amount, bid.status));
            }
        }
        if valid && lowest.is_some_and(|(_, status)| status == BidStatus::Disqualified) {
            self.flag(case, Code::R036, 1.0, Vec::new());
        }
    }

    /// R038. Answers the buyer and the procuring entity if a bid was disqualified.
    fn count_disqualified(&mut self, case: &mut Case<'_, '_>) -> (Option<u32>, Option<u32>) {
        let mut all = Submitted::default();
        for bid in case.bids.iter().filter(|bid| bid.status.is_submitted()) {
            let one = Submitted { submitted: 1, disqualified: u64::from(bid.status == BidStatus::Disqualified) };
            all.add(one);
            let tenderers = &case.numbers[bid.tenderers.clone()];
            for &tenderer in tenderers {
                count(&mut self.tenderer_counts, tenderer).bids.add(one);
            }
            case.counted.extend_from_slice(tenderers);
        }
        if all.submitted == 0 {
            return (None, None);
        }
        let buyer = case.release.buyer.map(|id| self.buyers.number(&id.decode(), case.line.place(id)));
        let entity = case.release.tender.procuring_entity;
        let entity = entity.map(|id| self.entities.number(&id.decode(), case.line.place(id)));
        if let Some(buyer) = buyer {
            count(&mut self.buyer_counts, buyer).add(all);
        }
        if let Some(entity) = entity {
            count(&mut self.entity_counts, entity).add(all);
        }
        if all.disqualified > 0 { (buyer, entity) } else { (None, None) }
    }

    /// R048.
    fn count_classes(&mut self, case: &mut Case<'_, '_>, digits: usize) {
        let mut suppliers = Vec::new();
        for award in case.release.awards.iter().filter(|award| award.status == AwardStatus::Active) {
            let Some(id) = award.suppliers.single(case.release) else { continue };
            let classes = award.classes(case.release);
            if classes.is_empty() {
                continue;
            }
            let supplier = self.tenderers.number(&id.decode(), case.line.place(id));
            for class in classes {
                let class = class.decode();
                let end = class.char_indices().nth(digits).map_or(class.len(), |(end, _)| end);
                self.supplied.insert((supplier, self.classes.number(&class[..end], 0)));
            }
            suppliers.push(supplier);
        }
        case.counted.extend_from_slice(&suppliers);
        bids::as_set(&mut suppliers);
        for supplier in suppliers {
            count(&mut self.tenderer_counts, supplier).awarded += 1;
        }
    }
}

impl Case<'_, '_> {
    /// The amount of a bid, if it is in the main currency; says so if it is not.
    fn main_amount(&self, bid: &Bid<'_>, notes: &mut Notes) -> Option<f64> {
        let (amount, currency) = bid.price?;
        let currency = currency.decode();
        let main = self.piece.main(&currency);
        if *currency == *main {
            return Some(amount);
        }
        let level = if self.settings.info_currency_mismatches { Level::Info } else { Level::Warn };
        notes.note(self.line.number, level, || format!("{currency} is not {:?}, skipping.", Some(main)));
        None
    }
}

/// R003.
fn is_short(r003: &R003, release: &Release<'_>, details: Option<&str>) -> bool {
    let tender = &release.tender;
    if let Some(methods) = &r003.procurement_methods
        && !tender.method.is_some_and(|method| methods.iter().any(|one| method.is(one)))
    {
        return false;
    }
    let instant = |text: Option<Text<'_>>| date::instant(&text?.decode());
    let (Some(start), Some(end)) = (instant(tender.start), instant(tender.end)) else { return false };
    let own = details.and_then(|details| r003.procurement_method_details.get(details));
    date::whole_days(start, end) < *own.unwrap_or(&r003.threshold)
}

/// R018.
fn is_single(r018: &R018, release: &Release<'_>) -> bool {
    let tender = &release.tender;
    tender.one_tenderer && tender.method.is_some_and(|method| r018.procurement_methods.iter().any(|one| method.is(one)))
}
