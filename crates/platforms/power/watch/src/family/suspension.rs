//! Suspensions 暂停: a matter stands still without a voucher, or a clock does without a voucher or for a cause that its law does not know.
//!
//! Law: 行政许可法 art. 45 (G-12, G-14; ES-09): only the named causes do not count, and the applicant is told in writing. Exact for
//! clocks. For a matter as a whole the cause is what an officer wrote and may be erased by law: no rule reads it, the voucher
//! alone is judged; its clocks run on meanwhile.

use flow::Event;
use flow::event::Changed;
use kernel::Text;

use super::{Ask, LIGHT};
use crate::judge::{Found, Outcome, Seen, light};
use crate::pack::Rule;

pub(super) const ASKS: &[Ask] = &[LIGHT];

pub(super) const PLACES: &[&str] = &["what", "fault"];

pub(super) fn judge(rule: &Rule, seen: Seen<'_>) -> Vec<Outcome> {
    let light = light(rule.figure("light")).unwrap_or(supervise::Light::Yellow);
    let without = || ("no_voucher", Text::new("没有凭证", "no voucher"));
    let found = |key: String, what: Text, (code, fault): (&str, Text)| {
        Outcome::Raised(Box::new(
            Found::of_case(key, light, code).measured("0", "1").says("what", what).says("fault", fault),
        ))
    };
    let judged = seen.deed.events().iter().filter_map(|event| match event {
        Event::Suspended { voucher, .. } => Some(if voucher.trim().is_empty() {
            found("matter".to_owned(), Text::new("全案", "the matter"), without())
        } else {
            Outcome::NotRaised
        }),
        Event::ClockChanged { clock, of, why: Changed::Stopped { .. } } => {
            let Some(open) = of.of.open_suspension() else { return Some(Outcome::NotRaised) };
            let what = || match &of.element {
                Some(element) => {
                    let name = seen.model.name(element);
                    Text::new(format!("「{name}」一步的时限"), format!("the clock of step “{name}”"))
                }
                None => Text::new("全案时限", "the clock of the matter"),
            };
            Some(if open.voucher.trim().is_empty() {
                found(clock.to_string(), what(), without())
            } else if !of.of.statutory.law.excludes(open.cause) {
                let article = &of.of.statutory.article;
                let fault =
                    Text::new(format!("事由不在{article}之列"), format!("a cause that {article} does not know"));
                found(clock.to_string(), what(), ("no_cause", fault))
            } else {
                Outcome::NotRaised
            })
        }
        _ => None,
    });
    judged.collect()
}
