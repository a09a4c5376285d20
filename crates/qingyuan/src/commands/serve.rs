//! `qingyuan serve`.

use std::io::Write as _;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::middleware::from_fn_with_state;
use tokio::net::TcpListener;
use web::http::{Exposition, Hsts, Licence, harden, operations, traced};

use crate::cli::{Ended, Listen, Place};
use crate::config::{Config, Settings, address};
use crate::logs;
use crate::node::Node;
use crate::say::both;
use crate::server::{self, Certificates, Counts, Peers, Server};

/// Dependencies and their licences, as built.
pub(crate) static LICENCES: &[Licence] = include!(concat!(env!("OUT_DIR"), "/licences.rs"));

/// Runs the node until it is asked to stop.
pub(crate) async fn serve(place: &Place, listen: &Listen) -> Result<Ended, String> {
    let config = Config::read(&place.data).map_err(|error| error.to_string())?;
    logs::begin(&config.settings.log);
    web::assets::require().map_err(|error| error.to_string())?;
    let (pages, beside) = doors(&config, listen)?;
    let node = Node::open(&place.data, place.store.as_deref()).await.map_err(|error| error.to_string())?;
    let keeper = node.keeper().map_err(|error| error.to_string())?;
    let outward = node.outward().map_err(|error| error.to_string())?;
    let (app, router, _) = crate::node::routes(&node, keeper.keys(), &outward)?;
    let follower = node.follower().map_err(|error| error.to_string())?;
    let courier = node.courier(app.clone(), outward).map_err(|error| error.to_string())?;
    let listener = bind(pages.address).await?;
    let operations_listener = bind(beside.address).await?;
    let run = &node.config.settings;
    let hsts = Hsts { days: run.hsts_days, tls: pages.certificates.is_some(), proxies: run.proxies.clone() };
    let router = harden(router, hsts).layer(from_fn_with_state(app.clone(), traced));
    let counts = Arc::new(Counts::default());
    let served = serving(run, &pages, router, Arc::clone(&counts))?;
    let more = move |out: &mut Exposition| counts.expose(out);
    let operations = operations(app, beside.token.as_deref(), Arc::new(more));
    let told = serving(run, &beside, operations, Arc::new(Counts::default()))?;

    let (stop, stopped) = tokio::sync::watch::channel(false);
    let importer = node.importer.clone();
    tokio::spawn(async move {
        if let Err(fault) = importer.warm().await {
            tracing::warn!(%fault, "a reference was not read ahead");
        }
    });
    let supervision = tokio::spawn(node.watch().run());
    let clockwork = tokio::spawn(node.clockwork().run());
    let carrier = tokio::spawn(node.carrier().run());
    let case_clockwork = tokio::spawn(node.case_clockwork().run());
    let duties = tokio::spawn(node.disclosure_clockwork().run());
    let renewal = pages.certificates.clone().map(|certificates| tokio::spawn(certificates.renew()));
    let keeper = tokio::spawn(keeper.run(stopped.clone()));
    let follower = tokio::spawn(follower.run());
    let courier = tokio::spawn(courier.run(stopped.clone()));
    announce(&node, &listener, &operations_listener, pages.certificates.is_some());
    let asked = tokio::spawn(async move {
        interrupted().await;
        let _ = stop.send(true);
    });
    let both_servers = async {
        tokio::join!(served.run(listener, stopped.clone()), told.run(operations_listener, stopped.clone()));
    };
    // Open event streams never end by themselves: after a short grace they are dropped.
    tokio::select! {
        () = both_servers => {}
        () = async { let _ = asked.await; tokio::time::sleep(Duration::from_secs(2)).await } => {}
    }
    // One that is still at it would find the store closed, and say so as a fault: each is waited for.
    let followers = [supervision, clockwork, carrier, case_clockwork, duties, follower];
    for task in followers.into_iter().chain(renewal) {
        task.abort();
        let _ = task.await;
    }
    let _ = tokio::time::timeout(Duration::from_secs(3), async { tokio::join!(keeper, courier) }).await;
    node.store.close().await;
    eprintln!("{}", both("已停止。", "Stopped."));
    Ok(Ended::Done)
}

/// One of the two addresses: pages and API, or what only operators ask.
struct Door {
    address: SocketAddr,
    peers: Peers,
    certificates: Option<Arc<Certificates>>,
    token: Option<String>,
}

/// What the configuration and the command line say of both, checked before anything is opened.
fn doors(config: &Config, listen: &Listen) -> Result<(Door, Door), String> {
    let run = &config.settings;
    let given = |text: &Option<String>, configured: SocketAddr| match text {
        None => Ok(configured),
        Some(text) => address(text)
            .ok_or_else(|| both(&format!("{text} 不是“地址:端口”。"), &format!("{text} is not address:port."))),
    };
    let (pages, beside) = (given(&listen.listen, run.serve.listen)?, given(&listen.operations, run.serve.operations)?);
    if config.demo && !pages.ip().is_loopback() {
        return Err(both(
            &format!("{pages}：演示节点只绑定本机地址。"),
            &format!("{pages}: a demo node binds the loopback only."),
        ));
    }
    let token = run.serve.operations_token.as_deref().map(token).transpose()?;
    if token.is_none() && !beside.ip().is_loopback() {
        return Err(both(
            &format!("{beside}：没有 serve.operations_token_file 时，健康检查和指标只绑定本机地址。"),
            &format!("{beside}: without serve.operations_token_file, health and metrics bind the loopback only."),
        ));
    }
    let certificates = run.tls.as_ref().map(Certificates::read).transpose().map_err(|error| error.to_string())?;
    let peers = server::peers(pages.ip(), certificates.is_some(), &run.proxies)?;
    // Off the loopback the token travels: over the node's own TLS where there is any, else the network is the operator's.
    let inner = certificates.clone().filter(|_| !beside.ip().is_loopback());
    Ok((
        Door { address: pages, peers, certificates, token: None },
        Door { address: beside, peers: Peers::Any, certificates: inner, token },
    ))
}

/// Characters of a token at least.
const TOKEN: usize = 16;

/// The token that `/metrics` asks for.
fn token(file: &Path) -> Result<String, String> {
    let shown = file.display();
    let text = std::fs::read_to_string(file).map_err(|error| {
        both(
            &format!("serve.operations_token_file：{shown} 读不出：{error}。"),
            &format!("serve.operations_token_file: {shown} cannot be read: {error}."),
        )
    })?;
    let token = text.trim();
    if token.len() < TOKEN || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(both(
            &format!("serve.operations_token_file：{shown} 里要有至少 {TOKEN} 个字符的口令，不含空格。"),
            &format!(
                "serve.operations_token_file: {shown} must hold a token of {TOKEN} characters or more, without blanks."
            ),
        ));
    }
    Ok(token.to_owned())
}

fn serving(run: &Settings, door: &Door, router: axum::Router, counts: Arc<Counts>) -> Result<Server, String> {
    let tls = door.certificates.as_ref().map(Certificates::acceptor).transpose().map_err(|error| error.to_string())?;
    Ok(Server {
        router,
        tls,
        peers: door.peers.clone(),
        connections: run.serve.connections,
        header_time: run.serve.header_time,
        body_idle: run.serve.body_idle,
        counts,
    })
}

/// Binds an address.
async fn bind(address: SocketAddr) -> Result<TcpListener, String> {
    TcpListener::bind(address).await.map_err(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => both(
            &format!("{address} 已被占用；用 --listen 或 --operations 换一个端口。"),
            &format!("{address} is taken; choose another port with --listen or --operations."),
        ),
        _ => format!("{address}: {error}"),
    })
}

fn announce(node: &Node, pages: &TcpListener, operations: &TcpListener, tls: bool) {
    let of = |listener: &TcpListener| listener.local_addr().map_or_else(|_| String::new(), |at| at.to_string());
    let (scheme, address, beside) = (if tls { "https" } else { "http" }, of(pages), of(operations));
    tracing::info!(
        version = env!("CARGO_PKG_VERSION"),
        store = node.store.kind(),
        address,
        operations = beside,
        tls,
        "serving"
    );
    let mut lines = vec![
        both(&format!("清源已运行：{scheme}://{address}/"), &format!("Qingyuan is running: {scheme}://{address}/")),
        both(&format!("健康和指标：{beside}"), &format!("Health and metrics: {beside}")),
    ];
    if node.config.demo {
        lines.push(both("演示登录（姓名 / 密码）：", "Demo sign-ins (name / password):"));
        let sign_ins = crate::demo::sign_ins().into_iter();
        lines.extend(sign_ins.map(|one| format!("  {:<24} {} / {}", one.duty, one.login, one.password)));
        lines.push(both("按 Ctrl-C 停止。", "Ctrl-C stops it."));
    }
    // Whoever started the node may have gone away with the other end; it serves all the same.
    let _ = writeln!(std::io::stdout(), "{}", lines.join("\n"));
}

/// Until Ctrl-C, or the signal of a service manager.
async fn interrupted() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! { _ = interrupt => {}, _ = terminate.recv() => {} }
            return;
        }
    }
    let _ = interrupt.await;
}
