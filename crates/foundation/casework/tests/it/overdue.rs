//! Limits of open cases as rows: what is overdue comes first in lists, and is counted among the tasks of whoever may do them.

use access::{Facts, Reader};
use casework::case::list::{self, Filter, Mine, Order, Reach, Waiting};
use casework::desk::Wish;
use dmn::Value;
use flow::Command;
use kernel::clock::Deadline;
use kernel::limit::Cause;
use kernel::{Clock as _, Instant, MatterId};
use testkit::office::node;

use crate::support::{Office, both, by, licence, officer, post};

const DAY_MS: i64 = 24 * 3_600_000;

async fn by_due(office: &Office, order: Order) -> Vec<MatterId> {
    let filter = Filter { going_on: Some(true), order, ..Filter::default() };
    let all = list::cases(&office.store, &Reach::of_machine(node()), &filter, (0, 50)).await.unwrap();
    all.into_iter().map(|case| case.id).collect()
}

/// When the nearest limit of a case is over, by its clocks.
async fn nearest(office: &Office, id: MatterId) -> Option<Instant> {
    let case = office.case(id).await;
    let ends = |deadline| match deadline {
        Deadline::At { ends, .. } => Some(ends),
        Deadline::Waiting { .. } => None,
    };
    let dues = case.state.clocks.values().filter_map(|clock| clock.of.due(office.desk.calendar()).ok());
    dues.flat_map(|due| [ends(due.statutory), due.promised.and_then(ends)]).flatten().min()
}

async fn row_of(office: &Office, id: MatterId) -> Option<i64> {
    let sql = "select min(due) from flow_clock where node = $1 and matter = $2";
    office.store.read(sql, &[node().number().into(), id.value().into()]).await.unwrap()[0].opt_int(0).unwrap()
}

async fn waiting(office: &Office, login: &str) -> Waiting {
    let register = office.desk.directory().register().await.unwrap().unwrap();
    let (now, today) = (office.clock.now(), office.today());
    let posts: Vec<_> = register.posts().cloned().collect();
    let reader = Reader::new(&Facts {
        node: node(),
        officer: officer(login),
        post: post(login),
        posts: &posts,
        appointments: register.appointments(),
        mandates: &[],
        organs: &register.organs(today),
        today,
    });
    let reader = reader.unwrap();
    let mine = Mine::of(&reader, &register, today);
    list::waiting(&office.store, &mine, (now, office.clock.zone().end_of(today))).await.unwrap()
}

async fn rebuilt_alike(office: &Office) {
    let projector = casework::projector();
    let rebuilt = office.store.rebuild(node().number(), &[&projector], false, |_| {}).await.unwrap();
    assert!(rebuilt.differences.iter().all(|it| !it.table.starts_with("flow_")), "{:?}", rebuilt.differences);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_overdue_comes_first_and_is_counted_among_the_tasks() {
    for office in both().await {
        office.deploy("行政许可", licence()).await;
        let open = async |file: &str| {
            office.open("licence", &[("file", Value::text(file)), ("area", Value::whole(250))]).await
        };
        let first = open("1").await;
        assert_eq!(row_of(&office, first).await, nearest(&office, first).await.map(|due| due.ms()), "{}", office.name);
        let due = nearest(&office, first).await.unwrap();
        assert_eq!(waiting(&office, "clara").await, Waiting { all: 1, ..Waiting::default() }, "{}", office.name);
        // The last day of the nearest limit.
        office.clock.advance_ms(due.ms() - office.clock.now().ms() - 3_600_000);
        office.settle().await;
        assert_eq!(
            waiting(&office, "clara").await,
            Waiting { today: 1, all: 1, ..Waiting::default() },
            "{}",
            office.name
        );
        office.clock.advance_ms(3_600_000);
        office.settle().await;
        let second = open("2").await;
        assert_eq!(
            waiting(&office, "clara").await,
            Waiting { late: 1, all: 2, ..Waiting::default() },
            "{}",
            office.name
        );
        assert_eq!(
            by_due(&office, Order::DueFirst).await,
            [first, second],
            "{}: also once its timer is gone",
            office.name
        );
        assert_eq!(by_due(&office, Order::DueLast).await, [second, first], "{}", office.name);
        office.clock.advance_ms(DAY_MS);
        office.settle().await;
        let third = open("3").await;
        assert_eq!(by_due(&office, Order::DueFirst).await, [first, second, third], "{}", office.name);
        let claim =
            Command::Claim { task: crate::http::task_of(&office, first).await, by: (officer("clara"), post("clara")) };
        office.desk.act(by("clara"), first, &[Wish::from(claim)]).await.unwrap();
        assert_eq!(
            waiting(&office, "clara").await,
            Waiting { late: 1, all: 3, ..Waiting::default() },
            "{}: in hand",
            office.name
        );
        assert_eq!(waiting(&office, "carl").await, Waiting { all: 2, ..Waiting::default() }, "{}", office.name);
        assert_eq!(waiting(&office, "steward").await, Waiting::default(), "{}: not theirs", office.name);

        // What stands still has no limit that ends, and one that goes on has it again.
        let clocks: Vec<u64> = office.case(third).await.state.clocks.keys().copied().collect();
        let stop = |clock| {
            Wish::from(Command::SuspendClock {
                clock,
                cause: Cause::ExpertReview,
                voucher: "V-1".to_owned(),
                by: officer("head"),
            })
        };
        let stops: Vec<Wish> = clocks.iter().copied().map(stop).collect();
        office.desk.act(by("head"), third, &stops).await.unwrap();
        assert_eq!(row_of(&office, third).await, None, "{}", office.name);
        assert_eq!(by_due(&office, Order::DueFirst).await, [first, second, third], "{}", office.name);
        assert_eq!(by_due(&office, Order::DueLast).await, [second, first, third], "{}: last all the same", office.name);
        office.clock.advance_ms(2 * DAY_MS);
        let goes = |clock| Wish::from(Command::ResumeClock { clock, by: officer("head") });
        let goes: Vec<Wish> = clocks.iter().copied().map(goes).collect();
        office.desk.act(by("head"), third, &goes).await.unwrap();
        assert_eq!(row_of(&office, third).await, nearest(&office, third).await.map(|due| due.ms()), "{}", office.name);
        rebuilt_alike(&office).await;
        for id in [first, second, third] {
            office.desk.act(by("head"), id, &[Wish::from(Command::Cancel)]).await.unwrap();
        }
        assert_eq!(office.rows("flow_clock").await, 0, "{}: what is over has no clock", office.name);
        rebuilt_alike(&office).await;
        office.store.close().await;
    }
}
