//! Which rules matched, gathered while an evaluation runs.
//!
//! The evaluators are closures over a scope and can hand nothing up but their value, so the hits stand in a thread-local
//! that lives for one evaluation; it runs on one thread.

use super::Hit;
use std::cell::RefCell;

thread_local! {
    static HITS: RefCell<Option<Vec<Hit>>> = const { RefCell::new(None) };
}

/// Runs one evaluation and gives the hits in the order in which tables were decided.
pub(crate) fn gathered<T>(work: impl FnOnce() -> T) -> (T, Vec<Hit>) {
    struct Back(Option<Vec<Hit>>);
    impl Drop for Back {
        fn drop(&mut self) {
            HITS.set(self.0.take());
        }
    }
    let _back = Back(HITS.replace(Some(Vec::new())));
    let result = work();
    let hits = HITS.take().unwrap_or_default();
    (result, hits)
}

/// Adds the hit of one table. The number of hits is bounded by the work of an evaluation.
pub(crate) fn hit(owner: &str, table: Option<&str>, rules: Vec<(u32, Option<String>)>) {
    HITS.with_borrow_mut(|hits| {
        if let Some(hits) = hits {
            hits.push(Hit { decision: owner.to_owned(), table: table.map(str::to_owned), rules });
        }
    });
}
