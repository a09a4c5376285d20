//! What is written: a subject and lines from texts that are the same for every matter, public numbers and links. Pure.

use web::locale::Words;

use crate::rows::Notice;
use crate::send::Message;

/// Lines of one message at most; the rest is counted.
const LINES: usize = 20;

/// A message about what is unread.
///
/// - `base`: the node's address, without a slash at the end.
/// - `digest`: whether it is the day's.
/// - `notices`: newest first, not empty.
pub(crate) fn about(words: Words, base: &str, id: String, to: &str, digest: bool, notices: &[Notice]) -> Message {
    let n = notices.len() as u64;
    let said = |notice: &Notice| match notice.number.as_str() {
        "" => words.t(&notice.text),
        number => words.with("notices-line", &[("text", words.t(&notice.text).into()), ("number", number.into())]),
    };
    // Which page it is stays in the application: the link leads there by the notice's own id.
    let link = |notice: &Notice| format!("{base}/notices/{:032x}", notice.id);
    let what = match (digest, notices) {
        (false, [one]) => said(one),
        (false, _) => words.count("notices-many", n),
        (true, _) => words.count("notices-digest", n),
    };
    let mut body = format!("{what}\n\n");
    if digest {
        for (text, count) in by_text(notices) {
            let text = words.t(text);
            body.push_str(&words.with("notices-counted", &[("text", text.into()), ("n", count.into())]));
            body.push('\n');
        }
        body.push('\n');
    }
    for notice in notices.iter().take(LINES) {
        body.push_str(&format!("{}\n{}\n\n", said(notice), link(notice)));
    }
    if notices.len() > LINES {
        body.push_str(&words.count("notices-further", (notices.len() - LINES) as u64));
        body.push_str(&format!("\n{base}/notices\n\n"));
    }
    body.push_str(&words.with("notices-foot", &[("page", format!("{base}/notices/choice").into())]));
    body.push('\n');
    let page = match notices {
        [one] => link(one),
        _ => format!("{base}/notices"),
    };
    let line = words.with("notices-text", &[("what", what.as_str().into()), ("page", page.into())]);
    let kind = if digest { "digest" } else { "notice" };
    let subject = words.with("notices-subject", &[("what", what.into())]);
    Message { id, kind, to: to.to_owned(), subject, body, line }
}

/// How many of each text, in the order of their first.
fn by_text(notices: &[Notice]) -> Vec<(&str, u64)> {
    let mut counts: Vec<(&str, u64)> = Vec::new();
    for notice in notices {
        match counts.iter_mut().find(|(text, _)| *text == notice.text) {
            Some((_, count)) => *count += 1,
            None => counts.push((&notice.text, 1)),
        }
    }
    counts
}

/// A message with the code that confirms an address.
pub(crate) fn code(words: Words, id: String, to: &str, code: &str) -> Message {
    let line = words.with("notices-code-line", &[("code", code.into())]);
    Message {
        id,
        kind: "code",
        to: to.to_owned(),
        subject: words.t("notices-code-subject"),
        body: format!("{line}\n\n{}\n", words.t("notices-code-foot")),
        line,
    }
}
