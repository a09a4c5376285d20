//! What a figure means: fine, or wrong with the way to mend it. Pure; what is looked at is handed in.

/// Chinese, then English.
pub(super) type Words = (String, String);

/// One thing looked at.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Finding {
    /// What was found.
    pub(super) found: Words,
    /// How to mend it; nothing where it is fine.
    pub(super) mend: Option<Words>,
}

pub(super) fn fine(zh: impl Into<String>, en: impl Into<String>) -> Finding {
    Finding { found: (zh.into(), en.into()), mend: None }
}

impl Finding {
    /// The same, wrong.
    pub(super) fn but(mut self, zh: impl Into<String>, en: impl Into<String>) -> Finding {
        self.mend = Some((zh.into(), en.into()));
        self
    }

    fn but_if(self, wrong: bool, zh: &str, en: &str) -> Finding {
        if wrong { self.but(zh, en) } else { self }
    }
}

pub(super) fn configuration(fine_: bool) -> Finding {
    if fine_ {
        fine("配置读得懂", "the configuration can be read")
    } else {
        fine("配置有错", "the configuration has faults")
            .but("按上面各行改 node.toml 或环境变量", "mend node.toml or the environment as the lines above say")
    }
}

/// `took`: milliseconds, or why it did not answer.
pub(super) fn answers(took: Result<f64, String>) -> Finding {
    match took {
        Ok(ms) => fine(format!("数据库应答，{ms:.1} 毫秒"), format!("the store answers, {ms:.1} ms")),
        Err(why) => fine(format!("数据库不应答：{why}"), format!("the store does not answer: {why}")).but(
            "看数据库是否在运行，store.url 是否仍对",
            "see whether the database runs, and whether store.url still holds",
        ),
    }
}

/// The oldest PostgreSQL that its makers still mend.
const POSTGRESQL: u32 = 14;

/// `version`: as the store says it, such as `17.2`.
pub(super) fn version(store: &str, version: &str) -> Finding {
    let major = version.split(['.', ' ']).next().and_then(|major| major.parse::<u32>().ok());
    let old = store == "PostgreSQL" && major.is_none_or(|major| major < POSTGRESQL);
    fine(format!("{store} {version}"), format!("{store} {version}")).but_if(
        old,
        &format!("升级到 PostgreSQL {POSTGRESQL} 或更新的版本"),
        &format!("upgrade to PostgreSQL {POSTGRESQL} or newer"),
    )
}

pub(super) fn durable(durable: bool, words: &str) -> Finding {
    fine(format!("落盘设置：{words}"), format!("durability: {words}")).but_if(
        !durable,
        "断电会丢已答复的行为：在数据库里打开这些设置",
        "acts that were answered would be lost with the power: turn these settings on in the database",
    )
}

pub(super) fn blobs(writable: Result<(), String>) -> Finding {
    match writable {
        Ok(()) => fine("附件目录可写", "the blob folder can be written"),
        Err(why) => fine(format!("附件目录不可写：{why}"), format!("the blob folder cannot be written: {why}"))
            .but("让运行节点的用户拥有 blobs/", "let the user that runs the node own blobs/"),
    }
}

pub(super) fn key(readable: Result<(), String>) -> Finding {
    match readable {
        Ok(()) => fine("签名密钥可读", "the signing key can be read"),
        Err(why) => fine(format!("签名密钥不能用：{why}"), format!("the signing key is of no use: {why}"))
            .but("从备份恢复 keys/；绝不另换新钥", "restore keys/ from the backup; never put in a new key"),
    }
}

pub(super) fn channels_unread(why: &str) -> Finding {
    fine(format!("通知渠道的配置不能用：{why}"), format!("the channels of notices are of no use: {why}"))
        .but("改 [smtp]、[webhook]，或放好文件", "mend [smtp] or [webhook], or put the files there")
}

/// `answers`: or what went wrong, without a secret.
pub(super) fn mail(answers: Result<(), String>) -> Finding {
    match answers {
        Ok(()) => fine("邮件服务器应答", "the mail server answers"),
        Err(why) => fine(format!("邮件服务器不应答：{why}"), format!("the mail server does not answer: {why}")).but(
            "核对 smtp.url、smtp.user 和口令文件，并看服务器是否在运行",
            "check smtp.url, smtp.user and the password's file, and whether the server runs",
        ),
    }
}

/// `failing`: since when a channel of notices fails, in milliseconds since 1970; `waiting`: messages.
pub(super) fn channel(name: &str, failing: Option<i64>, waiting: u64, now: i64) -> Finding {
    let minutes = failing.map(|since| (now - since).max(0) / 60_000);
    let found = match minutes {
        None => {
            fine(format!("通知渠道 {name} 正常，{waiting} 条在等"), format!("notices leave by {name}; {waiting} wait"))
        }
        Some(minutes) => fine(
            format!("通知渠道 {name} 已 {minutes} 分钟发不出，{waiting} 条在等"),
            format!("{name} has delivered nothing for {minutes} minutes; {waiting} messages wait"),
        ),
    };
    found.but_if(
        failing.is_some(),
        "看“系统运行”页上最近的问题；修好后自动续发，不用重启",
        "see the last fault on the page \"The machine\"; once it is mended they go by themselves, without a restart",
    )
}

/// A file that only its owner should read. `mode`: its permission bits.
pub(super) fn private_file(name: &str, mode: u32) -> Finding {
    let open = mode & 0o077;
    fine(format!("{name} 的权限 {:03o}", mode & 0o777), format!("{name} has mode {:03o}", mode & 0o777)).but_if(
        open != 0,
        &format!("只给所有者：chmod 600 {name}"),
        &format!("leave it to its owner: chmod 600 {name}"),
    )
}

/// Least room, in bytes and as a share.
const ROOM: u64 = 1 << 30;
const SHARE: u64 = 20;

/// Free and total bytes of the disk that holds the data.
pub(super) fn room(free: u64, total: u64) -> Finding {
    let gib = |bytes: u64| bytes as f64 / f64::from(1 << 30);
    fine(
        format!("数据目录所在磁盘还有 {:.1} GiB（共 {:.1}）", gib(free), gib(total)),
        format!("{:.1} GiB of {:.1} are free where the data lie", gib(free), gib(total)),
    )
    .but_if(
        free < ROOM || free < total / SHARE,
        "腾出空间，或把数据移到更大的磁盘：写满时节点不再记录",
        "make room, or move the data to a larger disk: a full one stops all recording",
    )
}

/// Days before its end that a certificate wants renewing.
const RENEW_DAYS: i64 = 30;

/// `ends` and `now` in milliseconds since 1970.
pub(super) fn certificate(ends: Option<i64>, now: i64) -> Finding {
    let Some(ends) = ends else {
        return fine("证书没有可读的到期日", "the certificate says no end that can be read")
            .but("换一张标准的 X.509 证书", "put in an ordinary X.509 certificate");
    };
    let days = (ends - now).div_euclid(86_400_000);
    let found = if days < 0 {
        fine(format!("证书已过期 {} 天", -days), format!("the certificate ended {} days ago", -days))
    } else {
        fine(format!("证书还有 {days} 天"), format!("the certificate is good for {days} days"))
    };
    found.but_if(
        days < RENEW_DAYS,
        "换新证书文件；运行中的节点一分钟内自动读入",
        "renew the files; a running node takes them up within a minute",
    )
}

/// A clock may lag behind the last act by so much: acts of one group share a moment.
const CLOCK_MS: i64 = 5_000;

/// The node's clock, and when the newest act was made, in milliseconds since 1970.
pub(super) fn clock(now: i64, last: Option<i64>) -> Finding {
    let behind = last.map_or(0, |last| last - now);
    if behind <= CLOCK_MS {
        return fine("时钟不早于最近的行为", "the clock is not behind the newest act");
    }
    let seconds = behind / 1_000;
    fine(format!("时钟比最近的行为早 {seconds} 秒"), format!("the clock is {seconds} s behind the newest act"))
        .but("校准机器时钟（NTP），再运行节点", "set the machine's clock right (NTP) before the node runs")
}

/// Acts that no checkpoint covers for so long are too many.
const CHECKPOINT_MS: i64 = 60_000;

/// Acts, the newest checkpoint's size and time, and now; times in milliseconds since 1970.
pub(super) fn checkpoint(acts: u64, newest: Option<(u64, i64)>, now: i64) -> Finding {
    let (covered, at) = newest.unwrap_or((0, i64::MIN));
    if covered >= acts {
        return fine(format!("检查点覆盖全部 {acts} 条行为"), format!("a checkpoint covers all {acts} acts"));
    }
    let open = acts - covered;
    let found = fine(format!("{open} 条行为还没有检查点"), format!("no checkpoint covers {open} acts"));
    found.but_if(
        now.saturating_sub(at) > CHECKPOINT_MS,
        "运行 qingyuan serve，它会签署；在运行时仍如此，就看日志里的 no checkpoint was signed",
        "run qingyuan serve, which signs; if it runs, look for \"no checkpoint was signed\" in its log",
    )
}

/// Acts that supervision may be behind while they are being recorded.
const LAG: u64 = 100;

pub(super) fn supervised(acts: u64, seen: u64) -> Finding {
    fine(format!("已记录 {acts} 条行为，已监督 {seen} 条"), format!("{acts} acts recorded, {seen} supervised")).but_if(
        acts.saturating_sub(seen) > LAG,
        "运行 qingyuan serve，监督会跟上；在运行时仍如此，就看日志里的 supervision halted",
        "run qingyuan serve, and supervision catches up; if it runs, look for \"supervision halted\" in its log",
    )
}

/// A timer may be late by so much.
const TIMER_MS: i64 = 300_000;

/// How many timers are due, since when the oldest has been, and now; in milliseconds since 1970.
pub(super) fn timers(late: u64, oldest: Option<i64>, now: i64) -> Finding {
    let overdue = oldest.map_or(0, |due| now - due);
    fine(format!("到期未触发的时限 {late} 个"), format!("{late} timers are due")).but_if(
        overdue > TIMER_MS,
        "运行 qingyuan serve，时限会触发；在运行时仍如此，就看日志里的 a warning cannot be passed up",
        "run qingyuan serve, and they fire; if it runs, look for \"a warning cannot be passed up\" in its log",
    )
}

pub(super) fn calendar(known: bool, year: i64) -> Finding {
    if known {
        return fine("今后 60 天有工作日历", "there is a working calendar for the next 60 days");
    }
    fine(
        format!("缺 {year} 年的工作日历，到那时时限不能起算"),
        format!("no working calendar for {year}: no clock can be armed then"),
    )
    .but(
        "国务院公布放假安排后，换用带该年日历的版本",
        "once the holidays are announced, run a version that brings that year's",
    )
}

pub(super) fn bundle(built_in: bool) -> Finding {
    if built_in {
        return fine("页面样式和脚本已随程序构建", "styles and scripts are built in");
    }
    fine("程序里没有页面样式和脚本", "styles and scripts are not built in")
        .but("用 make build 构建，或换用安装包", "build with make build, or use the package")
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 86_400_000;
    const NOW: i64 = 20_000 * DAY;
    const GIB: u64 = 1 << 30;

    #[test]
    fn what_is_wrong_comes_with_its_mend() {
        // A finding; whether it is fine; words of what was found or of the mend.
        let cases = [
            ("read", configuration(true), true, "can be read"),
            ("faults", configuration(false), false, "node.toml"),
            ("answers", answers(Ok(0.4)), true, "0.4 ms"),
            ("does not answer", answers(Err("refused".to_owned())), false, "store.url"),
            ("SQLite of any version", version("SQLite", "3.1"), true, "SQLite 3.1"),
            ("PostgreSQL", version("PostgreSQL", "17.2"), true, "17.2"),
            ("the oldest", version("PostgreSQL", "14.0 (Debian)"), true, "14.0"),
            ("too old", version("PostgreSQL", "13.9"), false, "upgrade"),
            ("unheard of", version("PostgreSQL", "devel"), false, "upgrade"),
            ("durable", durable(true, "fsync=on"), true, "fsync=on"),
            ("not durable", durable(false, "fsync=off"), false, "turn these settings on"),
            ("blobs", blobs(Ok(())), true, "blob folder"),
            ("no blobs", blobs(Err("no".to_owned())), false, "own blobs/"),
            ("key", key(Ok(())), true, "signing key"),
            ("no key", key(Err("no".to_owned())), false, "never put in a new key"),
            ("private", private_file("k", 0o100_600), true, "600"),
            ("read only", private_file("k", 0o400), true, "400"),
            ("group may read", private_file("k", 0o640), false, "chmod 600 k"),
            ("all may read", private_file("k", 0o644), false, "chmod 600 k"),
            ("room", room(50 * GIB, 100 * GIB), true, "50.0 GiB"),
            ("a small share", room(4 * GIB, 100 * GIB), false, "make room"),
            ("little", room(GIB / 2, 2 * GIB), false, "make room"),
            ("certificate", certificate(Some(NOW + 90 * DAY), NOW), true, "90 days"),
            ("thirty days", certificate(Some(NOW + 30 * DAY), NOW), true, "30 days"),
            ("soon", certificate(Some(NOW + 30 * DAY - 1), NOW), false, "renew"),
            ("ended", certificate(Some(NOW - 2 * DAY), NOW), false, "ended 2 days ago"),
            ("no end", certificate(None, NOW), false, "X.509"),
            ("mail", mail(Ok(())), true, "mail server answers"),
            ("no mail", mail(Err("SMTP 535".to_owned())), false, "smtp.user"),
            ("a channel", channel("mail", None, 3, NOW), true, "3 wait"),
            ("a channel fails", channel("mail", Some(NOW - 120_000), 3, NOW), false, "for 2 minutes"),
            ("a channel unread", channels_unread("no file"), false, "put the files there"),
            ("no act yet", clock(NOW, None), true, "not behind"),
            ("clock", clock(NOW, Some(NOW + CLOCK_MS)), true, "not behind"),
            ("clock behind", clock(NOW, Some(NOW + 61_000)), false, "61 s behind"),
            ("nothing to cover", checkpoint(0, None, NOW), true, "all 0"),
            ("covered", checkpoint(7, Some((7, 0)), NOW), true, "all 7"),
            ("just recorded", checkpoint(8, Some((7, NOW - 1_000)), NOW), true, "1 acts"),
            ("stale", checkpoint(8, Some((7, NOW - 61_000)), NOW), false, "no checkpoint was signed"),
            ("never signed", checkpoint(8, None, NOW), false, "qingyuan serve"),
            ("supervised", supervised(8, 8), true, "8 supervised"),
            ("almost", supervised(108, 8), true, "8 supervised"),
            ("behind", supervised(109, 8), false, "supervision halted"),
            ("no timer", timers(0, None, NOW), true, "0 timers"),
            ("due now", timers(1, Some(NOW - 1_000), NOW), true, "1 timers"),
            ("late", timers(2, Some(NOW - 301_000), NOW), false, "passed up"),
            ("calendar", calendar(true, 2027), true, "60 days"),
            ("no calendar", calendar(false, 2027), false, "2027"),
            ("bundle", bundle(true), true, "built in"),
            ("no bundle", bundle(false), false, "make build"),
        ];
        for (case, finding, fine, words) in cases {
            assert_eq!(finding.mend.is_none(), fine, "{case}: {finding:?}");
            let told = [Some(&finding.found), finding.mend.as_ref()];
            assert!(told.iter().flatten().any(|(_, en)| en.contains(words)), "{case}: {finding:?}");
            for (zh, en) in told.into_iter().flatten() {
                assert!(!zh.is_empty() && en.is_ascii(), "{case}: {finding:?}");
            }
        }
    }
}
