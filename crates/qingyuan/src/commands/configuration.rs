//! `qingyuan configuration`: every setting that holds, where it stands, and what it does.

use crate::cli::{self, Ended};
use crate::config::{Config, Place, Told};
use crate::say::both;

/// Prints a line for each key, and one for what it does. Secret values are not shown.
pub(crate) fn configuration(place: &cli::Place) -> Result<Ended, String> {
    for Told { key, value, at } in Config::told(&place.data).map_err(|error| error.to_string())? {
        // The option of the command line, which its older variable stands for, goes before everything else.
        let at = match at {
            _ if key.path() == "store.url" && place.store.is_some() => "--store".to_owned(),
            Some(Place::File(line, _)) => format!("node.toml:{line}"),
            Some(Place::Variable(name)) => name,
            None => both("缺省", "default"),
        };
        let value = if key.secret && place.store.is_some() { "(secret)".to_owned() } else { value };
        let value = if value.is_empty() { both("（无）", "(none)") } else { value };
        println!("{} = {value}    # {at}", key.path());
        println!("    {}", both(key.meaning.0, key.meaning.1));
    }
    Ok(Ended::Done)
}
