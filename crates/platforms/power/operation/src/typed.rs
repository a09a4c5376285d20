//! An item as people type it: in the form of a page, in a row of a table, in JSON. One way to read them all, so that each says the
//! same of the same mistake.

use std::collections::BTreeMap;

use kernel::limit::{Budget, Unit};
use kernel::power::Category;
use kernel::{OrganId, Text};

use crate::types::{Basis, Clients, Content, Fault, Fee, Field, Level, Material, Need, Standing, Wrong};

/// What parts the pieces of a line.
const BAR: char = '|';

/// What was typed, by the names of fields; a text in English has the name of its field and `_en`.
pub type Typed = BTreeMap<String, String>;

/// Reads an item; or says of each field what is wrong with it, in the order of the form.
///
/// - `organ`: the organ that a person means: by its id, its unified social credit code, its name.
///
/// # Errors
/// The faults, those of [`Content::faults`] among them.
pub fn read(typed: &Typed, organ: impl Fn(&str) -> Option<OrganId>) -> Result<Content, Vec<Fault>> {
    let mut reading = Reading { typed, faults: Vec::new() };
    let category = reading.word(Field::Category, Category::parse);
    let organ = reading.word(Field::Organ, organ);
    let standing = reading.word_or(Field::Standing, Standing::parse);
    let level = reading.word_or(Field::Level, Level::parse);
    let clients = reading.word_or(Field::Clients, Clients::parse);
    let materials = reading.lines(Field::Materials, material);
    let bases = reading.lines(Field::Bases, |line| Some(basis(line)));
    let statutory = reading.limit(Field::Statutory);
    let promised = reading.limit(Field::Promised);
    let online = reading.word_or(Field::Online, truth);
    let (Some(category), Some(organ)) = (category, organ) else {
        // The other fields are looked at all the same: a person mends them at once.
        let (category, organ) = (category.unwrap_or(Category::Other), organ.unwrap_or(OrganId::new(0)));
        let other = Content { category, organ, ..reading.content(bases, materials, (statutory, promised)) };
        return Err(reading.with(&other));
    };
    let content = Content {
        category,
        organ,
        standing,
        level,
        clients,
        online,
        ..reading.content(bases, materials, (statutory, promised))
    };
    let faults = reading.with(&content);
    if faults.is_empty() { Ok(content) } else { Err(faults) }
}

/// An item as a form shows it: what [`read`] reads back.
pub fn write(content: &Content) -> Typed {
    let mut typed = Typed::new();
    let mut put = |name: &str, value: String| drop(typed.insert(name.to_owned(), value));
    put("code", content.code.clone());
    put("category", content.category.code().to_owned());
    put("organ", content.organ.to_string());
    put("standing", content.standing.code().to_owned());
    put("level", content.level.code().to_owned());
    put("clients", content.clients.code().to_owned());
    for (name, text) in [
        ("name", &content.name),
        ("conditions", &content.conditions),
        ("result", &content.result),
        ("place", &content.place),
        ("complaints", &content.complaints),
    ] {
        put(name, text.zh.clone());
        put(&format!("{name}_en"), text.en.clone());
    }
    let bases = content.bases.iter().map(|basis| format!("{} {BAR} {}", basis.law, basis.article));
    put("bases", bases.collect::<Vec<_>>().join("\n"));
    let materials = content.materials.iter().map(|material| {
        let Material { name, need, copies } = material;
        format!("{} {BAR} {} {BAR} {copies} {BAR} {}", name.zh, need.code(), name.en)
    });
    put("materials", materials.collect::<Vec<_>>().join("\n"));
    let limit = |limit: Option<Budget>| limit.map_or_else(String::new, said);
    put("statutory", limit(content.statutory));
    put("promised", limit(content.promised));
    let fee = content.fee.as_ref();
    put("fee", fee.map_or_else(String::new, |fee| fee.standard.zh.clone()));
    put("fee_en", fee.map_or_else(String::new, |fee| fee.standard.en.clone()));
    put("fee_basis", fee.map_or_else(String::new, |fee| fee.basis.clone()));
    put("process", content.process.clone().unwrap_or_default());
    put("discretion", content.discretion.clone().unwrap_or_default());
    if content.online {
        put("online", "on".to_owned());
    }
    typed
}

struct Reading<'t> {
    typed: &'t Typed,
    faults: Vec<Fault>,
}

impl Reading<'_> {
    fn of(&self, name: &str) -> &str {
        self.typed.get(name).map(|text| text.trim()).unwrap_or_default()
    }

    fn text(&self, name: &str) -> Text {
        Text::new(self.of(name), self.of(&format!("{name}_en")))
    }

    fn maybe(&self, name: &str) -> Option<String> {
        Some(self.of(name)).filter(|text| !text.is_empty()).map(str::to_owned)
    }

    fn say(&mut self, field: Field, wrong: Wrong) {
        self.faults.push(Fault { field, wrong });
    }

    /// A word of several, which must be there.
    fn word<T>(&mut self, field: Field, parse: impl Fn(&str) -> Option<T>) -> Option<T> {
        let text = self.of(field.code());
        let (found, missing) = (parse(text), text.is_empty());
        if found.is_none() || missing {
            self.say(field, if missing { Wrong::Missing } else { Wrong::Unknown });
        }
        found.filter(|_| !missing)
    }

    /// The same; the usual one where nothing was typed.
    fn word_or<T: Default>(&mut self, field: Field, parse: impl Fn(&str) -> Option<T>) -> T {
        match self.of(field.code()).is_empty() {
            true => T::default(),
            false => self.word(field, parse).unwrap_or_default(),
        }
    }

    /// Lines; those that are empty are none.
    fn lines<T>(&mut self, field: Field, parse: impl Fn(&str) -> Option<T>) -> Vec<T> {
        let text = self.of(field.code());
        let all: Option<Vec<T>> =
            text.split(['\n', ';', '；']).map(str::trim).filter(|line| !line.is_empty()).map(parse).collect();
        if all.is_none() {
            self.say(field, Wrong::Unknown);
        }
        all.unwrap_or_default()
    }

    fn limit(&mut self, field: Field) -> Option<Budget> {
        match self.of(field.code()) {
            "" => None,
            text => {
                let found = limit(text);
                if found.is_none() {
                    self.say(field, Wrong::Days);
                }
                found
            }
        }
    }

    /// The fields that are plain words, and those that were read before.
    fn content(
        &self,
        bases: Vec<Basis>,
        materials: Vec<Material>,
        (statutory, promised): (Option<Budget>, Option<Budget>),
    ) -> Content {
        let fee = Fee { standard: self.text("fee"), basis: self.of("fee_basis").to_owned() };
        Content {
            code: self.of("code").to_owned(),
            name: self.text("name"),
            category: Category::Other,
            organ: OrganId::new(0),
            standing: Standing::default(),
            level: Level::default(),
            clients: Clients::default(),
            bases,
            conditions: self.text("conditions"),
            materials,
            statutory,
            promised,
            fee: (fee != Fee { standard: Text::default(), basis: String::new() }).then_some(fee),
            result: self.text("result"),
            place: self.text("place"),
            complaints: self.text("complaints"),
            process: self.maybe("process"),
            discretion: self.maybe("discretion"),
            online: false,
        }
    }

    /// All faults in the order of the form, each field once: what could not be read is not also said to be missing.
    fn with(self, content: &Content) -> Vec<Fault> {
        let mut all = self.faults;
        for fault in content.faults() {
            if all.iter().all(|other| other.field != fault.field) {
                all.push(fault);
            }
        }
        all.sort_by_key(|fault| fault.field);
        all
    }
}

/// A legal basis: the law, a bar, the article; the article may be missing.
fn basis(line: &str) -> Basis {
    let (law, article) = line.split_once([BAR, '｜']).unwrap_or((line, ""));
    Basis { law: law.trim().to_owned(), article: article.trim().to_owned() }
}

/// A material: its name, when it is asked for, how many copies, its English name; all but the first may be missing.
fn material(line: &str) -> Option<Material> {
    let mut pieces = line.split([BAR, '｜']).map(str::trim);
    let name = pieces.next().unwrap_or_default();
    let need = match pieces.next().unwrap_or_default() {
        "" => Need::Always,
        word => Need::parse(word)?,
    };
    let copies = match pieces.next().unwrap_or_default() {
        "" => 0,
        number => number.trim_end_matches('份').trim().parse().ok()?,
    };
    let en = pieces.next().unwrap_or_default();
    pieces.next().is_none().then(|| Material { name: Text::new(name, en), need, copies })
}

/// Days as people write them: `20`, `20 工作日`, `20个工作日`, `30日`, `30 calendar-days`. Without a unit they are working days.
fn limit(text: &str) -> Option<Budget> {
    let end = text.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(text.len());
    let value = text.get(..end)?.parse().ok()?;
    let unit = match text.get(end..)?.trim().trim_start_matches('个').trim() {
        "" | "工作日" | "working-days" | "working days" | "working day" => Unit::WorkingDays,
        "日" | "天" | "自然日" | "日历日" | "calendar-days" | "calendar days" | "days" | "day" => {
            Unit::CalendarDays
        }
        _ => return None,
    };
    Some(Budget { value, unit })
}

/// A limit as a form shows it, in either language.
fn said(limit: Budget) -> String {
    match limit.unit {
        Unit::WorkingDays => format!("{} 工作日", limit.value),
        Unit::CalendarDays | Unit::Hours => format!("{} 日", limit.value),
    }
}

fn truth(text: &str) -> Option<bool> {
    match text.to_lowercase().as_str() {
        "on" | "true" | "yes" | "1" | "是" => Some(true),
        "off" | "false" | "no" | "0" | "否" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::tests::content;

    fn organ(text: &str) -> Option<OrganId> {
        (text == "示例局" || text == OrganId::new(9).to_string()).then_some(OrganId::new(9))
    }

    #[test]
    fn what_a_form_shows_is_read_back() {
        let full = Content {
            fee: Some(Fee {
                standard: Text::new("每件 10 元", "10 yuan each"), basis: "示例〔2026〕1号".to_owned()
            }),
            materials: vec![
                Material { name: Text::new("申请书", "Application"), need: Need::Always, copies: 2 },
                Material { name: Text::new("平面图", ""), need: Need::Tolerated, copies: 0 },
            ],
            statutory: Some(Budget::calendar_days(30)),
            promised: Some(Budget::calendar_days(0)),
            discretion: Some("Fine".to_owned()),
            ..content()
        };
        for content in [content(), full, Content { online: false, process: None, fee: None, ..content() }] {
            assert_eq!(read(&write(&content), organ), Ok(content));
        }
    }

    #[test]
    fn limits_and_materials_are_read_as_people_write_them() {
        for (text, days) in [
            ("20", Some(Budget::working_days(20))),
            ("20个工作日", Some(Budget::working_days(20))),
            ("30 日", Some(Budget::calendar_days(30))),
            ("7天", Some(Budget::calendar_days(7))),
            ("5 calendar days", Some(Budget::calendar_days(5))),
            ("即办", None),
            ("-3", None),
            ("3 小时", None),
            ("99999999999", None),
        ] {
            assert_eq!(limit(text), days, "{text}");
        }
        let read = material("平面图｜可容缺｜2份").unwrap();
        assert_eq!((read.name.zh.as_str(), read.need, read.copies), ("平面图", Need::Tolerated, 2));
        for wrong in ["平面图 | 也许", "平面图 | 必要 | 很多", "a | 必要 | 1 | b | c"] {
            assert_eq!(material(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn every_fault_is_said_at_once_each_field_once_in_order() {
        let typed: Typed = [
            ("code", "a b"),
            ("name", "示例"),
            ("category", "行政审批"),
            ("organ", "没有的局"),
            ("bases", ""),
            ("materials", "图 | 也许"),
            ("statutory", "很快"),
            ("online", "on"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
        let faults = read(&typed, organ).unwrap_err();
        let said: Vec<String> = faults.iter().map(ToString::to_string).collect();
        let wanted = [
            "code: signs",
            "category: unknown",
            "organ: unknown",
            "bases: missing",
            "conditions: missing",
            "materials: unknown",
            "statutory: days",
        ];
        assert_eq!(said, wanted);
    }
}
