//! What the page of a case tells of what was done, how it tells of its end, and forms that were refused or ask once more.

use axum::http::StatusCode;
use casework::desk::Wish;
use dmn::Value;
use flow::Command;
use flow::state::{Ending, Status};
use kernel::{Class, Secrecy};
use testkit::office::node;

use crate::consent::{deploy, yes};
use crate::http::{door_of, opened, task_of};
use crate::support::{both, by, hand, licence, officer, post};

const DAY_MS: i64 = 24 * 3_600_000;

/// What stands between two texts of a page.
fn between<'t>(page: &'t str, from: &str, to: &str) -> &'t str {
    let rest = page.split_once(from).unwrap_or_else(|| panic!("no {from}: {page}")).1;
    rest.split_once(to).map_or(rest, |(found, _)| found)
}

#[tokio::test(flavor = "multi_thread")]
async fn the_time_line_says_what_was_done() {
    for office in both().await {
        let id = opened(&office).await;
        let door = door_of(&office).await;
        let (head, clara) = (door.enter("head").await, door.enter("clara").await);
        let matter = format!("/cases/{id}");
        let steer = format!("{matter}/steer");
        let post_of = |path: String, fields: Vec<(&'static str, String)>| {
            let (door, head) = (&door, &head);
            async move {
                let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
                let got = door.post(head, &path, &fields).await;
                assert_eq!(got.status, StatusCode::SEE_OTHER, "{path} {fields:?}: {}", got.text);
            }
        };
        let words = |all: &[(&'static str, &str)]| -> Vec<(&'static str, String)> {
            all.iter().map(|(name, value)| (*name, (*value).to_owned())).collect()
        };
        // Corrected: the label of the form, the old value and the new one.
        let correct = words(&[("act", "set"), ("name", "area"), ("value", "300"), ("reason", "measured")]);
        post_of(steer.clone(), correct).await;
        // Stopped on a voucher, and going on.
        post_of(steer.clone(), words(&[("act", "suspend"), ("reason", "x"), ("voucher", "V-77")])).await;
        post_of(steer.clone(), words(&[("act", "resume"), ("reason", "x"), ("voucher", "V-78")])).await;
        // A clock that stands still for a cause.
        let clock = office.case(id).await.state.clocks.iter().find(|(_, it)| it.element.is_none()).map(|(it, _)| *it);
        let clock = clock.unwrap().to_string();
        let stop = words(&[("act", "stop-clock"), ("clock", &clock), ("cause", "expert-review"), ("voucher", "V-79")]);
        post_of(steer.clone(), stop).await;
        // Given to somebody.
        let task = format!("{matter}/tasks/{}", task_of(&office, id).await);
        let to = format!("{}:{}", officer("carl"), post("carl"));
        post_of(format!("{task}/assign"), words(&[("to", &to), ("reason", "busy")])).await;
        // How secret it is.
        post_of(format!("{matter}/classify"), words(&[("class", "work-secret"), ("reason", "x")])).await;
        let page = door.get(&head, &matter).await.text;
        for said in [
            "Floor area (m²): 250 → 300",
            "Voucher V-77",
            "Voucher V-78",
            "stopped for Expert review, voucher V-79",
            "Given to carl (organ-handler)",
            "Class: work secret",
            "Floor area (m²): 250<",
        ] {
            assert!(page.contains(said), "{}: {said}: {}", office.name, between(&page, "timeline", "</ol>"));
        }
        assert!(door.get(&clara, &matter).await.text.contains("250 → 300"), "{}", office.name);
        office.store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_time_line_names_no_case_that_its_reader_may_not_know_of() {
    for office in both().await {
        office.deploy("行政许可", licence()).await;
        let open = async |file: &str| {
            office.open("licence", &[("file", Value::text(file)), ("area", Value::whole(250))]).await
        };
        let (one, two) = (open("1").await, open("2").await);
        office.desk.merge(hand("head"), one, two, "one applicant").await.unwrap();
        let door = door_of(&office).await;
        let (head, deputy) = (door.enter("head").await, door.enter("deputy").await);
        let page = |cookie: String| {
            let door = &door;
            async move { door.get(&cookie, &format!("/cases/{one}")).await.text }
        };
        let line =
            |text: &str| between(between(text, "class=\"timeline\"", "</ol>"), "timeline-lines", "</ul>").to_owned();
        let seen = line(&page(head.clone()).await);
        assert!(seen.contains(&format!("/cases/{two}")) && seen.contains("Into"), "{}: {seen}", office.name);
        let only = Secrecy { class: Class::Internal, named: Some([officer("head")].into()) };
        office.desk.classify(hand("head"), two, (only, Class::WorkSecret), "x").await.unwrap();
        let hidden = page(deputy).await;
        assert!(line(&hidden).contains("beyond what you may see"), "{}: {}", office.name, line(&hidden));
        assert!(!hidden.contains(&two.to_string()), "{}", office.name);
        assert!(line(&page(head).await).contains(&format!("/cases/{two}")), "{}", office.name);
        office.store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_opinion_is_told_and_what_they_come_to_and_an_ended_case_shows_its_result() {
    for office in both().await {
        deploy(&office, 2, "organ-handler").await;
        let id = office.open("p", &[]).await;
        office.complete("clara", id, "draft", &[]).await;
        office.complete("head", id, "sign", &yes()).await;
        office.complete("deputy", id, "sign", &[("agreed", Value::Boolean(false))]).await;
        let door = door_of(&office).await;
        let page = door.get(&door.enter("head").await, &format!("/cases/{id}")).await.text;
        let line = between(&page, "class=\"timeline\"", "</ol>");
        for said in ["Agreed: yes", "Agreed: no", "Result of the consent: no", "The case ended: Completed"] {
            assert!(line.contains(said), "{}: {said}: {line}", office.name);
        }
        assert_eq!(line.matches("Agreed:").count(), 2, "{}: once each: {line}", office.name);
        assert!(page.contains("It is over: Completed") && page.contains("Result</dt>"), "{}: {page}", office.name);
        office.store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ended_case_shows_its_clocks_as_they_ended() {
    for office in both().await {
        let id = opened(&office).await;
        let late = office.open("licence", &[("file", Value::text("2")), ("area", Value::whole(250))]).await;
        office.clock.advance_ms(DAY_MS);
        office.desk.act(by("head"), id, &[Wish::from(Command::Cancel)]).await.unwrap();
        office.clock.advance_ms(20 * DAY_MS);
        office.settle().await;
        office.desk.act(by("head"), late, &[Wish::from(Command::Cancel)]).await.unwrap();
        let door = door_of(&office).await;
        let head = door.enter("head").await;
        // Figures and their units are kept together by a space of their own.
        let kept = door.get(&head, &format!("/cases/{id}")).await.text.replace('\u{a0}', " ");
        assert!(kept.contains("Used 1 working day of 20 working days; kept"), "{}: {kept}", office.name);
        let over = door.get(&head, &format!("/cases/{late}")).await.text.replace('\u{a0}', " ");
        assert!(over.contains("of 10 working days; overdue by"), "{}: {over}", office.name);
        for page in [&kept, &over] {
            assert!(page.contains("Cancelled") && page.contains("Result</dt>"), "{}: {page}", office.name);
        }
        office.store.close().await;
    }
}

/// A withdrawal says what follows before it is done; a "no" shows the form again with what was typed; a notice says until when.
#[tokio::test(flavor = "multi_thread")]
async fn what_ends_a_case_asks_once_more_and_what_was_refused_stands_there_again() {
    for office in both().await {
        let id = opened(&office).await;
        let door = door_of(&office).await;
        let (head, clara) = (door.enter("head").await, door.enter("clara").await);
        let (matter, before) = (format!("/cases/{id}"), office.store.log_size(node().number()).await.unwrap());
        let steer = format!("{matter}/steer");
        let task = format!("{matter}/tasks/{}", task_of(&office, id).await);
        for (act, says) in [
            ("withdraw", "Once the applicant has withdrawn, 1 open task"),
            ("cancel", "Once it is cancelled, 1 open task"),
        ] {
            let got = door.post(&head, &steer, &[("act", act), ("reason", "moved <away>"), ("voucher", "")]).await;
            assert_eq!(got.status, StatusCode::OK, "{}: {}", office.name, got.text);
            assert!(
                got.text.contains(says) && got.text.contains("moved &#60;away&#62;"),
                "{}: {}",
                office.name,
                got.text
            );
            assert!(got.text.contains("name=\"confirmed\"") && got.text.contains(&matter), "{}", office.name);
        }
        let got =
            door.post(&head, &steer, &[("act", "merge"), ("into", &id.to_string()), ("reason", "typed before")]).await;
        assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(got.text.contains("typed before") && got.text.contains(&format!("href=\"{matter}\"")), "{}", got.text);
        assert_eq!(office.store.log_size(node().number()).await.unwrap(), before, "{}: nothing was done", office.name);

        let ask = [("act", "supplement"), ("reason", "a plan"), ("notice", "N-1"), ("days", "0")];
        assert_eq!(door.post(&clara, &task, &[("act", "claim")]).await.status, StatusCode::SEE_OTHER);
        let got = door.post(&clara, &task, &ask).await;
        assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(got.text.contains("a plan") && got.text.contains("value=\"N-1\""), "{}: {}", office.name, got.text);
        let ask = [("act", "supplement"), ("reason", "a plan"), ("notice", "N-1"), ("days", "5")];
        assert_eq!(door.post(&clara, &task, &ask).await.status, StatusCode::SEE_OTHER);
        let page = door.get(&clara, &matter).await.text;
        assert!(page.contains("Notice N-1 was sent; an answer is expected until"), "{}: {page}", office.name);
        assert!(page.contains("Notice N-1 (number 1 of this case)"), "{}: {page}", office.name);
        let waits = door.get(&clara, &task).await.text;
        assert!(waits.contains("is not answered") && !waits.contains("value=\"complete\""), "{}: {waits}", office.name);

        let withdraw = [("act", "withdraw"), ("reason", "moved away"), ("confirmed", "yes")];
        assert_eq!(door.post(&head, &steer, &withdraw).await.status, StatusCode::SEE_OTHER, "{}", office.name);
        let status = office.case(id).await.state.status.clone();
        assert_eq!(status, Status::Ended(Ending::Withdrawn), "{}", office.name);
        office.store.close().await;
    }
}
