//! What is configured is read, or refused with its place and the mend.

use super::*;

const NODE: &str = "layout = 1\nnode = 7\ndomain = \"test.invalid\"\ndemo = false\n";

fn variables(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn settings(more: &str, environment: &[(&str, &str)]) -> Settings {
    let text = format!("{NODE}{more}");
    match read(&text, &variables(environment)) {
        Ok(config) => config.settings,
        Err(faults) => panic!("{faults:?}"),
    }
}

fn faults(more: &str, environment: &[(&str, &str)]) -> Vec<Fault> {
    let text = format!("{NODE}{more}");
    read(&text, &variables(environment)).err().unwrap_or_default()
}

#[test]
fn a_file_of_before_still_reads() {
    let old = "layout = 1\nnode = 3205000000001\ndomain = \"test.invalid\"\ndemo = true\nclock_offset_ms = -86400000\n\
               hosts = [\"a.example\"]\n";
    let config = read(old, &[]).unwrap();
    assert_eq!((config.node, config.demo, config.clock_offset_ms), (3_205_000_000_001, true, -86_400_000));
    assert_eq!(config.hosts, ["a.example"]);
    assert_eq!(config.settings, self::settings("", &[]), "everything else is its default");
}

#[test]
fn defaults_are_those_of_the_table() {
    let settings = settings("", &[]);
    assert_eq!(settings.serve.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(settings.serve.operations.to_string(), "127.0.0.1:8081");
    assert_eq!(settings.serve.request_time, Duration::from_secs(60));
    assert_eq!(settings.rate, Rate::new(50, 400));
    assert_eq!((settings.tls, settings.store), (None, None));
    assert_eq!(settings.log, Log { level: "info".to_owned(), json: false });
}

#[test]
fn the_environment_goes_before_the_file() {
    let file =
        "hosts = [\"a.example\"]\n[serve]\nlisten = \"127.0.0.1:1\"\nrequest_time_s = 5\n[log]\nformat = \"json\"\n";
    let from_file = settings(file, &[]);
    assert_eq!(from_file.serve.listen.port(), 1);
    assert!(from_file.log.json);
    let over = settings(
        file,
        &[
            ("QINGYUAN_SERVE_LISTEN", "127.0.0.1:2"),
            ("QINGYUAN_SERVE_REQUEST_TIME_S", "9"),
            ("QINGYUAN_LOG_FORMAT", "text"),
            ("QINGYUAN_PROXY_TRUSTED", "10.0.0.0/8, ::1"),
            ("QINGYUAN_RATE_PER_SECOND", "0"),
            ("QINGYUAN_LOG", "debug"),
        ],
    );
    assert_eq!((over.serve.listen.port(), over.serve.request_time.as_secs()), (2, 9));
    assert_eq!((over.proxies.len(), over.rate, over.log.json), (2, None, false));
    assert_eq!(over.log.level, "debug", "the older name counts");
    let newer = settings("", &[("QINGYUAN_LOG", "debug"), ("QINGYUAN_LOG_LEVEL", "warn")]);
    assert_eq!(newer.log.level, "warn", "the newer name goes before the older");
    let same = settings(file, &[("QINGYUAN_SERVE_LISTEN", "")]);
    assert_eq!(same.serve.listen.port(), 1, "an empty variable is none");
}

#[test]
fn a_fault_names_line_column_key_and_the_mend() {
    let at = |line, column| Place::File(line, column);
    let variable = |name: &str| Place::Variable(name.to_owned());
    // What is written after the identity's four lines; where the fault is, of which key, and words of the mend.
    let cases: Vec<(&str, Place, &str, &str)> = vec![
        ("[serve]\n  listen = \"nowhere\"\n", at(6, 3), "serve.listen", "address:port"),
        ("[serve]\nrequest_time_s = 0\n", at(6, 1), "serve.request_time_s", "from 1 to 86400"),
        ("[serve]\nrequest_time_s = \"60\"\n", at(6, 1), "serve.request_time_s", "from 1 to 86400"),
        ("[serve]\nlisten = 8080\n", at(6, 1), "serve.listen", "in quotes"),
        ("[serve]\nlisten = 1.5\n", at(6, 1), "serve.listen", "float"),
        ("[serve]\nlistn = \"x\"\n", at(6, 1), "serve.listn", "is it listen?"),
        ("[server]\n", at(5, 2), "server", "is it serve?"),
        ("listen = \"127.0.0.1:1\"\n", at(5, 1), "listen", "serve.listen"),
        ("colour = 1\n", at(5, 1), "colour", "docs/operate/configuration.md"),
        ("serve = 1\n", at(5, 1), "serve", "[serve]"),
        ("[tls]\ncertificate = \"a.pem\"\n", at(6, 1), "tls.key", "needed as well"),
        ("[tls]\nkey = \"a.pem\"\n", at(6, 1), "tls.certificate", "needed as well"),
        ("[proxy]\ntrusted = [\"10.0.0.0/99\"]\n", at(6, 1), "proxy.trusted", "10.0.0.0/99"),
        ("[proxy]\ntrusted = \"10.0.0.1\"\n", at(6, 1), "proxy.trusted", "in brackets"),
        ("[log]\nlevel = \"loud\"\n", at(6, 1), "log.level", "error, warn"),
        ("[log]\nformat = \"xml\"\n", at(6, 1), "log.format", "text, json"),
        ("[notices]\ndigest_hour = 24\n", at(6, 1), "notices.digest_hour", "from 0 to 23"),
        ("[smtp]\nurl = \"mail.example\"\nfrom = \"q@a.example\"\n", at(6, 1), "smtp.url", "smtps://host"),
        (
            "[smtp]\nurl = \"smtps://u:p@a.example\"\nfrom = \"q@a.example\"\n",
            at(6, 1),
            "smtp.url",
            "without an account",
        ),
        ("[smtp]\nurl = \"smtps://a.example\"\n", at(6, 1), "smtp.from", "needed as well"),
        ("[smtp]\nurl = \"smtps://a.example\"\nfrom = \"nobody\"\n", at(7, 1), "smtp.from", "write the sender"),
        (
            "[smtp]\nurl = \"smtps://a.example\"\nfrom = \"q@a.example\"\nuser = \"u\"\n",
            at(8, 1),
            "smtp.password_file",
            "needed as well",
        ),
        ("[webhook]\nurl = \"http://sms.example\"\nsecret_file = \"s\"\n", at(6, 1), "webhook.url", "https://"),
        ("[webhook]\nsecret_file = \"s\"\n", at(6, 1), "webhook.url", "needed as well"),
        ("hosts = 1\n", at(5, 1), "hosts", "in brackets"),
        ("[serve]\naddress = \"http://a.example\"\n", at(6, 1), "serve.address", "https://"),
        ("[serve]\naddress = \"https://a.example\"\n", at(6, 1), "serve.address", "not among hosts"),
        (
            "[oidc]\nissuer = \"http://id.example\"\nclient_id = \"q\"\n[serve]\naddress = \"http://localhost:1\"\n",
            at(6, 1),
            "oidc.issuer",
            "https://",
        ),
        ("[oidc]\nissuer = \"https://id.example\"\n", at(6, 1), "oidc.client_id", "needed as well"),
        ("[oidc]\nissuer = \"https://id.example\"\nclient_id = \"q\"\n", at(6, 1), "serve.address", "needed as well"),
        ("[serve\n", at(5, 7), "", "cannot be understood"),
    ];
    for (more, place, key, words) in cases {
        let faults = faults(more, &[]);
        assert_eq!(faults.len(), 1, "{more}: {faults:?}");
        assert_eq!((&faults[0].place, faults[0].key.as_str()), (&place, key), "{more}: {faults:?}");
        assert!(faults[0].en.contains(words), "{more}: {faults:?}");
        assert!(faults[0].zh.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)), "{faults:?}");
    }
    for (name, value, words) in [
        ("QINGYUAN_SERVE_LISTEN", "nowhere", "address:port"),
        ("QINGYUAN_SERVE_REQUEST_TIME_S", "soon", "from 1 to 86400"),
        ("QINGYUAN_SERVE_LISTN", "127.0.0.1:1", "QINGYUAN_SERVE_LISTEN"),
        ("QINGYUAN_LOG", "loud", "error, warn"),
    ] {
        let faults = faults("", &[(name, value)]);
        assert_eq!(faults.len(), 1, "{faults:?}");
        assert_eq!(faults[0].place, variable(name));
        assert!(faults[0].en.contains(words), "{faults:?}");
    }
    assert_eq!(faults("", &[("QINGYUAN_DATA_DIR", "x"), ("QINGYUAN_PORT", "y"), ("OTHER", "z")]), []);
}

#[test]
fn all_faults_are_told_at_once_in_their_order() {
    let more = "[log]\nlevel = \"loud\"\n[serve]\nlisten = \"x\"\nspeed = 3\n";
    let faults = faults(more, &[("QINGYUAN_RATE_BURST", "0")]);
    let keys: Vec<&str> = faults.iter().map(|fault| fault.key.as_str()).collect();
    assert_eq!(keys, ["log.level", "serve.listen", "serve.speed", "rate.burst"]);
}

#[test]
fn what_the_node_is_must_be_there_and_is_changed_by_no_variable() {
    let missing = read("layout = 1\n", &[]).err().unwrap();
    let keys: Vec<&str> = missing.iter().map(|fault| fault.key.as_str()).collect();
    assert_eq!(keys, ["node", "domain", "demo"]);
    let config = read(NODE, &variables(&[("QINGYUAN_NODE", "8"), ("QINGYUAN_DEMO", "true")])).unwrap();
    assert_eq!((config.node, config.demo), (7, false));
}

#[test]
fn secrets_are_in_no_fault_and_no_print() {
    let canary = "postgres://u:CANARY-7f3a@db/x";
    let texts = [
        format!("{:?}", settings("", &[("QINGYUAN_STORE_URL", canary)])),
        format!("{:?}", settings(&format!("[store]\nurl = \"{canary}\"\n"), &[])),
        format!("{:?}", faults(&format!("[store]\nurl = [\"{canary}\", 1]\n"), &[])),
        format!("{:?}", faults(&format!("[store]\nurl = \"{canary}\"x\n"), &[])),
        format!("{:?}", faults(&format!("[store]\nurll = \"{canary}\"\n"), &[])),
        format!("{:?}", faults("", &[("QINGYUAN_STORE_URI", canary)])),
    ];
    for text in texts {
        assert!(!text.contains("CANARY"), "{text}");
    }
}
