//! What is said at the harbour, topic by topic.

use crate::sim::generate::scribe::Slots;
use crate::sim::generate::talk::Talk;

/// A topic: its title now and at first, its words and its conversations.
pub(super) struct Subject {
    pub(super) title: &'static str,
    pub(super) created_as: &'static str,
    pub(super) slots: Slots,
    pub(super) talks: &'static [&'static Talk],
}

const DAYS: &[&str] = &[
    "on Saturday",
    "on Thursday evening",
    "tomorrow after six",
    "on Sunday",
    "next Monday",
    "on Wednesday",
    "at the weekend",
];
const EM: &[&str] = &["", "", "", "", " 🙂", " 😅", " ⚓️", " 🔧", "…", " 🎉"];
const OH: &[&str] = &[
    "",
    "",
    "",
    "Ah! ",
    "Nice. ",
    "Good question. ",
    "Been there. ",
    "Hm. ",
    "Careful: ",
    "In short: ",
];
const WHO: &[&str] = &[
    "@priya_on_deck",
    "@lucia_harbour",
    "@ines_workshop",
    "[Tomás](user:5120440105)",
    "[Samuel](user:5120440110)",
    "@arjun_m_chai",
    "[Kenji](user:5120440108)",
];

macro_rules! topic {
    ($title:expr, $first:expr, $talks:expr, thing: $thing:expr, trouble: $trouble:expr, fix: $fix:expr, part: $part:expr) => {
        Subject {
            title: $title,
            created_as: $first,
            talks: $talks,
            slots: &[
                ("thing", &$thing),
                ("trouble", &$trouble),
                ("fix", &$fix),
                ("part", &$part),
                ("when", DAYS),
                ("em", EM),
                ("oh", OH),
                ("who", WHO),
            ],
        }
    };
}

pub(super) const TOPICS: &[Subject] = &[
    topic!("General", "General", &[&ASK, &MEET, &MEET, &SHOW],
        thing: ["the workshop door", "the coffee machine", "the crane", "the label printer", "the big table", "the heater", "our website", "the dehumidifier"],
        trouble: ["makes a new noise", "is slower than yesterday", "blinks twice and gives up", "works only for Inês", "smells of toast", "locks itself"],
        fix: ["turn it off for a minute", "clean it, properly", "read the label on the back", "replace the fuse", "ask it nicely", "oil the hinge"],
        part: ["fuse box", "long cable", "first-aid kit", "key number four", "tea shelf", "notice board"]),
    topic!("Boat electrics ⚡", "Boat electrics ⚡", &[&ASK, &ASK, &SHOW, &GIVE],
        thing: ["the bilge pump", "my solar controller", "the anchor light", "the battery monitor", "the shore power socket", "the VHF antenna", "the tiller pilot"],
        trouble: ["trips the breaker", "reads 0.7 V too low", "works only in the rain", "eats a fuse a day", "drains the battery overnight", "hums in B flat"],
        fix: ["check the ground first", "crimp it again with the good tool", "measure it under load", "replace the corroded lug", "add a bigger fuse holder, not a bigger fuse", "follow the wire, all of it"],
        part: ["tinned cable", "bus bar", "fuse holder", "clamp meter", "heat-shrink set", "terminal block"]),
    topic!("3D printing", "3D printing", &[&ASK, &SHOW, &SHOW, &GIVE],
        thing: ["the cleat", "my fairlead", "the winch handle", "a replacement knob", "the hatch hinge", "the phone mount", "the tiny lighthouse"],
        trouble: ["warps at the corners", "splits along the layers", "sticks to the bed for ever", "comes out oval", "strings like cheese", "ends at layer 112"],
        fix: ["print it 10 degrees hotter", "dry the filament overnight", "use a brim", "slow down the outer wall", "turn it by 90 degrees", "level the bed, then level it again"],
        part: ["spool of PETG", "brass nozzle", "build plate", "set of calipers", "bag of inserts", "enclosure"]),
    topic!("Sensors & code", "Sensors", &[&ASK, &ASK, &CODE, &SHOW],
        thing: ["the tide gauge", "the wind sensor", "the door counter", "the water level logger", "our LoRa gateway", "the bilge alarm", "the seagull camera"],
        trouble: ["reports the year 1970", "forgets everything at midnight", "drops every third packet", "measures 14 metres of tide", "restarts when it gets warm", "thinks everything is a seagull"],
        fix: ["add a pull-up", "put a capacitor across the supply", "log in UTC", "debounce it", "check the byte order", "retry with a backoff"],
        part: ["microcontroller", "level shifter", "waterproof box", "pressure sensor", "logic analyser", "real-time clock"]),
    topic!("Swap & give away", "Swap & give away", &[&GIVE, &GIVE, &ASK],
        thing: ["a bench vice", "an outboard from before my time", "a box of blocks", "a sewing machine", "a life jacket, child size", "a working oscilloscope", "a folding bike"],
        trouble: ["needs a new belt", "has no manual", "takes up half my cellar", "is heavier than it looks", "leaks a little", "is missing one screw"],
        fix: ["bring a trolley", "come with a friend", "take the bus, it fits", "wrap it in a blanket", "look at it first", "ask for the second half, too"],
        part: ["coil of rope", "jar of shackles", "tin of varnish", "set of spanners", "roll of sailcloth", "crate of books"]),
    topic!("Events & open evenings", "Events & open evenings", &[&MEET, &MEET, &SHOW],
        thing: ["the soldering evening", "the repair café", "the harbour tour", "the open day", "the knot class", "the winter market", "the model boat race"],
        trouble: ["has no tables yet", "overlaps with the choir", "is full already", "needs a poster", "has lost its speaker", "may get wet"],
        fix: ["move it inside", "ask the sailing club", "print a list", "start an hour earlier", "share the tables", "keep it small"],
        part: ["projector", "extension lead", "cash box", "set of name tags", "urn of tea", "gazebo"]),
];

const ASK: Talk = Talk {
    opening: &[
        "Question: {thing} {trouble}. Where do I start?",
        "<photo>So {thing} {trouble} again. Any ideas?",
        "Has anybody here had this: {thing} {trouble}, but only for {2-50} minutes?",
        "I am {3-9} hours into {thing}. It still {trouble}. Please send help or biscuits.",
        "<video>Sound on. {thing} {trouble}, from second {3-20}.",
    ],
    answers: &[
        "{+oh}I would {+fix}, then {+fix}{+em}",
        "Do you have a {+part}? Without one you are guessing{+em}",
        "Mine did that for {2-9} weeks. In the end: {+fix}",
        "{+oh}The {+part} on shelf {1-12} is the good one, take that",
        "{+who} fixed one like that in {10-90} minutes, at the last open evening",
        "What does it say when you {+fix}?",
        "Before anything else: {+fix}. It is that in {6-9} of 10 cases{+em}",
        "<voice>",
        "A photo of the other side would help, and of the {+part}",
        "I can come {+when} and bring a {+part}{+em}",
        "{+oh}Not the {+part}, please. We had that in spring{+em}",
        "Datasheet, page {3-60}: \"do not do that\". And then a picture of exactly that{+em}",
        "<link https://docs.harbour.example/howto|How we do it|Notes from four winters in the workshop>It is in our notes, somewhere near the end: https://docs.harbour.example/howto",
    ],
    returns: &[
        "I did {fix}, no change. It still {trouble}",
        "<photo>This is the {part}. Ignore the coffee{+em}",
        "{+oh}It happens after {3-40} minutes, every time",
        "What size of {part}? I have {2-9} and {10-16} mm here",
        "Reading: {1-14}.{10-99} V before, {1-12}.{10-99} V after{+em}",
    ],
    closing: &[
        "Solved: {fix}. {2-9} hours of my life, thank you{+em}",
        "It works! It was the {part} all along{+em}",
        "Update: after {fix} it has run for {2-30} hours without a word{+em}",
        "Not solved, but now it fails in a way I understand. {fix}, {when}",
        "Thanks. I owe {who} a {part} and a slice of cake{+em}",
    ],
};

const SHOW: Talk = Talk {
    opening: &[
        "<photo>Done! {thing}, version {2-9}.",
        "<album>From sketch to {thing} in {2-20} evenings.",
        "<round>",
        "I finally finished {thing}, with a {part} from shelf {1-12}.",
        "<file harbour-{10-99}.stl>Files for {thing}, if you want to make your own.",
        "<gif>{thing} in motion. It no longer {trouble}.",
    ],
    answers: &[
        "{+oh}How long did the {+part} take?",
        "That is lovely. Did you {+fix}?",
        "I want one. Would it work with a {+part}?{+em}",
        "Looks better than mine, and mine cost {40-300} €{+em}",
        "{+oh}Put it on the shelf by the door, {+who} should see it",
        "Could you show it {+when}? {5-15} minutes, nothing fancy",
        "<sticker 👏>",
        "How does it do in the rain? Mine {+trouble}{+em}",
        "Version {3-9} needs googly eyes. I can bring {2-8}{+em}",
        "Is that the {+part} we threw away {+when}?",
    ],
    returns: &[
        "{+oh}About {3-30} € in all, mostly the {part}",
        "First I had to {fix}. Three times{+em}",
        "Yes, {when}, if somebody brings a {+part}",
        "The {part} is from the swap shelf, so thank you, whoever you are{+em}",
    ],
    closing: &[
        "Files are in the shared folder, number {100-999}. Improve it{+em}",
        "Thanks! Next: {+thing}. That one {+trouble}{+em}",
        "I made {2-5} more of them, they are on shelf {1-12}{+em}",
    ],
};

const GIVE: Talk = Talk {
    opening: &[
        "Giving away a {part}, works, {2-20} years old. Pick up {when}.",
        "<photo>Swap: this {part} for a {+part}?",
        "Wanted: a {part}, to borrow, from {when} for about {2-9} days.",
        "I have {thing} to give away. It {trouble}, otherwise fine.",
    ],
    answers: &[
        "I would take it, {+when}{+em}",
        "{+oh}Second in line, behind {+who}",
        "Does it come with a {+part}?",
        "I can offer a {+part} and {2-6} pastries{+em}",
        "Mine is yours, shelf {1-12}, left side. Just {+fix} before you use it",
        "How heavy? I have a bicycle and {1-3} strong opinions{+em}",
        "{+oh}Ask {+who}, who collects those",
        "<place>",
        "If nobody wants it: the school takes a {+part} any day",
        "I had one, it {+trouble}. Still loved it{+em}",
    ],
    returns: &[
        "About {2-38} kg. {fix}, I would say{+em}",
        "{+oh}It is in the corridor, next to the {+part}",
        "First come, first served. And {fix}, please",
    ],
    closing: &[
        "Gone to {who}, thank you all{+em}",
        "Swapped for a {+part}, everybody happy{+em}",
        "Still here until {when}, then it becomes art{+em}",
    ],
};

const CODE: Talk = Talk {
    opening: &[
        "Pushed a fix for {thing}: `retry_after = {2-90}` instead of `{100-900}`. It no longer {trouble}, I hope.",
        "<file log-{100-999}.csv>The log of {thing}, {3-40} hours. From line {200-900} on it {trouble}.",
        "Review wanted: {thing}, {20-300} lines, `cargo test` is green.",
        "I broke {thing}. Rolled back to `v0.{2-19}.{0-9}`, sorry for the {10-50} minutes of silence.",
    ],
    answers: &[
        "{+oh}Line {20-280}: should that not be `<=`?",
        "Works here since {5-55} minutes, `{1-9}` errors, all mine{+em}",
        "Could we {+fix} while we are at it?",
        "Why `u{8-16}`? It overflows after {2-49} days{+em}",
        "{+oh}I see {2-9} restarts in the log, always after `sleep({5-60})`",
        "Please do not put the password `gull{100-999}` in the config. Moved it to the vault{+em}",
        "Tests pass, coffee is ready, merging {+when}{+em}",
        "The dashboard is at http://192.168.{1-9}.{10-99}, on the workshop network only",
        "@priya_on_deck is the only one who knows why there is a `{+part}` in the build file",
    ],
    returns: &[
        "Good catch, fixed in `{1000-9999}ab`{+em}",
        "{+oh}Then I will {fix} first",
        "It runs on the bench with a {part} since {2-20} hours{+em}",
    ],
    closing: &[
        "Merged. If {thing} {trouble} again, blame me, I am here until {3-9}{+em}",
        "`v0.{2-19}.{1-9}` is on the device. {10-99} packets, none lost{+em}",
        "Reverted, I will try {fix} {when}{+em}",
    ],
};

const MEET: Talk = Talk {
    opening: &[
        "Who comes {when}? Plan: {thing}, tea, and whatever breaks.",
        "<poll Next open evening?|Tuesday|Thursday|Sunday brunch|Whenever there is cake>",
        "About {thing}: it {trouble}. Could {who} and I {fix}?",
        "<todo {when}, who brings what|Tables|Extension leads|Tea|Something to repair>",
        "Reminder: {thing} {when}, {5-8} p.m., door by the crane.",
    ],
    answers: &[
        "I am in, with a {+part}{+em}",
        "{+oh}I come {10-60} minutes later, keep me a chair",
        "Can I bring {1-3} friends? One of them can solder",
        "We could also {+fix}, it is about time",
        "Not {+when}, sorry, but I can set up the {+part} before{+em}",
        "{+who} has the key, I have the {+part}{+em}",
        "{+oh}Last time we were {8-24}, so two tables more",
        "I will print {10-60} leaflets. Any typos are a feature{+em}",
        "<venue Harbour workshop|Old Pier 3, Brunnen>",
        "<sticker ⚓️>",
        "Please no drones this time. The seagulls have won, let us accept it{+em}",
    ],
    returns: &[
        "So far {4-15} people and one dog{+em}",
        "{+oh}Then {who} opens at {4-6} and I close",
        "We still need a {+part}, anybody?",
    ],
    closing: &[
        "See you {when}! Bring a {part} and warm socks{+em}",
        "That was fun: {6-24} visitors, {2-9} repaired things, one singed sleeve{+em}",
        "All settled, thanks. Notes are on the board by the {+part}{+em}",
    ],
};
