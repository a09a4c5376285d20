//! The table of all rules.
//!
//! What each demands stands at the function that checks it, and in words for people in the locales.

/// How grave a finding is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Severity {
    /// The file is not as the standard demands.
    Error,
    /// The file is not as the standard recommends, or holds something that means nothing.
    Warning,
}

/// A rule that findings name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rule {
    /// Its code. Never changed, never used again for something else.
    pub code: &'static str,
    /// How grave it is to break it.
    pub severity: Severity,
    /// Where BPMN 2.0.2 states it (or, for `XML…`, the recommendation named).
    pub section: &'static str,
    /// The names of the arguments that its findings carry.
    pub arguments: &'static [&'static str],
    /// The rule that is always reported with this one at the same place and says as much.
    pub repeats: Option<&'static str>,
}

impl Rule {
    /// The key of its sentence in [`super::LOCALES`]; `-mend` behind it is the key of what to do.
    pub fn key(&self) -> String {
        format!("bpmn-{}", self.code.to_ascii_lowercase())
    }

    const fn repeating(mut self, other: &'static str) -> Rule {
        self.repeats = Some(other);
        self
    }
}

const fn error(code: &'static str, section: &'static str, arguments: &'static [&'static str]) -> Rule {
    Rule { code, severity: Severity::Error, section, arguments, repeats: None }
}

const fn warning(code: &'static str, section: &'static str, arguments: &'static [&'static str]) -> Rule {
    Rule { code, severity: Severity::Warning, section, arguments, repeats: None }
}

/// The row of a code.
pub(super) fn find(code: &str) -> Option<&'static Rule> {
    RULES.binary_search_by(|rule| rule.code.cmp(code)).ok().map(|at| &RULES[at])
}

/// All rules, by code. `XML` and `XSD` are of the XML layer, `MISSING`, `UNTYPED`, `CALLED` and
/// `REF` of references, `DRAWN` of diagrams,
/// `EXT` of the standard's constraints.
pub const RULES: &[Rule] = &[
    warning("CALLED", "§10.3.6", &["element", "reference", "target"]),
    warning("DRAWN", "§12", &["element", "target"]),
    error("EXT002", "§8.3.1", &["element", "id", "first"]),
    error("EXT003", "§8.3.1", &["element", "reference", "target"]),
    error("EXT004", "§8.3.2", &["element", "value"]),
    error("EXT006", "§7.6.1", &["element", "other"]),
    error("EXT007", "§7.6.1", &["element", "other"]),
    error("EXT008", "§7.6.2", &["element", "other"]),
    error("EXT009", "§7.6.2", &["element", "other"]),
    error("EXT010", "§8.4.1", &["element", "value"]),
    error("EXT011", "§8.4.4", &["element"]),
    error("EXT012", "§8.4.6", &["element", "tag"]),
    error("EXT013", "§8.4.6", &["element"]),
    error("EXT014", "§8.4.6", &["element", "value"]),
    error("EXT017", "§10.6.1", &["element", "count"]),
    error("EXT018", "§10.6.1", &["element", "count"]),
    error("EXT019", "§10.6.1", &["element", "incoming", "outgoing"]),
    error("EXT020", "§8.4.10", &["element", "other"]),
    error("EXT021", "§8.4.13", &["element", "other"]),
    error("EXT022", "§8.4.13", &["element", "other"]),
    error("EXT023", "§8.4.13", &["element", "other"]),
    error("EXT024", "§8.4.13", &["element"]),
    error("EXT025", "§10.3", &["element", "other"]),
    error("EXT026", "§10.3, 10.6", &["element", "other"]),
    error("EXT027", "§9.2", &["element"]),
    error("EXT028", "§7.6.1, 9.3", &["element", "source", "target"]),
    error("EXT029", "§9.3", &["element", "value"]),
    error("EXT030", "§9.3", &["element", "value"]),
    error("EXT031", "§9.4", &["element", "source", "target"]),
    error("EXT032", "§9.5", &["element", "other"]),
    error("EXT033", "§9.2", &["element", "other"]),
    error("EXT035", "§10.2", &["element"]),
    error("EXT036", "§10.2, 11", &["element", "other"]),
    error("EXT037", "§10.3", &["element", "value"]),
    error("EXT038", "§10.3", &["element", "value"]),
    error("EXT039", "§10.3.1", &["element"]),
    error("EXT040", "§10.3.1", &["element"]),
    error("EXT041", "§10.3.8", &["element"]),
    error("EXT042", "§10.3.3", &["element", "count"]),
    error("EXT043", "§10.3.3", &["element", "count"]),
    error("EXT044", "§10.3.3", &["element", "other"]),
    error("EXT045", "§10.3.3", &["element", "other"]),
    error("EXT046", "§10.3.3", &["element", "count"]),
    error("EXT047", "§10.3.3", &["element", "count"]),
    error("EXT048", "§10.3.3", &["element", "other"]),
    error("EXT049", "§10.3.3", &["element"]),
    error("EXT050", "§10.3.3", &["element", "count"]),
    error("EXT051", "§10.3.3", &["element", "count"]),
    error("EXT052", "§10.3.3", &["element", "other"]),
    error("EXT053", "§10.3.3", &["element"]),
    error("EXT054", "§10.3.5", &["element"]).repeating("EXT041"),
    error("EXT055", "§10.3.5", &["element"]).repeating("EXT041"),
    error("EXT056", "§10.3.5", &["element", "other"]),
    error("EXT057", "§10.3.5", &["element"]),
    error("EXT058", "§10.3.5", &["element", "count"]),
    error("EXT059", "§10.3.5, 10.5.2", &["element", "kind"]),
    error("EXT060", "§10.3.5", &["element", "value"]),
    error("EXT061", "§10.3.5", &["element"]),
    error("EXT062", "§10.3.5", &["element", "other"]),
    error("EXT063", "§10.3.6", &["element", "other"]),
    error("EXT064", "§10.3.6", &["element"]),
    error("EXT065", "§10.3.6", &["element"]),
    error("EXT067", "§10.3.8", &["element"]),
    error("EXT068", "§10.3.8", &["element", "other"]),
    error("EXT069", "§10.3.8", &["element", "one", "all"]),
    error("EXT070", "§10.3.8", &["element", "one", "all"]),
    error("EXT071", "§10.3.8", &["element", "value"]),
    error("EXT072", "§10.3.8", &["element", "value"]),
    warning("EXT076", "§10.4.1", &["element", "wanted"]),
    error("EXT077", "§10.4.1", &["element", "other"]).repeating("EXT020"),
    error("EXT078", "§10.4.1", &["element"]),
    error("EXT079", "§10.4.1", &["element"]),
    error("EXT080", "§10.4.1", &["element", "other"]),
    error("EXT081", "§10.4.1", &["element", "other"]).repeating("EXT020"),
    error("EXT082", "§10.4.1", &["element", "other"]),
    error("EXT083", "§10.4.1", &["element", "other"]).repeating("EXT020"),
    error("EXT084", "§10.4.1", &["element"]),
    error("EXT085", "§10.4.1", &["element", "other"]),
    error("EXT086", "§10.4.1", &["element", "other"]),
    error("EXT087", "§10.4.1", &["element", "other"]),
    error("EXT088", "§10.4.1", &["element"]),
    error("EXT089", "§10.4.1", &["element", "other"]),
    error("EXT090", "§10.4.1", &["element", "other"]),
    error("EXT091", "§10.4.1", &["element", "source", "target"]),
    error("EXT092", "§10.4.1", &["element", "count"]),
    error("EXT093", "§10.5.1", &["element", "data", "definitions"]),
    error("EXT094", "§10.5.1", &["element", "data", "other"]),
    error("EXT095", "§10.5.1", &["element", "other"]),
    error("EXT096", "§10.5.2", &["element"]),
    error("EXT097", "§10.5.2", &["element"]),
    error("EXT098", "§10.5.2", &["element", "kind"]),
    error("EXT099", "§10.5.2", &["element", "other"]),
    error("EXT100", "§10.5.2", &["element"]),
    error("EXT101", "§10.5.2", &["element"]),
    error("EXT102", "§10.5.2", &["element", "other"]),
    error("EXT103", "§10.5.2", &["element", "other"]),
    error("EXT104", "§10.5.3", &["element"]),
    error("EXT105", "§10.5.3", &["element"]),
    error("EXT106", "§10.5.3", &["element"]).repeating("EXT120"),
    error("EXT107", "§10.5.3", &["element"]),
    error("EXT108", "§10.5.3", &["element", "other"]),
    error("EXT109", "§10.5.3", &["element", "other"]),
    error("EXT110", "§10.5.4", &["element", "kind"]),
    error("EXT111", "§10.5.4", &["element"]).repeating("EXT120"),
    error("EXT112", "§10.5.4", &["element"]),
    error("EXT113", "§10.5.4", &["element"]),
    error("EXT114", "§10.5.4", &["element"]),
    error("EXT115", "§10.5.4", &["element"]),
    error("EXT116", "§10.5.4", &["element"]),
    error("EXT117", "§10.5.5", &["element"]),
    error("EXT118", "§10.5.5", &["element", "link"]),
    error("EXT119", "§10.5.4", &["element", "other"]),
    error("EXT120", "§10.5.5", &["element"]),
    error("EXT121", "§10.5.2", &["element"]).repeating("EXT098"),
    error("EXT122", "§10.5.4", &["element"]).repeating("EXT148"),
    error("EXT123", "§10.5.5", &["element"]),
    error("EXT124", "§10.5.5", &["element", "link"]),
    error("EXT125", "§10.5.5", &["element", "link"]),
    error("EXT126", "§10.5.5", &["element", "link"]),
    error("EXT127", "§10.5.5", &["element"]),
    error("EXT128", "§10.5.5", &["element"]),
    error("EXT129", "§10.3.5", &["element"]).repeating("EXT059"),
    error("EXT130", "§10.5.4", &["element"]).repeating("EXT110"),
    error("EXT131", "§10.5.5", &["element", "count"]),
    error("EXT132", "§10.5.5", &["element", "value"]),
    error("EXT133", "§10.5.5", &["element", "value"]),
    error("EXT134", "§10.5.5", &["element", "value"]),
    error("EXT135", "§10.6.1", &["element"]),
    error("EXT136", "§10.6.6", &["element", "count"]),
    error("EXT137", "§10.6.6", &["element", "other"]),
    error("EXT138", "§10.6.6", &["element", "other"]),
    error("EXT139", "§10.6.6", &["element"]),
    error("EXT140", "§10.6.6", &["element", "other"]),
    error("EXT141", "§10.6.6", &["element", "other"]),
    error("EXT142", "§10.6.6", &["element"]),
    error("EXT143", "§10.7", &["element"]),
    error("EXT144", "§10.7", &["element", "other"]),
    error("EXT145", "§10.3.3", &["element", "value"]),
    error("EXT146", "§10.5.3", &["element", "kind"]),
    error("EXT147", "§10.5.4", &["element", "kind"]).repeating("EXT110"),
    error("EXT148", "§10.5.4", &["element", "kind"]),
    error("EXT149", "§10.5.4", &["element", "kind"]),
    error("EXT150", "§10.5.2", &["element"]),
    error("EXT151", "§10.5.3", &["element"]),
    error("EXT152", "§10.3.5", &["element", "source", "target"]),
    warning("FORMAT", "§10.3.3", &["element", "value"]),
    error("MISSING", "§8.3.1", &["element", "reference", "target"]),
    error("REF", "§8 to §11, class diagrams", &["element", "reference", "found"]),
    warning("TIMER", "§10.5.5", &["element"]),
    warning("UNTYPED", "§8.4.10", &["element", "reference", "target"]),
    error("XML1", "XML 1.0 §2.1", &["detail"]),
    error("XML2", "XML 1.0 §4.3.3", &["detail"]),
    error("XML3", "XML 1.0 §2.8, 4.1", &["detail"]),
    error("XML4", "ours", &["detail"]),
    error("XML5", "ours", &["detail"]),
    error("XSD1", "§8.2.1, 15.2", &["element"]),
    error("XSD2", "§15", &["element", "attribute"]),
    error("XSD3", "§15", &["element", "attribute", "value"]),
    error("XSD4", "§15", &["element", "tag"]),
    error("XSD5", "§15", &["element", "attribute", "value"]),
];
