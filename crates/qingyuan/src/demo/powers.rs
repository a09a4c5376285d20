//! The demo's inventory of powers: items of the department of the demonstration, proposed, reviewed and published by three officers;
//! some connected and exercised, some not, two that wait.

use std::collections::BTreeMap;

use kernel::day::{TestClock, Zone};
use kernel::limit::Budget;
use kernel::power::Category;
use kernel::{Day, MatterId, OrganId, Text};
use operation::decide::Given;
use operation::types::{Basis, Clients, Content, Fee, Level, Material, Need, Standing};
use testkit::demo::Jurisdiction;

use super::cases::of_duty;
use crate::node::{Node, chain};

/// An item in a line: code, name, category, the process that it is bound to, the limits with their unit, whether a fee is charged and
/// whether the public applies online.
#[derive(Clone, Copy)]
struct Line {
    code: &'static str,
    zh: &'static str,
    en: &'static str,
    category: Category,
    process: Option<&'static str>,
    /// By the law, and promised.
    limits: (Option<Budget>, Option<Budget>),
    fee: bool,
    online: bool,
}

const fn licence(code: &'static str, (zh, en): (&'static str, &'static str), fee: bool) -> Line {
    let limits = (Some(Budget::working_days(20)), Some(Budget::working_days(10)));
    Line { code, zh, en, category: Category::Licensing, process: Some(PROCESS), limits, fee, online: true }
}

const fn line(
    code: &'static str,
    (zh, en): (&'static str, &'static str),
    (category, process): (Category, Option<&'static str>),
    limits: (Option<Budget>, Option<Budget>),
    online: bool,
) -> Line {
    Line { code, zh, en, category, process, limits, fee: false, online }
}

/// The items; licences first, each named as its matters are.
const ITEMS: [Line; 15] = [
    licence("YS-XK-001", ("示例临时占用道路许可", "Sample licence to occupy a road"), true),
    licence("YS-XK-002", ("示例户外广告设置许可", "Sample licence for outdoor advertising"), false),
    licence("YS-XK-003", ("示例建筑垃圾处置许可", "Sample licence to dispose of building waste"), false),
    licence("YS-XK-004", ("示例城市道路挖掘许可", "Sample licence to dig up a road"), true),
    licence("YS-XK-005", ("示例夜间施工许可", "Sample licence to build at night"), false),
    line(
        "YS-CF-001",
        ("示例违反市容管理规定的处罚", "Sample penalty for breaches of town order"),
        (Category::Penalty, Some("penalty")),
        (Some(Budget::calendar_days(90)), Some(Budget::calendar_days(85))),
        false,
    ),
    line(
        "YS-QZ-001",
        ("示例查封扣押违法设施", "Sample seizure of unlawful installations"),
        (Category::Compulsion, Some("compulsion")),
        (Some(Budget::calendar_days(60)), None),
        false,
    ),
    line(
        "YS-ZS-001",
        ("示例城市道路占用费征收", "Sample levy for occupying roads"),
        (Category::Levy, Some("levy")),
        (None, Some(Budget::working_days(10))),
        true,
    ),
    line(
        "YS-JF-001",
        ("示例生活困难补助给付", "Sample allowance for hardship"),
        (Category::Benefit, Some("benefit")),
        (None, Some(Budget::working_days(25))),
        true,
    ),
    line(
        "YS-JC-001",
        ("示例户外设施安全检查", "Sample inspection of outdoor installations"),
        (Category::Inspection, Some("inspection")),
        (None, Some(Budget::working_days(30))),
        false,
    ),
    line(
        "YS-QR-001",
        ("示例工伤认定", "Sample confirmation of an injury at work"),
        (Category::Confirmation, Some("confirmation")),
        (Some(Budget::calendar_days(60)), Some(Budget::calendar_days(50))),
        false,
    ),
    line(
        "YS-JL-001",
        ("示例市容环卫先进奖励", "Sample award for town order"),
        (Category::Award, Some("award")),
        (None, Some(Budget::working_days(30))),
        true,
    ),
    line(
        "YS-CJ-001",
        ("示例相邻设施纠纷裁决", "Sample ruling on neighbouring installations"),
        (Category::Adjudication, Some("adjudication")),
        (None, Some(Budget::calendar_days(60))),
        false,
    ),
    line(
        "YS-QT-001",
        ("示例经营场所备案", "Sample filing of premises"),
        (Category::Other, Some("filing")),
        (None, Some(Budget::working_days(10))),
        true,
    ),
    line(
        "YS-QT-002",
        ("示例闲置设施代管", "Sample keeping of idle installations"),
        (Category::Other, None),
        (None, None),
        false,
    ),
];

/// What was entered: licences by their names, other items by their processes.
pub(super) type Entered = BTreeMap<&'static str, MatterId>;

/// The process of licences.
const PROCESS: &str = "licence";

fn content(line: &Line, organ: OrganId) -> Content {
    let materials = [
        ("申请书", "Application", Need::Always, 1),
        ("场所平面图", "Floor plan", Need::Always, 1),
        ("现状照片", "Photographs", Need::Tolerated, 0),
    ];
    let material = |(zh, en, need, copies): (&str, &str, Need, u8)| Material { name: Text::new(zh, en), need, copies };
    let fee = Fee {
        standard: Text::new("按面积和天数计收，标准见示例公告。", "By area and days; see the sample notice."),
        basis: "示例价费〔2026〕1号".to_owned(),
    };
    Content {
        code: line.code.to_owned(),
        name: Text::new(line.zh, line.en),
        category: line.category,
        organ,
        standing: Standing::Statutory,
        level: Level::County,
        clients: Clients::Anyone,
        bases: vec![Basis { law: "示例市容管理条例".to_owned(), article: "第十条".to_owned() }],
        conditions: match line.category.is_applied_for() {
            true => Text::new(
                "申请人有明确的场所和期限，方案不影响通行安全。",
                "The applicant names place and period; the plan leaves traffic safe.",
            ),
            false => Text::new(
                "符合条例规定的情形，由本机关依职权实施。",
                "In the cases that the regulation names, by the organ of itself.",
            ),
        },
        materials: if line.online { materials.map(material).to_vec() } else { Vec::new() },
        statutory: line.limits.0,
        promised: line.limits.1,
        fee: line.fee.then_some(fee),
        result: match line.process {
            Some(PROCESS) => Text::new("许可证（电子证照）", "Licence (electronic)"),
            Some(_) => Text::new("决定书", "Written decision"),
            None => Text::default(),
        },
        place: Text::new(
            "示例政务服务中心三楼，工作日 9:00—17:00",
            "Sample service centre, third floor, working days 9:00–17:00",
        ),
        complaints: Text::new("示例投诉电话：00000000", "Sample complaints line: 00000000"),
        process: line.process.map(str::to_owned),
        discretion: None,
        online: line.online,
    }
}

/// Publishes items from a day on, the licences or the others; answers what was entered.
pub(super) async fn plant(
    node: &Node,
    clock: &TestClock,
    place: &Jurisdiction,
    (from, licences): (Day, bool),
) -> Result<Entered, String> {
    let register = node.directory.register().await.map_err(|fault| chain(&fault))?.ok_or("the demo has no register")?;
    let person = |duty: &str| of_duty(&register, place, duty);
    let people = (person("inventory-steward"), person("legal-reviewer"), person("inventory-approver"));
    let (Some(steward), Some(reviewer), Some(publisher)) = people else { return Ok(Entered::default()) };
    let organ = steward.0.organ;
    let inventory = node.inventory();
    let said = |error: operation::InventoryError| chain(&error);
    let mut entered = Entered::default();
    let wanted = |line: &&Line| (line.process == Some(PROCESS)) == licences;
    for (n, line) in ITEMS.iter().filter(wanted).enumerate() {
        let minutes = i64::try_from(n).unwrap_or(0) * 60_000;
        clock.set(Zone::CHINA.start_of(from).plus_ms(9 * 3_600_000 + minutes));
        let given = Given {
            content: content(line, organ), from, reason: "按上级目录编入本机关权责清单。".to_owned()
        };
        let id = inventory.propose(steward, given).await.map_err(said)?;
        inventory.review(reviewer, id, true, "设定依据现行有效，未增设条件和材料。").await.map_err(said)?;
        inventory.publish(publisher, id).await.map_err(said)?;
        match line.process {
            Some(PROCESS) => drop(entered.insert(line.zh, id)),
            Some(process) => drop(entered.insert(process, id)),
            None => {}
        }
    }
    Ok(entered)
}

/// What waits on the demo's own day: a shorter promise that was reviewed, and an item that nobody looked at yet.
pub(super) async fn waiting(node: &Node, place: &Jurisdiction, entered: &Entered) -> Result<(), String> {
    let register = node.directory.register().await.map_err(|fault| chain(&fault))?.ok_or("the demo has no register")?;
    let person = |duty: &str| of_duty(&register, place, duty);
    let (Some(steward), Some(reviewer)) = (person("inventory-steward"), person("legal-reviewer")) else {
        return Ok(());
    };
    let inventory = node.inventory();
    let said = |error: operation::InventoryError| chain(&error);
    let [first, second, ..] = &ITEMS;
    let next = node.clock.today().plus(12);
    if let Some(id) = entered.get(second.zh) {
        let changed = Content { promised: Some(Budget::working_days(8)), ..content(second, steward.0.organ) };
        let reason = "办理多在八个工作日内完成，压缩承诺时限。".to_owned();
        inventory.amend(steward, *id, Given { content: changed, from: next, reason }).await.map_err(said)?;
        inventory.review(reviewer, *id, true, "不长于法定时限，流程已按八日计。").await.map_err(said)?;
    }
    let new =
        Line { code: "YS-XK-006", zh: "示例便民摊点设置许可", en: "Sample licence for stalls", ..*first };
    let reason = "上级目录新增事项。".to_owned();
    let given = Given { content: content(&new, steward.0.organ), from: next, reason };
    inventory.propose(steward, given).await.map_err(said)?;
    Ok(())
}
