//! A process as one compiled release of OCDS 1.1, with the extensions bids, lots, enquiries, bidOpening,
//! participationFee, complaints, subcontracting, beneficialOwners and guarantees.

use kernel::organ::Organ;

use super::category::Sort;
use super::gaps::Part;
use super::json::{self, Object};
use super::market::Supplier;
use super::moment::Moment;
use super::process::{Award, Bid, BidState, Criteria, Process, Standing};
use super::schedule::Method;

mod contracts;
mod parties;

/// What every release says of its origin.
const PUBLISHER: &str = "演示数据 synthetic";

/// The process's ocid: its year and number.
pub(super) fn ocid(process: &Process<'_>) -> String {
    let year = kernel::Day::from_number(process.start.day()).map_or(0, kernel::Day::year);
    format!("ocds-demo00-{year}-{:06}", process.number)
}

/// The release, on one line.
pub(super) fn write(process: &Process<'_>, ocid: &str) -> String {
    let customer = &process.world.buyers[process.entry.buyer];
    let buyer = customer.on(process.entry.day).unwrap_or(&customer.rows[0]);
    let page = Page { process, buyer, buyer_id: buyer_id(buyer) };
    json::line(8_192, |o| {
        o.text("ocid", ocid);
        o.text("id", &format!("{ocid}-compiled"));
        o.date("date", page.last());
        o.texts("tag", ["compiled"]);
        o.text("initiationType", "tender");
        o.text("language", "zh");
        o.object("publisher", |o| o.text("name", PUBLISHER));
        page.parties(o);
        o.object("buyer", |o| page.buyer_ref(o));
        if process.shows(Part::Planning) {
            o.object("planning", |o| page.planning(o));
        }
        o.object("tender", |o| page.tender(o));
        page.bids(o);
        o.objects("awards", process.awards.iter().enumerate(), |o, (at, award)| page.award(o, at, award));
        o.objects("contracts", process.contracts.iter(), |o, contract| page.contract(o, contract));
        o.objects("complaints", process.complaint.iter(), |o, complaint| {
            o.text("id", "q1");
            o.date("date", complaint.at);
            o.text("title", "对采购结果的质疑");
            page.firm_ref(o, "author", complaint.by);
            match complaint.decided {
                None => o.text("status", "pending"),
                Some((at, upheld)) => {
                    o.text("status", if upheld { "upheld" } else { "declined" });
                    o.text("decision", if upheld { "质疑事项成立" } else { "质疑事项不成立" });
                    o.date("dateDecision", at);
                }
            }
        });
    })
}

fn buyer_id(buyer: &Organ) -> String {
    buyer.uscc.map_or_else(|| format!("demo-organ-{}", buyer.number), |code| format!("CN-USCC-{code}"))
}

struct Page<'p, 'w> {
    process: &'p Process<'w>,
    buyer: &'p Organ,
    buyer_id: String,
}

impl Page<'_, '_> {
    /// When something last happened.
    fn last(&self) -> Moment {
        let process = self.process;
        let mut last = process.start;
        let mut see = |moment: Option<Moment>| last = last.max(moment.unwrap_or(last));
        if process.end < process.horizon {
            see(Some(process.opening));
        }
        process.awards.iter().for_each(|award| see(Some(award.date)));
        for contract in &process.contracts {
            see(Some(contract.signed));
            see(contract.published);
            see(contract.changes.last().map(|change| change.at));
            see(contract.stages.iter().filter_map(|stage| stage.met).max());
            see(contract.payments.last().map(|(at, _)| *at));
        }
        if let Some(complaint) = &process.complaint {
            see(Some(complaint.at));
            see(complaint.decided.map(|(at, _)| at));
        }
        last.min(process.horizon + -1)
    }

    fn firm(&self, firm: usize) -> &Supplier {
        &self.process.world.suppliers[firm]
    }

    fn firm_ref(&self, o: &mut Object<'_>, name: &str, firm: usize) {
        o.object(name, |o| self.firm_member(o, firm));
    }

    fn firm_member(&self, o: &mut Object<'_>, firm: usize) {
        let firm = self.firm(firm);
        o.text("id", &firm.id);
        o.text("name", &firm.name);
    }

    fn buyer_ref(&self, o: &mut Object<'_>) {
        o.text("id", &self.buyer_id);
        o.text("name", &self.buyer.name.zh);
    }

    // --- planning and tender ---

    fn planning(&self, o: &mut Object<'_>) {
        let process = self.process;
        o.object("budget", |o| {
            let id = match process.entry.budget {
                Some(item) => format!("BUD-{}-S{item:05}", self.buyer.number),
                None => format!("BUD-{}-{:06}", self.buyer.number, process.number),
            };
            o.text("id", &id);
            o.text("projectID", &id);
            if process.shows(Part::Estimate) {
                o.money("amount", process.value() / 100_000 * 103_000);
            }
        });
        let dates = process.shows(Part::DocumentDates);
        o.objects("documents", process.intention.iter(), |o, published| {
            o.text("id", "p1");
            o.text("documentType", "plannedProcurementNotice");
            o.text("title", "采购意向公开");
            if dates {
                o.date("datePublished", *published);
            }
        });
    }

    fn tender(&self, o: &mut Object<'_>) {
        let process = self.process;
        let method = process.entry.method;
        o.text("id", "t1");
        o.text("title", &process.title);
        o.text("description", "演示数据：由程序生成，不对应任何真实对象。");
        let (status, details) = match process.standing {
            Standing::Running => ("active", None),
            Standing::Cancelled(why) => ("cancelled", Some(why)),
            Standing::Unsuccessful(why) => ("unsuccessful", Some(why)),
            Standing::Complete => ("complete", None),
        };
        o.text("status", status);
        if let Some(details) = details {
            o.text("statusDetails", details);
        }
        o.object("procuringEntity", |o| self.buyer_ref(o));
        if process.shows(Part::Estimate) {
            o.money("value", process.value());
        }
        o.text("procurementMethod", method.code());
        o.text("procurementMethodDetails", method.words());
        if let Some(rationale) = process.rationale {
            o.text("procurementMethodRationale", rationale);
        }
        o.text("mainProcurementCategory", process.category.sort.code());
        if process.shows(Part::Criteria) {
            self.criteria(o);
        }
        if method.competes() {
            o.text("eligibilityCriteria", process.eligibility);
        }
        o.object("tenderPeriod", |o| {
            o.date("startDate", process.start);
            o.date("endDate", process.end);
        });
        self.events(o);
        self.items(o);
        self.tender_documents(o);
    }

    fn criteria(&self, o: &mut Object<'_>) {
        match self.process.criteria {
            Criteria::PriceOnly => o.text("awardCriteria", "priceOnly"),
            Criteria::Rated(weight) => o.object("awardCriteria", |o| {
                o.text("code", "ratedCriteria");
                o.objects(
                    "criteria",
                    [("price", "价格", weight), ("quality", "商务和技术", 100 - weight)],
                    |o, row| {
                        o.text("type", row.0);
                        o.text("name", row.1);
                        o.objects("numbers", [row.2], |o, weight| {
                            o.plain("number", weight);
                            o.text("weight", "percentageExact");
                        });
                    },
                );
            }),
        }
    }

    /// Enquiries, opening, changes, fees, bonds, numbers of bidders.
    fn events(&self, o: &mut Object<'_>) {
        let process = self.process;
        let known = |moment: Moment| moment < process.horizon;
        let asked = process.enquiries.iter().filter(|enquiry| known(enquiry.asked)).enumerate();
        o.objects("enquiries", asked, |o, (at, enquiry)| {
            o.text("id", &format!("e{}", at + 1));
            o.date("date", enquiry.asked);
            o.text("title", "关于采购文件的询问");
            if let Some(answered) = enquiry.answered.filter(|at| known(*at))
                && process.shows(Part::Answers)
            {
                o.text("answer", "已书面答复，内容见采购文件澄清。");
                o.date("dateAnswered", answered);
            }
        });
        o.objects("amendments", process.clarification.filter(|at| known(*at)), |o, at| {
            o.text("id", "m1");
            o.date("date", at);
            o.text("rationale", "澄清");
            o.text("description", "对技术要求作出可能影响投标文件编制的澄清。");
        });
        if process.shows(Part::Fees) {
            o.objects("participationFees", process.fee, |o, fee| {
                o.text("id", "f1");
                o.texts("type", ["document"]);
                o.money("value", fee);
            });
        }
        if process.shows(Part::Bonds) {
            o.objects("guarantees", process.bid_bond, |o, bond| {
                o.text("id", "g1");
                o.texts("obligations", ["bidding"]);
                o.money("value", bond);
            });
        }
        if !known(process.opening) {
            return;
        }
        if process.shows(Part::Opening) && process.entry.method.competes() {
            o.object("bidOpening", |o| o.date("date", process.opening));
        }
        let mut firms: Vec<&[usize]> = submitted(&process.bids).map(|bid| bid.bidders.as_slice()).collect();
        firms.sort_unstable();
        firms.dedup();
        o.plain("numberOfTenderers", firms.len());
        if let Some(award) = process.awards.first() {
            o.object("awardPeriod", |o| {
                o.date("startDate", process.opening);
                o.date("endDate", award.date);
            });
        }
    }

    fn items(&self, o: &mut Object<'_>) {
        let process = self.process;
        let several = process.lots.len() > 1;
        if several {
            o.objects("lots", process.lots.iter().enumerate(), |o, (at, lot)| {
                o.text("id", &format!("l{}", at + 1));
                o.text("title", &format!("第 {} 包", at + 1));
                let decided = process.awards.iter().any(|award| award.lot == at);
                let status = match process.standing {
                    Standing::Running => "active",
                    Standing::Cancelled(_) => "cancelled",
                    Standing::Unsuccessful(_) => "unsuccessful",
                    Standing::Complete if decided => "complete",
                    Standing::Complete => "unsuccessful",
                };
                o.text("status", status);
                if process.shows(Part::Estimate) {
                    o.money("value", lot.value);
                }
            });
        }
        o.objects("items", process.lots.iter().enumerate(), |o, (at, lot)| {
            o.text("id", &format!("i{}", at + 1));
            o.text("description", process.category.name);
            o.object("classification", |o| {
                o.text("scheme", "CN-PM");
                o.text("id", process.category.code);
                o.text("description", process.category.name);
            });
            o.plain("quantity", lot.quantity);
            o.object("unit", |o| {
                o.text("name", process.category.unit);
                if process.shows(Part::Estimate) && process.category.sort == Sort::Goods {
                    o.money("value", lot.value / lot.quantity);
                }
            });
            if several {
                o.text("relatedLot", &format!("l{}", at + 1));
            }
        });
    }

    fn tender_documents(&self, o: &mut Object<'_>) {
        let process = self.process;
        if !process.shows(Part::TenderDocuments) {
            return;
        }
        let rows = [
            ("tenderNotice", "采购公告", process.start),
            ("biddingDocuments", "采购文件", process.documents),
            ("technicalSpecifications", "技术要求", process.documents),
            ("evaluationCriteria", "评审办法", process.documents),
        ];
        let count = if process.entry.method == Method::Single { 1 } else { rows.len() };
        let dates = process.shows(Part::DocumentDates);
        let known = rows.into_iter().take(count).filter(|row| row.2 < process.horizon);
        o.objects("documents", known.enumerate(), |o, (at, (kind, title, published))| {
            o.text("id", &format!("d{}", at + 1));
            o.text("documentType", kind);
            o.text("title", title);
            if dates {
                o.date("datePublished", published);
            }
        });
    }

    // --- bids and awards ---

    fn bids(&self, o: &mut Object<'_>) {
        let process = self.process;
        if process.bids.is_empty() {
            return;
        }
        o.object("bids", |o| {
            o.objects("statistics", [submitted(&process.bids).count()], |o, count| {
                o.text("id", "s1");
                o.text("measure", "bids");
                o.plain("value", count);
            });
            if process.shows(Part::Bids) {
                o.objects("details", process.bids.iter().enumerate(), |o, (at, bid)| self.bid(o, at, bid));
            }
        });
    }

    fn bid(&self, o: &mut Object<'_>, at: usize, bid: &Bid) {
        let process = self.process;
        o.text("id", &format!("b{}", at + 1));
        if process.shows(Part::BidDates) {
            o.date("date", bid.at);
        }
        let (status, why) = match bid.state {
            BidState::Pending => ("pending", None),
            BidState::Valid => ("valid", None),
            BidState::Rejected(why) => ("disqualified", why),
            BidState::Withdrawn => ("withdrawn", None),
        };
        o.text("status", status);
        if let Some(why) = why.filter(|_| process.shows(Part::RejectionReasons)) {
            o.text("statusDetails", why);
        }
        o.objects("tenderers", &bid.bidders, |o, firm| self.firm_member(o, *firm));
        o.money("value", bid.amount);
        if process.lots.len() > 1 {
            o.texts("relatedLots", [format!("l{}", bid.lot + 1)]);
        }
    }

    fn award(&self, o: &mut Object<'_>, at: usize, award: &Award) {
        let process = self.process;
        o.text("id", &format!("a{}", at + 1));
        o.text("status", "active");
        o.date("date", award.date);
        o.money("value", award.amount);
        o.objects("suppliers", &award.suppliers, |o, firm| self.firm_member(o, *firm));
        if let Some(bid) = award.bid
            && process.shows(Part::Bids)
            && process.shows(Part::RelatedBid)
        {
            o.text("relatedBid", &format!("b{}", bid + 1));
        }
        if process.lots.len() > 1 {
            o.texts("relatedLots", [format!("l{}", award.lot + 1)]);
        }
        if process.category.sort == Sort::Works {
            o.plain("hasSubcontracting", award.subcontract.is_some());
        }
        if let Some((share, firm)) = award.subcontract {
            o.object("subcontracting", |o| {
                o.plain("minimumPercentage", format_args!("0.{share:02}"));
                o.objects("subcontractors", firm, |o, firm| self.firm_member(o, firm));
            });
        }
        let rows =
            [("candidateNotice", "中标候选人公示", award.candidates), ("awardNotice", "结果公告", Some(award.date))];
        let known = rows.into_iter().filter_map(|row| Some((row.0, row.1, row.2?)));
        let dates = process.shows(Part::DocumentDates);
        o.objects("documents", known.enumerate(), |o, (number, (kind, title, published))| {
            o.text("id", &format!("a{}d{}", at + 1, number + 1));
            o.text("documentType", kind);
            o.text("title", title);
            if dates {
                o.date("datePublished", published);
            }
        });
    }
}

/// Bids that were handed in and not taken back.
fn submitted(bids: &[Bid]) -> impl Iterator<Item = &Bid> {
    bids.iter().filter(|bid| bid.state != BidState::Withdrawn)
}
