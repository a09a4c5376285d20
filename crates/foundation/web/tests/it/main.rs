//! Signing in and one's own account, through the door, on both stores.

mod factor;
mod lockout;
mod sessions;
mod support;
