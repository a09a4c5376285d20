//! The smallest office: one organ, which supervises, and some officers with a post each.

use directory::{Directory, Founded, RegisterEvent};
use kernel::dated::Period;
use kernel::officer::{Appointment, Officer, Post};
use kernel::organ::{Organ, OrganKind};
use kernel::{Class, DivisionCode, NodeId, OfficerId, OrganId, PostId, Text};
use store::Actor;

/// The one organ.
pub const ORGAN: OrganId = OrganId::new(1);

/// An officer, and the post they hold from today on.
#[derive(Clone, Copy, Debug)]
pub struct Seat<'a> {
    /// Who.
    pub officer: OfficerId,
    /// Their post.
    pub post: PostId,
    /// The name they sign in with, and are called by.
    pub login: &'a str,
    /// The duty of the post, and its name.
    pub duty: &'a str,
}

fn division() -> DivisionCode {
    DivisionCode::parse("320500000000").unwrap_or_else(|error| panic!("{error}"))
}

/// The node of such an office.
pub fn node() -> NodeId {
    NodeId::of(division(), 1).unwrap_or_else(|| unreachable!("a division makes a node"))
}

/// Founds the office.
///
/// # Panics
/// If an act is refused.
pub async fn found<'a>(directory: &Directory, domain: &str, seats: impl IntoIterator<Item = Seat<'a>>) {
    let today = directory.clock().today();
    let mut events = vec![
        RegisterEvent::Founded(Founded {
            name: Text::same("甲市"),
            domain: domain.to_owned(),
            synthetic: true,
            supervisor: Some(ORGAN),
        }),
        RegisterEvent::OrgansEntered {
            organs: vec![Organ {
                id: ORGAN,
                number: 1,
                name: Text::same("甲市"),
                short: Text::same("甲市"),
                kind: OrganKind::Supervision,
                division: division(),
                parent: None,
                period: Period::since(today),
                uscc: None,
            }],
        },
    ];
    for Seat { officer, post, login, duty } in seats {
        events.push(RegisterEvent::PostsEntered {
            posts: vec![Post {
                id: post,
                organ: ORGAN,
                name: Text::same(duty),
                duties: vec![duty.to_owned()],
                ceiling: Class::WorkSecret,
                valid_from: today,
                valid_to: None,
            }],
        });
        events.push(RegisterEvent::OfficersEntered {
            officers: vec![Officer { id: officer, login: login.to_owned(), name: Text::same(login) }],
        });
        events.push(RegisterEvent::Appointed {
            appointments: vec![Appointment { officer, post, from: today, to: None }],
        });
    }
    let actor = Actor::System { component: "test".to_owned(), version: "0".to_owned() };
    for event in &events {
        directory.enter(event, actor.clone()).await.unwrap_or_else(|error| panic!("{error}"));
    }
}
