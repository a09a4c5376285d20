//! Writes drawings of BPMN files as pages, to be looked at: `cargo run -p drawing --example drawings -- FOLDER FILE…`.

use std::path::PathBuf;
use std::{env, fs, io};

use bpmn::Model;
use drawing::{Drawing, TEXTS};
use web::assets;
use web::locale::{Catalogue, Locale, Words};
use web::view::{Frame, Grid, Heading, Panel, Rail, Theme};

fn main() -> io::Result<()> {
    let mut arguments = env::args_os().skip(1);
    let folder = arguments.next().map_or_else(|| env::temp_dir().join("drawings"), PathBuf::from);
    fs::create_dir_all(folder.join("assets"))?;
    for asset in assets::all() {
        fs::write(folder.join("assets").join(asset.file), asset.bytes)?;
    }
    let catalogue: &'static Catalogue = Box::leak(Box::new(Catalogue::new(TEXTS).map_err(io::Error::other)?));
    for theme in [Theme::Light, Theme::Dark] {
        let words = Words::new(catalogue, Locale::ZhCn);
        let samples = drawing::samples(words).into_iter().fold(Grid::new(), |grid, (name, samples)| {
            samples
                .into_iter()
                .fold(grid, |grid, (sample, html)| grid.cell(12, Panel::new(format!("{name}: {sample}"), html)))
        });
        let page = frame(words, theme).page(Heading::new(words, "samples"), samples);
        write(&folder, &format!("samples-{}", theme.tag()), page.as_str())?;
    }
    for file in arguments {
        let file = PathBuf::from(file);
        let name = file.file_stem().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let model = Model::read(&fs::read(&file)?).map_err(io::Error::other)?;
        for theme in [Theme::Light, Theme::Dark] {
            let words = Words::new(catalogue, Locale::ZhCn);
            let body = Grid::new().cell(12, Panel::new(name.clone(), Drawing::new(words, &model)));
            let page = frame(words, theme).page(Heading::new(words, name.clone()), body);
            write(&folder, &format!("{name}-{}", theme.tag()), page.as_str())?;
        }
    }
    Ok(())
}

fn write(folder: &std::path::Path, name: &str, page: &str) -> io::Result<()> {
    let file = folder.join(format!("{name}.html"));
    fs::write(&file, page.replace("\"/assets/", "\"assets/"))?;
    println!("{}", file.display());
    Ok(())
}

fn frame(words: Words, theme: Theme) -> Frame {
    Frame {
        words,
        theme,
        synthetic: true,
        place: "演示市".into(),
        today: "2026年11月18日".into(),
        posts: Vec::new(),
        rail: Rail::default(),
        csrf: "token".into(),
        here: "/".into(),
    }
}
