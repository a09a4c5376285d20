//! Pure: what may be proposed as a model, and who decides on it.

use access::Hand;
use access::separation::{Separation, another_hand};
use kernel::refusal::{Param, Refuse};
use kernel::words::within;
use kernel::{Day, MatterId};

use super::rows::Version;
use super::{Definition, FileOf, Model, ModelEvent, Stage};

/// Characters of a name, and of a reason, at most.
pub const MOST_TEXT: (usize, usize) = (100, 2_000);
/// Files of a model at most.
pub const MOST_FILES: usize = 50;
/// Bytes of all files together at most.
pub const MOST_BYTES: u64 = 16 << 20;
/// Days ahead that a model may come into force.
const MOST_AHEAD: i64 = 366;

/// What an officer proposes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Given {
    /// What people call it.
    pub name: String,
    /// Its files.
    pub files: Vec<FileOf>,
    /// The first day on which new cases follow it.
    pub valid_from: Day,
    /// Why.
    pub reason: String,
    /// The model that it was changed from.
    pub based_on: Option<MatterId>,
}

/// What the check of the files found.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Checked {
    /// How many errors.
    pub errors: u64,
    /// Its processes: id and name.
    pub processes: Vec<(String, String)>,
    /// How many decisions can be asked for.
    pub decisions: usize,
}

/// An expected "no".
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Refusal {
    /// No name, or too many words.
    #[error("the name is missing, or longer than {} characters", MOST_TEXT.0)]
    Name,
    /// No reason, or too many words.
    #[error("the reason is missing, or longer than {} characters", MOST_TEXT.1)]
    Reason,
    /// No file, or too many.
    #[error("a model has one to {MOST_FILES} files")]
    Files,
    /// Two files have one name.
    #[error("two files have one name")]
    SameName,
    /// The files are too large.
    #[error("the files are larger than {MOST_BYTES} bytes together")]
    TooLarge,
    /// Errors were found.
    #[error("the check found {errors} errors")]
    Errors {
        /// How many.
        errors: u64,
    },
    /// There is neither a process nor a decision in it.
    #[error("there is neither a process nor a decision in it")]
    Nothing,
    /// A process begins by a time in an organ that is not in the register.
    #[error("a process begins by a time in an organ that is not in the register")]
    Organ,
    /// It would be in force from a day that is over, or too far away.
    #[error("the first day is over, or more than {MOST_AHEAD} days away")]
    FirstDay,
    /// It was decided already.
    #[error("it was decided already")]
    Decided,
    /// A later version than the one it was changed from is approved, and nobody said that it is to be replaced.
    #[error("version {version} came since, and what it changed would be lost")]
    Overtaken {
        /// The newest.
        version: i64,
    },
    /// Two persons are needed.
    #[error(transparent)]
    Separation(#[from] Separation),
}

impl Refuse for Refusal {
    fn code(&self) -> &'static str {
        match self {
            Refusal::Name => "model.name",
            Refusal::Reason => "model.reason",
            Refusal::Files => "model.files",
            Refusal::SameName => "model.same_name",
            Refusal::TooLarge => "model.too_large",
            Refusal::Errors { .. } => "model.errors",
            Refusal::Nothing => "model.nothing",
            Refusal::Organ => "model.organ",
            Refusal::FirstDay => "model.first_day",
            Refusal::Decided => "model.decided",
            Refusal::Overtaken { .. } => "model.overtaken",
            Refusal::Separation(cause) => cause.code(),
        }
    }

    fn params(&self) -> Vec<(&'static str, Param)> {
        match self {
            Refusal::Errors { errors } => vec![("errors", Param::Count(i64::try_from(*errors).unwrap_or(i64::MAX)))],
            Refusal::Overtaken { version } => vec![("version", Param::Count(*version))],
            _ => Vec::new(),
        }
    }
}

/// The version that came since the model was changed from another: what it changed is not in this one.
///
/// - `versions`: all of all processes.
pub fn overtaken(based_on: Option<MatterId>, versions: &[Version]) -> Option<&Version> {
    let bases = versions.iter().filter(|version| Some(version.model) == based_on);
    let later = bases.flat_map(|base| {
        versions.iter().filter(|version| {
            version.definition.process == base.definition.process
                && version.definition.version > base.definition.version
        })
    });
    later.max_by_key(|version| version.definition.version)
}

/// Proposes a model that was checked.
///
/// Refused for its name, its reason, its files, what was found in them, then the day.
pub fn propose(given: Given, checked: &Checked, hand: Hand, today: Day) -> Result<ModelEvent, Refusal> {
    let name = within(&given.name, MOST_TEXT.0).map(str::to_owned).ok_or(Refusal::Name)?;
    let reason = within(&given.reason, MOST_TEXT.1).map(str::to_owned).ok_or(Refusal::Reason)?;
    files(&given.files)?;
    if checked.errors > 0 {
        return Err(Refusal::Errors { errors: checked.errors });
    }
    if checked.processes.is_empty() && checked.decisions == 0 {
        return Err(Refusal::Nothing);
    }
    if given.valid_from < today || given.valid_from > today.plus(MOST_AHEAD) {
        return Err(Refusal::FirstDay);
    }
    Ok(ModelEvent::Proposed {
        name,
        files: given.files,
        valid_from: given.valid_from,
        reason,
        based_on: given.based_on,
        officer: hand.officer,
        on_behalf_of: hand.on_behalf_of,
        organ: hand.organ,
    })
}

/// Whether files fit together as a model, whatever is in them.
pub fn files(files: &[FileOf]) -> Result<(), Refusal> {
    if files.is_empty() || files.len() > MOST_FILES {
        return Err(Refusal::Files);
    }
    if files.iter().map(|file| file.size.unsigned_abs()).sum::<u64>() > MOST_BYTES {
        return Err(Refusal::TooLarge);
    }
    let twice = |(at, file): (usize, &FileOf)| files[..at].iter().any(|other| other.name == file.name);
    if files.iter().enumerate().any(twice) { Err(Refusal::SameName) } else { Ok(()) }
}

/// Approves: its processes have versions from now on. Checked anew, since the check itself may have changed meanwhile.
///
/// - `versions`: all of all processes.
/// - `over`: the version that the officer knows to be replaced.
///
/// Refused unless it waits, the hand is another's than the proposer's, neither acting for the other, no later version would
/// be undone without a word, and no error is found.
pub fn approve(
    model: &Model,
    checked: &Checked,
    (versions, over): (&[Version], Option<i64>),
    hand: Hand,
    today: Day,
) -> Result<ModelEvent, Refusal> {
    another(model, hand)?;
    if let Some(later) = overtaken(model.based_on, versions)
        && Some(later.definition.version) != over
    {
        return Err(Refusal::Overtaken { version: later.definition.version });
    }
    if checked.errors > 0 {
        return Err(Refusal::Errors { errors: checked.errors });
    }
    let next = |process: &str| {
        let of_process = versions.iter().filter(|version| version.definition.process == process);
        of_process.map(|version| version.definition.version).max().unwrap_or(0) + 1
    };
    let definitions = checked.processes.iter().map(|(process, name)| Definition {
        process: process.clone(),
        name: name.clone(),
        version: next(process),
    });
    Ok(ModelEvent::Approved {
        by: hand.officer,
        valid_from: model.valid_from.max(today),
        definitions: definitions.collect(),
    })
}

/// Refuses a model.
///
/// Refused as [`approve`] is, and without grounds.
pub fn refuse(model: &Model, grounds: &str, hand: Hand) -> Result<ModelEvent, Refusal> {
    another(model, hand)?;
    let grounds = within(grounds, MOST_TEXT.1).map(str::to_owned).ok_or(Refusal::Reason)?;
    Ok(ModelEvent::Refused { by: hand.officer, grounds })
}

fn another(model: &Model, hand: Hand) -> Result<(), Refusal> {
    if model.stage != Stage::Proposed {
        return Err(Refusal::Decided);
    }
    Ok(another_hand([Some(model.proposer), model.on_behalf_of].into_iter().flatten(), hand)?)
}

#[cfg(test)]
mod tests {
    use kernel::{Instant, OfficerId, OrganId};

    use super::*;

    const TODAY: Day = Day::constant(2026, 11, 16);

    fn hand(officer: u128, on_behalf_of: Option<u128>) -> Hand {
        Hand {
            officer: OfficerId::new(officer),
            on_behalf_of: on_behalf_of.map(OfficerId::new),
            organ: OrganId::new(9),
        }
    }

    fn file(name: &str, size: i64) -> FileOf {
        FileOf { name: name.to_owned(), digest: String::new(), size }
    }

    fn given() -> Given {
        Given {
            name: " 受理 ".to_owned(),
            files: vec![file("a.bpmn", 10)],
            valid_from: TODAY,
            reason: "试行".to_owned(),
            based_on: None,
        }
    }

    fn sound() -> Checked {
        Checked { errors: 0, processes: vec![("p".to_owned(), "受理".to_owned())], decisions: 0 }
    }

    #[test]
    fn what_may_be_proposed() {
        let ok = propose(given(), &sound(), hand(1, None), TODAY);
        assert!(matches!(ok, Ok(ModelEvent::Proposed { name, .. }) if name == "受理"));
        let long = "x".repeat(MOST_TEXT.1 + 1);
        let rows: [(&str, Given, Checked, Refusal); 9] = [
            ("no name", Given { name: "  ".into(), ..given() }, sound(), Refusal::Name),
            ("long name", Given { name: long.clone(), ..given() }, sound(), Refusal::Name),
            ("long reason", Given { reason: long, ..given() }, sound(), Refusal::Reason),
            ("no file", Given { files: vec![], ..given() }, sound(), Refusal::Files),
            ("a name twice", Given { files: vec![file("a", 1), file("a", 2)], ..given() }, sound(), Refusal::SameName),
            (
                "large",
                Given { files: vec![file("a", MOST_BYTES.cast_signed()), file("b", 1)], ..given() },
                sound(),
                Refusal::TooLarge,
            ),
            ("errors", given(), Checked { errors: 2, ..sound() }, Refusal::Errors { errors: 2 }),
            ("nothing in it", given(), Checked::default(), Refusal::Nothing),
            ("yesterday", Given { valid_from: TODAY.plus(-1), ..given() }, sound(), Refusal::FirstDay),
        ];
        for (what, given, checked, refusal) in rows {
            assert_eq!(propose(given, &checked, hand(1, None), TODAY), Err(refusal), "{what}");
        }
        let far = Given { valid_from: TODAY.plus(MOST_AHEAD + 1), ..given() };
        assert_eq!(propose(far, &sound(), hand(1, None), TODAY), Err(Refusal::FirstDay));
        let decisions = Checked { decisions: 1, ..Checked::default() };
        assert!(propose(given(), &decisions, hand(1, None), TODAY).is_ok(), "decisions alone are a model");
    }

    fn waiting() -> Model {
        Model {
            id: MatterId::new(7),
            name: "受理".into(),
            files: vec![],
            reason: String::new(),
            based_on: None,
            proposer: OfficerId::new(1),
            on_behalf_of: Some(OfficerId::new(2)),
            organ: OrganId::new(9),
            proposed_at: Instant::from_ms(0),
            valid_from: TODAY.plus(-3),
            stage: Stage::Proposed,
            definitions: vec![],
        }
    }

    #[test]
    fn nobody_approves_what_they_or_whom_they_act_for_proposed() {
        for (officer, on_behalf_of, allowed) in [
            (1, None, false),
            (2, None, false),
            (3, Some(1), false),
            (3, Some(2), false),
            (3, None, true),
            (3, Some(4), true),
        ] {
            let by = hand(officer, on_behalf_of);
            assert_eq!(
                approve(&waiting(), &sound(), (&[], None), by, TODAY).is_ok(),
                allowed,
                "{officer} {on_behalf_of:?}"
            );
            assert_eq!(refuse(&waiting(), "不妥", by).is_ok(), allowed, "{officer} {on_behalf_of:?}");
        }
    }

    #[test]
    fn an_approval_gives_versions_and_is_never_in_force_before_its_day() {
        let by = hand(3, None);
        let versions = [version("p", 3, 5), version("q", 9, 5)];
        let approved = approve(&waiting(), &sound(), (&versions, None), by, TODAY).unwrap();
        let ModelEvent::Approved { valid_from, definitions, .. } = approved else { panic!("{approved:?}") };
        assert_eq!((valid_from, definitions[0].version), (TODAY, 4));
        let stale = Checked { errors: 1, ..sound() };
        assert_eq!(approve(&waiting(), &stale, (&[], None), by, TODAY), Err(Refusal::Errors { errors: 1 }));
        let decided = Model { stage: Stage::Refused { by: by.officer, at: Instant::from_ms(1) }, ..waiting() };
        assert_eq!(approve(&decided, &sound(), (&[], None), by, TODAY), Err(Refusal::Decided));
        assert_eq!(refuse(&waiting(), " ", by), Err(Refusal::Reason));
    }

    fn version(process: &str, number: i64, model: u128) -> Version {
        let definition = Definition { process: process.into(), name: process.into(), version: number };
        Version { model: MatterId::new(model), definition, valid_from: TODAY }
    }

    #[test]
    fn a_later_version_is_not_undone_without_a_word() {
        let versions = [version("p", 3, 30), version("p", 2, 20), version("p", 1, 10), version("q", 7, 70)];
        for (based_on, later) in
            [(None, None), (Some(30), None), (Some(20), Some(3)), (Some(10), Some(3)), (Some(70), None)]
        {
            let model = Model { based_on: based_on.map(MatterId::new), ..waiting() };
            let found = overtaken(model.based_on, &versions).map(|version| version.definition.version);
            assert_eq!(found, later, "{based_on:?}");
            let by = |over| approve(&model, &sound(), (&versions, over), hand(3, None), TODAY);
            assert_eq!(by(None).is_ok(), later.is_none(), "{based_on:?}");
            assert!(by(later).is_ok(), "{based_on:?}: who knows of it may replace it");
            if let Some(version) = later {
                assert_eq!(by(Some(version - 1)), Err(Refusal::Overtaken { version }), "another came meanwhile");
            }
        }
    }
}
