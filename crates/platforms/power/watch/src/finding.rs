//! What was found, as supervision keeps it: complete enough to be read years later without the rule.

use casework::case::number;
use directory::Register;
use kernel::{Day, MatterId, OfficerId, OrganId, Text};
use store::Recorded;
use supervise::{Evidence, Finding, Light, Reason, Subject};

use crate::facts::Facts;
use crate::judge::{About, Found};
use crate::pack::Rule;
use crate::sentence::filled;

/// Tenths of a queue score for each light: within the range that has that light.
fn score(light: Light) -> i64 {
    match light {
        Light::Notice => 200,
        Light::Yellow => 400,
        Light::Red => 700,
    }
}

/// Names from the register, on a day.
pub(crate) struct Names<'r> {
    pub(crate) register: Option<&'r Register>,
    pub(crate) day: Day,
}

impl Names<'_> {
    fn organ(&self, organ: OrganId) -> Text {
        let found = self.register.and_then(|register| register.organ_on(organ, self.day));
        found.map_or_else(|| Text::same("–"), |organ| organ.name.clone())
    }

    fn officer(&self, officer: OfficerId) -> Text {
        let found = self.register.and_then(|register| register.officer(officer));
        found.map_or_else(|| Text::same(officer.to_string()), |officer| officer.name.clone())
    }
}

/// What a rule found in an act.
///
/// - `case`: the case before the act.
pub(crate) fn finding(rule: &Rule, found: &Found, (act, case): (&Recorded, &Facts), names: &Names<'_>) -> Finding {
    let organ = names.organ(case.organ);
    let (subject, officer) = subject(rule, found, case, (&organ, names));
    let mut says = found.says.clone();
    says.push(("case", Text::same(number(case.id))));
    says.push(("organ", organ.clone()));
    says.push(("officer", officer.unwrap_or_else(|| Text::same("–"))));
    let own = Evidence { pointer: format!("act {}", act.idx), value: act.act.kind.clone() };
    let others = found.acts.iter().map(|idx| Evidence { pointer: format!("act {idx}"), value: String::new() });
    let reason = Reason {
        rule: rule.reference(),
        name: rule.name.clone(),
        sentence: filled(&rule.sentence, &says),
        subject: found.what.clone(),
        value: Some(found.value.clone()),
        threshold: Some(found.threshold.clone()),
        severity: rule.severity,
        evidence: std::iter::once(own).chain(others).collect(),
    };
    let plain =
        Finding::plain((rule.reference(), subject), (Some(case.organ), organ.zh), score(found.light), reason, act);
    let secrecy = plain.secrecy.clone().with(&case.secrecy).with(&found.secrecy);
    Finding { light: found.light, secrecy, once: true, ..plain }
}

/// Whom it is about, and the officer's name where there is one.
fn subject(rule: &Rule, found: &Found, case: &Facts, (organ, names): (&Text, &Names<'_>)) -> (Subject, Option<Text>) {
    let code = &rule.code;
    let of = |kind: &str, key: String, label: String, page: String| Subject { kind: kind.to_owned(), key, label, page };
    match &found.about {
        About::Case(of_what) => {
            let key = format!("{}/{code}/{of_what}", case.id);
            let recused = found.what.parse::<OfficerId>().ok().map(|officer| names.officer(officer));
            (of("case", key, number(case.id), page_of(case.id)), recused)
        }
        About::Officer(officer, of_what) => {
            let name = names.officer(*officer);
            let label = format!("{} · {}", organ.zh, name.zh);
            (of("officer", format!("{officer}/{code}/{of_what}"), label, page_of(case.id)), Some(name))
        }
        About::Organ(organ_id) => (of("organ", format!("{organ_id}/{code}"), organ.zh.clone(), page_of(case.id)), None),
    }
}

fn page_of(case: MatterId) -> String {
    format!("/cases/{case}")
}
