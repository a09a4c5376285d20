//! Keeping a node: its keys rotated, backed up and restored, its ledger backed up while it serves and restored elsewhere.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use crate::support::{Folder, Ran};

const PASSWORD: &str = "qingyuan-demo";
const PASSPHRASE: &str = "sixteen characters or more";

/// A small demo node: its officers have passwords.
fn demo() -> Folder {
    let folder = Folder::new();
    let ran = folder.run(&["demo", "--processes", "40"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    folder
}

fn told(folder: &Folder, arguments: &[&str], lines: &[&str]) -> Ran {
    folder.run_in("en_GB.UTF-8", arguments, Some((lines.join("\n") + "\n").as_bytes()))
}

/// A node that serves until it is dropped.
struct Serving {
    child: Child,
    address: String,
}

impl Serving {
    fn of(folder: &Folder) -> Serving {
        Serving::with(folder, &[])
    }

    /// With these variables.
    fn with(folder: &Folder, variables: &[(&str, &str)]) -> Serving {
        let arguments = ["serve", "--listen", "127.0.0.1:0", "--operations", "127.0.0.1:0"];
        let mut command = folder.command("en_GB.UTF-8", &arguments);
        let mut child =
            command.envs(variables.iter().copied()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let mut first = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut first).unwrap();
        let address = first.split_whitespace().find(|word| word.starts_with("http://")).unwrap();
        Serving { address: address.trim_end_matches('/').to_owned(), child }
    }
}

impl Serving {
    /// What it answers to everybody.
    fn get(&self, path: &str) -> String {
        let host = self.address.trim_start_matches("http://");
        let mut stream = TcpStream::connect(host).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer.split_once("\r\n\r\n").unwrap().1.to_owned()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn a_backup_of_a_serving_node_is_restored_and_proved_to_be_its_beginning() {
    let from = demo();
    let serving = Serving::of(&from);
    let backup = from.path().join("backup").display().to_string();
    let keys = from.path().join("keys.age").display().to_string();
    let ran = from.run(&["backup", &backup]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    told(&from, &["keys", "backup", &keys], &["short"]).refused(&["too short"]);
    let ran = told(&from, &["keys", "backup", &keys], &[PASSPHRASE]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    told(&from, &["keys", "backup", &keys], &[PASSPHRASE]).refused(&["exists already"]);

    let to = Folder::new();
    to.run(&["restore", &backup]).refused(&["keys restore"]);
    told(&to, &["keys", "restore", &keys], &["a wrong passphrase"]).refused(&["passphrase is wrong"]);
    assert_eq!(told(&to, &["keys", "restore", &keys], &[PASSPHRASE]).code, 0);
    let ran = to.run(&["restore", &backup, "--live", &serving.address]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("restored and verified") && ran.out.contains("Proved"), "{}", ran.out);
    to.run(&["restore", &backup]).refused(&["node"]);
    for command in [&["verify"][..], &["rebuild"], &["verify", "--incremental"], &["keys", "show"]] {
        let ran = to.run(command);
        assert_eq!(ran.code, 0, "{command:?}: {}{}", ran.out, ran.err);
    }
    // A log that is another one is no beginning of it.
    drop(serving);
    let other = demo();
    let serving = Serving::of(&other);
    let ran = to.run(&["verify", "--live", &serving.address]);
    assert_eq!(ran.code, 1, "{}{}", ran.out, ran.err);
}

#[test]
fn checkpoints_carry_a_signature_beside_where_it_is_configured() {
    let folder = demo();
    let own = folder.run(&["keys", "show"]).out.lines().count();
    let beside = [("QINGYUAN_CHECKPOINT_BESIDE", "sm2")];
    let faulty = folder.command("en_GB.UTF-8", &["serve"]).env("QINGYUAN_CHECKPOINT_BESIDE", "sm4").output().unwrap();
    assert_eq!(faulty.status.code(), Some(1), "{}", String::from_utf8_lossy(&faulty.stderr));
    let serving = Serving::with(&folder, &beside);
    // The signer signs when the log has grown.
    let release =
        r#"{"ocid":"ocds-a-1","id":"1","date":"2026-01-01T00:00:00Z","tag":["tender"],"initiationType":"tender"}"#;
    let ran = folder.run(&["import", "ocds", &folder.file("one.jsonl", release)]);
    assert!([0, 2].contains(&ran.code), "{}{}", ran.out, ran.err);
    let signatures = |note: &str| note.lines().filter(|line| line.starts_with('\u{2014}')).count();
    let deadline = Instant::now() + Duration::from_secs(30);
    while signatures(&serving.get("/log/checkpoint")) < 2 {
        assert!(Instant::now() < deadline, "{}", serving.get("/log/checkpoint"));
        std::thread::sleep(Duration::from_millis(100));
    }
    assert_eq!(serving.get("/log/key").lines().count(), 2);
    drop(serving);
    assert_eq!(folder.run(&["keys", "show"]).out.lines().count(), own + 1);
    let ran = folder.run(&["verify"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
}

#[test]
fn a_key_is_rotated_by_two_administrators_at_the_console() {
    let folder = demo();
    let rotate = |first: &str, second: &str, passwords: &[&str]| {
        told(&folder, &["keys", "rotate", "--first", first, "--second", second], passwords)
    };
    let both = [PASSWORD, PASSWORD];
    rotate("system", "system", &both).refused(&["two persons"]);
    rotate("security", "system", &both).refused(&["system administrator"]);
    rotate("system", "inspector", &both).refused(&["security administrator"]);
    rotate("system", "security", &[PASSWORD, "wrong"]).refused(&["security"]);
    let before = folder.run(&["keys", "show"]).out;
    let ran = rotate("system", "security", &both);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    rotate("system", "security", &both).refused(&["not finished"]);
    let after = folder.run(&["keys", "show"]).out;
    assert_eq!((before.lines().count(), after.lines().count()), (2, 3), "{before}{after}");
    // The node goes on under both, and the log verifies.
    drop(Serving::of(&folder));
    let ran = folder.run(&["verify"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
}

#[test]
fn a_faulty_policy_stops_the_start_and_names_the_line() {
    let folder = Folder::with_node();
    std::fs::write(folder.data().join("policy.txt"), "# 见证\nquorum nobody\n").unwrap();
    folder.run(&["serve", "--listen", "127.0.0.1:0"]).refused(&["policy.txt", "line 2"]);
}
