//! Namespaces, interned, and which prefixes are bound where.

use std::collections::HashMap;

/// The namespace of BPMN 2.0 models.
pub const BPMN: &str = "http://www.omg.org/spec/BPMN/20100524/MODEL";
/// The namespace of BPMN 2.0 diagrams.
pub const BPMNDI: &str = "http://www.omg.org/spec/BPMN/20100524/DI";
/// The namespace of bounds, points and fonts.
pub const DC: &str = "http://www.omg.org/spec/DD/20100524/DC";
/// The namespace of way points and other general parts of diagrams.
pub const DI: &str = "http://www.omg.org/spec/DD/20100524/DI";
/// Our own namespace, whose usual prefix is `qy`.
pub const OURS: &str = "urn:qingyuan:bpmn:1";
/// The namespace of `xsi:type`.
pub const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";
/// The namespace that the prefix `xml` always names.
pub const XML: &str = "http://www.w3.org/XML/1998/namespace";
const XMLNS: &str = "http://www.w3.org/2000/xmlns/";

/// A namespace within one document.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) struct NamespaceId(u32);

pub(crate) const IN_NONE: NamespaceId = NamespaceId(0);
pub(crate) const IN_BPMN: NamespaceId = NamespaceId(1);
pub(crate) const IN_BPMNDI: NamespaceId = NamespaceId(2);
pub(crate) const IN_DC: NamespaceId = NamespaceId(3);
pub(crate) const IN_DI: NamespaceId = NamespaceId(4);
pub(crate) const IN_OURS: NamespaceId = NamespaceId(5);
pub(crate) const IN_XSI: NamespaceId = NamespaceId(6);
const IN_XML: NamespaceId = NamespaceId(7);
pub(crate) const IN_XMLNS: NamespaceId = NamespaceId(8);
const KNOWN: [&str; 9] = ["", BPMN, BPMNDI, DC, DI, OURS, XSI, XML, XMLNS];

/// How many prefixes may be bound at one place. A look-up walks them all, so that this bounds its cost.
pub(crate) const MOST_BINDINGS: usize = 256;

/// How long the name of a namespace may be, in bytes: foreign references each carry it.
pub(crate) const LONGEST_NAME: usize = 512;

/// Bindings in scope at an element: the latest of them, which leads to the earlier ones. `None`: none at all.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Scope(u32);

impl Scope {
    /// No prefix but `xml` is bound.
    pub(crate) const EMPTY: Scope = Scope(u32::MAX);
}

#[derive(Clone, Debug)]
struct Binding {
    prefix: u32,
    namespace: NamespaceId,
    outer: Scope,
    count: u32,
}

/// All namespaces and bindings of one document.
#[derive(Clone, Debug)]
pub(crate) struct Namespaces {
    names: Vec<String>,
    by_name: HashMap<String, u32>,
    prefixes: HashMap<String, u32>,
    bindings: Vec<Binding>,
}

impl Namespaces {
    pub(crate) fn new() -> Self {
        let names: Vec<String> = KNOWN.iter().map(|&name| name.to_owned()).collect();
        let by_name = (0..).zip(&names).map(|(number, name)| (name.clone(), number)).collect();
        Namespaces { names, by_name, prefixes: HashMap::new(), bindings: Vec::new() }
    }

    fn intern(&mut self, name: &str) -> NamespaceId {
        if let Some(&found) = self.by_name.get(name) {
            return NamespaceId(found);
        }
        let number = self.names.len() as u32;
        self.names.push(name.to_owned());
        self.by_name.insert(name.to_owned(), number);
        NamespaceId(number)
    }

    /// Binds a prefix (empty: the default) to a namespace. `None` when there are too many already.
    pub(crate) fn bind(&mut self, outer: Scope, prefix: &str, namespace: &str) -> Option<Scope> {
        let namespace = self.intern(namespace);
        let fresh = self.prefixes.len() as u32;
        let prefix = match self.prefixes.get(prefix) {
            Some(&known) => known,
            None => *self.prefixes.entry(prefix.to_owned()).or_insert(fresh),
        };
        let count = self.bindings.get(outer.0 as usize).map_or(0, |binding| binding.count) + 1;
        if count as usize > MOST_BINDINGS {
            return None;
        }
        self.bindings.push(Binding { prefix, namespace, outer, count });
        Some(Scope(self.bindings.len() as u32 - 1))
    }

    /// The namespace that a prefix names in a scope; the default namespace may be none at all.
    pub(crate) fn resolve(&self, scope: Scope, prefix: &str) -> Option<NamespaceId> {
        match prefix {
            "xml" => return Some(IN_XML),
            "xmlns" => return Some(IN_XMLNS),
            _ => {}
        }
        let mut at = scope;
        if let Some(&wanted) = self.prefixes.get(prefix) {
            while let Some(binding) = self.bindings.get(at.0 as usize) {
                if binding.prefix == wanted {
                    let unbound = !prefix.is_empty() && binding.namespace == IN_NONE;
                    return (!unbound).then_some(binding.namespace);
                }
                at = binding.outer;
            }
        }
        prefix.is_empty().then_some(IN_NONE)
    }

    pub(crate) fn name(&self, namespace: NamespaceId) -> &str {
        self.names.get(namespace.0 as usize).map_or("", String::as_str)
    }
}
