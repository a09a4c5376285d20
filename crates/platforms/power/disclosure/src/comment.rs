//! Comment on a draft 意见征集: the public comments on a published draft, paragraph by paragraph; each comment is a matter of its own,
//! bound to the act that published the version it is about, and each is answered before the draft is concluded.
//!
//! Source: 优化营商环境条例 art. 62 (GI-14). Nobody signs in to comment, and no name is asked for; what was said can be erased.

pub mod rows;

use access::Hand;
use kernel::refusal::{Param, Refuse};
use kernel::words::within;
use kernel::{ActId, Day, Erasable, Instant, MatterId, OfficerId, OrganId};
use serde::{Deserialize, Serialize};
use store::Tombstone;

use crate::events::DisclosureEvent;
use crate::state::Disclosure;

/// Characters of a comment at most.
pub const MAX_SAID: usize = 1_000;
/// Characters of a name at most.
pub const MAX_NAME: usize = 40;
/// Characters of an answer at most.
pub const MAX_ANSWER: usize = 1_000;

/// What became of a comment.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Adopted {
    /// 采纳.
    Yes,
    /// 部分采纳.
    Partly,
    /// 未采纳.
    No,
}

impl Adopted {
    /// All, as a form offers them.
    pub const ALL: [Adopted; 3] = [Adopted::Yes, Adopted::Partly, Adopted::No];

    /// The stable word, stored and translated.
    pub fn code(self) -> &'static str {
        match self {
            Adopted::Yes => "yes",
            Adopted::Partly => "partly",
            Adopted::No => "no",
        }
    }

    /// From its word.
    pub fn parse(code: &str) -> Option<Adopted> {
        Adopted::ALL.into_iter().find(|it| it.code() == code)
    }
}

/// One event of a comment; each is the body of an act. Variants are only added.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum CommentEvent {
    /// Somebody commented.
    Made {
        /// The draft.
        disclosure: MatterId,
        /// Whose.
        organ: OrganId,
        /// The version that it is about.
        number: i64,
        /// The index of the act that published this version: the ledger binds that act to the very words.
        published: i64,
        /// The paragraph; none for the whole.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        paragraph: Option<i64>,
        /// What whoever commented wants to be called; empty for nothing.
        name: Erasable<String>,
        /// The comment.
        said: Erasable<String>,
    },
    /// The organ answered.
    Answered {
        /// What became of it.
        adopted: Adopted,
        /// Why; everybody reads it.
        answer: Erasable<String>,
        /// Who answered.
        by: OfficerId,
    },
    /// Words were erased by law.
    Erased(Tombstone),
}

impl CommentEvent {
    /// The act's kind.
    pub fn kind(&self) -> &'static str {
        match self {
            CommentEvent::Made { .. } => "consultation.commented@1.0",
            CommentEvent::Answered { .. } => "consultation.answered@1.0",
            CommentEvent::Erased(_) => store::TOMBSTONE,
        }
    }
}

/// A comment as its acts tell it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Comment {
    /// The matter.
    pub id: MatterId,
    /// Acts of the matter so far.
    pub version: u64,
    /// The draft.
    pub disclosure: MatterId,
    /// Whose.
    pub organ: OrganId,
    /// The version that it is about.
    pub number: i64,
    /// The paragraph; none for the whole.
    pub paragraph: Option<i64>,
    /// What whoever commented wants to be called.
    pub name: Erasable<String>,
    /// The comment.
    pub said: Erasable<String>,
    /// The index of its act.
    pub idx: u64,
    /// The act.
    pub act: ActId,
    /// When.
    pub at: Instant,
    /// The answer.
    pub answer: Option<Answer>,
}

/// What an organ answered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Answer {
    /// What became of it.
    pub adopted: Adopted,
    /// Why.
    pub answer: Erasable<String>,
    /// The index of the act.
    pub idx: u64,
    /// When.
    pub at: Instant,
}

/// What somebody types as a comment.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Given {
    /// Number of the paragraph, as typed; empty for the whole.
    pub paragraph: String,
    /// What they want to be called.
    pub name: String,
    /// The comment.
    pub said: String,
}

/// An expected "no".
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Refusal {
    /// Nobody is asked about this, or no longer.
    #[error("nobody is asked about this, or no longer")]
    NotAsked,
    /// No such paragraph.
    #[error("there is no such paragraph")]
    Paragraph,
    /// A name that is too long.
    #[error("a name has at most {MAX_NAME} characters")]
    Name,
    /// No words, or too many.
    #[error("the comment is missing, or longer than {MAX_SAID} characters")]
    Said,
    /// Too many comments from one address.
    #[error("too many comments from one address")]
    TooMany,
    /// It was answered already.
    #[error("it was answered already")]
    Answered,
    /// What became of it was not chosen.
    #[error("what became of it is missing")]
    Adopted,
    /// No answer, or too many words.
    #[error("the answer is missing, or longer than {MAX_ANSWER} characters")]
    Answer,
    /// The day until which the public is asked is not over.
    #[error("the public is still asked")]
    StillAsked,
    /// Comments are not answered.
    #[error("{count} comments are not answered")]
    Unanswered {
        /// How many.
        count: u64,
    },
    /// It was concluded already.
    #[error("it was concluded already")]
    Concluded,
}

impl Refuse for Refusal {
    fn code(&self) -> &'static str {
        match self {
            Refusal::NotAsked => "consultation.not_asked",
            Refusal::Paragraph => "consultation.paragraph",
            Refusal::Name => "consultation.name",
            Refusal::Said => "consultation.said",
            Refusal::TooMany => "consultation.too_many",
            Refusal::Answered => "consultation.answered",
            Refusal::Adopted => "consultation.adopted",
            Refusal::Answer => "consultation.answer",
            Refusal::StillAsked => "consultation.still_asked",
            Refusal::Unanswered { .. } => "consultation.unanswered",
            Refusal::Concluded => "consultation.concluded",
        }
    }

    fn params(&self) -> Vec<(&'static str, Param)> {
        match self {
            Refusal::Unanswered { count } => vec![("count", Param::Count(i64::try_from(*count).unwrap_or(i64::MAX)))],
            _ => Vec::new(),
        }
    }
}

/// Whether the public may comment on a day: the last day counts.
pub fn is_asked(disclosure: &Disclosure, today: Day) -> bool {
    disclosure.current().is_some()
        && disclosure.concluded.is_none()
        && disclosure.asked_until().is_some_and(|until| today <= until)
}

/// Comments on what is published.
///
/// Refused where nobody is asked; then for the paragraph, the name and the words.
pub fn comment(disclosure: &Disclosure, given: &Given, today: Day) -> Result<CommentEvent, Refusal> {
    let current = disclosure.current().filter(|_| is_asked(disclosure, today)).ok_or(Refusal::NotAsked)?;
    let paragraph = match given.paragraph.trim() {
        "" => None,
        typed => {
            let number: Option<i64> = typed.parse().ok();
            Some(number.filter(|it| (1..=current.paragraphs).contains(it)).ok_or(Refusal::Paragraph)?)
        }
    };
    let name = match given.name.trim() {
        "" => "",
        typed => within(typed, MAX_NAME).filter(|it| !it.chars().any(char::is_control)).ok_or(Refusal::Name)?,
    };
    let strange = |it: &&str| it.chars().any(|letter| letter.is_control() && !"\r\n\t".contains(letter));
    let said = within(&given.said, MAX_SAID).filter(|it| !strange(it)).ok_or(Refusal::Said)?;
    Ok(CommentEvent::Made {
        disclosure: disclosure.id,
        organ: disclosure.organ,
        number: current.number,
        published: i64::try_from(current.idx).unwrap_or(i64::MAX),
        paragraph,
        name: name.into(),
        said: said.into(),
    })
}

/// Answers a comment: adopted or not, and why.
pub fn answer(comment: &Comment, hand: Hand, (adopted, why): (Option<Adopted>, &str)) -> Result<CommentEvent, Refusal> {
    if comment.answer.is_some() {
        return Err(Refusal::Answered);
    }
    let adopted = adopted.ok_or(Refusal::Adopted)?;
    let why = within(why, MAX_ANSWER).ok_or(Refusal::Answer)?;
    Ok(CommentEvent::Answered { adopted, answer: why.into(), by: hand.officer })
}

/// How many comments there are, and what became of them.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Counts {
    /// Not answered.
    pub open: u64,
    /// Adopted.
    pub adopted: u64,
    /// Adopted in part.
    pub partly: u64,
    /// Not adopted.
    pub not: u64,
}

impl Counts {
    /// All of them.
    pub fn all(self) -> u64 {
        self.open + self.adopted + self.partly + self.not
    }
}

/// Concludes: what came of asking the public.
///
/// Refused where nobody was asked, while the public is asked, and while one comment is unanswered.
pub fn conclude(disclosure: &Disclosure, counts: Counts, hand: Hand, today: Day) -> Result<DisclosureEvent, Refusal> {
    let until = disclosure.asked_until().filter(|_| disclosure.withdrawn.is_none()).ok_or(Refusal::NotAsked)?;
    if disclosure.concluded.is_some() {
        return Err(Refusal::Concluded);
    }
    if today <= until {
        return Err(Refusal::StillAsked);
    }
    if counts.open > 0 {
        return Err(Refusal::Unanswered { count: counts.open });
    }
    let number = |count| i64::try_from(count).unwrap_or(i64::MAX);
    Ok(DisclosureEvent::Concluded {
        comments: number(counts.all()),
        adopted: number(counts.adopted),
        partly: number(counts.partly),
        by: hand.officer,
    })
}

#[cfg(test)]
mod tests {
    use kernel::OfficerId;

    use super::*;
    use crate::content::Content;
    use crate::state::Publication;

    const UNTIL: Day = Day::constant(2026, 4, 1);

    fn draft(comments_until: Option<Day>) -> Disclosure {
        let content = Content::typed("题", "一\n二").unwrap();
        let publication = Publication {
            number: 1,
            idx: 41,
            at: Instant::from_ms(0),
            content: content.into(),
            withheld: Vec::new(),
            ground: None,
            correction: None,
            until: None,
            comments_until,
            paragraphs: 2,
        };
        Disclosure {
            id: MatterId::new(7),
            version: 3,
            organ: OrganId::new(9),
            entry: "GOV-17".to_owned(),
            period: None,
            came: Day::constant(2026, 3, 1),
            due: None,
            why: None,
            draft: None,
            published: vec![publication],
            withdrawn: None,
            lapsed: false,
            concluded: None,
        }
    }

    fn given(paragraph: &str, name: &str, said: &str) -> Given {
        Given { paragraph: paragraph.to_owned(), name: name.to_owned(), said: said.to_owned() }
    }

    #[test]
    fn the_public_comments_until_the_last_day() {
        let (long, name) = ("长".repeat(MAX_SAID + 1), "名".repeat(MAX_NAME + 1));
        let cases = [
            ("on a paragraph", Some(UNTIL), given("2", "", "意见"), UNTIL, Ok(())),
            ("on the whole, with a name", Some(UNTIL), given("", "某商户", "意见"), UNTIL.plus(-9), Ok(())),
            ("a day later", Some(UNTIL), given("", "", "意见"), UNTIL.plus(1), Err(Refusal::NotAsked)),
            ("where nobody is asked", None, given("", "", "意见"), UNTIL, Err(Refusal::NotAsked)),
            ("no such paragraph", Some(UNTIL), given("3", "", "意见"), UNTIL, Err(Refusal::Paragraph)),
            ("no number", Some(UNTIL), given("x", "", "意见"), UNTIL, Err(Refusal::Paragraph)),
            ("a long name", Some(UNTIL), given("", &name, "意见"), UNTIL, Err(Refusal::Name)),
            ("nothing said", Some(UNTIL), given("", "", " \n"), UNTIL, Err(Refusal::Said)),
            ("too much", Some(UNTIL), given("", "", &long), UNTIL, Err(Refusal::Said)),
            ("no text", Some(UNTIL), given("", "", "叮\u{7}"), UNTIL, Err(Refusal::Said)),
        ];
        for (case, until, given, today, expected) in cases {
            assert_eq!(comment(&draft(until), &given, today).map(drop), expected, "{case}");
        }
        let Ok(CommentEvent::Made { published, number, paragraph, .. }) =
            comment(&draft(Some(UNTIL)), &given("2", "", "意见"), UNTIL)
        else {
            panic!("refused")
        };
        assert_eq!((published, number, paragraph), (41, 1, Some(2)), "bound to the act that published it");
    }

    #[test]
    fn every_comment_is_answered_before_the_end() {
        let hand = Hand { officer: OfficerId::new(1), organ: OrganId::new(9), on_behalf_of: None };
        let counts = |open| Counts { open, adopted: 1, partly: 0, not: 2 };
        let after = UNTIL.plus(1);
        let cases = [
            ("as it should be", Some(UNTIL), counts(0), after, Ok(())),
            ("without any", Some(UNTIL), Counts::default(), after, Ok(())),
            ("one is open", Some(UNTIL), counts(1), after, Err(Refusal::Unanswered { count: 1 })),
            ("still asked", Some(UNTIL), counts(0), UNTIL, Err(Refusal::StillAsked)),
            ("nobody was asked", None, counts(0), after, Err(Refusal::NotAsked)),
        ];
        for (case, until, counts, today, expected) in cases {
            assert_eq!(conclude(&draft(until), counts, hand, today).map(drop), expected, "{case}");
        }
        let made = Comment {
            id: MatterId::new(8),
            version: 1,
            disclosure: MatterId::new(7),
            organ: OrganId::new(9),
            number: 1,
            paragraph: None,
            name: "".into(),
            said: "意见".into(),
            idx: 50,
            act: ActId::new(3),
            at: Instant::from_ms(0),
            answer: None,
        };
        assert_eq!(answer(&made, hand, (None, "因")), Err(Refusal::Adopted));
        assert_eq!(answer(&made, hand, (Some(Adopted::No), " ")), Err(Refusal::Answer));
        assert!(answer(&made, hand, (Some(Adopted::No), "因")).is_ok());
        let done = Answer { adopted: Adopted::No, answer: "因".into(), idx: 51, at: Instant::from_ms(0) };
        let answered = Comment { answer: Some(done), ..made };
        assert_eq!(answer(&answered, hand, (Some(Adopted::Yes), "因")), Err(Refusal::Answered));
    }
}
