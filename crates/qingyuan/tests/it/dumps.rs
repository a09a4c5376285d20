//! The data of every released schema, kept as small filled dumps, are migrated and stand; data of a newer version are
//! refused with a sentence.
//!
//! A dump is a data folder as `tar.zst`; one for PostgreSQL has `store.sql` (of `pg_dump --inserts`) in the place of a file.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use testkit::postgres::Server;

use crate::support::Folder;

fn dumps() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/dumps");
    let mut found: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    found.sort();
    found
}

/// Unpacks a dump into a folder's data.
fn unpack(dump: &Path, folder: &Folder) {
    let tar = zstd::decode_all(std::fs::File::open(dump).unwrap()).unwrap();
    std::fs::create_dir_all(folder.data()).unwrap();
    let mut command = Command::new("tar");
    let mut child = command.args(["x", "-C"]).arg(folder.data()).stdin(Stdio::piped()).spawn().unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), &tar).unwrap();
    assert!(child.wait().unwrap().success(), "{}", dump.display());
}

/// A database of this name with the dump's rows.
async fn filled(server: &Server, name: &str, script: &str) -> String {
    let mut connection = PgConnection::connect(server.url()).await.unwrap();
    for sql in [format!("drop database if exists {name}"), format!("create database {name}")] {
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut connection).await.unwrap();
    }
    let (server, _) = server.url().rsplit_once('/').unwrap();
    let url = format!("{server}/{name}");
    let mut connection = PgConnection::connect(&url).await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(script.to_owned())).execute(&mut connection).await.unwrap();
    url
}

#[tokio::test(flavor = "multi_thread")]
async fn the_data_of_every_earlier_schema_are_migrated_and_stand() {
    let server = Server::get().unwrap();
    let dumps = dumps();
    for (at, dump) in dumps.iter().enumerate() {
        let folder = Folder::new();
        unpack(dump, &folder);
        let script = folder.data().join("store.sql");
        let mut store = Vec::new();
        if script.exists() {
            let name = format!("dump_{}_{at}", std::process::id());
            store = vec!["--store".to_owned(), filled(&server, &name, &std::fs::read_to_string(script).unwrap()).await];
        }
        let store: Vec<&str> = store.iter().map(String::as_str).collect();
        for command in [&["verify"][..], &["rebuild"], &["verify", "--incremental"]] {
            let ran = folder.run(&[command, &store].concat());
            assert_eq!(ran.code, 0, "{}: {command:?}: {}{}", dump.display(), ran.out, ran.err);
        }
    }
    assert!(dumps.len() >= 2, "a dump for each store");
    println!("{} dumps migrated, verified and rebuilt", dumps.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_downgrade_is_refused_with_a_sentence() {
    let folder = Folder::with_node();
    let file = folder.data().join("node.sqlite");
    let mut connection = sqlx::SqliteConnection::connect(&format!("sqlite:{}", file.display())).await.unwrap();
    let newer = "insert into migration (id) values ('store/9999')";
    sqlx::raw_sql(newer).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    for command in [&["verify"][..], &["doctor"], &["serve"]] {
        folder.run(command).refused(&["store/9999", "newer version"]);
    }
}
