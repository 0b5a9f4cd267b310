use super::*;
use crate::model::{Message, samples};

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
    use Verdict::{Denied, Readable, Unclear, Unlisted};
    const ONE: &str = "-1000000001001";
    let news = || known(NEWS, ChatKind::Channel);
    let table = [
        ("", "", met(NEWS), Readable),
        ("", "", met(TELEGRAM), Denied),
        ("777000", "", met(TELEGRAM), Readable),
        ("777000", "", met(NEWS), Unlisted),
        ("777000", "777000", met(TELEGRAM), Denied),
        // Of a kind that is allowed, and not named.
        ("private", "", known(TELEGRAM, ChatKind::User), Denied),
        (ONE, "", met(NEWS), Readable),
        (ONE, "", news(), Readable),
        (ONE, "", met(TALK), Unlisted),
        (ONE, "", met(FLAT), Unlisted),
        (ONE, ONE, news(), Denied),
        ("", ONE, met(NEWS), Denied),
        ("", ONE, met(TALK), Readable),
        ("channel", "", met(NEWS), Unclear),
        ("channel", "", news(), Readable),
        ("channel", "", met(FLAT), Unlisted),
        ("channel", "", met(KIM), Unlisted),
        ("channel", ONE, news(), Denied),
        ("channel group", "", met(NEWS), Readable),
        ("group", "", met(FLAT), Readable),
        ("group", "", known(TALK, ChatKind::Forum), Readable),
        ("group", "", known(TALK, ChatKind::Supergroup), Readable),
        ("group", "", news(), Unlisted),
        ("private", "", known(KIM, ChatKind::Bot), Unlisted),
        ("bot", "", known(KIM, ChatKind::Bot), Readable),
        ("", "private", met(KIM), Unclear),
        ("", "private", known(KIM, ChatKind::User), Denied),
        ("", "private bot", met(KIM), Denied),
        ("", "private", met(NEWS), Readable),
        // It may be denied, and is not allowed whatever it is.
        (ONE, "private", met(KIM), Unlisted),
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
    assert_eq!(listed.verdict(met(FLAT)), Verdict::Unlisted);
    let without = policy(&[Entry::Id(TALK)], &[Entry::Id(FLAT)]);
    assert_eq!(without.verdict(became), Verdict::Denied);
    let denied = policy(&[], &[Entry::Id(TALK)]);
    assert_eq!(denied.verdict(became), Verdict::Denied);
    assert_eq!(denied.verdict(met(FLAT)), Verdict::Unclear);
    assert_eq!(
        denied.verdict(known(FLAT, ChatKind::Group)),
        Verdict::Readable
    );
}

/// Tells a policy that one name is this chat's now, or nobody's that is known.
fn is_now(policy: &Policy, chat_id: Option<i64>) {
    policy.refresh(|entry| chat_id.filter(|_| *entry == name("news")));
}

#[test]
fn an_allowed_name_is_who_has_it_now() {
    let policy = policy(&[name("news"), Entry::Id(KIM)], &[]);
    assert_eq!(policy.unanswered_allowed(), [name("news")]);
    assert_eq!(policy.verdict(met(NEWS)), Verdict::Unlisted);
    policy.note(&name("news"), Some(NEWS));
    assert_eq!(policy.verdict(met(NEWS)), Verdict::Readable);
    is_now(&policy, Some(TALK));
    assert_eq!(policy.verdict(met(NEWS)), Verdict::Unlisted);
    assert_eq!(policy.verdict(met(TALK)), Verdict::Readable);
    assert!(policy.unanswered_allowed().is_empty());
    is_now(&policy, None);
    assert_eq!(policy.verdict(met(TALK)), Verdict::Unlisted);
    assert_eq!(policy.unanswered_allowed(), [name("news")]);
    policy.note(&name("news"), None);
    is_now(&policy, None);
    assert!(policy.unanswered_allowed().is_empty());
}

#[test]
fn a_denied_name_is_who_has_it_and_who_had_it() {
    let policy = policy(&[], &[name("news"), Entry::Id(KIM)]);
    assert_eq!(policy.unanswered_denied(), [name("news")]);
    policy.note(&name("news"), None);
    assert!(policy.unanswered_denied().is_empty());
    assert_eq!(policy.verdict(met(NEWS)), Verdict::Readable);
    is_now(&policy, Some(NEWS));
    is_now(&policy, Some(TALK));
    is_now(&policy, None);
    assert_eq!(policy.verdict(met(NEWS)), Verdict::Denied);
    assert_eq!(policy.verdict(met(TALK)), Verdict::Denied);
}

#[test]
fn a_denied_name_holds_for_whoever_is_seen_with_it() {
    let seen = Subject {
        username: Some("News"),
        ..known(NEWS, ChatKind::Channel)
    };
    assert_eq!(policy(&[], &[name("news")]).verdict(seen), Verdict::Denied);
}

#[test]
fn telegrams_own_chat_may_be_named_by_its_username_too() {
    let allowing = policy(&[name("telegram")], &[]);
    allowing.note(&name("telegram"), Some(TELEGRAM));
    assert!(allowing.names_telegram());
    assert_eq!(allowing.verdict(met(TELEGRAM)), Verdict::Readable);
}

#[test]
fn what_happened_and_what_is_attached_name_no_channel_that_may_not_be_read() {
    const OTHER: i64 = -1_000_000_000_020;
    // Somebody in the samples becomes a channel.
    let with_other = |value: &serde_json::Value| {
        let text = value
            .to_string()
            .replace("\"id\":6,", &format!("\"id\":{OTHER},"));
        serde_json::from_str::<serde_json::Value>(&text).unwrap()
    };
    let sample = with_other(&serde_json::to_value(samples::message()).unwrap());
    let hides = |message: &serde_json::Value, policy: &Policy| {
        let mut message: Message = serde_json::from_value(message.clone()).unwrap();
        policy.withhold_from_message(&mut message);
        !serde_json::to_string(&message)
            .unwrap()
            .contains(&OTHER.to_string())
    };
    let here = Entry::Id(samples::message().chat_id);
    let closed = policy(std::slice::from_ref(&here), &[]);
    let open = policy(&[here, Entry::Id(OTHER)], &[]);
    let bare = |field: &str, value: &serde_json::Value| {
        let mut message = serde_json::json!({
            "id": 1, "chat_id": sample["chat_id"], "date": sample["date"], "type": "message", "text": "", "link": ""
        });
        message[field] = value.clone();
        message
    };
    let giveaway = &sample["media"]["giveaway"]["channels"];
    let story = serde_json::json!({ "chat_id": OTHER, "story_id": 1 });
    let mut table = vec![
        bare("saved_peer", &sample["saved_peer"]),
        bare(
            "media",
            &serde_json::json!({ "type": "giveaway", "giveaway": { "channels": giveaway } }),
        ),
        bare(
            "media",
            &serde_json::json!({ "type": "story", "story": story }),
        ),
    ];
    let names = ["gift_code", "prize_stars", "star_gift", "requested_peer"];
    for action in samples::actions() {
        let action = with_other(&serde_json::to_value(action).unwrap());
        if names.contains(&action["type"].as_str().unwrap()) {
            table.push(bare("action", &action));
        }
    }
    assert_eq!(table.len(), 3 + names.len());
    for message in table {
        assert!(
            hides(&message, &closed) && !hides(&message, &open),
            "{message}"
        );
    }
}
