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
mod keys;
pub mod knobs;
pub mod live;
pub mod login;
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
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};

use tokio::net::TcpListener;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::sim::keys::Keys;
use crate::sim::login::{DataCentre, Desk, Entrance, Standing};
use crate::sim::mtproto::Shared;
pub use crate::sim::rpc::methods;
use crate::sim::turns::Turns;
use crate::sim::wire::key_id;
pub use crate::sim::world::World;

/// The data centre the embedded Telegram says it is, where it has only one.
pub const DC_ID: u8 = 2;

/// A running embedded Telegram; dropping it stops it.
pub struct Sim {
    shared: Arc<Shared>,
    home: DataCentre,
    seed: u64,
    /// How many keys were made, the account's own among them.
    keys_made: AtomicU64,
}

/// A data centre, and where its connections come in.
type Listener = (u8, TcpListener);

impl Sim {
    /// Listens on a free port of 127.0.0.1.
    pub async fn start(world: World) -> io::Result<Self> {
        Self::start_on(world, SocketAddr::from(([127, 0, 0, 1], 0))).await
    }

    /// Listens on free ports of 127.0.0.1, one for each data centre of this desk, where the account of the world can
    /// be logged in to with keys of [`Sim::entrances`].
    pub async fn start_with_login(mut world: World, desk: Desk) -> io::Result<Self> {
        world.desk = desk;
        Self::start(world).await
    }

    /// Listens on `address`, which must be a loopback address. Further data centres have the ports after it, or free
    /// ones if it names none.
    pub async fn start_on(world: World, address: SocketAddr) -> io::Result<Self> {
        let (sim, listeners) = Self::listen(world, address).await?;
        serve(&sim.shared, listeners);
        Ok(sim)
    }

    /// Listens on a free port of 127.0.0.1 at once, and answers when the generated world is written and
    /// adjusted: clients that connect before that wait for it.
    pub async fn start_generated(
        seed: u64,
        adjust: impl FnOnce(&mut World) + Send + 'static,
    ) -> io::Result<Self> {
        let anywhere = SocketAddr::from(([127, 0, 0, 1], 0));
        let (sim, listeners) = Self::listen(World::empty(seed), anywhere).await?;
        let shared = Arc::clone(&sim.shared);
        tokio::spawn(async move {
            let written = tokio::task::spawn_blocking(move || World::generated(seed));
            if let Ok(mut world) = written.await {
                adjust(&mut world);
                log_own_device_in(&mut world);
                *shared.world() = world;
                serve(&shared, listeners);
            }
        });
        Ok(sim)
    }

    async fn listen(mut world: World, address: SocketAddr) -> io::Result<(Self, Vec<Listener>)> {
        if !address.ip().is_loopback() {
            return Err(io::Error::new(
                io::ErrorKind::InvalidInput,
                "the embedded Telegram listens on loopback addresses only",
            ));
        }
        let listeners = bind(&world.desk.data_centres, address).await?;
        let data_centres = listening(&listeners)?;
        let home = data_centres
            .iter()
            .find(|data_centre| data_centre.id == world.desk.home_dc)
            .copied()
            .ok_or_else(|| {
                let text = "the account lives in a data centre that does not listen";
                io::Error::new(io::ErrorKind::InvalidInput, text)
            })?;
        let keys = Keys::default();
        keys.add(home.id, world.auth_key());
        log_own_device_in(&mut world);
        let seed = world.seed;
        let shared = Arc::new(Shared {
            keys,
            world: Mutex::new(world),
            sessions: Mutex::new(HashSet::new()),
            data_centres,
            began: Instant::now(),
            stop: CancellationToken::new(),
            turns: Turns::default(),
        });
        let sim = Self {
            shared,
            home,
            seed,
            keys_made: AtomicU64::new(1),
        };
        Ok((sim, listeners))
    }

    /// Where the data centre of its account listens.
    pub fn address(&self) -> SocketAddr {
        self.home.address
    }

    /// The data centre of its account, when it began to listen.
    pub fn dc_id(&self) -> u8 {
        self.home.id
    }

    /// The data centres that listen.
    pub fn data_centres(&self) -> &[DataCentre] {
        &self.shared.data_centres
    }

    /// An auth key that is logged in to its account, as another device of it.
    pub fn auth_key(&self) -> [u8; 256] {
        keys::drawn(self.seed, keys::OWN_DEVICE)
    }

    /// A new key for each data centre, with which nobody has logged in: others each time. The same worlds give the
    /// same keys in the same order.
    pub fn entrances(&self) -> Vec<Entrance> {
        let made = |data_centre: &DataCentre| {
            let stream = self.keys_made.fetch_add(1, Ordering::Relaxed);
            let auth_key = keys::drawn(self.seed, stream);
            self.shared.keys.add(data_centre.id, auth_key);
            Entrance {
                dc_id: data_centre.id,
                address: data_centre.address,
                auth_key,
            }
        };
        self.data_centres().iter().map(made).collect()
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

/// One listener for each data centre, the first one at this address.
async fn bind(data_centres: &[u8], address: SocketAddr) -> io::Result<Vec<Listener>> {
    let mut listeners = Vec::new();
    let mut next = address;
    for dc_id in data_centres {
        listeners.push((*dc_id, TcpListener::bind(next).await?));
        if next.port() > 0 {
            next.set_port(next.port().wrapping_add(1));
        }
    }
    Ok(listeners)
}

fn listening(listeners: &[Listener]) -> io::Result<Vec<DataCentre>> {
    let listening = |(id, listener): &Listener| {
        let address = listener.local_addr()?;
        Ok(DataCentre { id: *id, address })
    };
    listeners.iter().map(listening).collect()
}

/// The account has a device that is logged in from the beginning.
fn log_own_device_in(world: &mut World) {
    let key = key_id(&world.auth_key());
    world.logins.set_standing(key, Standing::LoggedIn);
}

fn serve(shared: &Arc<Shared>, listeners: Vec<Listener>) {
    for (dc_id, listener) in listeners {
        tokio::spawn(accept(Arc::clone(shared), dc_id, listener));
    }
}

async fn accept(shared: Arc<Shared>, dc_id: u8, listener: TcpListener) {
    loop {
        tokio::select! {
            () = shared.stop.cancelled() => return,
            accepted = listener.accept() => {
                if let Ok((stream, _)) = accepted {
                    tokio::spawn(mtproto::serve(Arc::clone(&shared), dc_id, stream));
                }
            }
        }
    }
}
