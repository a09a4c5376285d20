//! From a file to a plan: what the page and the command line share, so that both hold back the same rows and enter the
//! others as a whole.

use access::policy::Duty;
use directory::Register;
use kernel::{Clock, Instant, OfficerId, Param, PostId, Refuse};
use store::StoreFault;
use web::locale::Words;

use crate::office::{self, Around, Fault, Plan};
use tables::spreadsheet::{Line, SheetFault};

/// Why a file comes to no plan.
#[derive(Debug, thiserror::Error)]
pub enum NotPlanned {
    /// Not a table.
    #[error(transparent)]
    Sheet(#[from] SheetFault),
    /// No column with the organ's name.
    #[error("the first row has no column for the organ")]
    NoHeading,
    /// The register names no supervising unit, or there is no randomness for new ids.
    #[error(transparent)]
    Fault(#[from] StoreFault),
}

impl Refuse for NotPlanned {
    fn code(&self) -> &'static str {
        match self {
            NotPlanned::Sheet(SheetFault::Form) => "administration.sheet_form",
            NotPlanned::Sheet(SheetFault::Encoding) => "administration.sheet_encoding",
            NotPlanned::Sheet(SheetFault::TooLong) => "administration.sheet_too_long",
            NotPlanned::NoHeading => "administration.no_heading",
            NotPlanned::Fault(_) => "administration.fault",
        }
    }

    fn params(&self) -> Vec<(&'static str, Param)> {
        Vec::new()
    }
}

/// Plans the rows of a sheet, its heading among them, against the register as it stands.
///
/// - `by`: the officer who enters; nobody where the command line does.
///
/// # Errors
/// If there is no heading, or the node lacks what every row needs. A faulty row is no error: the plan names it.
pub fn planned(
    lines: &[Line],
    register: &Register,
    duties: &[Duty],
    clock: &dyn Clock,
    by: Option<OfficerId>,
) -> Result<Plan, NotPlanned> {
    let (heading, rows) = lines.split_first().ok_or(NotPlanned::NoHeading)?;
    let columns = office::columns(heading).ok_or(NotPlanned::NoHeading)?;
    let (now, today) = (clock.now(), clock.today());
    let supervisor = register.profile.supervisor.and_then(|organ| register.organ_on(organ, today));
    let division = supervisor
        .map(|organ| organ.division)
        .ok_or_else(|| StoreFault::Nonsense("the register names no supervising unit".to_owned()))?;
    let around = Around { register, duties, division, today, by };
    Ok(with_ids(now, |new_id| office::plan(rows, &columns, &around, new_id))?)
}

/// Runs what needs new ids.
///
/// # Errors
/// If there is no randomness for them; what was run is not to be used then.
pub fn with_ids<T>(now: Instant, run: impl FnOnce(&mut dyn FnMut() -> u128) -> T) -> Result<T, StoreFault> {
    let mut fault = None;
    let done = run(&mut || {
        let mut random = [0; 10];
        if let Err(error) = getrandom::fill(&mut random) {
            fault = Some(error.to_string());
        }
        PostId::v7(now, random).value()
    });
    match fault {
        Some(fault) => Err(StoreFault::Nonsense(format!("no randomness: {fault}"))),
        None => Ok(done),
    }
}

/// The sentences of a fault: what is wrong, and the mend.
pub fn said(words: Words, fault: &Fault) -> String {
    let code = fault.wrong.code();
    let t = |part: &str| words.t(&format!("administration-{part}-{code}"));
    format!("{} {}", t("wrong"), t("mend"))
}
