//! Exit codes and refusals.

use std::net::TcpListener;

use crate::support::Folder;

#[test]
fn usage_is_64_and_help_is_0() {
    let folder = Folder::new();
    for arguments in [
        &["--nonsense"][..],
        &["fly"],
        &["import"],
        &["init"],
        &["serve", "--listen"],
        &["screen", "--format", "xml", "-"],
    ] {
        let ran = folder.run(arguments);
        assert_eq!(ran.code, 64, "{arguments:?}: {}{}", ran.out, ran.err);
        ran.sound();
    }
    for arguments in [&["--help"][..], &["--version"], &["import", "ocds", "--help"], &["serve", "--help"]] {
        let ran = folder.run(arguments);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{arguments:?}");
    }
}

#[test]
fn a_folder_without_a_node_names_init() {
    let folder = Folder::new();
    let file = folder.file("a.jsonl", "{}\n");
    for arguments in [
        &["serve", "--listen", "127.0.0.1:0", "--operations", "127.0.0.1:0"][..],
        &["import", "ocds", &file],
        &["import", "table", "--map", "tsuchiura", &file],
        &["import", "organs", &file],
        &["screen", "--source", "imported"],
        &["verify"],
        &["rebuild"],
        &["doctor"],
    ] {
        folder.run(arguments).refused(&["qingyuan init"]);
        assert!(!folder.data().exists(), "{arguments:?} makes no folder");
    }
    let chinese = folder.run_in("zh_CN.UTF-8", &["verify"], None);
    chinese.refused(&["请先运行 qingyuan init"]);
    assert!(!chinese.err.contains("There is no node"), "one language: {}", chinese.err);
}

#[test]
fn folders_that_cannot_be_used_are_refused_in_a_sentence() {
    let folder = Folder::with_node();
    let again = ["init", "--division", "320500000000", "--name", "x", "--name-en", "x", "--domain", "test.invalid"];
    folder.run(&again).refused(&["already"]);
    folder.run(&["demo"]).refused(&["node in earnest"]);
    let toml = folder.data().join("node.toml");
    let text = std::fs::read_to_string(&toml).unwrap();
    std::fs::write(&toml, text.replace("layout = 1", "layout = 99")).unwrap();
    folder.run(&["verify"]).refused(&["newer version"]);
    std::fs::write(&toml, "layout = [").unwrap();
    folder.run(&["verify"]).refused(&["cannot be understood"]);
    // A file where the folder should be: nobody can write there, root neither.
    let file = folder.file("plain", "");
    let mut arguments = again.to_vec();
    arguments.extend(["--data", &file]);
    folder.run(&arguments).refused(&["cannot be written"]);
    let bad =
        ["init", "--division", "999", "--name", "x", "--name-en", "x", "--domain", "test.invalid", "--data", "other"];
    folder.run(&bad).refused(&["--division"]);
}

#[test]
fn a_taken_port_and_an_open_address_are_refused() {
    let folder = Folder::with_node();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    folder.run(&["serve", "--listen", &address, "--operations", "127.0.0.1:0"]).refused(&["is taken", "--listen"]);
    folder.run(&["serve", "--listen", "nowhere"]).refused(&["not address:port"]);
    folder.run(&["serve", "--listen", "127.0.0.1:0", "--operations", "0.0.0.0:0"]).refused(&["loopback"]);
}

#[test]
fn a_new_node_verifies_rebuilds_and_shows_its_codes_once() {
    let (folder, ran) = Folder::founded();
    for login in ["sysadmin", "secadmin", "auditadmin"] {
        assert!(ran.out.contains(login), "{}", ran.out);
    }
    let codes: Vec<&str> = ran.out.lines().filter_map(|line| line.split_whitespace().nth(1)).collect();
    let verified = folder.run(&["verify"]);
    assert_eq!(verified.code, 0, "{}", verified.err);
    assert!(verified.out.contains("sound"));
    let rebuilt = folder.run(&["rebuild"]);
    assert_eq!(rebuilt.code, 0, "{}{}", rebuilt.out, rebuilt.err);
    // What was shown is kept nowhere in the clear.
    let database = std::fs::read(folder.data().join("node.sqlite")).unwrap();
    for code in codes.iter().filter(|code| code.len() >= 12) {
        assert!(!database.windows(code.len()).any(|window| window == code.as_bytes()), "a code lies in the database");
    }
}

#[test]
fn a_file_is_screened_whole_and_in_parts_alike() {
    let folder = Folder::new();
    let plan = testkit::demo::Plan { processes: 120, ..testkit::demo::Plan::DEMO };
    let mut all = Vec::new();
    testkit::demo::corpus_jsonl(&plan, &mut all).unwrap();
    let whole = folder.run_in("en", &["screen", "--as-of", "2026-11-18", "--format", "csv", "-"], Some(&all));
    assert_eq!(whole.code, 0, "{}", whole.err);
    assert!(whole.out.lines().count() > 20, "{}", whole.out);
    let lines: Vec<&[u8]> = all.split_inclusive(|byte| *byte == b'\n').collect();
    let parts: Vec<String> = lines
        .chunks(50)
        .enumerate()
        .map(|(at, lines)| {
            let file = folder.file(&format!("part-{at}.jsonl"), lines.concat());
            let part = folder.run(&["screen", "--as-of", "2026-11-18", "--partial", &file]);
            assert_eq!(part.code, 0, "{}", part.err);
            folder.file(&format!("part-{at}.out"), part.out)
        })
        .collect();
    let mut arguments = vec!["screen", "merge"];
    arguments.extend(parts.iter().map(String::as_str));
    let merged = folder.run(&arguments);
    assert_eq!(merged.code, 0, "{}", merged.err);
    let json = folder.run_in("en", &["screen", "--as-of", "2026-11-18", "-"], Some(&all));
    // The whole is printed as it is read, parts when they are brought together: the same flags in another order.
    let sorted = |out: &str| {
        let mut lines: Vec<String> = out.lines().map(|line| line.trim_end_matches(',').to_owned()).collect();
        lines.sort();
        lines
    };
    let (merged, whole) = (sorted(&merged.out), sorted(&json.out));
    assert_eq!(merged.len(), whole.len());
    for (merged, whole) in merged.iter().zip(&whole) {
        assert!(merged == whole, "in parts as whole:\n{:.400}\n{:.400}", merged, whole);
    }
}
