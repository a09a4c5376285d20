//! The currencies of ISO 4217.

/// Codes in force (ISO 4217, list one) and those withdrawn since 1999 (list three), which older data still name; in
/// order, four bytes each.
const CODES: &str = "\
ADP AED AFA AFN ALL AMD ANG AOA AON ARS ATS AUD AWG AZM AZN BAM BBD BDT BEF BGL BGN BHD BIF BMD BND BOB BOV BRL \
BSD BTN BWP BYB BYN BYR BZD CAD CDF CHE CHF CHW CLF CLP CNY COP COU CRC CSD CUC CUP CVE CYP CZK DEM DJF DKK DOP \
DZD ECS EEK EGP ERN ESP ETB EUR FIM FJD FKP FRF GBP GEL GHC GHS GIP GMD GNF GRD GTQ GWP GYD HKD HNL HRK HTG HUF \
IDR IEP ILS INR IQD IRR ISK ITL JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LTL LUF LVL \
LYD MAD MDL MGA MGF MKD MMK MNT MOP MRO MRU MTL MUR MVR MWK MXN MXV MYR MZM MZN NAD NGN NIO NLG NOK NPR NZD OMR \
PAB PEN PGK PHP PKR PLN PTE PYG QAR ROL RON RSD RUB RUR RWF SAR SBD SCR SDD SDG SEK SGD SHP SIT SKK SLE SLL SOS \
SRD SRG SSP STD STN SVC SYP SZL THB TJS TMM TMT TND TOP TPE TRL TRY TTD TWD TZS UAH UGX USD USN USS UYI UYU UYW \
UZS VEB VED VEF VES VND VUV WST XAD XAF XAG XAU XBA XBB XBC XBD XCD XCG XDR XOF XPD XPF XPT XSU XTS XUA XXX YER \
YUM ZAR ZMK ZMW ZWD ZWG ZWL ZWR";

/// Whether ISO 4217 lists the code, or listed it since 1999; capital letters only.
pub fn is_currency(code: &str) -> bool {
    let (codes, _) = CODES.as_bytes().as_chunks::<4>();
    // The last code has no blank behind it.
    let last = CODES.as_bytes().get(codes.len() * 4..).unwrap_or_default();
    code.as_bytes() == last || codes.binary_search_by(|listed| listed[..3].cmp(code.as_bytes())).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_found_and_nothing_else() {
        let codes: Vec<&str> = CODES.split(' ').collect();
        assert!(codes.is_sorted() && codes.iter().all(|code| code.len() == 3));
        assert!(codes.iter().all(|code| is_currency(code)));
        for wrong in ["", "cny", "CN", "CNYX", "ZZZ", "A D", " AE", "RMB"] {
            assert!(!is_currency(wrong), "{wrong}");
        }
    }
}
