//! When Telegram says FLOOD_WAIT: a bucket of tokens for each TL method. Pure, with the time as an argument;
//! it knows no requests and no clock, so that what a client does to its limits can be tried in no time.

use std::collections::BTreeMap;
use std::fmt;
use std::time::Duration;

/// The limits in force, and how far each method has used its own up.
#[derive(Debug, Clone, Default)]
pub struct FloodModel {
    /// The limits by TL method, for example `messages.getHistory`.
    pub buckets: BTreeMap<String, Bucket>,
    /// The limit of each method that has none of its own; `None` for no limit.
    pub default: Option<Bucket>,
    meters: BTreeMap<String, Meter>,
}

/// The limit of one method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bucket {
    /// How many requests in a row are answered after a rest.
    pub capacity: u32,
    /// How long it takes until one request more is free.
    pub every: Duration,
    /// The first wait; a wait is never told shorter than until a request is free.
    pub first_wait: Duration,
    /// What each wait is multiplied by to give the next one.
    pub growth: u32,
    /// No wait is longer.
    pub longest_wait: Duration,
    /// How long after the end of a wait the next one is a first one again.
    pub forgets_after: Duration,
    /// What a request during a wait adds to it.
    pub punishment: Duration,
}

/// How many times as much a takeout session may ask.
const GENTLER: u32 = 4;

/// What was asked of one method.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Requests, refused ones among them.
    pub asked: u64,
    /// Requests that were told to wait.
    pub flooded: u64,
}

/// How far one method is.
#[derive(Debug, Clone, Copy, Default)]
struct Meter {
    tally: Tally,
    /// When the bucket is full again, if nothing more is asked.
    full_at: Duration,
    /// When the last wait ends.
    waits_until: Duration,
    /// Waits that are not forgotten.
    strikes: u32,
}

impl Bucket {
    /// A bucket of `capacity` that gains a request each `every`, with waits of half a minute that double up
    /// to a day, are forgotten after ten quiet minutes, and grow by five seconds when they are not kept.
    pub const fn new(capacity: u32, every: Duration) -> Self {
        Self {
            capacity,
            every,
            first_wait: Duration::from_secs(30),
            growth: 2,
            longest_wait: Duration::from_secs(86_400),
            forgets_after: Duration::from_secs(600),
            punishment: Duration::from_secs(5),
        }
    }

    const fn waits(self, first_seconds: u64, growth: u32, longest_seconds: u64) -> Self {
        Self {
            first_wait: Duration::from_secs(first_seconds),
            growth,
            longest_wait: Duration::from_secs(longest_seconds),
            ..self
        }
    }

    /// The same limit within a takeout session, which Telegram calls gentler and says nothing more of.
    pub fn in_takeout(self) -> Self {
        Self {
            capacity: self.capacity.saturating_mul(GENTLER),
            every: self.every / GENTLER,
            ..self
        }
    }

    /// How long this wait is; always whole seconds.
    fn wait(&self, strikes: u32, until_free: Duration) -> Duration {
        self.first_wait
            .saturating_mul(self.growth.saturating_pow(strikes))
            .max(until_free)
            .min(self.longest_wait)
    }
}

impl fmt::Display for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} at once, then one in {} s; waits of {} s to {} s",
            self.capacity,
            self.every.as_secs_f64(),
            self.first_wait.as_secs_f64(),
            self.longest_wait.as_secs_f64()
        )
    }
}

/// The methods that read pages of messages share their figures, which were measured on `getHistory`.
const fn figures(pages: Bucket, by_id: Bucket, search: Bucket) -> [(&'static str, Bucket); 8] {
    // 160 requests in seconds have brought waits of 15 to 18 hours, sweeps of dialogs one of 14.8 hours.
    let resolve = Bucket::new(20, Duration::from_secs(60)).waits(300, 4, 18 * 3600);
    let dialogs = Bucket::new(10, Duration::from_secs(20)).waits(60, 4, 15 * 3600);
    [
        ("messages.getHistory", pages),
        ("messages.getReplies", pages),
        ("messages.getSavedHistory", pages),
        ("messages.search", search),
        ("messages.getMessages", by_id),
        ("channels.getMessages", by_id),
        ("messages.getDialogs", dialogs),
        ("contacts.resolveUsername", resolve),
    ]
}

const USUAL: [(&str, Bucket); 8] = figures(
    Bucket::new(30, Duration::from_secs(1)).waits(15, 2, 3600),
    Bucket::new(8, Duration::from_secs(8)).waits(30, 2, 3600),
    Bucket::new(15, Duration::from_secs(2)).waits(20, 2, 3600),
);

const STRICT: [(&str, Bucket); 8] = figures(
    Bucket::new(10, Duration::from_secs(3)).waits(25, 2, 7200),
    Bucket::new(4, Duration::from_secs(8)).waits(30, 2, 7200),
    Bucket::new(5, Duration::from_secs(6)).waits(30, 2, 7200),
);

impl FloodModel {
    /// The limits that have a name, with their figures.
    pub const PRESETS: &[(&str, &[(&str, Bucket)])] = &[("usual", &USUAL), ("strict", &STRICT)];

    /// These limits and none for other methods.
    pub fn of<'a>(buckets: impl IntoIterator<Item = &'a (&'a str, Bucket)>) -> Self {
        let buckets = buckets.into_iter();
        Self {
            buckets: buckets
                .map(|(method, bucket)| ((*method).to_owned(), *bucket))
                .collect(),
            ..Self::default()
        }
    }

    /// What the calmer measurements of the community say, Telegram itself saying nothing: a page of history
    /// each second, 30 at once after a rest, and waits of tens of seconds; minutes and hours for names.
    pub fn usual() -> Self {
        Self::of(&USUAL)
    }

    /// What the more cautious measurements of the community say: ten pages of history in 30 seconds.
    pub fn strict() -> Self {
        Self::of(&STRICT)
    }

    /// The limits of this name, one of [`Self::PRESETS`].
    pub fn preset(name: &str) -> Option<Self> {
        let (_, buckets) = Self::PRESETS.iter().find(|(known, _)| *known == name)?;
        Some(Self::of(*buckets))
    }

    /// Asks for one request of this method, `now` after the beginning; `Err` is the wait that is told, in
    /// whole seconds. A request during a wait is refused and lengthens it.
    pub fn ask(&mut self, method: &str, now: Duration) -> Result<(), Duration> {
        let bucket = self.bucket(method);
        self.ask_of(bucket, method, now)
    }

    /// The same within a takeout session.
    pub fn ask_in_takeout(&mut self, method: &str, now: Duration) -> Result<(), Duration> {
        let bucket = self.bucket(method).map(Bucket::in_takeout);
        self.ask_of(bucket, method, now)
    }

    fn bucket(&self, method: &str) -> Option<Bucket> {
        self.buckets.get(method).or(self.default.as_ref()).copied()
    }

    fn ask_of(
        &mut self,
        bucket: Option<Bucket>,
        method: &str,
        now: Duration,
    ) -> Result<(), Duration> {
        let meter = self.meters.entry(method.to_owned()).or_default();
        meter.tally.asked += 1;
        let Some(bucket) = bucket else {
            return Ok(());
        };
        let answer = meter.ask(&bucket, now);
        meter.tally.flooded += u64::from(answer.is_err());
        answer
    }

    /// What was asked of this method so far.
    pub fn tally(&self, method: &str) -> Tally {
        self.meters
            .get(method)
            .map_or_else(Tally::default, |meter| meter.tally)
    }

    /// What was asked of every method that was asked for.
    pub fn tallies(&self) -> impl Iterator<Item = (&str, Tally)> {
        self.meters
            .iter()
            .map(|(method, meter)| (method.as_str(), meter.tally))
    }
}

impl Meter {
    fn ask(&mut self, bucket: &Bucket, now: Duration) -> Result<(), Duration> {
        if now < self.waits_until {
            let longest = now.saturating_add(bucket.longest_wait);
            let longer = self.waits_until.saturating_add(bucket.punishment);
            self.waits_until = longer.min(longest);
            return Err(whole_seconds(self.waits_until.saturating_sub(now)));
        }
        let full_at = self.full_at.max(now).saturating_add(bucket.every);
        let reach = now.saturating_add(bucket.every.saturating_mul(bucket.capacity));
        if full_at <= reach {
            self.full_at = full_at;
            return Ok(());
        }
        if now.saturating_sub(self.waits_until) >= bucket.forgets_after {
            self.strikes = 0;
        }
        let wait = whole_seconds(bucket.wait(self.strikes, full_at.saturating_sub(reach)));
        self.strikes = self.strikes.saturating_add(1);
        self.waits_until = now.saturating_add(wait);
        Err(wait)
    }
}

/// Rounded up, as Telegram tells waits.
fn whole_seconds(wait: Duration) -> Duration {
    let part = u64::from(wait.subsec_nanos() > 0);
    Duration::from_secs(wait.as_secs().saturating_add(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HISTORY: &str = "messages.getHistory";

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    /// Three at once, one more each two seconds, waits of 10, 20, 40, 50 and 50 seconds.
    fn small() -> FloodModel {
        let bucket = Bucket {
            forgets_after: seconds(100),
            punishment: seconds(7),
            ..Bucket::new(3, seconds(2)).waits(10, 2, 50)
        };
        FloodModel::of(&[(HISTORY, bucket)])
    }

    /// Asks until told to wait: the answers before that, and the wait.
    fn drain(model: &mut FloodModel, now: Duration) -> (usize, Duration) {
        (0..)
            .find_map(|count| model.ask(HISTORY, now).err().map(|wait| (count, wait)))
            .unwrap()
    }

    #[test]
    fn a_full_bucket_is_used_up_and_then_the_wait_is_told() {
        let mut model = small();
        assert_eq!(drain(&mut model, seconds(0)), (3, seconds(10)));
        let expected = Tally {
            asked: 4,
            flooded: 1,
        };
        assert_eq!(model.tally(HISTORY), expected);
    }

    #[test]
    fn a_method_without_a_limit_is_counted_and_never_refused() {
        let mut model = small();
        for _ in 0..1000 {
            assert_eq!(model.ask("help.getConfig", seconds(0)), Ok(()));
        }
        assert_eq!(model.tally("help.getConfig").asked, 1000);
        assert_eq!(model.tally("users.getUsers"), Tally::default());
    }

    #[test]
    fn the_default_gives_each_other_method_a_bucket_of_its_own() {
        let mut model = small();
        model.default = Some(Bucket::new(1, seconds(1)));
        for method in ["help.getConfig", "users.getUsers"] {
            assert_eq!(model.ask(method, seconds(0)), Ok(()));
            assert!(model.ask(method, seconds(0)).is_err());
        }
    }

    #[test]
    fn a_client_that_keeps_to_the_rate_is_never_refused() {
        for (_, buckets) in FloodModel::PRESETS {
            for (method, bucket) in *buckets {
                let mut model = FloodModel::of(*buckets);
                for number in 0..1000 {
                    let now = bucket.every * number;
                    assert_eq!(model.ask(method, now), Ok(()), "{method} {number}");
                }
            }
        }
    }

    #[test]
    fn a_client_that_keeps_the_wait_is_answered_after_it() {
        for (_, buckets) in FloodModel::PRESETS {
            for (method, _) in *buckets {
                let mut model = FloodModel::of(*buckets);
                let mut now = seconds(0);
                for _ in 0..100 {
                    while model.ask(method, now).is_ok() {}
                    let told = model.ask(method, now).unwrap_err();
                    now += told;
                    assert_eq!(model.ask(method, now), Ok(()), "{method} after {told:?}");
                }
            }
        }
    }

    #[test]
    fn a_takeout_session_may_ask_more() {
        let mut model = small();
        for _ in 0..12 {
            assert_eq!(model.ask_in_takeout(HISTORY, seconds(0)), Ok(()));
        }
        assert_eq!(model.ask_in_takeout(HISTORY, seconds(0)), Err(seconds(10)));
    }

    #[test]
    fn waits_grow_up_to_the_longest() {
        let mut model = small();
        let mut now = seconds(0);
        for expected in [10, 20, 40, 50, 50] {
            let (_, wait) = drain(&mut model, now);
            assert_eq!(wait, seconds(expected));
            now += wait;
        }
    }

    #[test]
    fn strikes_are_forgotten_after_a_quiet_time() {
        let mut model = small();
        let (_, wait) = drain(&mut model, seconds(0));
        let soon = wait + seconds(99);
        assert_eq!(drain(&mut model, soon), (3, seconds(20)));
        let late = soon + seconds(20) + seconds(100);
        assert_eq!(drain(&mut model, late), (3, seconds(10)));
    }

    #[test]
    fn asking_during_a_wait_lengthens_it_up_to_the_longest() {
        let mut model = small();
        drain(&mut model, seconds(0));
        assert_eq!(model.ask(HISTORY, seconds(4)), Err(seconds(13)));
        assert_eq!(model.ask(HISTORY, seconds(4)), Err(seconds(20)));
        assert_eq!(model.ask(HISTORY, seconds(23)), Err(seconds(8)));
        for _ in 0..20 {
            assert!(model.ask(HISTORY, seconds(23)).unwrap_err() <= seconds(50));
        }
        assert_eq!(model.ask(HISTORY, seconds(73)), Ok(()));
    }

    #[test]
    fn the_bucket_refills_during_a_wait() {
        let mut model = small();
        drain(&mut model, seconds(0));
        assert_eq!(drain(&mut model, seconds(10)).0, 3);
    }

    #[test]
    fn waits_are_told_in_whole_seconds_that_suffice() {
        let mut model = small();
        let begin = Duration::from_millis(300);
        drain(&mut model, begin);
        let now = Duration::from_millis(4_800);
        let told = model.ask(HISTORY, now).unwrap_err();
        assert_eq!(told, seconds(13));
        assert_eq!(model.ask(HISTORY, now + told), Ok(()));
    }

    #[test]
    fn a_wait_is_not_shorter_than_until_a_request_is_free() {
        let mut model = FloodModel::of(&[(HISTORY, Bucket::new(1, seconds(90)))]);
        assert_eq!(drain(&mut model, seconds(0)), (1, seconds(90)));
    }

    #[test]
    fn presets_are_found_by_their_names() {
        assert_eq!(
            FloodModel::preset("usual").unwrap().buckets,
            FloodModel::usual().buckets
        );
        assert_eq!(
            FloodModel::preset("strict").unwrap().buckets,
            FloodModel::strict().buckets
        );
        assert!(FloodModel::preset("lenient").is_none());
        let pages = FloodModel::strict().buckets[HISTORY];
        assert_eq!((pages.capacity, pages.every * 10), (10, seconds(30)));
    }
}
