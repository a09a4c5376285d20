//! A file's bytes to its tree.

use super::finding::{Finding, Rule};
use super::tree::*;
use crate::limits;
use roxmltree::{Document, Node, ParsingOptions};
use std::collections::{BTreeMap, BTreeSet};

/// The namespaces of DMN 1.2, 1.3, 1.4 and 1.5.
pub(crate) const NAMESPACES: [&str; 4] = [
    "http://www.omg.org/spec/DMN/20180521/MODEL/",
    "https://www.omg.org/spec/DMN/20191111/MODEL/",
    "https://www.omg.org/spec/DMN/20211108/MODEL/",
    "https://www.omg.org/spec/DMN/20230324/MODEL/",
];

/// Our namespace of attributes.
pub(crate) const OURS: &str = "urn:qingyuan:bpmn:1";

/// Reads one file. Findings that are not local mean that there is no model.
pub(crate) fn read(file: &str, bytes: &[u8], findings: &mut Vec<Finding>) -> Option<Model> {
    let mut early = |rule: Rule, what: String, line: u32, column: u32| {
        findings.push(Finding {
            rule,
            severity: rule.severity(),
            file: file.to_owned(),
            line,
            column,
            element: None,
            arguments: BTreeMap::from([("what", what)]),
        });
    };
    if bytes.len() > limits::FILE_BYTES {
        early(Rule::FileTooLarge, bytes.len().to_string(), 1, 1);
        return None;
    }
    let Ok(text) = std::str::from_utf8(bytes) else {
        early(Rule::Encoding, String::new(), 1, 1);
        return None;
    };
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if let Some(line) = deeper_than(text, limits::XML_DEPTH) {
        early(Rule::XmlTooDeep, limits::XML_DEPTH.to_string(), line, 1);
        return None;
    }
    let options = ParsingOptions { allow_dtd: false, nodes_limit: limits::XML_NODES, ..ParsingOptions::default() };
    let document = match Document::parse_with_options(text, options) {
        Ok(document) => document,
        Err(error) => {
            let rule = match error {
                roxmltree::Error::DtdDetected | roxmltree::Error::UnknownEntityReference(..) => Rule::Doctype,
                roxmltree::Error::NodesLimitReached => Rule::XmlTooDeep,
                _ => Rule::Xml,
            };
            let at = error.pos();
            early(rule, error.to_string(), at.row, at.col);
            return None;
        }
    };
    let root = document.root_element();
    let is_dmn = root.tag_name().namespace().is_some_and(|namespace| NAMESPACES.contains(&namespace));
    if !is_dmn || root.tag_name().name() != "definitions" {
        early(Rule::NotDmn, root.tag_name().name().to_owned(), 1, 1);
        return None;
    }
    let mut reader = Reader { file, document: &document, findings, lines: lines(text) };
    reader.unique_ids(root);
    Some(reader.model(root))
}

/// The line of the first tag below this depth. Counts tags only, which is never less than the parser will nest.
fn deeper_than(text: &str, depth: usize) -> Option<u32> {
    let bytes = text.as_bytes();
    let (mut open, mut at) = (0_usize, 0_usize);
    while let Some(found) = bytes.get(at..).and_then(|rest| rest.iter().position(|byte| *byte == b'<')) {
        at += found + 1;
        let rest = &bytes[at..];
        if rest.starts_with(b"!--") {
            at += text.get(at..).and_then(|rest| rest.find("-->")).unwrap_or(rest.len());
        } else if rest.starts_with(b"![CDATA[") {
            at += text.get(at..).and_then(|rest| rest.find("]]>")).unwrap_or(rest.len());
        } else if rest.starts_with(b"/") {
            open = open.saturating_sub(1);
        } else if !rest.starts_with(b"?") && !rest.starts_with(b"!") {
            let mut quote = None;
            let end = rest.iter().position(|byte| match (quote, byte) {
                (None, b'"' | b'\'') => {
                    quote = Some(*byte);
                    false
                }
                (Some(mark), byte) if mark == *byte => {
                    quote = None;
                    false
                }
                (None, b'>') => true,
                _ => false,
            });
            let end = end.unwrap_or(rest.len());
            if end == 0 || rest[end - 1] != b'/' {
                open += 1;
            }
            if open > depth {
                let line = bytes[..at].iter().filter(|byte| **byte == b'\n').count() + 1;
                return Some(u32::try_from(line).unwrap_or(u32::MAX));
            }
            at += end;
        }
    }
    None
}

/// Where each line begins.
fn lines(text: &str) -> Vec<usize> {
    std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect()
}

struct Reader<'a, 'd> {
    file: &'a str,
    document: &'d Document<'d>,
    findings: &'a mut Vec<Finding>,
    lines: Vec<usize>,
}

type Xml<'d> = Node<'d, 'd>;

/// Attribute, if it is there and not empty.
fn attribute(node: Xml<'_>, name: &str) -> Option<String> {
    node.attribute(name).map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}

/// Its id; an element without one, which nothing can refer to, is known by its name.
fn id(node: Xml<'_>) -> String {
    attribute(node, "id").or_else(|| attribute(node, "name")).unwrap_or_default()
}

fn ours(node: Xml<'_>, name: &str) -> Option<String> {
    node.attribute((OURS, name)).map(str::to_owned)
}

/// Child elements of DMN, in order.
fn elements<'d>(node: Xml<'d>) -> impl Iterator<Item = Xml<'d>> {
    node.children().filter(|child| {
        child.is_element() && child.tag_name().namespace().is_some_and(|namespace| NAMESPACES.contains(&namespace))
    })
}

fn named<'d>(node: Xml<'d>, name: &'static str) -> impl Iterator<Item = Xml<'d>> {
    elements(node).filter(move |child| child.tag_name().name() == name)
}

fn child<'d>(node: Xml<'d>, name: &'static str) -> Option<Xml<'d>> {
    named(node, name).next()
}

/// All text within an element.
fn content(node: Xml<'_>) -> String {
    node.children().filter(|child| child.is_text()).filter_map(|child| child.text()).collect()
}

fn variable(node: Xml<'_>) -> Variable {
    Variable { name: node.attribute("name").unwrap_or_default().to_owned(), type_ref: type_ref(node) }
}

/// `typeRef`, as attribute or, as DMN 1.1 had it, as element.
fn type_ref(node: Xml<'_>) -> Option<String> {
    attribute(node, "typeRef").or_else(|| {
        child(node, "typeRef").map(|child| content(child).trim().to_owned()).filter(|text| !text.is_empty())
    })
}

fn reference(node: Xml<'_>) -> Reference {
    let href = node.attribute("href").unwrap_or_default();
    let (namespace, id) = href.rsplit_once('#').unwrap_or(("", href));
    Reference { namespace: namespace.to_owned(), id: id.to_owned() }
}

fn references(node: Xml<'_>, name: &'static str) -> Vec<Reference> {
    named(node, name).map(reference).collect()
}

/// References one element further down, such as `informationRequirement/requiredInput`.
fn required(node: Xml<'_>, requirement: &'static str, name: &'static str) -> Vec<Reference> {
    named(node, requirement).flat_map(|requirement| references(requirement, name)).collect()
}

impl<'d> Reader<'_, 'd> {
    fn place(&self, node: Xml<'d>) -> Place {
        let start = node.range().start;
        let line = self.lines.partition_point(|begin| *begin <= start);
        let begin = self.lines.get(line.saturating_sub(1)).copied().unwrap_or(0);
        let column = self.document.input_text().get(begin..start).map_or(0, |text| text.chars().count()) + 1;
        Place {
            line: u32::try_from(line).unwrap_or(u32::MAX),
            column: u32::try_from(column).unwrap_or(u32::MAX),
            element: node.ancestors().find_map(|node| node.attribute("id")).map(str::to_owned),
        }
    }

    fn find(&mut self, rule: Rule, node: Xml<'d>, what: impl Into<String>) {
        let place = self.place(node);
        self.findings.push(Finding {
            rule,
            severity: rule.severity(),
            file: self.file.to_owned(),
            line: place.line,
            column: place.column,
            element: place.element,
            arguments: BTreeMap::from([("what", what.into())]),
        });
    }

    fn unique_ids(&mut self, root: Xml<'d>) {
        let mut seen = BTreeSet::new();
        // Diagrams have ids of their own kind, which are checked by nobody who evaluates.
        for node in root.descendants().filter(|node| {
            node.is_element() && node.tag_name().namespace().is_some_and(|name| NAMESPACES.contains(&name))
        }) {
            if let Some(id) = node.attribute("id")
                && !seen.insert(id)
            {
                self.find(Rule::DuplicateId, node, id);
            }
        }
    }

    fn model(&mut self, root: Xml<'d>) -> Model {
        let mut model = Model {
            file: self.file.to_owned(),
            namespace: root.attribute("namespace").unwrap_or_default().to_owned(),
            name: root.attribute("name").unwrap_or_default().to_owned(),
            imports: Vec::new(),
            types: Vec::new(),
            inputs: Vec::new(),
            decisions: Vec::new(),
            knowledge: Vec::new(),
            services: Vec::new(),
        };
        for node in elements(root) {
            match node.tag_name().name() {
                // Imports of PMML and the like are refused where a function uses them.
                "import" if node.attribute("importType").is_none_or(|kind| NAMESPACES.contains(&kind)) => {
                    model.imports.push(Import {
                        name: node.attribute("name").unwrap_or_default().to_owned(),
                        namespace: node.attribute("namespace").unwrap_or_default().to_owned(),
                        place: self.place(node),
                    });
                }
                "itemDefinition" => model.types.push(self.item(node)),
                "inputData" => model.inputs.push(self.input(node)),
                "decision" => model.decisions.push(self.decision(node)),
                "businessKnowledgeModel" => model.knowledge.push(self.knowledge(node)),
                "decisionService" => model.services.push(self.service(node)),
                _ => {}
            }
        }
        model
    }

    fn text(&mut self, node: Xml<'d>) -> Text {
        let text = child(node, "text").map(content).unwrap_or_default();
        let language = attribute(node, "expressionLanguage").filter(|language| !is_feel(language));
        if let Some(language) = &language {
            self.find(Rule::Language, node, language.clone());
        }
        Text { text, place: self.place(node), language }
    }

    fn item(&mut self, node: Xml<'d>) -> Item {
        Item {
            name: node.attribute("name").unwrap_or_default().to_owned(),
            is_collection: node.attribute("isCollection") == Some("true"),
            type_ref: type_ref(node),
            allowed: child(node, "allowedValues").map(|node| self.text(node)),
            constraint: child(node, "typeConstraint").map(|node| self.text(node)),
            components: named(node, "itemComponent").map(|node| self.item(node)).collect(),
            function: child(node, "functionItem").map(|function| {
                (named(function, "parameters").map(variable).collect(), attribute(function, "outputTypeRef"))
            }),
            domain: ours(node, "domain"),
        }
    }

    /// An element's own variable; without one, or without its name, that of the element.
    fn own_variable(&self, node: Xml<'d>) -> Variable {
        let mut own = child(node, "variable").map(variable).unwrap_or_default();
        if own.name.trim().is_empty() {
            own.name = node.attribute("name").unwrap_or_default().to_owned();
        }
        own
    }

    fn input(&mut self, node: Xml<'d>) -> Input {
        Input { id: id(node), variable: self.own_variable(node), domain: ours(node, "domain"), place: self.place(node) }
    }

    fn decision(&mut self, node: Xml<'d>) -> Decision {
        Decision {
            id: id(node),
            name: node.attribute("name").unwrap_or_default().to_owned(),
            variable: self.own_variable(node),
            decisions: required(node, "informationRequirement", "requiredDecision"),
            inputs: required(node, "informationRequirement", "requiredInput"),
            knowledge: required(node, "knowledgeRequirement", "requiredKnowledge"),
            logic: self.logic_in(node),
            place: self.place(node),
        }
    }

    fn knowledge(&mut self, node: Xml<'d>) -> Knowledge {
        Knowledge {
            id: id(node),
            variable: self.own_variable(node),
            knowledge: required(node, "knowledgeRequirement", "requiredKnowledge"),
            function: child(node, "encapsulatedLogic").map(|node| self.function(node)),
            place: self.place(node),
        }
    }

    fn service(&mut self, node: Xml<'d>) -> Service {
        Service {
            id: id(node),
            name: node.attribute("name").unwrap_or_default().to_owned(),
            variable: self.own_variable(node),
            outputs: references(node, "outputDecision"),
            encapsulated: references(node, "encapsulatedDecision"),
            given: references(node, "inputDecision"),
            inputs: references(node, "inputData"),
            place: self.place(node),
        }
    }

    fn function(&mut self, node: Xml<'d>) -> Function {
        if let Some(kind @ ("Java" | "PMML")) = node.attribute("kind") {
            self.find(Rule::External, node, kind);
        }
        Function {
            parameters: named(node, "formalParameter").map(variable).collect(),
            body: self.logic_in(node).map(Box::new),
            type_ref: type_ref(node),
        }
    }

    fn logic_in(&mut self, node: Xml<'d>) -> Option<Logic> {
        self.logics_in(node).into_iter().next()
    }

    fn logics_in(&mut self, node: Xml<'d>) -> Vec<Logic> {
        elements(node).filter_map(|child| self.logic(child)).collect()
    }

    fn empty(&self, node: Xml<'d>) -> Logic {
        Logic { kind: Kind::Empty, type_ref: None, place: self.place(node) }
    }

    /// The expression in a child element of this name; an empty one where it is missing.
    fn part(&mut self, node: Xml<'d>, name: &'static str) -> Box<Logic> {
        let found = child(node, name).and_then(|child| self.logic_in(child));
        Box::new(found.unwrap_or_else(|| self.empty(node)))
    }

    fn logic(&mut self, node: Xml<'d>) -> Option<Logic> {
        let iterator = || node.attribute("iteratorVariable").unwrap_or_default().to_owned();
        let kind = match node.tag_name().name() {
            "literalExpression" => Kind::Literal(self.text(node)),
            "decisionTable" => Kind::Table(Box::new(self.table(node))),
            "context" => Kind::Context(
                named(node, "contextEntry")
                    .map(|entry| (child(entry, "variable").map(variable), self.logic_in(entry)))
                    .collect(),
            ),
            "list" => Kind::List(self.logics_in(node)),
            "relation" => Kind::Relation {
                columns: named(node, "column").map(|column| variable(column).name).collect(),
                rows: named(node, "row").map(|row| self.logics_in(row)).collect(),
            },
            "invocation" => Kind::Invocation {
                called: Box::new(self.logic_in(node).unwrap_or_else(|| self.empty(node))),
                bindings: named(node, "binding")
                    .map(|binding| {
                        (child(binding, "parameter").map(variable).unwrap_or_default(), self.logic_in(binding))
                    })
                    .collect(),
            },
            "functionDefinition" => Kind::Function(self.function(node)),
            "conditional" => Kind::Conditional {
                condition: self.part(node, "if"),
                then: self.part(node, "then"),
                otherwise: self.part(node, "else"),
            },
            "filter" => Kind::Filter { list: self.part(node, "in"), condition: self.part(node, "match") },
            "for" => Kind::For { variable: iterator(), domain: self.part(node, "in"), body: self.part(node, "return") },
            "some" => {
                Kind::Some { variable: iterator(), domain: self.part(node, "in"), body: self.part(node, "satisfies") }
            }
            "every" => {
                Kind::Every { variable: iterator(), domain: self.part(node, "in"), body: self.part(node, "satisfies") }
            }
            _ => return None,
        };
        Some(Logic { kind, type_ref: type_ref(node), place: self.place(node) })
    }

    fn table(&mut self, node: Xml<'d>) -> Table {
        let policy_text = node.attribute("hitPolicy").unwrap_or("UNIQUE");
        let aggregation = node.attribute("aggregation");
        let policy = match (policy_text, aggregation) {
            ("UNIQUE", _) => Some(HitPolicy::Unique),
            ("ANY", _) => Some(HitPolicy::Any),
            ("PRIORITY", _) => Some(HitPolicy::Priority),
            ("FIRST", _) => Some(HitPolicy::First),
            ("RULE ORDER", _) => Some(HitPolicy::RuleOrder),
            ("OUTPUT ORDER", _) => Some(HitPolicy::OutputOrder),
            ("COLLECT", None) => Some(HitPolicy::Collect),
            ("COLLECT", Some("SUM")) => Some(HitPolicy::Sum),
            ("COLLECT", Some("MIN")) => Some(HitPolicy::Min),
            ("COLLECT", Some("MAX")) => Some(HitPolicy::Max),
            ("COLLECT", Some("COUNT")) => Some(HitPolicy::Count),
            _ => None,
        };
        if policy.is_none() {
            let what = format!("{policy_text} {}", aggregation.unwrap_or_default());
            self.find(Rule::HitPolicy, node, what.trim());
        }
        let inputs: Vec<Clause> = named(node, "input").map(|clause| self.clause(clause)).collect();
        let outputs: Vec<Output> = named(node, "output").map(|output| self.output(output)).collect();
        let mut rules = Vec::new();
        for rule in named(node, "rule") {
            let read = TableRule {
                id: attribute(rule, "id"),
                inputs: named(rule, "inputEntry").map(|entry| self.text(entry)).collect(),
                outputs: named(rule, "outputEntry").map(|entry| self.text(entry)).collect(),
            };
            if read.inputs.len() != inputs.len() || read.outputs.len() != outputs.len() {
                self.find(Rule::RuleShape, rule, (rules.len() + 1).to_string());
            }
            rules.push(read);
        }
        Table { id: attribute(node, "id"), policy, inputs, outputs, rules, place: self.place(node) }
    }

    fn clause(&mut self, node: Xml<'d>) -> Clause {
        let expression = child(node, "inputExpression");
        Clause {
            label: attribute(node, "label"),
            expression: expression.map(|node| self.text(node)).unwrap_or_default(),
            type_ref: expression.and_then(type_ref),
            allowed: child(node, "inputValues").map(|node| self.text(node)),
            domain: ours(node, "domain"),
        }
    }

    fn output(&mut self, node: Xml<'d>) -> Output {
        Output {
            name: attribute(node, "name"),
            type_ref: type_ref(node),
            allowed: child(node, "outputValues").map(|node| self.text(node)),
            default: child(node, "defaultOutputEntry").map(|node| self.text(node)),
        }
    }
}

fn is_feel(language: &str) -> bool {
    let is_namespace = language.contains("/FEEL");
    is_namespace || language.eq_ignore_ascii_case("feel") || language.eq_ignore_ascii_case("text/feel")
}
