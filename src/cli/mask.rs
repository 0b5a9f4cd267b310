//! `mask`: what masking does to a text, from standard input or a file.
//!
//! The text is read in parts and written as it goes. Each part is masked behind the end of what was written, and
//! its own end waits for what follows, so that nothing is missed where two parts meet.

mod summary;

use std::fs::File;
use std::io::{self, BufWriter, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use zeroize::Zeroizing;

use crate::config::{Config, Pii};
use crate::privacy::mask::{Level, Masked, Masker};

use self::summary::Summary;
use super::flags::ConfigFlags;
use super::{Failure, account};

/// How much is read at once, at least.
const PART: usize = 64 << 10;

/// A find may depend on so much of what follows it, in bytes; what stands so near the end waits.
const WAITING: usize = 2 << 10;

/// So much of what was written is looked at again, for the words that say what follows.
const CONTEXT: usize = 1 << 10;

/// A find that is still longer is not waited for.
const MAX_WAITING: usize = 4 << 20;

#[derive(Debug, Args)]
pub(super) struct MaskArgs {
    /// The text to mask; standard input when it is left out, or `-`
    file: Option<PathBuf>,
    /// How much is masked [default: as configured, else mask]
    #[arg(long)]
    level: Option<LevelArg>,
    /// The country of phone numbers that are written without one, such as DE
    #[arg(long, value_name = "COUNTRY")]
    region: Option<String>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum LevelArg {
    /// What is certainly personal or secret
    Mask,
    /// Also what may well be, usernames, and what is written to hide from programs
    Strict,
}

/// Where the key of the pseudonyms comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum KeySource {
    Configured,
    Session,
    ThisRun,
}

/// Masks a text, and says on stderr what was found.
pub(super) async fn run(flags: ConfigFlags, args: &MaskArgs) -> Result<(), Failure> {
    let config = flags.load()?;
    let level = level(args, &config);
    let region = region(args, &config)?;
    let (key, source) = key(&config).await?;
    let masker = Masker::new(level, &key, region.as_deref());
    if config.pii == Pii::Off && args.level.is_none() {
        say("TELEGRAM_PII is `off`, so the server masks nothing; this is what `mask` would do.");
    }
    let mut input = Input::open(args.file.as_deref())?;
    if input.is_terminal {
        say("Type or paste a text; Ctrl-D on an empty line ends it.");
    }
    let mut stream = Stream::new(masker);
    let outcome = stream.run(&mut input, &mut BufWriter::new(io::stdout().lock()));
    match outcome {
        // Whoever read it has left, and needs no summary either.
        Err(Trouble::Write(error)) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(()),
        outcome => outcome.map_err(|trouble| trouble.failure(args))?,
    }
    if stream.is_torn {
        say("Some bytes were not UTF-8; each stands as U+FFFD in what was written.");
    }
    say(&stream.summary.tell(level, region.is_some()));
    if !stream.summary.is_empty() {
        say(source.tell());
    }
    Ok(())
}

fn level(args: &MaskArgs, config: &Config) -> Level {
    match (args.level, config.pii) {
        (Some(LevelArg::Strict), _) | (None, Pii::Strict) => Level::Strict,
        _ => Level::Mask,
    }
}

fn region(args: &MaskArgs, config: &Config) -> Result<Option<String>, Failure> {
    let Some(region) = &args.region else {
        account::check_region(config)?;
        return Ok(config.pii_region.clone());
    };
    let region = region.to_ascii_uppercase();
    match Masker::knows_region(&region) {
        true => Ok(Some(region)),
        false => Err(Failure::usage(
            "`--region` expects a two-letter country code such as `GB`",
        )),
    }
}

async fn key(config: &Config) -> Result<(Zeroizing<[u8; 32]>, KeySource), Failure> {
    if let Some(words) = &config.pii_key {
        return Ok((Masker::key_from(words.expose()), KeySource::Configured));
    }
    match account::find_session(config)
        .await
        .map_err(Failure::usage)?
    {
        Some(kept) => Ok((kept.session.derive_key(b"pii"), KeySource::Session)),
        None => Ok((Zeroizing::new(rand::random()), KeySource::ThisRun)),
    }
}

impl KeySource {
    fn tell(self) -> &'static str {
        match self {
            Self::Configured => "The pseudonyms are those of TELEGRAM_PII_KEY.",
            Self::Session => {
                "The pseudonyms are those of the session, as in what the server answers."
            }
            Self::ThisRun => {
                "The pseudonyms are of this run only: set TELEGRAM_PII_KEY to have the same again."
            }
        }
    }
}

/// A line for the person; nobody may be there to read it.
fn say(line: &str) {
    let _ = writeln!(io::stderr(), "{line}");
}

struct Input {
    reader: Box<dyn Read>,
    /// A person types: each line is answered at once.
    is_terminal: bool,
}

impl Input {
    fn open(file: Option<&Path>) -> Result<Self, Failure> {
        let Some(path) = file.filter(|path| *path != Path::new("-")) else {
            return Ok(Self {
                reader: Box::new(io::stdin().lock()),
                is_terminal: io::stdin().is_terminal(),
            });
        };
        let file = File::open(path).map_err(|error| {
            Failure::usage(format!(
                "cannot open `{}`: {}",
                path.display(),
                error.kind()
            ))
        })?;
        Ok(Self {
            reader: Box::new(file),
            is_terminal: false,
        })
    }
}

enum Trouble {
    Read(io::Error),
    Write(io::Error),
    /// Letters of two bytes: what they say is out of reach.
    Wide,
}

impl Trouble {
    fn failure(self, args: &MaskArgs) -> Failure {
        match (self, &args.file) {
            (Self::Read(error), Some(path)) => Failure::new(format!(
                "cannot read `{}`: {}",
                path.display(),
                error.kind()
            )),
            (Self::Read(error), None) => {
                Failure::new(format!("stdin cannot be read: {}", error.kind()))
            }
            (Self::Wide, _) => Failure::usage(
                "this is no UTF-8 text, or no text at all: nothing was looked at, and nothing written; save it as UTF-8",
            ),
            (Self::Write(error), _) => {
                Failure::new(format!("stdout cannot be written: {}", error.kind()))
            }
        }
    }
}

/// Whether a file begins as UTF-16 does, or as no text does.
fn is_wide(beginning: &[u8]) -> bool {
    beginning.starts_with(&[0xFF, 0xFE])
        || beginning.starts_with(&[0xFE, 0xFF])
        || beginning.contains(&0)
}

/// A text on its way through the masker.
struct Stream {
    masker: Masker,
    /// The end of what was written, and what waits behind it.
    text: String,
    /// How much of it was written.
    written: usize,
    /// The beginning of a character whose end was not read yet.
    torn: Vec<u8>,
    is_torn: bool,
    /// Nothing was read yet.
    is_first: bool,
    /// When as much waits, it is masked.
    enough: usize,
    summary: Summary,
}

impl Stream {
    fn new(masker: Masker) -> Self {
        Self {
            masker,
            text: String::new(),
            written: 0,
            torn: Vec::new(),
            is_torn: false,
            is_first: true,
            enough: PART,
            summary: Summary::default(),
        }
    }

    fn run(&mut self, input: &mut Input, output: &mut impl Write) -> Result<(), Trouble> {
        let mut part = vec![0; PART];
        loop {
            let length = match input.reader.read(&mut part) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                read => read.map_err(Trouble::Read)?,
            };
            let is_end = length == 0;
            if self.is_first && part.get(..length).is_some_and(is_wide) {
                return Err(Trouble::Wide);
            }
            self.is_first = false;
            self.take(part.get(..length).unwrap_or_default(), is_end);
            // What is left waiting must double before it is looked at again: a long find is not read over and over.
            let waiting = self.text.len() - self.written;
            if is_end || input.is_terminal || waiting >= self.enough {
                self.mask(is_end || input.is_terminal, output)
                    .map_err(Trouble::Write)?;
            }
            if is_end || input.is_terminal {
                output.flush().map_err(Trouble::Write)?;
            }
            if is_end {
                return Ok(());
            }
        }
    }

    /// Appends what was read, as text.
    fn take(&mut self, part: &[u8], is_end: bool) {
        let mut bytes = std::mem::take(&mut self.torn);
        bytes.extend_from_slice(part);
        let mut chunks = bytes.utf8_chunks().peekable();
        while let Some(chunk) = chunks.next() {
            self.text.push_str(chunk.valid());
            let is_last = chunks.peek().is_none();
            match chunk.invalid() {
                [] => {}
                torn if is_last && !is_end && torn.len() < 4 => self.torn = torn.to_vec(),
                _ => {
                    self.text.push(char::REPLACEMENT_CHARACTER);
                    self.is_torn = true;
                }
            }
        }
    }
}

impl Stream {
    /// Masks what waits, and writes as much of it as nothing that follows can change.
    fn mask(&mut self, all: bool, output: &mut impl Write) -> io::Result<()> {
        let masked = self.masker.text(&self.text);
        let cut = match all {
            true => self.text.len(),
            false => self.cut(&masked),
        };
        let mut written = self.text.get(..self.written).unwrap_or_default().to_owned();
        let (old, mut from) = (written.len(), self.written);
        for (found, pseudonym) in masked.pseudonyms() {
            if found.range.start < from || found.range.end > cut {
                continue;
            }
            written.push_str(self.text.get(from..found.range.start).unwrap_or_default());
            written.push_str(pseudonym);
            from = found.range.end;
            self.summary.count(found.kind, pseudonym);
        }
        written.push_str(self.text.get(from..cut).unwrap_or_default());
        output.write_all(written.as_bytes().get(old..).unwrap_or_default())?;
        let context = boundary(&written, written.len().saturating_sub(CONTEXT));
        written.drain(..context);
        self.written = written.len();
        written.push_str(self.text.get(cut..).unwrap_or_default());
        let waits = written.len() - self.written;
        self.enough = (2 * waits).max(PART);
        self.text = written;
        Ok(())
    }

    /// Where the text can be cut: before what may go on, and behind a line if there is one.
    fn cut(&self, masked: &Masked<'_>) -> usize {
        let limit = self.text.len().saturating_sub(WAITING).max(self.written);
        let limit = boundary(&self.text, limit);
        let waits_too_long = self.text.len() - self.written > MAX_WAITING;
        let reaches = masked.found.iter().find(|found| found.range.end > limit);
        let limit = match reaches {
            Some(found) if !waits_too_long => limit.min(found.range.start).max(self.written),
            _ => limit,
        };
        let lines = self.text.get(self.written..limit).unwrap_or_default();
        let line_end = lines.rfind('\n').map(|at| self.written + at + 1);
        let is_between = |at: &usize| {
            masked
                .found
                .iter()
                .all(|it| *at <= it.range.start || it.range.end <= *at)
        };
        line_end.filter(is_between).unwrap_or(limit)
    }
}

/// The last place up to `at` where a character begins.
fn boundary(text: &str, at: usize) -> usize {
    (0..=at)
        .rev()
        .find(|at| text.is_char_boundary(*at))
        .unwrap_or_default()
}
