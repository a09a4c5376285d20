//! The file of the key that seals secrets of sign-in: it lies beside the signing key, never in the database.

use std::io::Write as _;
use std::path::Path;

use access::seal::SealKey;
use kernel::NodeId;
use store::{Store, StoreFault};

/// Reads the node's key from its `keys` folder; makes it where nothing was sealed yet.
///
/// # Errors
/// If the folder cannot be read or written, or the file is no key. If it is missing although secrets were sealed with it:
/// a new one in silence would shut out everybody who has a second factor.
pub async fn sign_in_key(store: &Store, folder: &Path, node: NodeId) -> Result<SealKey, StoreFault> {
    let path = folder.join(format!("{}.sign-in", node.number()));
    match std::fs::read(&path) {
        Ok(bytes) => {
            let bytes: [u8; 32] = bytes
                .try_into()
                .map_err(|_| StoreFault::Nonsense(format!("{} is no key of 32 bytes", path.display())))?;
            Ok(SealKey::new(bytes))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let sealed = store
                .read(
                    "select count(*) from credential where node = $1 and (kind = 'totp' or kind like 'oidc:%')",
                    &[node.number().into()],
                )
                .await?;
            if sealed.first().map(|row| row.int(0)).transpose()? > Some(0) {
                return Err(StoreFault::Nonsense(format!(
                    "{} is missing, and second factors or identities were sealed with it: restore it from the backup of the keys folder",
                    path.display()
                )));
            }
            let key = SealKey::draw().map_err(super::no_randomness)?;
            write(&path, key.reveal())
                .map_err(|cause| StoreFault::File { doing: format!("write {}", path.display()), cause })?;
            Ok(key)
        }
        Err(cause) => Err(StoreFault::File { doing: format!("read the key {}", path.display()), cause }),
    }
}

/// Writes the key for its owner only, whole or not at all.
fn write(path: &Path, key: &[u8; 32]) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let partial = path.with_extension("sign-in.part");
    let mut file = options.open(&partial)?;
    file.write_all(key)?;
    file.sync_all()?;
    std::fs::rename(&partial, path)
}
