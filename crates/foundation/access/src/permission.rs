//! Permissions as types: a handler that asks for `May<CloseMatters>` cannot run without it, nor compile without naming it.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use kernel::{Class, Day, DivisionCode, NodeId, OfficerId, OrganId, Param, PostId, Refuse, Text};

use crate::reader::Reader;
use crate::scope::{Scope, Subject};

/// A permission, declared as a type without values:
///
/// ```
/// /// Record verdicts 作出核查结论.
/// pub struct RecordVerdicts;
/// impl access::Permission for RecordVerdicts {
///     const CODE: &'static str = "warning.verdict";
/// }
/// ```
pub trait Permission: 'static {
    /// The action of `packs/cn/policies/schema.cedarschema` that it is. Never changes.
    const CODE: &'static str;
}

/// Proof that an officer, under a post, holds permission `P`; the only way to an officer.
///
/// Made only by [`Authority::may`](crate::Authority::may).
pub struct May<P> {
    reader: Arc<Reader>,
    scope: Arc<Scope>,
    permission: PhantomData<fn() -> P>,
}

impl<P: Permission> May<P> {
    pub(crate) fn new(reader: Arc<Reader>, scope: Arc<Scope>) -> May<P> {
        May { reader, scope, permission: PhantomData }
    }

    /// The permission's code.
    pub fn code(&self) -> &'static str {
        P::CODE
    }
}

impl<P> May<P> {
    /// Who.
    pub fn officer(&self) -> OfficerId {
        self.reader.officer()
    }

    /// Under which post.
    pub fn post(&self) -> PostId {
        self.reader.post()
    }

    /// The post's organ.
    pub fn organ(&self) -> OrganId {
        self.reader.organ()
    }

    /// The division that organ serves.
    pub fn division(&self) -> DivisionCode {
        self.reader.division()
    }

    /// For whom, if not in a post of the officer's own.
    pub fn on_behalf_of(&self) -> Option<OfficerId> {
        self.reader.on_behalf_of()
    }

    /// The node.
    pub fn node(&self) -> NodeId {
        self.reader.node()
    }

    /// The highest class that may be read.
    pub fn ceiling(&self) -> Class {
        self.scope.ceiling()
    }

    /// Which records the permission reaches; every query takes it.
    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    /// All that is known of the reader, to ask for another permission.
    pub fn reader(&self) -> &Arc<Reader> {
        &self.reader
    }

    /// Refuses a record outside the scope: for records loaded by id, before anything is said about them.
    pub fn reaches(&self, subject: &Subject) -> Result<(), Denied> {
        if self.scope.covers(subject) { Ok(()) } else { Err(Denied::OutOfScope) }
    }
}

impl<P> Clone for May<P> {
    fn clone(&self) -> May<P> {
        May { reader: self.reader.clone(), scope: self.scope.clone(), permission: PhantomData }
    }
}

impl<P: Permission> fmt::Debug for May<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "May<{}>({:?} as {:?})", P::CODE, self.officer(), self.post())
    }
}

/// A duty is missing.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct MissingDuty {
    /// What was asked for.
    pub permission: Text,
    /// The duties that allow it, joined.
    pub duties: Text,
    /// Who grants them.
    pub granted_by: Text,
}

/// A rule forbids.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Forbidding {
    /// What was asked for.
    pub permission: Text,
    /// The rule's reason.
    pub reason: Text,
    /// The rule's id in the policy files.
    pub rule: String,
}

/// Why somebody may not. Says what is missing and who grants it; never what lies behind the door.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Denied {
    /// The post has none of the duties that allow it.
    #[error("to {}, one of these duties is needed: {}; granted by {}", .0.permission.en, .0.duties.en, .0.granted_by.en)]
    NoDuty(Arc<MissingDuty>),
    /// The post's duty allows it, and a rule forbids it all the same.
    #[error("{}: {}", .0.permission.en, .0.reason.en)]
    Forbidden(Arc<Forbidding>),
    /// The record lies outside what the permission reaches; the same answer whether it exists or not.
    #[error("that is outside what this post may see")]
    OutOfScope,
    /// The officer does not hold the post on that day, or it does not exist.
    #[error("the post is not held on {day}")]
    NotServing {
        /// The day.
        day: Day,
    },
    /// No policy knows the permission: a slip in the program, answered with no.
    #[error("no such permission: {code}")]
    UnknownPermission {
        /// The code asked for.
        code: String,
    },
    /// The policies could not be evaluated, or facts are missing: answered with no.
    #[error("the permission could not be decided")]
    Fault,
}

impl Refuse for Denied {
    fn code(&self) -> &'static str {
        match self {
            Denied::NoDuty(_) => "access.no_duty",
            Denied::Forbidden(_) => "access.forbidden",
            Denied::OutOfScope => "access.out_of_scope",
            Denied::NotServing { .. } => "access.not_serving",
            Denied::UnknownPermission { .. } => "access.unknown_permission",
            Denied::Fault => "access.fault",
        }
    }

    fn params(&self) -> Vec<(&'static str, Param)> {
        match self {
            Denied::NoDuty(missing) => vec![
                ("permission", missing.permission.clone().into()),
                ("duties", missing.duties.clone().into()),
                ("granted_by", missing.granted_by.clone().into()),
            ],
            Denied::Forbidden(forbidding) => vec![
                ("permission", forbidding.permission.clone().into()),
                ("reason", forbidding.reason.clone().into()),
                ("rule", forbidding.rule.as_str().into()),
            ],
            Denied::NotServing { day } => vec![("day", (*day).into())],
            Denied::UnknownPermission { code } => vec![("code", code.as_str().into())],
            Denied::OutOfScope | Denied::Fault => Vec::new(),
        }
    }
}

/// Declares permissions: a type for each, with its documentation and the code that the policies know it by.
///
/// ```
/// access::permissions! {
///     /// Read the pond 查看池塘.
///     ReadPond = "pond.read";
/// }
/// assert_eq!(<ReadPond as access::Permission>::CODE, "pond.read");
/// ```
#[macro_export]
macro_rules! permissions {
    ($($(#[$about:meta])+ $name:ident = $code:literal;)+) => { $(
        $(#[$about])+
        pub struct $name;
        impl $crate::Permission for $name {
            const CODE: &'static str = $code;
        }
    )+ };
}
