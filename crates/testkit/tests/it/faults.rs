//! The store under faults: killed, cut off, without room, under another process, with a clock set back. Whatever happens,
//! an acknowledged act is there, no act is there twice, and verification and rebuild agree.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use sqlx::{AssertSqlSafe, Connection as _};
use store::Signer;
use testkit::acts::{NODE, Replayed, open};
use testkit::chance::Series;
use testkit::postgres::Fresh;

/// Kills of each store; `QINGYUAN_KILLS` asks for more, as `make soak` does.
fn kills() -> u64 {
    std::env::var("QINGYUAN_KILLS").ok().and_then(|kills| kills.parse().ok()).unwrap_or(20)
}

/// A store that recorders share, and what was acknowledged.
struct Place {
    name: &'static str,
    folder: tempfile::TempDir,
    url: String,
    schema: String,
    acknowledged: BTreeMap<u64, u64>,
    refused: Vec<String>,
    _fresh: Option<Fresh>,
}

fn places() -> [Place; 2] {
    let folder = tempfile::tempdir().unwrap();
    let url = folder.path().join("node.sqlite").display().to_string();
    let fresh = Fresh::get();
    let (server, schema) = (fresh.url().to_owned(), fresh.schema().to_owned());
    let place = |name, folder, url, schema, fresh| Place {
        name,
        folder,
        url,
        schema,
        acknowledged: BTreeMap::new(),
        refused: Vec::new(),
        _fresh: fresh,
    };
    [
        place("SQLite", folder, url, "-".to_owned(), None),
        place("PostgreSQL", tempfile::tempdir().unwrap(), server, schema, Some(fresh)),
    ]
}

/// A recorder that runs, and its lines as they come.
struct Recorder {
    child: Child,
    lines: Receiver<String>,
}

impl Place {
    fn recorder(&self, first: u64, last: u64) -> Recorder {
        self.recorder_by(Command::new(env!("CARGO_BIN_EXE_recorder")), first, last)
    }

    fn recorder_by(&self, mut command: Command, first: u64, last: u64) -> Recorder {
        command.arg(self.folder.path()).args([&self.url, &self.schema]);
        command.args([first.to_string(), last.to_string()]);
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().unwrap();
        let out = child.stdout.take().unwrap();
        let (tell, lines) = channel();
        std::thread::spawn(move || {
            // A line that was cut off by a kill was not acknowledged to anybody.
            let mut out = BufReader::new(out);
            let mut line = String::new();
            while out.read_line(&mut line).is_ok_and(|read| read > 0) && line.ends_with('\n') {
                if tell.send(std::mem::take(&mut line)).is_err() {
                    return;
                }
            }
        });
        Recorder { child, lines }
    }

    /// Notes what a recorder has said.
    fn note(&mut self, line: &str) {
        let mut words = line.trim_end().splitn(3, ' ');
        let (Some(word), Some(command), Some(rest)) = (words.next(), words.next(), words.next()) else {
            panic!("{}: {line}", self.name)
        };
        if word == "ok" {
            let (command, idx) = (command.parse().unwrap(), rest.parse().unwrap());
            let before = self.acknowledged.insert(command, idx);
            assert!(before.is_none_or(|before| before == idx), "{}: {command}: {before:?}, then {idx}", self.name);
        } else {
            self.refused.push(rest.to_owned());
        }
    }

    /// Lets a recorder run to its end.
    fn finish(&mut self, mut recorder: Recorder) {
        while let Ok(line) = recorder.lines.recv_timeout(Duration::from_secs(120)) {
            self.note(&line);
        }
        assert!(recorder.child.wait().unwrap().success(), "{}: {:?}", self.name, self.refused.last());
    }

    /// Notes what a recorder says until it has gone on for so long, then kills it.
    fn kill_after(&mut self, mut recorder: Recorder, run: Duration) {
        // The clock starts with its first line: before it there is nothing to lose.
        match recorder.lines.recv_timeout(Duration::from_secs(120)) {
            Ok(line) => self.note(&line),
            Err(error) => panic!("{}: it recorded nothing: {error}", self.name),
        }
        let until = Instant::now() + run;
        while let Ok(line) = recorder.lines.recv_timeout(until.saturating_duration_since(Instant::now())) {
            self.note(&line);
        }
        recorder.child.kill().unwrap();
        recorder.child.wait().unwrap();
        while let Ok(line) = recorder.lines.recv_timeout(Duration::from_secs(10)) {
            self.note(&line);
        }
    }

    /// Every acknowledged act at its index, none twice, no gap; the log and the rows as they should be.
    async fn sound(&self) {
        let store = open(self.folder.path(), &self.url, &self.schema).await.unwrap();
        let rows = store.read("select command from opened where node = $1", &[NODE.into()]).await.unwrap();
        let acts = store.log_size(NODE).await.unwrap();
        assert_eq!(rows.len() as u64, acts, "{}: an act for each command, once", self.name);
        let mut at = BTreeMap::new();
        for from in (0..acts).step_by(5_000) {
            for act in store.feed(NODE, from, 5_000).await.unwrap() {
                let event: testkit::acts::Opened = act.event().unwrap();
                assert!(at.insert(event.command as u64, act.idx).is_none(), "{}: {} twice", self.name, event.command);
            }
        }
        for (command, idx) in &self.acknowledged {
            assert_eq!(at.get(command), Some(idx), "{}: command {command} was acknowledged", self.name);
        }
        let mut signer = Signer::found(&self.folder.path().join("keys"), "test.invalid", NODE).unwrap();
        signer.publish(&store, 1).await.unwrap();
        let verified = store.verify(NODE, &signer.keys(), |_| {}).await.unwrap().unwrap();
        assert_eq!(verified.size, acts, "{}", self.name);
        let rebuilt = store.rebuild(NODE, &[&Replayed], false, |_| {}).await.unwrap();
        assert_eq!((rebuilt.acts, rebuilt.differences), (acts, Vec::new()), "{}", self.name);
        store.close().await;
    }

    /// The first command that nobody has acknowledged.
    fn next(&self) -> u64 {
        (1..).find(|command| !self.acknowledged.contains_key(command)).unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn kills_at_any_point_lose_nothing_and_double_nothing() {
    for (mut place, seed) in places().into_iter().zip([20_261_118, 20_261_126]) {
        let mut series = Series::of(seed);
        for _ in 0..kills() {
            let first = place.next();
            let recorder = place.recorder(first, u64::MAX - 1);
            place.kill_after(recorder, Duration::from_millis(series.below(250)));
        }
        let (first, last) = (place.next(), place.acknowledged.keys().next_back().copied().unwrap_or(1));
        let recorder = place.recorder(first, last);
        place.finish(recorder);
        place.sound().await;
        println!("{}: {} kills, {} acts acknowledged", place.name, kills(), place.acknowledged.len());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_on_one_node_record_beside_each_other() {
    for mut place in places() {
        // The second half of each is the same: whoever comes first records it, the other is told its receipt.
        let (one, two) = (place.recorder(1, 600), place.recorder(301, 900));
        place.finish(one);
        place.finish(two);
        assert_eq!(place.acknowledged.len(), 900, "{}", place.name);
        place.sound().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_is_cut_is_made_again() {
    let [_, mut place] = places();
    let recorder = place.recorder(1, 1_500);
    let mut other = sqlx::PgConnection::connect(&place.url).await.unwrap();
    let cut = format!(
        "select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and query like '%'\
         and pid in (select pid from pg_locks where relation = '{}.act'::regclass)",
        place.schema
    );
    let mut cuts = 0;
    for _ in 0..200 {
        tokio::time::sleep(Duration::from_millis(20)).await;
        if let Ok(rows) = sqlx::raw_sql(AssertSqlSafe(cut.clone())).fetch_all(&mut other).await {
            cuts += rows.len();
        }
        if cuts >= 10 {
            break;
        }
    }
    place.finish(recorder);
    assert!(cuts > 0, "nothing was cut off");
    assert_eq!(place.acknowledged.len(), 1_500, "all in the end, without hands");
    place.sound().await;
    println!("{cuts} connections cut, {} refusals told", place.refused.len());
}

/// A program of the system, where there is one.
fn found(name: &str) -> Option<PathBuf> {
    std::env::split_paths(&std::env::var_os("PATH")?).map(|folder| folder.join(name)).find(|path| path.exists())
}

#[tokio::test(flavor = "multi_thread")]
async fn without_room_an_act_is_refused_and_room_mends_it() {
    let [mut place, _] = places();
    let first = place.recorder(1, 200);
    place.finish(first);
    // A limit on the size of files stands for the full disk: writing beyond it fails in the same places.
    let mut starved = Command::new(found("sh").expect("a shell"));
    starved.args(["-c", "trap '' XFSZ; ulimit -f 2048; exec \"$@\"", "sh", env!("CARGO_BIN_EXE_recorder")]);
    let mut recorder = place.recorder_by(starved, 201, u64::MAX - 1);
    let until = Instant::now() + Duration::from_secs(60);
    while place.refused.len() < 20 && Instant::now() < until {
        if let Ok(line) = recorder.lines.recv_timeout(Duration::from_secs(10)) {
            place.note(&line);
        }
    }
    recorder.child.kill().unwrap();
    recorder.child.wait().unwrap();
    assert!(place.refused.len() >= 20, "the room sufficed");
    let said = place.refused.join("; ");
    assert!(said.contains("disk") || said.contains("full"), "{said}");
    place.sound().await;
    let (first, before) = (place.next(), place.acknowledged.len() as u64);
    let recorder = place.recorder(first, first + before);
    place.finish(recorder);
    place.sound().await;
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn a_store_that_cannot_be_written_says_so_and_nothing_is_lost() {
    use std::os::unix::fs::PermissionsExt as _;
    let [mut place, _] = places();
    let first = place.recorder(1, 100);
    place.finish(first);
    let file = PathBuf::from(&place.url);
    let mode = |mode| std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).unwrap();
    // Root writes what it likes: such a machine tries as nobody.
    std::fs::set_permissions(place.folder.path(), std::fs::Permissions::from_mode(0o555)).unwrap();
    mode(0o444);
    let mut command = match found("setpriv").filter(|_| unwritable_only_as_nobody(&file)) {
        Some(setpriv) => {
            let mut command = Command::new(setpriv);
            command.args(["--reuid", "65534", "--clear-groups", env!("CARGO_BIN_EXE_recorder")]);
            command
        }
        None => Command::new(env!("CARGO_BIN_EXE_recorder")),
    };
    command.arg(place.folder.path()).args([&place.url, "-", "101", "101"]);
    let output = command.stdin(Stdio::null()).stderr(Stdio::piped()).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && said.lines().count() == 1, "{said}");
    assert!(said.contains("readonly") || said.contains("open"), "{said}");
    mode(0o644);
    std::fs::set_permissions(place.folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    let recorder = place.recorder(101, 200);
    place.finish(recorder);
    place.sound().await;
}

/// Whether this process may write it all the same.
fn unwritable_only_as_nobody(file: &std::path::Path) -> bool {
    std::fs::OpenOptions::new().append(true).open(file).is_ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_set_back_changes_no_order() {
    for place in places() {
        let store = open(place.folder.path(), &place.url, &place.schema).await.unwrap();
        let mut signer = Signer::found(&place.folder.path().join("keys"), "test.invalid", NODE).unwrap();
        for (command, at) in [(1, 5_000_000_000_000), (2, 1_000_000_000_000), (3, 5_000_000_000_001)] {
            let (mut act, changes) = testkit::acts::opened(command);
            act.at = at;
            assert_eq!(store.record(act, changes).await.unwrap().idx, command - 1, "{}", place.name);
            signer.publish(&store, at).await.unwrap().unwrap();
        }
        let verified = store.verify(NODE, &signer.keys(), |_| {}).await.unwrap().unwrap();
        assert_eq!((verified.size, verified.checkpoints), (3, 3), "{}", place.name);
        let newest = store.checkpoint(NODE).await.unwrap().unwrap();
        assert_eq!(newest.size, 3, "{}: by size, not by time", place.name);
        place.sound().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_restarts_is_found_again() {
    let mut server = testkit::postgres::Server::start_durable().unwrap();
    let mut place = Place {
        url: server.url().to_owned(),
        schema: "restarted".to_owned(),
        ..places().into_iter().next_back().unwrap()
    };
    let recorder = place.recorder(1, 1_200);
    let mut restarts = 0;
    for _ in 0..3 {
        match recorder.lines.recv_timeout(Duration::from_secs(120)) {
            Ok(line) => place.note(&line),
            Err(_) => break,
        }
        server.restart().unwrap();
        restarts += 1;
    }
    place.finish(recorder);
    assert_eq!((restarts, place.acknowledged.len()), (3, 1_200));
    place.sound().await;
}
