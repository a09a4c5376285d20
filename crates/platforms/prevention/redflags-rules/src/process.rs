//! The judges: one pure function per indicator, over one subject within one process.
//!
//! By chapter of the design: planning, tender, bids and prices (award), contracts, links, statutory,
//! further, screens. What they ask alike stands in scope.

mod bids;
mod changes;
mod contracts;
mod delivery;
mod further;
mod links;
mod planning;
mod prices;
mod scope;
mod screens;
mod statutory;
mod tender;

use std::sync::LazyLock;

use crate::registry::{By, Indicator, indicators};
use crate::ruling::Judge;

/// The judge of an indicator, if it is computed within one process.
fn judge_of(code: &str) -> Option<Judge> {
    use Judge::{Absence, Fenced, Plain};
    Some(match code {
        "R001" => Absence(planning::r001),
        "R003" => Plain(tender::r003),
        "R004" => Absence(tender::r004),
        "R005" => Absence(tender::r005),
        "R006" => Plain(tender::r006),
        "R007" => Plain(tender::r007),
        "R008" => Fenced(tender::R008),
        "R010" => Absence(planning::r010),
        "R012" => Plain(planning::r012),
        "R014" => Plain(tender::r014),
        "R015" => Fenced(bids::R015),
        "R016" => Fenced(tender::R016),
        "R017" => Fenced(prices::R017),
        "R018" => Plain(tender::r018),
        "R020" => Absence(tender::r020),
        "R022" => Fenced(prices::R022),
        "R023" => Plain(prices::r023),
        "R024" => Fenced(prices::R024),
        "R028" => Plain(prices::r028),
        "R030" => Plain(bids::r030),
        "R031" => Plain(prices::r031),
        "R032" => Plain(links::r032),
        "R033" => Plain(links::r033),
        "R035" => Plain(bids::r035),
        "R036" => Plain(prices::r036),
        "R037" => Absence(bids::r037),
        "R039" => Absence(tender::r039),
        "R043" => Plain(links::r043),
        "R044" => Plain(links::r044),
        "R045" => Plain(links::r045),
        "R046" => Plain(links::r046),
        "R054" => Plain(contracts::r054),
        "R056" => Plain(bids::r056),
        "R058" => Fenced(prices::R058),
        "R059" => Plain(contracts::r059),
        "R060" => Plain(contracts::r060),
        "R061" => Plain(bids::r061),
        "R062" => Fenced(bids::R062),
        "R063" => Absence(contracts::r063),
        "R064" => Absence(changes::r064),
        "R065" => Absence(changes::r065),
        "R066" => Absence(changes::r066),
        "R067" => Plain(delivery::r067),
        "R068" => Plain(delivery::r068),
        "R069" => Absence(changes::r069),
        "R070" => Plain(delivery::r070),
        "R071" => Plain(delivery::r071),
        "CN-04" => Plain(statutory::cn04),
        "CN-07" => Plain(statutory::cn07),
        "CN-09" => Plain(statutory::cn09),
        "CN-11" => Absence(statutory::cn11),
        "CN-12" => Plain(statutory::cn12),
        "CN-13" => Absence(statutory::cn13),
        "CN-14" => Plain(statutory::cn14),
        "CN-17" => Plain(statutory::cn17),
        "CN-18" => Plain(statutory::cn18),
        "CN-19" => Plain(statutory::cn19),
        "CN-20" => Plain(statutory::cn20),
        "CN-21" => Absence(statutory::cn21),
        "CN-22" => Plain(statutory::cn22),
        "CN-23" => Plain(statutory::cn23),
        "CN-25" => Absence(statutory::cn25),
        "CN-26" => Plain(statutory::cn26),
        "CN-31" => Absence(statutory::cn31),
        "X-01" => Plain(links::x01),
        "X-04" => Plain(further::x04),
        "X-05" => Absence(further::x05),
        "X-06" => Absence(further::x06),
        "X-08" => Absence(changes::x08),
        "X-09" => Absence(changes::x09),
        "X-10" => Absence(changes::x10),
        "X-11" => Plain(delivery::x11),
        "X-12" => Absence(further::x12),
        "X-15" => Plain(delivery::x15),
        "X-17" => Plain(delivery::x17),
        "PS-01" => Fenced(screens::PS01),
        "PS-02" => Fenced(screens::PS02),
        "PS-03" => Fenced(screens::PS03),
        "PS-04" => Fenced(screens::PS04),
        "PS-05" => Plain(screens::ps05),
        "PS-06" => Fenced(screens::PS06),
        "PS-07" => Fenced(screens::PS07),
        "PS-08" => Fenced(screens::PS08),
        _ => return None,
    })
}

/// Every indicator judged within one process, with its judge, in the order of the register.
pub fn judges() -> &'static [(&'static Indicator, Judge)] {
    static JUDGES: LazyLock<Vec<(&'static Indicator, Judge)>> = LazyLock::new(|| {
        indicators()
            .iter()
            .filter(|indicator| indicator.by == By::Judge)
            .filter_map(|indicator| Some((indicator, judge_of(indicator.code)?)))
            .collect()
    });
    &JUDGES
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_indicator_judged_within_a_process_has_its_judge() {
        for indicator in indicators() {
            assert_eq!(judge_of(indicator.code).is_some(), indicator.by == By::Judge, "{}", indicator.code);
            if indicator.by == By::Judge {
                assert!(indicator.grain.within_process(), "{}", indicator.code);
            }
        }
    }
}
