//! The commands by themselves, outside the platform's binary: `cargo run -p cardinal --release --example cardinal -- ARGS`.

use std::ffi::OsString;
use std::process::ExitCode;

fn main() -> ExitCode {
    let args: Vec<OsString> = std::env::args_os().skip(1).collect();
    let code = cardinal::run(&args, &mut std::io::stdin(), &mut std::io::stdout(), &mut std::io::stderr());
    ExitCode::from(u8::try_from(code).unwrap_or(1))
}
