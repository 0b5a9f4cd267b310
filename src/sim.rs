//! The embedded Telegram: a real MTProto 2.0 server on loopback over a [`World`], for the demo, the tests
//! and the benchmarks. It listens on loopback only and cannot take part in a key exchange: it shares the
//! auth key with its client instead, which is what a string session is.

pub mod blank;
mod conversations;
mod described;
pub mod faults;
pub mod flood;
mod generate;
pub mod history;
pub mod import;
pub mod knobs;
pub mod live;
mod mentions;
mod mtproto;
mod rpc;
pub mod search;
pub mod standing;
mod stored;
pub mod takeouts;
mod threads;
mod turns;
mod wire;
pub mod world;

use std::collections::HashSet;
use std::io;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard};

use tokio::net::TcpListener;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::sim::mtproto::Shared;
pub use crate::sim::rpc::methods;
use crate::sim::turns::Turns;
use crate::sim::wire::ServerKey;
pub use crate::sim::world::World;

/// The data centre the embedded Telegram says it is.
pub const DC_ID: u8 = 2;

/// A running embedded Telegram; dropping it stops it.
pub struct Sim {
    shared: Arc<Shared>,
    auth_key: [u8; 256],
}

impl Sim {
    /// Listens on a free port of 127.0.0.1.
    pub async fn start(world: World) -> io::Result<Self> {
        Self::start_on(world, SocketAddr::from(([127, 0, 0, 1], 0))).await
    }

    /// Listens on `address`, which must be a loopback address.
    pub async fn start_on(world: World, address: SocketAddr) -> io::Result<Self> {
        let (sim, listener) = Self::listen(world, address).await?;
        tokio::spawn(accept(Arc::clone(&sim.shared), listener));
        Ok(sim)
    }

    /// Listens on a free port of 127.0.0.1 at once, and answers when the generated world is written and
    /// adjusted: clients that connect before that wait for it.
    pub async fn start_generated(
        seed: u64,
        adjust: impl FnOnce(&mut World) + Send + 'static,
    ) -> io::Result<Self> {
        let anywhere = SocketAddr::from(([127, 0, 0, 1], 0));
        let (sim, listener) = Self::listen(World::empty(seed), anywhere).await?;
        let shared = Arc::clone(&sim.shared);
        tokio::spawn(async move {
            let written = tokio::task::spawn_blocking(move || World::generated(seed));
            if let Ok(mut world) = written.await {
                adjust(&mut world);
                *shared.world() = world;
                accept(shared, listener).await;
            }
        });
        Ok(sim)
    }

    async fn listen(world: World, address: SocketAddr) -> io::Result<(Self, TcpListener)> {
        if !address.ip().is_loopback() {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "the embedded Telegram listens on loopback addresses only",
            ));
        }
        let listener = TcpListener::bind(address).await?;
        let auth_key = world.auth_key();
        let shared = Arc::new(Shared {
            key: ServerKey::new(auth_key),
            world: Mutex::new(world),
            sessions: Mutex::new(HashSet::new()),
            address: listener.local_addr()?,
            began: Instant::now(),
            stop: CancellationToken::new(),
            turns: Turns::default(),
        });
        Ok((Self { shared, auth_key }, listener))
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.shared.address
    }

    /// The auth key its account uses.
    pub fn auth_key(&self) -> [u8; 256] {
        self.auth_key
    }

    /// How many connections were made to it.
    pub fn connections(&self) -> u64 {
        self.shared.turns.made()
    }

    /// How often a connection said something after a newer one had: its clients did not take turns.
    pub fn overlaps(&self) -> u64 {
        self.shared.turns.overlaps()
    }

    /// The world, to look at or to change while it is served.
    pub fn world(&self) -> MutexGuard<'_, World> {
        self.shared.world()
    }
}

impl Drop for Sim {
    fn drop(&mut self) {
        self.shared.stop.cancel();
    }
}

async fn accept(shared: Arc<Shared>, listener: TcpListener) {
    loop {
        tokio::select! {
            () = shared.stop.cancelled() => return,
            accepted = listener.accept() => {
                if let Ok((stream, _)) = accepted {
                    tokio::spawn(mtproto::serve(Arc::clone(&shared), stream));
                }
            }
        }
    }
}
