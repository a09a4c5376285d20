//! What is planted, and how strongly: labels against which indicators can be measured.

/// Kinds of planted behaviour that belong together.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Family {
    /// Agreement among bidders 串通投标.
    Agreement,
    /// Somebody was told 泄密.
    Leak,
    /// One need cut into pieces 化整为零.
    Splitting,
    /// One supplier is preferred 倾斜照顾.
    Favour,
    /// Steps are skipped, for nobody in particular 赶进度.
    Hurry,
    /// Lawful, but only just.
    NearMiss,
}

/// One planted behaviour. What people did, not what an indicator looks for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Behaviour {
    /// Members of a ring win in turn 轮流中标; the others bid higher.
    Rotation,
    /// Members bid a fixed margin or step above the chosen winner 陪标.
    CoverBidding,
    /// Each member has buyers of its own 划分市场; the others stay away or bid high.
    MarketSharing,
    /// The favoured bidder knew the ceiling price 泄露标底: it wins just below or at it.
    Leak,
    /// A bid that came after the deadline was accepted and won 迟到投标被接受.
    LateBid,
    /// Several purchases just below the limit within weeks 化整为零.
    Splitting,
    /// The time to prepare is cut and the conditions are made for one 量身定做.
    TailoredConditions,
    /// Rivals are rejected, most without a reason 排斥竞争者.
    RivalsDisqualified,
    /// Only the favoured one comes 单一投标.
    SingleBid,
    /// Direct awards to one supplier again and again 反复直接授予.
    DirectAwards,
    /// The contract grows after the award 低中高结.
    AmendedAfterAward,
    /// Times are too short and the decision is instant, for no supplier in particular.
    Hurry,
    /// A figure lies exactly at a statutory limit, on the lawful side: no indicator of that limit should be raised.
    NearMiss(Limit),
}

/// A limit that a near miss just keeps. The law is named where the figure is used, in `process.rs`
/// and `contract.rs`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Limit {
    /// Open tender: 20 calendar days to prepare.
    OpenPeriod,
    /// Competitive consultation 竞争性磋商: 10 calendar days.
    ConsultationPeriod,
    /// Negotiation or request for quotations 竞争性谈判、询价: 3 working days.
    QuotationPeriod,
    /// Notice of a single source: 5 working days.
    SingleSourceNotice,
    /// Intention published 30 calendar days before the start 采购意向公开.
    IntentionNotice,
    /// A value of 1.0001 × the open-tender limit, tendered openly.
    OpenTenderValue,
    /// A clarification 15 calendar days before the deadline, which stays 澄清.
    Clarification,
    /// A question answered on the third day.
    Answer,
    /// A bid that came in the second of the deadline.
    Deadline,
    /// Exactly three bidders.
    ThreeBidders,
    /// A losing bid exactly at the ceiling price 最高投标限价.
    Ceiling,
    /// Candidates shown for exactly three days 中标候选人公示.
    CandidateNotice,
    /// The contract signed on the thirtieth day after the award.
    Signing,
    /// The contract published on the second working day.
    ContractPublication,
    /// Amendments of exactly 10 % in all.
    Amendment,
    /// A bid bond of exactly 2 % 投标保证金.
    BidBond,
    /// A performance bond of exactly 10 % 履约保证金.
    PerformanceBond,
    /// A price weight of exactly 30 % (goods) or 10 % (services).
    PriceWeight,
    /// Payments of exactly the contract's sum.
    Payment,
}

impl Limit {
    /// All limits.
    pub const ALL: [Limit; 19] = [
        Limit::OpenPeriod,
        Limit::ConsultationPeriod,
        Limit::QuotationPeriod,
        Limit::SingleSourceNotice,
        Limit::IntentionNotice,
        Limit::OpenTenderValue,
        Limit::Clarification,
        Limit::Answer,
        Limit::Deadline,
        Limit::ThreeBidders,
        Limit::Ceiling,
        Limit::CandidateNotice,
        Limit::Signing,
        Limit::ContractPublication,
        Limit::Amendment,
        Limit::BidBond,
        Limit::PerformanceBond,
        Limit::PriceWeight,
        Limit::Payment,
    ];

    /// The stable word, such as `"open-period"`.
    pub const fn code(self) -> &'static str {
        match self {
            Limit::OpenPeriod => "open-period",
            Limit::ConsultationPeriod => "consultation-period",
            Limit::QuotationPeriod => "quotation-period",
            Limit::SingleSourceNotice => "single-source-notice",
            Limit::IntentionNotice => "intention-notice",
            Limit::OpenTenderValue => "open-tender-value",
            Limit::Clarification => "clarification",
            Limit::Answer => "answer",
            Limit::Deadline => "deadline",
            Limit::ThreeBidders => "three-bidders",
            Limit::Ceiling => "ceiling",
            Limit::CandidateNotice => "candidate-notice",
            Limit::Signing => "signing",
            Limit::ContractPublication => "contract-publication",
            Limit::Amendment => "amendment",
            Limit::BidBond => "bid-bond",
            Limit::PerformanceBond => "performance-bond",
            Limit::PriceWeight => "price-weight",
            Limit::Payment => "payment",
        }
    }
}

impl Behaviour {
    /// All behaviours but the near misses, which [`Limit::ALL`] lists.
    pub const WRONG: [Behaviour; 12] = [
        Behaviour::Rotation,
        Behaviour::CoverBidding,
        Behaviour::MarketSharing,
        Behaviour::Leak,
        Behaviour::LateBid,
        Behaviour::Splitting,
        Behaviour::TailoredConditions,
        Behaviour::RivalsDisqualified,
        Behaviour::SingleBid,
        Behaviour::DirectAwards,
        Behaviour::AmendedAfterAward,
        Behaviour::Hurry,
    ];

    /// The stable word, such as `"cover-bidding"`; all near misses are `"near-miss"`.
    pub const fn code(self) -> &'static str {
        match self {
            Behaviour::Rotation => "rotation",
            Behaviour::CoverBidding => "cover-bidding",
            Behaviour::MarketSharing => "market-sharing",
            Behaviour::Leak => "leak",
            Behaviour::LateBid => "late-bid",
            Behaviour::Splitting => "splitting",
            Behaviour::TailoredConditions => "tailored-conditions",
            Behaviour::RivalsDisqualified => "rivals-disqualified",
            Behaviour::SingleBid => "single-bid",
            Behaviour::DirectAwards => "direct-awards",
            Behaviour::AmendedAfterAward => "amended-after-award",
            Behaviour::Hurry => "hurry",
            Behaviour::NearMiss(_) => "near-miss",
        }
    }

    /// What it belongs to.
    pub const fn family(self) -> Family {
        match self {
            Behaviour::Rotation | Behaviour::CoverBidding | Behaviour::MarketSharing => Family::Agreement,
            Behaviour::Leak | Behaviour::LateBid => Family::Leak,
            Behaviour::Splitting => Family::Splitting,
            Behaviour::TailoredConditions
            | Behaviour::RivalsDisqualified
            | Behaviour::SingleBid
            | Behaviour::DirectAwards
            | Behaviour::AmendedAfterAward => Family::Favour,
            Behaviour::Hurry => Family::Hurry,
            Behaviour::NearMiss(_) => Family::NearMiss,
        }
    }

    /// The limit of a near miss.
    pub const fn limit(self) -> Option<Limit> {
        match self {
            Behaviour::NearMiss(limit) => Some(limit),
            _ => None,
        }
    }
}

/// A label: this behaviour lies behind this process.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Planted {
    /// What was done.
    pub behaviour: Behaviour,
    /// How far its doers go, in percent: how often they act, how close to the plan they stay. 0 for a near miss.
    pub strength: u8,
}
