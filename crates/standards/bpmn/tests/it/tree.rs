//! The lossless document: what is read, refused, edited.

use bpmn::Document;
use bpmn::tree::{Change, EditFault, FaultKind, Kind, Limits, NodeId, Place};

fn read(text: &str) -> Document {
    Document::read(text.as_bytes()).expect("a document")
}

fn fault(bytes: &[u8]) -> FaultKind {
    Document::read(bytes).expect_err("a fault").kind
}

#[test]
fn what_is_not_well_formed_is_refused() {
    let cases: &[(&str, &str)] = &[
        ("nothing", ""),
        ("white space alone", "  \n"),
        ("no element", "<!-- a -->"),
        ("two roots", "<a/><b/>"),
        ("text before", "x<a/>"),
        ("text behind", "<a/>x"),
        ("a section outside", "<a/><![CDATA[x]]>"),
        ("not closed", "<a><b></b>"),
        ("closed wrongly", "<a></b>"),
        ("closed twice", "<a></a></a>"),
        ("no tag end", "<a"),
        ("a bare ampersand", "<a>x & y</a>"),
        ("a bare ampersand in a value", "<a b='x & y'/>"),
        ("less-than in a value", "<a b='<'/>"),
        ("no value", "<a b/>"),
        ("no quotes", "<a b=c/>"),
        ("no space between", "<a b='1'c='2'/>"),
        ("an attribute twice", "<a b='1' b='2'/>"),
        ("an attribute twice by namespace", "<a xmlns:p='u' xmlns:q='u' p:b='1' q:b='2'/>"),
        ("a prefix not bound", "<p:a/>"),
        ("a prefix of an attribute not bound", "<a p:b='1'/>"),
        ("a prefix bound to nothing", "<a xmlns:p=''/>"),
        ("no name", "<1a/>"),
        ("two colons", "<a:b:c xmlns:a='u'/>"),
        ("a control character", "<a>\u{1}</a>"),
        ("a reference to one", "<a>&#1;</a>"),
        ("a reference beyond all", "<a>&#x110000;</a>"),
        ("the end of a section in text", "<a>]]></a>"),
        ("a double hyphen", "<a><!-- a -- b --></a>"),
        ("an instruction without target", "<a><? ?></a>"),
        ("an instruction of one mark", "<a><?></a>"),
        ("an instruction named like the declaration", "<a><?XML x?></a>"),
        ("an empty tag", "<a><></a>"),
        ("a late declaration", " <?xml version='1.0'?><a/>"),
        ("a declaration without version", "<?xml encoding='UTF-8'?><a/>"),
    ];
    for (name, text) in cases {
        assert!(matches!(fault(text.as_bytes()), FaultKind::NotWellFormed { .. }), "{name}");
    }
}

#[test]
fn entities_and_doctypes_are_refused() {
    assert_eq!(fault(b"<!DOCTYPE a><a/>"), FaultKind::Doctype);
    assert_eq!(fault(b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"), FaultKind::Doctype);
    assert_eq!(fault(b"<a>&b;</a>"), FaultKind::Entity { name: "b".to_owned() });
    assert_eq!(fault(b"<a c='&b;'/>"), FaultKind::Entity { name: "b".to_owned() });
}

#[test]
fn faults_say_where() {
    let fault = Document::read("<a>\r\n  甲<b x='1'\n y=2/>\n</a>".as_bytes()).expect_err("a fault");
    assert_eq!((fault.line, fault.column), (3, 4));
}

#[test]
fn limits_hold() {
    let limits = Limits { bytes: 100, nodes: 5, attributes: 2, depth: 3 };
    let within = |text: &str| Document::read_within(text.as_bytes(), &limits).map(drop).map_err(|fault| fault.kind);
    assert_eq!(within("<a><b><c/></b><d/></a>"), Ok(()));
    assert_eq!(within(&"<".repeat(101)), Err(FaultKind::TooLarge { bytes: 101, limit: 100 }));
    assert_eq!(within("<a><b/><b/><b/><b/><b/></a>"), Err(FaultKind::TooMany { what: "nodes", limit: 5 }));
    assert_eq!(within("<a b='' c='' d=''/>"), Err(FaultKind::TooMany { what: "attributes", limit: 2 }));
    assert_eq!(within("<a><b><c><d></d></c></b></a>"), Err(FaultKind::TooDeep { limit: 3 }));
    let deep = format!("{}{}", "<a>".repeat(201), "</a>".repeat(201));
    assert_eq!(fault(deep.as_bytes()), FaultKind::TooDeep { limit: 200 });
    let many: String = (0..1025).map(|number| format!(" a{number}=''")).collect();
    assert_eq!(fault(format!("<a{many}/>").as_bytes()), FaultKind::TooMany { what: "attributes", limit: 1024 });
    let long = format!("<a xmlns='urn:{}'/>", "x".repeat(600));
    assert!(matches!(fault(long.as_bytes()), FaultKind::TooMany { limit: 512, .. }));
    let bpmn = |attribute: &str| {
        format!("<a xmlns='{}' xmlns:q='urn:q' {attribute}='{}'/>", bpmn::tree::BPMN, "x".repeat(70_000))
    };
    assert!(matches!(fault(bpmn("name").as_bytes()), FaultKind::TooMany { limit: 65_536, .. }));
    assert!(Document::read(bpmn("q:name").as_bytes()).is_ok());
    let bound: String = (0..257).map(|number| format!(" xmlns:p{number}='u{number}'")).collect();
    assert_eq!(fault(format!("<a{bound}/>").as_bytes()), FaultKind::TooMany { what: "namespaces", limit: 256 });
    let just = format!("{}{}", "<a>".repeat(200), "</a>".repeat(200));
    assert!(Document::read(just.as_bytes()).is_ok());
}

#[test]
fn encodings_are_read_and_written() {
    let utf16 = |little: bool| -> Vec<u8> {
        let text = "\u{FEFF}<?xml version='1.0' encoding='UTF-16'?><a n='审批'/>";
        text.encode_utf16().flat_map(|unit| if little { unit.to_le_bytes() } else { unit.to_be_bytes() }).collect()
    };
    let gb = encoding_rs::GB18030.encode("<?xml version='1.0' encoding=\"GB18030\"?><a n='审批'/>").0.into_owned();
    let latin = b"<?xml version='1.0' encoding='ISO-8859-1'?><a n='caf\xE9'/>".to_vec();
    let windows = b"<?xml version='1.0' encoding='WINDOWS-1252'?><a n='\x93x\x94'/>".to_vec();
    let marked = b"\xEF\xBB\xBF<a n='x'/>".to_vec();
    let cases: Vec<(&str, Vec<u8>, &str)> = vec![
        ("UTF-16 with its mark, little end first", utf16(true), "审批"),
        ("UTF-16 with its mark, big end first", utf16(false), "审批"),
        ("GB18030", gb, "审批"),
        ("Latin 1", latin, "café"),
        ("Windows 1252", windows, "“x”"),
        ("UTF-8 with a mark", marked, "x"),
        ("UTF-8 that says UTF-16", b"<?xml version='1.0' encoding='UTF-16'?><a n='x'/>".to_vec(), "x"),
    ];
    for (name, bytes, value) in cases {
        let document = Document::read(&bytes).unwrap_or_else(|fault| panic!("{name}: {fault}"));
        assert_eq!(document.root().attribute("n").as_deref(), Some(value), "{name}");
        assert_eq!(document.write(), bytes, "{name}");
    }
    assert!(matches!(fault(b"<a>\xFF</a>"), FaultKind::Encoding { .. }));
    assert!(matches!(fault(b"<?xml version='1.0' encoding='nonsense'?><a/>"), FaultKind::Encoding { .. }));
}

#[test]
fn nodes_are_kept_with_their_places() {
    let text =
        "<?xml version='1.0'?>\n<!-- 甲 --><a xmlns='u' b=' x&#10;y\tz '>1&lt;2<![CDATA[<3]]><?p q?>\r\n  <c/></a>\n";
    let document = read(text);
    let root = document.root();
    assert_eq!((root.line(), root.column()), (2, 11));
    assert_eq!(root.attribute("b").as_deref(), Some(" x\ny z "));
    assert_eq!(root.text(), "1<2<3\n  ");
    assert_eq!(root.namespace(), "u");
    let kinds: Vec<_> = document.nodes().map(|node| node.kind()).collect();
    let expected = [
        Kind::Document,
        Kind::Declaration,
        Kind::Text,
        Kind::Comment,
        Kind::Element,
        Kind::Text,
        Kind::CData,
        Kind::Instruction,
        Kind::Text,
        Kind::Element,
        Kind::Text,
    ];
    assert_eq!(kinds, expected);
    let child = root.elements().next().expect("a child");
    assert_eq!((child.name(), child.line(), child.column()), ("c", 3, 3));
    assert_eq!(document.write(), text.as_bytes());
}

#[test]
fn our_namespace_is_found() {
    let document = read("<a xmlns:qy='urn:qingyuan:bpmn:1' qy:post='x' post='y'><qy:clock ref='r'/><clock/></a>");
    let root = document.root();
    assert_eq!(root.our_attribute("post").as_deref(), Some("x"));
    assert_eq!(root.our_child("clock").and_then(|clock| clock.attribute("ref")).as_deref(), Some("r"));
    assert!(root.our_child("form").is_none() && root.our_attribute("form").is_none());
}

const SAMPLE: &str = "<definitions xmlns='http://www.omg.org/spec/BPMN/20100524/MODEL'>\n  <!-- kept -->\n  \
                      <task  id=\"t\"\n   name='old' x = \"1\" />\n  <task id=\"u\"><text>a</text></task>\n</definitions>\n";

#[test]
fn edits_change_what_they_name() {
    let cases: Vec<(&str, Change, (&str, &str))> = vec![
        (
            "a value",
            Change::SetAttribute { at: "t".into(), name: "name".to_owned(), value: "it's <new>".to_owned() },
            ("'old'", "'it&apos;s &lt;new>'"),
        ),
        (
            "an attribute more",
            Change::SetAttribute { at: "t".into(), name: "y".to_owned(), value: "\"2\"".to_owned() },
            ("x = \"1\"", "x = \"1\" y=\"&quot;2&quot;\""),
        ),
        (
            "an attribute less",
            Change::RemoveAttribute { at: "t".into(), name: "name".to_owned() },
            ("\n   name='old'", ""),
        ),
        ("text", Change::SetText { at: "u".into(), text: "a & b".to_owned() }, ("<text>a</text>", "a &amp; b")),
        (
            "text of an empty element",
            Change::SetText { at: "t".into(), text: "b".to_owned() },
            ("x = \"1\" />", "x = \"1\" >b</task>"),
        ),
        (
            "a child more",
            Change::Insert { at: "u".into(), before: None, xml: "<outgoing>f</outgoing>".to_owned() },
            ("</text></task>", "</text><outgoing>f</outgoing></task>"),
        ),
        (
            "a child of an empty element",
            Change::Insert { at: "t".into(), before: None, xml: "<outgoing>f</outgoing>".to_owned() },
            ("x = \"1\" />", "x = \"1\" ><outgoing>f</outgoing></task>"),
        ),
        ("an element less", Change::Remove { at: "u".into() }, ("<task id=\"u\"><text>a</text></task>", "")),
    ];
    for (name, change, (old, new)) in cases {
        let document = read(SAMPLE);
        let (edited, undo) = document.edit(&[change]).unwrap_or_else(|fault| panic!("{name}: {fault}"));
        assert_eq!(String::from_utf8(edited.write()).expect("text"), SAMPLE.replacen(old, new, 1), "{name}");
        assert_eq!(edited.undo(&undo).expect("undone").write(), SAMPLE.as_bytes(), "{name}");
    }
}

#[test]
fn a_child_is_put_before_another() {
    let document = read(SAMPLE);
    let task = document.by_id("u").expect("a task");
    let before = task.elements().next().map(|child| child.id());
    let changes = ["<a/>", "<b/>"].map(|xml| Change::Insert { at: task.id().into(), before, xml: xml.to_owned() });
    let (edited, _) = document.edit(&changes).expect("edited");
    assert_eq!(edited.source(), SAMPLE.replace("<text>", "<a/><b/><text>"));
}

#[test]
fn edits_that_cannot_be_are_refused() {
    let document = read(SAMPLE);
    let set = |at: Place, name: &str| Change::SetAttribute { at, name: name.to_owned(), value: "v".to_owned() };
    let edit = |changes: &[Change]| document.edit(changes).map(drop);
    assert_eq!(edit(&[set("nobody".into(), "a")]), Err(EditFault::NoElement("nobody".to_owned())));
    assert_eq!(edit(&[set("t".into(), "a b")]), Err(EditFault::NoName("a b".to_owned())));
    assert!(matches!(edit(&[set("t".into(), "p:a")]), Err(EditFault::Unreadable(_))));
    assert_eq!(edit(&[set("t".into(), "name"), Change::Remove { at: "t".into() }]), Err(EditFault::Overlap));
    let text = document.nodes().nth(2).map_or(document.root().id(), |node| node.id());
    let insert = Change::Insert { at: "u".into(), before: Some(text), xml: String::new() };
    assert_eq!(edit(&[insert]), Err(EditFault::NoChild));
    let broken = Change::Insert { at: "u".into(), before: None, xml: "<a>".to_owned() };
    assert!(matches!(edit(&[broken]), Err(EditFault::Unreadable(_))));
    let comment: Vec<NodeId> =
        document.nodes().filter(|node| node.kind() == Kind::Comment).map(|node| node.id()).collect();
    assert_eq!(edit(&[set(comment[0].into(), "a")]), Err(EditFault::NoElement(String::new())));
}
