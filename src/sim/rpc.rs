//! The requests the embedded Telegram answers, by Telegram's rules; everything else is refused as unknown.

use std::net::SocketAddr;

use grammers_tl_types::{self as tl, Deserializable, Identifiable, Serializable as _, functions};

use super::blank;
use super::faults::FaultKind;
use super::history::{self, Window};
use super::world::{CHANNEL_MARK, World, peer};

/// An `rpc_error`.
#[derive(Debug)]
pub(super) struct Refusal {
    pub(super) code: i32,
    pub(super) name: String,
}

fn refuse(code: i32, name: &str) -> Refusal {
    Refusal {
        code,
        name: name.to_owned(),
    }
}

/// What comes of a request: the answer, and what happens to it on the way.
pub(super) struct Outcome {
    pub(super) fault: Option<FaultKind>,
    pub(super) result: Result<Vec<u8>, Refusal>,
}

type Answered = Result<Vec<u8>, Refusal>;

/// Answers one request.
pub(super) fn answer(world: &mut World, body: &[u8], address: SocketAddr) -> Outcome {
    let request = unwrap_invocations(body);
    let Some(id) = constructor(request) else {
        return Outcome {
            fault: None,
            result: Err(refuse(400, "INPUT_FETCH_ERROR")),
        };
    };
    let arguments = request.get(4..).unwrap_or_default();
    let method = tl::name_for_id(id);
    let fault = world.faults.strike(method);
    let result = match &fault {
        Some(FaultKind::Error(code, name)) => {
            world.begin_rpc(method, None);
            Err(refuse(*code, name))
        }
        Some(FaultKind::Answer(bytes)) => {
            world.begin_rpc(method, None);
            Ok(bytes.clone())
        }
        _ => dispatch(world, id, method, arguments, address),
    };
    Outcome { fault, result }
}

/// Peels off `invokeWithLayer`, `initConnection` and their like.
fn unwrap_invocations(mut body: &[u8]) -> &[u8] {
    while let Some(id) = constructor(body) {
        let rest = body.get(4..).unwrap_or_default();
        let mut cursor = tl::Cursor::from_slice(rest);
        let peeled = match id {
            functions::InvokeWithLayer::<Nothing>::CONSTRUCTOR_ID => {
                functions::InvokeWithLayer::<Nothing>::deserialize(&mut cursor).map(drop)
            }
            functions::InitConnection::<Nothing>::CONSTRUCTOR_ID => {
                functions::InitConnection::<Nothing>::deserialize(&mut cursor).map(drop)
            }
            functions::InvokeWithoutUpdates::<Nothing>::CONSTRUCTOR_ID => Ok(()),
            functions::InvokeAfterMsg::<Nothing>::CONSTRUCTOR_ID => {
                functions::InvokeAfterMsg::<Nothing>::deserialize(&mut cursor).map(drop)
            }
            _ => return body,
        };
        if peeled.is_err() {
            return &[];
        }
        body = rest.get(cursor.pos()..).unwrap_or_default();
    }
    body
}

/// Stands for the query inside a wrapper: reads nothing, so that the cursor stops where the query begins.
struct Nothing;

impl Deserializable for Nothing {
    fn deserialize(_: &mut tl::Cursor<'_>) -> tl::deserialize::Result<Self> {
        Ok(Self)
    }
}

fn constructor(body: &[u8]) -> Option<u32> {
    super::wire::take(body, 0).map(u32::from_le_bytes)
}

fn read<T: Deserializable>(arguments: &[u8]) -> Result<T, Refusal> {
    T::from_bytes(arguments).map_err(|_| refuse(400, "INPUT_FETCH_ERROR"))
}

fn dispatch(
    world: &mut World,
    id: u32,
    method: &'static str,
    arguments: &[u8],
    address: SocketAddr,
) -> Answered {
    match id {
        functions::messages::GetHistory::CONSTRUCTOR_ID => get_history(world, method, arguments),
        functions::messages::GetMessages::CONSTRUCTOR_ID => {
            world.begin_rpc(method, None);
            let request: functions::messages::GetMessages = read(arguments)?;
            get_messages(world, None, &request.id)
        }
        functions::channels::GetMessages::CONSTRUCTOR_ID => {
            let request: functions::channels::GetMessages = read(arguments)?;
            let chat_id = input_channel(world, &request.channel)?;
            world.begin_rpc(method, Some(chat_id));
            get_messages(world, Some(chat_id), &request.id)
        }
        functions::messages::GetForumTopics::CONSTRUCTOR_ID => {
            let request: functions::messages::GetForumTopics = read(arguments)?;
            let chat_id = input_peer(world, &request.peer)?;
            world.begin_rpc(method, Some(chat_id));
            forum_topics(world, chat_id, &request)
        }
        _ => {
            world.begin_rpc(method, None);
            about_peers(world, id, arguments, address)
        }
    }
}

fn about_peers(world: &mut World, id: u32, arguments: &[u8], address: SocketAddr) -> Answered {
    match id {
        functions::help::GetConfig::CONSTRUCTOR_ID => Ok(config(world, address)),
        functions::help::GetNearestDc::CONSTRUCTOR_ID => {
            Ok(tl::enums::NearestDc::from(tl::types::NearestDc {
                country: "NL".to_owned(),
                this_dc: 2,
                nearest_dc: 2,
            })
            .to_bytes())
        }
        functions::users::GetUsers::CONSTRUCTOR_ID => get_users(world, arguments),
        functions::users::GetFullUser::CONSTRUCTOR_ID => get_full_user(world, arguments),
        functions::contacts::ResolveUsername::CONSTRUCTOR_ID => resolve_username(world, arguments),
        functions::channels::GetChannels::CONSTRUCTOR_ID => get_channels(world, arguments),
        functions::channels::GetFullChannel::CONSTRUCTOR_ID => get_full_channel(world, arguments),
        functions::messages::GetChats::CONSTRUCTOR_ID => get_chats(world, arguments),
        functions::messages::GetFullChat::CONSTRUCTOR_ID => get_full_chat(world, arguments),
        functions::messages::GetDialogs::CONSTRUCTOR_ID => get_dialogs(world, arguments),
        functions::updates::GetState::CONSTRUCTOR_ID => {
            Ok(tl::enums::updates::State::from(state(world)).to_bytes())
        }
        functions::updates::GetDifference::CONSTRUCTOR_ID => Ok(
            tl::enums::updates::Difference::from(tl::types::updates::DifferenceEmpty {
                date: world.now(),
                seq: 1,
            })
            .to_bytes(),
        ),
        _ => Err(refuse(400, &format!("INPUT_METHOD_INVALID_{id}_0"))),
    }
}

fn config(world: &World, address: SocketAddr) -> Vec<u8> {
    let mut config = blank::config(world.now());
    if world.knobs.lists_itself {
        config.dc_options.push(
            tl::types::DcOption {
                ipv6: address.is_ipv6(),
                media_only: false,
                tcpo_only: false,
                cdn: false,
                r#static: true,
                this_port_only: false,
                id: 2,
                ip_address: address.ip().to_string(),
                port: i32::from(address.port()),
                secret: None,
            }
            .into(),
        );
    }
    tl::enums::Config::from(config).to_bytes()
}

fn state(world: &World) -> tl::types::updates::State {
    tl::types::updates::State {
        pts: 1,
        qts: 0,
        date: world.now(),
        seq: 1,
        unread_count: 0,
    }
}

/// The marked id an `InputPeer` stands for, if this account may read it.
fn input_peer(world: &World, input: &tl::enums::InputPeer) -> Result<i64, Refusal> {
    use tl::enums::InputPeer;
    let invalid = || refuse(400, "PEER_ID_INVALID");
    match input {
        InputPeer::PeerSelf => Ok(world.me),
        InputPeer::User(user) => {
            known_user(world, user.user_id, user.access_hash).map(|user| user.id)
        }
        InputPeer::Chat(chat) if world.groups.contains_key(&chat.chat_id) => Ok(-chat.chat_id),
        InputPeer::Channel(channel) => {
            known_channel(world, channel.channel_id, channel.access_hash)
        }
        _ => Err(invalid()),
    }
}

fn known_user(world: &World, id: i64, access_hash: i64) -> Result<&tl::types::User, Refusal> {
    world
        .users
        .get(&id)
        .filter(|user| user.access_hash == Some(access_hash) || id == world.me)
        .ok_or_else(|| refuse(400, "PEER_ID_INVALID"))
}

fn known_channel(world: &World, id: i64, access_hash: i64) -> Result<i64, Refusal> {
    let channel = world
        .channels
        .get(&id)
        .filter(|channel| channel.access_hash == Some(access_hash))
        .ok_or_else(|| refuse(400, "CHANNEL_INVALID"))?;
    if channel.left && channel.username.is_none() {
        return Err(refuse(400, "CHANNEL_PRIVATE"));
    }
    Ok(CHANNEL_MARK - id)
}

fn input_channel(world: &World, input: &tl::enums::InputChannel) -> Result<i64, Refusal> {
    match input {
        tl::enums::InputChannel::Channel(channel) => {
            known_channel(world, channel.channel_id, channel.access_hash)
        }
        _ => Err(refuse(400, "CHANNEL_INVALID")),
    }
}

fn get_history(world: &mut World, method: &'static str, arguments: &[u8]) -> Answered {
    let request: functions::messages::GetHistory = read(arguments)?;
    let chat_id = input_peer(world, &request.peer)?;
    world.begin_rpc(method, Some(chat_id));
    let window = Window {
        offset_id: request.offset_id,
        offset_date: request.offset_date,
        add_offset: request.add_offset,
        limit: request.limit,
        max_id: request.max_id,
        min_id: request.min_id,
    };
    Ok(page(world, chat_id, &window, |_| true).to_bytes())
}

fn page(
    world: &World,
    chat_id: i64,
    window: &Window,
    matches: impl Fn(&tl::enums::Message) -> bool,
) -> tl::enums::messages::Messages {
    let slice = world
        .histories
        .get(&chat_id)
        .map(|history| history.slice(window, &world.knobs, matches));
    let (messages, count) = slice.map_or((Vec::new(), 0), |slice| (slice.messages, slice.count));
    messages_answer(world, chat_id, messages, count)
}

fn messages_answer(
    world: &World,
    chat_id: i64,
    messages: Vec<tl::enums::Message>,
    count: usize,
) -> tl::enums::messages::Messages {
    let (users, chats) = world.named_in(chat_id, messages.iter());
    let whole = messages.len() >= count;
    let count =
        i32::try_from(count).unwrap_or(i32::MAX) + if world.knobs.inexact_counts { 3 } else { 0 };
    let inexact = world.knobs.inexact_counts;
    let topics = Vec::new();
    if chat_id < CHANNEL_MARK {
        return tl::types::messages::ChannelMessages {
            inexact,
            pts: 1,
            count,
            offset_id_offset: None,
            messages,
            topics,
            chats,
            users,
        }
        .into();
    }
    if whole {
        return tl::types::messages::Messages {
            messages,
            topics,
            chats,
            users,
        }
        .into();
    }
    tl::types::messages::MessagesSlice {
        inexact,
        count,
        next_rate: None,
        offset_id_offset: None,
        search_flood: None,
        messages,
        topics,
        chats,
        users,
    }
    .into()
}

fn get_messages(world: &World, channel: Option<i64>, ids: &[tl::enums::InputMessage]) -> Answered {
    let chats: Vec<i64> = match channel {
        Some(chat_id) => vec![chat_id],
        None => world
            .histories
            .keys()
            .copied()
            .filter(|id| *id > CHANNEL_MARK)
            .collect(),
    };
    let found: Vec<tl::enums::Message> = ids
        .iter()
        .filter_map(|input| match input {
            tl::enums::InputMessage::Id(message) => Some(message.id),
            _ => None,
        })
        .map(|id| {
            chats
                .iter()
                .find_map(|chat_id| world.histories.get(chat_id)?.get(id))
                .cloned()
                .unwrap_or_else(|| history::missing(id))
        })
        .collect();
    let count = found.len();
    Ok(messages_answer(world, channel.unwrap_or(world.me), found, count).to_bytes())
}

fn get_users(world: &World, arguments: &[u8]) -> Answered {
    let request: functions::users::GetUsers = read(arguments)?;
    let users: Vec<tl::enums::User> = request
        .id
        .iter()
        .filter_map(|input| input_user(world, input).ok())
        .map(|user| user.clone().into())
        .collect();
    Ok(users.to_bytes())
}

fn input_user<'a>(
    world: &'a World,
    input: &tl::enums::InputUser,
) -> Result<&'a tl::types::User, Refusal> {
    match input {
        tl::enums::InputUser::UserSelf => known_user(world, world.me, 0),
        tl::enums::InputUser::User(user) => known_user(world, user.user_id, user.access_hash),
        _ => Err(refuse(400, "USER_ID_INVALID")),
    }
}

fn get_full_user(world: &World, arguments: &[u8]) -> Answered {
    let request: functions::users::GetFullUser = read(arguments)?;
    let user = input_user(world, &request.id)?;
    let about = world
        .details
        .get(&user.id)
        .map(|details| details.about.clone())
        .filter(|about| !about.is_empty());
    Ok(
        tl::enums::users::UserFull::from(tl::types::users::UserFull {
            full_user: tl::types::UserFull {
                about,
                ..blank::user_full(user.id)
            }
            .into(),
            chats: Vec::new(),
            users: vec![user.clone().into()],
        })
        .to_bytes(),
    )
}

fn resolve_username(world: &World, arguments: &[u8]) -> Answered {
    let request: functions::contacts::ResolveUsername = read(arguments)?;
    let wanted = request.username.to_lowercase();
    let plausible = (4..=32).contains(&wanted.len())
        && wanted.starts_with(|c: char| c.is_ascii_alphabetic())
        && wanted
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '_');
    if !plausible {
        return Err(refuse(400, "USERNAME_INVALID"));
    }
    let user = world
        .users
        .values()
        .find(|user| has_name(user.username.as_ref(), user.usernames.as_deref(), &wanted))
        .map(|user| user.id);
    let channel = || {
        world
            .channels
            .values()
            .find(|channel| {
                has_name(
                    channel.username.as_ref(),
                    channel.usernames.as_deref(),
                    &wanted,
                )
            })
            .map(|channel| CHANNEL_MARK - channel.id)
    };
    let chat_id = user
        .or_else(channel)
        .ok_or_else(|| refuse(400, "USERNAME_NOT_OCCUPIED"))?;
    let (users, chats) = world.describe(chat_id, [chat_id]);
    Ok(
        tl::enums::contacts::ResolvedPeer::from(tl::types::contacts::ResolvedPeer {
            peer: peer(chat_id),
            chats,
            users,
        })
        .to_bytes(),
    )
}

fn has_name(name: Option<&String>, more: Option<&[tl::enums::Username]>, wanted: &str) -> bool {
    name.is_some_and(|name| name.to_lowercase() == wanted)
        || more.into_iter().flatten().any(|entry| {
            let tl::enums::Username::Username(entry) = entry;
            entry.active && entry.username.to_lowercase() == wanted
        })
}

fn chats_answer(chats: Vec<tl::enums::Chat>) -> Vec<u8> {
    tl::enums::messages::Chats::from(tl::types::messages::Chats { chats }).to_bytes()
}

fn get_channels(world: &World, arguments: &[u8]) -> Answered {
    let request: functions::channels::GetChannels = read(arguments)?;
    let mut chats = Vec::new();
    for input in &request.id {
        let chat_id = input_channel(world, input)?;
        chats.extend(
            world
                .channels
                .get(&(CHANNEL_MARK - chat_id))
                .cloned()
                .map(Into::into),
        );
    }
    Ok(chats_answer(chats))
}

fn get_chats(world: &World, arguments: &[u8]) -> Answered {
    let request: functions::messages::GetChats = read(arguments)?;
    let found: Vec<tl::enums::Chat> = request
        .id
        .iter()
        .filter_map(|id| world.groups.get(id).cloned().map(Into::into))
        .collect();
    if found.len() < request.id.len() {
        return Err(refuse(400, "CHAT_ID_INVALID"));
    }
    Ok(chats_answer(found))
}

fn get_full_channel(world: &World, arguments: &[u8]) -> Answered {
    let request: functions::channels::GetFullChannel = read(arguments)?;
    let chat_id = input_channel(world, &request.channel)?;
    let details = world.details.get(&chat_id).cloned().unwrap_or_default();
    let linked = details.linked_chat_id;
    let full = tl::types::ChannelFull {
        about: details.about,
        participants_count: world
            .channels
            .get(&(CHANNEL_MARK - chat_id))
            .and_then(|channel| channel.participants_count),
        linked_chat_id: linked.map(|linked| CHANNEL_MARK - linked),
        migrated_from_chat_id: details.migrated_from.map(|(id, _)| id),
        migrated_from_max_id: details.migrated_from.map(|(_, max)| max),
        pts: 1,
        ..blank::channel_full(CHANNEL_MARK - chat_id)
    };
    let (users, chats) = world.describe(chat_id, [Some(chat_id), linked].into_iter().flatten());
    Ok(
        tl::enums::messages::ChatFull::from(tl::types::messages::ChatFull {
            full_chat: full.into(),
            chats,
            users,
        })
        .to_bytes(),
    )
}

fn get_full_chat(world: &World, arguments: &[u8]) -> Answered {
    let request: functions::messages::GetFullChat = read(arguments)?;
    let chat_id = -request.chat_id;
    if !world.groups.contains_key(&request.chat_id) {
        return Err(refuse(400, "CHAT_ID_INVALID"));
    }
    let details = world.details.get(&chat_id).cloned().unwrap_or_default();
    let (users, chats) = world.describe(chat_id, [chat_id]);
    Ok(
        tl::enums::messages::ChatFull::from(tl::types::messages::ChatFull {
            full_chat: tl::types::ChatFull {
                about: details.about,
                ..blank::chat_full(request.chat_id)
            }
            .into(),
            chats,
            users,
        })
        .to_bytes(),
    )
}

/// The chat list, newest conversation first, paged by `offset_date` and `offset_id`.
fn get_dialogs(world: &World, arguments: &[u8]) -> Answered {
    let request: functions::messages::GetDialogs = read(arguments)?;
    let mut rows: Vec<(i32, i64, tl::enums::Message)> = world
        .histories
        .iter()
        .filter(|(chat_id, _)| world.is_member(**chat_id))
        .filter_map(|(chat_id, history)| {
            let newest = history.existing().next_back()?;
            Some((history::date_of(newest)?, *chat_id, newest.clone()))
        })
        .collect();
    rows.sort_by_key(|(date, chat_id, message)| std::cmp::Reverse((*date, message.id(), *chat_id)));
    let total = rows.len();
    let limit = usize::try_from(request.limit).unwrap_or(0).min(100);
    let page: Vec<_> = rows
        .into_iter()
        .skip_while(|(date, _, message)| {
            request.offset_date > 0
                && (*date, message.id()) >= (request.offset_date, request.offset_id)
        })
        .take(limit)
        .collect();
    let (mut users, mut chats) = (Vec::new(), Vec::new());
    let mut dialogs = Vec::new();
    for (_, chat_id, message) in &page {
        let (more_users, more_chats) = world.describe(*chat_id, [*chat_id]);
        users.extend(more_users);
        chats.extend(more_chats);
        dialogs.push(blank::dialog(peer(*chat_id), message.id()).into());
    }
    let messages = page.into_iter().map(|(_, _, message)| message).collect();
    let answer: tl::enums::messages::Dialogs = if limit >= total {
        tl::types::messages::Dialogs {
            dialogs,
            messages,
            chats,
            users,
        }
        .into()
    } else {
        tl::types::messages::DialogsSlice {
            count: i32::try_from(total).unwrap_or(i32::MAX),
            dialogs,
            messages,
            chats,
            users,
        }
        .into()
    };
    Ok(answer.to_bytes())
}

fn forum_topics(
    world: &World,
    chat_id: i64,
    request: &functions::messages::GetForumTopics,
) -> Answered {
    let details = world.details.get(&chat_id).cloned().unwrap_or_default();
    let count = i32::try_from(details.topics.len()).unwrap_or(i32::MAX);
    let topics: Vec<tl::enums::ForumTopic> = details
        .topics
        .iter()
        .filter(|(id, _)| request.offset_topic == 0 || *id < request.offset_topic)
        .take(usize::try_from(request.limit).unwrap_or(0))
        .map(|(id, title)| blank::topic(*id, title, peer(chat_id), peer(world.me)).into())
        .collect();
    let (users, chats) = world.describe(chat_id, [chat_id]);
    Ok(
        tl::enums::messages::ForumTopics::from(tl::types::messages::ForumTopics {
            order_by_create_date: false,
            count,
            topics,
            messages: Vec::new(),
            chats,
            users,
            pts: 1,
        })
        .to_bytes(),
    )
}
