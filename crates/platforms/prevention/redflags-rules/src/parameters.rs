//! The figures of the formulas: which there are, what they mean, and what they are unless a pack says otherwise.
//!
//! `off` in a pack is [`OFF`]: the formula then uses the fence of the reference, or leaves that branch out.

use crate::text::Text;

/// What `off` means: a figure that no comparison satisfies.
pub const OFF: f64 = f64::NAN;

/// One figure that a pack can set.
#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    /// The indicator's code, or `general`.
    pub section: &'static str,
    /// Its name within the section; a name that ends in a unit is in that unit.
    pub name: &'static str,
    /// The value unless a pack sets another.
    pub default: f64,
    /// What a person reads.
    pub text: Text,
}

/// Every parameter; the discriminant is its place in [`PARAMETERS`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u16)]
pub enum Key {
    /// `window_days` of general.
    GeneralWindowDays,
    /// `absence_floor` of general.
    GeneralAbsenceFloor,
    /// `reference_min_n` of general.
    GeneralReferenceMinN,
    /// `assume_price_only` of general.
    GeneralAssumePriceOnly,
    /// `consortium_lead` of general.
    GeneralConsortiumLead,
    /// `region_digits` of the general section.
    GeneralRegionDigits,
    /// `grace_days` of R001.
    R001GraceDays,
    /// `band` of R002.
    R002Band,
    /// `band_works` of R002.
    R002BandWorks,
    /// `share` of R002.
    R002Share,
    /// `tail` of R002.
    R002Tail,
    /// `min_n` of R002.
    R002MinN,
    /// `min_count` of R011.
    R011MinCount,
    /// `near_days` of R011.
    R011NearDays,
    /// `within_days` of R011.
    R011WithinDays,
    /// `min_n` of R013.
    R013MinN,
    /// `max_share` of R013.
    R013MaxShare,
    /// `days` of R003.
    R003Days,
    /// `grace_days` of R004.
    R004GraceDays,
    /// `grace_days` of R005.
    R005GraceDays,
    /// `turnover_ratio` of R006.
    R006TurnoverRatio,
    /// `similar` of R006.
    R006Similar,
    /// `max_bidders` of R006.
    R006MaxBidders,
    /// `max_ratio` of R008.
    R008MaxRatio,
    /// `factor` of R009.
    R009Factor,
    /// `min_n` of R009.
    R009MinN,
    /// `days` of R014.
    R014Days,
    /// `min_n` of R016.
    R016MinN,
    /// `min_units` of R019.
    R019MinUnits,
    /// `min` of R020.
    R020Min,
    /// `max_share` of R021.
    R021MaxShare,
    /// `min_n` of R021.
    R021MinN,
    /// `min_n` of R026.
    R026MinN,
    /// `rate` of R027.
    R027Rate,
    /// `min_units` of R027.
    R027MinUnits,
    /// `max_bidders` of R027.
    R027MaxBidders,
    /// `due_days` of R039.
    R039DueDays,
    /// `floor_days` of R015.
    R015FloorDays,
    /// `min_n` of R017.
    R017MinN,
    /// `min_bids` of R022.
    R022MinBids,
    /// `tolerance` of R023.
    R023Tolerance,
    /// `min_bids` of R023.
    R023MinBids,
    /// `threshold` of R024.
    R024Threshold,
    /// `percentile` of R025.
    R025Percentile,
    /// `min_units` of R025.
    R025MinUnits,
    /// `tail` of R025.
    R025Tail,
    /// `threshold` of R025.
    R025Threshold,
    /// `mad` of R029.
    R029Mad,
    /// `min_n` of R029.
    R029MinN,
    /// `min_span` of R029.
    R029MinSpan,
    /// `tolerance_seconds` of R030.
    R030ToleranceSeconds,
    /// `close` of R031.
    R031Close,
    /// `min_holding` of R033.
    R033MinHolding,
    /// `min_units` of R034.
    R034MinUnits,
    /// `share` of R034.
    R034Share,
    /// `tail` of R034.
    R034Tail,
    /// `minutes` of R034.
    R034Minutes,
    /// `min_close` of R034.
    R034MinClose,
    /// `threshold` of R035.
    R035Threshold,
    /// `min_characters` of R037.
    R037MinCharacters,
    /// `min_bids` of R038.
    R038MinBids,
    /// `min_processes` of R038.
    R038MinProcesses,
    /// `share` of R040.
    R040Share,
    /// `min_awards` of R040.
    R040MinAwards,
    /// `min_suppliers` of R040.
    R040MinSuppliers,
    /// `min_shared` of R042.
    R042MinShared,
    /// `strong` of R044.
    R044Strong,
    /// `weak` of R044.
    R044Weak,
    /// `digits` of R048.
    R048Digits,
    /// `min_processes` of R048.
    R048MinProcesses,
    /// `count` of R049.
    R049Count,
    /// `share` of R050.
    R050Share,
    /// `min_awards` of R050.
    R050MinAwards,
    /// `min_buyers` of R050.
    R050MinBuyers,
    /// `hhi` of R051.
    R051Hhi,
    /// `min_awards` of R051.
    R051MinAwards,
    /// `factor` of R052.
    R052Factor,
    /// `days` of R052.
    R052Days,
    /// `min_units` of R053.
    R053MinUnits,
    /// `share` of R053.
    R053Share,
    /// `count` of R055.
    R055Count,
    /// `band` of R055.
    R055Band,
    /// `threshold` of R058.
    R058Threshold,
    /// `min_days` of R061.
    R061MinDays,
    /// `floor_days` of R062.
    R062FloorDays,
    /// `tolerance` of R059.
    R059Tolerance,
    /// `max_days` of R060.
    R060MaxDays,
    /// `due_days` of R063.
    R063DueDays,
    /// `min` of R064.
    R064Min,
    /// `tolerance` of R066.
    R066Tolerance,
    /// `tolerance` of R069.
    R069Tolerance,
    /// `grace_days` of R067.
    R067GraceDays,
    /// `tolerance` of R068.
    R068Tolerance,
    /// `max_share` of R071.
    R071MaxShare,
    /// `min_n` of R072.
    R072MinN,
    /// `share` of CN-04.
    Cn04Share,
    /// `tolerance` of CN-04.
    Cn04Tolerance,
    /// `min_lines` of CN-04.
    Cn04MinLines,
    /// `days` of CN-12.
    Cn12Days,
    /// `days` of CN-13.
    Cn13Days,
    /// `prequalification_days` of CN-13.
    Cn13PrequalificationDays,
    /// `min_bidders` of CN-14.
    Cn14MinBidders,
    /// `min_days` of CN-18.
    Cn18MinDays,
    /// `start_days` of CN-18.
    Cn18StartDays,
    /// `sign_days` of CN-19.
    Cn19SignDays,
    /// `tolerance` of CN-19.
    Cn19Tolerance,
    /// `bid_ratio` of CN-20.
    Cn20BidRatio,
    /// `performance_ratio` of CN-20.
    Cn20PerformanceRatio,
    /// `tolerance` of CN-21.
    Cn21Tolerance,
    /// `goods` of CN-22.
    Cn22Goods,
    /// `services` of CN-22.
    Cn22Services,
    /// `min_count` of CN-26.
    Cn26MinCount,
    /// `days` of CN-26.
    Cn26Days,
    /// `days` of CN-31.
    Cn31Days,
    /// `min_awards` of X-03.
    X03MinAwards,
    /// `days` of X-03.
    X03Days,
    /// `min_buyers` of X-03.
    X03MinBuyers,
    /// `min_lots` of X-04.
    X04MinLots,
    /// `due_days` of X-06.
    X06DueDays,
    /// `days` of X-07.
    X07Days,
    /// `days` of X-08.
    X08Days,
    /// `min_rises` of X-08.
    X08MinRises,
    /// `min` of X-09.
    X09Min,
    /// `days` of X-10.
    X10Days,
    /// `days` of X-11.
    X11Days,
    /// `share` of X-11.
    X11Share,
    /// `min_bids` of X-12.
    X12MinBids,
    /// `factor` of X-14.
    X14Factor,
    /// `standstill_days` of X-15.
    X15StandstillDays,
    /// `min_n` of X-16.
    X16MinN,
    /// `min_units` of X-18.
    X18MinUnits,
    /// `days` of X-18.
    X18Days,
    /// `min_n` of X-21.
    X21MinN,
    /// `max_cv` of PS-01.
    Ps01MaxCv,
    /// `of_median` of PS-01.
    Ps01OfMedian,
    /// `distance` of PS-05.
    Ps05Distance,
    /// `distance` of PS-06.
    Ps06Distance,
    /// `band` of PS-09.
    Ps09Band,
    /// `min_bids` of PS-09.
    Ps09MinBids,
    /// `ratio` of PS-09.
    Ps09Ratio,
    /// `tail` of PS-09.
    Ps09Tail,
    /// `min_units` of PS-10.
    Ps10MinUnits,
    /// `drop` of PS-10.
    Ps10Drop,
    /// `rise` of PS-10.
    Ps10Rise,
    /// `tail` of PS-10.
    Ps10Tail,
    /// `share` of PS-11.
    Ps11Share,
    /// `factor` of PS-11.
    Ps11Factor,
    /// `min_units` of PS-11.
    Ps11MinUnits,
    /// `min_units` of PS-12.
    Ps12MinUnits,
    /// `drop` of PS-12.
    Ps12Drop,
    /// `tail` of PS-12.
    Ps12Tail,
    /// `min_units` of PS-13.
    Ps13MinUnits,
    /// `min_units` of NW-01.
    Nw01MinUnits,
    /// `tail` of NW-01.
    Nw01Tail,
    /// `days` of NW-01.
    Nw01Days,
    /// `max_size` of NW-01.
    Nw01MaxSize,
    /// `exclusivity` of NW-02.
    Nw02Exclusivity,
    /// `min_members` of NW-02.
    Nw02MinMembers,
    /// `min_units` of NW-03.
    Nw03MinUnits,
    /// `min_winners` of NW-03.
    Nw03MinWinners,
    /// `entropy` of NW-03.
    Nw03Entropy,
    /// `shuffles` of NW-03.
    Nw03Shuffles,
    /// `tail` of NW-03.
    Nw03Tail,
    /// `gap_cv` of NW-03.
    Nw03GapCv,
    /// `min_units` of NW-04.
    Nw04MinUnits,
    /// `share` of NW-04.
    Nw04Share,
    /// `band` of NW-04.
    Nw04Band,
    /// `half` of NW-04.
    Nw04Half,
    /// `min_units` of NW-05.
    Nw05MinUnits,
    /// `information` of NW-05.
    Nw05Information,
    /// `tail` of NW-05.
    Nw05Tail,
    /// `days` of NW-06.
    Nw06Days,
    /// `jaccard` of NW-08.
    Nw08Jaccard,
    /// `min_units` of NW-08.
    Nw08MinUnits,
    /// `min_bidders` of NW-08.
    Nw08MinBidders,
    /// `factor` of NW-08.
    Nw08Factor,
    /// `min_losses` of NW-09.
    Nw09MinLosses,
}

const fn entry(
    section: &'static str,
    name: &'static str,
    default: f64,
    zh: &'static str,
    en: &'static str,
) -> Parameter {
    Parameter { section, name, default, text: Text::new(zh, en) }
}

/// Every parameter with its default, in the order of [`Key`].
#[rustfmt::skip]
pub static PARAMETERS: [Parameter; 177] = [
    entry("general", "window_days", 365.0, "窗口期（天）", "window (days)"),
    entry("general", "absence_floor", 0.05, "字段视为有公布的最低填报率", "share of processes that makes a field count as published"),
    entry("general", "reference_min_n", 20.0, "参照分布的最少样本", "fewest cases of a reference stratum"),
    entry("general", "assume_price_only", 0.0, "未写明评审标准时视为只按价格（1 是，0 否）", "take absent award criteria as price only (1 yes, 0 no)"),
    entry("general", "consortium_lead", 0.0, "联合体只计牵头人（1）或每个成员（0）", "credit only the lead (1) or each member (0) of a consortium"),
    entry("general", "region_digits", 0.0, "市场取行政区划代码的位数（0 为全部）", "digits of a division code that make a market (0: all)"),
    entry("R001", "grace_days", 0.0, "宽限（天）", "grace (days)"),
    entry("R002", "band", 0.05, "幅度", "band"),
    entry("R002", "band_works", 0.10, "工程类幅度", "band for works"),
    entry("R002", "share", 0.75, "占比", "share"),
    entry("R002", "tail", 0.01, "检验概率上限", "greatest tail probability"),
    entry("R002", "min_n", 10.0, "最少样本", "fewest cases"),
    entry("R011", "min_count", 2.0, "最少笔数", "fewest pieces"),
    entry("R011", "near_days", 30.0, "同一供应商的相隔天数", "days between pieces of one supplier"),
    entry("R011", "within_days", 90.0, "各笔相距的天数", "days within which the pieces lie"),
    entry("R013", "min_n", 10.0, "最少样本", "fewest cases"),
    entry("R013", "max_share", OFF, "最高占比", "greatest share"),
    entry("R003", "days", 15.0, "天数", "days"),
    entry("R004", "grace_days", 0.0, "宽限（天）", "grace (days)"),
    entry("R005", "grace_days", 1.0, "宽限（天）", "grace (days)"),
    entry("R006", "turnover_ratio", 2.0, "营业额与预算之比", "turnover to value"),
    entry("R006", "similar", 3.0, "类似业绩数", "similar contracts"),
    entry("R006", "max_bidders", 2.0, "最多投标人", "most bidders"),
    entry("R008", "max_ratio", 0.001, "最高比例", "greatest ratio"),
    entry("R009", "factor", 1.5, "倍数", "factor"),
    entry("R009", "min_n", 5.0, "最少样本", "fewest cases"),
    entry("R014", "days", 20.0, "天数", "days"),
    entry("R016", "min_n", 20.0, "最少样本", "fewest cases"),
    entry("R019", "min_units", 5.0, "最少标段", "fewest lots"),
    entry("R020", "min", 1.0, "最少件数", "fewest"),
    entry("R021", "max_share", 0.9, "最高占比", "greatest share"),
    entry("R021", "min_n", 10.0, "最少样本", "fewest cases"),
    entry("R026", "min_n", 10.0, "最少样本", "fewest cases"),
    entry("R027", "rate", 0.8, "比率", "rate"),
    entry("R027", "min_units", 5.0, "最少标段", "fewest lots"),
    entry("R027", "max_bidders", 2.0, "最多投标人", "most bidders"),
    entry("R039", "due_days", 3.0, "到期（天）", "due (days)"),
    entry("R015", "floor_days", 7.0, "底线（天）", "floor (days)"),
    entry("R017", "min_n", 20.0, "最少样本", "fewest cases"),
    entry("R022", "min_bids", 3.0, "最少投标", "fewest bids"),
    entry("R023", "tolerance", 0.0005, "容差", "tolerance"),
    entry("R023", "min_bids", 3.0, "最少投标", "fewest bids"),
    entry("R024", "threshold", OFF, "阈值（off 则用界限）", "threshold (off: fence)"),
    entry("R025", "percentile", 75.0, "百分位", "percentile"),
    entry("R025", "min_units", 5.0, "最少标段", "fewest lots"),
    entry("R025", "tail", 0.01, "检验概率上限", "greatest tail probability"),
    entry("R025", "threshold", OFF, "阈值（off 则用界限）", "threshold (off: fence)"),
    entry("R029", "mad", 0.015, "平均绝对偏差", "mean absolute deviation"),
    entry("R029", "min_n", 300.0, "最少样本", "fewest cases"),
    entry("R029", "min_span", 100.0, "最大与最小之比", "greatest to least amount"),
    entry("R030", "tolerance_seconds", 0.0, "容差（秒）", "tolerance (seconds)"),
    entry("R031", "close", 0.01, "接近度", "closeness"),
    entry("R033", "min_holding", 0.25, "最低持股", "least holding"),
    entry("R034", "min_units", 5.0, "最少标段", "fewest lots"),
    entry("R034", "share", 0.9, "占比", "share"),
    entry("R034", "tail", 0.01, "检验概率上限", "greatest tail probability"),
    entry("R034", "minutes", 10.0, "分钟", "minutes"),
    entry("R034", "min_close", 3.0, "最少相近次数", "fewest close calls"),
    entry("R035", "threshold", 1.0, "阈值（off 则用界限）", "threshold (off: fence)"),
    entry("R037", "min_characters", 20.0, "最少字数", "fewest characters"),
    entry("R038", "min_bids", 2.0, "最少投标", "fewest bids"),
    entry("R038", "min_processes", 2.0, "最少项目", "fewest processes"),
    entry("R040", "share", 0.5, "占比", "share"),
    entry("R040", "min_awards", 5.0, "最少授标", "fewest awards"),
    entry("R040", "min_suppliers", 3.0, "最少供应商", "fewest suppliers"),
    entry("R042", "min_shared", 3.0, "最少共用家数", "fewest that share"),
    entry("R044", "strong", 1.0, "强要素数", "strong points"),
    entry("R044", "weak", 2.0, "弱要素数", "weak points"),
    entry("R048", "digits", 2.0, "分类位数", "digits of the class"),
    entry("R048", "min_processes", 20.0, "最少项目", "fewest processes"),
    entry("R049", "count", 3.0, "笔数", "pieces"),
    entry("R050", "share", 0.4, "占比", "share"),
    entry("R050", "min_awards", 10.0, "最少授标", "fewest awards"),
    entry("R050", "min_buyers", 3.0, "最少采购人", "fewest buyers"),
    entry("R051", "hhi", 0.25, "集中度指数", "Herfindahl index"),
    entry("R051", "min_awards", 10.0, "最少授标", "fewest awards"),
    entry("R052", "factor", 10.0, "倍数", "factor"),
    entry("R052", "days", 730.0, "天数", "days"),
    entry("R053", "min_units", 5.0, "最少标段", "fewest lots"),
    entry("R053", "share", 0.8, "占比", "share"),
    entry("R055", "count", 2.0, "笔数", "pieces"),
    entry("R055", "band", 0.10, "幅度", "band"),
    entry("R058", "threshold", OFF, "阈值（off 则用界限）", "threshold (off: fence)"),
    entry("R061", "min_days", 3.0, "最少天数", "fewest days"),
    entry("R062", "floor_days", 60.0, "底线（天）", "floor (days)"),
    entry("R059", "tolerance", 0.05, "容差", "tolerance"),
    entry("R060", "max_days", 30.0, "最多天数", "most days"),
    entry("R063", "due_days", 30.0, "到期（天）", "due (days)"),
    entry("R064", "min", 1.0, "最少件数", "fewest"),
    entry("R066", "tolerance", 0.10, "容差", "tolerance"),
    entry("R069", "tolerance", 0.10, "容差", "tolerance"),
    entry("R067", "grace_days", 0.0, "宽限（天）", "grace (days)"),
    entry("R068", "tolerance", 0.0, "容差", "tolerance"),
    entry("R071", "max_share", 0.5, "最高占比", "greatest share"),
    entry("R072", "min_n", 10.0, "最少样本", "fewest cases"),
    entry("CN-04", "share", 0.8, "占比", "share"),
    entry("CN-04", "tolerance", 0.0005, "容差", "tolerance"),
    entry("CN-04", "min_lines", 20.0, "最少行数", "fewest lines"),
    entry("CN-12", "days", 20.0, "天数", "days"),
    entry("CN-13", "days", 15.0, "天数", "days"),
    entry("CN-13", "prequalification_days", 3.0, "资格预审天数", "days for prequalification"),
    entry("CN-14", "min_bidders", 3.0, "最少投标人", "fewest bidders"),
    entry("CN-18", "min_days", 3.0, "最少天数", "fewest days"),
    entry("CN-18", "start_days", 3.0, "开始公示的期限（天）", "days until the notice"),
    entry("CN-19", "sign_days", 30.0, "签约期限（天）", "days until signature"),
    entry("CN-19", "tolerance", 0.0, "容差", "tolerance"),
    entry("CN-20", "bid_ratio", 0.02, "投标保证金比例", "bid bond ratio"),
    entry("CN-20", "performance_ratio", 0.10, "履约保证金比例", "performance bond ratio"),
    entry("CN-21", "tolerance", 0.10, "容差", "tolerance"),
    entry("CN-22", "goods", 0.30, "货物", "goods"),
    entry("CN-22", "services", 0.10, "服务", "services"),
    entry("CN-26", "min_count", 2.0, "最少笔数", "fewest pieces"),
    entry("CN-26", "days", 730.0, "天数", "days"),
    entry("CN-31", "days", 30.0, "天数", "days"),
    entry("X-03", "min_awards", 3.0, "最少授标", "fewest awards"),
    entry("X-03", "days", 730.0, "天数", "days"),
    entry("X-03", "min_buyers", 5.0, "最少采购人", "fewest buyers"),
    entry("X-04", "min_lots", 5.0, "最少标段", "fewest lots"),
    entry("X-06", "due_days", 30.0, "到期（天）", "due (days)"),
    entry("X-07", "days", 180.0, "天数", "days"),
    entry("X-08", "days", 90.0, "天数", "days"),
    entry("X-08", "min_rises", 2.0, "最少涨价次数", "fewest rises"),
    entry("X-09", "min", 3.0, "最少件数", "fewest"),
    entry("X-10", "days", 10.0, "天数", "days"),
    entry("X-11", "days", 60.0, "天数", "days"),
    entry("X-11", "share", 0.3, "占比", "share"),
    entry("X-12", "min_bids", 3.0, "最少投标", "fewest bids"),
    entry("X-14", "factor", 1.3, "倍数", "factor"),
    entry("X-15", "standstill_days", OFF, "静默期（天）", "standstill (days)"),
    entry("X-16", "min_n", 5.0, "最少样本", "fewest cases"),
    entry("X-18", "min_units", 3.0, "最少标段", "fewest lots"),
    entry("X-18", "days", 730.0, "天数", "days"),
    entry("X-21", "min_n", 3.0, "最少样本", "fewest cases"),
    entry("PS-01", "max_cv", 0.06, "变异系数上限", "greatest coefficient of variation"),
    entry("PS-01", "of_median", 0.5, "与同类中位数之比的上限", "greatest share of the stratum's median"),
    entry("PS-05", "distance", 1.0, "距离", "distance"),
    entry("PS-06", "distance", 1.0, "距离", "distance"),
    entry("PS-09", "band", 0.002, "幅度", "band"),
    entry("PS-09", "min_bids", 100.0, "最少投标", "fewest bids"),
    entry("PS-09", "ratio", 0.5, "比值", "ratio"),
    entry("PS-09", "tail", 0.01, "检验概率上限", "greatest tail probability"),
    entry("PS-10", "min_units", 20.0, "最少标段", "fewest lots"),
    entry("PS-10", "drop", 0.5, "降幅", "drop"),
    entry("PS-10", "rise", 2.0, "升幅", "rise"),
    entry("PS-10", "tail", 0.01, "检验概率上限", "greatest tail probability"),
    entry("PS-11", "share", 0.5, "占比", "share"),
    entry("PS-11", "factor", 2.0, "倍数", "factor"),
    entry("PS-11", "min_units", 6.0, "最少标段", "fewest lots"),
    entry("PS-12", "min_units", 8.0, "最少标段", "fewest lots"),
    entry("PS-12", "drop", 0.10, "降幅", "drop"),
    entry("PS-12", "tail", 0.01, "检验概率上限", "greatest tail probability"),
    entry("PS-13", "min_units", 30.0, "最少标段", "fewest lots"),
    entry("NW-01", "min_units", 3.0, "最少标段", "fewest lots"),
    entry("NW-01", "tail", 0.01, "检验概率上限", "greatest tail probability"),
    entry("NW-01", "days", 730.0, "天数", "days"),
    entry("NW-01", "max_size", 12.0, "最大群体", "largest group"),
    entry("NW-02", "exclusivity", 0.5, "排他度", "exclusivity"),
    entry("NW-02", "min_members", 3.0, "最少成员", "fewest members"),
    entry("NW-03", "min_units", 6.0, "最少标段", "fewest lots"),
    entry("NW-03", "min_winners", 3.0, "最少中标人", "fewest winners"),
    entry("NW-03", "entropy", 0.85, "熵", "entropy"),
    entry("NW-03", "shuffles", 10000.0, "随机次数", "shuffles"),
    entry("NW-03", "tail", 0.01, "检验概率上限", "greatest tail probability"),
    entry("NW-03", "gap_cv", 0.35, "间隔变异系数", "CV of gaps"),
    entry("NW-04", "min_units", 8.0, "最少标段", "fewest lots"),
    entry("NW-04", "share", 0.7, "占比", "share"),
    entry("NW-04", "band", 0.03, "幅度", "band"),
    entry("NW-04", "half", 0.5, "占比", "share"),
    entry("NW-05", "min_units", 12.0, "最少标段", "fewest lots"),
    entry("NW-05", "information", 0.5, "互信息", "mutual information"),
    entry("NW-05", "tail", 0.01, "检验概率上限", "greatest tail probability"),
    entry("NW-06", "days", 730.0, "天数", "days"),
    entry("NW-08", "jaccard", 0.8, "相似度", "Jaccard index"),
    entry("NW-08", "min_units", 5.0, "最少标段", "fewest lots"),
    entry("NW-08", "min_bidders", 3.0, "最少投标人", "fewest bidders"),
    entry("NW-08", "factor", 2.0, "倍数", "factor"),
    entry("NW-09", "min_losses", 8.0, "最少落败次数", "fewest losses"),
];
