//! What goes wrong, and when: rules that the server asks before it answers a request or takes a connection.
//! What each kind does to the wire is done in `mtproto`.

mod spec;
mod table;

use std::time::Duration;

use rand::{RngExt as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

pub use self::spec::SpecError;
pub use self::table::{CONDITIONS, KINDS, KindRow};

/// The rules in force, asked in order; the first that does not let a request pass decides.
#[derive(Debug, Clone, Default)]
pub struct Faults {
    /// The rules.
    pub rules: Vec<Fault>,
    /// What chances are drawn from: the same seed, rules and requests give the same faults.
    pub seed: u64,
}

/// One rule.
#[derive(Debug, Clone, PartialEq)]
pub struct Fault {
    /// What it is about.
    pub target: Target,
    /// How many fitting requests pass first.
    pub skip: u64,
    /// How many are hit after that; `u64::MAX` for all.
    pub times: u64,
    /// How probable it is that a fitting request is hit: 1 for certainly.
    pub chance: f64,
    /// What happens to them.
    pub kind: FaultKind,
    /// How many were hit.
    pub struck: u64,
    /// How many fitting requests were drawn for, which is where the next chance is drawn from.
    drawn: u64,
}

/// What a rule is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// Every request.
    Any,
    /// Every connection, when it is made.
    Connect,
    /// The requests with this TL method, whatever they are wrapped in.
    Method(String),
}

/// What happens to a request, or to a connection, that a rule hits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FaultKind {
    /// `rpc_error` with this code and message, for example 420 `FLOOD_WAIT_14`.
    Error(i32, String),
    /// These bytes stand in the place of the answer.
    Answer(Vec<u8>),
    /// A constructor that no schema has stands in the place of the answer, as after a change of layers.
    Unknown,
    /// The answer ends after this many bytes of its TL, in a message and a frame that are right.
    Short(usize),
    /// The answer is padded to more than a frame of grammers may hold, 1 MiB and 8 KiB, and is not gzipped.
    Large,
    /// The connection closes before the request is carried out: it is in no log.
    CloseBefore,
    /// The connection closes after the request was carried out, without an answer; a connection, at once.
    Drop,
    /// The connection closes after this many bytes of the answer's frame.
    Cut(usize),
    /// The connection closes right after the whole answer, as when a server is restarted.
    CloseAfter,
    /// The connection is reset instead of closed, without an answer, as by a middlebox or a crashed server.
    Reset,
    /// No answer ever comes; the connection stays, and answers other requests.
    Silent,
    /// From this request on nothing comes and nothing arrives, and the connection stays up: what is left when
    /// the other end or the way to it has gone without a word.
    HalfOpen,
    /// The answer comes twice, in messages with the same id, as when an acknowledgement was lost.
    Twice,
    /// The answer comes later than usual.
    Delay(Duration),
    /// The server changes its salt and refuses the request with `bad_server_salt`, as about every half hour.
    BadSalt,
    /// The server has forgotten the session: `new_session_created` comes again, before the answer.
    NewSession,
    /// The answer comes under the id of another session, which a client must ignore.
    ForeignSession,
    /// The transport's error, for example −404 for an unknown key or −429 for too many connections, in a
    /// frame; then the connection closes.
    Status(i32),
    /// The same as four bytes without a frame around them.
    BareStatus(i32),
    /// This byte of the answer's frame, counted around, has one bit flipped, which the checksum shows.
    Flip(usize),
    /// This byte of the encrypted payload, counted around, has one bit flipped under a checksum that is right,
    /// which the message key shows.
    Forge(usize),
}

impl From<&str> for Target {
    fn from(name: &str) -> Self {
        match name {
            Self::ANY => Self::Any,
            Self::CONNECT => Self::Connect,
            method => Self::Method(method.to_owned()),
        }
    }
}

impl Target {
    /// How every request is named.
    pub const ANY: &str = "any";
    /// How every connection is named.
    pub const CONNECT: &str = "connect";

    /// How it is named.
    pub fn name(&self) -> &str {
        match self {
            Self::Any => Self::ANY,
            Self::Connect => Self::CONNECT,
            Self::Method(method) => method,
        }
    }
}

impl Fault {
    /// Hits every request with this method, or `any`, or every connection with `connect`.
    pub fn always(target: impl Into<Target>, kind: FaultKind) -> Self {
        Self::next(target, u64::MAX, kind)
    }

    /// Hits the next `times` requests with this method, or `any`, or connections with `connect`.
    pub fn next(target: impl Into<Target>, times: u64, kind: FaultKind) -> Self {
        Self {
            target: target.into(),
            skip: 0,
            times,
            chance: 1.0,
            kind,
            struck: 0,
            drawn: 0,
        }
    }

    /// Lets `skip` fitting requests pass first.
    pub fn after(self, skip: u64) -> Self {
        Self { skip, ..self }
    }

    /// Hits so many at most.
    pub fn times(self, times: u64) -> Self {
        Self { times, ..self }
    }

    /// Hits each fitting request with this probability only.
    pub fn with_chance(self, chance: f64) -> Self {
        Self { chance, ..self }
    }

    /// Whether this rule hits the request it is asked for; counts it.
    fn strikes(&mut self, seed: u64) -> bool {
        if self.times == 0 {
            return false;
        }
        if self.skip > 0 {
            self.skip -= 1;
            return false;
        }
        if self.chance < 1.0 && !self.draw(seed) {
            return false;
        }
        if self.times != u64::MAX {
            self.times -= 1;
        }
        self.struck += 1;
        true
    }

    /// Drawn from the number of the request alone, so that what other rules do changes nothing here.
    fn draw(&mut self, seed: u64) -> bool {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(self.drawn);
        self.drawn += 1;
        rng.random::<f64>() < self.chance
    }
}

impl FaultKind {
    /// One of every kind.
    pub fn samples() -> Vec<Self> {
        KINDS.iter().filter_map(KindRow::kind).collect()
    }

    /// One of every kind that can happen to a connection when it is made.
    pub fn connection_samples() -> Vec<Self> {
        let mut kinds = Self::samples();
        kinds.retain(Self::fits_connections);
        kinds
    }

    /// Whether it can happen to a connection when it is made.
    pub fn fits_connections(&self) -> bool {
        matches!(
            self,
            Self::Drop | Self::Reset | Self::Silent | Self::HalfOpen | Self::Delay(_)
        )
    }

    /// Whether the request never gets as far as to be carried out.
    pub(super) fn comes_before(&self) -> bool {
        matches!(
            self,
            Self::CloseBefore | Self::BadSalt | Self::Status(_) | Self::BareStatus(_)
        )
    }
}

impl Faults {
    /// These rules.
    pub fn of(rules: impl IntoIterator<Item = Fault>) -> Self {
        Self {
            rules: rules.into_iter().collect(),
            seed: 0,
        }
    }

    /// What happens to a request with this method, if anything; counts it.
    pub(super) fn strike(&mut self, method: &str) -> Option<FaultKind> {
        self.first(|rule| match &rule.target {
            Target::Any => true,
            Target::Connect => false,
            Target::Method(wanted) => wanted == method,
        })
    }

    /// What happens to a new connection, if anything; counts it.
    pub(super) fn strike_connection(&mut self) -> Option<FaultKind> {
        self.first(|rule| rule.target == Target::Connect && rule.kind.fits_connections())
    }

    fn first(&mut self, fits: impl Fn(&Fault) -> bool) -> Option<FaultKind> {
        let seed = self.seed;
        (0..).zip(&mut self.rules).find_map(|(at, rule)| {
            (fits(rule) && rule.strikes(seed_of(seed, at))).then(|| rule.kind.clone())
        })
    }
}

/// Each rule draws for itself.
fn seed_of(seed: u64, rule: u64) -> u64 {
    seed.rotate_left(32) ^ rule
}

#[cfg(test)]
mod tests {
    use super::*;

    const HISTORY: &str = "messages.getHistory";

    fn struck(faults: &mut Faults, requests: usize) -> Vec<bool> {
        let hits = (0..requests).map(|_| faults.strike(HISTORY).is_some());
        hits.collect()
    }

    #[test]
    fn a_rule_lets_some_pass_and_then_hits_so_many() {
        let mut faults = Faults::of([Fault::next(HISTORY, 2, FaultKind::Drop).after(1)]);
        assert_eq!(faults.strike("help.getConfig"), None);
        assert_eq!(struck(&mut faults, 5), [false, true, true, false, false]);
        assert_eq!(faults.rules[0].struck, 2);
    }

    #[test]
    fn a_rule_that_lets_a_request_pass_leaves_it_to_the_next() {
        let first = Fault::next(HISTORY, 1, FaultKind::Drop).after(1);
        let mut faults = Faults::of([first, Fault::always("any", FaultKind::Silent)]);
        assert_eq!(faults.strike(HISTORY), Some(FaultKind::Silent));
        assert_eq!(faults.strike(HISTORY), Some(FaultKind::Drop));
        assert_eq!(faults.strike(HISTORY), Some(FaultKind::Silent));
    }

    #[test]
    fn chances_are_drawn_from_the_seed_and_from_nothing_else() {
        let rule = Fault::always(HISTORY, FaultKind::Drop).with_chance(0.25);
        let mut faults = Faults::of([rule]);
        let mut again = faults.clone();
        let mut other = Faults {
            seed: 1,
            ..faults.clone()
        };
        let hits = struck(&mut faults, 1000);
        for _ in 0..1000 {
            again.strike("help.getConfig");
        }
        assert_eq!(struck(&mut again, 1000), hits);
        assert_ne!(struck(&mut other, 1000), hits);
        let count = hits.iter().filter(|hit| **hit).count();
        assert!((200..300).contains(&count), "{count}");
        assert_eq!(faults.rules[0].struck, count as u64);
    }

    #[test]
    fn rules_of_one_chance_do_not_hit_the_same_requests() {
        let rule = Fault::always(HISTORY, FaultKind::Drop).with_chance(0.5);
        let mut alone = Faults::of([rule.clone()]);
        let none = Fault::next(HISTORY, 0, FaultKind::Drop);
        let mut second = Faults::of([none, rule]);
        assert_ne!(struck(&mut alone, 100), struck(&mut second, 100));
    }

    #[test]
    fn connections_and_requests_are_told_apart() {
        let mut faults = Faults::of([Fault::always("connect", FaultKind::Reset)]);
        assert_eq!(faults.strike(HISTORY), None);
        assert_eq!(faults.strike_connection(), Some(FaultKind::Reset));
        let mut faults = Faults::of([Fault::always("any", FaultKind::Reset)]);
        assert_eq!(faults.strike_connection(), None);
    }

    #[test]
    fn what_makes_no_sense_for_a_connection_never_happens_to_one() {
        for kind in FaultKind::samples() {
            let fits = FaultKind::connection_samples().contains(&kind);
            let mut faults = Faults::of([Fault::always("connect", kind.clone())]);
            assert_eq!(faults.strike_connection().is_some(), fits, "{kind:?}");
        }
    }
}
