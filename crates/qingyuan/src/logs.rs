//! The log: lines on standard error, as text for people or as JSON for machines.

use tracing_subscriber::EnvFilter;

use crate::config::Log;

/// Begins to log. A second node in one process keeps the first one's log.
pub(crate) fn begin(log: &Log) {
    let filter = EnvFilter::new(&log.level);
    let lines = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // An error means that there is a log already.
    let _ = if log.json {
        // The request that a line belongs to stands in `span`.
        lines.json().flatten_event(true).with_current_span(true).with_span_list(false).try_init()
    } else {
        lines.try_init()
    };
}
