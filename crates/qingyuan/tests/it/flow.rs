//! Models at the command line: checked with place and mend, tried by a script.

use std::path::{Path, PathBuf};

use crate::support::{Folder, Ran};

fn example(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs/cn/processes");
    folder.join(name).display().to_string()
}

/// The example with a change, in a folder of the test.
fn changed(folder: &Folder, name: &str, from: &str, to: &str) -> PathBuf {
    let text = std::fs::read_to_string(example(name)).unwrap();
    assert!(text.contains(from), "{from}");
    let path = folder.path().join(Path::new(name).file_name().unwrap());
    std::fs::write(&path, text.replace(from, to)).unwrap();
    path
}

fn run(folder: &Folder, arguments: &[&str]) -> Ran {
    let ran = folder.run(&[&["flow"], arguments].concat());
    ran.sound();
    ran
}

#[test]
fn the_example_can_be_deployed_and_does_what_its_trial_expects() {
    let folder = Folder::new();
    let (process, decision, script) = (example("permit.bpmn"), example("permit.dmn"), example("permit.trial.json"));
    let lint = run(&folder, &["lint", &process, &decision]);
    assert_eq!(lint.code, 0, "{}{}", lint.out, lint.err);
    let ran = run(&folder, &["run", &process, &decision, "--script", &script]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    let outcome: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(outcome["status"], "completed");
    assert_eq!(outcome["variables"]["fee"], 200);
    let trace = outcome["trace"].as_array().unwrap();
    let decided = trace.iter().find(|it| it["what"]["event"] == "decided").unwrap();
    assert_eq!(decided["what"]["hits"][0][1], "middle", "which rule matched is told");
    // The same again, to the letter.
    assert_eq!(run(&folder, &["run", &process, &decision, "--script", &script]).out, ran.out);
}

#[test]
fn every_packaged_process_is_accepted_and_each_of_its_trials_ends_as_it_says() {
    let folder = Folder::new();
    let packs = std::fs::read_dir(example("")).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir());
    let (mut processes, mut trials) = (0, 0);
    for pack in packs {
        let files = std::fs::read_dir(&pack).unwrap().map(|entry| entry.unwrap().path().display().to_string());
        let (scripts, model): (Vec<String>, Vec<String>) = files.partition(|name| name.ends_with(".trial.json"));
        let model: Vec<&str> = model.iter().map(String::as_str).collect();
        let lint = run(&folder, &[&["lint"], model.as_slice()].concat());
        assert_eq!(lint.code, 0, "{}: {}{}", pack.display(), lint.out, lint.err);
        for script in &scripts {
            let ran = run(&folder, &[&["run"], model.as_slice(), &["--script", script]].concat());
            assert_eq!(ran.code, 0, "{script}: {}", ran.err);
        }
        (processes, trials) = (processes + 1, trials + scripts.len());
    }
    assert!(processes >= 11 && trials >= 39, "{processes} processes with {trials} trials");
}

#[test]
fn what_stands_in_the_way_is_said_with_place_and_mend() {
    let folder = Folder::new();
    let decision = example("permit.dmn");
    // Name, change, rule; a word of each language.
    let cases = [
        ("a service without a type", " qy:type=\"notify\"", "", "FLOW04", "qy:type", "kind of worker"),
        ("a task for nobody", " qy:candidates=\"organ-head\"", "", "FLOW05", "没有人可以办理", "Nobody could do"),
        ("a timer that is none", ">P3D<", ">P3X<", "EXT134", "ISO 8601", "ISO 8601"),
        ("a name that nothing declares", "<qy:local name=\"complete\"/>", "", "FLOW02", "没有声明", "nothing declares"),
        ("a flow that leads nowhere", "targetRef=\"end\"", "targetRef=\"ende\"", "EXT003", "", ""),
        ("an entity", "<?xml version=\"1.0\" encoding=\"UTF-8\"?>", "<!DOCTYPE d [<!ENTITY a \"b\">]>", "XML3", "", ""),
        ("no XML", "</definitions>", "", "XML1", "", ""),
    ];
    for (case, from, to, rule, zh, en) in cases {
        let process = changed(&folder, "permit.bpmn", from, to).display().to_string();
        let lint = run(&folder, &["lint", &process, &decision]);
        assert_eq!(lint.code, 1, "{case}: {}{}", lint.out, lint.err);
        let line = lint.out.lines().find(|line| line.contains(rule));
        let line = line.unwrap_or_else(|| panic!("{case}: {}", lint.out));
        let place = line.strip_prefix(&format!("{process}:")).unwrap_or_else(|| panic!("{case}: {line}"));
        let mut numbers = place.split([':', ' ']);
        assert!(numbers.by_ref().take(2).all(|it| it.parse::<u32>().is_ok_and(|it| it > 0)), "{case}: {line}");
        assert!(line.contains(en), "{case}: {line}");
        let json: serde_json::Value =
            serde_json::from_str(&run(&folder, &["lint", "--json", &process, &decision]).out).unwrap();
        assert_eq!(json["accepted"], false, "{case}");
        let found = json["findings"].as_array().unwrap().iter().find(|found| found["rule"] == rule).unwrap();
        assert!(
            found["what"]["zh"].as_str().unwrap().contains(zh) || found["mend"]["zh"].as_str().unwrap().contains(zh)
        );
        for said in ["what", "mend"] {
            for language in ["zh", "en"] {
                assert!(found[said][language].as_str().is_some_and(|it| it.len() > 3), "{case}: {found}");
            }
        }
        let tried = run(&folder, &["run", &process, &decision]);
        assert_eq!((tried.code, tried.err.contains(rule)), (1, true), "{case}: what cannot be deployed is not tried");
    }
    // Forms are among what is checked, as on a node: what they ask for is known, and one that is none is named.
    let all: Vec<String> = ["licence.bpmn", "licence.dmn", "apply.json", "accept.json", "check.json", "serve.json"]
        .map(|name| example(&format!("licence/{name}")))
        .into();
    let lint = |files: &[String]| {
        run(&folder, &[&["lint"], &files.iter().map(String::as_str).collect::<Vec<_>>()[..]].concat())
    };
    let whole = lint(&all);
    assert!(whole.code == 0 && !whole.out.contains("FLOW02"), "{}{}", whole.out, whole.err);
    let form = changed(&folder, "licence/check.json", "boolean", "bolean").display().to_string();
    let wrong = lint(&[&all[..4], std::slice::from_ref(&form), &all[5..]].concat());
    assert!(wrong.code == 1 && wrong.out.contains("FORM01") && wrong.out.contains(&form), "{}{}", wrong.out, wrong.err);
    let without = lint(&all[..5]);
    assert!(without.code == 1 && without.out.contains("FORM02"), "{}", without.out);
    let rounds = "<multiInstanceLoopCharacteristics qy:consent=\"agred\"><loopCardinality xsi:type=\"tFormalExpression\">2</loopCardinality></multiInstanceLoopCharacteristics>";
    let misnamed = changed(
        &folder,
        "licence/licence.bpmn",
        "<outgoing>to-agreed</outgoing>",
        &format!("<outgoing>to-agreed</outgoing>{rounds}"),
    );
    let misnamed = lint(&[&[misnamed.display().to_string()], &all[1..]].concat());
    assert!(
        misnamed.code == 1 && misnamed.out.contains("FORM03") && misnamed.out.contains("agred"),
        "{}",
        misnamed.out
    );
    // A decision that its process needs is to be among the files.
    let alone = run(&folder, &["lint", &example("permit.bpmn")]);
    assert!(alone.code == 1 && alone.out.contains("FLOW15"), "{}", alone.out);
    // A table with a hole says which input nobody decides.
    let holed = changed(&folder, "permit.dmn", "[100..500)", "[100..400)").display().to_string();
    let lint = run(&folder, &["lint", &example("permit.bpmn"), &holed]);
    assert!(lint.out.contains("permit.dmn") && lint.out.contains("gap"), "{}", lint.out);
}

#[test]
fn where_tokens_would_wait_for_ever_is_said_with_the_way_that_leads_there() {
    let folder = Folder::new();
    let decision = example("permit.dmn");
    let sound = run(&folder, &["lint", &example("permit.bpmn"), &decision]);
    assert!(!["FLOW24", "FLOW25", "FLOW26", "FLOW27"].iter().any(|rule| sound.out.contains(rule)), "{}", sound.out);
    let waits = "<userTask id=\"accept\" startQuantity=\"2\"";
    let process = changed(&folder, "permit.bpmn", "<userTask id=\"accept\"", waits).display().to_string();
    let lint = run(&folder, &["lint", &process, &decision]);
    assert_eq!(lint.code, 0, "a warning stands in nobody's way: {}", lint.out);
    let line = lint.out.lines().find(|line| line.contains("FLOW25")).unwrap_or_else(|| panic!("{}", lint.out));
    assert!(line.contains(" (accept)") && line.contains("收到申请 → 受理审查"), "{line}");
    let json = run(&folder, &["lint", "--json", &process, &decision]).out;
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    let found = json["findings"].as_array().unwrap().iter().find(|found| found["rule"] == "FLOW25").unwrap();
    assert_eq!((&found["severity"], &found["path"]), (&"warning".into(), &serde_json::json!(["start", "accept"])));
    let tried = run(&folder, &["run", &process, &decision]);
    assert!(tried.out.contains("\"stuck\""), "and so it is: {}{}", tried.out, tried.err);
}

#[test]
fn what_a_trial_comes_to_is_held_against_what_is_expected() {
    let folder = Folder::new();
    let (process, decision) = (example("permit.bpmn"), example("permit.dmn"));
    let with = |from: &str, to: &str| {
        let script = changed(&folder, "permit.trial.json", from, to).display().to_string();
        run(&folder, &["run", &process, &decision, "--script", &script])
    };
    let other = with("\"fee\": 200", "\"fee\": 600");
    assert_eq!(other.code, 1, "{}", other.err);
    assert!(other.err.contains("fee") && other.err.contains("600") && other.err.contains("200"), "{}", other.err);
    let same = with("\"by\": \"head\"", "\"by\": \"clerk\"");
    assert_eq!(same.code, 1);
    assert!(same.err.contains("steps") || same.err.contains("5"), "one person does not do both: {}", same.err);
    assert!(same.err.contains("不得办理") || same.err.contains("may not do this"), "in words of people: {}", same.err);
    for (case, from, to, word) in [
        ("no such task", "\"complete\": \"check\"", "\"complete\": \"chek\"", "chek"),
        ("no such message", "\"message\": \"materials\"", "\"message\": \"material\"", "material"),
        ("no duration", "P4D", "four days", "steps[3]"),
        ("no such step", "\"advance\"", "\"wait\"", "wait"),
        ("no JSON", "{\n", "", "permit.trial.json"),
        ("no such process", "\"process\": \"permit\"", "\"process\": \"permits\"", "permits"),
    ] {
        let ran = with(from, to);
        assert_eq!(ran.code, 1, "{case}: {}", ran.out);
        assert!(ran.err.contains(word) && ran.out.is_empty(), "{case}: {}", ran.err);
    }
    run(&folder, &["run", "none.bpmn"]).refused(&["none.bpmn"]);
}

#[test]
fn what_moving_to_another_version_would_come_to_is_said_and_nothing_moves() {
    let folder = Folder::new();
    let (process, decision) = (example("permit.bpmn"), example("permit.dmn"));
    let script = folder.path().join("begun.json");
    let text = std::fs::read_to_string(example("permit.trial.json")).unwrap();
    let mut begun: serde_json::Value = serde_json::from_str(&text).unwrap();
    (begun["steps"], begun["expect"]) = (serde_json::json!([]), serde_json::json!({}));
    std::fs::write(&script, begun.to_string()).unwrap();
    let ran = run(&folder, &["run", &process, &decision, "--script", &script.display().to_string()]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    let open: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    let offered = open["trace"].as_array().unwrap().iter().find(|it| it["what"]["event"] == "task_offered").unwrap();
    let task = offered["what"]["of"]["element"].as_str().unwrap();
    let trace = folder.path().join("trace.json").display().to_string();
    std::fs::write(&trace, &ran.out).unwrap();

    let plan = |to: &str, more: &[&str]| {
        let files = ["plan", "--from", &process, "--from", &decision, "--to", to, "--to", &decision];
        run(&folder, &[&files[..], more, &[&trace]].concat())
    };
    let same = plan(&process, &[]);
    assert_eq!(same.code, 0, "{}{}", same.out, same.err);
    assert!(same.out.contains("#0 active") && same.out.contains("Can be moved."), "{}", same.out);

    let text = std::fs::read_to_string(&process).unwrap().replace(&format!("\"{task}\""), "\"other\"");
    let renamed = folder.path().join("renamed.bpmn").display().to_string();
    std::fs::write(&renamed, text).unwrap();
    let needs = plan(&renamed, &["--json"]);
    assert_eq!(needs.code, 1, "{}{}", needs.out, needs.err);
    let said: serde_json::Value = serde_json::from_str(&needs.out).unwrap();
    assert_eq!((&said[0]["verdict"], &said[0]["elements"][0]), (&"needs-mapping".into(), &task.into()));
    assert!(said[0]["what"]["zh"].as_str().unwrap().contains(task), "{said}");

    let nowhere = plan(&renamed, &["--json", "--pair", &format!("{task}=nowhere")]);
    let said: serde_json::Value = serde_json::from_str(&nowhere.out).unwrap();
    assert_eq!((nowhere.code, &said[0]["blocked"][0]["reason"]), (1, &"no-target".into()));
    let paired = plan(&renamed, &["--pair", &format!("{task}=other")]);
    assert_eq!(paired.code, 0, "{}{}", paired.out, paired.err);
}
