//! The categories of administrative powers 权力类别, by which inventories, processes and what is disclosed are told apart.

use serde::{Deserialize, Serialize};

use crate::locale::Text;

/// A category: nine and one. Source: 中办发〔2015〕21号. 非行政许可审批 is none any more (国发〔2015〕27号).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// 行政许可.
    Licensing,
    /// 行政处罚.
    Penalty,
    /// 行政强制.
    Compulsion,
    /// 行政征收.
    Levy,
    /// 行政给付.
    Benefit,
    /// 行政检查.
    Inspection,
    /// 行政确认.
    Confirmation,
    /// 行政奖励.
    Award,
    /// 行政裁决.
    Adjudication,
    /// 其他类别, filing 备案 among them.
    Other,
}

impl Category {
    /// All, in the order of the inventory.
    pub const ALL: [Category; 10] = [
        Category::Licensing,
        Category::Penalty,
        Category::Compulsion,
        Category::Levy,
        Category::Benefit,
        Category::Inspection,
        Category::Confirmation,
        Category::Award,
        Category::Adjudication,
        Category::Other,
    ];

    /// The stable word, stored and translated.
    pub fn code(self) -> &'static str {
        self.said().0
    }

    /// From its word, or from its name in Chinese as tables have it.
    pub fn parse(text: &str) -> Option<Category> {
        let text = text.trim();
        Category::ALL.into_iter().find(|category| category.code() == text || category.said().1 == text)
    }

    /// What people call it.
    pub fn name(self) -> Text {
        let (_, zh, en) = self.said();
        Text::new(zh, en)
    }

    /// Whether somebody asks for it: else the organ acts of itself. Source: 国发〔2022〕5号, items handled on application.
    pub fn is_applied_for(self) -> bool {
        match self {
            Category::Licensing
            | Category::Benefit
            | Category::Confirmation
            | Category::Award
            | Category::Adjudication
            | Category::Other => true,
            Category::Penalty | Category::Compulsion | Category::Levy | Category::Inspection => false,
        }
    }

    fn said(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Category::Licensing => ("licensing", "行政许可", "Licensing"),
            Category::Penalty => ("penalty", "行政处罚", "Penalty"),
            Category::Compulsion => ("compulsion", "行政强制", "Compulsion"),
            Category::Levy => ("levy", "行政征收", "Levy"),
            Category::Benefit => ("benefit", "行政给付", "Benefit"),
            Category::Inspection => ("inspection", "行政检查", "Inspection"),
            Category::Confirmation => ("confirmation", "行政确认", "Confirmation"),
            Category::Award => ("award", "行政奖励", "Award"),
            Category::Adjudication => ("adjudication", "行政裁决", "Adjudication"),
            Category::Other => ("other", "其他类别", "Other"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn categories_are_read_as_they_are_written_and_as_tables_have_them() {
        for category in Category::ALL {
            assert_eq!(Category::parse(category.code()), Some(category));
            assert_eq!(Category::parse(&format!(" {} ", category.name().zh)), Some(category));
            assert_eq!(serde_json::to_value(category).unwrap(), category.code());
        }
        assert_eq!(Category::parse("行政审批"), None);
    }
}
