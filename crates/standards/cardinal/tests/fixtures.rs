//! The public fixtures of Cardinal (open-contracting/cardinal-rs, MIT), where the folder is there.
//!
//! Cases are found by walking the folder, so that others of the same kinds can be put beside them.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use serde_json::Value;

fn folder(name: &str) -> Option<PathBuf> {
    outside_data::folder("ocds/cardinal-fixtures").map(|all| all.join(name)).filter(|folder| folder.is_dir())
}

/// Files by stem, and of each stem the content by extension.
fn cases(folder: &Path) -> BTreeMap<String, BTreeMap<String, PathBuf>> {
    let mut cases: BTreeMap<String, BTreeMap<String, PathBuf>> = BTreeMap::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let part = |part: Option<&std::ffi::OsStr>| part.unwrap_or_default().to_string_lossy().into_owned();
        // A stem may hold points of its own (a threshold of 0.5), an extension does not.
        cases.entry(part(path.file_stem())).or_default().insert(part(path.extension()), path);
    }
    cases
}

fn run(args: &[&std::ffi::OsStr]) -> (i32, String, String) {
    let args: Vec<OsString> = args.iter().map(OsString::from).collect();
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let code = cardinal::run(&args, &mut std::io::empty(), &mut out, &mut err);
    let text = |bytes| String::from_utf8(bytes).expect("text");
    (code, text(out), text(err))
}

/// Equal but for the order of keys, as the contract compares.
fn same(got: &str, expected: &Path) -> bool {
    let expected = std::fs::read_to_string(expected).expect("readable");
    let parse = |text: &str| serde_json::from_str::<Value>(text).ok();
    parse(got).is_some() && parse(got) == parse(&expected)
}

/// `R003-threshold-5-procurement_methods-open+selective`: codes joined by `+`, then keys and values; `+` stands for `|`.
fn settings_in(name: &str) -> String {
    let mut parts = name.split('-');
    let codes = parts.next().unwrap_or_default();
    let rest: Vec<&str> = parts.collect();
    let keys: String = rest.chunks(2).map(|pair| format!("{}\n", pair.join(" = ").replace('+', "|"))).collect();
    let sections: String = codes.split('+').map(|code| format!("[{code}]\n{keys}")).collect();
    format!("no_price_comparison_procurement_methods = NPC\n[exclusions]\nprocurement_method_details = EXC\n{sections}")
}

fn report(kind: &str, ran: usize, failed: &[String]) {
    println!("cardinal fixtures {kind}: {ran} ran, {} passed", ran - failed.len());
    assert!(failed.is_empty(), "{kind} failed: {failed:?}");
}

#[test]
fn coverage() {
    let Some(folder) = folder("coverage") else { return };
    let (mut ran, mut failed) = (0, Vec::new());
    for (name, files) in cases(&folder) {
        let (Some(input), Some(expected)) = (files.get("jsonl"), files.get("expected")) else { continue };
        ran += 1;
        let (code, out, _) = run(&["coverage".as_ref(), input.as_os_str()]);
        if code != 0 || !same(&out, expected) {
            failed.push(name);
        }
    }
    report("coverage", ran, &failed);
}

#[test]
fn indicators() {
    let Some(folder) = folder("indicators") else { return };
    let work = tempfile::tempdir().expect("a folder");
    let settings = work.path().join("settings.ini");
    let (mut ran, mut failed) = (0, Vec::new());
    for (name, files) in cases(&folder) {
        let (Some(input), Some(expected)) = (files.get("jsonl"), files.get("expected")) else { continue };
        ran += 1;
        std::fs::write(&settings, settings_in(&name)).expect("writable");
        let args =
            ["indicators".as_ref(), "--no-meta".as_ref(), "-s".as_ref(), settings.as_os_str(), input.as_os_str()];
        let (code, out, _) = run(&args);
        if code != 0 || !same(&out, expected) {
            failed.push(name);
        }
    }
    report("indicators", ran, &failed);
}

/// Settings for the inputs of `prepare`, by what their names say is tried.
fn prepare_settings(name: &str) -> String {
    let mut settings = String::new();
    for (part, text) in [
        ("amount", "[redactions]\namount = 0|99999999\n"),
        (
            "defaults",
            "[defaults]\ncurrency = USD\nitem_classification_scheme = UNSPSC\nbid_status = valid\naward_status = active\nparty_roles = true\n",
        ),
        ("move_auctions", "[modifications]\nmove_auctions = true\n"),
        (
            "prefix_organization_id",
            "[modifications]\nprefix_buyer_or_procuring_entity_id = DO-UC-\nprefix_tenderer_or_supplier_id = DO-RPE-\n",
        ),
        ("split_procurement_method_details", "[modifications]\nsplit_procurement_method_details = -\n"),
        ("contract_status", "[corrections]\naward_status_by_contract_status = true\n"),
    ] {
        if name.contains(part) {
            settings.push_str(text);
        }
    }
    settings
}

/// Where a case comes with an expected output, it must be met byte for byte. The published inputs come without: then
/// as many lines must come out, and correcting the corrected must change nothing.
#[test]
fn prepare() {
    let Some(folder) = folder("prepare") else { return };
    let work = tempfile::tempdir().expect("a folder");
    let at = |name: &str| work.path().join(name);
    let (settings, output, again, errors) = (at("settings.ini"), at("output"), at("again"), at("errors"));
    let prepare = |input: &Path, output: &Path| {
        run(&[
            "prepare".as_ref(),
            "--settings".as_ref(),
            settings.as_os_str(),
            "-o".as_ref(),
            output.as_os_str(),
            "-e".as_ref(),
            errors.as_os_str(),
            input.as_os_str(),
        ])
        .0
    };
    let read = |path: &Path| std::fs::read_to_string(path).expect("readable");
    let (mut ran, mut failed, mut compared) = (0, Vec::new(), 0);
    for (name, files) in cases(&folder) {
        let Some(input) = files.get("jsonl") else { continue };
        ran += 1;
        let text = files.get("ini").map_or_else(|| prepare_settings(&name), |path| read(path));
        std::fs::write(&settings, text).expect("writable");
        let mut passed = prepare(input, &output) == 0;
        let got = read(&output);
        if let Some(expected) = files.get("expected").or(files.get("out")) {
            compared += 1;
            passed &= got == read(expected);
        }
        if let Some(expected) = files.get("csv").or(files.get("err")) {
            passed &= read(&errors) == read(expected);
        }
        passed &= got.lines().count() == read(input).lines().count();
        passed &= prepare(&output, &again) == 0 && read(&again) == got;
        if !passed {
            failed.push(name);
        }
    }
    println!("cardinal fixtures prepare: {compared} of {ran} come with an expected output");
    report("prepare", ran, &failed);
}
