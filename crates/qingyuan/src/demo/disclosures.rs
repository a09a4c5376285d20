//! What the demo's organs disclose: a department that did it in time, late, in part, with a correction and a withdrawal, and has some
//! waiting; a village by quarters; and organs that have opened their catalogue and published nothing.

use access::Hand;
use directory::{Register, RegisterEvent};
use disclosure::comment::{self, Adopted};
use disclosure::decide::{Given, Taking, Verdict};
use disclosure::events::{Exception, Outcome};
use disclosure::ground::{Because, Ground};
use kernel::dated::Period;
use kernel::day::{TestClock, Zone};
use kernel::id::Id;
use kernel::officer::{Appointment, Officer, Post};
use kernel::organ::{Organ, OrganKind};
use kernel::{Class, Clock as _, Day, Instant, MatterId, OrganId, PostId, Text};
use store::Actor;
use testkit::demo::Jurisdiction;

use super::cases::{Person, of_duty};
use crate::node::{Node, chain};

/// Who drafts, reviews and publishes in an organ.
#[derive(Clone, Copy)]
struct Office {
    organ: OrganId,
    drafter: Person,
    reviewer: Person,
    head: Person,
}

/// How far a disclosure gets.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Drafted,
    Reviewed,
    Refused,
    Published,
    /// With the second paragraph withheld.
    InPart,
}

/// Something that an office discloses: day, entry, period, the day it came to be, title, text, and how far it gets.
struct Told {
    on: Day,
    entry: &'static str,
    period: &'static str,
    came: Day,
    title: &'static str,
    body: &'static str,
    fate: Fate,
}

const fn day(month: i8, day: i8) -> Day {
    Day::constant(2026, month, day)
}

/// The day on which the catalogues are opened.
const OPENS: Day = day(1, 5);

/// What the department discloses, in the order of days.
const DEPARTMENT: &[Told] = &[
    Told {
        on: day(1, 16),
        entry: "GOV-02",
        period: "once",
        came: day(1, 5),
        title: "示例机关职能、机构设置与联系方式",
        body: "本机关负责本地区有关行业的规划、许可、监督检查和公共服务，内设办公室、法规科、行政审批科、监督检查科。\n办公地址：示例路一号；办公时间：工作日 9:00–12:00、13:30–17:30；联系电话：示例总机。\n主要负责人主持全面工作；分管负责人分工见附表。",
        fate: Fate::Published,
    },
    Told {
        on: day(2, 11),
        entry: "GOV-15",
        period: "2025",
        came: day(1, 20),
        title: "示例机关 2025 年度政府信息公开工作年度报告",
        body: "一、总体情况。全年主动公开信息 126 条，其中规范性文件 4 件，行政许可结果 68 件，行政处罚决定 31 件，其他信息 23 条；政务新媒体同步发布。\n二、依申请公开。全年收到申请 17 件，均在二十个工作日内答复，其中予以公开 11 件，部分公开 3 件，信息不存在 2 件，非本机关掌握 1 件。\n三、行政复议和行政诉讼。因信息公开被申请复议 1 件，维持 1 件；没有行政诉讼。\n四、存在的主要问题及改进情况。个别信息公开不及时，保密审查流程偏长；已明确每类信息的公开期限和审查岗位，由平台到期提示。",
        fate: Fate::Published,
    },
    Told {
        on: day(2, 27),
        entry: "GOV-06",
        period: "",
        came: day(2, 12),
        title: "示例机关 2026 年部门预算",
        body: "本年度部门预算收入 3,200.00 万元，支出 3,200.00 万元，其中基本支出 2,140.00 万元，项目支出 1,060.00 万元。\n机关运行经费安排 186.00 万元，比上年减少 4.00 万元，主要是压减会议和差旅支出。\n“三公”经费预算 21.00 万元，其中公务用车运行维护 18.00 万元，公务接待 3.00 万元。",
        fate: Fate::Published,
    },
    Told {
        on: day(5, 25),
        entry: "GOV-01",
        period: "",
        came: day(5, 12),
        title: "示例临时占用城市道路管理办法",
        body: "第一条 为规范临时占用城市道路的管理，保障道路通行，制定本办法。\n第二条 临时占用城市道路应当经批准，期限不超过三十日；确需延期的，提前五个工作日申请。\n第三条 批准文件应当在占用现场公示，期满后三日内恢复原状。\n第四条 本办法自 2026 年 7 月 1 日起施行，有效期五年。",
        fate: Fate::Published,
    },
    Told {
        on: day(8, 14),
        entry: "GOV-05",
        period: "",
        came: day(8, 3),
        title: "示例行政处罚决定（2026 第 17 号）",
        body: "当事人示例建材经营部未经批准占用城市道路堆放建筑材料，面积 40 平方米，持续 6 日。\n当事人经营者的住址和联系方式见卷宗。\n依据城市道路管理条例第四十二条，责令限期改正，罚款 2,000 元。\n当事人不服的，可以在六十日内申请行政复议，或者在六个月内提起行政诉讼。",
        fate: Fate::InPart,
    },
    Told {
        on: day(9, 10),
        entry: "GOV-04",
        period: "",
        came: day(9, 2),
        title: "示例户外广告设置许可结果（二号街）",
        body: "准予在示例二号街设置户外广告设施一处，规格 6 米 × 3 米，期限至 2028 年 9 月 1 日。\n许可条件：安全检测每年一次，遇重大活动按通知临时拆除。",
        fate: Fate::Published,
    },
    Told {
        on: day(9, 28),
        entry: "GOV-13",
        period: "",
        came: day(9, 22),
        title: "示例节前安全检查情况",
        body: "已检查，情况良好。",
        fate: Fate::Published,
    },
    Told {
        on: day(10, 20),
        entry: "GOV-11",
        period: "",
        came: day(10, 12),
        title: "示例大桥改造工程批准和实施情况",
        body: "工程经批准于 2026 年 10 月 12 日开工，概算 8,600.00 万元，工期 14 个月。\n建设单位、施工单位和监理单位的招标结果已分别公布。",
        fate: Fate::Drafted,
    },
    Told {
        on: day(10, 26),
        entry: "GOV-17",
        period: "",
        came: day(10, 26),
        title: "示例户外广告设施管理办法（征求意见稿）",
        body: "第一条 为规范户外广告设施的设置，保障公共安全和市容，起草本办法。\n第二条 设置户外广告设施应当取得许可，许可期限不超过二年。\n第三条 设施所有人每年委托安全检测一次，检测报告存档备查。\n第四条 本办法征求意见三十日，意见可以在本页提出。",
        fate: Fate::Published,
    },
    Told {
        on: day(11, 12),
        entry: "GOV-12",
        period: "",
        came: day(11, 9),
        title: "示例老旧小区加装电梯补助办法的实施情况",
        body: "截至 10 月底，全区受理加装电梯申请 42 件，通过联合审查 35 件，竣工 19 件。\n已发放补助 570.00 万元，每部电梯不超过 30.00 万元，名单随本页一并公布。",
        fate: Fate::Reviewed,
    },
    Told {
        on: day(11, 16),
        entry: "GOV-03",
        period: "",
        came: day(11, 13),
        title: "示例 2027 年行业发展专项规划要点",
        body: "到 2027 年底，新建和改造停车泊位 3,000 个，示范道路 12 条。\n重点任务、责任分工和进度安排见规划文本。",
        fate: Fate::Drafted,
    },
    Told {
        on: day(11, 17),
        entry: "GOV-10",
        period: "",
        came: day(11, 16),
        title: "示例集中采购项目实施情况",
        body: "三季度集中采购实施项目 6 个，预算 410.00 万元，成交 386.00 万元。\n其中一个项目的评审专家名单尚未抽取。",
        fate: Fate::Refused,
    },
];

/// What a village discloses, likewise.
const VILLAGE: &[Told] = &[
    Told {
        on: day(3, 27),
        entry: "VIL-01",
        period: "2026-Q1",
        came: day(3, 25),
        title: "示例村 2026 年第一季度村务公开",
        body: "村民代表会议于 3 月 10 日讨论通过村道硬化方案，长 1.2 公里，预算 36.00 万元，4 月开工。\n协助发放春耕物资 86 户，名单张贴在公开栏。\n救助资金收入 4.00 万元，发放 3.60 万元，结余 0.40 万元。",
        fate: Fate::Published,
    },
    Told {
        on: day(6, 29),
        entry: "VIL-01",
        period: "2026-Q2",
        came: day(6, 25),
        title: "示例村 2026 年第二季度村务公开",
        body: "村民代表会议于 3 月 10 日讨论通过村道硬化方案，长 1.2 公里，预算 36.00 万元，4 月开工。\n协助发放春耕物资 86 户，名单张贴在公开栏。\n救助资金收入 4.00 万元，发放 3.60 万元，结余 0.40 万元。",
        fate: Fate::Published,
    },
    Told {
        on: day(10, 14),
        entry: "VIL-01",
        period: "2026-Q3",
        came: day(9, 28),
        title: "示例村 2026 年第三季度村务公开",
        body: "村道硬化工程于 8 月 20 日竣工验收，实际支出 35.20 万元，结余退回村集体账户。\n秋季防汛值守 18 人次，没有灾情。\n7 至 9 月集体收入 6.30 万元，支出 4.90 万元，明细见公开栏。",
        fate: Fate::Published,
    },
];

/// Fills the public face and the desk; what the demo's people do not allow is left out.
pub(crate) async fn plant(node: &Node, clock: &TestClock, place: &Jurisdiction) -> Result<(), String> {
    let register = node.directory.register().await.map_err(|fault| chain(&fault))?.ok_or("the demo has no register")?;
    let role = |duty: &str| of_duty(&register, place, duty);
    let (Some(drafter), Some(head), Some(reviewer)) =
        (role("organ-handler"), role("organ-head"), role("secrecy-reviewer"))
    else {
        return Ok(());
    };
    let department = Office { organ: drafter.0.organ, drafter, reviewer, head };
    let last = clock.now();
    clock.set(at(OPENS, 9));
    let village = village(node, &register, department.organ).await?;
    let fees =
        Exception { entry: "GOV-09".to_owned(), reason: "本机关没有行政事业性收费项目。".to_owned() };
    let finances = Exception {
        entry: "VIL-02".to_owned(), reason: "财务往来较少，随每季度村务一并公布。".to_owned()
    };
    open(node, &department, &[fees]).await?;
    let mut all: Vec<(&Office, &Told)> = DEPARTMENT.iter().map(|told| (&department, told)).collect();
    if let Some(village) = &village {
        open(node, village, &[finances]).await?;
        all.extend(VILLAGE.iter().map(|told| (village, told)));
    }
    for silent in silent(&register, &department) {
        open(node, &silent, &[]).await?;
    }
    all.sort_by_key(|(_, told)| told.on);
    let mut done = Vec::new();
    for (office, told) in all {
        clock.set(at(told.on, 9));
        settle(node).await?;
        done.push((told.entry, tell(node, clock, office, told).await?));
    }
    let of = |entry: &str| done.iter().find(|(code, _)| *code == entry).map(|(_, id)| *id);
    if let Some(id) = of("GOV-01") {
        correct(node, clock, &department, id).await?;
    }
    if let Some(id) = of("GOV-04") {
        clock.set(at(day(10, 20), 15));
        let taking = Taking {
            because: Some(Because::Changed),
            changed: Some(day(10, 12)),
            reason: "该许可经复查撤销，原许可结果不再有效。".to_owned(),
        };
        let it = node.disclosures.load(id).await.map_err(|error| chain(&error))?;
        node.disclosures.withdraw(department.head, &it, &taking).await.map_err(|error| chain(&error))?;
    }
    if let Some(id) = of("GOV-17") {
        comments(node, clock, &department, id).await?;
    }
    clock.set(last);
    settle(node).await
}

/// What somebody said of the draft, and the answer where there is one.
struct Comment {
    on: Day,
    paragraph: &'static str,
    name: &'static str,
    said: &'static str,
    answer: Option<(Adopted, &'static str)>,
}

const COMMENTS: [Comment; 5] = [
    Comment {
        on: day(10, 29),
        paragraph: "2",
        name: "某广告经营户",
        said: "许可期限建议延长到三年，减少重复申请。",
        answer: Some((Adopted::Partly, "安全检测合格的，期满可以简化手续延期一次，第二条已相应修改。")),
    },
    Comment {
        on: day(10, 30),
        paragraph: "2",
        name: "",
        said: "许可期限建议延长到三年，减少重复申请",
        answer: Some((Adopted::Partly, "同上一条：安全检测合格的，期满可以简化手续延期一次。")),
    },
    Comment {
        on: day(11, 4),
        paragraph: "3",
        name: "示例街居民",
        said: "检测报告应当向社会公开，不能只是存档。",
        answer: Some((Adopted::Yes, "采纳。第三条改为检测报告在设施旁和网上公布。")),
    },
    Comment { on: day(11, 11), paragraph: "", name: "", said: "请说明对存量设施怎么处理。", answer: None },
    Comment {
        on: day(11, 16), paragraph: "3", name: "", said: "老旧设施每年检测两次比较合适。", answer: None
    },
];

async fn comments(node: &Node, clock: &TestClock, office: &Office, id: MatterId) -> Result<(), String> {
    let failed = |error: disclosure::DeskError| chain(&error);
    for Comment { on, paragraph, name, said, answer } in COMMENTS {
        clock.set(at(on, 20));
        let it = node.disclosures.load(id).await.map_err(failed)?;
        let given = comment::Given { paragraph: paragraph.to_owned(), name: name.to_owned(), said: said.to_owned() };
        let made = node.disclosures.comment(&it, &given).await.map_err(failed)?;
        let Some((adopted, why)) = answer else { continue };
        clock.set(at(on.plus(5), 10));
        let made = comment::rows::load(&node.store, node.id.number(), made).await.map_err(|fault| chain(&fault))?;
        if let Some(made) = made {
            node.disclosures.answer(office.drafter, &made, (Some(adopted), why)).await.map_err(failed)?;
        }
    }
    Ok(())
}

fn at(day: Day, hour: i64) -> Instant {
    Zone::CHINA.start_of(day).plus_ms(hour * 3_600_000)
}

/// Says of each duty whose day is over whether it was met.
async fn settle(node: &Node) -> Result<(), String> {
    node.disclosure_clockwork().tick().await.map(drop).map_err(|fault| chain(&fault))
}

async fn open(node: &Node, office: &Office, except: &[Exception]) -> Result<(), String> {
    node.disclosures.open(office.head, office.organ, except).await.map_err(|error| chain(&error))
}

/// Drafts, reviews and publishes, as far as it gets.
async fn tell(node: &Node, clock: &TestClock, office: &Office, told: &Told) -> Result<MatterId, String> {
    let desk = &node.disclosures;
    let given = Given {
        entry: told.entry.to_owned(),
        period: told.period.to_owned(),
        came: Some(told.came),
        title: told.title.to_owned(),
        body: told.body.to_owned(),
    };
    let failed = |error: disclosure::DeskError| chain(&error);
    let id = desk.draft(office.drafter, office.organ, &given).await.map_err(failed)?;
    if told.fate == Fate::Drafted {
        return Ok(id);
    }
    clock.set(at(told.on, 11));
    let verdict = match told.fate {
        Fate::InPart => Verdict {
            outcome: Some(Outcome::Partly),
            withheld: "2".to_owned(),
            ground: Some(Ground::Privacy),
            reason: "第二段涉及经营者个人信息。".to_owned(),
        },
        Fate::Refused => Verdict {
            outcome: Some(Outcome::Refused),
            ground: Some(Ground::Process),
            reason: "评审尚未结束，公开会影响专家抽取；待成交后另行公开。".to_owned(),
            ..Verdict::default()
        },
        _ => Verdict { outcome: Some(Outcome::Passed), ..Verdict::default() },
    };
    let it = desk.load(id).await.map_err(failed)?;
    desk.review(office.reviewer, &it, &verdict).await.map_err(failed)?;
    if matches!(told.fate, Fate::Published | Fate::InPart) {
        clock.set(at(told.on, 16));
        let it = desk.load(id).await.map_err(failed)?;
        desk.publish(office.head, &it).await.map_err(failed)?;
    }
    Ok(id)
}

/// A slip in what was published is corrected, and the earlier version stays readable.
async fn correct(node: &Node, clock: &TestClock, office: &Office, id: MatterId) -> Result<(), String> {
    let Some(told) = DEPARTMENT.iter().find(|told| told.entry == "GOV-01") else { return Ok(()) };
    let desk = &node.disclosures;
    let failed = |error: disclosure::DeskError| chain(&error);
    clock.set(at(day(6, 10), 10));
    let body = told.body.replace("三十日", "六十日");
    let it = desk.load(id).await.map_err(failed)?;
    let why = "第二条的期限误写为三十日，以印发的文件为准，应为六十日。";
    desk.rewrite(office.drafter, &it, (told.title, &body), why).await.map_err(failed)?;
    let it = desk.load(id).await.map_err(failed)?;
    let passed = Verdict { outcome: Some(Outcome::Passed), ..Verdict::default() };
    desk.review(office.reviewer, &it, &passed).await.map_err(failed)?;
    clock.set(at(day(6, 10), 16));
    let it = desk.load(id).await.map_err(failed)?;
    desk.publish(office.head, &it).await.map_err(failed)
}

/// Other organs of the same government, which open their catalogue and publish nothing.
fn silent(register: &Register, department: &Office) -> Vec<Office> {
    let view = register.organs(OPENS);
    let Some(own) = view.get(department.organ) else { return Vec::new() };
    let beside = view
        .all()
        .filter(|organ| organ.parent == own.parent && organ.id != own.id && organ.kind == OrganKind::Department);
    let head = |organ: &Organ| {
        let post =
            register.posts().find(|post| post.organ == organ.id && post.duties.iter().any(|it| it == "organ-head"))?;
        let holds = |it: &&Appointment| it.post == post.id && it.serves(OPENS);
        let officer = register.appointments().iter().find(holds)?.officer;
        Some((Hand { officer, organ: organ.id, on_behalf_of: None }, post.id))
    };
    beside
        .filter_map(|organ| head(organ).map(|head| Office { organ: organ.id, drafter: head, reviewer: head, head }))
        .take(2)
        .collect()
}

/// A villagers' committee with three who work there, under the government that the department is of.
async fn village(node: &Node, register: &Register, department: OrganId) -> Result<Option<Office>, String> {
    let view = register.organs(OPENS);
    let Some(own) = view.get(department) else { return Ok(None) };
    let (parent, division) = (own.parent, own.division);
    let period = Period::since(OPENS);
    // Fixed, so that the demo is the same on every machine.
    let id = |n: u8| {
        let mut bytes = *b"qy.village";
        bytes[9] = n;
        (OPENS, bytes)
    };
    let made = |n| {
        let (day, bytes) = id(n);
        (Zone::CHINA.start_of(day), bytes)
    };
    let (start, bytes) = made(0);
    let organ: OrganId = Id::v7(start, bytes);
    let committee = Organ {
        id: organ,
        number: register.next_organ_number(),
        name: Text::new("演示镇示例村村民委员会", "Villagers' Committee of Example Village, Demo Town"),
        short: Text::new("示例村村委会", "Example Village"),
        kind: OrganKind::Village,
        division,
        parent,
        period,
        uscc: None,
    };
    let duties = [
        ("organ-handler", "村务承办岗", "Village clerk"),
        ("secrecy-reviewer", "村务审查岗", "Village reviewer"),
        ("organ-head", "村委会主任", "Village head"),
    ];
    let (mut posts, mut officers, mut appointments, mut people) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for (n, (duty, zh, en)) in (1..).zip(duties) {
        let (start, bytes) = made(n);
        let post: PostId = Id::v7(start, bytes);
        let (start, bytes) = made(n + 100);
        let officer = Id::v7(start, bytes);
        posts.push(Post {
            id: post,
            organ,
            name: Text::new(zh, en),
            duties: vec![duty.to_owned()],
            ceiling: Class::Internal,
            valid_from: OPENS,
            valid_to: None,
        });
        officers.push(Officer {
            id: officer,
            login: format!("village{n}"),
            name: Text::new(format!("演示村务{n}"), format!("Demo village {n}")),
        });
        appointments.push(Appointment { officer, post, from: OPENS, to: None });
        people.push((Hand { officer, organ, on_behalf_of: None }, post));
    }
    let events = [
        RegisterEvent::OrgansEntered { organs: vec![committee] },
        RegisterEvent::PostsEntered { posts },
        RegisterEvent::OfficersEntered { officers },
        RegisterEvent::Appointed { appointments },
    ];
    let actor = Actor::System { component: "demo".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() };
    for event in &events {
        node.directory.enter(event, actor.clone()).await.map_err(|error| chain(&error))?;
    }
    let [drafter, reviewer, head] = people[..] else { return Ok(None) };
    Ok(Some(Office { organ, drafter, reviewer, head }))
}
