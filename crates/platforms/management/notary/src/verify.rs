//! "Verify this": what a receipt proves, in plain words.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use kernel::Instant;
use ledger::receipt::{Proved, ReceiptError};
use ledger::{Step, Value};
use serde::Deserialize;
use web::http::{PageError, Posted, Visitor};
use web::locale::Words;
use web::view::{
    Action, Cell, Column, Facts, Field, Form, Heading, Html, IntoHtml, Light, Notice, Panel, Row, Table, format,
};

use crate::Notary;

/// Fields shown of an opened act; further ones are counted.
const SHOWN: usize = 200;
/// A value's length as shown, in characters.
const LONGEST: usize = 400;

#[derive(Deserialize)]
pub(crate) struct Given {
    #[serde(default)]
    receipt: String,
}

pub(crate) async fn form(State(state): State<Notary>, visitor: Visitor) -> Result<Response, PageError> {
    page(&state, &visitor, "", None).await
}

pub(crate) async fn check(
    State(state): State<Notary>,
    visitor: Visitor,
    Posted(given): Posted<Given>,
) -> Result<Response, PageError> {
    // Browsers send the lines of a text area with carriage returns, and who marks a text with the mouse or sends it by mail
    // loses its last line's end or gains a blank: a receipt has neither.
    let text = format!("{}\n", given.receipt.replace("\r\n", "\n").trim());
    let result = ledger::verify_receipt(&text, &state.keys.get());
    page(&state, &visitor, &text, Some(result)).await
}

async fn page(
    state: &Notary,
    visitor: &Visitor,
    given: &str,
    result: Option<Result<Proved, ReceiptError>>,
) -> Result<Response, PageError> {
    let words = visitor.words;
    let heading = Heading::new(words, words.t("notary-verify")).lead(words.t("notary-verify-lead"));
    let form = Form::new("/verify", visitor.csrf())
        .with(Field::area("receipt", words.t("notary-receipt")).help(words.t("notary-receipt-help")).value(given))
        .button(Action::submit(words.t("notary-check")).main())
        .after(words.t("notary-check-after"));
    let found =
        match &result {
            None => Html::default(),
            Some(Ok(proved)) => proves(state, words, proved),
            Some(Err(error)) => Notice::wrong(words.with(
                "notary-proves-nothing",
                &[("why", words.t(&reason(error)).into()), ("code", error.code().into())],
            ))
            .into_html(),
        };
    let status = match &result {
        Some(Err(_)) => StatusCode::UNPROCESSABLE_ENTITY,
        _ => StatusCode::OK,
    };
    visitor
        .public_page(
            &state.app,
            status,
            heading,
            vec![
                found,
                Panel::new("", (form, Browser::new(words))).into_html(),
                crate::standing::panel(state, words).await?,
                others(words),
            ],
        )
        .await
}

/// Which sentence says why a receipt proves nothing.
fn reason(error: &ReceiptError) -> String {
    let key = match error {
        ReceiptError::Form => "form",
        ReceiptError::Sheet(_) | ReceiptError::Opened(_) | ReceiptError::OtherRoot(_) | ReceiptError::Entry => {
            "content"
        }
        ReceiptError::OtherIndex | ReceiptError::Proof(_) => "proof",
        ReceiptError::OtherNode | ReceiptError::Checkpoint(_) => "checkpoint",
    };
    format!("notary-why-{key}")
}

fn proves(state: &Notary, words: Words, proved: &Proved) -> Html {
    let zone = state.app.clock().zone();
    let checkpoint = &proved.signed.checkpoint;
    let signers: Vec<String> = proved.signed.keys.iter().map(|key| key.name().to_owned()).collect();
    let witnesses: Vec<String> = proved
        .signed
        .witnesses
        .iter()
        .map(|(vkey, at)| {
            let at = Instant::from_ms(i64::try_from(*at).unwrap_or(0).saturating_mul(1000));
            format!("{} · {}", vkey.name(), format::date_time(at, zone))
        })
        .collect();
    let facts = Facts::new()
        .fact(words.t("notary-log"), checkpoint.origin.as_str())
        .fact(words.t("notary-index"), format::index(proved.idx))
        .fact(words.t("notary-covered"), format::number(checkpoint.size as i64))
        .fact(words.t("notary-signed"), signers.join(", "))
        .fact(
            words.t("notary-witnessed"),
            if witnesses.is_empty() { words.t("notary-no-witness") } else { witnesses.join(", ") },
        );
    let mut rows = Vec::new();
    for (part, opened) in [("header", &proved.act.header), ("body", &proved.act.body)] {
        for field in &opened.fields {
            let name = match (part, field.path.0.as_slice()) {
                ("header", [Step::Index(place)]) => header_name(words, *place),
                _ => path(&field.path.0),
            };
            rows.push((words.t(&format!("notary-part-{part}")), name, value(&field.value)));
        }
    }
    let all = rows.len();
    let columns = ["notary-part", "notary-field", "notary-value"].map(|key| Column::new(words.t(key)));
    let table_rows = rows
        .into_iter()
        .take(SHOWN)
        .map(|(part, name, value)| Row::new(vec![Cell::new(part), Cell::new(name), Cell::new(Html::data(&value))]));
    let table = Table::new(words, "opened", words.t("notary-opened"), columns.to_vec()).rows(table_rows).plain();
    let withheld = words.t(if proved.act.body.complete { "notary-all-open" } else { "notary-some-withheld" });
    let sentence = words.with(
        "notary-proves",
        &[("index", format::index(proved.idx).into()), ("log", checkpoint.origin.as_str().into())],
    );
    Html::join([
        Notice::done(sentence).into_html(),
        Panel::new(words.t("notary-what"), facts).tone(Light::Done).into_html(),
        Panel::new(words.t("notary-opened"), table)
            .note(words.count("notary-fields", all as u64))
            .foot(withheld)
            .flush()
            .into_html(),
    ])
}

/// Places of the header (ledger.md §1).
fn header_name(words: Words, place: u64) -> String {
    const NAMES: [&str; 16] = [
        "id", "at", "day", "class", "kind", "matter", "version", "also", "actor", "post", "organ", "behalf", "basis",
        "rules", "causes", "command",
    ];
    match usize::try_from(place).ok().and_then(|place| NAMES.get(place)) {
        Some(name) => words.t(&format!("notary-header-{name}")),
        None => place.to_string(),
    }
}

fn path(steps: &[Step]) -> String {
    let mut out = String::new();
    for step in steps {
        match step {
            Step::Name(name) if out.is_empty() => out.push_str(name),
            Step::Name(name) => {
                out.push('.');
                out.push_str(name);
            }
            Step::Index(index) => out.push_str(&format!("[{index}]")),
        }
    }
    out
}

/// The same check by a script of this page, with nothing sent but a request for the public key.
#[derive(Template)]
#[template(path = "browser.html")]
struct Browser {
    label: String,
    holds: String,
    form: String,
    content: String,
    proof: String,
    checkpoint: String,
}

web::component!(Browser);

impl Browser {
    fn new(words: Words) -> Browser {
        let nothing = |key: &str| {
            let why = words.t(&format!("notary-why-{key}"));
            words.with("notary-proves-nothing", &[("why", why.into()), ("code", key.into())])
        };
        // The script fills the braces in; the texts come from here so that both languages have them.
        let holds = words.with(
            "notary-browser-holds",
            &[("index", "{index}".into()), ("log", "{log}".into()), ("size", "{size}".into())],
        );
        Browser {
            label: words.t("notary-browser"),
            holds,
            form: nothing("form"),
            content: nothing("content"),
            proof: nothing("proof"),
            checkpoint: nothing("checkpoint"),
        }
    }
}

fn value(value: &Value) -> String {
    written(value).chars().take(LONGEST).collect()
}

/// A value as people read it; ids are bytes and stand in hexadecimal.
fn written(value: &Value) -> String {
    match value {
        Value::Null => "–".to_owned(),
        Value::Bool(truth) => truth.to_string(),
        Value::Int(int) => int.to_string(),
        Value::Text(text) => text.clone(),
        Value::Bytes(bytes) => ledger::hash::hex(bytes),
        Value::Decimal(decimal) => format!("{decimal:?}"),
        Value::Day(day) => day.to_string(),
        Value::Instant(ms) => Instant::from_ms(*ms).to_string(),
        Value::List(items) => items.iter().map(written).collect::<Vec<_>>().join(", "),
        Value::Map(fields) => {
            fields.iter().map(|(name, value)| format!("{name}: {}", written(value))).collect::<Vec<_>>().join(", ")
        }
        Value::Whole(inner) => written(inner),
    }
}

/// How to check without this page.
fn others(words: Words) -> Html {
    let facts = Facts::new()
        .fact(words.t("notary-other-key"), web::view::Link::new("/log/key", "/log/key"))
        .fact(words.t("notary-other-checkpoint"), web::view::Link::new("/log/checkpoint", "/log/checkpoint"))
        .fact(words.t("notary-other-format"), "C2SP tlog-tiles, tlog-checkpoint, tlog-proof");
    Panel::new(words.t("notary-others"), facts).foot(words.t("notary-others-foot")).into_html()
}
