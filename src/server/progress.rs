//! Progress notifications of one call.

use std::sync::Arc;

use rmcp::{RoleServer, model::ProgressNotificationParam, service::RequestContext};
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;

use crate::history::Progress;

/// Progress that goes to the client if it asked for it, and to nobody once `cancel` is cancelled.
///
/// Each notification is awaited before the next, so that the numbers rise on the wire as well.
pub(super) fn to_client(
    context: &RequestContext<RoleServer>,
    cancel: &CancellationToken,
) -> Progress {
    let Some(token) = context.meta.get_progress_token() else {
        return Progress::default();
    };
    let (peer, cancel) = (context.peer.clone(), cancel.clone());
    let sent = Arc::new(Mutex::new(0_u32));
    Progress::new(move |activity| {
        let (peer, cancel) = (peer.clone(), cancel.clone());
        let (sent, token) = (sent.clone(), token.clone());
        Box::pin(async move {
            let send = async {
                let mut sent = sent.lock().await;
                *sent += 1;
                let step = ProgressNotificationParam::new(token, f64::from(*sent));
                // A client that is gone misses nothing.
                let _ = peer
                    .notify_progress(step.with_message(activity.into_words()))
                    .await;
            };
            let _ = cancel.run_until_cancelled(send).await;
        })
    })
}
