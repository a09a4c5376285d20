//! The changes of many acts, folded to what is left of them: for each row what it comes to, however often a group touched it.
//! What is left is written by one statement for each table and kind of change, none of which needs to see what another did.

use std::collections::{BTreeMap, BTreeSet};

use crate::part::Part;
use crate::table::{Change, Table};
use crate::value::Value;

/// What a row of a table comes to.
#[derive(Clone, PartialEq, Eq, Debug)]
enum Fate<'c> {
    /// It stands so, whether or not it stood before: the values after its key.
    Stands(Vec<&'c Value>),
    /// These columns of it change, where it stands: by their place in the table.
    Changes(BTreeMap<usize, &'c Value>),
    /// It is gone.
    Gone,
}

/// What the rows of one table come to.
#[derive(Default)]
struct Fates<'c> {
    /// Beginnings of keys: rows under them that no fate is told of are gone.
    cleared: BTreeSet<&'c [Value]>,
    rows: BTreeMap<&'c [Value], Fate<'c>>,
}

impl<'c> Fates<'c> {
    fn is_cleared(&self, key: &[Value]) -> bool {
        (2..key.len()).any(|long| self.cleared.contains(&key[..long]))
    }

    /// Rows without a fate of their own that lie under what was cleared are not there to be changed.
    fn set(&mut self, table: &Table, key: &'c [Value], columns: &'c BTreeMap<&'static str, Value>) {
        let columns = columns.iter().map(|(name, value)| (table.place(name), value));
        if self.is_cleared(key) && !self.rows.contains_key(key) {
            return;
        }
        match self.rows.entry(key).or_insert_with(|| Fate::Changes(BTreeMap::new())) {
            Fate::Stands(values) => columns.for_each(|(place, value)| values[place - table.key] = value),
            Fate::Changes(before) => before.extend(columns),
            Fate::Gone => {}
        }
    }

    fn clear(&mut self, beginning: &'c [Value]) {
        let under = self.rows.range(beginning..).map(|(key, _)| *key);
        let under: Vec<&[Value]> = under.take_while(|key| key.starts_with(beginning)).collect();
        under.into_iter().for_each(|key| _ = self.rows.remove(key));
        self.cleared.insert(beginning);
    }
}

/// What changes come to.
#[derive(Default)]
pub(crate) struct Folded<'c> {
    tables: Vec<(&'static Table, Fates<'c>)>,
    released: BTreeSet<(&'static str, &'c str)>,
    /// What takes something from the ledger's own rows.
    erasures: Vec<Part>,
}

impl<'c> Folded<'c> {
    /// Folds changes in their order. Claims are none of it: they are asked for before anything is written.
    pub(crate) fn of(changes: impl IntoIterator<Item = &'c Change>) -> Folded<'c> {
        let mut folded = Folded::default();
        changes.into_iter().for_each(|change| folded.take(change));
        folded
    }

    fn take(&mut self, change: &'c Change) {
        match change {
            Change::Put(row) => {
                let (key, values) = row.values.split_at(row.table.key);
                self.of_table(row.table).rows.insert(key, Fate::Stands(values.iter().collect()));
            }
            Change::Set(key, columns) => self.of_table(key.table).set(key.table, &key.values, columns),
            Change::Delete(key) | Change::DeleteUnder(key) => {
                let fates = self.of_table(key.table);
                if key.values.len() < key.table.key {
                    fates.clear(&key.values);
                } else {
                    fates.rows.insert(&key.values, Fate::Gone);
                }
            }
            Change::Release(space, key) => _ = self.released.insert((space, key)),
            Change::Erase(erased) => self.erasures.extend(erased.parts()),
            Change::Shred(shredded) => self.erasures.push(shredded.part()),
            Change::Claim(..) => {}
        }
    }

    fn of_table(&mut self, table: &'static Table) -> &mut Fates<'c> {
        let place = self.tables.iter().position(|(other, _)| std::ptr::eq(*other, table));
        let place = place.unwrap_or_else(|| {
            self.tables.push((table, Fates::default()));
            self.tables.len() - 1
        });
        &mut self.tables[place].1
    }

    /// Whether its statements touch rows of their own each, so that they may run as one that sees nothing of itself: no row is
    /// written again under what is cleared.
    pub(crate) fn is_apart(&self) -> bool {
        self.tables.iter().all(|(_, fates)| {
            fates.cleared.is_empty()
                || fates.rows.iter().all(|(key, fate)| *fate == Fate::Gone || !fates.is_cleared(key))
        })
    }

    /// Whether a claim is given back.
    pub(crate) fn releases(&self, space: &str, key: &str) -> bool {
        self.released.contains(&(space, key))
    }

    /// The statements, to be run in this order where they are not [apart](Folded::is_apart).
    pub(crate) fn parts(&self, node: i64) -> Vec<Part> {
        let mut parts = Vec::new();
        let released: Vec<Vec<Value>> =
            self.released.iter().map(|(space, key)| vec![node.into(), (*space).into(), (*key).into()]).collect();
        delete("claim", &["node", "space", "key"], &slices(&released), &mut parts);
        for (table, fates) in &self.tables {
            let names: Vec<&str> = table.columns.iter().map(|column| column.name).collect();
            for long in 2..table.key {
                let cleared: Vec<&[Value]> = fates.cleared.iter().filter(|key| key.len() == long).copied().collect();
                delete(table.name, &names[..long], &cleared, &mut parts);
            }
            let (mut gone, mut stand, mut change) = (Vec::new(), Vec::new(), BTreeMap::new());
            for (key, fate) in &fates.rows {
                match fate {
                    Fate::Gone => gone.push(*key),
                    Fate::Stands(values) => stand.push(key.iter().chain(values.iter().copied()).cloned().collect()),
                    Fate::Changes(columns) => {
                        let row = key.iter().chain(columns.values().copied()).cloned().collect();
                        change.entry(columns.keys().copied().collect::<Vec<_>>()).or_insert_with(Vec::new).push(row);
                    }
                }
            }
            delete(table.name, &names[..table.key], &gone, &mut parts);
            put(table, &names, &stand, &mut parts);
            for (columns, rows) in change {
                update(table, &names, &columns, &rows, &mut parts);
            }
        }
        parts.extend(self.erasures.iter().cloned());
        parts
    }
}

fn slices(rows: &[Vec<Value>]) -> Vec<&[Value]> {
    rows.iter().map(Vec::as_slice).collect()
}

fn delete(table: &str, key: &[&str], rows: &[&[Value]], parts: &mut Vec<Part>) {
    let before = format!("delete from {table} where ({}) in (values ", key.join(", "));
    parts.extend(Part::of_rows(&before, rows, ")", &[]));
}

fn put(table: &Table, names: &[&str], rows: &[Vec<Value>], parts: &mut Vec<Part>) {
    let before = format!("insert into {} ({}) values ", table.name, names.join(", "));
    let key = names[..table.key].join(", ");
    let sets: Vec<String> = names[table.key..].iter().map(|name| format!("{name} = excluded.{name}")).collect();
    let after = if sets.is_empty() {
        format!(" on conflict ({key}) do nothing")
    } else {
        format!(" on conflict ({key}) do update set {}", sets.join(", "))
    };
    parts.extend(Part::of_rows(&before, &slices(rows), &after, &[]));
}

/// Sets columns of the rows that stand; each row is its key and then the values.
fn update(table: &Table, names: &[&str], columns: &[usize], rows: &[Vec<Value>], parts: &mut Vec<Part>) {
    let sets =
        columns.iter().enumerate().map(|(at, place)| format!("{} = v.column{}", names[*place], table.key + at + 1));
    let before = format!("update {} set {} from (values ", table.name, sets.collect::<Vec<_>>().join(", "));
    let key = (0..table.key).map(|at| format!("{}.{} = v.column{}", table.name, names[at], at + 1));
    let after = format!(") as v where {}", key.collect::<Vec<_>>().join(" and "));
    parts.extend(Part::of_rows(&before, &slices(rows), &after, &[]));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use sqlx::sqlite::SqliteConnectOptions;
    use sqlx::{AssertSqlSafe, Connection as _, Row as _};

    use super::*;
    use crate::db::sqlite_arguments;
    use crate::table::{bytes, int, set, text};

    static THING: Table = Table {
        name: "thing",
        columns: &[int("node"), bytes("matter"), int("part"), text("name"), int("size")],
        key: 3,
    };

    fn key(matter: u128, part: Option<i64>) -> Vec<Value> {
        [Value::Int(1), Value::id(matter)].into_iter().chain(part.map(Value::Int)).collect()
    }

    fn change() -> impl Strategy<Value = Change> {
        let at = || (0u128..3, 0i64..3);
        prop_oneof![
            (at(), 0i64..9).prop_map(|((matter, part), size)| {
                THING.row([key(matter, Some(part)), vec![format!("n{size}").into(), size.into()]].concat())
            }),
            (at(), 0i64..9).prop_map(|((matter, part), size)| set(
                &THING,
                key(matter, Some(part)),
                [("size", size.into())]
            )),
            (at(), 0i64..9).prop_map(|((matter, part), size)| {
                set(&THING, key(matter, Some(part)), [("name", Value::NullText), ("size", size.into())])
            }),
            at().prop_map(|(matter, part)| Change::Delete(THING.key(key(matter, Some(part))))),
            (0u128..3).prop_map(|matter| Change::DeleteUnder(THING.key(key(matter, None)))),
        ]
    }

    /// One change after the other, as its docstring says.
    fn one_by_one(rows: &mut BTreeMap<Vec<Value>, Vec<Value>>, changes: &[Change]) {
        for change in changes {
            match change {
                Change::Put(row) => _ = rows.insert(row.values[..3].to_vec(), row.values[3..].to_vec()),
                Change::Set(key, columns) => {
                    for (name, value) in columns {
                        if let Some(row) = rows.get_mut(&key.values) {
                            row[THING.place(name) - 3] = value.clone();
                        }
                    }
                }
                Change::Delete(key) | Change::DeleteUnder(key) => rows.retain(|row, _| !row.starts_with(&key.values)),
                _ => {}
            }
        }
    }

    /// What a table holds after statements.
    async fn run(parts: &[Part]) -> BTreeMap<Vec<Value>, Vec<Value>> {
        let options = "sqlite::memory:".parse::<SqliteConnectOptions>().unwrap();
        let mut db = sqlx::SqliteConnection::connect_with(&options).await.unwrap();
        let table = "create table thing (node int, matter blob, part int, name text, size int, primary key (node, matter, part)); \
                     create table claim (node int, space text, key text, primary key (node, space, key))";
        sqlx::raw_sql(table).execute(&mut db).await.unwrap();
        for part in parts {
            let query = sqlx::query_with(AssertSqlSafe(part.sql.clone()), sqlite_arguments(&part.values));
            query.execute(&mut db).await.unwrap();
        }
        let rows = sqlx::query("select node, matter, part, name, size from thing").fetch_all(&mut db).await.unwrap();
        let name = |name: Option<String>| name.map_or(Value::NullText, Value::Text);
        rows.iter()
            .map(|row| {
                let key = vec![Value::Int(row.get(0)), Value::Bytes(row.get(1)), Value::Int(row.get(2))];
                (key, vec![name(row.get(3)), Value::Int(row.get(4))])
            })
            .collect()
    }

    proptest! {
        #[test]
        fn folded_changes_come_to_what_they_come_to_one_by_one(
            before in prop::collection::vec(change(), 0..12),
            changes in prop::collection::vec(change(), 0..12),
        ) {
            let mut expected = BTreeMap::new();
            one_by_one(&mut expected, &before);
            one_by_one(&mut expected, &changes);
            let folded = Folded::of(&changes);
            let (there, mut parts) = (Folded::of(&before).parts(1), folded.parts(1));
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            let whole = |parts: &[Part]| runtime.block_on(run(&[there.clone(), parts.to_vec()].concat()));
            prop_assert_eq!(&whole(&parts), &expected);
            if folded.is_apart() {
                parts.reverse();
                prop_assert_eq!(&whole(&parts), &expected);
            }
        }
    }

    #[test]
    fn each_table_has_one_statement_for_each_kind_of_change() {
        let row = |part: i64| THING.row([key(1, Some(part)), vec!["a".into(), part.into()]].concat());
        let sized = |part: i64| set(&THING, key(1, Some(part)), [("size", 5i64.into())]);
        let gone = |part: i64| Change::Delete(THING.key(key(1, Some(part))));
        let changes = [row(1), row(2), sized(2), sized(3), sized(4), row(5), gone(5), gone(6)];
        let parts = Folded::of(&changes).parts(1);
        assert_eq!(
            parts.iter().map(|part| part.sql.as_str()).collect::<Vec<_>>(),
            [
                "delete from thing where (node, matter, part) in (values (?, ?, ?), (?, ?, ?))",
                "insert into thing (node, matter, part, name, size) values (?, ?, ?, ?, ?), (?, ?, ?, ?, ?) \
                 on conflict (node, matter, part) do update set name = excluded.name, size = excluded.size",
                "update thing set size = v.column4 from (values (?, ?, ?, ?), (?, ?, ?, ?)) as v \
                 where thing.node = v.column1 and thing.matter = v.column2 and thing.part = v.column3",
            ]
        );
        assert_eq!(parts[1].values[9], Value::Int(5), "what was written is changed before it is written");
    }

    #[test]
    fn what_is_written_again_under_what_is_cleared_is_not_apart() {
        let row = THING.row([key(1, Some(1)), vec!["a".into(), 1i64.into()]].concat());
        let clear = Change::DeleteUnder(THING.key(key(1, None)));
        assert!(Folded::of([&row, &clear]).is_apart());
        assert!(!Folded::of([&clear, &row]).is_apart());
        assert!(!Folded::of([&Change::Release("s", "k".to_owned())]).releases("s", "other"));
        assert!(Folded::of([&Change::Release("s", "k".to_owned())]).releases("s", "k"));
    }
}
