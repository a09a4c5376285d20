//! What a warning shows of its subject: a small time line, and the peers of the strongest price reason.

use redflags_rules::context::{Context, Registers};
use redflags_rules::facts::Facts;
use redflags_rules::moment::Moment;
use store::StoreFault;
use web::http::Page;
use web::view::{Html, IntoHtml, Link, Panel};

use super::{ReadProcesses, Redflags};
use crate::pages::{peers, t, timeline};
use crate::rows;
use crate::rule::percent;
use crate::store::{self as queries, Reach};

/// The panels of a warning's subject; `None` where there is nothing to show, or nothing within the reader's reach.
///
/// - `kind`, `key`: as the finding's subject has them: `process` and an ocid, or a grain and a subject's unique text.
///
/// # Errors
/// If the store cannot be read.
pub async fn subject_panel(page: &Page, state: &Redflags, kind: &str, key: &str) -> Result<Option<Html>, StoreFault> {
    let words = page.words;
    if kind != "process" {
        return Ok(None);
    }
    let Ok(may) = page.app.authority().may::<ReadProcesses>(&page.reader) else { return Ok(None) };
    let reach = Reach::of(may.scope(), &page.register, page.today());
    let sources = state.sources(&page.reader).await?;
    let Some(stored) = queries::process(&state.importer.store, &reach, &sources, key).await? else { return Ok(None) };
    let source = stored.line.source;
    if let Some(of) = sources.iter().find(|it| it.matter == source) {
        secrecy::view::on_record_elsewhere(page, (source, &of.secrecy)).await?;
    }
    let (run, reference) = state.importer.frozen(source).await?;
    // A warning has told its reader what was raised, so the marks on the line tell nothing new.
    let flags = queries::flags_of_process(&state.importer.store, &reach, source, run, key).await?;
    let as_of = match queries::run(&state.importer.store, state.importer.node, source, run).await? {
        Some(run) => run.as_of,
        None => state.importer.clock.now().ms().div_euclid(1000),
    };
    let Ok(mut parsed) = ocds::parse(&stored.release) else { return Ok(None) };
    ocds::set_aside(&mut parsed.release, rows::day_of(as_of.saturating_mul(1000)));
    let settings = state.importer.settings_in_force().await?;
    let registers = Registers::default();
    let cx = Context {
        settings: &settings,
        reference: reference.as_deref(),
        coverage: reference.as_deref().map(|reference| &reference.snapshot().coverage),
        registers: &registers,
        as_of: Moment(as_of),
    };
    let facts = Facts::of(&parsed.release, &settings);
    let mut parts: Vec<Html> = Vec::new();
    if let Some(line) = timeline::line(words, &parsed.release, &flags) {
        let link = Link::new(format!("/processes/{}", percent(key)), t(words, "to-process")).quiet();
        parts.push(Panel::new(t(words, "timeline"), line).note(t(words, "timeline-note")).aside(link).into_html());
    }
    parts.extend(peers::panel(words, &facts, &cx, &flags, super::sees_flags(page)).map(IntoHtml::into_html));
    Ok((!parts.is_empty()).then(|| parts.into_html()))
}
