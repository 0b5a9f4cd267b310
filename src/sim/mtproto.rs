//! One client connection: sessions, salts, containers, acknowledgements and pings around the requests
//! (<https://core.telegram.org/mtproto/service_messages>). Requests themselves are answered by `rpc`.

mod request;
mod service;
mod write;

use std::collections::{BTreeSet, HashSet};
use std::io::Read as _;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock};
use std::time::Duration;

use flate2::read::GzDecoder;
use grammers_tl_types::{self as tl, Deserializable as _, Identifiable as _, Serializable as _};
use tokio::io::{AsyncRead, AsyncReadExt as _};
use tokio::net::TcpStream;
use tokio::net::tcp::OwnedReadHalf;
use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use self::write::{Delivery, End, Outgoing, write};
use super::faults::FaultKind;
use super::keys::Keys;
use super::login::{DataCentre, Mailbox, Unasked};
use super::turns::Turns;
use super::wire::{Frames, Incoming, KeyId, ServerKey, take};
use super::world::World;

const RPC_RESULT: u32 = 0xf35c_6d01;
const MSG_CONTAINER: u32 = 0x73f1_f8dc;
const GZIP_PACKED: u32 = 0x3072_cfa1;
/// What the transport says of a key that it does not know.
const UNKNOWN_KEY: i32 = -404;
/// How long a client has to close what was closed here.
const LINGER: Duration = Duration::from_secs(1);
/// How far a client's clock may be behind and ahead, in seconds.
const CLOCK_BEHIND: i64 = 300;
const CLOCK_AHEAD: i64 = 30;
/// The most a container or a compressed message may unfold to.
const MAX_UNPACKED: u64 = 16 << 20;

/// What all connections of one embedded Telegram share.
pub(super) struct Shared {
    pub(super) world: Mutex<World>,
    pub(super) keys: Keys,
    /// Sessions, each of a key, that were announced with `new_session_created`.
    pub(super) sessions: Mutex<HashSet<(KeyId, i64)>>,
    pub(super) data_centres: Vec<DataCentre>,
    /// When the world began to be served.
    pub(super) began: Instant,
    pub(super) stop: CancellationToken,
    pub(super) turns: Turns,
}

impl Shared {
    /// The world; a panic while it was held does not make it unusable.
    pub(super) fn world(&self) -> MutexGuard<'_, World> {
        self.world
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn sessions(&self) -> MutexGuard<'_, HashSet<(KeyId, i64)>> {
        self.sessions
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// Serves one client until it closes, breaks a rule of the transport, or the server stops; a fault may do
/// something else with the connection.
pub(super) async fn serve(shared: Arc<Shared>, dc_id: u8, stream: TcpStream) {
    let _ = stream.set_nodelay(true);
    let fault = shared.world().faults.strike_connection();
    match fault {
        None => converse(shared, dc_id, stream).await,
        Some(FaultKind::Delay(delay)) => tokio::select! {
            () = shared.stop.cancelled() => {}
            () = tokio::time::sleep(delay) => converse(Arc::clone(&shared), dc_id, stream).await,
        },
        Some(FaultKind::Reset) => {
            let _ = stream.set_zero_linger();
        }
        Some(FaultKind::Silent | FaultKind::HalfOpen) => tokio::select! {
            () = shared.stop.cancelled() => {}
            () = swallow(stream) => {}
        },
        Some(_) => {
            let (input, output) = stream.into_split();
            drop(output);
            linger(&shared, input).await;
        }
    }
}

async fn converse(shared: Arc<Shared>, dc_id: u8, stream: TcpStream) {
    let (input, output) = stream.into_split();
    let (sender, receiver) = mpsc::unbounded_channel();
    let (updates, unasked) = mpsc::unbounded_channel();
    let key = Arc::new(OnceLock::new());
    let closed = shared.stop.child_token();
    let writing = write(Arc::clone(&shared), Arc::clone(&key), output, receiver);
    let closing = closed.clone();
    let writer = tokio::spawn(async move {
        let end = writing.await;
        closing.cancel();
        end
    });
    let connection = Connection {
        shared: Arc::clone(&shared),
        dc_id,
        key,
        sender,
        updates,
        takes_updates: AtomicBool::new(false),
        number: shared.turns.begin(),
        closed: closed.clone(),
        seen: Mutex::default(),
        deaf: AtomicBool::new(false),
    };
    let mut frames = Frames::new(input);
    tokio::select! {
        () = closed.cancelled() => {}
        () = connection.read(&mut frames) => closed.cancel(),
        () = connection.tell(unasked) => {}
    }
    drop(connection);
    if writer.await.is_ok_and(|end| end == End::Closed) {
        linger(&shared, frames.into_input()).await;
    }
}

/// Waits a moment for the client to close too: closing with something unread would be a reset.
async fn linger(shared: &Shared, input: OwnedReadHalf) {
    tokio::select! {
        () = shared.stop.cancelled() => {}
        () = tokio::time::sleep(LINGER) => {}
        () = swallow(input) => {}
    }
}

/// Reads until the client closes.
async fn swallow(mut input: impl AsyncRead + Unpin) {
    let mut unread = [0; 4096];
    while input.read(&mut unread).await.is_ok_and(|count| count > 0) {}
}

/// What an answer says of the message it answers.
#[derive(Clone)]
struct Answer {
    session_id: i64,
    msg_id: i64,
    seq_no: i32,
}

struct Connection {
    shared: Arc<Shared>,
    dc_id: u8,
    /// The key of its first message, and of all others.
    key: Arc<OnceLock<Arc<ServerKey>>>,
    sender: mpsc::UnboundedSender<Outgoing>,
    /// Where it hears what it did not ask for.
    updates: mpsc::UnboundedSender<Unasked>,
    /// Whether it made a request that was not wrapped in `invokeWithoutUpdates`.
    takes_updates: AtomicBool,
    /// Which it is of all.
    number: u64,
    closed: CancellationToken,
    seen: Mutex<BTreeSet<i64>>,
    /// Whether nothing arrives any more.
    deaf: AtomicBool,
}

impl Connection {
    async fn read(&self, frames: &mut Frames<OwnedReadHalf>) {
        while let Ok(Some(payload)) = frames.next().await {
            acknowledge_at_once(frames.input());
            let Some(key) = self.key_of(&payload) else {
                // An unknown key, or the start of a key exchange, which only Telegram itself can carry out.
                self.refuse_transport();
                return;
            };
            let Ok(incoming) = key.decrypt(&payload) else {
                return;
            };
            self.receive(incoming);
        }
    }

    /// The key that a payload is encrypted with, if it is this connection's.
    fn key_of(&self, payload: &[u8]) -> Option<&ServerKey> {
        let key = self.shared.keys.of(self.dc_id, payload)?;
        let of_connection = self.key.get_or_init(|| Arc::clone(&key));
        (of_connection.id() == key.id()).then_some(of_connection)
    }

    fn key_id(&self) -> KeyId {
        self.key.get().map(|key| key.id()).unwrap_or_default()
    }

    /// Passes on what was not asked for; ends with the connection only.
    async fn tell(&self, mut unasked: mpsc::UnboundedReceiver<Unasked>) {
        while let Some(Unasked { session_id, body }) = unasked.recv().await {
            if !self.takes_updates.load(Ordering::Relaxed) {
                continue;
            }
            let _ = self.sender.send(Outgoing {
                session_id,
                salt: self.shared.world().salt,
                body,
                content: true,
                asked: false,
                delivery: Delivery::Usual,
            });
        }
    }

    fn mailbox(&self, session_id: i64) -> Mailbox {
        Mailbox {
            session_id,
            sender: self.updates.clone(),
        }
    }

    /// The transport's error, as a frame of four bytes.
    fn refuse_transport(&self) {
        let _ = self.sender.send(Outgoing {
            session_id: 0,
            salt: 0,
            body: UNKNOWN_KEY.to_le_bytes().to_vec(),
            content: false,
            asked: true,
            delivery: Delivery::Status,
        });
    }

    fn receive(&self, incoming: Incoming) {
        self.shared.turns.speaks(self.number);
        let (now, salt) = {
            let world = self.shared.world();
            (i64::from(world.now()), world.salt)
        };
        let answer = Answer {
            session_id: incoming.session_id,
            msg_id: incoming.msg_id,
            seq_no: incoming.seq_no,
        };
        let sent_at = incoming.msg_id >> 32;
        if incoming.msg_id % 4 != 0 {
            self.refuse_message(&answer, 18);
        } else if sent_at < now - CLOCK_BEHIND {
            self.refuse_message(&answer, 16);
        } else if sent_at > now + CLOCK_AHEAD {
            self.refuse_message(&answer, 17);
        } else if incoming.salt != salt {
            self.refuse_salt(&answer);
        } else {
            self.announce(&answer);
            self.message(&answer, &incoming.body);
        }
    }

    fn refuse_message(&self, answer: &Answer, error_code: i32) {
        let bad = tl::types::BadMsgNotification {
            bad_msg_id: answer.msg_id,
            bad_msg_seqno: answer.seq_no,
            error_code,
        };
        let bad = tl::enums::BadMsgNotification::from(bad);
        self.send(answer, bad.to_bytes(), false);
    }

    fn refuse_salt(&self, answer: &Answer) {
        let bad = tl::types::BadServerSalt {
            bad_msg_id: answer.msg_id,
            bad_msg_seqno: answer.seq_no,
            error_code: 48,
            new_server_salt: self.shared.world().salt,
        };
        let bad = tl::enums::BadMsgNotification::from(bad);
        self.send(answer, bad.to_bytes(), false);
    }

    /// Tells a client that its session is new to this server.
    fn announce(&self, answer: &Answer) {
        let session = (self.key_id(), answer.session_id);
        if !self.shared.sessions().insert(session) {
            return;
        }
        let created = tl::types::NewSessionCreated {
            first_msg_id: answer.msg_id,
            unique_id: rand::random(),
            server_salt: self.shared.world().salt,
        };
        let created = tl::enums::NewSession::from(created);
        self.send(answer, created.to_bytes(), true);
    }

    fn forget(&self, session_id: i64) {
        let session = (self.key_id(), session_id);
        self.shared.sessions().remove(&session);
    }

    /// One message: a container, something compressed, a service message or a request.
    fn message(&self, answer: &Answer, body: &[u8]) {
        if self.deaf.load(Ordering::Relaxed) {
            return;
        }
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
            tl::functions::DestroyAuthKey::CONSTRUCTOR_ID => self.destroy_key(answer),
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
            _ => self.request(answer, body),
        }
    }

    fn container(&self, outer: &Answer, rest: &[u8]) {
        let count = take(rest, 0).map_or(0, u32::from_le_bytes);
        let mut at = 4;
        for _ in 0..count {
            let (Some(msg_id), Some(seq_no), Some(length)) = (
                take(rest, at).map(i64::from_le_bytes),
                take(rest, at + 8).map(i32::from_le_bytes),
                take(rest, at + 12).map(u32::from_le_bytes),
            ) else {
                return;
            };
            let Some(body) = rest.get(at + 16..at + 16 + length as usize) else {
                return;
            };
            let inner = Answer {
                msg_id,
                seq_no,
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

    fn send(&self, answer: &Answer, body: Vec<u8>, content: bool) {
        let _ = self.sender.send(Outgoing {
            content,
            ..self.outgoing(answer, body)
        });
    }

    /// What goes out as usual, and need not be acknowledged.
    fn outgoing(&self, answer: &Answer, body: Vec<u8>) -> Outgoing {
        Outgoing {
            session_id: answer.session_id,
            salt: self.shared.world().salt,
            body,
            content: false,
            asked: true,
            delivery: Delivery::Usual,
        }
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

fn unzip(rest: &[u8]) -> Option<Vec<u8>> {
    let packed = Vec::<u8>::from_bytes(rest).ok()?;
    let mut unpacked = Vec::new();
    GzDecoder::new(packed.as_slice())
        .take(MAX_UNPACKED)
        .read_to_end(&mut unpacked)
        .ok()?;
    Some(unpacked)
}
