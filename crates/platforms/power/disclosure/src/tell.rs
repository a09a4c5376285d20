//! Who is told: whose turn it is, by path alone.

use kernel::{MatterId, NodeId, OrganId};
use store::Recorded;
use tell::{Answer, Number, PagePath, Teller, Telling, To, Told};

use crate::events::{DisclosureEvent, Outcome};

/// Tells of disclosures.
pub struct DisclosureTeller;

/// What is told for an event of the matter `id`.
///
/// - `organ`: of the post in which it was done, where an officer did it.
fn told(id: MatterId, organ: Option<OrganId>, event: &DisclosureEvent) -> Told {
    let one = format!("/disclosures/{id}");
    let to = |duty, organ, text, page: &str| {
        PagePath::new(page.to_owned()).map(|page| Telling {
            to: To::Duty { duty, organ },
            text,
            number: Number::none(),
            page,
        })
    };
    let tellings: Vec<Option<Telling>> = match event {
        DisclosureEvent::Drafted { organ, .. } => {
            vec![to("secrecy-reviewer", Some(*organ), "disclosure-told-review", &one)]
        }
        DisclosureEvent::Rewritten { .. } => vec![to("secrecy-reviewer", organ, "disclosure-told-review", &one)],
        DisclosureEvent::Reviewed { outcome, .. } if *outcome == Outcome::Refused => {
            vec![to("organ-handler", organ, "disclosure-told-refused", &one)]
        }
        DisclosureEvent::Reviewed { .. } => vec![to("organ-head", organ, "disclosure-told-publish", &one)],
        DisclosureEvent::Lapsed { organ, .. } => ["organ-head", "organ-handler"]
            .map(|duty| to(duty, Some(*organ), "disclosure-told-lapsed", "/disclosures"))
            .into(),
        DisclosureEvent::Opened { .. }
        | DisclosureEvent::Armed { .. }
        | DisclosureEvent::Met { .. }
        | DisclosureEvent::Void { .. }
        | DisclosureEvent::Published { .. }
        | DisclosureEvent::Withdrawn { .. }
        | DisclosureEvent::Concluded { .. }
        | DisclosureEvent::Erased(_) => Vec::new(),
    };
    // What was said about a duty stays until it is read; a disclosure waits for whoever's turn it is.
    let settles = !matches!(event, DisclosureEvent::Lapsed { .. } | DisclosureEvent::Erased(_));
    Told { settles, tellings: tellings.into_iter().flatten().collect(), ..Told::default() }
}

impl Teller for DisclosureTeller {
    fn follows(&self, kind: &str) -> bool {
        kind.starts_with("disclosure.")
    }

    fn told<'a>(&'a self, _: NodeId, act: &'a Recorded) -> Answer<'a, Told> {
        Box::pin(async move {
            let organ = act.act.organ.as_deref().and_then(|organ| organ.parse().ok());
            Ok(told(MatterId::new(act.act.matter), organ, &act.event()?))
        })
    }
}

#[cfg(test)]
mod tests {
    use kernel::{Day, OfficerId};

    use super::*;
    use crate::content::Content;

    /// Whoever's turn it is is told where, and no word of it.
    #[test]
    fn whose_turn_it_is_is_told_and_no_word_of_it() {
        let (id, organ) = (MatterId::new(7), OrganId::new(9));
        let content = || Content::typed("CANARY", "CANARY").unwrap();
        let drafted = DisclosureEvent::Drafted {
            organ,
            entry: "GOV-01".to_owned(),
            period: None,
            came: Day::constant(2026, 3, 2),
            due: None,
            why: None,
            paragraphs: 1,
            content: content().into(),
            officer: OfficerId::new(1),
            on_behalf_of: None,
        };
        let reviewed = |outcome| DisclosureEvent::Reviewed {
            outcome,
            withheld: Vec::new(),
            ground: None,
            reason: "CANARY".into(),
            by: OfficerId::new(2),
            on_behalf_of: None,
        };
        let lapsed = DisclosureEvent::Lapsed {
            organ,
            entry: "GOV-15".to_owned(),
            period: Some("2025".to_owned()),
            due: Day::constant(2026, 1, 31),
            drafted: false,
            next: None,
        };
        let cases = [
            ("a draft", drafted, vec!["secrecy-reviewer"]),
            ("passed", reviewed(Outcome::Passed), vec!["organ-head"]),
            ("refused", reviewed(Outcome::Refused), vec!["organ-handler"]),
            ("lapsed", lapsed, vec!["organ-head", "organ-handler"]),
        ];
        for (case, event, expected) in cases {
            let told = told(id, Some(organ), &event);
            let duties: Vec<&str> = told
                .tellings
                .iter()
                .map(|it| match it.to {
                    To::Duty { duty, organ: Some(of) } if of == organ => duty,
                    other => panic!("{case}: {other:?}"),
                })
                .collect();
            assert_eq!(duties, expected, "{case}");
            assert!(!format!("{told:?}").contains("CANARY"), "{case}");
        }
    }
}
