//! Long runs of letters, digits, `-` and `_`: keys and addresses of wallets are among them.

use super::crypto;
use super::engine::{Context, Detector, Hit, Tail, Window};
use super::secret;

pub(super) const DETECTOR: Detector = Detector {
    next: next_run,
    look: |context, window| whole(context, window).or_else(|| part(context, window)),
};

/// How many parts of a run are looked at.
const MOST_PARTS: usize = 8;

/// No run that is shorter can be one of them.
const SHORTEST: usize = 16;

fn whole(context: &Context, window: Window<'_>) -> Option<Hit> {
    secret::token(context, window).or_else(|| crypto::look(window))
}

/// A part of a run between low lines, which stand around words in Markdown and between them in names of files:
/// up to the next low line, or up to the last one, since some keys have them inside.
fn part(context: &Context, window: Window<'_>) -> Option<Hit> {
    let end = window.skip(window.at, is_token);
    let run = window.slice(window.at..end);
    let last = window.at + run.len() - run.iter().rev().take_while(|byte| **byte == b'_').count();
    let starts = (window.at..last).filter(|at| {
        let is_first = *at == window.at || window.before(*at) == Some(b'_');
        is_first && window.get(*at) != Some(b'_')
    });
    let parts = starts.flat_map(|start| {
        let next = window.skip(start, |byte| byte != b'_').min(last);
        [(start, last), (start, next)]
    });
    parts
        .filter(|(start, to)| to - start >= SHORTEST && (*start, *to) != (window.at, end))
        .take(MOST_PARTS)
        .find_map(|(start, to)| {
            // Some keys go on behind a point.
            if to == end {
                let bytes = window.bytes;
                return whole(context, Window { bytes, at: start });
            }
            let bytes = window.bytes.get(..to)?;
            let hit = whole(context, Window { bytes, at: start })?;
            Some(Hit {
                tail: Tail::None,
                ..hit
            })
        })
}

pub(super) fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_'
}

/// The next place, from `from` on, where a run of [`SHORTEST`] begins. A run that long covers a byte of every stride.
fn next_run(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from + SHORTEST - 1;
    while let Some(byte) = bytes.get(at) {
        if !is_token(*byte) {
            at += SHORTEST;
            continue;
        }
        let before = bytes
            .get(..at)?
            .iter()
            .rev()
            .take_while(|byte| is_token(**byte));
        let start = at - before.take(SHORTEST).count();
        let behind = bytes.get(at..)?.iter().take_while(|byte| is_token(**byte));
        let is_start = start
            .checked_sub(1)
            .and_then(|it| bytes.get(it))
            .is_none_or(|byte| !is_token(*byte));
        let end = at + behind.take(usize::MAX).count();
        if is_start && start >= from && end - start >= SHORTEST {
            return Some(start);
        }
        at = end + SHORTEST;
    }
    None
}
