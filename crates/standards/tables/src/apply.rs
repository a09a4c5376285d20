//! Applying a mapping: files in, releases and faults out, one at a time.

use std::collections::{HashSet, VecDeque};

use crate::build::{Built, Given, Process, build};
use crate::fault::{ApplyError, Lost, Problem, RowFault};
use crate::files::Files;
use crate::mapping::{Mapping, Role, ValueRule};
use crate::outcome::{Counts, Label, Limits, Mapped, RowCounts};
use crate::row::{Joined, Read, Row, Rows};
use crate::spool::{Key, Spool, key};
use crate::value::{View, hold};

impl Mapping {
    /// Applies the mapping to files: an iterator of releases, with the faults between them.
    ///
    /// - Headers are checked before anything is read: a missing column is an error here, with the line of the mapping.
    /// - Order: processes as their first main row comes; then, with `orphans = "process"`, those without a main row.
    ///   Faults come before the release they belong to, faults of reading before all releases.
    /// - Memory: with `grouped = true` on the main file its rows are not kept; all other rows are, within
    ///   [`Limits::memory_bytes`] and then in a scratch file.
    pub fn apply<'a>(&'a self, files: &'a dyn Files, limits: &Limits) -> Result<Applied<'a>, Vec<ApplyError>> {
        Applied::new(self, files, limits, Mode::Releases)
    }

    /// The labels of a register, for evaluation only: they never travel with a release.
    ///
    /// Faults are those that [`Mapping::apply`] reports and are left out here.
    pub fn labels<'a>(
        &'a self,
        files: &'a dyn Files,
        limits: &Limits,
    ) -> Result<impl Iterator<Item = Label> + 'a, Vec<ApplyError>> {
        let mut applied = Applied::new(self, files, limits, Mode::Labels)?;
        Ok(std::iter::from_fn(move || {
            loop {
                if let Some(label) = applied.labels.pop_front() {
                    return Some(label);
                }
                // Faults are for `apply` to report; what counts here is that there was something to take.
                applied.next()?.ok();
            }
        }))
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Releases,
    Labels,
    /// With traces.
    Preview,
}

/// A mapping at work; see [`Mapping::apply`].
pub struct Applied<'a> {
    mapping: &'a Mapping,
    limits: Limits,
    mode: Mode,
    names: Vec<String>,
    /// Readers not yet exhausted; the streamed main files are kept apart.
    waiting: VecDeque<Rows<'a>>,
    streamed: VecDeque<Rows<'a>>,
    spools: Vec<Spool<'a>>,
    /// Keys still to be built, from the spooled main file or the orphans.
    queue: VecDeque<Key>,
    stage: Stage,
    /// Row of the next process, read while the last one was completed.
    ahead: Option<(Vec<String>, Row)>,
    seen: HashSet<Key>,
    ready: VecDeque<Result<Mapped, RowFault>>,
    labels: VecDeque<Label>,
    counts: Counts,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Reading,
    Main,
    Orphans,
    Done,
}

impl<'a> Applied<'a> {
    pub(crate) fn new(
        mapping: &'a Mapping,
        files: &'a dyn Files,
        limits: &Limits,
        mode: Mode,
    ) -> Result<Self, Vec<ApplyError>> {
        let offered = files.names();
        let (mut names, mut errors) = (Vec::new(), Vec::new());
        let (mut waiting, mut streamed) = (VecDeque::new(), VecDeque::new());
        for (rule_index, rule) in mapping.files.iter().enumerate() {
            let chosen = rule.chosen(&offered);
            if chosen.is_empty() && !rule.optional {
                let patterns = rule.patterns.join(", ");
                let (zh, en) = (format!("没有符合“{patterns}”的文件"), format!("no file given fits `{patterns}`"));
                errors.push(ApplyError { file: patterns, mapping_line: Some(rule.line), code: "file.missing", zh, en });
            }
            for name in chosen {
                names.push(name.clone());
                match Rows::open(files, &name, names.len() - 1, (rule_index, rule), limits) {
                    Ok(rows) if rule.grouped && rule.role == Role::Main => streamed.push_back(rows),
                    Ok(rows) => waiting.push_back(rows),
                    Err(wrong) => errors.extend(wrong),
                }
            }
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        let budget = limits.memory_bytes / mapping.files.len().max(1);
        let rows = mapping.files.iter().map(|file| (file.name.clone(), RowCounts::default())).collect();
        Ok(Self {
            mapping,
            limits: limits.clone(),
            mode,
            names,
            waiting,
            streamed,
            spools: mapping.files.iter().map(|_| Spool::new(files, budget)).collect(),
            queue: VecDeque::new(),
            stage: Stage::Reading,
            ahead: None,
            seen: HashSet::new(),
            ready: VecDeque::new(),
            labels: VecDeque::new(),
            counts: Counts { rows, ..Counts::default() },
        })
    }

    /// What was read and made so far; complete when the iterator has ended.
    pub fn counts(&self) -> &Counts {
        &self.counts
    }

    fn rows_of(&mut self, rule: usize) -> &mut RowCounts {
        self.counts.rows.entry(self.mapping.files[rule].name.clone()).or_default()
    }

    fn fault(&mut self, fault: RowFault) {
        *self.counts.faults.entry(fault.code).or_default() += 1;
        self.ready.push_back(Err(fault));
    }

    fn row_fault(&mut self, row: &Row, rule: usize, problem: Problem) {
        self.rows_of(rule).lost += 1;
        let fault = problem.at(&self.names[row.file], row.line, Lost::Row);
        self.fault(fault);
    }

    /// Scratch space that fails is the end: what is made afterwards would lack rows.
    fn broken(&mut self, error: &std::io::Error) {
        let problem = Problem::new(
            "scratch.failed",
            "",
            format!("临时文件失败:{error}"),
            format!("the scratch file failed: {error}"),
        );
        self.fault(problem.at("", 0, Lost::File));
        self.queue.clear();
        self.stage = Stage::Done;
    }

    /// Takes one reader's next usable row with its key; faults go to `ready`. `None`: at the end.
    fn usable(&mut self, mut rows: Rows<'a>) -> (Rows<'a>, Option<(Vec<String>, Row)>) {
        loop {
            let Some(read) = rows.next() else { return (rows, None) };
            let (rule, mapping) = (rows.rule, self.mapping);
            let row = match read {
                Read::Blank => {
                    self.rows_of(rule).blank += 1;
                    continue;
                }
                Read::Fault(fault) => {
                    let counts = self.rows_of(rule);
                    counts.read += 1;
                    counts.lost += 1;
                    self.fault(fault);
                    return (rows, None);
                }
                Read::Row(row, faults) => {
                    self.rows_of(rule).read += 1;
                    for fault in faults {
                        self.fault(fault);
                    }
                    row
                }
            };
            let view = View { own: Some(&row), main: None, joined: &[] };
            if !hold(&mapping.files[rule].when, view) {
                self.rows_of(rule).left_out += 1;
                continue;
            }
            match key_of(&mapping.files[rule].key, view) {
                Ok(key) => return (rows, Some((key, row))),
                Err(problem) => {
                    self.row_fault(&row, rule, problem);
                    return (rows, None);
                }
            }
        }
    }

    /// Spools the next row, or moves on to building.
    fn read(&mut self) {
        let Some(rows) = self.waiting.pop_front() else {
            for spool in &mut self.spools {
                spool.seal();
            }
            self.queue = self.spools[0].keys().into();
            self.stage = Stage::Main;
            return;
        };
        let (rule, before) = (rows.rule, self.ready.len());
        let (rows, found) = self.usable(rows);
        let more = found.is_some() || self.ready.len() > before;
        if let Some((parts, row)) = found
            && let Err(error) = self.spools[rule].push(key(&parts), &row)
        {
            return self.broken(&error);
        }
        if more {
            self.waiting.push_front(rows);
        }
    }

    /// Builds the next process of the main file, or moves on to the orphans.
    fn main(&mut self) {
        if self.mapping.files[0].grouped {
            return self.main_streamed();
        }
        match self.queue.pop_front() {
            Some(key) => self.process(key, None, Vec::new()),
            None => self.begin_orphans(),
        }
    }

    fn main_streamed(&mut self) {
        let mut group: Option<(Vec<String>, Vec<Row>)> = self.ahead.take().map(|(key, row)| (key, vec![row]));
        while let Some(rows) = self.streamed.pop_front() {
            let before = self.ready.len();
            let (rows, found) = self.usable(rows);
            let more = found.is_some() || self.ready.len() > before;
            if more {
                self.streamed.push_front(rows);
            }
            let Some((parts, row)) = found else { continue };
            match &mut group {
                None if self.seen.contains(&key(&parts)) => self.row_fault(&row, 0, not_grouped(&parts)),
                None => group = Some((parts, vec![row])),
                Some((current, list)) if *current == parts => {
                    // One row beyond the limit is enough to know; the rest need not be kept.
                    if list.len() <= self.limits.process_rows {
                        list.push(row);
                    }
                }
                Some(_) if self.seen.contains(&key(&parts)) => self.row_fault(&row, 0, not_grouped(&parts)),
                Some(_) => {
                    self.ahead = Some((parts, row));
                    break;
                }
            }
        }
        match group {
            Some((parts, rows)) => self.process(key(&parts), Some(parts), rows),
            None => self.begin_orphans(),
        }
    }

    /// Rows of other files whose key no main row has: processes of their own, or faults.
    fn begin_orphans(&mut self) {
        self.stage = Stage::Orphans;
        let mut queued = HashSet::new();
        for (rule, file) in self.mapping.files.iter().enumerate() {
            if file.role != Role::Rows {
                continue;
            }
            for key in self.spools[rule].keys() {
                let has_main = self.seen.contains(&key) || self.spools[0].has(key);
                if !has_main && queued.insert(key) {
                    self.queue.push_back(key);
                }
            }
        }
    }

    fn orphans(&mut self) {
        let Some(key) = self.queue.pop_front() else {
            self.stage = Stage::Done;
            return;
        };
        let rules: Vec<usize> =
            (0..self.mapping.files.len()).filter(|rule| self.mapping.files[*rule].role == Role::Rows).collect();
        let makes = |rule: &usize| self.mapping.files[*rule].orphans_make_process && self.spools[*rule].has(key);
        if rules.iter().any(makes) {
            return self.process(key, None, Vec::new());
        }
        for rule in rules {
            match self.spools[rule].rows(key, usize::MAX) {
                Ok((rows, _)) => {
                    for row in rows {
                        let problem = Problem::new(
                            "row.orphan",
                            "",
                            "主文件中没有此键",
                            "has a key that no row of the main file has",
                        );
                        self.row_fault(&row, rule, problem);
                    }
                }
                Err(error) => return self.broken(&error),
            }
        }
    }

    /// Collects the rows of a process and builds it.
    fn process(&mut self, key: Key, parts: Option<Vec<String>>, main: Vec<Row>) {
        if self.mapping.files[0].grouped {
            self.seen.insert(key);
        }
        self.counts.processes += 1;
        let limit = self.limits.process_rows;
        let mut found = vec![(main, 0)];
        found[0].1 = found[0].0.len();
        for rule in 0..self.mapping.files.len() {
            if matches!(self.mapping.files[rule].role, Role::Lookup { .. }) {
                found.resize(rule + 1, (Vec::new(), 0));
                continue;
            }
            if rule == 0 && self.mapping.files[0].grouped {
                continue;
            }
            match self.spools[rule].rows(key, limit) {
                Ok(rows) => {
                    found.resize(rule + 1, (Vec::new(), 0));
                    found[rule] = rows;
                }
                Err(error) => return self.broken(&error),
            }
        }
        if found.iter().map(|(_, count)| count).sum::<usize>() > limit {
            return self.too_many(&found, parts);
        }
        let mut process = Process { key: parts.unwrap_or_default(), rows: Vec::new() };
        for (rule, (rows, _)) in found.into_iter().enumerate() {
            let rows = self.distinct(rule, rows);
            if process.key.is_empty()
                && let Some(row) = rows.first()
            {
                let view = View { own: Some(row), main: None, joined: &[] };
                process.key = key_of(&self.mapping.files[rule].key, view).unwrap_or_default();
            }
            match self.given(rule, rows) {
                Ok(given) => process.rows.push(given),
                Err(error) => return self.broken(&error),
            }
        }
        let built = build(self.mapping, &self.names, &process, self.mode == Mode::Preview);
        self.deliver(built, &process);
    }

    fn too_many(&mut self, found: &[(Vec<Row>, usize)], parts: Option<Vec<String>>) {
        let Some((rule, row)) =
            found.iter().enumerate().find_map(|(rule, (rows, _))| rows.first().map(|row| (rule, row)))
        else {
            return;
        };
        let view = View { own: Some(row), main: None, joined: &[] };
        let key = parts.or_else(|| key_of(&self.mapping.files[rule].key, view).ok()).unwrap_or_default().join("-");
        let zh = "同一键的行数超过上限，请检查 key";
        let problem = Problem::new(
            "process.too_many_rows",
            &key,
            zh,
            "has more rows under one key than the limit; is `key` right?",
        );
        for (rule, (_, count)) in found.iter().enumerate() {
            self.rows_of(rule).lost += *count as u64;
        }
        self.fault(problem.at(&self.names[row.file], row.line, Lost::Process));
    }

    fn deliver(&mut self, built: Built, process: &Process) {
        // A row is lost once, though several elements were to be made of it.
        let lost: HashSet<(&str, u64)> = built
            .faults
            .iter()
            .filter(|fault| fault.lost == Lost::Row)
            .map(|fault| (fault.file.as_str(), fault.line))
            .collect();
        for (rule, rows) in process.rows.iter().enumerate() {
            let is_lost = |given: &&Given| lost.contains(&(self.names[given.row.file].as_str(), given.row.line));
            let count = if built.mapped.is_none() { rows.len() } else { rows.iter().filter(is_lost).count() };
            self.rows_of(rule).lost += count as u64;
        }
        for fault in built.faults {
            self.fault(fault);
        }
        if self.mode == Mode::Labels {
            self.labels.extend(built.labels);
        }
        if let Some(mapped) = built.mapped {
            self.counts.releases += 1;
            self.ready.push_back(Ok(mapped));
        }
    }

    /// Without exact repeats, where the file asks for it. The first of each stays.
    fn distinct(&mut self, rule: usize, rows: Vec<Row>) -> Vec<Row> {
        if !self.mapping.files[rule].drop_duplicates {
            return rows;
        }
        let mut seen = HashSet::new();
        let before = rows.len();
        let texts = |row: &Row| row.cells.iter().map(|cell| cell.text.clone()).collect::<Vec<_>>();
        let kept: Vec<Row> = rows.into_iter().filter(|row| seen.insert(texts(row))).collect();
        self.rows_of(rule).duplicates += (before - kept.len()) as u64;
        kept
    }

    /// Adds the lookup entries.
    fn given(&mut self, rule: usize, rows: Vec<Row>) -> std::io::Result<Vec<Given>> {
        let mapping = self.mapping;
        let lookups: Vec<usize> =
            (0..mapping.files.len()).filter(|file| mapping.files[*file].role == Role::Lookup { of: rule }).collect();
        let mut given = Vec::with_capacity(rows.len());
        for row in rows {
            let mut joined = Vec::with_capacity(lookups.len());
            for file in &lookups {
                let view = View { own: Some(&row), main: None, joined: &[] };
                let entry = match key_of(&mapping.files[*file].on, view) {
                    Ok(parts) => self.spools[*file].rows(key(&parts), 1)?.0.pop(),
                    Err(_) => None,
                };
                joined.push(Joined { file: *file, row: entry });
            }
            given.push(Given { row, joined });
        }
        Ok(given)
    }
}

impl Iterator for Applied<'_> {
    type Item = Result<Mapped, RowFault>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(item) = self.ready.pop_front() {
                return Some(item);
            }
            match self.stage {
                Stage::Reading => self.read(),
                Stage::Main => self.main(),
                Stage::Orphans => self.orphans(),
                Stage::Done => return None,
            }
        }
    }
}

/// The parts of a row's key; each must be there.
pub(crate) fn key_of(rules: &[ValueRule], view: View<'_>) -> Result<Vec<String>, Problem> {
    let part = |rule: &ValueRule| {
        rule.text(view)?.ok_or_else(|| {
            let problem = Problem::new("row.key_blank", "", "键为空", "has no key");
            Problem { column: rule.column().map(str::to_owned), ..problem }
        })
    };
    rules.iter().map(part).collect()
}

fn not_grouped(parts: &[String]) -> Problem {
    let zh = "此键已在前面结束；文件未按键分组，请去掉 grouped = true";
    Problem::new(
        "row.not_grouped",
        &parts.join("-"),
        zh,
        "has a key whose rows ended earlier; the file is not grouped, take `grouped` off",
    )
}
