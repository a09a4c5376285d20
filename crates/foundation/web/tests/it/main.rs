//! Signing in and one's own account, through the door, on both stores.

mod authenticator;
mod factor;
mod lockout;
mod passkey;
mod provider;
mod sessions;
mod support;
