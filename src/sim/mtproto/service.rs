//! Answers to service messages that ask something: pings, salts, the states of messages, and the end of a key.

use std::sync::PoisonError;

use grammers_tl_types::{self as tl, Deserializable as _, Serializable as _};

use super::{Answer, Connection};
use crate::sim::login::Standing;
use crate::sim::wire::take;

/// The salts a client may ask for at once.
const MAX_FUTURE_SALTS: i32 = 32;
/// How long each salt is good for, in seconds.
const SALT_LIFE: i32 = 3600;

impl Connection {
    pub(super) fn pong(&self, answer: &Answer, rest: &[u8]) {
        let pong = tl::types::Pong {
            msg_id: answer.msg_id,
            ping_id: take(rest, 0).map_or(0, i64::from_le_bytes),
        };
        self.send(answer, tl::enums::Pong::from(pong).to_bytes(), false);
    }

    /// Forgets the key that this is asked with; nothing that comes with it is understood any more.
    pub(super) fn destroy_key(&self, answer: &Answer) {
        let key = self.key_id();
        self.shared.keys.remove(self.dc_id, key);
        let standing = Standing::Unauthorised;
        self.shared.world().logins.set_standing(key, standing);
        let destroyed = tl::enums::DestroyAuthKeyRes::DestroyAuthKeyOk;
        self.send(answer, destroyed.to_bytes(), false);
    }

    pub(super) fn future_salts(&self, answer: &Answer, rest: &[u8]) {
        let count = take(rest, 0)
            .map_or(1, i32::from_le_bytes)
            .clamp(1, MAX_FUTURE_SALTS);
        let world = self.shared.world();
        let (now, salt) = (world.now(), world.salt);
        drop(world);
        // One salt serves for as long as anybody listens: what differs is only when it is said to begin.
        let salts = (0..count).map(|at| tl::types::FutureSalt {
            valid_since: now + at * SALT_LIFE,
            valid_until: now + (at + 2) * SALT_LIFE,
            salt,
        });
        let salts = tl::types::FutureSalts {
            req_msg_id: answer.msg_id,
            now,
            salts: tl::RawVec(salts.collect()),
        };
        self.send(
            answer,
            tl::enums::FutureSalts::from(salts).to_bytes(),
            false,
        );
    }

    pub(super) fn states(&self, answer: &Answer, body: &[u8]) {
        let Ok(tl::enums::MsgsStateReq::Req(request)) = tl::enums::MsgsStateReq::from_bytes(body)
        else {
            return;
        };
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let info = tl::types::MsgsStateInfo {
            req_msg_id: answer.msg_id,
            info: request
                .msg_ids
                .iter()
                .map(|id| if seen.contains(id) { 4 } else { 1 })
                .collect(),
        };
        self.send(
            answer,
            tl::enums::MsgsStateInfo::from(info).to_bytes(),
            false,
        );
    }
}
