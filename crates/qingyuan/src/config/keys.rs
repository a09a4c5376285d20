//! Every key of `node.toml` and its variable of the environment: one table serves the reader, the reference in
//! docs/operate/configuration.md and the nearest name of a misspelt one.

/// What a key's value may be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    /// Text as it stands.
    Text,
    /// `true` or `false`.
    Flag,
    /// A whole number from the first to the second.
    Count(i64, i64),
    /// One of these words.
    Choice(&'static [&'static str]),
    /// `address:port`.
    Listen,
    /// A path; a relative one is taken from the data folder.
    File,
    /// Several texts; in the environment separated by commas.
    Texts,
    /// Several addresses or networks (`10.0.0.0/8`); in the environment separated by commas.
    Networks,
    /// A level of the log, or directives such as `info,store=debug`.
    Level,
}

/// One key.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Key {
    /// Its section; empty at the top of the file.
    pub(crate) section: &'static str,
    /// Its name.
    pub(crate) name: &'static str,
    /// What it may be.
    pub(crate) kind: Kind,
    /// What holds where it is not given, in words of the file; empty where there is nothing.
    pub(crate) default: &'static str,
    /// Never shown, wherever it comes from.
    pub(crate) secret: bool,
    /// Part of the node's identity, fixed when it was founded: no variable changes it.
    pub(crate) fixed: bool,
    /// What it does, in Chinese and in English.
    pub(crate) meaning: (&'static str, &'static str),
}

impl Key {
    /// The variable that overrides it: `QINGYUAN_SERVE_LISTEN` for `listen` of `[serve]`.
    pub(crate) fn variable(&self) -> String {
        let name = self.name.to_uppercase();
        match self.section {
            "" => format!("QINGYUAN_{name}"),
            section => format!("QINGYUAN_{}_{name}", section.to_uppercase()),
        }
    }

    /// As people say it: `serve.listen`.
    pub(crate) fn path(&self) -> String {
        if self.section.is_empty() { self.name.to_owned() } else { format!("{}.{}", self.section, self.name) }
    }
}

/// An ordinary key.
const fn key(
    section: &'static str,
    name: &'static str,
    kind: Kind,
    default: &'static str,
    zh: &'static str,
    en: &'static str,
) -> Key {
    Key { section, name, kind, default, secret: false, fixed: false, meaning: (zh, en) }
}

/// A key of the node's identity, written when it is founded.
const fn fixed(name: &'static str, kind: Kind, default: &'static str, zh: &'static str, en: &'static str) -> Key {
    Key { section: "", name, kind, default, secret: false, fixed: true, meaning: (zh, en) }
}

/// A day in seconds: no limit of time is longer.
const DAY_S: i64 = 86_400;

/// All keys, in the order of the reference.
pub(crate) const KEYS: &[Key] = &[
    fixed("layout", Kind::Count(1, i64::MAX), "", "目录布局的版本", "version of the folder's layout"),
    fixed("node", Kind::Count(1, i64::MAX), "", "节点号", "the node's number"),
    fixed("domain", Kind::Text, "", "安装域名，账本名称的一部分", "domain of the installation, part of the log's name"),
    fixed("demo", Kind::Flag, "", "是否演示节点", "whether a demo"),
    fixed(
        "clock_offset_ms",
        Kind::Count(i64::MIN, i64::MAX),
        "0",
        "节点时钟比机器时钟快多少毫秒（演示用）",
        "milliseconds by which the node's clock is ahead of the machine's (demos)",
    ),
    key(
        "",
        "hosts",
        Kind::Texts,
        "[]",
        "浏览器用哪些主机名访问；本机名称总可以，其他名称的请求被拒绝",
        "names by which browsers reach the node; the loopback's always may, a request under any other is refused",
    ),
    key(
        "serve",
        "listen",
        Kind::Listen,
        "\"127.0.0.1:8080\"",
        "页面和接口的监听地址；没有 [tls] 时只能是本机地址，或配好 proxy.trusted",
        "where pages and API listen; without [tls] the loopback only, or with proxy.trusted",
    ),
    key(
        "serve",
        "address",
        Kind::Text,
        "",
        "浏览器访问本系统的网址，如 https://office.example；要与其他系统往返时必写；通知里的链接以它开头",
        "the address by which browsers reach the node, such as https://office.example; needed where other systems lead back; links in notices begin with it",
    ),
    key(
        "serve",
        "operations",
        Kind::Listen,
        "\"127.0.0.1:8081\"",
        "/healthz 和 /metrics 的监听地址；不是本机地址时必须有 operations_token_file",
        "where /healthz and /metrics listen; off the loopback only with operations_token_file",
    ),
    key(
        "serve",
        "operations_token_file",
        Kind::File,
        "",
        "文件，内容是读 /metrics 的口令（Authorization: Bearer），至少 16 个字符",
        "a file with the token that /metrics asks for (Authorization: Bearer), 16 characters or more",
    ),
    key(
        "serve",
        "connections",
        Kind::Count(16, 100_000),
        "4096",
        "同时打开的连接数上限，多出的排队",
        "connections open at once; more wait",
    ),
    key(
        "serve",
        "header_time_s",
        Kind::Count(1, DAY_S),
        "10",
        "握手和读请求头的时限（秒），对付慢速连接",
        "seconds for the handshake and for the head of a request: against slow clients",
    ),
    key(
        "serve",
        "body_idle_s",
        Kind::Count(1, DAY_S),
        "30",
        "请求内容两段之间最多停多久（秒）",
        "seconds that a request's body may pause",
    ),
    key(
        "serve",
        "request_time_s",
        Kind::Count(1, DAY_S),
        "60",
        "一个请求的时限（秒）；上传和事件流不受限",
        "seconds for a request; uploads and event streams have no such limit",
    ),
    key(
        "serve",
        "upload_mib",
        Kind::Count(1, 1 << 20),
        "512",
        "上传文件的大小上限（MiB），不超过页面自己的上限",
        "largest upload in MiB, within the page's own limit",
    ),
    key(
        "tls",
        "certificate",
        Kind::File,
        "",
        "PEM 证书链文件；换新后自动读入，不用重启",
        "PEM file with the chain of certificates; a renewed one is taken up without a restart",
    ),
    key(
        "tls",
        "key",
        Kind::File,
        "",
        "PEM 私钥文件，只有所有者可读",
        "PEM file with the private key, readable by its owner only",
    ),
    key(
        "tls",
        "hsts_days",
        Kind::Count(0, 3_650),
        "365",
        "浏览器今后只用 HTTPS 访问的天数；0 为不作要求",
        "days for which browsers keep to HTTPS; 0 asks for none",
    ),
    key(
        "proxy",
        "trusted",
        Kind::Networks,
        "[]",
        "前置代理的地址或网段；只有来自它们的 X-Forwarded-For、X-Forwarded-Proto 才算数",
        "addresses or networks of the proxies in front: X-Forwarded-For and -Proto count from them only",
    ),
    key(
        "rate",
        "per_second",
        Kind::Count(0, 1_000_000),
        "50",
        "每个来源地址每秒的请求数；0 为不限。机器自己不受限",
        "requests per second of one address; 0 for no limit. The machine itself is not limited",
    ),
    key(
        "rate",
        "burst",
        Kind::Count(1, 1_000_000),
        "400",
        "每个来源地址一下子可发的请求数",
        "requests that one address may send at once",
    ),
    key(
        "oidc",
        "issuer",
        Kind::Text,
        "",
        "统一身份认证（OpenID Connect）的发行者标识，一字不差；不写就没有这种登录",
        "issuer identifier of the system by which officers may sign in (OpenID Connect), to the byte; without it there is none",
    ),
    key("oidc", "client_id", Kind::Text, "", "本系统在那里的标识", "the node's name there"),
    key(
        "oidc",
        "client_secret_file",
        Kind::File,
        "",
        "文件，内容是本系统在那里的密钥；公开客户端不写",
        "a file with the node's secret there; a public client has none",
    ),
    key(
        "oidc",
        "roots_file",
        Kind::File,
        "",
        "PEM 文件，只信任其中的根证书；单位自建证书时写",
        "a PEM file with the only root certificates to trust: for an office that issues its own",
    ),
    key("oidc", "name_zh", Kind::Text, "\"统一身份认证\"", "登录按钮上的中文名称", "its Chinese name, on the button"),
    key("oidc", "name_en", Kind::Text, "\"single sign-on\"", "登录按钮上的英文名称", "its English name, on the button"),
    key(
        "oidc",
        "acr",
        Kind::Texts,
        "[]",
        "哪些 acr 值说明对方已核验第二因素；也随请求发出",
        "values of acr that say that a second factor was shown there; asked for as well",
    ),
    key(
        "oidc",
        "amr",
        Kind::Texts,
        "[]",
        "哪些 amr 值说明对方已核验第二因素，如 otp、hwk",
        "values of amr that say that a second factor was shown there, such as otp, hwk",
    ),
    key(
        "checkpoint",
        "beside",
        Kind::Choice(&["none", "sm2"]),
        "\"none\"",
        "检查点在账本自己的签名（Ed25519）之外再签什么：sm2 为 SM2 加 SM3（GB/T 32918、GB/T 32905），密钥首次使用时生成在 keys 目录",
        "what checkpoints carry beside the log's own signature (Ed25519): sm2 is SM2 with SM3 (GB/T 32918, GB/T 32905), its key drawn into the keys folder on first use",
    ),
    Key {
        section: "store",
        name: "url",
        kind: Kind::Text,
        default: "",
        secret: true,
        fixed: false,
        meaning: (
            "数据库：postgres://… 或文件；缺省为目录里的 SQLite。与 --store、QINGYUAN_STORE 相同",
            "the database: postgres://… or a file; by default SQLite in the folder. The same as --store and QINGYUAN_STORE",
        ),
    },
    key("store", "readers", Kind::Count(1, 512), "8", "读连接数", "connections for reading"),
    key(
        "notices",
        "digest_hour",
        Kind::Count(0, 23),
        "8",
        "每日汇总从几点起发（工作日）",
        "the hour from which digests are sent, on working days",
    ),
    key(
        "notices",
        "failing_minutes",
        Kind::Count(0, 1_440),
        "10",
        "渠道不通多少分钟后记录并预警",
        "minutes for which a channel fails before that is recorded and warned of",
    ),
    key(
        "smtp",
        "url",
        Kind::Text,
        "",
        "邮件服务器：smtps://主机（TLS），或 smtp://主机（必须 STARTTLS；只有本机可不加密）；不写就不发邮件",
        "the mail server: smtps://host (TLS) or smtp://host (STARTTLS is asked for; in the clear to the machine itself only); without it no mail",
    ),
    key(
        "smtp",
        "from",
        Kind::Text,
        "",
        "发件人，如 清源 <qingyuan@example.gov.cn>",
        "the sender, such as Qingyuan <qingyuan@example.gov.cn>",
    ),
    key(
        "smtp",
        "user",
        Kind::Text,
        "",
        "邮件服务器的账号，需要时写",
        "account at the mail server, where it asks for one",
    ),
    key(
        "smtp",
        "password_file",
        Kind::File,
        "",
        "文件，内容是该账号的口令，只有所有者可读",
        "a file with that account's password, readable by its owner only",
    ),
    key(
        "smtp",
        "ca_file",
        Kind::File,
        "",
        "PEM 证书文件，另外信任的签发者",
        "PEM file of an issuer trusted beside the public ones",
    ),
    key(
        "webhook",
        "url",
        Kind::Text,
        "",
        "短信网关的网址，https:// 开头；不写就不发短信",
        "the SMS gateway's address, https://; without it no text messages",
    ),
    key(
        "webhook",
        "secret_file",
        Kind::File,
        "",
        "文件，内容是签名密钥 whsec_…（24 到 64 字节的 base64），只有所有者可读",
        "a file with the key of signatures, whsec_… (base64 of 24 to 64 bytes), readable by its owner only",
    ),
    key(
        "webhook",
        "ca_file",
        Kind::File,
        "",
        "PEM 证书文件，代替公共签发者",
        "PEM file of the issuer trusted instead of the public ones",
    ),
    key(
        "log",
        "level",
        Kind::Level,
        "\"info\"",
        "日志级别：error、warn、info、debug、trace，或如 info,store=debug",
        "level of the log: error, warn, info, debug, trace, or such as info,store=debug",
    ),
    key(
        "log",
        "format",
        Kind::Choice(&["text", "json"]),
        "\"text\"",
        "日志格式：给人看的 text，给机器读的 json",
        "format of the log: text for people, json for machines",
    ),
];

/// Older names that still count: variable, and the path of the key it sets.
pub(crate) const OLDER: &[(&str, &str)] = &[("QINGYUAN_LOG", "log.level")];

/// The key of this path; every caller names one of the table.
pub(crate) fn find(path: &str) -> Option<&'static Key> {
    KEYS.iter().find(|key| key.path() == path)
}

/// The sections, in order.
pub(crate) fn sections() -> Vec<&'static str> {
    let mut sections: Vec<&str> = KEYS.iter().map(|key| key.section).filter(|section| !section.is_empty()).collect();
    sections.dedup();
    sections
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The reference of one language as docs/operate/configuration.md holds it.
    fn reference(chinese: bool) -> String {
        let mut text = String::from(if chinese {
            "| 名称 | 环境变量 | 写什么 | 缺省 | 作用 |\n"
        } else {
            "| key | variable | value | default | what it does |\n"
        });
        text.push_str("| --- | --- | --- | --- | --- |\n");
        for key in KEYS {
            let variable = match (key.fixed, chinese) {
                (false, _) => format!("`{}`", key.variable()),
                (true, true) => "不可".to_owned(),
                (true, false) => "none".to_owned(),
            };
            let default = if key.default.is_empty() { String::new() } else { format!("`{}`", key.default) };
            let meaning = if chinese { key.meaning.0 } else { key.meaning.1 };
            let secret = match (key.secret, chinese) {
                (false, _) => "",
                (true, true) => "（保密）",
                (true, false) => " (secret)",
            };
            let value = value(key.kind, chinese);
            text.push_str(&format!("| `{}` | {variable} | {value} | {default} | {meaning}{secret} |\n", key.path()));
        }
        text
    }

    fn value(kind: Kind, chinese: bool) -> String {
        let (zh, en) = match kind {
            Kind::Text => ("文本", "text"),
            Kind::Flag => ("true 或 false", "true or false"),
            Kind::Count(i64::MIN, _) => ("整数", "whole number"),
            Kind::Count(least, i64::MAX) => return format!("≥ {least}"),
            Kind::Count(least, most) => return format!("{least} … {most}"),
            Kind::Choice(words) => return words.join(", "),
            Kind::Listen => ("地址:端口", "address:port"),
            Kind::File => ("文件", "file"),
            Kind::Texts => ("文本列表", "list of texts"),
            Kind::Networks => ("地址或网段列表", "list of addresses or networks"),
            Kind::Level => ("级别", "level"),
        };
        if chinese { zh.to_owned() } else { en.to_owned() }
    }

    /// What stands between the marks of a page.
    fn part<'t>(page: &'t str, name: &str) -> &'t str {
        let begin = format!("<!-- {name} -->\n");
        let rest = page.split_once(begin.as_str()).map_or("", |(_, rest)| rest);
        rest.split_once("<!-- end -->").map_or("", |(part, _)| part)
    }

    #[test]
    fn the_reference_is_the_code() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/operate/configuration.md");
        let page = std::fs::read_to_string(path).unwrap();
        for (name, chinese) in [("reference zh", true), ("reference en", false)] {
            let made = reference(chinese);
            assert!(part(&page, name) == made, "put this between <!-- {name} --> and <!-- end --> of {path}:\n{made}");
        }
    }

    #[test]
    fn names_and_variables_are_told_apart() {
        let mut variables: Vec<String> = KEYS.iter().map(Key::variable).collect();
        variables.sort();
        variables.dedup();
        assert_eq!(variables.len(), KEYS.len());
        for (_, path) in OLDER {
            assert!(find(path).is_some(), "{path}");
        }
    }
}
