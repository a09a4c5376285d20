//! The demo's last day: who acts for whom, who keeps out of a warning, who asked to read beyond their reach. By the same
//! rules as everybody, so that whoever signs in finds these pages as in life.

use access::Hand;
use directory::{Register, RegisterEvent, mandate};
use kernel::day::{TestClock, Zone};
use kernel::officer::{Mandate, MandateKind};
use kernel::organ::OrganKind;
use kernel::{Class, Clock as _, MatterId, OfficerId, OrganId, PostId, Secrecy};
use store::Actor;
use supervision::decide;
use supervision::glass::{self, Access};
use supervision::limits::Timing;
use supervision::store::{Reach, load};
use supervision::types::Warning;
use testkit::demo::Jurisdiction;

use crate::node::{Node, chain};

/// An officer with the post they act in.
type Person = (OfficerId, PostId);

/// Enters it all; what the demo's people do not allow (a jurisdiction too small) is left out.
pub(crate) async fn plant(node: &Node, clock: &TestClock, place: &Jurisdiction) -> Result<(), String> {
    let Some(register) = node.directory.register().await.map_err(|fault| chain(&fault))? else { return Ok(()) };
    let unit = place.supervisor;
    let role = |duty: &str| place.roles.iter().find(|role| role.duty == duty).map(|role| (role.officer, role.post));
    let (Some(me), Some(chief)) = (role("inspector"), role("supervision-chief")) else { return Ok(()) };
    // On leave is whoever has most at hand: there a substitute has something to do.
    let mut colleagues = Vec::new();
    for person in inspectors(&register, unit, clock).into_iter().filter(|person| person.0 != me.0) {
        colleagues.push((person, held_by(node, person.0).await?));
    }
    colleagues.sort_by_key(|(_, held)| std::cmp::Reverse(held.len()));
    let [(one, held), (two, _), ..] = &colleagues[..] else { return Ok(()) };
    let (one, two) = (*one, *two);
    mandates(node, clock, &register, (me, one, two)).await?;
    let (by, instead) = (hand(one.0, unit), Hand { on_behalf_of: Some(one.0), ..hand(two.0, unit) });
    let timing = Timing { now: clock.now(), zone: Zone::CHINA, calendar: &node.calendar };
    if let Some(warning) = held.first()
        && let Ok(event) =
            decide::ask(warning, instead, true, "承办人请假，由我代为请贵单位补充说明。", &node.limits, timing)
    {
        perform(node, instead, one.1, warning, &event).await?;
    }
    if let Some(warning) = held.get(1)
        && let Ok(event) = decide::recuse(warning, by, one.0, "我的亲属在该项目的一家投标单位任职。")
    {
        perform(node, by, one.1, warning, &event).await?;
    }
    erasures(node, clock, place).await?;
    // One is a work secret, known to whoever signs in as inspector, and to the chief; both have read it since.
    let known = "select matter from warning where node = $1 and unit = $2 \
         and not exists (select 1 from erasure where erasure.node = warning.node and erasure.erases = warning.matter) \
         order by case when stage = 'dispatched' then 1 else 0 end, running desc, number desc limit 1";
    if let Some(warning) = warnings(node, known, unit.value()).await?.first() {
        classified(node, (me, chief, unit), warning).await?;
    }
    // One that nobody has taken: what is asked about it is in nobody's way.
    let waiting =
        "select matter from warning where node = $1 and unit = $2 and stage = 'dispatched' order by number limit 1";
    if let Some(warning) = warnings(node, waiting, unit.value()).await?.first() {
        accesses(node, clock, &register, (unit, chief), warning).await?;
    }
    Ok(())
}

fn hand(officer: OfficerId, organ: OrganId) -> Hand {
    Hand { officer, organ, on_behalf_of: None }
}

/// The chief classifies a warning and names one inspector; both read it.
async fn classified(
    node: &Node,
    (me, chief, unit): (Person, Person, OrganId),
    warning: &Warning,
) -> Result<(), String> {
    let grounds = "核查涉及尚未公开的评标专家名单，按工作秘密管理，限核查人员知悉。";
    let (by, named) = (hand(chief.0, unit), Some([me.0].into()));
    let event = decide::classify(warning, by, Class::WorkSecret, Secrecy { class: Class::WorkSecret, named }, grounds)
        .map_err(|refusal| chain(&refusal))?;
    perform(node, by, chief.1, warning, &event).await?;
    let after = warning.clone().after(&event);
    for person in [me, chief] {
        let reader = (hand(person.0, unit), person.1);
        let here = (node.id, node.directory.clock());
        let read = secrecy::reading::record(&node.store, here, reader, (after.id, &after.secrecy));
        read.await.map_err(|error| chain(&error))?;
    }
    Ok(())
}

/// What an organ explained held what does not belong there: once it went by the word of two, once it waits for the second.
async fn erasures(node: &Node, clock: &TestClock, place: &Jurisdiction) -> Result<(), String> {
    use erasure::decide::Given;
    use erasure::events::Ground;
    let role = |duty: &str| place.roles.iter().find(|role| role.duty == duty);
    let (Some(officer), Some(head)) = (role("privacy-officer"), role("privacy-head")) else { return Ok(()) };
    let by = |role: &testkit::demo::RoleSign| {
        (Hand { officer: role.officer, organ: place.supervisor, on_behalf_of: None }, role.post)
    };
    let eraser = node.eraser();
    let acts =
        node.store.newest_acts(node.id.number(), "supervision.explained", 0, 2).await.map_err(|fault| chain(&fault))?;
    for (at, act) in acts.iter().enumerate() {
        let given = Given {
            fields: vec!["explanation".to_owned()],
            ground: Some(if at == 0 { Ground::Purpose } else { Ground::Unlawful }),
            reason: "说明中写入了与核查无关的家庭住址和联系电话，本人要求删除。".to_owned(),
            told: String::new(),
        };
        let id = eraser.propose(by(officer), act.idx, given).await.map_err(|error| chain(&error))?;
        clock.set(clock.now().plus_ms(20 * 60_000));
        if at > 0 {
            let found = erasure::load(&node.store, node.id.number(), id).await.map_err(|fault| chain(&fault))?;
            if let Some((erasure, _)) = found {
                eraser.approve(by(head), &erasure).await.map_err(|error| chain(&error))?;
            }
        }
    }
    Ok(())
}

/// The inspectors of a unit with their posts there.
fn inspectors(register: &Register, unit: OrganId, clock: &TestClock) -> Vec<Person> {
    let today = clock.today();
    let post =
        |officer| register.posts_of(officer, today).into_iter().find(|post| post.organ == unit).map(|post| post.id);
    let holders = register.holders(unit, "inspector", today);
    holders.into_iter().filter_map(|officer| Some((officer.id, post(officer.id)?))).collect()
}

/// One colleague is on leave and another stands in; who signs in as inspector delegated to the same.
async fn mandates(
    node: &Node,
    clock: &TestClock,
    register: &Register,
    (me, one, two): (Person, Person, Person),
) -> Result<(), String> {
    let today = clock.today();
    let leave = Mandate {
        kind: MandateKind::Leave,
        holder: one.0,
        post: one.1,
        agent: two.0,
        duties: Vec::new(),
        from: today,
        to: today.plus(14),
    };
    let delegated = Mandate {
        kind: MandateKind::Delegation,
        holder: me.0,
        post: me.1,
        duties: vec!["inspector".to_owned()],
        to: today.plus(30),
        ..leave.clone()
    };
    let admitted = |mandate: &Mandate| mandate::admit(mandate, register, today).is_ok();
    let mandates: Vec<Mandate> = [leave, delegated].into_iter().filter(admitted).collect();
    let actor = Actor::System { component: "demo".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() };
    node.directory.enter(&RegisterEvent::Mandated { mandates }, actor).await.map_err(|error| chain(&error))?;
    Ok(())
}

/// The warnings that an inspector checks, by number.
async fn held_by(node: &Node, inspector: OfficerId) -> Result<Vec<Warning>, String> {
    let sql = "select matter from warning where node = $1 and inspector = $2 and stage = 'checking' order by number";
    warnings(node, sql, inspector.value()).await
}

/// The warnings that a query of one parameter names.
async fn warnings(node: &Node, sql: &str, parameter: u128) -> Result<Vec<Warning>, String> {
    let rows = node.store.read(sql, &[node.id.number().into(), parameter.into()]).await;
    let mut found = Vec::new();
    for row in rows.map_err(|fault| chain(&fault))? {
        let id = MatterId::new(row.id(0).map_err(|fault| chain(&fault))?);
        let one = load(&node.store, &Reach::of_system(node.id), id).await.map_err(|fault| chain(&fault))?;
        found.extend(one.map(|(warning, _)| warning));
    }
    Ok(found)
}

async fn perform(
    node: &Node,
    by: Hand,
    post: PostId,
    warning: &Warning,
    event: &supervision::events::WarningEvent,
) -> Result<(), String> {
    supervision::perform(&node.directory, &node.limits, by, post, warning.clone(), event)
        .await
        .map(drop)
        .map_err(|error| chain(&error))
}

/// Inspectors of two other units ask to read a warning beyond their reach: one was let in and read it, the other waits.
async fn accesses(
    node: &Node,
    clock: &TestClock,
    register: &Register,
    (unit, chief): (OrganId, Person),
    warning: &Warning,
) -> Result<(), String> {
    let view = register.organs(clock.today());
    let about = warning.finding.organ.and_then(|organ| view.get(organ)).map(|organ| organ.division);
    let beyond = |other: &&kernel::organ::Organ| {
        other.kind == OrganKind::Supervision
            && other.id != unit
            && about.is_none_or(|division| !other.division.contains(division))
            && view.get(unit).is_some_and(|unit| !other.division.contains(unit.division))
    };
    let mut askers = view
        .all()
        .filter(beyond)
        .filter_map(|other| inspectors(register, other.id, clock).first().map(|person| (other.id, *person)));
    let grounds = ["同一家供应商在本地区的项目中也有提示，需要对照评审记录。", "本地区正在核查同一名评审专家。"];
    for (at, grounds) in grounds.into_iter().enumerate() {
        let Some((organ, (officer, post))) = askers.next() else { return Ok(()) };
        let by = hand(officer, organ);
        let Ok(asked) = glass::ask(warning, by, (false, false), grounds, 24) else { return Ok(()) };
        let id = directory::new_act(clock.now()).map_err(|fault| chain(&fault))?;
        let Some(access) = Access::opened(MatterId::new(id.value()), &asked) else { return Ok(()) };
        let failed = |error: store::RecordError| chain(&error);
        glass::perform(&node.directory, (by, post), (&access, warning), &asked).await.map_err(failed)?;
        if at > 0 {
            continue;
        }
        let head = hand(chief.0, unit);
        let Ok(approved) = glass::answer(&access, warning, head, true, "理由成立，限本件。", clock.now())
        else {
            continue;
        };
        let access = access.after(&approved);
        glass::perform(&node.directory, (head, chief.1), (&access, warning), &approved).await.map_err(failed)?;
        if let Some(read) = glass::read(&access, warning, officer, clock.now()) {
            let access = access.after(&read);
            glass::perform(&node.directory, (by, post), (&access, warning), &read).await.map_err(failed)?;
        }
    }
    Ok(())
}
