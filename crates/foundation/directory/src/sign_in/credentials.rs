//! What officers sign in with, as rows: passwords, one-time codes.

use std::collections::HashMap;

use access::code::{CodeRefusal, CodeRow};
use access::device::KnownDevice;
use access::password::{self, Verdict};
use access::session::Token;
use access::throttle;
use kernel::{Instant, OfficerId};
use store::{Operation, StoreFault};

use super::{OwnRefusal, RedeemRefusal, SignIn, Whence, no_randomness};

/// How an officer can sign in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CredentialState {
    /// A one-time code waits to be used.
    Code {
        /// The first moment at which it is no longer good.
        until: Instant,
    },
    /// A password is set.
    Password {
        /// When it was set.
        since: Instant,
    },
}

impl SignIn {
    /// Sets an officer's password. The grant itself is an act of whoever calls; its secret is in none.
    ///
    /// # Errors
    /// If it cannot be hashed or stored.
    pub async fn set_password(&self, officer: OfficerId, password: &str) -> Result<(), StoreFault> {
        let hash = password::hash(password, self.cost).map_err(no_randomness)?;
        self.keep(officer, "password", hash, None).await
    }

    /// Keeps the digest of a one-time code; the officer's earlier one no longer counts.
    ///
    /// # Errors
    /// If it cannot be stored.
    pub async fn keep_code(&self, row: &CodeRow) -> Result<(), StoreFault> {
        let secret = serde_json::to_string(row).map_err(no_randomness)?;
        self.keep(row.officer, "code", secret, Some(row.expires)).await
    }

    /// Sets a password with a one-time code, which is gone afterwards. Wrong codes are counted by address; the right one
    /// is taken whatever others did, and its device is known from then on.
    ///
    /// # Errors
    /// A refusal that does not tell whether the name exists; one that does say what a weak password lacks.
    pub async fn redeem(
        &self,
        login: &str,
        code: &str,
        password: &str,
        whence: &Whence,
    ) -> Result<(OfficerId, KnownDevice), RedeemRefusal> {
        let now = self.directory.clock().now();
        let register = self.directory.register().await?;
        let officer = register.as_ref().and_then(|register| register.by_login(login)).map(|officer| officer.id);
        let row = match officer {
            Some(officer) => self.code(officer).await?,
            None => None,
        };
        // The same answer as for a name that does not exist. Only who has the code learns that it was used or expired.
        let answer = row.map_or(Err(CodeRefusal::Wrong), |row| row.redeem(code, now));
        let officer = match (answer, officer) {
            (Ok(_), Some(officer)) => officer,
            (Err(CodeRefusal::Wrong), _) | (Ok(_), None) => {
                let counters = [throttle::of_address(&whence.address)];
                if let Some(wait) = self.too_early(&counters, now).await? {
                    return Err(wait.into());
                }
                return Err(self.failed(&counters, now).await?.into());
            }
            (Err(refusal), _) => return Err(refusal.into()),
        };
        password::check(password, login)?;
        let gone = self.without(officer, "code").expecting(1);
        // Of two that come at once one finds the code gone.
        if !self.directory.store().operate(&[gone]).await? {
            return Err(CodeRefusal::Used.into());
        }
        self.set_password(officer, password).await?;
        // Whoever was signed in with the old one is not with the new one.
        self.end_sessions(officer, None, None).await?;
        Ok((officer, self.known(whence, login)?))
    }

    /// Changes an officer's own password and ends the officer's other sessions. The grant is an act of whoever calls.
    ///
    /// - `present`: the session that asks; it goes on.
    ///
    /// # Errors
    /// If the old password is wrong or was given wrongly too often, or the new one is the old one or too weak.
    pub async fn change_password(
        &self,
        officer: OfficerId,
        old: &str,
        new: &str,
        present: &Token,
    ) -> Result<(), OwnRefusal> {
        self.own_password(officer, old).await?;
        let register = self.directory.register().await?;
        let login = register.as_ref().and_then(|register| register.officer(officer)).map(|it| it.login.clone());
        if old == new {
            return Err(OwnRefusal::SamePassword);
        }
        password::check(new, &login.unwrap_or_default())?;
        self.set_password(officer, new).await?;
        self.end_sessions(officer, None, Some(present)).await?;
        Ok(())
    }

    /// Asks somebody who is signed in for their password again: an open session alone must not change how they sign in.
    pub(super) async fn own_password(&self, officer: OfficerId, password: &str) -> Result<(), OwnRefusal> {
        let now = self.directory.clock().now();
        let counters = [throttle::of_oneself(officer)];
        if let Some(wait) = self.too_early(&counters, now).await? {
            return Err(wait.into());
        }
        if self.looked_at(self.secret(officer, "password").await?, password).await? == Verdict::Wrong {
            return Err(self.failed(&counters, now).await?.into());
        }
        self.directory.store().operate(&self.cleared(&counters)).await?;
        Ok(())
    }

    /// Takes away every means by which an officer signs in, and ends their sessions. The officer stays in the register.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn revoke(&self, officer: OfficerId) -> Result<(), StoreFault> {
        let gone = |sql| Operation::new(sql, vec![self.node(), officer.value().into()]);
        let all = [
            gone("delete from credential where node = $1 and officer = $2"),
            gone("delete from session where node = $1 and officer = $2"),
        ];
        self.directory.store().operate(&all).await.map(drop)
    }

    /// How each officer can sign in now; who is absent cannot.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub async fn credentials(&self) -> Result<HashMap<OfficerId, CredentialState>, StoreFault> {
        let rows = self
            .directory
            .store()
            .read("select officer, kind, changed, expires from credential where node = $1", &[self.node()])
            .await?;
        let now = self.directory.clock().now();
        let mut all = HashMap::new();
        for row in rows {
            let (officer, kind) = (OfficerId::new(row.id(0)?), row.text(1)?);
            let state = match kind.as_str() {
                "password" => CredentialState::Password { since: Instant::from_ms(row.int(2)?) },
                "code" => match row.opt_int(3)?.map(Instant::from_ms) {
                    Some(until) if until > now => CredentialState::Code { until },
                    _ => continue,
                },
                _ => continue,
            };
            // A password says more than a code that was drawn to replace it.
            let entry = all.entry(officer).or_insert(state);
            if matches!(state, CredentialState::Password { .. }) {
                *entry = state;
            }
        }
        Ok(all)
    }

    /// Looks at a password off the threads that serve; without a stored one it takes as long and is wrong.
    pub(super) async fn looked_at(&self, stored: Option<String>, typed: &str) -> Result<Verdict, StoreFault> {
        let (typed, cost) = (typed.to_owned(), self.cost);
        tokio::task::spawn_blocking(move || match stored {
            Some(stored) => password::verify(&typed, &stored, cost),
            None => password::verify_nobody(&typed, cost),
        })
        .await
        .map_err(no_randomness)?
        .map_err(no_randomness)
    }

    /// Writes a means of signing in over the officer's earlier one of the same kind.
    pub(super) async fn keep(
        &self,
        officer: OfficerId,
        kind: &str,
        secret: String,
        expires: Option<Instant>,
    ) -> Result<(), StoreFault> {
        self.directory.store().operate(&[self.kept(officer, kind, secret, expires)]).await.map(drop)
    }

    pub(super) fn kept(&self, officer: OfficerId, kind: &str, secret: String, expires: Option<Instant>) -> Operation {
        Operation::new(
            "insert into credential (node, officer, kind, secret, changed, expires) \
             values ($1, $2, $3, $4, $5, $6) on conflict (node, officer, kind) do update \
             set secret = excluded.secret, changed = excluded.changed, expires = excluded.expires",
            vec![
                self.node(),
                officer.value().into(),
                kind.into(),
                secret.into(),
                self.directory.clock().now().ms().into(),
                expires.map(|until| until.ms()).into(),
            ],
        )
    }

    pub(super) fn without(&self, officer: OfficerId, kind: &str) -> Operation {
        Operation::new(
            "delete from credential where node = $1 and officer = $2 and kind = $3",
            vec![self.node(), officer.value().into(), kind.into()],
        )
    }

    /// The secret of one kind.
    pub(super) async fn secret(&self, officer: OfficerId, kind: &str) -> Result<Option<String>, StoreFault> {
        let rows = self
            .directory
            .store()
            .read(
                "select secret from credential where node = $1 and officer = $2 and kind = $3",
                &[self.node(), officer.value().into(), kind.into()],
            )
            .await?;
        rows.first().map(|row| row.text(0)).transpose()
    }

    async fn code(&self, officer: OfficerId) -> Result<Option<CodeRow>, StoreFault> {
        let secret = self.secret(officer, "code").await?;
        secret
            .map(|secret| {
                serde_json::from_str(&secret)
                    .map_err(|error| StoreFault::Nonsense(format!("credential.secret of {officer}: {error}")))
            })
            .transpose()
    }
}
