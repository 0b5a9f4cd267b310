//! The key exchange of a fresh login (<https://core.telegram.org/mtproto/auth_key>): unencrypted messages, and at
//! their end a key that only both ends know.
//!
//! What makes it safe is that only the holder of one of Telegram's private RSA keys can answer it. The embedded
//! Telegram is no such holder, so here nothing is proven beyond the first question and the refusal of wrong answers.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use grammers_crypto::DequeBuffer;
use grammers_mtproto::authentication::{self, Finished};
use grammers_tl_types::{Deserializable as _, RemoteCall, Serializable as _};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::spawn_blocking;
use tokio::time::timeout;
use zeroize::Zeroizing;

use super::frames::{Inbox, Outbox};
use super::session::now;
use super::{Learnt, LineError};

/// How long all of it may take, connecting included.
const PATIENCE: Duration = Duration::from_secs(30);
/// What stands before the body of an unencrypted message: no key, its id, its length.
const HEADER: usize = 8 + 8 + 4;
/// What the transport puts before that, at most.
const FRONT: usize = 8;

/// A key that nobody has logged in with yet, and what was learnt on the way to it.
pub(in crate::telegram) struct NewKey {
    pub(in crate::telegram) key: Zeroizing<[u8; 256]>,
    pub(in crate::telegram) learnt: Arc<Learnt>,
}

/// Makes a key with the data centre at this address.
pub(in crate::telegram) async fn exchange(address: SocketAddr) -> Result<NewKey, LineError> {
    let made = timeout(PATIENCE, agree(address)).await;
    let Finished {
        auth_key,
        time_offset,
        first_salt,
    } = made.unwrap_or(Err(LineError::Unreachable))?;
    let learnt = Learnt::default();
    learnt
        .clock_offset
        .store(time_offset.into(), Ordering::Relaxed);
    learnt.salt.store(first_salt, Ordering::Relaxed);
    Ok(NewKey {
        key: Zeroizing::new(auth_key),
        learnt: Arc::new(learnt),
    })
}

async fn agree(address: SocketAddr) -> Result<Finished, LineError> {
    let stream = TcpStream::connect(address);
    let mut plain = Plain {
        stream: stream.await.map_err(|_| LineError::Unreachable)?,
        inbox: Inbox::new(),
        outbox: Outbox::new(),
    };
    let (request, step) = work(authentication::step1).await?;
    let answer = plain.ask(&request).await?;
    let (request, step) = work(|| authentication::step2(step, answer)).await?;
    let answer = plain.ask(&request).await?;
    let (request, step) = work(|| authentication::step3(step, answer)).await?;
    let answer = plain.ask(&request).await?;
    work(|| authentication::create_key(step, answer)).await
}

/// Does a step apart from everything else: it takes long, and may panic over an answer. Its errors quote the answer,
/// so they go no further.
async fn work<T: Send + 'static>(
    step: impl FnOnce() -> Result<T, authentication::Error> + Send + 'static,
) -> Result<T, LineError> {
    match spawn_blocking(step).await {
        Ok(Ok(done)) => Ok(done),
        _ => Err(LineError::Unreadable),
    }
}

/// A connection without a key: one question at a time.
struct Plain {
    stream: TcpStream,
    inbox: Inbox,
    outbox: Outbox,
}

impl Plain {
    async fn ask<R: RemoteCall>(&mut self, request: &R) -> Result<R::Return, LineError> {
        self.outbox.put(message(&request.to_bytes()));
        let sent = self.stream.write_all(self.outbox.unwritten()).await;
        sent.map_err(|_| LineError::Lost)?;
        loop {
            if let Some(payload) = self.inbox.next()? {
                let body = body(payload).ok_or(LineError::Unreadable)?;
                return R::Return::from_bytes(body).map_err(|_| LineError::Unreadable);
            }
            match self.stream.read_buf(self.inbox.room()).await {
                Ok(count) if count > 0 => {}
                _ => return Err(LineError::Lost),
            }
        }
    }
}

/// A message under no key (<https://core.telegram.org/mtproto/description#unencrypted-message>).
fn message(body: &[u8]) -> DequeBuffer<u8> {
    let (seconds, nanoseconds) = now();
    let mut message = DequeBuffer::with_capacity(HEADER + body.len(), FRONT);
    0i64.serialize(&mut message);
    (seconds << 32 | nanoseconds << 2).serialize(&mut message);
    i32::try_from(body.len())
        .unwrap_or(i32::MAX)
        .serialize(&mut message);
    message.extend(body);
    message
}

/// What such a message holds.
fn body(payload: &[u8]) -> Option<&[u8]> {
    let (key_id, rest) = payload.split_first_chunk()?;
    let (_, rest) = rest.split_first_chunk::<8>()?;
    let (length, rest) = rest.split_first_chunk()?;
    let length = usize::try_from(i32::from_le_bytes(*length)).ok()?;
    (i64::from_le_bytes(*key_id) == 0).then(|| rest.get(..length))?
}

#[cfg(test)]
mod tests {
    use grammers_tl_types::{enums, functions, types};
    use tokio::net::TcpListener;

    use super::*;

    /// Somebody who answers the first question like this, and says whether it was one.
    async fn exchange_with(
        answer: impl FnOnce(functions::ReqPqMulti) -> Vec<u8> + Send + 'static,
    ) -> LineError {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let server = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut inbox = Inbox::new();
            let question = loop {
                if let Some(payload) = inbox.next().unwrap() {
                    break functions::ReqPqMulti::from_bytes(&body(payload).unwrap()[4..]).unwrap();
                }
                assert!(stream.read_buf(inbox.room()).await.unwrap() > 0);
            };
            let mut outbox = Outbox::new();
            outbox.put(message(&answer(question)));
            stream.write_all(outbox.unwritten()).await.unwrap();
        });
        let outcome = exchange(address).await.err().expect("no key");
        server.await.unwrap();
        outcome
    }

    fn offer(nonce: [u8; 16], pq: u64) -> Vec<u8> {
        let offer = types::ResPq {
            nonce,
            server_nonce: [1; 16],
            pq: pq.to_be_bytes().to_vec(),
            server_public_key_fingerprints: vec![0x0123_4567_89ab_cdef],
        };
        enums::ResPq::from(offer).to_bytes()
    }

    #[tokio::test]
    async fn who_has_none_of_telegrams_keys_is_refused() {
        let stranger =
            |question: functions::ReqPqMulti| offer(question.nonce, 0x17ed_4894_1a08_f981);
        assert_eq!(exchange_with(stranger).await, LineError::Unreadable);
    }

    #[tokio::test]
    async fn an_answer_to_another_question_is_refused() {
        let replayed = |_| offer([7; 16], 0x17ed_4894_1a08_f981);
        assert_eq!(exchange_with(replayed).await, LineError::Unreadable);
        let nonsense = |_| b"nonsense".to_vec();
        assert_eq!(exchange_with(nonsense).await, LineError::Unreadable);
    }

    #[tokio::test]
    async fn nobody_there_is_told_apart() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        drop(listener);
        let outcome = exchange(address).await.err();
        assert_eq!(outcome, Some(LineError::Unreachable));
    }

    #[test]
    fn a_message_that_lies_about_itself_is_none() {
        let whole: Vec<u8> = message(b"body").as_ref().to_vec();
        assert_eq!(body(&whole), Some(&b"body"[..]));
        for length in 0..whole.len() {
            assert_eq!(body(&whole[..length]), None, "{length}");
        }
        let sealed: Vec<u8> = [&[1], &whole[1..]].concat();
        assert_eq!(body(&sealed), None);
    }
}
