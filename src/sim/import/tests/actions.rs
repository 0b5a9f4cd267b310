//! Service messages.

use grammers_tl_types as tl;
use tl::enums::MessageAction;

use super::{read, service};
use crate::sim::world::peer;

#[test]
fn what_happened_becomes_an_action_or_its_words() {
    use MessageAction as A;
    let (world, imported) = read("group.json");
    let mut ids = 1..;
    let mut next = || &service(&world, -42, ids.next().unwrap()).action;
    let (bo, nobody, cy) = (1_000_000_000_000, 1_000_000_000_001, 1_000_000_000_002);
    assert!(
        matches!(next(), A::ChatCreate(create) if create.title == "Quay Group" && create.users == [700_000_001, bo, nobody])
    );
    assert!(matches!(next(), A::ChatAddUser(add) if add.users == [700_000_001]));
    assert!(matches!(next(), A::ChatDeleteUser(delete) if delete.user_id == bo));
    assert!(matches!(next(), A::ChatJoinedByLink(join) if join.inviter_id == bo));
    assert!(matches!(next(), A::ChatJoinedByRequest));
    assert!(matches!(next(), A::ChatEditTitle(edit) if edit.title == "Quay"));
    assert!(matches!(next(), A::ChatEditPhoto(_)));
    assert!(matches!(next(), A::ChatDeletePhoto));
    assert!(matches!(next(), A::PinMessage));
    assert!(matches!(next(), A::ChatMigrateTo(_)));
    assert!(matches!(next(), A::HistoryClear));
    assert!(matches!(next(), A::ScreenshotTaken));
    assert!(matches!(next(), A::ContactSignUp));
    assert!(
        matches!(next(), A::PhoneCall(call) if call.duration == Some(61)
        && call.reason == Some(tl::enums::PhoneCallDiscardReason::Hangup))
    );
    assert!(matches!(next(), A::ConferenceCall(call) if call.missed && !call.active));
    assert!(matches!(next(), A::GroupCall(call) if call.duration == Some(300)));
    assert!(matches!(next(), A::GroupCallScheduled(call) if call.schedule_date == 1_717_300_000));
    assert!(matches!(next(), A::InviteToGroupCall(call) if call.users == [cy]));
    assert!(matches!(next(), A::GameScore(game) if game.score == 12));
    assert!(
        matches!(next(), A::PaymentSent(paid) if paid.total_amount == 1250 && paid.recurring_init)
    );
    assert!(matches!(next(), A::SetMessagesTtl(ttl) if ttl.period == 86_400));
    assert!(matches!(next(), A::SetChatTheme(theme)
        if matches!(&theme.theme, tl::enums::ChatTheme::Theme(theme) if theme.emoticon == "🌊")));
    assert!(matches!(next(), A::TopicCreate(topic) if topic.title == "Ropes"));
    assert!(matches!(next(), A::TopicEdit(topic) if topic.title.as_deref() == Some("Knots")));
    assert!(matches!(next(), A::BoostApply(boost) if boost.boosts == 4));
    assert!(
        matches!(next(), A::GeoProximityReached(reached) if reached.to_id == peer(700_000_002))
    );
    assert!(
        matches!(next(), A::BotAllowed(allowed) if allowed.domain.as_deref() == Some("quay.example"))
    );
    let words = |action: &MessageAction| match action {
        A::CustomAction(custom) => custom.message.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(
        words(next()),
        "allow sending messages (reason app id 7, reason app name Quay)"
    );
    assert!(matches!(next(), A::BotAllowed(allowed) if allowed.from_request));
    assert!(matches!(next(), A::GiveawayLaunch(_)));
    assert!(
        matches!(next(), A::PaidMessagesRefunded(refunded) if (refunded.count, refunded.stars) == (2, 20))
    );
    assert!(matches!(next(), A::PaidMessagesPrice(price) if price.stars == 5));
    assert!(matches!(next(), A::TodoCompletions(todo) if todo.incompleted == [2, 3]));
    assert!(matches!(next(), A::TodoAppendTasks(todo) if todo.list.len() == 1));
    assert_eq!(
        words(next()),
        "send star gift (gift id 9, stars 15, is limited false, is anonymous true)"
    );
    assert_eq!(words(next()), "wave at the gulls (times 3)");
    assert!(matches!(next(), A::SuggestProfilePhoto(_)));
    assert_eq!(words(next()), "You allowed this bot to message you");
    assert!(matches!(next(), A::WebViewDataSent(sent) if sent.text == "a button"));

    let pinned = service(&world, -42, 9).reply_to.clone();
    assert!(
        matches!(pinned, Some(tl::enums::MessageReplyHeader::Header(header)) if header.reply_to_msg_id == Some(3))
    );
    assert_eq!(imported.chats[0].chat_id, -42);
    assert_eq!(imported.warnings.len(), 2, "{:?}", imported.warnings);
}
