//! The rule over the feed: a screening run has ended, or a small import was judged at once, and the standings become findings
//! for supervision.

use std::sync::Arc;

use ::store::{Recorded, Store, StoreFault};
use directory::Directory;
use kernel::{ActId, MatterId, NodeId, Secrecy, Text};
use redflags_rules::registry;
use supervise::{Answer, Evidence, Finding, Judged, Light, Reason, Rule, RuleRef, Subject, Sum};

use crate::events::RedflagEvent;
use crate::import::Importer;
use crate::rows::{FlagContent, Prompt, Standing};
use crate::store as queries;

/// Turns queued standings into findings.
pub struct RedflagRule {
    directory: Directory,
    store: Store,
}

impl RedflagRule {
    /// The rule of a node.
    pub fn new(directory: Directory) -> Arc<RedflagRule> {
        let store = directory.store().clone();
        Arc::new(RedflagRule { directory, store })
    }

    async fn findings(&self, node: NodeId, act: &Recorded) -> Result<Vec<Judged>, StoreFault> {
        let event: RedflagEvent = act.event()?;
        if let Some(secrecy) = event.classified() {
            let found_in = Importer::screening_matter(MatterId::new(act.act.matter));
            return Ok(vec![Judged::Classified { found_in, secrecy }]);
        }
        let (run, standings, processes) = match event {
            RedflagEvent::Screened { run, totals, .. } => {
                (run, self.all_standings(node, act.act.matter).await?, totals.processes)
            }
            RedflagEvent::JudgedAtImport { run, totals, judged, .. } => {
                (run, self.prompt_standings(&judged).await?, totals.processes)
            }
            _ => return Ok(vec![Judged::NotApplicable("neither a run nor a judgement at import".to_owned())]),
        };
        let register = self.directory.register().await?;
        let today = self.directory.clock().today();
        let secrecy = self.secrecy_of(node, MatterId::new(act.act.matter)).await?;
        let mut judged = Vec::with_capacity(standings.len());
        for standing in standings {
            let Standing { kind, subject: key, .. } = standing;
            let reasons = self.reasons(node, act.act.matter, run, &kind, &key).await?;
            if reasons.is_empty() {
                // A newer run has replaced these flags already; it will be judged by its own act.
                judged.push(Judged::NotApplicable("replaced by a newer run".to_owned()));
                continue;
            }
            let organ = register
                .as_ref()
                .zip(standing.buyer.as_deref())
                .and_then(|(register, buyer)| register.organ_by_uscc(code_of(buyer), today));
            let sum = standing.amount.zip(standing.currency).map(|(minor, currency)| Sum { minor, currency });
            judged.push(Judged::Raised(Box::new(Finding {
                rule: self.reference(),
                subject: Subject { page: page_of(&kind, &key), kind, key, label: standing.label },
                organ,
                organ_name: standing.buyer_name.unwrap_or_default(),
                light: Light::from_number(standing.light).unwrap_or(Light::Notice),
                score: standing.score,
                sum,
                reasons,
                cause: ActId::new(act.act.id),
                as_of: i64::try_from(act.idx).unwrap_or(i64::MAX),
                secrecy: secrecy.clone(),
                once: false,
            })));
        }
        // Every process was judged; those without a standing were not raised for the queue.
        let rest = usize::try_from(processes).unwrap_or(0).saturating_sub(judged.len());
        judged.extend(std::iter::repeat_n(Judged::NotRaised, rest));
        Ok(judged)
    }

    /// How secret the source of a screening is: what a finding quotes came from there.
    async fn secrecy_of(&self, node: NodeId, screening: MatterId) -> Result<Secrecy, StoreFault> {
        let sources = queries::sources(&self.store, node, None).await?;
        let of = sources.into_iter().find(|source| Importer::screening_matter(source.matter) == screening);
        Ok(of.map(|source| source.secrecy).unwrap_or_default())
    }

    /// How subjects stand after a run.
    async fn all_standings(&self, node: NodeId, matter: u128) -> Result<Vec<Standing>, StoreFault> {
        let rows = self
            .store
            .read(
                "select kind, subject, score, light, flags, label, buyer, buyer_name, amount, currency, factors \
                 from standing where node = $1 and matter = $2 order by score desc, subject",
                &[node.number().into(), matter.into()],
            )
            .await?;
        rows.iter()
            .map(|row| {
                Ok(Standing {
                    kind: row.text(0)?,
                    subject: row.text(1)?,
                    score: row.int(2)?,
                    light: row.int(3)?,
                    flags: row.int(4)?,
                    label: row.text(5)?,
                    buyer: row.opt_text(6)?,
                    buyer_name: row.opt_text(7)?,
                    amount: row.opt_int(8)?,
                    currency: row.opt_text(9)?,
                    factors: row.text(10)?,
                })
            })
            .collect()
    }

    /// How the processes of a small import stand: as its act says, for the table may have moved on.
    async fn prompt_standings(&self, judged: &str) -> Result<Vec<Standing>, StoreFault> {
        let lines = crate::prompt::lines_of(&self.store, judged.parse()?).await?;
        Ok(lines.into_iter().filter_map(|line| if let Prompt::Standing(it) = line { Some(it) } else { None }).collect())
    }

    /// The flags of a subject as reasons, gravest first.
    async fn reasons(
        &self,
        node: NodeId,
        matter: u128,
        run: i64,
        kind: &str,
        key: &str,
    ) -> Result<Vec<Reason>, StoreFault> {
        let of_subject = if kind == "process" { "ocid = $4" } else { "subject = $4" };
        let sql = format!(
            "select indicator, version, subject, severity, value, threshold, zh, en, content from flag \
             where node = $1 and matter = $2 and run = $3 and {of_subject} \
             order by severity desc, indicator, subject limit 40"
        );
        let rows = self.store.read(&sql, &[node.number().into(), matter.into(), run.into(), key.into()]).await?;
        rows.iter()
            .map(|row| {
                let code = row.text(0)?;
                let content: FlagContent = serde_json::from_str(&row.text(8)?)
                    .map_err(|error| StoreFault::Nonsense(format!("flag.content of {code}: {error}")))?;
                let name = registry::indicator(&code).map_or_else(
                    || Text::same(code.as_str()),
                    |indicator| Text::new(indicator.name.zh, indicator.name.en),
                );
                Ok(Reason {
                    rule: RuleRef { code, version: row.int(1)?.to_string() },
                    name,
                    sentence: Text::new(row.text(6)?, row.text(7)?),
                    subject: row.text(2)?,
                    value: Some(row.text(4)?),
                    threshold: Some(row.text(5)?),
                    severity: row.int(3)?,
                    evidence: content
                        .evidence
                        .into_iter()
                        .take(8)
                        .map(|fact| Evidence { pointer: fact.pointer, value: fact.value.chars().take(200).collect() })
                        .collect(),
                })
            })
            .collect()
    }
}

/// The code within an organisation's id: what follows the scheme.
fn code_of(id: &str) -> &str {
    id.rsplit('-').next().unwrap_or(id)
}

/// The page of a subject on this node.
pub fn page_of(kind: &str, key: &str) -> String {
    let key = percent(key);
    match kind {
        "process" => format!("/processes/{key}"),
        _ => format!("/flags?subject={key}"),
    }
}

/// A path segment or query value, percent-encoded.
pub fn percent(text: &str) -> String {
    use std::fmt::Write as _;
    text.bytes().fold(String::with_capacity(text.len()), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}

impl Rule for RedflagRule {
    fn reference(&self) -> RuleRef {
        RuleRef { code: "redflags".to_owned(), version: "1".to_owned() }
    }

    fn follows(&self, kind: &str) -> bool {
        matches!(kind, "redflags.screened@1.0" | "redflags.judged_at_import@1.0" | "redflags.source_classified@1.0")
    }

    fn judge<'a>(&'a self, node: NodeId, act: &'a Recorded) -> Answer<'a, Vec<Judged>> {
        Box::pin(self.findings(node, act))
    }
}
