#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| telegram_history_mcp::fuzzing::run("sanitize", data));
