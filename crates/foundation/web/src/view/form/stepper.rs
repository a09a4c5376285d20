//! Where one is in a long form: step n of m, its name, when the draft was saved.

use askama::Template;

use crate::component;
use crate::locale::Words;

/// Steps as bars; those that are done can be opened again. At most seven.
#[derive(Clone, Debug, Template)]
#[template(path = "ui/stepper.html")]
pub struct Stepper {
    words: Words,
    steps: Vec<(String, Option<String>)>,
    current: usize,
    saved: String,
}

impl Stepper {
    /// - `steps`: names, with the address of those that are done. `current`: counted from 1.
    /// - `saved`: when the draft was saved, or empty.
    pub fn new(words: Words, steps: Vec<(String, Option<String>)>, current: usize, saved: &str) -> Stepper {
        let saved = if saved.is_empty() { String::new() } else { words.with("stepper-saved", &[("at", saved.into())]) };
        Stepper { words, current: current.clamp(1, steps.len().max(1)), steps, saved }
    }

    fn text(&self) -> String {
        let name = self.steps.get(self.current - 1).map_or("", |(name, _)| name.as_str());
        let of = self.steps.len() as u64;
        self.words
            .with("stepper-text", &[("n", (self.current as u64).into()), ("of", of.into()), ("name", name.into())])
    }

    fn state(&self, index: &usize) -> &'static str {
        if *index < self.current { "reached" } else { "ahead" }
    }

    fn here(&self, index: &usize) -> bool {
        index + 1 == self.current
    }

    /// The third of four steps.
    pub fn samples(words: Words) -> Vec<(&'static str, Stepper)> {
        let w = |chinese: &str, english: &str| words.either(chinese, english).to_owned();
        let steps = vec![
            (w("申请人", "Applicant"), Some("/apply/1".to_owned())),
            (w("场所", "Premises"), Some("/apply/2".to_owned())),
            (w("材料", "Documents"), None),
            (w("核对", "Check"), None),
        ];
        vec![("third of four", Stepper::new(words, steps, 3, "14:31"))]
    }
}

component!(Stepper);
