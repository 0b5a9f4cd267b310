//! What is no longer there: a channel the account left, one it was removed from, and deleted messages.

use super::calendar::{self, DAY, OFFICE, START};
use super::people::NOOR;
use super::scribe::{Scribe, Slots, Subject};
use super::script::{self, Script};
use super::{CHOIR, FLAT, GARDEN, HARBOUR, KITCHEN, ORBITAL, TRAMS};
use crate::sim::world::World;

const SLOTS: Slots = &[
    (
        "line",
        &[
            "Line {1-14}",
            "The night line",
            "The harbour loop",
            "Line {2-9}E",
        ],
    ),
    (
        "stop",
        &[
            "Upper Lock",
            "Old Airfield",
            "Brunnen Square",
            "Cannery",
            "Hospital Park",
        ],
    ),
    (
        "why",
        &[
            "track work",
            "a signal fault",
            "a very large swan",
            "icy points",
            "a marathon",
            "new wires",
        ],
    ),
    (
        "piece",
        &[
            "the Tallis",
            "number {3-41}",
            "the sea shanty",
            "the alto entry in bar {9-88}",
        ],
    ),
];

const DELAYS: &[&str] = &[
    "{line}: {5-40} minutes late between {stop} and {+stop}, {why}. #delay",
    "{line} ends at {stop} until {6-22}:00, {why}. Buses run from {+stop}.",
    "{line} is back on time at {stop} after {5-90} minutes. Thank you for your patience.",
];

const REHEARSALS: &[&str] = &[
    "Rehearsal at {18-20}:00. We start with {piece}, then {+piece}.",
    "Please look at {piece} before Thursday.",
    "{3-19} people have not told me whether they sing {piece} on Thursday.",
];

/// How many messages in a row were deleted from the garden, once.
const SPAM_WAVE: usize = 140;

pub(super) fn write(world: &mut World) {
    trams(world);
    choir(world);
    for (chat_id, every) in [
        (ORBITAL, 61),
        (GARDEN, 37),
        (HARBOUR, 53),
        (KITCHEN, 71),
        (FLAT, 83),
    ] {
        delete(world, chat_id, |at| at % every == every - 1);
    }
    delete(world, GARDEN, |at| (1_100..1_100 + SPAM_WAVE).contains(&at));
}

fn trams(world: &mut World) {
    let channel = world.add_channel("Tram Delays", Some("tram_delays"), script::bare(TRAMS));
    channel.broadcast = true;
    channel.left = true;
    channel.date = START;
    channel.participants_count = Some(18_402);
    world.details.entry(TRAMS).or_default().about =
        "Every line, every delay. Unofficial.".to_owned();
    speak(world, TRAMS, TRAMS, DELAYS, 90);
}

fn choir(world: &mut World) {
    let channel = world.add_channel("Thursday Choir", None, script::bare(CHOIR));
    channel.megagroup = true;
    channel.left = true;
    channel.date = START;
    speak(world, CHOIR, NOOR, REHEARSALS, 40);
}

fn speak(
    world: &mut World,
    chat_id: i64,
    from: i64,
    phrases: &'static [&'static str],
    count: usize,
) {
    let mut scribe = Scribe::new(world.seed, chat_id ^ from);
    let mut script = Script::new(world, chat_id);
    for moment in calendar::moments(&mut scribe, START + DAY..START + 200 * DAY, count, OFFICE) {
        script.start(moment);
        let text = scribe.write(phrases, &mut Subject::new(SLOTS));
        let message = script.message(from, &text);
        script.push(message);
        script.wait(60);
    }
    script::place(world, vec![script]);
}

/// Deletes the messages at these positions, counted from the oldest.
fn delete(world: &mut World, chat_id: i64, is_gone: impl Fn(usize) -> bool) {
    let ids: Vec<i32> = world
        .histories
        .get(&chat_id)
        .into_iter()
        .flat_map(|history| history.ids())
        .collect();
    for (at, id) in ids.into_iter().enumerate() {
        if is_gone(at) {
            world.delete(chat_id, id);
        }
    }
}
