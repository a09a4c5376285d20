//! Between drafts and the ledger's bytes: what is computed before the lock, within it, and when reading back.

use ledger::act::Act;
use ledger::commit::{self, Prepared, Route, Seeds};
use ledger::envelope::Key;
use ledger::hash::Seed;
use ledger::{PlainBody, Whose};

use crate::feed::Recorded;
use crate::keyed::{self, MatterKey};
use crate::record::Draft;

/// An act ready for its place: everything that needs neither index nor stream numbers is done.
pub(crate) struct Sealed {
    pub(crate) id: u128,
    pub(crate) matter: u128,
    pub(crate) version: u64,
    pub(crate) also: Vec<(u128, u64)>,
    pub(crate) kind: String,
    pub(crate) at: i64,
    pub(crate) streams: Vec<u32>,
    /// The command's digest in hexadecimal: its key among the claims.
    pub(crate) command: Option<String>,
    pub(crate) seeds: Seeds,
    pub(crate) prepared: Prepared,
    body: ledger::Body,
    under_key: Option<UnderKey>,
}

/// The body under the key of its matter.
struct UnderKey {
    key: MatterKey,
    stored: Vec<u8>,
}

impl Sealed {
    /// The heads the act names, each with the version it makes.
    pub(crate) fn heads(&self) -> impl Iterator<Item = (u128, u64)> + '_ {
        std::iter::once((self.matter, self.version)).chain(self.also.iter().copied())
    }

    /// Rough bytes of its rows.
    pub(crate) fn weight(&self) -> usize {
        self.prepared.header_sheet.len() + self.body_sheet().len() + 300
    }

    /// The body as it is stored: in clear, or under its matter's key.
    pub(crate) fn body_sheet(&self) -> &[u8] {
        self.under_key.as_ref().map_or(&self.prepared.body_sheet, |under| &under.stored)
    }

    /// The body's seed, where it is stored beside the body.
    pub(crate) fn body_seed(&self) -> Option<&Seed> {
        self.under_key.is_none().then_some(&self.seeds.body)
    }

    /// The key of its matter, where this act brings it.
    pub(crate) fn new_key(&self) -> Option<&Key> {
        self.under_key.as_ref().filter(|under| under.key.is_new).map(|under| &under.key.key)
    }

    /// What a retry must equal.
    pub(crate) fn content(&self) -> Content {
        Content(self.body.clone())
    }

    /// The leaf at this place, and the routes as stored.
    ///
    /// # Panics
    /// If the routes are not those of the act's streams, which the caller made from them.
    pub(crate) fn place(&self, node: i64, idx: u64, routes: &[Route]) -> ([u8; 33], Vec<u8>) {
        let routed = self.prepared.route(routes).expect("one route for each stream of the act");
        (routed.committed.leaf_data(node, idx), routed.routes_sheet)
    }
}

/// The content of a command.
pub(crate) struct Content(ledger::Body);

impl Content {
    /// Whether the first act of the command, under its seed, committed to the same.
    pub(crate) fn is_committed_by(&self, seed: &Seed, first: &Recorded) -> bool {
        let root = |body| commit::body_root(body, seed).ok();
        let mine = root(&self.0);
        mine.is_some() && mine == root(&first.act.body)
    }
}

/// Checks the draft against the contract and commits to it.
///
/// - `key`: of its matter, where the body goes under it.
pub(crate) fn seal(draft: Draft, key: Option<MatterKey>) -> Result<Sealed, String> {
    let principal = match &draft.actor {
        ledger::Actor::Officer { pseudonym } | ledger::Actor::Party { pseudonym, .. } => pseudonym.clone(),
        ledger::Actor::System { component, .. } => component.clone(),
    };
    let command = match &draft.command {
        None => None,
        Some(command) => Some(
            commit::command_digest(principal.as_bytes(), command.as_bytes())
                .ok_or("the principal's name is too long")?,
        ),
    };
    let body = crate::payload::to_body(&draft.event).map_err(|error| error.to_string())?;
    let act = Act {
        id: draft.id,
        node: draft.node,
        at_ms: draft.at,
        day: draft.day,
        class: draft.class,
        kind: draft.kind.to_owned(),
        matter: draft.matter,
        version: draft.version,
        also: draft.also,
        actor: draft.actor,
        post: draft.post,
        organ: draft.organ,
        on_behalf_of: draft.on_behalf_of,
        basis: draft.basis,
        rule_versions: draft.rules,
        causes: draft.causes,
        command,
        body,
        streams: draft.streams,
    };
    act.check().map_err(|error| error.to_string())?;
    let seeds = Seeds { header: random()?, body: random()? };
    let prepared = commit::prepare(&act, &seeds).map_err(|error| error.to_string())?;
    let under_key = match key {
        None => None,
        Some(key) => {
            let whose = Whose { node: act.node, act: act.id };
            let body = PlainBody { sheet: prepared.body_sheet.clone(), seed: Some(seeds.body) };
            let stored = keyed::seal(&key.key, whose, prepared.body_root, &body).map_err(|fault| fault.to_string())?;
            Some(UnderKey { key, stored })
        }
    };
    Ok(Sealed {
        id: act.id,
        matter: act.matter,
        version: act.version,
        also: act.also,
        kind: act.kind,
        at: act.at_ms,
        streams: act.streams,
        command: command.map(|digest| ledger::hash::hex(&digest)),
        seeds,
        prepared,
        body: act.body,
        under_key,
    })
}

pub(crate) fn random<const N: usize>() -> Result<[u8; N], String> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| format!("no randomness: {error}"))?;
    Ok(bytes)
}
