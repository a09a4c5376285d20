//! Changes of organs 机构变更 on a day: a new name, another superior, merging into another, splitting, abolishing. Pure:
//! the register, the day and new ids come in; the events that enter it as a whole come out.
//!
//! Nothing is edited: a change is a further row of the organ, valid from its day and known from today, so that what was
//! known before can still be read. What ends takes its posts and appointments along; tasks go to whoever follows.

use directory::{Register, RegisterEvent};
use kernel::dated::{Period, Succession, SuccessionKind, as_of};
use kernel::officer::{Appointment, Post};
use kernel::organ::{Organ, OrganFault};
use kernel::{Day, OfficerId, OrganId, PostId, Text};

/// A name's length at most, in characters.
const LONGEST: usize = 200;
/// How many organs one can split into.
const MOST_PARTS: usize = 10;

/// What is to happen to an organ.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Change {
    /// It has another name 更名; id, number and posts stay.
    Rename {
        /// Its full name.
        name: Text,
        /// Its short name.
        short: Text,
    },
    /// It stands under another organ 划转, or under none.
    Move {
        /// The organ above.
        parent: Option<OrganId>,
    },
    /// It ends, and its tasks and the organs below it go to one that goes on existing 并入.
    Merge {
        /// Which.
        into: OrganId,
        /// Whether its posts are set up there, held by the same officers.
        people: bool,
    },
    /// It ends, and its tasks go to several new ones beside it 分立.
    Split {
        /// Their names.
        names: Vec<String>,
    },
    /// It ends without a successor 撤销.
    Abolish,
}

/// The field of a form that a fault belongs to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Field {
    /// The day it takes effect.
    On,
    /// The new name.
    Name,
    /// The organ above.
    Parent,
    /// The organ it goes into.
    Into,
    /// The names of the parts.
    Names,
}

/// Why a change is not entered.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Wrong {
    /// The organ does not exist on that day.
    NotThen,
    /// A later change is entered already: this one would lie under it.
    LaterChange,
    /// It would end on the day it begins.
    Empty,
    /// A name is missing.
    NameMissing,
    /// A name is too long.
    NameTooLong,
    /// Another organ has that name then.
    NameTaken,
    /// Nothing would be different.
    Same,
    /// It would stand under itself, on whatever day.
    Circle,
    /// The other organ does not exist on that day.
    OtherNotThen,
    /// It cannot go into itself.
    Itself,
    /// Fewer than two parts, or more than ten.
    Parts,
    /// Organs stand under it then: they are moved first.
    OrgansBelow,
    /// It is the unit that supervises where nobody nearer does.
    Supervisor,
    /// Whoever enters it holds a post there, which would end or move: another security administrator does it.
    OwnPost,
    /// The register would not be readable: a number of an organ twice.
    Unreadable,
}

impl Wrong {
    /// A stable code; the texts are `administration-change-wrong-…`.
    pub fn code(self) -> &'static str {
        match self {
            Wrong::NotThen => "not-then",
            Wrong::LaterChange => "later-change",
            Wrong::Empty => "empty",
            Wrong::NameMissing => "name-missing",
            Wrong::NameTooLong => "name-too-long",
            Wrong::NameTaken => "name-taken",
            Wrong::Same => "same",
            Wrong::Circle => "circle",
            Wrong::OtherNotThen => "other-not-then",
            Wrong::Itself => "itself",
            Wrong::Parts => "parts",
            Wrong::OrgansBelow => "organs-below",
            Wrong::Supervisor => "supervisor",
            Wrong::OwnPost => "own-post",
            Wrong::Unreadable => "unreadable",
        }
    }

    /// All.
    pub const ALL: [Wrong; 15] = [
        Wrong::NotThen,
        Wrong::LaterChange,
        Wrong::Empty,
        Wrong::NameMissing,
        Wrong::NameTooLong,
        Wrong::NameTaken,
        Wrong::Same,
        Wrong::Circle,
        Wrong::OtherNotThen,
        Wrong::Itself,
        Wrong::Parts,
        Wrong::OrgansBelow,
        Wrong::Supervisor,
        Wrong::OwnPost,
        Wrong::Unreadable,
    ];
}

/// What is wrong, and at which field.
pub type Fault = (Field, Wrong);

/// What stands around a change.
pub struct Around<'a> {
    /// The register as it stands.
    pub register: &'a Register,
    /// Today: since when the change is known.
    pub today: Day,
    /// Who enters it.
    pub by: OfficerId,
}

/// The events that enter a change of an organ from a day on.
///
/// - `new_id`: 16 fresh bytes for each id.
///
/// Refused, in this order: an organ that does not exist then or has a later change; what the change itself lacks; what
/// would leave a register that cannot be read.
pub fn events(
    organ: OrganId,
    change: &Change,
    on: Day,
    around: &Around<'_>,
    new_id: impl FnMut() -> u128,
) -> Result<Vec<RegisterEvent>, Fault> {
    let base = standing(organ, on, around).map_err(|wrong| (Field::On, wrong))?;
    let mut draft = Draft {
        around,
        on,
        new_id,
        organs: Vec::new(),
        successions: Vec::new(),
        posts: Vec::new(),
        appointments: Vec::new(),
    };
    let field = match change {
        Change::Rename { name, short } => {
            draft.rename(base, name, short)?;
            Field::Name
        }
        Change::Move { parent } => {
            draft.place(base, *parent)?;
            Field::Parent
        }
        Change::Merge { into, people } => {
            draft.merge(base, *into, *people)?;
            Field::Into
        }
        Change::Split { names } => {
            draft.split(base, names)?;
            Field::Names
        }
        Change::Abolish => {
            draft.nothing_below(base)?;
            draft.end(base, None)?;
            Field::On
        }
    };
    around.register.admits(&draft.organs).map_err(|fault| match fault {
        OrganFault::Cycle { .. } => (field, Wrong::Circle),
        OrganFault::Number { .. } => (Field::On, Wrong::Unreadable),
    })?;
    Ok(draft.events())
}

/// The row of an organ that holds on a day by what is known today, if nothing later is entered about it.
fn standing<'a>(organ: OrganId, on: Day, around: &Around<'a>) -> Result<&'a Organ, Wrong> {
    let rows = around.register.history(organ);
    let base = as_of(rows, on, around.today).ok_or(Wrong::NotThen)?;
    // A period that was withdrawn since is none.
    let begins = |day: Day| as_of(rows, day, around.today).is_some_and(|row| row.period.valid_from == day);
    let later = rows.iter().any(|row| row.period.valid_from > on && begins(row.period.valid_from));
    if later || base.period.valid_to.is_some() { Err(Wrong::LaterChange) } else { Ok(base) }
}

struct Draft<'a, 'b, N> {
    around: &'b Around<'a>,
    on: Day,
    new_id: N,
    organs: Vec<Organ>,
    successions: Vec<Succession<OrganId>>,
    posts: Vec<Post>,
    appointments: Vec<Appointment>,
}

impl<N: FnMut() -> u128> Draft<'_, '_, N> {
    /// The period of a row that begins with the change.
    fn period(&self) -> Period {
        Period::since(self.on).known(self.around.today)
    }

    fn free_name(&self, name: &str, but: OrganId) -> Result<(), Wrong> {
        if name.trim().is_empty() {
            return Err(Wrong::NameMissing);
        }
        if name.chars().count() > LONGEST {
            return Err(Wrong::NameTooLong);
        }
        let view = self.around.register.organs_as_known(self.on, self.around.today);
        let taken =
            view.all().any(|other| other.id != but && [&other.name.zh, &other.name.en].iter().any(|it| *it == name));
        if taken { Err(Wrong::NameTaken) } else { Ok(()) }
    }

    fn rename(&mut self, base: &Organ, name: &Text, short: &Text) -> Result<(), Fault> {
        for text in [&name.zh, &name.en] {
            self.free_name(text, base.id).map_err(|wrong| (Field::Name, wrong))?;
        }
        if (&base.name, &base.short) == (name, short) {
            return Err((Field::Name, Wrong::Same));
        }
        self.organs.push(Organ { name: name.clone(), short: short.clone(), period: self.period(), ..base.clone() });
        Ok(())
    }

    fn place(&mut self, base: &Organ, parent: Option<OrganId>) -> Result<(), Fault> {
        if parent == base.parent {
            return Err((Field::Parent, Wrong::Same));
        }
        if let Some(parent) = parent {
            let view = self.around.register.organs_as_known(self.on, self.around.today);
            if view.get(parent).is_none() {
                return Err((Field::Parent, Wrong::OtherNotThen));
            }
        }
        self.organs.push(Organ { parent, period: self.period(), ..base.clone() });
        Ok(())
    }

    fn merge(&mut self, base: &Organ, into: OrganId, people: bool) -> Result<(), Fault> {
        if into == base.id {
            return Err((Field::Into, Wrong::Itself));
        }
        let view = self.around.register.organs_as_known(self.on, self.around.today);
        let Some(other) = view.get(into) else { return Err((Field::Into, Wrong::OtherNotThen)) };
        let below: Vec<OrganId> = view.children(base.id).map(|child| child.id).collect();
        for child in below {
            let row = standing(child, self.on, self.around).map_err(|wrong| (Field::On, wrong))?;
            // The one that takes over stood below: it comes to stand where the other stood.
            let parent = if child == other.id { base.parent } else { Some(other.id) };
            self.organs.push(Organ { parent, period: self.period(), ..row.clone() });
        }
        self.end(base, people.then_some(other.id))?;
        self.follow(SuccessionKind::Absorb, base.id, vec![other.id]);
        Ok(())
    }

    fn split(&mut self, base: &Organ, names: &[String]) -> Result<(), Fault> {
        let names: Vec<&str> = names.iter().map(|name| name.trim()).filter(|name| !name.is_empty()).collect();
        if !(2..=MOST_PARTS).contains(&names.len()) {
            return Err((Field::Names, Wrong::Parts));
        }
        let first = self.around.register.next_organ_number();
        let mut parts = Vec::new();
        for ((at, name), number) in names.iter().enumerate().zip(first..) {
            // A part may go on under the name of the whole.
            self.free_name(name, base.id).map_err(|wrong| (Field::Names, wrong))?;
            if names[..at].contains(name) {
                return Err((Field::Names, Wrong::NameTaken));
            }
            let (id, text) = (OrganId::new((self.new_id)()), Text::same(*name));
            let period = self.period();
            self.organs.push(Organ { id, number, name: text.clone(), short: text, period, uscc: None, ..base.clone() });
            parts.push(id);
        }
        self.nothing_below(base)?;
        self.end(base, None)?;
        self.follow(SuccessionKind::Split, base.id, parts);
        Ok(())
    }

    fn nothing_below(&self, base: &Organ) -> Result<(), Fault> {
        let view = self.around.register.organs_as_known(self.on, self.around.today);
        if view.children(base.id).next().is_some() { Err((Field::On, Wrong::OrgansBelow)) } else { Ok(()) }
    }

    fn follow(&mut self, kind: SuccessionKind, before: OrganId, after: Vec<OrganId>) {
        let known_from = self.around.today;
        self.successions.push(Succession { kind, on: self.on, known_from, before: vec![before], after });
    }

    /// The organ ends, and with it its posts and who holds them; `people` names the organ that sets them up again.
    fn end(&mut self, base: &Organ, people: Option<OrganId>) -> Result<(), Fault> {
        let (register, on) = (self.around.register, self.on);
        if on <= base.period.valid_from {
            return Err((Field::On, Wrong::Empty));
        }
        if register.profile.supervisor == Some(base.id) {
            return Err((Field::On, Wrong::Supervisor));
        }
        let posts = register.posts().filter(|post| post.organ == base.id && post.valid_to.is_none_or(|to| to > on));
        for post in posts {
            let new = people.map(|organ| Post {
                id: PostId::new((self.new_id)()),
                organ,
                valid_from: on.max(post.valid_from),
                ..post.clone()
            });
            let held = register.appointments().iter().filter(|it| it.post == post.id && it.to.is_none_or(|to| to > on));
            for appointment in held {
                if appointment.officer == self.around.by {
                    return Err((Field::On, Wrong::OwnPost));
                }
                self.appointments.push(Appointment { to: Some(on.max(appointment.from)), ..*appointment });
                if let Some(new) = &new {
                    let from = on.max(appointment.from);
                    self.appointments.push(Appointment { post: new.id, from, ..*appointment });
                }
            }
            self.posts.push(Post { valid_to: Some(on.max(post.valid_from)), ..post.clone() });
            self.posts.extend(new);
        }
        self.organs.push(Organ {
            period: Period { valid_to: Some(on), ..base.period.known(self.around.today) },
            ..base.clone()
        });
        Ok(())
    }

    fn events(self) -> Vec<RegisterEvent> {
        let first = self.around.register.successions().len() as i64;
        let (organs, successions, posts, appointments) = (self.organs, self.successions, self.posts, self.appointments);
        let mut events: Vec<RegisterEvent> =
            organs.chunks(PER_ACT).map(|rows| RegisterEvent::OrgansEntered { organs: rows.to_vec() }).collect();
        if !successions.is_empty() {
            events.push(RegisterEvent::SuccessionsEntered { first, successions });
        }
        events.extend(posts.chunks(PER_ACT).map(|rows| RegisterEvent::PostsEntered { posts: rows.to_vec() }));
        events
            .extend(appointments.chunks(PER_ACT).map(|rows| RegisterEvent::Appointed { appointments: rows.to_vec() }));
        events
    }
}

/// Rows of one act: a body holds 4,095 fields.
const PER_ACT: usize = 200;

/// Why the end of a post or of an appointment is not changed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum TermWrong {
    /// It has ended: what comes after is another one.
    Over,
    /// The day lies in the past: what was done until now stays done in office.
    Past,
    /// It would end before it begins.
    BeforeItBegins,
    /// Nothing would be different.
    Same,
}

impl TermWrong {
    /// All.
    pub const ALL: [TermWrong; 4] = [TermWrong::Over, TermWrong::Past, TermWrong::BeforeItBegins, TermWrong::Same];
}

/// The end that a post or an appointment gets: sooner, later, or none known.
///
/// - `from`, `to`: its first day, and the first day on which it no longer is, as they stand.
pub fn term(from: Day, to: Option<Day>, until: Option<Day>, today: Day) -> Result<Option<Day>, TermWrong> {
    if to.is_some_and(|to| to <= today) {
        return Err(TermWrong::Over);
    }
    if until == to {
        return Err(TermWrong::Same);
    }
    match until {
        Some(until) if until < today => Err(TermWrong::Past),
        Some(until) if until < from => Err(TermWrong::BeforeItBegins),
        until => Ok(until),
    }
}

#[cfg(test)]
mod tests;
