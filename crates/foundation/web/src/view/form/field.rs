//! Form fields: label above, help under it, the field, the error with what is wrong and how to mend it.

use askama::Template;

use super::super::Icon;
use super::Mistake;
use crate::component;
use crate::locale::Words;

/// A choice among several.
#[derive(Clone, Debug)]
pub struct Choice {
    value: String,
    label: String,
    detail: String,
}

impl Choice {
    /// What is sent and what is read.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Choice {
        Choice { value: value.into(), label: label.into(), detail: String::new() }
    }

    /// What choosing it means.
    pub fn detail(mut self, detail: impl Into<String>) -> Choice {
        self.detail = detail.into();
        self
    }
}

#[derive(Clone, Debug)]
enum Kind {
    Input { kind: &'static str, mode: &'static str, complete: &'static str },
    Area,
    Select(Vec<Choice>),
    Choices(Vec<Choice>),
    Check,
}

/// One field. Required is the rule; what may be left out says so.
#[derive(Clone, Debug, Template)]
#[template(path = "ui/field.html")]
pub struct Field {
    name: String,
    label: String,
    kind: Kind,
    help: String,
    value: String,
    unit: String,
    error: String,
    optional: String,
    limit: Option<String>,
    read_only: bool,
    form: String,
}

impl Field {
    fn new(name: impl Into<String>, label: impl Into<String>, kind: Kind) -> Field {
        Field {
            name: name.into(),
            label: label.into(),
            kind,
            help: String::new(),
            value: String::new(),
            unit: String::new(),
            error: String::new(),
            optional: String::new(),
            limit: None,
            read_only: false,
            form: String::new(),
        }
    }

    fn input(name: impl Into<String>, label: impl Into<String>, kind: &'static str, mode: &'static str) -> Field {
        Field::new(name, label, Kind::Input { kind, mode, complete: "off" })
    }

    /// One line of text.
    pub fn text(name: impl Into<String>, label: impl Into<String>) -> Field {
        Field::input(name, label, "text", "")
    }

    /// A figure. Sent as text: what was typed is never lost, and the server says what is wrong with it.
    pub fn figure(name: impl Into<String>, label: impl Into<String>, unit: impl Into<String>) -> Field {
        let mut field = Field::input(name, label, "text", "decimal");
        field.unit = unit.into();
        field
    }

    /// A day.
    pub fn day(name: impl Into<String>, label: impl Into<String>) -> Field {
        Field::input(name, label, "date", "")
    }

    /// A password; what was typed is not written back.
    pub fn password(name: impl Into<String>, label: impl Into<String>) -> Field {
        Field::input(name, label, "password", "").complete("current-password")
    }

    /// Several lines of text.
    pub fn area(name: impl Into<String>, label: impl Into<String>) -> Field {
        Field::new(name, label, Kind::Area)
    }

    /// One of many, in a list that opens.
    pub fn select(name: impl Into<String>, label: impl Into<String>, options: Vec<Choice>) -> Field {
        Field::new(name, label, Kind::Select(options))
    }

    /// One of few, each with what it means.
    pub fn choices(name: impl Into<String>, label: impl Into<String>, options: Vec<Choice>) -> Field {
        Field::new(name, label, Kind::Choices(options))
    }

    /// Yes or no; sent as `on` where yes.
    pub fn check(name: impl Into<String>, label: impl Into<String>) -> Field {
        Field::new(name, label, Kind::Check)
    }

    /// A sentence under the label.
    pub fn help(mut self, help: impl Into<String>) -> Field {
        self.help = help.into();
        self
    }

    /// What stands in the field, or which choice is made.
    pub fn value(mut self, value: impl Into<String>) -> Field {
        self.value = value.into();
        self
    }

    /// What is wrong and how to mend it; an empty text is no error.
    pub fn error(mut self, error: impl Into<String>) -> Field {
        self.error = error.into();
        self
    }

    /// May be left out, and says so: 可不填.
    pub fn optional(mut self, words: Words) -> Field {
        self.optional = words.t("field-optional");
        self
    }

    /// At most so many characters; said in words.
    pub fn limit(mut self, words: Words, characters: u32) -> Field {
        self.limit = Some(words.count("field-limit", characters.into()));
        self
    }

    /// What browsers may fill in: a token of the HTML standard's `autocomplete`, such as `username` or `one-time-code`.
    pub fn complete(mut self, token: &'static str) -> Field {
        if let Kind::Input { complete, .. } = &mut self.kind {
            *complete = token;
        }
        self
    }

    /// One of several forms on its page that ask for the same: by the form's word its label leads to this field and no other.
    pub fn of_form(mut self, form: impl Into<String>) -> Field {
        self.form = form.into();
        self
    }

    /// Shown, not changed.
    pub fn read_only(mut self) -> Field {
        self.read_only = true;
        self
    }

    /// What is wrong with it, for the summary; `None` where all is well.
    pub fn mistake(&self) -> Option<Mistake> {
        let mistake = || Mistake { target: self.target(), label: self.label.clone(), error: self.error.clone() };
        (!self.error.is_empty()).then(mistake)
    }

    /// The element a link in the summary leads to: the first choice where there is no single one.
    fn target(&self) -> String {
        match &self.kind {
            Kind::Choices(options) => {
                options.first().map_or_else(|| self.id(), |option| format!("{}-{}", self.id(), option.value))
            }
            _ => self.id(),
        }
    }

    fn id(&self) -> String {
        if self.form.is_empty() { format!("f-{}", self.name) } else { format!("f-{}-{}", self.form, self.name) }
    }

    /// Ids of help and error, for screen readers.
    fn described(&self) -> String {
        let mut ids = Vec::new();
        if !self.help.is_empty() || self.limit.is_some() {
            ids.push(format!("{}-help", self.id()));
        }
        if !self.error.is_empty() {
            ids.push(format!("{}-error", self.id()));
        }
        ids.join(" ")
    }

    fn has_label_for(&self) -> bool {
        !matches!(self.kind, Kind::Choices(_) | Kind::Check)
    }

    fn required(&self) -> bool {
        self.optional.is_empty()
    }

    fn chosen(&self, option: &Choice) -> bool {
        option.value == self.value
    }

    fn error_icon(&self) -> Icon {
        Icon::Red
    }

    /// Every kind of field.
    pub fn samples(words: Words) -> Vec<(&'static str, Field)> {
        let w = |chinese, english| words.either(chinese, english);
        vec![
            (
                "text",
                Field::text("title", w("事项名称", "Name of the matter"))
                    .help(w("与公告一致", "As in the notice"))
                    .limit(words, 120),
            ),
            (
                "figure with error",
                Field::figure("amount", w("合同金额", "Contract sum"), w("元", "CNY"))
                    .value("12,80万")
                    .error(w("请写成 128000.00。", "Write 128000.00.")),
            ),
            ("optional day", Field::day("from", w("自何日起", "From")).optional(words)),
            (
                "select",
                Field::select(
                    "organ",
                    w("机关", "Organ"),
                    vec![
                        Choice::new("edu", w("演示县教育局", "Demo County Education")),
                        Choice::new("hea", w("演示市卫健委", "Demo City Health")),
                    ],
                )
                .value("hea"),
            ),
            (
                "check",
                Field::check("agree", w("同意核验统一社会信用代码", "Agree to check the credit code"))
                    .help(w("勾选后不用上传营业执照", "Then no licence needs to be sent")),
            ),
            ("read only", Field::text("id", w("编号", "Number")).value("W-2610-0417").read_only()),
        ]
    }
}

component!(Field);
