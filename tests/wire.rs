//! A client of the simulator that is nothing but the wire: it sees what clients hide, and breaks no rule itself.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::time::Duration;

use grammers_client::tl::{self, Cursor, Deserializable as _, RemoteCall};
use grammers_crypto::{AuthKey, DequeBuffer, decrypt_data_v2, encrypt_data_v2};
use telegram_history_mcp::sim::{Sim, World};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// When something is taken to hang. Nothing is expected to take nearly as long.
const HANG: Duration = Duration::from_secs(20);
/// Length, sequence number and checksum.
const FRAME_OVERHEAD: usize = 12;
const RPC_RESULT: u32 = 0xf35c_6d01;

/// One connection.
pub(crate) struct Wire {
    stream: TcpStream,
    key: AuthKey,
    /// The session it says it is.
    pub(crate) session_id: i64,
    /// The salt it sends.
    pub(crate) salt: i64,
    /// How far its clock is ahead, in seconds.
    pub(crate) clock_offset: i64,
    last_id: i64,
    sent: u32,
    received: u32,
}

/// What came.
#[derive(Debug, PartialEq)]
pub(crate) enum Seen {
    Message(Message),
    /// Four bytes in a frame.
    Status(i32),
    /// Four bytes that are no length.
    BareStatus(i32),
    /// A frame with a wrong checksum.
    WrongChecksum,
    /// A payload that the key does not open.
    WrongKey,
    /// The end, after so many bytes of a frame.
    Closed(usize),
    /// A reset, after so many bytes of a frame.
    Reset(usize),
}

/// A message as it came, outside of any container.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Message {
    pub(crate) session_id: i64,
    pub(crate) msg_id: i64,
    pub(crate) body: Vec<u8>,
}

/// Makes a world answer so that a [`Wire`] can read it: one message a frame, nothing compressed.
pub(crate) fn plainly(mut world: World) -> World {
    world.knobs.containers = false;
    world.knobs.gzip_from = usize::MAX;
    world
}

impl Wire {
    /// Connects and says nothing yet.
    pub(crate) async fn connect(sim: &Sim) -> Self {
        Self::to(sim, sim.address(), sim.auth_key()).await
    }

    /// The same to any of its data centres, with any key.
    pub(crate) async fn to(sim: &Sim, address: SocketAddr, auth_key: [u8; 256]) -> Self {
        Self {
            stream: TcpStream::connect(address).await.unwrap(),
            key: AuthKey::from_bytes(auth_key),
            session_id: 0x5e55_0000 + i64::from(address.port()),
            salt: sim.world().salt,
            clock_offset: 0,
            last_id: 0,
            sent: 0,
            received: 0,
        }
    }

    /// Says everything from here on with another key.
    pub(crate) fn change_key(&mut self, auth_key: [u8; 256]) {
        self.key = AuthKey::from_bytes(auth_key);
    }

    /// Connects, and takes the announcement of the session and the answer to a ping.
    pub(crate) async fn greet(sim: &Sim) -> Self {
        let mut wire = Self::connect(sim).await;
        wire.ask(&tl::functions::Ping { ping_id: 1 }).await;
        let announced = wire.message().await;
        tl::enums::NewSession::from_bytes(&announced.body).unwrap();
        tl::enums::Pong::from_bytes(&wire.message().await.body).unwrap();
        wire
    }

    /// Sends a request: its message id.
    pub(crate) async fn ask<R: RemoteCall>(&mut self, request: &R) -> i64 {
        let now = jiff::Timestamp::now().as_second() + self.clock_offset;
        self.last_id = (now << 32).max(self.last_id + 4);
        self.ask_as(self.last_id, &request.to_bytes()).await
    }

    /// Sends a body under this message id.
    pub(crate) async fn ask_as(&mut self, msg_id: i64, body: &[u8]) -> i64 {
        let mut buffer = DequeBuffer::with_capacity(body.len() + 256, 64);
        for part in [self.salt, self.session_id, msg_id] {
            buffer.extend(part.to_le_bytes());
        }
        buffer.extend(1i32.to_le_bytes());
        buffer.extend(u32::try_from(body.len()).unwrap().to_le_bytes());
        buffer.extend(body.iter().copied());
        encrypt_data_v2(&mut buffer, &self.key);
        let total = u32::try_from(buffer.len() + FRAME_OVERHEAD).unwrap();
        let mut frame = [total.to_le_bytes(), self.sent.to_le_bytes()].concat();
        frame.extend(buffer.as_ref());
        frame.extend(crc32fast::hash(&frame).to_le_bytes());
        self.sent += 1;
        self.stream.write_all(&frame).await.unwrap();
        msg_id
    }

    /// The next message, which must be one.
    pub(crate) async fn message(&mut self) -> Message {
        match self.next().await {
            Seen::Message(message) => message,
            other => panic!("{other:?}"),
        }
    }

    /// The TL of the answer to the request with this message id, which must come next.
    pub(crate) async fn answer(&mut self, msg_id: i64) -> Vec<u8> {
        answer_of(&self.message().await, msg_id)
    }

    /// What comes next.
    pub(crate) async fn next(&mut self) -> Seen {
        timeout(HANG, self.next_in_time()).await.expect("an end")
    }

    /// The same, however long it takes.
    pub(crate) async fn next_in_time(&mut self) -> Seen {
        let mut frame = vec![0; 4];
        if let Some(end) = fill(&mut self.stream, &mut frame, 0).await {
            return end;
        }
        let length = i32::from_le_bytes(frame[..4].try_into().unwrap());
        let Ok(length) = usize::try_from(length) else {
            return Seen::BareStatus(length);
        };
        frame.resize(length, 0);
        if let Some(end) = fill(&mut self.stream, &mut frame, 4).await {
            return end;
        }
        let (covered, checksum) = frame.split_at(length - 4);
        if crc32fast::hash(covered).to_le_bytes() != checksum {
            return Seen::WrongChecksum;
        }
        assert_eq!(
            covered[4..8],
            self.received.to_le_bytes(),
            "frames count up"
        );
        self.received += 1;
        self.open(&mut covered[8..].to_vec())
    }

    fn open(&self, payload: &mut [u8]) -> Seen {
        if let Ok(status) = <[u8; 4]>::try_from(&*payload) {
            return Seen::Status(i32::from_le_bytes(status));
        }
        let Ok(plain) = decrypt_data_v2(payload, &self.key) else {
            return Seen::WrongKey;
        };
        let mut plain = Cursor::from_slice(plain);
        let _salt = i64::deserialize(&mut plain).unwrap();
        let session_id = i64::deserialize(&mut plain).unwrap();
        let msg_id = i64::deserialize(&mut plain).unwrap();
        let _sequence = i32::deserialize(&mut plain).unwrap();
        let mut body = vec![0; i32::deserialize(&mut plain).unwrap().try_into().unwrap()];
        plain.read_exact(&mut body).unwrap();
        Seen::Message(Message {
            session_id,
            msg_id,
            body,
        })
    }
}

/// Reads until `frame` is full; says how the connection ended otherwise.
async fn fill(stream: &mut TcpStream, frame: &mut [u8], mut at: usize) -> Option<Seen> {
    while at < frame.len() {
        match stream.read(&mut frame[at..]).await {
            Ok(0) => return Some(Seen::Closed(at)),
            Ok(count) => at += count,
            Err(error) if error.kind() == ErrorKind::ConnectionReset => {
                return Some(Seen::Reset(at));
            }
            Err(error) => panic!("{error}"),
        }
    }
    None
}

/// The TL inside an `rpc_result` for this message id.
#[track_caller]
pub(crate) fn answer_of(message: &Message, msg_id: i64) -> Vec<u8> {
    let (head, answer) = message.body.split_at(12);
    assert_eq!(
        head,
        [&RPC_RESULT.to_le_bytes()[..], &msg_id.to_le_bytes()].concat()
    );
    answer.to_vec()
}
