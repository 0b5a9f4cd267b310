//! What is said about work, tools, plans and food.

use crate::sim::generate::talk::Talk;

pub(super) const TOOLS: Talk = Talk {
    opening: &[
        "Who has {tool}? It is not {where} and not in the shed.",
        "I am looking for {tool}, last seen {where}, I need it {when}.",
        "Could whoever borrowed {tool} bring it back before I {job} {when}?",
        "{tool} is broken. The handle, cleanly in two. I am {2-5} percent to blame.",
        "<photo>This is what {tool} looked like when I found it {where}. Who does this?",
    ],
    answers: &[
        "{+oh}I saw it {+where} on my way out, around {5-9} in the evening",
        "Not me this time! Ask {+who}, bed {+bed}{+em}",
        "I have one at home, you can have it {+when}{+em}",
        "Check {+where}. Everything ends up {+where} sooner or later",
        "{+oh}It is in my cellar. I can bring it {+when}, sorry{+em}",
        "We should really paint the tools orange. Said it before, saying it again from bed {+bed}",
        "The sign-out list says {+who}, {2-9} days ago, and then a drawing of a snail{+em}",
        "Without {tool} I could not {job} either, so I am curious too{+em}",
        "I can fix things like that. Leave it {+where} and I will look {+when}",
        "<sticker 🔧>",
        "A new one costs {14-48} €. The kitty has {50-190}. Just saying{+em}",
    ],
    returns: &[
        "Looked {where} twice already. Only spiders{+em}",
        "No hurry, {when} is early enough, as long as it comes back clean",
        "{+oh}Was that before or after {weather}?",
        "I asked {+who}, who says it was fine when it went back{+em}",
    ],
    closing: &[
        "Found! It was {where}, exactly where I had put it myself. We shall not speak of this.",
        "Got it back, thank you. It now has a label that says bed {bed} in large letters{+em}",
        "Solved: {tool} was {where} all along{+em}",
        "Thanks, I will {job} {when} then, with {tool} and a clear conscience{+em}",
    ],
};

pub(super) const WORK_DAY: Talk = Talk {
    opening: &[
        "Work day {when}! We need to {job} and {+job}. Who is in?",
        "<poll When shall we {job}?|Saturday, 10:00|Sunday, 14:00|One evening|I will send cake>",
        "I plan to {job} {when}. Two more hands and it takes {1-3} hours.",
        "The council asks whether somebody could {job}. I said we would talk about it {when}.",
        "<file workday-plan-{1-40}.pdf>The plan for {when}, version {2-9}: we {job}, then we eat.",
        "<anonymous>Work day {when}, meeting point {where}. Please bring gloves; we want to {job}. #workday",
    ],
    answers: &[
        "I am in, and I bring {+tool}{+em}",
        "{+oh}I can come {30-90} minutes later, please leave me something to do",
        "Count me in if it does not turn into {weather}{+em}",
        "I bring {+dish}, so I do not have to {+job}. That was the deal last year{+em}",
        "Cannot {when}, but I could {+job} {+when} instead",
        "My back says no, my heart says {2-4} hours. And {+dish}{+em}",
        "Could {+who} bring {+tool}? Mine has only one good end",
        "{+oh}We should also {+job} while everybody is there",
        "Last time that took until dark and {2-6} pots of tea. I will be there{+em}",
        "<sticker 💪>",
        "I can lend the trailer {+when}, it stands {+where}",
    ],
    returns: &[
        "So far {4-9} people. With {7-14} we finish before lunch",
        "We meet {where}, please wear boots, it is muddy after {weather}{+em}",
        "{+oh}Then you {+job} and I look after {tool}",
        "The coffee is on me, the {dish} is on you{+em}",
    ],
    closing: &[
        "<album>Done in {2-4} hours! Look at it now. Thank you all",
        "Thanks everybody, that was the nicest {3-6} hours of mud this month{+em}",
        "We managed to {job}; the rest waits until {+when}. The {dish} did not wait{+em}",
        "See you {when}, then. Ten o'clock means ten o'clock, {who}{+em}",
    ],
};

pub(super) const SHED: Talk = Talk {
    opening: &[
        "The lock of the shed sticks again. It opens if you lift the door and think of {dish}.",
        "I tidied the shed for {2-5} hours. Found {tool}, a {gift} and {3-9} single gloves.",
        "Who stacked everything {where}? I only wanted to {job}.",
        "<photo>The shelf {where} has come down. Nobody hurt, except a {gift}.",
    ],
    answers: &[
        "{+oh}I can bring screws {+when}, long ones",
        "The {+gift} on the lower shelf is mine, please keep it{+em}",
        "I need {2-6} minutes for that, and {+tool}. Leave it to me {+when}",
        "That shelf was built by {+who} and me and {+dish}. It shows{+em}",
        "Could we put {+tool} on a hook {+where} instead?",
        "A drop of oil, and not the cooking oil this time{+em}",
        "{+oh}My key works if I turn it {2-4} times the wrong way first",
        "<venue Eisen-Eck hardware|Lindenweg 14, Brunnen>",
        "The hardware shop has them for {3-19} €, I can go {+when}{+em}",
    ],
    returns: &[
        "Please somebody with a drill and {20-50} minutes{+em}",
        "I put {tool} {+where} for now, so that nobody falls over it",
        "{+oh}And then we should {job}, while the shed is empty",
    ],
    closing: &[
        "Repaired! It now opens with one hand, which feels wrong{+em}",
        "Thanks to {who} the shed is a shed again{+em}",
        "All back in place. The single gloves are {where}, {3-9} of them, looking for partners{+em}",
    ],
};

pub(super) const FOUND: Talk = Talk {
    opening: &[
        "Found {where}: a {thing}. Whose is it?",
        "<photo>Is this your {thing}? It hangs on the notice board now.",
        "Has anybody seen my {thing}? I had it at bed {bed} {when}.",
        "I lost a {thing} somewhere between the gate and bed {bed}. Reward: a {gift}.",
    ],
    answers: &[
        "Not mine, but {+who} has one like that{+em}",
        "{+oh}I think that {thing} was {+where} all week",
        "Mine looks the same but it is here, I am holding it at bed {+bed}{+em}",
        "Try {+where}, that is where the last {+thing} turned up",
        "There was also a {+thing} {+where}, if we are collecting{+em}",
        "I saw a {animal} carry something. Could not say whether it was a {thing}{+em}",
        "{+oh}Put it in the box by the gate, the one under {+tool}",
        "<contact Jonas>",
        "You left it {+where} after the {+dish}, I remember{+em}",
    ],
    returns: &[
        "It is a bit muddy since {weather} but otherwise fine",
        "No, mine is older. Looked {where}, too{+em}",
        "{+oh}I will ask {+who} {+when}",
    ],
    closing: &[
        "Solved: the {thing} belongs to {who}. Thank you, detectives{+em}",
        "The {thing} is in the box by the gate until {when}, then it joins the {+thing} collection{+em}",
        "It was in my pocket. The {thing} was in my pocket for {2-8} days{+em}",
    ],
};

pub(super) const POTLUCK: Talk = Talk {
    opening: &[
        "Potluck {when} {where}? I would make {dish}.",
        "<poll What is for dinner {when}?|Soup|Everything with beans|Cake, only cake|A surprise by Mei>",
        "I made too much {dish}. It stands {where} with {4-9} spoons.",
        "<photo>Today's {dish}, everything from bed {bed} but the salt.",
        "Recipe wanted: what do I do with {2-6} kilos of {plant}, apart from crying?",
    ],
    answers: &[
        "{+oh}I bring {+dish} and {2-6} plates",
        "{dish} with {plant}! Slow, low heat, {25-60} minutes, lots of onions{+em}",
        "Please something without nuts for {+who}. I bring {+dish}{+em}",
        "I can bring a table {+where} and {3-9} chairs that mostly fold",
        "Pickle it. {2-5} spoons of salt on a litre, and do not look for {5-14} days{+em}",
        "Nobody makes {+dish} like {+who}. I said what I said{+em}",
        "{+oh}Freeze half, make {+dish} of the rest",
        "<voice>",
        "<hidden>Boil {plant} for as long as it takes to sing two verses, then rest it, then yourself.",
        "If {weather} comes we eat in the greenhouse, like {2-4} years ago{+em}",
        "<audio The Watering Cans - Slow Courgette>",
    ],
    returns: &[
        "Then we are {6-14}. Bring a chair and a spoon{+em}",
        "{+oh}I add {plant} to the {dish}, you will not even notice",
        "Who has the big pot? It was {where}{+em}",
    ],
    closing: &[
        "That was lovely. The {dish} is gone, the pot is clean, {who} has the leftovers{+em}",
        "So: {when}, {where}, and somebody please hide the {+dish} from Samuel{+em}",
        "Thanks! I wrote the {dish} recipe on the notice board, with {2-4} corrections by {who}{+em}",
    ],
};

pub(super) const PLANS: Talk = Talk {
    opening: &[
        "What do we plant {where} next? I vote for {plant} and more {plant}.",
        "<file seed-order-{1-90}.xlsx>The seed order, {9-60} packets so far. Please add your {plant} wishes until Sunday.",
        "The council would give us {200-900} € if we {job}. Ideas?",
        "Bed {bed} becomes free. Who is next on the list, and does anybody want to share it?",
        "<link https://seeds.brunnen.example/sowing|Sowing calendar|Week by week, for cold springs and late gardeners>This calendar is good: https://seeds.brunnen.example/sowing",
        "<shared>The frost map from orbit this week. Blue is where we live.",
    ],
    answers: &[
        "{+oh}Flowers, please, for the bees {+where}",
        "Last year bed {+bed} tried that. {+remedy} was the whole secret{+em}",
        "I can order {2-9} packets more, tell me {+when}{+em}",
        "{+who} has been waiting for {4-20} months, it is only fair",
        "A pond! A small one, {+where}. I know, I know{+em}",
        "We still have {2-9} packets in the tin, some of them from this decade",
        "<zine>We would draw a map of all {30-42} beds for the next issue, if you send us names.",
        "The budget says {20-140} € for that. I asked twice{+em}",
        "{+oh}Then somebody has to {job}, and it will not be {+who} again",
        "Sun there is {3-7} hours at best, so nothing that sulks{+em}",
        "Half of it {plant}, half of it a bench. People also grow, sitting down{+em}",
    ],
    returns: &[
        "I will write it all down and pin it {where}",
        "{+oh}That gives us {2-5} votes for {plant} and one for a pond",
        "We should decide {when}, before {weather}{+em}",
    ],
    closing: &[
        "Decided: {plant} {where}, and a bench if {who} finds the wood{+em}",
        "Ordered! It comes in about {5-12} days, {14-60} € in all",
        "Noted, thank you. We talk about the pond again in {2-9} years{+em}",
    ],
};
