//! The auth keys that the data centres know. Each key is one data centre's, which knows no other's.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use rand::SeedableRng as _;
use rand_chacha::ChaCha8Rng;

use super::wire::{KeyId, ServerKey};

/// The stream that the key of the account's own device is drawn from.
pub(super) const OWN_DEVICE: u64 = 0;

/// The keys of all data centres.
#[derive(Default)]
pub(super) struct Keys {
    known: Mutex<HashMap<(u8, KeyId), Arc<ServerKey>>>,
}

impl Keys {
    /// Makes a key known to a data centre.
    pub(super) fn add(&self, dc_id: u8, auth_key: [u8; 256]) {
        let key = ServerKey::new(auth_key);
        self.known
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert((dc_id, key.id()), Arc::new(key));
    }

    /// Forgets a key of a data centre.
    pub(super) fn remove(&self, dc_id: u8, key: KeyId) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.remove(&(dc_id, key));
    }

    /// The key that a payload says it is encrypted with, if this data centre knows it.
    pub(super) fn of(&self, dc_id: u8, payload: &[u8]) -> Option<Arc<ServerKey>> {
        let id = *payload.first_chunk()?;
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.get(&(dc_id, id)).cloned()
    }
}

/// 256 bytes drawn from a seed, others for each stream.
pub(super) fn drawn(seed: u64, stream: u64) -> [u8; 256] {
    let mut rng = ChaCha8Rng::seed_from_u64(seed ^ 0xa07_4b3e);
    rng.set_stream(stream);
    let mut key = [0; 256];
    rand::Rng::fill_bytes(&mut rng, &mut key);
    key
}
