//! A stack deep enough for what nests: the dependency builds, evaluates and drops its trees by recursion.

use crate::fault::{Code, Fault};
use crate::limits;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Runs `work` on the caller's stack if it nests little, else on a thread of its own with a deep stack; either way a panic
/// becomes a fault. Nothing outlives the call.
///
/// A panic can only be a defect of the dependency (an overflow in its calendar, say): it is caught here so that it costs one
/// evaluation, not the process. What it worked on is dropped, so no half-changed state is seen again. `meter` ends an
/// evaluation the same way.
pub(crate) fn with_levels<T: Send>(levels: usize, work: impl FnOnce() -> Result<T, Fault> + Send) -> Result<T, Fault> {
    let guarded =
        move || catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|payload| Err(super::meter::why(&*payload)));
    if levels <= limits::SHALLOW_LEVELS {
        return guarded();
    }
    std::thread::scope(|scope| {
        let deep = std::thread::Builder::new().stack_size(limits::STACK_BYTES).spawn_scoped(scope, guarded);
        match deep.map(|thread| thread.join()) {
            Ok(Ok(answer)) => answer,
            _ => Err(Fault::new(Code::Evaluator, "no thread")),
        }
    })
}
