//! Passkeys of officers, as rows: several for each, known by the names their officers gave them.
//!
//! What the node remembers between the two halves of a ceremony lies sealed in the browser, so that asking costs the node
//! no room; each is taken once.

use access::passkey::{Answer, NotTaken, PublicKey, RelyingParty};
use access::session::{Token, Way};
use access::throttle;
use kernel::{Instant, OfficerId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::{Operation, StoreFault};

use super::factor::{json, read};
use super::{Entered, OwnRefusal, SecondStepRefusal, SignIn, Whence, no_randomness};

/// For how long a browser may take to answer.
const CEREMONY_MS: i64 = 5 * 60_000;
/// Passkeys of one officer at most.
const MOST: usize = 10;
/// Characters of a passkey's name at most.
const LONGEST: usize = 40;

/// A passkey as its officer recognises it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PasskeySeen {
    /// Names it in forms.
    pub mark: String,
    /// The name its officer gave it.
    pub name: String,
    /// When it was registered.
    pub since: Instant,
    /// When it last signed in.
    pub used: Option<Instant>,
}

/// A row of a passkey.
#[derive(Serialize, Deserialize)]
struct Row {
    name: String,
    since: Instant,
    used: Option<Instant>,
    key: PublicKey,
}

/// A row with its place, as it was read.
struct Kept {
    kind: String,
    stored: String,
    row: Row,
}

/// What is remembered between the halves of a ceremony.
#[derive(Serialize, Deserialize)]
struct Remembered {
    /// Whose; nobody's where anybody may sign in.
    officer: Option<OfficerId>,
    until: Instant,
    ceremony: String,
}

impl SignIn {
    /// The same, with passkeys for this relying party.
    #[must_use]
    pub fn with_passkeys(mut self, party: RelyingParty) -> SignIn {
        self.party = Some(party.into());
        self
    }

    /// As whom browsers know the node, if passkeys are possible.
    pub fn relying_party(&self) -> Option<&RelyingParty> {
        self.party.as_deref()
    }

    /// The passkeys of an officer, the oldest first.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub async fn passkeys(&self, officer: OfficerId) -> Result<Vec<PasskeySeen>, StoreFault> {
        let kept = self.kept_passkeys(officer).await?;
        let seen = |Kept { kind, row, .. }: Kept| PasskeySeen {
            mark: kind.trim_start_matches(KIND).to_owned(),
            name: row.name,
            since: row.since,
            used: row.used,
        };
        Ok(kept.into_iter().map(seen).collect())
    }

    /// Begins to register a passkey, for the officer's password: an open session alone gives nobody a lasting way in.
    /// Gives what the browser is told, and what it keeps until it answers.
    ///
    /// # Errors
    /// If the password is wrong or was given wrongly too often, there are too many, or the node has no host name.
    pub async fn invite_passkey(&self, officer: OfficerId, password: &str) -> Result<(Value, String), OwnRefusal> {
        self.own_password(officer, password).await?;
        let party = self.relying_party().ok_or(OwnRefusal::NoPasskeys)?;
        let have: Vec<PublicKey> = self.kept_passkeys(officer).await?.into_iter().map(|kept| kept.row.key).collect();
        if have.len() >= MOST {
            return Err(OwnRefusal::TooManyPasskeys { most: MOST });
        }
        let register = self.directory.register().await?;
        let login = register.as_ref().and_then(|register| register.officer(officer)).map(|it| it.login.clone());
        let (told, ceremony) = party.invite(officer, &login.unwrap_or_default(), &have).map_err(no_randomness)?;
        Ok((told, self.remember(REGISTER, Some(officer), ceremony)?))
    }

    /// Keeps the passkey that a browser made, ends the officer's other sessions and strengthens the present one. Gives
    /// recovery codes where the officer had none, to be shown once. The grant is an act of whoever calls.
    ///
    /// # Errors
    /// If the browser's answer does not hold, comes too late or twice, or is another officer's.
    pub async fn keep_passkey(
        &self,
        officer: OfficerId,
        (remembered, answer): (&str, &str),
        name: &str,
        present: &Token,
    ) -> Result<(Option<Vec<String>>, Token), OwnRefusal> {
        let now = self.directory.clock().now();
        let party = self.relying_party().ok_or(OwnRefusal::NoPasskeys)?;
        let ceremony = self
            .recall(REGISTER, remembered, now)
            .await?
            .filter(|remembered| remembered.officer == Some(officer))
            .ok_or(OwnRefusal::PasskeyNotTaken)?
            .ceremony;
        let key = party.enrol(&ceremony, answer).map_err(|NotTaken| OwnRefusal::PasskeyNotTaken)?;
        let session = self.session(present).await?.ok_or(OwnRefusal::PasskeyNotTaken)?;
        let name: String = name.trim().chars().take(LONGEST).collect();
        let kind = kind_of(&key);
        let row = Row { name, since: now, used: None, key };
        let mut operations = vec![self.kept(officer, &kind, json(&row)?, None)];
        let mut codes = None;
        if self.recovery(officer).await?.is_none() {
            let (drawn, recovery) = access::recovery::RecoveryRow::draw().map_err(no_randomness)?;
            operations.push(self.kept(officer, super::factor::RECOVERY, json(&recovery)?, None));
            codes = Some(drawn);
        }
        self.directory.store().operate(&operations).await?;
        self.end_sessions(officer, None, Some(present)).await?;
        let token = self.rotate(session.strengthened(now).map_err(no_randomness)?).await?;
        Ok((codes, token))
    }

    /// Removes a passkey, for the officer's password; the recovery codes go with the last second factor. The revocation is
    /// an act of whoever calls. `false` where there is none of that mark.
    ///
    /// # Errors
    /// If the password is wrong or was given wrongly too often.
    pub async fn remove_passkey(&self, officer: OfficerId, mark: &str, password: &str) -> Result<bool, OwnRefusal> {
        self.own_password(officer, password).await?;
        let kept = self.kept_passkeys(officer).await?;
        let kind = format!("{KIND}{mark}");
        if !kept.iter().any(|kept| kept.kind == kind) {
            return Ok(false);
        }
        let mut operations = vec![self.without(officer, &kind)];
        if kept.len() == 1 && self.secret(officer, super::factor::FACTOR).await?.is_none() {
            operations.push(self.without(officer, super::factor::RECOVERY));
        }
        Ok(self.directory.store().operate(&operations).await?)
    }

    /// Asks a browser to sign in with a passkey. Gives what it is told, and what it keeps until it answers.
    ///
    /// - `halfway`: where the password was given before, only its officer's passkeys are asked for.
    ///
    /// # Errors
    /// If the store fails; nothing where the node has no host name.
    pub async fn ask_passkey(&self, halfway: Option<&str>) -> Result<Option<(Value, String)>, StoreFault> {
        let Some(party) = self.relying_party() else { return Ok(None) };
        let officer = halfway.and_then(|cookie| self.halfway_of(cookie)).map(|(officer, _)| officer);
        let keys = match officer {
            Some(officer) => self.kept_passkeys(officer).await?.into_iter().map(|kept| kept.row.key).collect(),
            None => Vec::new(),
        };
        let (told, ceremony) = party.ask(&keys).map_err(no_randomness)?;
        Ok(Some((told, self.remember(SIGN_IN, officer, ceremony)?)))
    }

    /// Opens a session for the answer of a passkey: what one has, unlocked by what one is or knows, so nothing more is
    /// asked for. Wrong answers are counted by address alone: nobody guesses a signature, and nobody is shut out by them.
    ///
    /// # Errors
    /// If the answer does not hold, comes too late or twice, or its key is no officer's.
    pub async fn sign_in_by_passkey(
        &self,
        remembered: &str,
        answer: &str,
        whence: &Whence,
    ) -> Result<Entered, SecondStepRefusal> {
        let now = self.directory.clock().now();
        let counters = [throttle::of_address(&whence.address)];
        let Some((officer, kept, key)) = self.signed(remembered, answer, now).await? else {
            if let Some(wait) = self.too_early(&counters, now).await? {
                return Err(wait.into());
            }
            self.failed(&counters, now).await?;
            return Err(SecondStepRefusal::PasskeyNotTaken);
        };
        let register = self.directory.register().await?.ok_or(SecondStepRefusal::PasskeyNotTaken)?;
        let login = register.officer(officer).map(|it| it.login.clone()).ok_or(SecondStepRefusal::PasskeyNotTaken)?;
        let post = self.first_post(&register, officer).ok_or(SecondStepRefusal::NoPost)?;
        let next = json(&Row { key, used: Some(now), ..kept.row })?;
        // Of two copies that sign at once one finds the count moved.
        if !self.directory.store().operate(&[self.replaced(officer, &kept.kind, kept.stored, next)]).await? {
            return Err(SecondStepRefusal::PasskeyNotTaken);
        }
        let shown = super::Shown { way: Way::Passkey, strong: true };
        Ok(self.enter((officer, &login), post, whence, shown, &[]).await?)
    }

    /// Who signed, with the row of the key as it was and the key as it is now.
    async fn signed(
        &self,
        remembered: &str,
        answer: &str,
        now: Instant,
    ) -> Result<Option<(OfficerId, Kept, PublicKey)>, StoreFault> {
        let (Some(party), Some(answer)) = (self.relying_party(), Answer::read(answer)) else { return Ok(None) };
        let Some(remembered) = self.recall(SIGN_IN, remembered, now).await? else { return Ok(None) };
        // Where the password was given, its officer signs and nobody else; an authenticator need not say whose key it is.
        let officer = match (remembered.officer, answer.officer) {
            (Some(halfway), Some(said)) if halfway != said => return Ok(None),
            (Some(officer), _) | (None, Some(officer)) => officer,
            (None, None) => return Ok(None),
        };
        let kept = self.kept_passkeys(officer).await?.into_iter().find(|kept| answer.is_by(&kept.row.key));
        let Some(kept) = kept else { return Ok(None) };
        Ok(party.check(&remembered.ceremony, &answer, &kept.row.key).ok().map(|key| (officer, kept, key)))
    }

    async fn kept_passkeys(&self, officer: OfficerId) -> Result<Vec<Kept>, StoreFault> {
        let rows = self
            .directory
            .store()
            .read(
                "select kind, secret from credential where node = $1 and officer = $2 and kind like 'passkey:%'",
                &[self.node(), officer.value().into()],
            )
            .await?;
        let kept = rows.iter().map(|row| {
            let (kind, stored) = (row.text(0)?, row.text(1)?);
            Ok(Kept { row: read(officer, &stored)?, kind, stored })
        });
        let mut kept: Vec<Kept> = kept.collect::<Result<_, StoreFault>>()?;
        kept.sort_by(|a, b| (a.row.since, &a.kind).cmp(&(b.row.since, &b.kind)));
        Ok(kept)
    }

    fn remember(&self, purpose: &str, officer: Option<OfficerId>, ceremony: String) -> Result<String, StoreFault> {
        let until = self.directory.clock().now().plus_ms(CEREMONY_MS);
        let plain = serde_json::to_vec(&Remembered { officer, until, ceremony }).map_err(no_randomness)?;
        self.key.seal(&self.ceremony_context(purpose), &plain).map_err(no_randomness)
    }

    /// What is remembered, once and in time.
    async fn recall(&self, purpose: &str, sealed: &str, now: Instant) -> Result<Option<Remembered>, StoreFault> {
        let Some(plain) = self.key.open(&self.ceremony_context(purpose), sealed) else { return Ok(None) };
        let Ok(remembered) = serde_json::from_slice::<Remembered>(&plain) else { return Ok(None) };
        let counts = now < remembered.until && self.take_once(sealed, remembered.until, now).await?;
        Ok(counts.then_some(remembered))
    }

    fn ceremony_context(&self, purpose: &str) -> String {
        format!("{purpose} {}", self.directory.node())
    }

    /// All rows of passkeys of an officer, as a security administrator takes them away.
    pub(super) fn without_passkeys(&self, officer: OfficerId) -> Operation {
        Operation::new(
            "delete from credential where node = $1 and officer = $2 and kind like 'passkey:%'",
            vec![self.node(), officer.value().into()],
        )
    }
}

/// Purposes of ceremonies.
const REGISTER: &str = "register a passkey";
const SIGN_IN: &str = "sign in by passkey";

/// Kinds of rows begin so.
const KIND: &str = "passkey:";

/// The kind of a key's row: keys are told apart by a digest of their ids, which authenticators make as long as they like.
fn kind_of(key: &PublicKey) -> String {
    format!("{KIND}{}", key.short_name())
}
