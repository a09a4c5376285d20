//! Pure: what is accepted of an application, who may come back to it, and when it may be rated.

use kernel::refusal::{Param, Refuse};
use kernel::words::within;
use kernel::{MatterId, OrganId, Text};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use crate::types::{Applicant, Grade, Reason};

/// Characters of a name, of a contact, of what is said with a rating or an answer, at most.
pub const MOST: (usize, usize, usize) = (60, 60, 1_000);

/// Letters of a code: Crockford's alphabet, so that none is taken for another.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// An application as it stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Application {
    /// The matter.
    pub id: MatterId,
    /// How many acts it has.
    pub acts: u64,
    /// The receipt number.
    pub number: String,
    /// The case.
    pub case: MatterId,
    /// The item of the inventory.
    pub item: MatterId,
    /// The item's code.
    pub code: String,
    /// The item's name when it was applied for.
    pub name: Text,
    /// The organ.
    pub organ: OrganId,
    /// By which the code is known.
    pub lock: String,
    /// The name by which the applicant acts.
    pub party: u128,
    /// Materials that are to follow.
    pub to_follow: Vec<Text>,
    /// Whether it was taken back.
    pub withdrawn: bool,
    /// How it was rated, why, and the case that this opened.
    pub rating: Option<(Grade, Vec<Reason>, Option<MatterId>)>,
}

/// An expected "no".
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Refusal {
    /// Nothing of that code is offered online.
    #[error("nothing of that code is offered online today")]
    NoOffer,
    /// No application of that number and code: which of the two is wrong is not said.
    #[error("there is no application of that number and code")]
    NoApplication,
    /// It has ended, or was taken back.
    #[error("the application has ended")]
    Ended,
    /// It has not ended yet.
    #[error("the application has not ended yet")]
    NotEnded,
    /// It was rated.
    #[error("the application was rated already")]
    Rated,
    /// No grade.
    #[error("no grade was chosen")]
    Grade,
    /// A bad rating without a reason.
    #[error("a bad rating says why")]
    Why,
    /// Too many words, or none where some are needed.
    #[error("the words are missing, or longer than {} characters", MOST.2)]
    Words,
    /// Nothing is asked of the applicant.
    #[error("nothing is asked of the applicant now")]
    NotAsked,
}

impl Refuse for Refusal {
    fn code(&self) -> &'static str {
        match self {
            Refusal::NoOffer => "service.no_offer",
            Refusal::NoApplication => "service.no_application",
            Refusal::Ended => "service.ended",
            Refusal::NotEnded => "service.not_ended",
            Refusal::Rated => "service.rated",
            Refusal::Grade => "service.grade",
            Refusal::Why => "service.why",
            Refusal::Words => "service.words",
            Refusal::NotAsked => "service.not_asked",
        }
    }

    fn params(&self) -> Vec<(&'static str, Param)> {
        Vec::new()
    }
}

/// What is wrong with what an applicant says of themselves.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wrong {
    /// The name.
    Name,
    /// The telephone number or address of mail.
    Contact,
}

/// Who applies, as they say it.
///
/// # Errors
/// What is wrong with it: a name of up to 60 characters, and a number of 5 to 20 digits or an address of mail are needed.
pub fn applicant(name: &str, contact: &str) -> Result<Applicant, Vec<Wrong>> {
    let (kept_name, kept_contact) = (within(name, MOST.0), within(contact, MOST.1).filter(|text| reaches(text)));
    match (kept_name, kept_contact) {
        (Some(name), Some(contact)) => Ok(Applicant { name: name.to_owned(), contact: contact.to_owned() }),
        (name, contact) => {
            let wrong = [(name.is_none(), Wrong::Name), (contact.is_none(), Wrong::Contact)];
            Err(wrong.into_iter().filter(|(is, _)| *is).map(|(_, wrong)| wrong).collect())
        }
    }
}

/// Whether it looks like a telephone number or an address of mail; whether it is one, only using it tells.
fn reaches(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let number = text.chars().all(|letter| letter.is_ascii_digit() || "+- ()".contains(letter));
    let mail = text.split_once('@').is_some_and(|(name, host)| {
        !name.is_empty() && host.contains('.') && !host.starts_with('.') && !host.ends_with('.') && !text.contains(' ')
    });
    (number && (5..=20).contains(&digits)) || mail
}

/// The name by which an applicant acts, and their code, both from the name of the attempt: who has sent it, and sends it again, is
/// told the same. That name is recorded nowhere.
pub fn secrets(name: &str) -> (u128, String) {
    let of = |domain: &[u8]| {
        let mut hash = Sha256::new();
        hash.update(domain);
        hash.update(name.as_bytes());
        hash.finalize()
    };
    let party = of(b"qingyuan.service.party.1").iter().take(16).fold(0, |all, byte| (all << 8) | u128::from(*byte));
    (party, code(&of(b"qingyuan.service.code.1")))
}

/// Twelve letters and digits in three groups, from as many random bytes.
fn code(random: &[u8]) -> String {
    let letter = |byte: &u8| char::from(LETTERS.get(usize::from(byte % 32)).copied().unwrap_or(b'0'));
    let groups: Vec<String> = random.chunks(4).take(3).map(|group| group.iter().map(letter).collect()).collect();
    groups.join("-")
}

/// The digest by which a code is known again, for one application alone. What people write for a letter or between letters does
/// not matter.
pub fn lock(application: MatterId, code: &str) -> String {
    let plain: String = code
        .to_uppercase()
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|letter| match letter {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        })
        .collect();
    let mut hash = Sha256::new();
    hash.update(b"qingyuan.service.1");
    hash.update(application.value().to_be_bytes());
    hash.update(plain.as_bytes());
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether a code opens an application.
pub fn opens(application: &Application, code: &str) -> bool {
    lock(application.id, code).as_bytes().ct_eq(application.lock.as_bytes()).into()
}

/// What a rating says.
///
/// - `ended`: whether the case has.
///
/// # Errors
/// Before the end, a second time, without a grade, for a bad one without a reason or words.
pub fn rate(
    application: &Application,
    ended: bool,
    grade: Option<Grade>,
    reasons: Vec<Reason>,
    words: &str,
) -> Result<(Grade, Vec<Reason>, String), Refusal> {
    if application.rating.is_some() {
        return Err(Refusal::Rated);
    }
    if !ended {
        return Err(Refusal::NotEnded);
    }
    let grade = grade.ok_or(Refusal::Grade)?;
    let words = words.trim();
    if words.chars().count() > MOST.2 {
        return Err(Refusal::Words);
    }
    if grade.is_bad() && reasons.is_empty() && words.is_empty() {
        return Err(Refusal::Why);
    }
    let mut reasons = reasons;
    reasons.sort();
    reasons.dedup();
    Ok((grade, reasons, words.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn application() -> Application {
        let id = MatterId::new(7);
        Application {
            id,
            acts: 1,
            number: "M-00000007".to_owned(),
            case: MatterId::new(8),
            item: MatterId::new(9),
            code: "A".to_owned(),
            name: Text::same("x"),
            organ: OrganId::new(1),
            lock: lock(id, "ABCD-EFGH-0123"),
            party: 3,
            to_follow: Vec::new(),
            withdrawn: false,
            rating: None,
        }
    }

    #[test]
    fn a_code_opens_its_own_application_however_it_is_written() {
        let mine = application();
        for written in ["ABCD-EFGH-0123", "abcdefgh0123", " abcd efgh o123 ", "ABCD EFGH OI23"] {
            assert!(opens(&mine, written), "{written}");
        }
        for wrong in ["", "ABCD-EFGH-0124", "ABCD-EFGH-012"] {
            assert!(!opens(&mine, wrong), "{wrong}");
        }
        let other = Application { id: MatterId::new(6), ..application() };
        assert!(!opens(&other, "ABCD-EFGH-0123"), "a digest is of one application");
        assert_eq!(code(&[0, 1, 31, 32, 255, 9, 10, 11, 12, 13, 14, 15, 16]), "01Z0-Z9AB-CDEF");
    }

    #[test]
    fn who_applies_can_be_reached() {
        for contact in ["13800000000", "+86 (025) 8888-0000", "12345", "a@example.org"] {
            assert!(applicant("甲", contact).is_ok(), "{contact}");
        }
        for contact in ["", "1234", "电话", "a@b", "a b@example.org", "@example.org", "123456789012345678901"] {
            assert_eq!(applicant("甲", contact), Err(vec![Wrong::Contact]), "{contact}");
        }
        assert_eq!(applicant(" ", "x"), Err(vec![Wrong::Name, Wrong::Contact]));
        assert_eq!(applicant(&"长".repeat(61), "12345"), Err(vec![Wrong::Name]));
    }

    #[test]
    fn a_rating_comes_once_after_the_end_and_a_bad_one_says_why() {
        let mine = application();
        let rated = Application { rating: Some((Grade::Good, Vec::new(), None)), ..application() };
        let long = "长".repeat(MOST.2 + 1);
        let cases = [
            ("good", &mine, true, Some(Grade::Good), vec![], "", Ok(())),
            ("before the end", &mine, false, Some(Grade::Good), vec![], "", Err(Refusal::NotEnded)),
            ("again", &rated, true, Some(Grade::Good), vec![], "", Err(Refusal::Rated)),
            ("no grade", &mine, true, None, vec![], "x", Err(Refusal::Grade)),
            ("bad, unsaid", &mine, true, Some(Grade::Bad), vec![], " ", Err(Refusal::Why)),
            ("fair, unsaid", &mine, true, Some(Grade::Fair), vec![], "", Ok(())),
            ("bad, with a reason", &mine, true, Some(Grade::VeryBad), vec![Reason::Time], "", Ok(())),
            ("bad, in words", &mine, true, Some(Grade::Bad), vec![], "慢", Ok(())),
            ("many words", &mine, true, Some(Grade::Good), vec![], long.as_str(), Err(Refusal::Words)),
        ];
        for (case, application, ended, grade, reasons, words, outcome) in cases {
            assert_eq!(rate(application, ended, grade, reasons, words).map(drop), outcome, "{case}");
        }
        let twice = vec![Reason::Fee, Reason::Time, Reason::Fee];
        let (_, reasons, words) = rate(&mine, true, Some(Grade::Good), twice, " 好 ").unwrap();
        assert_eq!((reasons, words.as_str()), (vec![Reason::Time, Reason::Fee], "好"));
    }

    #[test]
    fn grades_have_words_and_points() {
        for grade in Grade::ALL {
            assert_eq!((Grade::parse(grade.code()), Grade::of_points(grade.points())), (Some(grade), Some(grade)));
        }
        assert_eq!(Grade::ALL.iter().filter(|grade| grade.is_bad()).count(), 2, "国办发〔2019〕51号: the two worst");
    }
}
