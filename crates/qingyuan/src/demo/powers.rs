//! The demo's inventory of powers: items of the department of the demonstration, proposed, reviewed and published by three officers;
//! some connected and exercised, some not, two that wait.

use std::collections::BTreeMap;

use access::Hand;
use kernel::day::{TestClock, Zone};
use kernel::limit::Budget;
use kernel::power::Category;
use kernel::{Day, MatterId, OrganId, PostId, Text};
use operation::decide::Given;
use operation::types::{Basis, Clients, Content, Fee, Level, Material, Need, Standing};
use testkit::demo::Jurisdiction;

use crate::node::{Node, chain};

/// An item in a line: code, name, category, whether it follows the licence's process, the limits in working days, the fee.
struct Line {
    code: &'static str,
    zh: &'static str,
    en: &'static str,
    category: Category,
    connected: bool,
    limits: Option<(u32, u32)>,
    fee: bool,
}

const fn line(
    code: &'static str,
    (zh, en): (&'static str, &'static str),
    category: Category,
    connected: bool,
    limits: Option<(u32, u32)>,
    fee: bool,
) -> Line {
    Line { code, zh, en, category, connected, limits, fee }
}

/// The items; those that are connected come first, each named as its matters are.
const ITEMS: [Line; 10] = [
    line(
        "YS-XK-001",
        ("示例临时占用道路许可", "Sample licence to occupy a road"),
        Category::Licensing,
        true,
        Some((20, 10)),
        true,
    ),
    line(
        "YS-XK-002",
        ("示例户外广告设置许可", "Sample licence for outdoor advertising"),
        Category::Licensing,
        true,
        Some((20, 10)),
        false,
    ),
    line(
        "YS-XK-003",
        ("示例建筑垃圾处置许可", "Sample licence to dispose of building waste"),
        Category::Licensing,
        true,
        Some((20, 10)),
        false,
    ),
    line(
        "YS-XK-004",
        ("示例城市道路挖掘许可", "Sample licence to dig up a road"),
        Category::Licensing,
        true,
        Some((20, 10)),
        true,
    ),
    line(
        "YS-XK-005",
        ("示例夜间施工许可", "Sample licence to build at night"),
        Category::Licensing,
        true,
        Some((20, 10)),
        false,
    ),
    line(
        "YS-CF-001",
        ("示例违反市容管理规定的处罚", "Sample penalty for breaches of town order"),
        Category::Penalty,
        false,
        None,
        false,
    ),
    line(
        "YS-QZ-001",
        ("示例查封扣押违法设施", "Sample seizure of unlawful installations"),
        Category::Compulsion,
        false,
        None,
        false,
    ),
    line("YS-ZS-001", ("示例城市道路占用费征收", "Sample levy for occupying roads"), Category::Levy, false, None, true),
    line(
        "YS-JC-001",
        ("示例户外设施安全检查", "Sample inspection of outdoor installations"),
        Category::Inspection,
        false,
        None,
        false,
    ),
    line(
        "YS-JL-001",
        ("示例市容环卫先进奖励", "Sample award for town order"),
        Category::Award,
        false,
        Some((30, 20)),
        false,
    ),
];

/// The process of licences.
const PROCESS: &str = "licence";

/// An officer in a post.
type Person = (Hand, PostId);

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
        materials: if line.connected { materials.map(material).to_vec() } else { Vec::new() },
        statutory: line.limits.map(|(statutory, _)| Budget::working_days(statutory)),
        promised: line.limits.map(|(_, promised)| Budget::working_days(promised)),
        fee: line.fee.then_some(fee),
        result: if line.connected {
            Text::new("许可证（电子证照）", "Licence (electronic)")
        } else {
            Text::default()
        },
        place: Text::new(
            "示例政务服务中心三楼，工作日 9:00—17:00",
            "Sample service centre, third floor, working days 9:00–17:00",
        ),
        complaints: Text::new("示例投诉电话：00000000", "Sample complaints line: 00000000"),
        process: line.connected.then(|| PROCESS.to_owned()),
        discretion: None,
        online: line.connected,
    }
}

/// Publishes the items from a day on, and leaves a change and a new item waiting; answers the connected items by their names.
pub(super) async fn plant(
    node: &Node,
    clock: &TestClock,
    place: &Jurisdiction,
    from: Day,
) -> Result<BTreeMap<&'static str, MatterId>, String> {
    let register = node.directory.register().await.map_err(|fault| chain(&fault))?.ok_or("the demo has no register")?;
    let person = |duty: &str| -> Option<Person> {
        let role = place.roles.iter().find(|role| role.duty == duty)?;
        let organ = register.post(role.post).map(|post| post.organ)?;
        Some((Hand { officer: role.officer, organ, on_behalf_of: None }, role.post))
    };
    let people = (person("inventory-steward"), person("legal-reviewer"), person("inventory-approver"));
    let (Some(steward), Some(reviewer), Some(publisher)) = people else { return Ok(BTreeMap::new()) };
    let organ = steward.0.organ;
    let inventory = node.inventory();
    let said = |error: operation::InventoryError| chain(&error);
    let mut connected = BTreeMap::new();
    for (n, line) in ITEMS.iter().enumerate() {
        let minutes = i64::try_from(n).unwrap_or(0) * 60_000;
        clock.set(Zone::CHINA.start_of(from).plus_ms(9 * 3_600_000 + minutes));
        let given = Given {
            content: content(line, organ), from, reason: "按上级目录编入本机关权责清单。".to_owned()
        };
        let id = inventory.propose(steward, given).await.map_err(said)?;
        inventory.review(reviewer, id, true, "设定依据现行有效，未增设条件和材料。").await.map_err(said)?;
        inventory.publish(publisher, id).await.map_err(said)?;
        if line.connected {
            connected.insert(line.zh, id);
        }
    }
    Ok(connected)
}

/// What waits on the demo's own day: a shorter promise that was reviewed, and an item that nobody looked at yet.
pub(super) async fn waiting(
    node: &Node,
    place: &Jurisdiction,
    connected: &BTreeMap<&'static str, MatterId>,
) -> Result<(), String> {
    let register = node.directory.register().await.map_err(|fault| chain(&fault))?.ok_or("the demo has no register")?;
    let person = |duty: &str| -> Option<Person> {
        let role = place.roles.iter().find(|role| role.duty == duty)?;
        let organ = register.post(role.post).map(|post| post.organ)?;
        Some((Hand { officer: role.officer, organ, on_behalf_of: None }, role.post))
    };
    let (Some(steward), Some(reviewer)) = (person("inventory-steward"), person("legal-reviewer")) else {
        return Ok(());
    };
    let inventory = node.inventory();
    let said = |error: operation::InventoryError| chain(&error);
    let [first, second, ..] = &ITEMS;
    let next = node.clock.today().plus(12);
    if let Some(id) = connected.get(second.zh) {
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
