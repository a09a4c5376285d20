//! From what is written to [`Settings`], every fault of it noted.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use tracing_subscriber::EnvFilter;
use web::http::{Network, Rate};

use crate::config::document::{Document, Environment, Given, Written};
use crate::config::fault::{Fault, Place};
use crate::config::keys::{Key, Kind, find};
use crate::config::settings::{
    Config, Log, Notices, OidcKeys, Secret, Serve, Settings, Smtp, TlsFiles, Webhook, address,
};

/// Reads and checks the whole of a configuration.
///
/// - `text`: the file's text; `environment`: names and values that override it.
/// - Errors: every fault found, in order of places.
pub(crate) fn read(text: &str, environment: Environment<'_>) -> Result<Config, Vec<Fault>> {
    let document = Document::new(text, environment).map_err(|fault| vec![fault])?;
    document.unknown();
    let read = Read { document: &document };
    let settings = read.settings();
    let config = read.node(settings);
    let faults = document.into_faults();
    match (config, faults.is_empty()) {
        (Some(config), true) => Ok(config),
        _ => Err(faults),
    }
}

/// What holds for a node whose file says nothing of how it is run: the environment and the defaults.
pub(crate) fn without_file(environment: Environment<'_>) -> Result<Settings, Vec<Fault>> {
    let document = Document::new("", environment).map_err(|fault| vec![fault])?;
    document.unknown();
    let settings = Read { document: &document }.settings();
    let faults = document.into_faults();
    if faults.is_empty() { Ok(settings) } else { Err(faults) }
}

/// Values of keys as types. A value that does not fit is noted, and the default stands in for it until all is read.
struct Read<'r, 'd> {
    document: &'r Document<'d>,
}

impl Read<'_, '_> {
    /// What the node is, run by these settings.
    fn node(&self, settings: Settings) -> Option<Config> {
        self.address_is_a_host(&settings);
        let offset = self.count("clock_offset_ms").unwrap_or_default();
        let (layout, node) = (self.needed("layout"), self.needed("node"));
        let domain = self.given("domain").and_then(|(key, given)| self.text(key, given));
        let demo = self.given("demo").and_then(|(key, given)| self.flag(key, given));
        for (path, missing) in [("domain", domain.is_none()), ("demo", demo.is_none())] {
            self.note_missing(path, missing);
        }
        Some(Config {
            layout: u32::try_from(layout?).ok()?,
            node: node?,
            domain: domain?,
            demo: demo?,
            clock_offset_ms: offset,
            hosts: self.texts("hosts"),
            settings,
        })
    }

    fn settings(&self) -> Settings {
        let certificate = self.file("tls.certificate");
        let private = self.file("tls.key");
        let tls = match (certificate, private) {
            (Some((_, certificate)), Some((_, key))) => Some(TlsFiles { certificate, key }),
            (Some((place, _)), None) => self.half(place, "tls.key"),
            (None, Some((place, _))) => self.half(place, "tls.certificate"),
            (None, None) => None,
        };
        let seconds = |path| Duration::from_secs(self.whole(path));
        Settings {
            serve: Serve {
                listen: self.listen("serve.listen"),
                operations: self.listen("serve.operations"),
                operations_token: self.file("serve.operations_token_file").map(|(_, file)| file),
                connections: self.whole("serve.connections") as usize,
                header_time: seconds("serve.header_time_s"),
                body_idle: seconds("serve.body_idle_s"),
                request_time: seconds("serve.request_time_s"),
                upload_bytes: (self.whole("serve.upload_mib") as usize) << 20,
            },
            tls,
            hsts_days: self.whole("tls.hsts_days") as u32,
            proxies: self.networks("proxy.trusted"),
            rate: Rate::new(self.whole("rate.per_second") as u32, self.whole("rate.burst") as u32),
            address: self.address("serve.address"),
            oidc: self.oidc(),
            store: self.given("store.url").and_then(|(key, given)| self.text(key, given)).map(Secret),
            readers: self.whole("store.readers") as u32,
            sm2: self.choice("checkpoint.beside") == "sm2",
            notices: self.notices(),
            log: Log { level: self.level("log.level"), json: self.choice("log.format") == "json" },
        }
    }

    fn notices(&self) -> Notices {
        Notices {
            digest_hour: self.whole("notices.digest_hour") as u8,
            failing: Duration::from_secs(60 * self.whole("notices.failing_minutes")),
            smtp: self.smtp(),
            webhook: self.webhook(),
        }
    }

    fn smtp(&self) -> Option<Smtp> {
        let url = self.fitting(
            "smtp.url",
            notices::send::is_server,
            "应为 smtps://主机 或 smtp://主机:端口，不带账号",
            "write smtps://host or smtp://host:port, without an account",
        );
        let from = self.fitting(
            "smtp.from",
            notices::send::is_sender,
            "应为发件地址，如 清源 <qingyuan@example.gov.cn>",
            "write the sender, such as Qingyuan <qingyuan@example.gov.cn>",
        );
        let user = self.fitting("smtp.user", |_| true, "", "");
        let password = self.file("smtp.password_file");
        let (user, password) = match (user, password) {
            (Some((_, user)), Some((_, password))) => (Some(user), Some(password)),
            (Some((place, _)), None) => self.half(place, "smtp.password_file")?,
            (None, Some((place, _))) => self.half(place, "smtp.user")?,
            (None, None) => (None, None),
        };
        let ca = self.file("smtp.ca_file").map(|(_, file)| file);
        match (url, from) {
            (Some((_, url)), Some((_, from))) => Some(Smtp { url, from, user, password, ca }),
            (Some((place, _)), None) => self.other_half(place, "smtp.from"),
            (None, Some((place, _))) => self.other_half(place, "smtp.url"),
            (None, None) => None,
        }
    }

    fn webhook(&self) -> Option<Webhook> {
        let url = self.fitting(
            "webhook.url",
            notices::send::is_gateway,
            "应为 https:// 开头的网址；只有本机可用 http://",
            "write an address that begins with https://; http:// is for the machine itself only",
        );
        let secret = self.file("webhook.secret_file");
        let ca = self.file("webhook.ca_file").map(|(_, file)| file);
        match (url, secret) {
            (Some((_, url)), Some((_, secret))) => Some(Webhook { url, secret, ca }),
            (Some((place, _)), None) => self.other_half(place, "webhook.secret_file"),
            (None, Some((place, _))) => self.other_half(place, "webhook.url"),
            (None, None) => None,
        }
    }

    /// A text that a rule lets pass, and where it stands.
    fn fitting(&self, path: &str, fits: impl Fn(&str) -> bool, zh: &str, en: &str) -> Option<(Place, String)> {
        let (key, given) = self.given(path)?;
        let place = given.place.clone();
        let text = self.text(key, given)?;
        if fits(&text) { Some((place, text)) } else { self.wrong(key, place, zh, en) }
    }

    /// As [`Read::half`], unless the other one is there and is wrong by itself.
    fn other_half<T>(&self, place: Place, other: &str) -> Option<T> {
        if self.given(other).is_some() { None } else { self.half(place, other) }
    }

    /// The other system, where its issuer is written; the rest that it needs is asked for there.
    fn oidc(&self) -> Option<OidcKeys> {
        let place = self.given("oidc.issuer").map(|(_, given)| given.place);
        let issuer = self.address("oidc.issuer");
        let client_id = self.given("oidc.client_id").and_then(|(key, given)| self.text(key, given));
        let file = |path| self.file(path).map(|(_, file)| file);
        let name = |path: &str| {
            let given = self.given(path).and_then(|(key, given)| self.text(key, given));
            given.unwrap_or_else(|| find(path).map_or("", |key| key.default.trim_matches('"')).to_owned())
        };
        let keys =
            (file("oidc.client_secret_file"), file("oidc.roots_file"), self.texts("oidc.acr"), self.texts("oidc.amr"));
        let name = kernel::Text { zh: name("oidc.name_zh"), en: name("oidc.name_en") };
        let place = place?;
        for other in ["oidc.client_id", "serve.address"] {
            if self.given(other).is_none() {
                return self.half(place, other);
            }
        }
        let (secret, roots, acr, amr) = keys;
        Some(OidcKeys { issuer: issuer?, client_id: client_id?, secret, roots, name, acr, amr })
    }

    /// An address that browsers or the node itself go to.
    fn address(&self, path: &str) -> Option<String> {
        let (key, given) = self.given(path)?;
        let place = given.place.clone();
        let text = self.text(key, given)?;
        if access::oidc::address(&text).is_ok() {
            return Some(text);
        }
        self.wrong(
            key,
            place,
            "应为 https:// 开头的网址，不带查询；http:// 只能是本机",
            "write an https:// address without a query; http:// is for this machine only",
        )
    }

    /// Whoever is led back to a name that the node does not answer to is lost.
    fn address_is_a_host(&self, settings: &Settings) {
        let url = settings.address.as_deref().and_then(|text| access::oidc::address(text).ok());
        let (Some(url), Some((key, given))) = (url, self.given("serve.address")) else { return };
        let host = url.host_str().unwrap_or_default();
        let known = self.texts("hosts").iter().any(|name| name == host);
        if !known && !crate::node::LOOPBACK.contains(&host) {
            self.document.fault(
                given.place,
                key,
                format!("hosts 里没有 {host}，浏览器回来会被拒绝"),
                format!("{host} is not among hosts: browsers that are led back would be refused"),
            );
        }
    }

    fn given(&self, path: &str) -> Option<(&'static Key, Given)> {
        let key = find(path)?;
        self.document.get(key).map(|given| (key, given))
    }

    fn wrong<T>(&self, key: &Key, place: Place, zh: &str, en: &str) -> Option<T> {
        self.document.fault(place, key, zh, en);
        None
    }

    /// One of two keys that belong together is missing.
    fn half<T>(&self, place: Place, other: &str) -> Option<T> {
        let key = find(other)?;
        self.wrong(key, place, &format!("还要写 {other}"), &format!("{other} is needed as well"))
    }

    fn note_missing(&self, path: &str, missing: bool) {
        // One that is there but wrong has been noted already.
        if let Some(key) = find(path).filter(|key| missing && self.document.get(key).is_none()) {
            let (zh, en) = ("缺少这一项；它由 qingyuan init 写入", "is missing; qingyuan init wrote it");
            self.document.fault(Place::File(1, 1), key, zh, en);
        }
    }

    fn needed(&self, path: &'static str) -> Option<i64> {
        let count = self.count(path);
        self.note_missing(path, count.is_none());
        count
    }

    fn text(&self, key: &Key, given: Given) -> Option<String> {
        match given.written {
            Written::Text(text) if !text.is_empty() && !text.contains('\0') => Some(text),
            Written::Text(_) => self.wrong(key, given.place, "不能为空", "cannot be empty"),
            _ => self.wrong(key, given.place, "应为带引号的文本", "write a text in quotes"),
        }
    }

    fn flag(&self, key: &Key, given: Given) -> Option<bool> {
        match given.written {
            Written::Flag(flag) => Some(flag),
            _ => self.wrong(key, given.place, "应为 true 或 false", "write true or false"),
        }
    }

    /// A number within the key's bounds.
    fn count(&self, path: &str) -> Option<i64> {
        let (key, given) = self.given(path)?;
        let Kind::Count(least, most) = key.kind else { return None };
        let count = match &given.written {
            Written::Count(count) => Some(*count),
            // The environment knows texts only.
            Written::Text(text) if matches!(given.place, Place::Variable(_)) => text.trim().parse().ok(),
            _ => None,
        };
        match count {
            Some(count) if (least..=most).contains(&count) => Some(count),
            _ if most == i64::MAX => self.wrong(key, given.place, "应为整数", "write a whole number"),
            _ => self.wrong(
                key,
                given.place,
                &format!("应为 {least} 到 {most} 的整数"),
                &format!("write a whole number from {least} to {most}"),
            ),
        }
    }

    /// A number of a key with a default that is none below zero.
    fn whole(&self, path: &str) -> u64 {
        let default = find(path).and_then(|key| key.default.parse().ok()).unwrap_or_default();
        self.count(path).and_then(|count| u64::try_from(count).ok()).unwrap_or(default)
    }

    fn listen(&self, path: &str) -> SocketAddr {
        let fallback = find(path).and_then(|key| address(key.default.trim_matches('"')));
        self.given(path)
            .and_then(|(key, given)| {
                let place = given.place.clone();
                let text = self.text(key, given)?;
                address(&text).or_else(|| {
                    self.wrong(
                        key,
                        place,
                        "应为“地址:端口”，例如 127.0.0.1:8080 或 [::]:443",
                        "write address:port, such as 127.0.0.1:8080 or [::]:443",
                    )
                })
            })
            .or(fallback)
            .unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 0)))
    }

    fn file(&self, path: &str) -> Option<(Place, PathBuf)> {
        let (key, given) = self.given(path)?;
        let place = given.place.clone();
        self.text(key, given).map(|text| (place, PathBuf::from(text)))
    }

    /// Texts, and where each list stands.
    fn list(&self, path: &str) -> Option<(&'static Key, Place, Vec<String>)> {
        let (key, given) = self.given(path)?;
        let texts = match given.written {
            Written::Texts(texts) => texts,
            Written::Text(text) if matches!(given.place, Place::Variable(_)) => {
                text.split(',').map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
            }
            _ => return self.wrong(key, given.place, "应为方括号里的文本列表", "write a list of texts in brackets"),
        };
        Some((key, given.place, texts))
    }

    fn texts(&self, path: &str) -> Vec<String> {
        self.list(path).map(|(_, _, texts)| texts).unwrap_or_default()
    }

    fn networks(&self, path: &str) -> Vec<Network> {
        let Some((key, place, texts)) = self.list(path) else { return Vec::new() };
        let read = |text: &String| {
            text.parse().ok().or_else(|| {
                self.wrong(
                    key,
                    place.clone(),
                    &format!("“{text}”不是地址或网段；例如 10.0.0.7、10.0.0.0/8、fd00::/8"),
                    &format!("“{text}” is no address or network; such as 10.0.0.7, 10.0.0.0/8, fd00::/8"),
                )
            })
        };
        texts.iter().filter_map(read).collect()
    }

    fn choice(&self, path: &str) -> &'static str {
        let Some(Key { kind: Kind::Choice(words), .. }) = find(path) else { return "" };
        let chosen = self.given(path).and_then(|(key, given)| {
            let place = given.place.clone();
            let text = self.text(key, given)?;
            let list = words.join(", ");
            words
                .iter()
                .find(|word| **word == text)
                .copied()
                .or_else(|| self.wrong(key, place, &format!("只能是：{list}"), &format!("write one of: {list}")))
        });
        chosen.or(words.first().copied()).unwrap_or_default()
    }

    fn level(&self, path: &str) -> String {
        self.given(path)
            .and_then(|(key, given)| {
                let place = given.place.clone();
                let text = self.text(key, given)?;
                if is_level(&text) {
                    return Some(text);
                }
                self.wrong(
                    key,
                    place,
                    "应为 error、warn、info、debug、trace 之一，或如 info,store=debug",
                    "write one of error, warn, info, debug, trace, or such as info,store=debug",
                )
            })
            .unwrap_or_else(|| "info".to_owned())
    }
}

/// Whether the subscriber understands it. A lone word would be read as the name of a target, so that it must be a level.
fn is_level(text: &str) -> bool {
    let levels = ["off", "error", "warn", "info", "debug", "trace"];
    let parts = text.split(',').all(|part| part.contains('=') || levels.contains(&part.trim().to_lowercase().as_str()));
    parts && EnvFilter::try_new(text).is_ok()
}

#[cfg(test)]
mod tests;
