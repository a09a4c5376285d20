//! Limits of open cases counted again when the working calendar has changed.

use std::sync::Arc;

use casework::{Clockwork, Desk, Library};
use dmn::Value;
use kernel::calendar::WorkingCalendar;
use kernel::packs::Packs;
use testkit::office::node;

use crate::moving::replays_alike;
use crate::support::{both, by, licence};

#[tokio::test(flavor = "multi_thread")]
async fn another_calendar_moves_limits_once_by_acts_that_say_why() {
    for office in both().await {
        office.deploy("行政许可", licence()).await;
        let open =
            async |file: &str| office.open("licence", &[("file", Value::text(file)), ("area", Value::whole(1))]).await;
        let (first, stopped, over) = (open("1").await, open("2").await, open("3").await);
        let cause = kernel::Erasable::erased;
        let suspend =
            flow::Command::Suspend { by: Some(crate::support::officer("head")), cause: cause(), voucher: "V".into() };
        office.desk.act(by("head"), stopped, &[suspend.into()]).await.unwrap();
        office.desk.act(by("head"), over, &[flow::Command::Cancel.into()]).await.unwrap();
        let due = async || {
            let sql = "select due from timer where node = $1 and name like 'clock:%' order by matter, name";
            let rows = office.store.read(sql, &[node().number().into()]).await.unwrap();
            rows.iter().map(|row| row.int(0).unwrap()).collect::<Vec<_>>()
        };
        let before = due().await;
        // The same calendar, looked at for the first time, says nothing.
        let size = office.store.log_size(node().number()).await.unwrap();
        office.settle().await;
        assert_eq!(office.store.log_size(node().number()).await.unwrap(), size, "{}", office.name);
        // A holiday that nobody knew of, and the node begins anew.
        let pack = Packs::embedded().get("cn/calendars/2026.toml").unwrap().to_owned();
        let more = "\n[[holiday]]\nzh = \"临时\"\nen = \"extra\"\nrest = [\"2026-11-17\"]\n";
        let packs = Packs::embedded().with("cn/calendars/2026.toml", format!("{pack}{more}"));
        let calendar = Arc::new(WorkingCalendar::from_packs(&packs).unwrap());
        let library = Library::new(office.store.clone(), node().number());
        let desk = Desk::new(office.desk.directory().clone(), library, calendar);
        let anew = || Clockwork::new(desk.clone(), Vec::new());
        assert_eq!(anew().tick().await.unwrap(), 2, "{}: what is open, and what stands still", office.name);
        let after = due().await;
        assert_eq!(before.len(), after.len(), "{}: none is stale", office.name);
        assert!(before.iter().zip(&after).all(|(before, after)| before <= after) && before != after, "{}", office.name);
        let acts = office.store.acts_of(node().number(), first.value()).await.unwrap();
        let casework::case::CaseEvent::Stepped { did, said, .. } = acts.last().unwrap().event().unwrap() else {
            panic!()
        };
        assert_eq!((did.as_str(), said), ("reproject_clocks", true), "{}: why is said", office.name);
        assert_eq!(anew().tick().await.unwrap(), 0, "{}: once", office.name);
        replays_alike(&office).await;
        office.store.close().await;
    }
}
