//! `qingyuan import organs`: what it enters, what it holds back and how it says so.

use crate::support::Folder;

const HEADING: &str = "机关,机关类别,上级机关,岗位,职责,姓名,登录名,任职起始日";

fn sheet(rows: &[&str]) -> String {
    std::iter::once(HEADING).chain(rows.iter().copied()).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_sheet_is_entered_whole_and_once() {
    let folder = Folder::with_node();
    let file = folder.file(
        "office.csv",
        sheet(&["财政局,政府部门,测试市,承办岗,机关承办人,甲,jia,2026-01-05", "测试市,,,监督岗,监督岗,乙,yi,"]),
    );
    let checked = folder.run(&["import", "organs", "--check", &file]);
    assert_eq!(checked.code, 0, "{}", checked.err);
    assert!(checked.out.contains("would enter organs 1, posts 2, officers 2, appointments 2"), "{}", checked.out);
    let ran = folder.run(&["import", "organs", &file]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""));
    assert!(
        ran.out.contains("read 2 rows, entered organs 1, posts 2, officers 2"),
        "a check enters nothing: {}",
        ran.out
    );
    let again = folder.run(&["import", "organs", &file]);
    assert_eq!(again.code, 0, "{}", again.err);
    assert!(again.out.contains("nothing new, entered organs 0, posts 0, officers 0, appointments 0"), "{}", again.out);
    let mut book = rust_xlsxwriter::Workbook::new();
    let page = book.add_worksheet();
    for (row, cells) in [HEADING, "水务局,政府部门,测试市,承办岗,机关承办人,丙,bing,"].iter().enumerate()
    {
        for (column, cell) in cells.split(',').enumerate() {
            page.write(row as u32, column as u16, cell).unwrap();
        }
    }
    let xlsx = folder.file("office.xlsx", book.save_to_buffer().unwrap());
    let ran = folder.run(&["import", "organs", &xlsx, &file]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains("entered organs 1, posts 1, officers 1"), "{}", ran.out);
    for command in ["verify", "rebuild"] {
        let ran = folder.run(&[command]);
        assert_eq!(ran.code, 0, "{command}: {}{}", ran.out, ran.err);
    }
}

#[test]
fn rows_with_a_fault_are_named_and_the_good_ones_entered() {
    let folder = Folder::with_node();
    let file = folder.file(
        "office.csv",
        sheet(&[
            "财政局,公司,测试市,承办岗,机关承办人,甲,jia,",
            "水务局,政府部门,测试市,承办岗,万能,乙,yi,",
            "教育局,政府部门,测试市,承办岗,机关承办人,丙\u{1b}[31m,Bing X,2026-13-01",
            "民政局,政府部门,测试市,承办岗,机关承办人,丁,ding,",
        ]),
    );
    let ran = folder.run(&["import", "organs", &file]);
    ran.sound();
    assert_eq!(ran.code, 2, "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("officers 1") && ran.out.contains("rows held 3"), "{}", ran.out);
    let faults: Vec<&str> = ran.err.lines().collect();
    for (at, words) in [(0, "office.csv:2: Kind"), (1, "office.csv:3: Duties"), (2, "office.csv:4: Sign-in name")] {
        assert!(faults[at].contains(words), "{words}: {}", ran.err);
    }
    assert!(faults[1].contains("万能") && faults[1].contains("There is no such duty."), "{}", faults[1]);
    let chinese = folder.run_in("zh_CN.UTF-8", &["import", "organs", &file], None);
    assert!(chinese.err.contains("职责") && !chinese.err.contains("duty"), "{}", chinese.err);
    // Mended, the rest is entered; what was entered is not entered again.
    let mended = folder.file(
        "mended.csv",
        sheet(&[
            "水务局,政府部门,测试市,承办岗,机关承办人,乙,yi,",
            "民政局,政府部门,测试市,承办岗,机关承办人,丁,ding,",
        ]),
    );
    let ran = folder.run(&["import", "organs", &mended]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    assert!(ran.out.contains("posts 1, officers 1, appointments 1"), "{}", ran.out);
}

#[test]
fn what_is_no_sheet_changes_nothing() {
    let folder = Folder::with_node();
    let good = folder.file("good.csv", sheet(&["财政局,政府部门,测试市,承办岗,机关承办人,甲,jia,"]));
    let cases: [(&str, &[u8], &str); 5] = [
        ("damaged.xlsx", b"PK\x03\x04broken", "neither CSV nor XLSX"),
        ("gb.csv", &[0xbb, 0xfa, b'\n'], "not UTF-8"),
        ("other.csv", b"Name,Age\nx,1\n", "no column"),
        ("empty.csv", b"", "no column"),
        ("long.csv", &b"a\n".repeat(20_001), "20,000"),
    ];
    for (name, content, words) in cases {
        let bad = folder.file(name, content);
        folder.run(&["import", "organs", &bad]).refused(&[name, words]);
    }
    folder.run(&["import", "organs", &good, "no-such-file.csv"]).refused(&["no-such-file.csv"]);
    assert_eq!(folder.run(&["import", "organs"]).code, 64);
    assert_eq!(folder.run(&["import", "organs", "--nonsense", &good]).code, 64);
    let ran = folder.run(&["import", "organs", &good]);
    assert!(ran.out.contains("officers 1"), "a refused command entered nothing: {}", ran.out);
}
