//! Divisions of the synthetic province: codes begin with 89, which GB/T 2260 has not assigned.

use kernel::dated::Period;
use kernel::division::{Division, Level};
use kernel::{Day, DivisionCode, Text};

/// A division with its names.
pub(super) struct Place {
    pub(super) code: DivisionCode,
    pub(super) level: Level,
    pub(super) name: Text,
}

/// Code, Chinese and English name.
type Row = (&'static str, &'static str, &'static str);

const PROVINCE: Row = ("89", "演示省", "Demo Province");

const CITIES: [(Row, &[Row]); 3] = [
    (
        ("8901", "演示市", "Demo City"),
        &[
            ("890102", "演示区", "Demo District"),
            ("890103", "演示新区", "Demo New District"),
            ("890121", "演示县", "Demo County"),
            ("890122", "仿真县", "Simulation County"),
        ],
    ),
    (
        ("8902", "示例市", "Sample City"),
        &[
            ("890202", "示例区", "Sample District"),
            ("890221", "示例县", "Sample County"),
            ("890222", "虚拟县", "Virtual County"),
        ],
    ),
    (
        ("8903", "样本市", "Specimen City"),
        &[
            ("890302", "样本区", "Specimen District"),
            ("890321", "样本县", "Specimen County"),
            ("890322", "模拟县", "Mock County"),
        ],
    ),
];

/// Townships of every county; the digits follow GB/T 10114: 0 subdistricts, 1 towns, 2 townships.
const TOWNSHIPS: [Row; 4] = [
    ("001", "甲街道", "Subdistrict A"),
    ("101", "乙镇", "Town B"),
    ("102", "丙镇", "Town C"),
    ("201", "丁乡", "Township D"),
];

/// All divisions, each after the one above it.
pub(super) fn all() -> Vec<Place> {
    let mut places = vec![place(PROVINCE)];
    for (city, counties) in CITIES {
        places.push(place(city));
        for county in counties {
            places.push(place(*county));
            for (code, zh, en) in TOWNSHIPS {
                let code = format!("{}{code}", county.0);
                let name = Text::new(format!("{}{zh}", county.1), format!("{en} of {}", county.2));
                places.push(named(&code, name));
            }
        }
    }
    places
}

/// The divisions as rows of the directory.
pub(super) fn divisions(since: Day) -> Vec<Division> {
    let row = |place: Place| Division { code: place.code, name: place.name, above: None, period: Period::since(since) };
    all().into_iter().map(row).collect()
}

fn place((code, zh, en): Row) -> Place {
    named(code, Text::new(zh, en))
}

fn named(code: &str, name: Text) -> Place {
    let parsed = DivisionCode::parse(code);
    assert!(parsed.is_ok(), "the table's own code {code}");
    let code = parsed.unwrap_or(DivisionCode::COUNTRY);
    Place { code, level: code.level(), name }
}
