//! Every kind of bad cell, row and file: named with line and column, and the good ones around it are loaded.

use proptest::prelude::*;
use rust_xlsxwriter::Workbook;
use tables::{InMemory, Limits, Lost};

use crate::{applied, mapping};

const MAPPING: &str = r#"
format = 1
[source]
name = "t"
zh = "测试"
en = "test"
match = ["*"]
[release]
ocid_prefix = "t"
currency = "EUR"
snapshot = "2024-12-31"
[files.main]
path = "main.*"
columns = ["id", "title", "amount", "date", "status"]
key = "id"
dates = ["%d.%m.%Y"]
[fields.main]
"tender/title" = "title"
"tender/value/amount" = { column = "amount", min = 0 }
"tender/tenderPeriod/startDate" = "date"
"tender/status" = { column = "status", map = { done = "complete", off = "cancelled" } }
"#;

fn limits() -> Limits {
    Limits { cell_bytes: 1000, columns: 20, rows: 1000, ..Limits::default() }
}

#[test]
fn faults_have_line_column_code_and_the_rest_is_loaded() {
    let head = "id,title,amount,date,status\n";
    let huge = format!("1,{},5,01.02.2024,done\n2,b,6,01.02.2024,done\n", "x".repeat(5000));
    // Case, rows after the header, (line, column, code, lost) of each fault, releases.
    type Fault<'a> = (u64, Option<&'a str>, &'a str, Lost);
    let cases: [(&str, &[u8], &[Fault<'_>], usize); 17] = [
        ("all well", b"1,a,5,01.02.2024,done\n", &[], 1),
        ("bad decimal", b"1,a,5 EUR,01.02.2024,done\n2,b,6,,\n", &[(2, Some("amount"), "value.number", Lost::Cell)], 2),
        ("decimal comma", b"1,a,\"5,50\",01.02.2024,done\n", &[(2, Some("amount"), "value.number", Lost::Cell)], 1),
        ("negative amount", b"1,a,-5,,\n", &[(2, Some("amount"), "value.below_minimum", Lost::Cell)], 1),
        ("no such day", b"1,a,5,31.02.2024,done\n", &[(2, Some("date"), "value.date", Lost::Cell)], 1),
        ("another date format", b"1,a,5,02/01/2024,done\n", &[(2, Some("date"), "value.date", Lost::Cell)], 1),
        ("far future", b"1,a,5,01.01.9999,done\n", &[(2, Some("date"), "value.date", Lost::Cell)], 1),
        ("unknown status", b"1,a,5,,lost\n", &[(2, Some("status"), "value.unmapped", Lost::Cell)], 1),
        ("too few cells", b"1,a,5\n2,b,6,,\n", &[(2, None, "row.ragged", Lost::Row)], 1),
        ("too many cells", b"1,a,5,,,,\n2,b,6,,\n", &[(2, None, "row.ragged", Lost::Row)], 1),
        ("blank key", b",a,5,,\n2,b,6,,\n", &[(2, Some("id"), "row.key_blank", Lost::Row)], 1),
        ("malformed bytes", b"1,a\xff\xfe,5,,\n2,b,6,,\n", &[(2, Some("title"), "cell.encoding", Lost::Cell)], 2),
        ("huge cell", huge.as_bytes(), &[(2, Some("title"), "cell.too_long", Lost::Cell)], 2),
        (
            "unclosed quote",
            b"1,a,5,,\n2,\"b,6,,\n3,c,7,,\n",
            &[(3, Some("title"), "cell.unclosed_quote", Lost::Row)],
            1,
        ),
        ("contradiction", b"1,a,5,,\n1,b,5,,\n", &[(3, Some("title"), "row.contradiction", Lost::Cell)], 1),
        ("blank rows", b"\n,,,,\n1,a,5,,\n", &[], 1),
        ("line in quotes", b"1,\"a\nb\",5,,\n2,b,x,,\n", &[(4, Some("amount"), "value.number", Lost::Cell)], 2),
    ];
    let mapping = mapping(MAPPING);
    for (case, rows, expected, releases) in cases {
        let files = InMemory::default().with("main.csv", [head.as_bytes(), rows].concat());
        let (made, faults, counts) = applied(&mapping, &files, &limits());
        let found: Vec<Fault<'_>> = faults.iter().map(|f| (f.line, f.column.as_deref(), f.code, f.lost)).collect();
        assert_eq!(found, expected, "{case}");
        assert_eq!(made.len(), releases, "{case}");
        assert_eq!(counts.releases as usize, releases, "{case}");
        assert!(faults.iter().all(|f| f.file == "main.csv" && !f.zh.is_empty() && !f.en.is_empty()), "{case}");
    }
}

#[test]
fn text_stays_text() {
    let texts = [
        "=cmd|'/c calc'!A0",
        "@SUM(1)",
        "+1-2",
        "<script>alert(1)</script>",
        "{{7*7}}",
        "'; DROP TABLE x --",
        "\u{202e}abc",
    ];
    let mapping = mapping(MAPPING);
    for text in texts {
        let files = InMemory::default().with("main.csv", format!("id,title,amount,date,status\n1,\"{text}\",5,,\n"));
        let (made, faults, _) = applied(&mapping, &files, &limits());
        assert_eq!(faults, []);
        assert_eq!(made[0].release["tender"]["title"], *text);
    }
}

#[test]
fn files_that_are_refused_before_anything_is_read() {
    // Case, file name, bytes, code, line of the mapping.
    type Case<'a> = (&'a str, &'a str, &'a [u8], &'a str, Option<usize>);
    let cases: [Case<'_>; 6] = [
        ("no such file", "other.csv", b"", "file.missing", Some(12)),
        ("empty", "main.csv", b"", "file.empty", Some(12)),
        ("missing column", "main.csv", b"id,title,amount,date\n1,a,5,\n", "column.missing", Some(14)),
        ("column twice", "main.csv", b"id,title,amount,date,status,title\n", "column.ambiguous", Some(14)),
        ("wrong delimiter", "main.csv", b"id;title;amount;date;status\n", "column.missing", Some(14)),
        ("broken archive", "main.gz", b"\x1f\x8bnot gzip", "file.unreadable", Some(12)),
    ];
    let mapping = mapping(MAPPING);
    for (case, name, bytes, code, line) in cases {
        let files = InMemory::default().with(name, bytes);
        let errors = mapping.apply(&files, &limits()).map(drop).expect_err(case);
        assert_eq!((errors[0].code, errors[0].mapping_line), (code, line), "{case}: {errors:?}");
    }
}

#[test]
fn limits_and_broken_archives_end_a_file_and_keep_what_came_before() {
    use std::io::Write;
    let rows: String = (0..200).map(|n| format!("{n},title {n},5,01.02.2024,done\n")).collect();
    let text = format!("id,title,amount,date,status\n{rows}");
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(text.as_bytes()).expect("writes");
    let whole = gzip.finish().expect("finishes");
    let cut = whole[..whole.len() - 20].to_vec();
    let mapping = mapping(MAPPING);

    let files = InMemory::default().with("main.csv", text.clone());
    let (made, faults, _) = applied(&mapping, &files, &Limits { rows: 50, ..limits() });
    assert_eq!((made.len(), faults.len(), faults[0].code), (50, 1, "file.too_many_rows"));

    let (made, faults, _) = applied(&mapping, &InMemory::default().with("main.csv.gz", whole), &limits());
    assert_eq!((made.len(), faults.len()), (200, 0), "gzip is known by its magic");

    let (made, faults, _) = applied(&mapping, &InMemory::default().with("main.csv.gz", cut), &limits());
    assert!(made.len() < 200 && faults.iter().any(|f| f.code == "file.unreadable" && f.lost == Lost::File));

    // A bomb: far more than the limit behind few bytes.
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    gzip.write_all(text.as_bytes()).expect("writes");
    for _ in 0..200 {
        gzip.write_all(&[b'x'; 10_000]).expect("writes");
    }
    let bomb = gzip.finish().expect("finishes");
    assert!(bomb.len() < 20_000);
    let files = InMemory::default().with("main.csv.gz", bomb);
    let (made, faults, _) = applied(&mapping, &files, &Limits { file_bytes: 100_000, ..limits() });
    assert!(made.len() >= 199, "{}", made.len());
    assert!(faults.iter().any(|f| f.code == "file.unreadable" && f.lost == Lost::File));
}

#[test]
fn a_key_that_is_no_key_is_noticed() {
    let rows: String = (0..100).map(|n| format!("1,t,{n},,\n")).collect();
    let files = InMemory::default().with("main.csv", format!("id,title,amount,date,status\n{rows}"));
    let (made, faults, counts) = applied(&mapping(MAPPING), &files, &Limits { process_rows: 10, ..limits() });
    assert_eq!((made.len(), faults[0].code, faults[0].lost), (0, "process.too_many_rows", Lost::Process));
    assert_eq!(counts.rows["main"].lost, 100);
}

#[test]
fn a_workbook_gives_the_same_as_its_csv() {
    let mut book = Workbook::new();
    book.add_worksheet().set_name("read me").expect("a name").write(0, 0, "notes").expect("writes");
    let sheet = book.add_worksheet().set_name("data").expect("a name");
    for (column, title) in ["id", "title", "amount", "date", "status"].into_iter().enumerate() {
        sheet.write(0, column as u16, title).expect("writes");
    }
    let day = rust_xlsxwriter::ExcelDateTime::parse_from_str("2024-02-01").expect("a date");
    let format = rust_xlsxwriter::Format::new().set_num_format("dd.mm.yyyy");
    for row in 1..=3u32 {
        sheet.write(row, 0, row).expect("writes");
        sheet.write(row, 1, "=1+1").expect("writes");
        sheet.write(row, 3, if row == 3 { "" } else { "01.02.2024" }).expect("writes");
    }
    sheet.write(1, 2, 1234.5).expect("writes");
    sheet.write(2, 2, "1.234,5").expect("writes");
    sheet.write_with_format(3, 3, &day, &format).expect("writes");
    let bytes = book.save_to_buffer().expect("saves");
    let files = InMemory::default().with("main.xlsx", bytes);

    let errors = mapping(MAPPING).apply(&files, &limits()).map(drop).expect_err("which sheet?");
    assert_eq!(errors[0].code, "file.sheet");
    let german = MAPPING.replace("key = \"id\"", "key = \"id\"\nsheet = \"data\"\ndecimal = \",\"\ngroup = \".\"");
    let (made, faults, _) = applied(&mapping(&german), &files, &limits());
    assert_eq!(faults, []);
    let amounts: Vec<String> =
        made.iter().take(2).map(|m| m.release["tender"]["value"]["amount"].to_string()).collect();
    assert_eq!(amounts, ["1234.5", "1234.5"], "a number cell needs no marks, a text cell uses the file's");
    assert!(made.iter().all(|m| m.release["tender"]["title"] == "=1+1"));
    assert!(made.iter().all(|m| m.release["tender"]["tenderPeriod"]["startDate"] == "2024-02-01T00:00:00Z"));
    assert_eq!(made[1].rows[0].line, 3);
}

proptest! {
    /// Any bytes after the header: no panic, each row is counted once, and twice the same.
    #[test]
    fn any_bytes_give_releases_and_faults(rows in prop::collection::vec(any_row(), 0..30)) {
        let text: Vec<u8> = rows.concat();
        let files = InMemory::default().with("main.csv", [b"id,title,amount,date,status\n".as_slice(), &text].concat());
        let mapping = mapping(MAPPING);
        let (made, faults, counts) = applied(&mapping, &files, &limits());
        let rows = counts.rows["main"];
        let used: u64 = made.iter().map(|mapped| mapped.rows.len() as u64).sum();
        prop_assert_eq!(rows.read, used + rows.lost + rows.left_out + rows.duplicates);
        prop_assert_eq!(counts.faults.values().sum::<u64>(), faults.len() as u64);
        prop_assert!(applied(&mapping, &files, &limits()) == (made, faults, counts));
    }
}

/// A row that is good, nearly good, or noise.
fn any_row() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        "[1-4],[ab]{0,2},[0-9]{1,3},0[1-9]\\.02\\.2024,(done|off|)\n".prop_map(String::into_bytes),
        "[1-4]?,[\"ab]{0,3},[-0-9.e]{0,4},[0-9.]{0,10},[a-z]{0,4}[,\r\n]{1,2}".prop_map(String::into_bytes),
        prop::collection::vec(any::<u8>(), 0..20),
    ]
}
