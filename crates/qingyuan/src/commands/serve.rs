//! `qingyuan serve`.

use std::future::IntoFuture as _;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::middleware::from_fn_with_state;
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;
use web::http::{Licence, Metrics, harden, operations};

use crate::cli::{Ended, Place};
use crate::node::Node;
use crate::say::both;

/// Dependencies and their licences, as built.
pub(crate) static LICENCES: &[Licence] = include!(concat!(env!("OUT_DIR"), "/licences.rs"));

/// Runs the node until it is asked to stop.
pub(crate) async fn serve(place: &Place, listen: &str, beside: &str) -> Result<Ended, String> {
    let filter = EnvFilter::try_from_env("QINGYUAN_LOG").unwrap_or_else(|_| EnvFilter::new("info"));
    // A second `serve` in one process (tests) keeps the first subscriber.
    let _ = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).try_init();
    web::assets::require().map_err(|error| error.to_string())?;
    let node = Node::open(&place.data, place.store.as_deref()).await.map_err(|error| error.to_string())?;
    let listener = bind(listen, node.config.demo).await?;
    let operations_listener = bind(beside, true).await?;
    let keeper = node.keeper().map_err(|error| error.to_string())?;
    let (app, router, _) = crate::node::routes(&node, keeper.keys())?;
    let metrics = Arc::new(Metrics::default());
    let router = harden(router).layer(from_fn_with_state(Arc::clone(&metrics), Metrics::count));
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let importer = node.importer.clone();
    tokio::spawn(async move {
        if let Err(fault) = importer.warm().await {
            tracing::warn!(%fault, "a reference was not read ahead");
        }
    });
    let supervision = tokio::spawn(node.watch().run());
    let clockwork = tokio::spawn(node.clockwork().run());
    let keeper = tokio::spawn(keeper.run(stopped.clone()));
    announce(&node, &listener);
    let waits = |mut stopped: tokio::sync::watch::Receiver<bool>| async move {
        let _ = stopped.wait_for(|stop| *stop).await;
    };
    let serving = axum::serve(listener, router.into_make_service_with_connect_info::<SocketAddr>())
        .with_graceful_shutdown(waits(stopped.clone()))
        .into_future();
    let beside =
        axum::serve(operations_listener, operations(app, metrics)).with_graceful_shutdown(waits(stopped)).into_future();
    let asked = tokio::spawn(async move {
        interrupted().await;
        let _ = stop.send(true);
    });
    // Open event streams never end by themselves: after a short grace they are dropped.
    let both_servers = async { tokio::try_join!(serving, beside) };
    tokio::select! {
        served = both_servers => drop(served.map_err(|error| error.to_string())?),
        () = async { let _ = asked.await; tokio::time::sleep(Duration::from_secs(2)).await } => {}
    }
    supervision.abort();
    clockwork.abort();
    let _ = tokio::time::timeout(Duration::from_secs(3), keeper).await;
    node.store.close().await;
    eprintln!("{}", both("已停止。", "Stopped."));
    Ok(Ended::Done)
}

/// Binds an address; a demo, and what only operators ask, stays on the loopback.
async fn bind(address: &str, loopback_only: bool) -> Result<TcpListener, String> {
    let parsed: SocketAddr = address
        .parse()
        .map_err(|_| both(&format!("{address} 不是“地址:端口”。"), &format!("{address} is not address:port.")))?;
    if loopback_only && !parsed.ip().is_loopback() {
        return Err(both(
            &format!("{address}：演示节点和运维端口只绑定本机地址。"),
            &format!("{address}: a demo node, and the operations port, bind the loopback only."),
        ));
    }
    TcpListener::bind(parsed).await.map_err(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => both(
            &format!("{address} 已被占用；用 --listen 或 --operations 换一个端口。"),
            &format!("{address} is taken; choose another port with --listen or --operations."),
        ),
        _ => format!("{address}: {error}"),
    })
}

fn announce(node: &Node, listener: &TcpListener) {
    let address = listener.local_addr().map_or_else(|_| String::new(), |address| address.to_string());
    println!("{}", both(&format!("清源已运行：http://{address}/"), &format!("Qingyuan is running: http://{address}/")));
    if node.config.demo {
        println!("{}", both("演示登录（姓名 / 密码）：", "Demo sign-ins (name / password):"));
        for sign_in in crate::demo::sign_ins() {
            println!("  {:<24} {} / {}", sign_in.duty, sign_in.login, sign_in.password);
        }
        println!("{}", both("按 Ctrl-C 停止。", "Ctrl-C stops it."));
    }
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
