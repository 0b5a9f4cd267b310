use super::*;

const NEWS: i64 = -1_000_000_001_001;
const TALK: i64 = -1_000_000_001_002;
const FLAT: i64 = -77;
const KIM: i64 = 4242;

fn name(name: &str) -> Entry {
    Entry::Name(name.to_owned())
}

fn policy(allowed: &[Entry], denied: &[Entry]) -> Policy {
    Policy::new(allowed.to_vec(), denied.to_vec(), None)
}

fn known(chat_id: i64, kind: ChatKind) -> Subject<'static> {
    Subject {
        chat_id,
        kind: Some(kind),
        ..Subject::default()
    }
}

fn met(chat_id: i64) -> Subject<'static> {
    Subject {
        chat_id,
        ..Subject::default()
    }
}

/// Ids and kinds, with spaces between them.
fn list(text: &str) -> Vec<Entry> {
    let entry = |word: &str| match Kind::named(word) {
        Some(kind) => Entry::Kind(kind),
        None => Entry::Id(word.parse().unwrap()),
    };
    text.split_whitespace().map(entry).collect()
}

#[test]
fn lists_decide_by_id_and_kind_and_deny_wins() {
    use Verdict::{Readable, Unclear, Unreadable};
    const ONE: &str = "-1000000001001";
    let news = || known(NEWS, ChatKind::Channel);
    let table = [
        ("", "", met(NEWS), Readable),
        ("", "", met(TELEGRAM), Unreadable),
        ("777000", "", met(TELEGRAM), Readable),
        ("777000", "", met(NEWS), Unreadable),
        ("777000", "777000", met(TELEGRAM), Unreadable),
        // Of a kind that is allowed, and not named.
        ("private", "", known(TELEGRAM, ChatKind::User), Unreadable),
        (ONE, "", met(NEWS), Readable),
        (ONE, "", news(), Readable),
        (ONE, "", met(TALK), Unreadable),
        (ONE, "", met(FLAT), Unreadable),
        (ONE, ONE, news(), Unreadable),
        ("", ONE, met(NEWS), Unreadable),
        ("", ONE, met(TALK), Readable),
        ("channel", "", met(NEWS), Unclear),
        ("channel", "", news(), Readable),
        ("channel", "", met(FLAT), Unreadable),
        ("channel", "", met(KIM), Unreadable),
        ("channel", ONE, news(), Unreadable),
        ("channel group", "", met(NEWS), Readable),
        ("group", "", met(FLAT), Readable),
        ("group", "", known(TALK, ChatKind::Forum), Readable),
        ("group", "", known(TALK, ChatKind::Supergroup), Readable),
        ("group", "", news(), Unreadable),
        ("private", "", known(KIM, ChatKind::Bot), Unreadable),
        ("bot", "", known(KIM, ChatKind::Bot), Readable),
        ("", "private", met(KIM), Unclear),
        ("", "private", known(KIM, ChatKind::User), Unreadable),
        ("", "private bot", met(KIM), Unreadable),
        ("", "private", met(NEWS), Readable),
        // It may be denied, and is not allowed whatever it is.
        (ONE, "private", met(KIM), Unreadable),
    ];
    for (allowed, denied, chat, expected) in table {
        let verdict = policy(&list(allowed), &list(denied)).verdict(chat);
        assert_eq!(verdict, expected, "`{allowed}` `{denied}` {chat:?}");
    }
}

#[test]
fn a_basic_group_goes_with_the_supergroup_that_it_became() {
    let became = Subject {
        became: Some(TALK),
        ..known(FLAT, ChatKind::Group)
    };
    let listed = policy(&[Entry::Id(TALK)], &[]);
    assert_eq!(listed.verdict(became), Verdict::Readable);
    // Nobody is asked about what is not known to be allowed.
    assert_eq!(listed.verdict(met(FLAT)), Verdict::Unreadable);
    let without = policy(&[Entry::Id(TALK)], &[Entry::Id(FLAT)]);
    assert_eq!(without.verdict(became), Verdict::Unreadable);
    let denied = policy(&[], &[Entry::Id(TALK)]);
    assert_eq!(denied.verdict(became), Verdict::Unreadable);
    assert_eq!(denied.verdict(met(FLAT)), Verdict::Unclear);
    assert_eq!(
        denied.verdict(known(FLAT, ChatKind::Group)),
        Verdict::Readable
    );
}

#[test]
fn an_allowed_name_is_who_has_it_and_a_denied_one_also_who_had_it() {
    let allowing = policy(&[name("news")], &[]);
    assert_eq!(allowing.verdict(met(NEWS)), Verdict::Unreadable);
    allowing.note_allowed(&name("news"), Some(NEWS));
    assert_eq!(allowing.verdict(met(NEWS)), Verdict::Readable);
    allowing.note_allowed(&name("news"), Some(TALK));
    assert_eq!(allowing.verdict(met(NEWS)), Verdict::Unreadable);
    assert_eq!(allowing.verdict(met(TALK)), Verdict::Readable);
    allowing.note_allowed(&name("news"), None);
    assert_eq!(allowing.verdict(met(TALK)), Verdict::Unreadable);

    let denying = policy(&[], &[name("news")]);
    assert!(!denying.is_answered(&name("news")));
    denying.note_denied(&name("news"), None);
    assert!(denying.is_answered(&name("news")));
    assert_eq!(denying.verdict(met(NEWS)), Verdict::Readable);
    denying.note_denied(&name("news"), Some(NEWS));
    denying.note_denied(&name("news"), Some(TALK));
    denying.note_denied(&name("news"), None);
    assert_eq!(denying.verdict(met(NEWS)), Verdict::Unreadable);
    assert_eq!(denying.verdict(met(TALK)), Verdict::Unreadable);
}

#[test]
fn a_denied_name_holds_for_whoever_is_seen_with_it() {
    let seen = Subject {
        username: Some("News"),
        ..known(NEWS, ChatKind::Channel)
    };
    assert_eq!(
        policy(&[], &[name("news")]).verdict(seen),
        Verdict::Unreadable
    );
}

#[test]
fn telegrams_own_chat_may_be_named_by_its_username_too() {
    let allowing = policy(&[name("telegram")], &[]);
    allowing.note_allowed(&name("telegram"), Some(TELEGRAM));
    assert!(allowing.names_telegram());
    assert_eq!(allowing.verdict(met(TELEGRAM)), Verdict::Readable);
}
