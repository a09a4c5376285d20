//! Forms: fields with help and errors, the summary of errors, steps, uploads. Each works without script.

mod field;
mod passkey;
mod stepper;
mod upload;

pub use field::{Choice, Field};
pub use passkey::{Ceremony, PasskeyForm};
pub use stepper::Stepper;
pub use upload::{Received, Upload};

use askama::Template;

use super::{Action, Html, IntoHtml};
use crate::component;
use crate::locale::Words;

/// A form with protection against forged requests: fields, then buttons, then a sentence on what happens.
#[derive(Clone, Debug, Template)]
#[template(path = "ui/form.html")]
pub struct Form {
    action: String,
    csrf: String,
    asks: bool,
    files: bool,
    draft: Option<(String, String)>,
    hidden: Vec<(String, String)>,
    body: Html,
    buttons: Vec<Action>,
    after: Html,
}

impl Form {
    /// A form that posts to `action`.
    pub fn new(action: impl Into<String>, csrf: impl Into<String>) -> Form {
        Form {
            action: action.into(),
            csrf: csrf.into(),
            asks: false,
            files: false,
            draft: None,
            hidden: Vec::new(),
            body: Html::default(),
            buttons: Vec::new(),
            after: Html::default(),
        }
    }

    /// A form that only asks: its fields become the query of `action`, and nothing is changed by it.
    pub fn asking(action: impl Into<String>) -> Form {
        Form { asks: true, ..Form::new(action, "") }
    }

    /// A field, an error summary, or any other component.
    pub fn with(mut self, part: impl IntoHtml) -> Form {
        self.body = self.body.then(part);
        self
    }

    /// Sends files.
    pub fn files(mut self) -> Form {
        self.files = true;
        self
    }

    /// Is kept half filled: where scripts run, what was typed is sent after a pause by `act=draft` and `quiet=on`, without files.
    ///
    /// - `to`: where.
    /// - `saved`: what is said under the buttons then.
    pub fn keeps_draft(mut self, to: impl Into<String>, saved: impl Into<String>) -> Form {
        self.draft = Some((to.into(), saved.into()));
        self
    }

    /// What is sent along and not shown.
    pub fn hidden(mut self, name: impl Into<String>, value: impl Into<String>) -> Form {
        self.hidden.push((name.into(), value.into()));
        self
    }

    /// A button; the main one first.
    pub fn button(mut self, button: Action) -> Form {
        self.buttons.push(button);
        self
    }

    /// What happens after sending, under the buttons.
    pub fn after(mut self, after: impl IntoHtml) -> Form {
        self.after = after.into_html();
        self
    }

    /// A verdict with a missing reason.
    pub fn samples(words: Words) -> Vec<(&'static str, Form)> {
        let w = |chinese, english| words.either(chinese, english);
        let reason = Field::area("reason", w("理由", "Reason"))
            .help(w("公开给机关，不公开给社会", "Shown to the organ, not to the public"))
            .value(w("资质名录所列三家与住建部门登记一致。", "The three firms agree with the register."))
            .limit(words, 500)
            .error(w("请写完整：还需引用至少一份材料。", "Please complete it: cite at least one document."));
        let form = Form::new("/w/1/verdict", "token")
            .with(ErrorSummary::of(words, &[&reason]))
            .with(
                Field::choices(
                    "verdict",
                    w("我的结论", "My verdict"),
                    vec![
                        Choice::new("confirmed", w("属实", "Confirmed"))
                            .detail(w("转整改或移送，须另选去向", "To correction or referral, chosen next")),
                        Choice::new("explained", w("有合理解释", "Explained"))
                            .detail(w("事实成立，但理由充分，关闭并留档", "True, with good reason; closed and kept")),
                        Choice::new("refuted", w("不属实", "Refuted"))
                            .detail(w("数据或规则有误，计入精度", "Data or rule was wrong; counts in the precision")),
                    ],
                )
                .value("explained"),
            )
            .with(reason)
            .button(Action::submit(w("提交结论", "Submit verdict")).main())
            .button(Action::submit_as(w("先不提交", "Not now"), "later", "1"))
            .after(w(
                "提交后由监督岗五复核，您不能复核自己的结论。",
                "Post 5 reviews it; you cannot review your own verdict.",
            ));
        vec![("verdict", form)]
    }
}

/// An error of a part of a form.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mistake {
    /// The id of the element that mends it.
    pub target: String,
    /// What the part is called.
    pub label: String,
    /// What is wrong.
    pub error: String,
}

/// All errors of a form on top, each a link to its field. Takes the focus when the page opens.
#[derive(Clone, Debug, Template)]
#[template(path = "ui/error_summary.html")]
pub struct ErrorSummary {
    title: String,
    errors: Vec<(String, String)>,
}

impl ErrorSummary {
    /// The errors of these fields; `None` where there is none.
    pub fn of(words: Words, fields: &[&Field]) -> Option<ErrorSummary> {
        ErrorSummary::listing(words, fields.iter().filter_map(|field| field.mistake()))
    }

    /// The errors of fields and uploads; `None` where there is none.
    pub fn listing(words: Words, mistakes: impl IntoIterator<Item = Mistake>) -> Option<ErrorSummary> {
        let line = |label: &str, error: &str| {
            words.with("form-error-line", &[("label", label.into()), ("error", error.into())])
        };
        let errors: Vec<_> = mistakes.into_iter().map(|it| (it.target, line(&it.label, &it.error))).collect();
        if errors.is_empty() {
            return None;
        }
        Some(ErrorSummary { title: words.count("form-errors", errors.len() as u64), errors })
    }
}

component!(Form, ErrorSummary);
