//! Categories 品目 of the synthetic market: codes in the form of the national catalogue, under a scheme of our own.

use super::json::Fen;
use super::organs::Duty;

/// Works, goods or services.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Sort {
    Works,
    Goods,
    Services,
}

impl Sort {
    /// Code of OCDS `mainProcurementCategory`.
    pub(super) const fn code(self) -> &'static str {
        match self {
            Sort::Works => "works",
            Sort::Goods => "goods",
            Sort::Services => "services",
        }
    }

    /// From which value an open tender is due, in fen. Source: 国家发展改革委令第16号(2018) art. 5 for works;
    /// 国办发〔2019〕55号 for goods and services (the synthetic province follows the centre).
    pub(super) const fn limit(self) -> Fen {
        match self {
            Sort::Works => 400_000_000,
            Sort::Goods | Sort::Services => 200_000_000,
        }
    }
}

/// One category.
pub(super) struct Category {
    pub(super) code: &'static str,
    pub(super) name: &'static str,
    pub(super) sort: Sort,
    /// The word in the names of its suppliers.
    pub(super) word: &'static str,
    /// Who buys it, by weight; others by `everybody`.
    pub(super) duties: &'static [(Duty, f64)],
    pub(super) everybody: f64,
    /// Median value at a county, in yuan, and deviation of its logarithm.
    pub(super) median: f64,
    pub(super) sigma: f64,
    /// Unit and the usual price of one, in yuan.
    pub(super) unit: &'static str,
    pub(super) price: f64,
    /// How far costs of firms lie apart.
    pub(super) spread: f64,
    pub(super) titles: &'static [&'static str],
}

type Row = (
    &'static str,
    &'static str,
    Sort,
    &'static str,
    &'static [(Duty, f64)],
    f64,
    (f64, f64),
    (&'static str, f64),
    f64,
    &'static [&'static str],
);

const fn row((code, name, sort, word, duties, everybody, value, unit, spread, titles): Row) -> Category {
    let ((median, sigma), (unit, price)) = (value, unit);
    Category { code, name, sort, word, duties, everybody, median, sigma, unit, price, spread, titles }
}

use Duty::{Agriculture, Civil, Culture, Data, Education, Environment, Finance, General, Health, Housing};
use Duty::{Land, Police, Reform, Transport, Urban, Water};
use Sort::{Goods, Services, Works};

/// All categories.
#[rustfmt::skip] // A table reads best as one.
pub(super) const CATEGORIES: [Category; 20] = [
    row(("B0205", "市政道路工程施工", Works, "市政", &[(Housing, 4.0), (Urban, 2.0), (Transport, 1.5), (General, 1.0)], 0.0, (3_600_000.0, 0.9), ("米", 2_800.0), 0.05, &["道路改造", "人行道整治", "桥涵维修", "道路照明管线迁改"])),
    row(("B0211", "市内管道工程施工", Works, "管网", &[(Housing, 4.0), (Water, 2.0), (General, 0.4)], 0.0, (3_400_000.0, 0.8), ("米", 1_900.0), 0.05, &["排水管网改造", "雨污分流", "供水管网更新", "老旧小区管道改造"])),
    row(("B0101", "房屋工程施工", Works, "建工", &[(Housing, 2.0), (Education, 2.0), (Health, 1.0), (General, 0.8), (Civil, 0.8)], 0.1, (6_500_000.0, 1.0), ("平方米", 3_200.0), 0.05, &["综合楼建设", "教学楼加固", "服务用房扩建", "业务用房建设"])),
    row(("B0701", "装修工程施工", Works, "装饰", &[(Education, 1.0), (Health, 0.8), (Culture, 1.0)], 0.4, (1_100_000.0, 0.9), ("平方米", 1_400.0), 0.07, &["会议室装修", "服务大厅改造", "阅览室装修"])),
    row(("B0208", "水利工程施工", Works, "水利", &[(Water, 4.0), (Agriculture, 2.0), (General, 0.6)], 0.0, (3_200_000.0, 0.9), ("立方米", 85.0), 0.06, &["河道清淤", "堤防加固", "灌区渠道改造"])),
    row(("B0801", "修缮工程施工", Works, "修缮", &[(Education, 1.2), (General, 0.8)], 0.4, (700_000.0, 0.9), ("平方米", 600.0), 0.08, &["屋面修缮", "外墙维修", "校舍维修"])),
    row(("B0202", "公路工程施工", Works, "路桥", &[(Transport, 5.0), (General, 0.5)], 0.0, (5_200_000.0, 0.9), ("公里", 1_150_000.0), 0.05, &["农村公路提升", "道路养护", "危桥改造"])),
    row(("A0201", "信息化设备", Goods, "信息", &[(Data, 3.0), (Education, 1.2), (Police, 1.2)], 0.7, (600_000.0, 1.0), ("台", 6_200.0), 0.04, &["台式计算机采购", "服务器采购", "网络设备更新"])),
    row(("A0202", "办公设备", Goods, "办公", &[(Finance, 1.0)], 0.6, (280_000.0, 0.9), ("台", 4_500.0), 0.05, &["复印机采购", "办公设备采购"])),
    row(("A0203", "车辆", Goods, "车业", &[(Police, 2.0), (Urban, 1.5), (Health, 0.8)], 0.1, (650_000.0, 0.8), ("辆", 182_000.0), 0.03, &["执法用车采购", "清扫车采购", "救护车采购"])),
    row(("A0232", "医疗设备", Goods, "医械", &[(Health, 6.0)], 0.0, (1_500_000.0, 1.0), ("套", 240_000.0), 0.07, &["影像设备采购", "检验设备采购", "监护仪采购", "医用耗材"])),
    row(("A0501", "家具", Goods, "家具", &[(Education, 2.0)], 0.4, (420_000.0, 0.9), ("件", 780.0), 0.07, &["课桌椅采购", "办公家具采购"])),
    row(("A0703", "食品", Goods, "配送", &[(Education, 2.0), (Civil, 1.5), (Police, 0.6)], 0.0, (900_000.0, 0.8), ("公斤", 14.0), 0.06, &["小学食堂配送", "食堂食材采购"])),
    row(("A0206", "照明与电气设备", Goods, "照明", &[(Urban, 3.0), (Housing, 0.6), (General, 0.3)], 0.0, (800_000.0, 0.9), ("盏", 1_650.0), 0.06, &["路灯更换", "配电设备采购"])),
    row(("C1602", "信息技术服务", Services, "数科", &[(Data, 5.0), (Police, 1.2), (Finance, 1.2), (Land, 1.0)], 0.6, (750_000.0, 0.9), ("项", 750_000.0), 0.09, &["信息平台运维", "业务系统开发", "数据治理服务"])),
    row(("C2104", "物业管理服务", Services, "物业", &[(Health, 1.2), (Education, 1.0)], 0.6, (850_000.0, 0.8), ("月", 62_000.0), 0.06, &["办公区物业管理", "保安保洁服务"])),
    row(("C1304", "环境卫生服务", Services, "环卫", &[(Urban, 4.0), (General, 1.2), (Environment, 1.0)], 0.0, (1_700_000.0, 0.8), ("月", 140_000.0), 0.06, &["道路保洁", "生活垃圾清运", "公厕管养"])),
    row(("C1901", "工程设计与监理", Services, "设计", &[(Housing, 2.0), (Transport, 1.5), (Water, 1.5), (Education, 0.6), (Reform, 0.8)], 0.0, (620_000.0, 0.9), ("项", 620_000.0), 0.09, &["施工图设计", "工程监理", "可行性研究编制"])),
    row(("C1401", "印刷服务", Services, "印务", &[(Education, 0.8), (Culture, 0.8)], 0.3, (160_000.0, 0.8), ("批", 40_000.0), 0.07, &["资料印制", "宣传品印制"])),
    row(("C2003", "咨询与评价服务", Services, "咨询", &[(Finance, 2.0), (Reform, 1.5), (Land, 1.5), (Environment, 2.0), (Agriculture, 1.0)], 0.3, (380_000.0, 0.8), ("项", 380_000.0), 0.1, &["绩效评价服务", "环境监测服务", "规划编制"])),
];
