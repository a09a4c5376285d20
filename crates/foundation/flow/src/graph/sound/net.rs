//! One level as a net: places where tokens can be, and what a token at one may do next.

use std::collections::{BTreeMap, BTreeSet};

use super::How;
use crate::graph::{At, Graph, Kind, Level, SubKind, Throw, Trigger, Via, Work};

/// A place of a token: on a flow, before an element, or at an activity beside which an event came that did not end it.
pub(super) type Place = u32;

/// Where all tokens are: places in order, one as often as it has tokens.
pub(super) type Marking = Vec<Place>;

/// Flows with a condition at one element, beyond which not every choice among them is looked at.
const MOST_CONDITIONS: usize = 7;

/// What a token, or several, do in one move.
#[derive(Clone, Debug)]
pub(super) struct Move {
    pub(super) element: At,
    pub(super) how: How,
    pub(super) ways: Vec<Via>,
    /// Places that give a token; the first is the one from which it comes.
    pub(super) takes: Vec<Place>,
    /// Places that get one.
    pub(super) gives: Vec<Place>,
    pub(super) over: Over,
}

/// Whether the level is over with a move.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Over {
    No,
    /// It has come to its end.
    Ended,
    /// It is left by an error or the like.
    Left,
}

/// When a token moves within a step. Source: flow.md §2.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Turn {
    /// At once.
    AtOnce,
    /// Once the others have moved: it throws something.
    Throws,
    /// At a join that looks at all the others.
    Joins,
    /// When something comes or is done.
    Waits,
    /// When others come.
    Arrived,
}

/// A level of a process as a net.
pub(super) struct Net<'g> {
    pub(super) graph: &'g Graph,
    flows: usize,
    /// By which flows each element can be left, all choices; none: too many.
    ways: BTreeMap<At, Option<Vec<Vec<Via>>>>,
    returns: &'g Returns,
    /// Which levels can come to their end.
    ends: &'g [bool],
}

impl<'g> Net<'g> {
    pub(super) fn of(graph: &'g Graph, level: Level, returns: &'g Returns, ends: &'g [bool]) -> Net<'g> {
        let own = &graph.level(level).elements;
        let ways = own.iter().map(|at| (*at, ways(graph, *at))).collect();
        Net { graph, flows: graph.flows.len(), ways, returns, ends }
    }

    /// Whether all choices at an element are known.
    pub(super) fn knows(&self, at: At) -> bool {
        let of = |at: At| matches!(self.ways.get(&at), Some(Some(_)));
        let behind = || self.graph.element(at).outgoing.iter().all(|via| of(self.graph.flow(*via).target));
        of(at) && (!matches!(self.graph.element(at).kind, Kind::EventBased { .. }) || behind())
    }

    pub(super) fn has_returns(&self, among: &BTreeSet<At>) -> bool {
        self.returns.keys().any(|at| among.contains(at))
    }

    pub(super) fn on(&self, via: Via) -> Place {
        place(via.0)
    }

    /// Before an element, by no flow: at a join that stands for its first flow.
    pub(super) fn into(&self, at: At) -> Place {
        let element = self.graph.element(at);
        let joins = matches!(element.kind, Kind::Parallel | Kind::Inclusive | Kind::Complex { .. });
        match element.incoming.first() {
            Some(via) if joins && element.incoming.len() > 1 => self.on(*via),
            _ => place(self.flows + at.0),
        }
    }

    fn beside(&self, at: At) -> Place {
        place(self.flows + self.graph.elements.len() + at.0)
    }

    /// The element at which a token of a place stands or which it enters next.
    pub(super) fn at(&self, of: Place) -> At {
        let (number, elements) = (of as usize, self.graph.elements.len());
        match number {
            _ if number < self.flows => self.graph.flow(Via(number)).target,
            _ if number < self.flows + elements => At(number - self.flows),
            _ => At(number - self.flows - elements),
        }
    }

    /// When the token of a place moves, in a marking.
    pub(super) fn turn(&self, of: Place, marking: &[Place]) -> Turn {
        let at = self.at(of);
        let element = self.graph.element(at);
        let joins = element.incoming.len() > 1;
        match &element.kind {
            Kind::Start { .. } | Kind::Boundary { .. } | Kind::Exclusive => Turn::AtOnce,
            Kind::Catch { triggers, .. } => match triggers.iter().all(|it| matches!(it, Trigger::Link(_))) {
                true => Turn::AtOnce,
                false => Turn::Waits,
            },
            Kind::Throw { throws, .. } => match throws[..] {
                [] | [Throw::Link(_)] => Turn::AtOnce,
                _ => Turn::Throws,
            },
            Kind::Parallel if joins => match element.incoming.iter().all(|via| has(marking, self.on(*via))) {
                true => Turn::AtOnce,
                false => Turn::Arrived,
            },
            Kind::Inclusive | Kind::Complex { .. } if joins => match self.may_join(at, marking) {
                true => Turn::Joins,
                false => Turn::Arrived,
            },
            Kind::Parallel | Kind::Inclusive | Kind::Complex { .. } => Turn::AtOnce,
            Kind::EventBased { .. } => Turn::Waits,
            Kind::Activity(activity) => {
                let quantity = activity.start_quantity as usize;
                let there = || marking.iter().filter(|other| self.at(**other) == at).count();
                if quantity <= 1 || there() >= quantity { Turn::Waits } else { Turn::Arrived }
            }
        }
    }

    /// What it costs to say when tokens at an element move.
    pub(super) fn cost(&self, at: At, marking: &[Place]) -> usize {
        let flows = self.graph.element(at).incoming.len();
        match self.graph.element(at).kind {
            Kind::Inclusive | Kind::Complex { .. } if flows > 1 => flows.saturating_mul(marking.len()),
            Kind::Parallel if flows > 1 => flows,
            Kind::Activity(ref it) if it.start_quantity > 1 => marking.len(),
            _ => 1,
        }
    }

    /// Whether an inclusive join may fire; as at run time, by the same reachability.
    fn may_join(&self, at: At, marking: &[Place]) -> bool {
        let (mut filled, mut empty) = (BTreeSet::new(), BTreeSet::new());
        for via in &self.graph.element(at).incoming {
            match has(marking, self.on(*via)) {
                true => filled.insert(*via),
                false => empty.insert(*via),
            };
        }
        let Some(reach) = self.graph.reach.get(&at) else { return true };
        !marking.iter().any(|of| {
            let place = self.at(*of);
            place != at && reach.leads(place, &empty) && !reach.leads(place, &filled)
        })
    }

    /// What the token of a place can do. Empty where not all choices are known, too.
    ///
    /// - `with_returns`: whether tasks are returned as well.
    pub(super) fn moves(&self, of: Place, marking: &[Place], with_returns: bool) -> Vec<Move> {
        let at = self.at(of);
        let element = self.graph.element(at);
        match &element.kind {
            Kind::Throw { throws, end } => {
                if let [Throw::Link(target)] = throws[..] {
                    return vec![self.going(at, vec![of], vec![self.into(target)])];
                }
                let over = throws.iter().find_map(|throw| match throw {
                    Throw::Terminate => Some(Over::Ended),
                    Throw::Error(_) | Throw::Cancel => Some(Over::Left),
                    _ => None,
                });
                match over {
                    Some(over) => vec![Move { over, ..self.going(at, vec![of], Vec::new()) }],
                    None if *end => vec![self.going(at, vec![of], Vec::new())],
                    None => self.leave(at, at, How::Passes, &[of], 1),
                }
            }
            Kind::Parallel | Kind::Inclusive | Kind::Complex { .. } if element.incoming.len() > 1 => {
                let all = element.incoming.iter().map(|via| self.on(*via));
                let takes: Vec<Place> = all.filter(|place| has(marking, *place)).collect();
                self.leave(at, at, How::Passes, &takes, 1)
            }
            Kind::EventBased { .. } => {
                let targets = element.outgoing.iter().map(|via| self.graph.flow(*via).target);
                targets.flat_map(|target| self.leave(at, target, How::Came(target), &[of], 1)).collect()
            }
            Kind::Activity(activity) => {
                let quantity = activity.start_quantity as usize;
                let mut takes = vec![of];
                if quantity > 1 {
                    takes = marking.iter().copied().filter(|other| self.at(*other) == at).take(quantity).collect();
                }
                let mut all = Vec::new();
                let ends = match &activity.work {
                    Work::Sub { level, .. } => self.ends[level.0],
                    _ => true,
                };
                if ends {
                    all = self.leave(at, at, How::Passes, &takes, activity.completion_quantity as usize);
                }
                let came_before = of == self.beside(at);
                for event in &activity.boundary {
                    all.extend(self.at_border(at, *event, &takes, came_before));
                }
                if with_returns {
                    for (task, target) in self.returns.get(&at).into_iter().flatten() {
                        let others = marking.iter().copied();
                        let mut takes = vec![of];
                        // It ends all that goes on in the level, not only where it is.
                        let mut spared = false;
                        takes.extend(
                            others.filter(|other| spared || *other != of || std::mem::replace(&mut spared, true)),
                        );
                        let how = How::Returned { task: *task, target: *target };
                        all.push(Move { how, ..self.going(at, takes, vec![self.into(*target)]) });
                    }
                }
                all
            }
            _ => self.leave(at, at, How::Passes, &[of], 1),
        }
    }

    fn going(&self, element: At, takes: Vec<Place>, gives: Vec<Place>) -> Move {
        Move { element, how: How::Passes, ways: Vec::new(), takes, gives, over: Over::No }
    }

    /// Leaves `behind` in each way that it can be left.
    fn leave(&self, element: At, behind: At, how: How, takes: &[Place], times: usize) -> Vec<Move> {
        let Some(Some(all)) = self.ways.get(&behind) else { return Vec::new() };
        let each = all.iter().map(|ways| {
            let gives = ways.iter().flat_map(|via| std::iter::repeat_n(self.on(*via), times)).collect();
            Move { how, ways: ways.clone(), ..self.going(element, takes.to_vec(), gives) }
        });
        each.collect()
    }

    fn at_border(&self, host: At, event: At, takes: &[Place], came_before: bool) -> Option<Move> {
        let Kind::Boundary { interrupting, triggers, .. } = &self.graph.element(event).kind else { return None };
        if triggers.iter().any(|trigger| matches!(trigger, Trigger::Compensation)) {
            return None;
        }
        let mut gives = vec![self.into(event)];
        if !interrupting {
            if came_before {
                return None;
            }
            gives.push(self.beside(host));
        }
        Some(Move { how: How::Border(event), ..self.going(host, takes.to_vec(), gives) })
    }
}

/// Whether a place has a token.
fn has(marking: &[Place], place: Place) -> bool {
    marking.binary_search(&place).is_ok()
}

fn place(number: usize) -> Place {
    // More elements than numbers there are do not fit into a file.
    Place::try_from(number).unwrap_or(Place::MAX)
}

/// By which flows an element can be left: each choice of those that the step could make.
fn ways(graph: &Graph, at: At) -> Option<Vec<Vec<Via>>> {
    let element = graph.element(at);
    if element.outgoing.is_empty() {
        return Some(vec![Vec::new()]);
    }
    let others = element.outgoing.iter().copied().filter(|via| Some(*via) != element.default);
    let (free, bound): (Vec<Via>, Vec<Via>) = others.partition(|via| graph.flow(*via).condition.is_none());
    match &element.kind {
        Kind::Parallel => Some(vec![element.outgoing.clone()]),
        Kind::Exclusive => {
            // What stands behind one without a condition is never taken.
            let others = element.outgoing.iter().copied().filter(|via| Some(*via) != element.default);
            let mut all: Vec<Vec<Via>> = Vec::new();
            for via in others {
                all.push(vec![via]);
                if graph.flow(via).condition.is_none() {
                    return Some(all);
                }
            }
            all.extend(element.default.map(|via| vec![via]));
            Some(all)
        }
        // Where it leads is said by what comes.
        Kind::EventBased { .. } => Some(Vec::new()),
        kind => {
            if bound.len() > MOST_CONDITIONS {
                return None;
            }
            let is_gateway = matches!(kind, Kind::Inclusive | Kind::Complex { .. });
            let mut all = Vec::new();
            for chosen in 0..1_u32 << bound.len() {
                let mut ways = free.clone();
                ways.extend(bound.iter().enumerate().filter(|(bit, _)| chosen >> bit & 1 == 1).map(|(_, via)| *via));
                // A gateway takes its default where nothing else is taken, an activity where no condition holds.
                let by_default = if is_gateway { ways.is_empty() } else { chosen == 0 };
                if by_default {
                    ways.extend(element.default);
                }
                // Without any way it waits for somebody to choose one.
                if !ways.is_empty() {
                    ways.sort_unstable();
                    all.push(ways);
                }
            }
            // The fewest first, so that what is shown is short.
            all.sort_by_key(Vec::len);
            Some(all)
        }
    }
}

/// By element the tasks at or within it that can be returned to an element of its level, and to which.
pub(super) type Returns = BTreeMap<At, Vec<(At, At)>>;

/// Those of a whole process.
pub(super) fn returns(graph: &Graph) -> Returns {
    let mut all = Returns::new();
    for task in (0..graph.elements.len()).map(At) {
        let Some(Work::User(human)) = graph.activity(task).map(|activity| &activity.work) else { continue };
        for target in human.return_to.iter().filter_map(|id| graph.at(id)) {
            if !graph.activity(target).is_some_and(|it| matches!(&it.work, Work::Sub { kind: SubKind::Event, .. }))
                && let Some(host) = host_in(graph, task, graph.element(target).level)
            {
                all.entry(host).or_default().push((task, target));
            }
        }
    }
    all
}

/// The element of a level that an element is or lies within.
pub(crate) fn host_in(graph: &Graph, at: At, level: Level) -> Option<At> {
    let mut at = at;
    loop {
        let of = graph.element(at).level;
        if of == level {
            return Some(at);
        }
        at = graph.level(of).owner?;
    }
}
