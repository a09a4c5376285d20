//! What `--help` prints, in both languages.

/// A command of ours.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Topic {
    /// All of them.
    All,
    /// `init`
    Init,
    /// `coverage`
    Coverage,
    /// `prepare`
    Prepare,
    /// `indicators`
    Indicators,
}

impl Topic {
    /// How it is called.
    pub fn usage(self) -> &'static str {
        match self {
            Self::All => "Usage: ocdscardinal [OPTIONS] <COMMAND>",
            Self::Init => "Usage: ocdscardinal init [OPTIONS] <FILE>",
            Self::Coverage => "Usage: ocdscardinal coverage [OPTIONS] <FILE>",
            Self::Prepare => "Usage: ocdscardinal prepare [OPTIONS] --output <OUTPUT> --errors <ERRORS> <FILE>",
            Self::Indicators => "Usage: ocdscardinal indicators [OPTIONS] <FILE>",
        }
    }

    /// The whole page.
    pub fn page(self) -> String {
        format!("{}\n\n{}\n\n{}", self.about(), self.usage(), self.options())
    }

    fn about(self) -> &'static str {
        match self {
            Self::All => {
                "Red flags and data quality of compiled OCDS releases, one a line, as ocdscardinal 0.0.8 finds them\n\
                 以 ocdscardinal 0.0.8 的口径，对逐行的 OCDS 汇编发布检查数据质量、计算红旗指标"
            }
            Self::Init => "Write a settings file with every setting explained\n写出带说明的设置文件",
            Self::Coverage => {
                "Count how often each field is not empty: null, \"\", [], {} and what holds only these are empty\n\
                 统计各字段的非空次数；null、\"\"、[]、{} 及只含这些的值为空\n\n\
                 Paths: \"\" a line, .../ the inside of an object, ...[] an element, else a member\n\
                 路径:\"\" 为一行,.../ 为对象,...[] 为数组元素，其余为成员"
            }
            Self::Prepare => {
                "Correct releases for the indicators, and list what could not be corrected\n\
                 为计算指标修正数据，并列出未能修正的问题\n\n\
                 Columns of the list: line, ocid, path, array indexes, incorrect value, error description\n\
                 问题清单各列：行号、ocid、路径、数组下标、错误值、说明"
            }
            Self::Indicators => {
                "Compute the indicators that the settings switch on\n计算设置中开启的指标\n\n\
                 The result is one line of JSON: group (OCID, Tenderer, Buyer, ProcuringEntity), id, code, value\n\
                 结果为一行 JSON:分组、编号、指标代码、数值"
            }
        }
    }

    fn options(self) -> &'static str {
        match self {
            Self::All => {
                "Commands:\n  \
                   init        Write a settings file 写出设置文件\n  \
                   coverage    Count fields that are not empty 统计非空字段\n  \
                   prepare     Correct releases 修正数据\n  \
                   indicators  Compute indicators 计算指标\n  \
                   help        Explain a command 说明命令\n\n\
                 Options:\n  \
                   -v, --verbose...  Tell more 输出更多信息\n  \
                   -h, --help        Explain 说明\n  \
                   -V, --version     Version 版本\n"
            }
            Self::Init => {
                "Arguments:\n  \
                   <FILE>  Where to write, or - for standard output 写到何处,- 为标准输出\n\n\
                 Options:\n  \
                   -f, --force       Overwrite an existing file 覆盖已有文件\n  \
                   -v, --verbose...  Tell more 输出更多信息\n  \
                   -h, --help        Explain 说明\n"
            }
            Self::Coverage => {
                "Arguments:\n  \
                   <FILE>  JSON, one value a line, or - for standard input 逐行 JSON,- 为标准输入\n\n\
                 Options:\n  \
                   -v, --verbose...  Tell more 输出更多信息\n  \
                   -h, --help        Explain 说明\n"
            }
            Self::Prepare => {
                "Arguments:\n  \
                   <FILE>  Releases, one a line, or - for standard input 逐行的发布,- 为标准输入\n\n\
                 Options:\n  \
                   -s, --settings <SETTINGS>  Settings file 设置文件\n  \
                   -o, --output <OUTPUT>      Corrected releases, - for standard output 修正后的数据,- 为标准输出\n  \
                   -e, --errors <ERRORS>      List of issues, - for standard output 问题清单,- 为标准输出\n  \
                   -v, --verbose...           Tell more 输出更多信息\n  \
                   -h, --help                 Explain 说明\n"
            }
            Self::Indicators => {
                "Arguments:\n  \
                   <FILE>  Releases, one a line, or - for standard input 逐行的发布,- 为标准输入\n\n\
                 Options:\n  \
                   -s, --settings <SETTINGS>  Settings file 设置文件\n  \
                   -c, --count                Print how many results each group has to standard error 在标准错误输出各组结果数\n      \
                       --no-meta              Leave out Meta, the quartiles and fences 不输出 Meta(四分位与界限)\n      \
                       --map                  Add Maps, from processes to organisations 输出 Maps(项目对应的单位)\n  \
                   -v, --verbose...           Tell more 输出更多信息\n  \
                   -h, --help                 Explain 说明\n"
            }
        }
    }
}
