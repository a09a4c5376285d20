//! What is said of an element beside what the file says: where a matter is, how long a step takes, what has changed.

/// Marks of one element; any of them may be missing.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Mark {
    /// How far the matter is at this element.
    pub state: Option<State>,
    /// How many tokens, tasks or matters are there.
    pub count: Option<u64>,
    /// A figure of the element, by colour and in its corner.
    pub heat: Option<Heat>,
    /// Where the element leads to when it is followed.
    pub link: Option<String>,
    /// What another version makes of it.
    pub change: Option<Change>,
}

/// How far a matter is at an element.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum State {
    /// 已办: a check mark.
    Done,
    /// 在这里: the accent colour and a flag above.
    Here,
    /// 出错: it cannot go on without somebody's help.
    Failed,
    /// 逾期: it is here, and late.
    Overdue,
    /// 未到: dashed.
    Ahead,
}

/// A figure with its step on the scale of colours.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Heat {
    /// From 1, the least, to 5; other numbers count as the nearest of them. `None`: too few cases to say, hatched.
    pub step: Option<u8>,
    /// The figure with its unit, short: `3.8 日`.
    pub figure: String,
}

/// What a version makes of an element, compared with another.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Change {
    /// The other does not have it.
    Added,
    /// The other no longer has it.
    Removed,
    /// The other says something else.
    Changed,
    /// It only lies elsewhere.
    Moved,
}

impl State {
    /// Name in classes and texts.
    pub(crate) fn name(self) -> &'static str {
        match self {
            State::Done => "done",
            State::Here => "here",
            State::Failed => "failed",
            State::Overdue => "overdue",
            State::Ahead => "ahead",
        }
    }
}

impl Change {
    /// Name in classes and texts.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Change::Added => "added",
            Change::Removed => "removed",
            Change::Changed => "changed",
            Change::Moved => "moved",
        }
    }
}

impl Heat {
    /// A figure on a step.
    pub fn new(step: u8, figure: impl Into<String>) -> Heat {
        Heat { step: Some(step), figure: figure.into() }
    }

    /// Too few cases to be put on a step.
    pub fn few(figure: impl Into<String>) -> Heat {
        Heat { step: None, figure: figure.into() }
    }

    /// The class of its colour.
    pub(crate) fn class(&self) -> &'static str {
        match self.step {
            None => "heat-few",
            Some(0 | 1) => "heat-1",
            Some(2) => "heat-2",
            Some(3) => "heat-3",
            Some(4) => "heat-4",
            Some(_) => "heat-5",
        }
    }
}

impl Mark {
    /// How far the matter is.
    pub fn state(state: State) -> Mark {
        Mark { state: Some(state), ..Mark::default() }
    }

    /// What changed.
    pub fn changed(change: Change) -> Mark {
        Mark { change: Some(change), ..Mark::default() }
    }

    /// A figure.
    pub fn heat(heat: Heat) -> Mark {
        Mark { heat: Some(heat), ..Mark::default() }
    }

    /// How many are there.
    pub fn count(mut self, count: u64) -> Mark {
        self.count = Some(count);
        self
    }

    /// Where it leads to.
    pub fn link(mut self, href: impl Into<String>) -> Mark {
        self.link = Some(href.into());
        self
    }
}
