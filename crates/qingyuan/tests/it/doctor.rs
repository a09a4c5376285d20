//! `doctor` finds what is wrong in a real folder, says how to mend it, and ends with 1; mended, the line is fine again.

use std::os::unix::fs::PermissionsExt as _;

use crate::running::Running;
use crate::support::{Folder, Ran};

/// The line about something, and the arrow under it if there is one.
fn about<'o>(ran: &'o Ran, words: &str) -> (&'o str, &'o str) {
    let mut lines = ran.out.lines();
    let line = lines.by_ref().find(|line| line.contains(words)).unwrap_or_else(|| panic!("{words} in\n{}", ran.out));
    (line, lines.next().filter(|next| next.starts_with("  → ")).unwrap_or_default())
}

#[track_caller]
fn fine(ran: &Ran, words: &str) {
    let (line, mend) = about(ran, words);
    assert!(line.starts_with('✓') && mend.is_empty(), "{line}\n{mend}");
}

#[track_caller]
fn wrong(ran: &Ran, words: &str, mend: &str) {
    let (line, arrow) = about(ran, words);
    assert!(line.starts_with('△') && arrow.contains(mend), "{line}\n{arrow}");
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("to be mended"), "{}", ran.err);
    ran.sound();
}

#[test]
fn a_sound_node_and_what_is_wrong_with_another() {
    let folder = Folder::with_node();
    // Until it has served, nothing is signed; `init` was a moment ago, and afterwards everything is covered.
    let node = Running::start(&folder, &[]);
    let begun = std::time::Instant::now();
    while !node.operations("/metrics", &[]).body.contains("qingyuan_feed_lag_acts{subscriber=\"supervise\"} 0\n") {
        assert!(begun.elapsed().as_secs() < 60, "supervision does not catch up");
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    node.stop();
    let sound = folder.run(&["doctor"]);
    for words in [
        "configuration can be read",
        "listens on 127.0.0.1:8080",
        "has mode 600",
        "the store answers",
        "SQLite 3.",
        "durability",
        "blob folder",
        "signing key",
        "clock is not behind",
        "a checkpoint covers all",
        "supervised",
        "0 timers",
        "built in",
    ] {
        fine(&sound, words);
    }
    // What depends on the machine and the year, disk and calendar, may be either.
    let others = sound.out.lines().filter(|line| line.starts_with('△'));
    for line in others {
        assert!(line.contains("calendar") || line.contains("GiB"), "{line}");
    }

    let key = std::fs::read_dir(folder.data().join("keys")).unwrap().map(|it| it.unwrap().path());
    let key = key.into_iter().find(|path| path.extension().is_some_and(|it| it == "ed25519")).unwrap();
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).unwrap();
    wrong(&folder.run(&["doctor"]), "has mode 644", "chmod 600");
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).unwrap();
    fine(&folder.run(&["doctor"]), "has mode 600");

    let kept = std::fs::read(&key).unwrap();
    std::fs::write(&key, b"no key").unwrap();
    wrong(&folder.run(&["doctor"]), "signing key", "restore keys/");
    std::fs::write(&key, kept).unwrap();

    let path = folder.data().join("node.toml");
    let whole = std::fs::read_to_string(&path).unwrap();
    let with = |more: &str| std::fs::write(&path, format!("{whole}{more}")).unwrap();
    with("[serve]\nlisten = \"0.0.0.0:8080\"\n");
    wrong(&folder.run(&["doctor"]), "cannot listen on 0.0.0.0:8080", "[tls]");
    with("[tls]\ncertificate = \"none.pem\"\nkey = \"none.key\"\n");
    wrong(&folder.run(&["doctor"]), "none.pem", "mend [tls]");
    with("[serve]\nlistn = 1\n");
    wrong(&folder.run(&["doctor"]), "the configuration has faults", "node.toml");
    // The clock moved back by a day: behind what has been recorded.
    std::fs::write(&path, whole.replace("clock_offset_ms = 0", "clock_offset_ms = -86400000")).unwrap();
    wrong(&folder.run(&["doctor"]), "behind the newest act", "NTP");
}

#[test]
fn the_end_of_a_certificate_is_told() {
    let folder = Folder::with_node();
    let path = folder.data().join("node.toml");
    let whole = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, format!("{whole}[tls]\ncertificate = \"node.pem\"\nkey = \"node.key\"\n")).unwrap();
    let put = |year: i32| {
        let mut made = rcgen::CertificateParams::new(["localhost".to_owned()]).unwrap();
        made.not_after = rcgen::date_time_ymd(year, 1, 1);
        let key = rcgen::KeyPair::generate().unwrap();
        std::fs::write(folder.data().join("node.pem"), made.self_signed(&key).unwrap().pem()).unwrap();
        std::fs::write(folder.data().join("node.key"), key.serialize_pem()).unwrap();
        std::fs::set_permissions(folder.data().join("node.key"), std::fs::Permissions::from_mode(0o600)).unwrap();
    };
    put(2100);
    fine(&folder.run(&["doctor"]), "the certificate is good for");
    put(2020);
    wrong(&folder.run(&["doctor"]), "the certificate ended", "renew");
}
