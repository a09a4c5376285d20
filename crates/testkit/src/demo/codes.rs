//! Codes of things that do not exist: valid in form and check characters, in divisions that GB/T 2260 has not assigned.

use kernel::DivisionCode;
use kernel::uscc::{Uscc, UsccFault};

/// The unified social credit code with that kind of body (`11` organ, `12` institution, `91` enterprise), division and
/// organisation number, eight of the code's 31 characters. Source: GB 32100-2015.
///
/// The kernel says which check characters it expects; one algorithm is enough.
pub(super) fn uscc(kind: &str, division: DivisionCode, body: &str) -> Uscc {
    let start = format!("{kind}{}{body}", division.six_digits());
    let (mut organisation, mut last) = ('0', '0');
    for _ in 0..2 {
        match Uscc::parse(&format!("{start}{organisation}{last}")) {
            Err(UsccFault::OrganisationCheck { expected }) => organisation = expected,
            Err(UsccFault::Check { expected }) => last = expected,
            _ => break,
        }
    }
    let text = format!("{start}{organisation}{last}");
    assert!(Uscc::parse(&text).is_ok(), "the generator's own prefix {start} is well formed");
    // Just asserted.
    Uscc::parse(&text).unwrap_or_else(|_| unreachable!())
}

/// The number in Chinese digits, at least three: 17 is 〇一七.
pub(super) fn numeral(number: usize) -> String {
    let digits = ['〇', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
    format!("{number:03}").bytes().map(|digit| digits[usize::from(digit - b'0')]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_check_and_numerals_read() {
        let division = DivisionCode::parse("890102").unwrap_or(DivisionCode::COUNTRY);
        for number in 0..2000 {
            let code = uscc("91", division, &format!("DEM{number:05}"));
            assert_eq!((code.division(), Uscc::parse(code.as_str())), (Some(division), Ok(code)));
        }
        assert_eq!((numeral(17), numeral(1024)), ("〇一七".to_owned(), "一〇二四".to_owned()));
    }
}
