//! What an application is about, who makes it, and how it is rated.

use kernel::limit::Budget;
use kernel::{MatterId, OrganId, Text};
use serde::{Deserialize, Serialize};
use tell::Answer;

/// Something that may be applied for: an item of the inventory as it is in force.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Offer {
    /// The item.
    pub item: MatterId,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: Text,
    /// The organ that does it.
    pub organ: OrganId,
    /// The process that its cases follow.
    pub process: String,
    /// How long the organ promises to take.
    pub promised: Option<Budget>,
    /// Materials that may follow after acceptance or be committed to, by name: 容缺受理, 告知承诺.
    pub may_follow: Vec<Text>,
    /// Where it is described.
    pub page: String,
}

/// What may be applied for: another platform's inventory. The binary wires it.
pub trait Offers: Send + Sync {
    /// What an item of this code offers online today; nothing where there is none.
    fn offer<'a>(&'a self, code: &'a str) -> Answer<'a, Option<Offer>>;
}

/// Who applies.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Applicant {
    /// The name of a person or an organisation.
    pub name: String,
    /// Where to reach them: a telephone number or an address of mail.
    pub contact: String,
}

/// The five grades of a rating 好差评, best first. Source: 国办发〔2019〕51号.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    /// 非常满意.
    VeryGood,
    /// 满意.
    Good,
    /// 基本满意.
    Fair,
    /// 不满意.
    Bad,
    /// 非常不满意.
    VeryBad,
}

impl Grade {
    /// All, best first.
    pub const ALL: [Grade; 5] = [Grade::VeryGood, Grade::Good, Grade::Fair, Grade::Bad, Grade::VeryBad];

    /// The stable word, stored in acts and translated.
    pub fn code(self) -> &'static str {
        match self {
            Grade::VeryGood => "very_good",
            Grade::Good => "good",
            Grade::Fair => "fair",
            Grade::Bad => "bad",
            Grade::VeryBad => "very_bad",
        }
    }

    /// From its word.
    pub fn parse(code: &str) -> Option<Grade> {
        Grade::ALL.into_iter().find(|grade| grade.code() == code)
    }

    /// Five for the best, one for the worst: as rows hold it.
    pub fn points(self) -> i64 {
        match self {
            Grade::VeryGood => 5,
            Grade::Good => 4,
            Grade::Fair => 3,
            Grade::Bad => 2,
            Grade::VeryBad => 1,
        }
    }

    /// From its points.
    pub fn of_points(points: i64) -> Option<Grade> {
        Grade::ALL.into_iter().find(|grade| grade.points() == points)
    }

    /// Whether it is a bad rating 差评: the two worst.
    pub fn is_bad(self) -> bool {
        matches!(self, Grade::Bad | Grade::VeryBad)
    }
}

/// Reasons of a rating; which are offered depends on whether it is bad.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// 办理及时 / 办理太慢.
    Time,
    /// 一次告知清楚 / 没有一次告知.
    Notice,
    /// 材料合理 / 要求额外材料.
    Materials,
    /// 态度好 / 态度差.
    Manner,
    /// 网上好用 / 网上不好用.
    Online,
    /// 收费清楚 / 收费不明.
    Fee,
}

impl Reason {
    /// All.
    pub const ALL: [Reason; 6] =
        [Reason::Time, Reason::Notice, Reason::Materials, Reason::Manner, Reason::Online, Reason::Fee];

    /// The stable word, stored and translated.
    pub fn code(self) -> &'static str {
        match self {
            Reason::Time => "time",
            Reason::Notice => "notice",
            Reason::Materials => "materials",
            Reason::Manner => "manner",
            Reason::Online => "online",
            Reason::Fee => "fee",
        }
    }

    /// From its word.
    pub fn parse(code: &str) -> Option<Reason> {
        Reason::ALL.into_iter().find(|reason| reason.code() == code)
    }
}
