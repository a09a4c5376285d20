//! What the program says of itself: completions of its command line, and its manual pages.

use std::path::Path;

use clap::Command;
use clap_complete::Shell;
use clap_mangen::Man;

use crate::cli::Ended;
use crate::say::both;

/// The program's name on the command line.
const NAME: &str = "qingyuan";

/// `qingyuan completions SHELL`: to standard output.
pub(crate) fn completions(shell: Shell, mut command: Command) -> Result<Ended, String> {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut command, NAME, &mut text);
    out(&text)
}

/// `qingyuan man`: the first page to standard output, or every page into a folder.
pub(crate) fn manual(folder: Option<&Path>, command: Command) -> Result<Ended, String> {
    match folder {
        None => {
            let mut text = Vec::new();
            Man::new(command).render(&mut text).map_err(|error| error.to_string())?;
            out(&text)
        }
        Some(folder) => {
            let failed = |error: std::io::Error| {
                let folder = folder.display();
                both(&format!("{folder} 不可写：{error}。"), &format!("{folder} cannot be written: {error}."))
            };
            std::fs::create_dir_all(folder).map_err(failed)?;
            clap_mangen::generate_to(command, folder).map_err(failed)?;
            Ok(Ended::Done)
        }
    }
}

fn out(text: &[u8]) -> Result<Ended, String> {
    use std::io::Write as _;
    // A reader that has gone away is not our failure.
    let _ = std::io::stdout().write_all(text);
    Ok(Ended::Done)
}
