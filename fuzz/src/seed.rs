//! Writes the corpus of every door into `fuzz/corpus`.

fn main() -> std::io::Result<()> {
    qingyuan_fuzz::seed(&std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus"))
}
