//! Writes the page of samples and sample pages as static files, to be looked at beside the pictures of the design.
//!
//! `cargo run -p web --example design -- [FOLDER]`; the folder is `web-shots` in the system's place for temporary files otherwise.

mod cockpit;
mod frames;
mod process;
mod queue;
mod warning;

use std::path::PathBuf;
use std::{env, fs, io};

use web::locale::{Locale, Words};
use web::view::{Html, SignIn, design};
use web::{assets, view::Theme};

fn main() -> io::Result<()> {
    let folder = env::args_os().nth(1).map_or_else(|| env::temp_dir().join("web-shots"), PathBuf::from);
    fs::create_dir_all(folder.join("assets"))?;
    for asset in assets::all() {
        fs::write(folder.join("assets").join(asset.file), asset.bytes)?;
    }
    for locale in Locale::ALL {
        for theme in [Theme::Light, Theme::Dark] {
            let words = Words::own(locale);
            let pages: [(&str, Html); 6] = [
                ("design", design::page(&frames::inside(words, theme, "/design"), &[])),
                ("cockpit", cockpit::page(&frames::inside(words, theme, "/"))),
                ("queue", queue::page(&frames::inside(words, theme, "/redflags"))),
                ("warning", warning::page(&frames::inside(words, theme, "/redflags"))),
                ("process", process::page(&frames::inside(words, theme, "/redflags"))),
                ("sign-in", sign_in().page(&frames::outside(words, theme))),
            ];
            for (name, page) in pages {
                let file = folder.join(format!("{name}-{}-{}.html", locale.tag(), theme.tag()));
                fs::write(&file, page.as_str().replace("\"/assets/", "\"assets/"))?;
                println!("{}", file.display());
            }
        }
    }
    Ok(())
}

fn sign_in() -> SignIn {
    SignIn {
        action: "/sign-in".into(),
        csrf: "token".into(),
        name: "demo-supervisor".into(),
        error: None,
        demo: vec![
            ("supervisor".into(), "demo-supervisor".into(), "demo".into()),
            ("inspector".into(), "demo-inspector-3".into(), "demo".into()),
        ],
        passkey: None,
        next: "/".into(),
        provider: None,
        told: None,
    }
}
