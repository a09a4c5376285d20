//! What is attached comes back, and only with its key.

use super::*;

struct Test;
impl kernel::Eyes for Test {}

fn blobs(name: &str) -> (Blobs, std::path::PathBuf) {
    let folder = std::env::temp_dir().join(format!("attachment-{name}-{}", std::process::id()));
    (Blobs::new(&folder), folder)
}

#[test]
fn what_is_attached_lies_sealed_and_opens_with_its_key_only() {
    let (blobs, folder) = blobs("seal");
    let content = b"%PDF-1.7 of a person";
    let one = Attachment::put(&blobs, "plan", ("a.pdf", Kind::Pdf), content).unwrap();
    let two = Attachment::put(&blobs, "plan", ("a.pdf", Kind::Pdf), content).unwrap();
    assert_ne!(one.blob, two.blob, "equal files are not known by their blobs");
    let lies = blobs.get(one.blob.parse().unwrap()).unwrap();
    assert!(!lies.windows(6).any(|part| part == b"person"));
    assert_eq!(one.open(&blobs, &Test).unwrap(), content);
    let erased = Attachment { file: Erasable::erased(), ..one.clone() };
    assert!(matches!(erased.open(&blobs, &Test), Err(Closed::Erased)));
    let swapped = Attachment { blob: two.blob.clone(), ..one.clone() };
    assert!(matches!(swapped.open(&blobs, &Test), Err(Closed::Fault(_))));
    blobs.remove(one.blob.parse().unwrap()).unwrap();
    blobs.remove(one.blob.parse().unwrap()).unwrap();
    assert!(matches!(one.open(&blobs, &Test), Err(Closed::Fault(_))));
    assert!(!format!("{one:?} {:?}", two.file.show(&Test)).contains(&two.file.show(&Test).unwrap().key));
    let read: Attachment = serde_json::from_str(&serde_json::to_string(&two).unwrap()).unwrap();
    assert_eq!(read, two);
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_name_is_text_and_no_path() {
    for (given, kept) in [
        ("../../etc/passwd", "passwd"),
        ("C:\\a\\平面图.pdf", "平面图.pdf"),
        ("a\u{0}\n.pdf", "a.pdf"),
        ("", "–"),
        ("/", "–"),
    ] {
        assert_eq!(plain(given), kept, "{given:?}");
    }
    let long = plain(&format!("{}.pdf", "长".repeat(300)));
    assert!(long.chars().count() == LONGEST_NAME && long.ends_with(".pdf"));
}
