//! What the one-line formula of the register leaves open, and how this program decides it.

use crate::text::Text;

/// Holds for every aggregate.
pub(super) const ALL: Text = Text::new(
    "窗口止于该对象最新的一条记录（早于判断时刻），长度见参数；没有日期的记录仅在全部没有日期时计入。某项所需字段在窗口内一条也没有时为数据不足，部分记录缺少的则略去。四分位数重合时，界限就是常见值本身，只有超过它才触发。",
    "The window ends with the subject's newest row before the moment of judgement; its length is a parameter. Insufficient data means that no row of the window has the field; rows that lack it are left out where others have it. Where the quartiles coincide the fence is the common value itself, and only what lies beyond it is raised.",
);

/// What is particular to one indicator.
pub(super) fn of(code: &str) -> Option<Text> {
    Some(match code {
        "R002" => Text::new(
            "每个项目与其自身适用的限额比较，因此不同限额下的项目可以相加。",
            "Each tender is set against its own limit, so that tenders under several limits add up.",
        ),
        "R011" => Text::new(
            "财政年度为公历年度；公开招标的项目不算拆分（政府采购法实施条例第 28 条）;在任何九十天内合计与限额之比最高者，各币种分别合计。整年合计由 CN-10 判断。",
            "The fiscal year is the calendar year. An open tender is no piece (Regulation on the Implementation of the Government Procurement Law, art. 28). Of all spans of 90 days the one nearest to its limit counts; currencies are added separately. The sum of a whole year is CN-10's matter.",
        ),
        "CN-10" => Text::new(
            "财政年度为公历年度；各币种分别合计，取与限额之比最高者。",
            "The fiscal year is the calendar year; currencies are added separately and the one nearest to its limit counts.",
        ),
        "R019" => Text::new(
            "与同一品类的其他采购人比较；下界不可用时取品类中位数的一半。",
            "Compared with the buyers of the same category; where the lower fence is not usable, with half the category's median.",
        ),
        "R025" => Text::new(
            "下界多为零而不可用；此时改用二项检验：在其所在市场的平均中标率下，中标如此之少的概率不高于规定值。",
            "The lower fence is mostly zero and not usable; then the binomial tail decides: the chance of so few wins at the mean win rate of its markets.",
        ),
        "R027" => Text::new(
            "只看最近的一百个可比标段：缺席最近一百个的供应商不算常客。",
            "At most the newest hundred comparable lots say who is a regular.",
        ),
        "R029" => Text::new(
            "采购人看预算（否则授予额），供应商看报价（否则授予额），市场看报价（否则预算）;只用出现最多的币种。",
            "A buyer's estimates (else awards), a supplier's bids (else awards), a market's bids (else estimates), in the currency most of them have.",
        ),
        "R034" => Text::new(
            "只有日期或时刻为零点的递交时间不算时间；同一联合体的成员不算相遇。共同参加三个以上标段的两家才成为对象，超过 60 家投标的标段不组对，其数目写入运行报告。",
            "A date alone, or midnight, is no time. Members of one bid do not meet. Two firms become a subject with their third shared lot; lots of more than 60 bidders form no pairs and are counted in the run report.",
        ),
        "R053" | "NW-09" => Text::new(
            "共同参加三个以上标段的两家才成为对象；超过 60 家投标的标段不组对，其数目写入运行报告。",
            "Two firms become a subject with their third shared lot; lots of more than 60 bidders form no pairs and are counted in the run report.",
        ),
        "X-18" => Text::new(
            "各自有能力单独承担，以其曾单独投标为证；对象是同在一份投标中的两家。",
            "That each were able alone is shown by its having bid alone; subjects are the pairs that stand in one bid.",
        ),
        "X-21" => Text::new(
            "大幅低价指最低落标价与中标价之差占中标价的比例达到 R058 的上界。",
            "Won at a discount means that (lowest losing price − winning price) ÷ winning price reaches the upper fence of R058.",
        ),
        "PS-12" => Text::new(
            "新进入者指此前一个窗口内未在该市场投标者；数据最初一个窗口内的标段无法判断，不计入。",
            "New is who has not bid in the market within one window before; lots of the data's first window cannot be told and are left out.",
        ),
        "PS-13" => Text::new(
            "OCDS 没有坐标，成本以在手合同衡量：开标前一个窗口内同币种的授予额。落标价的负相关还须在单侧检验中显著（不高于 0.01）。",
            "OCDS carries no coordinates; cost is measured by backlog: what the bidder was awarded in the same currency in the window before. The losers' negative correlation must be significant as well (one-sided, at most 0.01).",
        ),
        "NW-01" | "NW-02" | "NW-03" | "R057" | "NW-04" | "PS-11" => Text::new(
            "市场内没有品目分类时，以货物、工程或服务为品类。检验的对数是市场中同场过的供应商对数。群体的标段指至少两名成员投标的标段。群体本身只说明值得查看其报价和中标。",
            "Where no item is classified, goods, works or services stand for the category. The pairs tested are those that met at all in the market. A group's lots are those in which two members or more bid. A group by itself is only a reason to look at its prices and wins.",
        ),
        "NW-05" => Text::new(
            "取同一品类和币种、所有地区中由成员中标的标段；地区和采购人各试一次，取较强者。互信息除以两者熵的平均值。",
            "Lots of all regions with the group's category and currency, won by a member; regions and buyers are both tried and the stronger is kept. Mutual information is divided by the mean of the two entropies.",
        ),
        "NW-06" => Text::new(
            "对象是同场投标的中标人与其列名的分包人。",
            "Subjects are pairs of a winner and a named subcontractor that bid for the same lot.",
        ),
        "NW-07" => Text::new(
            "联系指相同的电话、电子邮箱或街道地址；超过 12 家共用的视为前台、代理或占位，不计。",
            "A tie is a common telephone, e-mail or street address; one that more than 12 firms share is a front desk, an agent or a placeholder and does not count.",
        ),
        _ => return None,
    })
}
