//! What the address asks of a table: `?organ=edu&min=50&sort=amount&dir=desc&page=3`.
//!
//! The address is the state, so a view can be sent. Whatever a page does not know in it is dropped, never echoed.

use std::str::FromStr;

use form_urlencoded::{Serializer, parse};
use kernel::Day;
use rust_decimal::Decimal;

/// Which way a column is sorted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Direction {
    /// Smallest or earliest first.
    Up,
    /// Largest or latest first.
    Down,
}

/// The column a table is sorted by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Sort {
    /// One of the spec's keys, so it may be used to choose SQL.
    pub key: &'static str,
    /// Which way.
    pub direction: Direction,
}

/// What a table's address may say.
#[derive(Clone, Debug)]
pub struct TableSpec {
    path: String,
    sorts: &'static [&'static str],
    default: Sort,
    filters: &'static [&'static str],
    size: u32,
}

/// The longest filter value that is read; a longer one is dropped.
const LONGEST: usize = 200;
/// The last page that can be asked for.
const LAST_PAGE: u32 = 1_000_000;

impl TableSpec {
    /// - `path`: where the table is. `sorts`: keys it can be sorted by. `default`: the order without a wish, one of these keys.
    /// - `filters`: keys it can be filtered by, other than `sort`, `dir` and `page`. `size`: rows per page, at least 1.
    pub fn new(
        path: impl Into<String>,
        sorts: &'static [&'static str],
        default: Sort,
        filters: &'static [&'static str],
        size: u32,
    ) -> TableSpec {
        TableSpec { path: path.into(), sorts, default, filters, size: size.max(1) }
    }

    /// Reads the query part of an address (without `?`). Never fails: what makes no sense counts as not said.
    pub fn read(&self, query: &str) -> TableQuery {
        let mut read = TableQuery { spec: self.clone(), sort: self.default, page: 1, filters: Vec::new() };
        let mut direction = None;
        let mut sort = None;
        for (key, value) in parse(query.as_bytes()) {
            match key.as_ref() {
                "sort" => sort = self.sorts.iter().find(|known| **known == value).copied(),
                "dir" => {
                    direction = match value.as_ref() {
                        "asc" => Some(Direction::Up),
                        "desc" => Some(Direction::Down),
                        _ => None,
                    }
                }
                "page" => read.page = value.parse().unwrap_or(1).clamp(1, LAST_PAGE),
                _ => {
                    let known = self.filters.iter().find(|known| **known == key).copied();
                    let value = value.trim();
                    if let Some(key) = known
                        && !value.is_empty()
                        && value.len() <= LONGEST
                        && !value.chars().any(char::is_control)
                    {
                        read.set(key, value);
                    }
                }
            }
        }
        if let Some(key) = sort {
            read.sort = Sort { key, direction: direction.unwrap_or(Direction::Up) };
        } else if let Some(direction) = direction {
            read.sort.direction = direction;
        }
        read
    }
}

/// What the address asks, checked against the spec.
#[derive(Clone, Debug)]
pub struct TableQuery {
    spec: TableSpec,
    sort: Sort,
    page: u32,
    filters: Vec<(&'static str, String)>,
}

impl TableQuery {
    /// Where the table is.
    pub fn path(&self) -> &str {
        &self.spec.path
    }

    /// The order.
    pub fn sort(&self) -> Sort {
        self.sort
    }

    /// The page, counted from 1.
    pub fn page(&self) -> u32 {
        self.page
    }

    /// Rows per page.
    pub fn size(&self) -> u32 {
        self.spec.size
    }

    /// Rows before this page.
    pub fn offset(&self) -> u64 {
        u64::from(self.page - 1) * u64::from(self.spec.size)
    }

    /// A filter's value as written, or `None` where it is not in force.
    pub fn filter(&self, key: &str) -> Option<&str> {
        self.filters.iter().find(|(known, _)| *known == key).map(|(_, value)| value.as_str())
    }

    /// A filter's value as a type; `None` where it is not in force or does not parse.
    pub fn get<T: FromStr>(&self, key: &str) -> Option<T> {
        self.filter(key)?.parse().ok()
    }

    /// A filter's value as a decimal; a grouped figure (`1,280.5`) is understood.
    pub fn decimal(&self, key: &str) -> Option<Decimal> {
        self.filter(key)?.replace([',', '，', ' '], "").parse().ok()
    }

    /// A filter's value as a day, `2026-11-18`.
    pub fn day(&self, key: &str) -> Option<Day> {
        self.get(key)
    }

    /// Every filter in force, in the spec's order.
    pub fn filters(&self) -> impl Iterator<Item = (&'static str, &str)> {
        self.filters.iter().map(|(key, value)| (*key, value.as_str()))
    }

    /// The same with a filter set, from the first page; an unknown key changes nothing.
    pub fn with_filter(&self, key: &str, value: &str) -> TableQuery {
        let mut query = self.without_filter(key);
        if let Some(key) = self.spec.filters.iter().find(|known| **known == key) {
            query.set(key, value);
        }
        query
    }

    /// The same without one filter, from the first page.
    pub fn without_filter(&self, key: &str) -> TableQuery {
        let mut query = self.with_page(1);
        query.filters.retain(|(known, _)| *known != key);
        query
    }

    /// The same without any filter, from the first page.
    pub fn without_filters(&self) -> TableQuery {
        let mut query = self.with_page(1);
        query.filters.clear();
        query
    }

    /// The same at another page.
    pub fn with_page(&self, page: u32) -> TableQuery {
        TableQuery { page: page.clamp(1, LAST_PAGE), ..self.clone() }
    }

    /// The last page of a table of so many rows, where this one lies beyond it; nothing where it does not.
    pub fn beyond(&self, rows: u64) -> Option<TableQuery> {
        let last = u32::try_from(rows.div_ceil(u64::from(self.spec.size))).unwrap_or(LAST_PAGE).max(1);
        (self.page > last).then(|| self.with_page(last))
    }

    /// The same sorted by `key`, from the first page; sorting again by the same key turns the order round.
    pub fn sorted_by(&self, key: &'static str) -> TableQuery {
        let direction = match self.sort {
            Sort { key: now, direction: Direction::Down } if now == key => Direction::Up,
            _ => Direction::Down,
        };
        TableQuery { sort: Sort { key, direction }, ..self.with_page(1) }
    }

    /// The state as pairs, without what is the default.
    pub fn pairs(&self) -> Vec<(String, String)> {
        let mut pairs: Vec<(String, String)> =
            self.filters.iter().map(|(key, value)| ((*key).to_owned(), value.clone())).collect();
        if self.sort != self.spec.default {
            pairs.push(("sort".to_owned(), self.sort.key.to_owned()));
            let direction = match self.sort.direction {
                Direction::Up => "asc",
                Direction::Down => "desc",
            };
            pairs.push(("dir".to_owned(), direction.to_owned()));
        }
        if self.page > 1 {
            pairs.push(("page".to_owned(), self.page.to_string()));
        }
        pairs
    }

    /// The address of this state.
    pub fn url(&self) -> String {
        self.url_at(&self.spec.path)
    }

    /// The address of this state under another path, as for an export: `/queue.xlsx?…`.
    pub fn url_at(&self, path: &str) -> String {
        let pairs = self.pairs();
        if pairs.is_empty() {
            return path.to_owned();
        }
        let query = Serializer::new(String::new()).extend_pairs(&pairs).finish();
        format!("{path}?{query}")
    }

    /// Keeps filters in the spec's order, so that equal states have equal addresses.
    fn set(&mut self, key: &'static str, value: &str) {
        self.filters.retain(|(known, _)| *known != key);
        self.filters.push((key, value.to_owned()));
        let order = |key: &str| self.spec.filters.iter().position(|known| *known == key);
        self.filters.sort_by_key(|(key, _)| order(key));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn spec() -> TableSpec {
        let default = Sort { key: "weight", direction: Direction::Down };
        TableSpec::new("/queue", &["weight", "amount", "due"], default, &["organ", "min", "from", "q"], 50)
    }

    #[test]
    fn an_address_is_read_and_written() {
        let cases = [
            ("nothing", "", "/queue"),
            ("order of filters is one", "q=%E6%B0%B4+1&organ=edu", "/queue?organ=edu&q=%E6%B0%B4+1"),
            ("default sort is left out", "sort=weight&dir=desc", "/queue"),
            ("sort without direction", "sort=amount", "/queue?sort=amount&dir=asc"),
            ("direction alone", "dir=asc", "/queue?sort=weight&dir=asc"),
            ("unknown sort and filter", "sort=drop+table&x=1&page=2", "/queue?page=2"),
            ("page nonsense", "page=-3", "/queue"),
            ("last of two wins", "organ=a&organ=b", "/queue?organ=b"),
            ("control characters", "q=a%00b", "/queue"),
            ("empty value", "q=++", "/queue"),
        ];
        for (case, query, url) in cases {
            assert_eq!(spec().read(query).url(), url, "{case}");
        }
    }

    #[test]
    fn links_keep_the_rest() {
        let query = spec().read("organ=edu&min=1%2C280.5&from=2026-11-18&page=4");
        assert_eq!(query.offset(), 150);
        assert_eq!(query.decimal("min"), Some(Decimal::new(12_805, 1)));
        assert_eq!(query.day("from"), Some(Day::constant(2026, 11, 18)));
        assert_eq!(query.get::<u32>("organ"), None);
        assert_eq!(query.with_page(5).url(), "/queue?organ=edu&min=1%2C280.5&from=2026-11-18&page=5");
        assert_eq!(query.without_filter("min").url(), "/queue?organ=edu&from=2026-11-18");
        assert_eq!(query.without_filters().with_filter("q", "a&b").url(), "/queue?q=a%26b");
        assert_eq!(query.with_filter("unknown", "x").url(), query.with_page(1).url());
        let by_amount = query.without_filters().sorted_by("amount");
        assert_eq!(by_amount.url(), "/queue?sort=amount&dir=desc");
        assert_eq!(by_amount.sorted_by("amount").url(), "/queue?sort=amount&dir=asc");
        assert_eq!(by_amount.url_at("/queue.csv"), "/queue.csv?sort=amount&dir=desc");
    }

    #[test]
    fn beyond_the_last_page_stands_the_last() {
        let cases = [
            ("page=3", 101, None),
            ("page=3", 150, None),
            ("page=3", 100, Some("/queue?page=2")),
            ("organ=edu&sort=amount&dir=asc&page=9", 51, Some("/queue?organ=edu&sort=amount&dir=asc&page=2")),
            ("page=2", 50, Some("/queue")),
            ("page=2", 0, Some("/queue")),
            ("", 0, None),
        ];
        for (query, rows, url) in cases {
            let beyond = spec().read(query).beyond(rows).map(|query| query.url());
            assert_eq!(beyond.as_deref(), url, "{query} of {rows}");
        }
    }

    proptest! {
        #[test]
        fn an_address_says_the_same_when_read_again(query in ".{0,60}", organ in ".{0,12}", page in 0u32..2_000) {
            let first = spec().read(&query).with_filter("organ", organ.trim()).with_page(page);
            let url = first.url();
            let again = spec().read(url.split_once('?').map_or("", |(_, query)| query));
            let cleaned = spec().read(again.url().split_once('?').map_or("", |(_, query)| query));
            prop_assert_eq!(again.url(), cleaned.url());
            prop_assert_eq!(again.page(), first.page());
        }
    }
}
