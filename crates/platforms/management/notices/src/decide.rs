//! Pure: when something is sent and tried again, when a digest is due, which addresses are ones, when a channel counts as
//! failing.

use kernel::refusal::{Param, Refuse};
use kernel::{Day, Instant, Zone};

use crate::events::NoticesEvent;
use crate::types::{Channel, Choice, Way};

/// Minutes, in milliseconds.
const MINUTE_MS: i64 = 60_000;
/// Notices of the same moment go out together: a run raises hundreds.
pub const GATHER_MS: i64 = 3_000;
/// Least time between two messages to one officer by one channel; what comes meanwhile goes into the next.
pub const PACE_MS: i64 = 5 * MINUTE_MS;
/// What happened longer ago is told in the application and in digests only: a node that was away floods nobody.
pub const FRESH_MS: i64 = 24 * 60 * MINUTE_MS;
/// For how long notices are kept.
pub const KEEP_MS: i64 = 90 * 24 * 60 * MINUTE_MS;
/// For how long what was sent is kept.
pub const KEEP_SENT_MS: i64 = 30 * 24 * 60 * MINUTE_MS;
/// Attempts at one message: some thirty hours.
pub const ATTEMPTS: u32 = 36;
/// How long a code is good for.
pub const CODE_MS: i64 = 30 * MINUTE_MS;
/// Least time between two codes to one officer.
pub const CODE_PACE_MS: i64 = MINUTE_MS;
/// Codes to one officer by one channel a day.
pub const CODES_A_DAY: i64 = 10;
/// How often one code may be tried.
pub const TRIES: i64 = 5;
/// Digits of a code.
pub const DIGITS: usize = 8;

/// How long to wait after so many failed attempts: half a minute, doubled up to an hour. Nothing: no further attempt.
pub fn pause_ms(failed: u32) -> Option<i64> {
    if failed >= ATTEMPTS {
        return None;
    }
    let doubled = 30_000_i64 << failed.saturating_sub(1).min(7);
    Some(doubled.min(60 * MINUTE_MS))
}

/// How long a channel rests after so many faults in a row: it is tried often enough to be found mended soon.
pub fn rest_ms(faults: u32) -> i64 {
    (5_000_i64 << faults.saturating_sub(1).min(6)).min(5 * MINUTE_MS)
}

/// When a message that is to go at once goes.
///
/// - `last`: when the officer was last sent one by the channel.
pub fn goes_at(now: i64, last: Option<i64>) -> i64 {
    last.map_or(now + GATHER_MS, |last| (now + GATHER_MS).max(last + PACE_MS))
}

/// The day of the digest that is due: from `hour` o'clock on working days. Where no calendar says which days are working
/// days, every day is one: better told on a holiday than not at all.
///
/// - `working`: whether today is a working day, if that is known.
pub fn digest_due(now: Instant, zone: Zone, hour: u8, working: Option<bool>) -> Option<Day> {
    let today = now.day(zone);
    let begins = zone.start_of(today).plus_ms(i64::from(hour) * 60 * MINUTE_MS);
    (now >= begins && working.unwrap_or(true)).then_some(today)
}

/// What is known of a channel.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Seen {
    /// Which.
    pub channel: Channel,
    /// When the first attempt since the last success failed; nothing while it delivers.
    pub failing_since: Option<i64>,
    /// Messages that wait for it.
    pub waiting: i64,
}

/// What to record about a channel, if it has changed.
///
/// - `recorded`: whether it was last recorded as failing.
/// - `grace_ms`: for how long it may fail before that is said and warned of.
pub fn standing(recorded: bool, now: i64, grace_ms: i64, seen: Seen) -> Option<NoticesEvent> {
    let channel = seen.channel.code().to_owned();
    match (recorded, seen.failing_since) {
        (false, Some(since)) if now - since >= grace_ms => {
            Some(NoticesEvent::ChannelFailed { channel, since, waiting: seen.waiting })
        }
        (true, None) => Some(NoticesEvent::ChannelRestored { channel }),
        _ => None,
    }
}

/// An expected "no".
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Refusal {
    /// No address of mail.
    #[error("that is no address of mail")]
    Address,
    /// No telephone number.
    #[error("that is no telephone number")]
    Phone,
    /// Something is to be sent, and nowhere to send it.
    #[error("an address is needed")]
    NoAddress,
    /// A code was sent a moment ago, or too many today.
    #[error("no further code is sent now")]
    TooSoon,
    /// The channel did not take the code.
    #[error("the code could not be sent")]
    NotSent,
    /// Another code.
    #[error("that is not the code that was sent")]
    WrongCode,
    /// No code waits, it is too old, or it was tried too often.
    #[error("the code is no longer good")]
    CodeOver,
}

impl Refusal {
    /// All.
    pub const ALL: [Refusal; 7] = [
        Refusal::Address,
        Refusal::Phone,
        Refusal::NoAddress,
        Refusal::TooSoon,
        Refusal::NotSent,
        Refusal::WrongCode,
        Refusal::CodeOver,
    ];
}

impl Refuse for Refusal {
    fn code(&self) -> &'static str {
        match self {
            Refusal::Address => "notices.address",
            Refusal::Phone => "notices.phone",
            Refusal::NoAddress => "notices.no_address",
            Refusal::TooSoon => "notices.too_soon",
            Refusal::NotSent => "notices.not_sent",
            Refusal::WrongCode => "notices.wrong_code",
            Refusal::CodeOver => "notices.code_over",
        }
    }

    fn params(&self) -> Vec<(&'static str, Param)> {
        Vec::new()
    }
}

/// An address as it is kept, from what was typed; nothing where the field was left empty.
///
/// # Errors
/// If it is none. A line break, a blank, or a second address in it never reaches a header.
pub fn address(channel: Channel, typed: &str) -> Result<Option<String>, Refusal> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    match channel {
        Channel::Mail => mail(typed).map(Some).ok_or(Refusal::Address),
        Channel::Gateway => phone(typed).map(Some).ok_or(Refusal::Phone),
    }
}

/// RFC 5321: at most 64 octets before the `@` and 254 in all; only what needs no quoting, and a domain with a dot.
fn mail(typed: &str) -> Option<String> {
    let (user, domain) = typed.split_once('@')?;
    let plain = |c: char| c.is_ascii_alphanumeric() || ".!#$%&'*+/=?^_`{|}~-".contains(c);
    let user_fits =
        (1..=64).contains(&user.len()) && user.chars().all(plain) && user.split('.').all(|part| !part.is_empty());
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let domain_fits = domain.contains('.') && domain.split('.').all(label);
    (typed.len() <= 254 && user_fits && domain_fits).then(|| format!("{user}@{}", domain.to_lowercase()))
}

/// ITU-T E.164: at most 15 digits; a mobile number of the mainland may come without its country's.
fn phone(typed: &str) -> Option<String> {
    let bare: String = typed.chars().filter(|c| !" -".contains(*c)).collect();
    let (digits, abroad) = match bare.strip_prefix('+') {
        Some(digits) => (digits, true),
        None => (bare.as_str(), false),
    };
    if !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    match (abroad, digits.len()) {
        (true, 8..=15) if !digits.starts_with('0') => Some(format!("+{digits}")),
        (false, 11) if digits.starts_with('1') => Some(format!("+86{digits}")),
        _ => None,
    }
}

/// What a form asks of one channel.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Asked {
    /// The address stays; only the way changes, or both are gone.
    Kept(Option<String>, Way),
    /// Another address, which is used once its code was typed.
    Confirm(String, Way),
}

/// What a form asks: another address waits for its code, and no address tells nothing.
///
/// # Errors
/// If the address is none, one is missing, or a code was sent too short a time ago.
pub fn choose(choice: &Choice, way: Way, typed: &str, now: Instant, zone: Zone) -> Result<Asked, Refusal> {
    match address(choice.channel, typed)? {
        None if way != Way::Never => Err(Refusal::NoAddress),
        None => Ok(Asked::Kept(None, Way::Never)),
        Some(address) if choice.address.as_ref() == Some(&address) => Ok(Asked::Kept(Some(address), way)),
        Some(address) => {
            let recent = choice.pending.as_ref().is_some_and(|pending| now.ms() - pending.at < CODE_PACE_MS);
            let (day, sent) = choice.codes;
            if recent || (day == now.day(zone).number() && sent >= CODES_A_DAY) {
                return Err(Refusal::TooSoon);
            }
            Ok(Asked::Confirm(address, way))
        }
    }
}

/// Whether a code confirms the address that waits.
///
/// - `right`: whether it is the code that was sent.
///
/// # Errors
/// If none waits, it is too old or was tried too often; then, if it is another.
pub fn confirm(choice: &Choice, right: bool, now: i64) -> Result<(), Refusal> {
    let pending = choice.pending.as_ref().ok_or(Refusal::CodeOver)?;
    if pending.tries >= TRIES || !(0..CODE_MS).contains(&(now - pending.at)) {
        return Err(Refusal::CodeOver);
    }
    if right { Ok(()) } else { Err(Refusal::WrongCode) }
}

#[cfg(test)]
mod tests {
    use kernel::OfficerId;
    use proptest::prelude::*;

    use super::*;
    use crate::types::Pending;

    #[test]
    fn attempts_become_rarer_and_end() {
        let cases = [(1, 30), (2, 60), (3, 120), (7, 1_920), (8, 3_600), (35, 3_600)];
        for (failed, seconds) in cases {
            assert_eq!(pause_ms(failed), Some(seconds * 1_000), "{failed}");
        }
        assert_eq!(pause_ms(ATTEMPTS), None);
        let whole: i64 = (1..ATTEMPTS).filter_map(pause_ms).sum();
        assert!((24..36).contains(&(whole / 3_600_000)), "a day of mending: {whole}");
        assert_eq!((rest_ms(1), rest_ms(3), rest_ms(99)), (5_000, 20_000, 300_000));
    }

    #[test]
    fn messages_to_one_officer_keep_their_distance() {
        assert_eq!(goes_at(1_000_000, None), 1_000_000 + GATHER_MS);
        assert_eq!(goes_at(1_000_000, Some(0)), 1_000_000 + GATHER_MS, "long ago");
        assert_eq!(goes_at(1_000_000, Some(999_000)), 999_000 + PACE_MS, "a second ago");
    }

    #[test]
    fn a_digest_is_due_from_its_hour_on_working_days() {
        let at = |text: &str| text.parse::<Instant>().unwrap();
        let wednesday = Day::constant(2026, 11, 18);
        let cases = [
            ("before", "2026-11-18T07:59:59+08:00", Some(true), None),
            ("at eight", "2026-11-18T08:00:00+08:00", Some(true), Some(wednesday)),
            ("late", "2026-11-18T23:59:59+08:00", Some(true), Some(wednesday)),
            ("a holiday", "2026-11-18T09:00:00+08:00", Some(false), None),
            ("no calendar", "2026-11-18T09:00:00+08:00", None, Some(wednesday)),
            ("UTC is another day", "2026-11-17T23:30:00Z", Some(true), None),
        ];
        for (case, now, working, due) in cases {
            assert_eq!(digest_due(at(now), Zone::CHINA, 8, working), due, "{case}");
        }
    }

    #[test]
    fn a_channel_that_fails_for_long_is_said_once_and_so_is_its_end() {
        let now = 10_000_000;
        let grace = 600_000;
        let seen = |since| Seen { channel: Channel::Mail, failing_since: since, waiting: 3 };
        let failed = |since| Some(NoticesEvent::ChannelFailed { channel: "mail".to_owned(), since, waiting: 3 });
        let restored = Some(NoticesEvent::ChannelRestored { channel: "mail".to_owned() });
        let cases = [
            ("delivers", false, seen(None), None),
            ("within grace", false, seen(Some(now - grace + 1)), None),
            ("beyond grace", false, seen(Some(now - grace)), failed(now - grace)),
            ("still", true, seen(Some(now - grace)), None),
            ("back", true, seen(None), restored),
        ];
        for (case, recorded, seen, event) in cases {
            assert_eq!(standing(recorded, now, grace, seen), event, "{case}");
        }
    }

    #[test]
    fn addresses_are_told_from_what_is_none() {
        let long = format!("{}@a.example", "x".repeat(65));
        let longer = format!("a@{}.example", ["x".repeat(60).as_str(); 5].join("."));
        type Case<'a> = (Channel, &'a str, Result<Option<&'a str>, Refusal>);
        let cases: &[Case<'_>] = &[
            (Channel::Mail, " li@office.example ", Ok(Some("li@office.example"))),
            (Channel::Mail, "li.si+a@Mail.Office.Example", Ok(Some("li.si+a@mail.office.example"))),
            (Channel::Mail, "", Ok(None)),
            (Channel::Mail, "   ", Ok(None)),
            (Channel::Mail, "li", Err(Refusal::Address)),
            (Channel::Mail, "li@office", Err(Refusal::Address)),
            (Channel::Mail, "li@@office.example", Err(Refusal::Address)),
            (Channel::Mail, "li@office.example,b@c.example", Err(Refusal::Address)),
            (Channel::Mail, "li@office.example\r\nBcc: all@c.example", Err(Refusal::Address)),
            (Channel::Mail, "li\n@office.example", Err(Refusal::Address)),
            (Channel::Mail, "<li@office.example>", Err(Refusal::Address)),
            (Channel::Mail, "\"li si\"@office.example", Err(Refusal::Address)),
            (Channel::Mail, ".li@office.example", Err(Refusal::Address)),
            (Channel::Mail, "li@-office.example", Err(Refusal::Address)),
            (Channel::Mail, "李@office.example", Err(Refusal::Address)),
            (Channel::Mail, &long, Err(Refusal::Address)),
            (Channel::Mail, &longer, Err(Refusal::Address)),
            (Channel::Gateway, "138 0000 0000", Ok(Some("+8613800000000"))),
            (Channel::Gateway, "+44 20 7946 0000", Ok(Some("+442079460000"))),
            (Channel::Gateway, "12345", Err(Refusal::Phone)),
            (Channel::Gateway, "+1234567890123456", Err(Refusal::Phone)),
            (Channel::Gateway, "13800000000;13900000000", Err(Refusal::Phone)),
            (Channel::Gateway, "１３８００００００００", Err(Refusal::Phone)),
        ];
        for (channel, typed, kept) in cases {
            assert_eq!(address(*channel, typed), kept.map(|kept| kept.map(str::to_owned)), "{typed:?}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_typed_no_header_grows_by_it(typed in "\\PC*|[a-z@.\\r\\n ,;<>\"]{0,60}") {
            for channel in Channel::ALL {
                if let Ok(Some(kept)) = address(channel, &typed) {
                    prop_assert!(kept.chars().all(|c| c.is_ascii_graphic() && !",;<>\"\\".contains(c)), "{kept:?}");
                    prop_assert!(kept.len() <= 254);
                }
            }
        }
    }

    #[test]
    fn another_address_waits_for_its_code() {
        let now = Instant::from_ms(1_000 * 24 * 3_600_000);
        let zone = Zone::CHINA;
        let today = now.day(zone).number();
        let confirmed = |address: Option<&str>| Choice {
            address: address.map(str::to_owned),
            ..Choice::none(OfficerId::new(1), Channel::Mail)
        };
        let waiting = |age| Choice {
            pending: Some(Pending {
                address: "b@c.example".to_owned(),
                way: Way::Daily,
                code: Vec::new(),
                at: now.ms() - age,
                tries: 0,
            }),
            ..confirmed(None)
        };
        let (a, b) = ("a@b.example", "b@c.example");
        let cases = [
            ("none, never", confirmed(None), Way::Never, "", Ok(Asked::Kept(None, Way::Never))),
            ("none, daily", confirmed(None), Way::Daily, "", Err(Refusal::NoAddress)),
            ("taken away", confirmed(Some(a)), Way::Never, "", Ok(Asked::Kept(None, Way::Never))),
            ("the same", confirmed(Some(a)), Way::Daily, a, Ok(Asked::Kept(Some(a.to_owned()), Way::Daily))),
            ("another", confirmed(Some(a)), Way::AtOnce, b, Ok(Asked::Confirm(b.to_owned(), Way::AtOnce))),
            ("again, too soon", waiting(CODE_PACE_MS - 1), Way::Daily, b, Err(Refusal::TooSoon)),
            ("again", waiting(CODE_PACE_MS), Way::Daily, b, Ok(Asked::Confirm(b.to_owned(), Way::Daily))),
            (
                "too often today",
                Choice { codes: (today, CODES_A_DAY), ..confirmed(None) },
                Way::Daily,
                b,
                Err(Refusal::TooSoon),
            ),
            (
                "often yesterday",
                Choice { codes: (today - 1, CODES_A_DAY), ..confirmed(None) },
                Way::Daily,
                b,
                Ok(Asked::Confirm(b.to_owned(), Way::Daily)),
            ),
            ("no address", confirmed(Some(a)), Way::Daily, "b c", Err(Refusal::Address)),
        ];
        for (case, choice, way, typed, asked) in cases {
            assert_eq!(choose(&choice, way, typed, now, zone), asked, "{case}");
        }
        let tried = |tries| {
            let mut choice = waiting(1_000);
            if let Some(pending) = &mut choice.pending {
                pending.tries = tries;
            }
            choice
        };
        let cases = [
            ("right", tried(0), true, Ok(())),
            ("wrong", tried(0), false, Err(Refusal::WrongCode)),
            ("right, too late", waiting(CODE_MS), true, Err(Refusal::CodeOver)),
            ("right, tried too often", tried(TRIES), true, Err(Refusal::CodeOver)),
            ("none waits", confirmed(None), true, Err(Refusal::CodeOver)),
        ];
        for (case, choice, right, answer) in cases {
            assert_eq!(confirm(&choice, right, now.ms()), answer, "{case}");
        }
    }
}
