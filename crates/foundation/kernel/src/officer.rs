//! Posts 岗位, officers 工作人员, appointments from–to, and mandates to act for another: leave 请假代理, delegation 委托.

use serde::{Deserialize, Serialize};

use crate::class::Class;
use crate::day::Day;
use crate::id::{OfficerId, OrganId, PostId};
use crate::locale::Text;

/// A post in an organ. Permissions belong to the post, by its duties, and never to a person.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Post {
    /// Its id.
    pub id: PostId,
    /// The organ it belongs to.
    pub organ: OrganId,
    /// Its name.
    pub name: Text,
    /// Codes of its duties 职责, named bundles of permissions; `access` knows what each allows.
    pub duties: Vec<String>,
    /// The highest classification its holder may read.
    pub ceiling: Class,
    /// First day on which the post exists.
    pub valid_from: Day,
    /// First day on which it no longer does; `None` while no end is known.
    pub valid_to: Option<Day>,
}

impl Post {
    /// Whether the post exists on `day`.
    pub fn exists(&self, day: Day) -> bool {
        within(day, self.valid_from, self.valid_to)
    }
}

/// A person in office.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Officer {
    /// The officer's id, in no way derived from the person's own numbers.
    pub id: OfficerId,
    /// The name by which the officer signs in, unique in the node.
    pub login: String,
    /// The officer's name as colleagues read it.
    pub name: Text,
}

/// An officer holds a post from a day, to a day.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Appointment {
    /// Who.
    pub officer: OfficerId,
    /// Which post.
    pub post: PostId,
    /// First day of service.
    pub from: Day,
    /// First day that is no longer served; `None` while no end is known.
    pub to: Option<Day>,
}

impl Appointment {
    /// Whether the officer holds the post on `day`.
    pub fn serves(&self, day: Day) -> bool {
        within(day, self.from, self.to)
    }
}

/// The appointments of one officer that hold on `day`, in the order given.
pub fn serving(all: &[Appointment], officer: OfficerId, day: Day) -> impl Iterator<Item = &Appointment> {
    all.iter().filter(move |appointment| appointment.officer == officer && appointment.serves(day))
}

/// Why one officer acts in the stead of another.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MandateKind {
    /// A substitute 代理 while the holder is on leave 请假: all duties of the post.
    Leave,
    /// Some duties of the post, which the holder delegated 委托.
    Delegation,
}

/// An officer acts for the holder of a post, from a day to a day. It takes nothing from the holder, ends by itself, and
/// gives nothing that the holder does not have by appointment: what was delegated cannot be delegated.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
pub struct Mandate {
    /// Why.
    pub kind: MandateKind,
    /// For whom.
    pub holder: OfficerId,
    /// In which of the holder's posts.
    pub post: PostId,
    /// Who acts.
    pub agent: OfficerId,
    /// Codes of the duties that are delegated; none named: all of the post's.
    pub duties: Vec<String>,
    /// First day.
    pub from: Day,
    /// First day on which it no longer holds; always known.
    pub to: Day,
}

impl Mandate {
    /// Whether it holds on `day`.
    pub fn holds(&self, day: Day) -> bool {
        within(day, self.from, Some(self.to))
    }

    /// Whether it covers a duty of the post.
    pub fn covers(&self, duty: &str) -> bool {
        self.duties.is_empty() || self.duties.iter().any(|code| code == duty)
    }

    /// Whether two rows speak of the same mandate, of which the later one counts: an end that was moved.
    pub fn is_same(&self, other: &Mandate) -> bool {
        (self.kind, self.holder, self.post, self.agent, self.from)
            == (other.kind, other.holder, other.post, other.agent, other.from)
    }
}

fn within(day: Day, from: Day, to: Option<Day>) -> bool {
    from <= day && to.is_none_or(|to| day < to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_appointment_is_served_from_its_first_day_to_the_eve_of_its_end() {
        let (from, to) = (Day::constant(2026, 1, 1), Day::constant(2026, 7, 1));
        let fixed = Appointment { officer: OfficerId::new(1), post: PostId::new(2), from, to: Some(to) };
        let open = Appointment { post: PostId::new(3), to: None, ..fixed };
        let cases = [(from.plus(-1), 0), (from, 2), (to.plus(-1), 2), (to, 1), (Day::MAX, 1)];
        for (day, expected) in cases {
            assert_eq!(serving(&[fixed, open], OfficerId::new(1), day).count(), expected, "{day}");
        }
        assert_eq!(serving(&[fixed, open], OfficerId::new(9), from).count(), 0);
    }
}
