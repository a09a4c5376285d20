use proptest::prelude::*;

use super::*;

fn at(hours: i64) -> Instant {
    Instant::from_ms(hours * 3_600_000)
}

fn run(entered: i64) -> Run {
    Run {
        element: "check".to_owned(),
        entered: at(entered),
        offered: Some(at(entered)),
        held: None,
        ended: None,
        again: false,
        measured: None,
    }
}

fn done(entered: i64, held: i64, ended: i64) -> Run {
    Run { held: Some(at(held)), ended: Some((at(ended), How::Completed)), ..run(entered) }
}

const HOUR: i64 = 3_600_000;

#[test]
fn values_are_spread_by_nearest_rank() {
    // What n, mean, median and p95 are to be.
    type Wanted = Option<(u64, i64, i64, i64)>;
    let table: [(&str, Vec<i64>, Wanted); 7] = [
        ("nothing", vec![], None),
        ("one", vec![7], Some((1, 7, 7, 7))),
        ("two: the lower one is the middle", vec![9, 1], Some((2, 5, 1, 9))),
        ("three", vec![3, 1, 2], Some((3, 2, 2, 3))),
        ("twenty: the nineteenth is the 95th of a hundred", (1..=20).collect(), Some((20, 11, 10, 19))),
        ("twenty-one: the twentieth", (1..=21).collect(), Some((21, 11, 11, 20))),
        ("far ones move the mean and not the middle", vec![1, 1, 1, 1, 1000], Some((5, 201, 1, 1000))),
    ];
    for (case, values, wanted) in table {
        let found = Spread::of(values).map(|it| (it.n, it.mean(), it.median, it.p95));
        assert_eq!(found, wanted, "{case}");
    }
    assert_eq!(Spread::of(vec![1, 2]).unwrap().mean_tenths(), 15);
    assert_eq!(Spread::of(vec![i64::MAX, i64::MAX]).unwrap().mean(), i64::MAX, "no sum is too large");
}

#[test]
fn runs_are_counted_once_and_add_up() {
    let measured = |late: Option<i64>| Some(Measured { late_from: late.map(at), used: None });
    let runs = vec![
        done(0, 2, 10),
        Run { ended: Some((at(5), How::Returned)), ..done(1, 2, 3) },
        Run { again: true, measured: measured(Some(30)), ..done(6, 7, 30) },
        Run { measured: measured(Some(50)), ..run(20) },
        Run { measured: measured(None), ..run(21) },
        Run { ended: Some((at(9), How::Terminated)), offered: None, ..run(8) },
    ];
    let now = at(51);
    let all = of(&runs, now);
    let figures = &all["check"];
    assert_eq!(
        (figures.entered, figures.completed, figures.returned, figures.terminated, figures.open),
        (6, 2, 1, 1, 2)
    );
    assert_eq!(figures.again, 1);
    assert_eq!(
        (figures.limited, figures.late),
        (3, 2),
        "the first moment that is too late counts, and so does an open run"
    );
    assert_eq!((figures.late_per_hundred_tenths(), figures.returned_per_hundred_tenths()), (Some(667), Some(167)));
    let took = figures.took.unwrap();
    assert_eq!((took.n, took.median, took.p95), (2, 10 * HOUR, 24 * HOUR), "only what was done has taken its time");
    assert_eq!(figures.waited.unwrap().sum, i128::from(3 * HOUR));
    assert_eq!(figures.worked.unwrap().sum, i128::from(31 * HOUR));
    assert_eq!(of(&runs, at(49))["check"].late, 1, "nobody is late before the time");
}

#[test]
fn without_a_limit_there_is_no_rate_and_units_are_not_mixed() {
    let all = of(&[done(0, 1, 2)], at(9));
    assert_eq!(all["check"].late_per_hundred_tenths(), None);
    assert_eq!(Figures::default().returned_per_hundred_tenths(), None);
    let used = |unit, value| Some(Measured { late_from: None, used: Some((unit, value)) });
    let runs = [
        Run { measured: used(Unit::WorkingDays, 3), ..done(0, 1, 2) },
        Run { measured: used(Unit::Hours, 40), ..done(0, 1, 2) },
        Run { measured: used(Unit::WorkingDays, 9), ..run(0) },
    ];
    let found = &of(&runs, at(9))["check"].used;
    assert_eq!(found[&Unit::WorkingDays], Spread::of(vec![3]).unwrap(), "open runs have used nothing up yet");
    assert_eq!(found[&Unit::Hours], Spread::of(vec![40]).unwrap());
}

#[test]
fn a_run_whose_work_was_not_offered_counts_from_its_entering() {
    let automatic = Run { offered: None, held: None, ..done(3, 0, 5) };
    assert_eq!((automatic.took(), automatic.waited(), automatic.worked()), (Some(2 * HOUR), None, None));
}

fn any_run() -> impl Strategy<Value = Run> {
    let how = prop_oneof![Just(How::Completed), Just(How::Returned), Just(How::Terminated)];
    let times = (0i64..200, 0i64..50, 0i64..50, 0i64..50);
    let limit = proptest::option::of((proptest::option::of(0i64..300), proptest::option::of(0u32..30)));
    (0u8..3, times, proptest::option::of(how), any::<(bool, bool, bool)>(), limit).prop_map(
        |(element, (entered, wait, work, rest), how, (offered, held, again), limit)| Run {
            element: format!("e{element}"),
            entered: at(entered),
            offered: offered.then(|| at(entered + wait)),
            held: held.then(|| at(entered + wait + work)),
            ended: how.map(|how| (at(entered + wait + work + rest), how)),
            again,
            measured: limit.map(|(late, used)| Measured {
                late_from: late.map(at),
                used: used.map(|used| (Unit::WorkingDays, used)),
            }),
        },
    )
}

/// How many values are below or equal.
fn up_to(values: &[i64], value: i64) -> usize {
    values.iter().filter(|other| **other <= value).count()
}

proptest! {
    /// Against what the words say, counted one by one.
    #[test]
    fn figures_are_what_their_definitions_say(runs in proptest::collection::vec(any_run(), 0..60), now in 0i64..400) {
        let all = of(&runs, at(now));
        for element in ["e0", "e1", "e2"] {
            let own: Vec<&Run> = runs.iter().filter(|run| run.element == element).collect();
            let Some(figures) = all.get(element) else { prop_assert!(own.is_empty()); continue };
            let count = |test: &dyn Fn(&Run) -> bool| own.iter().filter(|run| test(run)).count() as u64;
            prop_assert_eq!(figures.entered, own.len() as u64);
            prop_assert_eq!(figures.entered, figures.completed + figures.returned + figures.terminated + figures.open);
            prop_assert_eq!(figures.open, count(&|run| run.ended.is_none()));
            prop_assert_eq!(figures.limited, count(&|run| run.measured.is_some()));
            prop_assert_eq!(figures.late, count(&|run| {
                let until = run.ended.map_or(at(now), |(at, _)| at);
                run.measured.and_then(|measured| measured.late_from).is_some_and(|late| until >= late)
            }));
            prop_assert!(figures.late <= figures.limited);
            let times: Vec<i64> = own
                .iter()
                .filter(|run| matches!(run.ended, Some((_, How::Completed))))
                .map(|run| run.ended.unwrap().0.ms() - run.offered.unwrap_or(run.entered).ms())
                .collect();
            match figures.took {
                None => prop_assert!(times.is_empty()),
                Some(took) => {
                    prop_assert_eq!(took.n as usize, times.len());
                    // The nearest rank is the least value that so many do not exceed.
                    for (percent, value) in [(50, took.median), (95, took.p95)] {
                        let enough = |value: i64| up_to(&times, value) * 100 >= times.len() * percent;
                        prop_assert!(times.contains(&value) && enough(value));
                        prop_assert!(times.iter().all(|other| *other >= value || !enough(*other)));
                    }
                    let (least, most) = (times.iter().min().unwrap(), times.iter().max().unwrap());
                    prop_assert!((*least..=*most).contains(&took.mean()));
                }
            }
            if let (Some(waited), Some(worked)) = (figures.waited, figures.worked) {
                prop_assert!(waited.n <= worked.n && worked.n <= figures.completed);
            }
        }
    }
}
