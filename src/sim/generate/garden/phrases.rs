//! What is said in the garden.

use crate::sim::generate::talk::Talk;

/// Conversations for winter, spring, summer and autumn.
pub(super) const TALKS: [&[&Talk]; 4] = [
    &[
        &PLANT, &TOOLS, &SURPLUS, &WORK_DAY, &WILDLIFE, &SHED, &FOUND, &POTLUCK, &POTLUCK, &PLANS,
        &COMPOST, &WEATHER, &WEATHER,
    ],
    &[
        &PLANT, &TOOLS, &SURPLUS, &WORK_DAY, &WORK_DAY, &WILDLIFE, &SHED, &FOUND, &PLANS, &PLANS,
        &COMPOST, &WEATHER,
    ],
    &[
        &PLANT, &PLANT, &TOOLS, &SURPLUS, &SURPLUS, &WATERING, &WATERING, &WILDLIFE, &FOUND,
        &PROUD, &PROUD, &POTLUCK, &COMPOST, &WEATHER,
    ],
    &[
        &PLANT, &TOOLS, &SURPLUS, &SURPLUS, &WORK_DAY, &WILDLIFE, &SHED, &FOUND, &PROUD, &POTLUCK,
        &PLANS, &COMPOST, &WEATHER,
    ],
];

pub(super) const WELCOMES: &[&str] = &[
    "Welcome {name}! Your bed is the one with the optimistic label.",
    "Everyone, this is {name}. Please do not give away all your courgettes on the first day.",
    "Hello {name}! The kettle is in the shed, the biscuits are in the tin that says NAILS.",
    "{name}, welcome. First rule: nobody knows where the second trowel is.",
];

pub(super) const NOTICES: &[&str] = &[
    "**Water meter reading on Monday.** Please close your taps by 08:00. Dues for the year: 36 €, to DE89 3704 0044 0532 0130 00, with your bed number. Questions to treasurer@brunnen.example or +49 30 23125 088.",
    "**The well pump is back.** Thank you to everybody who carried buckets. The rota starts again on Monday, the list hangs on the notice board. #notice",
];

const PLANT: Talk = Talk {
    opening: &[
        "Does anybody know why the {plant} in bed {bed} {trouble}?",
        "<photo>Doctor, it is the {plant} again. Bed {bed}. It {trouble}.",
        "Question for the experts: my {plant} {trouble}. Is it me or is it {weather}?",
        "Bed {bed} reporting: the {plant} {trouble}. Should I worry?",
        "<album>Three views of one {plant}. As you see it {trouble}.",
        "I turned my back for {2-6} days and the {plant} {trouble}.",
    ],
    answers: &[
        "{+oh}Mine did that in bed {+bed}, and {+remedy} helped within a week{+em}",
        "{+oh}I would try {+remedy} first, then {+remedy}{+em}",
        "That sounds like {weather} more than anything you did{+em}",
        "{+oh}Could be roots. Dig a finger in: if it is wet below {3-9} cm, stop watering the {plant}",
        "Ask {+who}, who rescued a whole row of those in bed {+bed}{+em}",
        "My grandmother swore by {+remedy}. Then again, she also talked to the {plant}{+em}",
        "Same in bed {+bed}, since about {3-9} days. So it is not only you{+em}",
        "Not an expert, but a {plant} in bed {+bed} looked worse and lived{+em}",
        "<voice>",
        "<photo>Compare with mine in bed {+bed}: same leaves, and it got better with {+remedy}",
        "Please not too much fertiliser. {+remedy}, that is all it needs{+em}",
        "{+oh}The book in the shed has a page on {plant} diseases. Page {40-190}, the one with the soup stain",
        "I have seen this {where}, too. {+remedy} did nothing, {+remedy} did",
        "<sticker 🌱>",
    ],
    returns: &[
        "I gave it {remedy} on the first day already. No change{+em}",
        "How long until I know whether {remedy} works?",
        "It gets about {3-8} hours of sun, if that matters",
        "<photo>Closer. You can see it on the lower leaves of the {plant}",
        "{+oh}Then {remedy} it is. I will report from bed {bed}",
        "The one {where} has it as well, I just checked{+em}",
    ],
    closing: &[
        "Thank you all! {remedy} first, and if the {plant} in bed {bed} dies we will have a small ceremony{+em}",
        "Update after {4-9} days: the {plant} has a new leaf. **A new leaf!**",
        "I am trying {remedy}. If it helps, the first harvest from bed {bed} is yours{+em}",
        "OK, {remedy}, and no panic. Thanks{+em}",
        "Tried {remedy}; the {plant} already looks less offended{+em}",
    ],
};

const TOOLS: Talk = Talk {
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

const SURPLUS: Talk = Talk {
    opening: &[
        "I have a {gift} to give away, {where}, first come first served.",
        "Free to a good home: one {gift} and {2-9} kilos of {plant}. Bed {bed}, until dark.",
        "<photo>Too much {plant}. Far too much {plant}. Please come to bed {bed} with a bag.",
        "Would anybody swap a {gift} for something with {plant}?",
        "There is a {gift} {where} with a note saying TAKE ME. It was I, and I mean it{em}",
    ],
    answers: &[
        "Me please! I can come {+when}{+em}",
        "{+oh}I take half of it and bring a {+gift} in return",
        "If {+who} does not want it, I do{+em}",
        "We turned the last lot into {+dish}. No regrets, {2-6} litres of it{+em}",
        "Is it still there? I am at bed {+bed} and could walk over in {5-20} minutes",
        "I have the same problem in bed {+bed}. Shall we open a shop?",
        "Would {+when} be too late? I would bring a {+gift}{+em}",
        "{+oh}My neighbour asks too, she makes {+dish} for the whole street",
        "Offering a {+gift} and eternal gratitude for it{+em}",
        "I came past {where} and took a little. The rest is for bed {+bed}",
        "<voice>",
        "Please leave some for {+who}, who asked already {when}{+em}",
    ],
    returns: &[
        "Still some left {where}. Do not be shy{+em}",
        "There is more coming {when}, the {plant} does not take holidays",
        "{+oh}Deal! Meet me {where}",
        "Bring a bag, mine are all full of {plant}{+em}",
    ],
    closing: &[
        "All gone, thank you. I got a {+gift} out of it and {2-5} recipes for {dish}{+em}",
        "Taken! The rest becomes {dish}, see you {when}",
        "The {gift} has found a home in bed {+bed}. The {plant} keeps coming, though{+em}",
    ],
};

const WATERING: Talk = Talk {
    opening: &[
        "I am away for {4-12} days. Could somebody water bed {bed}? Mostly the {plant}.",
        "They say {weather} is coming. Who is on the rota {when}?",
        "<poll Who can water this week?|Monday and Tuesday|Wednesday and Thursday|Friday|At the weekend|I have a cactus>",
        "The barrels {where} are down to a hand's width. Please only the cans, not the hose.",
        "Reminder: we agreed to {job} {when}. So far the list has {1-3} names on it.",
    ],
    answers: &[
        "I can do {+when}, and bed {+bed} at the same time{+em}",
        "Put me down for {+when}. How much does the {plant} get?",
        "{+oh}I am there every morning anyway, bed {+bed} is on my way",
        "My kids want to do it. They will also water each other{+em}",
        "{+when} is fine if {+who} takes the day after{+em}",
        "Mulch! Since I mulched bed {+bed} I need {2-5} cans less",
        "The tap {+where} drips, by the way. A bucket under it fills in {20-55} minutes",
        "<todo Watering, beds 1-21|Tap by the gate|Herb spiral|Greenhouse, both doors|Bird bath>",
        "After {weather} it will not matter, but I come {+when} just in case{+em}",
        "{+oh}Swap? You do mine {+when}, I do yours now",
    ],
    returns: &[
        "About {2-4} cans, in the evening, and please not on the leaves of the {plant}",
        "You are a treasure. The can is {where}{+em}",
        "{+oh}And somebody please {job}, it takes {5-15} minutes",
    ],
    closing: &[
        "Thank you! There is {dish} in it for you, bed {bed} never forgets{+em}",
        "Rota is full. Whoever comes {when}: the key is {where}",
        "Back again. The {plant} looks better than when I left, which is a little insulting{+em}",
    ],
};

const WORK_DAY: Talk = Talk {
    opening: &[
        "Work day {when}! We need to {job} and {+job}. Who is in?",
        "<poll When shall we {job}?|Saturday, 10:00|Sunday, 14:00|One evening|I will send cake>",
        "I plan to {job} {when}. Two more hands and it takes {1-3} hours.",
        "The council asks whether somebody could {job}. I said we would talk about it {when}.",
        "<file workday-plan-{1-40}.pdf>The plan for {when}: we {job}, then we eat.",
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
        "<album>Done in {2-4} hours! Look how {where} looks now. Thank you all",
        "Thanks everybody, that was the nicest {3-6} hours of mud this month{+em}",
        "We managed to {job}; the rest waits until {+when}. The {dish} did not wait{+em}",
        "See you {when}, then. Ten o'clock means ten o'clock, {who}{+em}",
    ],
};

const WILDLIFE: Talk = Talk {
    opening: &[
        "<photo>There is a {animal} {where}. Nobody move.",
        "A {animal} sat on the fence of bed {bed} and watched me work for {10-40} minutes.",
        "<video>The {animal} is back {where}! Sound on.",
        "Has anybody else seen the {animal}? It was {where} this morning, very sure of itself.",
        "The {animal} and my {plant} had a meeting. The {plant} lost.",
    ],
    answers: &[
        "{+oh}It visited bed {+bed} as well, {2-9} minutes, no manners",
        "We should call it Gerald. Who is for Gerald? It lives {+where}, I think{+em}",
        "Put out a bowl of water {+where}, they like that, especially before {weather}{+em}",
        "Please do not feed it {+dish}. I am looking at {+who}{+em}",
        "I counted {2-7} of them {+where} last year, so that is good news",
        "{+oh}That explains the {plant} in bed {+bed}",
        "<photo>Mine, {+where}, from last week. I swear it is the same {animal}",
        "A {animal} needs about {2-9} square metres of mess. We have that covered{+em}",
        "Leave the leaves {+where} alone then, it sleeps there{+em}",
        "<gif>",
        "<sticker 🦔>",
        "My daughter wants to know whether a {animal} likes {plant}. Asking for bed {+bed}",
    ],
    returns: &[
        "It is still there. We have been looking at each other for {5-30} minutes",
        "{+oh}Gerald it is, then. Gerald the {animal}{+em}",
        "Now it walks towards the {plant} as if it had paid for it{+em}",
    ],
    closing: &[
        "Gone again, over the fence {where}. The {plant} is safe until tomorrow{+em}",
        "I have put up a sign {where}: PLEASE KNOCK, {animal} LIVES HERE{+em}",
        "The {animal} left after {10-50} minutes and took a bit of {plant} along{+em}",
    ],
};

const SHED: Talk = Talk {
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

const FOUND: Talk = Talk {
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

const POTLUCK: Talk = Talk {
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

const PLANS: Talk = Talk {
    opening: &[
        "What do we plant {where} next? I vote for {plant} and more {plant}.",
        "<file seed-order-{1-90}.xlsx>The seed order. Please add your {plant} wishes until Sunday.",
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

const COMPOST: Talk = Talk {
    opening: &[
        "Whoever put a whole {dish} on the compost: we need to talk.",
        "The compost {where} has reached {48-66} degrees. I am so proud.",
        "Is a {thing} compostable? Asking for bed {bed}.",
        "<round>",
        "The sieved compost is ready {where}. {2-5} buckets per bed, please.",
    ],
    answers: &[
        "{+oh}More brown stuff: leaves, cardboard, old poems",
        "I turned it for {15-45} minutes and met a {animal}{+em}",
        "Cardboard yes, glossy no. We had that {+when}, I think{+em}",
        "The worms voted. {30-90} percent in favour{+em}",
        "Bed {+bed} could use {2-5} buckets, I come {+when}",
        "It smells a bit {+where}. Needs {+remedy}, or air{+em}",
        "{+who} knows everything about this, down to the temperature of a happy worm",
        "{+oh}I would bury it {+where} and never mention it again",
        "<sticker 🪱>",
    ],
    returns: &[
        "It needs {2-4} more weeks, then it is black gold{+em}",
        "{+oh}And no citrus, the worms wrote a letter",
        "I will put up a new sign {where}, with pictures this time{+em}",
    ],
    closing: &[
        "Thank you. The heap and I are at peace again{+em}",
        "Turned, watered, covered. Next time {when}, {who} is on the list{+em}",
        "{2-9} barrows of finest compost, {where}. Help yourselves{+em}",
    ],
};

const WEATHER: Talk = Talk {
    opening: &[
        "<weather>Brunnen tomorrow: {1-31}°, {weather} likely, wind {5-38} km/h. Washing line: __risky__.",
        "<weather>Bed {bed}: soil {2-24}°, {weather} within {12-60} hours, rain {0-19} mm. Snails: **optimistic**.",
        "<weather>Week ahead: {weather}, then {+weather}. Best hour to {job}: {7-19}:00.",
    ],
    answers: &[
        "{+oh}The bot said the same {2-6} days ago and I got a sunburn",
        "Then I cover the {plant} in bed {+bed} tonight{+em}",
        "My knee says {+weather}, and my knee has been right {6-9} times out of ten{+em}",
        "Could somebody close the greenhouse {+where} before that?",
        "{+oh}Good, then I do not have to {job}",
        "I trust {+who} more than the bot, and the {animal} more than both{+em}",
        "Bring in {+tool} then, it stands {+where}{+em}",
        "<weather>Second opinion for bed {+bed}: {weather}, {1-29}°, and a {10-90} percent chance of cake.",
        "<photo>Sky over {where}, just now. I would not bet on it",
    ],
    returns: &[
        "I only ask the bot because {who} does not answer before nine{+em}",
        "{+oh}So: fleece on the {plant}, doors closed, hope",
        "It changed to {+weather} while I was typing{+em}",
    ],
    closing: &[
        "In the end: {+weather}. All {plant} alive in bed {bed}{+em}",
        "Covered what I could. Good night, {plant}{+em}",
        "Nothing happened. {1-9} mm. The {plant} and I stayed up for nothing{+em}",
    ],
};

const PROUD: Talk = Talk {
    opening: &[
        "<photo>Behold the {plant} of bed {bed}: {2-9} kilos and {10-48} cm!",
        "<album>First {plant} of the year. I may have cried a little.",
        "My {plant} won second prize at the school fair. Second! Out of {3-9}.",
        "<live>I am at bed {bed} with a giant {plant}, come and see.",
        "<place>Here, exactly here, grows the best {plant} in Brunnen.",
    ],
    answers: &[
        "{+oh}What did you feed it? {+remedy}?",
        "That is bigger than my {+thing}{+em}",
        "Bed {+bed} congratulates, through gritted teeth{+em}",
        "I have been growing {plant} for {4-20} years and never got past {5-9} cm",
        "Frame it. Or make {+dish} of it, {4-9} portions at least{+em}",
        "<sticker 🏆>",
        "{+oh}Does it have a name yet? {+who} names them all",
        "Save the seeds! I swap a {+gift} for {5-20} of them{+em}",
        "Show it to the {animal}, it will be impressed{+em}",
        "<dice 🎯>",
        "Weighed with or without the {thing} next to it?",
    ],
    returns: &[
        "Only {remedy}, honestly. And good company {where}{+em}",
        "{+oh}It is called Harald. It does not like photos",
        "The one next to it weighs {1-4} kilos and is very jealous{+em}",
    ],
    closing: &[
        "It is {dish} now. A noble end, {6-12} plates of it{+em}",
        "Thank you, thank you. Harald will answer questions {when}, {where}{+em}",
        "Seeds are {where} in an envelope, {5-30} for each of you{+em}",
    ],
};
