//! The moment before which nothing is read: in no way, and without reading much to find it.

use telegram_history_mcp::history::{ChatsParams, Direction, HistoryParams};
use telegram_history_mcp::sim::{Sim, World};

use super::world::*;
use crate::stage::{CHANNEL, call, options};

const DAY: i32 = 86_400;

/// A channel of so many posts, one a minute, the last half of them since [`MIDDLE`].
fn long(count: i32) -> World {
    let mut world = World::empty(7);
    world.add_channel("News", Some("sim_news"), 1001).broadcast = true;
    for number in 1..=count {
        let date = MIDDLE + (number - count / 2 - 1) * 60;
        world.say_at(CHANNEL, None, &format!("post {number}"), date);
    }
    world.log.clear();
    world
}

fn posts(numbers: impl Iterator<Item = i32>) -> Vec<String> {
    numbers.map(|number| format!("post {number}")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_was_sent_before_is_read_however_it_is_asked_for() {
    let sim = Sim::start(long(1_000)).await.unwrap();
    let reader = reader_since(options(&sim), &[], &[], Some(MIDDLE));
    let asc = |chat: &str| HistoryParams {
        direction: Some(Direction::Asc),
        page_size: Some(200),
        ..of(chat)
    };
    let news = "@sim_news";
    assert_eq!(all_texts(&reader, &asc(news)).await, posts(501..=1000));
    let desc = HistoryParams {
        page_size: Some(200),
        ..of(news)
    };
    assert_eq!(all_texts(&reader, &desc).await, posts((501..=1000).rev()));
    let narrow = |change: &dyn Fn(&mut HistoryParams)| {
        let mut params = asc(news);
        change(&mut params);
        params
    };
    let table = [
        narrow(&|it| it.from = Some("2001-01-01".to_owned())),
        narrow(&|it| it.filter.min_id = Some(3)),
        asc("t.me/sim_news/20"),
        narrow(&|it| it.search = Some("post".to_owned())),
    ];
    for params in table {
        let texts = all_texts(&reader, &params).await;
        assert_eq!(texts, posts(501..=1000), "{params:?}");
    }
    let nothing = [
        of("t.me/sim_news/20"),
        narrow(&|it| it.filter.max_id = Some(400)),
        narrow(&|it| it.to = Some("2001-01-01".to_owned())),
        HistoryParams {
            direction: None,
            ..narrow(&|it| it.filter.max_id = Some(400))
        },
    ];
    for params in nothing {
        sim.world().log.clear();
        assert!(all_texts(&reader, &params).await.is_empty(), "{params:?}");
        let requests = asked(&sim).len();
        assert!(requests <= 4, "{params:?}: {requests}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn around_a_message_of_before_nothing_is_shown_and_at_the_border_what_came_after() {
    let sim = Sim::start(long(1_000)).await.unwrap();
    let reader = reader_since(options(&sim), &[], &[], Some(MIDDLE));
    for (centre, expected) in [(20, 501..=503), (501, 501..=504), (503, 501..=506)] {
        let params = HistoryParams {
            around: Some(centre),
            page_size: Some(6),
            ..of("@sim_news")
        };
        let around = reader.fetch_around(&params, &call()).await.unwrap();
        let pages = [&around.older, &around.newer];
        let messages = pages.into_iter().flat_map(|page| &page.messages);
        let mut ids: Vec<i32> = messages.map(|message| message.id).collect();
        ids.sort_unstable();
        assert_eq!(ids, expected.collect::<Vec<_>>(), "{centre}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cursor_of_before_the_moment_was_set_goes_on_behind_it() {
    for direction in [Direction::Asc, Direction::Desc] {
        let sim = Sim::start(long(2_000)).await.unwrap();
        let open = reader(&sim, &[], &[]);
        let first = HistoryParams {
            direction: Some(direction),
            page_size: Some(100),
            ..of("@sim_news")
        };
        let page = fetch(&open, &first).await.unwrap();
        let cursor = page.cursor_after(100).unwrap();
        let since = reader_since(options(&sim), &[], &[], Some(MIDDLE));
        asked(&sim);
        let texts = all_texts(&since, &on(&cursor)).await;
        let expected = match direction {
            Direction::Asc => posts(1001..=2000),
            Direction::Desc => posts((1001..=1900).rev()),
        };
        assert_eq!(texts, expected, "{direction:?}");
        let requests = asked(&sim).len();
        assert!(requests <= 14, "{direction:?}: {requests}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_older_half_and_the_opener_of_a_topic_are_held_to_it_too() {
    let mut world = world();
    let topic = world.open_topic(FORUM, "Boats");
    world.say_in_topic(FORUM, topic, KIM, "about boats");
    let now = world.now();
    let sim = Sim::start(world).await.unwrap();
    let reader = reader_since(options(&sim), &[], &[], Some(MIDDLE - 10 * DAY));
    for direction in [Direction::Asc, Direction::Desc] {
        let talk = HistoryParams {
            direction: Some(direction),
            ..of("@sim_talk")
        };
        let texts = all_texts(&reader, &talk).await;
        assert_eq!(texts.len(), 6, "{texts:?}");
        assert!(!texts.iter().any(|text| text == "memory 2"), "{texts:?}");
    }
    let mut opened = of("@sim_forum");
    opened.filter.topic_id = Some(topic.to_string());
    assert_eq!(all_texts(&reader, &opened).await.len(), 2);
    let later = reader_since(options(&sim), &[], &[], Some(now + DAY));
    assert!(all_texts(&later, &opened).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_chat_list_tells_no_date_of_before() {
    let sim = Sim::start(world()).await.unwrap();
    for (since, told) in [(MIDDLE - 20 * DAY, true), (MIDDLE + 2 * DAY, false)] {
        let reader = reader_since(options(&sim), &[], &[], Some(since));
        let page = reader
            .list_chats(&ChatsParams::default(), &call())
            .await
            .unwrap();
        let dates = page.chats.iter().map(|row| row.last_message_date.is_some());
        assert!(dates.clone().count() > 5 && dates.clone().all(|date| date == told));
    }
}
