//! Four eyes 四眼: two steps that two officers are to do were done by one person, by themselves or in somebody's stead.
//!
//! Law: who examines does not decide alone, who investigates does not review (行政处罚法 art. 58 and 64; SD-02, SD-03); which steps are
//! apart is what the process of the case says. Exact. The engine refuses such a step; the rule looks from outside whether it did.

use std::collections::BTreeSet;

use kernel::{OfficerId, Text};

use super::{Ask, LIGHT};
use crate::judge::{Found, Outcome, Seen, light};
use crate::pack::Rule;

pub(super) const ASKS: &[Ask] = &[LIGHT];

pub(super) const PLACES: &[&str] = &["step", "other", "how"];

pub(super) fn judge(rule: &Rule, seen: Seen<'_>) -> Vec<Outcome> {
    let Some((step, by)) = seen.deed.done() else { return Vec::new() };
    let Some(apart) = seen.model.separate.get(step) else { return Vec::new() };
    let light = light(rule.figure("light")).unwrap_or(supervise::Light::Red);
    let now: BTreeSet<OfficerId> = [Some(by), seen.deed.holder].into_iter().flatten().collect();
    for other in apart {
        let Some(hands) = seen.before.hands.get(other) else { continue };
        let then: BTreeSet<OfficerId> = hands.iter().flat_map(|(by, holder)| [Some(*by), *holder]).flatten().collect();
        let Some(both) = now.intersection(&then).next() else { continue };
        let proxy = seen.deed.holder.is_some() || hands.iter().any(|(_, holder)| holder.is_some());
        let how = if proxy { Text::new("经代理", "through a substitute") } else { Text::new("本人", "in person") };
        let found = Found::of_case(format!("{step}-{other}"), light, both.to_string()).measured("1", "2");
        let found =
            found.says("step", Text::same(seen.model.name(step))).says("other", Text::same(seen.model.name(other)));
        return vec![Outcome::Raised(Box::new(found.says("how", how)))];
    }
    vec![Outcome::NotRaised]
}
