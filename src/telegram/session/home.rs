//! The session that grammers runs on: home data center and key come from the string and never change.
//!
//! grammers makes a new key by itself when Telegram no longer knows the old one, and would store it
//! over the login. Here that is refused, and remembered, so that it can be told as what it is.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr, SocketAddrV4, SocketAddrV6};
use std::sync::atomic::{AtomicBool, Ordering};

use grammers_session::storages::MemorySession;
use grammers_session::types::{DcOption, PeerId, PeerInfo, UpdateState, UpdatesState};
use grammers_session::{BoxFuture, Session, SessionData};

use super::SessionString;

/// A session in memory, bound to the login of its string.
///
/// Other data centers are known from what Telegram lists when the connection begins, and from nothing
/// else: a session of a simulator must not lead to Telegram's own servers.
pub struct HomeSession {
    home: SessionString,
    others: MemorySession,
    key_refused: AtomicBool,
}

/// Why the session was not changed or not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HomeSessionError {
    /// Telegram does not know the key any more, and grammers made another.
    #[error(
        "Telegram no longer accepts the key of this session, and a new one would not be logged in"
    )]
    KeyRefused,
    /// The account would have moved, which only happens while logging in.
    #[error("the home data center of a session does not change outside login")]
    HomeRefused,
    /// A thread panicked while it held the lock.
    #[error("the session in memory cannot be read any more")]
    Poisoned,
}

impl HomeSession {
    /// The session of this string; nothing but its home data center is known yet.
    pub fn new(home: &SessionString) -> Self {
        Self {
            home: home.clone(),
            others: MemorySession::from(SessionData {
                home_dc: home.dc_id().into(),
                dc_options: Default::default(),
                peer_infos: Default::default(),
                updates_state: UpdatesState::default(),
            }),
            key_refused: AtomicBool::new(false),
        }
    }

    /// Whether the connection has to use IPv6, since the string has no other address.
    pub fn uses_ipv6(&self) -> bool {
        self.home.address().is_ipv6()
    }

    /// Whether somebody tried to replace the home key, which means that the login is gone.
    pub fn key_refused(&self) -> bool {
        self.key_refused.load(Ordering::Relaxed)
    }

    fn home_dc(&self) -> i32 {
        self.home.dc_id().into()
    }

    /// The string's own address; where there is no IPv4 one, its place is taken by one that leads nowhere.
    fn home_option(&self) -> DcOption {
        let (ipv4, ipv6) = match self.home.address() {
            SocketAddr::V4(ipv4) => {
                let mapped = ipv4.ip().to_ipv6_mapped();
                (ipv4, SocketAddrV6::new(mapped, ipv4.port(), 0, 0))
            }
            SocketAddr::V6(ipv6) => (SocketAddrV4::new(Ipv4Addr::UNSPECIFIED, 0), ipv6),
        };
        DcOption {
            id: self.home_dc(),
            ipv4,
            ipv6,
            auth_key: Some(*self.home.auth_key()),
        }
    }
}

impl fmt::Debug for HomeSession {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HomeSession")
            .field("home", &self.home)
            .field("key_refused", &self.key_refused())
            .finish_non_exhaustive()
    }
}

impl Session for HomeSession {
    type Error = HomeSessionError;

    fn home_dc_id(&self) -> Result<i32, HomeSessionError> {
        Ok(self.home_dc())
    }

    fn set_home_dc_id(&self, dc_id: i32) -> BoxFuture<'_, Result<(), HomeSessionError>> {
        let is_home = dc_id == self.home_dc();
        Box::pin(async move { is_home.then_some(()).ok_or(HomeSessionError::HomeRefused) })
    }

    fn dc_option(&self, dc_id: i32) -> Result<Option<DcOption>, HomeSessionError> {
        if dc_id == self.home_dc() {
            return Ok(Some(self.home_option()));
        }
        self.others.dc_option(dc_id).map_err(poisoned)
    }

    fn set_dc_option(&self, dc_option: &DcOption) -> BoxFuture<'_, Result<(), HomeSessionError>> {
        if dc_option.id != self.home_dc() {
            let stored = self.others.set_dc_option(dc_option);
            return Box::pin(async move { stored.await.map_err(poisoned) });
        }
        let is_known = dc_option.auth_key.as_ref() == Some(self.home.auth_key());
        if !is_known {
            self.key_refused.store(true, Ordering::Relaxed);
        }
        Box::pin(async move { is_known.then_some(()).ok_or(HomeSessionError::KeyRefused) })
    }

    fn peer(&self, peer: PeerId) -> BoxFuture<'_, Result<Option<PeerInfo>, HomeSessionError>> {
        Box::pin(async move { self.others.peer(peer).await.map_err(poisoned) })
    }

    fn cache_peer(&self, peer: PeerInfo) -> BoxFuture<'_, Result<(), HomeSessionError>> {
        Box::pin(async move { self.others.cache_peer(peer).await.map_err(poisoned) })
    }

    fn updates_state(&self) -> BoxFuture<'_, Result<UpdatesState, HomeSessionError>> {
        Box::pin(async move { self.others.updates_state().await.map_err(poisoned) })
    }

    fn set_update_state(&self, update: UpdateState) -> BoxFuture<'_, Result<(), HomeSessionError>> {
        Box::pin(async move { self.others.set_update_state(update).await.map_err(poisoned) })
    }
}

/// The one way in which a session in memory fails.
fn poisoned<E>(_: E) -> HomeSessionError {
    HomeSessionError::Poisoned
}
