//! The whole matrix role × act on a kind of matter × classification, to be read by people.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::sync::Arc;

use kernel::dated::Period;
use kernel::officer::{Appointment, Post};
use kernel::organ::{Organ, OrganKind, OrganTree};
use kernel::{Class, Day, DivisionCode, NodeId, OfficerId, OrganId, PostId, Text};

use super::Authority;
use crate::policy::{Answer, Policies, Reach};
use crate::reader::{Facts, Reader};
use crate::scope::Subject;

impl Authority {
    /// The matrix as text: a row per permission (an act on a kind of matter), a column per duty; which classes a post reads;
    /// what one officer loses by holding two duties.
    ///
    /// Derived by asking the policies, not by reading them, so it shows what they do.
    pub fn matrix(&self) -> String {
        let policies = &self.policies;
        let mut text = String::from(
            "Role x permission, as the policies answer.\n\
             N the whole node, D the post's division and below, O the post's organ and below, . no.\n\n",
        );
        for (place, duty) in policies.duties().iter().enumerate() {
            let _ = writeln!(text, "{:>2}  {}  {}  {}", place + 1, duty.code, duty.name.zh, duty.name.en);
        }
        let columns: String = (1..=policies.duties().len()).map(|place| format!("{place:>4}")).collect();
        let _ = writeln!(text, "\n{:<24}{columns}", "");
        for (permission, title) in policies.permissions().iter().enumerate() {
            let _ = write!(text, "{:<24}", title.code);
            for duty in policies.duties() {
                let letter = match answer(policies, &[&duty.code], &duty.code, permission) {
                    Some(reaches) => reaches.last().map_or('?', |reach| match reach {
                        Reach::Organ => 'O',
                        Reach::Division => 'D',
                        Reach::Node => 'N',
                    }),
                    None => '.',
                };
                let _ = write!(text, "{letter:>4}");
            }
            text.push('\n');
        }
        text.push_str(&self.classes());
        text.push_str("\nWhat an officer who holds both duties, in two posts, may no longer do under either:\n\n");
        for (place, one) in policies.duties().iter().enumerate() {
            for other in &policies.duties()[place + 1..] {
                let lost = lost(policies, &one.code, &other.code);
                if !lost.is_empty() {
                    let _ = writeln!(text, "{} + {}\n    {}", one.code, other.code, lost.join(" "));
                }
            }
        }
        text
    }

    /// Which classes a post reads, by its ceiling: asked of every duty, permission, ceiling and class. It is one table for all
    /// of them; what answers otherwise has a line of its own.
    fn classes(&self) -> String {
        let mut text = String::from(
            "\nHow secret a record may be (columns) for a post to reach it, by what the post is cleared for (rows),\n",
        );
        let (mut asked, mut otherwise) = (0, String::new());
        for duty in self.policies.duties() {
            for ceiling in Class::ALL {
                let Some(reader) = model(&[&duty.code], &duty.code, ceiling).map(Arc::new) else { continue };
                for title in self.policies.permissions() {
                    let Ok(scope) = self.allows(&reader, &title.code) else { continue };
                    for class in Class::ALL {
                        let (node, organ) = (reader.node(), Some(reader.organ()));
                        let reached = scope.covers(&Subject { node, organ, division: reader.division(), class });
                        asked += 1;
                        if reached != (class <= ceiling) {
                            let _ = writeln!(
                                otherwise,
                                "{} {} cleared for {ceiling}: {class} {reached}",
                                duty.code, title.code
                            );
                        }
                    }
                }
            }
        }
        let _ = writeln!(text, "whatever the duty and the permission ({asked} answers):\n");
        let heads: String = Class::ALL.iter().map(|class| format!("{:>13}", class.code())).collect();
        let _ = writeln!(text, "{:<14}{heads}", "");
        for ceiling in Class::ALL {
            let row: String =
                Class::ALL.iter().map(|class| format!("{:>13}", if *class <= ceiling { "y" } else { "." })).collect();
            let _ = writeln!(text, "{:<14}{row}", ceiling.code());
        }
        text + &otherwise
    }
}

/// For each permission the duties that, alone, allow it.
pub(super) fn allowing(policies: &Policies) -> Vec<Vec<usize>> {
    let allows = |permission| {
        let duties = policies.duties().iter().enumerate();
        duties
            .filter(|(_, duty)| answer(policies, &[&duty.code], &duty.code, permission).is_some())
            .map(|(place, _)| place)
            .collect()
    };
    (0..policies.permissions().len()).map(allows).collect()
}

fn lost(policies: &Policies, one: &str, other: &str) -> Vec<String> {
    let mut lost = BTreeSet::new();
    for (permission, title) in policies.permissions().iter().enumerate() {
        for acting in [one, other] {
            let alone = answer(policies, &[acting], acting, permission);
            let both = answer(policies, &[one, other], acting, permission);
            if alone.is_some() && both.is_none() {
                lost.insert(title.code.clone());
            }
        }
    }
    lost.into_iter().collect()
}

/// How far an officer reaches who holds these duties, each in a post of its own, acting under one of them.
fn answer(policies: &Policies, held: &[&str], acting: &str, permission: usize) -> Option<BTreeSet<Reach>> {
    let reader = model(held, acting, Class::WorkSecret)?;
    match policies.ask_at_the_door(&reader, permission) {
        Ok(Answer::Permitted(reaches)) => Some(reaches),
        Ok(Answer::Refused(_)) | Err(_) => None,
    }
}

/// A model officer in a model organ.
fn model(held: &[&str], acting: &str, ceiling: Class) -> Option<Reader> {
    let day = Day::constant(2026, 1, 1);
    let division = DivisionCode::parse("3205").ok()?;
    let organ = OrganId::new(1);
    let row = Organ {
        id: organ,
        number: 1,
        name: Text::default(),
        short: Text::default(),
        kind: OrganKind::Supervision,
        division,
        parent: None,
        period: Period::since(day),
        uscc: None,
    };
    let organs = OrganTree::new([row], []).ok()?;
    let officer = OfficerId::new(1);
    let post = |place: usize| PostId::new(place as u128);
    let posts: Vec<Post> = held
        .iter()
        .enumerate()
        .map(|(place, duty)| Post {
            id: post(place),
            organ,
            name: Text::default(),
            duties: vec![(*duty).to_owned()],
            ceiling,
            valid_from: day,
            valid_to: None,
        })
        .collect();
    let appointments: Vec<Appointment> =
        posts.iter().map(|post| Appointment { officer, post: post.id, from: day, to: None }).collect();
    let place = held.iter().position(|duty| *duty == acting)?;
    Reader::new(&Facts {
        node: NodeId::of(division, 0)?,
        officer,
        post: post(place),
        posts: &posts,
        appointments: &appointments,
        mandates: &[],
        organs: &organs.as_of(day, day),
        today: day,
    })
    .ok()
}
