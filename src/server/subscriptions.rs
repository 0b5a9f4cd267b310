//! What one client wants to hear of, and what it has yet to hear: of each thing at most once a second, and always
//! once after its last change.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::time::Instant;

use super::resources::ResourceUri;

/// How long nothing is said of a thing after it was spoken of.
const PAUSE: Duration = Duration::from_secs(1);

/// The most that one client may follow at a time.
pub(super) const MOST: usize = 256;

/// Something that a client can be told has changed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Subject {
    /// Which exports there are.
    List,
    /// One resource.
    Resource(ResourceUri),
}

#[derive(Debug, Default)]
struct Standing {
    told_at: Option<Instant>,
    has_changed: bool,
}

impl Standing {
    /// When it may be told, if there is something to tell.
    fn due_at(&self, now: Instant) -> Option<Instant> {
        let due_at = self.told_at.map_or(now, |told_at| told_at + PAUSE);
        self.has_changed.then_some(due_at)
    }
}

/// The subjects of one client.
#[derive(Debug, Default)]
pub(super) struct Subscriptions(BTreeMap<Subject, Standing>);

impl Subscriptions {
    /// Follows a subject; whether there was room for it.
    pub(super) fn add(&mut self, subject: Subject) -> bool {
        let has_room = self.0.len() < MOST || self.0.contains_key(&subject);
        if has_room {
            self.0.entry(subject).or_default();
        }
        has_room
    }

    /// Follows a subject no longer.
    pub(super) fn remove(&mut self, subject: &Subject) {
        self.0.remove(subject);
    }

    /// The resources that are followed.
    pub(super) fn resources(&self) -> impl Iterator<Item = &ResourceUri> {
        self.0.keys().filter_map(|subject| match subject {
            Subject::Resource(uri) => Some(uri),
            Subject::List => None,
        })
    }

    /// Notes a change of what `concerns` picks.
    pub(super) fn changed(&mut self, concerns: impl Fn(&Subject) -> bool) {
        let concerned = self.0.iter_mut().filter(|(subject, _)| concerns(subject));
        concerned.for_each(|(_, standing)| standing.has_changed = true);
    }

    /// What is to be told now; it counts as told.
    pub(super) fn take_due(&mut self, now: Instant) -> Vec<Subject> {
        let mut due = Vec::new();
        for (subject, standing) in &mut self.0 {
            if standing.due_at(now).is_some_and(|due_at| due_at <= now) {
                due.push(subject.clone());
                *standing = Standing {
                    told_at: Some(now),
                    has_changed: false,
                };
            }
        }
        due
    }

    /// When something is to be told next, if nothing else changes.
    pub(super) fn next_due(&self, now: Instant) -> Option<Instant> {
        self.0
            .values()
            .filter_map(|standing| standing.due_at(now))
            .min()
    }
}

impl Subject {
    /// Whether it is of this export.
    pub(super) fn is_of(&self, export_id: &str) -> bool {
        matches!(self, Self::Resource(uri) if uri.export_id == export_id)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::resources::What;
    use super::*;

    fn whole(export_id: &str) -> Subject {
        Subject::Resource(ResourceUri::new(export_id, What::Whole))
    }

    fn manifest(export_id: &str) -> Subject {
        Subject::Resource(ResourceUri::new(export_id, What::Manifest))
    }

    fn of_all(subjects: impl IntoIterator<Item = Subject>) -> Subscriptions {
        let mut subscriptions = Subscriptions::default();
        for subject in subjects {
            assert!(subscriptions.add(subject));
        }
        subscriptions
    }

    #[test]
    fn a_change_is_told_at_once_and_the_next_one_a_second_later() {
        let begun = Instant::now();
        let mut subscriptions = of_all([whole("a")]);
        assert_eq!(subscriptions.next_due(begun), None);
        subscriptions.changed(|subject| subject.is_of("a"));
        assert_eq!(subscriptions.take_due(begun), [whole("a")]);
        subscriptions.changed(|subject| subject.is_of("a"));
        subscriptions.changed(|subject| subject.is_of("a"));
        assert_eq!(subscriptions.take_due(begun), []);
        assert_eq!(subscriptions.next_due(begun), Some(begun + PAUSE));
        assert_eq!(subscriptions.take_due(begun + PAUSE), [whole("a")]);
        assert_eq!(subscriptions.next_due(begun + PAUSE), None);
    }

    #[test]
    fn only_what_is_followed_is_told_and_only_what_has_changed() {
        let begun = Instant::now();
        let mut subscriptions = of_all([whole("a"), manifest("a"), whole("b"), Subject::List]);
        subscriptions.changed(|subject| subject.is_of("a"));
        assert_eq!(subscriptions.take_due(begun), [whole("a"), manifest("a")]);
        subscriptions.changed(|subject| *subject == Subject::List);
        subscriptions.changed(|subject| subject.is_of("c"));
        assert_eq!(subscriptions.take_due(begun), [Subject::List]);
        subscriptions.changed(|subject| subject.is_of("b"));
        subscriptions.remove(&whole("b"));
        assert_eq!(subscriptions.take_due(begun), []);
    }

    #[test]
    fn there_is_no_room_without_end() {
        let mut subscriptions = of_all((0..MOST).map(|number| whole(&number.to_string())));
        assert!(!subscriptions.add(whole("one more")));
        assert!(subscriptions.add(whole("0")));
        subscriptions.remove(&whole("0"));
        assert!(subscriptions.add(whole("one more")));
    }

    proptest! {
        /// Steps in milliseconds, each with or without a change before it.
        #[test]
        fn every_change_is_told_within_a_second_and_never_twice_in_one(
            steps in prop::collection::vec((any::<bool>(), 0_u64..700), 1..60),
        ) {
            let mut now = Instant::now();
            let mut subscriptions = of_all([whole("a")]);
            let (mut told_at, mut changed_at) = (None::<Instant>, None::<Instant>);
            for (changes, step) in steps {
                if changes {
                    subscriptions.changed(|subject| subject.is_of("a"));
                    changed_at.get_or_insert(now);
                }
                // As the one who tells does: at once, and again whenever something falls due.
                let end = now + Duration::from_millis(step);
                while let Some(due_at) = subscriptions.next_due(now).filter(|due_at| *due_at <= end) {
                    now = now.max(due_at);
                    if subscriptions.take_due(now).is_empty() {
                        continue;
                    }
                    prop_assert!(told_at.is_none_or(|told_at| now >= told_at + PAUSE));
                    let changed = changed_at.take();
                    prop_assert!(changed.is_some_and(|changed| now <= changed + PAUSE));
                    told_at = Some(now);
                }
                now = end;
            }
            let left = subscriptions.next_due(now);
            prop_assert_eq!(left.is_some(), changed_at.is_some());
        }
    }
}
