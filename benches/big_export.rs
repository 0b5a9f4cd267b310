//! Loads a large export, and says how long that takes and how much memory:
//! `cargo bench --bench big_export -- 100 1000` for 100 and 1,000 MB. Not a test: it writes such a file first.

#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a measurement prints, and fails by panicking"
)]

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use telegram_history_mcp::sim::World;

/// Given to the process that loads, which does nothing else: the file to load.
const LOAD: &str = "--load";

const WORDS: [&str; 12] = [
    "anchor",
    "boat",
    "chart",
    "давно",
    "ebb",
    "fog",
    "gull",
    "haven",
    "île",
    "jetty",
    "keel",
    "⚓",
];

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let Some([_, file]) = arguments.windows(2).find(|pair| pair[0] == LOAD) {
        return load(Path::new(file));
    }
    let sizes = arguments
        .iter()
        .filter_map(|size| size.parse::<usize>().ok());
    let folder = tempfile::tempdir().unwrap();
    for megabytes in sizes {
        let file = folder.path().join("result.json");
        write(&file, megabytes * 1_000_000);
        let itself = std::env::current_exe().unwrap();
        let loaded = Command::new(itself).arg(LOAD).arg(&file).status();
        assert!(loaded.unwrap().success());
    }
}

fn load(file: &Path) {
    let bytes = file.metadata().unwrap().len();
    let began = Instant::now();
    let (_world, imported) = World::from_desktop_export(file).unwrap();
    let seconds = began.elapsed().as_secs_f64();
    let messages: usize = imported.chats.iter().map(|chat| chat.messages).sum();
    let peak = peak_memory().map_or_else(
        || "?".to_owned(),
        |kilobytes| (kilobytes / 1000).to_string(),
    );
    let megabytes = bytes / 1_000_000;
    println!("{megabytes} MB, {messages} messages: {seconds:.1} s, peak memory {peak} MB");
}

/// The most memory that this process has had, in kB.
fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// Writes a supergroup of so many bytes, laid out as Telegram Desktop does.
fn write(file: &Path, bytes: usize) {
    let mut out = BufWriter::new(File::create(file).unwrap());
    let mut written = 0;
    let opening = "{\n \"name\": \"Harbour\",\n \"type\": \"private_supergroup\",\n \"id\": 1600000001,\n \"messages\": [";
    out.write_all(opening.as_bytes()).unwrap();
    for id in 1.. {
        let comma = if id == 1 { "" } else { "," };
        let message = format!("{comma}\n  {}", message(id));
        out.write_all(message.as_bytes()).unwrap();
        written += message.len();
        if written >= bytes {
            break;
        }
    }
    out.write_all(b"\n ]\n}").unwrap();
    out.flush().unwrap();
}

fn message(id: usize) -> String {
    let date = 1_500_000_000 + id * 60;
    let sender = 700_000_000 + id % 97;
    let text = (0..4 + id % 23)
        .map(|place| WORDS[(id * 7 + place * 5) % WORDS.len()])
        .collect::<Vec<_>>()
        .join(" ");
    let reply = if id.is_multiple_of(3) {
        format!("\n   \"reply_to_message_id\": {},", id - 1)
    } else {
        String::new()
    };
    let reactions = if id.is_multiple_of(10) {
        ",\n   \"reactions\": [\n     {\n      \"type\": \"emoji\",\n      \"count\": 2,\n      \"emoji\": \"⚓\"\n     }\n    ]"
    } else {
        ""
    };
    format!(
        "{{\n   \"id\": {id},\n   \"type\": \"message\",\n   \"date\": \"2024-06-01T02:00:00\",\n   \"date_unixtime\": \"{date}\",\n   \"from\": \"Sailor {sender}\",\n   \"from_id\": \"user{sender}\",{reply}\n   \"text\": \"{text}\",\n   \"text_entities\": [\n    {{\n     \"type\": \"plain\",\n     \"text\": \"{text}\"\n    }}\n   ]{reactions}\n  }}"
    )
}
