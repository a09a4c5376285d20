//! Organs of the synthetic province, from the province's government down to townships, with reorganisations.

use kernel::dated::{Period, Succession, SuccessionKind};
use kernel::division::Level;
use kernel::id::Id;
use kernel::organ::{Organ, OrganKind};
use kernel::uscc::Uscc;
use kernel::{Day, DivisionCode, OrganId, Text, Zone};

use super::codes;
use super::places::{self, Place};
use super::random::Random;

/// What a department is for. Decides what it buys.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Duty {
    Housing,
    Urban,
    Education,
    Health,
    Transport,
    Water,
    Finance,
    Reform,
    Agriculture,
    Police,
    Civil,
    Land,
    Environment,
    Culture,
    Data,
    /// Governments themselves, and whoever buys a little of everything.
    General,
}

/// What the market needs to know about an organ that buys.
#[derive(Clone, Copy, Debug)]
pub(super) struct Buyer {
    /// Where it stands in the rows of organs.
    pub(super) row: usize,
    pub(super) duty: Duty,
    pub(super) level: Level,
}

/// A department: duty, name at the province, name below, their short form, whether a commission 委员会, English.
type Department = (Duty, &'static str, &'static str, &'static str, bool, &'static str);

const DEPARTMENTS: [Department; 15] = [
    (Duty::Housing, "住房和城乡建设", "住房和城乡建设", "住建", false, "Housing and Urban-Rural Development"),
    (Duty::Urban, "城市管理", "城市管理", "城管", false, "Urban Management"),
    (Duty::Education, "教育", "教育", "教育", false, "Education"),
    (Duty::Health, "卫生健康", "卫生健康", "卫健", true, "Health"),
    (Duty::Transport, "交通运输", "交通运输", "交通", false, "Transport"),
    (Duty::Water, "水利", "水务", "水务", false, "Water"),
    (Duty::Finance, "财政", "财政", "财政", false, "Finance"),
    (Duty::Reform, "发展和改革", "发展和改革", "发改", true, "Development and Reform"),
    (Duty::Agriculture, "农业农村", "农业农村", "农业农村", false, "Agriculture and Rural Affairs"),
    (Duty::Police, "公安", "公安", "公安", false, "Public Security"),
    (Duty::Civil, "民政", "民政", "民政", false, "Civil Affairs"),
    (Duty::Land, "自然资源", "自然资源", "自然资源", false, "Natural Resources"),
    (Duty::Environment, "生态环境", "生态环境", "生态环境", false, "Ecology and Environment"),
    (Duty::Culture, "文化和旅游", "文化和旅游", "文旅", false, "Culture and Tourism"),
    (Duty::Data, "数据", "数据", "数据", false, "Data"),
];

/// Departments big enough to have a discipline inspection group stationed in them 派驻纪检监察组.
const STATIONED: [Duty; 4] = [Duty::Housing, Duty::Education, Duty::Health, Duty::Transport];

/// All rows, reorganisations, buyers and the organ that supervises the demonstration's city.
pub(super) struct Organs {
    pub(super) rows: Vec<Organ>,
    pub(super) successions: Vec<Succession<OrganId>>,
    pub(super) buyers: Vec<Buyer>,
    pub(super) supervisor: OrganId,
}

/// Makes the organs. `begin` is the first day of the two years; all but the reorganised ones were founded long before.
pub(super) fn organs(seed: u64, begin: Day) -> Organs {
    let mut maker = Maker {
        seed,
        founded: begin.plus_months(-60),
        organs: Organs { rows: Vec::new(), successions: Vec::new(), buyers: Vec::new(), supervisor: OrganId::new(0) },
    };
    let mut governments: Vec<(DivisionCode, OrganId)> = Vec::new();
    for place in places::all() {
        let above = governments.iter().rev().find(|(code, _)| code.contains(place.code)).map(|(_, id)| *id);
        let government = maker.government(&place, above);
        governments.push((place.code, government));
        if place.level != Level::Township {
            maker.establish(&place, government);
        }
    }
    maker.reorganise(begin);
    maker.organs
}

struct Maker {
    seed: u64,
    founded: Day,
    organs: Organs,
}

impl Maker {
    /// Adds an organ and returns its id.
    fn add(
        &mut self,
        place: DivisionCode,
        parent: Option<OrganId>,
        kind: OrganKind,
        name: Text,
        short: Text,
    ) -> OrganId {
        let number = self.organs.rows.len() as u32 + 1;
        let mut random = Random::keyed(self.seed, "organ", u64::from(number));
        let mut bytes = [0; 10];
        bytes.fill_with(|| random.bits() as u8);
        let id = Id::v7(Zone::CHINA.start_of(self.founded), bytes);
        // Stationed groups are parts of the organ that sends them and have no code of their own.
        let of_its_own = !matches!(kind, OrganKind::StationedSupervision | OrganKind::Office);
        let uscc = of_its_own.then(|| self.code(place, kind, number));
        let period = Period::since(self.founded);
        self.organs.rows.push(Organ { id, number, name, short, kind, division: place, parent, period, uscc });
        id
    }

    fn code(&self, place: DivisionCode, kind: OrganKind, number: u32) -> Uscc {
        let body = if matches!(kind, OrganKind::Institution | OrganKind::TradingCentre) { "12" } else { "11" };
        codes::uscc(body, place, &format!("DEM0{number:04}"))
    }

    fn buys(&mut self, duty: Duty, level: Level) {
        self.organs.buyers.push(Buyer { row: self.organs.rows.len() - 1, duty, level });
    }

    fn government(&mut self, place: &Place, above: Option<OrganId>) -> OrganId {
        let Text { zh, en } = &place.name;
        // Development zones have an administrative committee 管理委员会 in a government's place.
        let (name, short) = if zh.ends_with("新区") {
            (
                Text::new(format!("{zh}管理委员会"), format!("Administrative Committee of {en}")),
                Text::new(format!("{zh}管委会"), format!("{en} Committee")),
            )
        } else if zh.ends_with("街道") {
            (
                Text::new(format!("{zh}办事处"), format!("Office of {en}")),
                Text::new(format!("{zh}办"), format!("{en} Office")),
            )
        } else {
            (
                Text::new(format!("{zh}人民政府"), format!("People's Government of {en}")),
                Text::new(format!("{zh}政府"), format!("{en} Government")),
            )
        };
        let id = self.add(place.code, above, OrganKind::Government, name, short);
        self.buys(Duty::General, place.level);
        id
    }

    /// Departments, discipline inspection, trading centre and institutions of one place above the townships.
    fn establish(&mut self, place: &Place, government: OrganId) {
        let Text { zh, en } = &place.name;
        let supervision = self.add(
            place.code,
            Some(government),
            OrganKind::Supervision,
            Text::new(
                format!("{zh}纪律检查委员会监察委员会"),
                format!("Commission for Discipline Inspection and Supervision of {en}"),
            ),
            Text::new(format!("{zh}纪委监委"), format!("{en} Discipline Inspection")),
        );
        if zh == "演示市" {
            self.organs.supervisor = supervision;
        }
        for department in DEPARTMENTS {
            // Of streets and shops only cities and counties take care.
            if department.0 == Duty::Urban && place.level == Level::Province {
                continue;
            }
            let id = self.department(place, government, department);
            if STATIONED.contains(&department.0) {
                self.stationed(place, id, department);
            }
            self.institution(place, id, department.0);
        }
        if place.level != Level::County {
            self.add(
                place.code,
                Some(government),
                OrganKind::TradingCentre,
                Text::new(format!("{zh}公共资源交易中心"), format!("Public Resources Trading Centre of {en}")),
                Text::new(format!("{zh}交易中心"), format!("{en} Trading Centre")),
            );
        }
    }

    fn department(&mut self, place: &Place, government: OrganId, department: Department) -> OrganId {
        let (duty, at_province, below, short, commission, english) = department;
        let Text { zh, en } = &place.name;
        let province = place.level == Level::Province;
        let base = if province { at_province } else { below };
        let (suffix, brief, kind) = match (commission, province) {
            (true, _) => ("委员会", "委", "Commission"),
            (false, true) => ("厅", "厅", "Department"),
            (false, false) => ("局", "局", "Bureau"),
        };
        let name = Text::new(format!("{zh}{base}{suffix}"), format!("{english} {kind} of {en}"));
        let short = if province && !commission { base } else { short };
        let short = if province && duty == Duty::Housing { "住建" } else { short };
        let short = Text::new(format!("{zh}{short}{brief}"), format!("{en} {english}"));
        let id = self.add(place.code, Some(government), OrganKind::Department, name, short);
        self.buys(duty, place.level);
        id
    }

    fn stationed(&mut self, place: &Place, department: OrganId, (.., short, commission, english): Department) {
        let Text { zh, en } = &place.name;
        let brief = if commission { "委" } else { "局" };
        let brief = if place.level == Level::Province && !commission { "厅" } else { brief };
        let name = Text::new(
            format!("{zh}纪委监委派驻{zh}{short}{brief}纪检监察组"),
            format!("Discipline Inspection Group of {en} in {english}"),
        );
        let short = Text::new(format!("派驻{zh}{short}{brief}纪检组"), format!("Group in {en} {english}"));
        self.add(place.code, Some(department), OrganKind::StationedSupervision, name, short);
    }

    /// Public institutions 事业单位 under some departments: hospitals, schools, a works centre.
    fn institution(&mut self, place: &Place, department: OrganId, duty: Duty) {
        let Text { zh, en } = &place.name;
        let (name, english) = match (duty, place.level) {
            (Duty::Health, Level::County) => ("人民医院", "People's Hospital"),
            (Duty::Health, _) => ("第一医院", "First Hospital"),
            (Duty::Education, Level::Province) => ("演示大学", "Demo University"),
            (Duty::Education, _) => ("第一中学", "First Middle School"),
            (Duty::Housing, Level::Prefecture) => ("市政工程建设中心", "Municipal Works Centre"),
            _ => return,
        };
        let name = Text::new(format!("{zh}{name}"), format!("{english} of {en}"));
        let short = Text::new(name.zh.clone(), format!("{en} {english}"));
        self.add(place.code, Some(department), OrganKind::Institution, name, short);
        self.buys(duty, place.level);
    }

    /// One merger, one split, one new number for the same organ, one that is absorbed and one new name, all within
    /// the two years.
    fn reorganise(&mut self, begin: Day) {
        // 文化局 and 旅游局 of one city become 文化和旅游局.
        let day = begin.plus(150);
        let culture = self.found("示例市文化和旅游局");
        let tourism = ("示例市旅游局", "Tourism Bureau of Sample City", Duty::Culture);
        let before = vec![
            self.forerunner(culture, ("示例市文化局", "Culture Bureau of Sample City", Duty::Culture), day),
            self.forerunner(culture, tourism, day),
        ];
        self.begins(culture, day);
        self.succeed(SuccessionKind::Merge, day, before, vec![culture]);

        // One bureau for all building and streets becomes two.
        let day = begin.plus(270);
        let (housing, urban) = (self.found("样本市住房和城乡建设局"), self.found("样本市城市管理局"));
        let joint = ("样本市城乡建设管理局", "Urban and Rural Construction Bureau of Specimen City", Duty::Housing);
        let before = self.forerunner(housing, joint, day);
        self.begins(housing, day);
        self.begins(urban, day);
        self.succeed(SuccessionKind::Split, day, vec![before], vec![housing, urban]);

        // The same office under a new name and a new code.
        let day = begin.plus(400);
        let data = self.found("演示县数据局");
        let former = ("演示县大数据管理局", "Big Data Administration of Demo County", Duty::Data);
        let before = self.forerunner(data, former, day);
        self.begins(data, day);
        self.succeed(SuccessionKind::Rename, day, vec![before], vec![data]);

        let day = begin.plus(500);
        let (urban, housing) = (self.found("虚拟县城市管理局"), self.found("虚拟县住房和城乡建设局"));
        self.ends(urban, day);
        self.succeed(SuccessionKind::Absorb, day, vec![urban], vec![housing]);

        // A new name alone is a new period of the same organ; the open end of the first is closed by the second.
        let land = self.found("仿真县自然资源局");
        if let Some(at) = self.organs.rows.iter().position(|row| row.id == land) {
            let mut renamed = self.organs.rows[at].clone();
            renamed.name =
                Text::new("仿真县自然资源和规划局", "Natural Resources and Planning Bureau of Simulation County");
            renamed.period = Period::since(begin.plus(330));
            self.organs.rows.push(renamed);
        }
    }

    fn found(&self, name: &str) -> OrganId {
        let row = self.organs.rows.iter().find(|row| row.name.zh == name);
        assert!(row.is_some(), "{name} is one of the departments just made");
        row.map_or(OrganId::new(0), |row| row.id)
    }

    /// An organ that stood where `after` stands, until `day`.
    fn forerunner(&mut self, after: OrganId, (zh, en, duty): (&str, &str, Duty), day: Day) -> OrganId {
        let Some(model) = self.organs.rows.iter().find(|row| row.id == after).cloned() else { return after };
        let id = self.add(model.division, model.parent, model.kind, Text::new(zh, en), Text::new(zh, en));
        self.buys(duty, model.division.level());
        self.ends(id, day);
        id
    }

    fn begins(&mut self, id: OrganId, day: Day) {
        for row in self.organs.rows.iter_mut().filter(|row| row.id == id || row.parent == Some(id)) {
            row.period = Period::since(day);
        }
    }

    fn ends(&mut self, id: OrganId, day: Day) {
        for row in self.organs.rows.iter_mut().filter(|row| row.id == id) {
            row.period = row.period.until(day);
        }
    }

    fn succeed(&mut self, kind: SuccessionKind, on: Day, before: Vec<OrganId>, after: Vec<OrganId>) {
        self.organs.successions.push(Succession { kind, on, known_from: on.plus(-30), before, after });
    }
}
