//! Answers that would end the process: nested deeper than its stack, or growing as they are read.

use grammers_client::tl::{Identifiable as _, Serializable as _, enums, types};
use serde_json::json;
use telegram_history_mcp::sim::blank;
use telegram_history_mcp::sim::faults::{Fault, FaultKind};
use telegram_history_mcp::telegram::weight::is_bearable;

use crate::layer::definitions::Schema;
use crate::stage::{Account, channel_of};

const VECTOR: u32 = 0x1cb5_c415;

fn words(words: &[u32], times: usize) -> Vec<u8> {
    let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
    bytes.repeat(times)
}

#[test]
fn whatever_may_hold_its_like_is_counted() {
    let schema = Schema::read();
    let recursive = schema.recursive();
    assert!(recursive.len() > 50, "{recursive:?}");
    for (name, id) in recursive {
        assert!(!is_bearable(&words(&[id], 50_000)), "{name}");
        assert!(is_bearable(&words(&[id], 1_000)), "{name}");
    }
}

#[test]
fn what_grows_as_it_is_read_is_counted() {
    for id in [
        types::MessageEmpty::CONSTRUCTOR_ID,
        types::UserEmpty::CONSTRUCTOR_ID,
    ] {
        assert!(!is_bearable(&words(&[id, 0, 1], 400_000)));
        assert!(is_bearable(&words(&[id, 0, 1], 10_000)));
    }
}

#[test]
fn what_is_only_long_can_be_read() {
    let text = "A".repeat(8 << 20);
    assert!(is_bearable(&text.into_bytes().to_bytes()));
}

/// An answer with one message, in whose rich text this stands.
fn answer_around(nested: &[u8]) -> Vec<u8> {
    const HERE: &str = "what is here goes";
    let text = types::TextPlain {
        text: HERE.to_owned(),
    };
    let text = enums::RichText::TextPlain(text);
    let here = text.to_bytes();
    let block = types::PageBlockParagraph { text };
    let mut message = blank::message(
        1,
        types::PeerChannel { channel_id: 1001 }.into(),
        1_700_000_000,
    );
    message.rich_message = Some(
        types::RichMessage {
            rtl: false,
            part: false,
            blocks: vec![block.into()],
            photos: Vec::new(),
            documents: Vec::new(),
        }
        .into(),
    );
    let answer = types::messages::Messages {
        messages: vec![message.into()],
        topics: Vec::new(),
        chats: Vec::new(),
        users: Vec::new(),
    };
    let answer = enums::messages::Messages::Messages(answer).to_bytes();
    let at = answer
        .windows(here.len())
        .position(|it| it == here)
        .unwrap();
    [&answer[..at], nested, &answer[at + here.len()..]].concat()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_nested_without_end_is_one_that_cannot_be_read() {
    let bold = types::TextBold::CONSTRUCTOR_ID;
    let concat = types::TextConcat::CONSTRUCTOR_ID;
    let empty = enums::RichText::TextEmpty.to_bytes();
    let nested = [
        (words(&[bold], 200_000), false),
        (words(&[concat, VECTOR, 1], 60_000), false),
        (words(&[bold], 4_000), true),
    ];
    for (nested, is_read) in nested {
        let account = Account::of(channel_of(3)).await;
        let answer = answer_around(&[nested, empty.clone()].concat());
        let fault = Fault::always("messages.getHistory", FaultKind::Answer(answer));
        account.sim.world().faults.rules.push(fault);
        let mut process = account.process().await;
        let result = process
            .call("tg.fetch_history", json!({ "chat": "@sim_news" }))
            .await;
        let is_refused = result.to_string().contains("could not be read");
        assert_eq!(is_refused, !is_read, "{result}");
        process.is_alive().await;
    }
}
