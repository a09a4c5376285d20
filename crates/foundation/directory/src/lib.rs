//! Who is who: organs 机关, posts 岗位, officers and appointments, kept by acts; sign-in and sessions, kept operationally.
//!
//! The register is one matter per node. It is read whole into a [`Register`], which answers every question about organs
//! and posts from memory; a changed register is noticed by the version of its head.

mod act;
mod events;
pub mod mandate;
mod register;
mod sign_in;
mod tables;

pub use act::{civil_day, draft, new_act, signed, stamp};
pub use events::{Founded, RegisterEvent};
pub use register::{Directory, Entering, Register};
pub use sign_in::{
    Back, BindError, ByProviderRefusal, CredentialState, Entered, FactorState, FirstStep, IdentitySeen, Oidc,
    OwnRefusal, PasskeySeen, RedeemRefusal, SecondStepRefusal, SessionSeen, SignIn, SignInRefusal, SignedIn, Whence,
    sign_in_key,
};
pub use tables::{REGISTER, SCHEMA, changes, projector};
