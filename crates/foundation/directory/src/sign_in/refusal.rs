//! Why somebody is not signed in, and why a secret is not taken or changed.

use access::code::CodeRefusal;
use access::oidc::OidcRefusal;
use access::password::WeakPassword;
use kernel::{Param, Refuse};
use store::StoreFault;

/// What a wrong attempt, or one before its time, comes to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Counted {
    Wrong { tries_left: u32 },
    Wait { seconds: i64 },
}

impl From<Counted> for SignInRefusal {
    fn from(counted: Counted) -> SignInRefusal {
        match counted {
            Counted::Wrong { tries_left } => SignInRefusal::Wrong { tries_left },
            Counted::Wait { seconds } => SignInRefusal::Wait { seconds },
        }
    }
}

impl From<Counted> for RedeemRefusal {
    fn from(counted: Counted) -> RedeemRefusal {
        RedeemRefusal::SignIn(counted.into())
    }
}

impl From<Counted> for OwnRefusal {
    fn from(counted: Counted) -> OwnRefusal {
        match counted {
            Counted::Wrong { tries_left } => OwnRefusal::Wrong { tries_left },
            Counted::Wait { seconds } => OwnRefusal::Wait { seconds },
        }
    }
}

impl From<Counted> for SecondStepRefusal {
    fn from(counted: Counted) -> SecondStepRefusal {
        match counted {
            Counted::Wrong { tries_left } => SecondStepRefusal::Wrong { tries_left },
            Counted::Wait { seconds } => SecondStepRefusal::Wait { seconds },
        }
    }
}

/// Why somebody is not signed in.
#[derive(Debug, thiserror::Error)]
pub enum SignInRefusal {
    /// Name or password is wrong; which of them is not told.
    #[error("name or password is wrong, {tries_left} tries left")]
    Wrong {
        /// Tries left before a wait.
        tries_left: u32,
    },
    /// Too many wrong attempts.
    #[error("too many wrong attempts: wait {seconds} s")]
    Wait {
        /// Seconds to wait.
        seconds: i64,
    },
    /// The officer holds no post today.
    #[error("no post is held today")]
    NoPost,
    /// The store failed, or randomness did.
    #[error(transparent)]
    Fault(#[from] StoreFault),
}

impl Refuse for SignInRefusal {
    fn code(&self) -> &'static str {
        match self {
            SignInRefusal::Wrong { .. } => "sign_in.wrong",
            SignInRefusal::Wait { .. } => "sign_in.wait",
            SignInRefusal::NoPost => "sign_in.no_post",
            SignInRefusal::Fault(_) => "sign_in.fault",
        }
    }

    fn params(&self) -> Vec<(&'static str, Param)> {
        match self {
            SignInRefusal::Wrong { tries_left } => vec![("tries", (*tries_left).into())],
            SignInRefusal::Wait { seconds } => vec![("seconds", (*seconds).into())],
            SignInRefusal::NoPost | SignInRefusal::Fault(_) => Vec::new(),
        }
    }
}

/// Why a one-time code sets no password.
#[derive(Debug, thiserror::Error)]
pub enum RedeemRefusal {
    /// As at a sign-in: the name, too many attempts.
    #[error(transparent)]
    SignIn(#[from] SignInRefusal),
    /// The code is used or expired.
    #[error(transparent)]
    Code(#[from] CodeRefusal),
    /// The new password is too weak.
    #[error(transparent)]
    Weak(#[from] WeakPassword),
}

impl From<StoreFault> for RedeemRefusal {
    fn from(fault: StoreFault) -> RedeemRefusal {
        RedeemRefusal::SignIn(SignInRefusal::Fault(fault))
    }
}

impl Refuse for RedeemRefusal {
    fn code(&self) -> &'static str {
        match self {
            RedeemRefusal::SignIn(refusal) => refusal.code(),
            RedeemRefusal::Code(refusal) => refusal.code(),
            RedeemRefusal::Weak(refusal) => refusal.code(),
        }
    }

    fn params(&self) -> Vec<(&'static str, Param)> {
        match self {
            RedeemRefusal::SignIn(refusal) => refusal.params(),
            RedeemRefusal::Code(refusal) => refusal.params(),
            RedeemRefusal::Weak(refusal) => refusal.params(),
        }
    }
}

/// Why somebody is not signed in yet after the right password.
#[derive(Debug, thiserror::Error)]
pub enum SecondStepRefusal {
    /// The code is wrong.
    #[error("the code is wrong, {tries_left} tries left")]
    Wrong {
        /// Tries left before a wait.
        tries_left: u32,
    },
    /// Too many wrong attempts.
    #[error("too many wrong attempts: wait {seconds} s")]
    Wait {
        /// Seconds to wait.
        seconds: i64,
    },
    /// The code was right and has been used.
    #[error("that code has been used: wait for the next")]
    Used,
    /// A passkey's answer does not hold, comes too late or twice, or its key is no officer's.
    #[error("the passkey's answer could not be taken")]
    PasskeyNotTaken,
    /// The password was given too long ago, or in another browser.
    #[error("begin with the password again")]
    Late,
    /// As at a sign-in.
    #[error("no post is held today")]
    NoPost,
    /// The store failed, or randomness did.
    #[error(transparent)]
    Fault(#[from] StoreFault),
}

impl Refuse for SecondStepRefusal {
    fn code(&self) -> &'static str {
        match self {
            SecondStepRefusal::Wrong { .. } => "sign_in.second_wrong",
            SecondStepRefusal::Wait { .. } => "sign_in.second_wait",
            SecondStepRefusal::Used => "totp.used",
            SecondStepRefusal::PasskeyNotTaken => "passkey.not_taken",
            SecondStepRefusal::Late => "sign_in.second_late",
            SecondStepRefusal::NoPost => "sign_in.no_post",
            SecondStepRefusal::Fault(_) => "sign_in.fault",
        }
    }

    fn params(&self) -> Vec<(&'static str, Param)> {
        match self {
            SecondStepRefusal::Wrong { tries_left } => vec![("tries", (*tries_left).into())],
            SecondStepRefusal::Wait { seconds } => vec![("seconds", (*seconds).into())],
            SecondStepRefusal::Used
            | SecondStepRefusal::PasskeyNotTaken
            | SecondStepRefusal::Late
            | SecondStepRefusal::NoPost
            | SecondStepRefusal::Fault(_) => Vec::new(),
        }
    }
}

/// Why nobody is signed in by another system.
#[derive(Debug, thiserror::Error)]
pub enum ByProviderRefusal {
    /// The provider's answer does not hold, or there is none.
    #[error(transparent)]
    Oidc(#[from] OidcRefusal),
    /// No officer is tied to that identity, or it cannot be told which.
    #[error("nobody here is tied to that identity")]
    Unknown,
    /// Too many answers from there that did not hold.
    #[error("too many wrong attempts: wait {seconds} s")]
    Wait {
        /// Seconds to wait.
        seconds: i64,
    },
    /// As at a sign-in.
    #[error("no post is held today")]
    NoPost,
    /// The store failed, or randomness did.
    #[error(transparent)]
    Fault(#[from] StoreFault),
}

impl Refuse for ByProviderRefusal {
    fn code(&self) -> &'static str {
        match self {
            ByProviderRefusal::Oidc(refusal) => refusal.code(),
            ByProviderRefusal::Unknown => "oidc.unknown",
            ByProviderRefusal::Wait { .. } => "sign_in.wait",
            ByProviderRefusal::NoPost => "sign_in.no_post",
            ByProviderRefusal::Fault(_) => "sign_in.fault",
        }
    }

    fn params(&self) -> Vec<(&'static str, Param)> {
        match self {
            ByProviderRefusal::Oidc(refusal) => refusal.params(),
            ByProviderRefusal::Wait { seconds } => vec![("seconds", (*seconds).into())],
            ByProviderRefusal::Unknown | ByProviderRefusal::NoPost | ByProviderRefusal::Fault(_) => Vec::new(),
        }
    }
}

/// Why one's own secret stays as it is: a password, a second factor.
#[derive(Debug, thiserror::Error)]
pub enum OwnRefusal {
    /// The present password, or the code, is another.
    #[error("that is wrong, {tries_left} tries left")]
    Wrong {
        /// Tries left before a wait.
        tries_left: u32,
    },
    /// Too many wrong attempts.
    #[error("too many wrong attempts: wait {seconds} s")]
    Wait {
        /// Seconds to wait.
        seconds: i64,
    },
    /// The new password is the present one.
    #[error("the new password is the present one")]
    SamePassword,
    /// The new password is too weak.
    #[error(transparent)]
    Weak(#[from] WeakPassword),
    /// A second factor is there, or was begun too long ago, or is not there.
    #[error("there is no second factor to be confirmed or taken away")]
    NoFactor,
    /// The code has been used.
    #[error("that code has been used: wait for the next")]
    UsedCode,
    /// The node has no host name to which passkeys could be bound.
    #[error("this node has no host name for passkeys")]
    NoPasskeys,
    /// An officer has so many already.
    #[error("there are {most} passkeys already")]
    TooManyPasskeys {
        /// The most there may be.
        most: usize,
    },
    /// A passkey's answer does not hold, or comes too late or twice.
    #[error("the passkey's answer could not be taken")]
    PasskeyNotTaken,
    /// The officer is tied to an identity already.
    #[error("an identity is bound already")]
    IdentityBound,
    /// Another officer is tied to that identity.
    #[error("that identity is another officer's")]
    IdentityTaken,
    /// What was written is no subject, or nothing is configured to have subjects.
    #[error("that is no identity")]
    NoIdentity,
    /// The provider cannot be asked, or its answer does not hold.
    #[error(transparent)]
    Oidc(#[from] OidcRefusal),
    /// The store failed, or randomness did.
    #[error(transparent)]
    Fault(#[from] StoreFault),
}

impl Refuse for OwnRefusal {
    fn code(&self) -> &'static str {
        match self {
            OwnRefusal::Wrong { .. } => "account.wrong",
            OwnRefusal::Wait { .. } => "account.wait",
            OwnRefusal::SamePassword => "account.same_password",
            OwnRefusal::Weak(refusal) => refusal.code(),
            OwnRefusal::NoFactor => "account.no_factor",
            OwnRefusal::UsedCode => "totp.used",
            OwnRefusal::NoPasskeys => "passkey.nowhere",
            OwnRefusal::TooManyPasskeys { .. } => "passkey.too_many",
            OwnRefusal::PasskeyNotTaken => "passkey.not_taken",
            OwnRefusal::IdentityBound => "oidc.bound",
            OwnRefusal::IdentityTaken => "oidc.taken",
            OwnRefusal::NoIdentity => "oidc.no_identity",
            OwnRefusal::Oidc(refusal) => refusal.code(),
            OwnRefusal::Fault(_) => "account.fault",
        }
    }

    fn params(&self) -> Vec<(&'static str, Param)> {
        match self {
            OwnRefusal::Wrong { tries_left } => vec![("tries", (*tries_left).into())],
            OwnRefusal::Wait { seconds } => vec![("seconds", (*seconds).into())],
            OwnRefusal::Weak(refusal) => refusal.params(),
            OwnRefusal::TooManyPasskeys { most } => vec![("most", (*most).into())],
            OwnRefusal::SamePassword
            | OwnRefusal::NoFactor
            | OwnRefusal::UsedCode
            | OwnRefusal::NoPasskeys
            | OwnRefusal::PasskeyNotTaken
            | OwnRefusal::IdentityBound
            | OwnRefusal::IdentityTaken
            | OwnRefusal::NoIdentity
            | OwnRefusal::Oidc(_)
            | OwnRefusal::Fault(_) => Vec::new(),
        }
    }
}
