//! Leases: of several processes on one node, one does what need not be done twice. A lease saves work and guards
//! nothing; what must not happen twice is refused by the tables themselves. Source: ledger.md §3.

use crate::Store;
use crate::fault::StoreFault;

/// For how long a lease holds without being renewed, in milliseconds. Whoever waits takes over within it.
pub const LEASE_MS: i64 = 3_000;

impl Store {
    /// Takes or renews a lease; tells whether it is held. The time is the database's: the processes' clocks may differ.
    ///
    /// - `role`: what is done once, such as `publish`.
    /// - `holder`: the process, a name drawn at its start.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn lease(&self, node: i64, role: &str, holder: &str) -> Result<bool, StoreFault> {
        let now = if self.db().is_postgres() {
            "(extract(epoch from clock_timestamp()) * 1000)::bigint"
        } else {
            "cast(unixepoch('subsec') * 1000 as integer)"
        };
        let sql = format!(
            "insert into lease (node, role, holder, fence, until) values ($1, $2, $3, 1, {now} + $4) \
             on conflict (node, role) do update set holder = excluded.holder, until = excluded.until, \
             fence = lease.fence + case when lease.holder = excluded.holder then 0 else 1 end \
             where lease.holder = excluded.holder or lease.until < {now}"
        );
        let mut tx = self.db().begin().await?;
        let taken = tx.run(&sql, &[node.into(), role.into(), holder.into(), LEASE_MS.into()]).await?;
        tx.commit().await?;
        Ok(taken == 1)
    }

    /// Gives a lease back at once, at a clean end.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn release(&self, node: i64, role: &str, holder: &str) -> Result<(), StoreFault> {
        let give = crate::Operation::new(
            "delete from lease where node = $1 and role = $2 and holder = $3",
            vec![node.into(), role.into(), holder.into()],
        );
        self.operate(&[give]).await.map(drop)
    }
}
