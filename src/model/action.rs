//! What happened, in service messages.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{LongId, PeerRef, Price, TodoItem, is_false, is_none};

/// What happened. Actions that have no type of their own keep Telegram's name for them.
///
/// Gift codes, payment payloads and other things that are worth money to whoever reads them are left out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names of the fields are the contract")]
pub enum Action {
    /// A basic group was created.
    ChatCreate {
        title: String,
        users: Vec<PeerRef>,
        /// How many more there are, which `concise` does not name.
        #[serde(default, skip_serializing_if = "is_none")]
        more: usize,
    },
    /// The title was changed.
    ChatEditTitle { title: String },
    /// The photo was changed.
    ChatEditPhoto,
    /// The photo was removed.
    ChatDeletePhoto,
    /// Members were added, or joined by themselves.
    ChatAddUser {
        users: Vec<PeerRef>,
        /// How many more there are, which `concise` does not name.
        #[serde(default, skip_serializing_if = "is_none")]
        more: usize,
    },
    /// A member was removed, or left.
    ChatDeleteUser { user: PeerRef },
    /// The sender joined by an invite link of `inviter`.
    ChatJoinedByLink { inviter: PeerRef },
    /// The sender's request to join was approved.
    ChatJoinedByRequest,
    /// A supergroup or channel was created.
    ChannelCreate { title: String },
    /// This basic group became a supergroup; the history goes on there.
    ChatMigrateTo {
        #[serde(skip_serializing_if = "Option::is_none")]
        chat_id: Option<i64>,
    },
    /// This supergroup was a basic group; the older history is there.
    ChannelMigrateFrom {
        #[serde(default, skip_serializing_if = "String::is_empty")]
        title: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        chat_id: Option<i64>,
    },
    /// A message was pinned.
    PinMessage {
        #[serde(skip_serializing_if = "Option::is_none")]
        message_id: Option<i32>,
    },
    /// The history was cleared.
    HistoryClear,
    /// A call between two.
    PhoneCall {
        #[serde(default, skip_serializing_if = "is_false")]
        video: bool,
        /// Why it ended: `missed`, `disconnect`, `hangup`, `busy` or `migrate_conference_call`.
        #[serde(skip_serializing_if = "Option::is_none")]
        reason: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        duration_seconds: Option<i32>,
    },
    /// A call of several that is not bound to a group.
    ConferenceCall {
        #[serde(default, skip_serializing_if = "is_false")]
        video: bool,
        #[serde(default, skip_serializing_if = "is_false")]
        missed: bool,
        #[serde(skip_serializing_if = "Option::is_none")]
        duration_seconds: Option<i32>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        others: Vec<PeerRef>,
    },
    /// Somebody took a screenshot of a private chat.
    ScreenshotTaken,
    /// A text that Telegram shows as it is.
    Custom { text: String },
    /// A forum topic was opened.
    TopicCreate { title: String },
    /// A forum topic was changed.
    TopicEdit {
        #[serde(skip_serializing_if = "Option::is_none")]
        title: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        closed: Option<bool>,
        #[serde(skip_serializing_if = "Option::is_none")]
        hidden: Option<bool>,
    },
    /// The auto-delete timer was set; 0 turns it off.
    SetMessagesTtl {
        period_seconds: i32,
        /// Whose setting for all new chats it was.
        #[serde(skip_serializing_if = "Option::is_none")]
        set_by: Option<PeerRef>,
    },
    /// A group call began, or ended when it has a duration.
    GroupCall {
        #[serde(skip_serializing_if = "Option::is_none")]
        duration_seconds: Option<i32>,
    },
    /// A group call was announced.
    GroupCallScheduled { date: Timestamp },
    /// Members were invited to a group call.
    InviteToGroupCall {
        users: Vec<PeerRef>,
        /// How many more there are, which `concise` does not name.
        #[serde(default, skip_serializing_if = "is_none")]
        more: usize,
    },
    /// Somebody reached a score in a game.
    GameScore { game_id: LongId, score: i32 },
    /// A contact joined Telegram.
    ContactSignUp,
    /// A bot was allowed to write.
    BotAllowed {
        #[serde(skip_serializing_if = "Option::is_none")]
        domain: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        app: Option<String>,
    },
    /// The chat's theme was changed.
    SetChatTheme {
        #[serde(skip_serializing_if = "Option::is_none")]
        emoji: Option<String>,
    },
    /// The chat's wallpaper was changed.
    SetChatWallPaper,
    /// A profile photo was suggested.
    SuggestProfilePhoto,
    /// Premium was given; the amount is in the smallest unit of the currency.
    GiftPremium {
        days: i32,
        currency: String,
        amount: i64,
        #[serde(skip_serializing_if = "Option::is_none")]
        text: Option<String>,
    },
    /// Premium was given as a code.
    GiftCode {
        days: i32,
        #[serde(default, skip_serializing_if = "is_false")]
        via_giveaway: bool,
        /// The channel that gave it.
        #[serde(skip_serializing_if = "Option::is_none")]
        from: Option<PeerRef>,
        #[serde(skip_serializing_if = "Option::is_none")]
        text: Option<String>,
    },
    /// Stars were given.
    GiftStars { stars: i64 },
    /// A gift was given.
    StarGift {
        #[serde(default, skip_serializing_if = "is_false")]
        unique: bool,
        #[serde(skip_serializing_if = "Option::is_none")]
        title: Option<String>,
        /// What it cost, of a gift that is not unique.
        #[serde(skip_serializing_if = "Option::is_none")]
        stars: Option<i64>,
        /// Who gave it, when that is not the sender.
        #[serde(skip_serializing_if = "Option::is_none")]
        from: Option<PeerRef>,
        /// Who has it, when that is not the other one of the chat.
        #[serde(skip_serializing_if = "Option::is_none")]
        to: Option<PeerRef>,
        #[serde(default, skip_serializing_if = "is_false")]
        refunded: bool,
        #[serde(skip_serializing_if = "Option::is_none")]
        text: Option<String>,
    },
    /// The group was boosted.
    BoostApply { boosts: i32 },
    /// A giveaway began.
    GiveawayLaunch {
        #[serde(skip_serializing_if = "Option::is_none")]
        stars: Option<i64>,
    },
    /// A giveaway ended.
    GiveawayResults {
        winners_count: i32,
        unclaimed_count: i32,
    },
    /// A payment was made; the amount is in the smallest unit of the currency.
    PaymentSent { currency: String, total_amount: i64 },
    /// Two people came close to each other.
    GeoProximityReached {
        from: PeerRef,
        to: PeerRef,
        distance_meters: i32,
    },
    /// Tasks of a to-do list were done or undone.
    TodoCompletions {
        completed: Vec<i32>,
        incompleted: Vec<i32>,
    },
    /// Tasks were added to a to-do list.
    TodoAppendTasks { items: Vec<TodoItem> },
    /// Data was sent to a bot from its page.
    WebViewDataSent { text: String },
    /// The chat has a new owner.
    ChangeCreator { user: PeerRef },
    /// Copying and forwarding was forbidden, or allowed again.
    NoForwardsToggle { enabled: bool },
    /// Whether to forbid copying and forwarding was asked.
    NoForwardsRequest {
        enabled: bool,
        #[serde(default, skip_serializing_if = "is_false")]
        expired: bool,
    },
    /// Somebody shall become the new owner.
    NewCreatorPending { user: PeerRef },
    /// People or chats were shared with a bot that asked for them.
    RequestedPeer { peers: Vec<PeerRef> },
    /// A bot was made for the account by another bot.
    ManagedBotCreated { bot: PeerRef },
    /// An answer was added to a poll.
    PollAppendAnswer {
        text: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        added_by: Option<PeerRef>,
    },
    /// An answer was taken from a poll.
    PollDeleteAnswer { text: String },
    /// A payment was given back; the amount is in the smallest unit of the currency.
    PaymentRefunded {
        peer: PeerRef,
        currency: String,
        total_amount: i64,
    },
    /// Stars were won in a giveaway.
    PrizeStars {
        stars: i64,
        #[serde(default, skip_serializing_if = "is_false")]
        unclaimed: bool,
        giveaway_message_id: i32,
        /// The channel that held it.
        #[serde(skip_serializing_if = "Option::is_none")]
        from: Option<PeerRef>,
    },
    /// Stars that were paid to write were given back.
    PaidMessagesRefunded { count: i32, stars: i64 },
    /// What it costs to write here was set; 0 is nothing.
    PaidMessagesPrice { stars: i64 },
    /// A suggested post was taken or not.
    SuggestedPostApproval {
        accepted: bool,
        #[serde(skip_serializing_if = "Option::is_none")]
        comment: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        date: Option<Timestamp>,
        #[serde(skip_serializing_if = "Option::is_none")]
        price: Option<Price>,
    },
    /// A suggested post was up long enough to be paid for.
    SuggestedPostSuccess { price: Price },
    /// A suggested post was not paid for.
    SuggestedPostRefund {
        #[serde(default, skip_serializing_if = "is_false")]
        payer_initiated: bool,
    },
    /// A birthday was suggested for the profile.
    SuggestBirthday {
        day: i32,
        month: i32,
        #[serde(skip_serializing_if = "Option::is_none")]
        year: Option<i32>,
    },
    /// Somebody wants to buy a gift.
    StarGiftOffer {
        state: OfferState,
        #[serde(skip_serializing_if = "Option::is_none")]
        title: Option<String>,
        price: Price,
    },
    /// Anything else, by its TL name.
    Other { name: String },
}

/// What became of an offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names are the contract")]
pub enum OfferState {
    Open,
    Accepted,
    Declined,
    Expired,
}
