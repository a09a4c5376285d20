//! A real PostgreSQL for tests: started as an unprivileged user on a free loopback port, gone when dropped.
//!
//! `QINGYUAN_TEST_POSTGRES` names a running server instead; `make test` starts one for all test processes that way.

use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant, SystemTime};

/// The variable with the URL of a server that is already running.
pub const VARIABLE: &str = "QINGYUAN_TEST_POSTGRES";

/// A server of one's own, or the one the environment names.
pub struct Server {
    url: String,
    own: Option<Own>,
}

/// A schema of one test's own, on a server that the tests of a process share; the server goes with the last of them.
pub struct Fresh {
    schema: String,
    server: Arc<Server>,
}

impl Fresh {
    /// A fresh schema.
    ///
    /// # Panics
    /// With the sentence that says what is missing, where there is no server: tests never skip silently.
    pub fn get() -> Fresh {
        static SERVER: Mutex<Weak<Server>> = Mutex::new(Weak::new());
        let mut held = SERVER.lock().unwrap_or_else(PoisonError::into_inner);
        let server = held.upgrade().unwrap_or_else(|| {
            let server = Arc::new(Server::get().unwrap_or_else(|message| panic!("{message}")));
            *held = Arc::downgrade(&server);
            server
        });
        Fresh { schema: fresh_schema(), server }
    }

    /// Where it is.
    pub fn url(&self) -> &str {
        self.server.url()
    }

    /// Its name.
    pub fn schema(&self) -> &str {
        &self.schema
    }
}

struct Own {
    process: Child,
    folder: PathBuf,
    port: u16,
    settings: Vec<String>,
}

/// Starts the server of a folder.
fn postgres(folder: &Path, port: u16, settings: &[String]) -> Result<Child, String> {
    let bin = binaries().ok_or("PostgreSQL is not installed")?;
    unprivileged(&bin.join("postgres"), is_root())
        .arg("-D")
        .arg(folder.join("data"))
        .args(["-c", "listen_addresses=127.0.0.1", "-c", &format!("port={port}")])
        .args(["-c", "unix_socket_directories=", "-c", "max_connections=300", "-c", "shared_buffers=128MB"])
        .args(["-c", "log_min_messages=fatal"])
        .args(settings)
        .current_dir(folder)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| format!("postgres does not start: {error}"))
}

impl Server {
    /// The server that the environment names, or a new one.
    ///
    /// # Errors
    /// One sentence that says what is missing and how to get it: tests never skip silently.
    pub fn get() -> Result<Server, String> {
        match std::env::var(VARIABLE) {
            Ok(url) if !url.is_empty() => Ok(Server { url, own: None }),
            _ => Server::start(),
        }
    }

    /// Starts a new server in a temporary folder.
    ///
    /// # Errors
    /// As [`Server::get`].
    pub fn start() -> Result<Server, String> {
        Server::start_with(&["-c", "fsync=off", "-c", "full_page_writes=off"])
    }

    /// The same with the durability that production has: for tests that end the server under load.
    ///
    /// # Errors
    /// As [`Server::get`].
    pub fn start_durable() -> Result<Server, String> {
        Server::start_with(&[])
    }

    fn start_with(settings: &[&str]) -> Result<Server, String> {
        let bin = binaries().ok_or("PostgreSQL is not installed: `make deps` installs it (package postgresql)")?;
        let folder = std::env::temp_dir().join(format!("qingyuan-pg-{}-{}", std::process::id(), free_port()?));
        std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        let as_root = is_root();
        if as_root {
            run(Command::new("chown").arg("nobody").arg(&folder))?;
        }
        let data = folder.join("data");
        run(unprivileged(&bin.join("initdb"), as_root)
            .args(["-U", "qingyuan", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync", "-D"])
            .arg(&data)
            .current_dir(&folder))?;
        let port = free_port()?;
        let settings: Vec<String> = settings.iter().map(|setting| (*setting).to_owned()).collect();
        let process = postgres(&folder, port, &settings)?;
        let mut server = Server {
            url: format!("postgres://qingyuan@127.0.0.1:{port}/postgres"),
            own: Some(Own { process, folder, port, settings }),
        };
        server.wait(&data)?;
        Ok(server)
    }

    /// Ends the server at once, cutting off whoever is connected, and starts it again where it was.
    ///
    /// # Errors
    /// If it is not ours, or does not come up again.
    pub fn restart(&mut self) -> Result<(), String> {
        let own = self.own.as_mut().ok_or("this server was not started here")?;
        let _ = Command::new("kill").args(["-INT", &own.process.id().to_string()]).status();
        own.process.wait().map_err(|error| error.to_string())?;
        own.process = postgres(&own.folder, own.port, &own.settings)?;
        let data = own.folder.join("data");
        self.wait(&data)
    }

    /// Waits until the server says that it is ready, in the last line of its pid file: a port that listens may still
    /// answer "starting up".
    fn wait(&mut self, data: &Path) -> Result<(), String> {
        let until = Instant::now() + Duration::from_secs(60);
        let ready = || {
            std::fs::read_to_string(data.join("postmaster.pid"))
                .is_ok_and(|text| text.lines().nth(7).is_some_and(|state| state.trim() == "ready"))
        };
        while !ready() {
            if let Some(own) = &mut self.own
                && let Ok(Some(status)) = own.process.try_wait()
            {
                return Err(format!("postgres ended at once: {status}"));
            }
            if Instant::now() > until {
                return Err("postgres was not ready within 60 s".to_owned());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    /// `postgres://…` of the server's default database.
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let Some(own) = &mut self.own else { return };
        // SIGINT: a fast shutdown, which ends open connections. The child may be `setpriv`, which has become postgres.
        let _ = Command::new("kill").args(["-INT", &own.process.id().to_string()]).status();
        let _ = own.process.wait();
        let _ = std::fs::remove_dir_all(&own.folder);
    }
}

/// A name for a schema that no other test uses; the store makes it when it opens.
fn fresh_schema() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_nanos());
    format!("t{}_{}_{since}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed))
}

/// The folder with `initdb` and `postgres`: the newest of Debian's, else what the path has.
fn binaries() -> Option<PathBuf> {
    let mut versions: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .filter(|(_, bin)| bin.join("initdb").exists())
        .collect();
    versions.sort();
    let path = std::env::var_os("PATH")?;
    versions
        .pop()
        .map(|(_, bin)| bin)
        .or_else(|| std::env::split_paths(&path).find(|folder| folder.join("initdb").exists()))
}

/// PostgreSQL refuses to run as root; `setpriv` becomes the program itself, so that signals reach it.
fn unprivileged(program: &Path, as_root: bool) -> Command {
    if as_root {
        let mut command = Command::new("setpriv");
        command.args(["--reuid=nobody", "--regid=nogroup", "--clear-groups"]).arg(program);
        command
    } else {
        Command::new(program)
    }
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.starts_with(b"0\n"))
}

fn run(command: &mut Command) -> Result<(), String> {
    let name = format!("{:?}", command.get_program());
    let output = command.stdout(Stdio::null()).output().map_err(|error| format!("{name}: {error}"))?;
    if output.status.success() {
        Ok(())
    } else {
        Err(format!("{name}: {}", String::from_utf8_lossy(&output.stderr).trim()))
    }
}

fn free_port() -> Result<u16, String> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(|error| format!("no free port on the loopback: {error}"))
}
