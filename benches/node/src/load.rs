//! An open loop over HTTP/1.1: requests are due at a rate whether or not answers come, and latency counts from when a
//! request was due, so that a slow answer cannot hide the ones behind it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::Outcome;

/// A connection that is kept open.
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// An answer, read to its end.
pub struct Answer {
    pub status: u16,
    /// Status line and headers, in small letters.
    pub head: String,
    /// The first cookie that is set, as it came.
    pub cookie: Option<String>,
    pub body: Vec<u8>,
}

impl Connection {
    pub async fn open(address: SocketAddr) -> Outcome<Connection> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Connection { stream, buffer: Vec::with_capacity(1 << 18) })
    }

    /// Sends a request and reads its answer.
    pub async fn send(&mut self, request: &[u8]) -> Outcome<Answer> {
        self.stream.write_all(request).await?;
        self.buffer.clear();
        let end = loop {
            if let Some(at) = find(&self.buffer, b"\r\n\r\n") {
                break at + 4;
            }
            self.more().await?;
        };
        let head = String::from_utf8_lossy(&self.buffer[..end]).into_owned();
        let cookie = head.lines().find(|line| line.to_lowercase().starts_with("set-cookie:"));
        let cookie = cookie.and_then(|line| line.split_once(':')).and_then(|(_, value)| value.split(';').next());
        let cookie = cookie.map(|value| value.trim().to_owned());
        let head = head.to_lowercase();
        let status = head.split(' ').nth(1).and_then(|code| code.parse().ok()).ok_or("no status line")?;
        let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
        let body = if let Some(length) = length {
            let length: usize = length.trim().parse()?;
            while self.buffer.len() < end + length {
                self.more().await?;
            }
            self.buffer[end..end + length].to_vec()
        } else if head.contains("transfer-encoding: chunked") {
            while !self.buffer.ends_with(b"\r\n0\r\n\r\n") && &self.buffer[end..] != b"0\r\n\r\n" {
                self.more().await?;
            }
            self.buffer[end..].to_vec()
        } else {
            Vec::new()
        };
        Ok(Answer { status, head, cookie, body })
    }

    async fn more(&mut self) -> Outcome<()> {
        if self.stream.read_buf(&mut self.buffer).await? == 0 {
            Err("the connection was closed".into())
        } else {
            Ok(())
        }
    }
}

fn find(all: &[u8], what: &[u8]) -> Option<usize> {
    all.windows(what.len()).position(|window| window == what)
}

/// What a loop came to.
pub struct Run {
    /// Latencies from the due time, sorted, each with the number of its request.
    pub latencies: Vec<(Duration, usize)>,
    /// Answers other than 200, and failures.
    pub errors: usize,
    /// Requests due in a second.
    pub rate: f64,
    /// Answers in a second, over the whole loop.
    pub answered: f64,
}

impl Run {
    /// The latency that a share of the requests stayed within.
    pub fn quantile(&self, share: f64) -> Duration {
        let last = self.latencies.len().saturating_sub(1);
        let at = ((self.latencies.len() as f64 * share).ceil() as usize).saturating_sub(1).min(last);
        self.latencies.get(at).map_or(Duration::ZERO, |(latency, _)| *latency)
    }

    /// The same of the requests of one kind.
    pub fn quantile_of(&self, share: f64, kinds: usize, kind: usize) -> Duration {
        let of: Vec<Duration> =
            self.latencies.iter().filter(|(_, number)| number % kinds == kind).map(|(latency, _)| *latency).collect();
        let at = ((of.len() as f64 * share).ceil() as usize).saturating_sub(1);
        of.get(at.min(of.len().saturating_sub(1))).copied().unwrap_or_default()
    }
}

/// Sends `requests` round and round for a while, `rate` in a second, over so many connections.
pub async fn open_loop(
    address: SocketAddr,
    requests: Arc<Vec<Vec<u8>>>,
    rate: f64,
    seconds: f64,
    connections: usize,
) -> Outcome<Run> {
    let due = (rate * seconds) as usize;
    let next = Arc::new(AtomicUsize::new(0));
    let mut all = Vec::new();
    for _ in 0..connections {
        all.push(Connection::open(address).await?);
    }
    let begun = Instant::now() + Duration::from_millis(100);
    let mut workers = Vec::new();
    for mut connection in all {
        let (requests, next) = (Arc::clone(&requests), Arc::clone(&next));
        workers.push(tokio::spawn(async move {
            let (mut latencies, mut errors) = (Vec::new(), 0);
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= due {
                    return (latencies, errors);
                }
                let at = begun + Duration::from_secs_f64(number as f64 / rate);
                tokio::time::sleep_until(at.into()).await;
                match connection.send(&requests[number % requests.len()]).await {
                    Ok(answer) if answer.status == 200 => latencies.push((at.elapsed(), number)),
                    Ok(_) => errors += 1,
                    Err(_) => {
                        errors += 1;
                        match Connection::open(address).await {
                            Ok(fresh) => connection = fresh,
                            Err(_) => return (latencies, errors),
                        }
                    }
                }
            }
        }));
    }
    let (mut latencies, mut errors) = (Vec::with_capacity(due), 0);
    for worker in workers {
        let (some, failed) = worker.await?;
        latencies.extend(some);
        errors += failed;
    }
    let answered = latencies.len() as f64 / begun.elapsed().as_secs_f64();
    latencies.sort_unstable();
    Ok(Run { latencies, errors, rate, answered })
}
