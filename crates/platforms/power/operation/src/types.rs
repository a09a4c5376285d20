//! What an item of the inventory of powers says: the fields of an implementation list 实施清单. Source: 中办发〔2015〕21号
//! GB/T 39554.2-2020 (fields; their codes there are not used: rules-cn.md PL-06, confidence low).

use std::fmt;

use kernel::limit::{Budget, Unit};
use kernel::power::Category;
use kernel::refusal::{Param, Refuse};
use kernel::words::within;
use kernel::{OrganId, Text};
use serde::{Deserialize, Serialize};

/// Whose power it is 实施主体性质.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// 法定机关.
    #[default]
    Statutory,
    /// 授权组织.
    Authorised,
    /// 受委托组织.
    Entrusted,
}

/// At which level it is exercised 行使层级.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// 省级.
    Province,
    /// 市级.
    City,
    /// 县级.
    #[default]
    County,
    /// 乡级.
    Township,
    /// 村级.
    Village,
}

/// Whom it concerns 服务对象.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Clients {
    /// 自然人.
    Persons,
    /// 企业法人和其他组织.
    Organisations,
    /// Both.
    #[default]
    Anyone,
}

/// When a material is asked for 必要性.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Need {
    /// Always 必要.
    #[default]
    Always,
    /// May follow after acceptance 可容缺 (容缺受理: 国发〔2022〕5号).
    Tolerated,
    /// May be replaced by a written commitment 可告知承诺 (国办发〔2020〕42号).
    Committed,
    /// If it applies 视情形.
    Where,
}

/// A material that is asked for 申请材料.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Material {
    /// Its name.
    pub name: Text,
    /// When it is asked for.
    #[serde(default)]
    pub need: Need,
    /// How many copies on paper; nought: electronically only.
    #[serde(default)]
    pub copies: u8,
}

/// Where a power comes from 设定依据.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Basis {
    /// The law by name 法名, with its number 文号 where it has one.
    pub law: String,
    /// The article 条款.
    pub article: String,
}

/// What is charged 收费.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Fee {
    /// Item and standard, in words.
    pub standard: Text,
    /// By which rule it may be charged at all.
    pub basis: String,
}

/// An item as a version of the inventory has it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Content {
    /// The implementation code 实施编码: unique on the node, and the same in every version.
    pub code: String,
    /// The name.
    pub name: Text,
    /// The category.
    pub category: Category,
    /// The organ that exercises it.
    pub organ: OrganId,
    /// Whose power it is.
    #[serde(default)]
    pub standing: Standing,
    /// At which level.
    #[serde(default)]
    pub level: Level,
    /// Whom it concerns.
    #[serde(default)]
    pub clients: Clients,
    /// Where it comes from; at least one.
    pub bases: Vec<Basis>,
    /// Who may have it, and when 受理条件.
    pub conditions: Text,
    /// What is to be brought.
    #[serde(default)]
    pub materials: Vec<Material>,
    /// The law's limit, in days; none where the law has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statutory: Option<Budget>,
    /// The promised limit, never longer (优化营商环境条例 art. 36).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub promised: Option<Budget>,
    /// What is charged; nothing: it is free.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fee: Option<Fee>,
    /// What comes of it 审批结果.
    #[serde(default)]
    pub result: Text,
    /// Where and when it is done, and whom to ask 办理地点、时间、咨询.
    #[serde(default)]
    pub place: Text,
    /// Where to complain 监督投诉.
    #[serde(default)]
    pub complaints: Text,
    /// The process that its matters follow; none: it is in the inventory and not connected yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub process: Option<String>,
    /// The decision by which its discretion is bound 裁量基准; none where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub discretion: Option<String>,
    /// Whether anybody may apply for it on the public face.
    #[serde(default)]
    pub online: bool,
}

/// Characters of a code, a name, a line and a text at most.
pub const MOST: Lengths = Lengths { code: 40, name: 100, line: 200, text: 2_000 };

/// Lengths of words.
pub struct Lengths {
    /// Of a code.
    pub code: usize,
    /// Of a name.
    pub name: usize,
    /// Of a line.
    pub line: usize,
    /// Of a text.
    pub text: usize,
}

/// Legal bases and materials of an item at most.
pub const MOST_LINES: usize = 40;
/// The longest limit that an item may have, in days: two years.
pub const MOST_DAYS: u32 = 730;

/// A field of an item, as forms, tables and comparisons name it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Field {
    /// The code.
    Code,
    /// The name.
    Name,
    /// The category.
    Category,
    /// The organ.
    Organ,
    /// Whose power it is.
    Standing,
    /// The level.
    Level,
    /// Whom it concerns.
    Clients,
    /// The legal bases.
    Bases,
    /// The conditions.
    Conditions,
    /// The materials.
    Materials,
    /// The law's limit.
    Statutory,
    /// The promised limit.
    Promised,
    /// The fee.
    Fee,
    /// What comes of it.
    Result,
    /// Where it is done.
    Place,
    /// Where to complain.
    Complaints,
    /// The process.
    Process,
    /// The discretion standard.
    Discretion,
    /// Whether it is applied for online.
    Online,
}

impl Field {
    /// All, in the order of the form.
    pub const ALL: [Field; 19] = [
        Field::Code,
        Field::Name,
        Field::Category,
        Field::Organ,
        Field::Standing,
        Field::Level,
        Field::Clients,
        Field::Bases,
        Field::Conditions,
        Field::Materials,
        Field::Statutory,
        Field::Promised,
        Field::Fee,
        Field::Result,
        Field::Place,
        Field::Complaints,
        Field::Process,
        Field::Discretion,
        Field::Online,
    ];

    /// The stable word: the name of the form's field and of the JSON member.
    pub fn code(self) -> &'static str {
        match self {
            Field::Code => "code",
            Field::Name => "name",
            Field::Category => "category",
            Field::Organ => "organ",
            Field::Standing => "standing",
            Field::Level => "level",
            Field::Clients => "clients",
            Field::Bases => "bases",
            Field::Conditions => "conditions",
            Field::Materials => "materials",
            Field::Statutory => "statutory",
            Field::Promised => "promised",
            Field::Fee => "fee",
            Field::Result => "result",
            Field::Place => "place",
            Field::Complaints => "complaints",
            Field::Process => "process",
            Field::Discretion => "discretion",
            Field::Online => "online",
        }
    }
}

/// Why a field is not accepted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wrong {
    /// It is missing.
    Missing,
    /// It is too long, or has too many lines.
    TooLong,
    /// It is none of what it may be.
    Unknown,
    /// No number of days, or too many.
    Days,
    /// The promised limit is longer than the law's, or counts other days.
    Longer,
    /// A fee without the rule that allows it.
    NoBasis,
    /// A code with other signs than letters, digits, points and dashes, or a line with signs that part lines.
    Signs,
    /// Another item has this code.
    Taken,
    /// Applied for online without a process that it could follow.
    NotConnected,
    /// The process promises longer, or knows another limit of the law, than the item.
    OtherLimit,
    /// The code of an item never changes.
    Fixed,
}

impl Wrong {
    /// The stable word, translated.
    pub fn code(self) -> &'static str {
        match self {
            Wrong::Missing => "missing",
            Wrong::TooLong => "too-long",
            Wrong::Unknown => "unknown",
            Wrong::Days => "days",
            Wrong::Longer => "longer",
            Wrong::NoBasis => "no-basis",
            Wrong::Signs => "signs",
            Wrong::Taken => "taken",
            Wrong::NotConnected => "not-connected",
            Wrong::OtherLimit => "other-limit",
            Wrong::Fixed => "fixed",
        }
    }
}

/// A field that is not accepted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Fault {
    /// Which.
    pub field: Field,
    /// Why.
    pub wrong: Wrong,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field.code(), self.wrong.code())
    }
}

/// Fields of an item that are not accepted, as a refusal of the API.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("these fields are not accepted: {}", listed(.0))]
pub struct Faulty(pub Vec<Fault>);

fn listed(faults: &[Fault]) -> String {
    faults.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

impl Refuse for Faulty {
    fn code(&self) -> &'static str {
        "power.fields"
    }

    fn params(&self) -> Vec<(&'static str, Param)> {
        vec![("fields", listed(&self.0).into())]
    }
}

impl Content {
    /// What is wrong with it, taken by itself; in the order of the form, each field once.
    pub fn faults(&self) -> Vec<Fault> {
        let mut all = Vec::new();
        let mut check = |field, wrong: Option<Wrong>| all.extend(wrong.map(|wrong| Fault { field, wrong }));
        check(Field::Code, code(&self.code));
        check(Field::Name, said(&self.name, MOST.name));
        check(Field::Bases, self.wrong_bases());
        check(Field::Conditions, said(&self.conditions, MOST.text));
        check(Field::Materials, self.wrong_materials());
        check(Field::Statutory, self.statutory.and_then(days));
        check(Field::Promised, self.promised.and_then(days).or_else(|| self.wrong_promise()));
        check(Field::Fee, self.fee.as_ref().and_then(wrong_fee));
        for (field, text) in
            [(Field::Result, &self.result), (Field::Place, &self.place), (Field::Complaints, &self.complaints)]
        {
            check(field, short(text, MOST.text));
        }
        check(Field::Process, self.process.as_deref().and_then(|process| line(process, MOST.line)));
        check(Field::Discretion, self.discretion.as_deref().and_then(|decision| line(decision, MOST.line)));
        check(Field::Online, (self.online && self.process.is_none()).then_some(Wrong::NotConnected));
        all
    }

    fn wrong_bases(&self) -> Option<Wrong> {
        if self.bases.is_empty() {
            return Some(Wrong::Missing);
        }
        let long = |basis: &Basis| {
            line(&basis.law, MOST.line)
                .or_else(|| short_line(&basis.article, MOST.line))
                .or_else(|| parted([&basis.law, &basis.article]))
        };
        (self.bases.len() > MOST_LINES).then_some(Wrong::TooLong).or_else(|| self.bases.iter().find_map(long))
    }

    fn wrong_materials(&self) -> Option<Wrong> {
        let wrong = |material: &Material| {
            said(&material.name, MOST.line).or_else(|| parted([&material.name.zh, &material.name.en]))
        };
        (self.materials.len() > MOST_LINES).then_some(Wrong::TooLong).or_else(|| self.materials.iter().find_map(wrong))
    }

    /// A promise is never longer than the law; days of two kinds cannot be compared without a calendar, so that they are of one.
    fn wrong_promise(&self) -> Option<Wrong> {
        let (Some(promised), Some(statutory)) = (self.promised, self.statutory) else { return None };
        (promised.unit != statutory.unit || promised.value > statutory.value).then_some(Wrong::Longer)
    }
}

fn code(text: &str) -> Option<Wrong> {
    let sign = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '.' | '_');
    line(text, MOST.code).or_else(|| (!text.chars().all(sign)).then_some(Wrong::Signs))
}

/// Words that must be there, in Chinese at least.
fn said(text: &Text, most: usize) -> Option<Wrong> {
    line(&text.zh, most).or_else(|| short_line(&text.en, most))
}

/// Words that may be missing.
fn short(text: &Text, most: usize) -> Option<Wrong> {
    short_line(&text.zh, most).or_else(|| short_line(&text.en, most))
}

fn line(text: &str, most: usize) -> Option<Wrong> {
    match text.trim().is_empty() {
        true => Some(Wrong::Missing),
        false => short_line(text, most),
    }
}

fn short_line(text: &str, most: usize) -> Option<Wrong> {
    let fits = text.trim().is_empty() || within(text, most).is_some();
    (!fits).then_some(Wrong::TooLong)
}

/// A piece of a line holds nothing that parts pieces or lines.
fn parted(pieces: [&String; 2]) -> Option<Wrong> {
    let parts = |text: &&String| text.contains(['|', '｜', ';', '；', '\n']);
    pieces.iter().any(parts).then_some(Wrong::Signs)
}

fn days(limit: Budget) -> Option<Wrong> {
    (limit.unit == Unit::Hours || limit.value > MOST_DAYS).then_some(Wrong::Days)
}

fn wrong_fee(fee: &Fee) -> Option<Wrong> {
    said(&fee.standard, MOST.text).or_else(|| line(&fee.basis, MOST.line).map(|_| Wrong::NoBasis))
}

/// Gives an enumeration of a field its stable words: as stored, as typed into tables, and as translated.
macro_rules! words {
    ($type:ident { $($variant:ident = $code:literal | $zh:literal),+ $(,)? }) => {
        impl $type {
            /// All, in the order of the form.
            pub const ALL: &'static [$type] = &[$($type::$variant),+];

            /// The stable word, stored and translated.
            pub fn code(self) -> &'static str {
                match self {
                    $($type::$variant => $code),+
                }
            }

            /// From its word, or from its name in Chinese as tables have it.
            pub fn parse(text: &str) -> Option<$type> {
                let text = text.trim();
                $type::ALL.iter().copied().find(|one| one.code() == text || one.zh() == text)
            }

            fn zh(self) -> &'static str {
                match self {
                    $($type::$variant => $zh),+
                }
            }
        }
    };
}

words!(Standing { Statutory = "statutory" | "法定机关", Authorised = "authorised" | "授权组织", Entrusted = "entrusted" | "受委托组织" });
words!(Level {
    Province = "province" | "省级",
    City = "city" | "市级",
    County = "county" | "县级",
    Township = "township" | "乡级",
    Village = "village" | "村级",
});
words!(Clients { Persons = "persons" | "自然人", Organisations = "organisations" | "法人和其他组织", Anyone = "anyone" | "自然人、法人和其他组织" });
words!(Need { Always = "always" | "必要", Tolerated = "tolerated" | "可容缺", Committed = "committed" | "可承诺", Where = "where" | "视情形" });

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// The field that is wrong, and why.
    type Faults = Option<(Field, Wrong)>;

    /// An item as it should be.
    pub(crate) fn content() -> Content {
        Content {
            code: "320000-XK-001".to_owned(),
            name: Text::new("示例许可", "Sample licence"),
            category: Category::Licensing,
            organ: OrganId::new(9),
            standing: Standing::Statutory,
            level: Level::County,
            clients: Clients::Anyone,
            bases: vec![Basis { law: "示例条例".to_owned(), article: "第十条".to_owned() }],
            conditions: Text::new("有固定场所。", "Has fixed premises."),
            materials: vec![Material { name: Text::new("申请书", "Application"), need: Need::Always, copies: 1 }],
            statutory: Some(Budget::working_days(20)),
            promised: Some(Budget::working_days(10)),
            fee: None,
            result: Text::new("许可证", "Licence"),
            place: Text::default(),
            complaints: Text::default(),
            process: Some("licence".to_owned()),
            discretion: None,
            online: true,
        }
    }

    #[test]
    fn each_field_is_looked_at_and_named() {
        let limit = |value, unit| Some(Budget { value, unit });
        let long = "长".repeat(MOST.text + 1);
        let none = Content { ..content() };
        let cases: Vec<(&str, Content, Faults)> = vec![
            ("as it should be", none, None),
            ("no code", Content { code: " ".into(), ..content() }, Some((Field::Code, Wrong::Missing))),
            ("a long code", Content { code: "a".repeat(41), ..content() }, Some((Field::Code, Wrong::TooLong))),
            ("a code with a blank", Content { code: "a b".into(), ..content() }, Some((Field::Code, Wrong::Signs))),
            ("no name", Content { name: Text::new("", "x"), ..content() }, Some((Field::Name, Wrong::Missing))),
            ("no English name", Content { name: Text::new("名", ""), ..content() }, None),
            ("no basis", Content { bases: vec![], ..content() }, Some((Field::Bases, Wrong::Missing))),
            (
                "no condition",
                Content { conditions: Text::default(), ..content() },
                Some((Field::Conditions, Wrong::Missing)),
            ),
            (
                "a long condition",
                Content { conditions: Text::same(long), ..content() },
                Some((Field::Conditions, Wrong::TooLong)),
            ),
            ("as long as the law", Content { promised: limit(20, Unit::WorkingDays), ..content() }, None),
            (
                "a day longer than the law",
                Content { promised: limit(21, Unit::WorkingDays), ..content() },
                Some((Field::Promised, Wrong::Longer)),
            ),
            (
                "other days than the law",
                Content { promised: limit(5, Unit::CalendarDays), ..content() },
                Some((Field::Promised, Wrong::Longer)),
            ),
            ("a promise without a law", Content { statutory: None, ..content() }, None),
            ("two years", Content { statutory: limit(MOST_DAYS, Unit::WorkingDays), ..content() }, None),
            (
                "longer than two years",
                Content { statutory: limit(MOST_DAYS + 1, Unit::WorkingDays), ..content() },
                Some((Field::Statutory, Wrong::Days)),
            ),
            (
                "a fee without a rule",
                Content { fee: Some(Fee { standard: Text::same("10 元"), basis: String::new() }), ..content() },
                Some((Field::Fee, Wrong::NoBasis)),
            ),
            (
                "online without a process",
                Content { process: None, ..content() },
                Some((Field::Online, Wrong::NotConnected)),
            ),
            ("not connected", Content { process: None, online: false, ..content() }, None),
        ];
        for (case, content, wrong) in cases {
            let faults: Vec<(Field, Wrong)> = content.faults().iter().map(|it| (it.field, it.wrong)).collect();
            assert_eq!(faults, wrong.into_iter().collect::<Vec<_>>(), "{case}");
        }
    }

    #[test]
    fn words_are_read_as_they_are_written_and_as_tables_have_them() {
        for level in Level::ALL {
            assert_eq!(Level::parse(level.code()), Some(*level));
            assert_eq!(Level::parse(&format!(" {} ", level.zh())), Some(*level));
        }
        assert_eq!(Need::parse("也许"), None);
    }
}
