//! Clocks of a case that are over, as they stood at their end: the state keeps those that run.

use flow::Event;
use flow::event::change;
use flow::state::{Clock, State};
use kernel::Instant;
use store::{Recorded, StoreFault};

use super::CaseEvent;
use crate::tables::CASES;

/// A clock that is over.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finished {
    /// The clock, as it stood.
    pub clock: Clock,
    /// When what it measured was over.
    pub at: Instant,
    /// Whether it was done; else it was ended.
    pub done: bool,
}

/// The clocks of a case that are over, in the order of their ends, and when the case ended, if it has.
///
/// # Errors
/// If an act makes no sense.
pub fn finished(acts: &[Recorded]) -> Result<(Vec<Finished>, Option<Instant>), StoreFault> {
    let (mut state, mut all, mut ended) = (State::default(), Vec::new(), None);
    for act in acts.iter().filter(|act| act.act.kind.starts_with(CASES) && !act.shredded) {
        let at = Instant::from_ms(act.act.at_ms);
        let event: CaseEvent = act.event()?;
        for one in &event.step().events {
            match one {
                Event::ClockFinished { clock, done } => {
                    let clock = state.clocks.get(clock).cloned();
                    all.extend(clock.map(|clock| Finished { clock, at, done: *done }));
                }
                Event::Ended { .. } => ended = Some(at),
                _ => {}
            }
            change(&mut state, one);
        }
    }
    Ok((all, ended))
}
