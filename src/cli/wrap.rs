//! Sentences for a person: in lines that end between words on a terminal, and whole where a program reads.

use std::io::{Write as _, stderr, stdout};

use terminal_size::{Width, terminal_size_of};
use textwrap::{Options, WordSeparator, WordSplitter};

use super::{Failure, print};

/// How long a line is at most, in columns.
const WIDEST: usize = 100;
/// What a line of a failure begins with.
const NAME: &str = "telegram-history-mcp: ";

/// The lines of a text in a window of so many columns; paths and commands stay whole.
pub(super) fn lines(text: &str, columns: usize, name: &str) -> Vec<String> {
    let indent = " ".repeat(name.len().min(2));
    let options = Options::new(columns.min(WIDEST))
        .initial_indent(name)
        .subsequent_indent(&indent)
        .word_separator(WordSeparator::AsciiSpace)
        .word_splitter(WordSplitter::NoHyphenation)
        .break_words(false);
    let lines = textwrap::wrap(text, &options);
    lines.into_iter().map(|line| line.into_owned()).collect()
}

/// Says something on standard output.
pub(super) fn say(text: &str) -> Result<(), Failure> {
    match terminal_size_of(stdout()) {
        Some((Width(columns), _)) => print(lines(text, columns.into(), "").join("\n")),
        None => print(text),
    }
}

/// Says on standard error why the program has failed.
pub fn complain(failure: &Failure) {
    let columns = terminal_size_of(stderr()).map(|(Width(columns), _)| usize::from(columns));
    for line in failure.to_string().lines() {
        let said = match columns {
            Some(columns) => lines(line, columns, NAME).join("\n"),
            None => format!("{NAME}{line}"),
        };
        let _ = writeln!(stderr(), "{said}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_end_between_words_and_no_word_is_broken() {
        let text = "The session was removed from /home/ada/.local/state/session.";
        let expected = [
            "The session was",
            "removed from",
            "/home/ada/.local/state/session.",
        ];
        assert_eq!(lines(text, 20, ""), expected);
        let expected = ["x: The", "  session", "  was over."];
        assert_eq!(lines("The session was over.", 11, "x: "), expected);
    }
}
