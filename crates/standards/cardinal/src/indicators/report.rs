//! The result, and how it is printed.

use std::collections::BTreeMap;
use std::io::{self, Write};

/// An indicator, by its code in *Red Flags in Public Procurement* (Open Contracting Partnership, 2024).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Code {
    /// Short submission period 投标期过短
    R003,
    /// Single bid received 单一投标
    R018,
    /// Price close to winning bid 与中标价过近
    R024,
    /// Excessive unsuccessful bids 屡投不中
    R025,
    /// Identical bid prices 报价相同
    R028,
    /// Late bid won 迟到标中标
    R030,
    /// All except winning bid disqualified 唯中标人有效
    R035,
    /// Lowest bid disqualified 最低价被否决
    R036,
    /// Excessive disqualified bids 否决率过高
    R038,
    /// Heterogeneous supplier 经营品类过杂
    R048,
    /// Heavily discounted bid 折扣过大
    R058,
}

impl Code {
    /// As printed.
    pub fn name(self) -> &'static str {
        match self {
            Self::R003 => "R003",
            Self::R018 => "R018",
            Self::R024 => "R024",
            Self::R025 => "R025",
            Self::R028 => "R028",
            Self::R030 => "R030",
            Self::R035 => "R035",
            Self::R036 => "R036",
            Self::R038 => "R038",
            Self::R048 => "R048",
            Self::R058 => "R058",
        }
    }
}

/// What a result is about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Group {
    /// A contracting process.
    Ocid,
    /// A tenderer or supplier.
    Tenderer,
    /// A buyer.
    Buyer,
    /// A procuring entity.
    ProcuringEntity,
}

impl Group {
    /// As printed.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ocid => "OCID",
            Self::Tenderer => "Tenderer",
            Self::Buyer => "Buyer",
            Self::ProcuringEntity => "ProcuringEntity",
        }
    }
}

/// Results of one group: ids in order of first appearance in the input, each with its codes in ascending order.
pub type Results = Vec<(String, Vec<(Code, f64)>)>;

/// Mappings from processes to organisations.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Maps {
    /// The buyer of each process with a disqualified bid.
    pub buyer_r038: Vec<(String, String)>,
    /// The procuring entity of each process with a disqualified bid.
    pub procuring_entity_r038: Vec<(String, String)>,
    /// The organisations that R025, R038 and R048 counted in each process.
    pub tenderer: Vec<(String, Vec<String>)>,
    /// The flagged organisations of each flagged process, for R024, R028, R030, R035 and R058.
    pub flagged: BTreeMap<Code, Vec<(String, Vec<String>)>>,
}

/// What the indicators found.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Report {
    /// Groups with results, in the order in which they are printed.
    pub groups: Vec<(Group, Results)>,
    /// Quartiles and fences by indicator, rounded to four decimals; NaN where there was nothing to compute them from.
    pub meta: BTreeMap<Code, Vec<(String, f64)>>,
    /// Mappings from processes to organisations.
    pub maps: Maps,
}

impl Report {
    /// The results of one group.
    pub fn group(&self, group: Group) -> &[(String, Vec<(Code, f64)>)] {
        self.groups.iter().find(|(one, _)| *one == group).map_or(&[], |(_, results)| results)
    }

    /// Prints one line of JSON.
    pub fn write(&self, out: &mut dyn Write, meta: bool, maps: bool) -> io::Result<()> {
        let mut members = Members::open(out)?;
        for (group, results) in &self.groups {
            write_results(members.name(group.name())?, results)?;
        }
        if meta {
            let mut codes = Members::open(members.name("Meta")?)?;
            for (code, numbers) in &self.meta {
                write_numbers(codes.name(code.name())?, numbers.iter().map(|(name, number)| (name.as_str(), *number)))?;
            }
            codes.close()?;
        }
        if maps {
            self.maps.write(members.name("Maps")?)?;
        }
        members.close()?;
        out.write_all(b"\n")
    }
}

impl Maps {
    fn write(&self, out: &mut dyn Write) -> io::Result<()> {
        let mut members = Members::open(out)?;
        let single =
            [("ocid_buyer_r038", &self.buyer_r038), ("ocid_procuringentity_r038", &self.procuring_entity_r038)];
        for (name, map) in single {
            let mut entries = Members::open(members.name(name)?)?;
            for (ocid, id) in map {
                string(entries.name(ocid)?, id)?;
            }
            entries.close()?;
        }
        let none = Vec::new();
        let flagged = |code| self.flagged.get(&code).unwrap_or(&none);
        let lists = [
            ("ocid_tenderer", &self.tenderer),
            ("ocid_tenderer_r024", flagged(Code::R024)),
            ("ocid_tenderer_r028", flagged(Code::R028)),
            ("ocid_tenderer_r030", flagged(Code::R030)),
            ("ocid_tenderer_r035", flagged(Code::R035)),
            ("ocid_tenderer_r058", flagged(Code::R058)),
        ];
        for (name, map) in lists {
            let mut entries = Members::open(members.name(name)?)?;
            for (ocid, ids) in map {
                let out = entries.name(ocid)?;
                for (index, id) in ids.iter().enumerate() {
                    out.write_all(if index == 0 { b"[" } else { b"," })?;
                    string(out, id)?;
                }
                out.write_all(if ids.is_empty() { b"[]" } else { b"]" })?;
            }
            entries.close()?;
        }
        members.close()
    }
}

fn write_results(out: &mut dyn Write, results: &Results) -> io::Result<()> {
    let mut ids = Members::open(out)?;
    for (id, values) in results {
        write_numbers(ids.name(id)?, values.iter().map(|(code, value)| (code.name(), *value)))?;
    }
    ids.close()
}

fn write_numbers<'n>(out: &mut dyn Write, numbers: impl Iterator<Item = (&'n str, f64)>) -> io::Result<()> {
    let mut members = Members::open(out)?;
    for (name, number) in numbers {
        // Floats keep their point (`1.0`), and what is no number prints `null`.
        serde_json::to_writer(members.name(name)?, &number)?;
    }
    members.close()
}

fn string(out: &mut dyn Write, text: &str) -> io::Result<()> {
    Ok(serde_json::to_writer(out, text)?)
}

/// The members of an object being printed.
struct Members<'w> {
    out: &'w mut dyn Write,
    any: bool,
}

impl<'w> Members<'w> {
    fn open(out: &'w mut dyn Write) -> io::Result<Self> {
        out.write_all(b"{")?;
        Ok(Self { out, any: false })
    }

    /// Prints a member's name; its value goes to the writer returned.
    fn name(&mut self, name: &str) -> io::Result<&mut dyn Write> {
        if self.any {
            self.out.write_all(b",")?;
        }
        self.any = true;
        string(self.out, name)?;
        self.out.write_all(b":")?;
        Ok(self.out)
    }

    fn close(self) -> io::Result<()> {
        self.out.write_all(b"}")
    }
}
