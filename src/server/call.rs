//! One call from start to end: whatever happens inside, it comes back.

use std::{future::Future, panic::AssertUnwindSafe, time::Duration};

use futures_util::FutureExt;
use tokio::time::{Instant, sleep_until, timeout};
use tokio_util::sync::CancellationToken;

use crate::error::Error;

/// How long after its deadline a call is still waited for.
const GRACE: Duration = Duration::from_secs(2);

/// How long a call may take to hand back what it has once the client is gone.
const HAND_BACK: Duration = Duration::from_millis(400);

/// What ends a call from outside.
pub(super) struct Ends {
    /// The client withdrew the request: nobody wants its answer.
    pub(super) withdrawn: CancellationToken,
    /// The call's own token, cancelled when the connection ends, and at the latest by the end of the call.
    pub(super) cancel: CancellationToken,
    /// When the call must have come back by itself.
    pub(super) deadline: Instant,
}

/// The outcome of `work`, or why there is none: it panicked, was withdrawn, or did not come back.
pub(super) async fn run<T, E: From<Error>>(
    ends: Ends,
    work: impl Future<Output = Result<T, E>>,
) -> Result<T, E> {
    let _ends_what_the_call_started = ends.cancel.clone().drop_guard();
    let work = AssertUnwindSafe(work).catch_unwind().map(|outcome| {
        outcome.unwrap_or_else(|_| {
            let error = Error::Internal {
                what: "the call failed in an unforeseen way".into(),
            };
            Err(error.into())
        })
    });
    tokio::pin!(work);
    tokio::select! {
        biased;
        outcome = &mut work => return outcome,
        () = ends.withdrawn.cancelled() => return Err(Error::Cancelled.into()),
        () = sleep_until(ends.deadline + GRACE) => return Err(Error::unavailable("there was no answer in time").into()),
        () = ends.cancel.cancelled() => (),
    }
    timeout(HAND_BACK, work)
        .await
        .unwrap_or_else(|_| Err(Error::Cancelled.into()))
}
