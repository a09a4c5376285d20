//! The keys of one node, as files that never come near the database: those of its log, each with the sizes it may sign,
//! and the one it signs with as a witness of other logs.
//!
//! Where a log signs by SM2 beside its own keys, that one lies in `NODE.sm2`.
//!
//! `NODE.keys` has a line for each key of the log: `FILE FROM TO`, `TO` being `-` while the key is in use. Without that
//! file there is one key, `NODE.ed25519`, good for every size. Source: ledger.md §3.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use ledger::checkpoint::{Keys, LogKey};
use ledger::note::{Signer as NoteSigner, Vkey};

use crate::fault::StoreFault;

/// The keys of one node.
pub struct Keyring {
    folder: PathBuf,
    node: i64,
    origin: String,
    held: Vec<Held>,
    witness: NoteSigner,
    beside: Option<NoteSigner>,
    /// Whether the key beside signs; one that was used before counts in any case.
    signs_beside: bool,
}

struct Held {
    file: String,
    key: NoteSigner,
    from: u64,
    to: Option<u64>,
}

impl Keyring {
    /// Makes what lacks: at the node's birth, both keys; in a folder of an earlier version, the one to witness with.
    ///
    /// # Errors
    /// If the folder cannot be written, or holds something that is no key.
    pub fn found(folder: &Path, domain: &str, node: i64) -> Result<Keyring, StoreFault> {
        std::fs::create_dir_all(folder).map_err(StoreFault::file(format!("make {}", folder.display())))?;
        if !folder.join(first(node)).exists() {
            write_private(&folder.join(first(node)), &random()?)?;
        }
        Keyring::open(folder, domain, node)
    }

    /// Reads the keys of a folder.
    ///
    /// # Errors
    /// If one is missing or makes no sense. A lost key is never replaced by a new one in silence: a log that goes on under
    /// another key says so by an act.
    pub fn open(folder: &Path, domain: &str, node: i64) -> Result<Keyring, StoreFault> {
        let origin = ledger::checkpoint::origin(domain, node);
        let list = folder.join(format!("{node}.keys"));
        let lines = match std::fs::read_to_string(&list) {
            Ok(lines) => lines,
            Err(error) if error.kind() == ErrorKind::NotFound => format!("{} 0 -\n", first(node)),
            Err(error) => return Err(StoreFault::file(format!("read {}", list.display()))(error)),
        };
        let mut held = Vec::new();
        for (at, line) in lines.lines().enumerate() {
            let wrong = || StoreFault::Nonsense(format!("{} line {}: not FILE FROM TO", list.display(), at + 1));
            let [file, from, to] = line.split(' ').collect::<Vec<_>>()[..] else { return Err(wrong()) };
            let plain = file.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte));
            let from = from.parse().map_err(|_| wrong())?;
            let to = if to == "-" { None } else { Some(to.parse().map_err(|_| wrong())?) };
            if !plain {
                return Err(wrong());
            }
            held.push(Held { file: file.to_owned(), key: log_key(&folder.join(file), &origin)?, from, to });
        }
        if held.is_empty() {
            return Err(StoreFault::Nonsense(format!("{} names no key", list.display())));
        }
        let own = folder.join(format!("{node}.witness.ed25519"));
        if !own.exists() {
            write_private(&own, &random()?)?;
        }
        let witness = NoteSigner::witness(&format!("{origin}/witness"), &secret(&own)?).map_err(no_key(&own))?;
        let path = folder.join(format!("{node}.sm2"));
        let beside = match path.exists() {
            true => Some(NoteSigner::beside(&origin, &secret(&path)?).map_err(no_key(&path))?),
            false => None,
        };
        Ok(Keyring { folder: folder.to_owned(), node, origin, held, witness, beside, signs_beside: false })
    }

    /// The log's name.
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Whose signatures count for this log, and for which sizes: what a verifier needs.
    pub fn keys(&self) -> Keys {
        let log = self.held.iter().map(|held| LogKey { vkey: held.key.vkey(), from_size: held.from, to_size: held.to });
        let mut keys = Keys::single(self.held[0].key.vkey());
        keys.log = log.collect();
        keys.beside = self.beside.iter().map(NoteSigner::vkey).collect();
        keys
    }

    /// What this node signs with as a witness of other logs.
    pub fn into_witness(self) -> NoteSigner {
        self.witness
    }

    /// From now on checkpoints carry an SM2 signature beside the log's own; its key is drawn where there is none.
    ///
    /// # Errors
    /// If there is no randomness, or the folder cannot be written.
    pub fn sign_beside(&mut self) -> Result<(), StoreFault> {
        while self.beside.is_none() {
            let secret = random()?;
            // One draw in 2³² is no scalar of the curve.
            if let Ok(key) = NoteSigner::beside(&self.origin, &secret) {
                write_private(&self.folder.join(format!("{}.sm2", self.node)), &secret)?;
                self.beside = Some(key);
            }
        }
        self.signs_beside = true;
        Ok(())
    }

    /// The keys that sign the log at this size; two of them around a rotation, and the one beside them last.
    pub(crate) fn signing(&self, size: u64) -> Vec<&NoteSigner> {
        let may = |held: &&Held| held.from <= size && held.to.is_none_or(|last| size <= last);
        let own: Vec<&NoteSigner> = self.held.iter().filter(may).map(|held| &held.key).collect();
        // Beside the log's own, never instead.
        let beside = self.beside.iter().filter(|_| self.signs_beside && !own.is_empty());
        own.iter().copied().chain(beside).collect()
    }

    /// Draws the next key of the log. It lies in the folder and signs nothing until it is taken up.
    ///
    /// # Errors
    /// If there is no randomness, or the folder cannot be written.
    pub fn draw(&self) -> Result<Vkey, StoreFault> {
        let path = self.folder.join(self.next());
        write_private(&path, &random()?)?;
        Ok(log_key(&path, &self.origin)?.vkey())
    }

    /// Takes up a key that was drawn, from a size on; `false` where the folder has no such key. Again does nothing.
    ///
    /// # Errors
    /// If the folder cannot be read or written.
    pub fn take_up(&mut self, vkey: &Vkey, from: u64) -> Result<bool, StoreFault> {
        if self.held.iter().any(|held| held.key.vkey() == *vkey) {
            return Ok(true);
        }
        let file = self.next();
        let path = self.folder.join(&file);
        if !path.exists() {
            return Ok(false);
        }
        let key = log_key(&path, &self.origin)?;
        if key.vkey() != *vkey {
            return Ok(false);
        }
        self.held.push(Held { file, key, from, to: None });
        self.write().map(|()| true)
    }

    /// Ends a key at the last size it may sign. Again does nothing.
    ///
    /// # Errors
    /// If the folder cannot be written.
    pub fn end(&mut self, vkey: &Vkey, to: u64) -> Result<(), StoreFault> {
        let ends = |held: &&mut Held| held.key.vkey() == *vkey && held.to.is_none();
        match self.held.iter_mut().find(ends) {
            Some(held) => held.to = Some(to),
            None => return Ok(()),
        }
        self.write()
    }

    fn next(&self) -> String {
        format!("{}-{}.ed25519", self.node, self.held.len() + 1)
    }

    fn write(&self) -> Result<(), StoreFault> {
        let line = |held: &Held| {
            let to = held.to.map_or_else(|| "-".to_owned(), |to| to.to_string());
            format!("{} {} {to}\n", held.file, held.from)
        };
        let lines: String = self.held.iter().map(line).collect();
        write_private(&self.folder.join(format!("{}.keys", self.node)), lines.as_bytes())
    }
}

fn first(node: i64) -> String {
    format!("{node}.ed25519")
}

fn no_key<E: std::fmt::Display>(path: &Path) -> impl FnOnce(E) -> StoreFault {
    move |error| StoreFault::Nonsense(format!("{}: {error}", path.display()))
}

fn log_key(path: &Path, origin: &str) -> Result<NoteSigner, StoreFault> {
    NoteSigner::log(origin, &secret(path)?).map_err(no_key(path))
}

fn random() -> Result<[u8; 32], StoreFault> {
    let mut key = [0; 32];
    getrandom::fill(&mut key).map_err(|error| StoreFault::Nonsense(format!("no randomness: {error}")))?;
    Ok(key)
}

/// The 32 bytes of a private key.
fn secret(path: &Path) -> Result<[u8; 32], StoreFault> {
    let bytes = std::fs::read(path).map_err(StoreFault::file(format!("read the key {}", path.display())))?;
    bytes.try_into().map_err(|_| StoreFault::Nonsense(format!("{} is no key of 32 bytes", path.display())))
}

/// Writes a small private file so that it is whole or absent.
///
/// # Errors
/// If it cannot be written.
pub fn write_private(path: &Path, content: &[u8]) -> Result<(), StoreFault> {
    use std::io::Write as _;
    let partial = path.with_extension("part");
    let write = || -> std::io::Result<()> {
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&partial)?;
        file.write_all(content)?;
        file.sync_all()?;
        std::fs::rename(&partial, path)
    };
    write().map_err(StoreFault::file(format!("write {}", path.display())))
}

#[cfg(test)]
mod tests {
    use super::*;

    const NODE: i64 = 7;

    #[test]
    fn a_rotation_overlaps_and_survives_reopening() {
        let folder = tempfile::tempdir().unwrap();
        let open = || Keyring::open(folder.path(), "a.invalid", NODE);
        let mut ring = Keyring::found(folder.path(), "a.invalid", NODE).unwrap();
        let old = ring.keys().log[0].vkey.clone();
        let new = ring.draw().unwrap();
        assert_eq!(ring.signing(5).len(), 1, "drawn is not taken up");
        let stranger = NoteSigner::log("a.invalid/7", &[1; 32]).unwrap().vkey();
        assert!(!ring.take_up(&stranger, 5).unwrap(), "a key that is not in the folder");
        assert!(ring.take_up(&new, 10).unwrap() && ring.take_up(&new, 10).unwrap());
        ring.end(&old, 12).unwrap();
        ring.end(&old, 99).unwrap();
        for ring in [ring, open().unwrap()] {
            let who = |size| ring.signing(size).iter().map(|key| key.vkey()).collect::<Vec<_>>();
            assert_eq!((who(9), who(10)), (vec![old.clone()], vec![old.clone(), new.clone()]));
            assert_eq!((who(12), who(13)), (vec![old.clone(), new.clone()], vec![new.clone()]));
            assert_eq!(ring.into_witness().vkey().name(), "a.invalid/7/witness");
        }
        std::fs::write(folder.path().join("7.keys"), "../elsewhere 0 -\n").unwrap();
        assert!(open().is_err_and(|fault| fault.to_string().contains("line 1")));
        std::fs::remove_file(folder.path().join("7.keys")).unwrap();
        std::fs::write(folder.path().join("7.ed25519"), [0; 31]).unwrap();
        assert!(open().is_err(), "31 bytes are no key");
    }

    #[test]
    fn a_key_beside_is_drawn_once_and_signs_where_it_is_asked_to() {
        let folder = tempfile::tempdir().unwrap();
        let mut ring = Keyring::found(folder.path(), "a.invalid", NODE).unwrap();
        assert_eq!((ring.signing(1).len(), ring.keys().beside.len()), (1, 0));
        ring.sign_beside().unwrap();
        let key = ring.keys().beside[0].clone();
        assert_eq!(ring.signing(1).iter().map(|signer| signer.vkey()).collect::<Vec<_>>()[1], key);
        let mut again = Keyring::open(folder.path(), "a.invalid", NODE).unwrap();
        assert_eq!((again.signing(1).len(), &again.keys().beside), (1, &vec![key.clone()]), "it counts, and rests");
        again.sign_beside().unwrap();
        assert_eq!((again.signing(1).len(), &again.keys().beside), (2, &vec![key]));
        std::fs::write(folder.path().join("7.sm2"), [0; 32]).unwrap();
        assert!(Keyring::open(folder.path(), "a.invalid", NODE).is_err(), "nothing is no key");
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_reads_a_key() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        Keyring::found(folder.path(), "a.invalid", NODE).unwrap().draw().unwrap();
        for file in std::fs::read_dir(folder.path()).unwrap() {
            let mode = file.unwrap().metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o077, 0);
        }
    }
}
