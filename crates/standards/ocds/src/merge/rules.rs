//! Which members are merged otherwise than by id.

/// How a member departs from the ordinary merge.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Rule {
    /// `omitWhenMerged`: left out of the merged release.
    Omit,
    /// `wholeListMerge`: a list replaced as a whole.
    Whole,
    /// A list replaced as a whole where none of its elements has an id (organisations of OCDS 1.0).
    WholeWithoutIds,
}

/// How the elements of one list meet, where a source is known to reuse ids.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Strategy {
    /// By `id`: the standard.
    ById,
    /// By position: the source repeats the list in the same order each time.
    ByPosition,
    /// Never: the source publishes new elements only.
    Append,
}

/// The rules of a merge.
#[derive(Clone, Debug)]
pub struct Rules {
    table: Vec<(String, Rule)>,
    strategies: Vec<(String, Strategy)>,
}

/// Facts of the OCDS 1.1 release schema and of the extensions we read. A path beginning with `/` counts from the root,
/// any other matches the end of a path: the same building block has the same rule wherever it stands.
const OCDS: &[(&str, Rule)] = &[
    ("/id", Rule::Omit),
    ("/date", Rule::Omit),
    ("/tag", Rule::Omit),
    ("/links", Rule::Omit),
    ("/publisher", Rule::Omit),
    ("/planning/project/locations", Rule::Whole),
    ("/tender/identifiers", Rule::Whole),
    ("/contracts/identifiers", Rule::Whole),
    ("/parties/details/classifications", Rule::Whole),
    ("additionalIdentifiers", Rule::Whole),
    ("additionalClassifications", Rule::Whole),
    ("deliveryAddresses", Rule::Whole),
    ("deliveryLocations", Rule::Whole),
    ("amendments/changes", Rule::Whole),
    ("amendment/changes", Rule::Whole),
    // Extensions: lists whose elements have no id.
    ("awardCriteria/criteria", Rule::Whole),
    ("selectionCriteria/criteria", Rule::Whole),
    ("criteria/numbers", Rule::Whole),
    // OCDS 1.0: organisations have no id there, so that each release repeats the list.
    ("/tender/tenderers", Rule::WholeWithoutIds),
    ("/awards/suppliers", Rule::WholeWithoutIds),
    ("/bids/details/tenderers", Rule::WholeWithoutIds),
];

impl Default for Rules {
    fn default() -> Rules {
        Rules::ocds()
    }
}

impl Rules {
    /// The rules of OCDS 1.1 and 1.0 and of the extensions that this crate reads.
    pub fn ocds() -> Rules {
        Rules::from_table(OCDS)
    }

    /// Rules from a table: a path beginning with `/` counts from the root, any other matches the end of a path;
    /// positions in lists are left out of paths.
    pub fn from_table(table: &[(&str, Rule)]) -> Rules {
        let table = table.iter().map(|(path, rule)| ((*path).to_owned(), *rule)).collect();
        Rules { table, strategies: Vec::new() }
    }

    /// The same rules, with the elements of the list at `path` (from the root, e.g. `/awards`) meeting otherwise.
    pub fn with_strategy(mut self, path: &str, strategy: Strategy) -> Rules {
        self.strategies.push((path.to_owned(), strategy));
        self
    }

    /// The rule at a path from the root, e.g. `/parties/additionalIdentifiers`; `None`: the ordinary merge.
    pub fn at(&self, path: &str) -> Option<Rule> {
        let found = self.table.iter().find(|(end, _)| match end.strip_prefix('/') {
            Some(_) => path == end,
            None => path.strip_suffix(end.as_str()).is_some_and(|before| before.ends_with('/')),
        });
        found.map(|(_, rule)| *rule)
    }

    /// How the elements of the list at a path from the root meet.
    pub fn strategy(&self, path: &str) -> Strategy {
        let found = self.strategies.iter().find(|(held, _)| held == path);
        found.map_or(Strategy::ById, |(_, strategy)| *strategy)
    }
}
