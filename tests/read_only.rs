//! Nothing here writes to Telegram: the product's sources name no request but the reads below, reach no request in
//! another way, and the simulator, which knows reads only, is asked for nothing else.

use std::collections::BTreeSet;
use std::path::Path;

use grammers_client::tl::{Identifiable as _, functions, name_for_id};
use proc_macro2::{Delimiter, TokenStream, TokenTree};
use serde_json::json;
use telegram_history_mcp::sim::world::Event;
use telegram_history_mcp::sim::{World, methods};

use crate::architecture::{module_of, product_files};
use crate::stage::Account;

/// Every request that may be asked, and why it changes nothing that anybody could notice.
///
/// Reading a history does not mark it as read: that takes `messages.readHistory`, `channels.readHistory`,
/// `messages.readDiscussion` or `messages.readMessageContents`, and views are counted by
/// `messages.getMessagesViews` with `increment`.
const READS: &[(&str, &str)] = &[
    ("channels::GetChannels", "describes channels by their ids"),
    (
        "channels::GetFullChannel",
        "describes a channel; `joinChannel` is what joins",
    ),
    (
        "contacts::ResolveUsername",
        "who has a username; adds no contact, and nobody is told",
    ),
    ("contacts::Search", "who has such a name; nobody is told"),
    ("help::GetConfig", "the server's own configuration"),
    (
        "messages::CheckChatInvite",
        "what an invite shows; `importChatInvite` is what joins",
    ),
    ("messages::GetChats", "describes basic groups by their ids"),
    (
        "messages::GetDialogs",
        "the list of chats; counters of unread messages stay",
    ),
    (
        "messages::GetDiscussionMessage",
        "where the comments on a post are; `readDiscussion` is what marks them",
    ),
    ("messages::GetForumTopics", "the topics of a forum"),
    ("messages::GetFullChat", "describes a basic group"),
    (
        "messages::GetHistory",
        "messages of a chat; `readHistory` is what marks them",
    ),
    (
        "messages::GetReplies",
        "messages of a thread; `readDiscussion` is what marks them",
    ),
    (
        "messages::GetSavedHistory",
        "what was saved from a chat; `readSavedHistory` is what marks it",
    ),
    (
        "messages::Search",
        "messages that match; `readHistory` is what marks them",
    ),
    ("users::GetFullUser", "describes a person; nobody is told"),
    (
        "users::GetUsers",
        "describes people by their ids; nobody is told",
    ),
];

/// The requests that change something, and what: nothing of the account's chats, contacts or settings.
///
/// A takeout session is a way to read; it holds no data and grants nothing that the account may not read without it.
/// What can be noticed is that Telegram tells the account's owner, on all devices, that an export was asked for.
const SESSIONS: &[(&str, &str)] = &[
    (
        "account::FinishTakeoutSession",
        "ends a takeout session; what was read stays as it was",
    ),
    (
        "account::InitTakeoutSession",
        "starts a takeout session, if the owner wants exports to use one; Telegram asks them first",
    ),
];

/// The requests that begin and end a session, and why: they are asked by `login`, `logout` and nothing else, and only
/// `telegram/auth` may name them.
const LOGIN: &[(&str, &str)] = &[
    (
        "account::GetPassword",
        "what a login needs to prove the account's password",
    ),
    (
        "auth::CancelCode",
        "takes back the code of a login that was given up",
    ),
    ("auth::CheckPassword", "proves the account's password"),
    ("auth::ExportLoginToken", "asks for what a QR code shows"),
    (
        "auth::ImportLoginToken",
        "goes on with that in another data centre",
    ),
    (
        "auth::LogOut",
        "ends the session; nothing else of the account changes",
    ),
    ("auth::ResendCode", "asks for a code on another way"),
    ("auth::SendCode", "asks for a code"),
    ("auth::SignIn", "gives the code back"),
];

/// The directory and the file beside it that may name them.
fn is_of_login(file: &Path) -> bool {
    file.starts_with("telegram/auth") || file == Path::new("telegram/auth.rs")
}

/// What stands around a request or keeps a connection, and the one file that may name it.
const WRAPPERS: &[(&str, &str)] = &[
    ("DestroyAuthKey", "telegram/auth.rs"),
    ("InitConnection", "telegram/connect.rs"),
    ("InvokeWithLayer", "telegram/connect.rs"),
    ("InvokeWithTakeout", "telegram/takeout.rs"),
    ("PingDelayDisconnect", "telegram/line/run.rs"),
];

/// Whatever is neither of a login nor of a connection.
fn requests_that_may_be_asked() -> impl Iterator<Item = &'static str> {
    READS.iter().chain(SESSIONS).map(|(name, _)| *name)
}

/// What may be used of grammers' crates that know requests of their own.
const PATHS: &[(&str, &[&str])] = &[
    (
        "grammers_client",
        &["sender::ConnectionParams", "sender::RpcError"],
    ),
    ("grammers_crypto", &[""]),
    ("grammers_mtproto", &["authentication::", "transport::"]),
    ("grammers_tl_types", &[""]),
];

/// What requests are made of; whoever has these for a type of their own could send anything.
const TRAITS: &[&str] = &["RemoteCall", "Serializable", "Identifiable"];

/// A source as words and signs, without comments, texts and what is there for tests only.
fn tokens(source: &str) -> Vec<String> {
    let mut tokens = Vec::new();
    flatten(source.parse().unwrap(), &mut tokens);
    tokens
}

fn flatten(stream: TokenStream, into: &mut Vec<String>) {
    let mut trees = stream.into_iter().peekable();
    while let Some(tree) = trees.next() {
        match tree {
            TokenTree::Punct(hash) if hash.as_char() == '#' && is_cfg_test(trees.peek()) => {
                let _ = trees.find(ends_item);
            }
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::None => ("", ""),
                };
                into.push(open.to_owned());
                flatten(group.stream(), into);
                into.push(close.to_owned());
            }
            TokenTree::Literal(literal) => into.push(literal.to_string()),
            TokenTree::Ident(word) => {
                into.push(word.to_string().trim_start_matches("r#").to_owned())
            }
            TokenTree::Punct(sign) => into.push(sign.to_string()),
        }
    }
}

fn is_cfg_test(tree: Option<&TokenTree>) -> bool {
    tree.is_some_and(|tree| tree.to_string().replace(' ', "") == "[cfg(test)]")
}

fn ends_item(tree: &TokenTree) -> bool {
    match tree {
        TokenTree::Punct(sign) => sign.as_char() == ';',
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        _ => false,
    }
}

/// The path that goes on here, `messages::GetHistory`; what is not a name ends it.
fn path(tokens: &[String]) -> String {
    let is_part =
        |token: &&String| token.starts_with(|c: char| c.is_alphabetic() || c == ':' || c == '_');
    let mut path: Vec<&str> = Vec::new();
    for token in tokens.iter().take_while(is_part) {
        let ends = path.last().is_some_and(|last| *last != ":" && token != ":");
        if ends {
            break;
        }
        path.push(token);
    }
    path.concat()
}

/// The request at the end of a path behind `functions`: `::messages::GetHistory::CONSTRUCTOR_ID` names `messages::GetHistory`.
fn request(path: &str) -> Option<String> {
    let parts: Vec<&str> = path.split("::").filter(|part| !part.is_empty()).collect();
    let at = parts
        .iter()
        .position(|part| part.starts_with(char::is_uppercase))?;
    Some(parts[..=at].join("::"))
}

/// The requests that a file names, and whatever may be a way to others.
fn scan(file: &Path, source: &str) -> (BTreeSet<String>, Vec<String>) {
    let (mut requests, mut wrong) = (BTreeSet::new(), Vec::new());
    let tokens = tokens(source);
    let colons = [":", ":"].map(str::to_owned);
    for (at, token) in tokens.iter().enumerate() {
        let rest = &tokens[at + 1..];
        let next = rest.first().map(String::as_str).unwrap_or_default();
        match token.as_str() {
            "functions" if next == "as" || rest.starts_with(&colons) => {
                match request(&path(rest)) {
                    Some(name) => {
                        let wrapper = WRAPPERS.iter().find(|(known, _)| *known == name);
                        let may_be_asked = requests_that_may_be_asked().any(|known| known == name);
                        let is_login = LOGIN.iter().any(|(known, _)| *known == name);
                        let is_home = is_login && is_of_login(file);
                        if !may_be_asked
                            && !is_home
                            && wrapper.is_none_or(|(_, home)| Path::new(home) != file)
                        {
                            wrong.push(format!("asks for `{name}`"));
                        }
                        requests.insert(name);
                    }
                    None => {
                        wrong.push(format!("names requests by `functions{}{next}`", path(rest)))
                    }
                }
            }
            name if name.starts_with("grammers_") => {
                let used = path(rest);
                let used = used.trim_start_matches(':');
                let allowed = PATHS
                    .iter()
                    .find(|(known, _)| *known == name)
                    .map(|(_, paths)| *paths);
                if !allowed
                    .unwrap_or_default()
                    .iter()
                    .any(|path| used.starts_with(path))
                {
                    wrong.push(format!("uses `{name}::{used}`"));
                }
            }
            name if TRAITS.contains(&name) && next == "for" => {
                wrong.push(format!("makes a `{name}` of its own"));
            }
            "include" | "extern" => {
                wrong.push(format!("has `{token}`, behind which anything may stand"))
            }
            number if number.starts_with(|c: char| c.is_ascii_digit()) => {
                if let Some(method) = value(number)
                    .map(name_for_id)
                    .filter(|name| is_request(name))
                {
                    wrong.push(format!("has the number of `{method}`"));
                }
            }
            _ => {}
        }
    }
    (requests, wrong)
}

/// What a number is worth, if it may be a constructor.
fn value(literal: &str) -> Option<u32> {
    let literal = literal.replace('_', "");
    let literal = literal.split(['u', 'i']).next()?;
    match literal.strip_prefix("0x") {
        Some(digits) => u32::from_str_radix(digits, 16).ok(),
        None => literal.parse().ok(),
    }
}

/// Whether a name of the schema may be a request: whether it is not one of what is read by its number.
fn is_request(name: &str) -> bool {
    let known = ["rpcResult", "gzipPacked", "msgContainer", "textEmpty"];
    !known.contains(&name) && !name.starts_with("pageBlock") && name != "(unknown)"
}

#[test]
fn the_product_asks_for_reads_only() {
    let mut named = BTreeSet::new();
    let mut files = 0;
    for (file, source) in product_files() {
        if module_of(&file) == "sim" {
            continue;
        }
        let (requests, wrong) = scan(&file, &source);
        assert!(wrong.is_empty(), "{}: {wrong:#?}", file.display());
        named.extend(requests);
        files += 1;
    }
    assert!(files > 100, "only {files} files were read");
    let wrappers = WRAPPERS.iter().map(|(name, _)| *name);
    let login = LOGIN.iter().map(|(name, _)| *name);
    let known = requests_that_may_be_asked()
        .chain(login)
        .chain(wrappers)
        .map(str::to_owned);
    assert_eq!(
        named,
        known.collect(),
        "what is no longer asked for leaves the list"
    );
}

#[test]
fn the_scan_sees_what_must_not_be() {
    let planted = [
        "fn f() { functions::messages::SendMessage { peer } }",
        "fn f() { tl::functions::channels::JoinChannel { channel } }",
        "use grammers_tl_types::functions::messages::ReadHistory;",
        "use grammers_tl_types::functions::messages::ReadHistory as GetHistory;",
        "use grammers_tl_types::functions::messages;",
        "use grammers_tl_types::functions::messages as reads;",
        "use grammers_tl_types::functions::messages::*;",
        "use grammers_tl_types::functions::messages::{GetHistory, DeleteHistory};",
        "use grammers_tl_types::functions::*;",
        "use grammers_tl_types::functions::{self, messages};",
        "use grammers_tl_types::{types, functions as requests};",
        "use tl::{enums, functions::messages as m};",
        "fn f() { r#functions::messages::SendMessage {} }",
        "const SEND: u32 = functions::messages::SendMessage::CONSTRUCTOR_ID;",
        "macro_rules! ask { ($name:ident) => { functions::messages::$name {} } }",
        "macro_rules! ask { ($name:ident) => { functions::$name::GetHistory {} } }",
        "fn f() { functions::InvokeWithTakeout { takeout_id, query } }",
        "fn f() { functions::InvokeWithLayer { layer, query } }",
        "fn f() { functions::auth::SignIn { phone_code } }",
        "fn f() { functions::auth::LogOut {} }",
        "impl tl::RemoteCall for Anything { type Return = bool; }",
        "impl Serializable for Anything {}",
        "use grammers_client::Client;",
        "use grammers_client as client;",
        "use grammers_client::{Client, sender::RpcError};",
        "use grammers_session::MemorySession;",
        "extern crate grammers_client;",
        "include!(\"requests.rs\");",
    ];
    let send = functions::messages::SendMessage::CONSTRUCTOR_ID;
    let numbers = [
        format!("const SEND: u32 = {send:#x};"),
        format!("f({send}_u32)"),
    ];
    for source in planted
        .into_iter()
        .chain(numbers.iter().map(String::as_str))
    {
        let (_, wrong) = scan(Path::new("telegram/somewhere.rs"), source);
        assert!(!wrong.is_empty(), "not seen: {source}");
    }
}

#[test]
fn the_scan_lets_pass_what_is_harmless() {
    let harmless = [
        "use grammers_tl_types::{self as tl, enums, functions};",
        "use grammers_tl_types::functions::messages::GetHistory;",
        "fn f() { functions::messages::GetHistory { peer } }",
        "// functions::messages::SendMessage",
        "const NAME: &str = \"functions::messages::SendMessage\";",
        "#[cfg(test)] mod tests { fn f() { functions::messages::SendMessage {} } }",
        "const MSG_CONTAINER: u32 = 0x73f1_f8dc;",
        "fn f(functions: usize) -> usize { functions }",
    ];
    for source in harmless {
        let (_, wrong) = scan(Path::new("telegram/somewhere.rs"), source);
        assert!(wrong.is_empty(), "{source}: {wrong:?}");
    }
}

/// `messages::GetHistory` as the schema calls it.
fn schema_name(request: &str) -> String {
    let (space, name) = request.rsplit_once("::").unwrap();
    let (first, rest) = name.split_at(1);
    format!("{space}.{}{rest}", first.to_lowercase())
}

fn methods_asked(world: &World) -> BTreeSet<&'static str> {
    let method = |event: &Event| match event {
        Event::Rpc { method, .. } => Some(*method),
        _ => None,
    };
    world.log.iter().filter_map(method).collect()
}

/// Nothing but reads was asked for in this world; every account of the tests ends with it.
#[track_caller]
pub(crate) fn assert_only_read(world: &World) {
    let reads: BTreeSet<String> = requests_that_may_be_asked().map(schema_name).collect();
    for method in methods_asked(world) {
        assert!(reads.contains(method), "`{method}` was asked for");
    }
}

#[test]
#[should_panic(expected = "`messages.readHistory` was asked for")]
fn a_write_that_reaches_the_simulator_is_noticed() {
    let mut world = World::empty(1);
    world.log.push(Event::Rpc {
        number: 1,
        method: "messages.readHistory",
        chat_id: None,
    });
    assert_only_read(&world);
}

#[test]
fn the_simulator_could_not_answer_a_write() {
    let reads: BTreeSet<String> = requests_that_may_be_asked().map(schema_name).collect();
    // Whoever logs in or out writes nothing into a chat.
    let is_login = |method: &str| method.starts_with("auth.") || method == "account.getPassword";
    let others: Vec<&str> = methods()
        .filter(|method| !reads.contains(*method) && !is_login(method))
        .collect();
    // For other clients, and for tests of the connection.
    let expected = [
        "channels.getMessages",
        "help.getNearestDc",
        "messages.getForumTopicsByID",
        "messages.getMessages",
        "messages.getSavedDialogs",
        "updates.getDifference",
        "updates.getState",
    ];
    assert_eq!(BTreeSet::from_iter(others), BTreeSet::from(expected));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_call_asks_for_reads_only() {
    let account = Account::of(World::generated(1)).await;
    let mut process = account.process().await;
    let inputs = ["me", "@kitchen", "t.me/+abcdefgh", "nobody at all"];
    for input in inputs {
        process
            .call("tg.resolve_chat", json!({ "input": input }))
            .await;
    }
    let chats = process
        .ask("tg.list_chats", json!({ "page_size": 100 }))
        .await;
    for chat in chats["chats"].as_array().unwrap() {
        let chat = chat["chat_id"].to_string();
        for arguments in [
            json!({ "chat": chat }),
            json!({ "chat": chat, "direction": "asc", "page_size": 5 }),
            json!({ "chat": chat, "search": "the", "page_size": 5 }),
            json!({ "chat": chat, "around": 5, "page_size": 5 }),
            json!({ "chat": chat, "filter": { "topic_id": "General" }, "page_size": 5 }),
            json!({ "chat": chat, "filter": { "comments_of": 5 }, "page_size": 5 }),
        ] {
            process.call("tg.fetch_history", arguments).await;
        }
        process
            .call("tg.resolve_chat", json!({ "input": chat }))
            .await;
    }
    let asked = methods_asked(&account.sim.world());
    assert!(asked.len() > 10, "{asked:?}");
    // What they are, the account looks at when it goes.
}
