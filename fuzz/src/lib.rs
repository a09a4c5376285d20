//! The parsers that meet the outside, for cargo-fuzz: one target for each door of `crates/testkit/tests/it/doors.rs`.

#[path = "../../crates/testkit/tests/it/doors.rs"]
pub mod doors;

pub use libfuzzer_sys;

/// Opens the door of a name.
///
/// # Panics
/// If there is none, or if what must hold of these bytes does not: what is looked for.
pub fn open(name: &str, bytes: &[u8]) {
    let door = doors::DOORS.iter().find(|door| door.name == name).expect("a door of this name");
    (door.open)(bytes);
}

/// Writes a door's corpus into a folder, a file an input.
///
/// # Errors
/// If the folder cannot be written.
pub fn seed(folder: &std::path::Path) -> std::io::Result<()> {
    for door in doors::DOORS {
        let folder = folder.join(door.name);
        std::fs::create_dir_all(&folder)?;
        for (number, input) in (door.corpus)().iter().enumerate() {
            std::fs::write(folder.join(format!("seed-{number}")), input)?;
        }
    }
    Ok(())
}

/// The target of a door.
#[macro_export]
macro_rules! target {
    ($name:literal) => {
        $crate::libfuzzer_sys::fuzz_target!(|bytes: &[u8]| $crate::open($name, bytes));
    };
}
