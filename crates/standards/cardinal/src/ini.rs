//! The INI dialect of the settings: sections, `name = value`, and whole-line comments after `;` or `#`.

/// One property of a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Property {
    /// The section it stands in; empty above the first one.
    pub section: String,
    /// Its name, or `None` for the heading of the section itself.
    pub name: Option<String>,
    /// Its value, without the spaces and one pair of quotation marks around it.
    pub value: String,
}

/// A line that is neither a section, a property, a comment nor blank.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("line {line}: expected a [section] or a `name = value`")]
pub struct BadLine {
    /// Its number, from 1.
    pub line: usize,
}

/// Reads the properties of a file in order; a section heading gives one without a name, so that empty sections count.
pub fn properties(text: &str) -> Result<Vec<Property>, BadLine> {
    let mut section = String::new();
    let mut found = Vec::new();
    for (line, content) in (1..).zip(text.trim_start_matches('\u{feff}').lines()) {
        let content = content.trim();
        if content.is_empty() || content.starts_with([';', '#']) {
            continue;
        }
        if let Some(inside) = content.strip_prefix('[') {
            let (name, after) = inside.split_once(']').ok_or(BadLine { line })?;
            let after = after.trim();
            if !after.is_empty() && !after.starts_with([';', '#']) {
                return Err(BadLine { line });
            }
            section = name.trim().to_owned();
            found.push(Property { section: section.clone(), name: None, value: String::new() });
            continue;
        }
        // A name may hold a colon (a publisher's own word for a method), so the equals sign goes first.
        let (name, value) = content.split_once('=').or_else(|| content.split_once(':')).ok_or(BadLine { line })?;
        if name.trim().is_empty() {
            return Err(BadLine { line });
        }
        found.push(Property {
            section: section.clone(),
            name: Some(name.trim().to_owned()),
            value: unquote(value.trim()).to_owned(),
        });
    }
    Ok(found)
}

fn unquote(value: &str) -> &str {
    ['"', '\''].iter().find_map(|&mark| value.strip_prefix(mark)?.strip_suffix(mark)).unwrap_or(value)
}

/// The value without a comment after it. Only for values that cannot hold a `;` or `#` themselves.
pub fn without_comment(value: &str) -> &str {
    value.split([';', '#']).next().unwrap_or_default().trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines() {
        let text = "\u{feff}currency = USD\n; a comment\n# another\n\n[R003]\nthreshold=5\n[R018]  ; on\n\
                    [R003.procurement_method_details]\nobra: civil = 10\nx: 3\nquoted = \" a \"\n";
        let got: Vec<_> = properties(text)
            .expect("valid")
            .into_iter()
            .map(|property| (property.section, property.name.unwrap_or_default(), property.value))
            .collect();
        let details = "R003.procurement_method_details";
        let expected = [
            ("", "currency", "USD"),
            ("R003", "", ""),
            ("R003", "threshold", "5"),
            ("R018", "", ""),
            (details, "", ""),
            (details, "obra: civil", "10"),
            (details, "x", "3"),
            (details, "quoted", " a "),
        ];
        assert_eq!(got, expected.map(|(a, b, c)| (a.to_owned(), b.to_owned(), c.to_owned())));
        for (text, line) in [("x", 1), ("\n[R003", 2), ("[a] b", 1), ("= 3", 1)] {
            assert_eq!(properties(text), Err(BadLine { line }), "{text}");
        }
    }
}
