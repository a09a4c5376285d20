//! Indicators: the whole register, and the page of each.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use redflags_rules::parameters::PARAMETERS;
use redflags_rules::registry::{self, By as Computed, Indicator, indicators};
use redflags_rules::settings::Settings;
use secrecy::Who;
use web::http::{By, Page, PageError};
use web::view::{
    Action, Badge, Cell, Choice, Column, ErrorSummary, Field, Form, Grid, Heading, Light, Panel, Row, State as Empty,
    Table,
};

use super::amendments::panel as amendments_panel;
use super::{ReadIndicators, Redflags, TryIndicators};
use crate::pages::indicator as parts;
use crate::pages::{indicator_page, said, t};
use crate::store::{self as queries, IndicatorCounts, Source};
use access::{Permission as _, Reader};

/// The newest run's counts, of the source screened last.
pub(super) async fn newest(
    state: &Redflags,
    reader: &Reader,
) -> Result<(Option<Source>, i64, Vec<IndicatorCounts>), PageError> {
    let Some(source) = state.screened_last(Some(&Who::of(reader))).await? else { return Ok((None, 0, Vec::new())) };
    let run = state.importer.newest_run(source.matter).await?;
    let rows = queries::run_indicators(&state.importer.store, state.importer.node, source.matter, run).await?;
    Ok((Some(source), run, rows))
}

pub(super) async fn list(State(state): State<Redflags>, by: By<ReadIndicators>) -> Result<Response, PageError> {
    let words = by.page.words;
    let (source, run, rows) = newest(&state, &by.page.reader).await?;
    let settings = state.importer.settings_in_force().await?;
    let columns = vec![
        Column::new(t(words, "column-code")).narrow(),
        Column::new(t(words, "column-name")),
        Column::new(t(words, "column-grain")),
        Column::new(t(words, "column-severity")).narrow(),
        Column::new(t(words, "column-state")).narrow(),
        Column::new(words.t("outcome-raised")).figure(),
        Column::new(words.t("outcome-not-raised")).figure(),
        Column::new(words.t("outcome-insufficient")).figure(),
        Column::new(words.t("outcome-not-applicable")).figure(),
        Column::new(t(words, "column-precision")).figure(),
    ];
    let mut table_rows = Vec::new();
    for indicator in indicators() {
        let setting = settings.setting(indicator);
        let counts = rows.iter().find(|row| row.code == indicator.code);
        let outcome = |at: usize| match counts {
            Some(counts) => Cell::number(counts.outcomes[at]),
            None => Cell::unknown(&t(words, "not-run")),
        };
        let verdicts = state.verdicts.of(indicator.code).await?;
        let precision = match parts::precision_text(&verdicts) {
            Some(text) => Cell::new(text).under(crate::pages::n(words, "verdicts", verdicts.concluded())),
            None => Cell::new(crate::pages::n(words, "verdicts", verdicts.concluded())),
        };
        table_rows.push(Row::new(vec![
            Cell::subject(&indicator_page(indicator), indicator.code),
            Cell::new(said(words, indicator.name)),
            Cell::new(said(words, indicator.grain.text())),
            Cell::new(web::view::severity(words, i64::from(setting.severity.level()))),
            Cell::new(standing(&by.page, &settings, indicator)),
            outcome(0),
            outcome(1),
            outcome(2),
            outcome(3),
            precision,
        ]));
    }
    let table = Table::new(words, "indicators", t(words, "indicators"), columns)
        .rows(table_rows)
        .note(t(words, "indicators-note"));
    let note = match source {
        Some(source) if run > 0 => {
            words.with("redflags-indicators-run", &[("source", source.name.into()), ("run", run.into())])
        }
        _ => t(words, "last-run-none"),
    };
    let heading = Heading::new(words, t(words, "indicators"))
        .under(words.t("http-chapter-prevention"), "/indicators")
        .lead(t(words, "indicators-lead"));
    Ok(by.page.html(heading, Panel::new(t(words, "indicators"), table).note(web::view::Html::data(&note)).flush()))
}

fn standing(page: &Page, settings: &Settings, indicator: &Indicator) -> Badge {
    let words = page.words;
    if indicator.by == Computed::Native {
        Badge::saying(Light::Unverified, t(words, "state-native")).bare()
    } else if settings.setting(indicator).enabled {
        Badge::saying(Light::Done, t(words, "state-on")).bare()
    } else {
        Badge::saying(Light::Waiting, t(words, "state-off")).bare()
    }
}

pub(super) fn known(code: &str) -> Result<&'static Indicator, PageError> {
    registry::indicator(code).ok_or(PageError::NotFound)
}

pub(super) async fn one(
    State(state): State<Redflags>,
    by: By<ReadIndicators>,
    Path(code): Path<String>,
) -> Result<Response, PageError> {
    shown(&state, &by.page, known(&code)?, None).await
}

/// What was given to a form of a trial, and the name of the figure that may not stand there.
pub(super) struct Wrong<'a> {
    pub(super) given: &'a BTreeMap<String, String>,
    pub(super) name: &'a str,
}

impl Wrong<'_> {
    /// Whether it is this figure: a pack names it with its section.
    fn is(&self, parameter: &str) -> bool {
        self.name.rsplit('.').next() == Some(parameter)
    }
}

/// The page of an indicator; with a wrong figure its form is shown again, and answers as refused.
pub(super) async fn shown(
    state: &Redflags,
    page: &Page,
    indicator: &'static Indicator,
    wrong: Option<Wrong<'_>>,
) -> Result<Response, PageError> {
    let words = page.words;
    let settings = state.importer.settings_in_force().await?;
    let (amendments, _) = state.importer.amendments(indicator.code).await?;
    let (source, run, rows) = newest(state, &page.reader).await?;
    let counts = rows.iter().find(|row| row.code == indicator.code);
    let report = match &source {
        Some(source) => match queries::run(&state.importer.store, state.importer.node, source.matter, run).await? {
            Some(run) => queries::report(&state.importer.store, &run).await?,
            None => Vec::new(),
        },
        None => Vec::new(),
    };
    let report = report.iter().find(|row| row.code == indicator.code);
    let verdicts = state.verdicts.of(indicator.code).await?;
    let left = (
        parts::method(words, indicator, &settings),
        (
            parts::parameters(words, indicator, &settings),
            (parts::precision(words, &verdicts), amendments_panel(page, indicator, &amendments)),
        ),
    );
    let mut right = vec![parts::last_run(words, counts, report)];
    let may_try = page.app.authority().allows(&page.reader, TryIndicators::CODE).is_ok();
    if may_try && indicator.by != Computed::Native {
        right.push(match source {
            Some(_) => trial_form(page, &settings, indicator, wrong.as_ref()),
            None => {
                Panel::new(t(words, "trial"), Empty::empty(t(words, "processes-none"), t(words, "processes-none-next")))
            }
        });
    }
    right.extend(parts::example(words, indicator));
    let heading = Heading::new(words, said(words, indicator.name))
        .under(words.t("http-chapter-prevention"), "/indicators")
        .under(t(words, "indicators"), "/indicators")
        .id(indicator.code)
        .code(format!("{} v{}", indicator.code, indicator.version))
        .badge(standing(page, &settings, indicator))
        .lead(t(words, "indicator-lead"));
    let mut response = page.html(heading, Grid::new().cell(7, left).cell(5, right));
    if wrong.is_some() {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

/// The form of a trial: the figures in force, to be changed, or the indicator off.
fn trial_form(page: &Page, settings: &Settings, indicator: &Indicator, wrong: Option<&Wrong<'_>>) -> Panel {
    let words = page.words;
    let given = |name: &str| wrong.and_then(|wrong| wrong.given.get(name)).cloned();
    let mut fields = Vec::new();
    for parameter in PARAMETERS.iter().filter(|parameter| parameter.section == indicator.code) {
        let now = settings.figure_named(parameter.section, parameter.name).unwrap_or(f64::NAN);
        let written = crate::amendment::written(now);
        let help = words
            .with("redflags-trial-now", &[("now", parts::figure(words, now).into()), ("name", parameter.name.into())]);
        let name = format!("p-{}", parameter.name);
        let value = given(&name).unwrap_or(written);
        let mut field = Field::text(name, said(words, parameter.text)).value(value).help(help);
        if wrong.is_some_and(|wrong| wrong.is(parameter.name)) {
            let bad = words.with("refusal-amendment-bad-figure", &[("name", parameter.name.into())]);
            field = field.error(format!("{bad} {}", words.t("refusal-amendment-bad-figure-next")));
        }
        fields.push(field);
    }
    let enabled = settings.setting(indicator).enabled;
    let state = vec![Choice::new("on", t(words, "state-on")), Choice::new("off", t(words, "state-off"))];
    let chosen = given("state").unwrap_or_else(|| if enabled { "on" } else { "off" }.to_owned());
    let summary = ErrorSummary::of(words, &fields.iter().collect::<Vec<_>>());
    let form = Form::new(format!("/indicators/{}/trials", indicator.code), page.csrf.as_str());
    let form = fields.into_iter().fold(form.with(summary), Form::with);
    let form = form
        .with(Field::select("state", t(words, "trial-state"), state).value(chosen))
        .button(Action::submit(t(words, "trial-start")))
        .after(t(words, "trial-after"));
    Panel::new(t(words, "trial"), form).note(t(words, "trial-note")).id("trial")
}
