//! Pages of every kind of chat, as a reader gets them, and every record of the demo's world against its schema.

use grammers_tl_types as tl;
use serde_json::json;
use telegram_history_mcp::history::{HistoryParams, ResponseFormat};
use telegram_history_mcp::model::ChatKind;
use telegram_history_mcp::privacy::Gate;
use telegram_history_mcp::sim::{Sim, World};
use telegram_history_mcp::telegram::convert::{self, ChatContext, Peers};

use crate::stage::{call, reader};
use crate::support::{assert_chat, assert_message};

/// A world like the demo's, which has another seed.
const SEED: u64 = 2026;

/// The newest page of the chat, one record a line.
async fn page(world: World, chat: &str, format: ResponseFormat) -> String {
    let sim = Sim::start(world).await.unwrap();
    let params = HistoryParams {
        chat: Some(chat.to_owned()),
        page_size: Some(12),
        response_format: Some(format),
        ..HistoryParams::default()
    };
    let page = reader(&sim).fetch_history(&params, &call()).await.unwrap();
    let chat = json!(page.chat);
    assert_chat(&chat);
    let mut lines = vec![chat.to_string()];
    for message in &page.messages {
        let record = json!(message.record);
        assert_message(&record);
        lines.push(record.to_string());
    }
    lines.join("\n")
}

/// The same page in both formats against what it was.
macro_rules! golden {
    ($($name:ident: $world:expr, $chat:expr;)*) => {$(
        #[tokio::test(flavor = "multi_thread")]
        async fn $name() {
            let concise = page($world, $chat, ResponseFormat::Concise).await;
            insta::assert_snapshot!(concat!(stringify!($name), "_concise"), concise);
            let detailed = page($world, $chat, ResponseFormat::Detailed).await;
            insta::assert_snapshot!(concat!(stringify!($name), "_detailed"), detailed);
        }
    )*};
}

golden! {
    a_broadcast_channel: World::generated(SEED), "-1001204558101";
    a_discussion_group: World::generated(SEED), "-1001204558102";
    a_supergroup: World::generated(SEED), "-1001388120417";
    a_forum: World::generated(SEED), "-1001790046210";
    a_basic_group: World::generated(SEED), "-4102557318";
    a_private_chat: World::generated(SEED), "5120440101";
    a_bot: World::generated(SEED), "6220118840";
    saved_messages: World::generated(SEED), "me";
    a_deleted_account: World::generated(SEED), "5120440130";
    a_gigagroup: gigagroup(), "@sim_square";
}

/// A supergroup so large that only its admins write, one of them as the group itself.
fn gigagroup() -> World {
    let mut world = World::empty(7);
    let square = world.add_channel("Town Square", Some("sim_square"), 1002);
    square.megagroup = true;
    square.gigagroup = true;
    square.participants_count = Some(240_000);
    let chat_id = -1_000_000_001_002;
    world.add_user("Ada", None, 51);
    let opened = 1_750_000_000;
    world.say_at(chat_id, Some(51), "The square is open.", opened);
    world.say_at(
        chat_id,
        Some(chat_id),
        "Keep to the left, please.",
        opened + 60,
    );
    world
}

#[test]
fn every_record_of_the_demo_is_as_published() {
    let world = World::generated(SEED);
    let users: Vec<tl::enums::User> = world.users.values().cloned().map(Into::into).collect();
    let groups = world.groups.values().cloned().map(Into::into);
    let channels = world.channels.values().cloned().map(Into::into);
    let chats: Vec<tl::enums::Chat> = groups.chain(channels).collect();
    let peers = Peers::new(&users, &chats);
    let gate = Gate::unmasked();
    let mut count = 0;
    for (&chat_id, history) in &world.histories {
        let context = ChatContext {
            chat_id,
            kind: peers.kind(chat_id).unwrap_or(ChatKind::User),
            username: peers.username(chat_id).map(str::to_owned),
            me: Some(world.me),
        };
        for raw in history.existing() {
            let Some(message) = convert::message(raw, &peers, &context) else {
                continue;
            };
            let record = gate.release_message(message);
            assert_message(&json!(record));
            assert_message(&json!(record.concise()));
            count += 1;
        }
    }
    assert!(count > 1_000, "{count}");
}
