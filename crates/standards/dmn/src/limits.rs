//! What an expression, a value, a model and an evaluation may cost. All are counts, none is a time: the same input gives
//! the same answer on every machine.

/// Bytes of one expression's text.
pub const TEXT_BYTES: usize = 64 * 1024;

/// Brackets and keywords within one another in an expression's text.
pub const NESTING: usize = 100;

/// Levels of an expression's syntax tree, chains of operators included: `1+1+1` is three.
pub const TREE_LEVELS: usize = 500;

/// Elements of one list, entries of one context, arguments of one call in an expression's text.
pub const SIBLINGS: usize = 4_000;

/// Words and signs that may belong to one name, that is between two brackets, commas, colons, quotes or comparisons.
pub const NAME_PARTS: usize = 500;

/// Bytes of a value in its canonical form.
pub const VALUE_BYTES: usize = 1024 * 1024;

/// Lists and contexts within one another in a value.
pub const VALUE_DEPTH: usize = 50;

/// Bytes of one model file.
pub const FILE_BYTES: usize = 8 * 1024 * 1024;

/// Model files read together.
pub const FILES: usize = 64;

/// Elements within one another in a model file.
pub const XML_DEPTH: usize = 100;

/// Elements, attributes and texts of one model file.
pub const XML_NODES: u32 = 500_000;

/// Units of work of one evaluation. Each pass of a loop, each call of a function and each value bound to a name costs one,
/// and one more for every 16 bytes of the largest value seen so far.
pub const WORK: u64 = 10_000_000;

/// Passes that the domains of one `for`, `some` or `every` may span, multiplied with one another.
pub const PASSES: u64 = 1_000_000;

/// Levels of syntax trees that functions calling one another may stand in at once.
pub const CALL_LEVELS: u32 = 4_000;

/// Bytes of stack for an evaluation that nests deeply; only what is touched is taken.
pub(crate) const STACK_BYTES: usize = 256 * 1024 * 1024;

/// Levels up to which an evaluation runs on the caller's stack.
pub(crate) const SHALLOW_LEVELS: usize = 60;
