//! Brunnen Community Garden: a supergroup where a year of weather, slugs and surplus courgettes goes by.

mod growing;
mod phrases;
mod together;
mod words;

use grammers_tl_types::types;

use super::calendar::{self, DAY, END, EVENINGS, START};
use super::people::{
    AYLIN, FARID, GRETA, INES, JONAS, LUCIA, MARTA, MEI, NOOR, PAVEL, PRIYA, SAMUEL, SOMCHAI, TOMAS,
};
use super::scribe::Scribe;
use super::script::{self, Script};
use super::talk::{self, Room};
use super::{GARDEN, ZINE, files};
use crate::sim::world::World;

const MEMBERS: &[i64] = &[
    MARTA, MARTA, AYLIN, AYLIN, GRETA, GRETA, JONAS, PAVEL, PAVEL, NOOR, FARID, MEI, SAMUEL, INES,
    TOMAS, LUCIA, SOMCHAI, PRIYA,
];
/// Those who were not there from the start, and join in this order.
const NEWCOMERS: &[i64] = &[SAMUEL, SOMCHAI, LUCIA, INES, TOMAS, PRIYA];
/// How many conversations a year has.
const TALKS: usize = 450;
/// How many advertisements a spammer leaves before an admin wakes up.
const SPAM: i32 = 138;

pub(super) fn write(world: &mut World) {
    introduce(world);
    let mut scribe = Scribe::new(world.seed, GARDEN);
    let mut script = Script::new(world, GARDEN);
    let mut members = MEMBERS.to_vec();
    members.push(world.me);
    let moments = calendar::moments(&mut scribe, START..END - DAY / 24, TALKS, EVENINGS);
    found(&mut script);
    for (at, moment) in moments.into_iter().enumerate() {
        let season = calendar::season(moment);
        let talks = phrases::TALKS.get(season).copied().unwrap_or_default();
        let which = usize::try_from(scribe.range(0..1000)).unwrap_or(0) % talks.len().max(1);
        let mut room = Room {
            scribe: &mut scribe,
            script: &mut script,
            members: &members,
            slots: words::SLOTS.get(season).copied().unwrap_or_default(),
            replies: 45,
        };
        if let Some(talk) = talks.get(which) {
            room.talk(talk, moment, 3..11);
        }
        script.wait(20);
        if at == TALKS * 2 / 5 {
            spam(&mut scribe, &mut script);
        }
        happen(at, &mut scribe, &mut script);
    }
    script::place(world, vec![script]);
}

fn introduce(world: &mut World) {
    let garden = world.add_channel(
        "Brunnen Community Garden",
        Some("brunnen_garden"),
        script::bare(GARDEN),
    );
    garden.megagroup = true;
    garden.date = START;
    garden.participants_count = Some(187);
    world.details.entry(GARDEN).or_default().about =
        "42 beds, 3 beehives, 1 working wheelbarrow. Gate code from Marta. Be kind, water early."
            .to_owned();
    let zine = world.add_channel("Brunnen Zine", Some("brunnen_zine"), script::bare(ZINE));
    zine.broadcast = true;
    zine.date = START;
    zine.noforwards = true;
    zine.participants_count = Some(64);
    world.details.entry(ZINE).or_default().about =
        "Four pages a month, printed on the good paper. Please do not copy: the drawings are Inês's.".to_owned();
}

fn found(script: &mut Script) {
    let title = "Brunnen Garden".to_owned();
    script.service(Some(MARTA), types::MessageActionChannelCreate { title });
    script.wait(40);
    let users = vec![AYLIN, GRETA, PAVEL];
    script.service(Some(MARTA), types::MessageActionChatAddUser { users });
    script.wait(90);
    let rules = script.message(
        MARTA,
        "**House rules**\n1. Water before nine or after seven.\n2. Tools go back __clean__.\n3. What grows over the path belongs to the path.\n4. Questions: ask here, or mail beds@brunnen.example\n#rules",
    );
    let at = script.push(rules);
    script.wait(5);
    script.pin(Some(MARTA), at);
}

/// What the group's own life adds between conversations.
fn happen(at: usize, scribe: &mut Scribe, script: &mut Script) {
    if at.is_multiple_of(60)
        && let Some(newcomer) = NEWCOMERS.get(at / 60)
    {
        if scribe.chance(50) {
            let inviter_id = MARTA;
            script.service(
                Some(*newcomer),
                types::MessageActionChatJoinedByLink { inviter_id },
            );
        } else {
            let users = vec![*newcomer];
            script.service(Some(GRETA), types::MessageActionChatAddUser { users });
        }
        script.wait(30);
        let name = talk::mention(*newcomer);
        let welcome = scribe.pick(phrases::WELCOMES);
        let message = script.message(MARTA, &welcome.replace("{name}", &name));
        script.push(message);
        script.wait(60);
    }
    match at {
        45 => {
            let title = "Brunnen Community Garden".to_owned();
            script.service(Some(MARTA), types::MessageActionChatEditTitle { title });
        }
        130 | 310 => {
            let photo = files::photo(scribe, script.clock).into();
            script.service(Some(AYLIN), types::MessageActionChatEditPhoto { photo });
        }
        220 | 400 => {
            let text = phrases::NOTICES.get(at / 300).copied().unwrap_or_default();
            let mut notice = script.message(MARTA, text);
            // An anonymous admin speaks as the group itself.
            notice.from_id = Some(crate::sim::world::peer(GARDEN));
            notice.post_author = Some("Garden council".to_owned());
            let at = script.push(notice);
            script.wait(4);
            script.pin(Some(GARDEN), at);
        }
        _ => {}
    }
    script.wait(30);
}

/// A spammer's night; an admin deletes all of it in the morning.
fn spam(scribe: &mut Scribe, script: &mut Script) {
    for number in 1..=SPAM {
        let text = format!("🌟 Miracle fertiliser, offer {number} of {SPAM}! 🌟");
        let message = script.message(TOMAS, &text);
        let at = script.push(message);
        script.delete(at);
        script.wait(scribe.range(0..2));
    }
    script.wait(3 * 3600);
    let apology = script.message(
        TOMAS,
        "So sorry, everyone. That was not me, that was whoever guessed my password. It is a better password now.",
    );
    let at = script.push(apology);
    script.wait(180);
    let mut answer = script.message(
        SAMUEL,
        "I was about to order. The miracle part convinced me.",
    );
    answer.reply_to = Some(script.reply(at).into());
    answer.reactions = Some(talk::reactions(scribe, 9));
    script.push(answer);
    script.wait(60);
}
