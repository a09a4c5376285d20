//! x
mod corpus;
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let t = std::time::Instant::now();
    println!("{:?} {:?}", corpus::write(std::path::Path::new(&a[1]), 1, a[2].parse().unwrap()), t.elapsed());
}
