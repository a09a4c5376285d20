//! What a suite of outside data came to.

/// What a suite came to.
#[derive(Default)]
pub struct Report {
    /// Cases that ran.
    pub ran: usize,
    /// One sentence per case that failed.
    pub failed: Vec<String>,
}

impl Report {
    /// Says on one line how many ran and passed, and fails with what did not.
    pub fn settle(self, suite: &str) {
        println!("{suite}: {} ran, {} passed", self.ran, self.ran - self.failed.len());
        assert!(self.failed.is_empty(), "{suite}:\n{}", self.failed.join("\n"));
    }
}
