//! The account's own conversations: Flat 4b, private chats and saved messages. All of them share one counter,
//! so they are numbered together.

mod phrases;

use grammers_tl_types::{enums, types};

use super::calendar::{self, DAY, END, EVENINGS, START};
use super::people::{FARID, GONE, JONAS, KENJI, MARTA, OLENA, WEATHER};
use super::scribe::{Scribe, Slots, Subject};
use super::script::{self, Script};
use super::talk::{Room, Talk};
use super::{FLAT, GARDEN, ORBITAL, kitchen};
use crate::sim::world::World;

/// A conversation over a year: with whom, about what, how often.
struct Acquaintance {
    chat_id: i64,
    talks: &'static [&'static Talk],
    slots: Slots,
    count: usize,
    /// Days from the start of the year at which it begins and ends.
    days: (i32, i32),
}

pub(super) fn write(world: &mut World) {
    let flat = flat(world);
    let mut scripts = vec![kitchen::before(world), flat];
    let acquaintances = [
        Acquaintance {
            chat_id: MARTA,
            talks: &[&phrases::FRIEND, &phrases::GARDENING],
            slots: phrases::SLOTS,
            count: 62,
            days: (0, 364),
        },
        Acquaintance {
            chat_id: OLENA,
            talks: &[&phrases::FRIEND, &phrases::BOOKS],
            slots: phrases::SLOTS,
            count: 55,
            days: (10, 364),
        },
        Acquaintance {
            chat_id: KENJI,
            talks: &[&phrases::FRIEND, &phrases::COFFEE],
            slots: phrases::SLOTS,
            count: 50,
            days: (30, 363),
        },
        Acquaintance {
            chat_id: GONE,
            talks: &[&phrases::FRIEND],
            slots: phrases::SLOTS,
            count: 42,
            days: (1, 190),
        },
    ];
    for acquaintance in &acquaintances {
        scripts.push(private(world, acquaintance));
    }
    scripts.push(bot(world));
    scripts.push(saved(world));
    script::place(world, scripts);
}

fn flat(world: &mut World) -> Script {
    let group = world.add_group("Flat 4b", -FLAT);
    group.date = START;
    group.participants_count = 4;
    world.details.entry(FLAT).or_default().about =
        "Rent on the 1st, bins on Tuesday, peace always.".to_owned();
    let mut scribe = Scribe::new(world.seed, FLAT);
    let mut script = Script::new(world, FLAT);
    let action = types::MessageActionChatCreate {
        title: "Flat 4b".to_owned(),
        users: vec![world.me, OLENA, FARID],
    };
    script.service(Some(JONAS), action);
    let moments = calendar::moments(&mut scribe, START + 3600..END - DAY / 8, 74, EVENINGS);
    let members = [JONAS, OLENA, FARID, world.me];
    for (at, moment) in moments.into_iter().enumerate() {
        let mut room = Room {
            scribe: &mut scribe,
            script: &mut script,
            members: &members,
            slots: phrases::SLOTS,
            replies: 25,
        };
        let talk = room.scribe.pick(&[0, 1, 2]);
        if let Some(talk) = phrases::FLAT.get(talk) {
            room.talk(talk, moment, 3..9);
        }
        script.wait(30);
        if at == 30 {
            let message = script.message(JONAS, "Wifi is `flat4b-guest`, password **otters-hold-hands-4b**. Router: 192.168.4.1. #wifi");
            let at = script.push(message);
            script.wait(3);
            script.pin(Some(JONAS), at);
        }
    }
    script
}

fn private(world: &World, with: &Acquaintance) -> Script {
    let mut scribe = Scribe::new(world.seed, with.chat_id);
    let mut script = Script::new(world, with.chat_id);
    let span = START + with.days.0 * DAY..START + with.days.1 * DAY;
    let moments = calendar::moments(&mut scribe, span, with.count, EVENINGS);
    let members = [with.chat_id, world.me];
    let timer = (with.chat_id == OLENA).then_some(END - 20 * DAY);
    for (at, moment) in moments.into_iter().enumerate() {
        if let Some(timer) = timer
            && moment > timer
            && script.ttl_period.is_none()
        {
            script.start(timer);
            set_timer(&mut script, 31 * DAY);
        }
        let mut room = Room {
            scribe: &mut scribe,
            script: &mut script,
            members: &members,
            slots: with.slots,
            replies: 12,
        };
        if let Some(talk) = with.talks.get(at % with.talks.len().max(1)) {
            room.talk(talk, moment, 3..10);
        }
        script.wait(10);
        if at % 25 == 24 {
            call(&mut scribe, &mut script, with.chat_id);
        }
    }
    script
}

/// From here on messages of this chat delete themselves.
fn set_timer(script: &mut Script, period: i32) {
    let action = types::MessageActionSetMessagesTtl {
        period,
        auto_setting_from: None,
    };
    script.service(Some(script.chat_id), action);
    script.ttl_period = Some(period);
}

fn call(scribe: &mut Scribe, script: &mut Script, from: i64) {
    let missed = scribe.chance(40);
    let action = types::MessageActionPhoneCall {
        video: scribe.chance(30),
        call_id: scribe.file_id(),
        reason: Some(if missed {
            enums::PhoneCallDiscardReason::Missed
        } else {
            enums::PhoneCallDiscardReason::Hangup
        }),
        duration: (!missed).then(|| scribe.range(40..2_400)),
    };
    script.service(Some(from), action);
    script.wait(60);
}

/// One asks, the bot answers; its answers carry buttons.
fn bot(world: &World) -> Script {
    let mut scribe = Scribe::new(world.seed, WEATHER);
    let mut script = Script::new(world, WEATHER);
    let start = script.message(world.me, "/start");
    script.push(start);
    for moment in calendar::moments(&mut scribe, START + DAY..END - DAY / 4, 130, EVENINGS) {
        script.start(moment);
        let mut subject = Subject::new(phrases::SLOTS);
        let which = usize::try_from(scribe.range(0..1000)).unwrap_or(0) % phrases::BOT.len();
        let Some((questions, answers)) = phrases::BOT.get(which) else {
            continue;
        };
        let question = scribe.write(questions, &mut subject);
        let message = script.message(world.me, &question);
        script.push(message);
        script.wait(scribe.range(0..2));
        let answer = scribe.write(answers, &mut subject);
        let mut message = script.message(WEATHER, &answer);
        message.reply_markup = Some(buttons());
        script.push(message);
        script.wait(5);
    }
    script
}

fn buttons() -> enums::ReplyMarkup {
    let button = |text: &str, r#type: enums::InlineButtonType| {
        types::KeyboardInlineButton {
            style: None,
            text: text.to_owned(),
            r#type,
        }
        .into()
    };
    let url = "https://weather.brunnen.example/today".to_owned();
    let data = b"again".to_vec();
    types::ReplyInlineMarkup {
        force_reply: false,
        rows: vec![
            types::KeyboardInlineButtonRow {
                buttons: vec![
                    button("Open the map", types::InlineButtonTypeUrl { url }.into()),
                    button(
                        "Ask again",
                        types::InlineButtonTypeCallback {
                            requires_password: false,
                            data,
                        }
                        .into(),
                    ),
                ],
            }
            .into(),
        ],
    }
    .into()
}

/// Notes to oneself, and what was worth keeping from elsewhere.
fn saved(world: &World) -> Script {
    let mut scribe = Scribe::new(world.seed, world.me);
    let mut script = Script::new(world, world.me);
    let kept = [ORBITAL, GARDEN].map(|chat_id| (chat_id, keepsakes(world, chat_id)));
    for (at, moment) in calendar::moments(&mut scribe, START..END - DAY / 8, 220, EVENINGS)
        .into_iter()
        .enumerate()
    {
        script.start(moment);
        let from = kept
            .get(at % 8)
            .and_then(|(chat_id, kept)| Some((*chat_id, kept.get(at / 8)?)));
        if let Some((chat_id, original)) = from {
            let forward = script::saved(script.message(world.me, ""), original, chat_id);
            script.push(forward);
        } else {
            let mut room = Room {
                scribe: &mut scribe,
                script: &mut script,
                members: &[],
                slots: phrases::SLOTS,
                replies: 0,
            };
            room.say(
                world.me,
                phrases::NOTES,
                &mut Subject::new(phrases::SLOTS),
                None,
            );
        }
        script.wait(3);
    }
    script
}

/// Some messages of a chat, oldest first.
fn keepsakes(world: &World, chat_id: i64) -> Vec<types::Message> {
    let Some(history) = world.histories.get(&chat_id) else {
        return Vec::new();
    };
    history
        .existing()
        .filter_map(|message| match message {
            enums::Message::Message(message) if message.message.len() > 60 => Some(message),
            _ => None,
        })
        .step_by(if chat_id == ORBITAL { 37 } else { 29 })
        .cloned()
        .collect()
}
