//! Devices: what a person recognises one by, and the cookie by which the node does.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use subtle::ConstantTimeEq;

use crate::random::{self, NoRandomness};
use crate::seal::SealKey;

/// Browser and system that a request names, as a person calls them; empty where it is none of the known ones.
///
/// Families only: versions would tell one machine from another, which nobody needs to find their own.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Agent {
    /// `Firefox`, `Edge`, …
    pub browser: &'static str,
    /// `Windows`, `Linux`, …
    pub system: &'static str,
}

/// Marks of browsers, the more particular before what they also claim to be.
const BROWSERS: [(&str, &str); 12] = [
    ("MicroMessenger/", "WeChat"),
    ("DingTalk/", "DingTalk"),
    ("QQBrowser/", "QQ Browser"),
    ("UCBrowser/", "UC Browser"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("OPR/", "Opera"),
    ("Edg", "Edge"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
];

/// Marks of systems; Android and HarmonyOS claim to be Linux, an iPad to be a Mac.
const SYSTEMS: [(&str, &str); 10] = [
    ("HarmonyOS", "HarmonyOS"),
    ("OpenHarmony", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iOS"),
    ("iPad", "iPadOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
    ("X11", "Unix"),
];

impl Agent {
    /// What the header `User-Agent` says.
    pub fn read(header: &str) -> Agent {
        let first = |known: &[(&str, &'static str)]| {
            known.iter().find(|(mark, _)| header.contains(mark)).map_or("", |(_, name)| *name)
        };
        Agent { browser: first(&BROWSERS), system: first(&SYSTEMS) }
    }

    /// As it is stored: `Firefox/Linux`.
    pub fn store(self) -> String {
        format!("{}/{}", self.browser, self.system)
    }

    /// What [`Agent::store`] wrote; a name that is not known any more is left out.
    pub fn parse(stored: &str) -> Agent {
        let (browser, system) = stored.split_once('/').unwrap_or_default();
        let known = |name: &str, all: &[(&str, &'static str)]| {
            all.iter().find(|(_, known)| *known == name).map_or("", |(_, known)| *known)
        };
        Agent { browser: known(browser, &BROWSERS), system: known(system, &SYSTEMS) }
    }
}

/// Officers that one browser is known for at most; the one who signed in longest ago gives way.
const OFFICERS: usize = 8;

/// The cookie of a browser in which somebody has signed in to the end: a random name, and one mark per sign-in name.
///
/// It lets nobody in. It only says that wrong attempts made elsewhere are not this device's: see
/// [`throttle`](crate::throttle). A mark is an HMAC under the node's key, so that nobody makes one for another's name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct KnownDevice {
    name: [u8; 16],
    marks: Vec<[u8; 16]>,
}

impl KnownDevice {
    /// A device that nobody has signed in on.
    pub fn draw() -> Result<KnownDevice, NoRandomness> {
        Ok(KnownDevice { name: random::draw()?, marks: Vec::new() })
    }

    /// The device of a cookie's value, or nothing if it is none.
    pub fn parse(cookie: &str) -> Option<KnownDevice> {
        if cookie.len() > 16 * (OFFICERS + 1) * 4 / 3 + 4 {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(cookie).ok()?;
        let (pieces, rest) = bytes.as_chunks::<16>();
        let (name, marks) = pieces.split_first()?;
        (rest.is_empty() && marks.len() <= OFFICERS).then(|| KnownDevice { name: *name, marks: marks.to_vec() })
    }

    /// The cookie's value.
    pub fn reveal(&self) -> String {
        URL_SAFE_NO_PAD.encode([&[self.name], self.marks.as_slice()].concat().as_flattened())
    }

    /// The device's name in rows, if it is known for this sign-in name.
    pub fn known_for(&self, key: &SealKey, node: i64, login: &str) -> Option<String> {
        let mark = self.mark(key, node, login);
        // All are looked at, so that the answer's time tells nothing.
        let known = self.marks.iter().fold(false, |known, one| known | bool::from(one.ct_eq(&mark)));
        known.then(|| URL_SAFE_NO_PAD.encode(self.name))
    }

    /// The device after this officer has signed in on it.
    #[must_use]
    pub fn and(mut self, key: &SealKey, node: i64, login: &str) -> KnownDevice {
        let mark = self.mark(key, node, login);
        self.marks.retain(|one| *one != mark);
        self.marks.insert(0, mark);
        self.marks.truncate(OFFICERS);
        self
    }

    fn mark(&self, key: &SealKey, node: i64, login: &str) -> [u8; 16] {
        key.mark("known device", &[&node.to_be_bytes(), &self.name, login.as_bytes()])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn families_are_read_and_nothing_more() {
        let cases = [
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36",
                "Chrome/Windows",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36 Edg/141.0.0.0",
                "Edge/Windows",
            ),
            ("Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0", "Firefox/Linux"),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1",
                "Safari/iOS",
            ),
            (
                "Mozilla/5.0 (Linux; Android 14; HarmonyOS) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/114.0 Mobile Safari/537.36 MicroMessenger/8.0",
                "WeChat/HarmonyOS",
            ),
            ("curl/8.5.0", "/"),
            ("", "/"),
        ];
        for (header, stored) in cases {
            let agent = Agent::read(header);
            assert_eq!(agent.store(), stored, "{header}");
            assert_eq!(Agent::parse(stored), agent, "{header}");
        }
        assert_eq!(
            Agent::parse("<b>/Windows"),
            Agent { browser: "", system: "Windows" },
            "only words of ours are shown"
        );
    }

    #[test]
    fn a_device_is_known_for_those_who_signed_in_on_it() {
        let (key, device) = (SealKey::new([3; 32]), KnownDevice::draw().unwrap());
        let known = device.clone().and(&key, 1, "zhang.wei");
        let read = KnownDevice::parse(&known.reveal()).unwrap();
        assert_eq!(read, known);
        assert!(read.known_for(&key, 1, "zhang.wei").is_some());
        let cases = [
            ("another name", read.known_for(&key, 1, "li.na")),
            ("another node", read.known_for(&key, 2, "zhang.wei")),
            ("another key", read.known_for(&SealKey::new([4; 32]), 1, "zhang.wei")),
            ("nobody yet", device.known_for(&key, 1, "zhang.wei")),
        ];
        for (case, answer) in cases {
            assert_eq!(answer, None, "{case}");
        }
        // A mark moved to another device is worth nothing there.
        let moved = KnownDevice { marks: known.marks.clone(), ..KnownDevice::draw().unwrap() };
        assert_eq!(moved.known_for(&key, 1, "zhang.wei"), None);
        let crowded = (0..20).fold(known.clone(), |device, at| device.and(&key, 1, &format!("officer.{at}")));
        assert_eq!(crowded.marks.len(), OFFICERS);
        assert_eq!(KnownDevice::parse(&crowded.reveal()), Some(crowded.clone()), "the longest cookie is read");
        assert_eq!(crowded.known_for(&key, 1, "zhang.wei"), None, "the oldest gave way");
        assert_eq!(known.clone().and(&key, 1, "zhang.wei"), known, "twice is once");
    }

    proptest! {
        #[test]
        fn any_cookie_is_answered(text in "\\PC{0,300}") {
            if let Some(device) = KnownDevice::parse(&text) {
                prop_assert_eq!(device.known_for(&SealKey::new([3; 32]), 1, "zhang.wei"), None);
            }
        }
    }
}
