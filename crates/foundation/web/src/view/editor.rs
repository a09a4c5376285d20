//! Editors for the texts of models and forms. Without script one edits the text; with it an editor stands in its place and the
//! text follows it change by change, so that the form it stands in is sent as ever.
//!
//! Their scripts and styles are bundles of their own (`web/scripts/editor.js`, `builder.js`), which come with the component:
//! no other page loads them.

use askama::Template;

use super::Icon;
use crate::assets;
use crate::component;
use crate::locale::Words;

/// What kind of model is edited.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ModelKind {
    /// Processes: BPMN 2.0.
    Process,
    /// Decisions: DMN 1.2 to 1.5.
    Decision,
}

impl ModelKind {
    fn code(self) -> &'static str {
        match self {
            ModelKind::Process => "bpmn",
            ModelKind::Decision => "dmn",
        }
    }
}

/// Something that a model may name: its code, and what people call it.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize)]
pub struct Named {
    /// As the model writes it.
    pub code: String,
    /// As people read it, in the page's language.
    pub name: String,
}

impl Named {
    /// A code with its name.
    pub fn new(code: impl Into<String>, name: impl Into<String>) -> Named {
        Named { code: code.into(), name: name.into() }
    }
}

/// A field on a form of the model.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize)]
pub struct OnForm {
    /// The form's code.
    pub form: String,
    /// The field's variable, and what people call it.
    #[serde(flatten)]
    pub field: Named,
}

impl OnForm {
    /// A field of a form.
    pub fn new(form: impl Into<String>, field: Named) -> OnForm {
        OnForm { form: form.into(), field }
    }
}

/// An editor for a process or for decisions: a field with the text of the model, and over it the drawing with properties in plain
/// words, findings beside it. Stands in a [`Form`](super::Form), whose fields the check is sent as well.
#[derive(Clone, Debug, Template)]
#[template(path = "ui/model_editor.html")]
pub struct ModelEditor {
    kind: ModelKind,
    name: String,
    label: String,
    help: String,
    value: String,
    error: String,
    check: String,
    duties: Vec<Named>,
    forms: Vec<Named>,
    consents: Vec<OnForm>,
    job_types: Vec<Named>,
    decisions: Vec<Named>,
}

impl ModelEditor {
    /// - `name`: of the field that carries the model's text.
    pub fn new(kind: ModelKind, name: impl Into<String>, label: impl Into<String>) -> ModelEditor {
        ModelEditor {
            kind,
            name: name.into(),
            label: label.into(),
            help: String::new(),
            value: String::new(),
            error: String::new(),
            check: String::new(),
            duties: Vec::new(),
            forms: Vec::new(),
            consents: Vec::new(),
            job_types: Vec::new(),
            decisions: Vec::new(),
        }
    }

    /// A sentence under the label.
    pub fn help(mut self, help: impl Into<String>) -> ModelEditor {
        self.help = help.into();
        self
    }

    /// The text of the model.
    pub fn value(mut self, value: impl Into<String>) -> ModelEditor {
        self.value = value.into();
        self
    }

    /// What is wrong and how to mend it; an empty text is no error.
    pub fn error(mut self, error: impl Into<String>) -> ModelEditor {
        self.error = error.into();
        self
    }

    /// Where the model is checked as one draws. The form's fields are posted there, the protection against forged requests
    /// and the model among them, with `kind` (`bpmn` or `dmn`) where no field has that name. The answer is JSON:
    /// `{"accepted": bool, "findings": [{"rule", "severity": "error" | "warning", "file", "line", "column", "element", "what",
    /// "mend"}]}`, sentences in the page's language.
    pub fn check(mut self, path: impl Into<String>) -> ModelEditor {
        self.check = path.into();
        self
    }

    /// Duties that tasks may be given to.
    pub fn duties(mut self, duties: Vec<Named>) -> ModelEditor {
        self.duties = duties;
        self
    }

    /// Forms that tasks may ask for; without any their code is typed.
    pub fn forms(mut self, forms: Vec<Named>) -> ModelEditor {
        self.forms = forms;
        self
    }

    /// Fields of forms that ask yes or no: those by which officers who sign together agree 会签.
    pub fn consents(mut self, consents: Vec<OnForm>) -> ModelEditor {
        self.consents = consents;
        self
    }

    /// Kinds of services; without any their code is typed.
    pub fn job_types(mut self, job_types: Vec<Named>) -> ModelEditor {
        self.job_types = job_types;
        self
    }

    /// Decisions that are offered by name.
    pub fn decisions(mut self, decisions: Vec<Named>) -> ModelEditor {
        self.decisions = decisions;
        self
    }

    fn json<T: serde::Serialize>(&self, list: &[T]) -> String {
        serde_json::to_string(list).unwrap_or_default()
    }

    fn asset(&self, name: &str) -> String {
        assets::url(name)
    }

    fn error_icon(&self) -> Icon {
        Icon::Red
    }

    /// A process with lists and a check, and decisions with an error.
    pub fn samples(words: Words) -> Vec<(&'static str, ModelEditor)> {
        let w = |chinese, english| words.either(chinese, english);
        vec![
            (
                "process",
                ModelEditor::new(ModelKind::Process, "process", w("流程", "Process"))
                    .help(w("BPMN 2.0 文本", "Text in BPMN 2.0"))
                    .value("<definitions/>")
                    .check("/models/check")
                    .duties(vec![Named::new("organ-handler", w("承办岗", "Handler"))])
                    .forms(vec![Named::new("permit", w("许可申请表", "Application for a licence"))])
                    .consents(vec![OnForm::new("permit", Named::new("agreed", w("同意", "Agreed")))])
                    .job_types(vec![Named::new("notify", w("告知申请人", "Tell the applicant"))]),
            ),
            (
                "decisions, with an error",
                ModelEditor::new(ModelKind::Decision, "decisions", w("决策", "Decisions"))
                    .error(w("第 3 行没有写完。", "Line 3 is not complete.")),
            ),
        ]
    }
}

/// An editor for the fields of a form, kept as a JSON Schema (draft 2020-12): an object of ordered properties with `title`,
/// `x-title-en`, `description`, `x-description-en`; text of one line or several (`x-lines`), dates, choices (`enum`,
/// `x-enum-titles`, `x-enum-titles-en`), numbers with bounds, yes or no, files (an array with `x-file`, `x-types`, `x-max-bytes`,
/// `maxItems`). What else a schema says is kept.
#[derive(Clone, Debug, Template)]
#[template(path = "ui/form_builder.html")]
pub struct FormBuilder {
    name: String,
    label: String,
    help: String,
    value: String,
    error: String,
}

impl FormBuilder {
    /// - `name`: of the field that carries the schema.
    pub fn new(name: impl Into<String>, label: impl Into<String>) -> FormBuilder {
        let (name, label) = (name.into(), label.into());
        FormBuilder { name, label, help: String::new(), value: String::new(), error: String::new() }
    }

    /// A sentence under the label.
    pub fn help(mut self, help: impl Into<String>) -> FormBuilder {
        self.help = help.into();
        self
    }

    /// The schema; an empty text is a form without fields.
    pub fn value(mut self, value: impl Into<String>) -> FormBuilder {
        self.value = value.into();
        self
    }

    /// What is wrong and how to mend it; an empty text is no error.
    pub fn error(mut self, error: impl Into<String>) -> FormBuilder {
        self.error = error.into();
        self
    }

    fn asset(&self, name: &str) -> String {
        assets::url(name)
    }

    fn error_icon(&self) -> Icon {
        Icon::Red
    }

    /// One field.
    pub fn samples(words: Words) -> Vec<(&'static str, FormBuilder)> {
        let w = |chinese, english| words.either(chinese, english);
        let schema = r#"{"type":"object","properties":{"area":{"type":"number","title":"m²","minimum":0}}}"#;
        vec![(
            "a field",
            FormBuilder::new("schema", w("表", "Form"))
                .help(w("JSON Schema 文本", "Text in JSON Schema"))
                .value(schema),
        )]
    }
}

component!(ModelEditor, FormBuilder);
