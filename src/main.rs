//! Parses, runs, writes one line on stderr when that fails, and exits with the code that says why.

fn main() {}
