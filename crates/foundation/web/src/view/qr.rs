//! A QR code: what a phone reads off the page.

use askama::Template;
use qrcode::{Color, EcLevel, QrCode};

use crate::component;
use crate::locale::Words;

/// Modules of quiet ground around the code. Source: ISO/IEC 18004 wants four.
const QUIET: usize = 4;

/// A QR code, drawn by the server as one path. Dark on light in every theme: phones read no other.
#[derive(Clone, Debug, Template)]
#[template(path = "ui/qr.html")]
pub struct Qr {
    spoken: String,
    side: usize,
    path: String,
}

impl Qr {
    /// A code that holds `text`; nothing where it is too long for one.
    ///
    /// - `spoken`: what it is, for who cannot see it; what it holds must stand beside it as text too.
    pub fn of(text: &str, spoken: impl Into<String>) -> Option<Qr> {
        let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
        let width = code.width();
        let colours = code.into_colors();
        let mut path = String::new();
        for (y, row) in colours.chunks(width).enumerate() {
            let mut x = 0;
            while x < width {
                let run = row[x..].iter().take_while(|colour| **colour == Color::Dark).count();
                if run > 0 {
                    path.push_str(&format!("M{} {}h{run}v1h-{run}z", x + QUIET, y + QUIET));
                }
                x += run.max(1);
            }
        }
        Some(Qr { spoken: spoken.into(), side: width + 2 * QUIET, path })
    }

    /// A short one.
    pub fn samples(words: Words) -> Vec<(&'static str, Qr)> {
        let spoken = words.either("二维码：验证器的密钥", "QR code: the authenticator's secret");
        Qr::of("otpauth://totp/x?secret=GEZDGNBVGY3TQOJQ", spoken).into_iter().map(|code| ("short", code)).collect()
    }
}

component!(Qr);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_covers_the_dark_modules_and_no_others() {
        let text = "otpauth://totp/x?secret=GEZDGNBVGY3TQOJQ";
        let code = QrCode::with_error_correction_level(text, EcLevel::M).unwrap();
        let drawn = Qr::of(text, "").unwrap();
        let mut dark = std::collections::BTreeSet::new();
        for run in drawn.path.split('M').skip(1) {
            let (at, rest) = run.split_once('h').unwrap();
            let (x, y) = at.split_once(' ').unwrap();
            let length: usize = rest.split('v').next().unwrap().parse().unwrap();
            let (x, y): (usize, usize) = (x.parse().unwrap(), y.parse().unwrap());
            dark.extend((x..x + length).map(|x| (x - QUIET, y - QUIET)));
        }
        let width = code.width();
        for (at, colour) in code.to_colors().into_iter().enumerate() {
            assert_eq!(dark.contains(&(at % width, at / width)), colour == Color::Dark, "{at}");
        }
        assert_eq!(drawn.side, width + 8);
        assert!(Qr::of(&"x".repeat(5000), "").is_none(), "too long for any code");
    }
}
