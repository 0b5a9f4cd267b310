//! What can be attached to a message.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{PeerRef, is_false};

/// What is attached to a message; what is absent does not apply to its type or is not known.
///
/// Media that destroys itself is its type and `ttl_seconds`, and nothing more.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Media {
    /// What it is.
    #[serde(rename = "type")]
    pub kind: MediaKind,
    /// The TL name, when the type is `other`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The name of the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_name: Option<String>,
    /// The MIME type of the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mime_type: Option<String>,
    /// The size of the file; of a photo, that of its largest version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size_bytes: Option<i64>,
    /// How long it plays, rounded to whole seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration_seconds: Option<i32>,
    /// In pixels; of a photo, that of its largest version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub width: Option<i32>,
    /// In pixels; of a photo, that of its largest version.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub height: Option<i32>,
    /// The title of a track, game, invoice or to-do list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Who performs a track.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub performer: Option<String>,
    /// What a game or an invoice says of itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// The emoji that a sticker stands for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub emoji: Option<String>,
    /// It is covered until it is tapped.
    #[serde(default, skip_serializing_if = "is_false")]
    pub spoiler: bool,
    /// A photo that moves for a moment.
    #[serde(default, skip_serializing_if = "is_false")]
    pub live_photo: bool,
    /// It destroys itself so long after it was opened; 2147483647 is "view once".
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ttl_seconds: Option<i32>,
    /// The preview of a page that the text links to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub web_page: Option<WebPage>,
    /// A poll or a quiz.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub poll: Option<Poll>,
    /// A place.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<Location>,
    /// A contact that was shared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contact: Option<Contact>,
    /// A die that was thrown.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dice: Option<Dice>,
    /// A story that was shared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub story: Option<StoryRef>,
    /// What an invoice asks for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub invoice: Option<Invoice>,
    /// A giveaway, or how it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub giveaway: Option<Giveaway>,
    /// Media that is shown after a payment.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paid_media: Option<PaidMedia>,
    /// A to-do list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub todo: Option<Todo>,
}

impl Media {
    /// Media of which only the type is known.
    pub fn new(kind: MediaKind) -> Self {
        Self {
            kind,
            ..Self::default()
        }
    }
}

/// The types of media.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the contract")]
pub enum MediaKind {
    Photo,
    Video,
    VideoNote,
    Voice,
    Audio,
    Sticker,
    Animation,
    Document,
    WebPage,
    Location,
    LiveLocation,
    Venue,
    Contact,
    Poll,
    Dice,
    Game,
    Invoice,
    Giveaway,
    GiveawayResults,
    Story,
    PaidMedia,
    Todo,
    VideoStream,
    /// Anything else: its TL name is in `name`.
    #[default]
    Other,
}

/// The preview of a page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WebPage {
    /// Its address; absent in `concise` where the text has it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub url: String,
    /// Its title.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The name of the site.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub site_name: Option<String>,
    /// What it says of itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Who wrote it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub author: Option<String>,
    /// Telegram's word for what it is, such as `article`, `video` or `telegram_message`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub page_type: Option<String>,
}

/// A poll or a quiz.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Poll {
    /// What is asked.
    pub question: String,
    /// What can be answered.
    pub options: Vec<PollOption>,
    /// How many have voted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub total_voters: Option<i32>,
    /// It has a right answer.
    #[serde(default, skip_serializing_if = "is_false")]
    pub quiz: bool,
    /// Nobody can vote any more.
    #[serde(default, skip_serializing_if = "is_false")]
    pub closed: bool,
    /// More than one answer can be chosen.
    #[serde(default, skip_serializing_if = "is_false")]
    pub multiple_choice: bool,
    /// What a quiz says of its right answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub explanation: Option<String>,
    /// Who chose what can be seen.
    #[serde(default, skip_serializing_if = "is_false")]
    pub public: bool,
    /// When it ends, in UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub close_date: Option<Timestamp>,
    /// What is attached to the question.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media_type: Option<MediaKind>,
}

/// One answer of a poll; the votes are known to those who voted, or when it is closed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PollOption {
    /// The answer.
    pub text: String,
    /// How many chose it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub voters: Option<i32>,
    /// This account chose it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub chosen: bool,
    /// It is the right one.
    #[serde(default, skip_serializing_if = "is_false")]
    pub correct: bool,
    /// The latest who chose it, of a public poll.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub by: Vec<PeerRef>,
    /// Who added it to the poll of somebody else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub added_by: Option<PeerRef>,
    /// What is attached to it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media_type: Option<MediaKind>,
}

/// A place, with what a venue adds to it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Location {
    /// In degrees, north is positive.
    pub latitude: f64,
    /// In degrees, east is positive.
    pub longitude: f64,
    /// It is shared while it changes.
    #[serde(default, skip_serializing_if = "is_false")]
    pub live: bool,
    /// For how long a live location is shared, from the message's date.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub live_period_seconds: Option<i32>,
    /// How far from the truth it may be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accuracy_meters: Option<i32>,
    /// The name of a venue.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The address of a venue.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

/// A contact that was shared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Contact {
    /// The first name.
    pub first_name: String,
    /// The last name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// The phone number as it was shared.
    pub phone_number: String,
    /// The Telegram user, when there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<i64>,
}

/// A die that was thrown.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Dice {
    /// Which die.
    pub emoji: String,
    /// What it shows.
    pub value: i32,
}

/// A story that was shared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StoryRef {
    /// The marked id of who posted it.
    pub chat_id: i64,
    /// Its id there.
    pub story_id: i32,
    /// The name of who posted it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub chat_name: Option<String>,
    /// Its caption.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub caption: Option<String>,
    /// What it shows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub media_type: Option<MediaKind>,
    /// When it was posted, in UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date: Option<Timestamp>,
    /// It is here because it names this account.
    #[serde(default, skip_serializing_if = "is_false")]
    pub mentions_me: bool,
    /// Who posted it is in the account's contacts. Not published: masking needs to know.
    #[serde(skip)]
    pub is_contact: bool,
}

/// What an invoice asks for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Invoice {
    /// The ISO 4217 code, or `XTR` for Stars.
    pub currency: String,
    /// In the smallest unit of the currency.
    pub total_amount: i64,
    /// The message that shows the receipt, once it is paid.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub receipt_message_id: Option<i32>,
}

/// A giveaway, or how it ended.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Giveaway {
    /// How many prizes there are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub quantity: Option<i32>,
    /// Months of Premium for each winner.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub months: Option<i32>,
    /// Stars for all winners together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stars: Option<i64>,
    /// What else is given away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prize: Option<String>,
    /// When it ends, in UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// How many have won.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub winners_count: Option<i32>,
    /// How many prizes nobody has taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unclaimed_count: Option<i32>,
    /// The channels that hold it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub channels: Vec<PeerRef>,
    /// Some of those who have won.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub winners: Vec<PeerRef>,
    /// Only those can win who join after it began.
    #[serde(default, skip_serializing_if = "is_false")]
    pub only_new_subscribers: bool,
    /// The countries whose people can win, as ISO 3166-1 alpha-2; all when absent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub countries: Vec<String>,
    /// The message that began it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub launch_message_id: Option<i32>,
    /// It was taken back and paid back.
    #[serde(default, skip_serializing_if = "is_false")]
    pub refunded: bool,
}

/// Media that is shown after a payment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PaidMedia {
    /// What it costs.
    pub stars: i64,
    /// How many photos and videos it is.
    pub count: usize,
    /// What they are, one by one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub media_types: Vec<MediaKind>,
}

/// A to-do list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Todo {
    /// Its tasks.
    pub items: Vec<TodoItem>,
}

/// A task of a to-do list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TodoItem {
    /// Its number in the list.
    pub id: i32,
    /// What is to be done.
    pub text: String,
    /// Who did it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub done_by: Option<PeerRef>,
    /// When it was done, in UTC.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub done_at: Option<Timestamp>,
}
