//! The counter: applications come in, answers and withdrawals follow, ratings at the end. What a page, the API and the demo record by
//! the same way.

use std::sync::Arc;

use casework::attachment::Attachment;
use casework::case::{Case, number};
use casework::desk::{self, Beside, By, CaseError, Desk, Opening, Wish};
use directory::stamp;
use dmn::{Context, Value};
use flow::{Command, ElementId};
use kernel::{Erasable, MatterId, Text};
use store::{Changes, Draft, RecordError, StoreFault, Unit};

use crate::decide::{self, Application, Refusal};
use crate::events::ServiceEvent;
use crate::progress::{Ask, Progress, Stage, progress};
use crate::rows::{self, changes};
use crate::types::{Applicant, Grade, Offer, Offers, Reason};

/// The process that a bad rating opens, where it is deployed.
pub const RATING: &str = "rating";

/// Takes applications in. Cheap to clone.
#[derive(Clone)]
pub struct Counter {
    desk: Desk,
    offers: Arc<dyn Offers>,
}

/// Why nothing was recorded.
#[derive(Debug, thiserror::Error)]
pub enum CounterError {
    /// The rules say no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The case says no.
    #[error(transparent)]
    Case(#[from] CaseError),
    /// The act was not recorded.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// The store failed.
    #[error(transparent)]
    Fault(#[from] StoreFault),
}

/// What an applicant sends.
#[derive(Clone, Debug)]
pub struct Sent {
    /// Who.
    pub applicant: Applicant,
    /// Values of the form.
    pub variables: Context,
    /// Its files.
    pub files: Vec<Attachment>,
    /// Materials that are to follow.
    pub to_follow: Vec<Text>,
}

/// A new application: its number, and the code, which is shown once.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Receipt {
    /// The matter.
    pub id: MatterId,
    /// The receipt number.
    pub number: String,
    /// The code.
    pub code: String,
}

/// An application that was opened by its code, with its case.
pub struct Opened {
    /// The application.
    pub application: Application,
    /// Its case.
    pub case: Arc<Case>,
    /// How it stands.
    pub progress: Progress,
}

impl Counter {
    /// Over a desk, for what `offers` has.
    pub fn new(desk: Desk, offers: Arc<dyn Offers>) -> Counter {
        Counter { desk, offers }
    }

    /// The desk.
    pub fn desk(&self) -> &Desk {
        &self.desk
    }

    fn node(&self) -> i64 {
        self.desk.directory().node().number()
    }

    /// What is offered under a code today.
    ///
    /// # Errors
    /// If there is none, or the store fails.
    pub async fn offer(&self, code: &str) -> Result<Offer, CounterError> {
        Ok(self.offers.offer(code).await?.ok_or(Refusal::NoOffer)?)
    }

    /// The receipt number of the application that a name of the caller's makes: forms may hold it before it is there.
    pub fn number_of(name: &str) -> String {
        number(desk::named(&case_name(name)))
    }

    /// Takes an application in: the case and the application stand or fall together. The same name again takes nothing in again,
    /// and gives the same receipt.
    ///
    /// - `name`: the caller's name for this attempt. The code derives from it: nobody else may know it.
    ///
    /// # Errors
    /// See [`CounterError`].
    pub async fn apply(&self, offer: &Offer, name: &str, sent: Sent) -> Result<Receipt, CounterError> {
        let id = desk::named(&format!("service/{name}"));
        let case = desk::named(&case_name(name));
        let (party, code) = decide::secrets(name);
        let title = format!("{}（{}）", offer.name.zh, sent.applicant.name);
        let event = ServiceEvent::Applied {
            number: number(case),
            case,
            item: offer.item,
            code: offer.code.clone(),
            name: offer.name.clone(),
            organ: offer.organ,
            applicant: Erasable::new(sent.applicant),
            lock: decide::lock(id, &code),
            party: format!("{party:032x}"),
            to_follow: sent.to_follow,
        };
        let opening = Opening {
            process: ElementId::from(offer.process.as_str()),
            start: None,
            title: title.chars().take(desk::MOST_TEXT.0).collect(),
            organ: offer.organ,
            variables: sent.variables,
            caller: None,
            power: Some(offer.item),
        };
        let applied = self.act(party, (id, 1), &event)?;
        let beside = Beside { files: sent.files, acts: vec![applied], operations: Vec::new() };
        self.desk.open_named(By::Party(party), &opening, &case_name(name), beside).await?;
        Ok(Receipt { id, number: number(case), code })
    }

    /// The application of a receipt number and a code, with its case.
    ///
    /// # Errors
    /// If there is none: which of the two is wrong is not said.
    pub async fn open(&self, given: &str, code: &str) -> Result<Opened, CounterError> {
        let given: String = given.trim().to_uppercase();
        let given = if given.starts_with("M-") { given } else { format!("M-{given}") };
        let store = self.desk.directory().store();
        for id in rows::by_number(store, self.node(), &given).await? {
            if let Some((application, _)) = rows::load(store, self.node(), id).await?
                && decide::opens(&application, code)
            {
                let case = self.desk.load(application.case).await?.ok_or(Refusal::NoApplication)?;
                let progress = progress(&case, self.desk.calendar());
                return Ok(Opened { application, case, progress });
            }
        }
        Err(Refusal::NoApplication.into())
    }

    /// Takes it back: the process deals with it as it says.
    ///
    /// # Errors
    /// If it has ended, or the process refuses.
    pub async fn withdraw(&self, opened: &Opened, words: &str) -> Result<(), CounterError> {
        if !opened.progress.stage.goes_on() || opened.application.withdrawn {
            return Err(Refusal::Ended.into());
        }
        let words = said(words)?;
        let reason = words.clone().map_or_else(Erasable::erased, Erasable::new);
        let said = words.is_some();
        let wish = Wish { command: Command::Withdraw { reason }, words };
        self.told(opened, wish, Some(&ServiceEvent::Withdrawn { said })).await
    }

    /// Answers what was asked of the applicant.
    ///
    /// # Errors
    /// If it is not asked any more, or nothing was said.
    pub async fn answer(&self, opened: &Opened, asked: u64, words: &str) -> Result<(), CounterError> {
        let ask = opened.progress.asks.iter().find(|ask| ask.number() == asked).ok_or(Refusal::NotAsked)?;
        let words = said(words)?.ok_or(Refusal::Words)?;
        let command = match ask {
            Ask::Supplement { number, .. } => Command::Answered { supplement: *number, values: Context::new() },
            Ask::Message { number, .. } => Command::Deliver { wait: *number, values: Context::new() },
        };
        self.told(opened, Wish { command, words: Some(words) }, None).await
    }

    /// What the applicant says in their case, and what it makes of the application.
    async fn told(&self, opened: &Opened, wish: Wish, event: Option<&ServiceEvent>) -> Result<(), CounterError> {
        let application = &opened.application;
        let acts = match event {
            Some(event) => vec![self.act(application.party, (application.id, application.acts + 1), event)?],
            None => Vec::new(),
        };
        let beside = Beside { acts, ..Beside::default() };
        self.desk.act_with(By::Party(application.party), application.case, &[wish], &beside).await?;
        Ok(())
    }

    /// Rates it. A bad rating opens a case of its own, where the process for it is in force; it stands in any case.
    ///
    /// # Errors
    /// See [`decide::rate`].
    pub async fn rate(
        &self,
        opened: &Opened,
        grade: Option<Grade>,
        reasons: Vec<Reason>,
        words: &str,
    ) -> Result<(), CounterError> {
        let application = &opened.application;
        let ended = opened.progress.stage == Stage::Ended;
        let (grade, reasons, words) = decide::rate(application, ended, grade, reasons, words)?;
        let today = self.desk.directory().clock().today();
        self.desk.library().look().await?;
        let opens = grade.is_bad() && self.desk.library().in_force(RATING, today).is_some();
        let name = format!("service/{}/rating", application.id);
        let case = opens.then(|| desk::named(&name));
        let event = ServiceEvent::Rated {
            grade,
            reasons: reasons.clone(),
            words: if words.is_empty() { Erasable::erased() } else { Erasable::new(words.clone()) },
            case,
        };
        let rated = self.act(application.party, (application.id, application.acts + 1), &event)?;
        if !opens {
            let unit = Unit { acts: vec![rated], operations: Vec::new() };
            self.desk.directory().store().record_unit(unit).await?;
            return Ok(());
        }
        let variables: Context = [
            ("number".to_owned(), Value::text(application.number.as_str())),
            ("grade".to_owned(), Value::text(grade.code())),
            ("reasons".to_owned(), Value::List(reasons.iter().map(|reason| Value::text(reason.code())).collect())),
            ("said".to_owned(), Value::text(words)),
        ]
        .into();
        let opening = Opening {
            process: ElementId::from(RATING),
            start: None,
            title: format!("差评回访：{}（{}）", application.number, application.name.zh),
            organ: application.organ,
            variables,
            caller: None,
            power: None,
        };
        let beside = Beside { acts: vec![rated], ..Beside::default() };
        self.desk.open_named(By::Party(application.party), &opening, &name, beside).await?;
        Ok(())
    }

    /// An act of the applicant's on their application, with its rows.
    fn act(
        &self,
        name: u128,
        (id, version): (MatterId, u64),
        event: &ServiceEvent,
    ) -> Result<(Draft, Changes), StoreFault> {
        let clock = self.desk.directory().clock();
        let now = clock.now();
        let body = Draft::event_of(event).map_err(|error| StoreFault::Nonsense(format!("an application: {error}")))?;
        let stamp = stamp(self.desk.directory().node(), now, now.day(clock.zone()))?;
        let draft = Draft::new(stamp, event.kind(), (id.value(), version), desk::party(name), body);
        let rows = changes(self.node(), id, event, draft.at);
        Ok((draft, rows))
    }
}

/// The name of the case that an application opens.
fn case_name(name: &str) -> String {
    format!("service/{name}/case")
}

/// What was said, if anything; within its length.
fn said(words: &str) -> Result<Option<String>, Refusal> {
    match words.trim() {
        "" => Ok(None),
        words if words.chars().count() <= decide::MOST.2 => Ok(Some(words.to_owned())),
        _ => Err(Refusal::Words),
    }
}
