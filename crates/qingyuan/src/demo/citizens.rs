//! The demo's citizens: applications at every stage as their applicants see them, some rated, one badly.

use kernel::day::{TestClock, Zone};
use kernel::{Clock as _, Day};
use services::counter::Sent;
use services::types::{Applicant, Grade, Reason};

use super::cases::{Bureau, Fate, context, go_on};
use crate::node::{Node, chain};

/// An application: the day, the item's code, who, the area, how far it gets, and the rating.
type Application = (Day, &'static str, &'static str, i64, Fate, Option<(Grade, &'static [Reason], &'static str)>);

const APPLICATIONS: [Application; 5] = [
    (
        Day::constant(2026, 11, 3),
        "YS-XK-001",
        "示例甲物业公司",
        90,
        Fate::Granted,
        Some((Grade::VeryGood, &[Reason::Time], "比承诺的快。")),
    ),
    (
        Day::constant(2026, 11, 4),
        "YS-XK-003",
        "示例乙建设公司",
        420,
        Fate::Granted,
        Some((Grade::Bad, &[Reason::Notice, Reason::Materials], "第一次没有说清楚要哪几份图。")),
    ),
    (Day::constant(2026, 11, 10), "YS-XK-002", "示例丙商店", 12, Fate::Correcting, None),
    (Day::constant(2026, 11, 12), "YS-XK-004", "示例丁供水公司", 35, Fate::Accepted, None),
    (Day::constant(2026, 11, 17), "YS-XK-001", "示例戊先生", 15, Fate::Opened, None),
];

/// Citizens apply, and the bureau works on it.
pub(super) async fn plant(node: &Node, clock: &TestClock, bureau: &Bureau) -> Result<(), String> {
    let last = clock.now();
    let counter = node.counter();
    for (n, (day, code, who, area, fate, rating)) in APPLICATIONS.into_iter().enumerate() {
        clock.set(Zone::CHINA.start_of(day).plus_ms(11 * 3_600_000));
        // Nothing is offered where the demo's people entered nothing.
        let Ok(offer) = counter.offer(code).await else { continue };
        let name = format!("demo-{n}");
        let number = services::Counter::number_of(&name);
        let variables = context(&[("file", dmn::Value::text(number)), ("area", dmn::Value::whole(area))]);
        let applicant = Applicant { name: who.to_owned(), contact: format!("0000-888800{n:02}") };
        let to_follow = if n % 2 == 0 { Vec::new() } else { offer.may_follow.clone() };
        let sent = Sent { applicant, variables, files: Vec::new(), to_follow };
        let receipt = counter.apply(&offer, &name, sent).await.map_err(|error| chain(&error))?;
        let opened = counter.open(&receipt.number, &receipt.code).await.map_err(|error| chain(&error))?;
        go_on(node, clock, bureau, opened.application.case, (100 + n, day, fate)).await?;
        if let Some((grade, reasons, words)) = rating {
            clock.set(Zone::CHINA.start_of(day.plus(7)).plus_ms(20 * 3_600_000));
            let opened = counter.open(&receipt.number, &receipt.code).await.map_err(|error| chain(&error))?;
            counter.rate(&opened, Some(grade), reasons.to_vec(), words).await.map_err(|error| chain(&error))?;
        }
    }
    clock.set(last);
    Ok(())
}
