//! What can be wrong with data that others published, and what would mend it.

use std::fmt;

/// The language of a sentence for people.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Language {
    /// Simplified Chinese (zh-CN).
    Chinese,
    /// English (en).
    English,
}

/// How much a fault costs.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Severity {
    /// The value is set aside; the release is loaded without it.
    Value,
    /// The release (or what stood in its place) is held back.
    Quarantine,
}

impl Severity {
    /// The stable word: `value` or `quarantine`.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Value => "value",
            Severity::Quarantine => "quarantine",
        }
    }
}

/// Every kind of fault. The words of [`Code::as_str`] never change: pages, exports and statistics rely on them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Code {
    /// The text ends inside a value.
    Truncated,
    /// Not JSON at this place.
    NotJson,
    /// Bytes that are not UTF-8.
    InvalidUtf8,
    /// One element is larger than the limit.
    TooLong,
    /// Nested deeper than the limit.
    TooDeep,
    /// A gzip stream that unpacks to far more than an honest file would.
    Bomb,
    /// A compressed stream that cannot be unpacked.
    BadGzip,
    /// The source could not be read further.
    Unreadable,
    /// JSON, but neither a release, a record nor a package of them.
    NotOcds,
    /// A value of another JSON type than the standard asks for.
    WrongType,
    /// Not a date or date-time of ISO 8601.
    BadDate,
    /// Not a number that a decimal can hold exactly.
    BadNumber,
    /// An amount below zero where none can be.
    NegativeAmount,
    /// A currency that ISO 4217 does not list.
    UnknownCurrency,
    /// Something that has happened is dated after the day the data was read.
    FutureDate,
    /// Two elements of one array share an id.
    DuplicateId,
    /// A release without `ocid`: nobody can say which process it belongs to.
    MissingOcid,
    /// A release without `date`, where releases of one process have to be put in order.
    MissingDate,
    /// Two releases of one process share a date and disagree.
    ConflictingRelease,
    /// A record links to its releases instead of holding them.
    LinkedRelease,
}

impl Code {
    /// Every code, in the order of declaration.
    pub const ALL: [Code; 20] = [
        Code::Truncated,
        Code::NotJson,
        Code::InvalidUtf8,
        Code::TooLong,
        Code::TooDeep,
        Code::Bomb,
        Code::BadGzip,
        Code::Unreadable,
        Code::NotOcds,
        Code::WrongType,
        Code::BadDate,
        Code::BadNumber,
        Code::NegativeAmount,
        Code::UnknownCurrency,
        Code::FutureDate,
        Code::DuplicateId,
        Code::MissingOcid,
        Code::MissingDate,
        Code::ConflictingRelease,
        Code::LinkedRelease,
    ];

    /// The stable word, e.g. `wrong_type`.
    pub fn as_str(self) -> &'static str {
        match self {
            Code::Truncated => "truncated",
            Code::NotJson => "not_json",
            Code::InvalidUtf8 => "invalid_utf8",
            Code::TooLong => "too_long",
            Code::TooDeep => "too_deep",
            Code::Bomb => "bomb",
            Code::BadGzip => "bad_gzip",
            Code::Unreadable => "unreadable",
            Code::NotOcds => "not_ocds",
            Code::WrongType => "wrong_type",
            Code::BadDate => "bad_date",
            Code::BadNumber => "bad_number",
            Code::NegativeAmount => "negative_amount",
            Code::UnknownCurrency => "unknown_currency",
            Code::FutureDate => "future_date",
            Code::DuplicateId => "duplicate_id",
            Code::MissingOcid => "missing_ocid",
            Code::MissingDate => "missing_date",
            Code::ConflictingRelease => "conflicting_release",
            Code::LinkedRelease => "linked_release",
        }
    }

    /// The code of a stored word; `None` if no code has it.
    pub fn from_word(word: &str) -> Option<Code> {
        Code::ALL.into_iter().find(|code| code.as_str() == word)
    }

    /// Whether the fault costs a value or the release.
    pub fn severity(self) -> Severity {
        match self {
            Code::WrongType
            | Code::BadDate
            | Code::BadNumber
            | Code::NegativeAmount
            | Code::UnknownCurrency
            | Code::FutureDate
            | Code::DuplicateId
            | Code::MissingDate
            | Code::ConflictingRelease => Severity::Value,
            Code::Truncated
            | Code::NotJson
            | Code::InvalidUtf8
            | Code::TooLong
            | Code::TooDeep
            | Code::Bomb
            | Code::BadGzip
            | Code::Unreadable
            | Code::NotOcds
            | Code::MissingOcid
            | Code::LinkedRelease => Severity::Quarantine,
        }
    }

    /// What is wrong and what would mend it, in one or two sentences.
    pub fn sentence(self, language: Language) -> &'static str {
        match language {
            Language::Chinese => self.chinese(),
            Language::English => self.english(),
        }
    }

    fn english(self) -> &'static str {
        match self {
            Code::Truncated => "The text ends in the middle of a value. Fetch the file again and compare its size.",
            Code::NotJson => "This is not JSON. Correct the text at this place or export it again.",
            Code::InvalidUtf8 => "These bytes are not UTF-8. Export the file with the encoding UTF-8.",
            Code::TooLong => {
                "One element is larger than the limit. Publish one process per release, or raise the limit."
            }
            Code::TooDeep => "The values are nested deeper than the limit. Flatten the structure.",
            Code::Bomb => {
                "The compressed file unpacks to far more than an honest one would. Unpack it and check it before import."
            }
            Code::BadGzip => "The compressed file cannot be unpacked. Compress it again with gzip.",
            Code::Unreadable => "The source could not be read further. Check the disk or the connection and resume.",
            Code::NotOcds => {
                "This is JSON, but neither a release, a record nor a package of them. Check that the right file was chosen."
            }
            Code::WrongType => {
                "The value has another type than the standard asks for. Publish it as the release schema says."
            }
            Code::BadDate => "This is not a date. Write it as 2026-01-31 or 2026-01-31T09:30:00+08:00.",
            Code::BadNumber => {
                "This is not a number that can be kept exactly. Write digits with a point, no separators."
            }
            Code::NegativeAmount => "The amount is below zero. Publish the amount itself, and changes as amendments.",
            Code::UnknownCurrency => {
                "ISO 4217 does not list this currency. Use its three-letter code, for example CNY."
            }
            Code::FutureDate => "Something that has happened is dated in the future. Correct the date or its year.",
            Code::DuplicateId => "Two elements of one list have the same id. Give each its own id, or publish it once.",
            Code::MissingOcid => "The release has no ocid, so its process is unknown. Add the ocid.",
            Code::MissingDate => {
                "The release has no date, so it is taken as the earliest of its process. Add the date of publication."
            }
            Code::ConflictingRelease => {
                "Two releases of the same process and date disagree; the later by id is kept. Publish it with its own date."
            }
            Code::LinkedRelease => {
                "The record only links to its releases, and nothing is fetched. Import the releases or a compiled release."
            }
        }
    }

    fn chinese(self) -> &'static str {
        match self {
            Code::Truncated => "文本在一个值的中间结束。请重新获取文件并核对大小。",
            Code::NotJson => "此处不是 JSON。请改正此处文本或重新导出。",
            Code::InvalidUtf8 => "这些字节不是 UTF-8。请以 UTF-8 编码重新导出。",
            Code::TooLong => "单个元素超过大小上限。请每个过程单独发布，或调高上限。",
            Code::TooDeep => "嵌套层数超过上限。请简化结构。",
            Code::Bomb => "压缩文件解开后远大于正常文件。请先解压并核查后再导入。",
            Code::BadGzip => "压缩文件无法解开。请用 gzip 重新压缩。",
            Code::Unreadable => "来源无法继续读取。请检查磁盘或连接后继续导入。",
            Code::NotOcds => "这是 JSON，但不是发布、记录或其数据包。请核对所选文件。",
            Code::WrongType => "值的类型与标准不符。请按发布架构的要求发布。",
            Code::BadDate => "这不是日期。请写成 2026-01-31 或 2026-01-31T09:30:00+08:00。",
            Code::BadNumber => "这不是能够精确保存的数字。请只写数字和小数点，不加分隔符。",
            Code::NegativeAmount => "金额小于零。请发布金额本身，变动请作为变更发布。",
            Code::UnknownCurrency => "ISO 4217 没有这个币种。请使用三位字母代码，例如 CNY。",
            Code::FutureDate => "已发生的事项却注明未来日期。请更正日期或年份。",
            Code::DuplicateId => "同一列表中两个元素的编号相同。请各用其号，或只发布一次。",
            Code::MissingOcid => "发布没有 ocid，无法知道属于哪个过程。请补上 ocid。",
            Code::MissingDate => "发布没有日期，按该过程最早的一次处理。请补上发布日期。",
            Code::ConflictingRelease => {
                "同一过程、同一时间的两次发布互相矛盾，以编号较后者为准。请为较晚的一次注明其日期。"
            }
            Code::LinkedRelease => "记录只有指向发布的链接，系统不会去获取。请导入这些发布或汇编发布。",
        }
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The most characters of an offending value that a fault keeps.
pub const VALUE_CHARS: usize = 200;

/// One thing wrong, with its place. `line` counts from 1 and `byte` from 0; both are within the text that was parsed
/// until a reader moves them to the place in its file ([`Fault::moved`]).
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{code} at line {line}, byte {byte}, {path}: {}", code.sentence(Language::English))]
pub struct Fault {
    /// What is wrong.
    pub code: Code,
    /// JSON Pointer (RFC 6901) to the value; empty for the whole element.
    pub path: String,
    /// The offending value as text, at most [`VALUE_CHARS`] characters.
    pub value: String,
    /// Line, from 1.
    pub line: u64,
    /// Byte offset, from 0.
    pub byte: u64,
}

impl Fault {
    /// A fault about the element as a whole; bytes that are not UTF-8 are shown as U+FFFD.
    pub fn new(code: Code, path: impl Into<String>, value: &[u8]) -> Fault {
        Fault { code, path: path.into(), value: excerpt(value), line: 1, byte: 0 }
    }

    /// Whether it costs a value or the release.
    pub fn severity(&self) -> Severity {
        self.code.severity()
    }

    /// The sentence for people; see [`Code::sentence`].
    pub fn sentence(&self, language: Language) -> &'static str {
        self.code.sentence(language)
    }

    /// The same fault, its place counted from the start of the file that held the element: `line` is the line and
    /// `byte` the offset at which the element begins, `prefix` the pointer to the element.
    pub fn moved(mut self, line: u64, byte: u64, prefix: &str) -> Fault {
        self.line = self.line.saturating_add(line.saturating_sub(1));
        self.byte = self.byte.saturating_add(byte);
        self.path.insert_str(0, prefix);
        self
    }
}

/// The first [`VALUE_CHARS`] characters, lossily decoded.
pub(crate) fn excerpt(bytes: &[u8]) -> String {
    // A character is at most four bytes, so more of the input cannot matter.
    let head = &bytes[..bytes.len().min(VALUE_CHARS * 4)];
    String::from_utf8_lossy(head).chars().take(VALUE_CHARS).collect()
}
