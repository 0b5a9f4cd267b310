//! The table in English, German, Spanish and Ukrainian.

use super::Tongue;
use crate::sim::generate::people::{
    AYLIN, FARID, GRETA, INES, JONAS, LUCIA, MARTA, MEI, NOOR, OLENA, PAVEL, SAMUEL, TOMAS,
};
use crate::sim::generate::talk::Talk;

/// Emoji that are more than one code point: a family, flags, skin tones, a heart on fire, a keycap.
pub(super) const EM: &[&str] = &[
    "",
    "",
    "",
    "",
    " 👨‍👩‍👧‍👦",
    " 👩🏽‍🍳",
    " 👍🏿",
    " 🇺🇦",
    " 🇯🇵",
    " ❤️‍🔥",
    " 🧑🏻‍🌾",
    " 🤌🏼",
    " 2️⃣",
    " 🏴󠁧󠁢󠁳󠁣󠁴󠁿",
    " 🫶🏾",
];

pub(super) const TONGUES: &[Tongue] = &[
    Tongue {
        speakers: &[SAMUEL, NOOR, MEI, GRETA, FARID, LUCIA],
        slots: &[
            (
                "dish",
                &[
                    "jollof rice",
                    "mushroom pie",
                    "lentil dal",
                    "cinnamon buns",
                    "leek soup",
                    "pancakes",
                    "apple chutney",
                    "sourdough",
                ],
            ),
            (
                "tip",
                &[
                    "more lemon",
                    "a lid",
                    "a pinch of sugar",
                    "a hotter oven",
                    "patience",
                    "smoked paprika",
                    "half the garlic",
                    "twice the garlic",
                ],
            ),
            (
                "who",
                &[
                    "my aunt",
                    "the neighbour",
                    "my flatmate",
                    "the baker downstairs",
                    "my son",
                    "a very strict cookbook",
                ],
            ),
            ("em", EM),
        ],
        talk: &Talk {
            opening: &[
                "Tonight: {dish}, {2-9} portions. Who is hungry?",
                "<photo>{dish}, {2-6}. attempt. Be honest.",
                "What does {dish} need? It tastes of {1-3} things and none of them is {dish}.",
                "<poll What should we cook together?|Dumplings|Flatbread|Something with aubergine|Order pizza>",
            ],
            answers: &[
                "It needs {+tip}, always has{+em}",
                "{+who} makes {dish} with {+tip} and never tells anyone{+em}",
                "I would eat that, and I have eaten {2-9} times today{+em}",
                "Try {+tip}, wait {5-50} minutes, then {+tip}{+em}",
                "Save me a bowl, I bring {+dish}{+em}",
                "{+tip}? In {dish}? {+who} would faint{+em}",
                "<sticker 😋>",
                "Recipe, please! With grams, not with feelings{+em}",
            ],
            returns: &[
                "I added {+tip}. Better, I think{+em}",
                "It has {10-60} minutes to go, then we will know{+em}",
                "{+who} says it is fine, which means it is not{+em}",
            ],
            closing: &[
                "Gone in {4-19} minutes. {+who} licked the pot{+em}",
                "It was the {tip}. Thank you, table{+em}",
                "Recipe: {dish}, {100-500} g of everything, {tip}, {20-70} minutes{+em}",
            ],
        },
    },
    Tongue {
        speakers: &[JONAS, GRETA, MARTA, AYLIN],
        slots: &[
            (
                "dish",
                &[
                    "Kartoffelpuffer",
                    "Käsespätzle",
                    "Rote Grütze",
                    "Grießklößchensuppe",
                    "Zwetschgenkuchen",
                    "Grünkohl",
                    "Maultaschen",
                    "Brötchen",
                ],
            ),
            (
                "tip",
                &[
                    "etwas Muskat",
                    "mehr Zwiebeln",
                    "weniger Mehl",
                    "ein Schuss Essig",
                    "kalte Butter",
                    "Geduld",
                    "eine größere Schüssel",
                ],
            ),
            (
                "who",
                &[
                    "meine Oma",
                    "der Nachbar aus dem dritten Stock",
                    "mein Bruder",
                    "das alte Kochbuch",
                    "die Bäckerin",
                ],
            ),
            ("em", EM),
        ],
        talk: &Talk {
            opening: &[
                "Heute gibt es {dish} für {2-9} Personen. Wer kommt?",
                "Hat jemand ein gutes Rezept für {dish}? Meins schmeckt nach Pappe.",
                "<photo>{dish}, frisch aus der Küche. Bitte nicht auf den Rand achten.",
                "Wie lange hält sich {dish} im Kühlschrank? Frage für einen Freund, der {2-9} Kilo gemacht hat.",
            ],
            answers: &[
                "Da fehlt nur {+tip}, glaub mir{+em}",
                "{+who} macht das mit {+tip}, schon seit {10-60} Jahren{+em}",
                "Ich bringe {+dish} mit, dann reicht es für alle{+em}",
                "Größere Pfanne, {+tip}, {5-40} Minuten. Mehr Geheimnis ist da nicht{+em}",
                "Süß oder salzig? Bei {dish} hört die Freundschaft auf{+em}",
                "Bin um {6-8} Uhr da, mit Hunger und {+dish}{+em}",
                "<voice>",
            ],
            returns: &[
                "Mit {+tip} ist es schon viel besser{+em}",
                "Noch {10-50} Minuten, dann wissen wir mehr{+em}",
                "{+who} sagt: mutig{+em}",
            ],
            closing: &[
                "Alles aufgegessen, in {5-25} Minuten. Danke euch{+em}",
                "Fazit: {tip}, und nächstes Mal {+dish}{+em}",
                "Rezept hängt am Kühlschrank, Übergröße {40-46}{+em}",
            ],
        },
    },
    Tongue {
        speakers: &[LUCIA, TOMAS, INES],
        slots: &[
            (
                "dish",
                &[
                    "la tortilla",
                    "el gazpacho",
                    "las croquetas",
                    "el arroz con leche",
                    "las empanadas",
                    "la fabada",
                    "los buñuelos",
                ],
            ),
            (
                "tip",
                &[
                    "una pizca de azúcar",
                    "más aceite",
                    "fuego lento",
                    "menos sal",
                    "un diente de ajo",
                    "mucha paciencia",
                ],
            ),
            (
                "who",
                &[
                    "mi abuela",
                    "la vecina",
                    "mi primo",
                    "el señor del mercado",
                    "mi hermana",
                ],
            ),
            ("em", EM),
        ],
        talk: &Talk {
            opening: &[
                "¿Quién quiere probar {dish}? Hay para {3-9}.",
                "<photo>¡Mirad {dish}! Salió a la {2-5}.ª vez.",
                "¿Con cebolla o sin cebolla? Hablo de {dish}, claro.",
                "Mañana hago {dish}. ¿Alguien trae pan?",
            ],
            answers: &[
                "¡Yo! Y llevo {+tip}, por si acaso{+em}",
                "{+who} dice que el secreto es {+tip}{+em}",
                "Así no, así nunca. Pregúntale a {+who}{+em}",
                "Qué pinta… ¿cuántos minutos? ¿{10-40}?{+em}",
                "Falta {+tip}, pero te quiero igual{+em}",
                "Guardadme un plato, llego a las {8-10}{+em}",
            ],
            returns: &[
                "Le puse {+tip} y ahora sí{+em}",
                "Lleva {10-60} minutos en el fuego, no miréis{+em}",
            ],
            closing: &[
                "No quedó nada. {+who} repitió {2-4} veces{+em}",
                "Receta: {tip}, {15-45} minutos y una buena canción{+em}",
                "¡Gracias! La próxima vez, {+dish}{+em}",
            ],
        },
    },
    Tongue {
        speakers: &[OLENA, PAVEL, MARTA],
        slots: &[
            (
                "dish",
                &[
                    "борщ",
                    "вареники з вишнею",
                    "деруни",
                    "сирники",
                    "голубці",
                    "узвар",
                    "медівник",
                ],
            ),
            (
                "tip",
                &[
                    "трохи часнику",
                    "ложку сметани",
                    "дрібку цукру",
                    "більше кропу",
                    "терпіння",
                    "свіжий лимон",
                ],
            ),
            (
                "who",
                &[
                    "бабуся",
                    "сусідка",
                    "мій тато",
                    "подруга з роботи",
                    "стара книжка",
                ],
            ),
            ("em", EM),
        ],
        talk: &Talk {
            opening: &[
                "Хто сьогодні їсть {dish}? Вистачить на {3-9} людей.",
                "<photo>Мій {2-6}-й експеримент за тиждень: {dish}.",
                "Скажіть чесно: {dish} смачніше першого дня чи другого?",
                "Пробую нове: {dish} без плити, лише духовка. Побажайте удачі!",
            ],
            answers: &[
                "Додай {+tip}, і буде як удома{+em}",
                "{+who} каже, що головне тут {+tip}{+em}",
                "Другого дня, звісно! А на {3-5}-й уже нічого не лишається{+em}",
                "Їду! Буду десь о {6-9}-й, візьму хліб{+em}",
                "У нас {+who} робить інакше, але теж добре{+em}",
                "Дай рецепт, будь ласка, з грамами{+em}",
            ],
            returns: &[
                "Поклала {+tip}, стало значно краще{+em}",
                "Ще трохи, о {6-9}-й буде готово{+em}",
            ],
            closing: &[
                "Усе з'їли за {5-20} хвилин. Дякую!{+em}",
                "Висновок: {tip}. Записала в зошит{+em}",
                "Наступного разу готуємо {+dish} разом{+em}",
            ],
        },
    },
];
