//! Runs the built program in a folder of its own.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use store::{Blobs, Location, Store};
use testkit::postgres::Fresh;

/// A folder with room for a node.
pub struct Folder {
    folder: tempfile::TempDir,
    /// Where the database is, if not in the folder; the schema outlives the node.
    store: Option<(String, Fresh)>,
}

/// What a run came to.
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Ran {
    /// One clear sentence on standard error, and no panic.
    #[track_caller]
    pub fn refused(&self, words: &[&str]) {
        assert_eq!(self.code, 1, "{}{}", self.out, self.err);
        for word in words {
            assert!(self.err.contains(word), "{word:?} in {:?}", self.err);
        }
        assert!(self.err.trim().lines().count() <= 2, "one sentence: {}", self.err);
        self.sound();
    }

    /// Whatever else: never a panic, never a place in the source.
    #[track_caller]
    pub fn sound(&self) {
        for trace in ["panicked", "RUST_BACKTRACE", ".rs:"] {
            assert!(!self.err.contains(trace) && !self.out.contains(trace), "{}{}", self.out, self.err);
        }
    }
}

impl Folder {
    pub fn new() -> Folder {
        Folder { folder: tempfile::tempdir().unwrap(), store: None }
    }

    /// With a node in earnest.
    pub fn with_node() -> Folder {
        Folder::founded().0
    }

    /// The same, and what `init` said.
    pub fn founded() -> (Folder, Ran) {
        Folder::new().found()
    }

    /// With a node in earnest whose database is a fresh schema of a real PostgreSQL.
    pub fn on_postgres() -> Folder {
        let (fresh, mut folder) = (Fresh::get(), Folder::new());
        let schema = Some(fresh.schema().to_owned());
        let location = Location::Postgres { url: fresh.url().to_owned(), schema };
        // Opening it makes the schema; the program then finds it by its address.
        let blobs = Blobs::new(folder.path().join("none"));
        tokio::runtime::Runtime::new().unwrap().block_on(async {
            Store::open(&location, blobs, &[]).await.unwrap().close().await;
        });
        let joint = if fresh.url().contains('?') { '&' } else { '?' };
        let url = format!("{}{joint}options[search_path]={}", fresh.url(), fresh.schema());
        folder.store = Some((url, fresh));
        folder.found().0
    }

    fn found(self) -> (Folder, Ran) {
        let folder = self;
        let ran = folder.run(&[
            "init",
            "--division",
            "320500000000",
            "--name",
            "测试市",
            "--name-en",
            "Test City",
            "--domain",
            "test.invalid",
        ]);
        assert_eq!(ran.code, 0, "{}", ran.err);
        (folder, ran)
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn data(&self) -> PathBuf {
        self.path().join("data")
    }

    pub fn file(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.path().join(name);
        std::fs::write(&path, content).unwrap();
        path.display().to_string()
    }

    /// Runs with `--data` of this folder, in English.
    pub fn run(&self, arguments: &[&str]) -> Ran {
        self.run_in("en_GB.UTF-8", arguments, None)
    }

    /// The same in another language, and with something on standard input.
    pub fn run_in(&self, lang: &str, arguments: &[&str], input: Option<&[u8]>) -> Ran {
        let mut command = self.command(lang, arguments);
        command.stdin(if input.is_some() { Stdio::piped() } else { Stdio::null() });
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let writing = input.map(|input| {
            let (mut pipe, input) = (child.stdin.take().unwrap(), input.to_vec());
            std::thread::spawn(move || {
                let _ = pipe.write_all(&input);
            })
        });
        let output = child.wait_with_output().unwrap();
        if let Some(writing) = writing {
            writing.join().unwrap();
        }
        ran(output)
    }

    pub fn command(&self, lang: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_qingyuan"));
        command.args(arguments);
        self.around(lang, command)
    }

    /// A script that stops at the first command that fails.
    pub fn shell(&self, lang: &str, script: &str) -> Command {
        let mut command = Command::new("bash");
        command.args(["-euo", "pipefail", "-c", script]);
        self.around(lang, command)
    }

    /// In this folder, in this language, with no variable of ours but the folder's.
    fn around(&self, lang: &str, mut command: Command) -> Command {
        let ours =
            std::env::vars_os().map(|(name, _)| name).filter(|name| name.to_string_lossy().starts_with("QINGYUAN_"));
        for name in ours.chain(["LC_ALL", "LC_MESSAGES"].map(Into::into)) {
            command.env_remove(name);
        }
        if let Some((url, _)) = &self.store {
            command.env("QINGYUAN_STORE_URL", url);
        }
        command.current_dir(self.path()).env("LANG", lang).env("QINGYUAN_DATA_DIR", self.data());
        command
    }
}

fn ran(output: Output) -> Ran {
    Ran {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}
