use super::*;
use crate::error::ErrorCode;

fn named(name: &str) -> ChatForm {
    ChatForm::Name(ChatName::Username(name.to_owned()))
}

fn id(chat_id: i64) -> ChatForm {
    ChatForm::Name(ChatName::Id(chat_id))
}

fn words(text: &str) -> ChatForm {
    ChatForm::Words(text.to_owned())
}

fn invite(hash: &str) -> ChatForm {
    ChatForm::Invite(hash.to_owned())
}

fn parse(text: &str) -> Result<ChatInput, Error> {
    ChatInput::parse("chat", text)
}

#[test]
fn every_form_of_a_chat_is_read() {
    let me = || ChatForm::Name(ChatName::Me);
    let table = [
        ("@Name_1", named("name_1")),
        ("  ME ", me()),
        ("Saved Messages", me()),
        ("-1001234567890", id(-1_001_234_567_890)),
        ("-77", id(-77)),
        ("777000", id(777_000)),
        ("name", words("name")),
        (" two words ", words("two words")),
        ("Имя чата 🙂", words("Имя чата 🙂")),
        ("C++: a group", words("C++: a group")),
        ("+1 more", words("+1 more")),
        ("Q&A / t.me", words("Q&A / t.me")),
    ];
    for (text, chat) in table {
        assert_eq!(parse(text).unwrap(), chat.into(), "{text}");
    }
}

/// What a link says, as `(chat, topic, message, comment)`.
type Said = (ChatForm, Option<i32>, Option<i32>, Option<i32>);

#[test]
fn every_link_is_read() {
    let name = || named("name");
    let private = || id(-1_001_234_567_890);
    let table: Vec<(&str, Said)> = vec![
        ("https://t.me/Name", (name(), None, None, None)),
        ("http://telegram.me/name/", (name(), None, None, None)),
        ("https://telegram.dog/name", (name(), None, None, None)),
        ("www.t.me/name", (name(), None, None, None)),
        ("HTTPS://T.ME/name", (name(), None, None, None)),
        ("https://t.me/name?start=x", (name(), None, None, None)),
        ("t.me/name/17", (name(), None, Some(17), None)),
        ("t.me/name/17?single", (name(), None, Some(17), None)),
        ("T.me/name/4/17", (name(), Some(4), Some(17), None)),
        (
            "t.me/name/4/17/?single#x",
            (name(), Some(4), Some(17), None),
        ),
        ("t.me/name/17?thread=4", (name(), Some(4), Some(17), None)),
        ("t.me/name/17?comment=5", (name(), None, Some(17), Some(5))),
        ("t.me/s/name/17?before=20", (name(), None, Some(17), None)),
        ("https://name.t.me", (name(), None, None, None)),
        ("name.t.me/4/17", (name(), Some(4), Some(17), None)),
        ("https://t.me/c/1234567890", (private(), None, None, None)),
        ("t.me/c/1234567890/17", (private(), None, Some(17), None)),
        (
            "t.me/c/1234567890/4/17",
            (private(), Some(4), Some(17), None),
        ),
        (
            "t.me/c/1234567890/17?thread=4&single",
            (private(), Some(4), Some(17), None),
        ),
        (
            "t.me/c/1234567890/17?comment=5",
            (private(), None, Some(17), Some(5)),
        ),
        ("tg://resolve?domain=name", (name(), None, None, None)),
        ("tg:resolve?domain=Name", (name(), None, None, None)),
        (
            "tg://resolve?domain=name&post=17&single",
            (name(), None, Some(17), None),
        ),
        (
            "tg://resolve?domain=name&post=17&thread=4",
            (name(), Some(4), Some(17), None),
        ),
        (
            "tg://resolve?domain=name&post=17&comment=5",
            (name(), None, Some(17), Some(5)),
        ),
        (
            "tg://privatepost?channel=1234567890&post=17",
            (private(), None, Some(17), None),
        ),
        (
            "tg://privatepost?channel=1234567890&post=17&thread=4&comment=5",
            (private(), Some(4), Some(17), Some(5)),
        ),
        (
            "tg://openmessage?user_id=4242&message_id=17",
            (id(4242), None, Some(17), None),
        ),
        (
            "tg://openmessage?chat_id=77&message_id=3",
            (id(-77), None, Some(3), None),
        ),
        ("tg://user?id=4242", (id(4242), None, None, None)),
        (
            "https://t.me/+AbC-d_1",
            (invite("AbC-d_1"), None, None, None),
        ),
        ("t.me/joinchat/AbCdEf", (invite("AbCdEf"), None, None, None)),
        (
            "telegram.me/joinchat/AAAAAE_x",
            (invite("AAAAAE_x"), None, None, None),
        ),
        (
            "tg://join?invite=AbCdEf",
            (invite("AbCdEf"), None, None, None),
        ),
    ];
    for (text, (chat, topic_id, message_id, comment_id)) in table {
        let expected = ChatInput {
            chat,
            message_id,
            topic_id,
            comment_id,
        };
        assert_eq!(parse(text).unwrap(), expected, "{text}");
    }
}

#[test]
fn what_cannot_be_a_chat_is_refused_with_the_forms_that_can() {
    let long = "x".repeat(1 << 20);
    for text in [
        "",
        "   ",
        "https://example.org/name",
        "https://nott.me/name",
        "http://[t.me/name",
        "two\nlines",
        "t.me",
        "t.me/",
        "https://t.me/c/abc/1",
        "t.me/c/-5/1",
        "t.me/c/99999999999999999999/1",
        "0",
        "99999999999999999999",
        "-1000000000000",
        "t.me/name/x",
        "t.me/name/-1",
        "t.me/name/1/2/3",
        "t.me/joinchat/",
        "t.me/+",
        "t.me/+a%20b",
        "t.me/addstickers/Name",
        "t.me/share?url=x",
        "tg://resolve",
        "tg://settings",
        "tg://openmessage?message_id=1",
        "tg://join",
        &long,
    ] {
        let error = parse(text).unwrap_err();
        assert_eq!(error.code(), ErrorCode::InputValidation, "{text:.40}");
        assert!(error.to_string().len() < 400, "{text:.40}");
    }
}

#[test]
fn a_phone_number_is_not_a_chat() {
    for text in [
        "+49 170 1234567",
        "+491701234567",
        "+1 (555) 010-9999",
        "t.me/+491701234567",
        "tg://resolve?phone=491701234567",
    ] {
        let error = parse(text).unwrap_err();
        assert_eq!(error.code(), ErrorCode::InputValidation, "{text}");
        assert!(error.to_string().contains("phone"), "{error}");
    }
}

#[test]
fn a_name_that_telegram_could_not_have_given_is_refused_before_it_is_asked() {
    for text in [
        "@",
        "@a",
        "@1abc",
        "@with-dash",
        "@имя",
        "@two words",
        "t.me/1abc",
        &format!("@{}", "a".repeat(33)),
    ] {
        let error = parse(text).unwrap_err();
        assert_eq!(error.code(), ErrorCode::UsernameInvalid, "{text}");
    }
}

#[test]
fn words_may_be_a_username() {
    for (text, name) in [
        ("Name_1", Some("name_1")),
        ("n", None),
        ("two words", None),
        ("имя", None),
        ("1st", None),
    ] {
        assert_eq!(as_username(text).as_deref(), name, "{text}");
    }
}
