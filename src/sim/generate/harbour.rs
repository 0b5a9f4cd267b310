//! Harbour Makers: a private forum whose topics are numbered by the messages that created them.

mod phrases;

use grammers_tl_types::types;

use super::HARBOUR;
use super::calendar::{self, DAY, END, EVENINGS, START};
use super::people::{ARJUN, INES, KENJI, LUCIA, PRIYA, SAMUEL, TOMAS};
use super::scribe::Scribe;
use super::script::{self, Script};
use super::talk::Room;
use crate::sim::world::World;

const MEMBERS: &[i64] = &[PRIYA, PRIYA, TOMAS, LUCIA, INES, INES, KENJI, SAMUEL, ARJUN];
const TALKS: usize = 228;
/// The topic that every forum has; its id is fixed by Telegram.
const GENERAL: i32 = 1;

pub(super) fn write(world: &mut World) {
    let forum = world.add_channel("Harbour Makers", None, script::bare(HARBOUR));
    forum.megagroup = true;
    forum.forum = true;
    forum.date = START;
    forum.participants_count = Some(31);
    let mut scribe = Scribe::new(world.seed, HARBOUR);
    let mut script = Script::new(world, HARBOUR);
    let title = "Harbour Makers".to_owned();
    script.service(Some(INES), types::MessageActionChannelCreate { title });
    let topics = open_topics(&mut script);
    let mut members = MEMBERS.to_vec();
    members.push(world.me);
    let moments = calendar::moments(&mut scribe, START + DAY..END - DAY / 12, TALKS, EVENINGS);
    for (at, moment) in moments.into_iter().enumerate() {
        let which = usize::try_from(scribe.range(0..6)).unwrap_or(0);
        let Some((topic, subject)) = topics.get(which).copied().zip(phrases::TOPICS.get(which))
        else {
            continue;
        };
        script.topic = topic;
        if at == 90 {
            rename(&mut script, topics.get(3).copied().flatten());
            script.topic = topic;
        }
        let talk = usize::try_from(scribe.range(0..100)).unwrap_or(0) % subject.talks.len().max(1);
        let mut room = Room {
            scribe: &mut scribe,
            script: &mut script,
            members: &members,
            slots: subject.slots,
            replies: 50,
        };
        if let Some(talk) = subject.talks.get(talk) {
            room.talk(talk, moment, 3..12);
        }
        script.wait(15);
    }
    let ids = script::place(world, vec![script]);
    let details = world.details.entry(HARBOUR).or_default();
    details.about = "We build small things next to large water. Workshop key: ask Inês.".to_owned();
    details.topics = topics
        .iter()
        .zip(phrases::TOPICS)
        .filter_map(|(topic, subject)| {
            let id = topic.map_or(Some(GENERAL), |at| ids.first()?.get(at).copied())?;
            Some((id, subject.title.to_owned()))
        })
        .collect();
}

/// Creates all topics but General; answers the position of each.
fn open_topics(script: &mut Script) -> Vec<Option<usize>> {
    phrases::TOPICS
        .iter()
        .enumerate()
        .map(|(at, subject)| {
            if at == 0 {
                return None;
            }
            script.wait(25);
            let action = types::MessageActionTopicCreate {
                title_missing: false,
                title: subject.created_as.to_owned(),
                icon_color: 0x006f_b9f0,
                icon_emoji_id: None,
            };
            Some(script.service(Some(INES), action))
        })
        .collect()
}

fn rename(script: &mut Script, topic: Option<usize>) {
    script.topic = topic;
    let action = types::MessageActionTopicEdit {
        title: phrases::TOPICS
            .get(3)
            .map(|subject| subject.title.to_owned()),
        icon_emoji_id: None,
        closed: None,
        hidden: None,
    };
    script.service(Some(INES), action);
}
