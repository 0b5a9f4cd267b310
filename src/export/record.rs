//! What the audit is told of a job when it has ended.

use tokio::sync::watch;
use tokio::time::Instant;

use super::job::News;
use super::status::State;
use crate::audit::{Audit, Entry, Event, Outcome};

/// A job that runs.
pub(super) struct Record {
    audit: Audit,
    entry: Entry,
    began: Instant,
}

impl Record {
    /// Begins to record the job of this export.
    pub(super) fn begin(audit: &Audit, export_id: &str, chat_id: i64) -> Self {
        Self {
            audit: audit.clone(),
            entry: Entry {
                chat_id: Some(chat_id),
                export_id: Some(export_id.to_owned()),
                ..Entry::new(Event::ExportEnd)
            },
            began: Instant::now(),
        }
    }

    /// Writes down how it stands now that it has ended.
    pub(super) fn ends(self, news: &watch::Receiver<News>) {
        let news = news.borrow();
        let outcome = match (&news.error, news.state) {
            (_, State::Complete) => Outcome::OK,
            (Some(error), _) => Outcome::of(error),
            (None, _) => Outcome::CANCELLED,
        };
        let entry = Entry {
            returned: Some(news.progress.lines),
            looked_at: Some(news.progress.tally.coverage.fetched),
            bytes: Some(news.progress.bytes),
            ..self.entry
        };
        let took = self.began.elapsed();
        self.audit.record(entry.took(took).ended(outcome));
    }
}
