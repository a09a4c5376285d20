//! Indicators over many processes: habits of buyers and suppliers, pairs, markets, groups.
//!
//! [`Aggregates`] remembers compact rows of each process ([`log`]); finishing reads them in an order that every split of the
//! data agrees on ([`view`]) and judges each subject over its own window: the days that end with its newest row
//! before `as_of`. A new row therefore makes a new window, and what was found for an old one stays as it was.
//!
//! Subjects are what the data name: a buyer that nobody names is no subject. Where a need is met by no row of a subject's window, the
//! outcome is *insufficient data* with that path; rows that lack it are left out where others have it.

mod bench;
mod buyers;
mod communities;
mod conduct;
mod digits;
mod examples;
mod intern;
mod limits;
mod linkage;
mod log;
mod observe;
mod pairs;
mod prices;
mod regulars;
mod seen;
mod shares;
mod splitting;
mod suppliers;
mod view;

#[cfg(test)]
mod tests;

pub use self::examples::worked_example;

use std::sync::OnceLock;

use serde::ser::{SerializeSeq, SerializeStruct};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use self::bench::{Bench, Desk};
use self::communities::Group;
use self::intern::Symbol;
use self::log::Log;
use self::seen::{Day, Seen};
use self::view::View;
use crate::context::Context;
use crate::facts::Facts;
use crate::fold::{Fold, Judged};
use crate::reference::Distribution;
use crate::registry::{By, Indicator, indicators};
use crate::run::tally::Tally;
use crate::settings::Settings;
use crate::work::stream;

/// What was observed of many processes, for the indicators of grain A.
///
/// Its serialised form is canonical: parts merged in any order and grouping give equal bytes.
#[derive(Clone, Debug, Default)]
pub struct Aggregates {
    log: Log,
    /// Repeated processes that a part left out when it was stored.
    left_out: u64,
}

/// What finishing yields beside the outcomes.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Finished {
    /// The distributions that subjects were, or would be, compared with: what a snapshot freezes.
    pub distributions: Vec<Distribution>,
    /// Processes left out because another with the same ocid was kept: the greater one by content.
    pub repeated_processes: u64,
    /// Units with so many bidders that no pairs were formed in them (`too_many`).
    pub units_too_many: u64,
}

/// Indicators that need no groups, and those that judge groups.
enum Rule {
    Rows(fn(&mut Bench<'_>)),
    Groups(fn(&mut Bench<'_>, &[Group])),
}

/// The rule of each code.
static RULES: [(&str, Rule); 39] = [
    ("R002", Rule::Rows(buyers::r002)),
    ("R011", Rule::Rows(splitting::r011)),
    ("R013", Rule::Rows(buyers::r013)),
    ("R019", Rule::Rows(buyers::r019)),
    ("R021", Rule::Rows(buyers::r021)),
    ("R025", Rule::Rows(suppliers::r025)),
    ("R026", Rule::Rows(shares::r026)),
    ("R027", Rule::Rows(regulars::r027)),
    ("R029", Rule::Rows(digits::r029)),
    ("R034", Rule::Rows(pairs::r034)),
    ("R038", Rule::Rows(buyers::r038)),
    ("R040", Rule::Rows(shares::r040)),
    ("R048", Rule::Rows(suppliers::r048)),
    ("R049", Rule::Rows(splitting::r049)),
    ("R050", Rule::Rows(shares::r050)),
    ("R051", Rule::Rows(shares::r051)),
    ("R053", Rule::Rows(pairs::r053)),
    ("R055", Rule::Rows(splitting::r055)),
    ("R057", Rule::Groups(conduct::r057)),
    ("R072", Rule::Rows(buyers::r072)),
    ("CN-10", Rule::Rows(splitting::cn10)),
    ("X-03", Rule::Rows(shares::x03)),
    ("X-16", Rule::Rows(suppliers::x16)),
    ("X-18", Rule::Rows(pairs::x18)),
    ("X-21", Rule::Rows(suppliers::x21)),
    ("PS-09", Rule::Rows(prices::ps09)),
    ("PS-10", Rule::Rows(prices::ps10)),
    ("PS-11", Rule::Groups(conduct::ps11)),
    ("PS-12", Rule::Rows(prices::ps12)),
    ("PS-13", Rule::Rows(prices::ps13)),
    ("NW-01", Rule::Groups(communities::nw01)),
    ("NW-02", Rule::Groups(conduct::nw02)),
    ("NW-03", Rule::Groups(conduct::nw03)),
    ("NW-04", Rule::Groups(conduct::nw04)),
    ("NW-05", Rule::Groups(conduct::nw05)),
    ("NW-06", Rule::Rows(pairs::nw06)),
    ("NW-07", Rule::Rows(linkage::nw07)),
    ("NW-08", Rule::Rows(prices::nw08)),
    ("NW-09", Rule::Rows(pairs::nw09)),
];

impl Rule {
    fn judge(&self, bench: &mut Bench<'_>, groups: &OnceLock<Vec<Group>>) {
        match self {
            Self::Rows(judge) => judge(bench),
            Self::Groups(judge) => judge(bench, groups.get_or_init(|| communities::groups(bench.desk))),
        }
    }
}

/// The rules in the order of the registry.
fn rules() -> impl Iterator<Item = (&'static Indicator, &'static Rule)> {
    indicators().iter().filter(|one| one.by == By::Aggregates).filter_map(|indicator| {
        let (_, rule) = RULES.iter().find(|(code, _)| *code == indicator.code)?;
        Some((indicator, rule))
    })
}

/// What a finished run tells of one indicator.
pub(crate) enum Apart {
    /// One raised outcome.
    Raised(Judged),
    /// The counts of all, after the last.
    Counted(&'static Indicator, Tally),
}

/// As [`Apart`], with what a snapshot freezes.
enum Said {
    Raised(Judged),
    Done(&'static Indicator, Tally, Vec<Distribution>),
}

impl Aggregates {
    /// How many processes are remembered.
    pub fn processes(&self) -> usize {
        self.log.processes.len()
    }

    /// Judges every subject of every enabled aggregate indicator, in the order of the registry and, within one, of the
    /// subjects' keys.
    pub fn judge(&self, cx: &Context<'_>, sink: &mut dyn FnMut(Judged)) -> Finished {
        self.run(cx, &|indicator| cx.settings.setting(indicator).enabled, sink)
    }

    fn run(&self, cx: &Context<'_>, wanted: &dyn Fn(&Indicator) -> bool, sink: &mut dyn FnMut(Judged)) -> Finished {
        let view = View::new(&self.log, observe::day_of(cx.as_of, &cx.settings.zone));
        let desk = Desk { view: &view, cx };
        let groups = OnceLock::new();
        let mut bench = Bench { desk, sink, distributions: Vec::new() };
        for (_, rule) in rules().filter(|(indicator, _)| wanted(indicator)) {
            rule.judge(&mut bench, &groups);
        }
        Finished {
            distributions: bench.distributions,
            repeated_processes: self.left_out + view.repeated,
            units_too_many: pairs::too_many(desk),
        }
    }

    /// As [`Aggregates::judge`], on up to `threads` threads: of each indicator what is raised, then its counts.
    pub(crate) fn judge_apart(&self, cx: &Context<'_>, threads: usize, take: &mut dyn FnMut(Apart)) -> Finished {
        let view = View::new(&self.log, observe::day_of(cx.as_of, &cx.settings.zone));
        let desk = Desk { view: &view, cx };
        let groups = OnceLock::new();
        let wanted: Vec<_> = rules().filter(|(indicator, _)| cx.settings.setting(indicator).enabled).collect();
        let judge = |at: usize, say: &mut dyn FnMut(Said)| {
            let (indicator, rule) = wanted[at];
            let mut tally = Tally::default();
            let mut sink = |judged: Judged| {
                tally.count(&judged.outcome);
                if judged.outcome.is_raised() {
                    say(Said::Raised(judged));
                }
            };
            let mut bench = Bench { desk, sink: &mut sink, distributions: Vec::new() };
            rule.judge(&mut bench, &groups);
            let distributions = bench.distributions;
            say(Said::Done(indicator, tally, distributions));
        };
        let mut distributions = Vec::new();
        stream(threads, wanted.len(), judge, |said| match said {
            Said::Raised(judged) => take(Apart::Raised(judged)),
            Said::Done(indicator, tally, more) => {
                distributions.extend(more);
                take(Apart::Counted(indicator, tally));
            }
        });
        Finished {
            distributions,
            repeated_processes: self.left_out + view.repeated,
            units_too_many: pairs::too_many(desk),
        }
    }

    fn absorb(&mut self, seen: &mut Seen, symbols: &[Symbol]) {
        seen.rename(&|symbol| symbols.get(symbol as usize).copied().unwrap_or(intern::NONE));
        self.log.push(seen);
    }
}

impl Fold for Aggregates {
    fn new(_settings: &Settings) -> Self {
        Self::default()
    }

    fn observe(&mut self, facts: &Facts<'_>, settings: &Settings) {
        observe::observe(&mut self.log, facts, settings);
    }

    fn merge(&mut self, other: Self) {
        let theirs = &other.log;
        let symbols: Vec<Symbol> =
            (0..theirs.texts.len() as Symbol).map(|symbol| self.log.texts.symbol(theirs.texts.text(symbol))).collect();
        for process in 0..theirs.processes.len() as u32 {
            let mut seen = theirs.seen(process, &|symbol| symbol);
            self.absorb(&mut seen, &symbols);
        }
        let contacts = theirs.contacts().iter().map(|(who, digest)| (symbols[*who as usize], *digest));
        self.log.add_contacts(contacts);
        self.left_out += other.left_out;
    }

    fn finish(&self, cx: &Context<'_>, sink: &mut dyn FnMut(Judged)) {
        self.judge(cx, sink);
    }
}

/// Read back from its canonical form.
#[derive(Deserialize)]
struct Stored {
    texts: Vec<String>,
    processes: Vec<Seen>,
    contacts: Vec<(Symbol, u64)>,
    left_out: u64,
}

impl Serialize for Aggregates {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        struct Texts<'v>(&'v View<'v>);
        impl Serialize for Texts<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_seq(self.0.texts())
            }
        }
        struct Processes<'v>(&'v View<'v>);
        impl Serialize for Processes<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let mut list = serializer.serialize_seq(Some(self.0.processes.len()))?;
                for process in &self.0.processes {
                    list.serialize_element(&self.0.canonical(*process))?;
                }
                list.end()
            }
        }
        let view = View::new(&self.log, Day::MAX);
        let mut contacts: Vec<(u32, u64)> =
            self.log.contacts().iter().map(|(who, digest)| (view.id(*who), *digest)).collect();
        contacts.sort_unstable();
        contacts.dedup();
        let mut form = serializer.serialize_struct("Aggregates", 4)?;
        form.serialize_field("texts", &Texts(&view))?;
        form.serialize_field("processes", &Processes(&view))?;
        form.serialize_field("contacts", &contacts)?;
        form.serialize_field("left_out", &(self.left_out + view.repeated))?;
        form.end()
    }
}

impl<'de> Deserialize<'de> for Aggregates {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let stored = Stored::deserialize(deserializer)?;
        let mut read = Aggregates { left_out: stored.left_out, ..Aggregates::default() };
        let symbols: Vec<Symbol> = stored.texts.iter().map(|text| read.log.texts.symbol(text)).collect();
        for mut seen in stored.processes {
            read.absorb(&mut seen, &symbols);
        }
        let known = stored.contacts.into_iter().filter_map(|(who, digest)| Some((*symbols.get(who as usize)?, digest)));
        read.log.add_contacts(known);
        Ok(read)
    }
}
