//! A small account with a chat of each kind, and readers of it that may read some.

use std::path::Path;

use grammers_tl_types as tl;
use serde_json::{Value, json};
use telegram_history_mcp::error::{Error, ErrorCode};
use telegram_history_mcp::history::{HistoryParams, Page, Reader, read_policy};
use telegram_history_mcp::privacy::Gate;
use telegram_history_mcp::sim::standing::Invite;
use telegram_history_mcp::sim::world::{Event, peer};
use telegram_history_mcp::sim::{Sim, World, blank};
use telegram_history_mcp::telegram::ClientOptions;

use crate::stage::{call, options};

/// `@sim_news`, a channel whose comments stand in [`TALK`].
pub(crate) const NEWS: i64 = -1_000_000_001_001;
/// `@sim_talk`, a supergroup that was [`OLD`].
pub(crate) const TALK: i64 = -1_000_000_001_002;
/// `@secret_room` and `@back_door`, a channel.
pub(crate) const SECRET: i64 = -1_000_000_001_003;
/// `@sim_forum`, a forum.
pub(crate) const FORUM: i64 = -1_000_000_001_004;
/// A supergroup without a name, to which [`INVITE`] leads.
pub(crate) const CLUB: i64 = -1_000_000_001_005;
pub(crate) const OLD: i64 = -77;
/// A basic group that is nothing else.
pub(crate) const FLAT: i64 = -78;
/// `@kim_k`, a person.
pub(crate) const KIM: i64 = 4242;
/// `@weather_bot`, a bot.
pub(crate) const BOT: i64 = 4243;
pub(crate) const TELEGRAM: i64 = 777_000;
pub(crate) const INVITE: &str = "AbCdEfGh";
/// What every message of a chat holds, so that it can be told whose it is.
pub(crate) const WORDS: [(i64, &str); 10] = [
    (NEWS, "bulletin"),
    (TALK, "chatter"),
    (SECRET, "whisper"),
    (FORUM, "debate"),
    (CLUB, "handshake"),
    (OLD, "memory"),
    (FLAT, "smalltalk"),
    (KIM, "letter"),
    (BOT, "forecast"),
    (TELEGRAM, "passcode"),
];
/// When each chat's third message of four was sent; that of [`OLD`] ten days earlier.
pub(crate) const MIDDLE: i32 = 1_750_000_000;

/// Entries of a list.
pub(crate) type List = &'static [&'static str];

pub(crate) fn world() -> World {
    let mut world = World::empty(5);
    world
        .add_channel("Harbour News", Some("sim_news"), 1001)
        .broadcast = true;
    world
        .add_channel("Harbour Talk", Some("sim_talk"), 1002)
        .megagroup = true;
    let secret = world.add_channel("Secret Room", None, 1003);
    secret.broadcast = true;
    secret.usernames = Some(blank::usernames(&[
        ("secret_room", true),
        ("back_door", true),
    ]));
    world.add_forum("Forum", Some("sim_forum"), 1004);
    world.add_channel("The Club", None, 1005).megagroup = true;
    world.invites.insert(INVITE.to_owned(), Invite::to(CLUB));
    let old = world.add_group("Harbour Talk", 77);
    old.deactivated = true;
    old.migrated_to = Some(
        tl::types::InputChannel {
            channel_id: 1002,
            access_hash: 0,
        }
        .into(),
    );
    world.add_group("Flat", 78);
    world.add_user("Kim", Some("kim_k"), KIM);
    let bot = world.add_user("Weather", Some("weather_bot"), BOT);
    bot.bot = true;
    bot.bot_info_version = Some(1);
    world.add_user("Telegram", None, TELEGRAM);
    for (chat_id, word) in WORDS {
        for number in 1..=4 {
            let from = (chat_id < 0 && ![NEWS, SECRET].contains(&chat_id)).then_some(KIM);
            let before = if chat_id == OLD { 10 } else { 0 };
            let date = MIDDLE + (number - 3 - before) * 86_400;
            let last = world.say_at(chat_id, from, &format!("{word} {number}"), date);
            if chat_id == OLD {
                world.details.entry(TALK).or_default().migrated_from = Some((77, last));
            }
        }
    }
    let me = world.me;
    world.say_at(me, Some(me), "a note", MIDDLE);
    world.details.entry(NEWS).or_default().linked_chat_id = Some(TALK);
    world.details.entry(TALK).or_default().linked_chat_id = Some(NEWS);
    world.log.clear();
    world
}

/// A message as it is forwarded, or answered elsewhere.
pub(crate) fn message(world: &mut World, chat_id: i64) -> tl::types::Message {
    let id = world.next_id(chat_id);
    tl::types::Message {
        from_id: Some(peer(KIM)),
        message: "words that were passed on".to_owned(),
        ..blank::message(id, peer(chat_id), MIDDLE + 1)
    }
}

/// A reader that may read these, but not those.
pub(crate) fn reader(sim: &Sim, allowed: &[&str], denied: &[&str]) -> Reader {
    reader_since(options(sim), allowed, denied, None)
}

/// The same, which remembers in this directory.
pub(crate) fn reader_with_state(
    sim: &Sim,
    state: &Path,
    allowed: &[&str],
    denied: &[&str],
) -> Reader {
    let options = ClientOptions {
        state_dir: Some(state.to_owned()),
        ..options(sim)
    };
    reader_since(options, allowed, denied, None)
}

/// The same, which reads nothing that was sent before this time.
pub(crate) fn reader_since(
    options: ClientOptions,
    allowed: &[&str],
    denied: &[&str],
    not_before: Option<i32>,
) -> Reader {
    let list = |list: &[&str]| -> Vec<String> { list.iter().map(|it| (*it).to_owned()).collect() };
    let not_before = not_before.map(|second| jiff::Timestamp::from_second(second.into()).unwrap());
    let policy = read_policy(&list(allowed), &list(denied), not_before).unwrap();
    Reader::new(options, Gate::unmasked().with_policy(policy))
}

/// What a page was asked for with.
pub(crate) fn of(chat: &str) -> HistoryParams {
    HistoryParams {
        chat: Some(chat.to_owned()),
        ..HistoryParams::default()
    }
}

/// The page behind a cursor.
pub(crate) fn on(cursor: &str) -> HistoryParams {
    HistoryParams {
        cursor: Some(cursor.to_owned()),
        ..HistoryParams::default()
    }
}

pub(crate) async fn fetch(reader: &Reader, params: &HistoryParams) -> Result<Page, Error> {
    let page = reader.fetch_history(params, &call()).await;
    page.map_err(|failure| failure.error)
}

/// The texts of a page, which there has to be.
pub(crate) async fn texts(reader: &Reader, params: &HistoryParams) -> Vec<String> {
    let page = fetch(reader, params).await.unwrap();
    page.messages
        .iter()
        .map(|message| message.record.text.clone())
        .collect()
}

/// The texts of a whole chain of cursors.
pub(crate) async fn all_texts(reader: &Reader, first: &HistoryParams) -> Vec<String> {
    let mut texts = Vec::new();
    let mut params = first.clone();
    for _ in 0..50 {
        let page = fetch(reader, &params).await.unwrap();
        texts.extend(
            page.messages
                .iter()
                .map(|message| message.record.text.clone()),
        );
        match page.cursor_after(page.messages.len()) {
            Some(cursor) => params = on(&cursor),
            None => return texts,
        }
    }
    panic!("the walk does not end");
}

/// What a chat says when it is described: its id, or the error's code and text.
pub(crate) async fn described(reader: &Reader, input: &str) -> Result<Value, (ErrorCode, String)> {
    match reader.resolve_chat(input, &call()).await {
        Ok(reply) => Ok(json!(reply)),
        Err(error) => Err((error.code(), error.to_string())),
    }
}

/// The refusal of this input.
pub(crate) fn refusal(input: &str) -> (ErrorCode, String) {
    let text = format!(
        "`{input}` may not be read: `TELEGRAM_ALLOWED_CHATS` does not name it, or `TELEGRAM_DENIED_CHATS` does"
    );
    (ErrorCode::AccessDenied, text)
}

/// How a page of this chat is refused.
#[track_caller]
pub(crate) fn refused(page: Result<Page, Error>) -> (ErrorCode, String) {
    match page {
        Ok(page) => panic!("a page of {} messages came", page.messages.len()),
        Err(error) => (error.code(), error.to_string()),
    }
}

/// The methods that were asked since this was last called.
pub(crate) fn asked(sim: &Sim) -> Vec<&'static str> {
    let log = std::mem::take(&mut sim.world().log);
    let methods = log.into_iter().filter_map(|event| match event {
        Event::Rpc { method, .. } => Some(method),
        _ => None,
    });
    // What every new connection asks for.
    methods
        .filter(|method| *method != "help.getConfig")
        .collect()
}
