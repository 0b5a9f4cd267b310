//! Chats of the past and of the margin: a public channel the account left, a private one it was removed from,
//! and the little channel whose posts must not be copied.

use grammers_tl_types::types;

use super::calendar::{self, DAY, END, OFFICE, START};
use super::scribe::{Scribe, Slots, Subject};
use super::script::{self, Script};
use super::talk;
use super::{CHOIR, TRAMS, ZINE};
use crate::sim::generate::media::Directive;
use crate::sim::world::World;

const SLOTS: Slots = &[
    ("line", &["N1", "N3", "N4", "N7", "N9", "N12"]),
    (
        "stop",
        &[
            "Old Pier",
            "Lindenweg",
            "Brunnen Nord",
            "the depot",
            "Hill Street",
            "the bakery",
        ],
    ),
    (
        "event",
        &[
            "a piano on the rear platform",
            "an owl at the depot",
            "a driver who sings",
            "a lost tuba",
            "snow on the roof wires",
            "a wedding party of nine",
        ],
    ),
    ("voice", &["sopranos", "altos", "tenors", "basses"]),
    (
        "song",
        &[
            "the river song",
            "the round in three parts",
            "the sea shanty",
            "the lullaby",
            "the one with the whistling",
        ],
    ),
    (
        "page",
        &[
            "the map of all beds",
            "a comic about Gerald",
            "an interview with a worm",
            "the pumpkin table",
            "a pattern for mittens",
            "five ways to wait for spring",
        ],
    ),
    (
        "day",
        &["Monday", "Tuesday", "Thursday", "Friday", "Sunday"],
    ),
];

const TRAM_NEWS: &[&str] = &[
    "**{line}** runs {5-25} minutes late from {stop}. Reason: {event}. #nighttrams",
    "<photo>Seen at {1-4}:{10-59} at {stop}: {event}.",
    "From {day} on, {line} stops at {stop} as well, every {20-60} minutes.",
    "<video>{event}, on the {line}, {20-90} seconds.",
    "Last {line} from {stop}: {0-3}:{10-59}. Please wake your neighbour.",
    "Car {100-399} is back on the {line} after {2-30} days in the workshop.",
];
const REHEARSALS: &[&str] = &[
    "Rehearsal on {day}, {6-8} p.m., on the roof if dry. We sing {song}, from bar {2-60}.",
    "{voice}: bar {8-90} of {song} again, please, and smile.",
    "<audio Rooftop Choir - Take {2-40}>{song}, for practice, {80-140} beats a minute",
    "<file {voice}-{10-99}.pdf>New notes for the {voice}.",
    "We need {2-5} more {voice} until {day}.",
];
const PAGES: &[&str] = &[
    "<album>The issue of {day} is out: {page} and {+page}.",
    "<photo>From the drawing table: {page}, {2-9} hours of ink.",
    "Next issue: {page}. Send us {2-20} lines until {day}!",
    "{40-90} copies of {page} lie in the shed. Take one, read two.",
    "**Reader's letter:** \"I put {page} on my fridge on {day} and it is still there.\"",
];

pub(super) fn write(world: &mut World) {
    let trams = world.add_channel("Night Trams", Some("night_trams"), script::bare(TRAMS));
    trams.broadcast = true;
    trams.left = true;
    trams.date = START;
    trams.participants_count = Some(1_204);
    about(world, TRAMS, "What happens between one and five, on rails.");
    let choir = world.add_channel("Rooftop Choir", None, script::bare(CHOIR));
    choir.broadcast = true;
    choir.left = true;
    choir.date = START;
    about(world, CHOIR, "Members only. Bring a scarf.");
    fill(world, TRAMS, TRAM_NEWS, 140, END - DAY);
    fill(world, CHOIR, REHEARSALS, 40, START + 120 * DAY);
    fill(world, ZINE, PAGES, 90, END - 2 * DAY);
}

fn about(world: &mut World, chat_id: i64, about: &str) {
    world.details.entry(chat_id).or_default().about = about.to_owned();
}

fn fill(world: &mut World, chat_id: i64, table: &[&'static str], count: usize, until: i32) {
    let mut scribe = Scribe::new(world.seed, chat_id);
    let mut script = Script::new(world, chat_id);
    let title = world
        .channels
        .get(&script::bare(chat_id))
        .map(|channel| channel.title.clone())
        .unwrap_or_default();
    script.service(None, types::MessageActionChannelCreate { title });
    for moment in calendar::moments(&mut scribe, START..until, count, OFFICE) {
        script.start(moment);
        let text = scribe.write(table, &mut Subject::new(SLOTS));
        let directive = Directive::read(&text);
        let markup = directive.as_ref().map_or(text.as_str(), |found| found.text);
        let (views, forwards) = (scribe.range(40..900), scribe.range(0..30));
        let mut post = script.post(markup, views, forwards);
        post.media = directive.and_then(|found| found.media(&mut scribe, moment));
        post.noforwards = chat_id == ZINE;
        if scribe.chance(60) {
            post.reactions = Some(talk::reactions(&mut scribe, 30));
        }
        let at = script.push(post);
        if scribe.chance(5) {
            script.delete(at);
        }
    }
    script::place(world, vec![script]);
}
