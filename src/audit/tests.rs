//! An audit is whole after any kill, and whatever else happens to its files is found.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use proptest::prelude::*;
use tempfile::TempDir;

use super::log::{Log, Noted};
use super::*;

/// What the file is called here.
const FILE_NAME: &str = "audit.jsonl";

/// All files of an audit, by their names.
type Files = BTreeMap<String, Vec<u8>>;

/// An audit whose files are full after a few lines.
struct Small {
    dir: TempDir,
    log: Log,
    number: i64,
}

impl Small {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let log = Log::small(&dir.path().join(FILE_NAME), 1_500, 3);
        Self {
            dir,
            log,
            number: 0,
        }
    }

    fn file(&self) -> PathBuf {
        self.dir.path().join(FILE_NAME)
    }

    fn entry(&mut self) -> Noted {
        self.number += 1;
        Noted::now(Entry {
            chat_id: Some(-1_000_000_000_000 - self.number),
            client: Some(Client::new("driver", "1.0")),
            ..Entry::call("tg.fetch_history")
        })
    }

    fn add(&mut self, lines: usize) {
        let entries: Vec<Noted> = (0..lines).map(|_| self.entry()).collect();
        self.log.append(&entries, 0).unwrap();
    }

    fn files(&self) -> Files {
        let entries = fs::read_dir(self.dir.path()).unwrap();
        let files = entries.map(|entry| entry.unwrap());
        files
            .map(|file| {
                let name = file.file_name().into_string().unwrap();
                (name, fs::read(file.path()).unwrap())
            })
            .filter(|(name, _)| !name.ends_with(".lock"))
            .collect()
    }

    fn verify(&self) -> History {
        verify(&self.file()).unwrap()
    }
}

/// Writes these files into a directory of their own, and verifies them.
fn judge(files: &Files) -> History {
    let dir = tempfile::tempdir().unwrap();
    judge_in(dir.path(), files)
}

fn judge_in(dir: &Path, files: &Files) -> History {
    for entry in fs::read_dir(dir).unwrap() {
        fs::remove_file(entry.unwrap().path()).unwrap();
    }
    for (name, bytes) in files {
        fs::write(dir.join(name), bytes).unwrap();
    }
    verify(&dir.join(FILE_NAME)).unwrap()
}

#[track_caller]
fn assert_whole(history: &History, lines: u64) {
    assert_eq!(history.broken, None, "{history:?}");
    assert_eq!(history.lines, lines, "{history:?}");
}

#[test]
fn nothing_was_ever_recorded() {
    let dir = tempfile::tempdir().unwrap();
    let history = verify(&dir.path().join(FILE_NAME)).unwrap();
    assert_whole(&history, 0);
}

#[test]
fn full_files_are_kept_and_the_oldest_go() {
    let mut small = Small::new();
    for _ in 0..60 {
        small.add(1);
        assert_eq!(small.verify().broken, None);
    }
    let history = small.verify();
    assert_eq!((history.files, history.ends_torn), (4, false));
    assert!(history.lines > 10 && history.lines < 30, "{history:?}");
    assert_eq!(history.first, Some(61 - history.lines));
    assert_eq!(small.files().len(), 5, "four files and the head");
    let mut seen = Vec::new();
    read(&small.file(), |line, _| seen.push((line.seq, line.entry))).unwrap();
    let expected: Vec<u64> = (history.first.unwrap()..=60).collect();
    assert_eq!(
        seen.iter().map(|(seq, _)| *seq).collect::<Vec<_>>(),
        expected
    );
    assert!(seen.iter().all(|(_, entry)| entry.outcome == Outcome::OK));
}

#[cfg(unix)]
#[test]
fn only_its_owner_can_read_it_and_no_link_is_followed() {
    use std::os::unix::fs::PermissionsExt as _;
    use std::os::unix::fs::symlink;

    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("state").join(FILE_NAME);
    let entry = || [Noted::now(Entry::new(Event::Login))];
    Log::new(&file).append(&entry(), 0).unwrap();
    let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(file.parent().unwrap()), 0o700);
    for entry in fs::read_dir(file.parent().unwrap()).unwrap() {
        assert_eq!(mode(&entry.unwrap().path()), 0o600);
    }
    for ending in ["", ".head", ".lock"] {
        let dir = tempfile::tempdir().unwrap();
        let elsewhere = dir.path().join("elsewhere");
        fs::write(&elsewhere, "dear diary").unwrap();
        let file = dir.path().join(FILE_NAME);
        symlink(&elsewhere, format!("{}{ending}", file.display())).unwrap();
        Log::new(&file).append(&entry(), 0).unwrap_err();
        assert_eq!(fs::read(&elsewhere).unwrap(), b"dear diary");
    }
}

/// An audit with everything in it that there can be: full files, lines of a batch, and what kills have torn.
static EVENTFUL: LazyLock<Files> = LazyLock::new(|| {
    let mut small = Small::new();
    small.add(3);
    small.add(1);
    small.add(4);
    let mut torn = fs::read(small.file()).unwrap();
    torn.extend_from_slice(b"{\"seq\":9,\"time\":\"2026");
    fs::write(small.file(), torn).unwrap();
    small.add(1);
    let entry = small.entry();
    small.log.append(&[entry], 7).unwrap();
    small.add(1);
    let history = small.verify();
    assert_whole(&history, 11);
    assert_eq!((history.torn, history.lost), (1, 7));
    assert!(history.files > 1);
    small.files()
});

#[test]
fn every_byte_that_is_changed_is_found() {
    let files = &*EVENTFUL;
    let dir = tempfile::tempdir().unwrap();
    for (name, bytes) in files {
        let path = dir.path().join(name);
        judge_in(dir.path(), files);
        for at in 0..bytes.len() {
            // Another bit each time, the case of a letter among them, and now and then the end of a line.
            let flips = [1 << (at % 8), 0x20, bytes[at] ^ b'\n'];
            for flip in flips.into_iter().filter(|flip| *flip != 0) {
                let mut changed = bytes.clone();
                changed[at] ^= flip;
                fs::write(&path, changed).unwrap();
                let history = verify(&dir.path().join(FILE_NAME)).unwrap();
                assert!(history.broken.is_some(), "{name}: byte {at}, {flip:#x}");
            }
        }
    }
}

#[test]
fn every_line_that_is_removed_doubled_or_moved_is_found() {
    let files = &*EVENTFUL;
    for (name, bytes) in files {
        let lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
        for at in 0..lines.len() {
            let changed_to = |lines: Vec<&[u8]>| {
                let changed = (name.clone(), lines.concat());
                files
                    .clone()
                    .into_iter()
                    .chain([changed])
                    .collect::<Files>()
            };
            let mut removed = lines.clone();
            removed.remove(at);
            let mut doubled = lines.clone();
            doubled.insert(at, lines[at]);
            for changed in [removed, doubled] {
                assert!(judge(&changed_to(changed)).broken.is_some(), "{name}: {at}");
            }
            for other in at + 1..lines.len() {
                let mut swapped = lines.clone();
                swapped.swap(at, other);
                let history = judge(&changed_to(swapped));
                assert!(history.broken.is_some(), "{name}: {at} and {other}");
            }
        }
    }
}

#[test]
fn every_cut_and_every_file_that_is_gone_is_found() {
    let files = &*EVENTFUL;
    for (name, bytes) in files {
        let mut without = files.clone();
        without.remove(name);
        assert!(judge(&without).broken.is_some(), "{name} is gone");
        for length in 0..bytes.len() {
            without.insert(name.clone(), bytes[..length].to_vec());
            assert!(judge(&without).broken.is_some(), "{name}: {length} bytes");
        }
    }
}

#[test]
fn what_is_broken_stays_broken_when_more_is_written() {
    let mut small = Small::new();
    small.add(4);
    let bytes = fs::read(small.file()).unwrap();
    let lines: Vec<&[u8]> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
    let head = fs::read(small.dir.path().join("audit.jsonl.head")).unwrap();
    let broken = [
        (lines[..3].concat(), Some(head.clone())),
        (bytes[..bytes.len() - 1].to_vec(), Some(head.clone())),
        ([&bytes, b"\n".as_slice()].concat(), Some(head.clone())),
        (lines[..3].concat(), None),
        (lines[..3].concat(), Some(head[..9].to_vec())),
        ([lines[0], b"\n", lines[2], lines[3]].concat(), Some(head)),
    ];
    for (number, (bytes, head)) in broken.into_iter().enumerate() {
        fs::write(small.file(), bytes).unwrap();
        let path = small.dir.path().join("audit.jsonl.head");
        match head {
            Some(head) => fs::write(path, head).unwrap(),
            None => fs::remove_file(path).unwrap(),
        }
        assert!(small.verify().broken.is_some(), "{number}");
        for _ in 0..3 {
            small.add(2);
            assert!(small.verify().broken.is_some(), "{number}");
        }
    }
}

#[test]
fn a_break_is_named_by_file_and_line() {
    let mut files = EVENTFUL.clone();
    let bytes = files.get_mut(FILE_NAME).unwrap();
    let lines = bytes.iter().filter(|byte| **byte == b'\n').count() as u64;
    let at = bytes.len() - 10;
    bytes[at] ^= 1;
    let broken = judge(&files).broken.unwrap();
    assert_eq!(broken.line, lines);
    assert_eq!(broken.file.file_name().unwrap(), FILE_NAME);
    assert_eq!(broken.reason, "it is not as it was written");
}

/// What a kill can leave behind while these files became those: the lines first, then the head.
fn killed(before: &Files, after: &Files, bytes: usize) -> Files {
    let mut left = before.clone();
    let whole = &after[FILE_NAME];
    let known = before.get(FILE_NAME).map_or(0, Vec::len);
    left.insert(FILE_NAME.to_owned(), whole[..known + bytes].to_vec());
    left
}

#[test]
fn a_kill_at_any_byte_leaves_what_the_next_line_mends() {
    let mut small = Small::new();
    small.add(2);
    let before = small.files();
    small.add(2);
    let after = small.files();
    let written = after[FILE_NAME].len() - before[FILE_NAME].len();
    // Every place within the first words and at the ends of both lines, and some of the others.
    let ends = |byte: usize| {
        let rest = &after[FILE_NAME][before[FILE_NAME].len() + byte..];
        rest.iter().take(4).any(|byte| *byte == b'\n')
    };
    let places = (0..=written).filter(|byte| *byte < 20 || byte % 23 == 0 || ends(*byte));
    for bytes in places {
        let left = killed(&before, &after, bytes);
        let text = &left[FILE_NAME];
        let whole = text.iter().filter(|byte| **byte == b'\n').count() as u64;
        let history = judge_in(small.dir.path(), &left);
        assert_whole(&history, whole);
        assert_eq!(history.ends_torn, !text.ends_with(b"\n"), "{bytes}");
        small.add(1);
        let history = small.verify();
        // What lacks nothing but its end is a line.
        let lacks_its_end = text.ends_with(b"\"}");
        assert_whole(&history, whole + 1 + u64::from(lacks_its_end));
        let is_torn = !text.ends_with(b"\n") && !lacks_its_end;
        assert_eq!(history.torn, u64::from(is_torn), "{bytes}");
    }
}

#[test]
fn a_kill_within_the_line_that_closes_off_a_torn_one_is_mended() {
    let mut small = Small::new();
    small.add(1);
    let before = small.files();
    small.add(1);
    let torn = killed(&before, &small.files(), 50);
    judge_in(small.dir.path(), &torn);
    small.add(1);
    let closed = small.files();
    let closing = closed[FILE_NAME].len() - torn[FILE_NAME].len();
    for bytes in [0, 1, 2, 40, closing - 1, closing] {
        let left = killed(&torn, &closed, bytes);
        assert_eq!(judge_in(small.dir.path(), &left).broken, None, "{bytes}");
        small.add(1);
        assert_eq!(small.verify().broken, None, "{bytes}");
        small.add(1);
        assert_eq!(small.verify().broken, None, "{bytes}");
    }
}

#[test]
fn a_kill_between_two_files_leaves_a_chain() {
    let mut small = Small::new();
    let mut before = small.files();
    let mut kills = 0;
    while kills < 3 {
        small.add(1);
        let after = small.files();
        let new = after
            .keys()
            .find(|name| !before.contains_key(*name) && before.contains_key(FILE_NAME));
        if let Some(full) = new.cloned() {
            kills += 1;
            let next = after[FILE_NAME].clone();
            // Renamed and nothing else; the new file begun, torn and whole, with the head not yet replaced.
            let mut left = before.clone();
            let bytes = left.remove(FILE_NAME).unwrap();
            left.insert(full, bytes);
            let lines = judge_in(small.dir.path(), &left);
            assert_eq!(lines.broken, None);
            small.add(1);
            assert_whole(&small.verify(), lines.lines + 1);
            // The head knows that the file begins anew before there is anything in it.
            judge_in(small.dir.path(), &left);
            small.add(1);
            let mut begun = small.files();
            begun.insert("audit.jsonl.head".to_owned(), {
                let mut head: head::Head = serde_json::from_slice(
                    &line::open(before["audit.jsonl.head"].strip_suffix(b"\n").unwrap())
                        .unwrap()
                        .0,
                )
                .unwrap();
                head.bytes = 0;
                let mut bytes = line::seal(&head).unwrap().0;
                bytes.push(b'\n');
                bytes
            });
            for length in [0, 1, 30, next.len() - 1, next.len()] {
                let text = begun[FILE_NAME][..length.min(begun[FILE_NAME].len())].to_vec();
                let mut left = begun.clone();
                left.insert(FILE_NAME.to_owned(), text);
                assert_eq!(judge_in(small.dir.path(), &left).broken, None, "{length}");
                small.add(2);
                assert_eq!(small.verify().broken, None, "{length}");
            }
            judge_in(small.dir.path(), &after);
        }
        before = small.files();
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn nothing_that_happens_to_two_bytes_is_missed(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
        cut in any::<prop::sample::Index>(),
        is_cut in any::<bool>(),
    ) {
        let files = &*EVENTFUL;
        let names: Vec<&String> = files.keys().collect();
        let mut changed = files.clone();
        for (at, byte) in changes {
            let name = names[at.index(names.len())];
            let bytes = changed.get_mut(name).unwrap();
            if !bytes.is_empty() {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
        }
        if is_cut {
            let bytes = changed.get_mut(FILE_NAME).unwrap();
            bytes.truncate(cut.index(bytes.len() + 1));
        }
        prop_assert_eq!(judge(&changed).broken.is_some(), &changed != files);
    }
}

#[test]
fn several_processes_write_one_chain() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join(FILE_NAME);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            // Each with a log of its own, as processes have.
            let file = &file;
            scope.spawn(move || {
                let log = Log::small(file, 4_000, 20);
                for number in 0..15 {
                    let entry = Noted::now(Entry::call("tg.list_chats"));
                    let batch = vec![entry; 1 + number % 3];
                    log.append(&batch, 0).unwrap();
                }
            });
        }
    });
    assert_whole(&verify(&file).unwrap(), 4 * 30);
}

#[tokio::test]
async fn what_cannot_be_written_is_counted_and_told_by_the_next_line() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join(FILE_NAME);
    // Something else is in the way.
    fs::create_dir(&file).unwrap();
    let audit = Audit::to(&file);
    for _ in 0..3 {
        audit.record(Entry::call("tg.list_chats"));
    }
    let lost = || audit.lost() == 3;
    while !lost() {
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    }
    fs::remove_dir(&file).unwrap();
    audit.record(Entry::call("tg.list_chats"));
    audit.close().await;
    let history = verify(&file).unwrap();
    assert_whole(&history, 1);
    assert_eq!(history.lost, 3);
    // Whoever comes after the end is not waited for.
    audit.record(Entry::call("tg.list_chats"));
    assert_eq!(verify(&file).unwrap().lines, 1);
}

#[tokio::test]
async fn a_queue_that_is_full_keeps_nobody_waiting() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join(FILE_NAME);
    // Another process holds the lock.
    let lock = fs::File::create(dir.path().join("audit.jsonl.lock")).unwrap();
    lock.lock().unwrap();
    let audit = Audit::to(&file);
    for _ in 0..3_000 {
        audit.record(Entry::call("tg.list_chats"));
    }
    let lost = audit.lost();
    assert!(lost > 1_000, "{lost}");
    audit.close().await;
    drop(lock);
    let written = || verify(&file).unwrap();
    while written().lines + lost < 3_000 {
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    }
    assert_whole(&written(), 3_000 - lost);
    assert_eq!(written().lost, lost);
}
