//! What is said at home: in the flat, between two people, to the bot, and to oneself.

use crate::sim::generate::scribe::Slots;
use crate::sim::generate::talk::Talk;

pub(super) const SLOTS: Slots = &[
    (
        "item",
        &[
            "the vacuum cleaner",
            "the big pan",
            "the washing machine",
            "the corridor lamp",
            "the doorbell",
            "the dishwasher",
            "the balcony door",
            "the spare key",
            "the fridge",
            "the ironing board",
        ],
    ),
    (
        "fault",
        &[
            "makes a noise like a whale",
            "stops after ten minutes",
            "is full of someone's socks",
            "will not close",
            "blinks",
            "smells of lemons now",
            "has moved, and I did not move it",
        ],
    ),
    (
        "when",
        &[
            "tonight",
            "tomorrow",
            "on Friday",
            "on Sunday",
            "after work",
            "next week",
            "around eight",
            "on Tuesday morning",
        ],
    ),
    (
        "place",
        &[
            "the station",
            "the bakery",
            "the library steps",
            "the small park",
            "platform 3",
            "the cinema",
            "the harbour café",
            "my door",
        ],
    ),
    (
        "plan",
        &[
            "a walk",
            "dinner",
            "a film",
            "the flea market",
            "table tennis",
            "a swim",
            "the night train",
            "a concert in a garage",
        ],
    ),
    (
        "book",
        &[
            "the one about lighthouses",
            "the long novel",
            "the detective with the parrot",
            "the atlas of islands",
            "the book of letters",
            "the thin one about time",
        ],
    ),
    (
        "bean",
        &[
            "the Ethiopian",
            "the dark roast",
            "the one with the fox on the bag",
            "the decaf, do not laugh",
            "the washed Colombian",
            "the blend from the market",
        ],
    ),
    (
        "food",
        &[
            "soup",
            "noodles",
            "toast with an ambition",
            "curry",
            "leftover pizza",
            "pancakes",
            "salad for nine",
        ],
    ),
    (
        "person",
        &[
            "my sister",
            "the landlord",
            "your cousin",
            "the neighbour from 3a",
            "my boss",
            "the lady with the dachshund",
            "the postman",
        ],
    ),
    (
        "chore",
        &[
            "take out the bins",
            "water the ficus",
            "call the landlord",
            "buy dish soap",
            "clean the filter",
            "read the meter",
            "return the bottles",
        ],
    ),
    (
        "town",
        &[
            "Brunnen",
            "Old Pier",
            "Lindenweg",
            "Hill Street",
            "Harbour Side",
            "Brunnen Nord",
        ],
    ),
    (
        "sky",
        &[
            "rain from {13-18}:00",
            "clear sky",
            "wind from the north-west",
            "fog until {9-11}:30",
            "sun, then second thoughts",
            "light drizzle",
        ],
    ),
    (
        "oh",
        &[
            "",
            "",
            "",
            "Ha. ",
            "Oh no. ",
            "Perfect. ",
            "Sure! ",
            "Hm. ",
            "Honestly: ",
        ],
    ),
    (
        "em",
        &[
            "", "", "", "", " 🙂", " 😂", " 🙈", " ❤️", " ☕️", "…", " 🥲",
        ],
    ),
];

/// The flat's three subjects.
pub(super) const FLAT: [&Talk; 3] = [&HOUSEHOLD, &MONEY, &EVENING];

const HOUSEHOLD: Talk = Talk {
    opening: &[
        "Quick one: {item} {fault}. Whose turn is it?",
        "<photo>Exhibit A: {item}. It {fault}.",
        "Who can {chore} {when}? I did it the last {2-6} times.",
        "{person} rang and asked whether {item} {fault} at our place, too.",
    ],
    answers: &[
        "{+oh}I can look at it {+when}{+em}",
        "It {fault} since {person} was here{+em}",
        "I would rather {+chore} than touch {item}{+em}",
        "{+oh}Hit it gently, {1-3} times, left side",
        "Not me, I was at {+place} all day{+em}",
        "I will {+chore} {+when}, then we are even{+em}",
        "Bought a new bulb, a new filter and {+food}. In that order{+em}",
        "<voice>",
        "Let us ask {+person}, they have a toolbox",
    ],
    returns: &[
        "It still {fault}. I gave it a name now{+em}",
        "{+oh}Then please {chore} as well",
        "{2-9} days, people. {2-9} days{+em}",
    ],
    closing: &[
        "Fixed: {item} lives. It took {5-50} minutes and one bad word{+em}",
        "Thank you. I am making {food} now{+em}",
        "On the list now, right below \"{+chore}\"{+em}",
    ],
};

const MONEY: Talk = Talk {
    opening: &[
        "Rent on the 1st, as always: {380-460} € each to DE89 3704 0044 0532 0130 00, reference 4b.",
        "Electricity came: {90-240} €, that is {20-60} each. Who was ill and had the oven on?",
        "I paid {12-80} € for dish soap, bags and {food}. Split by four?",
        "The landlord's new number is +49 30 23125 0{10-99}, mail stays hausverwaltung{1-9}@4b.example",
    ],
    answers: &[
        "{+oh}Sent, {10-59} seconds ago{+em}",
        "I get paid {+when}, can I do it then?",
        "Take it off my share, I bought {+food} for {8-30} €{+em}",
        "{+oh}It was the oven. It was me. I was making {+food}",
        "Could you put the bill on the fridge? I believe you, I only like paper{+em}",
        "<file bill-{100-999}.pdf>Here is the scan, page {2-9} has the numbers, {20-240} € in all",
    ],
    returns: &[
        "So {20-90} from you, {20-90} from me{+em}",
        "{+oh}Reference 4b, not \"for the bad thing\" like last time",
    ],
    closing: &[
        "All in, thank you, {person} will be pleased{+em}",
        "Balance is {1-9}.{10-99} €. We are rich{+em}",
        "Settled. I note it next to {item}{+em}",
    ],
};

const EVENING: Talk = Talk {
    opening: &[
        "I make {food} {when}. Who is home?",
        "{plan} {when}? {person} comes too.",
        "Please be quiet {when}, I have an interview at {8-11}.",
        "<poll Sunday?|Big breakfast|Clean the windows|Both|Stay in bed>",
        "<sticker 🍝>",
    ],
    answers: &[
        "{+oh}I am in, from {6-9} on",
        "Only if we make {+food}{+em}",
        "At {+place} until {7-10}, keep some for me{+em}",
        "I bring {+person} and a cake of {20-30} cm{+em}",
        "{+oh}I have {+plan}, but after that, yes",
        "<gif>",
        "Can we do it {+when} instead? I am {60-99} percent asleep{+em}",
    ],
    returns: &[
        "There will be {2-6} chairs and {3-9} people{+em}",
        "{+oh}Then {when}, and somebody please {chore} before",
    ],
    closing: &[
        "That was nice. Leftover {food} in the blue box{+em}",
        "See you {when}. The bell does not work, shout{+em}",
        "Good luck with {plan}, everybody{+em}",
    ],
};

pub(super) const FRIEND: Talk = Talk {
    opening: &[
        "Hey! {plan} {when}?",
        "You will not believe who I met at {place}: {person}.",
        "Are you at home {when}? I would bring {food}.",
        "<photo>This made me think of you. Seen at {place}.",
        "<secret>",
        "<voice>",
        "How did it go with {person}?",
    ],
    answers: &[
        "{+oh}I am free {+when}, from {5-9} on",
        "Only if we meet at {+place}, I am coming from {+person}{+em}",
        "No! Tell me everything. Did you get {+food}?",
        "I have thought of {plan} since Monday, so yes{+em}",
        "{+oh}It went fine, {2-90} minutes and nobody cried",
        "Running {5-25} minutes late, start without me{+em}",
        "<place>",
        "<round>",
        "Could we make it {+when}? {+person} needs me to {+chore}{+em}",
        "<contact Pavel>",
    ],
    returns: &[
        "And what did {person} say to that?",
        "I knew it{+em}",
        "{+oh}That is {2-9} times this month",
        "Then I will {chore} first and come after{+em}",
        "{+oh}I will wait at {place}, by the clock",
        "And bring {+book}, if you are done with it{+em}",
        "Also, {person} says hello{+em}",
        "{2-9} more minutes, promise{+em}",
    ],
    closing: &[
        "See you {when}, then{+em}",
        "Home again. That was a good idea of ours, {plan}{+em}",
        "Good night! And thanks for the {food}{+em}",
        "OK, {when}, {place}. I wear the yellow scarf{+em}",
    ],
};

pub(super) const GARDENING: Talk = Talk {
    opening: &[
        "The gate code changes {when}: it will be {1000-9999}.",
        "Could you hold bed {1-42} for {person}, until {when}?",
        "<photo>Your bed says hello. The {2-9} of them are snails.",
        "Would you write the minutes {when}? You are the only one who can spell it.",
    ],
    answers: &[
        "{+oh}I will be there {+when} anyway",
        "Thank you for telling me, I would have stood there with {+food}{+em}",
        "How many are on the waiting list? {3-30}?",
        "If {+person} agrees, so do I{+em}",
        "I can do it in {10-40} minutes, on the train{+em}",
    ],
    returns: &[
        "Nobody reads the notice board, so I tell {9-40} people one by one{+em}",
        "{+oh}And the meeting is at {5-8}, at {place}",
    ],
    closing: &[
        "You are the best. Next jar of honey is yours{+em}",
        "Settled then, {when}. Bring boots{+em}",
        "Done, {person} is happy and so are the {2-9} snails{+em}",
    ],
};

pub(super) const BOOKS: Talk = Talk {
    opening: &[
        "I finished {book}. Page {90-400}, what was that?",
        "Do you still have {book}? {person} asks.",
        "Читаю твою книжку вже {2-9}-й день, сторінка {40-390}. Не можу зупинитися!",
        "<link https://books.brunnen.example/{100-999}|Reading room|Tea from five, silence until seven>There is a reading {when}: https://books.brunnen.example/{100-999}",
    ],
    answers: &[
        "{+oh}No spoilers, I am on page {20-80}",
        "I cried at {+place}, in public, because of {book}{+em}",
        "Take it, and give me {+book} for it{+em}",
        "Добре, зустріньмося біля бібліотеки о {5-9}{+em}",
        "The translation is better than the original, fight me{+em}",
    ],
    returns: &[
        "The parrot did it. I am {51-99} percent sure{+em}",
        "{+oh}I will bring both, {when}",
    ],
    closing: &[
        "Next one: {+book}. Same time, same tea{+em}",
        "Дякую! Ти завжди знаєш, що мені сподобається{+em}",
        "OK, {when} at {place}, and bring {book}{+em}",
    ],
};

pub(super) const COFFEE: Talk = Talk {
    opening: &[
        "I roasted {bean} again: {180-220} degrees, {9-14} minutes.",
        "<photo>New grinder. It sounds like {item}.",
        "Which one for {person}'s birthday, {bean} or {+bean}?",
        "今日はエチオピアを挽きました。{14-19}グラム、{25-35}秒で。",
    ],
    answers: &[
        "{+oh}{18-21} grams, {25-35} seconds, no excuses",
        "I can come {+when} and taste, purely for science{+em}",
        "Too sour for me. Did you try {+bean}?",
        "My cup from yesterday: {6-9} points, and I am strict{+em}",
        "ぜひ飲みたいです!明日の{5-9}時に行ってもいいですか?",
    ],
    returns: &[
        "{+oh}Two clicks finer, then",
        "{bean} needs {3-9} days of rest, I forgot{+em}",
    ],
    closing: &[
        "Bag number {10-99} is yours, at {place}, {when}{+em}",
        "Noted in the book: {bean}, {18-21} g, better than {food}{+em}",
        "ありがとう。また明日、{5-9}時に。",
    ],
};

/// What one asks the bot, and what it answers to that.
pub(super) const BOT: &[(&[&str], &[&str])] = &[
    (
        &[
            "/today {town}",
            "/week {town}",
            "What is it like in {town} {when}, at {7-22}:{10-59}?",
        ],
        &[
            "**{town}, {when}:** {sky}, {1-29}°. Wind {4-40} km/h.\n\nChance of a rainbow: {1-30} %.",
            "**{town}:** {sky}. Then {+sky}. Soil {2-22}°, puddles: {1-9}.",
        ],
    ),
    (
        &[
            "Will it rain in {town} {when}? Around {7-22}:{10-59}",
            "Do I need a scarf {when}? I am in {town}, from {6-9} to {10-22}",
        ],
        &[
            "{town}, {when}: {sky}. An umbrella is {10-99} % recommended, a scarf {10-99} %.",
            "__{10-95} %__ for rain in {town} {when}. Otherwise: {sky}.",
        ],
    ),
    (
        &[
            "/washing {when}",
            "Can I hang out {2-9} shirts and {1-4} towels in {town} {when}?",
        ],
        &[
            "Washing line forecast for {town}: {10-95} % dry by {11-19}:{10-59}, {sky}, so take the small pegs.",
        ],
    ),
    (
        &[
            "/frost {town}",
            "Any frost in {town} {when}, above {10-90} metres?",
        ],
        &[
            "No frost expected in {town} below {100-600} m. {sky}.",
            "Ground frost in {town} at {2-6}:{10-59}. Cover what you love.",
        ],
    ),
];

pub(super) const NOTES: &[&str] = &[
    "{chore} {when}!",
    "Idea: {plan} with {person}, {when}, and end at {place}",
    "Present for {person}: {book}? {bean}?",
    "To do: {chore}, {+chore}, {+chore}",
    "{food}: {100-500} g, {2-4} spoons, {10-50} minutes. Do not trust the recipe",
    "<todo {when}|{chore}|{+chore}|{+chore}>",
    "Read later: https://books.brunnen.example/{1000-9999} #later",
    "Appointment {when} at {8-17}:{10-59}, {place}, bring the form {10-99}b",
    "<file notes-{100-999}.md>",
    "Quote from {book}: \"Nobody arrives {when} by accident\", page {10-300} #quote",
    "Train {100-999}, carriage {1-14}, seat {11-98}, {when} from {place}",
    "<photo>Meter: {10000-99999}",
    "Parcel with {person}, shelf code {1000-9999}",
    "Locker at {place}: number {10-99}, code {1000-9999}",
];
