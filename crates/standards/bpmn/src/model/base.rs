//! What all elements have (BPMN 2.0.2 §8.3.1), references and expressions (§8.4.6).

use std::borrow::Cow;

use super::read::Reader;
use crate::tree::{BPMN, IN_XSI, Node, NodeId, XSI};

/// What every element has: its place in the text, id, documentation and extensions.
#[derive(Clone, PartialEq, Debug)]
pub struct Base {
    /// Its node in the document.
    pub node: NodeId,
    /// Line in the text, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// Its `id` as in the file.
    pub id: Option<String>,
    /// Its documentation.
    pub documentation: Vec<Documentation>,
    /// The elements within its `extensionElements`.
    pub extensions: Vec<NodeId>,
}

/// A piece of documentation.
#[derive(Clone, PartialEq, Debug)]
pub struct Documentation {
    /// Its text.
    pub text: String,
    /// Its MIME type; `text/plain` unless said.
    pub format: String,
}

impl Base {
    pub(super) fn of(node: Node<'_>) -> Base {
        let mut documentation = Vec::new();
        let mut extensions = Vec::new();
        for child in node.elements() {
            if child.is("documentation") {
                documentation.push(Documentation {
                    text: child.text().into_owned(),
                    format: child.attribute("textFormat").map_or_else(|| "text/plain".to_owned(), Cow::into_owned),
                });
            } else if child.is("extensionElements") {
                extensions.extend(child.elements().map(Node::id));
            }
        }
        Base {
            node: node.id(),
            line: node.line(),
            column: node.column(),
            id: node.attribute("id").map(|id| id.trim().to_owned()),
            documentation,
            extensions,
        }
    }
}

/// A reference by qualified name (or, where the standard says so, by id alone).
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Reference {
    /// To an element of this file.
    Local(String),
    /// To something in another namespace, imported or merely named.
    Foreign {
        /// The namespace of the prefix.
        namespace: String,
        /// The rest.
        name: String,
    },
}

impl Reference {
    /// The id, when the reference stays within the file.
    pub fn local(&self) -> Option<&str> {
        match self {
            Reference::Local(id) => Some(id),
            Reference::Foreign { .. } => None,
        }
    }

    /// Reads `name` as it stands at `node`. Without a prefix, or with one that is not bound, it is an id of this file,
    /// as all editors mean it, although strictly the default namespace would apply.
    pub(crate) fn of(node: Node<'_>, name: &str, target: &str) -> Reference {
        let name = name.trim();
        match name.split_once(':').and_then(|_| node.resolve_name(name)) {
            Some((namespace, rest)) if namespace != target => {
                Reference::Foreign { namespace: namespace.to_owned(), name: rest.to_owned() }
            }
            Some((_, rest)) => Reference::Local(rest.to_owned()),
            None => Reference::Local(name.to_owned()),
        }
    }
}

/// An expression, formal or in natural language.
#[derive(Clone, PartialEq, Debug)]
pub struct Expression {
    /// Where it stands.
    pub base: Base,
    /// Whether it is a `tFormalExpression`; else it is natural language.
    pub formal: bool,
    /// `xsi:type` as written.
    pub written_type: Option<String>,
    /// Its text, white space kept.
    pub body: String,
    /// Its own language; the definitions' one applies where it has none.
    pub language: Option<String>,
    /// The item definition of its result.
    pub evaluates_to: Option<Reference>,
}

impl Expression {
    pub(super) fn of(node: Node<'_>, reader: Reader<'_>) -> Expression {
        Expression {
            base: Base::of(node),
            formal: is_formal(node),
            written_type: node.attribute_of(IN_XSI, "type").map(Cow::into_owned),
            body: node.text().into_owned(),
            language: reader.text(node, "language"),
            evaluates_to: reader.reference(node, "evaluatesToTypeRef"),
        }
    }
}

/// Whether an expression is formal: by its `xsi:type`, or because the schema gives that element no other type.
pub(crate) fn is_formal(node: Node<'_>) -> bool {
    const ALWAYS: [&str; 5] = ["formalExpression", "messagePath", "dataPath", "transformation", "condition"];
    let by_schema = node.is_any(&ALWAYS) && !(node.is("condition") && is_conditional(node));
    match node.attributes().find(|attribute| attribute.local() == "type" && attribute.namespace() == XSI) {
        Some(attribute) => {
            let value = attribute.value();
            node.resolve_name(value.trim()).is_some_and(|(namespace, local)| {
                // Some editors write the type without a prefix though BPMN is not the default namespace.
                local == "tFormalExpression" && (namespace == BPMN || namespace.is_empty())
            })
        }
        None => by_schema,
    }
}

/// The condition of a conditional event is any expression; that of a complex behaviour is a formal one.
fn is_conditional(node: Node<'_>) -> bool {
    node.parent().is_some_and(|parent| parent.is("conditionalEventDefinition"))
}
