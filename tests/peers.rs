//! How few requests finding chats costs, also when many ask at once, and when chats are no longer what they were.

use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::{FutureExt as _, join_all};
use serde_json::{Value, json};
use telegram_history_mcp::error::{Error, ErrorCode};
use telegram_history_mcp::history::{Call, HistoryParams, Page, Reader};
use telegram_history_mcp::privacy::Gate;
use telegram_history_mcp::sim::faults::{Fault, FaultKind};
use telegram_history_mcp::sim::{Sim, World};
use telegram_history_mcp::telegram::peer::{MigratedFrom, Peer};
use telegram_history_mcp::telegram::{Client, ClientOptions, Window};
use tokio::task::JoinSet;

use crate::stage::{CHANNEL, call, call_within, channel_of, options, reader};

const RESOLVE: &str = "contacts.resolveUsername";
const CHAT_LIST: &str = "messages.getDialogs";
const HISTORY: &str = "messages.getHistory";

const OTHER: i64 = -1_000_000_001_002;

/// The world of [`channel_of`] with a second channel, which has no name.
fn two_channels() -> World {
    let mut world = channel_of(5);
    world.add_channel("Other", None, 1002).broadcast = true;
    world.say(OTHER, None, "elsewhere");
    world.log.clear();
    world
}

fn rename(sim: &Sim, channel: i64, name: Option<&str>) {
    let mut world = sim.world();
    world.channels.get_mut(&channel).unwrap().username = name.map(str::to_owned);
}

async fn fetch(reader: &Reader, chat: &str, call: &Call) -> Result<Page, Error> {
    let params = HistoryParams {
        chat: Some(chat.to_owned()),
        page_size: Some(3),
        ..HistoryParams::default()
    };
    let page = reader.fetch_history(&params, call).await;
    page.map_err(|failure| failure.error)
}

/// The id of the chat that is found, by either tool in turn, or the code of the error.
async fn find(reader: &Reader, number: usize, chat: &str, call: &Call) -> Result<i64, ErrorCode> {
    let found = if number.is_multiple_of(2) {
        fetch(reader, chat, call)
            .await
            .map(|page| page.chat.chat_id)
    } else {
        let reply = reader.resolve_chat(chat, call).await;
        reply.map(|reply| reply.chat.expect("a chat").chat_id)
    };
    found.map_err(|error| error.code())
}

/// What thirty tasks find who ask at once; each for the chat that its number gives.
async fn thirty_at_once(
    reader: &Arc<Reader>,
    chat: impl Fn(usize) -> String,
) -> Vec<Result<i64, ErrorCode>> {
    let mut tasks = JoinSet::new();
    for number in 0..30 {
        let (reader, chat) = (Arc::clone(reader), chat(number));
        tasks.spawn(async move { find(&reader, number, &chat, &call()).await });
    }
    tasks.join_all().await
}

/// Begins `work` as far as it goes without waiting.
fn begun(work: &mut (impl Future + Unpin)) {
    assert!(work.now_or_never().is_none(), "nothing was waited for");
}

/// Until so many of these requests have arrived.
async fn arrived(sim: &Sim, method: &str, count: usize) {
    while sim.world().calls(method) < count {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn thirty_who_ask_for_one_unknown_name_cost_one_request() {
    let sim = Sim::start(channel_of(5)).await.unwrap();
    let reader = Arc::new(reader(&sim));
    let forms = ["@sim_news", "SIM_NEWS", "https://t.me/Sim_News"];
    for _ in 0..2 {
        let found = thirty_at_once(&reader, |number| forms[number % 3].to_owned()).await;
        assert_eq!(found, vec![Ok(CHANNEL); 30]);
        assert_eq!(sim.world().calls(RESOLVE), 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn thirty_who_ask_for_a_name_that_nobody_has_cost_one_request() {
    for (name, code) in [
        ("@nobody_is_here", ErrorCode::ChatNotFound),
        ("@abc", ErrorCode::UsernameInvalid),
    ] {
        let sim = Sim::start(channel_of(5)).await.unwrap();
        let reader = Arc::new(reader(&sim));
        for _ in 0..2 {
            let found = thirty_at_once(&reader, |_| name.to_owned()).await;
            assert_eq!(found, vec![Err(code); 30], "{name}");
            assert_eq!(sim.world().calls(RESOLVE), 1, "{name}");
        }
        let refused = fetch(&reader, &name.to_uppercase(), &call()).await;
        let text = refused.err().unwrap().to_string();
        assert!(text.contains(&name.to_uppercase()), "{text}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn thirty_unknown_ids_cost_one_look_into_the_chat_list() {
    let mut world = World::empty(7);
    for id in 2000..2030 {
        let chat_id = -1_000_000_000_000 - id;
        world.add_channel("Listed", None, id).broadcast = true;
        world.say(chat_id, None, "first");
    }
    let sim = Sim::start(world).await.unwrap();
    let listed = |number| -1_000_000_002_000 - number as i64;
    let unlisted = |number| -1_000_000_003_000 - number as i64;

    let asking = Arc::new(reader(&sim));
    let mut found = thirty_at_once(&asking, |number| listed(number).to_string()).await;
    found.sort_by_key(|found| std::cmp::Reverse(found.unwrap()));
    assert_eq!(
        found,
        (0..30).map(|number| Ok(listed(number))).collect::<Vec<_>>()
    );
    let found = thirty_at_once(&asking, |number| unlisted(number).to_string()).await;
    assert_eq!(found, vec![Err(ErrorCode::ChatNotFound); 30]);
    assert_eq!(sim.world().calls(CHAT_LIST), 1);

    let asking = Arc::new(reader(&sim));
    let found = thirty_at_once(&asking, |number| unlisted(number).to_string()).await;
    assert_eq!(found, vec![Err(ErrorCode::ChatNotFound); 30]);
    let found = find(&asking, 0, &listed(7).to_string(), &call()).await;
    assert_eq!(found, Ok(listed(7)));
    assert_eq!(sim.world().calls(CHAT_LIST), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn thirty_who_ask_for_me_or_for_one_group_cost_one_request() {
    let mut world = World::empty(7);
    world.add_group("Flat", 77);
    let me = world.me;
    for chat_id in [-77, me] {
        world.say(chat_id, None, "first");
    }
    let sim = Sim::start(world).await.unwrap();
    let reader = Arc::new(reader(&sim));
    for (chat, method, expected) in [
        ("me", "users.getUsers", Ok(me)),
        ("-77", "messages.getChats", Ok(-77)),
        ("-88", "messages.getChats", Err(ErrorCode::ChatNotFound)),
    ] {
        sim.world().log.clear();
        let found = thirty_at_once(&reader, |_| chat.to_owned()).await;
        assert_eq!(found, vec![expected; 30], "{chat}");
        assert_eq!(sim.world().calls(method), 1, "{chat}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn when_the_one_who_asks_is_cancelled_the_others_are_answered() {
    let sim = Sim::start(channel_of(5)).await.unwrap();
    let reader = reader(&sim);
    let slow = FaultKind::Delay(Duration::from_secs(600));
    sim.world().faults.rules.push(Fault::next(RESOLVE, 1, slow));
    let (leading, waiting) = (call(), call());
    let mut leader = Box::pin(find(&reader, 0, "@sim_news", &leading));
    tokio::select! {
        _ = &mut leader => panic!("the answer was not delayed"),
        () = arrived(&sim, RESOLVE, 1) => {}
    }
    let others = (0..29).map(|number| find(&reader, number, "@sim_news", &waiting));
    let mut others = join_all(others);
    begun(&mut others);
    leading.cancel.cancel();
    let (led, found) = tokio::join!(leader, others);
    assert_eq!(led, Err(ErrorCode::TelegramUnavailable));
    assert_eq!(found, vec![Ok(CHANNEL); 29]);
    assert_eq!(sim.world().calls(RESOLVE), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn those_who_wait_for_anothers_answer_can_be_cancelled_and_run_out_of_time() {
    let sim = Sim::start(channel_of(5)).await.unwrap();
    let reader = reader(&sim);
    let slow = FaultKind::Delay(Duration::from_secs(600));
    sim.world().faults.rules.push(Fault::next(RESOLVE, 1, slow));
    let leading = call();
    let mut leader = Box::pin(fetch(&reader, "@sim_news", &leading));
    tokio::select! {
        _ = &mut leader => panic!("the answer was not delayed"),
        () = arrived(&sim, RESOLVE, 1) => {}
    }
    let cancelled = call();
    let mut waiting = Box::pin(fetch(&reader, "@sim_news", &cancelled));
    begun(&mut waiting);
    cancelled.cancel.cancel();
    assert!(matches!(waiting.await, Err(Error::Cancelled)));
    let late = fetch(&reader, "@sim_news", &call_within(Duration::ZERO)).await;
    assert!(matches!(late, Err(Error::OutOfTime { method: RESOLVE })));
    assert_eq!(sim.world().calls(RESOLVE), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_failure_answers_everybody_who_waited_and_is_not_remembered() {
    let sim = Sim::start(channel_of(5)).await.unwrap();
    let reader = reader(&sim);
    fetch(&reader, "me", &call()).await.unwrap();
    let refusal = FaultKind::Error(400, "INPUT_FETCH_FAIL".to_owned());
    let call = call();
    let all = (0..30).map(|number| find(&reader, number, "@sim_news", &call));
    let mut all = join_all(all);
    {
        // Held, so that nothing is answered before all of them have asked.
        let mut world = sim.world();
        world.faults.rules.push(Fault::next(RESOLVE, 1, refusal));
        begun(&mut all);
    }
    assert_eq!(all.await, vec![Err(ErrorCode::Internal); 30]);
    assert_eq!(sim.world().calls(RESOLVE), 1);
    assert_eq!(find(&reader, 0, "@sim_news", &call).await, Ok(CHANNEL));
    assert_eq!(sim.world().calls(RESOLVE), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_nobody_had_is_found_once_an_answer_shows_it() {
    let sim = Sim::start(channel_of(5)).await.unwrap();
    let reader = reader(&sim);
    let missing = Err(ErrorCode::ChatNotFound);
    assert_eq!(find(&reader, 0, "@late_news", &call()).await, missing);
    rename(&sim, 1001, Some("late_news"));
    assert_eq!(find(&reader, 0, "@late_news", &call()).await, missing);
    let by_id = CHANNEL.to_string();
    assert_eq!(find(&reader, 0, &by_id, &call()).await, Ok(CHANNEL));
    assert_eq!(find(&reader, 0, "@late_news", &call()).await, Ok(CHANNEL));
    assert_eq!(sim.world().calls(RESOLVE), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_under_a_new_name_is_found_by_that_and_no_longer_by_the_old_one() {
    let sim = Sim::start(two_channels()).await.unwrap();
    let reader = Arc::new(reader(&sim));
    assert_eq!(find(&reader, 0, "@sim_news", &call()).await, Ok(CHANNEL));
    rename(&sim, 1001, Some("new_name"));
    sim.world().log.clear();
    let found = thirty_at_once(&reader, |_| "@sim_news".to_owned()).await;
    assert_eq!(found, vec![Err(ErrorCode::ChatNotFound); 30]);
    assert_eq!(sim.world().calls(RESOLVE), 1);
    // Reading it under the old name has shown the new one, and the chat itself is as good as before.
    assert_eq!(find(&reader, 0, "@new_name", &call()).await, Ok(CHANNEL));
    let by_id = CHANNEL.to_string();
    assert_eq!(find(&reader, 0, &by_id, &call()).await, Ok(CHANNEL));
    assert_eq!(sim.world().calls(RESOLVE), 1);
    assert_eq!(sim.world().calls(CHAT_LIST), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_has_moved_is_resolved_anew_once() {
    for other in [Some("sim_news"), None] {
        let sim = Sim::start(two_channels()).await.unwrap();
        let reader = Arc::new(reader(&sim));
        assert_eq!(find(&reader, 0, "@sim_news", &call()).await, Ok(CHANNEL));
        rename(&sim, 1001, None);
        rename(&sim, 1002, other);
        let expected = other.map(|_| OTHER).ok_or(ErrorCode::ChatNotFound);
        sim.world().log.clear();
        for _ in 0..2 {
            let found = thirty_at_once(&reader, |_| "@sim_news".to_owned()).await;
            assert_eq!(found, vec![expected; 30], "{other:?}");
            assert_eq!(sim.world().calls(RESOLVE), 1, "{other:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_that_telegram_refuses_is_resolved_anew_once() {
    for (chat, method) in [
        ("@sim_news", RESOLVE),
        ("-1000000001001", CHAT_LIST),
        ("https://t.me/c/1001/3", CHAT_LIST),
    ] {
        let sim = Sim::start(channel_of(5)).await.unwrap();
        let reader = Arc::new(reader(&sim));
        assert_eq!(find(&reader, 0, chat, &call()).await, Ok(CHANNEL));
        let changed = |hash| {
            let mut world = sim.world();
            world.channels.get_mut(&1001).unwrap().access_hash = Some(hash);
            world.log.clear();
        };
        changed(42);
        assert_eq!(find(&reader, 0, chat, &call()).await, Ok(CHANNEL), "{chat}");
        assert_eq!(sim.world().calls(method), 1, "{chat}");

        changed(43);
        let found = thirty_at_once(&reader, |_| chat.to_owned()).await;
        assert_eq!(found, vec![Ok(CHANNEL); 30], "{chat}");
        assert_eq!(sim.world().calls(method), 1, "{chat}");

        sim.world().log.clear();
        let refusal = FaultKind::Error(400, "CHANNEL_INVALID".to_owned());
        let always = Fault::next(HISTORY, 99, refusal);
        sim.world().faults.rules.push(always);
        let found = find(&reader, 0, chat, &call()).await;
        assert_eq!(found, Err(ErrorCode::ChatNotFound), "{chat}");
        assert_eq!(sim.world().calls(method), 1, "{chat}");
        assert_eq!(sim.world().calls(HISTORY), 2, "{chat}");
    }
}

/// A reader that remembers chats below `dir`.
fn remembering(sim: &Sim, dir: &Path) -> Reader {
    let options = ClientOptions {
        state_dir: Some(dir.to_owned()),
        ..options(sim)
    };
    Reader::new(options, Gate::unmasked())
}

/// The file of the peers.
fn peers_file(dir: &Path) -> PathBuf {
    let files = std::fs::read_dir(dir).unwrap().map(|file| file.unwrap());
    let mut files = files.filter(|file| file.file_name().to_str().unwrap().starts_with("peers-"));
    files.next().unwrap().path()
}

fn read(file: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(file).unwrap()).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_on_disk_is_resolved_again_when_it_was_not_confirmed_for_a_week() {
    const DAY: i64 = 24 * 3600;
    let now = i64::from(World::empty(7).now());
    let by_id = CHANNEL.to_string();
    // When the file says it was confirmed; the chat; what it takes to find it; whether the file is then brought
    // up to date.
    let table = [
        (json!(now - 60), "@sim_news", None, false),
        (json!(now - 60), &by_id, None, false),
        (json!(now - 2 * DAY), "@sim_news", None, true),
        (json!(now - 8 * DAY), "@sim_news", Some(RESOLVE), true),
        (json!(now - 8 * DAY), &by_id, Some(CHAT_LIST), true),
        (json!(now + 400 * DAY), "@sim_news", Some(RESOLVE), true),
        (json!(i64::MIN), "@sim_news", Some(RESOLVE), true),
        (json!("yesterday"), "@sim_news", Some(RESOLVE), true),
        (Value::Null, "@sim_news", Some(RESOLVE), true),
    ];
    for (confirmed, chat, method, written) in table {
        let dir = tempfile::tempdir().unwrap();
        let sim = Sim::start(channel_of(5)).await.unwrap();
        let before = remembering(&sim, dir.path());
        fetch(&before, "@sim_news", &call()).await.unwrap();
        let file = peers_file(dir.path());
        let mut peers = read(&file);
        let pointer = format!("/peers/{CHANNEL}/confirmed");
        *peers.pointer_mut(&pointer).unwrap() = confirmed.clone();
        std::fs::write(&file, peers.to_string()).unwrap();
        sim.world().log.clear();

        let reader = remembering(&sim, dir.path());
        // By the first call already: there may be no other in this process.
        fetch(&reader, chat, &call()).await.unwrap();
        let confirmed_now = read(&file).pointer(&pointer).unwrap().clone();
        assert_eq!(confirmed_now != confirmed, written, "{confirmed} {chat}");
        assert!(!written || confirmed_now.as_i64() >= Some(now));
        fetch(&reader, chat, &call()).await.unwrap();
        for asked in [RESOLVE, CHAT_LIST] {
            let expected = usize::from(method == Some(asked));
            assert_eq!(sim.world().calls(asked), expected, "{confirmed} {chat}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_id_that_the_chat_list_no_longer_has_is_still_read() {
    let dir = tempfile::tempdir().unwrap();
    let sim = Sim::start(channel_of(5)).await.unwrap();
    fetch(&remembering(&sim, dir.path()), "@sim_news", &call())
        .await
        .unwrap();
    let file = peers_file(dir.path());
    let text = std::fs::read_to_string(&file).unwrap();
    std::fs::write(&file, text.replace("confirmed", "once")).unwrap();
    sim.world().channels.get_mut(&1001).unwrap().left = true;
    sim.world().log.clear();
    let reader = remembering(&sim, dir.path());
    for _ in 0..2 {
        let page = fetch(&reader, &CHANNEL.to_string(), &call()).await.unwrap();
        assert_eq!(page.messages.len(), 3);
    }
    assert_eq!(sim.world().calls(CHAT_LIST), 1);
}

/// The world of [`channel_of`] with a supergroup that was a basic group.
fn a_migrated_group() -> World {
    let mut world = two_channels();
    let group = world.add_channel("Group", None, 1003);
    group.megagroup = true;
    let details = world.details.entry(GROUP).or_default();
    details.migrated_from = Some((77, 40));
    world.say(GROUP, None, "here");
    world.log.clear();
    world
}

const GROUP: i64 = -1_000_000_001_003;
const FULL: &str = "channels.getFullChannel";

fn peer_of(sim: &Sim, chat_id: i64) -> Peer {
    let world = sim.world();
    let channel = &world.channels[&(-1_000_000_000_000 - chat_id)];
    Peer {
        chat_id,
        access_hash: channel.access_hash.unwrap(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_supergroup_was_is_asked_for_once() {
    let dir = tempfile::tempdir().unwrap();
    let sim = Sim::start(a_migrated_group()).await.unwrap();
    let was = Some(MigratedFrom {
        chat_id: -77,
        max_id: 40,
    });
    let options = || ClientOptions {
        state_dir: Some(dir.path().to_owned()),
        ..options(&sim)
    };
    let client = Client::new(options());
    let call = call();
    let peer = peer_of(&sim, GROUP);
    let all = (0..30).map(|_| client.migrated_from(peer, &call));
    let all = join_all(all).await;
    assert!(all.into_iter().all(|found| found.unwrap() == was));
    assert_eq!(sim.world().calls(FULL), 1);

    // Resolving remembers it on disk, where another process finds it.
    let reader = Reader::new(options(), Gate::unmasked());
    let by_id = GROUP.to_string();
    let reply = reader.resolve_chat(&by_id, &call).await.unwrap();
    assert_eq!(reply.chat.unwrap().migrated_from_chat_id, Some(-77));
    assert_eq!(sim.world().calls(FULL), 2);
    let another = Client::new(options());
    assert_eq!(another.migrated_from(peer, &call).await.unwrap(), was);
    assert_eq!(sim.world().calls(FULL), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_supergroup_is_asked_what_it_was() {
    let sim = Sim::start(a_migrated_group()).await.unwrap();
    let client = Client::new(options(&sim));
    let call = call();
    let window = Window {
        limit: 1,
        ..Window::default()
    };
    let news = peer_of(&sim, CHANNEL);
    client.history(news, window, &call).await.unwrap();
    let group = Peer {
        chat_id: -77,
        access_hash: 0,
    };
    for peer in [news, group] {
        assert_eq!(client.migrated_from(peer, &call).await.unwrap(), None);
    }
    assert_eq!(sim.world().calls(FULL), 0);

    sim.world().channels.get_mut(&1002).unwrap().broadcast = false;
    let other = peer_of(&sim, OTHER);
    for _ in 0..2 {
        assert_eq!(client.migrated_from(other, &call).await.unwrap(), None);
    }
    assert_eq!(sim.world().calls(FULL), 1);
}
