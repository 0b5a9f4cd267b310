//! The world of the demo: a year of chats, written from a seed. The same seed gives the same world, dates
//! included, so that cursors, tests and screenshots stay as they are.

mod calendar;
mod comments;
mod files;
mod garden;
mod harbour;
mod home;
mod kitchen;
mod markup;
mod media;
mod orbital;
mod past;
mod people;
mod random;
mod scribe;
mod script;
mod talk;

use grammers_tl_types::types;

use super::standing::{Invite, Standing};
use super::world::{CHANNEL_MARK, World};

/// The channel that everybody reads.
const ORBITAL: i64 = CHANNEL_MARK - 1_204_558_101;
/// Its discussion group.
const ORBITAL_CHAT: i64 = CHANNEL_MARK - 1_204_558_102;
/// The community garden.
const GARDEN: i64 = CHANNEL_MARK - 1_388_120_417;
/// The garden's own little channel, which also speaks in the group.
const ZINE: i64 = CHANNEL_MARK - 1_388_120_433;
/// The forum.
const HARBOUR: i64 = CHANNEL_MARK - 1_790_046_210;
/// The group of many scripts.
const KITCHEN: i64 = CHANNEL_MARK - 1_655_871_009;
/// The basic group that the kitchen table was before.
const OLD_KITCHEN: i64 = -4_088_310_552;
/// The basic group.
const FLAT: i64 = -4_102_557_318;
/// A public channel the account left.
const TRAMS: i64 = CHANNEL_MARK - 1_511_902_774;
/// A private channel the account was removed from.
const CHOIR: i64 = CHANNEL_MARK - 1_702_338_465;

impl World {
    /// The demo's world.
    pub fn generated(seed: u64) -> Self {
        let mut world = Self::empty(seed);
        people::introduce(&mut world);
        orbital::write(&mut world);
        comments::write(&mut world);
        garden::write(&mut world);
        harbour::write(&mut world);
        home::write(&mut world);
        kitchen::write(&mut world);
        past::write(&mut world);
        arrange(&mut world);
        world.log.clear();
        world
    }

    /// A small world for property tests: a chat of every kind, with holes and crowded seconds.
    pub fn random(seed: u64, messages_per_chat: usize) -> Self {
        random::world(seed, messages_per_chat)
    }
}

/// Puts the chat list in order, and an invite into the world.
fn arrange(world: &mut World) {
    for (chat_id, pinned, unread) in [(FLAT, true, 0), (ORBITAL, false, 12), (GARDEN, false, 3)] {
        let standing = Standing {
            pinned,
            archived: false,
            unread,
        };
        world.standings.insert(chat_id, standing);
    }
    let invite = Invite::to(CHOIR);
    world.invites.insert("BringAScarf".to_owned(), invite);
}

/// Makes a written basic group the past of a supergroup.
fn migrate(world: &mut World, group: i64, supergroup: i64) {
    let channel_id = script::bare(supergroup);
    let access_hash = world
        .channels
        .get(&channel_id)
        .and_then(|channel| channel.access_hash)
        .unwrap_or(0);
    if let Some(chat) = world.groups.get_mut(&-group) {
        chat.deactivated = true;
        chat.participants_count = 0;
        let channel = types::InputChannel {
            channel_id,
            access_hash,
        };
        chat.migrated_to = Some(channel.into());
    }
    let last = world
        .histories
        .get(&group)
        .and_then(|history| history.ids().next_back());
    world.details.entry(supergroup).or_default().migrated_from = last.map(|last| (-group, last));
}

#[cfg(test)]
mod tests;
