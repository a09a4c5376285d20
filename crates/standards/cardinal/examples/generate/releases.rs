//! Compiled releases of an invented country, one a line, for the benchmark.
//!
//! The same size and seed give the same bytes. The shape follows what publishers with bids send: parties with names and
//! addresses, items, documents, about four bids a process, awards and contracts. Every indicator finds something.

use std::io::{self, Write};

/// SplitMix64: small, and the same everywhere.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }

    fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }

    fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    fn of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len() as u64) as usize]
    }
}

const WORDS: [&str; 24] = [
    "supply",
    "of",
    "medical",
    "equipment",
    "road",
    "maintenance",
    "services",
    "for",
    "the",
    "school",
    "canteen",
    "and",
    "office",
    "furniture",
    "repair",
    "water",
    "network",
    "software",
    "licences",
    "cleaning",
    "建设",
    "采购",
    "项目",
    "服务",
];

fn sentence(random: &mut Random, words: u64) -> String {
    let words: Vec<&str> = (0..words).map(|_| random.of(&WORDS)).collect();
    words.join(" ")
}

fn date(random: &mut Random, month: u64) -> String {
    format!("2024-{:02}-{:02}T{:02}:30:00Z", 1 + month % 12, 1 + random.below(28), random.below(24))
}

fn items(random: &mut Random, category: u64) -> String {
    let items: Vec<String> = (0..1 + random.below(4))
        .map(|i| {
            format!(
                r#"{{"id":"{i}","description":"{}","classification":{{"scheme":"UNSPSC","id":"{category:02}{:06}","description":"{}"}},"quantity":{},"unit":{{"name":"unit","value":{{"amount":{}.{:02},"currency":"USD"}}}}}}"#,
                sentence(random, 7),
                random.below(1_000_000),
                sentence(random, 4),
                1 + random.below(500),
                random.below(9000),
                random.below(100),
            )
        })
        .collect();
    items.join(",")
}

fn documents(random: &mut Random) -> String {
    let documents: Vec<String> = (0..1 + random.below(4))
        .map(|i| {
            format!(
                r#"{{"id":"doc-{i}","documentType":"{}","title":"{}","url":"https://example.org/documents/{:016x}.pdf","datePublished":"{}","format":"application/pdf","language":"en"}}"#,
                random.of(&["tenderNotice", "biddingDocuments", "evaluationReports"]),
                sentence(random, 8),
                random.next(),
                date(random, i),
            )
        })
        .collect();
    documents.join(",")
}

fn party(random: &mut Random, id: &str, role: &str) -> String {
    format!(
        r#"{{"id":"{id}","name":"Organisation {id}","identifier":{{"scheme":"XX-REG","id":"{id}","legalName":"Organisation {id} \"Ltd\""}},"address":{{"streetAddress":"{} {}","locality":"Town {}","countryName":"Nowhere"}},"contactPoint":{{"name":"Office","email":"office@example.org"}},"roles":["{role}"]}}"#,
        random.below(200),
        sentence(random, 2),
        random.below(90),
    )
}

fn release(random: &mut Random, number: u64) -> String {
    let ocid = format!("ocds-synth1-{number:08}");
    let buyer = format!("XX-BUYER-{}", random.below(400));
    let category = random.below(12) + 10;
    let method = random.of(&["open", "open", "open", "selective", "limited"]);
    let estimate = 10_000 + random.below(2_000_000);
    let month = random.below(10);
    let count = if random.chance(15) { 1 } else { 2 + random.below(6) };
    // A market is one category: the same suppliers meet again.
    let mut bidders: Vec<u64> = Vec::new();
    while (bidders.len() as u64) < count {
        let bidder = category * 1000 + random.below(60) * random.below(4).max(1);
        if !bidders.contains(&bidder) {
            bidders.push(bidder);
        }
    }
    let name = |bidder: u64| format!("XX-REG-{bidder:06}");
    let mut amounts: Vec<u64> = (0..count).map(|_| estimate * (7_000 + random.below(4_000)) / 10_000).collect();
    if random.chance(4) && count > 1 {
        amounts[1] = amounts[0];
    }
    let statuses: Vec<&str> = (0..count)
        .map(|_| random.of(&["valid", "valid", "valid", "valid", "valid", "disqualified", "pending", "withdrawn"]))
        .collect();
    let winner = (0..count as usize).filter(|&i| statuses[i] == "valid").min_by_key(|&i| amounts[i]);
    let currency = if random.chance(1) { "EUR" } else { "USD" };
    let bids: Vec<String> = (0..count as usize)
        .map(|i| {
            let late = u64::from(random.chance(2));
            let bid_date = date(random, month + late);
            format!(
                r#"{{"id":"{ocid}-bid-{i}","date":"{bid_date}","status":"{}","tenderers":[{{"id":"{}","name":"Organisation {}"}}],"value":{{"amount":{}.{:02},"currency":"{currency}"}},"items":[{}]}}"#,
                statuses[i],
                name(bidders[i]),
                name(bidders[i]),
                amounts[i],
                if random.chance(50) { 0 } else { random.below(100) },
                items(random, category),
            )
        })
        .collect();
    let mut parties = vec![party(random, &buyer, "buyer")];
    parties.extend(bidders.iter().map(|&bidder| party(random, &name(bidder), "tenderer")));
    let awards = winner.filter(|_| random.chance(90)).map_or_else(String::new, |winner| {
        let status = random.of(&["active", "active", "active", "active", "active", "active", "pending"]);
        format!(
            r#","awards":[{{"id":"{ocid}-award","title":"{}","status":"{status}","date":"{}","value":{{"amount":{},"currency":"{currency}"}},"suppliers":[{{"id":"{}","name":"Organisation"}}],"items":[{}],"documents":[{}]}}],"contracts":[{{"id":"{ocid}-contract","awardID":"{ocid}-award","status":"active","period":{{"startDate":"{}","endDate":"{}"}},"value":{{"amount":{},"currency":"{currency}"}}}}]"#,
            sentence(random, 9),
            date(random, month + 1),
            amounts[winner],
            name(bidders[winner]),
            items(random, category),
            documents(random),
            date(random, month + 1),
            date(random, month + 2),
            amounts[winner],
        )
    });
    let longer = u64::from(random.chance(60));
    format!(
        r#"{{"ocid":"{ocid}","id":"{ocid}-compiled","date":"{}","tag":["compiled"],"initiationType":"tender","language":"en","parties":[{}],"buyer":{{"id":"{buyer}","name":"Organisation {buyer}"}},"planning":{{"rationale":"{}","budget":{{"description":"{}","amount":{{"amount":{estimate},"currency":"USD"}}}}}},"tender":{{"id":"{ocid}-tender","title":"{}","description":"{}","status":"{}","procuringEntity":{{"id":"{buyer}","name":"Organisation {buyer}"}},"items":[{}],"value":{{"amount":{estimate},"currency":"USD"}},"procurementMethod":"{method}","procurementMethodDetails":"{}","numberOfTenderers":{count},"tenderPeriod":{{"startDate":"{}","endDate":"{}"}},"documents":[{}]}},"bids":{{"details":[{}]}}{awards}}}"#,
        date(random, month),
        parties.join(","),
        sentence(random, 25),
        sentence(random, 10),
        sentence(random, 10),
        sentence(random, 45),
        if random.chance(2) { "cancelled" } else { "complete" },
        items(random, category),
        random.of(&["Open tender", "Simplified", "Emergency"]),
        date(random, month),
        date(random, month + longer),
        documents(random),
        bids.join(","),
    )
}

/// Writes at least `bytes` bytes of whole lines; answers how many lines.
pub fn write(out: &mut dyn Write, bytes: u64, seed: u64) -> io::Result<u64> {
    let mut random = Random(seed);
    let (mut written, mut number) = (0, 0);
    while written < bytes {
        let line = release(&mut random, number);
        writeln!(out, "{line}")?;
        written += line.len() as u64 + 1;
        number += 1;
    }
    out.flush()?;
    Ok(number)
}
