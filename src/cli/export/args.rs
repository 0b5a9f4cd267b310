//! What can be asked for on the command line, and the question that it makes.

use std::path::PathBuf;
use std::time::Duration;

use clap::builder::{PossibleValuesParser, TypedValueParser as _};
use clap::{Args, ValueEnum};
use serde::Deserialize as _;
use serde::de::IntoDeserializer as _;
use serde::de::value::Error as NotAType;

use crate::cli::trouble::TroubleArgs;
use crate::cli::{Failure, WorldArgs};
use crate::export::Format;
use crate::history::{Direction, FilterParams, HistoryParams, MediaType, ResponseFormat};

#[derive(Debug, Args)]
#[command(after_long_help = "Exit codes, for cron:
  0    everything is in the file
  1    failed
  2    asked for wrongly
  75   paused: Telegram, the network or the disk has no room for it now; --resume goes on
  130  interrupted by Ctrl-C; --resume goes on")]
pub(in crate::cli) struct ExportArgs {
    /// The chats: @name, a t.me link, an id, a title, or `me`
    #[arg(
        value_name = "CHAT",
        required_unless_present = "verify",
        allow_negative_numbers = true
    )]
    pub(super) chats: Vec<String>,
    #[command(flatten)]
    question: QuestionArgs,
    /// The file, or the directory for files that are called by the chats' ids; `.gz` or `.zst` at the end of a file's
    /// name compresses it [default: the current directory]
    #[arg(long, short, value_name = "FILE|DIR")]
    pub(super) out: Option<PathBuf>,
    /// The layout of the file
    #[arg(long, value_enum, default_value_t)]
    format: FormatArg,
    /// Go on with a file that is not complete
    #[arg(long)]
    pub(super) resume: bool,
    /// Add what came in since the file was complete
    #[arg(long)]
    pub(super) incremental: bool,
    /// Pauses longer than this are not waited for: the export stops there with exit code 75
    #[arg(long, value_name = "SECONDS")]
    max_wait: Option<u64>,
    /// Only say what it would take: reads one small page of each chat, and writes nothing
    #[arg(long, conflicts_with_all = ["resume", "incremental", "verify"])]
    pub(super) dry_run: bool,
    /// Check a file against the manifest beside it
    #[arg(long, value_name = "FILE", conflicts_with_all = ["chats", "resume", "incremental", "out"])]
    pub(super) verify: Option<PathBuf>,
    /// Read the embedded Telegram instead of an account
    #[arg(long)]
    pub(super) demo: bool,
    #[command(flatten)]
    pub(super) world: WorldArgs,
    #[command(flatten)]
    pub(super) trouble: TroubleArgs,
    /// Say what was done as JSON
    #[arg(long)]
    pub(super) json: bool,
    /// No progress on stderr
    #[arg(long, short)]
    pub(super) quiet: bool,
}

/// Which messages; as in `tg.fetch_history`.
#[derive(Debug, Args)]
#[command(next_help_heading = "Which messages")]
struct QuestionArgs {
    /// Only at or after this time: 2026-05-01 or 2026-05-01T09:30:00Z
    #[arg(long, value_name = "TIME")]
    from: Option<String>,
    /// Only before this time
    #[arg(long, value_name = "TIME")]
    to: Option<String>,
    /// For dates without an offset, such as Europe/Berlin [default: UTC]
    #[arg(long, value_name = "ZONE")]
    timezone: Option<String>,
    /// Only with these words, by Telegram's own search
    #[arg(long, value_name = "WORDS")]
    search: Option<String>,
    /// Only of this type; may be given several times
    #[arg(long = "media-type", value_name = "TYPE", value_parser = media_types())]
    media_types: Vec<MediaType>,
    /// Only with media, or without by `--has-media=false`
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    has_media: Option<bool>,
    /// Only from this sender: an id, @name or `me`; may be given several times
    #[arg(
        long = "from-user",
        value_name = "SENDER",
        allow_negative_numbers = true
    )]
    from_users: Vec<String>,
    /// Only of this forum topic, by id or title
    #[arg(long, value_name = "TOPIC")]
    topic: Option<String>,
    /// Only the comments on this post of a channel, or the replies to this message of a group
    #[arg(long, value_name = "ID")]
    comments_of: Option<i32>,
    /// The lowest id
    #[arg(long, value_name = "ID")]
    min_id: Option<i32>,
    /// The highest id
    #[arg(long, value_name = "ID")]
    max_id: Option<i32>,
    /// At least so many views
    #[arg(long, value_name = "NUMBER")]
    min_views: Option<i32>,
    /// At most so many views
    #[arg(long, value_name = "NUMBER")]
    max_views: Option<i32>,
    /// Without joins, pins and other service messages
    #[arg(long)]
    no_service: bool,
    /// Only what is pinned now
    #[arg(long)]
    pinned: bool,
    /// Also what a timer deletes
    #[arg(long)]
    include_expiring: bool,
    /// Oldest or newest first; only a file that grows at its end can be added to
    #[arg(long, value_enum, default_value_t)]
    direction: DirectionArg,
    /// What a reader needs, without formatting and technical details
    #[arg(long)]
    concise: bool,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
enum FormatArg {
    /// A record a line
    #[default]
    Ndjson,
    /// One object, as Telegram Desktop writes its result.json
    Tdesktop,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum DirectionArg {
    /// Oldest first
    #[default]
    Asc,
    /// Newest first
    Desc,
}

const MEDIA_TYPES: [&str; 13] = [
    "text",
    "photo",
    "video",
    "document",
    "audio",
    "voice",
    "video_note",
    "animation",
    "sticker",
    "poll",
    "link",
    "location",
    "contact",
];

fn media_types() -> impl clap::builder::TypedValueParser<Value = MediaType> {
    PossibleValuesParser::new(MEDIA_TYPES).try_map(|name| media_type(&name))
}

fn media_type(name: &str) -> Result<MediaType, NotAType> {
    MediaType::deserialize(name.into_deserializer())
}

impl ExportArgs {
    /// Refuses what does not go together.
    pub(super) fn check(&self) -> Result<(), Failure> {
        if !self.demo
            && let Some(flag) = self.world.typed().or(self.trouble.typed())
        {
            return Err(Failure::usage(format!("`{flag}` needs `--demo` beside it")));
        }
        if self.question.concise && self.format == FormatArg::Tdesktop {
            return Err(Failure::usage(
                "`--concise` leaves out what `--format tdesktop` is made of; give one of them",
            ));
        }
        let grows = matches!(self.question.direction, DirectionArg::Asc);
        if self.incremental && (!grows || self.format == FormatArg::Tdesktop) {
            return Err(Failure::usage(
                "`--incremental` adds lines at the end of a file: it needs `--direction asc` and `--format ndjson`",
            ));
        }
        Ok(())
    }

    /// The layout of the file.
    pub(super) fn format(&self) -> Format {
        match self.format {
            FormatArg::Ndjson => Format::Ndjson,
            FormatArg::Tdesktop => Format::Tdesktop,
        }
    }

    /// The longest pause that is waited for; `None` for any.
    pub(super) fn longest_pause(&self) -> Option<Duration> {
        self.max_wait.map(Duration::from_secs)
    }

    /// The question about one chat.
    pub(super) fn question(&self, chat: &str) -> HistoryParams {
        let asked = &self.question;
        HistoryParams {
            chat: Some(chat.to_owned()),
            direction: Some(match asked.direction {
                DirectionArg::Asc => Direction::Asc,
                DirectionArg::Desc => Direction::Desc,
            }),
            from: asked.from.clone(),
            to: asked.to.clone(),
            timezone: asked.timezone.clone(),
            search: asked.search.clone(),
            filter: asked.filter(),
            response_format: Some(match asked.concise {
                true => ResponseFormat::Concise,
                false => ResponseFormat::Detailed,
            }),
            ..HistoryParams::default()
        }
    }
}

impl QuestionArgs {
    fn filter(&self) -> FilterParams {
        FilterParams {
            media_types: Some(self.media_types.clone()).filter(|types| !types.is_empty()),
            has_media: self.has_media,
            from_users: Some(self.from_users.clone()).filter(|users| !users.is_empty()),
            topic_id: self.topic.clone(),
            comments_of: self.comments_of,
            min_id: self.min_id,
            max_id: self.max_id,
            min_views: self.min_views,
            max_views: self.max_views,
            include_service: self.no_service.then_some(false),
            pinned_only: self.pinned.then_some(true),
            include_expiring: self.include_expiring.then_some(true),
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        args: ExportArgs,
    }

    fn parse(line: &str) -> Result<ExportArgs, clap::Error> {
        let words = ["export"].into_iter().chain(line.split(' '));
        Line::try_parse_from(words).map(|line| line.args)
    }

    #[test]
    fn every_type_of_media_can_be_asked_for() {
        for name in MEDIA_TYPES {
            let wanted = media_type(name).unwrap();
            assert_eq!(serde_json::to_value(wanted).unwrap(), name);
        }
    }

    #[test]
    fn every_flag_is_in_the_question() {
        let args = parse(
            "-1001 --from 2026-01-01 --to 2026-02-01 --timezone Europe/Berlin --search tide --media-type photo \
             --media-type poll --has-media --from-user @ada --from-user -1002 --topic 4 --comments-of 5 --min-id 6 \
             --max-id 7 --min-views 8 --max-views 9 --no-service --pinned --include-expiring --direction desc --concise",
        );
        let args = args.unwrap();
        let question = args.question(&args.chats[0]);
        let told = serde_json::to_value(&question).unwrap();
        assert_eq!(
            told["filter"],
            serde_json::json!({
                "media_types": ["photo", "poll"], "has_media": true, "from_users": ["@ada", "-1002"], "topic_id": "4",
                "comments_of": 5, "min_id": 6, "max_id": 7, "min_views": 8, "max_views": 9, "include_service": false,
                "pinned_only": true, "include_expiring": true,
            })
        );
        assert_eq!(question.chat.as_deref(), Some("-1001"));
        assert_eq!(question.from.as_deref(), Some("2026-01-01"));
        assert_eq!(question.to.as_deref(), Some("2026-02-01"));
        assert_eq!(question.timezone.as_deref(), Some("Europe/Berlin"));
        assert_eq!(question.search.as_deref(), Some("tide"));
        assert_eq!(question.direction, Some(Direction::Desc));
        assert_eq!(question.response_format, Some(ResponseFormat::Concise));
    }

    #[test]
    fn a_chat_alone_asks_for_everything_oldest_first() {
        let args = parse("@ada").unwrap();
        let question = args.question("@ada");
        assert_eq!(question.filter, FilterParams::default());
        assert_eq!(question.direction, Some(Direction::Asc));
        assert_eq!(question.response_format, Some(ResponseFormat::Detailed));
        assert_eq!(args.longest_pause(), None);
        assert!(args.check().is_ok());
    }

    #[test]
    fn what_does_not_go_together_is_refused() {
        for line in [
            "@ada --floods strict",
            "@ada --seed 3",
            "@ada --concise --format tdesktop",
            "@ada --incremental --direction desc",
            "@ada --incremental --format tdesktop",
        ] {
            assert!(parse(line).unwrap().check().is_err(), "{line}");
        }
        for line in [
            "--resume",
            "@ada --dry-run --resume",
            "--verify x --resume",
            "@ada --verify x",
            "@ada --media-type music",
        ] {
            assert!(parse(line).is_err(), "{line}");
        }
    }
}
