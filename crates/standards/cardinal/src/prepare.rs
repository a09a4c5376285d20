//! `prepare`: corrects what would spoil the indicators, and lists what it could not correct.
//!
//! Source: the contract in the design of the red-flag indicators, section 10.3.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read, Write};

use crate::lines::{self, Place, Work};
use crate::log::{Level, Log, Notes};
use crate::scan::Scanner;
use crate::settings::Settings;
use crate::value::{Json, Object};

/// Corrects all releases of `reader`, one a line.
///
/// `sink` gets the corrected lines and the issues found in them (CSV rows: line, ocid, path, array indexes, incorrect
/// value, error description), many lines at a time, in the order of the input whatever the number of `threads`.
/// The first error of `sink` is returned; what comes after it is dropped.
pub fn prepare(
    settings: &Settings,
    reader: &mut (dyn Read + Send),
    threads: usize,
    log: &mut Log<'_>,
    mut sink: impl FnMut(&[u8], &[u8]) -> io::Result<()>,
) -> io::Result<()> {
    let work = Preparing { settings, level: log.level() };
    let mut result = Ok(());
    let ran = lines::work(reader, threads, &work, |prepared: Prepared| {
        log.tell_all(prepared.notes);
        if result.is_ok() {
            result = sink(&prepared.releases, &prepared.issues);
        }
    });
    log.tell_failure(ran.failure);
    result
}

struct Preparing<'s> {
    settings: &'s Settings,
    level: Option<Level>,
}

struct Prepared {
    releases: Vec<u8>,
    issues: Vec<u8>,
    notes: Notes,
}

impl Work for Preparing<'_> {
    type Thread = ();
    type Output = Prepared;

    fn start(&self) {}

    fn piece(&self, (): &mut (), place: Place, bytes: &[u8]) -> Prepared {
        let mut prepared =
            Prepared { releases: Vec::with_capacity(bytes.len()), issues: Vec::new(), notes: Notes::new(self.level) };
        let (text, bad) = lines::text(bytes, place.line);
        lines::each_line(&text, place.line, |start, number| {
            let mut scanner = Scanner::new(&text, start);
            let read = Json::read(&mut scanner).and_then(|json| scanner.end().map(|()| json));
            match read {
                Ok(Json::Object(release)) => {
                    let release = Line::new(self.settings, number, &release, &mut prepared).correct(release);
                    // A vector takes everything.
                    drop(Json::Object(release).write(&mut prepared.releases));
                    prepared.releases.push(b'\n');
                }
                Ok(_) => prepared
                    .notes
                    .note(number, Level::Warn, || format!("Line {number} is not a JSON object, skipping.")),
                Err(_) => prepared.notes.not_json(number, lines::line_at(&text, start)),
            }
            scanner.position()
        });
        prepared.notes.not_utf8(&bad);
        prepared
    }
}

/// One release being corrected.
struct Line<'p> {
    settings: &'p Settings,
    number: u64,
    ocid: String,
    prepared: &'p mut Prepared,
    /// Organisation id → the roles it was found in.
    roles: BTreeMap<String, BTreeSet<&'static str>>,
}

/// The codes that a status may have.
const BID_STATUSES: [&str; 5] = ["invited", "pending", "valid", "disqualified", "withdrawn"];
const AWARD_STATUSES: [&str; 4] = ["pending", "active", "cancelled", "unsuccessful"];

impl<'p> Line<'p> {
    fn new(settings: &'p Settings, number: u64, release: &Object, prepared: &'p mut Prepared) -> Self {
        let ocid = release.get("ocid").and_then(Json::as_str).unwrap_or_default().to_owned();
        Self { settings, number, ocid, prepared, roles: BTreeMap::new() }
    }

    fn correct(mut self, mut release: Object) -> Object {
        let settings = self.settings;
        let entity_prefix = settings.modifications.prefix_buyer_or_procuring_entity_id.as_deref();
        self.organisations(&mut release, "parties", None, None);
        if let Some(buyer) = release.object_mut("buyer") {
            self.organisation(buyer, entity_prefix, Some("buyer"));
        }
        if let Some(tender) = release.object_mut("tender") {
            if let Some(entity) = tender.object_mut("procuringEntity") {
                self.organisation(entity, entity_prefix, Some("procuringEntity"));
            }
            if let Some(separator) = settings.modifications.split_procurement_method_details.as_deref()
                && let Some(Json::String(details)) = tender.get_mut("procurementMethodDetails")
            {
                cut(details, separator);
            }
        }
        if settings.modifications.move_auctions {
            self.move_auctions(&mut release);
        }
        if let Some(bids) = release.object_mut("bids") {
            for (index, bid) in bids.elements_mut("details").iter_mut().enumerate() {
                if let Some(bid) = bid.as_object_mut() {
                    self.bid(bid, index);
                }
            }
        }
        let cancelled =
            if settings.award_status_by_contract_status { cancelled_awards(&mut release) } else { BTreeMap::new() };
        for (index, award) in release.elements_mut("awards").iter_mut().enumerate() {
            if let Some(award) = award.as_object_mut() {
                self.award(award, index, &cancelled);
            }
        }
        if settings.defaults.party_roles {
            self.add_roles(&mut release);
        }
        release
    }

    /// Corrects a list of organisations; a lone one becomes a list.
    fn organisations(&mut self, holder: &mut Object, name: &str, prefix: Option<&str>, role: Option<&'static str>) {
        let Some(list) = holder.get_mut(name) else { return };
        if matches!(list, Json::Object(_)) {
            *list = Json::Array(vec![std::mem::replace(list, Json::Null)]);
        }
        for organisation in list.elements_mut() {
            if let Some(organisation) = organisation.as_object_mut() {
                self.organisation(organisation, prefix, role);
            }
        }
    }

    /// Corrects an organisation's id. A redacted one takes no prefix and no role.
    fn organisation(&mut self, organisation: &mut Object, prefix: Option<&str>, role: Option<&'static str>) {
        number_to_string(organisation, "id");
        let Some(Json::String(id)) = organisation.get_mut("id") else { return };
        if self.settings.redactions.organization_id.contains(id) {
            organisation.remove("id");
            return;
        }
        // `parties` take no prefix, so both the bare and the prefixed id may be found there.
        let mut bear = |id: &String| {
            if let Some(role) = role {
                self.roles.entry(id.clone()).or_default().insert(role);
            }
        };
        bear(id);
        if let Some(prefix) = prefix.filter(|prefix| !id.starts_with(prefix)) {
            id.insert_str(0, prefix);
            bear(id);
        }
    }

    fn move_auctions(&mut self, release: &mut Object) {
        if release.get("auctions").is_none() {
            return;
        }
        if release.get("bids").is_some() {
            self.prepared
                .notes
                .note(self.number, Level::Warn, || "Can't move /auctions, because /bids is occupied.".to_owned());
            return;
        }
        let mut details = Vec::new();
        for auction in release.elements_mut("auctions") {
            let Some(auction) = auction.as_object_mut() else { continue };
            for stage in auction.elements_mut("stages") {
                let Some(stage) = stage.as_object_mut() else { continue };
                if matches!(stage.get("bids"), Some(Json::Array(_)))
                    && let Some(Json::Array(bids)) = stage.remove("bids")
                {
                    details.extend(bids);
                }
            }
        }
        if !details.is_empty() {
            let mut bids = Object::default();
            bids.set("details", Json::Array(details));
            release.set("bids", Json::Object(bids));
        }
    }

    fn bid(&mut self, bid: &mut Object, index: usize) {
        let settings = self.settings;
        if let Some(value) = bid.object_mut("value") {
            if let Some(amount) = value.get("amount").and_then(Json::as_f64) {
                if settings.redactions.amount.contains(&amount) {
                    value.remove("amount");
                } else if amount == 0.0 {
                    self.issue("/bids/details[]/value/amount", &index.to_string(), "", "is zero");
                }
            }
            let currency = settings.defaults.currency.as_deref();
            self.default(value, "currency", currency, "/bids/details[]/value/currency", || index.to_string());
        }
        self.schemes(bid, index, "/bids/details[]/items[]/classification/scheme");
        let default = settings.defaults.bid_status.as_deref();
        self.status(bid, index, default, &settings.bid_statuses, &BID_STATUSES, "/bids/details[]/status");
        let prefix = settings.modifications.prefix_tenderer_or_supplier_id.as_deref();
        self.organisations(bid, "tenderers", prefix, Some("tenderer"));
    }

    fn award(&mut self, award: &mut Object, index: usize, cancelled: &BTreeMap<String, bool>) {
        let settings = self.settings;
        number_to_string(award, "id");
        for item in award.elements_mut("items") {
            if let Some(classification) = item.as_object_mut().and_then(|item| item.object_mut("classification")) {
                number_to_string(classification, "id");
            }
        }
        self.schemes(award, index, "/awards[]/items[]/classification/scheme");
        let default = settings.defaults.award_status.as_deref();
        self.status(award, index, default, &settings.award_statuses, &AWARD_STATUSES, "/awards[]/status");
        if award.get("id").and_then(Json::as_str).is_some_and(|id| cancelled.get(id) == Some(&true)) {
            award.set("status", Json::String("cancelled".to_owned()));
        }
        let prefix = settings.modifications.prefix_tenderer_or_supplier_id.as_deref();
        self.organisations(award, "suppliers", prefix, Some("supplier"));
    }

    /// Sets the classification scheme of items without one, or reports them.
    fn schemes(&mut self, holder: &mut Object, index: usize, path: &str) {
        let default = self.settings.defaults.item_classification_scheme.as_deref();
        for (inner, item) in holder.elements_mut("items").iter_mut().enumerate() {
            if let Some(classification) = item.as_object_mut().and_then(|item| item.object_mut("classification")) {
                self.default(classification, "scheme", default, path, || format!("{index}.{inner}"));
            }
        }
    }

    /// Sets a missing member to its default, or reports it.
    fn default(
        &mut self,
        holder: &mut Object,
        name: &str,
        default: Option<&str>,
        path: &str,
        indexes: impl FnOnce() -> String,
    ) {
        if !matches!(holder.get(name), None | Some(Json::Null)) {
            return;
        }
        match default {
            Some(default) => holder.set(name, Json::String(default.to_owned())),
            None => self.issue(path, &indexes(), "", "not set"),
        }
    }

    /// Sets a missing status, maps it to a new code, and reports one that is none.
    fn status(
        &mut self,
        holder: &mut Object,
        index: usize,
        default: Option<&str>,
        mapped: &BTreeMap<String, String>,
        codes: &[&str],
        path: &str,
    ) {
        self.default(holder, "status", default, path, || index.to_string());
        let Some(Json::String(status)) = holder.get_mut("status") else { return };
        if let Some(new) = mapped.get(status) {
            status.clone_from(new);
        }
        if !codes.contains(&status.as_str()) {
            self.issue(path, &index.to_string(), status, "invalid");
        }
    }

    /// Writes a row of the list of issues.
    fn issue(&mut self, path: &str, indexes: &str, value: &str, description: &str) {
        let line = self.number.to_string();
        let fields = [line.as_str(), self.ocid.as_str(), path, indexes, value, description];
        let row = fields.map(field).join(",");
        self.prepared.issues.extend_from_slice(row.as_bytes());
        self.prepared.issues.push(b'\n');
    }

    /// Roles = those stated and those found, sorted.
    fn add_roles(&self, release: &mut Object) {
        for party in release.elements_mut("parties") {
            let Some(party) = party.as_object_mut() else { continue };
            let Some(found) = party.get("id").and_then(Json::as_str).map(|id| self.roles.get(id)) else { continue };
            let mut roles: BTreeSet<String> = found.into_iter().flatten().map(ToString::to_string).collect();
            if let Some(Json::Array(stated)) = party.get("roles") {
                roles.extend(stated.iter().filter_map(Json::as_str).map(str::to_owned));
            }
            if !roles.is_empty() {
                party.set("roles", Json::Array(roles.into_iter().map(Json::String).collect()));
            }
        }
    }
}

/// For each award with contracts, whether all of them are cancelled. Award ids of contracts become strings.
fn cancelled_awards(release: &mut Object) -> BTreeMap<String, bool> {
    let mut cancelled = BTreeMap::new();
    for contract in release.elements_mut("contracts") {
        let Some(contract) = contract.as_object_mut() else { continue };
        number_to_string(contract, "awardID");
        let Some(award) = contract.get("awardID").and_then(Json::as_str) else { continue };
        let this = contract.get("status").and_then(Json::as_str) == Some("cancelled");
        *cancelled.entry(award.to_owned()).or_insert(true) &= this;
    }
    cancelled
}

/// Turns a number into its text.
fn number_to_string(holder: &mut Object, name: &str) {
    if let Some(value) = holder.get_mut(name)
        && let Json::Number(text) = value
    {
        *value = Json::String(std::mem::take(text));
    }
}

/// Cuts a text at the first separator, and the space before it.
fn cut(text: &mut String, separator: &str) {
    if let Some((head, _)) = text.split_once(separator).filter(|_| !separator.is_empty()) {
        *text = head.trim_end().to_owned();
    }
}

/// A field of CSV, in quotation marks where it must be.
fn field(text: &str) -> String {
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text.to_owned() }
}

/// Writes to one of the two places that `prepare` writes to.
pub(crate) fn write_all(out: &mut dyn Write, bytes: &[u8]) -> io::Result<()> {
    if bytes.is_empty() { Ok(()) } else { out.write_all(bytes) }
}

#[cfg(test)]
mod tests;
