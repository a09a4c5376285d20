//! What counts once: a passkey's answer, a provider's. Told in the store, so that it counts once whichever process of the
//! node it comes to.

use kernel::Instant;
use sha2::{Digest as _, Sha256};
use store::{Operation, StoreFault};

use super::SignIn;

impl SignIn {
    /// Whether this is the first time that this sealed text comes back.
    ///
    /// - `until`: when it would be too late anyhow; its row is kept until then.
    pub(super) async fn take_once(&self, sealed: &str, until: Instant, now: Instant) -> Result<bool, StoreFault> {
        let mark: String = Sha256::digest(sealed)[..16].iter().map(|byte| format!("{byte:02x}")).collect();
        let late = "delete from taken where node = $1 and until <= $2";
        let first = "insert into taken (node, mark, until) values ($1, $2, $3) on conflict (node, mark) do nothing";
        let operations = [
            Operation::new(late, vec![self.node(), now.ms().into()]),
            Operation::new(first, vec![self.node(), mark.into(), until.ms().into()]).expecting(1),
        ];
        self.directory.store().operate(&operations).await
    }
}
