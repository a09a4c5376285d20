//! Work spread over threads, its results taken in order, so that how many there were shows nowhere.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The guard of a lock. A thread that panicked passes its panic on when it is joined; no state is taken from behind it.
pub(crate) fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Things numbered from 0 that come in any order and are let through in theirs.
#[derive(Debug)]
pub(crate) struct InOrder<T> {
    next: usize,
    waiting: BTreeMap<usize, T>,
}

impl<T> InOrder<T> {
    /// Nothing has come yet.
    pub fn new() -> Self {
        Self { next: 0, waiting: BTreeMap::new() }
    }

    /// Takes the thing of a number; lets through what is now due.
    pub fn take(&mut self, number: usize, thing: T, through: &mut dyn FnMut(T)) {
        self.waiting.insert(number, thing);
        while let Some(due) = self.waiting.remove(&self.next) {
            self.next += 1;
            through(due);
        }
    }
}

/// Does `task(0)` … `task(count - 1)` on up to `threads` threads and hands each result to `take`, in order, on this thread.
pub(crate) fn spread<T: Send>(threads: usize, count: usize, task: impl Fn(usize) -> T + Sync, mut take: impl FnMut(T)) {
    if threads < 2 || count < 2 {
        (0..count).for_each(|number| take(task(number)));
        return;
    }
    let claimed = AtomicUsize::new(0);
    let (sender, results) = mpsc::channel();
    std::thread::scope(|scope| {
        for _ in 0..threads.min(count) {
            let (sender, claimed, task) = (sender.clone(), &claimed, &task);
            scope.spawn(move || {
                loop {
                    let number = claimed.fetch_add(1, Ordering::Relaxed);
                    if number >= count || sender.send((number, task(number))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(sender);
        let mut order = InOrder::new();
        for (number, result) in results {
            order.take(number, result, &mut take);
        }
    });
}

/// Items of a task handed over at a time.
const HANDFUL: usize = 64;

/// Handfuls that a task may be ahead of its turn: what it says beyond that waits with it.
const AHEAD: usize = 8;

/// Lets `task(0)` … `task(count - 1)` say things on up to `threads` threads, and hands them to `take` in the order of tasks and, within one, as
/// said. Little is held: a task that says much before its turn waits for it.
pub(crate) fn stream<T: Send>(
    threads: usize,
    count: usize,
    task: impl Fn(usize, &mut dyn FnMut(T)) + Sync,
    mut take: impl FnMut(T),
) {
    if threads < 2 || count < 2 {
        (0..count).for_each(|number| task(number, &mut take));
        return;
    }
    let (ways_in, ways_out): (Vec<_>, Vec<_>) = (0..count)
        .map(|_| {
            let (way_in, way_out) = mpsc::sync_channel::<Vec<T>>(AHEAD);
            (Mutex::new(Some(way_in)), way_out)
        })
        .unzip();
    let claimed = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..threads.min(count) {
            scope.spawn(|| {
                loop {
                    let number = claimed.fetch_add(1, Ordering::Relaxed);
                    // Taken out, so that the way closes when the task is done.
                    let Some(way) = ways_in.get(number).and_then(|way| lock(way).take()) else { return };
                    let mut handful = Vec::new();
                    task(number, &mut |item| {
                        handful.push(item);
                        if handful.len() == HANDFUL {
                            // Nobody listens any more only where the listener panicked.
                            let _ = way.send(std::mem::take(&mut handful));
                        }
                    });
                    let _ = way.send(handful);
                }
            });
        }
        for way in ways_out {
            way.into_iter().flatten().for_each(&mut take);
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_come_in_order() {
        for threads in [0, 1, 2, 5] {
            for count in [0, 1, 2, 100] {
                let mut seen = Vec::new();
                spread(threads, count, |number| number * 2, |result| seen.push(result));
                assert_eq!(seen, (0..count).map(|number| number * 2).collect::<Vec<_>>());
            }
        }
    }

    #[test]
    fn what_tasks_say_comes_in_order() {
        let said = |number: usize| (0..number * 700).map(move |item| (number, item));
        for threads in [1, 2, 4] {
            let mut seen = Vec::new();
            stream(threads, 5, |number, say| said(number).for_each(say), |item| seen.push(item));
            assert_eq!(seen, (0..5).flat_map(said).collect::<Vec<_>>());
        }
    }
}
