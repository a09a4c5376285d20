//! Who is told what the register came to 通知: whoever is put in another's stead, and whoever's means of signing in change.

use std::collections::BTreeSet;

use access::Authority;
use directory::{Directory, RegisterEvent};
use kernel::officer::Mandate;
use kernel::{Day, NodeId, OfficerId};
use store::{Recorded, StoreFault};
use tell::{Answer, Number, PagePath, Teller, Telling, To, Told};

/// What an act of the register asks to be told.
///
/// - `today`: when it is told; a mandate that is over by then is no news.
/// - `factor`: whether an officer's duties ask for a second factor.
pub fn told(event: &RegisterEvent, today: Day, factor: impl Fn(OfficerId) -> bool) -> Told {
    let mut tellings = Vec::new();
    let mut tell = |officer: OfficerId, text, page| {
        if let Some(page) = PagePath::new(page) {
            tellings.push(Telling { to: To::Person(officer), text, number: Number::none(), page });
        }
    };
    match event {
        RegisterEvent::Mandated { mandates } => {
            for mandate in mandates {
                let text = if ended(mandate, today) {
                    "administration-told-mandate-ended"
                } else {
                    "administration-told-mandate"
                };
                tell(mandate.agent, text, "/delegations");
                tell(mandate.holder, text, "/delegations");
            }
        }
        RegisterEvent::Appointed { appointments } => {
            let officers: BTreeSet<OfficerId> =
                appointments.iter().filter(|it| it.to.is_none_or(|to| to > today)).map(|it| it.officer).collect();
            for officer in officers.into_iter().filter(|officer| factor(*officer)) {
                tell(officer, "administration-told-second-factor", "/account/second-factor");
            }
        }
        RegisterEvent::CredentialGranted { officer, .. }
        | RegisterEvent::CredentialRevoked { officer, .. }
        | RegisterEvent::IdentityBound { officer, .. }
        | RegisterEvent::IdentityUnbound { officer, .. } => {
            tell(*officer, "administration-told-credential", "/account");
        }
        RegisterEvent::SessionsEnded { officer, .. } => tell(*officer, "administration-told-sessions", "/account"),
        RegisterEvent::Founded(_)
        | RegisterEvent::OrgansEntered { .. }
        | RegisterEvent::SuccessionsEntered { .. }
        | RegisterEvent::PostsEntered { .. }
        | RegisterEvent::OfficersEntered { .. } => {}
    }
    // The register is one matter: what was told of it concerns somebody else.
    Told { settles: false, tellings, ..Told::default() }
}

fn ended(mandate: &Mandate, today: Day) -> bool {
    mandate.to <= today
}

/// Tells what the register's acts came to.
pub struct AdministrationTeller {
    directory: Directory,
    authority: Authority,
    second_factor: bool,
}

impl AdministrationTeller {
    /// - `second_factor`: whether duties that ask for a second factor get it at this node.
    pub fn new(directory: Directory, authority: Authority, second_factor: bool) -> AdministrationTeller {
        AdministrationTeller { directory, authority, second_factor }
    }

    async fn of(&self, act: &Recorded) -> Result<Told, StoreFault> {
        let event: RegisterEvent = act.event()?;
        let Some(register) = self.directory.register().await? else { return Ok(Told::default()) };
        let today = self.directory.clock().today();
        let asked = |officer: OfficerId| {
            let duties = register.posts_of(officer, today).into_iter().flat_map(|post| post.duties.iter().cloned());
            self.second_factor && self.authority.policies().asks_second_factor(&duties.collect())
        };
        Ok(told(&event, today, asked))
    }
}

impl Teller for AdministrationTeller {
    fn follows(&self, kind: &str) -> bool {
        matches!(
            kind,
            "directory.mandated@1.0"
                | "directory.appointed@1.0"
                | "directory.credential_granted@1.0"
                | "directory.credential_revoked@1.0"
                | "directory.sessions_ended@1.0"
        )
    }

    fn told<'a>(&'a self, _: NodeId, act: &'a Recorded) -> Answer<'a, Told> {
        Box::pin(self.of(act))
    }
}

#[cfg(test)]
mod tests {
    use kernel::PostId;
    use kernel::officer::{Appointment, MandateKind};

    use super::*;

    #[test]
    fn who_is_concerned_is_told() {
        let today = Day::constant(2026, 11, 18);
        let (one, two) = (OfficerId::new(1), OfficerId::new(2));
        let mandate = |to| Mandate {
            kind: MandateKind::Leave,
            holder: one,
            post: PostId::new(3),
            agent: two,
            duties: Vec::new(),
            from: today.plus(-2),
            to,
        };
        let appointed = |to| RegisterEvent::Appointed {
            appointments: vec![Appointment { officer: one, post: PostId::new(3), from: today, to }],
        };
        let cases = [
            (
                "put in another's stead",
                RegisterEvent::Mandated { mandates: vec![mandate(today.plus(5))] },
                vec![(two, "administration-told-mandate"), (one, "administration-told-mandate")],
            ),
            (
                "ended early",
                RegisterEvent::Mandated { mandates: vec![mandate(today)] },
                vec![(two, "administration-told-mandate-ended"), (one, "administration-told-mandate-ended")],
            ),
            ("a post that asks for a second factor", appointed(None), vec![(one, "administration-told-second-factor")]),
            ("a post given up", appointed(Some(today)), vec![]),
            (
                "another's password",
                RegisterEvent::CredentialGranted { officer: two, means: "password".to_owned() },
                vec![(two, "administration-told-credential")],
            ),
            (
                "taken away",
                RegisterEvent::CredentialRevoked { officer: two, means: "totp".to_owned() },
                vec![(two, "administration-told-credential")],
            ),
            (
                "sessions ended",
                RegisterEvent::SessionsEnded { officer: two, sessions: 3 },
                vec![(two, "administration-told-sessions")],
            ),
            ("organs", RegisterEvent::OrgansEntered { organs: Vec::new() }, vec![]),
        ];
        for (case, event, expected) in cases {
            let told = told(&event, today, |officer| officer == one);
            let got: Vec<_> = told.tellings.iter().map(|it| (it.to, it.text)).collect();
            let expected: Vec<_> = expected.into_iter().map(|(officer, text)| (To::Person(officer), text)).collect();
            assert_eq!(got, expected, "{case}");
            assert!(!told.settles, "{case}");
        }
    }
}
