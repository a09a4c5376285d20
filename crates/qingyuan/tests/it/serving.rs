//! How a node is run: configuration, TLS, proxies, limits, what is logged and measured.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use crate::running::{Answer, Running, request};
use crate::support::Folder;

/// Adds lines to the node's configuration.
fn configure(folder: &Folder, more: &str) {
    let path = folder.data().join("node.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, format!("{text}{more}")).unwrap();
}

#[test]
fn a_faulty_configuration_is_refused_with_its_place_and_the_mend() {
    let folder = Folder::with_node();
    let path = folder.data().join("node.toml");
    let whole = std::fs::read_to_string(&path).unwrap();
    let lines = whole.lines().count();
    configure(&folder, "[serve]\nlisten = \"nowhere\"\nconections = 5\n");
    let refused = folder.run(&["serve"]);
    assert_eq!(refused.code, 1);
    let expected = [
        format!("node.toml:{}:1 serve.listen: write address:port", lines + 2),
        format!("node.toml:{}:1 serve.conections: there is no such name; is it connections?", lines + 3),
    ];
    for (line, expected) in refused.err.lines().zip(&expected) {
        assert!(line.contains(expected.as_str()), "{expected} in {}", refused.err);
    }
    assert_eq!(refused.err.lines().count(), 2, "{}", refused.err);
    let chinese = folder.run_in("zh_CN.UTF-8", &["verify"], None);
    assert!(chinese.err.contains("没有这个名称；是不是 connections？"), "{}", chinese.err);
    std::fs::write(&path, &whole).unwrap();
    let mut command = folder.command("en", &["verify"]);
    let out = command.env("QINGYUAN_STORE_URL", "postgres://u:CANARY-3b1d@127.0.0.1:1/x").output().unwrap();
    assert_eq!(out.status.code(), Some(1));
    let err = String::from_utf8_lossy(&out.stderr);
    assert!(!err.contains("CANARY"), "the address of the database holds a password: {err}");
}

#[test]
fn what_holds_is_listed_with_its_place_and_without_secrets() {
    let folder = Folder::with_node();
    configure(&folder, "[serve]\nrequest_time_s = 7\n[store]\nurl = \"CANARY-file.sqlite\"\n");
    let mut command = folder.command("en", &["configuration"]);
    let out = command.env("QINGYUAN_LOG_LEVEL", "warn").output().unwrap();
    let told = String::from_utf8_lossy(&out.stdout);
    assert!(told.contains("serve.request_time_s = 7    # node.toml:"), "{told}");
    assert!(told.contains("log.level = \"warn\"    # QINGYUAN_LOG_LEVEL"), "{told}");
    assert!(told.contains("serve.connections = 4096    # default"), "{told}");
    let by_option = folder.run(&["configuration", "--store", "CANARY-option.sqlite"]).out;
    assert!(by_option.contains("store.url = (secret)    # --store") && !by_option.contains("CANARY"), "{by_option}");
    assert!(told.contains("store.url = (secret)") && !told.contains("CANARY"), "{told}");
}

#[test]
fn nothing_is_served_in_the_clear_beyond_the_machine() {
    let folder = Folder::with_node();
    folder.run(&["serve", "--listen", "0.0.0.0:0"]).refused(&["not the loopback", "[tls]", "trusted"]);
    folder.run(&["serve", "--listen", "127.0.0.1:0", "--operations", "0.0.0.0:0"]).refused(&["operations_token_file"]);
    configure(&folder, "[tls]\ncertificate = \"none.pem\"\nkey = \"none.key\"\n");
    folder.run(&["serve", "--listen", "0.0.0.0:0"]).refused(&["none.pem", "cannot be read"]);
}

#[test]
fn tls_by_files() {
    let folder = Folder::with_node();
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    std::fs::write(folder.data().join("node.pem"), made.cert.pem()).unwrap();
    std::fs::write(folder.data().join("node.key"), made.signing_key.serialize_pem()).unwrap();
    configure(&folder, "[tls]\ncertificate = \"node.pem\"\nkey = \"node.key\"\nhsts_days = 2\n");
    let node = Running::start(&folder, &[("QINGYUAN_SERVE_HEADER_TIME_S", "1")]);
    let mut roots = RootCertStore::empty();
    roots.add(made.cert.der().clone()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let config = Arc::new(config);
    let ask = |text: String| {
        let name = ServerName::try_from("localhost").unwrap();
        let client = ClientConnection::new(Arc::clone(&config), name).unwrap();
        let mut stream = StreamOwned::new(client, TcpStream::connect(node.pages).unwrap());
        stream.write_all(text.as_bytes()).unwrap();
        let mut bytes = Vec::new();
        let _ = stream.read_to_end(&mut bytes);
        Answer::read(&bytes)
    };
    let page = ask(request("GET", "/sign-in", &[], ""));
    assert_eq!((page.status, page.header("strict-transport-security")), (200, "max-age=172800"));
    let chosen = ask(request("POST", "/preferences", &[], "language=en"));
    assert!(chosen.header("set-cookie").contains("; Secure"), "{}", chosen.head);
    // Plain words at an encrypted door are no handshake, and silence is none either.
    assert_eq!(Running::raw(node.pages, b"GET / HTTP/1.1\r\n\r\n").first(), Some(&0x15), "an alert of TLS");
    let begun = Instant::now();
    Running::raw(node.pages, b"");
    assert!(begun.elapsed() < Duration::from_secs(10), "silence is not waited for");
    let metrics = node.operations("/metrics", &[]);
    assert!(metrics.body.contains("qingyuan_connections_refused_total{reason=\"no_handshake\"} 2"), "{}", metrics.body);
}

#[test]
fn forwarded_headers_count_from_named_proxies_only_and_each_address_has_its_pace() {
    let folder = Folder::with_node();
    configure(&folder, "[rate]\nper_second = 1\nburst = 3\n");
    let from = |node: &Running, address: &str, path: &str| {
        let headers = [("x-forwarded-for", address), ("x-forwarded-proto", "https"), ("accept-language", "zh-CN")];
        node.ask("GET", path, &headers, "")
    };
    // Nobody is named: the header is the asker's own word, and the machine itself may ask as it likes.
    let alone = Running::start(&folder, &[]);
    for _ in 0..6 {
        let answer = from(&alone, "198.51.100.1", "/sign-in");
        assert_eq!((answer.status, answer.header("strict-transport-security")), (200, ""));
    }
    alone.stop();
    let node = Running::start(&folder, &[("QINGYUAN_PROXY_TRUSTED", "127.0.0.0/8")]);
    let first = from(&node, "198.51.100.1", "/sign-in");
    assert_eq!((first.status, first.header("strict-transport-security")), (200, "max-age=31536000"));
    let answers: Vec<Answer> = (0..6).map(|_| from(&node, "198.51.100.1", "/sign-in")).collect();
    let refused = answers.iter().find(|answer| answer.status == 429).expect("seven at once are more than three");
    assert_eq!(refused.header("retry-after"), "1");
    assert!(refused.body.contains("请求过于频繁") && refused.body.contains("door.too_many"), "{}", refused.body);
    assert_eq!(refused.header("content-security-policy").split(';').next(), Some("default-src 'none'"));
    let other = from(&node, "198.51.100.2", "/sign-in");
    assert_eq!(other.status, 200, "another address is not held up");
    let api: Vec<Answer> = (0..6).map(|_| from(&node, "198.51.100.3", "/api/openapi.json")).collect();
    let refused = api.iter().find(|answer| answer.status == 429).expect("the API has the same pace");
    assert_eq!(refused.header("content-type"), "application/problem+json");
    assert!(refused.body.contains("\"code\":\"door.too_many\""), "{}", refused.body);
    let nowhere: Vec<u16> = (0..6).map(|_| from(&node, "198.51.100.4", "/no-such-page").status).collect();
    assert!(nowhere.contains(&404) && nowhere.contains(&429), "{nowhere:?}");
    let metrics = node.operations("/metrics", &[]).body;
    let counted = metrics.lines().find(|line| line.starts_with("qingyuan_refusals_total{code=\"door.too_many\"}"));
    assert!(counted.is_some(), "{metrics}");
    assert!(!metrics.contains("198.51.100"), "no address is a label");
}

#[test]
fn slow_clients_are_not_waited_for() {
    let folder = Folder::with_node();
    configure(&folder, "[serve]\nheader_time_s = 1\nrequest_time_s = 2\nbody_idle_s = 1\n");
    let node = Running::start(&folder, &[]);
    let within = |what: &str, bytes: &[u8]| {
        let begun = Instant::now();
        let answer = Running::raw(node.pages, bytes);
        assert!(begun.elapsed() < Duration::from_secs(10), "{what}: {:?}", begun.elapsed());
        answer
    };
    within("half a head", b"GET /sign-in HTTP/1.1\r\nhost: loc");
    let begins = "POST /sign-in HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/x-www-form-urlencoded\r\n\
                  content-length: 1000\r\n\r\nname=";
    let paused = Answer::read(&within("a body that pauses", begins.as_bytes()));
    assert_eq!(paused.status, 400, "{}", paused.head);
    // A body that drips stays below the pause, and meets the limit of the whole request.
    let mut stream = TcpStream::connect(node.pages).unwrap();
    stream.write_all(begins.as_bytes()).unwrap();
    stream.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
    let (begun, mut bytes, mut some) = (Instant::now(), Vec::new(), [0; 4096]);
    while begun.elapsed() < Duration::from_secs(10) && !String::from_utf8_lossy(&bytes).contains("</html>") {
        match stream.read(&mut some) {
            Ok(0) => break,
            Ok(count) => bytes.extend_from_slice(&some[..count]),
            // Nothing yet: one more byte.
            Err(_) => drop(stream.write_all(b"a")),
        }
    }
    let dripped = Answer::read(&bytes);
    assert_eq!((dripped.status, dripped.header("retry-after")), (503, "10"), "{}", dripped.head);
    assert!(dripped.body.contains("door.too_slow"), "{}", dripped.body);
}

#[test]
fn no_more_connections_than_are_configured() {
    let folder = Folder::with_node();
    configure(&folder, "[serve]\nconnections = 16\nheader_time_s = 60\n");
    let node = Running::start(&folder, &[]);
    let mut idle: Vec<TcpStream> = (0..16).map(|_| TcpStream::connect(node.pages).unwrap()).collect();
    let open = || node.operations("/metrics", &[]).body.contains("qingyuan_connections 16\n");
    let begun = Instant::now();
    while !open() {
        assert!(begun.elapsed() < Duration::from_secs(30), "sixteen are taken");
        std::thread::sleep(Duration::from_millis(20));
    }
    // The next one is in the system's queue: connected, and not answered until a place is free.
    let mut waiting = TcpStream::connect(node.pages).unwrap();
    waiting.write_all(request("GET", "/sign-in", &[], "").as_bytes()).unwrap();
    waiting.set_read_timeout(Some(Duration::from_millis(500))).unwrap();
    assert!(waiting.read(&mut [0; 1]).is_err(), "it is not answered");
    idle.pop();
    waiting.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let mut bytes = Vec::new();
    waiting.read_to_end(&mut bytes).unwrap();
    assert_eq!(Answer::read(&bytes).status, 200);
}

#[test]
fn metrics_off_the_machine_ask_for_their_token() {
    let folder = Folder::with_node();
    configure(&folder, "[serve]\noperations_token_file = \"token\"\n");
    let token = folder.data().join("token");
    folder.run(&["serve", "--listen", "127.0.0.1:0"]).refused(&["operations_token_file", "cannot be read"]);
    std::fs::write(&token, "short").unwrap();
    folder.run(&["serve", "--listen", "127.0.0.1:0"]).refused(&["16 characters"]);
    std::fs::write(&token, "a-token-of-many-characters\n").unwrap();
    let node = Running::start(&folder, &[]);
    assert_eq!(node.operations("/healthz", &[]).status, 200);
    assert_eq!(node.operations("/metrics", &[]).status, 401);
    assert_eq!(node.operations("/metrics", &[("authorization", "Bearer another-token-of-some")]).status, 401);
    let with = node.operations("/metrics", &[("authorization", "Bearer a-token-of-many-characters")]);
    assert_eq!(with.status, 200);
    assert!(!node.stop().contains("a-token-of-many"), "the token is in no line");
}

#[test]
fn every_line_names_its_request_and_no_person() {
    let folder = Folder::with_node();
    let node = Running::start(&folder, &[("QINGYUAN_LOG_FORMAT", "json"), ("QINGYUAN_LOG_LEVEL", "debug")]);
    let canaries = ["CANARY-login", "CANARY-password", "CANARY-query", "CANARY-cookie", "CANARY-agent", "CANARY-path"];
    let headers =
        [("cookie", "qy-session=CANARY-cookie"), ("user-agent", "CANARY-agent"), ("x-request-id", "CANARY-id")];
    let signed = node.ask("POST", "/sign-in?next=CANARY-query", &headers, "name=CANARY-login&password=CANARY-password");
    assert_eq!(signed.status, 401);
    let nowhere = node.ask("GET", "/CANARY-path?q=CANARY-query", &headers, "");
    assert_eq!(nowhere.status, 404);
    let first =
        node.ask("POST", "/first-password", &headers, "name=CANARY-login&code=CANARY-code&password=CANARY-password");
    assert_eq!(first.status, 422);
    let metrics = node.operations("/metrics", &[]).body;
    assert!(metrics.contains("qingyuan_sign_in_refusals_total{reason=\"wrong\"} 1"), "{metrics}");
    assert!(
        metrics.contains("qingyuan_requests_total{method=\"POST\",route=\"/sign-in\",status=\"401\"} 1"),
        "{metrics}"
    );
    let log = node.stop();
    for canary in canaries.iter().chain(&["CANARY-code", "CANARY-id", "127.0.0.1:"]) {
        let in_log = log.lines().any(|line| line.contains(canary) && !line.contains("\"serving\""));
        assert!(!in_log, "{canary} is in the log:\n{log}");
        assert!(!metrics.contains(canary), "{canary} is in the metrics");
    }
    let lines: Vec<serde_json::Value> = log
        .lines()
        .filter(|line| line.starts_with('{'))
        .map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}")))
        .collect();
    let names: Vec<&str> = [&signed, &nowhere, &first].map(|answer| answer.header("x-request-id")).to_vec();
    for (name, route, status) in
        [(names[0], "/sign-in", 401), (names[1], "none", 404), (names[2], "/first-password", 422)]
    {
        assert_eq!(name.len(), 16, "{names:?}");
        let line = lines.iter().find(|line| line["message"] == "answered" && line["span"]["request"] == name);
        let line = line.unwrap_or_else(|| panic!("{name} in\n{log}"));
        assert_eq!((&line["route"], &line["status"]), (&route.into(), &status.into()), "{line}");
    }
    assert!(names[0] != names[1] && names[1] != names[2]);
}
