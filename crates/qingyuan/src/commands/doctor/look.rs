//! Looks at files and the machine; [`judge`](super::judge) says what it means.

use std::path::{Path, PathBuf};

use kernel::Clock as _;
use kernel::day::{SystemClock, Zone};

use super::judge::{self, Finding, fine};
use crate::config::Config;
use crate::server::{self, Certificates};

/// Whether what is configured can be served, and the certificate's end.
pub(super) fn transport(config: &Config) -> Vec<Finding> {
    let run = &config.settings;
    let listen = run.serve.listen;
    let mut findings = Vec::new();
    if let Some(files) = &run.tls {
        match Certificates::read(files) {
            // A certificate ends by the machine's clock, not by a demo's.
            Ok(certificates) => {
                let now = SystemClock { zone: Zone::CHINA }.now().ms();
                findings.push(judge::certificate(certificates.ends().map(|ends| ends.ms()), now));
            }
            Err(error) => findings.push(
                fine(error.to_string(), error.to_string())
                    .but("改 [tls]，或放好文件", "mend [tls], or put the files there"),
            ),
        }
    }
    findings.push(match server::peers(listen.ip(), run.tls.is_some(), &run.proxies) {
        Ok(_) => fine(format!("监听 {listen}"), format!("listens on {listen}")),
        Err(why) => fine(format!("不能监听 {listen}"), format!("cannot listen on {listen}")).but(why.clone(), why),
    });
    findings
}

/// Keys, tokens, and the configuration where it holds a password: for their owner only.
pub(super) fn private_files(config: &Config, data: &Path) -> Vec<Finding> {
    let run = &config.settings;
    let mut files: Vec<PathBuf> = std::fs::read_dir(data.join("keys"))
        .map(|entries| entries.flatten().map(|entry| entry.path()).collect())
        .unwrap_or_default();
    files.retain(|file| file.extension().is_some_and(|kind| kind != "frontier"));
    files.sort();
    files.extend(run.tls.iter().map(|tls| tls.key.clone()));
    files.extend(run.serve.operations_token.clone());
    files.extend(run.notices.smtp.iter().filter_map(|smtp| smtp.password.clone()));
    files.extend(run.notices.webhook.iter().map(|webhook| webhook.secret.clone()));
    if run.store.is_some() {
        files.push(data.join("node.toml"));
    }
    files.iter().filter_map(|file| Some(judge::private_file(&file.display().to_string(), mode(file)?))).collect()
}

#[cfg(unix)]
fn mode(file: &Path) -> Option<u32> {
    use std::os::unix::fs::PermissionsExt as _;
    // One that is not there is told where it is used.
    std::fs::metadata(file).ok().map(|metadata| metadata.permissions().mode())
}

#[cfg(not(unix))]
fn mode(_: &Path) -> Option<u32> {
    None
}

/// Free space where the data lie.
pub(super) fn room(data: &Path) -> Vec<Finding> {
    rustix::fs::statvfs(data)
        .map(|disk| judge::room(disk.f_bavail * disk.f_frsize, disk.f_blocks * disk.f_frsize))
        .into_iter()
        .collect()
}

/// Whether blobs can be written.
pub(super) fn blobs(data: &Path) -> Finding {
    let folder = data.join("blobs");
    let probe = folder.join(".probe");
    let writable = std::fs::create_dir_all(&folder)
        .and_then(|()| std::fs::write(&probe, b"x"))
        .and_then(|()| std::fs::remove_file(&probe));
    judge::blobs(writable.map_err(|error| error.to_string()))
}
