//! The samples as reviewed, in both languages, and models of others.

use bpmn::Model;
use drawing::{Comparison, Drawing, Mark, State};
use web::locale::{Catalogue, Locale};
use web::view::IntoHtml;

use crate::support::{drawn, elements, model, sound, svg, words};

#[test]
fn both_languages_are_complete() {
    assert_eq!(Catalogue::new(drawing::TEXTS).expect("texts").findings(), []);
}

#[test]
fn samples_look_as_reviewed() {
    for locale in Locale::ALL {
        for (component, samples) in drawing::samples(words(locale)) {
            let text: String = samples.iter().map(|(name, html)| format!("--- {name}\n{html}\n")).collect();
            insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
                insta::assert_snapshot!(format!("{component}-{}", locale.tag()), text);
            });
        }
    }
}

/// The content policy allows no inline style or script; English samples hold no Han characters.
#[test]
fn samples_keep_the_rules_of_all_components() {
    for locale in Locale::ALL {
        for (component, samples) in drawing::samples(words(locale)) {
            for (name, html) in samples {
                for forbidden in [" style=", "<style", "<script", " onclick", " hx-on", "javascript:", "js:"] {
                    assert!(!html.as_str().contains(forbidden), "{component}, {name}: {forbidden}");
                }
                let han =
                    html.as_str().chars().find(|c| matches!(c, '\u{3000}'..='\u{9FFF}' | '\u{FF00}'..='\u{FFEF}'));
                assert!(locale == Locale::ZhCn || han.is_none(), "{component}, {name}: {han:?}");
                assert!(html.as_str().contains("tabindex=\"0\""), "{component}, {name}: nothing to scroll by keys");
            }
        }
    }
}

#[test]
fn every_element_says_what_it_is_and_what_is_marked() {
    let model = model(r#"<process id="P"><userTask id="t" name="Check &lt;1&gt;"/></process>"#);
    let mark = Mark::state(State::Here).count(2).link("/acts/1");
    let markup = Drawing::new(words(Locale::En), &model).id("own").mark("t", mark).mark("nobody", Mark::default());
    let markup = markup.into_html().into_string();
    let svg = svg(&markup);
    let group = svg.descendants().find(|node| node.attribute("data-element") == Some("t")).expect("the task");
    assert_eq!(group.attribute("id"), Some("own-t"));
    assert_eq!(group.attribute("role"), Some("img"));
    assert_eq!(
        group.first_element_child().and_then(|title| title.text()),
        Some("User task: Check <1>, Here, 2 matters")
    );
    let link = group.parent().filter(|parent| parent.has_tag_name("a")).expect("a link");
    assert_eq!(link.attribute("href"), Some("/acts/1"));
    // The same in words below.
    let text = &markup[markup.find("<details").expect("a text version")..];
    assert!(text.contains("Check &lt;1&gt;") || text.contains("Check &#60;1&#62;"), "{text}");
    assert!(text.contains("User task") && text.contains("Here, 2 matters") && text.contains("/acts/1"), "{text}");
}

#[test]
fn of_several_diagrams_one_is_chosen() {
    let diagram = |process: &str, task: &str| {
        format!(
            r#"<bpmndi:BPMNDiagram><bpmndi:BPMNPlane bpmnElement="{process}"><bpmndi:BPMNShape bpmnElement="{task}">
<dc:Bounds x="0" y="0" width="100" height="80"/></bpmndi:BPMNShape></bpmndi:BPMNPlane></bpmndi:BPMNDiagram>"#
        )
    };
    let model = model(&format!(
        r#"<process id="P"><task id="p"/></process><process id="Q"><task id="q"/></process>{}{}"#,
        diagram("P", "p"),
        diagram("Q", "q")
    ));
    let shown = |wanted: Option<&str>| {
        let drawing = Drawing::new(words(Locale::En), &model);
        let drawing = wanted.into_iter().fold(drawing, Drawing::showing);
        let markup = drawing.into_html().into_string();
        elements(&svg(&markup)).join(" ")
    };
    assert_eq!(shown(None), "p");
    assert_eq!(shown(Some("Q")), "q");
    assert_eq!(shown(Some("q")), "q");
}

#[test]
fn what_a_file_has_not_placed_is_laid_out_and_said() {
    let placed = r#"<bpmndi:BPMNDiagram><bpmndi:BPMNPlane bpmnElement="P"><bpmndi:BPMNShape bpmnElement="a">
<dc:Bounds x="0" y="0" width="100" height="80"/></bpmndi:BPMNShape></bpmndi:BPMNPlane></bpmndi:BPMNDiagram>"#;
    let process =
        r#"<process id="P"><task id="a"/><task id="b"/><sequenceFlow id="f" sourceRef="a" targetRef="b"/></process>"#;
    let cases = [
        ("no diagram", String::new(), "it was laid out automatically."),
        ("one shape is missing", placed.to_owned(), "One shape has no usable place"),
        ("no size", placed.replace("\"100\"", "\"0\""), "it was laid out automatically."),
    ];
    for (case, diagram, said) in cases {
        let markup = drawn(&model(&format!("{process}{diagram}")));
        assert!(markup.contains(said), "{case}: {markup}");
        assert_eq!(elements(&svg(&markup)).len(), 3, "{case}");
    }
}

#[test]
fn miwg_every_model_is_drawn() {
    let Some(folder) = outside_data::folder("bpmn-miwg") else { return };
    let files = outside_data::files(&folder, |path| outside_data::ends(path, "bpmn"));
    assert!(files.len() > 20, "{} models", files.len());
    for file in files {
        let name = file.display();
        let model = Model::read(&std::fs::read(&file).expect("a file")).expect("a model");
        let markup = drawn(&model);
        let svg = svg(&markup);
        sound(&svg).unwrap_or_else(|why| panic!("{name}: {why}"));
        // Every shape and line of the first diagram is there.
        let plane = model.definitions.diagrams.iter().find_map(|diagram| diagram.plane.as_ref()).expect("a plane");
        let there = elements(&svg);
        let shapes =
            plane.shapes.iter().map(|shape| &shape.element).chain(plane.edges.iter().map(|edge| &edge.element));
        for id in shapes.filter_map(|element| element.as_ref().and_then(|element| element.local())) {
            // An element that the file does not have cannot be drawn.
            assert!(there.contains(&id) || model.document.by_id(id).is_none(), "{name}: {id} is not drawn");
        }
        assert!(!markup.contains("laid out automatically"), "{name}: something was not placed");
    }
}

#[test]
fn what_differs_is_said_in_words() {
    let old = model(
        r#"<process id="P"><userTask id="t" name="受理审查" qy:candidates="clerk"><extensionElements>
<qy:clock promised="5" unit="working"/><qy:odd x="1"/></extensionElements></userTask><task id="u" name="复核"/><task id="gone" name="归档"/>
<sequenceFlow id="f" sourceRef="t" targetRef="u"/></process>"#,
    );
    let new = model(
        r#"<process id="P"><userTask id="t" name="受理审查"><extensionElements><qy:clock promised="3" unit="working"/>
<qy:odd x="2"/></extensionElements></userTask><userTask id="u" name="复核" qy:separate="t"/>
<sequenceFlow id="f" sourceRef="u" targetRef="t"/><endEvent id="e"><terminateEventDefinition/></endEvent></process>"#,
    );
    let said = |locale| {
        let comparison = Comparison::new(words(locale), &old, &new);
        let said: Vec<String> = comparison.sentences().into_iter().map(web::view::Html::into_string).collect();
        said
    };
    let chinese = [
        "「受理审查」不再有办理岗位，原为 clerk。",
        "「受理审查」的承诺时限从 5 改为 3。",
        "「受理审查」的<code>extensionElements/qy:odd/@x</code>从 1 改为 2。",
        "「复核」的类型从任务改为人工任务。",
        "「复核」增加须由不同的人办理的环节：「受理审查」。",
        "「复核 → 受理审查」的起点从「受理审查」改为「复核」。",
        "「复核 → 受理审查」的终点从「复核」改为「受理审查」。",
        "新增结束事件（终止）「e」。",
        "删去任务「归档」。",
    ];
    assert_eq!(said(Locale::ZhCn), chinese);
    assert_eq!(said(Locale::En)[1], "“受理审查”: promised limit changed from 5 to 3.");
    assert_eq!(said(Locale::En)[7], "End event (terminate) “e” added.");
}

#[test]
fn both_versions_are_drawn_with_their_marks() {
    let version = |tasks: &str| model(&format!(r#"<process id="P"><task id="a" name="a"/>{tasks}</process>"#));
    let (old, new) = (version(r#"<task id="b"/>"#), version(r#"<task id="c"/>"#));
    let markup = Comparison::new(words(Locale::En), &old, &new).id("two").into_html().into_string();
    assert!(markup.contains(r#"id="two-new-c" data-element="c" class="d-task is-added""#), "{markup}");
    assert!(markup.contains(r#"id="two-old-b" data-element="b" class="d-task is-removed""#), "{markup}");
    assert!(markup.contains("1 added, 1 removed, 0 changed."), "{markup}");
}
