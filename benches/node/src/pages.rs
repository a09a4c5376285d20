//! Pages over a million processes: queue and process pages, signed in, mixed filters, in an open loop.

use std::sync::Arc;

use testkit::demo::{Plan, jurisdiction};

use crate::child::Serving;
use crate::load::{Connection, open_loop};
use crate::{Bench, Outcome};

/// The password of every demo sign-in.
const PASSWORD: &str = "qingyuan-demo";
/// The aim: requests in a second, over so many connections, and within what.
const RATE: f64 = 100.0;
const CONNECTIONS: usize = 64;
const WITHIN_MS: f64 = 50.0;
/// How long one rate is held.
const SECONDS: f64 = 15.0;
/// Duties whose officers read: one reaches the whole node, one a supervisory unit.
const DUTIES: [&str; 2] = ["supervision-chief", "inspector"];

pub async fn bench(bench: &Bench) -> Outcome<()> {
    let serving = Serving::start(bench)?;
    let address = serving.address;
    let mut requests: Vec<Vec<u8>> = Vec::new();
    let mut readers = Vec::new();
    for duty in DUTIES {
        let cookie = sign_in(address, duty).await?;
        let kinds = kinds(within_reach(address, &cookie).await?);
        readers.push((cookie, kinds));
    }
    for (round, (cookie, kinds)) in readers.iter().cycle().take(2 * 50).enumerate() {
        for kind in kinds {
            requests.push(get(&kind.paths[round % kind.paths.len()], cookie));
        }
    }
    let kinds = readers.into_iter().next().map(|(_, kinds)| kinds).unwrap_or_default();
    // Every page must answer before anything is measured.
    let mut connection = Connection::open(address).await?;
    for (number, request) in requests.iter().take(kinds.len() * 2).enumerate() {
        let answer = connection.send(request).await?;
        if answer.status != 200 {
            return Err(format!("{}: {}", kinds[number % kinds.len()].name, answer.head).into());
        }
        if answer.body.is_empty() {
            return Err(format!("{}: an empty page", kinds[number % kinds.len()].name).into());
        }
    }
    let requests = Arc::new(requests);
    open_loop(address, Arc::clone(&requests), 20.0, 5.0, CONNECTIONS).await?;
    let run = open_loop(address, Arc::clone(&requests), RATE, SECONDS * 2.0, CONNECTIONS).await?;
    println!(
        "pages: {:.0} requests/s over {CONNECTIONS} connections: p50 {:.1} ms, p99 {:.1} ms, {} errors",
        run.rate,
        ms(run.quantile(0.5)),
        ms(run.quantile(0.99)),
        run.errors
    );
    for (number, kind) in kinds.iter().enumerate() {
        println!(
            "pages:   {:<44} p50 {:>7.1} ms  p99 {:>7.1} ms",
            kind.name,
            ms(run.quantile_of(0.5, kinds.len(), number)),
            ms(run.quantile_of(0.99, kinds.len(), number))
        );
    }
    let mut rate = RATE;
    let mut last = None;
    loop {
        let run = open_loop(address, Arc::clone(&requests), rate, SECONDS, CONNECTIONS).await?;
        let p99 = ms(run.quantile(0.99));
        println!("pages: {rate:.0} requests/s: p99 {p99:.1} ms, {:.0} answered/s, {} errors", run.answered, run.errors);
        if p99 > WITHIN_MS || run.errors > 0 || rate > 5_000.0 {
            break;
        }
        last = Some(rate);
        rate = (rate * 1.25).round();
    }
    match last {
        Some(rate) => println!("pages: saturation: {rate:.0} requests/s is the last step within {WITHIN_MS:.0} ms"),
        None => println!("pages: saturation: below {RATE:.0} requests/s"),
    }
    drop(serving);
    Ok(())
}

/// Pages of one kind.
struct Kind {
    name: &'static str,
    paths: Vec<String>,
}

/// Pages of processes that this reader may see, from all over the list.
async fn within_reach(address: std::net::SocketAddr, cookie: &str) -> Outcome<Vec<String>> {
    let mut paths = Vec::new();
    let mut connection = Connection::open(address).await?;
    for page in 0..5 {
        let answer = connection.send(&get(&format!("/api/processes?page={}", 1 + page * 31), cookie)).await?;
        let text = String::from_utf8_lossy(&answer.body).into_owned();
        let ids = text.split("\"ocid\":\"").skip(1).filter_map(|rest| rest.split('"').next());
        paths.extend(ids.take(20).map(|ocid| format!("/processes/{ocid}")));
    }
    if paths.is_empty() { Err("the reader sees no process".into()) } else { Ok(paths) }
}

fn kinds(processes: Vec<String>) -> Vec<Kind> {
    let place = jurisdiction(&Plan::DEMO);
    let buyers: Vec<String> =
        place.organs.iter().filter_map(|organ| Some(format!("CN-USCC-{}", organ.uscc?))).take(40).collect();
    let of = |name, paths: Vec<String>| Kind { name, paths };
    let texts = |paths: &[&str]| paths.iter().map(|path| (*path).to_owned()).collect();
    vec![
        of("queue", texts(&["/queue"])),
        of(
            "queue, filtered and sorted",
            texts(&[
                "/queue?light=red",
                "/queue?sort=due&dir=asc",
                "/queue?light=yellow&sort=amount",
                "/queue?min=1",
                "/queue?late=1",
                "/queue?stage=all&page=2",
            ]),
        ),
        of("process", processes),
        of("processes, newest", texts(&["/processes", "/processes?page=3", "/processes?sort=amount&dir=desc"])),
        of(
            "processes by method and days",
            texts(&[
                "/processes?method=open&from=2025-01-01&to=2025-03-31",
                "/processes?method=limited",
                "/processes?method=selective&sort=amount&dir=desc&min=1000000",
            ]),
        ),
        of("processes of a category", (10..60).map(|class| format!("/processes?category=CPV:{class}")).collect()),
        of("processes of a buyer", buyers.iter().map(|buyer| format!("/processes?buyer={buyer}")).collect()),
    ]
}

/// Milliseconds.
pub fn ms(time: std::time::Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// A request for a page.
pub fn get(path: &str, cookie: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept-Language: zh-CN\r\nCookie: {cookie}\r\n\r\n").into_bytes()
}

/// Signs the officer of a duty in; the session's cookie.
pub async fn sign_in(address: std::net::SocketAddr, duty: &str) -> Outcome<String> {
    let place = jurisdiction(&Plan::DEMO);
    let role = place.roles.iter().find(|role| role.duty == duty).ok_or_else(|| format!("the demo has no {duty}"))?;
    let form = format!("name={}&password={PASSWORD}&next=%2F", role.login);
    let request = format!(
        "POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: {}\r\n\r\n{form}",
        form.len()
    );
    let answer = Connection::open(address).await?.send(request.as_bytes()).await?;
    if answer.status != 303 {
        return Err(format!("{duty} cannot sign in: {}", answer.head).into());
    }
    answer.cookie.ok_or_else(|| "no cookie was set".into())
}
