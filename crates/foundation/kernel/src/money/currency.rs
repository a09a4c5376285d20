//! Currencies of ISO 4217, with the number of decimals of their smallest unit.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A currency by its alphabetic code of ISO 4217, current or withdrawn (old registers still name those).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

/// The text is no alphabetic code of ISO 4217, in capitals.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("not a currency of ISO 4217")]
pub struct UnknownCurrency;

impl Currency {
    /// Yuan 人民币.
    pub const CNY: Currency = Currency(*b"CNY");
    /// United States dollar.
    pub const USD: Currency = Currency(*b"USD");
    /// Euro.
    pub const EUR: Currency = Currency(*b"EUR");

    /// The alphabetic code.
    pub fn code(&self) -> &str {
        // Only codes of the tables below, which are ASCII, get in.
        std::str::from_utf8(&self.0).unwrap_or("XXX")
    }

    /// Decimals of the smallest unit: 2 for yuan, 0 for yen, 3 for dinars; `None` where there is none (gold).
    pub fn exponent(&self) -> Option<u32> {
        exponent_of(&self.0).flatten()
    }
}

/// The exponent of a known code; the outer `None` is an unknown code.
fn exponent_of(code: &[u8]) -> Option<Option<u32>> {
    // Each table is words of three letters and one space, sorted: a look-up is a binary search without allocation.
    const TABLES: [(&str, Option<u32>); 5] =
        [(TWO, Some(2)), (ZERO, Some(0)), (THREE, Some(3)), (FOUR, Some(4)), (NO_UNIT, None)];
    let found = TABLES.iter().find(|(table, _)| holds(table, code));
    found.map(|(_, exponent)| *exponent)
}

fn holds(table: &str, code: &[u8]) -> bool {
    let table = table.as_bytes();
    let (mut low, mut high) = (0, table.len().div_ceil(4));
    while low < high {
        let middle = usize::midpoint(low, high);
        match table[middle * 4..middle * 4 + 3].cmp(code) {
            std::cmp::Ordering::Equal => return true,
            std::cmp::Ordering::Less => low = middle + 1,
            std::cmp::Ordering::Greater => high = middle,
        }
    }
    false
}

/// Two decimals; withdrawn codes among them had two when they were withdrawn, or took part in sums as if they had.
const TWO: &str = "AED AFA AFN ALL AMD ANG AOA AOK AON AOR ARP ARS ATS AUD AWG AZM AZN BAM BBD BDT BGL BGN BMD BND BOB \
     BOP BOV BRC BRE BRL BRN BRR BSD BTN BWP BYB BYN BZD CAD CDF CHE CHF CHW CNY COP COU CRC CSD CSK CUC \
     CUP CVE CYP CZK DDM DEM DKK DOP DZD ECV EEK EGP ERN ETB EUR FIM FJD FKP FRF GBP GEL GHC GHP GHS GIP \
     GMD GTQ GWP GYD HKD HNL HRK HTG HUF IDR IEP ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD \
     LSL LTL LVL MAD MDL MGA MKD MLF MMK MNT MOP MRO MRU MTL MUR MVR MWK MXN MXP MXV MYR MZM MZN NAD NGN \
     NIO NLG NOK NPR NZD PAB PEI PEN PES PGK PHP PKR PLN PLZ QAR ROL RON RSD RUB RUR SAR SBD SCR SDD SDG \
     SEK SGD SHP SIT SKK SLE SLL SOS SRD SRG SSP STD STN SUR SVC SYP SZL THB TJS TMM TMT TOP TRL TRY TTD \
     TWD TZS UAH UAK USD USN USS UYP UYU UZS VEB VED VEF VES WST XAD XCD XCG YER YUD YUM ZAL ZAR ZMK ZMW \
     ZRN ZWD ZWG ZWL ZWN ZWR";

/// No decimals.
const ZERO: &str = "ADP BEF BIF BYR CLP DJF ECS ESP GNF GRD ISK ITL JPY KMF KRW LUF MGF PTE PYG RWF TPE UGX UYI VND VUV \
     XAF XOF XPF";

/// Three decimals.
const THREE: &str = "BHD IQD JOD KWD LYD OMR TND";

/// Four decimals: units of account.
const FOUR: &str = "CLF UYW";

/// Metals, funds, testing and "no currency": no smallest unit.
const NO_UNIT: &str = "XAG XAU XBA XBB XBC XBD XDR XPD XPT XSU XTS XUA XXX";

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for Currency {
    type Err = UnknownCurrency;

    fn from_str(text: &str) -> Result<Currency, UnknownCurrency> {
        let code: [u8; 3] = text.as_bytes().try_into().map_err(|_| UnknownCurrency)?;
        exponent_of(&code).map(|_| Currency(code)).ok_or(UnknownCurrency)
    }
}

impl Serialize for Currency {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Currency, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(from)?;
        text.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_sorted_and_found() {
        for (table, exponent) in [(TWO, Some(2)), (ZERO, Some(0)), (THREE, Some(3)), (FOUR, Some(4)), (NO_UNIT, None)] {
            let codes: Vec<&str> = table.split(' ').collect();
            assert!(codes.windows(2).all(|pair| pair[0] < pair[1]), "{table}");
            for code in codes {
                let currency: Currency = code.parse().unwrap();
                assert_eq!((currency.code(), currency.exponent()), (code, exponent));
            }
        }
    }

    #[test]
    fn only_codes_get_in() {
        for text in ["", "cny", "RMB", "CNYY", "CN", "¥", "ZZZ", "   ", "AED "] {
            assert!(text.parse::<Currency>().is_err(), "{text}");
        }
    }
}
