//! How many processes fill the paths that an absence indicator rests on.

use ocds::Release;
use serde::{Deserialize, Serialize};

use crate::context::Coverage;

type Test = fn(&Release<'_>) -> bool;

/// Every path that a judge names as absent, and whether a release fills it.
const PATHS: [(&str, Test); 14] = [
    ("planning/documents/documentType", |release| {
        release
            .planning
            .iter()
            .flat_map(|planning| &planning.documents)
            .any(|document| document.document_type.is_some())
    }),
    ("tender/documents/documentType", |release| {
        release.tender.iter().flat_map(|tender| &tender.documents).any(|document| document.document_type.is_some())
    }),
    ("tender/procurementMethodRationale", |release| {
        release.tender.as_ref().is_some_and(|tender| tender.procurement_method_rationale.is_some())
    }),
    ("tender/participationFees/value", |release| {
        release.tender.iter().flat_map(|tender| &tender.participation_fees).any(|fee| fee.value.is_some())
    }),
    ("tender/enquiries", |release| release.tender.as_ref().is_some_and(|tender| !tender.enquiries.is_empty())),
    ("tender/enquiries/dateAnswered", |release| {
        release
            .tender
            .iter()
            .flat_map(|tender| &tender.enquiries)
            .any(|enquiry| enquiry.date_answered.is_some() || enquiry.answer.is_some())
    }),
    ("tender/amendments", |release| release.tender.as_ref().is_some_and(|tender| !tender.amendments.is_empty())),
    ("tender/statusDetails", |release| release.tender.as_ref().is_some_and(|tender| tender.status_details.is_some())),
    ("bids/details/statusDetails", |release| release.bid_details().iter().any(|bid| bid.status_details.is_some())),
    ("contracts/documents/documentType", |release| {
        release
            .contracts
            .iter()
            .flat_map(|contract| &contract.documents)
            .any(|document| document.document_type.is_some())
    }),
    ("contracts/amendments", |release| release.contracts.iter().any(|contract| !contract.amendments.is_empty())),
    ("complaints/id", |release| !release.complaints.is_empty()),
    ("complaints/dateExecuted", |release| release.complaints.iter().any(|complaint| complaint.date_executed.is_some())),
    ("relatedProcesses", |release| !release.related_processes.is_empty()),
];

/// Counts per path, in the order of the table.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct Filled([u64; PATHS.len()]);

impl Filled {
    /// Counts one process.
    pub fn count(&mut self, release: &Release<'_>) {
        for (count, (_, filled)) in self.0.iter_mut().zip(PATHS) {
            *count += u64::from(filled(release));
        }
    }

    /// Adds another part's counts.
    pub fn merge(&mut self, other: &Self) {
        for (count, more) in self.0.iter_mut().zip(other.0) {
            *count += more;
        }
    }

    /// The snapshot.
    pub fn to_coverage(&self, processes: u64) -> Coverage {
        let filled = PATHS.iter().zip(self.0).map(|((path, _), count)| ((*path).to_owned(), count)).collect();
        Coverage { processes, filled }
    }
}
