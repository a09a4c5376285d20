//! Prints the findings of BPMN files: `cargo run -p bpmn --example lint -- FILE…`

use std::process::ExitCode;
use std::time::Instant;

fn main() -> ExitCode {
    let mut faults = 0;
    for path in std::env::args().skip(1) {
        let bytes = match std::fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) => {
                eprintln!("{path}: {error}");
                return ExitCode::from(2);
            }
        };
        let start = Instant::now();
        let model = bpmn::Model::read(&bytes);
        let read = start.elapsed();
        let findings = match &model {
            Ok(model) => bpmn::lint::lint_document(&model.document),
            Err(fault) => vec![bpmn::lint::unreadable(fault)],
        };
        eprintln!("{path}: read in {read:?}, judged in {:?}, {} findings", start.elapsed() - read, findings.len());
        for finding in findings.iter().take(1000) {
            let element = finding.element.as_deref().unwrap_or("-");
            println!("{path}:{}:{}: {} {element} {:?}", finding.line, finding.column, finding.rule, finding.arguments);
        }
        faults += findings.iter().filter(|finding| finding.severity == bpmn::Severity::Error).count();
    }
    if faults > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
