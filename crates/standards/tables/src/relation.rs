//! Registers that hold totals between buyers and suppliers and no processes. No release is made of them: a pair's total is
//! not a contracting process, and a release would let indicators count it as one.

use serde::Serialize;
use serde_json::Value;

use crate::fault::{ApplyError, Lost, Problem, RowFault};
use crate::files::Files;
use crate::mapping::{Mapping, OrganisationRule, RelationRule, ValueRule};
use crate::outcome::Limits;
use crate::party::named;
use crate::row::{Read, Row, Rows};
use crate::value::{View, hold};

/// An organisation of a relation, with the id a release of the same source would give it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RelationParty {
    /// Party id.
    pub id: String,
    /// Name as published.
    pub name: Option<String>,
    /// Scheme and id in a register, if the row gives one.
    pub identifier: Option<(String, String)>,
}

/// What one supplier had from one buyer, in total.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Relation {
    /// File name.
    pub file: String,
    /// 1-based line, or sheet row.
    pub line: u64,
    /// The buyer.
    pub buyer: RelationParty,
    /// The supplier.
    pub supplier: RelationParty,
    /// Number of contracts (a JSON integer).
    pub contracts: Option<Value>,
    /// Total amount (a JSON number).
    pub amount: Option<Value>,
    /// Currency of the amount.
    pub currency: Option<String>,
}

impl Mapping {
    /// The relations of a register, row by row, with the faults between them. Streams; nothing is kept.
    pub fn relations<'a>(
        &'a self,
        files: &'a dyn Files,
        limits: &Limits,
    ) -> Result<impl Iterator<Item = Result<Relation, RowFault>> + 'a, Vec<ApplyError>> {
        let (mut opened, mut errors) = (Vec::new(), Vec::new());
        let offered = files.names();
        for rule in &self.relations {
            let file = &self.files[rule.file];
            let chosen = file.chosen(&offered);
            if chosen.is_empty() && !file.optional {
                let patterns = file.patterns.join(", ");
                let (zh, en) = (format!("没有符合“{patterns}”的文件"), format!("no file given fits `{patterns}`"));
                errors.push(ApplyError { file: patterns, mapping_line: Some(file.line), code: "file.missing", zh, en });
            }
            for name in chosen {
                match Rows::open(files, &name, 0, (rule.file, file), limits) {
                    Ok(rows) => opened.push((rule, rows)),
                    Err(wrong) => errors.extend(wrong),
                }
            }
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        let mut opened = opened.into_iter();
        let mut current = opened.next();
        Ok(std::iter::from_fn(move || {
            loop {
                let (rule, rows) = current.as_mut()?;
                match rows.next() {
                    None => current = opened.next(),
                    Some(Read::Blank) => {}
                    Some(Read::Fault(fault)) => return Some(Err(fault)),
                    // A flawed cell counts as blank, and a row whose figures are in doubt is not half a relation.
                    Some(Read::Row(_, mut faults)) if !faults.is_empty() => return faults.pop().map(Err),
                    Some(Read::Row(row, _)) => {
                        if let Some(item) = relation(self, rule, &rows.name, &row) {
                            return Some(item);
                        }
                    }
                }
            }
        }))
    }
}

fn relation(mapping: &Mapping, rule: &RelationRule, file: &str, row: &Row) -> Option<Result<Relation, RowFault>> {
    let view = View { own: Some(row), main: None, joined: &[] };
    if !hold(&mapping.files[rule.file].when, view) || !hold(&rule.when, view) {
        return None;
    }
    let made = || -> Result<Relation, Problem> {
        let value = |value: &Option<ValueRule>| value.as_ref().map_or(Ok(None), |value| value.json(view));
        let currency = value(&rule.currency)?.and_then(|value| value.as_str().map(str::to_owned));
        Ok(Relation {
            file: file.to_owned(),
            line: row.line,
            buyer: party(mapping, &rule.buyer, view)?,
            supplier: party(mapping, &rule.supplier, view)?,
            contracts: value(&rule.contracts)?,
            amount: value(&rule.amount)?,
            currency: currency.or_else(|| mapping.release.currency.clone()),
        })
    };
    Some(made().map_err(|problem| problem.at(file, row.line, Lost::Row)))
}

fn party(mapping: &Mapping, rule: &OrganisationRule, view: View<'_>) -> Result<RelationParty, Problem> {
    let found = named(rule, &mapping.source.name, view)?.into_iter().next();
    let found = found
        .ok_or_else(|| Problem::new("organisation.blank", "", "缺少采购人或供应商", "names no buyer or no supplier"))?;
    Ok(RelationParty { id: found.id, name: found.name, identifier: found.identifier })
}
