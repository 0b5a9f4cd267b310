//! The look for somebody who answers: the lock may be free, or its holder willing.

use std::io;
use std::time::Duration;

use tokio::time::timeout;

use super::claim::Claim;
use super::hello::{self, Greeted, Hello, Options, Verdict, Wish};
use super::holder::{self, Holder, Purpose, barred, in_use};
use super::place::{NoClaim, Place};
use super::settings::Settings;
use crate::error::Error;
use crate::server::Server;

/// Pauses between looks, growing from the first to the last, each up to half as long again.
const FIRST_PAUSE: Duration = Duration::from_millis(10);
const LAST_PAUSE: Duration = Duration::from_millis(400);

/// What a process without the account knows of it.
pub(super) struct Seat {
    place: Place,
    settings: Settings,
    options: Options,
}

/// What a look shows.
pub(super) enum Look {
    /// The account was free, and is ours.
    Ours(Claim),
    /// Its holder serves us.
    Shared(Greeted, Holder),
    /// Its holder does not, and will not for now.
    Refused(Error),
    /// Somebody is just coming or going.
    Unclear(Error),
}

impl Seat {
    pub(super) fn new(place: Place, settings: Settings, server: &Server) -> Self {
        Self {
            place,
            settings,
            options: server.options().into(),
        }
    }

    /// Looks once.
    pub(super) async fn look(&self) -> Look {
        match self.place.try_claim(Purpose::Serve, &self.settings) {
            Ok(claim) => return Look::Ours(claim),
            Err(NoClaim::Held) => {}
            Err(NoClaim::Barred) => return Look::Refused(barred(&self.place.lock_file())),
            Err(NoClaim::NoLocks(error)) => {
                tracing::warn!("the state directory cannot be written: {}", error.kind());
                return Look::Unclear(in_use(None, holder::SILENT));
            }
        }
        if let Some(barrier) = self.place.barrier() {
            return Look::Refused(in_use(None, holder::nameless(&barrier)));
        }
        let Some(holder) = self.place.holder() else {
            return Look::Unclear(in_use(None, holder::SILENT));
        };
        if holder.purpose != Purpose::Serve {
            return Look::Refused(in_use(Some(&holder), holder::END_IT));
        }
        if !holder.listens() {
            return Look::Unclear(in_use(Some(&holder), holder::DEAF));
        }
        let hello = Hello::new(Wish::Relay, self.settings.clone(), Some(self.options));
        match timeout(hello::PATIENCE, hello::say(&holder, &hello)).await {
            Err(_) => Look::Refused(in_use(Some(&holder), holder::SILENT)),
            Ok(Err(error)) if error.kind() == io::ErrorKind::TimedOut => {
                Look::Refused(in_use(Some(&holder), holder::SILENT))
            }
            Ok(Err(_)) => Look::Unclear(in_use(Some(&holder), holder::SILENT)),
            Ok(Ok((greeted, reply))) => {
                let holder = reply.holder;
                let why_not = match reply.verdict {
                    Verdict::Welcome => return Look::Shared(greeted, holder),
                    Verdict::OtherSettings => self.settings.conflict(&holder.settings),
                    Verdict::OtherVersion | Verdict::Refused => holder::OTHER_VERSION.to_owned(),
                    Verdict::Full => holder::FULL.to_owned(),
                };
                Look::Refused(in_use(Some(&holder), why_not))
            }
        }
    }
}

/// How long to wait before the next look. Many look at the same time when a holder goes, and should not go on doing so.
pub(super) fn pause(looks: u32) -> Duration {
    let pause = FIRST_PAUSE.saturating_mul(1 << looks.min(10));
    pause
        .min(LAST_PAUSE)
        .mul_f64(1.0 + rand::random::<f64>() / 2.0)
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::net::UnixListener;

    use super::*;
    use crate::server::ServerOptions;

    #[tokio::test(start_paused = true)]
    async fn a_holder_that_says_nothing_is_asked_once() {
        let dir = tempfile::tempdir().unwrap();
        let place = Place::new(dir.path(), "account");
        let settings = Settings::default();
        let claim = place.try_claim(Purpose::Serve, &settings).unwrap();
        let socket = dir.path().join("socket");
        let _silent = UnixListener::bind(&socket).unwrap();
        claim.listens_at(socket);
        let options = Options::from(&ServerOptions::default());
        let seat = Seat {
            place,
            settings,
            options,
        };
        let Look::Refused(error) = seat.look().await else {
            panic!("it does not answer");
        };
        assert!(error.to_string().contains(holder::SILENT), "{error}");
    }
}
