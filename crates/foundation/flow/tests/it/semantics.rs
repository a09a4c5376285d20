//! What each element does, in a table: a model, what happens, which activities are done in which order, how it ends.
//! Sources: BPMN 2.0.2 chapter 13; flow.md §3.

use std::cell::RefCell;
use std::sync::Arc;

use dmn::{Context, Value};
use flow::state::{Ending, Status};
use flow::step::NoDecisions;
use flow::trial::{Answer, Trial};
use flow::{ElementId, check};
use kernel::{OfficerId, PostId};

use crate::held::{assert_conserved, assert_replays};
use crate::models::line;

/// What happens after the start.
enum Then {
    /// The open task of this element is done.
    Do(&'static str),
    /// A signal comes.
    Signal(&'static str),
    /// A message comes.
    Message(&'static str),
    /// So many seconds pass.
    Seconds(i64),
}

use Then::{Do, Message, Seconds, Signal};

struct Case {
    what: &'static str,
    elements: String,
    then: Vec<Then>,
    done: &'static str,
    ends: Option<Ending>,
}

/// A service task, done at once by a worker.
fn job(id: &str) -> String {
    format!("<serviceTask id=\"{id}\" qy:type=\"{id}\"/>")
}

/// A task of people, done when the case says so.
fn user(id: &str) -> String {
    format!("<userTask id=\"{id}\" qy:candidates=\"clerk\"/>")
}

fn flow(from: &str, to: &str) -> String {
    format!("<sequenceFlow id=\"{from}-{to}\" sourceRef=\"{from}\" targetRef=\"{to}\"/>")
}

fn when(from: &str, to: &str, condition: &str) -> String {
    format!(
        "<sequenceFlow id=\"{from}-{to}\" sourceRef=\"{from}\" targetRef=\"{to}\"><conditionExpression \
         xsi:type=\"tFormalExpression\">{condition}</conditionExpression></sequenceFlow>"
    )
}

/// Elements in a row, between a start and an end of their own names.
fn row(name: &str, ids: &[&str]) -> String {
    let (start, end) = (format!("{name}-start"), format!("{name}-end"));
    let mut all = format!("<startEvent id=\"{start}\"/><endEvent id=\"{end}\"/>");
    let mut before = start.as_str();
    for id in ids.iter().copied().chain([end.as_str()]) {
        all.push_str(&flow(before, id));
        before = id;
    }
    all
}

fn catch(id: &str, definition: &str) -> String {
    format!("<intermediateCatchEvent id=\"{id}\">{definition}</intermediateCatchEvent>")
}

fn throw(id: &str, definition: &str) -> String {
    format!("<intermediateThrowEvent id=\"{id}\">{definition}</intermediateThrowEvent>")
}

fn boundary(id: &str, host: &str, interrupting: bool, definition: &str) -> String {
    format!(
        "<boundaryEvent id=\"{id}\" attachedToRef=\"{host}\" cancelActivity=\"{interrupting}\">{definition}</boundaryEvent>"
    )
}

fn sub(id: &str, inside: &[String]) -> String {
    format!("<subProcess id=\"{id}\">{}</subProcess>", inside.concat())
}

fn handler(id: &str, interrupting: bool, definition: &str, ids: &[&str], inside: &str) -> String {
    let start = format!("<startEvent id=\"{id}-start\" isInterrupting=\"{interrupting}\">{definition}</startEvent>");
    let plain = format!("<startEvent id=\"{id}-start\"/>");
    let row = row(id, ids).replace(&plain, &start);
    format!("<subProcess id=\"{id}\" triggeredByEvent=\"true\">{row}{inside}</subProcess>")
}

fn signal(name: &str) -> String {
    format!("<signalEventDefinition id=\"sd-{name}-{{}}\" signalRef=\"signal-{name}\"/>")
}

const ERROR: &str = "<errorEventDefinition id=\"ed-{}\" errorRef=\"error-e\"/>";
const ANY_ERROR: &str = "<errorEventDefinition id=\"ed-{}\"/>";
const ESCALATION: &str = "<escalationEventDefinition id=\"xd-{}\" escalationRef=\"escalation-x\"/>";
const COMPENSATE: &str = "<compensateEventDefinition id=\"cd-{}\"/>";
const CANCEL: &str = "<cancelEventDefinition id=\"kd-{}\"/>";
const TERMINATE: &str = "<terminateEventDefinition id=\"td-{}\"/>";
const MESSAGE: &str = "<messageEventDefinition id=\"md-{}\" messageRef=\"message-m\"/>";

fn timer(duration: &str) -> String {
    format!(
        "<timerEventDefinition id=\"wd-{{}}\"><timeDuration xsi:type=\"tFormalExpression\">{duration}</timeDuration>\
         </timerEventDefinition>"
    )
}

fn end(id: &str, definition: &str) -> String {
    format!("<endEvent id=\"{id}\">{definition}</endEvent>")
}

/// The file: definitions numbered, roots added, flows listed at their elements.
fn file(elements: &str) -> String {
    let mut numbered = String::new();
    for (number, part) in elements.split("{}").enumerate() {
        if number > 0 {
            numbered.push_str(&number.to_string());
        }
        numbered.push_str(part);
    }
    let roots = "<signal id=\"signal-a\" name=\"a\"/><signal id=\"signal-b\" name=\"b\"/>\
                 <error id=\"error-e\" name=\"e\" errorCode=\"E\"/>\
                 <escalation id=\"escalation-x\" name=\"x\" escalationCode=\"X\"/><message id=\"message-m\" name=\"m\"/>\
                 <globalTask id=\"global\" name=\"global\" qy:type=\"global\"/><process";
    // A process that ends by an error, to be called.
    let called = "<process id=\"called\" isExecutable=\"true\"><startEvent id=\"cs\"><outgoing>c1</outgoing></startEvent>\
                  <sequenceFlow id=\"c1\" sourceRef=\"cs\" targetRef=\"inner\"/><userTask id=\"inner\" qy:candidates=\"clerk\">\
                  <incoming>c1</incoming><outgoing>c2</outgoing></userTask><sequenceFlow id=\"c2\" sourceRef=\"inner\" targetRef=\"ce\"/>\
                  <endEvent id=\"ce\"><incoming>c2</incoming><errorEventDefinition id=\"ced\" errorRef=\"error-e\"/></endEvent></process>";
    let text = line(&numbered).replacen("<process", roots, 1);
    text.replace("</definitions>", &format!("{called}</definitions>"))
}

fn cases() -> Vec<Case> {
    let case =
        |what, elements: Vec<String>, then, done, ends| Case { what, elements: elements.concat(), then, done, ends };
    let completed = || Some(Ending::Completed);
    vec![
        case("a row", vec![row("p", &["a", "b"]), job("a"), job("b")], vec![], "a b", completed()),
        case(
            "a parallel split waits for both",
            vec![
                row("p", &["g", "a", "h", "c"]),
                "<parallelGateway id=\"g\"/><parallelGateway id=\"h\"/>".to_owned(),
                job("a"), user("b"), job("c"), flow("g", "b"), flow("b", "h"),
            ],
            vec![Do("b")],
            "a b c",
            completed(),
        ),
        case(
            "an event-based gateway takes what comes first",
            vec![
                row("p", &["g", "s", "a"]),
                "<eventBasedGateway id=\"g\"/>".to_owned(),
                catch("s", &signal("a")), catch("t", &timer("PT10S")), job("a"), job("b"),
                flow("g", "t"), flow("t", "b"), flow("b", "p-end"),
            ],
            vec![Seconds(9), Signal("a"), Seconds(60), Signal("a")],
            "a",
            completed(),
        ),
        case(
            "and the other where the time runs out",
            vec![
                row("p", &["g", "s", "a"]),
                "<eventBasedGateway id=\"g\"/>".to_owned(),
                catch("s", &signal("a")), catch("t", &timer("PT10S")), job("a"), job("b"),
                flow("g", "t"), flow("t", "b"), flow("b", "p-end"),
            ],
            vec![Seconds(10), Signal("a")],
            "b",
            completed(),
        ),
        case(
            "an inclusive join waits for who may still come, and for nobody else",
            vec![
                row("p", &["g", "a", "h", "z"]),
                "<inclusiveGateway id=\"g\" default=\"g-n\"/><inclusiveGateway id=\"h\"/>".to_owned(),
                job("a"), user("b"), job("n"), job("z"),
                flow("b", "h"), flow("g", "n"), flow("n", "h"), when("g", "b", "true"), when("g", "x", "false"), job("x"), flow("x", "h"),
            ],
            vec![Do("b")],
            "a b z",
            completed(),
        ),
        case(
            "a timer on the border ends the work",
            vec![
                row("p", &["a", "z"]), user("a"), job("z"),
                boundary("t", "a", true, &timer("PT1M")), flow("t", "late"), job("late"), flow("late", "p-end"),
            ],
            vec![Seconds(60), Do("a")],
            "late",
            completed(),
        ),
        case(
            "one that interrupts nothing runs beside it",
            vec![
                row("p", &["a", "z"]), user("a"), job("z"),
                boundary("t", "a", false, &timer("PT1M")), flow("t", "late"), job("late"), flow("late", "p-end"),
            ],
            vec![Seconds(60), Do("a")],
            "late a z",
            completed(),
        ),
        case(
            "an error is caught by its code before any",
            vec![
                row("p", &["s", "z"]), sub("s", &[row("q", &["a"]).replace("<endEvent id=\"q-end\"/>", &end("q-end", ERROR)), job("a")]),
                boundary("any", "s", true, ANY_ERROR), boundary("own", "s", true, ERROR),
                flow("any", "x"), job("x"), flow("x", "p-end"), flow("own", "y"), job("y"), flow("y", "p-end"), job("z"),
            ],
            vec![],
            "a y",
            completed(),
        ),
        case(
            "an error that nothing catches ends the instance",
            vec![row("p", &["a"]).replace("<endEvent id=\"p-end\"/>", &end("p-end", ERROR)), job("a")],
            vec![],
            "a",
            Some(Ending::ByError(Some("E".to_owned()))),
        ),
        case(
            "an event sub-process catches the error of its process and ends the rest",
            vec![
                row("p", &["g", "a"]).replace("<endEvent id=\"p-end\"/>", &end("p-end", ERROR)),
                "<parallelGateway id=\"g\"/>".to_owned(), job("a"), user("b"), flow("g", "b"), flow("b", "o"), end("o", ""),
                handler("h", true, ERROR, &["c"], &job("c")),
            ],
            vec![Do("b")],
            "a c",
            completed(),
        ),
        case(
            "an escalation goes on unless it is interrupted",
            vec![
                row("p", &["s", "z"]), sub("s", &[row("q", &["x", "a"]), throw("x", ESCALATION), job("a")]),
                boundary("e", "s", false, ESCALATION), flow("e", "told"), job("told"), flow("told", "p-end"), job("z"),
            ],
            vec![],
            "a s told z",
            completed(),
        ),
        case(
            "an escalation that interrupts ends what threw it",
            vec![
                row("p", &["s", "z"]), sub("s", &[row("q", &["x", "a"]), throw("x", ESCALATION), job("a")]),
                boundary("e", "s", true, ESCALATION), flow("e", "told"), job("told"), flow("told", "p-end"), job("z"),
            ],
            vec![],
            "told",
            completed(),
        ),
        case(
            "a terminate end event ends its own scope only",
            vec![
                row("p", &["s", "z"]), job("z"),
                sub("s", &[row("q", &["g", "a"]).replace("<endEvent id=\"q-end\"/>", &end("q-end", TERMINATE)), "<parallelGateway id=\"g\"/>".to_owned(), job("a"), user("b"), flow("g", "b"), flow("b", "o"), end("o", "")]),
            ],
            vec![Do("b")],
            "a s z",
            completed(),
        ),
        case(
            "compensation goes backwards, each once",
            vec![
                row("p", &["a", "b", "c"]),
                throw("c", COMPENSATE), job("a"), job("b"),
                boundary("ca", "a", true, COMPENSATE), boundary("cb", "b", true, COMPENSATE),
                "<serviceTask id=\"ua\" qy:type=\"ua\" isForCompensation=\"true\"/><serviceTask id=\"ub\" qy:type=\"ub\" isForCompensation=\"true\"/>".to_owned(),
                "<association id=\"ca-ua\" associationDirection=\"One\" sourceRef=\"ca\" targetRef=\"ua\"/>\
                 <association id=\"cb-ub\" associationDirection=\"One\" sourceRef=\"cb\" targetRef=\"ub\"/>".to_owned(),
            ],
            vec![],
            "a b ub ua",
            completed(),
        ),
        case(
            "a finished sub-process is compensated by what it holds",
            vec![
                row("p", &["s", "c", "z"]), throw("c", COMPENSATE), job("z"),
                sub("s", &[row("q", &["a"]), job("a"), boundary("ca", "a", true, COMPENSATE), "<serviceTask id=\"ua\" qy:type=\"ua\" isForCompensation=\"true\"/>\
                       <association id=\"ca-ua\" associationDirection=\"One\" sourceRef=\"ca\" targetRef=\"ua\"/>".to_owned()]),
            ],
            vec![],
            "a s ua z",
            completed(),
        ),
        case(
            "a cancelled transaction compensates and leaves by its cancel event",
            vec![
                row("p", &["t", "z"]), job("z"),
                format!("<transaction id=\"t\">{}{}{}{}</transaction>",
                    row("q", &["a"]).replace("<endEvent id=\"q-end\"/>", &end("q-end", CANCEL)), job("a"),
                    boundary("ca", "a", true, COMPENSATE),
                    "<serviceTask id=\"ua\" qy:type=\"ua\" isForCompensation=\"true\"/>\
                     <association id=\"ca-ua\" associationDirection=\"One\" sourceRef=\"ca\" targetRef=\"ua\"/>"),
                boundary("k", "t", true, CANCEL), flow("k", "undone"), job("undone"), flow("undone", "p-end"),
            ],
            vec![],
            "a ua undone",
            completed(),
        ),
        case(
            "an ad-hoc sub-process does all, one at a time where it says so",
            vec![
                row("p", &["s", "z"]), job("z"),
                format!("<adHocSubProcess id=\"s\" ordering=\"Sequential\">{}{}</adHocSubProcess>", user("a"), user("b")),
            ],
            vec![Do("b"), Do("a"), Do("b")],
            "a b s z",
            completed(),
        ),
        case(
            "an ad-hoc sub-process ends when its condition holds",
            vec![
                row("p", &["s", "z"]), job("z"),
                format!("<adHocSubProcess id=\"s\">{}{}<completionCondition xsi:type=\"tFormalExpression\">true</completionCondition></adHocSubProcess>", user("a"), user("b")),
            ],
            vec![Do("a"), Do("b")],
            "a s z",
            completed(),
        ),
        case(
            "a loop tests before or after",
            vec![
                row("p", &["a", "b"]),
                "<serviceTask id=\"a\" qy:type=\"a\"><standardLoopCharacteristics testBefore=\"true\"><loopCondition xsi:type=\"tFormalExpression\">loopCounter &lt; 2</loopCondition></standardLoopCharacteristics></serviceTask>".to_owned(),
                "<serviceTask id=\"b\" qy:type=\"b\"><standardLoopCharacteristics><loopCondition xsi:type=\"tFormalExpression\">false</loopCondition></standardLoopCharacteristics></serviceTask>".to_owned(),
            ],
            vec![],
            "a a a b b",
            completed(),
        ),
        case(
            "a countersignature ends when enough have signed",
            vec![
                row("p", &["a", "z"]), job("z"),
                "<userTask id=\"a\" qy:candidates=\"clerk\"><multiInstanceLoopCharacteristics><loopCardinality xsi:type=\"tFormalExpression\">3</loopCardinality>\
                 <completionCondition xsi:type=\"tFormalExpression\">numberOfCompletedInstances &gt;= 2</completionCondition></multiInstanceLoopCharacteristics></userTask>".to_owned(),
            ],
            vec![Do("a"), Do("a"), Do("a")],
            "a a a z",
            completed(),
        ),
        case(
            "no round is done at once",
            vec![
                row("p", &["a", "z"]), job("z"),
                "<userTask id=\"a\" qy:candidates=\"clerk\"><multiInstanceLoopCharacteristics><loopCardinality xsi:type=\"tFormalExpression\">0</loopCardinality></multiInstanceLoopCharacteristics></userTask>".to_owned(),
            ],
            vec![],
            "a z",
            completed(),
        ),
        case(
            "a link jumps",
            vec![
                row("p", &["a", "l"]).replace("<endEvent id=\"p-end\"/>", "").replace(&flow("l", "p-end"), ""),
                throw("l", "<linkEventDefinition id=\"ld-{}\" name=\"there\"/>"), catch("t", "<linkEventDefinition id=\"ld-{}\" name=\"there\"/>"),
                flow("t", "z"), job("z"), flow("z", "e"), end("e", ""), job("a"),
            ],
            vec![],
            "a z",
            completed(),
        ),
        case(
            "a message beside the work starts a handler, again and again",
            vec![row("p", &["a"]), user("a"), handler("h", false, MESSAGE, &["told"], &job("told"))],
            vec![Message("m"), Message("m"), Do("a"), Message("m")],
            "told told a",
            completed(),
        ),
        case(
            "a signal that is thrown is caught by who waits beside it",
            vec![
                row("p", &["g", "t", "j"]), "<parallelGateway id=\"g\"/><parallelGateway id=\"j\"/>".to_owned(),
                throw("t", &signal("b")), catch("s", &signal("b")), flow("g", "s"), flow("s", "a"), job("a"), flow("a", "j"),
            ],
            vec![],
            "a",
            completed(),
        ),
        case(
            "all of several triggers are waited for, in any order",
            vec![
                row("p", &["c", "z"]), job("z"),
                format!("<intermediateCatchEvent id=\"c\" parallelMultiple=\"true\">{}{}</intermediateCatchEvent>", signal("a"), signal("b")),
            ],
            vec![Signal("b"), Signal("b"), Signal("a")],
            "z",
            completed(),
        ),
        case(
            "any of several is enough",
            vec![
                row("p", &["c", "z"]), job("z"),
                format!("<intermediateCatchEvent id=\"c\">{}{}</intermediateCatchEvent>", signal("a"), signal("b")),
            ],
            vec![Signal("b"), Signal("a")],
            "z",
            completed(),
        ),
        case(
            "several tokens begin an activity together, and one sends several on",
            vec![
                row("p", &["a", "b"]),
                "<serviceTask id=\"a\" qy:type=\"a\" completionQuantity=\"2\"/><serviceTask id=\"b\" qy:type=\"b\" startQuantity=\"2\"/>".to_owned(),
            ],
            vec![],
            "a b",
            completed(),
        ),
        case(
            "a global task is done in the place of its call",
            vec![row("p", &["c", "z"]), "<callActivity id=\"c\" calledElement=\"global\"/>".to_owned(), job("z")],
            vec![],
            "c z",
            completed(),
        ),
        case(
            "a called process comes back, or what it throws does",
            vec![
                row("p", &["c", "z"]),
                "<callActivity id=\"c\" calledElement=\"called\"/>".to_owned(),
                boundary("x", "c", true, ERROR),
                flow("x", "y"),
                job("y"),
                flow("y", "p-end"),
                job("z"),
            ],
            vec![Do("inner")],
            "inner y",
            completed(),
        ),
        case(
            "an event that compensates two activities waits for both, and goes on once",
            vec![
                row("p", &["a", "b", "c", "z"]), job("a"), job("b"), job("z"),
                throw("c", "<compensateEventDefinition id=\"cd-{}\" activityRef=\"a\"/><compensateEventDefinition id=\"cd-{}\" activityRef=\"b\"/>"),
                boundary("ca", "a", true, COMPENSATE), boundary("cb", "b", true, COMPENSATE),
                "<serviceTask id=\"ua\" qy:type=\"ua\" isForCompensation=\"true\"/><serviceTask id=\"ub\" qy:type=\"ub\" isForCompensation=\"true\"/>".to_owned(),
                "<association id=\"ca-ua\" associationDirection=\"One\" sourceRef=\"ca\" targetRef=\"ua\"/>\
                 <association id=\"cb-ub\" associationDirection=\"One\" sourceRef=\"cb\" targetRef=\"ub\"/>".to_owned(),
            ],
            vec![],
            "a b ua ub z",
            completed(),
        ),
        case(
            "what waits for what nothing brings is said to be stuck",
            vec![
                row("p", &["x", "a", "j", "z"]), "<exclusiveGateway id=\"x\"/><parallelGateway id=\"j\"/>".to_owned(),
                job("a"), job("b"), job("z"), when("x", "b", "false"), flow("b", "j"),
            ],
            vec![],
            "a",
            None,
        ),
    ]
}

#[test]
fn every_element_does_what_the_standard_says() {
    const ANA: (OfficerId, PostId) = (OfficerId::new(1), PostId::new(1));
    let mut misses = Vec::new();
    for case in cases() {
        let text = file(&case.elements);
        let deployment = check(&[("p.bpmn", text.as_bytes())], &[]);
        let compiled = match deployment.is_accepted() {
            true => deployment.graphs,
            false => panic!("{}: {:#?}\n{text}", case.what, deployment.findings),
        };
        let jobs = RefCell::new(Vec::new());
        let worker = |job: &str, _: &ElementId, _: &Context| {
            jobs.borrow_mut().push(job.to_owned());
            Answer::Done([("seen".to_owned(), Value::whole(1))].into())
        };
        let now = "2026-03-02T00:00:00Z".parse().unwrap();
        let mut trial = Trial::new(compiled, Arc::new(NoDecisions), now, Box::new(worker));
        trial.start("p", Context::new()).unwrap_or_else(|refusal| panic!("{}: {refusal}", case.what));
        for then in &case.then {
            assert_conserved(&trial);
            match then {
                Do(task) => drop(trial.complete_task(&ElementId::from(*task), ANA, &Context::new()).unwrap()),
                Signal(name) => trial.signal(name),
                Message(name) => drop(trial.message(name, None, &Context::new())),
                Seconds(seconds) => trial.advance(seconds * 1_000),
            }
        }
        assert_conserved(&trial);
        assert_replays(&trial);
        let done = crate::held::done(&trial);
        let wanted = (case.done.to_owned(), case.ends.map_or(Status::Active, Status::Ended));
        let found = (done.join(" "), trial.instances[0].state.status.clone());
        if found != wanted {
            misses.push(format!("{}: {found:?} and not {wanted:?}", case.what));
        }
    }
    assert!(misses.is_empty(), "{misses:#?}");
}
