//! A node that serves, as a process of its own, asked over real connections.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::support::Folder;

/// The node; it ends with the test.
pub struct Running {
    child: Child,
    log: PathBuf,
    pub pages: SocketAddr,
    pub operations: SocketAddr,
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
}

impl Answer {
    /// A header's value; empty where there is none.
    pub fn header(&self, name: &str) -> &str {
        let named = |line: &&str| line.to_ascii_lowercase().starts_with(&format!("{name}:"));
        self.head.lines().find(named).and_then(|line| line.split_once(':')).map_or("", |(_, value)| value.trim())
    }

    /// As it came over the wire, the connection closed behind it.
    pub fn read(bytes: &[u8]) -> Answer {
        let text = String::from_utf8_lossy(bytes);
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or_else(|| panic!("no answer: {text:?}"));
        let status = head.split_whitespace().nth(1).and_then(|status| status.parse().ok());
        Answer { status: status.unwrap_or_default(), head: head.to_owned(), body: body.to_owned() }
    }
}

/// A request that asks for the connection to be closed.
pub fn request(method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> String {
    let mut text = format!("{method} {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n");
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    if !body.is_empty() {
        text.push_str(&format!(
            "content-type: application/x-www-form-urlencoded\r\ncontent-length: {}\r\n",
            body.len()
        ));
    }
    format!("{text}\r\n{body}")
}

impl Running {
    /// Starts `serve` on free ports; `more` are variables of the environment.
    pub fn start(folder: &Folder, more: &[(&str, &str)]) -> Running {
        let mut command = folder.command("en", &["serve", "--listen", "127.0.0.1:0", "--operations", "127.0.0.1:0"]);
        Running::of(folder, command.envs(more.iter().copied()))
    }

    /// Runs a command that serves.
    pub fn of(folder: &Folder, command: &mut Command) -> Running {
        let log = folder.path().join("log");
        let file = std::fs::File::create(&log).unwrap();
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(file).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut address = |words: &str| -> SocketAddr {
            let line = lines
                .next()
                .and_then(Result::ok)
                .unwrap_or_else(|| panic!("it does not run: {}", std::fs::read_to_string(&log).unwrap_or_default()));
            let rest = line.split(words).nth(1).unwrap_or_else(|| panic!("{words} in {line}"));
            rest.trim_start_matches('s').trim_start_matches("://").trim_end_matches('/').parse().unwrap()
        };
        let pages = address("is running: http");
        let operations = address("metrics: ");
        Running { child, log, pages, operations }
    }

    /// Sends bytes as they are and reads until the connection is closed.
    pub fn raw(address: SocketAddr, bytes: &[u8]) -> Vec<u8> {
        let mut stream = TcpStream::connect(address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        stream.write_all(bytes).unwrap();
        let mut answer = Vec::new();
        // A connection that is cut instead of closed has answered nothing more.
        let _ = stream.read_to_end(&mut answer);
        answer
    }

    /// Asks the pages.
    pub fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        Answer::read(&Running::raw(self.pages, request(method, path, headers, body).as_bytes()))
    }

    pub fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[], "")
    }

    /// Asks what operators ask.
    pub fn operations(&self, path: &str, headers: &[(&str, &str)]) -> Answer {
        Answer::read(&Running::raw(self.operations, request("GET", path, headers, "").as_bytes()))
    }

    /// Stops it as a service manager does, and answers what it has logged.
    pub fn stop(mut self) -> String {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        let ended = self.child.wait().unwrap();
        let log = std::fs::read_to_string(&self.log).unwrap();
        assert!(ended.success(), "{log}");
        log
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
