//! Kitchen Table: a supergroup where everybody writes in their own language, and which used to be a basic group.

mod east;
mod west;

use grammers_tl_types::types;

use super::calendar::{self, DAY, END, EVENINGS, START};
use super::people::{FARID, KENJI, LUCIA, MEI, NOOR, OLENA};
use super::scribe::{Scribe, Slots};
use super::script::{self, Script};
use super::talk::{Room, Talk};
use super::{KITCHEN, OLD_KITCHEN};
use crate::sim::world::World;

pub(super) const TITLE: &str = "Kitchen Table / 餐桌 / مائدة";
const TALKS: usize = 132;
/// Where the basic group ends and the supergroup begins.
const MOVED: i32 = START + 40 * DAY;

/// A language at the table: who speaks it, and what they say.
pub(super) struct Tongue {
    pub(super) speakers: &'static [i64],
    pub(super) slots: Slots,
    pub(super) talk: &'static Talk,
}

pub(super) fn write(world: &mut World) {
    let kitchen = world.add_channel(TITLE, None, script::bare(KITCHEN));
    kitchen.megagroup = true;
    kitchen.date = MOVED;
    kitchen.participants_count = Some(13);
    let details = world.details.entry(KITCHEN).or_default();
    details.about = "Everybody cooks, everybody writes as they speak. 🍲".to_owned();
    super::migrate(world, OLD_KITCHEN, KITCHEN);
    let mut scribe = Scribe::new(world.seed, KITCHEN);
    let mut script = Script::new(world, KITCHEN);
    script.start(MOVED);
    let action = types::MessageActionChannelMigrateFrom {
        title: TITLE.to_owned(),
        chat_id: -OLD_KITCHEN,
    };
    script.service(Some(NOOR), action);
    let moments = calendar::moments(&mut scribe, MOVED + DAY..END - DAY / 24, TALKS, EVENINGS);
    chatter(&mut scribe, &mut script, moments);
    script::place(world, vec![script]);
}

/// The basic group of the first weeks; it ends where it becomes the supergroup.
pub(super) fn before(world: &mut World) -> Script {
    let group = world.add_group(TITLE, -OLD_KITCHEN);
    group.date = START;
    let mut scribe = Scribe::new(world.seed, OLD_KITCHEN);
    let mut script = Script::new(world, OLD_KITCHEN);
    let action = types::MessageActionChatCreate {
        title: "Kitchen Table".to_owned(),
        users: vec![NOOR, MEI, FARID, OLENA, KENJI, LUCIA],
    };
    script.service(Some(NOOR), action);
    script.wait(600);
    let title = TITLE.to_owned();
    script.service(Some(MEI), types::MessageActionChatEditTitle { title });
    let moments = calendar::moments(&mut scribe, START + DAY..MOVED - DAY, 12, EVENINGS);
    chatter(&mut scribe, &mut script, moments);
    script.start(MOVED);
    let channel_id = script::bare(KITCHEN);
    script.service(Some(NOOR), types::MessageActionChatMigrateTo { channel_id });
    script
}

fn chatter(scribe: &mut Scribe, script: &mut Script, moments: Vec<i32>) {
    for (at, moment) in moments.into_iter().enumerate() {
        let tongues = west::TONGUES.iter().chain(east::TONGUES);
        let Some(tongue) = tongues.cycle().nth(at * 5 + at / 7) else {
            continue;
        };
        let mut room = Room {
            scribe: &mut *scribe,
            script: &mut *script,
            members: tongue.speakers,
            slots: tongue.slots,
            replies: 35,
        };
        room.talk(tongue.talk, moment, 4..9);
        script.wait(20);
    }
}
