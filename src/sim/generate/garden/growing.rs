//! What is said about what grows, and about what eats it.

use crate::sim::generate::talk::Talk;

pub(super) const PLANT: Talk = Talk {
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

pub(super) const SURPLUS: Talk = Talk {
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

pub(super) const WATERING: Talk = Talk {
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

pub(super) const WILDLIFE: Talk = Talk {
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

pub(super) const COMPOST: Talk = Talk {
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

pub(super) const WEATHER: Talk = Talk {
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
        "<photo>The sky {where}, just now. I would not bet on it",
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

pub(super) const PROUD: Talk = Talk {
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
