//! One release out of the rows of one process. Pure: the same rows give the same release and the same faults.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use crate::fault::{Lost, Problem, RowFault};
use crate::mapping::{ArrayRule, ColumnRef, FieldRule, LabelRule, Mapping, OrganisationRule, SameId};
use crate::object::{get, merge, set, settle};
use crate::outcome::{Label, Mapped, RowRef, Trace};
use crate::party::{Parties, named};
use crate::row::{Joined, Row};
use crate::value::{View, hold};

/// A row with the lookup entries that belong to it.
pub(crate) struct Given {
    pub row: Row,
    pub joined: Vec<Joined>,
}

/// The rows of one process: by rule of the mapping, in the order of the files.
pub(crate) struct Process {
    pub key: Vec<String>,
    pub rows: Vec<Vec<Given>>,
}

/// What a process became.
pub(crate) struct Built {
    pub mapped: Option<Mapped>,
    pub labels: Vec<Label>,
    pub faults: Vec<RowFault>,
}

/// Builds the release of a process. `names` are the names of the files read; `traced` asks for what each value came from.
pub(crate) fn build(mapping: &Mapping, names: &[String], process: &Process, traced: bool) -> Built {
    let mut draft = Draft {
        mapping,
        names,
        process,
        release: Map::new(),
        parties: Parties::default(),
        arrays: BTreeMap::new(),
        labels: Vec::new(),
        faults: Vec::new(),
        traces: traced.then(Vec::new),
        lost: false,
    };
    draft.fields();
    draft.organisations();
    draft.arrays();
    draft.process_labels();
    draft.finish()
}

struct Draft<'p> {
    mapping: &'p Mapping,
    names: &'p [String],
    process: &'p Process,
    release: Map<String, Value>,
    parties: Parties,
    arrays: BTreeMap<String, Elements>,
    labels: Vec<(Option<String>, String, String)>,
    faults: Vec<RowFault>,
    traces: Option<Vec<Trace>>,
    /// A required value of the process itself is missing.
    lost: bool,
}

/// The elements of one array and where each id stands.
#[derive(Default)]
struct Elements {
    list: Vec<Map<String, Value>>,
    places: BTreeMap<String, usize>,
}

impl<'p> Draft<'p> {
    fn ocid(&self) -> String {
        if self.mapping.release.key_is_ocid {
            return self.process.key.join("-");
        }
        format!("{}-{}", self.mapping.release.prefix, plain(&self.process.key))
    }

    fn view(&self, given: &'p Given) -> View<'p> {
        let main = self.process.rows[0].first().map(|given| &given.row);
        View { own: Some(&given.row), main, joined: &given.joined }
    }

    /// Notes a fault. A cell that fills several targets is at fault once, with the larger loss.
    fn fault(&mut self, row: &Row, problem: Problem, lost: Lost) {
        let fault = problem.at(&self.names[row.file], row.line, lost);
        let same = |known: &&mut RowFault| {
            (&known.file, known.line, &known.column, known.code, &known.value, &known.en)
                == (&fault.file, fault.line, &fault.column, fault.code, &fault.value, &fault.en)
        };
        match self.faults.iter_mut().find(same) {
            Some(known) => known.lost = known.lost.max(lost),
            None => self.faults.push(fault),
        }
    }

    /// Notes where a value came from, if that is asked for; the pointer is only then written out.
    fn trace(&mut self, pointer: impl FnOnce() -> String, view: View<'p>, column: Option<&ColumnRef>) {
        let (Some(traces), Some(column)) = (&mut self.traces, column) else { return };
        let Some(row) = view.row(column.slot) else { return };
        traces.push(Trace {
            pointer: pointer(),
            file: self.names[row.file].clone(),
            line: row.line,
            column: column.name.clone(),
            raw: row.cells.get(column.index).map(|cell| cell.text.clone()).unwrap_or_default(),
        });
    }

    /// Values of the release itself: constants, then the first row that has the value; others may repeat, not contradict.
    fn fields(&mut self) {
        for field in &self.mapping.fields {
            let Some(file) = field.file else {
                if let Ok(Some(value)) = field.value.json(View::NONE) {
                    set(&mut self.release, &field.path, value);
                }
                continue;
            };
            let mut first: Option<Value> = None;
            let mut before: Option<View<'p>> = None;
            for given in &self.process.rows[file] {
                // Registers repeat the process on each row; the same cells need not be read again.
                let view = self.view(given);
                if before.replace(view).is_some_and(|before| view.same(before, &field.value)) {
                    continue;
                }
                let lost = if field.value.required && first.is_none() { Lost::Process } else { Lost::Cell };
                match field.value.json(view) {
                    Ok(None) => {}
                    Ok(Some(value)) if first.is_none() => {
                        self.trace(|| format!("/{}", field.path), view, field.value.source(view));
                        first = Some(value);
                    }
                    Ok(Some(value)) if first.as_ref() == Some(&value) => {}
                    Ok(Some(value)) => {
                        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
                        let problem = contradiction(&text, &field.path, field.value.column());
                        self.fault(&given.row, problem, Lost::Cell);
                    }
                    Err(problem) => {
                        self.lost |= lost == Lost::Process;
                        self.fault(&given.row, problem, lost);
                    }
                }
            }
            match first {
                Some(value) => set(&mut self.release, &field.path, value),
                None if field.value.required && !self.lost => {
                    self.lost = true;
                    if let Some(given) = self.process.rows[file].first() {
                        self.fault(&given.row, required(field), Lost::Process);
                    }
                }
                None => {}
            }
        }
    }

    fn organisations(&mut self) {
        for rule in &self.mapping.organisations {
            let mut before: Option<View<'p>> = None;
            for given in &self.process.rows[rule.file] {
                let view = self.view(given);
                let values = || rule.id.iter().chain(&rule.name).chain(rule.fields.iter().map(|field| &field.value));
                let same =
                    |before: View<'p>| view.alike(before, &rule.when) && values().all(|value| view.same(before, value));
                if before.replace(view).is_some_and(same) || !hold(&rule.when, view) {
                    continue;
                }
                let mut at = std::mem::take(&mut self.release);
                self.organisation(rule, given, &mut at, "");
                self.release = at;
            }
        }
    }

    /// Refers to an organisation from `object` (the release or an element) and notes the party.
    fn organisation(
        &mut self,
        rule: &OrganisationRule,
        given: &'p Given,
        object: &mut Map<String, Value>,
        pointer: &str,
    ) {
        let view = self.view(given);
        let found = match named(rule, &self.mapping.source.name, view) {
            Ok(found) => found,
            Err(problem) => return self.fault(&given.row, problem, Lost::Cell),
        };
        let mut fields = Vec::new();
        for field in &rule.fields {
            match field.value.json(view) {
                Ok(value) => fields.extend(value.map(|value| (field.path.clone(), value))),
                Err(problem) => self.fault(&given.row, problem, Lost::Cell),
            }
        }
        for named in found {
            let reference = self.parties.note(&named, &rule.roles, fields.clone());
            for at in &rule.at {
                let value = rule.name.as_ref().or(rule.id.as_ref());
                let column = value.and_then(|value| value.column());
                let source = value.and_then(|value| value.source(view));
                self.trace(|| format!("{pointer}/{}", at.path), view, source);
                match (at.many, get(object, &at.path)) {
                    (false, None) => set(object, &at.path, reference.clone()),
                    (false, Some(before)) if before["id"] == reference["id"] => {}
                    (false, Some(_)) => {
                        let problem = contradiction(named.name.as_deref().unwrap_or(&named.id), &at.path, column);
                        self.fault(&given.row, problem, Lost::Cell);
                    }
                    (true, before) => {
                        let mut list = before.and_then(Value::as_array).cloned().unwrap_or_default();
                        if !list.iter().any(|known| known["id"] == reference["id"]) {
                            list.push(reference.clone());
                        }
                        set(object, &at.path, Value::Array(list));
                    }
                }
            }
        }
    }

    fn arrays(&mut self) {
        for rule in &self.mapping.arrays {
            for given in &self.process.rows[rule.file] {
                if hold(&rule.when, self.view(given)) {
                    self.element(rule, given);
                }
            }
        }
    }

    /// Makes one element of a row and puts it where it belongs.
    fn element(&mut self, rule: &'p ArrayRule, given: &'p Given) {
        let view = self.view(given);
        let text =
            |value: &Option<crate::mapping::ValueRule>| value.as_ref().map_or(Ok(None), |value| value.text(view));
        let (id, parent) = match (text(&rule.id), text(&rule.parent)) {
            (Ok(id), Ok(parent)) => (id, parent),
            (Err(problem), _) | (_, Err(problem)) => return self.fault(&given.row, problem, Lost::Row),
        };
        let place = match self.place(rule, parent.as_deref()) {
            Ok(place) => place,
            Err(problem) => return self.fault(&given.row, problem, Lost::Row),
        };
        let mut element = Map::new();
        let index = self.arrays.get(&place).map_or(0, |elements| {
            let known = id.as_ref().filter(|_| rule.same_id == SameId::Merge).and_then(|id| elements.places.get(id));
            known.copied().unwrap_or(elements.list.len())
        });
        let pointer = format!("/{place}/{index}");
        for field in &rule.fields {
            match field.value.json(view) {
                Ok(None) if field.value.required => return self.fault(&given.row, required(field), Lost::Row),
                Ok(None) => {}
                Ok(Some(value)) => {
                    self.trace(|| format!("{pointer}/{}", field.path), view, field.value.source(view));
                    set(&mut element, &field.path, value);
                }
                Err(problem) if field.value.required => return self.fault(&given.row, problem, Lost::Row),
                Err(problem) => self.fault(&given.row, problem, Lost::Cell),
            }
        }
        for organisation in &rule.organisations {
            if hold(&organisation.when, view) {
                self.organisation(organisation, given, &mut element, &pointer);
            }
        }
        settle(&mut element, self.mapping.release.currency.as_deref());
        if element.is_empty() && rule.id.is_none() {
            return;
        }
        if let Some(id) = self.insert(rule, given, &place, id, element) {
            self.element_labels(rule, given, &id);
        }
    }

    /// The address of an array: its path, below the parent element's index where it is nested.
    fn place(&self, rule: &ArrayRule, parent: Option<&str>) -> Result<String, Problem> {
        let Some(parents) = &rule.parents else { return Ok(rule.path.clone()) };
        let id = parent.unwrap_or_default();
        let found = self.arrays.get(parents).and_then(|elements| elements.places.get(id));
        let found = found.ok_or_else(|| {
            Problem::new(
                "row.parent_missing",
                id,
                format!("{parents} 中没有此 id 的元素"),
                format!("{parents} has no element with this id"),
            )
        })?;
        Ok(format!("{parents}/{found}/{}", rule.path))
    }

    /// Adds an element under its id and returns the id; a taken id is a fault, a merge or a new number.
    fn insert(
        &mut self,
        rule: &ArrayRule,
        given: &Given,
        place: &str,
        id: Option<String>,
        mut element: Map<String, Value>,
    ) -> Option<String> {
        let elements = self.arrays.entry(place.to_owned()).or_default();
        if rule.id.is_some() && id.is_none() {
            let problem = Problem::new("row.id_blank", "", "元素的 id 为空", "has no id for its element");
            self.fault(&given.row, problem, Lost::Row);
            return None;
        }
        let wanted = id.unwrap_or_else(|| (elements.list.len() + 1).to_string());
        let taken = elements.places.get(&wanted).copied();
        let id = match (taken, rule.same_id) {
            (None, _) => wanted,
            (Some(at), SameId::Merge) => {
                let contradictions = merge(&mut elements.list[at], element);
                for path in contradictions {
                    self.fault(&given.row, contradiction("", &path, None), Lost::Cell);
                }
                return Some(wanted);
            }
            (Some(_), SameId::Number) => {
                let free = (2usize..).map(|n| format!("{wanted}-{n}")).find(|id| !elements.places.contains_key(id));
                free.unwrap_or(wanted)
            }
            (Some(_), SameId::Fault) => {
                let problem = Problem::new(
                    "row.same_id",
                    &wanted,
                    "同一数组中 id 重复",
                    "has an id that another element of the array has",
                );
                self.fault(&given.row, problem, Lost::Row);
                return None;
            }
        };
        element.insert("id".into(), json!(id));
        elements.places.insert(id.clone(), elements.list.len());
        elements.list.push(element);
        Some(id)
    }

    fn element_labels(&mut self, rule: &ArrayRule, given: &'p Given, id: &str) {
        for label in &rule.labels {
            self.label(label, given, Some(id));
        }
    }

    fn process_labels(&mut self) {
        for label in &self.mapping.labels {
            if let Some(given) = self.process.rows[label.file].first() {
                self.label(label, given, None);
            }
        }
    }

    fn label(&mut self, rule: &LabelRule, given: &'p Given, id: Option<&str>) {
        let view = self.view(given);
        if !hold(&rule.when, view) {
            return;
        }
        match rule.value.text(view) {
            Ok(Some(value)) => self.labels.push((id.map(str::to_owned), rule.name.clone(), value)),
            Ok(None) => {}
            Err(problem) => self.fault(&given.row, problem, Lost::Cell),
        }
    }

    fn finish(mut self) -> Built {
        let ocid = self.ocid();
        let rows: Vec<RowRef> = self
            .process
            .rows
            .iter()
            .flatten()
            .map(|given| RowRef::new(&self.names[given.row.file], given.row.line))
            .collect();
        if self.lost {
            return Built { mapped: None, labels: Vec::new(), faults: self.faults };
        }
        let mut release = self.release;
        let release_rule = &self.mapping.release;
        settle(&mut release, release_rule.currency.as_deref());
        // Nested arrays have the longer addresses and are put in first.
        let mut arrays = std::mem::take(&mut self.arrays);
        let nested: Vec<String> = self.mapping.arrays.iter().filter_map(|rule| rule.parents.clone()).collect();
        for parents in &nested {
            let inside: Vec<String> =
                arrays.keys().filter(|place| place.starts_with(&format!("{parents}/"))).cloned().collect();
            for place in inside {
                let Some(elements) = arrays.remove(&place) else { continue };
                let mut rest = place[parents.len() + 1..].splitn(2, '/');
                let (Some(index), Some(path)) =
                    (rest.next().and_then(|index| index.parse::<usize>().ok()), rest.next())
                else {
                    continue;
                };
                if let Some(element) = arrays.get_mut(parents).and_then(|elements| elements.list.get_mut(index)) {
                    set(element, path, elements.into_value());
                }
            }
        }
        for (place, elements) in arrays {
            if !elements.list.is_empty() {
                set(&mut release, &place, elements.into_value());
            }
        }
        release.insert("ocid".into(), json!(ocid));
        release.insert("id".into(), json!(format!("{ocid}-compiled")));
        release.entry("date").or_insert_with(|| json!(release_rule.snapshot));
        release.insert("tag".into(), json!(["compiled"]));
        release.insert("initiationType".into(), json!("tender"));
        if let Some(language) = &release_rule.language {
            release.entry("language").or_insert_with(|| json!(language));
        }
        if let Some(parties) = self.parties.into_value() {
            release.insert("parties".into(), parties);
        }
        let labels = self
            .labels
            .into_iter()
            .map(|(element, name, value)| Label { ocid: ocid.clone(), element, name, value })
            .collect();
        let mapped = Mapped { release: Value::Object(release), rows, traces: self.traces.unwrap_or_default() };
        Built { mapped: Some(mapped), labels, faults: self.faults }
    }
}

impl Elements {
    fn into_value(self) -> Value {
        Value::Array(self.list.into_iter().map(Value::Object).collect())
    }
}

/// A key as the tail of an ocid. Letters, digits, `.`, `_` and `-` stay; a key with anything else, or of more than 60
/// characters, is reduced to these and told apart by twelve hexadecimal digits of its SHA-256, so that two keys never meet.
fn plain(key: &[String]) -> String {
    let joined = key.join("-");
    let stays = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    if key.len() == 1 && joined.len() <= 60 && joined.chars().all(stays) {
        return joined;
    }
    let words: Vec<&str> = joined.split(|c| !stays(c)).filter(|word| !word.is_empty()).collect();
    let head: String = words.join("-").chars().take(40).collect();
    let digest = Sha256::digest(key.join("\u{1f}").as_bytes());
    let hex: String = digest.iter().take(6).map(|byte| format!("{byte:02x}")).collect();
    format!("{head}-{hex}")
}

fn contradiction(value: &str, path: &str, column: Option<&str>) -> Problem {
    let zh = format!("与同一过程先前的行在 {path} 上不一致，保留先前的值");
    let en = format!("contradicts an earlier row of the process at {path}; the earlier value stands");
    Problem { column: column.map(str::to_owned), ..Problem::new("row.contradiction", value, zh, en) }
}

fn required(field: &FieldRule) -> Problem {
    let (zh, en) = (format!("必填的 {} 为空", field.path), format!("lacks {}, which is required", field.path));
    Problem { column: field.value.column().map(str::to_owned), ..Problem::new("value.required", "", zh, en) }
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn ocids_are_plain_and_distinct() {
        let key = |parts: &[&str]| plain(&parts.iter().map(|part| (*part).to_owned()).collect::<Vec<_>>());
        assert_eq!(key(&["OP00027409"]), "OP00027409");
        assert_eq!(key(&["12/00007"]), format!("12-00007-{}", &key(&["12/00007"])[9..]));
        let keys =
            [key(&["12/00007"]), key(&["12-00007"]), key(&["12", "00007"]), key(&["采购"]), key(&[&"x".repeat(99)])];
        for (at, one) in keys.iter().enumerate() {
            assert!(one.len() <= 60 && one.bytes().all(|b| b.is_ascii_graphic() && b != b'/'), "{one}");
            assert!(keys[at + 1..].iter().all(|other| other != one), "{one}");
        }
    }
}
