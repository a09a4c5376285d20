//! Bad input through the command line: a clear account, the good rows loaded, the node sound afterwards.

use std::io::Write as _;

use crate::support::Folder;

/// A release of the demo's generator, changed by hand.
fn good(n: u32) -> String {
    let plan = testkit::demo::Plan { processes: n, ..testkit::demo::Plan::DEMO };
    let mut all = Vec::new();
    testkit::demo::corpus_jsonl(&plan, &mut all).unwrap();
    String::from_utf8(all).unwrap()
}

fn gzip(content: &[u8]) -> Vec<u8> {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    writer.write_all(content).unwrap();
    writer.finish().unwrap()
}

/// `read 3, loaded 2, …` as numbers.
fn counts(out: &str) -> [u64; 4] {
    let number = |word: &str| {
        let rest = out.split(word).nth(1).unwrap_or_else(|| panic!("{word} in {out}"));
        rest.trim_start().chars().take_while(char::is_ascii_digit).collect::<String>().parse().unwrap()
    };
    [number("read "), number("loaded "), number("held "), number("set aside ")]
}

#[test]
fn bad_lines_are_held_and_the_good_ones_loaded() {
    let folder = Folder::with_node();
    let good = good(4);
    let lines: Vec<&str> = good.lines().collect();
    let with = |from: &str, to: &str| {
        assert!(lines[3].contains(from), "{from}");
        lines[3].replacen(from, to, 1)
    };
    let mut invalid = lines[3].as_bytes().to_vec();
    let title = lines[3].find("\"title\":\"").unwrap() + 9;
    invalid[title] = 0xff;
    let future = with("\"date\":\"2", "\"date\":\"9");
    // Name, the fourth line, how many are read, loaded, held; at least so many values set aside.
    let cases: Vec<(&str, Vec<u8>, [u64; 3], u64)> = vec![
        ("truncated JSON", lines[3].as_bytes()[..lines[3].len() / 2].to_vec(), [4, 3, 1], 0),
        ("no object", b"[1, 2".to_vec(), [4, 3, 1], 0),
        ("invalid UTF-8", invalid, [4, 3, 1], 0),
        (
            "a wrong type",
            with("\"tender\":{", "\"tender\":{\"numberOfTenderers\":\"many\",").into_bytes(),
            [4, 4, 0],
            1,
        ),
        ("a negative amount", with("{\"amount\":", "{\"amount\":-").into_bytes(), [4, 4, 0], 1),
        ("an unknown currency", with("\"CNY\"", "\"ZZZ\"").into_bytes(), [4, 4, 0], 1),
        ("a date to come", future.into_bytes(), [4, 4, 0], 1),
        // Read and loaded twice, one process afterwards.
        ("the same id twice", lines[2].as_bytes().to_vec(), [4, 4, 0], 0),
        ("markup in a title", with("\"title\":\"", "\"title\":\"<script>alert(1)</script>").into_bytes(), [4, 4, 0], 0),
    ];
    for (case, fourth, expected, aside) in cases {
        let mut content = lines[..3].join("\n").into_bytes();
        content.push(b'\n');
        content.extend(fourth);
        content.push(b'\n');
        let name = format!("{}.jsonl", case.replace(' ', "-"));
        let file = folder.file(&name, content);
        let ran = folder.run(&["import", "ocds", "--source", &case.replace(' ', "-").to_lowercase(), &file]);
        ran.sound();
        let [read, loaded, held, set_aside] = counts(&ran.out);
        assert_eq!([read, loaded, held], expected, "{case}: {}", ran.out);
        assert!(set_aside >= aside, "{case}: {}", ran.out);
        assert_eq!(ran.code, if held + set_aside > 0 { 2 } else { 0 }, "{case}: {}{}", ran.out, ran.err);
        let again = folder.run(&["import", "ocds", "--source", &case.replace(' ', "-").to_lowercase(), &file]);
        assert!(again.out.contains("nothing written twice"), "{case}: {}", again.out);
    }
    let verified = folder.run(&["verify"]);
    assert_eq!(verified.code, 0, "{}", verified.err);
    let rebuilt = folder.run(&["rebuild"]);
    assert_eq!(rebuilt.code, 0, "{}{}", rebuilt.out, rebuilt.err);
}

#[test]
fn a_giant_line_and_a_gzip_bomb_end_in_a_sentence() {
    let folder = Folder::with_node();
    let good = good(2);
    let mut giant = good.clone().into_bytes();
    giant.extend(b"{\"ocid\":\"ocds-x-1\",\"title\":\"");
    giant.extend(std::iter::repeat_n(b'a', 100 << 20));
    giant.extend(b"\"}\n");
    let packed = gzip(&giant);
    let plain = folder.file("giant.jsonl", giant);
    let packed = folder.file("giant.jsonl.gz", packed);
    // Two gibibytes of blanks behind a good line: 2 MB packed.
    let mut bomb = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    bomb.write_all(good.as_bytes()).unwrap();
    let blanks = vec![b' '; 1 << 20];
    for _ in 0..2048 {
        bomb.write_all(&blanks).unwrap();
    }
    let bomb = folder.file("bomb.jsonl.gz", bomb.finish().unwrap());
    let cut = folder.file("cut.jsonl.gz", &gzip(good.as_bytes())[..200]);
    for (case, file) in [("giant", &plain), ("giant-packed", &packed), ("bomb", &bomb), ("cut", &cut)] {
        let ran = folder.run(&["import", "ocds", "--source", case, file]);
        ran.sound();
        assert!(matches!(ran.code, 1 | 2), "{case}: {} {}{}", ran.code, ran.out, ran.err);
        println!("{case}: {} {}{}", ran.code, ran.out.trim(), ran.err.trim());
    }
    let none = folder.run(&["import", "ocds", "--source", "none", "no-such-file.json"]);
    none.refused(&["no-such-file.json"]);
    assert_eq!(folder.run(&["verify"]).code, 0);
}
