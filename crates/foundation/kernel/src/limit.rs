//! Statutory limits: how long the law gives, in which days, and what does not count.
//!
//! Numbers in brackets (G-05) are those of the rule list that the house was built from; the article is the source.

use serde::{Deserialize, Serialize};

/// What a limit is counted in.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// Calendar days 日: holidays count.
    CalendarDays,
    /// Working days 工作日: only days on which people work, make-up days 调休 included.
    WorkingDays,
    /// Hours 小时, by the clock, nights and holidays included.
    Hours,
}

/// How much time there is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Budget {
    /// How many.
    pub value: u32,
    /// Of what.
    pub unit: Unit,
}

impl Budget {
    /// That many calendar days.
    pub const fn calendar_days(value: u32) -> Budget {
        Budget { value, unit: Unit::CalendarDays }
    }

    /// That many working days.
    pub const fn working_days(value: u32) -> Budget {
        Budget { value, unit: Unit::WorkingDays }
    }

    /// That many hours.
    pub const fn hours(value: u32) -> Budget {
        Budget { value, unit: Unit::Hours }
    }
}

/// The law a limit stands in: it decides what a bare "day" 日 means and which causes stop the clock.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Law {
    /// Any other: 民法典 art. 200–204.
    General,
    /// 行政许可法, licensing.
    Licensing,
    /// 行政处罚法, penalties.
    Penalty,
    /// 行政强制法, compulsion.
    Compulsion,
    /// 行政复议法, reconsideration.
    Reconsideration,
    /// 信访工作条例, petitions.
    Petition,
    /// 招标投标法 and its 实施条例, tendering.
    Tendering,
    /// 招标投标法实施条例 art. 61, complaints about tendering.
    TenderComplaint,
    /// 政府采购法实施条例 art. 58, complaints about government procurement.
    ProcurementComplaint,
    /// 政府信息公开条例, disclosure on request.
    Disclosure,
}

/// A lawful cause for which time does not count.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// 听证, a hearing.
    Hearing,
    /// 招标, a tender.
    Tender,
    /// 拍卖, an auction.
    Auction,
    /// 检验, inspection of goods.
    Inspection,
    /// 检测, testing.
    Testing,
    /// 检疫, quarantine.
    Quarantine,
    /// 鉴定, appraisal by experts.
    Appraisal,
    /// 专家评审, review by experts.
    ExpertReview,
    /// 征求第三方和其他机关意见, asking third parties and other organs.
    Opinion,
    /// 补正, waiting for the applicant to complete the papers.
    Completion,
}

impl Law {
    /// All laws that the house knows.
    pub const ALL: [Law; 10] = [
        Law::General,
        Law::Licensing,
        Law::Penalty,
        Law::Compulsion,
        Law::Reconsideration,
        Law::Petition,
        Law::Tendering,
        Law::TenderComplaint,
        Law::ProcurementComplaint,
        Law::Disclosure,
    ];

    /// The unit of a limit that the law gives in bare "days" 日.
    ///
    /// - Licensing: always working days (行政许可法 art. 82; G-04).
    /// - Penalty: 2, 3, 5 and 7 days are working days, others calendar days (行政处罚法 art. 85; G-05).
    /// - Compulsion: up to 10 days are working days (行政强制法 art. 69; G-06).
    /// - Reconsideration: 3, 5, 7 and 10 days are working days (行政复议法 art. 88; G-07).
    /// - Petition: calendar days (信访工作条例 art. 22–36; G-08). Tendering: calendar days (G-09).
    /// - Else calendar days, the common reading of a law that is silent (G-03). Where the text itself says 工作日, as
    ///   for complaints and disclosure, write [`Budget::working_days`].
    pub const fn unit_of_days(self, days: u32) -> Unit {
        let working = match self {
            Law::Licensing => true,
            Law::Penalty => matches!(days, 2 | 3 | 5 | 7),
            Law::Compulsion => days <= 10,
            Law::Reconsideration => matches!(days, 3 | 5 | 7 | 10),
            Law::General
            | Law::Petition
            | Law::Tendering
            | Law::TenderComplaint
            | Law::ProcurementComplaint
            | Law::Disclosure => false,
        };
        if working { Unit::WorkingDays } else { Unit::CalendarDays }
    }

    /// Whether time spent on that cause does not count under this law.
    ///
    /// - Licensing: hearing, tender, auction, inspection, testing, quarantine, appraisal, expert review; the applicant
    ///   is told in writing how long it takes (行政许可法 art. 45; G-12).
    /// - Compulsion: inspection, testing, quarantine, technical appraisal while something is sealed or seized
    ///   (行政强制法 art. 25; G-14).
    /// - Complaints about tendering: inspection, testing, appraisal, expert review (招标投标法实施条例 art. 61; G-14).
    /// - Complaints about procurement: the same, and completing the papers (政府采购法实施条例 art. 58; G-14).
    /// - Disclosure: asking third parties and other organs (政府信息公开条例 art. 33; G-14).
    /// - No other law of the list stops a clock.
    pub const fn excludes(self, cause: Cause) -> bool {
        use Cause::{
            Appraisal, Auction, Completion, ExpertReview, Hearing, Inspection, Opinion, Quarantine, Tender, Testing,
        };
        match self {
            Law::Licensing => matches!(
                cause,
                Hearing | Tender | Auction | Inspection | Testing | Quarantine | Appraisal | ExpertReview
            ),
            Law::Compulsion => matches!(cause, Inspection | Testing | Quarantine | Appraisal),
            Law::TenderComplaint => {
                matches!(cause, Inspection | Testing | Appraisal | ExpertReview)
            }
            Law::ProcurementComplaint => {
                matches!(cause, Inspection | Testing | Appraisal | ExpertReview | Completion)
            }
            Law::Disclosure => matches!(cause, Opinion),
            Law::General | Law::Penalty | Law::Reconsideration | Law::Petition | Law::Tendering => false,
        }
    }
}

/// One limit: the time, the law, and the article that gives it.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Limit {
    /// How much time there is.
    pub budget: Budget,
    /// The law it stands in.
    pub law: Law,
    /// Where exactly, as people cite it: `行政许可法 第42条`.
    pub article: String,
    /// Whether a last day on which people rest moves to the next working day (民法典 art. 203; G-02). It does unless
    /// the rule says otherwise; administrative procedure follows it by reference or analogy. Without effect on hours.
    pub rolls_over: bool,
}

impl Limit {
    /// A limit whose unit the text states.
    pub fn new(law: Law, budget: Budget, article: impl Into<String>) -> Limit {
        Limit { budget, law, article: article.into(), rolls_over: true }
    }

    /// A limit of bare "days" 日, whose unit the law's own rule decides.
    pub fn of_days(law: Law, days: u32, article: impl Into<String>) -> Limit {
        Limit::new(law, Budget { value: days, unit: law.unit_of_days(days) }, article)
    }

    /// The same where the rule says that a last day of rest stays the last day.
    #[must_use]
    pub fn without_roll_over(self) -> Limit {
        Limit { rolls_over: false, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bare_days_mean_what_their_law_says() {
        use Unit::{CalendarDays as Calendar, WorkingDays as Working};
        let cases = [
            (Law::Licensing, 5, Working),
            (Law::Licensing, 20, Working),
            (Law::Licensing, 45, Working),
            (Law::Penalty, 2, Working),
            (Law::Penalty, 3, Working),
            (Law::Penalty, 4, Calendar),
            (Law::Penalty, 5, Working),
            (Law::Penalty, 7, Working),
            (Law::Penalty, 15, Calendar),
            (Law::Penalty, 90, Calendar),
            (Law::Compulsion, 3, Working),
            (Law::Compulsion, 10, Working),
            (Law::Compulsion, 11, Calendar),
            (Law::Compulsion, 30, Calendar),
            (Law::Reconsideration, 2, Calendar),
            (Law::Reconsideration, 5, Working),
            (Law::Reconsideration, 10, Working),
            (Law::Reconsideration, 60, Calendar),
            (Law::Petition, 15, Calendar),
            (Law::Petition, 60, Calendar),
            (Law::Tendering, 3, Calendar),
            (Law::Tendering, 20, Calendar),
            (Law::General, 10, Calendar),
        ];
        for (law, days, unit) in cases {
            assert_eq!(Limit::of_days(law, days, "").budget.unit, unit, "{law:?}, {days} days");
        }
    }

    #[test]
    fn clocks_stop_for_lawful_causes_only() {
        let cases = [
            (Law::Licensing, Cause::Hearing, true),
            (Law::Licensing, Cause::ExpertReview, true),
            (Law::Licensing, Cause::Completion, false),
            (Law::Licensing, Cause::Opinion, false),
            (Law::Compulsion, Cause::Appraisal, true),
            (Law::Compulsion, Cause::Hearing, false),
            (Law::TenderComplaint, Cause::Testing, true),
            (Law::TenderComplaint, Cause::Completion, false),
            (Law::ProcurementComplaint, Cause::Completion, true),
            (Law::Disclosure, Cause::Opinion, true),
            (Law::Disclosure, Cause::Hearing, false),
            (Law::Petition, Cause::Appraisal, false),
            (Law::Penalty, Cause::Hearing, false),
        ];
        for (law, cause, stops) in cases {
            assert_eq!(law.excludes(cause), stops, "{law:?}, {cause:?}");
        }
    }
}
