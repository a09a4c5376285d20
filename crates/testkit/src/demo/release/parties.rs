//! Parties of a release: the buyer and all firms that others refer to.

use super::super::codes;
use super::super::gaps::Part;
use super::super::json::Object;
use super::Page;

impl Page<'_, '_> {
    pub(super) fn parties(&self, o: &mut Object<'_>) {
        let process = self.process;
        let shows_bids = process.shows(Part::Bids);
        let mut firms: Vec<(usize, bool, bool)> = Vec::new();
        let mut see = |firm: usize, tenders: bool, supplies: bool| match firms.iter_mut().find(|row| row.0 == firm) {
            Some(row) => *row = (firm, row.1 | tenders, row.2 | supplies),
            None => firms.push((firm, tenders, supplies)),
        };
        if shows_bids {
            process.bids.iter().flat_map(|bid| &bid.bidders).for_each(|firm| see(*firm, true, false));
        }
        process.awards.iter().flat_map(|award| &award.suppliers).for_each(|firm| see(*firm, true, true));
        process.awards.iter().filter_map(|award| award.subcontract?.1).for_each(|firm| see(firm, false, false));
        process.complaint.iter().for_each(|complaint| see(complaint.by, true, false));
        let rows = std::iter::once(None).chain(firms.into_iter().map(Some));
        o.objects("parties", rows, |o, row| match row {
            None => self.buyer_party(o),
            Some((firm, tenders, supplies)) => self.firm_party(o, firm, tenders, supplies),
        });
    }

    fn buyer_party(&self, o: &mut Object<'_>) {
        self.buyer_ref(o);
        if let Some(code) = self.buyer.uscc {
            o.object("identifier", |o| {
                o.text("scheme", "CN-USCC");
                o.text("id", code.as_str());
                o.text("legalName", &self.buyer.name.zh);
            });
        }
        o.object("address", |o| {
            o.text("streetAddress", &format!("演示大道 {} 号", self.buyer.number));
            o.text("locality", &self.process.world.buyers[self.process.entry.buyer].place);
            o.text("region", &self.buyer.division.to_string());
            o.text("countryName", "中国");
        });
        if self.process.shows(Part::Contacts) {
            o.object("contactPoint", |o| {
                o.text("name", "采购承办岗");
                // No area code is 0000, and .invalid is nobody's (RFC 2606).
                o.text("telephone", &format!("0000-7{:06}", self.buyer.number));
                o.text("email", &format!("caigou@organ{:04}.invalid", self.buyer.number));
            });
        }
        o.texts("roles", ["buyer", "procuringEntity"]);
    }

    fn firm_party(&self, o: &mut Object<'_>, firm: usize, tenders: bool, supplies: bool) {
        self.firm_member(o, firm);
        let firm = self.firm(firm);
        o.object("identifier", |o| {
            o.text("scheme", "CN-USCC");
            o.text("id", &firm.code);
            o.text("legalName", &firm.name);
        });
        o.object("address", |o| {
            o.text("streetAddress", &format!("演示路 {} 号", firm.number));
            o.text("locality", &firm.place);
            o.text("region", &firm.region.to_string());
            o.text("countryName", "中国");
        });
        if self.process.shows(Part::Contacts) {
            o.object("contactPoint", |o| {
                o.text("telephone", &format!("0000-8{:06}", firm.telephone));
                o.text("email", &format!("info@firm{:05}.invalid", firm.number));
            });
        }
        let roles = [(tenders, "tenderer"), (supplies, "supplier"), (!tenders && !supplies, "subcontractor")];
        o.texts("roles", roles.into_iter().filter(|(has, _)| *has).map(|(_, role)| role));
        o.object("details", |o| o.text("scale", if firm.small { "sme" } else { "large" }));
        if self.process.shows(Part::Owners) {
            o.objects("beneficialOwners", [firm.owner], |o, owner| {
                o.text("id", &format!("DEMO-OWNER-{owner:05}"));
                o.text("name", &format!("演示{}", codes::numeral(owner)));
            });
        }
    }
}
