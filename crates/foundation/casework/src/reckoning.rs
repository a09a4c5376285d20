//! Limits of open cases counted again when the working calendar has changed: by an act of each case of which something else comes.
//!
//! By which calendar they were counted last stands in a row of its own. Where that is another one than the node has now, every open
//! case is looked at once; one that is interrupted begins again, and says nothing twice. A limit itself changes with a version of the
//! process alone, and its cases with a move to that version. Source: flow.md §7.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use kernel::calendar::WorkingCalendar;
use kernel::{Day, MatterId};
use sha2::{Digest as _, Sha256};
use store::{Operation, RecordError, StoreFault};

use crate::clockwork::side_by_side;
use crate::desk::{CaseError, Desk};

/// Cases looked at before the next are read.
const BATCH: i64 = 256;
/// Letters of a calendar's digest that people read.
const SHOWN: usize = 8;

/// Counts limits again.
#[derive(Clone, Default)]
pub(crate) struct Reckoning {
    /// Whether this process has looked.
    looked: Arc<AtomicBool>,
}

impl Reckoning {
    /// Counts limits again where the calendar is another one, once in the life of this process; answers how many acts came of it.
    ///
    /// # Errors
    /// If the store fails.
    pub(crate) async fn tick(&self, desk: &Desk) -> Result<u64, StoreFault> {
        if self.looked.load(Ordering::Relaxed) {
            return Ok(0);
        }
        let (store, node) = (desk.directory().store(), desk.node());
        let calendar = digest(desk.calendar());
        let rows = store.read("select calendar from flow_reckoned where node = $1", &[node.into()]).await?;
        let before = rows.first().map(|row| row.text(0)).transpose()?;
        if before.as_deref() == Some(calendar.as_str()) {
            self.looked.store(true, Ordering::Relaxed);
            return Ok(0);
        }
        let short = |digest: &str| digest.chars().take(SHOWN).collect::<String>();
        let was = before.as_deref().map_or_else(|| "–".to_owned(), short);
        let words = format!("工作日历 working calendar {was} → {}", short(&calendar));
        let whole = Arc::new(AtomicBool::new(true));
        let (mut behind, mut done) = (None, 0);
        loop {
            let open = open(desk, behind).await?;
            let Some(last) = open.last() else { break };
            behind = Some(*last);
            let all: BTreeMap<MatterId, ()> = open.into_iter().map(|id| (id, ())).collect();
            let (desk, words, whole) = (desk.clone(), words.clone(), Arc::clone(&whole));
            done += side_by_side(all, move |id, ()| {
                let (desk, words, whole) = (desk.clone(), words.clone(), Arc::clone(&whole));
                async move {
                    match desk.reckon(id, &words).await {
                        Ok(counted) => Ok(u64::from(counted)),
                        Err(CaseError::Fault(fault) | CaseError::Record(RecordError::Fault(fault))) => {
                            whole.store(false, Ordering::Relaxed);
                            Err(fault)
                        }
                        // It ended meanwhile.
                        Err(error) => {
                            tracing::debug!(%error, case = %id, "limits were not counted again");
                            Ok(0)
                        }
                    }
                }
            })
            .await;
        }
        self.looked.store(true, Ordering::Relaxed);
        if whole.load(Ordering::Relaxed) {
            let now = desk.directory().clock().now().ms();
            let sql = "insert into flow_reckoned (node, calendar, reckoned_at) values ($1, $2, $3) \
                       on conflict (node) do update set calendar = excluded.calendar, reckoned_at = excluded.reckoned_at";
            let values = vec![node.into(), calendar.into(), now.into()];
            store.operate(&[Operation::new(sql, values)]).await?;
        }
        Ok(done)
    }
}

/// Cases that are not over, by their ids, behind one of them.
async fn open(desk: &Desk, behind: Option<MatterId>) -> Result<Vec<MatterId>, StoreFault> {
    let sql =
        "select matter from flow_case where node = $1 and ended_at is null and matter > $2 order by matter limit $3";
    let behind = behind.map_or(0, |id| id.value());
    let values = [desk.node().into(), behind.into(), BATCH.into()];
    let rows = desk.directory().store().read(sql, &values).await?;
    rows.iter().map(|row| Ok(MatterId::new(row.id(0)?))).collect()
}

/// Which days people work, in hexadecimal: the same for the same days, however the calendar is written.
fn digest(calendar: &WorkingCalendar) -> String {
    let mut hash = Sha256::new();
    for year in calendar.years() {
        hash.update(year.to_be_bytes());
        let mut day = Day::new(year, 1, 1).ok();
        while let Some(of) = day.filter(|day| day.year() == year) {
            hash.update([u8::from(calendar.is_working(of) == Ok(true))]);
            day = of.checked_add(1);
        }
    }
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use kernel::packs::Packs;

    use super::*;

    #[test]
    fn a_digest_changes_with_a_day_and_not_with_the_writing() {
        let read = |more: &str| {
            let pack = Packs::embedded().get("cn/calendars/2026.toml").unwrap().to_owned();
            let packs = Packs::embedded().with("cn/calendars/2026.toml", format!("{pack}{more}"));
            digest(&WorkingCalendar::from_packs(&packs).unwrap())
        };
        let own = read("");
        assert_eq!(read("\n# a remark\n"), own);
        assert_ne!(read("\n[[holiday]]\nzh = \"临时\"\nen = \"extra\"\nrest = [\"2026-11-18\"]\n"), own);
        assert_eq!(own.len(), 64);
    }
}
