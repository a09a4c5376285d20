//! Processes and suppliers judged against what went before: R009, R042, R052, X-07, X-14.
//!
//! Unlike [`crate::aggregate`] each subject is judged by its own past, and a raised one stays raised
//! when more becomes known; unlike [`crate::process`] that past lies in other processes. Kept per process: a few numbers
//! for those that have a fee, a non-competitive method, a dispute or a failed tender; per award and supplier one row; per supplier
//! the digests of its contacts.

mod awards;
mod contacts;
mod disputes;
mod fees;

use serde::{Deserialize, Serialize};

use crate::context::Context;
use crate::facts::Facts;
use crate::fold::{Fold, Judged};
use crate::moment::Moment;
use crate::outcome::{Outcome, Reason};
use crate::registry::{Indicator, indicator};
use crate::settings::Settings;
use crate::subject::SubjectKey;
use crate::texts::{self, Symbol, Texts};

/// The mergeable memory of what went before.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct History {
    texts: Texts,
    fees: fees::Fees,
    awards: awards::Awards,
    contacts: contacts::Contacts,
    disputes: disputes::Disputes,
}

impl Fold for History {
    fn new(_: &Settings) -> Self {
        Self::default()
    }

    fn observe(&mut self, facts: &Facts<'_>, settings: &Settings) {
        let texts = &mut self.texts;
        let named = Named {
            ocid: texts.symbol(facts.ocid),
            buyer: texts.optional(facts.buying()),
            category: category(facts, texts),
        };
        self.fees.observe(facts, named, texts);
        self.awards.observe(facts, named, settings, texts);
        self.contacts.observe(facts, settings, texts);
        self.disputes.observe(facts, named, texts);
    }

    fn merge(&mut self, other: Self) {
        let symbols: Vec<Symbol> = other.texts.iter().map(|text| self.texts.symbol(text)).collect();
        let rename = |symbol: Symbol| symbols.get(symbol as usize).copied().unwrap_or(texts::NONE);
        self.fees.merge(other.fees, &rename);
        self.awards.merge(other.awards, &rename);
        self.contacts.merge(other.contacts, &rename);
        self.disputes.merge(other.disputes, &rename);
    }

    fn finish(&self, cx: &Context<'_>, sink: &mut dyn FnMut(Judged)) {
        let mut tell = |code: &str, all: &mut dyn FnMut(&mut Found<'_>, &'static Indicator)| {
            let Some(indicator) = indicator(code).filter(|indicator| cx.settings.setting(indicator).enabled) else {
                return;
            };
            let mut found = Found { raised: Vec::new(), sink };
            all(&mut found, indicator);
            let Found { mut raised, sink } = found;
            raised.sort_by(|a, b| a.subject.cmp(&b.subject));
            raised.into_iter().for_each(sink);
        };
        tell("R009", &mut |found, indicator| self.fees.judge(cx, &self.texts, indicator, found));
        tell("R042", &mut |found, indicator| self.contacts.judge(cx, &self.texts, indicator, found));
        tell("R052", &mut |found, indicator| self.awards.judge(cx, &self.texts, indicator, found));
        tell("X-07", &mut |found, indicator| self.disputes.judge_x07(cx, &self.texts, indicator, found));
        tell("X-14", &mut |found, indicator| self.disputes.judge_x14(cx, &self.texts, indicator, found));
    }
}

/// Takes outcomes: what is not raised is passed on at once, since there is one for nearly every process; what is raised waits to be
/// put in order.
struct Found<'s> {
    raised: Vec<Judged>,
    sink: &'s mut dyn FnMut(Judged),
}

impl Found<'_> {
    fn push(&mut self, judged: Judged) {
        if judged.outcome.is_raised() {
            self.raised.push(judged);
        } else {
            (self.sink)(judged);
        }
    }
}

/// What every part asks of a process.
#[derive(Clone, Copy)]
struct Named {
    ocid: Symbol,
    buyer: Symbol,
    category: Symbol,
}

/// A process as a subject.
fn process(texts: &Texts, ocid: Symbol) -> SubjectKey {
    SubjectKey::Process { ocid: texts.text(ocid).to_owned() }
}

/// Whether a moment lies in the `days` before another, that moment itself not included.
const fn within(earlier: Moment, later: Moment, days: i64) -> bool {
    earlier.0 < later.0 && later.0 - earlier.0 <= days * crate::moment::DAY
}

/// The symbol of a category, `scheme:class`.
fn category(facts: &Facts<'_>, texts: &mut Texts) -> Symbol {
    match facts.category {
        Some(category) => texts.symbol(&format!("{}:{}", category.scheme, category.class)),
        None => texts::NONE,
    }
}

/// Cancelled processes are subjects that do not apply.
fn cancelled() -> Outcome {
    Outcome::not_applicable(Reason::Cancelled)
}
