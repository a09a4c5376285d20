//! What "durable" means here, asked of the store itself.

use crate::Store;
use crate::fault::StoreFault;
use crate::value::Value;

/// How the store keeps what it has answered.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Durability {
    fine: bool,
    words: String,
}

impl Durability {
    /// Whether an answered act survives the loss of power.
    pub fn is_ok(&self) -> bool {
        self.fine
    }
}

impl std::fmt::Display for Durability {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.words)
    }
}

impl Store {
    /// Asks the database for its settings: `synchronous=FULL`, or `fsync` and `synchronous_commit` on.
    ///
    /// # Errors
    /// If it cannot be asked.
    pub async fn durability(&self) -> Result<Durability, StoreFault> {
        if !self.db().is_postgres() {
            // Set on every connection when it is opened; the journal's mode is the file's own.
            let mode = self.read("select journal_mode from pragma_journal_mode", &[]).await?;
            let mode = mode.first().map(|row| row.text(0)).transpose()?.unwrap_or_default();
            return Ok(Durability {
                fine: mode == "wal",
                words: format!("SQLite journal_mode={mode} synchronous=full"),
            });
        }
        let mut words = Vec::new();
        let mut fine = true;
        for setting in ["fsync", "synchronous_commit", "full_page_writes"] {
            let rows = self.read("select current_setting($1)", &[Value::from(setting)]).await?;
            let value = rows.first().map(|row| row.text(0)).transpose()?.unwrap_or_default();
            fine &= value == "on" || value == "remote_apply";
            words.push(format!("{setting}={value}"));
        }
        Ok(Durability { fine, words: format!("PostgreSQL {}", words.join(" ")) })
    }

    /// The version of the database, as it says it: `17.2`, `3.50.4`.
    ///
    /// # Errors
    /// If it cannot be asked.
    pub async fn server_version(&self) -> Result<String, StoreFault> {
        let sql = if self.db().is_postgres() {
            "select current_setting('server_version')"
        } else {
            "select sqlite_version()"
        };
        let rows = self.read(sql, &[]).await?;
        Ok(rows.first().map(|row| row.text(0)).transpose()?.unwrap_or_default())
    }
}
