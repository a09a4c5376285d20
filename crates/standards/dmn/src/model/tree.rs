//! A model as its file says it: no name is resolved and no text is parsed yet.

/// Where an element stands, for findings.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Place {
    /// Line from 1.
    pub line: u32,
    /// Column in characters from 1.
    pub column: u32,
    /// Its id, or that of the nearest element around it that has one.
    pub element: Option<String>,
}

/// One file.
#[derive(Clone, Debug)]
pub(crate) struct Model {
    pub(crate) file: String,
    pub(crate) namespace: String,
    pub(crate) name: String,
    pub(crate) imports: Vec<Import>,
    pub(crate) types: Vec<Item>,
    pub(crate) inputs: Vec<Input>,
    pub(crate) decisions: Vec<Decision>,
    pub(crate) knowledge: Vec<Knowledge>,
    pub(crate) services: Vec<Service>,
}

#[derive(Clone, Debug)]
pub(crate) struct Import {
    pub(crate) name: String,
    pub(crate) namespace: String,
    pub(crate) place: Place,
}

/// A named value with a type: `variable`, `formalParameter`, `parameter`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Variable {
    pub(crate) name: String,
    pub(crate) type_ref: Option<String>,
}

/// `itemDefinition` or `itemComponent`.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    pub(crate) name: String,
    pub(crate) is_collection: bool,
    pub(crate) type_ref: Option<String>,
    pub(crate) allowed: Option<Text>,
    pub(crate) constraint: Option<Text>,
    pub(crate) components: Vec<Item>,
    pub(crate) function: Option<(Vec<Variable>, Option<String>)>,
    pub(crate) domain: Option<String>,
}

/// FEEL text with its place.
#[derive(Clone, Debug, Default)]
pub(crate) struct Text {
    pub(crate) text: String,
    pub(crate) place: Place,
    /// Where the language is another.
    pub(crate) language: Option<String>,
}

#[derive(Clone, Debug)]
pub(crate) struct Input {
    pub(crate) id: String,
    pub(crate) variable: Variable,
    pub(crate) domain: Option<String>,
    pub(crate) place: Place,
}

/// A reference by `namespace#id`; the namespace is empty for the same file.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub(crate) struct Reference {
    pub(crate) namespace: String,
    pub(crate) id: String,
}

#[derive(Clone, Debug)]
pub(crate) struct Decision {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) variable: Variable,
    pub(crate) decisions: Vec<Reference>,
    pub(crate) inputs: Vec<Reference>,
    pub(crate) knowledge: Vec<Reference>,
    pub(crate) logic: Option<Logic>,
    pub(crate) place: Place,
}

#[derive(Clone, Debug)]
pub(crate) struct Knowledge {
    pub(crate) id: String,
    pub(crate) variable: Variable,
    pub(crate) knowledge: Vec<Reference>,
    pub(crate) function: Option<Function>,
    pub(crate) place: Place,
}

#[derive(Clone, Debug)]
pub(crate) struct Service {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) variable: Variable,
    pub(crate) outputs: Vec<Reference>,
    pub(crate) encapsulated: Vec<Reference>,
    pub(crate) given: Vec<Reference>,
    pub(crate) inputs: Vec<Reference>,
    pub(crate) place: Place,
}

#[derive(Clone, Debug)]
pub(crate) struct Function {
    pub(crate) parameters: Vec<Variable>,
    pub(crate) body: Option<Box<Logic>>,
    pub(crate) type_ref: Option<String>,
}

/// A boxed expression with the type it says.
#[derive(Clone, Debug)]
pub(crate) struct Logic {
    pub(crate) kind: Kind,
    pub(crate) type_ref: Option<String>,
    pub(crate) place: Place,
}

#[derive(Clone, Debug)]
pub(crate) enum Kind {
    Literal(Text),
    Table(Box<Table>),
    Context(Vec<(Option<Variable>, Option<Logic>)>),
    List(Vec<Logic>),
    Relation {
        columns: Vec<String>,
        rows: Vec<Vec<Logic>>,
    },
    Invocation {
        called: Box<Logic>,
        bindings: Vec<(Variable, Option<Logic>)>,
    },
    Function(Function),
    Conditional {
        condition: Box<Logic>,
        then: Box<Logic>,
        otherwise: Box<Logic>,
    },
    Filter {
        list: Box<Logic>,
        condition: Box<Logic>,
    },
    For {
        variable: String,
        domain: Box<Logic>,
        body: Box<Logic>,
    },
    Some {
        variable: String,
        domain: Box<Logic>,
        body: Box<Logic>,
    },
    Every {
        variable: String,
        domain: Box<Logic>,
        body: Box<Logic>,
    },
    /// An element that should hold an expression and holds none.
    Empty,
}

/// The hit policies (DMN 1.5, 8.2.8), collect with its aggregation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum HitPolicy {
    /// U: at most one rule matches.
    Unique,
    /// A: all that match say the same.
    Any,
    /// P: of those that match the one whose output comes first in the list of output values.
    Priority,
    /// F: the first that matches.
    First,
    /// R: all that match, in order of rules.
    RuleOrder,
    /// O: all that match, in order of output values.
    OutputOrder,
    /// C: all that match.
    Collect,
    /// C+: their sum.
    Sum,
    /// C<: the least.
    Min,
    /// C>: the greatest.
    Max,
    /// C#: how many.
    Count,
}

/// A decision table.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    pub(crate) id: Option<String>,
    pub(crate) policy: Option<HitPolicy>,
    pub(crate) inputs: Vec<Clause>,
    pub(crate) outputs: Vec<Output>,
    pub(crate) rules: Vec<TableRule>,
    pub(crate) place: Place,
}

#[derive(Clone, Debug)]
pub(crate) struct Clause {
    pub(crate) label: Option<String>,
    pub(crate) expression: Text,
    pub(crate) type_ref: Option<String>,
    pub(crate) allowed: Option<Text>,
    pub(crate) domain: Option<String>,
}

#[derive(Clone, Debug)]
pub(crate) struct Output {
    pub(crate) name: Option<String>,
    pub(crate) type_ref: Option<String>,
    pub(crate) allowed: Option<Text>,
    pub(crate) default: Option<Text>,
}

#[derive(Clone, Debug)]
pub(crate) struct TableRule {
    pub(crate) id: Option<String>,
    pub(crate) inputs: Vec<Text>,
    pub(crate) outputs: Vec<Text>,
}
