//! What the node counts of its requests, and Prometheus' text of it. Routes are named by their templates: no path, no
//! query, no address, no person.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::http::StatusCode;
use store::Histogram;

/// Upper bounds of a request's time, in seconds.
const REQUEST_S: &[f64] = &[0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0];

/// A method and the template of a route.
type Route = (&'static str, String);

/// Counts since the start of the process.
#[derive(Default)]
pub struct Metrics {
    answered: Mutex<BTreeMap<(Route, u16), u64>>,
    times: Mutex<BTreeMap<Route, Histogram>>,
    refusals: Mutex<BTreeMap<&'static str, u64>>,
    sign_ins: Mutex<BTreeMap<&'static str, u64>>,
    streams: Arc<AtomicU64>,
}

/// An open stream of events; counted until it is dropped.
pub(crate) struct Streaming(Arc<AtomicU64>);

impl Drop for Streaming {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

fn add<K: Ord>(counts: &Mutex<BTreeMap<K, u64>>, key: K) {
    *counts.lock().unwrap_or_else(PoisonError::into_inner).entry(key).or_insert(0) += 1;
}

impl Metrics {
    /// Counts an answer.
    pub(crate) fn answered(&self, method: &'static str, route: &str, status: StatusCode, took: Duration) {
        let route = (method, route.to_owned());
        add(&self.answered, (route.clone(), status.as_u16()));
        let mut times = self.times.lock().unwrap_or_else(PoisonError::into_inner);
        times.entry(route).or_insert_with(|| Histogram::new(REQUEST_S)).observe(took.as_secs_f64());
    }

    /// Counts a refusal of the door or of a rule, by its stable code.
    pub(crate) fn refused(&self, code: &'static str) {
        add(&self.refusals, code);
    }

    /// Counts a sign-in, or the setting of a first password, that was refused with this status.
    pub(crate) fn sign_in_refused(&self, status: StatusCode) {
        let reason = match status {
            StatusCode::UNAUTHORIZED => "wrong",
            StatusCode::TOO_MANY_REQUESTS => "wait",
            StatusCode::FORBIDDEN => "no_post",
            _ => "other",
        };
        add(&self.sign_ins, reason);
    }

    /// Counts a stream of events for as long as the value lives.
    pub(crate) fn streaming(&self) -> Streaming {
        self.streams.fetch_add(1, Ordering::Relaxed);
        Streaming(Arc::clone(&self.streams))
    }

    /// Writes all of it.
    pub fn expose(&self, out: &mut Exposition) {
        out.family("qingyuan_requests_total", "counter", "Requests answered, by method, route and status.");
        for ((route, status), count) in self.answered.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            let labels = [("method", route.0), ("route", &route.1), ("status", &status.to_string())];
            out.sample(&labels, *count as f64);
        }
        out.family("qingyuan_request_seconds", "histogram", "Time to the head of the answer, by method and route.");
        for (route, times) in self.times.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            out.histogram(&[("method", route.0), ("route", &route.1)], times);
        }
        out.family("qingyuan_refusals_total", "counter", "Refusals of the door and of rules, by stable code.");
        for (code, count) in self.refusals.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            out.sample(&[("code", code)], *count as f64);
        }
        out.family("qingyuan_sign_in_refusals_total", "counter", "Sign-ins and first passwords refused, by reason.");
        let sign_ins = self.sign_ins.lock().unwrap_or_else(PoisonError::into_inner);
        // All of them from the start, so that the first one is an increase that an alert sees.
        for reason in ["wrong", "wait", "no_post", "other"] {
            out.sample(&[("reason", reason)], sign_ins.get(reason).copied().unwrap_or_default() as f64);
        }
        out.family("qingyuan_event_streams", "gauge", "Streams of events that are open.");
        out.sample(&[], self.streams.load(Ordering::Relaxed) as f64);
    }
}

/// Prometheus' text format, version 0.0.4.
#[derive(Default)]
pub struct Exposition {
    text: String,
    name: &'static str,
}

impl Exposition {
    /// Begins a metric; the samples that follow are its.
    pub fn family(&mut self, name: &'static str, kind: &str, help: &str) {
        self.name = name;
        let _ = writeln!(self.text, "# HELP {name} {help}\n# TYPE {name} {kind}");
    }

    /// One sample.
    pub fn sample(&mut self, labels: &[(&str, &str)], value: f64) {
        self.line("", labels, value);
    }

    /// A whole histogram.
    pub fn histogram(&mut self, labels: &[(&str, &str)], histogram: &Histogram) {
        let cumulative = histogram.cumulative();
        for (bound, below) in &cumulative {
            let bound = if bound.is_finite() { bound.to_string() } else { "+Inf".to_owned() };
            let mut with_bound = labels.to_vec();
            with_bound.push(("le", &bound));
            self.line("_bucket", &with_bound, *below as f64);
        }
        self.line("_sum", labels, histogram.sum());
        self.line("_count", labels, cumulative.last().map_or(0, |(_, count)| *count) as f64);
    }

    fn line(&mut self, ending: &str, labels: &[(&str, &str)], value: f64) {
        let _ = write!(self.text, "{}{ending}", self.name);
        for (at, (name, value)) in labels.iter().enumerate() {
            let value = value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
            let _ = write!(self.text, "{}{name}=\"{value}\"", if at == 0 { '{' } else { ',' });
        }
        let _ = writeln!(self.text, "{} {value}", if labels.is_empty() { "" } else { "}" });
    }

    /// The text.
    pub fn finish(self) -> String {
        self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_is_prometheus() {
        let metrics = Metrics::default();
        metrics.answered("GET", "/warnings/{id}", StatusCode::OK, Duration::from_millis(3));
        metrics.answered("GET", "/warnings/{id}", StatusCode::OK, Duration::from_millis(700));
        metrics.answered("GET", "/warnings/{id}", StatusCode::NOT_FOUND, Duration::from_millis(1));
        metrics.refused("door.not_found");
        metrics.sign_in_refused(StatusCode::UNAUTHORIZED);
        let open = metrics.streaming();
        let text = |metrics: &Metrics| {
            let mut out = Exposition::default();
            metrics.expose(&mut out);
            out.finish()
        };
        let told = text(&metrics);
        for line in [
            "# TYPE qingyuan_requests_total counter",
            "qingyuan_requests_total{method=\"GET\",route=\"/warnings/{id}\",status=\"200\"} 2",
            "qingyuan_requests_total{method=\"GET\",route=\"/warnings/{id}\",status=\"404\"} 1",
            "qingyuan_request_seconds_bucket{method=\"GET\",route=\"/warnings/{id}\",le=\"0.005\"} 2",
            "qingyuan_request_seconds_bucket{method=\"GET\",route=\"/warnings/{id}\",le=\"+Inf\"} 3",
            "qingyuan_request_seconds_count{method=\"GET\",route=\"/warnings/{id}\"} 3",
            "qingyuan_refusals_total{code=\"door.not_found\"} 1",
            "qingyuan_sign_in_refusals_total{reason=\"wrong\"} 1",
            "qingyuan_sign_in_refusals_total{reason=\"wait\"} 0",
            "qingyuan_event_streams 1",
        ] {
            assert!(told.lines().any(|it| it == line), "{line}\n{told}");
        }
        drop(open);
        assert!(text(&metrics).contains("qingyuan_event_streams 0\n"));
    }

    #[test]
    fn labels_are_escaped() {
        let mut out = Exposition::default();
        out.family("x", "gauge", "X.");
        out.sample(&[("a", "\"\\\n")], 1.5);
        assert_eq!(out.finish(), "# HELP x X.\n# TYPE x gauge\nx{a=\"\\\"\\\\\\n\"} 1.5\n");
    }
}
