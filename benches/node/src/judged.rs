//! How soon a new and a changed process are judged after their import, while the node holds all the others.

use std::sync::Arc;
use std::time::{Duration, Instant};

use directory::Directory;
use kernel::calendar::WorkingCalendar;
use kernel::day::{SystemClock, Zone};
use kernel::packs::Packs;
use kernel::{Clock, NodeId};
use redflags::import::{By, Importer, Input};
use redflags::rule::RedflagRule;
use redflags::screening::QueuePolicy;
use redflags_rules::settings::Settings;
use store::{Blobs, Store};
use supervise::Watch;
use supervision::limits::Limits;

use crate::child::SOURCE;
use crate::{Bench, Outcome, SCHEMAS, corpus};

/// Imports of one new and one changed process each.
const RUNS: u32 = 20;

pub async fn bench(bench: &Bench) -> Outcome<()> {
    let data = bench.data();
    let store = Store::open(&bench.location(), Blobs::new(data.join("blobs")), SCHEMAS).await?;
    let node = node_of(&std::fs::read_to_string(data.join("node.toml"))?)?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock { zone: Zone::CHINA });
    let settings = Arc::new(Settings::cn()?);
    // Whatever is raised goes to the queue: the way to the warning is to be measured, not the score.
    let policy = QueuePolicy { least: 1, most: usize::MAX };
    let importer = Importer::new(store.clone(), node, Arc::clone(&clock), settings).with_policy(policy);
    let directory = Directory::new(store.clone(), node, clock);
    let calendar = Arc::new(WorkingCalendar::from_packs(&Packs::embedded())?);
    let book = supervision::Book::new(directory.clone(), calendar, Arc::new(Limits::default()));
    let watch = Watch::new(store.clone(), node, vec![RedflagRule::new(directory)], Arc::new(book));
    watch.catch_up().await?;
    let source = Importer::source_matter(SOURCE);
    let held = count(&store, node).await?;
    let by = By::system("bench");
    let marker = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH)?.as_secs();
    let (mut filed, mut warned, mut first) = (Vec::new(), Vec::new(), None);
    let (mut raised, mut queued) = (0, 0);
    for run in 0..=RUNS {
        let path = bench.folder.join("arriving.jsonl");
        let mut text = corpus::one_small(&format!("ocds-new{marker:010}-{run}"), u64::from(run))?;
        // One that is there, with other contents; the ids of the filled ones are numbered.
        text.extend(corpus::one_small(&corpus::id_of_small(run), marker + u64::from(run))?);
        std::fs::write(&path, text)?;
        let begun = Instant::now();
        let imported = importer.import(source, Input::Ocds { path, name: "arriving".to_owned() }, &by, |_| {}).await?;
        let at_standing = begun.elapsed();
        watch.catch_up().await?;
        let at_warning = begun.elapsed();
        let prompt = imported.prompt.ok_or("nothing was judged: the source has no run with a reference")?;
        raised += prompt.totals.raised;
        queued += prompt.queued;
        // The first reads the reference as well.
        if run == 0 {
            first = Some((at_standing, at_warning));
        } else {
            filed.push(at_standing);
            warned.push(at_warning);
        }
    }
    store.close().await;
    if let Some((at_standing, at_warning)) = first {
        println!("judged: the first, which reads the reference: filed {}, warning {}", ms(at_standing), ms(at_warning));
    }
    for (what, times) in [("filed standing", &mut filed), ("warning", &mut warned)] {
        times.sort_unstable();
        println!(
            "judged: node of {held} processes, one new and one changed, import to {what}: median {}, max {} of {RUNS}",
            ms(times[times.len() / 2]),
            ms(times[times.len() - 1])
        );
    }
    println!("judged: {raised} flags raised, {queued} processes queued in all");
    Ok(())
}

fn ms(time: Duration) -> String {
    format!("{:.0} ms", time.as_secs_f64() * 1e3)
}

/// The node's number out of its configuration.
pub fn node_of(config: &str) -> Outcome<NodeId> {
    let line = config.lines().find_map(|line| line.strip_prefix("node = ")).ok_or("node.toml names no node")?;
    Ok(NodeId::new(line.trim().parse()?)?)
}

async fn count(store: &Store, node: NodeId) -> Outcome<i64> {
    let rows = store.read("select count(*) from process where node = $1", &[node.number().into()]).await?;
    Ok(rows.first().map_or(Ok(0), |row| row.int(0))?)
}
