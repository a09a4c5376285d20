//! What a disclosure says: title and numbered paragraphs, and the digest by which anybody checks that it is unaltered.
//!
//! The digest is the SHA-256 of the text file that the page offers: the title, an empty line, and the paragraphs with an empty
//! line between them, in UTF-8, each line ended by a line feed. So `sha256sum` of what was kept is all that it takes.

use kernel::words::within;
use sha2::{Digest as _, Sha256};

use serde::{Deserialize, Serialize};

use crate::decide::Refusal;
use crate::ground::Ground;

/// Characters of a title at most.
pub const MAX_TITLE: usize = 120;
/// Paragraphs at most.
pub const MAX_PARAGRAPHS: usize = 200;
/// Characters of a text at most.
pub const MAX_TEXT: usize = 20_000;

/// Title and paragraphs. A paragraph holds no line break and is never empty, so the text file tells them apart.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Content {
    /// The title.
    pub name: String,
    /// The paragraphs; people cite them by their number, from 1.
    pub paragraphs: Vec<String>,
    /// SHA-256 of the text file, in hexadecimal.
    pub sha256: String,
}

impl Content {
    /// What an officer typed: a paragraph for each line that is not empty.
    ///
    /// # Errors
    /// If the title is missing or too long, there is no paragraph, there is too much of it, or a character is no text.
    pub fn typed(title: &str, body: &str) -> Result<Content, Refusal> {
        let name = within(title, MAX_TITLE).filter(|it| !it.chars().any(char::is_control)).ok_or(Refusal::Title)?;
        let paragraphs: Vec<String> =
            body.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect();
        let characters: usize = paragraphs.iter().map(|it| it.chars().count()).sum();
        let strange = |text: &String| text.chars().any(|letter| letter.is_control() && letter != '\t');
        if paragraphs.is_empty()
            || paragraphs.len() > MAX_PARAGRAPHS
            || characters > MAX_TEXT
            || paragraphs.iter().any(strange)
        {
            return Err(Refusal::Body);
        }
        let paragraphs = paragraphs.into_iter().map(|it| it.replace('\t', " ")).collect();
        Ok(Content::of(name.to_owned(), paragraphs))
    }

    /// With its digest.
    fn of(name: String, paragraphs: Vec<String>) -> Content {
        let mut content = Content { name, paragraphs, sha256: String::new() };
        content.sha256 = ledger::hash::hex(&Sha256::digest(content.file().as_bytes()));
        content
    }

    /// The text file.
    pub fn file(&self) -> String {
        format!("{}\n\n{}\n", self.name, self.paragraphs.join("\n\n"))
    }

    /// Characters of the paragraphs.
    pub fn characters(&self) -> i64 {
        let characters: usize = self.paragraphs.iter().map(|it| it.chars().count()).sum();
        i64::try_from(characters).unwrap_or(i64::MAX)
    }

    /// What the public reads of it: in the place of each paragraph that is withheld stands that it is, and on which ground.
    ///
    /// - `withheld`: numbers of paragraphs, from 1.
    pub fn published(&self, withheld: &[i64], ground: Option<Ground>) -> Content {
        let Some(ground) = ground.filter(|_| !withheld.is_empty()) else { return self.clone() };
        let basis = ground.basis().zh;
        let shown = |(at, paragraph): (i64, &String)| {
            if withheld.contains(&at) { format!("〔依据{basis}，本段不予公开〕") } else { paragraph.clone() }
        };
        Content::of(self.name.clone(), (1..).zip(&self.paragraphs).map(shown).collect())
    }

    /// As it stands in a form.
    pub fn body(&self) -> String {
        self.paragraphs.join("\n\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_paragraphs_and_its_digest_is_that_of_the_file() {
        let content = Content::typed(" 标题 ", "一\r\n\r\n  二 \n\n\n三\tx").unwrap();
        assert_eq!(content.paragraphs, ["一", "二", "三 x"]);
        assert_eq!(content.file(), "标题\n\n一\n\n二\n\n三 x\n");
        // As `sha256sum` says of that file.
        assert_eq!(content.sha256, "9442055960ee109cb11b5368b961ca3e130f000595cf7f37bf884a87327914e3");
        assert_eq!(Content::typed("标题", &content.body()).unwrap(), content, "what a form shows comes back alike");
    }

    #[test]
    fn what_is_no_text_is_refused() {
        let long = "长".repeat(MAX_TEXT + 1);
        let many = "段\n".repeat(MAX_PARAGRAPHS + 1);
        let title = "题".repeat(MAX_TITLE + 1);
        let cases = [
            ("no title", " ", "一", Refusal::Title),
            ("a long title", title.as_str(), "一", Refusal::Title),
            ("a title of two lines", "一\n二", "一", Refusal::Title),
            ("no paragraph", "题", " \n\n ", Refusal::Body),
            ("too long", "题", long.as_str(), Refusal::Body),
            ("too many paragraphs", "题", many.as_str(), Refusal::Body),
            ("a bell", "题", "叮\u{7}", Refusal::Body),
        ];
        for (case, title, body, refusal) in cases {
            assert_eq!(Content::typed(title, body), Err(refusal), "{case}");
        }
    }

    #[test]
    fn what_is_withheld_keeps_its_number_and_says_why() {
        let content = Content::typed("题", "一\n二\n三").unwrap();
        let published = content.published(&[2], Some(Ground::Privacy));
        assert_eq!((published.paragraphs[0].as_str(), published.paragraphs.len()), ("一", 3));
        assert!(published.paragraphs[1].contains("第15条") && !published.paragraphs[1].contains('二'));
        assert_ne!(published.sha256, content.sha256);
        assert_eq!(content.published(&[], Some(Ground::Privacy)), content);
    }
}
