//! What the digest writes. Missions, agencies and firms are invented; the planets are real.

use crate::sim::generate::scribe::Slots;

/// A kind of news: its headlines, its facts, its hashtags.
pub(super) struct Story {
    pub(super) headlines: &'static [&'static str],
    pub(super) facts: &'static [&'static str],
    pub(super) tags: &'static str,
}

pub(super) const SLOTS: Slots = &[
    (
        "craft",
        &[
            "Halcyon 3",
            "Lantern",
            "Patient Heron",
            "Quiet Tuesday",
            "Marigold B",
            "Sable Comet",
            "Tin Whistle",
            "Windowsill",
            "Second Breakfast",
            "Long Spoon",
            "Ferry Nine",
            "Otter",
            "Paper Crane",
            "Kettle 2",
        ],
    ),
    (
        "agency",
        &[
            "the Meridian Space Agency",
            "the North Sea Launch Board",
            "the Pan-Alpine Observatory",
            "the Island Rocketry Council",
            "the Delta Orbital Union",
            "the Highland Spaceport",
            "the Institute for Small Bodies",
        ],
    ),
    (
        "target",
        &[
            "the Moon's south pole",
            "Europa",
            "Ceres",
            "Enceladus",
            "Venus",
            "the far side of the Moon",
            "Phobos",
            "Titan",
            "a near-Earth asteroid",
            "Saturn's rings",
            "Mercury",
            "comet 88B/Tallow",
        ],
    ),
    (
        "part",
        &[
            "a reaction wheel",
            "the number two thruster",
            "the star tracker",
            "a heater the size of a postage stamp",
            "the antenna hinge",
            "the sample drawer",
            "the sunshield",
            "the battery bus",
            "a very small valve",
            "the landing radar",
        ],
    ),
    (
        "cause",
        &[
            "dust",
            "a rounding error",
            "a sticky hinge",
            "ice where no ice should be",
            "a cable tie",
            "a cosmic ray",
            "a unit conversion, yes, again",
            "a software update that meant well",
            "cold grease",
        ],
    ),
    (
        "sight",
        &[
            "the Perseids",
            "Jupiter next to the Moon",
            "a partial lunar eclipse",
            "Saturn with its rings nearly edge-on",
            "the space station in two passes",
            "Venus before sunrise",
            "noctilucent clouds",
            "Mars at its brightest",
            "comet Tallow in small binoculars",
        ],
    ),
    (
        "instrument",
        &[
            "spectrometer",
            "wide-field camera",
            "magnetometer",
            "dust counter",
            "seismometer",
            "ice radar",
            "ultraviolet imager",
            "laser altimeter",
        ],
    ),
    (
        "role",
        &[
            "flight director",
            "thermal engineer",
            "instrument lead",
            "trajectory planner",
            "deputy director",
            "software lead",
            "night-shift controller",
        ],
    ),
    (
        "month",
        &[
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ],
    ),
    (
        "feeling",
        &[
            "cautiously delighted",
            "calm in the loud way",
            "relieved",
            "too tired to be excited",
            "happier than the graph suggests",
            "proud and slightly suspicious",
        ],
    ),
    (
        "rocket",
        &[
            "Bramble 7",
            "Corvid",
            "Tall Order",
            "Puffin Heavy",
            "Saltmarsh",
            "Nightjar 4",
            "Modest Giant",
        ],
    ),
];

pub(super) const STORIES: &[Story] = &[
    Story {
        headlines: &[
            "🚀 **{rocket} lifts {craft} into orbit**",
            "🚀 **{craft} launches at the {2-9}. attempt**",
            "🚀 **Liftoff: {rocket} carries {craft} towards {target}**",
            "<photo>🚀 **{craft} is on its way to {target}**",
            "<video>🚀 **Watch {rocket} clear the tower with {craft} on top**",
            "🚀 **Scrub: {rocket} stays on the ground for {2-72} hours**",
        ],
        facts: &[
            "The stack left the pad {3-55} seconds late and separated {8-64} minutes later, says {agency}.",
            "{agency} counted down twice, because of {cause}, and then once more for luck.",
            "Upper winds of {21-96} km/h had kept everybody waiting since {month}.",
            "On board: {2-19} experiments, a {instrument} and, as always, one rubber duck of {14-90} grams.",
            "The booster came back with {1-7} scorch marks and {part} missing.",
        ],
        tags: "\n\n#launch",
    },
    Story {
        headlines: &[
            "🪐 **{craft} finds {3-40} new vents on {target}**",
            "🔭 **Something at {target} is {2-9} degrees too warm**",
            "<photo>🔭 **First picture of {target} from {craft}**",
            "<album>📷 **{craft} passes {target} at {90-900} km**",
            "🪐 **The {instrument} of {craft} sees water ice at {target}**",
            "🔭 **{target}: the old map was off by {3-80} km**",
        ],
        facts: &[
            "The {instrument} saw the signal in {4-60} of {61-99} passes, enough for {agency} to say it aloud.",
            "The team looked for {cause} first, for {2-9} weeks, and found none.",
            "Resolution is {1-30} metres per pixel, so a bus would be {1-9} pixels and a cat would be an opinion.",
            "\"We are {feeling}\", says the {role}, and asks for {3-12} more orbits.",
            "A second team, with another {instrument}, got the same number to within {1-5} percent.",
        ],
        tags: "\n\n#discovery #science",
    },
    Story {
        headlines: &[
            "🛠 **{craft} in safe mode after {cause}**",
            "🛠 **{craft} repaired from {3-800} million km away**",
            "🛠 **{part} of {craft} works again**",
            "⚠️ **{craft} lost contact for {2-40} hours**",
            "🛠 **How to thaw {part} by pointing it at the Sun**",
            "🎉 **{craft} calls home after {5-90} silent days**",
        ],
        facts: &[
            "Telemetry points at {cause} near {part}; the {role} calls it \"a Tuesday\".",
            "The fix: heat {part} for {2-11} hours, wait, and send `RESET {100-999}`.",
            "Nothing is lost but {4-90} hours of data and one night of sleep, says {agency}.",
            "The spare for {part} was removed in {month} to save {90-800} grams.",
            "One command takes {3-48} minutes to arrive, so the team had time for soup. They are {feeling}.",
        ],
        tags: "\n\n#operations",
    },
    Story {
        headlines: &[
            "👩‍🚀 **Spacewalk of {4-8} hours to replace {part}**",
            "👩‍🚀 **{2-6} people aboard the station grow {3-30} radishes**",
            "👨‍🚀 **Crew comes home with {20-90} kg of samples**",
            "<video>👩‍🚀 **A tour of the station in {2-9} minutes**",
            "🍅 **The lost tomato of module {2-7} has been found**",
        ],
        facts: &[
            "A bolt had seized because of {cause}; the {role} suggested a toothbrush, and it worked.",
            "The crew worked {1-3} hours longer than planned and had {2-5} sunrises meanwhile.",
            "{agency} says that everybody is well, {feeling} and in need of a shower.",
            "The old part flew for {3-19} years and {30-99} million km, and goes to a museum.",
        ],
        tags: "\n\n#crew #station",
    },
    Story {
        headlines: &[
            "🌌 **Look up: {sight}**",
            "🌌 **Tonight, from {8-11} p.m.: {sight}**",
            "<photo>🌌 **Readers' picture: {sight}, {5-120} seconds exposure**",
            "🌌 **{sight}, and how to photograph it with a phone**",
        ],
        facts: &[
            "Best seen {10-60} degrees above the horizon; no instrument needed but patience and a hat.",
            "The Moon sets at {1-4}:{10-59}, after that you may count up to {12-90} an hour.",
            "Clouds cover {20-80} percent of Europe, so let someone else hold the hot chocolate.",
            "Next chance in {2-30} years, or {2-3} nights later if you are not picky.",
        ],
        tags: "\n\n#skytonight",
    },
    Story {
        headlines: &[
            "📑 **{agency} plans a mission to {target}**",
            "📑 **Budget: {20-900} million less for {craft}**",
            "📑 **Vote on {craft} moved to {month}**",
            "📑 **{agency} opens the data of {craft} to all**",
            "📑 **A {instrument} from a student team flies on {craft}**",
        ],
        facts: &[
            "The plan has {40-400} pages; page {5-39} asks, politely, for {part}.",
            "\"We can do it with {60-95} percent of the money\", says the {role}, who is {feeling}.",
            "Launch would be in {month}, {3-9} years from now, on a {rocket}.",
            "{12-88} groups from {9-30} countries applied; {agency} publishes every review.",
        ],
        tags: "\n\n#policy",
    },
];

pub(super) const CONTEXT: &[&str] = &[
    "For scale: that is {2-90} times the distance from here to the next bakery, times a million.",
    "The mission was built for {90-700} days and is now on day {701-4000}.",
    "It is the {2-40}. success in a row, and nobody at {agency} says so aloud.",
    "{craft} carries {90-400} kg of fuel and {1-9} kg of cable ties.",
    "The next window opens in {month}; until then, {agency} recommends sleep.",
    "In {month} it looked very different: {cause}, {3-30} hours of silence, and a lot of tea.",
    "The data, {2-900} gigabytes of it, are public since {6-18}:{10-59} UTC.",
    "A paper with {4-190} authors is under review.",
    "Of {30-90} people on shift, {2-9} had predicted this; one had money on it.",
    "> We did not expect that.\nThus the {role}, {feeling}, at {1-5} in the morning.",
    "Nothing of this endangers anybody, least of all {craft}.",
    "The {instrument} was switched off in {month} to save {3-40} watts and is on again.",
    "~~{2-9} hours~~ {10-19} hours, to be exact: we corrected this at {6-21}:{10-59}.",
    "If all goes well, {target} comes next.",
];

pub(super) const ENDINGS: &[&str] = &[
    "[Read more](https://orbital-digest.example/{1000-9999})",
    "Source: https://orbital-digest.example/notes/{1000-9999}",
    "Raw images: https://archive.orbital-digest.example/{100-999}/{10-99}",
    "More from the [mission log](https://orbital-digest.example/log?day={100-3000})",
    "Questions? Ask @orbital_talk below.",
    "Discuss it in the comments; {role}s welcome.",
    "[🛰](emoji:5368324170671202286) Next update in {2-48} hours.",
    "||The duck is fine.||",
    "__Written by people, between {6-9} and {10-12} o'clock.__",
    "Corrections to desk@orbital-digest.example, please.",
];

pub(super) const SPECIALS: &[&str] = &[
    "<poll What should {craft} look at next?|{+target}|{+target}|{+target}|The duck>",
    "<quiz How long does a signal from {target} travel?|{2-9} seconds|{10-70} minutes|A week>",
    "<link https://orbital-digest.example/long/{1000-9999}|{craft}, a portrait|Twelve years, {3-9} managers and one stubborn valve>Sunday read: how {craft} survived {cause}, {part} and {2-7} committees. https://orbital-digest.example/long/{1000-9999} #longread",
    "<link https://orbital-digest.example/live/{100-999}|Live: {rocket}|Countdown, telemetry, tea>We are live from {agency}: https://orbital-digest.example/live/{100-999} #live",
    "<gif>This is what {part} of {craft} does all day, sped up {20-900} times.",
    "<audio Orbital Digest - Episode {10-99}>Our podcast, {14-48} minutes: the {role} of {craft} on {cause} and patience. #podcast",
    "<file orbital-digest-{100-999}.pdf>The week on {2-9} pages and {3-40} pictures, for printing and for grandparents. #weekly",
    "**Number of the day: {100-9999}.** So many photos did {craft} take of its own foot before anybody noticed. #number",
    "**On this day, {5-60} years ago:** a probe left for {target} with {2-9} instruments and a hand-drawn postcard. #history",
    "**Correction.** We wrote that {craft} weighs {100-999} kg. It weighs {1000-4000} kg. Thanks to the {12-90} of you who wrote in. #correction",
    "**Overheard at {agency}:** \"If it is {cause} again, I will move to {target}.\" #overheard",
    "<photo>Caption contest: {craft}, {part}, and a technician who is {feeling}. #fun",
    "**The week in numbers:** {2-9} launches, {1-4} scrubs, {20-90} new pictures of {target}, {1-3} ducks. #weekly",
    "<dice 🎲>The dice decides which moon we explain on {month} {1-28}.",
    "**Job of the week:** {agency} looks for a {role}. You should be at ease with {cause}. Write to jobs@orbital-digest.example #jobs",
];

pub(super) const PINNED: &[&str] = &[
    "**Welcome to Orbital Digest** [🚀](emoji:5368324170671202287)\n\nThree sentences per story, every source linked, every mistake corrected in public.\n\n#launch #discovery #operations #crew #skytonight #policy",
    "**New: comments.** From this autumn you can discuss every post below it, or in @orbital_talk. Be kind, bring sources. #meta",
];
