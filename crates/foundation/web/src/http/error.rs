//! Refusals and faults on their way to a person: a designed page, or a problem in JSON (RFC 9457).

use access::Denied;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use kernel::Refused;
use kernel::refusal::Refuse;
use store::{RecordError, StoreFault};

/// A field of a form that does not fit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FieldError {
    /// The field's name.
    pub field: &'static str,
    /// Key of the text that says what is wrong and how to mend it.
    pub text: &'static str,
}

/// Why there is no ordinary answer. The door turns it into a page or into JSON.
#[derive(Clone, Debug)]
pub enum PageError {
    /// Nobody is signed in.
    SignInNeeded,
    /// The post may not.
    Denied(Denied),
    /// The officer's duties ask for a second factor, and none was shown: first it is enrolled.
    SecondFactorNeeded,
    /// There is no such thing, or none that this reader may see: not told apart.
    NotFound,
    /// The rules forbid it.
    Refused(Refused),
    /// The matter moved on while the person was reading.
    Conflict,
    /// The form did not come from a page of this session.
    Forged,
    /// The request is not of the form it should be.
    Malformed(&'static str),
    /// More than the route takes.
    TooLarge {
        /// What it takes, in bytes.
        limit: usize,
    },
    /// This address has asked too often.
    TooMany {
        /// When it may ask again.
        seconds: u32,
    },
    /// The answer was not ready in time. What was sent may have been recorded all the same.
    TooSlow,
    /// Something broke: the reference finds it in the log.
    Broken {
        /// Six characters a person can read out.
        reference: String,
    },
}

impl PageError {
    /// The status it answers with.
    pub fn status(&self) -> StatusCode {
        match self {
            PageError::SignInNeeded => StatusCode::UNAUTHORIZED,
            PageError::Denied(Denied::OutOfScope) | PageError::NotFound => StatusCode::NOT_FOUND,
            PageError::Denied(_) | PageError::Forged | PageError::SecondFactorNeeded => StatusCode::FORBIDDEN,
            PageError::Refused(_) => StatusCode::UNPROCESSABLE_ENTITY,
            PageError::Conflict => StatusCode::CONFLICT,
            PageError::Malformed(_) => StatusCode::BAD_REQUEST,
            PageError::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            PageError::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
            PageError::TooSlow => StatusCode::SERVICE_UNAVAILABLE,
            PageError::Broken { .. } => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            PageError::SignInNeeded => "door.sign_in_needed",
            PageError::Denied(Denied::OutOfScope) | PageError::NotFound => "door.not_found",
            PageError::Denied(_) => "door.no_permission",
            PageError::SecondFactorNeeded => "door.second_factor_needed",
            PageError::Refused(refused) => refused.code,
            PageError::Conflict => "record.conflict",
            PageError::Forged => "door.forged",
            PageError::Malformed(_) => "door.malformed",
            PageError::TooLarge { .. } => "door.too_large",
            PageError::TooMany { .. } => "door.too_many",
            PageError::TooSlow => "door.too_slow",
            PageError::Broken { .. } => "door.broken",
        }
    }

    /// In how many seconds asking again may help, where that is known: `Retry-After`.
    pub fn retry_after(&self) -> Option<u32> {
        match self {
            PageError::TooMany { seconds } => Some(*seconds),
            PageError::TooSlow => Some(RETRY_SLOW_S),
            _ => None,
        }
    }

    /// A rule's refusal.
    pub fn refused<R: Refuse>(refusal: R) -> PageError {
        PageError::Refused(refusal.into())
    }

    /// A fault, logged here and nowhere else.
    pub fn broken(fault: &dyn std::error::Error) -> PageError {
        let reference = reference();
        let mut chain = fault.to_string();
        let mut cause = fault.source();
        while let Some(inner) = cause {
            chain.push_str(": ");
            chain.push_str(&inner.to_string());
            cause = inner.source();
        }
        tracing::error!(reference, fault = chain, "a page broke");
        PageError::Broken { reference }
    }
}

/// When to ask again for an answer that was not ready in time: whatever held it up should be over.
const RETRY_SLOW_S: u32 = 10;

/// Six characters of an alphabet without look-alikes.
fn reference() -> String {
    const LETTERS: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    let mut bytes = [0; 6];
    // Without randomness the reference is not unique; the log still has the time.
    let _ = getrandom::fill(&mut bytes);
    bytes.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect()
}

impl From<StoreFault> for PageError {
    fn from(fault: StoreFault) -> PageError {
        PageError::broken(&fault)
    }
}

impl From<RecordError> for PageError {
    fn from(error: RecordError) -> PageError {
        match error {
            RecordError::Conflict { .. } | RecordError::Taken { .. } | RecordError::CommandReused => {
                PageError::Conflict
            }
            RecordError::Malformed(_) | RecordError::Fault(_) => PageError::broken(&error),
        }
    }
}

impl From<Denied> for PageError {
    fn from(denied: Denied) -> PageError {
        PageError::Denied(denied)
    }
}

impl IntoResponse for PageError {
    /// The bare status, with the error beside it: the door, which knows the reader's language, makes the page.
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}
