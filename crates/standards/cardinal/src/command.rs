//! The command line: arguments in, text and an exit code out.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{self, BufWriter, Read, Write};
use std::num::NonZero;
use std::path::Path;

use crate::help::Topic;
use crate::log::{Level, Log};
use crate::settings::{DEFAULT_SETTINGS, Settings};
use crate::{coverage, indicators, prepare};

/// Runs one command.
///
/// - `args`: what stands after the name of the program, so the first one is `init`, `coverage`, `prepare` or `indicators`.
/// - Returns the exit code: 0 done, 1 failed (`Application error: …` on `stderr`), 2 not understood (`error: …`).
pub fn run(args: &[OsString], stdin: &mut (dyn Read + Send), stdout: &mut dyn Write, stderr: &mut dyn Write) -> i32 {
    let outcome = Arguments::parse(args).and_then(|arguments| arguments.run(stdin, stdout, stderr));
    match outcome.and_then(|()| stdout.flush().map_err(Stop::from)) {
        Ok(()) => 0,
        Err(Stop::Usage(message)) => {
            drop(write!(stderr, "{message}"));
            2
        }
        Err(Stop::Failed(message)) => {
            drop(writeln!(stderr, "Application error: {message}"));
            1
        }
    }
}

/// Why a command ends early.
enum Stop {
    Usage(String),
    Failed(String),
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::Failed(error.to_string())
    }
}

type Step<T> = Result<T, Stop>;

fn usage<T>(topic: Topic, message: &str) -> Step<T> {
    Err(Stop::Usage(format!("error: {message}\n\n{}\n\nFor more information, try '--help'.\n", topic.usage())))
}

/// A command line, understood.
struct Arguments {
    topic: Topic,
    /// What to print instead of doing anything.
    page: Option<String>,
    file: OsString,
    settings: Option<OsString>,
    output: Option<OsString>,
    errors: Option<OsString>,
    force: bool,
    count: bool,
    no_meta: bool,
    map: bool,
    verbose: usize,
}

fn topic(name: &OsStr) -> Option<Topic> {
    match name.to_str()? {
        "init" => Some(Topic::Init),
        "coverage" => Some(Topic::Coverage),
        "prepare" => Some(Topic::Prepare),
        "indicators" => Some(Topic::Indicators),
        _ => None,
    }
}

impl Arguments {
    fn new(topic: Topic) -> Self {
        Self {
            topic,
            page: None,
            file: OsString::new(),
            settings: None,
            output: None,
            errors: None,
            force: false,
            count: false,
            no_meta: false,
            map: false,
            verbose: 0,
        }
    }

    fn printing(page: String) -> Self {
        Self { page: Some(page), ..Self::new(Topic::All) }
    }

    fn parse(args: &[OsString]) -> Step<Self> {
        let mut verbose = 0;
        let mut rest = args.iter();
        loop {
            let Some(first) = rest.next() else { return Err(Stop::Usage(Topic::All.page())) };
            match first.to_str() {
                Some("-h" | "--help") => return Ok(Self::printing(Topic::All.page())),
                Some("-V" | "--version") => return Ok(Self::printing("ocdscardinal 0.0.8 (qingyuan)\n".to_owned())),
                Some("--verbose") => verbose += 1,
                Some(flags) if flags.len() > 1 && flags.starts_with('-') && flags[1..].bytes().all(|b| b == b'v') => {
                    verbose += flags.len() - 1;
                }
                Some("help") => {
                    let about = match rest.next() {
                        None => Topic::All,
                        Some(name) => match topic(name) {
                            Some(topic) => topic,
                            None => return usage(Topic::All, &unknown_command(name)),
                        },
                    };
                    return Ok(Self::printing(about.page()));
                }
                _ => {
                    let Some(topic) = topic(first) else {
                        return usage(Topic::All, &unknown_command(first));
                    };
                    return Self { verbose, ..Self::new(topic) }.parse_rest(rest.as_slice());
                }
            }
        }
    }

    /// Reads what comes after the name of the command.
    fn parse_rest(mut self, args: &[OsString]) -> Step<Self> {
        let mut rest = args.iter();
        let mut files = Vec::new();
        let about = self.topic;
        while let Some(arg) = rest.next() {
            let text = arg.to_string_lossy();
            if text == "--" {
                files.extend(rest.by_ref().cloned());
            } else if let Some(long) = text.strip_prefix("--") {
                let (name, value) = long.split_once('=').map_or((long, None), |(name, value)| (name, Some(value)));
                match (self.option(name), value) {
                    (Some(Kind::Flag(mut flag)), None) => flag += 1,
                    (Some(Kind::Value(slot)), Some(value)) => *slot = Some(value.into()),
                    (Some(Kind::Value(slot)), None) => *slot = Some(value_of(about, &text, rest.next())?),
                    _ if name == "help" => return Ok(Self::printing(self.topic.page())),
                    _ => return usage(self.topic, &format!("unexpected argument '{text}' found")),
                }
            } else if text.len() > 1 && text.starts_with('-') {
                for (at, letter) in text.char_indices().skip(1) {
                    let after = &text[at + letter.len_utf8()..];
                    let name = match letter {
                        'v' => "verbose",
                        's' => "settings",
                        'o' => "output",
                        'e' => "errors",
                        'f' => "force",
                        'c' => "count",
                        'h' => return Ok(Self::printing(self.topic.page())),
                        _ => "",
                    };
                    match self.option(name) {
                        Some(Kind::Flag(mut flag)) => flag += 1,
                        Some(Kind::Value(slot)) if after.is_empty() => {
                            *slot = Some(value_of(about, &text, rest.next())?);
                        }
                        Some(Kind::Value(slot)) => {
                            *slot = Some(after.strip_prefix('=').unwrap_or(after).into());
                            break;
                        }
                        None => return usage(self.topic, &format!("unexpected argument '-{letter}' found")),
                    }
                }
            } else {
                files.push(arg.clone());
            }
        }
        let missing: Vec<&str> = [
            (self.topic == Topic::Prepare && self.output.is_none(), "--output <OUTPUT>"),
            (self.topic == Topic::Prepare && self.errors.is_none(), "--errors <ERRORS>"),
            (files.is_empty(), "<FILE>"),
        ]
        .into_iter()
        .filter_map(|(missing, name)| missing.then_some(name))
        .collect();
        if !missing.is_empty() {
            let list = missing.join("\n  ");
            return usage(self.topic, &format!("the following required arguments were not provided:\n  {list}"));
        }
        if let Some(second) = files.get(1) {
            return usage(self.topic, &format!("unexpected argument '{}' found", second.to_string_lossy()));
        }
        self.file = files.swap_remove(0);
        Ok(self)
    }

    /// Where an option of this command is kept.
    fn option(&mut self, name: &str) -> Option<Kind<'_>> {
        use Topic::{Indicators, Init, Prepare};
        match (name, self.topic) {
            ("verbose", _) => Some(Kind::Flag(Flag::Times(&mut self.verbose))),
            ("settings", Prepare | Indicators) => Some(Kind::Value(&mut self.settings)),
            ("output", Prepare) => Some(Kind::Value(&mut self.output)),
            ("errors", Prepare) => Some(Kind::Value(&mut self.errors)),
            ("force", Init) => Some(Kind::Flag(Flag::Set(&mut self.force))),
            ("count", Indicators) => Some(Kind::Flag(Flag::Set(&mut self.count))),
            ("no-meta", Indicators) => Some(Kind::Flag(Flag::Set(&mut self.no_meta))),
            ("map", Indicators) => Some(Kind::Flag(Flag::Set(&mut self.map))),
            _ => None,
        }
    }

    fn run(self, stdin: &mut (dyn Read + Send), stdout: &mut dyn Write, stderr: &mut dyn Write) -> Step<()> {
        if let Some(page) = self.page {
            return Ok(stdout.write_all(page.as_bytes())?);
        }
        let threads = std::thread::available_parallelism().map_or(1, NonZero::get);
        if self.topic == Topic::Init {
            return init(&self.file, self.force, stdout);
        }
        let mut opened;
        let input: &mut (dyn Read + Send) = if self.file == "-" {
            stdin
        } else {
            opened = open(self.topic, &self.file)?;
            &mut opened
        };
        let mut log = Log::new(stderr, Level::asked(self.verbose));
        match self.topic {
            Topic::Coverage => {
                let paths = coverage::coverage(input, threads, &mut log);
                writeln!(stdout, "{}", coverage::shown(&paths))?;
            }
            Topic::Prepare => {
                let settings = read_settings(self.settings.as_deref(), &mut log)?;
                let mut output = Target::open(self.output.as_deref())?;
                let mut errors = Target::open(self.errors.as_deref())?;
                prepare::prepare(&settings, input, threads, &mut log, |releases, issues| {
                    prepare::write_all(output.writer(stdout), releases)?;
                    prepare::write_all(errors.writer(stdout), issues)
                })?;
                output.writer(stdout).flush()?;
                errors.writer(stdout).flush()?;
            }
            Topic::Indicators => {
                let settings = read_settings(self.settings.as_deref(), &mut log)?;
                let report = indicators::judge(&settings, self.map, input, threads, &mut log);
                if self.count {
                    for (group, results) in &report.groups {
                        writeln!(stderr, "{}: {}", group.name(), results.len())?;
                    }
                }
                let mut out = BufWriter::new(&mut *stdout);
                report.write(&mut out, !self.no_meta, self.map)?;
                out.flush()?;
            }
            Topic::All | Topic::Init => {}
        }
        Ok(())
    }
}

enum Kind<'a> {
    Flag(Flag<'a>),
    Value(&'a mut Option<OsString>),
}

enum Flag<'a> {
    Set(&'a mut bool),
    Times(&'a mut usize),
}

impl std::ops::AddAssign<usize> for Flag<'_> {
    fn add_assign(&mut self, times: usize) {
        match self {
            Self::Set(set) => **set = true,
            Self::Times(sum) => **sum += times,
        }
    }
}

fn unknown_command(name: &OsStr) -> String {
    format!("unrecognized subcommand '{}'", name.to_string_lossy())
}

fn value_of(topic: Topic, option: &str, value: Option<&OsString>) -> Step<OsString> {
    match value {
        Some(value) => Ok(value.clone()),
        None => usage(topic, &format!("a value is required for '{option}' but none was supplied")),
    }
}

fn open(topic: Topic, file: &OsStr) -> Step<File> {
    let name = Path::new(file).display();
    if Path::new(file).is_dir() {
        return usage(topic, &format!("{name}: Is a directory, not a file"));
    }
    File::open(file).or_else(|error| usage(topic, &format!("{name}: {error}")))
}

/// Writes the settings unless there is a file already. Either way it says the same, as Cardinal does.
fn init(file: &OsStr, force: bool, stdout: &mut dyn Write) -> Step<()> {
    if file == "-" {
        return Ok(stdout.write_all(DEFAULT_SETTINGS.as_bytes())?);
    }
    let path = Path::new(file);
    let failed = |error: io::Error| Stop::Failed(format!("{}: {error}", path.display()));
    if force {
        std::fs::write(path, DEFAULT_SETTINGS).map_err(failed)?;
    } else {
        match File::create_new(path) {
            Ok(mut new) => new.write_all(DEFAULT_SETTINGS.as_bytes()).map_err(failed)?,
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(failed(error)),
        }
    }
    Ok(writeln!(stdout, "Settings written to {path:?}.")?)
}

fn read_settings(file: Option<&OsStr>, log: &mut Log<'_>) -> Step<Settings> {
    let Some(file) = file else { return Ok(Settings::default()) };
    let name = Path::new(file).display();
    let text = std::fs::read_to_string(file).map_err(|error| Stop::Failed(format!("{name}: {error}")))?;
    let (settings, warnings) = Settings::parse(&text).map_err(|error| Stop::Failed(format!("{name}: {error}")))?;
    for warning in warnings {
        log.tell(Level::Warn, &warning);
    }
    Ok(settings)
}

/// A file to write, or standard output.
enum Target {
    Standard,
    File(BufWriter<File>),
}

impl Target {
    fn open(file: Option<&OsStr>) -> Step<Self> {
        let Some(file) = file.filter(|file| *file != "-") else { return Ok(Self::Standard) };
        let created = File::create(file);
        let created = created.map_err(|error| Stop::Failed(format!("{}: {error}", Path::new(file).display())))?;
        Ok(Self::File(BufWriter::new(created)))
    }

    fn writer<'w>(&'w mut self, stdout: &'w mut dyn Write) -> &'w mut dyn Write {
        match self {
            Self::Standard => stdout,
            Self::File(file) => file,
        }
    }
}
