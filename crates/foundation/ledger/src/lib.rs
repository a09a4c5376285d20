//! Acts, commitments, leaves, trees, checkpoints, proofs and their verification. Pure: no I/O; time and
//! randomness come in as parameters.
//!
//! The bytes made here are the contract of the ledger (账本): they are fixed by the golden vectors under
//! `vectors/`, which a second, independent implementation in Python makes as well. Read in this order:
//!
//! - [`value`], [`path`], [`body`]: what an act says, as canonical CBOR (RFC 8949 §4.2.1) fields;
//! - [`act`]: an act (行为) and the twenty places of its header;
//! - [`sheet`]: one format for a tree of fields as stored, opened, erased and sent;
//! - [`envelope`]: a body under the key of its matter;
//! - [`commit`]: salts, field hashes, the three roots, the entry and its leaf;
//! - [`tree`]: the log itself (RFC 6962), its frontier, tiles and proofs (RFC 9162);
//! - [`note`], [`checkpoint`], [`receipt`]: what is signed, published and handed out (C2SP);
//! - [`policy`], [`witness`]: whom a verifier trusts, and how witnesses cosign (C2SP);
//! - [`verify`]: finds the first row that was tampered with, and how.
//!
//! What the contract's page leaves open is decided here, once, and held by the vectors: the header's field at
//! place *n* has the path `[n]`; ids are sixteen bytes, `at` is an integer, an empty list in the header is null;
//! blanks are numbered from 0; a decimal's exponent is an i8; values nest 16 deep; a stored frontier is its size
//! (u64, big-endian) and its peaks from the largest on; leaves of body and routes that are known must ascend.

pub mod act;
pub mod body;
mod cbor;
pub mod checkpoint;
pub mod commit;
pub mod day;
pub mod decimal;
pub mod envelope;
pub mod hash;
pub mod header;
pub mod import;
pub mod note;
pub mod path;
pub mod policy;
pub mod receipt;
pub mod sheet;
pub mod tree;
pub mod value;
pub mod verify;
pub mod witness;

pub use act::{Act, ActError, Actor, Class, Level, Personal};
pub use body::{Body, BodyError};
pub use checkpoint::{Checkpoint, Keys, LogKey};
pub use commit::{Committed, Prepared, Route, Routed, Seeds, prepare};
pub use day::Day;
pub use decimal::Decimal;
pub use envelope::{PlainBody, SealedBody, Whose};
pub use hash::{Hash, Tag};
pub use note::{Signer, Vkey};
pub use path::{Path, Place, Step};
pub use policy::{Policy, Quorum};
pub use receipt::{Proved, Receipt, verify_receipt};
pub use sheet::{Item, Sheet, SheetError, Sheets};
pub use tree::Frontier;
pub use value::{Value, ValueError};
pub use verify::{Finding, NodeLog, StoredRow, Tampering, Verified, Verifier, verify_log};
