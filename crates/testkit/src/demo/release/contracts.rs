//! Contracts of a release: signature, changes, bonds, delivery and payment.

use super::super::category::Sort;
use super::super::contract::Contract;
use super::super::gaps::Part;
use super::super::json::{Fen, Object};
use super::Page;

impl Page<'_, '_> {
    pub(super) fn contract(&self, o: &mut Object<'_>, contract: &Contract) {
        let process = self.process;
        let award = &process.awards[contract.award];
        let number = contract.award + 1;
        o.text("id", &format!("c{number}"));
        o.text("awardID", &format!("a{number}"));
        o.text("status", if contract.closed { "terminated" } else { "active" });
        o.object("period", |o| {
            o.date("startDate", contract.signed);
            o.date("endDate", contract.finish);
        });
        o.money("value", contract.value);
        o.date("dateSigned", contract.signed);
        o.objects("suppliers", &award.suppliers, |o, firm| self.firm_member(o, *firm));
        if process.category.sort == Sort::Goods {
            let lot = &process.lots[award.lot];
            o.objects("items", [lot], |o, lot| {
                o.text("id", &format!("i{}", award.lot + 1));
                o.text("description", process.category.name);
                o.object("classification", |o| {
                    o.text("scheme", "CN-PM");
                    o.text("id", process.category.code);
                });
                o.plain("quantity", lot.quantity);
                o.object("unit", |o| {
                    o.text("name", process.category.unit);
                    o.money("value", award.amount / lot.quantity);
                });
            });
        }
        if let Some(published) = contract.published.filter(|_| process.shows(Part::ContractDocuments)) {
            o.objects("documents", [published], |o, published| {
                o.text("id", &format!("c{number}d1"));
                o.text("documentType", "contractSigned");
                o.text("title", "采购合同");
                if process.shows(Part::DocumentDates) {
                    o.date("datePublished", published);
                }
            });
        }
        o.objects("amendments", contract.changes.iter().enumerate(), |o, (at, change)| {
            o.text("id", &format!("c{number}m{}", at + 1));
            o.date("date", change.at);
            o.text("rationale", change.why);
            o.text("description", &format!("合同金额由 {} 元变更为 {} 元", yuan(change.before), yuan(change.after)));
            o.objects("changes", [change.before], |o, before| {
                o.text("property", "value");
                o.text("former_value", &yuan(before));
            });
        });
        if process.shows(Part::Bonds) {
            o.objects("guarantees", contract.bond, |o, bond| {
                o.text("id", &format!("c{number}g1"));
                o.texts("obligations", ["performance"]);
                o.money("value", bond);
            });
        }
        self.implementation(o, contract);
    }

    fn implementation(&self, o: &mut Object<'_>, contract: &Contract) {
        let process = self.process;
        let number = contract.award + 1;
        let milestones = process.shows(Part::Milestones);
        let payments = process.shows(Part::Payments) && !contract.payments.is_empty();
        if !milestones && !payments {
            return;
        }
        o.object("implementation", |o| {
            if payments {
                o.objects("transactions", contract.payments.iter().enumerate(), |o, (at, (date, amount))| {
                    o.text("id", &format!("c{number}p{}", at + 1));
                    o.date("date", *date);
                    o.money("value", *amount);
                    o.object("payer", |o| self.buyer_ref(o));
                    self.firm_ref(o, "payee", process.awards[contract.award].suppliers[0]);
                });
            }
            if milestones {
                o.objects("milestones", contract.stages.iter().enumerate(), |o, (at, stage)| {
                    o.text("id", &format!("c{number}s{}", at + 1));
                    o.text("title", stage.title);
                    o.text("type", "delivery");
                    o.date("dueDate", stage.due);
                    if let Some(met) = stage.met {
                        o.date("dateMet", met);
                    }
                    o.text("status", if stage.met.is_some() { "met" } else { "scheduled" });
                });
            }
        });
    }
}

fn yuan(amount: Fen) -> String {
    format!("{}.{:02}", amount / 100, amount % 100)
}
