//! Models as tests write them: elements and flows only.

/// A file with these elements at its root.
pub fn model(elements: &str) -> String {
    format!(
        "<definitions xmlns=\"http://www.omg.org/spec/BPMN/20100524/MODEL\" xmlns:qy=\"urn:qingyuan:bpmn:1\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" id=\"d\" targetNamespace=\"urn:test\">\n{elements}</definitions>"
    )
}

/// One process; the lists of flows at each element are filled in, as editors do.
pub fn line(elements: &str) -> String {
    let attribute = |tag: &str, name: &str| {
        let from = tag.find(&format!(" {name}=\""))? + name.len() + 3;
        Some(tag[from..from + tag[from..].find('"')?].to_owned())
    };
    let mut text = elements.to_owned();
    let flows: Vec<(String, String, String)> = elements
        .split("<sequenceFlow")
        .skip(1)
        .filter_map(|tag| Some((attribute(tag, "id")?, attribute(tag, "sourceRef")?, attribute(tag, "targetRef")?)))
        .collect();
    for (id, source, target) in flows.iter().rev() {
        for (element, list) in [(source, "outgoing"), (target, "incoming")] {
            let Some(at) = text.find(&format!(" id=\"{element}\"")) else { continue };
            let open = text[..at].rfind('<').unwrap();
            let end = at + text[at..].find('>').unwrap();
            let line = format!("<{list}>{id}</{list}>");
            if text[..end].ends_with('/') {
                let name = text[open + 1..].split(' ').next().unwrap().to_owned();
                text.replace_range(end - 1..=end, &format!(">{line}</{name}>"));
            } else {
                text.insert_str(end + 1, &line);
            }
        }
    }
    model(&format!("<process id=\"p\" isExecutable=\"true\">{text}</process>"))
}
