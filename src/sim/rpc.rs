//! The requests the embedded Telegram answers, by Telegram's rules; everything else is refused as unknown.

mod account;
mod auth;
mod dialogs;
mod discussion;
mod finding;
mod help;
mod input;
mod messages;
mod peers;
mod replies;
mod saved;
mod search;
mod takeout;
mod topics;

use std::time::Duration;

use grammers_tl_types::{self as tl, Deserializable, Identifiable, Serializable as _, functions};

use super::faults::FaultKind;
use super::login::{DataCentre, Mailbox};
use super::wire::KeyId;
use super::world::World;
use input::{input_channel, input_peer};

/// Not in any schema; the whole of an answer from a layer that nobody here knows.
const UNKNOWN_CONSTRUCTOR: u32 = 0x0bad_f00d;

/// Every request that is answered; [`dispatch`] has an arm for each.
const ANSWERED: &[u32] = &[
    functions::account::FinishTakeoutSession::CONSTRUCTOR_ID,
    functions::account::GetPassword::CONSTRUCTOR_ID,
    functions::account::InitTakeoutSession::CONSTRUCTOR_ID,
    functions::auth::AcceptLoginToken::CONSTRUCTOR_ID,
    functions::auth::CancelCode::CONSTRUCTOR_ID,
    functions::auth::CheckPassword::CONSTRUCTOR_ID,
    functions::auth::ExportLoginToken::CONSTRUCTOR_ID,
    functions::auth::ImportLoginToken::CONSTRUCTOR_ID,
    functions::auth::LogOut::CONSTRUCTOR_ID,
    functions::auth::ResendCode::CONSTRUCTOR_ID,
    functions::auth::SendCode::CONSTRUCTOR_ID,
    functions::auth::SignIn::CONSTRUCTOR_ID,
    functions::channels::GetChannels::CONSTRUCTOR_ID,
    functions::channels::GetFullChannel::CONSTRUCTOR_ID,
    functions::channels::GetMessages::CONSTRUCTOR_ID,
    functions::contacts::ResolveUsername::CONSTRUCTOR_ID,
    functions::contacts::Search::CONSTRUCTOR_ID,
    functions::help::GetConfig::CONSTRUCTOR_ID,
    functions::help::GetNearestDc::CONSTRUCTOR_ID,
    functions::messages::CheckChatInvite::CONSTRUCTOR_ID,
    functions::messages::GetChats::CONSTRUCTOR_ID,
    functions::messages::GetDialogs::CONSTRUCTOR_ID,
    functions::messages::GetDiscussionMessage::CONSTRUCTOR_ID,
    functions::messages::GetForumTopics::CONSTRUCTOR_ID,
    functions::messages::GetForumTopicsById::CONSTRUCTOR_ID,
    functions::messages::GetFullChat::CONSTRUCTOR_ID,
    functions::messages::GetHistory::CONSTRUCTOR_ID,
    functions::messages::GetMessages::CONSTRUCTOR_ID,
    functions::messages::GetReplies::CONSTRUCTOR_ID,
    functions::messages::GetSavedDialogs::CONSTRUCTOR_ID,
    functions::messages::GetSavedHistory::CONSTRUCTOR_ID,
    functions::messages::Search::CONSTRUCTOR_ID,
    functions::updates::GetDifference::CONSTRUCTOR_ID,
    functions::updates::GetState::CONSTRUCTOR_ID,
    functions::users::GetFullUser::CONSTRUCTOR_ID,
    functions::users::GetUsers::CONSTRUCTOR_ID,
];

/// The TL methods of the requests that are answered.
pub fn methods() -> impl Iterator<Item = &'static str> {
    ANSWERED.iter().map(|id| tl::name_for_id(*id))
}

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

/// Who asks.
pub(super) struct Caller<'a> {
    /// By which key.
    pub(super) key: KeyId,
    /// At which data centre.
    pub(super) dc_id: u8,
    /// Which ones there are.
    pub(super) data_centres: &'a [DataCentre],
    /// Where it hears what it did not ask for.
    pub(super) mailbox: Mailbox,
}

/// What comes of a request: the answer, and what happens to it on the way.
pub(super) struct Outcome {
    /// Whether whoever asks wants to hear what it does not ask for, too.
    pub(super) takes_updates: bool,
    pub(super) fault: Option<FaultKind>,
    /// `None` for a request that was not carried out.
    pub(super) result: Option<Answered>,
}

pub(super) type Answered = Result<Vec<u8>, Refusal>;

/// Answers one request, `now` after the world began to be served.
pub(super) fn answer(
    world: &mut World,
    body: &[u8],
    caller: &Caller<'_>,
    now: Duration,
) -> Outcome {
    let Invocation {
        request,
        takeout_id,
        takes_updates,
    } = unwrap_invocations(body);
    let Some(id) = constructor(request) else {
        return Outcome {
            takes_updates,
            fault: None,
            result: Some(Err(refuse(400, "INPUT_FETCH_ERROR"))),
        };
    };
    let arguments = request.get(4..).unwrap_or_default();
    let method = tl::name_for_id(id);
    let fault = world.faults.strike(method);
    if fault.as_ref().is_some_and(FaultKind::comes_before) {
        return Outcome {
            takes_updates,
            fault,
            result: None,
        };
    }
    let result = match &fault {
        Some(FaultKind::Error(code, name)) => {
            world.begin_rpc(method, None);
            Err(refuse(*code, name))
        }
        Some(FaultKind::Answer(bytes)) => {
            world.begin_rpc(method, None);
            Ok(bytes.clone())
        }
        Some(FaultKind::Unknown) => {
            world.begin_rpc(method, None);
            Ok(UNKNOWN_CONSTRUCTOR.to_le_bytes().to_vec())
        }
        _ => match admit(world, caller, id, takeout_id, now) {
            Err(refusal) => {
                world.begin_rpc(method, None);
                Err(refusal)
            }
            Ok(()) => dispatch(world, id, method, arguments, caller),
        },
    };
    Outcome {
        takes_updates,
        fault,
        result: Some(result),
    }
}

/// Refuses what comes from somebody who is not logged in, too soon, or in a takeout session that is not open.
fn admit(
    world: &mut World,
    caller: &Caller<'_>,
    id: u32,
    takeout_id: Option<i64>,
    now: Duration,
) -> Result<(), Refusal> {
    auth::admit(world, caller, id)?;
    takeout::admit(world, id, takeout_id)?;
    let method = tl::name_for_id(id);
    let answer = match (&mut world.floods, takeout_id) {
        (None, _) => Ok(()),
        (Some(floods), None) => floods.ask(method, now),
        (Some(floods), Some(_)) => floods.ask_in_takeout(method, now),
    };
    answer.map_err(|wait| refuse(420, &format!("FLOOD_WAIT_{}", wait.as_secs())))
}

/// A request, and what its wrappers say of it.
struct Invocation<'a> {
    request: &'a [u8],
    /// The takeout session that it is made in.
    takeout_id: Option<i64>,
    /// Whether it is not made in `invokeWithoutUpdates`.
    takes_updates: bool,
}

/// Peels off `invokeWithLayer`, `initConnection` and their like.
fn unwrap_invocations(mut request: &[u8]) -> Invocation<'_> {
    let mut takeout_id = None;
    let mut takes_updates = true;
    while let Some(id) = constructor(request) {
        let rest = request.get(4..).unwrap_or_default();
        let mut cursor = tl::Cursor::from_slice(rest);
        let peeled = match id {
            functions::InvokeWithLayer::<Nothing>::CONSTRUCTOR_ID => {
                functions::InvokeWithLayer::<Nothing>::deserialize(&mut cursor).map(drop)
            }
            functions::InitConnection::<Nothing>::CONSTRUCTOR_ID => {
                functions::InitConnection::<Nothing>::deserialize(&mut cursor).map(drop)
            }
            functions::InvokeWithoutUpdates::<Nothing>::CONSTRUCTOR_ID => {
                takes_updates = false;
                Ok(())
            }
            functions::InvokeAfterMsg::<Nothing>::CONSTRUCTOR_ID => {
                functions::InvokeAfterMsg::<Nothing>::deserialize(&mut cursor).map(drop)
            }
            functions::InvokeWithTakeout::<Nothing>::CONSTRUCTOR_ID => {
                functions::InvokeWithTakeout::<Nothing>::deserialize(&mut cursor)
                    .map(|takeout| takeout_id = Some(takeout.takeout_id))
            }
            _ => break,
        };
        request = match peeled {
            Ok(()) => rest.get(cursor.pos()..).unwrap_or_default(),
            Err(_) => &[],
        };
    }
    Invocation {
        request,
        takeout_id,
        takes_updates,
    }
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
    caller: &Caller<'_>,
) -> Answered {
    match id {
        functions::messages::GetHistory::CONSTRUCTOR_ID => {
            messages::get_history(world, method, arguments)
        }
        functions::messages::GetReplies::CONSTRUCTOR_ID => {
            replies::get_replies(world, method, arguments)
        }
        functions::messages::Search::CONSTRUCTOR_ID => search::search(world, method, arguments),
        functions::messages::GetMessages::CONSTRUCTOR_ID => {
            world.begin_rpc(method, None);
            let request: functions::messages::GetMessages = read(arguments)?;
            messages::get_messages(world, None, &request.id)
        }
        functions::channels::GetMessages::CONSTRUCTOR_ID => {
            let request: functions::channels::GetMessages = read(arguments)?;
            let chat_id = input_channel(world, &request.channel)?;
            world.begin_rpc(method, Some(chat_id));
            messages::get_messages(world, Some(chat_id), &request.id)
        }
        functions::messages::GetForumTopics::CONSTRUCTOR_ID => {
            topics::get_forum_topics(world, method, arguments)
        }
        functions::messages::GetForumTopicsById::CONSTRUCTOR_ID => {
            topics::get_forum_topics_by_id(world, method, arguments)
        }
        functions::messages::GetSavedHistory::CONSTRUCTOR_ID => {
            saved::get_saved_history(world, method, arguments)
        }
        functions::messages::GetSavedDialogs::CONSTRUCTOR_ID => {
            saved::get_saved_dialogs(world, method, arguments)
        }
        functions::messages::GetDiscussionMessage::CONSTRUCTOR_ID => {
            discussion::get_discussion_message(world, method, arguments)
        }
        functions::account::InitTakeoutSession::CONSTRUCTOR_ID => {
            world.begin_rpc(method, None);
            takeout::start(world, arguments)
        }
        functions::account::FinishTakeoutSession::CONSTRUCTOR_ID => {
            world.begin_rpc(method, None);
            takeout::finish(world, arguments)
        }
        _ => {
            world.begin_rpc(method, None);
            about_peers(world, id, arguments, caller)
        }
    }
}

fn about_peers(world: &mut World, id: u32, arguments: &[u8], caller: &Caller<'_>) -> Answered {
    match id {
        functions::help::GetConfig::CONSTRUCTOR_ID => Ok(help::config(world, caller)),
        functions::help::GetNearestDc::CONSTRUCTOR_ID => Ok(help::nearest_dc(caller)),
        functions::users::GetUsers::CONSTRUCTOR_ID => peers::get_users(world, arguments),
        functions::users::GetFullUser::CONSTRUCTOR_ID => peers::get_full_user(world, arguments),
        functions::contacts::ResolveUsername::CONSTRUCTOR_ID => {
            peers::resolve_username(world, arguments)
        }
        functions::channels::GetChannels::CONSTRUCTOR_ID => peers::get_channels(world, arguments),
        functions::channels::GetFullChannel::CONSTRUCTOR_ID => {
            peers::get_full_channel(world, arguments)
        }
        functions::messages::GetChats::CONSTRUCTOR_ID => peers::get_chats(world, arguments),
        functions::messages::GetFullChat::CONSTRUCTOR_ID => peers::get_full_chat(world, arguments),
        functions::messages::GetDialogs::CONSTRUCTOR_ID => dialogs::get_dialogs(world, arguments),
        functions::contacts::Search::CONSTRUCTOR_ID => finding::search(world, arguments),
        functions::messages::CheckChatInvite::CONSTRUCTOR_ID => {
            finding::check_invite(world, arguments)
        }
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
        _ => auth::dispatch(world, id, arguments, caller)
            .unwrap_or_else(|| Err(refuse(400, &format!("INPUT_METHOD_INVALID_{id}_0")))),
    }
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::flood::FloodModel;
    use crate::sim::login::Standing;
    use crate::sim::wire::key_id;
    use tokio::sync::mpsc;

    fn is_answered(id: u32) -> bool {
        let mut world = World::empty(1);
        let key = key_id(&world.auth_key());
        world.logins.set_standing(key, Standing::LoggedIn);
        let caller = Caller {
            key,
            dc_id: 2,
            data_centres: &[],
            mailbox: Mailbox {
                session_id: 1,
                sender: mpsc::unbounded_channel().0,
            },
        };
        let result = answer(&mut world, &id.to_le_bytes(), &caller, Duration::ZERO).result;
        match result.unwrap() {
            Ok(_) => true,
            Err(refusal) => !refusal.name.starts_with("INPUT_METHOD_INVALID"),
        }
    }

    #[test]
    fn the_list_of_requests_is_what_is_dispatched() {
        for id in ANSWERED {
            assert!(is_answered(*id), "{}", tl::name_for_id(*id));
        }
        assert!(!is_answered(
            functions::messages::SendMessage::CONSTRUCTOR_ID
        ));
        let files = [include_str!("rpc.rs"), include_str!("rpc/auth.rs")].concat();
        let arms = files.matches("CONSTRUCTOR_ID =>").count();
        let (wrappers, this_line) = (5, 1);
        assert_eq!(arms - wrappers - this_line, ANSWERED.len());
    }

    #[test]
    fn every_limit_is_one_of_a_request_that_is_answered() {
        for (_, buckets) in FloodModel::PRESETS {
            for (method, _) in *buckets {
                assert!(methods().any(|known| known == *method), "{method}");
            }
        }
    }
}
