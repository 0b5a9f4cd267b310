//! Many processes, one session, one connection to Telegram: who has the account says a lock, and the others pass
//! their clients on to it, until it goes and one of them takes its place.
//!
//! What is shared is a connection's worth of MCP, line by line; what the lines mean is the server's business.

mod bell;
mod claim;
mod client;
mod hello;
mod holder;
mod host;
mod ledger;
mod lines;
mod place;
mod relay;
mod seat;
mod settings;
mod socket;
mod upstream;

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

pub use self::claim::Claim;
use self::claim::NEVER_MIND;
use self::hello::{Hello, Wish};
pub use self::holder::{Holder, Purpose};
use self::host::Host;
use self::place::NoClaim;
pub use self::place::Place;
use self::relay::Relay;
use self::seat::Seat;
pub use self::settings::Settings;
use crate::error::Error;
use crate::server::{self, OwnClient, Server};

/// How often a claim is tried while somebody may just be looking, and how long in between.
const TRIES: u32 = 5;
const BETWEEN_TRIES: Duration = Duration::from_millis(40);

/// Who has an account.
#[derive(Debug)]
pub enum Standing {
    /// Nobody.
    Free,
    /// A process that serves it, and answers.
    Shared(Status),
    /// A process that does not share it, or does not answer: what it has written down, if that can be read.
    Taken(Option<Holder>),
    /// Who knows: what is where the lock belongs cannot be opened.
    Barred(PathBuf),
}

/// What a process that has the account says of itself.
#[derive(Debug)]
pub struct Status {
    /// Who it is.
    pub holder: Holder,
    /// How many other processes it serves.
    pub relays: usize,
    /// Whether it is connected to Telegram.
    pub is_connected: bool,
    /// Whether Telegram has refused the session when it was last asked something.
    pub is_refused: bool,
}

/// Takes the account for a command, which keeps it for as long as the claim lives. `None` where that cannot be
/// written down: then nobody else can know of it.
pub async fn claim(place: &Place, purpose: Purpose) -> Result<Option<Claim>, Error> {
    for _ in 0..TRIES {
        // Who does not share need not agree with anybody.
        match place.try_claim(purpose, &Settings::default()) {
            Ok(claim) => return Ok(Some(claim)),
            Err(NoClaim::Held) => tokio::time::sleep(BETWEEN_TRIES).await,
            Err(NoClaim::Barred) => return Err(holder::barred(&place.lock_file())),
            Err(NoClaim::NoLocks(error)) => {
                cannot_be_shared(&error);
                return Ok(None);
            }
        }
    }
    let holder = place.holder();
    Err(holder::in_use(holder.as_ref(), holder::END_IT))
}

/// Who has the account.
pub async fn status(place: &Place) -> Standing {
    let hello = Hello::new(Wish::Status, Settings::default(), None);
    if let Some(holder) = place.holder().filter(Holder::listens)
        && let Ok(Ok((_, reply))) = timeout(hello::PATIENCE, hello::say(&holder, &hello)).await
    {
        return Standing::Shared(Status {
            holder: reply.holder,
            relays: reply.relays,
            is_connected: reply.is_connected,
            is_refused: reply.is_refused,
        });
    }
    match place.is_free() {
        true => Standing::Free,
        false if place.is_barred() => Standing::Barred(place.lock_file()),
        false => Standing::Taken(place.holder()),
    }
}

/// Serves the client on the process's own pipes until it leaves or `shutdown` is cancelled: with the account, if it
/// is free; through the process that has it, if that has the same settings.
pub async fn serve(
    server: Server,
    place: Place,
    settings: Settings,
    shutdown: CancellationToken,
) -> Result<(), Error> {
    match place.try_claim(Purpose::Serve, &settings) {
        Ok(claim) => serve_directly(server, claim, shutdown).await,
        Err(NoClaim::Held | NoClaim::Barred) => {
            let seat = Seat::new(place, settings, &server);
            Relay::new(server).run(seat, shutdown).await
        }
        Err(NoClaim::NoLocks(error)) => {
            cannot_be_shared(&error);
            server::serve_stdio(server, nobody_else(), shutdown).await
        }
    }
}

/// An account that was found while a client was served already.
pub struct Account {
    /// Answers from it.
    pub server: Server,
    /// Where its processes meet, and what they have to agree on; nowhere without a state directory.
    pub meeting: Option<(Place, Settings)>,
}

/// Looks for an account.
pub type Find = Box<dyn FnMut() -> BoxFuture<'static, Option<Account>> + Send>;

/// Serves the client on the process's own pipes until it leaves or `shutdown` is cancelled: with `server`, which has
/// no account, until a call comes and `find` finds one. From then on all is as if it had been there from the start.
pub async fn serve_without_account(
    server: Server,
    find: Find,
    shutdown: CancellationToken,
) -> Result<(), Error> {
    Relay::new(server).run_without_account(find, shutdown).await
}

/// The first process talks to its client itself; the others come through the host.
async fn serve_directly(
    server: Server,
    claim: Claim,
    shutdown: CancellationToken,
) -> Result<(), Error> {
    let claim = Arc::new(claim);
    let host = Host::start(&claim, server.clone());
    // What is left of the conversation must not keep the account.
    let claimed = Arc::downgrade(&claim);
    let client = OwnClient {
        greeted: Box::new(move |client| {
            if let Some(claim) = claimed.upgrade() {
                claim.is_for(client);
            }
        }),
        farewell: host.close(),
    };
    let outcome = server::serve_stdio(server.clone(), client, shutdown).await;
    server.disconnect().await;
    drop(claim);
    outcome
}

/// A client of whom nobody has to know.
pub fn nobody_else() -> OwnClient<impl Future<Output = ()>> {
    OwnClient {
        greeted: Box::new(|_| ()),
        farewell: std::future::ready(()),
    }
}

fn cannot_be_shared(error: &io::Error) {
    tracing::warn!(
        "the state directory cannot be written ({}): {NEVER_MIND}",
        error.kind()
    );
}
