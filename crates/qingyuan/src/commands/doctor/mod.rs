//! `qingyuan doctor`: what could go wrong, asked before it does. Each finding says what is wrong and how to mend it.

mod judge;
mod look;

use std::time::Instant;

use crate::cli::{Ended, Place};
use crate::config::{Config, FolderError};
use crate::node::{Node, chain};
use crate::say::both;

use judge::Finding;
use notices::types::Channel;

/// Checks configuration, files, machine, store, ledger and supervision.
pub(crate) async fn doctor(place: &Place) -> Result<Ended, String> {
    let mut findings = Findings::default();
    let config = match Config::read(&place.data) {
        Ok(config) => config,
        Err(error @ FolderError::Faults(..)) => {
            // Nothing more can be looked at; each fault names its place and its mend.
            println!("{error}");
            findings.say(&judge::configuration(false));
            return findings.end();
        }
        Err(error) => return Err(error.to_string()),
    };
    findings.say(&judge::configuration(true));
    findings.all(look::transport(&config));
    findings.all(look::private_files(&config, &place.data));
    findings.all(look::room(&place.data));
    let node = Node::open(&place.data, place.store.as_deref()).await.map_err(|error| error.to_string())?;
    findings.all(store(&node).await?);
    findings.all(ledger(&node).await?);
    let today = node.clock.today();
    let known = node.calendar.is_working(today).is_ok() && node.calendar.is_working(today.plus(60)).is_ok();
    findings.all(notices(&node).await?);
    findings.say(&judge::calendar(known, i64::from(today.plus(60).year())));
    findings.say(&judge::bundle(web::assets::require().is_ok()));
    node.store.close().await;
    findings.end()
}

/// The database and the folder of blobs.
async fn store(node: &Node) -> Result<Vec<Finding>, String> {
    let begun = Instant::now();
    let answers = node.store.ping().await.map_err(|fault| chain(&fault));
    let answers = judge::answers(answers.map(|()| begun.elapsed().as_secs_f64() * 1e3));
    let durable = node.store.durability().await.map_err(|fault| chain(&fault))?;
    let version = node.store.server_version().await.map_err(|fault| chain(&fault))?;
    Ok(vec![
        answers,
        judge::version(node.store.kind(), &version),
        judge::durable(durable.is_ok(), &durable.to_string()),
        look::blobs(&node.data),
    ])
}

/// Key, clock, checkpoint, supervision, timers.
async fn ledger(node: &Node) -> Result<Vec<Finding>, String> {
    let key = judge::key(node.signer().map(drop).map_err(|fault| chain(&fault)));
    let now = node.clock.now().ms();
    let figures = node.store.figures(node.id.number(), now).await.map_err(|fault| chain(&fault))?;
    let newest = node.store.newest_acts(node.id.number(), "", 0, 1).await.map_err(|fault| chain(&fault))?;
    let last = newest.first().map(|newest| newest.act.at_ms);
    let seen = figures.cursors.iter().find(|(name, _)| name == "supervise").map_or(0, |(_, seen)| *seen);
    Ok(vec![
        key,
        judge::clock(now, last),
        judge::checkpoint(figures.acts, figures.checkpoint, now),
        judge::supervised(figures.acts, seen),
        judge::timers(figures.timers.1, figures.oldest_late, now),
    ])
}

/// The channels of notices: what is configured can be read, the mail server answers, none fails.
async fn notices(node: &Node) -> Result<Vec<Finding>, String> {
    let outward = match node.outward() {
        Ok(outward) => outward,
        Err(error) => return Ok(vec![judge::channels_unread(&error.to_string())]),
    };
    let mut findings = Vec::new();
    if let Some(answers) = outward.channels.mail_answers().await {
        findings.push(judge::mail(answers.map_err(|fault| fault.words().to_owned())));
    }
    let now = node.clock.now().ms();
    let figures = node.store.figures(node.id.number(), now).await.map_err(|fault| chain(&fault))?;
    let configured = Channel::ALL.into_iter().filter(|channel| outward.channels.has(*channel));
    for channel in configured {
        let of =
            |list: &[(String, Option<i64>)]| list.iter().find(|(name, _)| name == channel.code()).and_then(|it| it.1);
        let waiting = figures.outbox.iter().find(|(name, state, _)| name == channel.code() && state == "waiting");
        findings.push(judge::channel(channel.code(), of(&figures.channels), waiting.map_or(0, |it| it.2), now));
    }
    Ok(findings)
}

/// Prints findings and counts those that want mending.
#[derive(Default)]
struct Findings {
    wrong: usize,
}

impl Findings {
    fn say(&mut self, finding: &Finding) {
        self.wrong += usize::from(finding.mend.is_some());
        println!("{} {}", if finding.mend.is_none() { "✓" } else { "△" }, both(&finding.found.0, &finding.found.1));
        if let Some((zh, en)) = &finding.mend {
            println!("  → {}", both(zh, en));
        }
    }

    fn all(&mut self, findings: Vec<Finding>) {
        findings.iter().for_each(|finding| self.say(finding));
    }

    fn end(self) -> Result<Ended, String> {
        match self.wrong {
            0 => Ok(Ended::Done),
            wrong => Err(both(&format!("{wrong} 项需要处理。"), &format!("{wrong} to be mended."))),
        }
    }
}
