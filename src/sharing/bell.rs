//! How the calls of a client without an account make its process look for one: a login may have come meanwhile.

use std::time::Duration;

use serde::Deserialize;
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

/// How long nobody looks again.
const REST: Duration = Duration::from_secs(2);

/// Rung before a call is passed on.
pub(super) struct Bell {
    rings: Option<mpsc::Sender<Ring>>,
    rung_at: Option<Instant>,
}

/// Somebody waits at the door until this is dropped.
pub(super) type Ring = oneshot::Sender<()>;

/// The other end of a bell.
pub(super) struct Rings(mpsc::Receiver<Ring>);

impl Bell {
    /// A bell, and where it is heard.
    pub(super) fn new() -> (Self, Rings) {
        let (sender, receiver) = mpsc::channel(1);
        let bell = Self {
            rings: Some(sender),
            ..Self::mute()
        };
        (bell, Rings(receiver))
    }

    /// One that nobody hears.
    pub(super) fn mute() -> Self {
        Self {
            rings: None,
            rung_at: None,
        }
    }

    /// Rings where this message needs an account, and waits for whoever hears it; not again soon, and not once
    /// nobody listens any more.
    pub(super) async fn ring_for(&mut self, message: &[u8]) {
        let is_tired = self.rung_at.is_some_and(|at| at.elapsed() < REST);
        let Some(rings) = self.rings.as_ref().filter(|it| !it.is_closed()) else {
            return;
        };
        if is_tired || !needs_account(message) {
            return;
        }
        let (ring, answered) = oneshot::channel();
        if rings.send(ring).await.is_ok() {
            let _ = answered.await;
        }
        self.rung_at = Some(Instant::now());
    }
}

impl Rings {
    /// The next one; none comes once nobody can ring any more.
    pub(super) async fn next(&mut self) -> Ring {
        match self.0.recv().await {
            Some(ring) => ring,
            None => std::future::pending().await,
        }
    }
}

/// Whether this asks for what only an account has.
fn needs_account(message: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Request {
        method: String,
    }
    let request = serde_json::from_slice::<Request>(message);
    request.is_ok_and(|it| it.method == "tools/call" || it.method.starts_with("resources/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CALL: &[u8] = br#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"x"}}"#;
    const PING: &[u8] = br#"{"jsonrpc":"2.0","id":2,"method":"ping"}"#;

    #[tokio::test(start_paused = true)]
    async fn it_is_rung_for_what_needs_an_account_and_not_again_soon() {
        let (mut bell, mut rings) = Bell::new();
        let heard = tokio::spawn(async move {
            let mut heard = Vec::new();
            for _ in 0..2 {
                drop(rings.next().await);
                heard.push(Instant::now());
            }
            heard
        });
        let began = Instant::now();
        bell.ring_for(PING).await;
        for _ in 0..3 {
            bell.ring_for(CALL).await;
        }
        tokio::time::advance(REST).await;
        bell.ring_for(CALL).await;
        assert_eq!(heard.await.unwrap(), [began, began + REST]);
        // Nobody listens any more.
        tokio::time::advance(REST).await;
        bell.ring_for(CALL).await;
    }
}
