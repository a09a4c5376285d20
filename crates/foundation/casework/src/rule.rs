//! The rule over the feed: what went wrong in a case is a supervised matter. Source: flow.md §9.

use std::sync::Arc;

use flow::state::{Incident, IncidentKind, Number};
use flow::{ElementId, Event};
use kernel::{ActId, MatterId, NodeId, Text};
use store::{Recorded, StoreFault};
use supervise::{Answer, Evidence, Finding, Judged, Light, Reason, Rule, RuleRef, Subject};

use crate::case::{CaseEvent, number};
use crate::desk::Desk;
use crate::tables::CASES;

/// Code and version of the rule.
const CODE: (&str, &str) = ("FL-01", "1");

/// Turns incidents of cases into findings about the organ whose case it is.
pub struct IncidentRule {
    desk: Desk,
}

/// What stands still, in words.
fn name_of(kind: IncidentKind) -> Text {
    match kind {
        IncidentKind::NoPath => Text::new("没有可走的路径", "No path to take"),
        IncidentKind::BadExpression => Text::new("表达式给不出可用的值", "An expression gave what cannot be used"),
        IncidentKind::JobFailed => Text::new("服务多次没有完成", "A service failed repeatedly"),
        IncidentKind::DecisionFailed => Text::new("决策没有作出", "A decision could not be made"),
        IncidentKind::NoCandidate => Text::new("没有人能办理", "Nobody can do a task"),
        IncidentKind::ClockUnarmed => Text::new("时限无法起算", "A clock could not be armed"),
        IncidentKind::Ambiguous => Text::new("消息有多个接收者", "A message fits several"),
        IncidentKind::UncaughtError => Text::new("错误没有人处理", "An error that nothing caught"),
        IncidentKind::Runaway => Text::new("流程不停地循环", "The process runs in circles"),
        IncidentKind::Stuck => Text::new("流程停住了", "The process is stuck"),
        IncidentKind::MissingDefinition => Text::new("被调用的流程不存在", "What is called is not deployed"),
    }
}

/// Incidents that an act left open.
fn left_open(event: &CaseEvent) -> Vec<(Number, &Incident)> {
    let events = &event.step().events;
    let closed = |number: Number| {
        events.iter().any(|event| matches!(event, Event::IncidentClosed { incident } if *incident == number))
    };
    let opened = events.iter().filter_map(|event| match event {
        Event::IncidentOpened { incident, of } if !closed(*incident) => Some((*incident, of)),
        // An instance that ends by an error leaves nothing open, and is looked at all the same.
        Event::IncidentOpened { incident, of } if of.kind == IncidentKind::UncaughtError => Some((*incident, of)),
        _ => None,
    });
    opened.collect()
}

impl IncidentRule {
    /// The rule of a node.
    pub fn new(desk: Desk) -> Arc<IncidentRule> {
        Arc::new(IncidentRule { desk })
    }

    async fn judged(&self, act: &Recorded) -> Result<Vec<Judged>, StoreFault> {
        if act.shredded {
            return Ok(vec![Judged::InsufficientData("step".to_owned())]);
        }
        let event: CaseEvent = act.event()?;
        let open = left_open(&event);
        if open.is_empty() {
            return Ok(vec![Judged::NotRaised]);
        }
        let id = MatterId::new(act.act.matter);
        let Some(case) = self.desk.load(id).await? else {
            return Ok(vec![Judged::InsufficientData("case".to_owned())]);
        };
        let clock = self.desk.directory().clock();
        let register = self.desk.directory().register().await?;
        let organ = register.as_ref().and_then(|register| register.organ_on(case.organ, clock.today()));
        let organ_name = organ.map_or_else(|| "–".to_owned(), |organ| organ.name.zh.clone());
        let deployed = self.desk.library().deployed(case.model).await?;
        let graph = deployed.readied.graphs.get(&case.process);
        let called = |element: &ElementId| {
            let found = graph.and_then(|graph| graph.at(element).map(|at| graph.element(at).name.clone()));
            found.filter(|name| !name.is_empty()).unwrap_or_else(|| element.to_string())
        };
        let reasons = open.iter().map(|(incident, of)| {
            let element = of.element.as_ref().map_or_else(|| case.process.to_string(), called);
            let kind = name_of(of.kind);
            Reason {
                rule: self.reference(),
                sentence: Text::new(
                    format!("办件 {} 停在「{element}」：**{}**，等有权处理的人处理。", number(id), kind.zh),
                    format!(
                        "Case {} stands still at “{element}”: **{}**. It waits for whoever may steer it.",
                        number(id),
                        kind.en
                    ),
                ),
                name: kind,
                subject: incident.to_string(),
                value: None,
                threshold: None,
                severity: 2,
                evidence: vec![Evidence { pointer: format!("act {}", act.idx), value: of.kind.code().to_owned() }],
            }
        });
        let mut reasons: Vec<Reason> = reasons.collect();
        let first = reasons.remove(0);
        let subject =
            Subject { kind: "case".to_owned(), key: id.to_string(), label: number(id), page: format!("/cases/{id}") };
        let mut finding =
            Finding::plain((self.reference(), subject), (Some(case.organ), organ_name), SCORE, first, act);
        finding.reasons.append(&mut reasons);
        finding.cause = ActId::new(act.act.id);
        finding.light = Light::Yellow;
        finding.secrecy = case.secrecy.clone();
        Ok(vec![Judged::Raised(Box::new(finding))])
    }
}

/// Tenths of a queue score: yellow, and no more; nobody did wrong.
const SCORE: i64 = 300;

impl Rule for IncidentRule {
    fn reference(&self) -> RuleRef {
        RuleRef { code: CODE.0.to_owned(), version: CODE.1.to_owned() }
    }

    fn follows(&self, kind: &str) -> bool {
        kind.starts_with(CASES)
    }

    fn judge<'a>(&'a self, _: NodeId, act: &'a Recorded) -> Answer<'a, Vec<Judged>> {
        Box::pin(self.judged(act))
    }
}
