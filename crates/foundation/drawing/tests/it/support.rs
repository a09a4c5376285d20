//! Words of this crate, and what must hold of any markup.

use bpmn::Model;
use drawing::Drawing;
use web::locale::{Catalogue, Locale, Words};
use web::view::IntoHtml;

/// The texts in one language, strict: a missing one is a panic.
pub fn words(locale: Locale) -> Words {
    static CATALOGUE: std::sync::LazyLock<Catalogue> =
        std::sync::LazyLock::new(|| Catalogue::new(drawing::TEXTS).expect("texts").strict());
    Words::new(&CATALOGUE, locale)
}

/// A model of this content, within `definitions` that bind the usual prefixes.
pub fn model(content: &str) -> Model {
    let text = format!(
        r#"<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI"
 xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:di="http://www.omg.org/spec/DD/20100524/DI"
 xmlns:qy="urn:qingyuan:bpmn:1">{content}</definitions>"#
    );
    Model::read(text.as_bytes()).expect("a model")
}

/// The markup of a model's drawing.
pub fn drawn(model: &Model) -> String {
    Drawing::new(words(Locale::En), model).into_html().into_string()
}

/// The drawing itself out of its figure, read as XML: what is not well-formed is a panic.
pub fn svg(markup: &str) -> roxmltree::Document<'_> {
    let start = markup.find("<svg class=\"drawing-plane\"").expect("a drawing");
    let end = markup.find("</svg></div>").expect("its end") + "</svg>".len();
    roxmltree::Document::parse(&markup[start..end]).expect("well-formed XML")
}

/// Ids of the elements that are drawn, in the order of drawing.
pub fn elements<'a>(svg: &'a roxmltree::Document<'_>) -> Vec<&'a str> {
    svg.descendants().filter_map(|node| node.attribute("data-element")).collect()
}

/// Every number in the drawing is one, and no id stands twice; every group says what it is.
pub fn sound(svg: &roxmltree::Document<'_>) -> Result<(), String> {
    let mut ids = std::collections::HashSet::new();
    for node in svg.descendants().filter(|node| node.is_element()) {
        for attribute in node.attributes() {
            if ["d", "x", "y", "width", "height", "viewBox", "transform"].contains(&attribute.name()) {
                let bad = ["NaN", "inf", "e+"].iter().any(|bad| attribute.value().contains(bad));
                if bad {
                    return Err(format!("{}={}", attribute.name(), attribute.value()));
                }
            }
        }
        if let Some(id) = node.attribute("id")
            && !ids.insert(id)
        {
            return Err(format!("the id {id} stands twice"));
        }
        let titled = node.children().any(|child| child.has_tag_name("title") && child.text().is_some());
        if node.has_tag_name("g") && !titled {
            return Err("a group without a title".to_owned());
        }
    }
    Ok(())
}
