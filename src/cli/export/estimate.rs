//! What an export would take, from one small page of each chat. Nothing is written.

use std::time::Duration;

use indicatif::{HumanBytes, HumanCount};
use serde::Serialize;
use serde_json::json;

use super::bar::duration;
use super::{Desk, ExportArgs};
use crate::cli::{Failure, account, print};
use crate::config::Config;
use crate::export::Format;
use crate::export::tdesktop::{ResultJson, SEPARATOR};
use crate::history::{HistoryParams, Page, PageMessage};
use crate::telegram::Rates;

/// How many messages are read of each chat.
const SAMPLE: u32 = 50;
/// The most messages a request brings.
const WINDOW: u64 = 100;

/// What one export would take, as far as that can be known.
#[derive(Debug, PartialEq, Serialize)]
struct Estimate {
    input: String,
    chat_id: i64,
    /// How many messages there are, where nothing narrows them.
    #[serde(skip_serializing_if = "Option::is_none")]
    messages: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    requests: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seconds: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bytes: Option<u64>,
}

/// Says for each chat what its export would take.
pub(super) async fn run(desk: &Desk<'_>, config: &Config) -> Result<(), Failure> {
    let bounds = account::rates(config.rate_limits);
    let rates = match desk.args.demo {
        true => bounds.or(Rates::UNLIMITED),
        false => bounds,
    };
    let mut estimates = Vec::new();
    for chat in &desk.args.chats {
        let params = HistoryParams {
            page_size: Some(SAMPLE),
            ..desk.args.question(chat)
        };
        let page = desk.reader.fetch_history(&params, &desk.call()).await;
        let page = page.map_err(|failure| Failure::new(format!("`{chat}`: {}", failure.error)))?;
        estimates.push(estimate(desk.args, &params, &page, rates, chat));
    }
    if desk.args.json {
        return print(json!({ "estimates": estimates }));
    }
    for estimate in &estimates {
        print(estimate.words())?;
    }
    Ok(())
}

fn estimate(
    args: &ExportArgs,
    params: &HistoryParams,
    page: &Page,
    rates: Rates,
    chat: &str,
) -> Estimate {
    let messages = page.total_estimate.map(u64::from);
    let requests = messages.map(|messages| messages.div_ceil(WINDOW).max(1));
    let is_search = params.search.is_some() || params.filter.media_types.is_some();
    let time = requests.map(|requests| rates.time_for(requests, is_search));
    Estimate {
        input: chat.to_owned(),
        chat_id: page.chat.chat_id,
        messages,
        requests,
        seconds: time.map(|time| time.as_secs() + u64::from(time.subsec_nanos() > 0)),
        bytes: messages.and_then(|messages| bytes(args.format(), page, messages)),
    }
}

/// How large a file of so many messages is, when all are like those of the page.
fn bytes(format: Format, page: &Page, messages: u64) -> Option<u64> {
    let layout = ResultJson::of(&page.chat);
    let length = |message: &PageMessage| match format {
        Format::Ndjson => serde_json::to_vec(&message.record).map_or(0, |line| line.len() + 1),
        Format::Tdesktop => layout.message(&message.record).len() + SEPARATOR.len(),
    };
    let sampled = page.messages.len() as u64;
    let all: u64 = page.messages.iter().map(|it| length(it) as u64).sum();
    (sampled > 0).then(|| all * messages / sampled)
}

impl Estimate {
    fn words(&self) -> String {
        let Self { input, chat_id, .. } = self;
        let (Some(messages), Some(requests)) = (self.messages, self.requests) else {
            return format!(
                "{input} ({chat_id}): how many messages are wanted is known when they have been looked at"
            );
        };
        let time = match self.seconds {
            Some(seconds @ 1..) => format!("about {}", duration(Duration::from_secs(seconds))),
            _ => "no waiting".to_owned(),
        };
        let size = self
            .bytes
            .map(|bytes| format!(", about {}", HumanBytes(bytes)));
        format!(
            "{input} ({chat_id}): {} messages, at least {} requests, {time} at the rate that is allowed{}",
            HumanCount(messages),
            HumanCount(requests),
            size.unwrap_or_default()
        )
    }
}
