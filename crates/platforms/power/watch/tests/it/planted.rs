//! Breaches planted as behaviour: what each rule finds of them, on seeds that nothing was tuned to; and that it finds the same however
//! acts come.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use watch_rules::judge::Outcome;

use crate::planting::Planting;
use crate::story::{Said, Story, all_on, calendar};

/// Whom each rule found something of.
fn found(said: &[Said]) -> BTreeSet<(String, String)> {
    said.iter().filter_map(|it| Some((it.code.clone(), it.about()?))).collect()
}

#[test]
fn every_planted_breach_is_found_and_nothing_else() {
    let calendar = calendar();
    for seed in [20_120_048, 7, 4_294_967_291] {
        let planted = Planting::of(seed, &calendar).year(300, 6);
        let (acts, near) = (planted.acts.len(), planted.near_misses);
        let mut story = Story::new(all_on(), &calendar);
        let found = found(&story.play(planted.acts));
        let mut rules: BTreeMap<&str, (usize, usize, usize)> = BTreeMap::new();
        for rule in all_on() {
            let of = |all: &BTreeSet<(String, String)>| {
                all.iter().filter(|(code, _)| *code == rule.code).cloned().collect::<BTreeSet<_>>()
            };
            let wanted: BTreeSet<(String, String)> =
                planted.expected.iter().map(|(code, about)| ((*code).to_owned(), about.clone())).collect();
            let (found, wanted) = (of(&found), of(&wanted));
            let hits = found.intersection(&wanted).count();
            let code = planted.expected.iter().map(|(code, _)| *code).find(|code| *code == rule.code);
            let code = code.unwrap_or_else(|| panic!("nothing is planted for {}", rule.code));
            rules.insert(code, (hits, found.len(), wanted.len()));
            assert_eq!(found, wanted, "seed {seed}, {}", rule.code);
        }
        println!("seed {seed}: {acts} acts, {near} near misses");
        for (code, (hits, found, wanted)) in rules {
            let share = |of: usize| 100.0 * hits as f64 / of.max(1) as f64;
            println!(
                "  {code}: precision {:.0} % ({hits} of {found}), recall {:.0} % ({hits} of {wanted})",
                share(found),
                share(wanted)
            );
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// Every rule has at least one outcome for every act, and acts that come in any batches, some of them again, come to the same.
    #[test]
    fn outcomes_add_up_and_do_not_depend_on_batches(seed in any::<u64>(), batches in prop::collection::vec(1usize..=64, 1..60)) {
        let calendar = calendar();
        let mut acts = Planting::of(seed, &calendar).year(6, 1).acts;
        acts.sort_by_key(|it| it.at);
        let whole: Vec<Vec<Said>> = {
            let mut story = Story::new(all_on(), &calendar);
            acts.iter().map(|act| story.act(act)).collect()
        };
        let rules = all_on();
        for (said, _) in whole.iter().zip(&acts) {
            for rule in &rules {
                let of: Vec<&Said> = said.iter().filter(|it| it.code == rule.code).collect();
                prop_assert!(!of.is_empty(), "{} says nothing of an act", rule.code);
                let apart = |out: &Outcome| matches!(out, Outcome::NotApplicable(_));
                prop_assert!(of.len() == 1 || !of.iter().any(|it| apart(&it.outcome)), "{}", rule.code);
            }
        }
        // A batch that was begun and not stored is judged once more from what was known before it.
        let mut story = Story::new(all_on(), &calendar);
        let mut rest = acts.as_slice();
        let mut again = Vec::new();
        let mut sizes = batches.iter().cycle();
        while !rest.is_empty() {
            let size = sizes.next().copied().unwrap_or(1).min(rest.len());
            let (batch, behind) = rest.split_at(size);
            let mut lost = story.clone();
            batch.iter().for_each(|act| drop(lost.act(act)));
            // Cases are folded anew; what was seen around them is not forgotten.
            story.saw(&lost);
            again.extend(batch.iter().map(|act| story.act(act)));
            rest = behind;
        }
        prop_assert_eq!(whole, again);
    }
}
