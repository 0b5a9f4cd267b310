//! Tracing to stderr, and to stderr only: stdout belongs to MCP.
//!
//! Whatever the filter says, some crates are hardly heard: at `debug` rmcp logs whole requests and in its warnings
//! what a client asked for, and at `info` grammers logs details of connections.

use std::io::{self, IsTerminal};

use tracing::{Level, Metadata, Subscriber};
use tracing_subscriber::filter::{FilterExt, filter_fn};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::{EnvFilter, Registry, fmt};

use crate::config::{Config, LogFormat};

/// Starts of the targets that are capped, each with the least serious that is heard.
const CAPPED: [(&str, Level); 2] = [("rmcp", Level::ERROR), ("grammers", Level::WARN)];

/// Begins to log as configured; only the first call in a process has an effect.
pub fn init(config: &Config) {
    let subscriber = subscriber(config, io::stderr, io::stderr().is_terminal());
    // It only fails when somebody was first, and then there is nothing to do.
    let _ = tracing::subscriber::set_global_default(subscriber);
}

fn subscriber<W>(config: &Config, writer: W, ansi: bool) -> impl Subscriber + Send + Sync
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let wanted = EnvFilter::try_new(&config.log_filter).unwrap_or_else(|_| EnvFilter::new("info"));
    let lines = fmt::layer::<Registry>().with_writer(writer).with_ansi(ansi);
    let lines = match config.log_format {
        LogFormat::Text => lines.boxed(),
        LogFormat::Json => lines.json().flatten_event(true).boxed(),
    };
    tracing_subscriber::registry().with(lines.with_filter(wanted.and(filter_fn(is_within_cap))))
}

fn is_within_cap(metadata: &Metadata<'_>) -> bool {
    // `Level` orders by verbosity: what is more serious is less.
    CAPPED
        .iter()
        .filter(|(start, _)| metadata.target().starts_with(start))
        .all(|(_, cap)| metadata.level() <= cap)
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;
    use crate::config::Sources;

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn config(settings: &[(&str, &str)]) -> Config {
        Config::load(Sources {
            flags: Vec::new(),
            environment: settings
                .iter()
                .map(|(name, value)| (name.into(), value.into()))
                .collect(),
            home: Some("/home/ann".into()),
            os: "linux",
            check_session: |_| Ok(()),
            is_chat: |_| true,
        })
        .unwrap()
    }

    /// What one event of each target leaves behind.
    fn logged(settings: &[(&str, &str)]) -> String {
        let lines = Lines::default();
        let writer = lines.clone();
        let subscriber = subscriber(&config(settings), move || writer.clone(), false);
        tracing::subscriber::with_default(subscriber, || {
            tracing::debug!(target: "telegram_history_mcp::test", "own debug");
            tracing::info!(target: "telegram_history_mcp::test", pages = 3, "own info");
            tracing::debug!(target: "rmcp::service", "request body");
            tracing::warn!(target: "rmcp::service", "what was asked for");
            tracing::error!(target: "rmcp::service", "rmcp's error");
            tracing::info!(target: "grammers_mtsender::pool", "connection detail");
            tracing::warn!(target: "grammers_mtsender::pool", "grammers warning");
        });
        let bytes = lines.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn the_default_shows_info_and_no_colours() {
        let text = logged(&[]);
        assert!(text.contains("own info pages=3"), "{text}");
        assert!(!text.contains("own debug") && !text.contains('\u{1b}'));
    }

    #[test]
    fn rmcp_and_grammers_are_capped_whatever_the_filter_says() {
        let text = logged(&[(
            "TELEGRAM_LOG",
            "trace,rmcp::service=trace,grammers_mtsender=trace",
        )]);
        assert!(
            text.contains("own debug") && text.contains("grammers warning"),
            "{text}"
        );
        assert!(text.contains("rmcp's error") && !text.contains("what was asked for"));
        assert!(!text.contains("request body") && !text.contains("connection detail"));
    }

    #[test]
    fn a_quieter_filter_than_the_cap_is_obeyed() {
        let text = logged(&[("TELEGRAM_LOG", "info,grammers_mtsender=error")]);
        assert!(!text.contains("grammers warning"), "{text}");
    }

    #[test]
    fn json_is_one_object_a_line() {
        let text = logged(&[("TELEGRAM_LOG_FORMAT", "json")]);
        let first: serde_json::Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
        assert_eq!(first["message"], "own info");
        assert_eq!(first["pages"], 3);
    }

    #[test]
    fn starting_twice_is_harmless() {
        init(&config(&[("TELEGRAM_LOG", "off")]));
        init(&config(&[("TELEGRAM_LOG", "off")]));
    }
}
