//! Markup that is already escaped, and how texts and components become it.

use std::fmt;

/// Markup that is already escaped. Templates write it as it is: `{{ html }}` needs no `|safe`.
#[derive(Clone, Default, PartialEq, Eq, Debug)]
pub struct Html(String);

impl Html {
    /// A text, escaped.
    pub fn text(text: &str) -> Html {
        let mut out = String::with_capacity(text.len());
        escape(text, &mut out);
        Html(out)
    }

    /// A text in which `**words**` are bold and `` `words` `` are code; everything else is escaped.
    ///
    /// Only these two marks exist, so a value that came from outside can at worst look bold.
    pub fn rich(text: &str) -> Html {
        let mut out = String::with_capacity(text.len());
        for (i, part) in text.split("**").enumerate() {
            let open = i % 2 == 1;
            out.push_str(if open { "<b>" } else { "" });
            for (j, piece) in part.split('`').enumerate() {
                let code = j % 2 == 1;
                out.push_str(if code { "<code>" } else { "" });
                escape(piece, &mut out);
                out.push_str(if code { "</code>" } else { "" });
            }
            out.push_str(if open { "</b>" } else { "" });
        }
        Html(out)
    }

    /// A text that data brought: marked with its language where its script tells it, so that a screen reader reads it
    /// right and a reader's language is no lie about it.
    pub fn data(text: &str) -> Html {
        match language_of(text) {
            Some(tag) => Html(format!("<span lang=\"{tag}\">")).then(Html::text(text)).then(Html("</span>".to_owned())),
            None => Html::text(text),
        }
    }

    /// What a template writes. A template that cannot be written is a bug; it leaves a log entry and an empty place.
    pub fn of(template: &impl askama::Template) -> Html {
        match template.render() {
            Ok(markup) => Html(markup),
            Err(error) => {
                debug_assert!(false, "a template cannot be written: {error}");
                tracing::error!(%error, "a template cannot be written");
                Html::default()
            }
        }
    }

    /// Several pieces one after the other.
    pub fn join(parts: impl IntoIterator<Item = impl IntoHtml>) -> Html {
        Html(parts.into_iter().map(|part| part.into_html().0).collect())
    }

    /// This, and `next` behind it.
    pub fn then(mut self, next: impl IntoHtml) -> Html {
        self.0.push_str(&next.into_html().0);
        self
    }

    /// Whether there is nothing to see.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The markup.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The markup, owned: the body of an answer.
    pub fn into_string(self) -> String {
        self.0
    }

    /// Markup written by this crate's own code, as the charts do.
    pub(crate) fn raw(markup: String) -> Html {
        Html(markup)
    }
}

/// The attribute that marks an element whose whole text comes from data; empty where the script tells nothing.
pub(crate) fn language_attribute(text: &str) -> Html {
    language_of(text).map_or_else(Html::default, |tag| Html::raw(format!(" lang=\"{tag}\"")))
}

/// The language of a text, where its script leaves no doubt: kana is Japanese, hangul Korean, Han alone Chinese.
pub fn language_of(text: &str) -> Option<&'static str> {
    let mut han = false;
    for letter in text.chars() {
        match letter {
            '\u{3041}'..='\u{30ff}' => return Some("ja"),
            '\u{ac00}'..='\u{d7a3}' => return Some("ko"),
            '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{3134f}' => han = true,
            _ => {}
        }
    }
    han.then_some("zh-CN")
}

impl fmt::Display for Html {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl askama::filters::HtmlSafe for Html {}

/// What can stand in a page: a text (escaped), markup, any component; nothing, or several in a row.
pub trait IntoHtml {
    /// The escaped markup.
    fn into_html(self) -> Html;
}

impl IntoHtml for Html {
    fn into_html(self) -> Html {
        self
    }
}

impl IntoHtml for &str {
    fn into_html(self) -> Html {
        Html::text(self)
    }
}

impl IntoHtml for String {
    fn into_html(self) -> Html {
        Html::text(&self)
    }
}

impl<T: IntoHtml> IntoHtml for Option<T> {
    fn into_html(self) -> Html {
        self.map(IntoHtml::into_html).unwrap_or_default()
    }
}

impl<T: IntoHtml> IntoHtml for Vec<T> {
    fn into_html(self) -> Html {
        Html::join(self)
    }
}

impl<A: IntoHtml, B: IntoHtml> IntoHtml for (A, B) {
    fn into_html(self) -> Html {
        self.0.into_html().then(self.1)
    }
}

/// Makes types that derive `askama::Template` usable wherever [`IntoHtml`] is asked for, and unescaped in templates.
#[macro_export]
macro_rules! component {
    ($($name:ty),+ $(,)?) => { $(
        impl $crate::view::IntoHtml for $name {
            fn into_html(self) -> $crate::view::Html {
                $crate::view::Html::of(&self)
            }
        }
        impl ::askama::filters::HtmlSafe for $name {}
    )+ };
}

fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_escaped() {
        assert_eq!(Html::text("<b title='x'>&\"").as_str(), "&lt;b title=&#39;x&#39;&gt;&amp;&quot;");
        assert_eq!(Html::rich("a **<i>** `x<y` z").as_str(), "a <b>&lt;i&gt;</b> <code>x&lt;y</code> z");
        assert_eq!(Html::rich("open **end").as_str(), "open <b>end</b>");
        assert_eq!(Html::join(["<", ">"]).then("&").as_str(), "&lt;&gt;&amp;");
    }
}
