//! Several threads on one run: each judges whole batches in a lane of its own; the folds are shared.
//!
//! What is raised is told in the order of the input, and parts merge in any order and grouping with the same result, so that the
//! number of threads shows nowhere.

use std::sync::Mutex;

use ocds::Release;

use super::Screen;
use super::lane::Lane;
use crate::facts::Facts;
use crate::fold::Judged;
use crate::work::{InOrder, lock};

impl Screen {
    /// Judges the processes of all `batches` on the threads that [`Screen::with_threads`] allows.
    ///
    /// - `batches`: JSON texts of compiled releases; a batch is held until it is judged, so that small ones (a dozen processes) need
    ///   least memory and stay in the cache.
    /// - `read`: reads a text into a release; `None` where there is none to be judged. [`ocds::parse`], and what the caller does with faults.
    /// - `raised`: receives what is raised now, in the order of the input. What has to wait is raised by [`Screen::finish`].
    pub fn observe_all<R>(
        &mut self,
        batches: impl Iterator<Item = Vec<R>> + Send,
        read: impl for<'r> Fn(&'r R) -> Option<Release<'r>> + Sync,
        raised: &mut (dyn FnMut(Judged) + Send),
    ) where
        R: Send,
    {
        let plan = self.plan.clone();
        let cx = plan.context();
        let on = self.on.as_slice();
        let source = Mutex::new(batches.enumerate());
        let told = Mutex::new((InOrder::new(), raised));
        let folds = Mutex::new(&mut self.part.folds);
        let judge_batches = || {
            let mut lane = Lane::new();
            loop {
                let next = lock(&source).next();
                let Some((number, batch)) = next else { return lane };
                let releases: Vec<Release<'_>> = batch.iter().filter_map(&read).collect();
                let facts: Vec<Facts<'_>> = releases.iter().map(|release| Facts::of(release, &plan.settings)).collect();
                let mut found = Vec::new();
                for facts in &facts {
                    lane.observe(facts, &cx, on, &mut |judged| found.push(judged));
                }
                {
                    let mut folds = lock(&folds);
                    facts.iter().for_each(|facts| folds.observe(facts, &plan.settings));
                }
                let mut told = lock(&told);
                let (order, raised) = &mut *told;
                order.take(number, found, &mut |found| found.into_iter().for_each(&mut **raised));
            }
        };
        let lanes: Vec<Lane> = std::thread::scope(|scope| {
            let others: Vec<_> = (1..self.threads).map(|_| scope.spawn(judge_batches)).collect();
            let own = judge_batches();
            let joined =
                others.into_iter().map(|other| other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
            std::iter::once(own).chain(joined).collect()
        });
        for lane in lanes {
            self.part.lane.merge(lane);
        }
    }
}
