//! Timing for benches that run programs beside one another.

use std::error::Error;
use std::io::Read as _;
use std::process::{Command, Stdio};
use std::time::Instant;

/// Runs a command; answers the seconds it took and what it printed.
///
/// # Errors
/// If it cannot be run, or ends with a code other than 0.
pub fn timed(command: &mut Command) -> Result<(f64, String), Box<dyn Error>> {
    let start = Instant::now();
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
    let mut printed = String::new();
    if let Some(out) = &mut child.stdout {
        out.read_to_string(&mut printed)?;
    }
    let status = child.wait()?;
    let seconds = start.elapsed().as_secs_f64();
    if status.success() { Ok((seconds, printed)) } else { Err(format!("{command:?}: {status}").into()) }
}

/// The middle one of some measurements, at least one.
pub fn median(seconds: &mut [f64]) -> f64 {
    seconds.sort_unstable_by(f64::total_cmp);
    seconds[seconds.len() / 2]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_of_a_few() {
        for (mut seconds, middle) in [(vec![3.0, 1.0, 2.0], 2.0), (vec![5.0], 5.0), (vec![4.0, 1.0], 4.0)] {
            assert_eq!(median(&mut seconds), middle);
        }
    }

    #[test]
    fn a_program_is_run_and_its_failure_is_an_error() {
        let (_, printed) = timed(Command::new("echo").arg("one")).unwrap();
        assert_eq!(printed, "one\n");
        assert!(timed(&mut Command::new("false")).is_err());
    }
}
