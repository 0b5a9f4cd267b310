//! What a message from Telegram says that matters here
//! (<https://core.telegram.org/mtproto/service_messages>). Everything unknown is passed over, and so are updates but
//! for the one that a login waits for.

use std::io::Read as _;

use flate2::read::GzDecoder;
use grammers_client::sender::RpcError;
use grammers_tl_types::{self as tl, Deserializable as _, Identifiable as _};

use super::{LineError, Outcome};

const RPC_RESULT: u32 = 0xf35c_6d01;
const GZIP_PACKED: u32 = 0x3072_cfa1;
pub(super) const MSG_CONTAINER: u32 = 0x73f1_f8dc;

/// The most that something compressed may unfold to: as much as may come without that.
const MAX_UNPACKED: u64 = 16 << 20;
/// How deep messages may stand in each other: a compressed one in a container, and no deeper.
const MAX_DEPTH: u32 = 3;

/// Something that happened.
#[derive(Debug, PartialEq)]
pub(super) enum Event {
    /// The message with this id was answered.
    Answer { to: i64, outcome: Outcome },
    /// The message with this id came with a salt that is no longer good; this one is.
    BadSalt { id: i64, salt: i64 },
    /// The message with this id was refused, in a message with the other id.
    BadMessage { id: i64, code: i32, said_in: i64 },
    /// This salt is the best from now on.
    Salt(i64),
    /// Another device has accepted a login token of this connection.
    LoginToken,
}

/// A message as it came.
pub(super) struct Message<'a> {
    pub(super) id: i64,
    pub(super) sequence: i32,
    pub(super) body: &'a [u8],
}

/// What was read from a payload.
#[derive(Debug, Default)]
pub(super) struct Read {
    pub(super) events: Vec<Event>,
    /// The messages that want to be acknowledged.
    pub(super) acks: Vec<i64>,
}

/// Reads a message; `None` when it is not what it says it is.
pub(super) fn read(message: &Message<'_>) -> Option<Read> {
    let mut read = Read::default();
    read.message(message, MAX_DEPTH)?;
    Some(read)
}

impl Read {
    fn message(&mut self, message: &Message<'_>, depth: u32) -> Option<()> {
        let depth = depth.checked_sub(1)?;
        // An odd sequence number wants to be acknowledged.
        if message.sequence & 1 == 1 && !self.acks.contains(&message.id) {
            self.acks.push(message.id);
        }
        let (id, rest) = message.body.split_first_chunk()?;
        match u32::from_le_bytes(*id) {
            MSG_CONTAINER => self.container(rest, depth),
            GZIP_PACKED => self.message(
                &Message {
                    body: &unpack(rest)?,
                    ..*message
                },
                depth,
            ),
            RPC_RESULT => {
                let (to, result) = rest.split_first_chunk()?;
                let to = i64::from_le_bytes(*to);
                let outcome = outcome(result);
                self.events.push(Event::Answer { to, outcome });
                Some(())
            }
            _ => self.service(message),
        }
    }

    fn container(&mut self, bytes: &[u8], depth: u32) -> Option<()> {
        let (count, mut rest) = bytes.split_first_chunk()?;
        for _ in 0..u32::from_le_bytes(*count) {
            let (id, after) = rest.split_first_chunk()?;
            let (sequence, after) = after.split_first_chunk()?;
            let (length, after) = after.split_first_chunk()?;
            let length = u32::from_le_bytes(*length);
            let (body, after) = after.split_at_checked(usize::try_from(length).ok()?)?;
            let message = Message {
                id: i64::from_le_bytes(*id),
                sequence: i32::from_le_bytes(*sequence),
                body,
            };
            self.message(&message, depth)?;
            rest = after;
        }
        Some(())
    }

    fn service(&mut self, message: &Message<'_>) -> Option<()> {
        let (id, _) = message.body.split_first_chunk()?;
        let event = match u32::from_le_bytes(*id) {
            tl::types::BadMsgNotification::CONSTRUCTOR_ID
            | tl::types::BadServerSalt::CONSTRUCTOR_ID => bad_message(message)?,
            tl::types::NewSessionCreated::CONSTRUCTOR_ID => {
                let tl::enums::NewSession::Created(created) =
                    tl::enums::NewSession::from_bytes(message.body).ok()?;
                Event::Salt(created.server_salt)
            }
            tl::types::Pong::CONSTRUCTOR_ID => {
                let tl::enums::Pong::Pong(pong) = tl::enums::Pong::from_bytes(message.body).ok()?;
                Event::Answer {
                    to: pong.msg_id,
                    outcome: Ok(message.body.to_vec()),
                }
            }
            _ if is_login_token(message.body) => Event::LoginToken,
            _ => return Some(()),
        };
        self.events.push(event);
        Some(())
    }
}

fn bad_message(message: &Message<'_>) -> Option<Event> {
    let bad = tl::enums::BadMsgNotification::from_bytes(message.body).ok()?;
    Some(match bad {
        tl::enums::BadMsgNotification::BadServerSalt(bad) => Event::BadSalt {
            id: bad.bad_msg_id,
            salt: bad.new_server_salt,
        },
        tl::enums::BadMsgNotification::Notification(bad) => Event::BadMessage {
            id: bad.bad_msg_id,
            code: bad.error_code,
            said_in: message.id,
        },
    })
}

/// Whether an update says that a login token was accepted, alone or before others: told by its first words, so that
/// nothing else of any update is read.
fn is_login_token(body: &[u8]) -> bool {
    let mut words = body.chunks_exact(4).map(|word| {
        let word = <[u8; 4]>::try_from(word);
        word.map_or(0, u32::from_le_bytes)
    });
    let update = match words.next() {
        Some(tl::types::UpdateShort::CONSTRUCTOR_ID) => words.next(),
        // Behind the vector's own number, and how long it is.
        Some(tl::types::Updates::CONSTRUCTOR_ID | tl::types::UpdatesCombined::CONSTRUCTOR_ID) => {
            words.nth(2)
        }
        _ => None,
    };
    update == Some(tl::types::UpdateLoginToken::CONSTRUCTOR_ID)
}

/// What an `rpc_result` holds.
fn outcome(result: &[u8]) -> Outcome {
    let unreadable = || LineError::Unreadable;
    let (id, rest) = result.split_first_chunk().ok_or_else(unreadable)?;
    match u32::from_le_bytes(*id) {
        GZIP_PACKED => {
            let unpacked = unpack(rest).filter(|unpacked| unpacked.len() >= id.len());
            unpacked.ok_or_else(unreadable)
        }
        tl::types::RpcError::CONSTRUCTOR_ID => {
            let tl::enums::RpcError::Error(error) =
                tl::enums::RpcError::from_bytes(result).map_err(|_| unreadable())?;
            Err(LineError::Rpc(RpcError::from(error)))
        }
        _ => Ok(result.to_vec()),
    }
}

/// Unfolds the TL bytes of something compressed.
fn unpack(packed: &[u8]) -> Option<Vec<u8>> {
    let packed = Vec::<u8>::from_bytes(packed).ok()?;
    let mut unpacked = Vec::with_capacity(packed.len());
    let mut decoder = GzDecoder::new(packed.as_slice()).take(MAX_UNPACKED + 1);
    decoder.read_to_end(&mut unpacked).ok()?;
    (unpacked.len() as u64 <= MAX_UNPACKED).then_some(unpacked)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::GzEncoder;
    use grammers_tl_types::Serializable as _;

    use super::*;

    fn rpc_result(to: i64, result: &[u8]) -> Vec<u8> {
        [&RPC_RESULT.to_bytes()[..], &to.to_bytes(), result].concat()
    }

    fn zipped(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).unwrap();
        [GZIP_PACKED.to_bytes(), encoder.finish().unwrap().to_bytes()].concat()
    }

    fn container(messages: &[(i64, i32, &[u8])]) -> Vec<u8> {
        let mut body = [MSG_CONTAINER, messages.len() as u32]
            .map(u32::to_le_bytes)
            .concat();
        for (id, sequence, inner) in messages {
            id.serialize(&mut body);
            sequence.serialize(&mut body);
            (inner.len() as i32).serialize(&mut body);
            body.extend(*inner);
        }
        body
    }

    fn read_body(body: &[u8]) -> Option<Read> {
        read(&Message {
            id: 5,
            sequence: 0,
            body,
        })
    }

    fn answer(to: i64, outcome: Outcome) -> Event {
        Event::Answer { to, outcome }
    }

    #[test]
    fn answers_are_found_in_containers_and_in_what_is_compressed() {
        let answers = [
            rpc_result(8, b"plain"),
            rpc_result(12, &zipped(b"packed")),
            zipped(&rpc_result(16, b"all packed")),
        ];
        let [one, two, three] = &answers;
        let body = container(&[(1, 1, one), (2, 3, two), (3, 4, three)]);
        let read = read_body(&body).unwrap();
        let expected = [(8, "plain"), (12, "packed"), (16, "all packed")]
            .map(|(to, text)| answer(to, Ok(text.as_bytes().to_vec())));
        assert_eq!(read.events, expected);
        assert_eq!(read.acks, [1, 2]);
    }

    #[test]
    fn an_answer_that_is_none_is_told_to_who_asked() {
        let half_an_error = tl::types::RpcError::CONSTRUCTOR_ID.to_bytes();
        let no_gzip = [GZIP_PACKED.to_bytes(), b"no gzip".to_vec().to_bytes()].concat();
        for result in [&b""[..], b"abc", &half_an_error, &no_gzip, &zipped(b"")] {
            let read = read_body(&rpc_result(8, result)).unwrap();
            assert_eq!(read.events, [answer(8, Err(LineError::Unreadable))]);
        }
    }

    #[test]
    fn what_is_compressed_unfolds_to_a_bound() {
        let bomb = zipped(&vec![0; MAX_UNPACKED as usize + 1]);
        assert_eq!(outcome(&bomb), Err(LineError::Unreadable));
        let large = outcome(&zipped(&vec![0; MAX_UNPACKED as usize])).unwrap();
        assert_eq!(large.len() as u64, MAX_UNPACKED);
    }

    #[test]
    fn messages_stand_in_each_other_only_so_deep() {
        let mut body = rpc_result(8, b"deep");
        for depth in 1..200 {
            assert_eq!(read_body(&body).is_some(), depth <= MAX_DEPTH, "{depth}");
            body = container(&[(1, 0, &body)]);
        }
    }

    #[test]
    fn lengths_that_lie_are_noticed() {
        let inner = rpc_result(8, b"plain");
        let whole = container(&[(1, 1, &inner), (2, 3, &inner)]);
        for length in 0..whole.len() {
            assert!(read_body(&whole[..length]).is_none(), "{length}");
        }
    }

    #[test]
    fn an_accepted_login_token_is_seen_among_updates() {
        let accepted = tl::enums::Update::LoginToken;
        let other = tl::enums::Update::from(tl::types::UpdateConfig {});
        let short = |update: &tl::enums::Update| {
            tl::enums::Updates::from(tl::types::UpdateShort {
                update: update.clone(),
                date: 7,
            })
        };
        let many = |updates: &[&tl::enums::Update]| {
            tl::enums::Updates::from(tl::types::Updates {
                updates: updates.iter().map(|update| (*update).clone()).collect(),
                users: Vec::new(),
                chats: Vec::new(),
                date: 7,
                seq: 0,
            })
        };
        for (updates, is_seen) in [
            (short(&accepted), true),
            (many(&[&accepted, &other]), true),
            (short(&other), false),
            (many(&[]), false),
        ] {
            let read = read_body(&updates.to_bytes()).unwrap();
            assert_eq!(read.events == [Event::LoginToken], is_seen, "{updates:?}");
        }
    }

    #[test]
    fn what_is_not_known_is_passed_over() {
        let read = read_body(&0x0bad_f00d_u32.to_bytes()).unwrap();
        assert_eq!(read.events, []);
    }
}
