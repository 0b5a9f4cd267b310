//! One client connection: sessions, salts, containers, acknowledgements and pings around the requests
//! (<https://core.telegram.org/mtproto/service_messages>). Requests themselves are answered by `rpc`.

mod write;

use std::collections::{BTreeSet, HashSet};
use std::io::{Read as _, Write as _};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use grammers_tl_types::{self as tl, Deserializable as _, Identifiable as _, Serializable as _};
use tokio::net::TcpStream;
use tokio::net::tcp::OwnedReadHalf;
use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use self::write::{Numbers, Outgoing, write};
use super::faults::FaultKind;
use super::rpc::{self, Refusal};
use super::wire::{Frames, Incoming, ServerKey, take};
use super::world::World;

const RPC_RESULT: u32 = 0xf35c_6d01;
const MSG_CONTAINER: u32 = 0x73f1_f8dc;
const GZIP_PACKED: u32 = 0x3072_cfa1;
/// The salts a client may ask for at once.
const MAX_FUTURE_SALTS: i32 = 32;
/// How long each salt is good for, in seconds.
const SALT_LIFE: i32 = 3600;
/// How far a client's clock may be behind and ahead, in seconds.
const CLOCK_BEHIND: i64 = 300;
const CLOCK_AHEAD: i64 = 30;
/// The most a container or a compressed message may unfold to.
const MAX_UNPACKED: u64 = 16 << 20;

/// What all connections of one embedded Telegram share.
pub(super) struct Shared {
    pub(super) world: Mutex<World>,
    pub(super) key: ServerKey,
    /// Sessions that were announced with `new_session_created`.
    pub(super) sessions: Mutex<HashSet<i64>>,
    pub(super) address: std::net::SocketAddr,
    /// When the world began to be served.
    pub(super) began: Instant,
    pub(super) stop: CancellationToken,
}

impl Shared {
    /// The world; a panic while it was held does not make it unusable.
    pub(super) fn world(&self) -> MutexGuard<'_, World> {
        self.world
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// Serves one client until it closes, breaks a rule of the transport, or the server stops.
pub(super) async fn serve(shared: Arc<Shared>, stream: TcpStream) {
    let _ = stream.set_nodelay(true);
    let (input, output) = stream.into_split();
    let (sender, receiver) = mpsc::unbounded_channel();
    let closed = shared.stop.child_token();
    let (containers, clock_offset) = {
        let world = shared.world();
        (world.knobs.containers, world.clock_offset)
    };
    let writer = tokio::spawn(write(
        shared.key.clone(),
        output,
        receiver,
        closed.clone(),
        containers,
        Numbers::new(clock_offset),
    ));
    let connection = Connection {
        shared,
        sender,
        closed: closed.clone(),
        seen: Mutex::default(),
    };
    tokio::select! {
        () = closed.cancelled() => {}
        () = connection.read(Frames::new(input)) => closed.cancel(),
    }
    drop(connection);
    let _ = writer.await;
}

#[derive(Clone)]
struct Answer {
    session_id: i64,
    msg_id: i64,
}

struct Connection {
    shared: Arc<Shared>,
    sender: mpsc::UnboundedSender<Outgoing>,
    closed: CancellationToken,
    seen: Mutex<BTreeSet<i64>>,
}

impl Connection {
    async fn read(&self, mut frames: Frames<OwnedReadHalf>) {
        while let Ok(Some(payload)) = frames.next().await {
            acknowledge_at_once(frames.input());
            if !self.shared.key.fits(&payload) {
                // An unknown key, or the start of a key exchange, which only Telegram itself can carry out.
                self.refuse_transport();
                return;
            }
            let Ok(incoming) = self.shared.key.decrypt(&payload) else {
                return;
            };
            self.receive(incoming);
        }
    }

    /// The transport's −404, as a frame of four bytes.
    fn refuse_transport(&self) {
        let _ = self.sender.send(Outgoing {
            session_id: 0,
            salt: 0,
            body: (-404i32).to_le_bytes().to_vec(),
            content: false,
            cut: None,
        });
    }

    fn receive(&self, incoming: Incoming) {
        let (now, salt) = {
            let world = self.shared.world();
            (i64::from(world.now()), current_salt(&world))
        };
        let answer = Answer {
            session_id: incoming.session_id,
            msg_id: incoming.msg_id,
        };
        let bad = |error_code| tl::types::BadMsgNotification {
            bad_msg_id: incoming.msg_id,
            bad_msg_seqno: incoming.seq_no,
            error_code,
        };
        let sent_at = incoming.msg_id >> 32;
        if incoming.msg_id % 4 != 0 {
            return self.notify(&answer, &tl::enums::BadMsgNotification::from(bad(18)));
        }
        if sent_at < now - CLOCK_BEHIND {
            return self.notify(&answer, &tl::enums::BadMsgNotification::from(bad(16)));
        }
        if sent_at > now + CLOCK_AHEAD {
            return self.notify(&answer, &tl::enums::BadMsgNotification::from(bad(17)));
        }
        if incoming.salt != salt {
            let wrong_salt = tl::types::BadServerSalt {
                bad_msg_id: incoming.msg_id,
                bad_msg_seqno: incoming.seq_no,
                error_code: 48,
                new_server_salt: salt,
            };
            return self.notify(&answer, &tl::enums::BadMsgNotification::from(wrong_salt));
        }
        self.announce(&answer, salt);
        self.message(&answer, &incoming.body);
    }

    fn announce(&self, answer: &Answer, salt: i64) {
        let new = self
            .shared
            .sessions
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .insert(answer.session_id);
        if new {
            let created = tl::types::NewSessionCreated {
                first_msg_id: answer.msg_id,
                unique_id: answer.session_id ^ 0x11,
                server_salt: salt,
            };
            self.send(
                answer,
                tl::enums::NewSession::from(created).to_bytes(),
                true,
            );
        }
    }

    /// One message: a container, something compressed, a service message or a request.
    fn message(&self, answer: &Answer, body: &[u8]) {
        let Some(id) = take(body, 0).map(u32::from_le_bytes) else {
            return;
        };
        let rest = body.get(4..).unwrap_or_default();
        match id {
            MSG_CONTAINER => self.container(answer, rest),
            GZIP_PACKED => {
                if let Some(unpacked) = unzip(rest) {
                    self.message(answer, &unpacked);
                }
            }
            tl::types::MsgsAck::CONSTRUCTOR_ID | tl::types::HttpWait::CONSTRUCTOR_ID => {}
            _ if !self.is_new(answer.msg_id) => {}
            tl::functions::Ping::CONSTRUCTOR_ID => self.pong(answer, rest),
            tl::functions::PingDelayDisconnect::CONSTRUCTOR_ID => self.pong(answer, rest),
            tl::functions::GetFutureSalts::CONSTRUCTOR_ID => self.future_salts(answer, rest),
            tl::functions::DestroySession::CONSTRUCTOR_ID => {
                let session_id = take(rest, 0).map_or(0, i64::from_le_bytes);
                let none = tl::types::DestroySessionNone { session_id };
                self.send(
                    answer,
                    tl::enums::DestroySessionRes::from(none).to_bytes(),
                    false,
                );
            }
            tl::types::MsgsStateReq::CONSTRUCTOR_ID => self.states(answer, body),
            _ => self.request(answer, body.to_vec()),
        }
    }

    fn container(&self, outer: &Answer, rest: &[u8]) {
        let count = take(rest, 0).map_or(0, u32::from_le_bytes);
        let mut at = 4;
        for _ in 0..count {
            let (Some(msg_id), Some(length)) = (
                take(rest, at).map(i64::from_le_bytes),
                take(rest, at + 12).map(u32::from_le_bytes),
            ) else {
                return;
            };
            let Some(body) = rest.get(at + 16..at + 16 + length as usize) else {
                return;
            };
            let inner = Answer {
                msg_id,
                ..outer.clone()
            };
            self.message(&inner, body);
            at += 16 + length as usize;
        }
    }

    /// Whether this message has not been seen before; a repeated one is ignored.
    fn is_new(&self, msg_id: i64) -> bool {
        self.seen
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .insert(msg_id)
    }

    fn pong(&self, answer: &Answer, rest: &[u8]) {
        let pong = tl::types::Pong {
            msg_id: answer.msg_id,
            ping_id: take(rest, 0).map_or(0, i64::from_le_bytes),
        };
        self.send(answer, tl::enums::Pong::from(pong).to_bytes(), false);
    }

    fn future_salts(&self, answer: &Answer, rest: &[u8]) {
        let count = take(rest, 0)
            .map_or(1, i32::from_le_bytes)
            .clamp(1, MAX_FUTURE_SALTS);
        let world = self.shared.world();
        let (now, salt) = (world.now(), current_salt(&world));
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

    fn states(&self, answer: &Answer, body: &[u8]) {
        let Ok(tl::enums::MsgsStateReq::Req(request)) = tl::enums::MsgsStateReq::from_bytes(body)
        else {
            return;
        };
        let seen = self
            .seen
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
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

    /// Answers a request in a task of its own, so that requests of one connection overlap.
    fn request(&self, answer: &Answer, body: Vec<u8>) {
        let now = self.shared.began.elapsed();
        let (outcome, knobs) = {
            let mut world = self.shared.world();
            let outcome = rpc::answer(&mut world, &body, self.shared.address, now);
            (outcome, world.knobs.clone())
        };
        if knobs.acknowledge_first {
            let ack = tl::types::MsgsAck {
                msg_ids: vec![answer.msg_id],
            };
            self.send(answer, tl::enums::MsgsAck::from(ack).to_bytes(), false);
        }
        let (fault, result) = (outcome.fault, outcome.result);
        let delay = match &fault {
            Some(FaultKind::Delay(delay)) => *delay + knobs.latency,
            _ => knobs.latency,
        };
        let cut = match fault {
            Some(FaultKind::Silent) => return,
            Some(FaultKind::Drop) => Some(0),
            Some(FaultKind::Cut(bytes)) => Some(bytes),
            _ => None,
        };
        let body = rpc_result(answer.msg_id, result, knobs.gzip_from);
        let (salt, sender, closed) = (
            current_salt(&self.shared.world()),
            self.sender.clone(),
            self.closed.clone(),
        );
        let outgoing = Outgoing {
            session_id: answer.session_id,
            salt,
            body,
            content: true,
            cut,
        };
        if delay == Duration::ZERO {
            let _ = sender.send(outgoing);
            return;
        }
        tokio::spawn(async move {
            tokio::select! {
                () = closed.cancelled() => {}
                () = tokio::time::sleep(delay) => {
                    let _ = sender.send(outgoing);
                }
            }
        });
    }

    fn notify(&self, answer: &Answer, notification: &tl::enums::BadMsgNotification) {
        self.send(answer, notification.to_bytes(), false);
    }

    fn send(&self, answer: &Answer, body: Vec<u8>, content: bool) {
        let salt = current_salt(&self.shared.world());
        let _ = self.sender.send(Outgoing {
            session_id: answer.session_id,
            salt,
            body,
            content,
            cut: None,
        });
    }
}

/// Clients that leave Nagle's algorithm on would otherwise wait for the system's delayed acknowledgement, 40 ms.
#[cfg(target_os = "linux")]
fn acknowledge_at_once(input: &OwnedReadHalf) {
    // Not lasting, hence after each frame; where it fails, it is only slower.
    let _ = input.as_ref().set_quickack(true);
}

#[cfg(not(target_os = "linux"))]
fn acknowledge_at_once(_: &OwnedReadHalf) {}

/// The salt this server accepts now.
fn current_salt(world: &World) -> i64 {
    world.seed.rotate_left(29).cast_signed() | 1
}

fn rpc_result(msg_id: i64, result: Result<Vec<u8>, Refusal>, gzip_from: usize) -> Vec<u8> {
    let mut body = RPC_RESULT.to_bytes();
    msg_id.serialize(&mut body);
    match result {
        Ok(bytes) if bytes.len() >= gzip_from => {
            GZIP_PACKED.serialize(&mut body);
            zip(&bytes).serialize(&mut body);
        }
        Ok(bytes) => body.extend(bytes),
        Err(refusal) => tl::enums::RpcError::from(tl::types::RpcError {
            error_code: refusal.code,
            error_message: refusal.name,
        })
        .serialize(&mut body),
    }
    body
}

fn zip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    // Writing to memory does not fail.
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
}

fn unzip(rest: &[u8]) -> Option<Vec<u8>> {
    let packed = Vec::<u8>::from_bytes(rest).ok()?;
    let mut unpacked = Vec::new();
    GzDecoder::new(packed.as_slice())
        .take(MAX_UNPACKED)
        .read_to_end(&mut unpacked)
        .ok()?;
    Some(unpacked)
}
