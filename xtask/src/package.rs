//! The Debian package: the binary with its man pages and completions, the service, and the operator's documentation.
//!
//! It is put together by `dpkg-deb` from files of the tree, so that what goes in is read here in one list.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Files of the tree that go into the package as they are: from, to, mode. What may hold the
/// password of a database is for root alone; the service manager reads it before it lets go of root.
const FILES: &[(&str, &str, u32)] = &[
    ("packaging/systemd/qingyuan.service", "usr/lib/systemd/system/qingyuan.service", 0o644),
    ("packaging/debian/qingyuan.sysusers", "usr/lib/sysusers.d/qingyuan.conf", 0o644),
    ("packaging/debian/environment", "etc/qingyuan/environment", 0o600),
    ("packaging/debian/copyright", "usr/share/doc/qingyuan/copyright", 0o644),
    ("packaging/grafana/qingyuan.json", "usr/share/doc/qingyuan/grafana.json", 0o644),
    ("packaging/prometheus/alerts.yml", "usr/share/doc/qingyuan/alerts.yml", 0o644),
    ("packaging/debian/postinst", "DEBIAN/postinst", 0o755),
    ("packaging/debian/prerm", "DEBIAN/prerm", 0o755),
    ("packaging/debian/postrm", "DEBIAN/postrm", 0o755),
];

/// Folders of documentation that go with it.
const PAGES: &[&str] = &["administer", "operate", "use"];

/// Completions: the shell, and where it looks for them.
const SHELLS: &[(&str, &str)] = &[
    ("bash", "usr/share/bash-completion/completions/qingyuan"),
    ("zsh", "usr/share/zsh/vendor-completions/_qingyuan"),
    ("fish", "usr/share/fish/vendor_completions.d/qingyuan.fish"),
];

/// How the package is packed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Packing {
    /// Small; takes its time.
    Xz,
    /// Not at all, for a look inside.
    None,
}

/// Makes the package of a binary that has been built, in `into`. Answers its path.
///
/// # Errors
/// One sentence, with the file or the program that failed.
pub fn package(root: &Path, binary: &Path, into: &Path, packing: Packing) -> Result<PathBuf, String> {
    let program = fs::read(binary).map_err(at(binary))?;
    let (architecture, version) = (architecture(&program)?, version(root)?);
    let name = format!("qingyuan_{version}_{architecture}");
    let stage = into.join(&name);
    if stage.exists() {
        fs::remove_dir_all(&stage).map_err(at(&stage))?;
    }
    put(&stage.join("usr/bin/qingyuan"), &program, 0o755)?;
    for (from, to, mode) in FILES {
        let from = root.join(from);
        put(&stage.join(to), &fs::read(&from).map_err(at(&from))?, *mode)?;
    }
    for folder in PAGES {
        let from = root.join("docs").join(folder);
        for entry in fs::read_dir(&from).map_err(at(&from))?.flatten().filter(|entry| entry.path().is_file()) {
            let to = stage.join("usr/share/doc/qingyuan").join(folder).join(entry.file_name());
            put(&to, &fs::read(entry.path()).map_err(at(&entry.path()))?, 0o644)?;
        }
    }
    for (shell, to) in SHELLS {
        put(&stage.join(to), &run(Command::new(binary).args(["completions", shell]))?, 0o644)?;
    }
    let manual = stage.join("usr/share/man/man1");
    fs::create_dir_all(&manual).map_err(at(&manual))?;
    run(Command::new(binary).args(["man", "--folder"]).arg(&manual))?;
    // Without a name and a time inside, equal pages make equal files.
    for page in fs::read_dir(&manual).map_err(at(&manual))?.flatten() {
        run(Command::new("gzip").args(["-9n"]).arg(page.path()))?;
    }
    let size = size(&stage)?;
    put(&stage.join("DEBIAN/control"), control(&version, architecture, &glibc(&program), size).as_bytes(), 0o644)?;
    put(&stage.join("DEBIAN/conffiles"), b"/etc/qingyuan/environment\n", 0o644)?;
    let package = into.join(format!("{name}.deb"));
    let packing = match packing {
        Packing::Xz => "-Zxz",
        Packing::None => "-Znone",
    };
    run(Command::new("dpkg-deb").args(["--root-owner-group", packing, "--build"]).arg(&stage).arg(&package))?;
    fs::remove_dir_all(&stage).map_err(at(&stage))?;
    Ok(package)
}

fn control(version: &str, architecture: &str, glibc: &str, kib: u64) -> String {
    format!(
        "Package: qingyuan\nVersion: {version}\nArchitecture: {architecture}\nMaintainer: The Qingyuan authors <qingyuan@example.invalid>\n\
         Section: net\nPriority: optional\nInstalled-Size: {kib}\nDepends: libc6 (>= {glibc})\nRecommends: ca-certificates\n\
         Suggests: postgresql\nDescription: keeps public power honest (清源)\n \
         A node of the platform: acts of officers in an append-only, provable ledger,\n \
         supervision over every one of them, and indicators over public procurement.\n"
    )
}

/// The machine that a binary is for, read from its ELF header: a package never claims another.
fn architecture(program: &[u8]) -> Result<&'static str, String> {
    match (program.get(..4), program.get(18..20)) {
        (Some(b"\x7fELF"), Some([0x3e, 0])) => Ok("amd64"),
        (Some(b"\x7fELF"), Some([0xb7, 0])) => Ok("arm64"),
        _ => Err("the binary is neither for x86-64 nor for arm64".to_owned()),
    }
}

/// The newest version of glibc that a binary names: it does not start with an older one.
fn glibc(program: &[u8]) -> String {
    const MARK: &[u8] = b"GLIBC_2.";
    let minor = program
        .windows(MARK.len())
        .enumerate()
        .filter(|(_, window)| *window == MARK)
        .filter_map(|(at, _)| {
            let digits: Vec<u8> =
                program[at + MARK.len()..].iter().copied().take_while(u8::is_ascii_digit).take(3).collect();
            String::from_utf8(digits).ok()?.parse::<u32>().ok()
        })
        .max()
        .unwrap_or_default();
    format!("2.{minor}")
}

fn version(root: &Path) -> Result<String, String> {
    let manifest = root.join("Cargo.toml");
    let text = fs::read_to_string(&manifest).map_err(at(&manifest))?;
    let table: toml::Table = text.parse().map_err(|error| format!("{}: {error}", manifest.display()))?;
    let version = table.get("workspace").and_then(|it| it.get("package")).and_then(|it| it.get("version"));
    version.and_then(toml::Value::as_str).map(str::to_owned).ok_or_else(|| "Cargo.toml names no version".to_owned())
}

/// What is installed, in KiB.
fn size(folder: &Path) -> Result<u64, String> {
    let mut bytes = 0;
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).map_err(at(&folder))?.flatten() {
            let metadata = entry.metadata().map_err(at(&entry.path()))?;
            if metadata.is_dir() { folders.push(entry.path()) } else { bytes += metadata.len() }
        }
    }
    Ok(bytes.div_ceil(1024))
}

fn put(to: &Path, content: &[u8], mode: u32) -> Result<(), String> {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = to.parent().unwrap_or(to);
    fs::create_dir_all(folder).map_err(at(folder))?;
    fs::write(to, content).map_err(at(to))?;
    fs::set_permissions(to, fs::Permissions::from_mode(mode)).map_err(at(to))
}

fn at(path: &Path) -> impl FnOnce(std::io::Error) -> String {
    let path = path.display().to_string();
    move |error| format!("{path}: {error}")
}

/// What a program prints; a failure with what it said.
fn run(command: &mut Command) -> Result<Vec<u8>, String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command.output().map_err(|error| format!("{name}: {error}"))?;
    if output.status.success() {
        Ok(output.stdout)
    } else {
        Err(format!("{name}: {}", String::from_utf8_lossy(&output.stderr).trim()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_binary_tells_its_machine_and_its_glibc() {
        let mut program = vec![0; 64];
        program[..4].copy_from_slice(b"\x7fELF");
        program[18] = 0xb7;
        assert_eq!(architecture(&program), Ok("arm64"));
        program[18] = 0x3e;
        assert_eq!(architecture(&program), Ok("amd64"));
        program[18] = 0x28;
        assert!(architecture(&program).is_err());
        program.extend(b"GLIBC_2.9\0GLIBC_2.34\0GLIBC_2.2.5\0");
        assert_eq!(glibc(&program), "2.34");
    }

    #[test]
    fn every_file_of_the_list_is_in_the_tree() {
        let root = crate::root();
        for (from, _, mode) in FILES {
            use std::os::unix::fs::PermissionsExt as _;
            let own =
                fs::metadata(root.join(from)).unwrap_or_else(|error| panic!("{from}: {error}")).permissions().mode();
            assert_eq!(own & 0o111 != 0, mode & 0o111 != 0, "{from}");
        }
    }
}
