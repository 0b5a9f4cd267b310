//! A request and its answer, and what a fault makes of the answer on its way.

use std::io::Write as _;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use grammers_tl_types::{self as tl, Serializable as _};

use super::write::{Delivery, Outgoing};
use super::{Answer, Connection, GZIP_PACKED, RPC_RESULT, Shared};
use crate::sim::faults::FaultKind;
use crate::sim::rpc::{self, Answered, Caller};

/// More than grammers' buffer holds, 1 MiB and 8 KiB, whatever stands around it.
const TOO_LARGE: usize = (1 << 20) + (8 << 10) + 1;

impl Connection {
    /// Answers a request; later, where that is due, so that requests of one connection overlap.
    pub(super) fn request(&self, answer: &Answer, body: &[u8]) {
        let now = self.shared.began.elapsed();
        let under_way = UnderWay::begin(&self.shared);
        let (outcome, knobs, scan_after) = {
            let mut world = self.shared.world();
            let caller = Caller {
                key: self.key_id(),
                dc_id: self.dc_id,
                data_centres: &self.shared.data_centres,
                mailbox: self.mailbox(answer.session_id),
            };
            let outcome = rpc::answer(&mut world, body, &caller, now);
            let scan_after = world.logins.take_due();
            (outcome, world.knobs.clone(), scan_after)
        };
        if outcome.takes_updates {
            self.takes_updates.store(true, Ordering::Relaxed);
        }
        let fault = outcome.fault.as_ref();
        let Some(result) = outcome.result else {
            return self.turn_away(answer, fault);
        };
        if fault == Some(&FaultKind::NewSession) {
            self.forget(answer.session_id);
            self.announce(answer);
        }
        if knobs.acknowledge_first {
            let ack = tl::types::MsgsAck {
                msg_ids: vec![answer.msg_id],
            };
            self.send(answer, tl::enums::MsgsAck::from(ack).to_bytes(), false);
        }
        if fault == Some(&FaultKind::Silent) {
            return;
        }
        if fault == Some(&FaultKind::HalfOpen) {
            self.deaf.store(true, Ordering::Relaxed);
        }
        let mut outgoing =
            self.outgoing(answer, rpc_result(answer, result, fault, knobs.gzip_from));
        outgoing.content = true;
        outgoing.delivery = delivery(fault);
        if fault == Some(&FaultKind::ForeignSession) {
            outgoing.session_id = !answer.session_id;
        }
        match fault {
            Some(FaultKind::Delay(delay)) => {
                self.send_after(*delay + knobs.latency, outgoing, under_way);
            }
            _ => self.send_after(knobs.latency, outgoing, under_way),
        }
        // What was not answered cannot be shown to the owner.
        if let Some(after) = scan_after {
            self.scan_later(after);
        }
    }

    /// Has the owner scan what is shown after a while.
    fn scan_later(&self, after: Duration) {
        let shared = Arc::clone(&self.shared);
        tokio::spawn(async move {
            tokio::select! {
                () = shared.stop.cancelled() => {}
                () = tokio::time::sleep(after) => {
                    shared.world().scan();
                }
            }
        });
    }

    /// What happens instead to a request that is not carried out.
    fn turn_away(&self, answer: &Answer, fault: Option<&FaultKind>) {
        let (delivery, code) = match fault {
            Some(FaultKind::BadSalt) => {
                self.shared.world().change_salt();
                return self.refuse_salt(answer);
            }
            Some(FaultKind::Status(code)) => (Delivery::Status, *code),
            Some(FaultKind::BareStatus(code)) => (Delivery::BareStatus, *code),
            _ => (Delivery::Cut(0), 0),
        };
        let _ = self.sender.send(Outgoing {
            delivery,
            ..self.outgoing(answer, code.to_le_bytes().to_vec())
        });
    }

    fn send_after(&self, delay: Duration, outgoing: Outgoing, under_way: UnderWay) {
        let (sender, closed) = (self.sender.clone(), self.closed.clone());
        if delay == Duration::ZERO {
            drop(under_way);
            let _ = sender.send(outgoing);
            return;
        }
        tokio::spawn(async move {
            tokio::select! {
                () = closed.cancelled() => {}
                () = tokio::time::sleep(delay) => {
                    drop(under_way);
                    let _ = sender.send(outgoing);
                }
            }
        });
    }
}

/// Counts a request from when it is taken until it is answered, or never will be.
struct UnderWay(Arc<Shared>);

impl UnderWay {
    fn begin(shared: &Arc<Shared>) -> Self {
        let mut world = shared.world();
        world.under_way += 1;
        world.most_at_once = world.most_at_once.max(world.under_way);
        drop(world);
        Self(Arc::clone(shared))
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.0.world().under_way -= 1;
    }
}

/// How the answer goes out.
fn delivery(fault: Option<&FaultKind>) -> Delivery {
    match fault {
        Some(FaultKind::Twice) => Delivery::Twice,
        Some(FaultKind::Drop) => Delivery::Cut(0),
        Some(FaultKind::Cut(bytes)) => Delivery::Cut(*bytes),
        Some(FaultKind::CloseAfter) => Delivery::Cut(usize::MAX),
        Some(FaultKind::Reset) => Delivery::Reset,
        Some(FaultKind::HalfOpen) => Delivery::Never,
        Some(FaultKind::Flip(at)) => Delivery::Flip(*at),
        Some(FaultKind::Forge(at)) => Delivery::Forge(*at),
        Some(FaultKind::ForeignSession) => Delivery::Alone,
        _ => Delivery::Usual,
    }
}

/// The answer as a message's body; errors are never gzipped.
fn rpc_result(
    answer: &Answer,
    result: Answered,
    fault: Option<&FaultKind>,
    gzip_from: usize,
) -> Vec<u8> {
    let may_zip = result.is_ok() && fault != Some(&FaultKind::Large);
    let mut bytes = result.unwrap_or_else(|refusal| {
        let error = tl::types::RpcError {
            error_code: refusal.code,
            error_message: refusal.name,
        };
        tl::enums::RpcError::from(error).to_bytes()
    });
    match fault {
        Some(FaultKind::Short(length)) => bytes.truncate(*length),
        Some(FaultKind::Large) => bytes.resize(bytes.len().max(TOO_LARGE), 0),
        _ => {}
    }
    let mut body = RPC_RESULT.to_bytes();
    answer.msg_id.serialize(&mut body);
    if may_zip && bytes.len() >= gzip_from {
        GZIP_PACKED.serialize(&mut body);
        zip(&bytes).serialize(&mut body);
    } else {
        body.extend(bytes);
    }
    body
}

fn zip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    // Writing to memory does not fail.
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
}
