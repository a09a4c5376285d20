//! What the package brings beside the program: completions, manual pages, the service.

use std::path::Path;
use std::process::{Command, Stdio};

use xtask::package::Packing;

use crate::support::Folder;

/// Whether the machine has a program; where it has not, the test says so in one line.
fn has(program: &str) -> bool {
    let found = Command::new("sh").args(["-c", &format!("command -v {program}")]).stdout(Stdio::null()).status();
    let found = found.is_ok_and(|status| status.success());
    if !found {
        println!("{program} is not on this machine: what it would check is not checked");
    }
    found
}

#[test]
fn completions_know_every_command() {
    let folder = Folder::new();
    for shell in ["bash", "zsh", "fish"] {
        let made = folder.run(&["completions", shell]);
        assert_eq!((made.code, made.err.as_str()), (0, ""), "{shell}");
        for command in ["serve", "init", "import", "verify", "rebuild", "doctor", "configuration"] {
            assert!(made.out.contains(command), "{shell} does not know {command}");
        }
        if has(shell) {
            let file = folder.file(&format!("completions.{shell}"), &made.out);
            let read = Command::new(shell).args(["-n", &file]).output().unwrap();
            assert!(read.status.success(), "{shell}: {}", String::from_utf8_lossy(&read.stderr));
        }
    }
    assert_eq!(folder.run(&["completions", "dos"]).code, 64);
}

#[test]
fn every_command_has_a_page_of_the_manual() {
    let folder = Folder::new();
    let one = folder.run(&["man"]);
    assert!(one.out.starts_with(".ie") && one.out.contains("qingyuan"), "{}", one.out);
    let into = folder.path().join("man");
    let all = folder.run(&["man", "--folder", &into.display().to_string()]);
    assert_eq!(all.code, 0, "{}", all.err);
    for page in ["qingyuan.1", "qingyuan-serve.1", "qingyuan-init.1", "qingyuan-import-ocds.1", "qingyuan-doctor.1"] {
        let path = into.join(page);
        let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{page}: {error}"));
        assert!(!text.contains("postgres://u"), "{page}");
        if has("man") {
            let shown = Command::new("man").env("LANG", "C.UTF-8").env("MANWIDTH", "80").arg("-l").arg(&path).output();
            let shown = shown.unwrap();
            assert!(shown.status.success(), "{page}: {}", String::from_utf8_lossy(&shown.stderr));
        }
    }
}

#[test]
fn the_package_holds_what_a_node_needs() {
    if !has("dpkg-deb") {
        return;
    }
    let folder = Folder::new();
    let binary = Path::new(env!("CARGO_BIN_EXE_qingyuan"));
    let made = xtask::package::package(&xtask::root(), binary, folder.path(), Packing::None).unwrap();
    let ask = |arguments: &[&str]| {
        let output = Command::new("dpkg-deb").args(arguments).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let path = made.display().to_string();
    let contents = ask(&["--contents", &path]);
    for (file, mode) in [
        ("./usr/bin/qingyuan", "-rwxr-xr-x root/root"),
        ("./usr/lib/systemd/system/qingyuan.service", "-rw-r--r-- root/root"),
        ("./usr/lib/sysusers.d/qingyuan.conf", "-rw-r--r-- root/root"),
        ("./etc/qingyuan/environment", "-rw------- root/root"),
        ("./usr/share/man/man1/qingyuan.1.gz", "-rw-r--r-- root/root"),
        ("./usr/share/man/man1/qingyuan-serve.1.gz", "-rw-r--r-- root/root"),
        ("./usr/share/bash-completion/completions/qingyuan", "-rw-r--r-- root/root"),
        ("./usr/share/zsh/vendor-completions/_qingyuan", "-rw-r--r-- root/root"),
        ("./usr/share/fish/vendor_completions.d/qingyuan.fish", "-rw-r--r-- root/root"),
        ("./usr/share/doc/qingyuan/copyright", "-rw-r--r-- root/root"),
        ("./usr/share/doc/qingyuan/grafana.json", "-rw-r--r-- root/root"),
        ("./usr/share/doc/qingyuan/alerts.yml", "-rw-r--r-- root/root"),
        ("./usr/share/doc/qingyuan/operate/configuration.md", "-rw-r--r-- root/root"),
    ] {
        let line =
            contents.lines().find(|line| line.ends_with(file)).unwrap_or_else(|| panic!("{file} in\n{contents}"));
        assert!(line.starts_with(mode), "{line}");
    }
    assert_eq!(ask(&["--field", &path, "Package"]).trim(), "qingyuan");
    assert_eq!(ask(&["--field", &path, "Version"]).trim(), env!("CARGO_PKG_VERSION"));
    assert!(ask(&["--field", &path, "Depends"]).starts_with("libc6 (>= 2."));
    // Taken apart, the program in it runs.
    let into = folder.path().join("installed");
    ask(&["--extract", &path, &into.display().to_string()]);
    let version = Command::new(into.join("usr/bin/qingyuan")).arg("--version").output().unwrap();
    assert!(String::from_utf8_lossy(&version.stdout).starts_with("qingyuan "));
    for script in ["postinst", "prerm", "postrm"] {
        let script = xtask::root().join("packaging/debian").join(script);
        assert!(Command::new("sh").arg("-n").arg(&script).status().unwrap().success(), "{}", script.display());
    }
}

#[test]
fn the_service_is_sound() {
    let unit = concat!(env!("CARGO_MANIFEST_DIR"), "/../../packaging/systemd/qingyuan.service");
    let text = std::fs::read_to_string(unit).unwrap();
    for line in ["NoNewPrivileges=yes", "ProtectSystem=strict", "User=qingyuan", "MemoryDenyWriteExecute=yes"] {
        assert!(text.lines().any(|it| it == line), "{line}");
    }
    if !has("systemd-analyze") {
        return;
    }
    // The program is where the tests built it, not where the package puts it.
    let folder = Folder::new();
    let here = text.replace("/usr/bin/qingyuan", env!("CARGO_BIN_EXE_qingyuan"));
    let file = folder.file("qingyuan.service", here);
    let verified = Command::new("systemd-analyze").args(["verify", "--man=no", &file]).output().unwrap();
    let said = String::from_utf8_lossy(&verified.stderr);
    assert!(verified.status.success() && !said.contains("qingyuan.service:"), "{said}");
}
