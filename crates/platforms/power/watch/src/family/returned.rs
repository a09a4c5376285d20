//! Again and again 反复补正、反复退回: papers asked for more than once, or a matter sent back from one step more often than a parameter says.
//!
//! Law: everything that is missing is said at once (行政许可法 art. 32(1)(4); AL-01): a second notice is to be looked at, exact. How
//! often a matter may be sent back inside an organ is in no law. A figure of 0 is not measured.

use flow::Event;
use kernel::Text;

use super::{Ask, LIGHT, Unit, ask};
use crate::judge::{Found, Outcome, Seen, light};
use crate::pack::Rule;

pub(super) const ASKS: &[Ask] = &[LIGHT, ask("notices", Unit::Times, 0, 20), ask("returns", Unit::Times, 0, 20)];

pub(super) const PLACES: &[&str] = &["what", "times", "most"];

pub(super) fn judge(rule: &Rule, seen: Seen<'_>) -> Vec<Outcome> {
    let light = light(rule.figure("light")).unwrap_or(supervise::Light::Yellow);
    let (notices, returns) = (rule.figure("notices"), rule.figure("returns"));
    let outcome = |key: String, what: Text, times: u64, most: i64| {
        let times = i64::try_from(times).unwrap_or(i64::MAX);
        Outcome::raised_if(times > most, || {
            let number = |figure: i64| Text::same(figure.to_string());
            let found = Found::of_case(key.clone(), light, key).measured(times, most);
            found.says("what", what).says("times", number(times)).says("most", number(most))
        })
    };
    let mut sent = seen.before.returns.clone();
    let judged = seen.deed.events().iter().filter_map(|event| match event {
        Event::SupplementAsked { of, .. } if notices > 0 => {
            let what = Text::new("要求补正", "the applicant was asked to complete the papers");
            Some(outcome("notices".to_owned(), what, of.ordinal, notices))
        }
        Event::Returned { from, .. } => {
            let times = sent.entry(from.clone()).or_default();
            *times += 1;
            let name = seen.model.name(from);
            let what = Text::new(format!("由「{name}」退回"), format!("the matter was sent back from “{name}”"));
            (returns > 0).then(|| outcome(format!("returns-{from}"), what, *times, returns))
        }
        _ => None,
    });
    judged.collect()
}
