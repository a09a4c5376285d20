//! Randomness for secrets, from the operating system.

/// The system has no randomness to give; nothing secret can be made without.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the system gave no random bytes")]
pub struct NoRandomness;

pub(crate) fn draw<const N: usize>() -> Result<[u8; N], NoRandomness> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| NoRandomness)?;
    Ok(bytes)
}
