//! What the command line says: Chinese, then English, unless `LANG` asks for one of them.

/// Said when a bug ends a command.
pub(crate) const BROKEN: &str =
    "程序出错并已停止，已记录的内容没有丢失。 The program failed and has stopped; nothing recorded is lost.";

/// Which language a terminal wants: `zh` and `en` locales get their own, others both.
fn wanted() -> Option<&'static str> {
    let lang = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))?;
    if lang.starts_with("zh") {
        Some("zh")
    } else if lang.starts_with("en") {
        Some("en")
    } else {
        None
    }
}

/// A sentence in the terminal's language; both where it asks for neither.
pub(crate) fn both(zh: &str, en: &str) -> String {
    match wanted() {
        Some("zh") => zh.to_owned(),
        Some(_) => en.to_owned(),
        None => format!("{zh} {en}"),
    }
}
