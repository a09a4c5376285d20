//! Posts, officers and appointments, and the sign-ins of the demonstration. No name is a person's.

use kernel::id::Id;
use kernel::officer::{Appointment, Officer, Post};
use kernel::organ::{Organ, OrganKind};
use kernel::{Class, Day, OfficerId, OrganId, Text, Zone};

use super::RoleSign;
use super::codes::numeral;
use super::random::Random;

/// Posts, who holds and held them, and one sign-in for each duty.
pub(super) struct People {
    pub(super) posts: Vec<Post>,
    pub(super) officers: Vec<Officer>,
    pub(super) appointments: Vec<Appointment>,
    pub(super) roles: Vec<RoleSign>,
}

/// A kind of post: duty, Chinese name, English name.
type Kind = (&'static str, &'static str, &'static str);

const HANDLER: Kind = ("organ-handler", "采购承办岗", "Procurement handler");
const HEAD: Kind = ("organ-head", "主要负责人", "Head");
const CHIEF: Kind = ("supervision-chief", "监督室主任", "Chief of the supervision office");
const INSPECTORS: [Kind; 3] = [
    ("inspector", "监督室监督岗一", "Inspector one, supervision office"),
    ("inspector", "监督室监督岗二", "Inspector two, supervision office"),
    ("inspector", "监督室监督岗三", "Inspector three, supervision office"),
];
/// Posts that only the node's own supervising organ has. The three administrators are three people.
const OF_THE_NODE: [Kind; 6] = [
    ("data-officer", "数据管理岗", "Data officer"),
    ("rule-steward", "规则管理岗", "Rule steward"),
    ("rule-approver", "规则审批岗", "Rule approver"),
    ("system-administrator", "系统管理岗", "System administrator"),
    ("security-administrator", "安全管理岗", "Security administrator"),
    ("audit-administrator", "审计管理岗", "Audit administrator"),
];

/// Who erases by law: one proposes, another decides. Made after all others, so that these are the same with and without them.
const PRIVACY: [Kind; 2] = [
    ("privacy-officer", "个人信息保护岗", "Privacy officer"),
    ("privacy-head", "个人信息保护负责人", "Head of privacy"),
];

/// Another system that is connected to the department of the demonstration. Made after all others, likewise.
const SYSTEM: Kind = ("connected-system", "对接系统岗", "Connected system");

/// Who keeps the inventory of powers: one proposes in the department of the demonstration, the others look at it and publish it.
const INVENTORY: [Kind; 3] = [
    ("inventory-steward", "权责清单管理岗", "Inventory steward"),
    ("legal-reviewer", "法制审核岗", "Legal reviewer"),
    ("inventory-approver", "权责清单公布岗", "Inventory approver"),
];
/// Who reviews for secrecy what that department discloses. Made after all others, likewise.
const REVIEWER: Kind = ("secrecy-reviewer", "保密审查岗", "Secrecy reviewer");

/// Makes posts for all organs and fills them.
///
/// `supervisor` has the node's own posts; `demo_buyer` is the department whose handler and head sign in.
pub(super) fn people(seed: u64, begin: Day, organs: &[Organ], supervisor: OrganId, demo_buyer: OrganId) -> People {
    let mut maker = Maker {
        random: Random::keyed(seed, "people", 0),
        begin,
        people: People { posts: Vec::new(), officers: Vec::new(), appointments: Vec::new(), roles: Vec::new() },
    };
    let mut seen = std::collections::BTreeSet::new();
    for organ in organs.iter().filter(|organ| seen.insert(organ.id)) {
        let of_supervisor = organ.id == supervisor;
        match organ.kind {
            OrganKind::Supervision => {
                maker.post(organ, CHIEF, of_supervisor);
                for (at, kind) in INSPECTORS.into_iter().enumerate() {
                    maker.post(organ, kind, of_supervisor && at == 2);
                }
            }
            OrganKind::StationedSupervision => maker.post(organ, INSPECTORS[0], false),
            _ => {
                maker.post(organ, HANDLER, organ.id == demo_buyer);
                maker.post(organ, HEAD, organ.id == demo_buyer);
            }
        }
        if of_supervisor {
            OF_THE_NODE.into_iter().for_each(|kind| maker.post(organ, kind, true));
        }
    }
    if let Some(organ) = organs.iter().find(|organ| organ.id == supervisor) {
        PRIVACY.into_iter().for_each(|kind| maker.post(organ, kind, true));
    }
    if let Some(organ) = organs.iter().find(|organ| organ.id == demo_buyer) {
        maker.post(organ, SYSTEM, true);
        maker.post(organ, REVIEWER, true);
        INVENTORY.into_iter().take(2).for_each(|kind| maker.post(organ, kind, true));
    }
    if let Some(organ) = organs.iter().find(|organ| organ.id == supervisor) {
        INVENTORY.into_iter().skip(2).for_each(|kind| maker.post(organ, kind, true));
    }
    maker.people
}

struct Maker {
    random: Random,
    begin: Day,
    people: People,
}

impl Maker {
    /// A post of `organ` and its holder; `signs` makes the holder one of the demonstration's sign-ins.
    fn post(&mut self, organ: &Organ, (duty, zh, en): Kind, signs: bool) {
        let from = organ.period.valid_from;
        let ceiling = if matches!(
            duty,
            "organ-handler" | "organ-head" | "connected-system" | "inventory-steward" | "legal-reviewer"
        ) {
            Class::Internal
        } else {
            Class::WorkSecret
        };
        let post = Post {
            id: self.id(from),
            organ: organ.id,
            name: Text::new(zh, en),
            duties: vec![duty.to_owned()],
            ceiling,
            valid_from: from,
            valid_to: organ.period.valid_to,
        };
        // One post in six changed hands within the two years; who signs in has been there all along.
        let first = if !signs && organ.period.valid_to.is_none() && from < self.begin && self.random.chance(1.0 / 6.0) {
            let change = self.begin.plus(self.random.range(40, 680));
            let before = self.officer();
            self.people.appointments.push(Appointment { officer: before, post: post.id, from, to: Some(change) });
            change
        } else {
            from
        };
        let officer = self.officer();
        let to = organ.period.valid_to;
        self.people.appointments.push(Appointment { officer, post: post.id, from: first, to });
        if signs && let Some(known) = self.people.officers.last_mut() {
            known.login = login(duty).to_owned();
            let (login, name) = (known.login.clone(), known.name.clone());
            self.people.roles.push(RoleSign { duty, officer, login, name, post: post.id });
        }
        self.people.posts.push(post);
    }

    fn officer(&mut self) -> OfficerId {
        let number = self.people.officers.len() + 1;
        let id = self.id(self.begin);
        let name = Text::new(format!("演示{}", numeral(number)), format!("Demo {number:03}"));
        self.people.officers.push(Officer { id, login: format!("demo{number:04}"), name });
        id
    }

    fn id<K>(&mut self, day: Day) -> Id<K> {
        let mut bytes = [0; 10];
        bytes.fill_with(|| self.random.bits() as u8);
        Id::v7(Zone::CHINA.start_of(day), bytes)
    }
}

/// The name by which the demonstration's holder of a duty signs in.
fn login(duty: &'static str) -> &'static str {
    match duty {
        "supervision-chief" => "chief",
        "organ-handler" => "handler",
        "organ-head" => "head",
        "data-officer" => "data",
        "rule-steward" => "steward",
        "rule-approver" => "approver",
        "privacy-officer" => "privacy",
        "system-administrator" => "system",
        "security-administrator" => "security",
        "audit-administrator" => "audit",
        "connected-system" => "connected",
        "inventory-steward" => "inventory",
        "legal-reviewer" => "legal",
        "inventory-approver" => "publisher",
        "secrecy-reviewer" => "reviewer",
        other => other,
    }
}
