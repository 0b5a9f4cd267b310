//! The words of the garden, by season.

use crate::sim::generate::scribe::Slots;

/// Slots for winter, spring, summer and autumn.
pub(super) const SLOTS: [Slots; 4] = [WINTER, SPRING, SUMMER, AUTUMN];

macro_rules! slots {
    ($plant:expr, $job:expr, $weather:expr, $animal:expr) => {
        &[
            ("plant", $plant),
            ("job", $job),
            ("weather", $weather),
            ("animal", $animal),
            (
                "trouble",
                &[
                    "is looking sorry for itself",
                    "has yellow leaves at the bottom",
                    "has holes in every second leaf",
                    "stopped growing last week",
                    "is leaning like a tired uncle",
                    "has a white fuzz on top",
                    "lost half its leaves overnight",
                    "smells of nothing, which worries me",
                    "went purple at the edges",
                ],
            ),
            (
                "remedy",
                &[
                    "less water",
                    "a handful of compost",
                    "a bit of shade",
                    "garlic water",
                    "patience and a stick to lean on",
                    "wood ash around the stem",
                    "fewer neighbours",
                    "crushed eggshells",
                    "a stern talk",
                    "moving it two beds over",
                ],
            ),
            (
                "when",
                &[
                    "on Saturday",
                    "on Sunday after lunch",
                    "tomorrow at ten",
                    "on Friday evening",
                    "next Tuesday",
                    "on Wednesday after work",
                    "this weekend",
                    "early on Thursday",
                ],
            ),
            (
                "tool",
                &[
                    "the long rake",
                    "the good wheelbarrow",
                    "the small pruning saw",
                    "the garden fork",
                    "the blue hose",
                    "the edging shears",
                    "the potting sieve",
                    "the post-hole digger",
                    "the soil thermometer",
                    "the folding ladder",
                ],
            ),
            (
                "where",
                &[
                    "behind the shed",
                    "next to the rain barrels",
                    "by the east gate",
                    "under the walnut tree",
                    "between beds 11 and 12",
                    "at the compost corner",
                    "near the hives",
                    "along the south fence",
                    "by the notice board",
                ],
            ),
            (
                "gift",
                &[
                    "jar of honey",
                    "bag of seed potatoes",
                    "tray of lettuce seedlings",
                    "bunch of mint",
                    "bucket of windfall apples",
                    "box of empty jars",
                    "roll of fleece",
                    "bundle of bean poles",
                    "pot of chives",
                    "half a sack of wood chips",
                    "crate of plant labels",
                ],
            ),
            (
                "dish",
                &[
                    "lentil soup",
                    "courgette cake",
                    "potato salad",
                    "flatbread with herbs",
                    "pumpkin curry",
                    "plum crumble",
                    "dumplings",
                    "bean stew",
                    "carrot halwa",
                    "rhubarb tart",
                    "tomato rice",
                ],
            ),
            (
                "who",
                &[
                    "@marta_brunnen",
                    "@aylin_grows",
                    "@greta_composts",
                    "[Pavel](user:5120440114)",
                    "@jonas_of_4b",
                    "@farid_bakes",
                    "@mei_dumplings",
                    "[Samuel](user:5120440110)",
                    "@ines_workshop",
                ],
            ),
            (
                "thing",
                &[
                    "green watering can",
                    "left gardening glove",
                    "thermos with a dent",
                    "straw hat",
                    "reading glasses",
                    "ring of keys with a wooden carrot on it",
                    "child's red boot",
                    "notebook with a cat on it",
                    "pocket knife",
                    "bicycle pump",
                ],
            ),
            (
                "oh",
                &[
                    "",
                    "",
                    "",
                    "Ha! ",
                    "Oh! ",
                    "Good to know. ",
                    "Fair point. ",
                    "Hmm. ",
                    "True! ",
                    "Yes: ",
                    "Funny you ask. ",
                ],
            ),
            (
                "em",
                &[
                    "", "", "", "", " 🙂", " 😄", " 🌱", " 🙈", " 💚", "…", " 🐌",
                ],
            ),
            (
                "bed",
                &[
                    "1", "3", "4", "6", "7", "9", "11", "12", "14", "17", "19", "22", "23", "26",
                    "28", "31", "35", "38", "40", "42",
                ],
            ),
        ]
    };
}

const WINTER: Slots = slots!(
    &[
        "kale",
        "winter leek",
        "rosemary",
        "sage",
        "garlic under the fleece",
        "bay tree",
        "parsley",
        "mâche",
        "old quince",
        "Brussels sprout row"
    ],
    &[
        "oil the shed door",
        "sharpen the secateurs",
        "wash the pots",
        "fix the bench",
        "turn the leaf heap",
        "sort the seed box",
        "insulate the tap",
        "paint the notice board"
    ],
    &[
        "frost",
        "fog",
        "sleet",
        "drizzle",
        "an icy wind",
        "snow that cannot decide"
    ],
    &[
        "robin",
        "fox",
        "hedgehog that should be asleep",
        "blue tit",
        "wren",
        "very round pigeon"
    ]
);
const SPRING: Slots = slots!(
    &[
        "radish row",
        "rhubarb",
        "pea shoot",
        "broad bean",
        "strawberry patch",
        "lettuce",
        "young chard",
        "spinach",
        "chive pot",
        "tomato seedling"
    ],
    &[
        "dig over the fallow bed",
        "repair the cold frame",
        "put up the bean poles",
        "weed the path",
        "fill the rain barrels",
        "spread the wood chips",
        "label the new beds",
        "mend the fence"
    ],
    &[
        "a late frost",
        "April rain",
        "a warm front",
        "hail",
        "strong wind",
        "sun and showers by turns"
    ],
    &[
        "hedgehog",
        "bumblebee queen",
        "blackbird",
        "slug family",
        "toad",
        "magpie with a plan"
    ]
);
const SUMMER: Slots = slots!(
    &[
        "tomato",
        "courgette",
        "cucumber",
        "chilli",
        "runner bean",
        "basil",
        "aubergine",
        "sunflower",
        "raspberry",
        "sweetcorn",
        "dahlia"
    ],
    &[
        "water the herb spiral",
        "cut back the path",
        "thin the carrots",
        "tie up the tomatoes",
        "empty the slug traps",
        "harvest the beans",
        "shade the greenhouse",
        "refill the bird bath"
    ],
    &[
        "a heatwave",
        "a thunderstorm",
        "a dry week",
        "warm nights",
        "a cloudburst",
        "thirty-two degrees"
    ],
    &[
        "wasp",
        "hedgehog with three young",
        "swallowtail",
        "wood pigeon",
        "grass snake",
        "bat",
        "cat from number nine"
    ]
);
const AUTUMN: Slots = slots!(
    &[
        "pumpkin",
        "beetroot",
        "chard",
        "apple tree",
        "late raspberry",
        "Jerusalem artichoke",
        "kale",
        "grape vine",
        "parsnip",
        "quince"
    ],
    &[
        "rake the leaves",
        "plant the garlic",
        "bring in the pumpkins",
        "press the apples",
        "cover the strawberry bed",
        "drain the hoses",
        "plant tulip bulbs",
        "stack the bean poles"
    ],
    &[
        "the first frost",
        "a week of rain",
        "a golden weekend",
        "fog until noon",
        "a proper storm",
        "mild nights"
    ],
    &[
        "squirrel",
        "jay",
        "hedgehog looking for a flat",
        "flock of starlings",
        "spider the size of a button",
        "fox"
    ]
);
