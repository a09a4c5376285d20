//! Models put up and cases moved at the command line, on a node's data: who acts signs in, a dry run changes nothing.

use std::path::Path;

use crate::support::{Folder, Ran};

const PASSWORD: &str = "qingyuan-demo";

fn told(folder: &Folder, arguments: &[&str]) -> Ran {
    let ran = folder.run_in("en_GB.UTF-8", arguments, Some(format!("{PASSWORD}\n").as_bytes()));
    ran.sound();
    ran
}

fn files() -> Vec<String> {
    let licence = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs/cn/processes/licence");
    let names = ["licence.bpmn", "licence.dmn", "apply.json", "accept.json", "check.json", "serve.json"];
    names.iter().map(|name| licence.join(name).display().to_string()).collect()
}

#[test]
fn a_model_is_put_up_and_cases_are_moved_by_who_may_and_nobody_else() {
    let folder = Folder::new();
    assert_eq!(folder.run(&["demo", "--processes", "40"]).code, 0);
    let files = files();
    let deploy = |login: &str, reason: &str, files: &[String]| {
        let mut arguments = vec!["flow", "deploy", "--as", login, "--name", "Licence", "--reason", reason];
        arguments.extend(files.iter().map(String::as_str));
        told(&folder, &arguments)
    };
    deploy("head", "as tried", &files).refused(&["permission", "model.propose"]);
    deploy("nobody", "as tried", &files).refused(&["wrong"]);
    deploy("steward", " ", &files).refused(&["reason"]);
    // Without its forms it cannot be deployed: place and mend are said.
    let faulty = deploy("steward", "as tried", &files[..2]);
    faulty.refused(&["errors"]);
    assert!(faulty.out.contains("FLOW02") && faulty.out.contains("licence.bpmn:26"), "{}", faulty.out);
    let put = deploy("steward", "as tried", &files);
    assert!(put.code == 0 && put.out.contains("/models/"), "{}{}", put.out, put.err);

    let migrate =
        |more: &[&str]| told(&folder, &[&["flow", "migrate", "--process", "licence", "--to", "2"], more].concat());
    migrate(&[]).refused(&["--as", "--dry-run"]);
    migrate(&["--pair", "serve", "--dry-run"]).refused(&["OLD=NEW"]);
    told(&folder, &["flow", "migrate", "--process", "licence", "--to", "9", "--dry-run"]).refused(&["2, 1"]);
    let tried = migrate(&["--dry-run", "--json"]);
    let all: serde_json::Value = serde_json::from_str(&tried.out).unwrap();
    let waits = all.as_array().unwrap().iter().find(|case| case["verdict"] == "needs-mapping").unwrap();
    assert_eq!(tried.code, 1, "{}", tried.out);
    assert!(waits["said"][0]["what"]["zh"].as_str().is_some_and(|what| what.contains("serve")), "{}", tried.out);
    assert!(!tried.out.contains("示例"), "no words of a case: {}", tried.out);
    let paired = migrate(&["--pair", "serve=deliver", "--rederive", "--dry-run"]);
    assert!(paired.code == 0 && paired.out.contains("nothing was changed"), "{}", paired.out);
    assert_eq!(migrate(&["--pair", "serve=deliver", "--dry-run"]).code, 0, "the dry run changed nothing");
    let moving = |login: &str| migrate(&["--pair", "serve=deliver", "--as", login, "--reason", "amended"]);
    moving("steward").refused(&["permission", "case.migrate"]);
    let moved = moving("head");
    assert!(moved.code == 0 && moved.out.contains("moved: 1, staying: 0"), "{}{}", moved.out, moved.err);
    moving("head").refused(&["no case"]);
    assert_eq!(folder.run(&["rebuild"]).code, 0, "the rows are what the acts say");
}
