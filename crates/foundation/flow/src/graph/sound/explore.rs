//! Everything that can happen in a level, the nearest first.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::net::{Marking, Move, Net, Over, Place, Returns, Turn};
use super::{Fault, FaultKind, How, MOST_MARKINGS, MOST_WORK, trace};
use crate::graph::{At, Graph, Kind, Level, Work};

/// Tokens that one element may have where an activity takes or sends several.
const MOST_AT_ONE_ELEMENT: usize = 4;

/// Sets of joins at which everything stands still that are looked at; of more the first say enough.
const MOST_STILL: usize = 200;

/// Joins at which everything stands still, after which return of a task to what.
type Still = (Vec<At>, Option<(At, At)>);

/// What a level came to.
pub(super) struct Played {
    pub(super) faults: Vec<Fault>,
    pub(super) proved: bool,
    /// Whether it can come to its end; true where that is not known.
    pub(super) ends: bool,
}

/// Plays a level.
///
/// - `left`: what may still be spent.
pub(super) fn play(graph: &Graph, level: Level, returns: &Returns, ends: &[bool], left: &mut usize) -> Played {
    let net = Net::of(graph, level, returns, ends);
    let begins = begins(&net, level);
    let mut played = Played { faults: Vec::new(), proved: true, ends: false };
    let mut all_end = true;
    for part in parts(graph, level) {
        let mut first: Vec<Marking> = Vec::new();
        for begin in &begins {
            let own: Marking = begin.iter().copied().filter(|place| part.contains(&net.at(*place))).collect();
            if !own.is_empty() && !first.contains(&own) {
                first.push(own);
            }
        }
        if first.is_empty() {
            continue;
        }
        let judged = part.iter().all(|at| net.knows(*at) && !waits_for_a_condition(graph, *at));
        if !judged {
            played.proved = false;
            continue;
        }
        let mut search = Search::new(&net, false);
        search.run(&first, left);
        played.proved &= search.complete;
        if !search.complete {
            // Too much to look at every order of what happens: where tokens move one by one, all joins in vain are found still.
            let found = std::mem::take(&mut search.faults);
            let mut other = Search::new(&net, false);
            other.one_by_one = true;
            other.run(&first, left);
            search.faults = found;
            for fault in other.faults.into_values().filter(|fault| fault.kind == FaultKind::Deadlock) {
                search.faults.entry((fault.kind, fault.at)).or_insert(fault);
            }
        }
        all_end &= search.ended || !search.complete;
        played.ends |= search.terminated;
        let in_vain = search.faults.values().any(|fault| fault.kind == FaultKind::Deadlock);
        played.faults.extend(search.faults.into_values());
        if !in_vain && net.has_returns(&part) {
            let mut search = Search::new(&net, true);
            search.run(&first, left);
            played.proved &= search.complete;
            let after =
                search.faults.into_values().filter(|fault| matches!(fault.kind, FaultKind::DeadlockAfterReturn { .. }));
            played.faults.extend(after);
        }
    }
    played.ends |= all_end;
    played.faults.sort_by_key(|fault| (fault.at, fault.kind));
    played
}

/// A complex join fires by its condition.
fn waits_for_a_condition(graph: &Graph, at: At) -> bool {
    let element = graph.element(at);
    matches!(element.kind, Kind::Complex { .. }) && element.incoming.len() > 1
}

/// Where tokens are when a level begins: each way in which it can.
fn begins(net: &Net<'_>, level: Level) -> Vec<Marking> {
    let graph = net.graph;
    let found = graph.level(level);
    let mut all = Vec::new();
    let mut together: Marking = found.starts.iter().map(|at| net.into(*at)).collect();
    if !together.is_empty() {
        together.sort_unstable();
        all.push(together);
    }
    let started = found
        .elements
        .iter()
        .copied()
        .filter(|at| matches!(&graph.element(*at).kind, Kind::Start { triggers, .. } if !triggers.is_empty()));
    all.extend(started.map(|at| vec![net.into(at)]));
    if level == Level::TOP {
        for at in &found.elements {
            let element = graph.element(*at);
            let targets = || element.outgoing.iter().map(|via| net.on(*via));
            match &element.kind {
                Kind::EventBased { instantiate: true, parallel: true } => {
                    let mut all_of_them: Marking = targets().collect();
                    all_of_them.sort_unstable();
                    all.push(all_of_them);
                }
                Kind::EventBased { instantiate: true, .. } => all.extend(targets().map(|place| vec![place])),
                Kind::Activity(it) if matches!(it.work, Work::Receive { instantiate: true, .. }) => {
                    all.push(vec![net.into(*at)]);
                }
                _ => {}
            }
        }
    }
    all.retain(|begin| !begin.is_empty());
    all
}

/// Parts of a level between which no flow leads: what happens in one is nothing to another.
fn parts(graph: &Graph, level: Level) -> Vec<BTreeSet<At>> {
    let own = &graph.level(level).elements;
    let mut beside: BTreeMap<At, Vec<At>> = BTreeMap::new();
    for at in own {
        for other in graph.next(*at) {
            beside.entry(*at).or_default().push(other);
            beside.entry(other).or_default().push(*at);
        }
    }
    let mut seen = BTreeSet::new();
    let mut all = Vec::new();
    for at in own {
        if !seen.insert(*at) {
            continue;
        }
        let (mut part, mut open) = (BTreeSet::from([*at]), vec![*at]);
        while let Some(here) = open.pop() {
            for other in beside.get(&here).into_iter().flatten() {
                if seen.insert(*other) {
                    part.insert(*other);
                    open.push(*other);
                }
            }
        }
        all.push(part);
    }
    all
}

/// A marking that was come to.
struct Node {
    marking: Marking,
    /// From which, by which move; of the first none.
    by: Option<(usize, Move)>,
}

struct Search<'n, 'g> {
    net: &'n Net<'g>,
    with_returns: bool,
    /// Of several that wait only the first goes on: fewer markings, and the same joins in vain.
    one_by_one: bool,
    nodes: Vec<Node>,
    known: HashSet<Marking>,
    faults: BTreeMap<(FaultKind, At), Fault>,
    /// Sets of joins at which everything stood still, after which return, that were looked at.
    still: BTreeSet<Still>,
    /// What may still be spent.
    left: usize,
    complete: bool,
    ended: bool,
    terminated: bool,
}

impl<'n, 'g> Search<'n, 'g> {
    fn new(net: &'n Net<'g>, with_returns: bool) -> Search<'n, 'g> {
        Search {
            net,
            with_returns,
            one_by_one: false,
            nodes: Vec::new(),
            known: HashSet::new(),
            faults: BTreeMap::new(),
            still: BTreeSet::new(),
            left: MOST_WORK,
            complete: true,
            ended: false,
            terminated: false,
        }
    }

    /// Looks at everything that comes of some markings.
    ///
    /// - `left`: what may still be spent by all searches.
    fn run(&mut self, first: &[Marking], left: &mut usize) {
        self.left = MOST_WORK.min(*left);
        let before = self.left;
        for marking in first {
            self.reach(marking.clone(), None);
        }
        let mut number = 0;
        while self.complete && number < self.nodes.len() {
            self.expand(number);
            number += 1;
        }
        *left -= before - self.left;
    }

    /// Spends, if there is enough left.
    fn spend(&mut self, cost: usize) -> bool {
        match self.left.checked_sub(cost) {
            Some(left) => self.left = left,
            None => self.complete = false,
        }
        self.complete
    }

    fn reach(&mut self, marking: Marking, by: Option<(usize, Move)>) {
        if marking.is_empty() {
            self.ended = true;
            return;
        }
        if !self.spend(marking.len()) || self.known.contains(&marking) {
            return;
        }
        if self.nodes.len() >= MOST_MARKINGS {
            self.complete = false;
            return;
        }
        self.known.insert(marking.clone());
        self.nodes.push(Node { marking, by });
    }

    fn expand(&mut self, number: usize) {
        let marking = self.nodes[number].marking.clone();
        let Some(places) = self.turns(&marking) else { return };
        let Some(turn) = places.iter().map(|(turn, _)| *turn).min() else { return };
        if turn >= Turn::Joins && !self.stands_once(number, &marking) {
            return;
        }
        let now = places.iter().filter(|(of, _)| *of == turn).map(|(_, place)| *place);
        let movers: Vec<Place> = match turn {
            Turn::Arrived => return self.stands_still(number, &marking),
            // Nothing that moves at once takes anything from another, and of joins the first fires.
            Turn::AtOnce => now.take(1).collect(),
            Turn::Joins => now.min_by_key(|place| self.net.at(*place)).into_iter().collect(),
            Turn::Waits if self.one_by_one => now.take(1).collect(),
            Turn::Throws | Turn::Waits => now.collect(),
        };
        for place in movers {
            for next in self.net.moves(place, &marking, self.with_returns) {
                if !self.complete {
                    return;
                }
                match next.over {
                    Over::Ended => self.terminated = true,
                    Over::Left => {}
                    Over::No => {
                        let after = after(&marking, &next);
                        self.reach(after, Some((number, next)));
                    }
                }
            }
        }
    }

    /// Places that have tokens, each with when they move; nothing where that would cost too much.
    fn turns(&mut self, marking: &Marking) -> Option<Vec<(Turn, Place)>> {
        let mut by_element: BTreeMap<At, Turn> = BTreeMap::new();
        let mut all: Vec<(Turn, Place)> = Vec::new();
        for (index, place) in marking.iter().enumerate() {
            if index > 0 && marking[index - 1] == *place {
                continue;
            }
            let at = self.net.at(*place);
            let turn = match by_element.get(&at) {
                Some(turn) => *turn,
                None => {
                    if !self.spend(self.net.cost(at, marking)) {
                        return None;
                    }
                    let turn = self.net.turn(*place, marking);
                    by_element.insert(at, turn);
                    turn
                }
            };
            all.push((turn, *place));
        }
        Some(all)
    }

    /// Whether nothing that is done or waited for, and no way into a join, has more tokens than it may; else says so, and goes no
    /// further.
    fn stands_once(&mut self, number: usize, marking: &Marking) -> bool {
        let joins = |at: At| {
            let element = self.net.graph.element(at);
            element.incoming.len() > 1
                && matches!(element.kind, Kind::Parallel | Kind::Inclusive | Kind::Complex { .. })
        };
        let mut by_element: Vec<(At, Place)> = marking.iter().map(|place| (self.net.at(*place), *place)).collect();
        by_element.sort_unstable();
        let mut pairs = by_element.windows(2).filter(|pair| pair[0].0 == pair[1].0);
        let twice = pairs.find(|pair| pair[0].1 == pair[1].1 || !joins(pair[0].0)).map(|pair| (pair[0], pair[1]));
        let Some(((twice, place), (_, other))) = twice else { return true };
        let counts_on_several = self.net.graph.elements.iter().any(|element| {
            matches!(&element.kind, Kind::Activity(it) if it.start_quantity > 1 || it.completion_quantity > 1)
        });
        if counts_on_several {
            let most = by_element.chunk_by(|a, b| a.0 == b.0).map(<[_]>::len).max().unwrap_or(0);
            self.complete &= most <= MOST_AT_ONE_ELEMENT;
            return most <= MOST_AT_ONE_ELEMENT;
        }
        let ends = |at: Place| at == place || at == other;
        let moves = self.moves_to(number);
        if !self.spend(moves.len()) {
            return false;
        }
        let traced = trace::back(self.net, &moves, &self.first_of(number), ends);
        let at = traced.meet.unwrap_or(twice);
        let key = (FaultKind::SeveralTokens, at);
        if !self.with_returns && !self.faults.contains_key(&key) {
            let fault = Fault { kind: key.0, at, run: traced.run, path: trace::ending(traced.path, at) };
            self.faults.insert(key, fault);
        }
        false
    }

    /// All tokens wait at joins for others, and nothing can bring one.
    fn stands_still(&mut self, number: usize, marking: &Marking) {
        let joins: BTreeSet<At> = marking.iter().map(|place| self.net.at(*place)).collect();
        let moves = self.moves_to(number);
        if !self.spend(moves.len()) {
            return;
        }
        let returned = moves.iter().rev().find_map(|it| match it.how {
            How::Returned { task, target } => Some((task, target)),
            _ => None,
        });
        if self.still.len() >= MOST_STILL || !self.still.insert((joins.iter().copied().collect(), returned)) {
            return;
        }
        // Those that wait for what waits itself are not at fault.
        let mut led_to = BTreeSet::new();
        for join in &joins {
            if !self.spend(self.net.graph.level(self.net.graph.element(*join).level).elements.len()) {
                return;
            }
            led_to.extend(self.led_to(*join).into_iter().filter(|at| at != join && joins.contains(at)));
        }
        let mut faulty: Vec<At> = joins.difference(&led_to).copied().collect();
        if faulty.is_empty() {
            faulty.extend(joins.first());
        }
        for at in faulty {
            let kind = match returned {
                Some((task, target)) => FaultKind::DeadlockAfterReturn { task, target },
                None => FaultKind::Deadlock,
            };
            if self.faults.contains_key(&(kind, at)) {
                continue;
            }
            let traced = trace::back(self.net, &moves, &self.first_of(number), |place| self.net.at(place) == at);
            let fault = Fault { kind, at, run: traced.run, path: trace::ending(traced.path, at) };
            self.faults.insert((kind, at), fault);
        }
    }

    /// Where tokens can come to from an element.
    fn led_to(&self, from: At) -> BTreeSet<At> {
        let (mut seen, mut open) = (BTreeSet::new(), self.net.graph.next(from));
        while let Some(at) = open.pop() {
            if seen.insert(at) {
                open.extend(self.net.graph.next(at));
            }
        }
        seen
    }

    fn moves_to(&self, number: usize) -> Vec<Move> {
        let mut all = Vec::new();
        let mut at = number;
        while let Some((before, by)) = &self.nodes[at].by {
            all.push(by.clone());
            at = *before;
        }
        all.reverse();
        all
    }

    fn first_of(&self, number: usize) -> Marking {
        let mut at = number;
        while let Some((before, _)) = &self.nodes[at].by {
            at = *before;
        }
        self.nodes[at].marking.clone()
    }
}

/// A marking after a move.
fn after(marking: &Marking, by: &Move) -> Marking {
    let mut takes = by.takes.clone();
    takes.sort_unstable();
    let mut takes = takes.into_iter().peekable();
    let mut after: Marking = Vec::with_capacity(marking.len() + by.gives.len());
    for place in marking {
        if takes.next_if_eq(place).is_none() {
            after.push(*place);
        }
    }
    after.extend(&by.gives);
    after.sort_unstable();
    after
}
