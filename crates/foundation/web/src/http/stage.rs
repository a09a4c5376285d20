//! What an officer uploaded and looks through before it is entered: kept in memory for a while, for that officer alone.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use kernel::OfficerId;

/// Things that wait for their confirmation; the oldest goes when there are too many. Cheap to clone.
pub struct Stage<T> {
    most: usize,
    waiting: Arc<Mutex<Waiting<T>>>,
}

struct Waiting<T> {
    last: u64,
    things: BTreeMap<u64, (OfficerId, T)>,
}

impl<T> Clone for Stage<T> {
    fn clone(&self) -> Stage<T> {
        Stage { most: self.most, waiting: Arc::clone(&self.waiting) }
    }
}

impl<T: Clone> Stage<T> {
    /// For so many things at most.
    pub fn new(most: usize) -> Stage<T> {
        Stage { most, waiting: Arc::new(Mutex::new(Waiting { last: 0, things: BTreeMap::new() })) }
    }

    fn waiting(&self) -> std::sync::MutexGuard<'_, Waiting<T>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps a thing of an officer's; answers its number.
    pub fn put(&self, officer: OfficerId, thing: T) -> u64 {
        let mut waiting = self.waiting();
        waiting.last += 1;
        let number = waiting.last;
        waiting.things.insert(number, (officer, thing));
        if waiting.things.len() > self.most {
            waiting.things.pop_first();
        }
        number
    }

    /// A thing of this officer's; nobody else finds it.
    pub fn get(&self, number: u64, officer: OfficerId) -> Option<T> {
        self.waiting().things.get(&number).filter(|(of, _)| *of == officer).map(|(_, thing)| thing.clone())
    }

    /// It has served.
    pub fn drop(&self, number: u64) {
        self.waiting().things.remove(&number);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_its_officers_alone_and_the_oldest_goes() {
        let stage = Stage::new(2);
        let (one, other) = (OfficerId::new(1), OfficerId::new(2));
        let (a, b) = (stage.put(one, 'a'), stage.put(other, 'b'));
        assert_eq!((stage.get(a, one), stage.get(a, other), stage.get(b, other)), (Some('a'), None, Some('b')));
        let c = stage.clone().put(one, 'c');
        assert_eq!((stage.get(a, one), stage.get(c, one)), (None, Some('c')));
        stage.drop(c);
        assert_eq!(stage.get(c, one), None);
    }
}
