//! JSON as editors allow it: comments, and commas behind the last of a list. They become spaces, so that places stay.

/// The same text as plain JSON.
pub(super) fn plain(text: &str) -> String {
    let mut out: Vec<char> = Vec::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    // A comma that may turn out to be the last.
    let mut comma: Option<usize> = None;
    while let Some(c) = chars.next() {
        match (c, chars.peek()) {
            ('"', _) => {
                comma = None;
                out.push(c);
                copy_string(&mut chars, &mut out);
            }
            ('/', Some('/')) => {
                out.push(' ');
                while let Some(c) = chars.next_if(|c| *c != '\n') {
                    out.push(blank(c));
                }
            }
            ('/', Some('*')) => {
                // The asterisk that opens it does not close it.
                chars.next();
                out.extend("  ".chars());
                let mut before = ' ';
                for c in chars.by_ref() {
                    out.push(blank(c));
                    if (before, c) == ('*', '/') {
                        break;
                    }
                    before = c;
                }
            }
            (',', _) => {
                // One that follows nothing is a mistake.
                let before = out.iter().rev().find(|c| !c.is_whitespace());
                let follows = before.is_some_and(|before| !matches!(before, '{' | '[' | ','));
                comma = follows.then_some(out.len());
                out.push(c);
            }
            (']' | '}', _) => {
                if let Some(last) = comma.take().and_then(|at| out.get_mut(at)) {
                    *last = ' ';
                }
                out.push(c);
            }
            _ => {
                if !c.is_whitespace() {
                    comma = None;
                }
                out.push(c);
            }
        }
    }
    out.into_iter().collect()
}

/// Copies what is left of a string, with its end.
fn copy_string(chars: &mut impl Iterator<Item = char>, out: &mut Vec<char>) {
    let mut is_escaped = false;
    for c in chars {
        out.push(c);
        match (is_escaped, c) {
            (true, _) => is_escaped = false,
            (false, '\\') => is_escaped = true,
            (false, '"') => return,
            _ => {}
        }
    }
}

fn blank(c: char) -> char {
    if c == '\n' { '\n' } else { ' ' }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn comments_and_last_commas_go_and_strings_stay() {
        for (text, expected) in [
            ("{}", json!({})),
            (
                "// one\n{ /* two\n */ \"a\": 1, // three\n}\n",
                json!({ "a": 1 }),
            ),
            ("[1, 2, /* , */ ]", json!([1, 2])),
            ("[1 /*/ 7 */]", json!([1])),
            (
                r#"{"a": "// no, /* comment */ ,}", "b\\": "\"/*"}"#,
                json!({ "a": "// no, /* comment */ ,}", "b\\": "\"/*" }),
            ),
            ("[\"https://example.org\",]", json!(["https://example.org"])),
        ] {
            let read: Value = serde_json::from_str(&plain(text)).unwrap();
            assert_eq!(read, expected, "{text}");
        }
    }

    #[test]
    fn what_is_wrong_stays_where_it_is() {
        let error = |text: &str| {
            let error = serde_json::from_str::<Value>(&plain(text)).unwrap_err();
            (error.line(), error.column())
        };
        assert_eq!(error("/* a\n b */\n  { \"a\" 1 }"), (3, 9));
        for text in ["[1,,2]", "[1,,]", "{,}", "[ ,]", "{ \"a\": 1 /* no end }"] {
            assert_eq!(error(text).0, 1, "{text}");
        }
    }
}
