//! Recusal ignored 应回避而未回避: an officer who keeps out of a case acts on it, or somebody does in their stead.
//!
//! Law: 公务员法 art. 75 and 76 (OF-11); 行政处罚法 art. 43. Exact. The engine refuses such an act; the rule looks from outside whether it did.

use casework::case::CaseEvent;

use super::{Ask, LIGHT};
use crate::judge::{Found, Outcome, Seen, light};
use crate::pack::Rule;

pub(super) const ASKS: &[Ask] = &[LIGHT];

pub(super) fn judge(rule: &Rule, seen: Seen<'_>) -> Vec<Outcome> {
    let says_so = matches!(seen.deed.event, CaseEvent::Recused { .. } | CaseEvent::RecusalLifted { .. });
    if seen.before.recused.is_empty() || says_so || seen.deed.officer.is_none() {
        return Vec::new();
    }
    let light = light(rule.figure("light")).unwrap_or(supervise::Light::Red);
    let who = seen.deed.hands().find(|officer| seen.before.recused.contains(officer));
    let found = who.map(|who| Found::of_case(format!("recused-{who}"), light, who.to_string()).measured("1", "0"));
    vec![found.map_or(Outcome::NotRaised, |found| Outcome::Raised(Box::new(found)))]
}
