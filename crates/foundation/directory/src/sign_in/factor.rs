//! The second factor 第二因素: an authenticator's codes and the recovery codes beside them, as rows.
//!
//! The authenticator's secret lies sealed in the database, under a key that does not; recovery codes lie there as digests.

use access::recovery::RecoveryRow;
use access::session::{Token, Way};
use access::throttle::{self, Tried};
use access::totp::{CodeRefusal, Secret};
use kernel::{Instant, OfficerId};
use serde::{Deserialize, Serialize};
use store::{Operation, StoreFault};

use super::{Entered, OwnRefusal, SecondStepRefusal, SignIn, Whence, no_randomness};

/// For how long a right password waits for its code.
const SECOND_STEP_MS: i64 = 5 * 60_000;
/// For how long a new secret waits for its first code.
const ENROLMENT_MS: i64 = 15 * 60_000;

/// Kinds of rows.
pub(super) const FACTOR: &str = "totp";
const ENROLMENT: &str = "totp-new";
pub(super) const RECOVERY: &str = "recovery";

/// An officer's second factor.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FactorState {
    /// When it was enrolled or a code last counted.
    pub used: Instant,
    /// Recovery codes that are left.
    pub recovery_left: usize,
}

/// A row of an authenticator.
#[derive(Serialize, Deserialize)]
struct Factor {
    sealed: String,
    /// The step of the last code that counted.
    last: u64,
}

/// Somebody who took the first step, by password or at another system, on the way to the second. Lies sealed in a cookie.
#[derive(Serialize, Deserialize)]
struct Halfway {
    officer: OfficerId,
    way: Way,
    until: Instant,
}

/// What a typed code came to.
enum Looked {
    /// It is right: the rows it changes, which refuse if another attempt changed them first.
    Right(Operation),
    Used,
    Wrong,
}

impl SignIn {
    /// What a browser keeps between the first and the second step: sealed, so that it says nothing to anybody else.
    pub(super) fn halfway(&self, officer: OfficerId, way: Way, now: Instant) -> Result<String, StoreFault> {
        let halfway = Halfway { officer, way, until: now.plus_ms(SECOND_STEP_MS) };
        let plain = serde_json::to_vec(&halfway).map_err(no_randomness)?;
        self.key.seal(&self.step_context(), &plain).map_err(no_randomness)
    }

    fn step_context(&self) -> String {
        format!("second step {}", self.directory.node())
    }

    /// Whether a browser may still take the second step.
    pub fn is_halfway(&self, cookie: &str) -> bool {
        self.halfway_of(cookie).is_some()
    }

    /// Who took the first step, and how.
    pub(super) fn halfway_of(&self, cookie: &str) -> Option<(OfficerId, Way)> {
        let plain = self.key.open(&self.step_context(), cookie)?;
        let halfway: Halfway = serde_json::from_slice(&plain).ok()?;
        (self.directory.clock().now() < halfway.until).then_some((halfway.officer, halfway.way))
    }

    /// Opens a session for the right code after the right password.
    ///
    /// - `cookie`: what the first step left in the browser. `typed`: a code of the authenticator, or a recovery code.
    ///
    /// # Errors
    /// If the first step lies too far back, or the code is wrong, used, or tried too often.
    pub async fn second_step(&self, cookie: &str, typed: &str, whence: &Whence) -> Result<Entered, SecondStepRefusal> {
        let now = self.directory.clock().now();
        let (officer, way) = self.halfway_of(cookie).ok_or(SecondStepRefusal::Late)?;
        let register = self.directory.register().await?.ok_or(SecondStepRefusal::Late)?;
        let login = register.officer(officer).map(|it| it.login.clone()).ok_or(SecondStepRefusal::Late)?;
        let counters = self.counters(Tried::SecondFactor, &login, whence);
        if let Some(wait) = self.too_early(&counters, now).await? {
            return Err(wait.into());
        }
        match self.shown(officer, typed, now).await? {
            Looked::Right(used) => {
                let post = self.first_post(&register, officer).ok_or(SecondStepRefusal::NoPost)?;
                // Of two that come with the same code at once one finds it used.
                if !self.directory.store().operate(&[used]).await? {
                    return Err(SecondStepRefusal::Used);
                }
                let shown = super::Shown { way, strong: true };
                Ok(self.enter((officer, &login), post, whence, shown, &counters).await?)
            }
            Looked::Used => Err(SecondStepRefusal::Used),
            Looked::Wrong => Err(self.failed(&counters, now).await?.into()),
        }
    }

    /// The second factor of an officer, if one is enrolled.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub async fn factor(&self, officer: OfficerId) -> Result<Option<FactorState>, StoreFault> {
        let rows = self
            .directory
            .store()
            .read(
                "select changed from credential where node = $1 and officer = $2 and kind = 'totp'",
                &[self.node(), officer.value().into()],
            )
            .await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let recovery_left = self.recovery(officer).await?.map_or(0, |(row, _)| row.left());
        Ok(Some(FactorState { used: Instant::from_ms(row.int(0)?), recovery_left }))
    }

    /// Whether an officer has a second factor of any kind: an authenticator, or a passkey.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub async fn has_factor(&self, officer: OfficerId) -> Result<bool, StoreFault> {
        let rows = self
            .directory
            .store()
            .read(
                "select count(*) from credential where node = $1 and officer = $2 \
                 and (kind = 'totp' or kind like 'passkey:%')",
                &[self.node(), officer.value().into()],
            )
            .await?;
        Ok(rows.first().map(|row| row.int(0)).transpose()? > Some(0))
    }

    /// Draws a secret that waits for its first code; one that waited before no longer counts.
    ///
    /// # Errors
    /// If a second factor is enrolled already.
    pub async fn begin_factor(&self, officer: OfficerId) -> Result<(), OwnRefusal> {
        if self.secret(officer, FACTOR).await?.is_some() {
            return Err(OwnRefusal::NoFactor);
        }
        let secret = Secret::draw().map_err(no_randomness)?;
        let sealed = self.sealed(officer, &secret)?;
        let until = self.directory.clock().now().plus_ms(ENROLMENT_MS);
        self.keep(officer, ENROLMENT, sealed, Some(until)).await?;
        Ok(())
    }

    /// The secret that waits for its first code, to be shown to its officer.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub async fn factor_begun(&self, officer: OfficerId) -> Result<Option<Secret>, StoreFault> {
        let rows = self
            .directory
            .store()
            .read(
                "select secret, expires from credential where node = $1 and officer = $2 and kind = 'totp-new'",
                &[self.node(), officer.value().into()],
            )
            .await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let late = row.opt_int(1)?.is_none_or(|until| self.directory.clock().now().ms() >= until);
        if late { Ok(None) } else { self.unsealed(officer, &row.text(0)?).map(Some) }
    }

    /// Enrols the secret that waits, once its first code is given; ends the officer's other sessions, which were opened
    /// without it. Gives recovery codes, to be shown once, and the token of the session as it goes on. The grant is an act
    /// of whoever calls.
    ///
    /// # Errors
    /// If none waits, or the code is wrong or was given wrongly too often.
    pub async fn confirm_factor(
        &self,
        officer: OfficerId,
        typed: &str,
        present: &Token,
    ) -> Result<(Vec<String>, Token), OwnRefusal> {
        let now = self.directory.clock().now();
        let counters = [throttle::of_oneself(officer)];
        let secret = self.factor_begun(officer).await?.ok_or(OwnRefusal::NoFactor)?;
        if let Some(wait) = self.too_early(&counters, now).await? {
            return Err(wait.into());
        }
        let Ok(last) = secret.check(typed, None, now) else {
            return Err(self.failed(&counters, now).await?.into());
        };
        let session = self.session(present).await?.ok_or(OwnRefusal::NoFactor)?;
        let factor = Factor { sealed: self.sealed(officer, &secret)?, last };
        let (codes, recovery) = RecoveryRow::draw().map_err(no_randomness)?;
        let mut operations = vec![
            // Of two that confirm at once one finds it gone.
            self.without(officer, ENROLMENT).expecting(1),
            self.kept(officer, FACTOR, json(&factor)?, None),
            self.kept(officer, RECOVERY, json(&recovery)?, None),
        ];
        operations.extend(self.cleared(&counters));
        if !self.directory.store().operate(&operations).await? {
            return Err(OwnRefusal::NoFactor);
        }
        self.end_sessions(officer, None, Some(present)).await?;
        let token = self.rotate(session.strengthened(now).map_err(no_randomness)?).await?;
        Ok((codes, token))
    }

    /// Draws new recovery codes, to be shown once, for a code; the earlier ones no longer count.
    ///
    /// # Errors
    /// If there is no second factor, or the code is wrong, used, or was given wrongly too often.
    pub async fn renew_recovery(&self, officer: OfficerId, typed: &str) -> Result<Vec<String>, OwnRefusal> {
        let (codes, recovery) = RecoveryRow::draw().map_err(no_randomness)?;
        let renewed = self.kept(officer, RECOVERY, json(&recovery)?, None);
        self.for_a_code(officer, typed, vec![renewed]).await?;
        Ok(codes)
    }

    /// Takes an officer's own authenticator away, for a code; the recovery codes stay while there are passkeys. The revocation is an act of whoever calls.
    ///
    /// # Errors
    /// If there is none, or the code is wrong, used, or was given wrongly too often.
    pub async fn remove_factor(&self, officer: OfficerId, typed: &str) -> Result<(), OwnRefusal> {
        let mut gone = vec![self.without(officer, FACTOR)];
        if self.passkeys(officer).await?.is_empty() {
            gone.push(self.without(officer, RECOVERY));
        }
        self.for_a_code(officer, typed, gone).await
    }

    /// Takes every second factor away without a code, as a security administrator does whose officer lost the phone, and
    /// ends the officer's sessions. Gives what was taken, as acts name it; nothing where there was none.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn revoke_factor(&self, officer: OfficerId) -> Result<Vec<&'static str>, StoreFault> {
        let mut taken = Vec::new();
        if self.secret(officer, FACTOR).await?.is_some() {
            taken.push("totp");
        }
        if !self.passkeys(officer).await?.is_empty() {
            taken.push("passkey");
        }
        if !taken.is_empty() {
            let gone = [self.without(officer, FACTOR), self.without(officer, RECOVERY), self.without_passkeys(officer)];
            self.directory.store().operate(&gone).await?;
            self.end_sessions(officer, None, None).await?;
        }
        Ok(taken)
    }

    async fn for_a_code(&self, officer: OfficerId, typed: &str, operations: Vec<Operation>) -> Result<(), OwnRefusal> {
        let now = self.directory.clock().now();
        let counters = [throttle::of_oneself(officer)];
        if self.secret(officer, FACTOR).await?.is_none() {
            return Err(OwnRefusal::NoFactor);
        }
        if let Some(wait) = self.too_early(&counters, now).await? {
            return Err(wait.into());
        }
        match self.shown(officer, typed, now).await? {
            Looked::Right(used) => {
                let all: Vec<Operation> =
                    std::iter::once(used).chain(operations).chain(self.cleared(&counters)).collect();
                if self.directory.store().operate(&all).await? { Ok(()) } else { Err(OwnRefusal::UsedCode) }
            }
            Looked::Used => Err(OwnRefusal::UsedCode),
            Looked::Wrong => Err(self.failed(&counters, now).await?.into()),
        }
    }

    /// Looks at a typed code: of the authenticator, else among the recovery codes.
    async fn shown(&self, officer: OfficerId, typed: &str, now: Instant) -> Result<Looked, StoreFault> {
        if let Some(stored) = self.secret(officer, FACTOR).await? {
            let factor: Factor = read(officer, &stored)?;
            match self.unsealed(officer, &factor.sealed)?.check(typed, Some(factor.last), now) {
                Ok(last) => {
                    let next = json(&Factor { last, ..factor })?;
                    return Ok(Looked::Right(self.replaced(officer, FACTOR, stored, next)));
                }
                Err(CodeRefusal::Used) => return Ok(Looked::Used),
                Err(CodeRefusal::Wrong) => {}
            }
        }
        let Some((recovery, stored)) = self.recovery(officer).await? else { return Ok(Looked::Wrong) };
        Ok(match recovery.redeem(typed) {
            Some(left) => Looked::Right(self.replaced(officer, RECOVERY, stored, json(&left)?)),
            None => Looked::Wrong,
        })
    }

    pub(super) async fn recovery(&self, officer: OfficerId) -> Result<Option<(RecoveryRow, String)>, StoreFault> {
        let stored = self.secret(officer, RECOVERY).await?;
        stored.map(|stored| Ok((read(officer, &stored)?, stored))).transpose()
    }

    /// Replaces what was read, and nothing else.
    pub(super) fn replaced(&self, officer: OfficerId, kind: &str, before: String, after: String) -> Operation {
        Operation::new(
            "update credential set secret = $5, changed = $6 \
             where node = $1 and officer = $2 and kind = $3 and secret = $4",
            vec![
                self.node(),
                officer.value().into(),
                kind.into(),
                before.into(),
                after.into(),
                self.directory.clock().now().ms().into(),
            ],
        )
        .expecting(1)
    }

    fn sealed(&self, officer: OfficerId, secret: &Secret) -> Result<String, StoreFault> {
        self.key.seal(&self.secret_context(officer), secret.bytes()).map_err(no_randomness)
    }

    fn unsealed(&self, officer: OfficerId, sealed: &str) -> Result<Secret, StoreFault> {
        let bytes = self.key.open(&self.secret_context(officer), sealed);
        bytes.as_deref().and_then(Secret::from_bytes).ok_or_else(|| {
            StoreFault::Nonsense(format!(
                "the second factor of {officer} was sealed with another key than the node has"
            ))
        })
    }

    /// Whose secret it is: moved to another officer's row it does not open.
    fn secret_context(&self, officer: OfficerId) -> String {
        format!("totp {} {officer}", self.directory.node())
    }
}

pub(super) fn json<T: Serialize>(value: &T) -> Result<String, StoreFault> {
    serde_json::to_string(value).map_err(no_randomness)
}

pub(super) fn read<T: serde::de::DeserializeOwned>(officer: OfficerId, stored: &str) -> Result<T, StoreFault> {
    serde_json::from_str(stored)
        .map_err(|error| StoreFault::Nonsense(format!("credential.secret of {officer}: {error}")))
}
