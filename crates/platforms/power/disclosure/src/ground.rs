//! Grounds of the law: for which something is not disclosed, and for which what was disclosed is withdrawn.

use kernel::Text;
use serde::{Deserialize, Serialize};

/// Why something is not disclosed 不予公开. Source: 政府信息公开条例 arts. 14–16; rule GI-08.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ground {
    /// 国家秘密: a state secret; absolute.
    StateSecret,
    /// 法律、行政法规禁止公开: a law forbids it; absolute.
    Forbidden,
    /// 可能危及国家安全、公共安全、经济安全、社会稳定: it may endanger security or stability; absolute.
    Security,
    /// 商业秘密: a trade secret; unless its owner consents or the public interest asks for it.
    TradeSecret,
    /// 个人隐私: somebody's private life; likewise.
    Privacy,
    /// 内部事务信息: affairs of the organ's own.
    Internal,
    /// 过程性信息: records of a decision being made.
    Process,
    /// 行政执法案卷信息: files of enforcement.
    CaseFile,
}

impl Ground {
    /// All, in the order of the law.
    pub const ALL: [Ground; 8] = [
        Ground::StateSecret,
        Ground::Forbidden,
        Ground::Security,
        Ground::TradeSecret,
        Ground::Privacy,
        Ground::Internal,
        Ground::Process,
        Ground::CaseFile,
    ];

    /// The stable word, stored and translated.
    pub fn code(self) -> &'static str {
        match self {
            Ground::StateSecret => "state_secret",
            Ground::Forbidden => "forbidden",
            Ground::Security => "security",
            Ground::TradeSecret => "trade_secret",
            Ground::Privacy => "privacy",
            Ground::Internal => "internal",
            Ground::Process => "process",
            Ground::CaseFile => "case_file",
        }
    }

    /// From its word.
    pub fn parse(code: &str) -> Option<Ground> {
        Ground::ALL.into_iter().find(|ground| ground.code() == code)
    }

    /// Its place in the law.
    pub fn basis(self) -> Text {
        let article = match self {
            Ground::StateSecret | Ground::Forbidden | Ground::Security => 14,
            Ground::TradeSecret | Ground::Privacy => 15,
            Ground::Internal | Ground::Process | Ground::CaseFile => 16,
        };
        Text::new(format!("政府信息公开条例第{article}条"), format!("Disclosure Regulation, art. {article}"))
    }
}

/// Why what was published is withdrawn 撤回.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Because {
    /// The decision that it tells of was changed, revoked or found unlawful: within three working days
    /// (行政处罚法 arts. 48 and 85; AP-17).
    Changed,
    /// It must not be public (政府信息公开条例 arts. 14 and 15).
    Unlawful,
    /// It was published by mistake.
    Mistake,
    /// Anything else, which the reason says.
    Other,
}

impl Because {
    /// All, in the order in which a form offers them.
    pub const ALL: [Because; 4] = [Because::Changed, Because::Unlawful, Because::Mistake, Because::Other];

    /// The stable word, stored and translated.
    pub fn code(self) -> &'static str {
        match self {
            Because::Changed => "changed",
            Because::Unlawful => "unlawful",
            Because::Mistake => "mistake",
            Because::Other => "other",
        }
    }

    /// From its word.
    pub fn parse(code: &str) -> Option<Because> {
        Because::ALL.into_iter().find(|because| because.code() == code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn grounds_have_their_words() {
        for ground in Ground::ALL {
            assert_eq!(Ground::parse(ground.code()), Some(ground));
            assert_eq!(serde_json::to_value(ground).unwrap(), ground.code());
        }
        for because in Because::ALL {
            assert_eq!(Because::parse(because.code()), Some(because));
            assert_eq!(serde_json::to_value(because).unwrap(), because.code());
        }
        assert_eq!((Ground::parse("x"), Because::parse("")), (None, None));
    }
}
