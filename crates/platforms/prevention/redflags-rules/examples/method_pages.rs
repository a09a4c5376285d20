//! Writes the method pages: `cargo run -p redflags-rules --example method_pages`.

use std::path::Path;

use redflags_rules::{Settings, indicators, method};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../../docs/method");
    std::fs::create_dir_all(&folder)?;
    let settings = Settings::cn()?;
    for indicator in indicators() {
        std::fs::write(folder.join(format!("{}.md", indicator.code)), method::method_page(indicator, &settings))?;
    }
    std::fs::write(folder.join("indicators.md"), method::index_page())?;
    std::fs::write(folder.join("base.json"), format!("{:#}\n", method::base()))?;
    println!("{} pages", indicators().len() + 1);
    Ok(())
}
