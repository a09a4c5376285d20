//! What people type: without the blanks around it, there, and not too long.

/// The words without the blanks around them; nothing where there are none, or more characters than `most`.
pub fn within(typed: &str, most: usize) -> Option<&str> {
    let typed = typed.trim();
    (!typed.is_empty() && typed.chars().count() <= most).then_some(typed)
}

#[cfg(test)]
mod tests {
    use super::within;

    #[test]
    fn blanks_do_not_count_and_characters_do() {
        for (typed, most, read) in
            [(" 清源 ", 2, Some("清源")), ("清源", 1, None), ("  ", 9, None), ("", 9, None), ("a", 1, Some("a"))]
        {
            assert_eq!(within(typed, most), read, "{typed:?}");
        }
    }
}
