//! An evaluation opens no socket: looked at from within a process that does nothing else.

use crate::model;
use dmn::feel::{Context, Expression, Names, Value};
use dmn::{Decisions, Rule};
use std::collections::BTreeSet;

const CHILD: &str = "DMN_TEST_SOCKETS_CHILD";

/// The sockets that this process holds, from the kernel.
fn sockets() -> BTreeSet<String> {
    let entries = std::fs::read_dir("/proc/self/fd").expect("Linux");
    let targets = entries.filter_map(|entry| std::fs::read_link(entry.ok()?.path()).ok());
    targets.map(|target| target.to_string_lossy().into_owned()).filter(|target| target.starts_with("socket:")).collect()
}

/// Lines of the kernel's tables of sockets in this network namespace that belong to this process or to nobody yet: the
/// evaluator's address would be 127.0.0.1:22023.
fn towards_the_server() -> usize {
    let port = format!(":{:04X}", 22_023);
    ["/proc/self/net/tcp", "/proc/self/net/tcp6"]
        .iter()
        .filter_map(|table| std::fs::read_to_string(table).ok())
        .map(|table| table.lines().filter(|line| line.contains(&port)).count())
        .sum()
}

fn java() -> String {
    model(
        r#"<decision id="_d" name="d"><variable name="d"/><context>
        <contextEntry><variable name="f"/><functionDefinition id="_f" kind="Java"><formalParameter name="a"/>
        <context><contextEntry><variable name="class"/><literalExpression><text>"java.lang.Math"</text></literalExpression></contextEntry>
        <contextEntry><variable name="method signature"/><literalExpression><text>"abs(int)"</text></literalExpression></contextEntry></context>
        </functionDefinition></contextEntry>
        <contextEntry><literalExpression><text>f(1)</text></literalExpression></contextEntry></context></decision>"#,
    )
}

/// All that could lead to a socket.
fn evaluate_everything() {
    let findings = Decisions::read(&[("java.dmn", java().as_bytes())]).expect_err("a function in Java");
    let found: Vec<_> =
        findings.iter().map(|finding| (finding.rule, finding.line, finding.element.as_deref())).collect();
    assert_eq!(found, [(Rule::External, 4, Some("_f"))]);
    let in_text = model(
        r#"<decision id="_d" name="d"><variable name="d"/><literalExpression>
        <text>(function(a) external {java: {class: "java.lang.Math", method signature: "abs(int)"}})(1)</text>
        </literalExpression></decision>"#,
    );
    let findings = Decisions::read(&[("java.dmn", in_text.as_bytes())]).expect_err("a function in Java, in a text");
    assert_eq!(findings.iter().map(|finding| finding.rule).collect::<Vec<_>>(), [Rule::External]);
    let text = "function(a) external {java: {class: \"java.lang.Math\", method signature: \"abs(int)\"}}";
    assert!(Expression::parse(text, &Names::default()).is_err());
    let plain = model(
        r#"<decision id="_d" name="d"><variable name="d"/><literalExpression><text>sum(for i in 1..100 return i)</text>
        </literalExpression></decision>"#,
    );
    let decisions = Decisions::read(&[("plain.dmn", plain.as_bytes())]).expect("a model");
    let answer = decisions.evaluate("urn:test", "d", &Context::new()).expect("a sum");
    assert_eq!(answer.value, Value::whole(5_050));
}

#[test]
fn an_evaluation_opens_no_socket() {
    if std::env::var_os(CHILD).is_some() {
        // Sockets that the parent left open are not ours: only new ones count. A watcher on a thread of its own looks
        // while the work runs, so that one opened and closed in between would have to be quicker than it.
        let before = sockets();
        let stop = std::sync::atomic::AtomicBool::new(false);
        let seen = std::thread::scope(|scope| {
            let watcher = scope.spawn(|| {
                let (mut seen, mut looked) = (BTreeSet::new(), 0_u64);
                while !stop.load(std::sync::atomic::Ordering::Relaxed) || looked < 10 {
                    seen.extend(sockets());
                    assert_eq!(towards_the_server(), 0);
                    looked += 1;
                }
                seen
            });
            for _ in 0..20 {
                evaluate_everything();
            }
            stop.store(true, std::sync::atomic::Ordering::Relaxed);
            watcher.join().expect("the watcher")
        });
        assert_eq!(seen.difference(&before).count(), 0);
        assert_eq!(sockets().difference(&before).count(), 0);
        // The watch itself works: a socket that is opened is seen.
        let open = std::net::UdpSocket::bind("127.0.0.1:0").expect("a socket");
        assert_eq!(sockets().difference(&before).count(), 1);
        drop(open);
        return;
    }
    let child = std::process::Command::new(std::env::current_exe().expect("this test"))
        .args(["--exact", "sockets::an_evaluation_opens_no_socket", "--nocapture"])
        .env(CHILD, "1")
        .output()
        .expect("a child");
    let out = String::from_utf8_lossy(&child.stdout);
    assert!(child.status.success(), "{out}{}", String::from_utf8_lossy(&child.stderr));
    assert!(out.contains("1 passed"), "{out}");
}
