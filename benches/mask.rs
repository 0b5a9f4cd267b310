//! How fast texts are masked, and that no text is slow: `cargo bench --bench mask`.
//! Figures, not tests: they depend on the machine.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use telegram_history_mcp::privacy::mask::{Level, Masker};

const MEBIBYTE: usize = 1 << 20;

const ENGLISH: &str = "Has anybody seen the minutes of Tuesday's meeting? I thought they'd be in the folder by now, \
    but there is only last week's, and half of that is about the coffee machine. We said 15:30 on the 4th, room 12, \
    didn't we? If nobody minds I'll move it to Friday, since version 2.4.1 comes out on Thursday and 3 of us are away.\n";

const RUSSIAN: &str = "Кто-нибудь видел протокол вторничной встречи? Я думал, он уже в папке, но там только прошлый, и половина \
    его про кофемашину. Договорились же на 15:30 четвёртого, комната 12 — или нет? Если никто не против, перенесу на пятницу, \
    потому что версия 2.4.1 выходит в четверг, а троих из нас не будет.\n";

/// About a hundredth of a text by volume.
const PERSONAL: &str = "mail ada@example.com or call +49 170 1234567\n";

/// What a detector could be made to look at for ever.
const HOSTILE: &[&str] = &[
    "1",
    "@",
    "1.",
    "0x",
    "[",
    "(",
    "a@",
    ":",
    "1:",
    "+1",
    "password: ",
    "4111 1111 1111 1111 ",
    "a@b.co ",
];

fn ordinary(c: &mut Criterion) {
    let mixed = [ENGLISH, RUSSIAN].concat().repeat(6) + PERSONAL;
    let mut group = c.benchmark_group("ordinary");
    group.throughput(Throughput::Bytes(MEBIBYTE as u64));
    for (name, text) in [
        ("english", ENGLISH),
        ("russian", RUSSIAN),
        ("mixed with 1 % personal", &mixed),
    ] {
        let text = repeated(text);
        for level in [Level::Mask, Level::Strict] {
            let masker = Masker::new(level, &[7; 32], Some("DE"));
            let id = BenchmarkId::new(name, format!("{level:?}"));
            group.bench_function(id, |b| b.iter(|| masker.text(black_box(&text)).found.len()));
        }
    }
    group.finish();
}

fn messages(c: &mut Criterion) {
    let masker = Masker::new(Level::Mask, &[7; 32], None);
    let mut group = c.benchmark_group("a message");
    for (name, text) in [
        ("without", ENGLISH),
        ("with an address and a number", PERSONAL),
    ] {
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(name, |b| {
            b.iter(|| masker.text(black_box(text)).found.len())
        });
    }
    group.finish();
}

fn hostile(c: &mut Criterion) {
    let masker = Masker::new(Level::Strict, &[7; 32], Some("US"));
    let mut group = c.benchmark_group("hostile");
    group
        .sample_size(10)
        .throughput(Throughput::Bytes(MEBIBYTE as u64));
    for part in HOSTILE {
        let text = repeated(part);
        group.bench_function(*part, |b| {
            b.iter(|| masker.text(black_box(&text)).found.len())
        });
    }
    group.finish();
}

/// A mebibyte of it, or a little less.
fn repeated(part: &str) -> String {
    part.repeat(MEBIBYTE / part.len())
}

criterion_group!(benches, ordinary, messages, hostile);
criterion_main!(benches);
