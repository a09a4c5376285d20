//! The page of samples: every component in every state, on one page. Inner face; what screenshots photograph.

use askama::Template;

use super::*;
use crate::locale::Words;

/// One component with its samples.
struct Shelf {
    name: &'static str,
    samples: Vec<(&'static str, Html)>,
}

#[derive(Template)]
#[template(path = "frame/design.html")]
struct Design {
    shelves: Vec<Shelf>,
}

/// Every component's samples as markup: component, sample, markup. The snapshots walk this list too.
pub fn samples(words: Words) -> Vec<(&'static str, Vec<(&'static str, Html)>)> {
    fn html<T: IntoHtml>(samples: Vec<(&'static str, T)>) -> Vec<(&'static str, Html)> {
        samples.into_iter().map(|(name, sample)| (name, sample.into_html())).collect()
    }
    let icons = Icon::ALL.iter().map(|icon| (icon.name(), icon.into_html())).collect();
    vec![
        ("band", html(Band::samples(words))),
        ("heading", html(Heading::samples(words))),
        ("action", html(Action::samples(words))),
        ("icon", icons),
        ("badge", html(Badge::samples(words))),
        ("seal", html(Seal::samples(words))),
        ("clock", html(Clock::samples(words))),
        (
            "clock-cannot",
            vec![(
                "cannot be armed",
                Clock::cannot(words, words.either("2031 年没有工作日历", "there is no calendar for 2031")).into_html(),
            )],
        ),
        ("clock-bar", html(ClockBar::samples(words))),
        ("notice", html(Notice::samples(words))),
        ("state", html(State::samples(words))),
        ("panel", html(Panel::samples(words))),
        ("facts", html(Facts::samples(words))),
        ("stat", html(Stat::samples(words))),
        ("tabs", html(Tabs::samples(words))),
        ("filter-bar", html(FilterBar::samples(words))),
        ("table", html(Table::samples(words))),
        ("quarantine", html(Held::samples(words))),
        ("evidence", html(Evidence::samples(words))),
        ("outcomes", html(Outcomes::samples(words))),
        ("peer-plot", html(PeerPlot::samples(words))),
        ("columns", html(Columns::samples(words))),
        ("spark", html(Spark::samples(words))),
        ("interval", html(Interval::samples(words))),
        ("share", html(Share::samples(words))),
        ("strip", html(Strip::samples(words))),
        ("process-line", html(ProcessLine::samples(words))),
        ("timeline", html(Timeline::samples(words))),
        ("stepper", html(Stepper::samples(words))),
        ("field", html(Field::samples(words))),
        ("form", html(Form::samples(words))),
        ("upload", html(Upload::samples(words))),
        ("said", html(Said::samples(words))),
        ("diff", html(Diff::samples(words))),
        ("model-editor", html(ModelEditor::samples(words))),
        ("form-builder", html(FormBuilder::samples(words))),
        ("passkey-form", html(PasskeyForm::samples(words))),
        ("qr", html(Qr::samples(words))),
    ]
}

/// Samples of components of another crate: component, sample, markup.
pub type MoreSamples = fn(Words) -> Vec<(&'static str, Vec<(&'static str, Html)>)>;

/// The whole page, in its frame; `more` follow this crate's own.
pub fn page(frame: &Frame, more: &[MoreSamples]) -> Html {
    let words = frame.words;
    let all = samples(words).into_iter().chain(more.iter().flat_map(|more| more(words)));
    let shelves = all.map(|(name, samples)| Shelf { name, samples }).collect();
    let heading = Heading::new(words, words.t("design-title")).lead(words.t("design-lead"));
    frame.page(heading, Html::of(&Design { shelves }))
}
