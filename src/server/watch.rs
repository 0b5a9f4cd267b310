//! Tells one client what happens to exports: which there are, and that those it follows have grown or ended.

use std::sync::{Mutex, MutexGuard, PoisonError};

use rmcp::RoleServer;
use rmcp::model::{ResourceUpdatedNotificationParam, SubscriptionFilter};
use rmcp::service::{Peer, SubscriptionSink};
use tokio::sync::Notify;
use tokio::sync::broadcast::{Receiver, error::RecvError};
use tokio::time::{Instant, sleep_until};

use super::resources::ResourceUri;
use super::subscriptions::{MOST, Subject, Subscriptions};
use crate::export::Change;

/// Who is told, and how.
pub(super) enum Audience {
    /// A client of the eras with sessions.
    Session(Peer<RoleServer>),
    /// A client that listens to a stream of its own.
    Stream(SubscriptionSink),
}

impl Audience {
    /// Says that something has changed; whether there is still somebody to say it to.
    async fn hears(&self, subject: Subject) -> bool {
        match (self, subject) {
            (Self::Session(peer), Subject::List) => {
                peer.notify_resource_list_changed().await.is_ok()
            }
            (Self::Session(peer), Subject::Resource(uri)) => {
                let update = ResourceUpdatedNotificationParam::new(uri.to_string());
                peer.notify_resource_updated(update).await.is_ok()
            }
            (Self::Stream(sink), Subject::List) => {
                sink.notify_resource_list_changed().await.is_ok()
            }
            (Self::Stream(sink), Subject::Resource(uri)) => {
                sink.notify_resource_updated(uri.to_string()).await.is_ok()
            }
        }
    }
}

/// What of a filter can be followed: what never changes, or is no resource, cannot.
pub(super) fn acceptable(requested: &SubscriptionFilter) -> SubscriptionFilter {
    let mut accepted = requested.clone();
    if let Some(uris) = &mut accepted.resource_subscriptions {
        uris.retain(|text| ResourceUri::parse(text).is_some_and(|uri| uri.may_change()));
        // The list counts too.
        uris.truncate(MOST - 1);
    }
    accepted
}

/// What one client follows.
#[derive(Debug, Default)]
pub(super) struct Watch {
    subscriptions: Mutex<Subscriptions>,
    noted: Notify,
}

impl Watch {
    /// What a filter wants followed.
    pub(super) fn of(filter: &SubscriptionFilter) -> Self {
        let watch = Self::default();
        if filter.resources_list_changed == Some(true) {
            watch.follow(Subject::List);
        }
        let uris = filter.resource_subscriptions.iter().flatten();
        for uri in uris.filter_map(|text| ResourceUri::parse(text)) {
            watch.follow(Subject::Resource(uri));
        }
        watch
    }

    /// The resources that are followed.
    pub(super) fn resources(&self) -> Vec<ResourceUri> {
        self.subscriptions().resources().cloned().collect()
    }

    /// Follows a subject; whether there was room for it.
    pub(super) fn follow(&self, subject: Subject) -> bool {
        self.subscriptions().add(subject)
    }

    /// Follows a subject no longer.
    pub(super) fn leave(&self, subject: &Subject) {
        self.subscriptions().remove(subject);
    }

    /// Has this subject told of, as if it had changed.
    pub(super) fn note(&self, subject: &Subject) {
        self.subscriptions().changed(|followed| followed == subject);
        self.noted.notify_one();
    }

    /// Tells of changes, for as long as there are any and somebody to tell.
    pub(super) async fn tell(&self, mut changes: Receiver<Change>, audience: Audience) {
        loop {
            tokio::select! {
                change = changes.recv() => match change {
                    Ok(change) => self.take_in(&change),
                    // What was missed may have been about anything.
                    Err(RecvError::Lagged(_)) => self.subscriptions().changed(|_| true),
                    Err(RecvError::Closed) => return,
                },
                () = self.falls_due() => (),
                () = self.noted.notified() => (),
            }
            let due = self.subscriptions().take_due(Instant::now());
            for subject in due {
                if !audience.hears(subject).await {
                    return;
                }
            }
        }
    }

    fn take_in(&self, change: &Change) {
        let mut subscriptions = self.subscriptions();
        match change {
            Change::Grew(export_id) | Change::Ended(export_id) => {
                subscriptions.changed(|subject| subject.is_of(export_id));
            }
            Change::ListChanged => subscriptions.changed(|subject| *subject == Subject::List),
        }
    }

    async fn falls_due(&self) {
        let next = self.subscriptions().next_due(Instant::now());
        match next {
            Some(due_at) => sleep_until(due_at).await,
            None => std::future::pending().await,
        }
    }

    fn subscriptions(&self) -> MutexGuard<'_, Subscriptions> {
        self.subscriptions
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}
