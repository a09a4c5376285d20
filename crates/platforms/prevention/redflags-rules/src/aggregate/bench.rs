//! What every aggregate indicator works with: the view, the figures, the fences of its peers, and the way out.

use rust_decimal::Decimal;

use super::intern::{NONE, Symbol};
use super::seen::{Day, Sum, competitive};
use super::view::{Id, MarketId, Span, View};
use crate::context::Context;
use crate::facts::Method;
use crate::fold::Judged;
use crate::outcome::{Evidence, Number, Outcome, Reason};
use crate::parameters::Key;
use crate::reference::Distribution;
use crate::registry::{Indicator, indicator};
use crate::stats::{Counts, Fences};
use crate::stratum::{Mask, Stratum};
use crate::subject::SubjectKey;

/// The facts behind a raised aggregate.
#[derive(Default)]
pub(super) struct Grounds {
    pub(super) evidence: Vec<Evidence>,
    pub(super) also: Vec<SubjectKey>,
    /// Rows of processes named, in any order.
    pub(super) processes: Vec<u32>,
}

/// An outcome, with the processes a raised one names.
pub(super) struct Judgement {
    pub(super) outcome: Outcome,
    processes: Vec<u32>,
}

impl From<Outcome> for Judgement {
    fn from(outcome: Outcome) -> Self {
        Judgement { outcome, processes: Vec::new() }
    }
}

/// Raised or not, with the figures compared; `explain` is asked only where it is raised.
pub(super) fn judgement(
    raised: bool,
    value: Number,
    threshold: Number,
    explain: impl FnOnce() -> Grounds,
) -> Judgement {
    if !raised {
        return Outcome::not_raised(value, threshold).into();
    }
    let grounds = explain();
    Judgement {
        outcome: Outcome::Raised { value, threshold, evidence: grounds.evidence, also: grounds.also },
        processes: grounds.processes,
    }
}

/// A named figure among the evidence: it has no pointer, since it stands in no release.
pub(super) fn figure(name: &str, value: impl std::fmt::Display) -> Evidence {
    Evidence::new(name, value.to_string())
}

/// A subject measured, before it is compared with its peers.
pub(super) struct Measured<T> {
    pub(super) subject: SubjectKey,
    /// The measure, or the outcome that settles the matter without comparison.
    pub(super) value: Result<f64, Outcome>,
    /// Whatever the explanation needs.
    pub(super) data: T,
}

/// What an indicator reads: the view, and the figures of the settings.
#[derive(Clone, Copy)]
pub(super) struct Desk<'a> {
    pub(super) view: &'a View<'a>,
    pub(super) cx: &'a Context<'a>,
}

/// A desk with the way out.
pub(super) struct Bench<'a> {
    pub(super) desk: Desk<'a>,
    pub(super) sink: &'a mut dyn FnMut(Judged),
    /// The distributions that subjects were, or would be, compared with: what a snapshot freezes.
    pub(super) distributions: Vec<Distribution>,
}

impl<'a> Desk<'a> {
    /// A parameter.
    pub(super) fn real(self, key: Key) -> f64 {
        self.cx.settings.figure(key)
    }

    /// A parameter that counts something; `off` becomes the greatest count, which nothing reaches.
    pub(super) fn count(self, key: Key) -> u64 {
        let value = self.real(key);
        if value.is_nan() { u64::MAX } else { value.max(0.0) as u64 }
    }

    /// A parameter in days.
    pub(super) fn days(self, key: Key) -> Day {
        self.real(key).clamp(1.0, 36_500.0) as Day
    }

    /// Length of the window in days.
    pub(super) fn window(self) -> Day {
        self.days(Key::GeneralWindowDays)
    }

    /// The members of a set that are credited: each, or only the lead where the settings say so. Sets are sorted, so
    /// the lead is the first by id.
    pub(super) fn credited(self, set: Symbol) -> Vec<Id> {
        let mut members: Vec<Id> = self.view.members(set).collect();
        members.sort_unstable();
        if self.real(Key::GeneralConsortiumLead) == 1.0 {
            members.truncate(1);
        }
        members
    }

    /// The legal limit T for a process on a day and in a currency; `None` where no row is configured.
    pub(super) fn limit(self, process: u32, day: Option<Day>, currency: Symbol) -> Option<Decimal> {
        let row = &self.view.log.processes[process as usize];
        super::limits::limit(self.cx.settings, row, day?, self.view.log.texts.text(currency))
    }

    /// Ocids of the newest processes, sorted; at most as many as a flag names.
    fn newest(self, mut processes: Vec<u32>) -> Vec<String> {
        processes.sort_unstable();
        processes.dedup();
        let mut dated: Vec<(Option<Day>, &str)> =
            processes.iter().map(|process| (self.view.process_day(*process), self.view.log.ocid(*process))).collect();
        dated.sort_unstable_by(|a, b| b.cmp(a));
        dated.truncate(Judged::MAX_PROCESSES);
        let mut ocids: Vec<String> = dated.into_iter().map(|(_, ocid)| ocid.to_owned()).collect();
        ocids.sort_unstable();
        ocids
    }

    /// Evidence of a window.
    pub(super) fn window_figure(self, span: Option<Span>) -> Evidence {
        figure("window", span.map_or_else(String::new, |span| span.to_string()))
    }

    /// An amount with its currency, for evidence.
    pub(super) fn money(self, sum: Sum) -> String {
        format!("{} {}", sum.amount.normalize(), self.view.log.texts.text(sum.currency))
    }

    /// A fact of one process, by its ocid and the pointer within its release.
    pub(super) fn fact(self, process: u32, pointer: &str, value: impl std::fmt::Display) -> Evidence {
        Evidence::new(format!("{}#{pointer}", self.view.log.ocid(process)), value.to_string())
    }

    /// The subject of a supplier.
    pub(super) fn supplier(self, id: Id) -> SubjectKey {
        SubjectKey::Supplier { supplier: self.view.name(id).to_owned() }
    }

    /// The subject of a buyer.
    pub(super) fn buyer(self, id: Id) -> SubjectKey {
        SubjectKey::Buyer { buyer: self.view.name(id).to_owned() }
    }

    /// The subject of a market.
    pub(super) fn market(self, market: MarketId) -> SubjectKey {
        SubjectKey::Market { market: self.view.market_key(market) }
    }

    /// The subject of buyer and supplier.
    pub(super) fn relation(self, buyer: Id, supplier: Id) -> SubjectKey {
        SubjectKey::BuyerSupplier {
            buyer: self.view.name(buyer).to_owned(),
            supplier: self.view.name(supplier).to_owned(),
        }
    }

    /// The subject of two suppliers, the smaller id first.
    pub(super) fn pair(self, a: Id, b: Id) -> SubjectKey {
        SubjectKey::SupplierPair { a: self.view.name(a.min(b)).to_owned(), b: self.view.name(a.max(b)).to_owned() }
    }

    /// The currency most rows have, ties by code; `None` where none has one.
    pub(super) fn main_currency(self, currencies: impl Iterator<Item = Symbol>) -> Option<Symbol> {
        let mut counts: std::collections::BTreeMap<Id, (u64, Symbol)> = std::collections::BTreeMap::new();
        for symbol in currencies.filter(|symbol| *symbol != NONE) {
            counts.entry(self.view.id(symbol)).or_insert((0, symbol)).0 += 1;
        }
        let most = counts.values().map(|(count, _)| *count).max()?;
        counts.values().find(|(count, _)| *count == most).map(|(_, symbol)| *symbol)
    }
}

/// The peers of a subject: which of a stratum's parts tell them apart, and those parts.
pub(super) type Like<'s> = (Mask, Stratum<'s>);

/// All subjects of an indicator are peers.
pub(super) fn everybody() -> Like<'static> {
    (Mask::ALL, Stratum::default())
}

/// Subjects of one kind are peers; the kind takes the place of the unit of measure, which aggregates do not have.
pub(super) fn kind(name: &str) -> Like<'_> {
    (Mask::UNIT, Stratum { unit: name, ..Stratum::default() })
}

impl Bench<'_> {
    /// Fences of an indicator's peers: of the frozen reference where there is one, else of the subjects at hand; `None` with
    /// fewer than `reference_min_n` of them.
    pub(super) fn fences(&mut self, indicator: &'static Indicator, peers: Counts, like: Like<'_>) -> Option<Fences> {
        let least = self.desk.count(Key::GeneralReferenceMinN);
        let (mask, stratum) = like;
        let found = match self.desk.cx.reference {
            Some(reference) => reference.fences(indicator, stratum, &[mask], least),
            None if peers.n() >= least => peers.fences(),
            None => None,
        };
        self.distributions.push(Distribution {
            code: indicator.code.to_owned(),
            version: indicator.version,
            mask,
            stratum: stratum.masked(mask).to_key(),
            counts: peers,
        });
        found
    }

    /// Gives out an outcome.
    pub(super) fn give(&mut self, indicator: &'static Indicator, subject: SubjectKey, judged: impl Into<Judgement>) {
        let Judgement { outcome, processes } = judged.into();
        let processes = self.desk.newest(processes);
        (self.sink)(Judged { indicator, subject, outcome, processes });
    }

    /// Compares measured subjects with the upper fence of their peers and gives out an outcome for each.
    ///
    /// - `also_raise`: raises whatever the fence says, with its own threshold (an absolute maximum); asked first.
    /// - `further`: the fence raises only if this holds as well.
    /// - Only measures count as peers. Fewer than `reference_min_n`: insufficient `reference`; fence not positive:
    ///   not applicable `degenerate`.
    pub(super) fn compare<T>(
        &mut self,
        indicator: &'static Indicator,
        like: Like<'_>,
        measured: Vec<Measured<T>>,
        also_raise: impl Fn(f64, &T) -> Option<f64>,
        further: impl Fn(f64, &T) -> bool,
        explain: impl Fn(&T) -> Grounds,
    ) {
        let peers: Counts = measured.iter().filter_map(|one| one.value.as_ref().ok().copied()).collect();
        let fences = self.fences(indicator, peers, like);
        for one in measured {
            let judged = match one.value {
                Err(outcome) => outcome.into(),
                Ok(value) => {
                    let value = crate::stats::round9(value);
                    let own = also_raise(value, &one.data);
                    against(value, fences, own, || further(value, &one.data), || explain(&one.data))
                }
            };
            self.give(indicator, one.subject, judged);
        }
    }
}

/// A measure, rounded, against the upper fence of its peers; as [`Bench::compare`] says. `own`: the threshold that raises it whatever
/// the fence says.
pub(super) fn against(
    value: f64,
    fences: Option<Fences>,
    own: Option<f64>,
    further: impl FnOnce() -> bool,
    explain: impl FnOnce() -> Grounds,
) -> Judgement {
    let explain = || {
        let mut grounds = explain();
        if let Some(fences) = fences {
            grounds.evidence.push(figure("peers", fences.n));
            grounds.evidence.push(figure("median", Number::real(fences.median)));
        }
        grounds
    };
    match (own, fences) {
        (Some(threshold), _) => judgement(true, Number::real(value), Number::real(threshold), explain),
        (None, None) => Outcome::missing("reference").into(),
        (None, Some(fences)) => match fences.guarded_upper().map(crate::stats::round9) {
            None => Outcome::not_applicable(Reason::Degenerate).into(),
            Some(fence) => {
                // Where the quartiles coincide the fence is the common value itself: who has it is no outlier.
                let flat = fences.q3 <= fences.q1;
                let beyond = if flat { value > fence } else { value >= fence };
                judgement(beyond && further(), Number::real(value), Number::real(fence), explain)
            }
        },
    }
}

/// An indicator of the registry by its code.
pub(super) fn of(code: &str) -> &'static Indicator {
    indicator(code).expect("a test walks the codes of all aggregates")
}

/// The first need that no row meets, in the order of the indicator's needs.
pub(super) fn first_missing(needs: &[(&'static str, bool)]) -> Option<Outcome> {
    needs.iter().find(|(_, met)| !met).map(|(path, _)| Outcome::missing(path))
}

/// Whether a published method is NC.
pub(super) fn not_competitive(way: Option<Method>) -> bool {
    way.is_some_and(|way| !competitive(way))
}

/// Not applicable for want of cases.
pub(super) fn too_few() -> Judgement {
    Outcome::not_applicable(Reason::TooFew).into()
}
