//! Who is named in an export. Most people come with an id; some only with a name, and those get an id of
//! their own, above every id that Telegram gives.

use std::collections::{BTreeSet, HashMap};

use grammers_tl_types as tl;
use serde_json::Value;

use super::chat::Kind;
use super::fields::{Fields, Taken, is_bare_id};
use crate::sim::blank;
use crate::sim::world::{CHANNEL_MARK, World, access_hash, peer};

/// Ids of people that the export only names start here; the highest user id Telegram can give is 2^40 − 1.
const NAMED_ONLY: i64 = 1_000_000_000_000;

/// Bare ids of groups and channels without one start here; those of groups end at 10^12.
const UNNUMBERED: i64 = 900_000_000_000;

/// Before 2021 Desktop wrote peers as numbers: users from here, chats and channels from twice this.
const OLD_USER_SHIFT: i64 = 1 << 32;

/// What Telegram shows for an account that is gone.
pub(super) const DELETED: &str = "Deleted Account";

const PEER_FORMS: &str = "`user…`, `chat…` or `channel…` and a number";

/// The people of an export that have no id in it.
#[derive(Default)]
pub(super) struct Nameless {
    ids: HashMap<String, i64>,
    /// Whose chat was read.
    chats: BTreeSet<i64>,
}

impl Nameless {
    /// How many there are.
    pub(super) fn count(&self) -> usize {
        self.ids.len()
    }

    /// The marked id that stands for somebody of whom only the name is known.
    pub(super) fn id(&mut self, world: &mut World, name: Option<&str>) -> i64 {
        let name = name.unwrap_or(DELETED);
        let next = NAMED_ONLY + i64::try_from(self.ids.len()).unwrap_or(0);
        let id = *self.ids.entry(name.to_owned()).or_insert(next);
        meet(world, id, Some(name).filter(|name| *name != DELETED));
        id
    }

    /// The marked id of a chat without one: exports had none until December 2018.
    pub(super) fn chat(&mut self, world: &mut World, kind: Kind, name: Option<&str>) -> i64 {
        let number = i64::try_from(self.chats.len()).unwrap_or(0);
        let id = match kind {
            Kind::Me => world.me,
            Kind::User | Kind::Bot => self.id(world, name),
            Kind::Group | Kind::Supergroup | Kind::Channel => kind.marked(UNNUMBERED + number),
        };
        if self.chats.insert(id) {
            return id;
        }
        // Somebody else of the same name.
        let id = UNNUMBERED + number;
        self.chats.insert(id);
        id
    }

    /// The id of a bot that is known by its username, which is the one username that exports hold.
    pub(super) fn bot(&mut self, world: &mut World, username: &str) -> i64 {
        let id = self.id(world, Some(username));
        become_bot(world, id);
        if let Some(user) = world.users.get_mut(&id) {
            let bare = username.trim_start_matches('@');
            user.first_name = Some(bare.to_owned());
            user.username = Some(bare.to_owned());
        }
        id
    }
}

/// Makes sure that the world knows a peer by its marked id, and by its name if that is known.
pub(super) fn meet(world: &mut World, id: i64, name: Option<&str>) {
    let hash = access_hash(world.seed, id);
    if id > 0 {
        let user = world.users.entry(id).or_insert_with(|| tl::types::User {
            access_hash: Some(hash),
            deleted: true,
            first_name: Some(DELETED.to_owned()),
            ..blank::user(id)
        });
        if let Some(name) = name
            && (user.deleted || is_fuller(name, user))
        {
            user.deleted = false;
            user.first_name = Some(name.to_owned());
        }
    } else if id > CHANNEL_MARK {
        let group = world.groups.entry(-id).or_insert_with(|| blank::chat(-id));
        name.unwrap_or(&group.title.clone())
            .clone_into(&mut group.title);
    } else {
        let bare = CHANNEL_MARK - id;
        let channel = world
            .channels
            .entry(bare)
            .or_insert_with(|| tl::types::Channel {
                access_hash: Some(hash),
                broadcast: true,
                ..blank::channel(bare)
            });
        name.unwrap_or(&channel.title.clone())
            .clone_into(&mut channel.title);
    }
}

/// Whether this is the whole name: of chats with people Desktop writes the first name only.
fn is_fuller(name: &str, user: &tl::types::User) -> bool {
    let first = user.first_name.as_deref().unwrap_or_default();
    let rest = name.strip_prefix(first);
    user.last_name.is_none() && rest.is_some_and(|rest| rest.starts_with(' '))
}

/// Makes `id` the account that is logged in.
pub(super) fn become_me(world: &mut World, id: i64) {
    if world.me != id {
        world.users.remove(&world.me);
        world.me = id;
    }
    meet(world, id, None);
    if let Some(me) = world.users.get_mut(&id) {
        me.is_self = true;
    }
}

/// Makes a known user a bot.
pub(super) fn become_bot(world: &mut World, id: i64) {
    if let Some(user) = world.users.get_mut(&id) {
        user.bot = true;
        // It shares a flag with `bot`, so that neither is ever there alone.
        user.bot_info_version = Some(1);
    }
}

/// Takes who is named by `name` and `name_id`, and makes them known; `None` when neither field is there.
pub(super) fn take(
    world: &mut World,
    nameless: &mut Nameless,
    fields: &mut Fields,
    name: &str,
) -> Taken<Option<tl::enums::Peer>> {
    let mentioned = fields.mentions(name);
    let id = take_id(fields, &format!("{name}_id"))?;
    let shown = fields.string(name)?;
    let id = match id {
        Some(id) => {
            meet(world, id, shown.as_deref());
            id
        }
        None if mentioned => nameless.id(world, shown.as_deref()),
        None => return Ok(None),
    };
    Ok(Some(peer(id)))
}

/// Takes a peer as exports write it; answers the marked id.
pub(super) fn take_id(fields: &mut Fields, name: &str) -> Taken<Option<i64>> {
    let Some(value) = fields.take(name) else {
        return Ok(None);
    };
    match marked_id(&value) {
        Some(id) => Ok(Some(id)),
        None => Err(fields.refuse(name, &value, PEER_FORMS)),
    }
}

fn marked_id(value: &Value) -> Option<i64> {
    let Value::String(text) = value else {
        return value.as_i64().and_then(old_marked_id);
    };
    let bare = |prefix: &str| {
        let digits = text.strip_prefix(prefix)?;
        digits.parse().ok().filter(|id| is_bare_id(*id))
    };
    bare("user")
        .or_else(|| Some(CHANNEL_MARK - bare("channel")?))
        .or_else(|| Some(-bare("chat")?))
        .or_else(|| text.parse().ok().and_then(old_marked_id))
}

/// The marked id for a number of an old export, in which groups and channels looked alike.
fn old_marked_id(number: i64) -> Option<i64> {
    match number.div_euclid(OLD_USER_SHIFT) {
        0 | 1 => Some(number % OLD_USER_SHIFT).filter(|id| *id > 0),
        2 => Some(CHANNEL_MARK - number % OLD_USER_SHIFT),
        _ => None,
    }
}

/// The bare id of the chat itself: `old` says that its messages name peers by number.
pub(super) fn bare_chat_id(number: i64, is_user: bool, old: bool) -> i64 {
    if is_user && old && number >= OLD_USER_SHIFT {
        number - OLD_USER_SHIFT
    } else if !is_user && (2 * OLD_USER_SHIFT..3 * OLD_USER_SHIFT).contains(&number) {
        number - 2 * OLD_USER_SHIFT
    } else {
        number
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn peers_are_read_from_strings_and_from_old_numbers() {
        for (written, marked) in [
            (json!("user42"), 42),
            (json!("chat42"), -42),
            (json!("channel42"), -1_000_000_000_042),
            (json!(42), 42),
            (json!(4_294_967_338_i64), 42),
            (json!(8_589_934_634_i64), -1_000_000_000_042),
        ] {
            assert_eq!(marked_id(&written), Some(marked), "{written}");
        }
        for odd in [
            json!("user"),
            json!("user_self"),
            json!(true),
            json!("user-4"),
            json!(-4),
            json!("channel9223372036854775807"),
            json!(i64::MAX),
        ] {
            assert_eq!(marked_id(&odd), None, "{odd}");
        }
    }

    #[test]
    fn chat_ids_lose_the_shift_of_old_exports_only() {
        assert_eq!(bare_chat_id(9_999_969_886, false, true), 1_410_035_294);
        assert_eq!(bare_chat_id(5_000_000_000, true, false), 5_000_000_000);
        assert_eq!(bare_chat_id(4_294_967_338, true, true), 42);
    }
}
