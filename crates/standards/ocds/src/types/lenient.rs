//! Reading what is meant: one trait for values, one macro for objects.

use std::borrow::Cow;
use std::str::FromStr;

use rust_decimal::Decimal;

use crate::fault::Code;
use crate::json::{Input, Step};

/// Text that borrows from the JSON wherever it holds no escape.
pub type Text<'a> = Cow<'a, str>;

/// A value that can be read from JSON. `Ok(None)`: absent, or wrong and told as a fault.
pub(crate) trait Read<'a>: Sized {
    fn read(input: &mut Input<'a>) -> Step<Option<Self>>;
}

/// An object of the standard.
pub(crate) trait Record<'a>: Default {
    /// Reads the value of the member `name`, or returns false and leaves it.
    fn member(&mut self, name: &str, input: &mut Input<'a>) -> Step<bool>;

    /// What a bare text or number in the object's place means; `None`: nothing.
    fn from_scalar(_scalar: Text<'a>) -> Option<Self> {
        None
    }

    /// What a list in the object's place means: its first object, as a rule, told as a fault where there are more.
    fn from_list(input: &mut Input<'a>) -> Step<Option<Self>> {
        let start = input.position();
        let mut records: Vec<Self> = Vec::new();
        records.fill(input)?;
        if records.len() > 1 {
            input.fault(Code::WrongType, start);
        }
        Ok(records.into_iter().next())
    }
}

/// A field that takes up what it finds.
pub(crate) trait Fill<'a> {
    fn fill(&mut self, input: &mut Input<'a>) -> Step<()>;
}

impl<'a, T: Read<'a>> Fill<'a> for Option<T> {
    fn fill(&mut self, input: &mut Input<'a>) -> Step<()> {
        if let Some(value) = T::read(input)? {
            *self = Some(value);
        }
        Ok(())
    }
}

impl<'a, T: Read<'a>> Fill<'a> for Vec<T> {
    /// Adds to what is there, so that two spellings of one list join.
    fn fill(&mut self, input: &mut Input<'a>) -> Step<()> {
        if input.peek()? == b'[' {
            return input.array(|input| self.fill(input));
        }
        self.extend(T::read(input)?);
        Ok(())
    }
}

/// Reads an object that has begun.
pub(crate) fn read_record<'a, T: Record<'a>>(input: &mut Input<'a>) -> Step<T> {
    let mut record = T::default();
    input.object(|input, name| if record.member(name, input)? { Ok(()) } else { input.skip() })?;
    Ok(record)
}

impl<'a, T: Record<'a>> Read<'a> for T {
    fn read(input: &mut Input<'a>) -> Step<Option<T>> {
        let start = input.position();
        match input.peek()? {
            b'{' => return read_record(input).map(Some),
            b'n' => return input.word("null").map(|()| None),
            b'[' => return T::from_list(input),
            b'"' | b'-' | b'0'..=b'9' => {
                let Some(text) = Text::read(input)? else {
                    return Ok(None);
                };
                let record = T::from_scalar(text);
                if record.is_none() {
                    input.fault(Code::WrongType, start);
                }
                return Ok(record);
            }
            _ => {}
        }
        input.refuse(Code::WrongType)?;
        Ok(None)
    }
}

impl<'a> Read<'a> for Text<'a> {
    /// Blank text is absent; a number is its text; an object that names an id is a reference, and its id the text.
    fn read(input: &mut Input<'a>) -> Step<Option<Text<'a>>> {
        match input.peek()? {
            b'"' => {
                let text = input.string()?;
                Ok(if text.chars().all(char::is_whitespace) { None } else { Some(text) })
            }
            b'-' | b'0'..=b'9' => Ok(Some(Cow::Borrowed(input.number()?))),
            b'n' => input.word("null").map(|()| None),
            b'{' => {
                let start = input.position();
                let id = referred_id(input)?;
                if id.is_none() {
                    input.fault(Code::WrongType, start);
                }
                Ok(id)
            }
            _ => {
                input.refuse(Code::WrongType)?;
                Ok(None)
            }
        }
    }
}

fn referred_id<'a>(input: &mut Input<'a>) -> Step<Option<Text<'a>>> {
    let mut id = None;
    input.object(|input, name| match (name, input.peek()?) {
        ("id" | "lotId", b'"' | b'-' | b'0'..=b'9') => {
            id = Text::read(input)?;
            Ok(())
        }
        _ => input.skip(),
    })?;
    Ok(id)
}

/// Reads a text or number and converts it; a failure is a fault with `code`.
pub(crate) fn read_as<'a, T>(
    input: &mut Input<'a>,
    code: Code,
    convert: impl FnOnce(Text<'a>) -> Option<T>,
) -> Step<Option<T>> {
    input.peek()?;
    let start = input.position();
    let Some(text) = Text::read(input)? else {
        return Ok(None);
    };
    let value = convert(text);
    if value.is_none() {
        input.fault(code, start);
    }
    Ok(value)
}

impl<'a> Read<'a> for Decimal {
    fn read(input: &mut Input<'a>) -> Step<Option<Decimal>> {
        read_as(input, Code::BadNumber, |text| decimal(&text))
    }
}

impl<'a> Read<'a> for u32 {
    fn read(input: &mut Input<'a>) -> Step<Option<u32>> {
        read_as(input, Code::BadNumber, |text| {
            // The conversion of the library would cut off a fraction in silence.
            let number = decimal(&text).filter(Decimal::is_integer)?;
            u32::try_from(number).ok()
        })
    }
}

impl<'a> Read<'a> for bool {
    fn read(input: &mut Input<'a>) -> Step<Option<bool>> {
        match input.peek()? {
            b't' => input.word("true").map(|()| Some(true)),
            b'f' => input.word("false").map(|()| Some(false)),
            _ => read_as(input, Code::WrongType, |text| match text.trim() {
                "true" | "True" | "1" => Some(true),
                "false" | "False" | "0" => Some(false),
                _ => None,
            }),
        }
    }
}

/// The exact decimal that a JSON number (or the text of one) writes; `None` if it is none or does not fit 96 bits.
pub(crate) fn decimal(text: &str) -> Option<Decimal> {
    let text = text.trim();
    // The parser of the library takes `1_000`, which no publisher means as a number.
    if text.contains('_') {
        return None;
    }
    if text.contains(['e', 'E']) {
        return Decimal::from_scientific(text).ok();
    }
    // Exact first; a tail beyond 28 digits is noise of a float printed in full, and is rounded.
    Decimal::from_str_exact(text).or_else(|_| Decimal::from_str(text)).ok()
}

/// Declares an object of the standard: its fields with their names in JSON (older spellings after `|`), and how it is
/// read. A macro, because a name kept apart from its field goes wrong unseen, and a derive of serde cannot keep a
/// release whose one value is bad.
macro_rules! record {
    (
        $(#[$about:meta])*
        pub struct $name:ident {
            $( $(#[$doc:meta])* $field:ident : $type:ty = $($json:literal)|+ ),* $(,)?
        }
        $( scalar: $scalar:expr; )?
        $( list: $list:expr; )?
    ) => {
        $(#[$about])*
        #[derive(Clone, PartialEq, Default, Debug)]
        pub struct $name<'a> {
            $( $(#[$doc])* pub $field: $type, )*
        }

        impl<'a> $crate::types::lenient::Record<'a> for $name<'a> {
            fn member(
                &mut self,
                name: &str,
                input: &mut $crate::json::Input<'a>,
            ) -> $crate::json::Step<bool> {
                match name {
                    $($(
                        $json => input.within($json, |input| {
                            $crate::types::lenient::Fill::fill(&mut self.$field, input)
                        })?,
                    )+)*
                    _ => return Ok(false),
                }
                Ok(true)
            }
            $(
                fn from_scalar(scalar: $crate::types::Text<'a>) -> Option<Self> {
                    #[allow(clippy::redundant_closure_call, reason = "the closure names its argument at the call")]
                    ($scalar)(scalar)
                }
            )?
            $(
                fn from_list(input: &mut $crate::json::Input<'a>) -> $crate::json::Step<Option<Self>> {
                    #[allow(clippy::redundant_closure_call, reason = "the closure names its argument at the call")]
                    ($list)(input)
                }
            )?
        }
    };
}
pub(crate) use record;
