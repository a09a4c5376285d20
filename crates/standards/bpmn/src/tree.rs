//! A lossless XML document.
//!
//! The text is kept as it came; nodes are spans of it. So a document that nobody edited is written back byte for byte,
//! and an edit touches only the spans it names. See [`Document::read`], [`Document::edit`], [`Document::merged`],
//! [`Document::write`].

mod edit;
mod encoding;
pub(crate) mod escape;
mod fault;
mod merge;
mod namespace;
mod node;
mod read;

use std::collections::HashMap;

pub use edit::{Change, EditFault, Place, Undo};
pub use encoding::Spelling;
pub use fault::{Fault, FaultKind};
pub use namespace::{BPMN, BPMNDI, DC, DI, OURS, XML, XSI};
pub(crate) use namespace::{IN_BPMNDI, IN_DC, IN_DI, IN_XSI};
pub use node::{Attribute, Kind, Node};

/// Identifies a node within one document, in document order.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct NodeId(pub(crate) u32);

/// How much a reader takes before it refuses.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Limits {
    /// Bytes of the input. 64 MiB unless said otherwise; more than 1 GiB counts as 1 GiB.
    pub bytes: usize,
    /// Elements, texts, comments and processing instructions together.
    pub nodes: usize,
    /// Attributes of all elements together, namespace declarations included.
    pub attributes: usize,
    /// Levels of elements.
    pub depth: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { bytes: 64 << 20, nodes: 500_000, attributes: 2_000_000, depth: 200 }
    }
}

/// An XML document that loses nothing of its text.
#[derive(Clone, Debug)]
pub struct Document {
    source: String,
    spelling: Spelling,
    limits: Limits,
    nodes: Vec<node::Entry>,
    attributes: Vec<node::AttributeEntry>,
    namespaces: namespace::Namespaces,
    root: NodeId,
    ids: HashMap<String, NodeId>,
}

impl Document {
    /// Reads a document within the default [`Limits`].
    pub fn read(bytes: &[u8]) -> Result<Document, Fault> {
        Document::read_within(bytes, &Limits::default())
    }

    /// Reads a document. Refused are: more than `limits` allow, an encoding that does not fit, a DOCTYPE, any entity
    /// beyond the five predefined and character references, and what is not well-formed.
    pub fn read_within(bytes: &[u8], limits: &Limits) -> Result<Document, Fault> {
        let at_start = |kind| Fault { kind, line: 1, column: 1 };
        let most = limits.bytes.min(1 << 30);
        if bytes.len() > most {
            return Err(at_start(FaultKind::TooLarge { bytes: bytes.len(), limit: most }));
        }
        let (source, spelling) = encoding::decode(bytes).map_err(at_start)?;
        read::parse(source, spelling, limits.clone())
    }

    /// The document as bytes, in the encoding it was read in. Without edits these are the bytes that were read
    /// (always so for UTF-8, and for other encodings that have one way to write a character).
    pub fn write(&self) -> Vec<u8> {
        encoding::encode(&self.source, self.spelling)
    }

    /// The text as read, without byte order mark.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// How the bytes spelled the text.
    pub fn spelling(&self) -> Spelling {
        self.spelling
    }

    /// The document element.
    pub fn root(&self) -> Node<'_> {
        self.node(self.root)
    }

    /// The node of an id that this document gave out. An id of another document gives another node, at worst the
    /// document's root.
    pub fn node(&self, id: NodeId) -> Node<'_> {
        let within = (id.0 as usize) < self.nodes.len();
        Node { document: self, id: if within { id } else { self.root } }
    }

    /// The BPMN or diagram element with this `id`; of several the first in the text.
    pub fn by_id(&self, id: &str) -> Option<Node<'_>> {
        self.ids.get(id).map(|found| self.node(*found))
    }

    /// Every node in document order; the first is the document itself.
    pub fn nodes(&self) -> impl Iterator<Item = Node<'_>> {
        (0..self.nodes.len() as u32).map(|id| Node { document: self, id: NodeId(id) })
    }
}
