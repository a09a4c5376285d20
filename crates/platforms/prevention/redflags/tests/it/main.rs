//! Red flags through the door: imports, quarantine, runs, pages and API, on SQLite and PostgreSQL.

mod amendments;
mod arriving;
mod bad;
mod classes;
mod data;
mod doors;
mod prompt;
mod sets;
mod support;

use std::io::Write as _;

use axum::http::StatusCode;
use redflags::import::{By, Importer, Input};
use redflags::screening::QueuePolicy;

use support::{Node, both, break_off, count, sqlite, state_of};

async fn uploaded(node: &Node, name: &str, content: &[u8]) -> support::Answer {
    let officer = node.officer("data-officer").await;
    let csrf = officer.csrf("/imports/new").await;
    let answer = officer
        .upload(
            "/imports",
            &[("csrf", &csrf), ("kind", "ocds"), ("source", "test"), ("name", "演示来源")],
            &[(name, content)],
        )
        .await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
    officer.ended(answer.location()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_rows_are_held_back_and_good_ones_loaded() {
    for node in both().await {
        let ended = uploaded(&node, "mixed.jsonl", &data::mixed()).await;
        assert_eq!(ended.status, StatusCode::OK, "{}: {}", node.name, ended.text());
        let officer = node.officer("data-officer").await;
        let files = officer.get("/api/imports").await.json();
        let file = &files["files"][0];
        assert_eq!(file["finished"], true);
        // Nine elements: one without ocid and one cut off are held back; the repeated one is loaded again over itself.
        assert_eq!(
            (file["rows"].as_i64(), file["loaded"].as_i64(), file["held"].as_i64()),
            (Some(9), Some(7), Some(2)),
            "{file}"
        );
        assert_eq!(count(&node, "process").await, 6, "{}: a process given twice is one process", node.name);

        let quarantine = officer.get("/api/quarantine").await.json();
        let codes: Vec<&str> =
            quarantine["causes"].as_array().unwrap().iter().map(|cause| cause["code"].as_str().unwrap()).collect();
        for code in ["missing_ocid", "truncated", "negative_amount", "unknown_currency", "future_date", "wrong_type"] {
            assert!(codes.contains(&code), "{}: {code} is not among {codes:?}", node.name);
        }
        for cause in quarantine["causes"].as_array().unwrap() {
            assert!(
                !cause["reason"].as_str().unwrap().is_empty() && !cause["mend"].as_str().unwrap().is_empty(),
                "{cause}"
            );
            assert!(cause["example"]["line"].as_i64().unwrap() >= 1, "{cause}");
        }
        for (language, word) in [("en", "Quarantine"), ("zh-CN", "隔离区")] {
            let mut reader = officer.clone();
            reader.language = language;
            for path in
                ["/quarantine", "/quarantine?code=negative_amount", "/imports", "/imports/new", "/runs", "/processes"]
            {
                let page = reader.page(path).await;
                assert!(path != "/quarantine" || page.contains(word), "{language} {path}");
                assert!(!page.contains("<script>alert"), "{path}: markup from outside acts");
                assert!(!page.contains("redflags-"), "{language} {path}: a text is missing");
            }
        }
        let csv = officer.get("/quarantine.csv").await;
        assert_eq!(csv.status, StatusCode::OK);
        assert!(csv.text().contains("negative_amount"), "{}", csv.text());

        let chief = node.officer("supervision-chief").await;
        let page = chief.page("/processes/ocds-test-00002").await;
        assert!(page.contains("script&#62;alert(1)") && !page.contains("<script>alert"), "escaped");
        assert!(page.contains("业绩证明不符合资格条件"), "why a bid was rejected is told");
        let raw = chief.get("/processes/ocds-test-00002/release.json").await;
        assert_eq!(raw.headers["content-type"], "application/json");
        assert_eq!(raw.json()["ocid"], "ocds-test-00002");
        assert_eq!(chief.get("/processes/ocds-test-99999").await.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_import_again_changes_nothing() {
    for node in both().await {
        uploaded(&node, "mixed.jsonl", &data::mixed()).await;
        let before = state_of(&node).await;
        let ended = uploaded(&node, "another-name.jsonl", &data::mixed()).await;
        assert!(ended.text().contains("nothing has changed"), "{}", ended.text());
        assert_eq!(state_of(&node).await, before, "{}", node.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_interrupted_import_goes_on_where_it_stopped() {
    for node in both().await {
        let path = node.place.folder().join("many.jsonl");
        std::fs::write(&path, data::many(0, 1_700)).unwrap();
        let input = || Input::Ocds { path: path.clone(), name: "many.jsonl".to_owned() };
        let by = By::system("test");
        let source = node.importer.enter_source("test", "演示来源", None, &by).await.unwrap();
        break_off(&node, source, input()).await;
        let half = count(&node, "process").await;
        assert!((1..1_700).contains(&half), "{}: {half}", node.name);
        // Whoever goes on may be another officer.
        let other = By::system("another");
        let imported = node.importer.import(source, input(), &other, |_| {}).await.unwrap();
        assert_eq!((imported.counts.loaded, imported.before), (1_700, false));
        assert_eq!(count(&node, "process").await, 1_700, "{}", node.name);
        assert_eq!(count(&node, "import_file").await, 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_reconciles_and_rebuild_gives_the_same_rows() {
    for node in both().await {
        uploaded(&node, "many.jsonl", &data::many(0, 60)).await;
        let officer = node.officer("data-officer").await;
        let csrf = officer.csrf("/runs").await;
        let started = officer.post("/runs", &[("csrf", &csrf), ("source", "test")]).await;
        assert_eq!(started.status, StatusCode::SEE_OTHER, "{}", started.text());
        let ended = officer.ended(started.location()).await;
        assert_eq!(ended.location(), "/runs/1?source=test", "{}: {}", node.name, ended.text());
        let report = officer.get("/api/runs/1?source=test").await.json();
        assert_eq!((report["processes"].as_i64(), report["adds_up"].as_bool()), (Some(60), Some(true)), "{report}");
        for row in report["indicators"].as_array().unwrap() {
            let number = |key: &str| row[key].as_i64().unwrap();
            let sum = number("raised") + number("not_raised") + number("insufficient_data") + number("not_applicable");
            assert_eq!(sum, number("subjects"), "{row}");
        }
        assert!(report["outcomes"]["raised"].as_i64().unwrap() > 0, "bids a hair apart are flagged: {report}");

        // Twice more: flags of the run before go, the counts stay equal.
        let source = Importer::source_matter("test");
        node.importer.screen(source, QueuePolicy::default(), &By::system("test"), |_, _| {}).await.unwrap();
        let flags = count(&node, "flag").await;
        assert_eq!(flags, report["outcomes"]["raised"].as_i64().unwrap(), "{}", node.name);

        let chief = node.officer("supervision-chief").await;
        for language in ["en", "zh-CN"] {
            let mut reader = chief.clone();
            reader.language = language;
            for path in [
                "/processes",
                "/processes?min=100&q=%E6%BC%94%E7%A4%BA&sort=amount&dir=asc",
                "/processes/ocds-test-00007",
                "/buyers",
                "/buyers/B1",
                "/suppliers",
                "/suppliers/S1",
                "/indicators",
                "/indicators/R003",
                "/indicators/R024",
                "/indicators/NW-09",
                "/runs",
                "/runs/2?source=test",
            ] {
                let page = reader.page(path).await;
                assert!(!page.contains("redflags-"), "{language} {path}: a text is missing");
            }
        }
        for path in ["/processes", "/buyers", "/buyers/B1", "/suppliers", "/suppliers/S1"] {
            let answer = chief.get(&format!("{path}?page=9999")).await;
            assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}");
            let last = chief.page(answer.location()).await;
            assert!(answer.location().starts_with(path) && last.contains("<td"), "{path}: {}", answer.location());
        }
        let process = chief.get("/api/processes/ocds-test-00007").await.json();
        assert!(!process["reasons"].as_array().unwrap().is_empty(), "{process}");
        let outcomes = process["outcomes"].as_object().unwrap();
        assert!(outcomes.values().map(|count| count.as_i64().unwrap()).sum::<i64>() > 50, "{outcomes:?}");
        assert_eq!(chief.get("/processes.xlsx").await.status, StatusCode::OK);
        assert!(chief.get("/processes.csv?q=%E5%B7%A5%E7%A8%8B").await.text().contains("ocds-test-00007"));
        let list = chief.get("/api/processes?buyer=B1&from=2026-02-01&to=2026-02-28").await.json();
        for row in list["processes"].as_array().unwrap() {
            assert!(row["day"].as_str().unwrap().starts_with("2026-02"), "{row}");
        }

        let projectors: [&dyn store::Projector; 2] =
            [&directory::projector(), &redflags::projector(node.settings.clone())];
        let rebuilt = node.store.rebuild(node.node.number(), &projectors, false, |_| {}).await.unwrap();
        assert_eq!(rebuilt.differences, [], "{}", node.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trial_shows_what_is_gained_and_lost() {
    let node = sqlite().await;
    uploaded(&node, "many.jsonl", &data::many(0, 30)).await;
    let source = Importer::source_matter("test");
    node.importer.screen(source, QueuePolicy::default(), &By::system("test"), |_, _| {}).await.unwrap();
    let steward = node.officer("rule-steward").await;
    let csrf = steward.csrf("/indicators/R003").await;
    for (case, days, state) in [("unchanged", "15", "on"), ("no minimum", "0", "on"), ("off", "15", "off")] {
        let given = [("csrf", csrf.as_str()), ("p-days", days), ("state", state)];
        let started = steward.post("/indicators/R003/trials", &given).await;
        assert_eq!(started.status, StatusCode::SEE_OTHER, "{case}: {}", started.text());
        let ended = steward.ended(started.location()).await;
        assert_eq!(ended.status, StatusCode::OK, "{case}");
        let page = ended.text();
        assert!(page.contains("Lost") && page.contains("Gained") && !page.contains("redflags-"), "{case}: {page}");
    }
    let refused = steward.post("/indicators/R003/trials", &[("csrf", &csrf), ("p-days", "soon")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    // The form again, with what was typed and what is wrong with it.
    let page = refused.text();
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.contains("id=\"f-p-days-error\"") && page.contains("value=\"soon\""), "{page}");
    assert!(page.contains("aria-invalid=\"true\"") && page.contains("id=\"amendments\""), "{page}");
}

#[tokio::test(flavor = "multi_thread")]
async fn gzip_is_read_and_too_much_is_refused() {
    let node = sqlite().await;
    let mut packed = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    packed.write_all(&data::many(0, 5)).unwrap();
    let ended = uploaded(&node, "five.jsonl.gz", &packed.finish().unwrap()).await;
    assert!(ended.text().contains("5"), "{}", ended.text());
    assert_eq!(count(&node, "process").await, 5);

    let officer = node.officer("data-officer").await;
    let csrf = officer.csrf("/imports/new").await;
    let form = [("csrf", csrf.as_str()), ("kind", "ocds"), ("source", "test")];
    let nothing = officer.upload("/imports", &form, &[]).await;
    assert!(nothing.text().contains("redflags.no_file"), "{}", nothing.text());
    let bad =
        officer.upload("/imports", &[("csrf", &csrf), ("kind", "ocds"), ("source", "a b")], &[("a.json", b"{}")]).await;
    assert!(bad.text().contains("redflags.bad_source"), "{}", bad.text());
    let forged = officer.upload("/imports", &[("csrf", "x"), ("kind", "ocds")], &[("a.json", b"{}")]).await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN);
    // Other forms are small.
    let heavy = "x".repeat(300_000);
    let answer = officer.post("/runs", &[("csrf", &csrf), ("source", &heavy)]).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    let upload = node.table.iter().find(|route| route.path == "/imports" && route.method.name() == "POST").unwrap();
    assert_eq!(upload.body_limit, 500_000_000);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_is_mapped_previewed_and_imported() {
    let node = sqlite().await;
    let officer = node.officer("data-officer").await;
    let csrf = officer.csrf("/imports/new").await;
    let table = "pid,date,bidder,bidder_id,reserveprice,minprice,bid,bidresult,bidresult_details,winner,projecttitle,projectdetails,num_bidders,is_cartel,auction_cartelized\n\
                 1,20140401,Demo One,1,1000000,800000,900000,,,1,Demo road,,2,0,0\n\
                 1,20140401,Demo Two,2,1000000,800000,950000,,,0,Demo road,,2,0,0\n\
                 2,2014-99-99,Demo One,1,oops,800000,910000,,,1,Demo bridge <i>,,1,0,0\n";
    let form = [("csrf", csrf.as_str()), ("kind", "tsuchiura")];
    let misfit = officer.upload("/imports", &form, &[("other.xlsx", b"no table")]).await;
    let text = misfit.text();
    assert!(text.contains("redflags.mapping_misfit") && !text.contains("redflags-"), "{text}");
    let staged = officer.upload("/imports", &form, &[("demo-bids.csv", table.as_bytes())]).await;
    assert_eq!(staged.status, StatusCode::SEE_OTHER, "{}", staged.text());
    let preview = officer.page(staged.location()).await;
    assert!(preview.contains("Demo road") && !preview.contains("<i>"), "{preview}");
    assert_eq!(count(&node, "process").await, 0, "nothing is imported before it is confirmed");
    let confirmed = officer.post(staged.location(), &[("csrf", &csrf)]).await;
    assert_eq!(confirmed.status, StatusCode::SEE_OTHER, "{}", confirmed.text());
    let ended = officer.ended(confirmed.location()).await;
    assert_eq!(ended.status, StatusCode::OK, "{}", ended.text());
    assert_eq!(count(&node, "process").await, 2, "{}", ended.text());
    assert!(count(&node, "held_row").await >= 1, "the date and the price that are none are held");
    officer.page("/quarantine?source=tsuchiura").await;
    let again = officer.post(staged.location(), &[("csrf", &csrf)]).await;
    assert!(again.text().contains("redflags.upload_gone"), "{}", again.text());

    // Once the source is beyond the officer's eyes, a file staged for it is not imported, and says nothing of it.
    let staged =
        officer.upload("/imports", &form, &[("demo-bids.csv", table.replace("1,2014", "9,2014").as_bytes())]).await;
    assert_eq!(staged.status, StatusCode::SEE_OTHER, "{}", staged.text());
    let chief = node.officer("supervision-chief").await;
    let token = chief.csrf("/sources/tsuchiura").await;
    let secret = [("csrf", token.as_str()), ("class", "work-secret"), ("grounds", "g")];
    assert_eq!(chief.post("/sources/tsuchiura/classify", &secret).await.status, StatusCode::SEE_OTHER);
    let refused = officer.post(staged.location(), &[("csrf", &csrf)]).await;
    assert!(refused.text().contains("redflags.bad_source"), "{}", refused.text());
    assert_eq!(count(&node, "process").await, 2);
}
