//! Writes the working calendars of `packs/cn/calendars` from the yearly JSON files of holiday data.
//!
//! `cargo run -p kernel --example calendars -- <folder of YYYY.json> <folder for YYYY.toml>`
//!
//! Only facts are taken over: the day, whether people rest on it, the holiday's name, where the notice stands.

use std::error::Error;
use std::fmt::Write;
use std::path::Path;

use kernel::Day;
use kernel::calendar::CalendarPack;
use serde_json::Value;

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let (Some(from), Some(to)) = (args.next(), args.next()) else {
        return Err("usage: calendars <folder of YYYY.json> <folder for YYYY.toml>".into());
    };
    let mut written = 0;
    for entry in std::fs::read_dir(from)? {
        let path = entry?.path();
        let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
        if path.extension().is_none_or(|ext| ext != "json") || name.parse::<i16>().is_err() {
            continue;
        }
        let pack = pack(&serde_json::from_slice(&std::fs::read(&path)?)?)?;
        CalendarPack::parse(&pack).map_err(|fault| fault.in_file(name))?;
        std::fs::write(Path::new(&to).join(format!("{name}.toml")), pack)?;
        written += 1;
    }
    println!("{written} calendars written");
    Ok(())
}

/// One year's pack: holidays in the order in which the source first names them.
fn pack(source: &Value) -> Result<String, Box<dyn Error>> {
    let year = source["year"].as_i64().ok_or("no year")?;
    let mut holidays: Vec<(&str, Vec<&str>, Vec<&str>)> = Vec::new();
    for day in source["days"].as_array().ok_or("no days")? {
        let name = day["name"].as_str().ok_or("a day without name")?;
        let date = day["date"].as_str().ok_or("a day without date")?;
        if holidays.iter().all(|(known, ..)| *known != name) {
            holidays.push((name, Vec::new(), Vec::new()));
        }
        let (_, rest, work) = holidays.iter_mut().find(|(known, ..)| *known == name).ok_or("lost")?;
        let off = day["isOffDay"].as_bool().ok_or("a day neither off nor on")?;
        if off {
            rest.push(date);
        } else if date.parse::<Day>()?.is_weekend() {
            work.push(date);
        }
        // A weekday named as working (the end of the prolonged holiday of 2020) is nothing special.
    }
    let mut text =
        format!("# {year} 年节假日安排: the State Council's notice as data. Written by the example `calendars`.\n");
    writeln!(text, "year = {year}\nnotices = [")?;
    for notice in source["papers"].as_array().ok_or("no papers")? {
        writeln!(text, "  {notice},")?;
    }
    text.push_str("]\n");
    for (name, rest, work) in holidays {
        writeln!(text, "\n[[holiday]]\nzh = {name:?}\nen = {:?}", english(name)?)?;
        writeln!(text, "rest = {rest:?}")?;
        if !work.is_empty() {
            writeln!(text, "work = {work:?}")?;
        }
    }
    Ok(text)
}

/// Names of joined holidays are joined.
fn english(name: &str) -> Result<String, Box<dyn Error>> {
    let parts = name.split('、').map(|part| match part {
        "元旦" => Ok("New Year's Day"),
        "春节" => Ok("Spring Festival"),
        "清明节" => Ok("Tomb-Sweeping Day"),
        "劳动节" | "“五一”" | "“五一”国际劳动节" => Ok("Labour Day"),
        "端午节" => Ok("Dragon Boat Festival"),
        "中秋节" => Ok("Mid-Autumn Festival"),
        "国庆节" | "“十一”" => Ok("National Day"),
        other if other.contains("抗") => Ok("70th anniversary of victory in the War of Resistance"),
        other => Err(format!("no English name for {other}")),
    });
    Ok(parts.collect::<Result<Vec<_>, _>>()?.join(" and "))
}
