//! Real procurement files: every run reconciles, and parts merged in any order agree. Prints counts only.

use std::fs::File;
use std::io::BufReader;
use std::path::{Path, PathBuf};

use ocds::read::{Limits, Reader};
use outside_data::{ends, files, folder};
use redflags_rules::moment::Moment;
use redflags_rules::{Judged, Plan, Screen, Settings};

fn is_published(path: &Path) -> bool {
    ["json", "jsonl", "gz"].iter().any(|end| ends(path, end))
}

fn plan() -> Plan {
    let settings = Settings::cn().expect("the embedded pack reads");
    Plan::new(settings, None, Moment(1_750_000_000))
}

fn screen(paths: &[PathBuf], into: &mut Screen, raised: &mut Vec<Judged>) {
    for path in paths {
        let Ok(file) = File::open(path) else { continue };
        for item in Reader::new(BufReader::new(file), Limits::default()) {
            let Ok(item) = item else { continue };
            let Ok(parsed) = item.parse() else { continue };
            into.observe(&parsed.release, &mut |judged| raised.push(judged));
        }
    }
}

#[test]
fn every_published_set_is_judged_and_reconciles() {
    let Some(folder) = folder("ocds") else { return };
    let Ok(sets) = std::fs::read_dir(folder) else { return };
    let mut ran = 0;
    for set in sets.flatten().map(|entry| entry.path()).filter(|path| path.is_dir()) {
        let paths = files(&set, is_published);
        let mut run = Screen::new(plan());
        let mut raised = Vec::new();
        screen(&paths, &mut run, &mut raised);
        if run.processes() == 0 {
            continue;
        }
        let finished = run.finish(&mut |judged| raised.push(judged));
        finished.report.reconcile().expect("subjects × indicators = the sum of the four");
        assert_eq!(finished.report.indicators.len(), 127);
        let [subjects, found, clear, insufficient, inapplicable] = finished.report.totals();
        assert_eq!(found as usize, raised.len(), "every raised outcome was told");
        println!(
            "{}: {} processes, {subjects} subjects × indicators = {found} raised + {clear} not raised + {insufficient} insufficient + {inapplicable} not applicable",
            set.file_name().unwrap_or_default().to_string_lossy(),
            finished.report.processes,
        );
        ran += 1;
    }
    println!("{ran} sets ran and reconciled");
}

#[test]
fn parts_merged_in_any_order_agree_with_the_whole() {
    let Some(folder) = folder("ocds") else { return };
    let paths = files(&folder, is_published);
    let result = |order: &[usize], stored: bool| {
        let mut raised = Vec::new();
        let mut whole: Option<Screen> = None;
        for &third in order {
            let part: Vec<PathBuf> = paths.iter().skip(third).step_by(3).cloned().collect();
            let mut screen_part = Screen::new(plan());
            screen(&part, &mut screen_part, &mut raised);
            if stored {
                let bytes = screen_part.to_partial().expect("a part is written");
                screen_part = Screen::from_partial(plan(), &bytes).expect("a part reads back");
            }
            match &mut whole {
                None => whole = Some(screen_part),
                Some(whole) => whole.merge(screen_part).expect("parts of one run merge"),
            }
        }
        let finished = whole.expect("three parts").finish(&mut |judged| raised.push(judged));
        let mut keys: Vec<String> = raised
            .iter()
            .map(|judged| format!("{} {} {:?}", judged.indicator.code, judged.subject, judged.outcome))
            .collect();
        keys.sort();
        (finished.report, keys, finished.snapshot)
    };
    let one = result(&[0, 1, 2], false);
    let other = result(&[2, 0, 1], true);
    assert_eq!(one.0, other.0);
    assert_eq!(one.1.len(), other.1.len());
    for (a, b) in one.1.iter().zip(&other.1) {
        assert_eq!(a, b);
    }
    let id = |snapshot| redflags_rules::reference::Reference::new(snapshot).id().to_owned();
    assert_eq!(one.2.map(id), other.2.map(id));
}
