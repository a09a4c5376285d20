//! From a tally of everything to results: quartiles, fences, and who lies beyond them.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};

use super::outliers::{Quartiles, quantile};
use super::report::Results;
use super::tally::{Process, Ratio, Submitted, Tally};
use super::{Code, Group, Maps, Report};
use crate::intern::Interner;
use crate::settings::{R025, R038, R048, Settings};

/// Computes the results.
pub fn report(settings: &Settings, mut tally: Tally) -> Report {
    // Threads found them in an order of their own.
    tally.flags.sort_by_key(|flag| (flag.process.at, flag.code));
    tally.ratios.sort_by_key(|ratio| ratio.process.at);
    tally.around.sort_by_key(|around| around.process.at);
    last_per_process(&mut tally);
    let tally = &tally;

    let mut found =
        Found { tally, meta: BTreeMap::new(), processes: Vec::new(), tenderers: Vec::new(), maps: Maps::default() };
    let (mut buyers, mut entities) = (Vec::new(), Vec::new());
    found.flags();
    if let Some(r024) = settings.r024 {
        found.low_ratios(r024.threshold);
    }
    if let Some(r058) = settings.r058 {
        found.high_ratios(r058.threshold);
    }
    if let Some(r025) = settings.r025 {
        found.losers(r025);
    }
    if let Some(r038) = settings.r038 {
        buyers = found.disqualified("Buyer", tally.buyer_counts.iter(), r038, r038.minimum_contracting_processes);
        let counts = tally.entity_counts.iter();
        entities = found.disqualified("ProcuringEntity", counts, r038, r038.minimum_contracting_processes);
        let counts = tally.tenderer_counts.iter().map(|counts| &counts.bids);
        let tenderers = found.disqualified("Tenderer", counts, r038, r038.minimum_submitted_bids);
        found.tenderers.extend(tenderers.into_iter().map(|(id, value)| (id, Code::R038, value)));
    }
    if let Some(r048) = settings.r048 {
        found.varied(r048);
    }
    found.around();

    let mut groups =
        vec![(Group::Ocid, found.process_results()), (Group::Tenderer, by_id(found.tenderers, &tally.tenderers))];
    for (group, flagged, ids) in
        [(Group::Buyer, buyers, &tally.buyers), (Group::ProcuringEntity, entities, &tally.entities)]
    {
        if !flagged.is_empty() {
            groups.push((group, by_id(flagged.into_iter().map(|(id, value)| (id, Code::R038, value)).collect(), ids)));
        }
    }
    // As Cardinal's map does it: the last group moves to where an empty one was.
    for empty in [Group::Ocid, Group::Tenderer] {
        if let Some(at) = groups.iter().position(|(group, results)| *group == empty && results.is_empty()) {
            groups.swap_remove(at);
        }
    }
    Report { groups, meta: found.meta, maps: found.maps }
}

/// One ratio for each ocid: of lines with the same one, the first gives the place and the last the numbers.
fn last_per_process(tally: &mut Tally) {
    let mut index: HashMap<&str, usize> = HashMap::with_capacity(tally.ratios.len());
    let mut kept: Vec<Ratio> = Vec::with_capacity(tally.ratios.len());
    for ratio in &tally.ratios {
        match index.entry(tally.ocid(&ratio.process)) {
            Entry::Occupied(at) => {
                let first = &mut kept[*at.get()];
                *first = Ratio { process: first.process.clone(), ..ratio.clone() };
            }
            Entry::Vacant(free) => {
                free.insert(kept.len());
                kept.push(ratio.clone());
            }
        }
    }
    drop(index);
    tally.ratios = kept;
}

/// Results of organisations, in order of first appearance; of repeated codes the last counts.
fn by_id(mut found: Vec<(u32, Code, f64)>, ids: &Interner) -> Results {
    found.sort_by_key(|&(id, code, _)| (ids.first(id), id, code));
    let mut results = Results::new();
    let mut last = None;
    for (id, code, value) in found {
        if last != Some(id) {
            results.push((ids.get(id).to_owned(), Vec::new()));
            last = Some(id);
        }
        if let Some((_, values)) = results.last_mut() {
            put(values, code, value);
        }
    }
    results
}

fn put(values: &mut Vec<(Code, f64)>, code: Code, value: f64) {
    match values.binary_search_by_key(&code, |&(code, _)| code) {
        Ok(at) => values[at].1 = value,
        Err(at) => values.insert(at, (code, value)),
    }
}

/// To four decimals, half away from zero.
fn rounded(number: f64) -> f64 {
    (number * 10_000.0).round() / 10_000.0
}

struct Found<'t> {
    tally: &'t Tally,
    meta: BTreeMap<Code, Vec<(String, f64)>>,
    processes: Vec<(&'t Process, Code, f64)>,
    tenderers: Vec<(u32, Code, f64)>,
    maps: Maps,
}

impl<'t> Found<'t> {
    fn meta(&mut self, code: Code, name: impl Into<String>, number: f64) {
        self.meta.entry(code).or_default().push((name.into(), rounded(number)));
    }

    fn map(&mut self, code: Code, process: &Process, tenderers: &[u32]) {
        let names = tenderers.iter().map(|&id| self.tally.tenderers.get(id).to_owned()).collect();
        let entry = (self.tally.ocid(process).to_owned(), names);
        self.maps.flagged.entry(code).or_default().push(entry);
    }

    /// What was decided process by process.
    fn flags(&mut self) {
        for flag in &self.tally.flags {
            self.processes.push((&flag.process, flag.code, flag.value));
            let value = if flag.code == Code::R035 { 0.0 } else { 1.0 };
            self.tenderers.extend(flag.tenderers.iter().map(|&id| (id, flag.code, value)));
            if !flag.tenderers.is_empty() {
                self.map(flag.code, &flag.process, &flag.tenderers);
            }
        }
    }

    /// R024.
    fn low_ratios(&mut self, threshold: Option<f64>) {
        let ratios = &self.tally.ratios;
        let mut values: Vec<f64> = ratios.iter().map(|ratio| ratio.ratio).collect();
        let Some(fence) = self.lower_fence(Code::R024, &mut values, threshold, None) else { return };
        for ratio in ratios.iter().filter(|ratio| ratio.ratio <= fence) {
            self.processes.push((&ratio.process, Code::R024, ratio.ratio));
            let both = [ratio.winner, ratio.loser];
            self.tenderers.extend(both.map(|id| (id, Code::R024, 0.0)));
            self.map(Code::R024, &ratio.process, &both);
        }
    }

    /// R058.
    fn high_ratios(&mut self, threshold: Option<f64>) {
        let ratios = &self.tally.ratios;
        let mut values: Vec<f64> = ratios.iter().map(|ratio| ratio.ratio).collect();
        let fence = self.upper_fence(Code::R058, "", &mut values, threshold);
        if fence.is_nan() || fence <= 0.0 {
            return;
        }
        for ratio in ratios.iter().filter(|ratio| ratio.ratio >= fence) {
            self.processes.push((&ratio.process, Code::R058, ratio.ratio));
            self.tenderers.push((ratio.winner, Code::R058, 0.0));
            self.map(Code::R058, &ratio.process, &[ratio.winner]);
        }
    }

    /// R025.
    fn losers(&mut self, r025: R025) {
        let counts = &self.tally.tenderer_counts;
        let bidding: Vec<_> = (0..).zip(counts).filter(|(_, counts)| counts.valid > 0).collect();
        let ratio = |won: u64, valid: u64| won as f64 / valid as f64;
        let mut numbers: Vec<f64> = bidding.iter().map(|(_, counts)| counts.valid as f64).collect();
        numbers.sort_unstable_by(f64::total_cmp);
        let most = quantile(&numbers, f64::from(r025.percentile) / 100.0);
        let mut ratios: Vec<f64> = bidding.iter().map(|(_, counts)| ratio(counts.won, counts.valid)).collect();
        let Some(fence) = self.lower_fence(Code::R025, &mut ratios, r025.threshold, Some(most)) else { return };
        for (id, counts) in bidding {
            let ratio = ratio(counts.won, counts.valid);
            if counts.valid as f64 >= most && ratio <= fence {
                self.tenderers.push((id, Code::R025, ratio));
            }
        }
    }

    /// The fence that low outliers lie on or below; `None` if nothing can.
    fn lower_fence(
        &mut self,
        code: Code,
        values: &mut [f64],
        threshold: Option<f64>,
        most: Option<f64>,
    ) -> Option<f64> {
        let quartiles = Quartiles::of(values);
        let fence = threshold.unwrap_or_else(|| quartiles.lower_fence());
        if threshold.is_none() {
            self.meta(code, "q1", quartiles.q1);
            self.meta(code, "q3", quartiles.q3);
        }
        if let Some(most) = most {
            self.meta(code, "upper_fence", most);
        }
        self.meta(code, "lower_fence", fence);
        // Without these guards, zeros would be outliers wherever a quarter of all values is zero.
        (fence > 0.0 && (threshold.is_some() || quartiles.q1 > 0.0)).then_some(fence)
    }

    fn upper_fence(&mut self, code: Code, prefix: &str, values: &mut [f64], threshold: Option<f64>) -> f64 {
        let quartiles = Quartiles::of(values);
        let fence = threshold.unwrap_or_else(|| quartiles.upper_fence());
        if threshold.is_none() {
            self.meta(code, format!("{prefix}q1"), quartiles.q1);
            self.meta(code, format!("{prefix}q3"), quartiles.q3);
        }
        self.meta(code, format!("{prefix}upper_fence"), fence);
        fence
    }

    /// R038, for one kind of organisation.
    fn disqualified<'c>(
        &mut self,
        kind: &str,
        counts: impl Iterator<Item = &'c Submitted>,
        r038: R038,
        minimum: u64,
    ) -> Vec<(u32, f64)> {
        let enough = |counts: &&Submitted| counts.submitted > 0 && counts.submitted >= minimum;
        let ratios: Vec<(u32, f64)> = (0..)
            .zip(counts)
            .filter(|(_, counts)| enough(counts))
            .map(|(id, counts)| (id, counts.disqualified as f64 / counts.submitted as f64))
            .collect();
        if ratios.is_empty() {
            return ratios;
        }
        let mut values: Vec<f64> = ratios.iter().map(|&(_, ratio)| ratio).collect();
        let fence = self.upper_fence(Code::R038, &format!("{kind}_"), &mut values, r038.threshold);
        ratios.into_iter().filter(|&(_, ratio)| fence > 0.0 && ratio >= fence).collect()
    }

    /// R048.
    fn varied(&mut self, r048: R048) {
        let counts = &self.tally.tenderer_counts;
        let mut varieties = vec![0u64; counts.len()];
        for &(supplier, _) in &self.tally.supplied {
            varieties[supplier as usize] += 1;
        }
        let enough = |awarded: u64| awarded > 0 && awarded >= r048.minimum_contracting_processes;
        let suppliers: Vec<(u32, f64)> = (0..)
            .zip(counts)
            .zip(varieties)
            .filter(|((_, counts), _)| enough(counts.awarded))
            .map(|((id, _), variety)| (id, variety as f64))
            .collect();
        let mut values: Vec<f64> = suppliers.iter().map(|&(_, variety)| variety).collect();
        let threshold = r048.threshold.map(|threshold| threshold as f64);
        let fence = self.upper_fence(Code::R048, "", &mut values, threshold);
        let beyond = suppliers.into_iter().filter(|&(_, variety)| variety >= fence);
        self.tenderers.extend(beyond.map(|(id, variety)| (id, Code::R048, variety)));
    }

    /// The mappings that do not depend on a flag.
    fn around(&mut self) {
        let tally = self.tally;
        for around in &tally.around {
            let ocid = || tally.ocid(&around.process).to_owned();
            if let Some(buyer) = around.buyer {
                self.maps.buyer_r038.push((ocid(), tally.buyers.get(buyer).to_owned()));
            }
            if let Some(entity) = around.entity {
                self.maps.procuring_entity_r038.push((ocid(), tally.entities.get(entity).to_owned()));
            }
            if !around.tenderers.is_empty() {
                let names = around.tenderers.iter().map(|&id| tally.tenderers.get(id).to_owned());
                self.maps.tenderer.push((ocid(), names.collect()));
            }
        }
        last_of_each(&mut self.maps.buyer_r038);
        last_of_each(&mut self.maps.procuring_entity_r038);
        last_of_each(&mut self.maps.tenderer);
        for map in self.maps.flagged.values_mut() {
            last_of_each(map);
        }
    }

    fn process_results(&self) -> Results {
        let mut processes = self.processes.clone();
        processes.sort_by_key(|&(process, code, _)| (process.at, code));
        let mut index = HashMap::new();
        let mut results = Results::new();
        for (process, code, value) in processes {
            let ocid = self.tally.ocid(process);
            let at = *index.entry(ocid).or_insert_with(|| {
                results.push((ocid.to_owned(), Vec::new()));
                results.len() - 1
            });
            put(&mut results[at].1, code, value);
        }
        results
    }
}

/// Keeps one entry for each ocid, at the place of its first and with the content of its last.
fn last_of_each<T>(map: &mut Vec<(String, T)>) {
    let mut index: HashMap<String, usize> = HashMap::with_capacity(map.len());
    let mut kept: Vec<(String, T)> = Vec::with_capacity(map.len());
    for (ocid, content) in map.drain(..) {
        if let Some(&at) = index.get(&ocid) {
            kept[at].1 = content;
        } else {
            index.insert(ocid.clone(), kept.len());
            kept.push((ocid, content));
        }
    }
    *map = kept;
}
