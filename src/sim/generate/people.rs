//! Who lives in the generated world. Names are invented; numbers are of ranges kept for fiction.

use crate::sim::blank;
use crate::sim::world::World;
use grammers_tl_types::types;

/// A person of the cast.
pub(super) struct Person {
    pub(super) id: i64,
    pub(super) first: &'static str,
    pub(super) last: &'static str,
    pub(super) username: Option<&'static str>,
    pub(super) phone: &'static str,
    about: &'static str,
}

const fn person(
    id: i64,
    first: &'static str,
    last: &'static str,
    username: Option<&'static str>,
    phone: &'static str,
    about: &'static str,
) -> Person {
    Person {
        id,
        first,
        last,
        username,
        phone,
        about,
    }
}

pub(super) const MARTA: i64 = 5_120_440_101;
pub(super) const JONAS: i64 = 5_120_440_102;
pub(super) const AYLIN: i64 = 5_120_440_103;
pub(super) const PRIYA: i64 = 5_120_440_104;
pub(super) const TOMAS: i64 = 5_120_440_105;
pub(super) const OLENA: i64 = 5_120_440_106;
pub(super) const NOOR: i64 = 5_120_440_107;
pub(super) const KENJI: i64 = 5_120_440_108;
pub(super) const GRETA: i64 = 5_120_440_109;
pub(super) const SAMUEL: i64 = 5_120_440_110;
pub(super) const LUCIA: i64 = 5_120_440_111;
pub(super) const FARID: i64 = 5_120_440_112;
pub(super) const MEI: i64 = 5_120_440_113;
pub(super) const PAVEL: i64 = 5_120_440_114;
pub(super) const INES: i64 = 5_120_440_115;
pub(super) const SOMCHAI: i64 = 5_120_440_116;
pub(super) const ARJUN: i64 = 5_120_440_117;
pub(super) const JIWOO: i64 = 5_120_440_118;
/// An account that was deleted; its chat is still there.
pub(super) const GONE: i64 = 5_120_440_130;
/// The weather bot.
pub(super) const WEATHER: i64 = 6_220_118_840;

/// Everybody but the account itself, the bot and the deleted account.
pub(super) const CAST: &[Person] = &[
    person(
        MARTA,
        "Marta",
        "Kowalczyk",
        Some("marta_brunnen"),
        "493023125016",
        "Tomatoes, mostly.",
    ),
    person(
        JONAS,
        "Jonas",
        "Weberling",
        Some("jonas_of_4b"),
        "493023125027",
        "Third floor, left. I have a drill.",
    ),
    person(
        AYLIN,
        "Aylin",
        "Demirkan",
        Some("aylin_grows"),
        "493023125038",
        "Bed 14 🌶",
    ),
    person(
        PRIYA,
        "Priya",
        "Ramanath",
        Some("priya_on_deck"),
        "447700900117",
        "Solder first, sleep later.",
    ),
    person(TOMAS, "Tomás", "Ferreiro", None, "447700900128", ""),
    person(
        OLENA,
        "Olena",
        "Shevchenko-Lind",
        Some("olena_reads"),
        "493023125049",
        "Книги, чай, велосипед",
    ),
    person(
        NOOR,
        "Noor",
        "Haddadin",
        Some("noor_h_kitchen"),
        "447700900139",
        "خبز وقهوة",
    ),
    person(
        KENJI,
        "Kenji",
        "Morita-Sand",
        None,
        "447700900140",
        "豆から挽きます",
    ),
    person(
        GRETA,
        "Greta",
        "Lindqvister",
        Some("greta_composts"),
        "493023125050",
        "Ask me about worms.",
    ),
    person(
        SAMUEL,
        "Samuel",
        "Okaforson",
        None,
        "447700900151",
        "Dad jokes, hourly.",
    ),
    person(
        LUCIA,
        "Lucía",
        "Vegarde",
        Some("lucia_harbour"),
        "447700900162",
        "",
    ),
    person(
        FARID,
        "Farid",
        "Karimzad",
        Some("farid_bakes"),
        "447700900173",
        "نان تازه",
    ),
    person(
        MEI,
        "Mei",
        "Linhart",
        Some("mei_dumplings"),
        "493023125061",
        "饺子是一种心情",
    ),
    person(
        PAVEL,
        "Pavel",
        "Novotnik",
        None,
        "493023125072",
        "Bees are people too.",
    ),
    person(
        INES,
        "Inês",
        "Duartel",
        Some("ines_workshop"),
        "447700900184",
        "",
    ),
    person(SOMCHAI, "Somchai", "Prasertkul", None, "447700900195", ""),
    person(
        ARJUN,
        "Arjun",
        "Mehtani",
        Some("arjun_m_chai"),
        "447700900106",
        "",
    ),
    person(JIWOO, "Ji-woo", "Hanseul", None, "447700900107", ""),
];

/// Adds everybody to the world.
pub(super) fn introduce(world: &mut World) {
    for person in CAST {
        let contact = [MARTA, JONAS, OLENA, NOOR, KENJI].contains(&person.id);
        let user = world.add_user(person.first, person.username, person.id);
        user.last_name = Some(person.last.to_owned());
        user.contact = contact;
        user.mutual_contact = contact;
        user.phone = contact.then(|| person.phone.to_owned());
        user.premium = person.id == PRIYA;
        describe(world, person.id, person.about);
    }
    if let Some(kenji) = world.users.get_mut(&KENJI) {
        kenji.usernames = Some(blank::usernames(&[
            ("kenji_grinds", true),
            ("kenji_morita_sand", true),
            ("kenji_old_handle", false),
        ]));
    }
    let bot = world.add_user("Brunnen Weather", Some("brunnen_weather_bot"), WEATHER);
    bot.bot = true;
    bot.bot_info_version = Some(3);
    bot.bot_inline_placeholder = Some("Town or bed number…".to_owned());
    bot.verified = true;
    describe(
        world,
        WEATHER,
        "Forecasts for gardens, balconies and washing lines.",
    );
    let me = world.me;
    if let Some(me) = world.users.get_mut(&me) {
        me.username = Some("robin_reads".to_owned());
        me.phone = Some("493023125000".to_owned());
    }
    world.histories.entry(me).or_default();
    let gone: &mut types::User = world.add_user("", None, GONE);
    gone.first_name = None;
    gone.deleted = true;
}

fn describe(world: &mut World, id: i64, about: &str) {
    world.details.entry(id).or_default().about = about.to_owned();
}
