//! `qingyuan import organs`: the office from one spreadsheet, by the same reading and the same rules as the page.
//!
//! Rows with a fault are held back and named by line and column; the good ones of a file are entered as a whole. What the
//! register knows is known again by its name, so that a file given twice enters nothing twice. No code and no password is
//! drawn here: that is the security administrator's work.

use std::path::PathBuf;

use administration::entering::{NotPlanned, planned, said};
use administration::office::{Fault, Plan};
use directory::Entering;
use kernel::{Locale, Refused};
use store::Actor;
use tables::spreadsheet::{self as sheet, Line};
use web::locale::{Catalogue, Words};

use crate::cli::{Ended, Place};
use crate::node::{Node, chain};
use crate::say::both;

/// Enters the files, one after another.
///
/// - `check`: only says what each comes to.
pub(crate) async fn organs(place: &Place, files: &[PathBuf], check: bool) -> Result<Ended, String> {
    let node = Node::open(&place.data, place.store.as_deref()).await.map_err(|error| error.to_string())?;
    let texts = Texts::new()?;
    // All are read before the first is entered: a name mistyped on the command line changes nothing.
    let sheets = files
        .iter()
        .map(|path| {
            let name = path.display().to_string();
            let content = std::fs::read(path).map_err(|error| format!("{name}: {error}"))?;
            let lines = sheet::read(&content).map_err(|fault| texts.refused(&name, NotPlanned::Sheet(fault)))?;
            Ok((name, lines))
        })
        .collect::<Result<Vec<_>, String>>()?;
    let mut held = 0;
    for (name, lines) in &sheets {
        let plan = enter(&node, lines, check).await.map_err(|no| match no {
            NotEntered::Planned(no) => texts.refused(name, no),
            NotEntered::Recorded(why) => format!("{name}: {why}"),
        })?;
        for fault in &plan.faults {
            eprintln!("{}", texts.fault(name, fault));
        }
        println!("{name}: {}", counts(&plan, check));
        held += plan.faults.len();
    }
    node.store.close().await;
    Ok(if held > 0 { Ended::WithQuarantine } else { Ended::Done })
}

enum NotEntered {
    Planned(NotPlanned),
    Recorded(String),
}

async fn enter(node: &Node, lines: &[Line], check: bool) -> Result<Plan, NotEntered> {
    let recorded = |error: &dyn std::error::Error| NotEntered::Recorded(chain(error));
    let register = node.directory.register().await.map_err(|fault| recorded(&fault))?;
    let register =
        register.ok_or_else(|| NotEntered::Recorded(both("节点还没有登记簿。", "The node has no register yet.")))?;
    let authority = node.authority().map_err(|error| recorded(&error))?;
    let duties = authority.policies().duties();
    let plan = planned(lines, &register, duties, &*node.clock, None).map_err(NotEntered::Planned)?;
    if !check && !plan.is_empty() {
        let actor =
            Actor::System { component: "command line".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() };
        let by = Entering::alone(actor);
        node.directory.enter_all(&plan.events(), &by).await.map_err(|error| recorded(&error))?;
    }
    Ok(plan)
}

fn counts(plan: &Plan, check: bool) -> String {
    let [organs, posts, officers, appointments] =
        [plan.organs.len(), plan.posts.len(), plan.officers.len(), plan.appointments.len()];
    let (rows, held) = (plan.rows, plan.faults.len());
    let (zh, en) = match (check, plan.is_empty()) {
        (true, _) => ("将录入", "would enter"),
        (false, true) => ("没有新内容，录入", "nothing new, entered"),
        (false, false) => ("录入", "entered"),
    };
    both(
        &format!(
            "读 {rows} 行，{zh}机关 {organs}、岗位 {posts}、人员 {officers}、任职 {appointments}；未录入 {held} 行"
        ),
        &format!(
            "read {rows} rows, {en} organs {organs}, posts {posts}, officers {officers}, appointments {appointments}; rows held {held}"
        ),
    )
}

/// The page's own sentences, in both languages.
struct Texts([Words; 2]);

impl Texts {
    fn new() -> Result<Texts, String> {
        // One catalogue for the life of the process.
        let catalogue: &'static Catalogue =
            Box::leak(Box::new(Catalogue::new(administration::TEXTS).map_err(|error| error.to_string())?));
        Ok(Texts([Locale::ZhCn, Locale::En].map(|locale| Words::new(catalogue, locale))))
    }

    fn both(&self, say: impl Fn(Words) -> String) -> String {
        let [zh, en] = self.0.map(say);
        both(&zh, &en)
    }

    /// `office.csv:3: 职责 "…": what is wrong, and the mend`.
    fn fault(&self, name: &str, fault: &Fault) -> String {
        let (zh, en) = fault.field.heading();
        // What stands in the file is data: no control character of it reaches the terminal.
        let value: String = fault.value.chars().map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect();
        format!("{name}:{}: {} {value:?}: {}", fault.line, both(zh, en), self.both(|words| said(words, fault)))
    }

    fn refused(&self, name: &str, no: NotPlanned) -> String {
        if let NotPlanned::Fault(fault) = &no {
            return format!("{name}: {}", chain(fault));
        }
        let key = format!("refusal-{}", Refused::from(no).code.replace(['.', '_'], "-"));
        format!("{name}: {}", self.both(|words| format!("{} {}", words.t(&key), words.t(&format!("{key}-next")))))
    }
}
