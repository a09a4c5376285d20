//! Takes connections and serves them: HTTP/1.1, in the clear or over TLS.
//!
//! A loop of ours instead of `axum::serve`, which knows no TLS and waits for ever for a slow client's head.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::response::Response;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tower::ServiceExt as _;
use tower_http::timeout::TimeoutBody;
use web::http::Exposition;

use crate::server::Peers;

/// What a server counts.
#[derive(Default)]
pub(crate) struct Counts {
    open: AtomicU64,
    taken: AtomicU64,
    strangers: AtomicU64,
    handshakes: AtomicU64,
}

impl Counts {
    /// Writes them.
    pub(crate) fn expose(&self, out: &mut Exposition) {
        let figure = |count: &AtomicU64| count.load(Ordering::Relaxed) as f64;
        out.family("qingyuan_connections", "gauge", "Connections that are open.");
        out.sample(&[], figure(&self.open));
        out.family("qingyuan_connections_total", "counter", "Connections taken.");
        out.sample(&[], figure(&self.taken));
        out.family("qingyuan_connections_refused_total", "counter", "Connections not served, by reason.");
        out.sample(&[("reason", "not_the_proxy")], figure(&self.strangers));
        out.sample(&[("reason", "no_handshake")], figure(&self.handshakes));
    }
}

/// One address being served.
pub(crate) struct Server {
    /// What answers.
    pub(crate) router: Router,
    /// TLS, where this node speaks it itself.
    pub(crate) tls: Option<TlsAcceptor>,
    /// Whose connections are taken.
    pub(crate) peers: Peers,
    /// How many at once.
    pub(crate) connections: usize,
    /// How long a handshake, and the head of a request, may take.
    pub(crate) header_time: Duration,
    /// How long a request's body may pause.
    pub(crate) body_idle: Duration,
    /// What it counts.
    pub(crate) counts: Arc<Counts>,
}

/// After a failed accept, such as for want of file handles, the loop rests instead of spinning.
const REST: Duration = Duration::from_millis(100);

impl Server {
    /// Serves until it is told to stop, then ends the connections after the answers that are under way.
    pub(crate) async fn run(self, listener: TcpListener, stopped: watch::Receiver<bool>) {
        let server = Arc::new(self);
        let room = Arc::new(Semaphore::new(server.connections));
        let mut open = JoinSet::new();
        let mut stopping = stopped.clone();
        loop {
            // The place is taken before the connection: who comes when there is none waits in the system's queue.
            let Ok(place) = Arc::clone(&room).acquire_owned().await else { break };
            let accepted = tokio::select! {
                accepted = listener.accept() => accepted,
                () = told(&mut stopping) => break,
            };
            // Those that have ended are let go of.
            while open.try_join_next().is_some() {}
            match accepted {
                Ok((stream, peer)) if server.peers.takes(peer.ip()) => {
                    let (server, stopped) = (Arc::clone(&server), stopped.clone());
                    open.spawn(async move {
                        server.connection(stream, peer, stopped).await;
                        drop(place);
                    });
                }
                Ok((_, peer)) => {
                    server.counts.strangers.fetch_add(1, Ordering::Relaxed);
                    tracing::debug!(family = if peer.is_ipv4() { 4 } else { 6 }, "a connection past the proxy");
                }
                Err(error) => {
                    tracing::warn!(%error, "a connection could not be taken");
                    tokio::time::sleep(REST).await;
                }
            }
        }
        drop(listener);
        while open.join_next().await.is_some() {}
    }

    async fn connection(&self, stream: TcpStream, peer: SocketAddr, stopped: watch::Receiver<bool>) {
        self.counts.taken.fetch_add(1, Ordering::Relaxed);
        self.counts.open.fetch_add(1, Ordering::Relaxed);
        let _closed = Closed(&self.counts);
        // Small answers go out at once.
        let _ = stream.set_nodelay(true);
        match &self.tls {
            None => self.requests(stream, peer, stopped).await,
            Some(tls) => match tokio::time::timeout(self.header_time, tls.accept(stream)).await {
                Ok(Ok(stream)) => self.requests(stream, peer, stopped).await,
                Ok(Err(_)) | Err(_) => {
                    self.counts.handshakes.fetch_add(1, Ordering::Relaxed);
                }
            },
        }
    }

    async fn requests(
        &self,
        stream: impl AsyncRead + AsyncWrite + Unpin,
        peer: SocketAddr,
        mut stopped: watch::Receiver<bool>,
    ) {
        let service = service_fn(|request| self.answer(request, peer));
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(self.header_time)
            .serve_connection(TokioIo::new(stream), service);
        let mut connection = std::pin::pin!(connection);
        // How a connection ends is its client's matter: what was recorded has been answered or is recorded all the same.
        tokio::select! {
            _ = connection.as_mut() => {}
            () = told(&mut stopped) => {
                connection.as_mut().graceful_shutdown();
                let _ = connection.await;
            }
        }
    }

    async fn answer(&self, request: Request<Incoming>, peer: SocketAddr) -> Result<Response, Infallible> {
        let mut request = request.map(|body| Body::new(TimeoutBody::new(self.body_idle, body)));
        request.extensions_mut().insert(ConnectInfo(peer));
        self.router.clone().oneshot(request).await
    }
}

/// Until the node is to stop.
async fn told(stopped: &mut watch::Receiver<bool>) {
    let _ = stopped.wait_for(|stop| *stop).await;
}

/// Counts a connection out, however it ends.
struct Closed<'c>(&'c Counts);

impl Drop for Closed<'_> {
    fn drop(&mut self) {
        self.0.open.fetch_sub(1, Ordering::Relaxed);
    }
}
