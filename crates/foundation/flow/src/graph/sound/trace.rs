//! How a marking came about: of a run, what had a part in it.

use std::collections::BTreeSet;

use super::net::{Marking, Move, Net, Place};
use super::{Fired, How};
use crate::graph::At;

/// What was found going back.
pub(super) struct Traced {
    /// The whole run.
    pub(super) run: Vec<Fired>,
    /// The elements that had a part in it, in order.
    pub(super) path: Vec<At>,
    /// Of two tokens of one place: the element furthest back from which on both went the same way.
    pub(super) meet: Option<At>,
}

/// A token of a run: where it is, and the move that made it.
#[derive(Clone, Copy)]
struct Token {
    place: Place,
    made_by: Option<usize>,
}

/// Goes back from the tokens of some places at the end of a run.
pub(super) fn back(net: &Net<'_>, moves: &[Move], first: &Marking, ends_at: impl Fn(Place) -> bool) -> Traced {
    let mut tokens: Vec<Token> = first.iter().map(|place| Token { place: *place, made_by: None }).collect();
    // The moves before each that made what it took; of a return only the one that was returned.
    let mut causes: Vec<Vec<usize>> = Vec::with_capacity(moves.len());
    for (number, by) in moves.iter().enumerate() {
        let mut made_by = Vec::new();
        for (order, place) in by.takes.iter().enumerate() {
            let Some(at) = tokens.iter().position(|token| token.place == *place) else { continue };
            let token = tokens.remove(at);
            if order == 0 || !matches!(by.how, How::Returned { .. }) {
                made_by.extend(token.made_by);
            }
        }
        causes.push(made_by);
        tokens.extend(by.gives.iter().map(|place| Token { place: *place, made_by: Some(number) }));
    }
    let there: Vec<usize> = tokens.iter().filter(|token| ends_at(token.place)).filter_map(|it| it.made_by).collect();
    let mut part: BTreeSet<usize> = BTreeSet::new();
    let mut open = there.clone();
    while let Some(number) = open.pop() {
        if part.insert(number) {
            open.extend(&causes[number]);
        }
    }
    let mut path = Vec::new();
    for number in &part {
        let by = &moves[*number];
        path.push(by.element);
        if let How::Came(event) = by.how {
            path.push(event);
        }
    }
    path.dedup();
    let run = moves.iter().map(|by| Fired { element: by.element, how: by.how, ways: by.ways.clone() }).collect();
    Traced { run, path, meet: meet(net, moves, &causes, &there) }
}

/// Where two tokens began to go the same way: back as long as the moves that made them are two of one element.
fn meet(net: &Net<'_>, moves: &[Move], causes: &[Vec<usize>], there: &[usize]) -> Option<At> {
    let [one, other, ..] = there else { return None };
    let (mut one, mut other) = (*one, *other);
    let mut meet = None;
    while one != other && moves[one].element == moves[other].element {
        let at = moves[one].element;
        if net.graph.element(at).incoming.len() > 1 {
            meet = Some(at);
        }
        match (causes[one].first(), causes[other].first()) {
            (Some(before), Some(other_before)) => (one, other) = (*before, *other_before),
            _ => break,
        }
    }
    meet
}

/// A path up to where it comes to an element for the last time.
pub(super) fn ending(mut path: Vec<At>, last: At) -> Vec<At> {
    match path.iter().rposition(|at| *at == last) {
        Some(at) => path.truncate(at + 1),
        None => path.push(last),
    }
    path
}
