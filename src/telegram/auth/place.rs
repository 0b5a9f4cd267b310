//! Where a login stands: one data centre, one key, one line; and where the others are.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use grammers_crypto::AuthKey;
use grammers_tl_types::{Deserializable as _, Serializable as _, enums, functions, types};
use tokio::time::timeout;

use super::LoginError;
use crate::telegram::connect::greeting;
use crate::telegram::line::exchange::exchange;
use crate::telegram::line::{Learnt, Line, OpenLine, Plan};
use crate::telegram::session::SessionString;
use crate::telegram::weight;

/// Where a login begins: Telegram sends on whoever lives elsewhere.
const FIRST_DC: u32 = 2;
/// The port of Telegram's data centres.
const PORT: u16 = 443;
/// Telegram's data centres, for when Telegram has not told of them itself.
const DATA_CENTRES: [(u32, [u8; 4]); 5] = [
    (1, [149, 154, 175, 53]),
    (2, [149, 154, 167, 51]),
    (3, [149, 154, 175, 100]),
    (4, [149, 154, 167, 91]),
    (5, [91, 108, 56, 130]),
];
/// How long Telegram may take to tell of its data centres.
const PATIENCE: Duration = Duration::from_secs(5);

/// What a login begins with.
pub struct Start(Vec<SessionString>);

impl Start {
    /// Telegram: a key is made with each data centre that the login comes to.
    pub fn telegram() -> Self {
        Self(Vec::new())
    }

    /// Keys that are known but not logged in, one for each data centre, beginning with the first; no key is made.
    ///
    /// Only for a Telegram on this computer: whoever gives you a key has it, too.
    pub fn known(strings: Vec<SessionString>) -> Result<Self, LoginError> {
        let is_here = |string: &SessionString| string.address().ip().is_loopback();
        match strings.as_slice() {
            [_, ..] if strings.iter().all(is_here) => Ok(Self(strings)),
            _ => Err(LoginError::Refused(
                "a login begins with known keys only where all their addresses are loopback ones, such as 127.0.0.1",
            )),
        }
    }
}

/// Where data centres are, and how to come to a key there.
pub(super) struct Map(Start);

impl Map {
    pub(super) fn new(start: Start) -> Self {
        Self(start)
    }

    fn known(&self) -> &[SessionString] {
        let Start(known) = &self.0;
        known
    }

    /// Whether a login begins with keys that are known.
    pub(super) fn is_known(&self) -> bool {
        !self.known().is_empty()
    }

    /// The data centre to begin with.
    pub(super) fn first(&self) -> u32 {
        let first = self.known().first();
        first.map_or(FIRST_DC, |string| string.dc_id().into())
    }

    /// Stands in a data centre; `from` knows where it is.
    pub(super) async fn open(
        &self,
        dc_id: u32,
        api_id: i32,
        from: Option<&mut Place>,
    ) -> Result<Place, LoginError> {
        let elsewhere = LoginError::NoWay { dc_id };
        if self.is_known() {
            let mut known = self.known().iter();
            let string = known.find(|string| u32::from(string.dc_id()) == dc_id);
            let string = string.ok_or(elsewhere)?;
            return Ok(Place::new(string.clone(), Arc::default(), api_id));
        }
        let told = match from {
            Some(place) => place.address_of(dc_id).await,
            None => None,
        };
        let address = told.or_else(|| built_in(dc_id)).ok_or(elsewhere.clone())?;
        let made = exchange(address).await;
        let made = made.map_err(|error| LoginError::of_exchange(&error))?;
        let dc_id = u8::try_from(dc_id).map_err(|_| elsewhere.clone())?;
        let session = SessionString::new(dc_id, address, &made.key).map_err(|_| elsewhere)?;
        Ok(Place::new(session, made.learnt, api_id))
    }
}

fn built_in(dc_id: u32) -> Option<SocketAddr> {
    let (_, ip) = DATA_CENTRES.iter().find(|(id, _)| *id == dc_id)?;
    Some((*ip, PORT).into())
}

/// Where Telegram says that one of its data centres is, for somebody who comes without a detour.
fn listed(config: &types::Config, dc_id: u32) -> Option<SocketAddr> {
    config.dc_options.iter().find_map(|option| {
        let enums::DcOption::Option(option) = option;
        let is_it = u32::try_from(option.id) == Ok(dc_id);
        let is_special = option.ipv6
            || option.media_only
            || option.tcpo_only
            || option.cdn
            || option.secret.is_some();
        let ip = option.ip_address.parse::<IpAddr>().ok()?;
        let port = u16::try_from(option.port).ok().filter(|port| *port > 0)?;
        (is_it && !is_special && ip.is_ipv4()).then_some((ip, port).into())
    })
}

/// A data centre where a key is known, and the line to it.
pub(super) struct Place {
    session: SessionString,
    learnt: Arc<Learnt>,
    greeting: Vec<u8>,
    line: Option<OpenLine>,
}

impl Place {
    fn new(session: SessionString, learnt: Arc<Learnt>, api_id: i32) -> Self {
        Self {
            session,
            learnt,
            greeting: greeting(api_id),
            line: None,
        }
    }

    /// Data centre, address and key.
    pub(super) fn session(&self) -> &SessionString {
        &self.session
    }

    /// How far Telegram's clock is ahead of this computer's, in seconds.
    pub(super) fn clock_offset(&self) -> i64 {
        self.learnt.clock_offset()
    }

    /// The line; a new one when the last has ended.
    pub(super) fn line(&mut self) -> Line {
        match self.open_line() {
            Some(line) => line,
            None => {
                let plan = Plan {
                    address: self.session.address(),
                    key: AuthKey::from_bytes(*self.session.auth_key()),
                    greeting: self.greeting.clone(),
                    learnt: Arc::clone(&self.learnt),
                };
                self.line.insert(OpenLine::open(plan)).line()
            }
        }
    }

    /// The line, unless it has ended.
    pub(super) fn open_line(&self) -> Option<Line> {
        let open = self.line.as_ref().filter(|open| open.is_open());
        open.map(OpenLine::line)
    }

    /// Closes the line; the next one is new.
    pub(super) fn hang_up(&mut self) {
        self.line.take();
    }

    /// Where Telegram says that another data centre is.
    async fn address_of(&mut self, dc_id: u32) -> Option<SocketAddr> {
        let request = functions::help::GetConfig {}.to_bytes();
        let answer = timeout(PATIENCE, self.line().send(request)).await.ok()?;
        let answer = answer.ok().filter(|answer| weight::is_bearable(answer))?;
        let enums::Config::Config(config) = enums::Config::from_bytes(&answer).ok()?;
        listed(&config, dc_id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::blank;

    fn option(id: i32, ip: &str) -> types::DcOption {
        types::DcOption {
            ipv6: ip.contains(':'),
            media_only: false,
            tcpo_only: false,
            cdn: false,
            r#static: false,
            this_port_only: false,
            id,
            ip_address: ip.to_owned(),
            port: 443,
            secret: None,
        }
    }

    #[test]
    fn telegrams_list_is_read_for_the_address_that_serves_everything() {
        let mut config = blank::config(0);
        let media = types::DcOption {
            media_only: true,
            ..option(4, "192.0.2.1")
        };
        let secret = types::DcOption {
            secret: Some(vec![1]),
            ..option(4, "192.0.2.2")
        };
        let odd = types::DcOption {
            port: 0,
            ..option(4, "192.0.2.3")
        };
        let options = [
            option(4, "2001:db8::1"),
            media,
            secret,
            odd,
            option(4, "no address"),
            option(5, "192.0.2.5"),
            option(4, "192.0.2.4"),
        ];
        config.dc_options = options.into_iter().map(Into::into).collect();
        assert_eq!(listed(&config, 4), "192.0.2.4:443".parse().ok());
        assert_eq!(listed(&config, 3), None);
    }

    #[test]
    fn known_keys_are_taken_for_this_computer_only() {
        let string = |address: &str| SessionString::new(2, address.parse().unwrap(), &[7; 256]);
        let here = string("127.0.0.1:4000").unwrap();
        let there = string("149.154.167.51:443").unwrap();
        assert!(Start::known(vec![here.clone()]).is_ok());
        assert!(Start::known(vec![here, there]).is_err());
        assert!(Start::known(Vec::new()).is_err());
    }
}
