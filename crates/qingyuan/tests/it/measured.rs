//! What is measured is there: every metric that the dashboard, the alerts and the documentation name is in the answer of a
//! node that runs.

use std::collections::BTreeSet;

use crate::running::Running;
use crate::support::Folder;

fn tree(path: &str) -> String {
    let path = format!("{}/../../{path}", env!("CARGO_MANIFEST_DIR"));
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Names of metrics in a text, endings of histograms taken off as Prometheus puts them on.
fn named(text: &str) -> BTreeSet<String> {
    let word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    text.split(|c: char| !word(c))
        .filter(|name| name.starts_with("qingyuan_"))
        .map(|name| ["_bucket", "_sum", "_count"].iter().find_map(|ending| name.strip_suffix(ending)).unwrap_or(name))
        .map(str::to_owned)
        .collect()
}

#[test]
fn dashboard_alerts_and_documentation_name_what_is_measured() {
    let folder = Folder::with_node();
    let node = Running::start(&folder, &[]);
    assert_eq!(node.get("/sign-in").status, 200);
    let page = node.operations("/metrics", &[]);
    assert_eq!((page.status, page.header("content-type")), (200, "text/plain; version=0.0.4"));
    let measured: BTreeSet<String> = page
        .body
        .lines()
        .filter_map(|line| line.strip_prefix("# TYPE "))
        .filter_map(|line| line.split_whitespace().next())
        .map(str::to_owned)
        .collect();
    let documented = named(&tree("docs/operate/watching.md"));
    for (name, text) in [
        ("dashboard", tree("packaging/grafana/qingyuan.json")),
        ("alerts", tree("packaging/prometheus/alerts.yml")),
        ("documentation", tree("docs/operate/watching.md")),
    ] {
        let named = named(&text);
        assert!(named.len() > 3, "{name} names no metrics");
        for metric in &named {
            assert!(measured.contains(metric), "{name} names {metric}, which is not measured:\n{}", page.body);
        }
    }
    for metric in &measured {
        assert!(documented.contains(metric), "{metric} is measured, and docs/operate/watching.md does not say so");
    }
    let dashboard: serde_json::Value = serde_json::from_str(&tree("packaging/grafana/qingyuan.json")).unwrap();
    for panel in dashboard["panels"].as_array().unwrap() {
        let title = panel["title"].as_str().unwrap();
        assert!(title.contains(" · "), "{title} is in one language");
        assert!(!panel["targets"].as_array().unwrap().is_empty(), "{title} shows nothing");
    }
}

#[test]
fn figures_follow_what_happens() {
    for (store, folder) in [("SQLite", Folder::with_node()), ("PostgreSQL", Folder::on_postgres())] {
        let node = Running::start(&folder, &[]);
        let figure = |name: &str| -> f64 {
            let body = node.operations("/metrics", &[]).body;
            let line = body.lines().find(|line| line.starts_with(&format!("{name} "))).map(str::to_owned);
            let line = line.unwrap_or_else(|| panic!("{store}: {name} in\n{body}"));
            line.rsplit(' ').next().unwrap().parse().unwrap()
        };
        let acts = figure("qingyuan_acts");
        assert!(acts > 0.0, "{store}: a node is founded by acts");
        // The signer and supervision catch up with what `init` recorded.
        let caught_up = || {
            node.operations("/metrics", &[]).body.contains("qingyuan_feed_lag_acts{subscriber=\"supervise\"} 0\n")
                && figure("qingyuan_checkpoint_acts") == acts
        };
        let begun = std::time::Instant::now();
        while !caught_up() {
            assert!(begun.elapsed().as_secs() < 60, "{store}: they do not catch up");
            std::thread::sleep(std::time::Duration::from_millis(50));
        }
        assert_eq!(figure("qingyuan_checkpoint_lag_seconds"), 0.0);
        assert_eq!(figure("qingyuan_record_faults_total"), 0.0);
        let info = format!("qingyuan_build_info{{version=\"{}\",store=\"{store}\"}}", env!("CARGO_PKG_VERSION"));
        assert_eq!(figure(&info), 1.0);
        let asked = "qingyuan_requests_total{method=\"GET\",route=\"/sign-in\",status=\"200\"}";
        node.get("/sign-in");
        let before = figure(asked);
        node.get("/sign-in");
        assert_eq!(figure(asked), before + 1.0);
        node.stop();
        let doctor = folder.run(&["doctor"]);
        for words in [store, "the store answers", "a checkpoint covers all", "supervised"] {
            let fine = doctor.out.lines().any(|line| line.starts_with('✓') && line.contains(words));
            assert!(fine, "{store}: {words} in\n{}", doctor.out);
        }
        assert_eq!(folder.run(&["verify"]).code, 0, "{store}");
    }
}
