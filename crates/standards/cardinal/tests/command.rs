//! The command line through its front door: exit codes, messages, files.

use std::ffi::OsString;
use std::path::Path;

fn run_with(args: &[&str], mut input: &[u8]) -> (i32, String, String) {
    let args: Vec<OsString> = args.iter().map(OsString::from).collect();
    let (mut out, mut err) = (Vec::new(), Vec::new());
    let code = cardinal::run(&args, &mut input, &mut out, &mut err);
    let text = |bytes| String::from_utf8(bytes).expect("text");
    (code, text(out), text(err))
}

fn run(args: &[&str]) -> (i32, String, String) {
    run_with(args, b"")
}

#[test]
fn usage_errors_exit_with_2() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path().to_str().expect("text");
    let is_a_folder = format!("error: {folder}: Is a directory, not a file\n");
    let cases: [(&[&str], &str); 10] = [
        (&["coverage", folder], &is_a_folder),
        (&["indicators", folder], &is_a_folder),
        (&["coverage", "/no/such/file"], "error: /no/such/file: No such file or directory"),
        (&["cover"], "error: unrecognized subcommand 'cover'\n"),
        (&["coverage"], "error: the following required arguments were not provided:\n  <FILE>\n"),
        (
            &["prepare", "-"],
            "error: the following required arguments were not provided:\n  --output <OUTPUT>\n  --errors <ERRORS>\n",
        ),
        (&["coverage", "--map", "-"], "error: unexpected argument '--map' found\n"),
        (&["coverage", "-x", "-"], "error: unexpected argument '-x' found\n"),
        (&["coverage", "a", "b"], "error: unexpected argument 'b' found\n"),
        (&["indicators", "-", "-s"], "error: a value is required for '-s' but none was supplied\n"),
    ];
    for (args, message) in cases {
        let (code, out, err) = run(args);
        assert_eq!((code, out.as_str()), (2, ""), "{args:?}");
        assert!(err.starts_with(message) && err.contains("Usage: ocdscardinal"), "{args:?}: {err}");
    }
    assert_eq!(run(&[]).0, 2);
}

#[test]
fn failures_exit_with_1() {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = folder.path().join("settings.ini");
    std::fs::write(&settings, "[R003]\nthreshhold = 3").expect("writable");
    let settings = settings.to_str().expect("text");
    let (code, out, err) = run(&["indicators", "-s", settings, "-"]);
    assert_eq!((code, out.as_str()), (1, ""));
    assert_eq!(err, format!("Application error: {settings}: R003.threshhold: unknown setting\n"));
    let (code, _, err) = run(&["prepare", "-s/no/such", "-o-", "-e-", "-"]);
    assert_eq!(code, 1);
    assert!(err.starts_with("Application error: /no/such: "), "{err}");
    let (code, _, err) = run(&["init", "/no/such/folder/settings.ini"]);
    assert_eq!(code, 1);
    assert!(err.starts_with("Application error: "), "{err}");
}

#[test]
fn init_writes_once() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("settings.ini");
    let name = path.to_str().expect("text");
    let said = format!("Settings written to {path:?}.\n");
    let read = |path: &Path| std::fs::read_to_string(path).expect("readable");
    assert_eq!(run(&["init", name]), (0, said.clone(), String::new()));
    assert_eq!(read(&path), cardinal::DEFAULT_SETTINGS);
    std::fs::write(&path, "mine").expect("writable");
    assert_eq!(run(&["init", name]), (0, said.clone(), String::new()));
    assert_eq!(read(&path), "mine");
    assert_eq!(run(&["init", "--force", name]), (0, said, String::new()));
    assert_eq!(read(&path), cardinal::DEFAULT_SETTINGS);
    assert_eq!(run(&["init", "-"]), (0, cardinal::DEFAULT_SETTINGS.to_owned(), String::new()));
}

#[test]
fn coverage_reads_standard_input() {
    let (code, out, err) = run_with(&["coverage", "-"], b"{\"a\":[0]}\n[\n\xff\n");
    assert_eq!((code, out.as_str()), (0, "{\"/a[]\": 1, \"/a\": 1, \"/\": 1, \"\": 1}\n"));
    let expected = " WARN  ocdscardinal > Line 2 is invalid JSON, skipping. [EOF while parsing a list at line 1 column 1]\n \
                     WARN  ocdscardinal > Line 3 caused an I/O error, skipping. [stream did not contain valid UTF-8]\n";
    assert_eq!(err, expected);
}

#[test]
fn indicators_count_and_verbosity() {
    let folder = tempfile::tempdir().expect("a folder");
    let settings = folder.path().join("settings.ini");
    std::fs::write(
        &settings,
        "price_comparison_procurement_methods = a\nno_price_comparison_procurement_methods = b\n[R018]",
    )
    .expect("writable");
    let settings = settings.to_str().expect("text");
    let line = br#"{"ocid":"a","tender":{"numberOfTenderers":1,"procurementMethod":"open"}}"#;
    let (code, out, err) = run_with(&["indicators", "-cvv", &format!("--settings={settings}"), "--no-meta", "-"], line);
    assert_eq!((code, out.as_str()), (0, "{\"OCID\":{\"a\":{\"R018\":1.0}}}\n"));
    assert!(err.starts_with(" WARN  ocdscardinal > no_price_comparison_procurement_methods is ignored"), "{err}");
    assert!(err.ends_with("\nOCID: 1\n"), "{err}");
    // Without settings nothing is switched on.
    assert_eq!(run_with(&["indicators", "-"], line), (0, "{\"Meta\":{}}\n".to_owned(), String::new()));
}

#[test]
fn prepare_can_write_both_to_standard_output() {
    let (code, out, err) = run_with(&["prepare", "--output", "-", "-e=-", "-"], b"{\"awards\":[{}]}");
    assert_eq!((code, err.as_str()), (0, ""));
    assert_eq!(out, "{\"awards\":[{}]}\n1,,/awards[]/status,0,,not set\n");
}

#[test]
fn help_is_in_both_languages() {
    for args in [
        &["--help"][..],
        &["help"],
        &["help", "init"],
        &["coverage", "-h"],
        &["prepare", "--help"],
        &["indicators", "-h"],
    ] {
        let (code, out, err) = run(args);
        assert_eq!((code, err.as_str()), (0, ""), "{args:?}");
        assert!(out.contains("Usage: ocdscardinal") && out.contains("说明"), "{args:?}");
    }
    assert_eq!(run(&["-V"]).1, "ocdscardinal 0.0.8 (qingyuan)\n");
}
