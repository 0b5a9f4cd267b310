//! What is said at home: among flatmates, with friends, with the bot and to oneself.

use crate::sim::generate::scribe::Slots;
use crate::sim::generate::talk::Talk;

pub(super) const SLOTS: Slots = &[
    (
        "when",
        &[
            "tonight",
            "tomorrow",
            "on Friday",
            "at the weekend",
            "after work",
            "before eight",
            "next week",
        ],
    ),
    (
        "food",
        &[
            "the last of the soup",
            "pancakes",
            "noodles with everything",
            "a very large salad",
            "toast, honestly",
            "that aubergine thing",
            "dumplings",
        ],
    ),
    (
        "thing",
        &[
            "the drying rack",
            "a parcel",
            "the good pan",
            "the ladder",
            "my umbrella",
            "the router",
            "the recycling",
            "a houseplant",
        ],
    ),
    (
        "place",
        &[
            "the hall",
            "the kitchen",
            "the balcony",
            "the cellar",
            "the bathroom",
            "the stairs",
        ],
    ),
    (
        "fault",
        &[
            "drips",
            "hums",
            "smells of toast",
            "does not close",
            "blinks red",
            "has given up",
        ],
    ),
    (
        "walk",
        &[
            "the canal",
            "the park behind the station",
            "the old cemetery",
            "the market",
            "the hill with the swings",
        ],
    ),
    (
        "film",
        &[
            "the one with the lighthouse",
            "that slow film about bread",
            "the one we fell asleep in",
            "something with subtitles",
            "a documentary about octopuses",
        ],
    ),
    (
        "book",
        &[
            "the one about salt",
            "the detective who gardens",
            "that family saga",
            "the short stories",
            "the book with the blue cover",
            "the one from the free shelf",
        ],
    ),
    (
        "part",
        &[
            "chapter {3-24}",
            "the ending",
            "the middle",
            "the letter from the aunt",
            "the first {20-90} pages",
        ],
    ),
    (
        "plant",
        &[
            "tomatoes",
            "sweet peas",
            "chard",
            "beans",
            "strawberries",
            "the fig",
        ],
    ),
    (
        "beans",
        &[
            "the Ethiopian ones",
            "the dark ones",
            "the ones from the corner",
            "the decaf (sorry)",
            "the ones that smell of apricot",
        ],
    ),
    (
        "grind",
        &[
            "finer",
            "coarser",
            "two clicks finer",
            "with the old grinder",
            "by hand",
        ],
    ),
    (
        "city",
        &[
            "Brunnen",
            "Harbour East",
            "the allotments",
            "Upper Lock",
            "the old airfield",
        ],
    ),
    (
        "sky",
        &[
            "dry",
            "light rain from the west",
            "showers, then sun",
            "fog until ten",
            "clear and cold",
            "gusty, up to {40-75} km/h",
            "mostly grey with ambitions",
        ],
    ),
    (
        "task",
        &[
            "renew the library card",
            "descale the kettle",
            "call the dentist",
            "water bed 12",
            "return {thing}",
            "send the photos",
            "back up the laptop",
            "find the warranty",
        ],
    ),
    ("em", &["", "", "", "", " 🙂", " 😄", " 🙈", " 👍🏽", " ✨"]),
];

pub(super) const FRIEND: Talk = Talk {
    opening: &[
        "Are you free {when}? I was thinking of {walk}.",
        "I saw {film} yesterday and have {2-7} questions.",
        "Guess who I ran into near {walk}.",
        "Long day. I am having {food}. How are you?",
        "<photo>This reminded me of you. Found it near {walk}.",
        "Can I borrow {thing} {when}? I promise it comes back{em}",
        "Did you get home all right? It was past {10-12} when I left.",
    ],
    answers: &[
        "{+when} works for me, from about {5-8}{+em}",
        "Ha! I thought of {+film} this very morning{+em}",
        "Only if we end with {+food}{+em}",
        "Give me {10-50} minutes, I am still at {+walk}{+em}",
        "Yes, please. I need to get out of {+place}{+em}",
        "I am fine! {+thing} {+fault}, but I am fine{+em}",
        "Let us do {+when} instead? My sister visits{+em}",
        "<voice>",
        "That is the best thing I heard in {2-9} days{+em}",
        "Call me {+when}, it is too long to write{+em}",
    ],
    returns: &[
        "Then {when}, at the bridge. I bring {food}{+em}",
        "I am {3-20} minutes late, sorry{+em}",
        "By the way, {+thing} is still at my place{+em}",
        "And how is your mother? Did {+thing} arrive?{+em}",
        "It took {2-6} hours and I would do it again{+em}",
    ],
    closing: &[
        "See you {when}. Bring a coat{+em}",
        "Good night! {walk} was lovely, all {3-12} km of it{+em}",
        "Deal. {food}, then {film}{+em}",
        "Thank you for today, really{+em}",
        "Home now. {thing} says hello{+em}",
    ],
};

pub(super) const GARDENING: Talk = Talk {
    opening: &[
        "How are your {plant}? Mine look {2-6} weeks behind.",
        "I have {6-40} seedlings too many. {plant}, mostly. Save me.",
        "<photo>First {plant} of the year, all {1-5} of them.",
    ],
    answers: &[
        "Mine are leggy and proud{+em}",
        "Put them outside for {1-6} hours a day, then all night{+em}",
        "I can take {2-8}, if you take {+plant} from me{+em}",
        "<photo>Slugs. {10-40} of them, in one evening{+em}",
        "Bed {3-48} had the same, and it grew out of it{+em}",
    ],
    returns: &[
        "They fell over {+when}, I propped them up with chopsticks{+em}",
        "I wrote {plant} on every label. They are not all {plant}{+em}",
    ],
    closing: &[
        "I will bring them {when}, in the blue crate{+em}",
        "You are a saint. A saint with {plant}{+em}",
    ],
};

pub(super) const BOOKS: Talk = Talk {
    opening: &[
        "Finished {book}. I need to talk about {part}.",
        "Should I give up on {book}? I am at {part} and nothing has happened.",
        "The library has {book}, {1-4} copies, want me to get one?",
    ],
    answers: &[
        "Do not say a word, I am at {+part}{+em}",
        "I cried at {+part}, on a tram, next to {2-5} strangers{+em}",
        "It gets better after page {60-240}, or you get used to it{+em}",
        "I liked {+book} more, but {+part} was good{+em}",
        "My copy has coffee on {+part}, it adds something{+em}",
    ],
    returns: &[
        "But why does she not simply read the letter?{+em}",
        "I underlined {3-20} sentences and a recipe{+em}",
    ],
    closing: &[
        "All right, {book} goes on the pile. The pile says {12-30}{+em}",
        "Then I read {+book} next, and you {book}{+em}",
    ],
};

pub(super) const COFFEE: Talk = Talk {
    opening: &[
        "I tried {beans}, {grind}, {14-20} grams. It tasted of {2-4} things at once.",
        "The machine {fault} again. Pressure goes to {4-11} bar and stops.",
        "Is {grind} right for {beans}? It runs through in {12-40} seconds.",
    ],
    answers: &[
        "Go {+grind} and wait {20-45} seconds before you judge{+em}",
        "Water at {88-96} degrees, no more{+em}",
        "That is channelling. Tamp once, firmly, and believe in it{+em}",
        "I gave up and drink {+beans} from a moka pot{+em}",
        "Clean the screen. It is always the screen{+em}",
    ],
    returns: &[
        "{grind} it was. {24-33} seconds!{+em}",
        "Third cup. I can see through time{+em}",
    ],
    closing: &[
        "Saved. I owe you {beans}{+em}",
        "It works, and I did {1-4} things at once so I will never know which{+em}",
    ],
};

const CHORES: Talk = Talk {
    opening: &[
        "Who has {thing}? It is not in {place}.",
        "{place}: something there {fault}. Since {2-9} days.",
        "Whose turn is {place} this week?",
        "Bins go out {when}. Blue AND yellow this time.",
    ],
    answers: &[
        "Mine. I mean, my turn{+em}",
        "Not me, I did it {2-9} days ago and again for {+food}{+em}",
        "I saw {+thing} in {+place}, under the coats{+em}",
        "I can do it {+when} if somebody does {+place}{+em}",
        "I will look at it {+when}, with the good screwdriver{+em}",
        "<photo>Evidence from {+place}{+em}",
        "Deal, but I get {+food}{+em}",
    ],
    returns: &[
        "Also, {+thing} {+fault} now{+em}",
        "Found it. In {+place}. I am saying nothing{+em}",
    ],
    closing: &[
        "Done. {place} is a place again{+em}",
        "Written on the calendar, in red, {2-4} times{+em}",
        "Thank you, flat{+em}",
    ],
};

const DINNER: Talk = Talk {
    opening: &[
        "I am making {food} {when}. {3-8} portions.",
        "Is anybody at home {when}? I have {food} and a need for company.",
        "Shopping now. Who needs what?",
    ],
    answers: &[
        "Me! I bring {+food}{+em}",
        "Oat milk, {2-6} lemons, and {+thing} if they have it{+em}",
        "Late shift, please leave me some {+food}{+em}",
        "I am in. At {6-9}?{+em}",
        "Can we watch {+film} with it?{+em}",
    ],
    returns: &[
        "It will be {10-40} minutes later, {+thing} {+fault}{+em}",
        "We are {2-5} now, table or sofa?{+em}",
    ],
    closing: &[
        "That was very good. I wash, you dry{+em}",
        "{18-96} € on the receipt, split by {3-4}. It is on the fridge{+em}",
    ],
};

const RENT: Talk = Talk {
    opening: &[
        "Electricity came: {180-420} € for the year. Less than I feared.",
        "The landlord comes {when} about {place}.",
        "Rent reminder: it is the {1-3}. again.",
    ],
    answers: &[
        "Sent mine just now{+em}",
        "I am at work {+when}, can somebody let him in?{+em}",
        "Tell him {+place} {+fault}, too{+em}",
        "Mine goes out {+when}, the bank was asleep{+em}",
    ],
    returns: &[
        "That is {60-140} each, if I can divide{+em}",
        "He was here. {+thing} gets replaced {+when}{+em}",
    ],
    closing: &["All paid. Peace{+em}", "Settled, and nobody cried{+em}"],
};

/// Conversations of Flat 4b.
pub(super) const FLAT: [&Talk; 3] = [&CHORES, &DINNER, &RENT];

pub(super) const BOT_QUESTIONS: &[&str] = &[
    "/today {city}",
    "/tomorrow {city}",
    "/week {city}",
    "/rain {city}",
    "Will it rain in {city} {when}?",
];

pub(super) const BOT_ANSWERS: &[&str] = &[
    "**{city}**: {sky}, {3-28} °C, {20-95} % humidity. Frost risk {0-40} %.",
    "**{city}**, next hours: {sky}. Between {2-12} and {13-27} °C.",
    "{city}: {sky}. Rain: {0-9} mm. Sunset at 1{6-9}:{10-59}.",
    "Week for {city}: {sky}; later {+sky}. Highs up to {9-31} °C.",
];

pub(super) const NOTES: &[&str] = &[
    "{task} {when}",
    "Idea: {food}, but with {+food}. Ask Marta.",
    "Borrowed from the library: {book}, due in {5-28} days",
    "Meter reading {place}: {1000-9999}",
    "List: {task}; {+task}; {+task}",
    "{walk} → {+walk}, {4-17} km, good bench after {2-9}",
    "Quote from {book}, {part}: nobody is ever only one thing.",
    "Bike tyre {3-6} bar, chain oiled, bell still sad",
    "Recipe from {when}: {food}, {100-500} g, {10-70} min, less salt",
    "#todo {task}",
];
