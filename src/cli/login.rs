//! `login`: a session of one's own, with a QR code or a code by phone, and where it is kept.
//!
//! What is said goes to the terminal itself, so that standard output holds nothing but a session that is to be
//! printed.

mod existing;
mod keeping;
mod phone;
mod proof;
mod qr;
mod start;
mod terminal;

use clap::{Args, ValueEnum};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use zeroize::Zeroizing;

use self::existing::Existing;
use self::terminal::Terminal;
use super::flags::ConfigFlags;
use super::{Failure, INTERRUPTED, account, clients, serve, sharing};
use crate::audit::Event;
use crate::config::{Config, Key};
use crate::logging;
use crate::privacy::sanitize;
use crate::sharing::Purpose;
use crate::telegram::auth::{Application, Login, Owner};
use crate::telegram::session::Origin;

/// How to log in, and where to keep what comes of it.
#[derive(Debug, Clone, Args)]
pub(super) struct LoginArgs {
    /// Log in with a code that Telegram sends, instead of a QR code; asks for the phone number if it is not given
    #[arg(long, value_name = "NUMBER")]
    phone: Option<Option<String>>,
    /// Where the session is kept [default: the system's keyring, or else a file]
    #[arg(long, value_enum, value_name = "PLACE")]
    store: Option<Place>,
    /// Replace the session that is kept already, and end it
    #[arg(long)]
    replace: bool,
    /// Begin with this key of an embedded Telegram (`sim --login`) instead of making one; several times for several
    /// data centres, or `@FILE` with one a line
    #[arg(long, value_name = "STRING", hide_short_help = true)]
    start_session: Vec<String>,
}

/// Where a session is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Place {
    /// The system's keyring
    Keyring,
    /// A file that only you may read
    File,
    /// Nowhere: it is printed on standard output
    Print,
}

/// Logs in, and keeps the session.
pub(super) async fn run(flags: ConfigFlags, args: &LoginArgs) -> Result<(), Failure> {
    let config = flags.load()?;
    let began = Instant::now();
    let outcome = log_in(&config, args).await;
    account::record(&config, Event::Login, &outcome, began.elapsed()).await;
    outcome
}

async fn log_in(config: &Config, args: &LoginArgs) -> Result<(), Failure> {
    listen(config);
    let application = application(config)?;
    let start = start::read(&args.start_session)?;
    let phone = args
        .phone
        .as_ref()
        .map(|typed| phone::parse(typed.as_deref()));
    let phone = phone.transpose()?;
    let cancel = CancellationToken::new();
    serve::cancel_on_signal(cancel.clone())?;
    let terminal = Terminal::open()?;
    let _store = sharing::claim_store(config, Purpose::Login).await?;
    keeping::check(config, args.store).await?;
    let existing = match args.store {
        // What is kept stays as it is.
        Some(Place::Print) => Existing::None,
        _ => existing::look(config, args.replace, &terminal).await?,
    };

    let mut login = Login::new(application, start);
    let done = tokio::select! {
        biased;
        () = cancel.cancelled() => Err(Failure::with_code(INTERRUPTED, "given up; nothing was kept")),
        done = async {
            match phone {
                Some(phone) => proof::by_phone(&mut login, phone, &terminal).await,
                None => proof::by_qr(&mut login, &terminal).await,
            }
        } => done,
    };
    let kept = match &done {
        Ok(done) => keeping::keep(config, args.store, done, &terminal).await,
        Err(failure) => Err(failure.clone()),
    };
    match (done, kept) {
        (Ok(done), Ok(origin)) => {
            existing
                .end(config, &done.session, origin.as_ref(), &terminal)
                .await;
            farewell(config, &done.owner, origin.as_ref(), &terminal)
        }
        (_, outcome) => {
            login.abandon().await;
            outcome.map(drop)
        }
    }
}

/// Logs only when that was asked for: the terminal belongs to the login.
pub(super) fn listen(config: &Config) {
    let usual = Key::find("TELEGRAM_LOG").map(|key| key.default);
    if usual.is_some_and(|usual| usual != config.log_filter) {
        logging::init(config);
    }
}

fn application(config: &Config) -> Result<Application, Failure> {
    match (config.api_id, &config.api_hash) {
        (Some(id), Some(hash)) => Ok(Application {
            id,
            hash: Zeroizing::new(hash.expose().to_owned()),
        }),
        (id, hash) => {
            let names = match (id, hash) {
                (None, None) => "`TELEGRAM_API_ID` and `TELEGRAM_API_HASH` are not set",
                (None, _) => "`TELEGRAM_API_ID` is not set",
                _ => "`TELEGRAM_API_HASH` is not set",
            };
            Err(Failure::usage(format!(
                "{names}; https://my.telegram.org (API development tools) has both"
            )))
        }
    }
}

/// Says whose session it is, where it went, and what comes next.
fn farewell(
    config: &Config,
    owner: &Owner,
    origin: Option<&Origin>,
    terminal: &Terminal,
) -> Result<(), Failure> {
    terminal.say(&format!("Logged in as {}.", introduced(owner)))?;
    let Some(origin) = origin else {
        return terminal.say(
            "The session string on standard output is as good as the account: keep it to yourself, and set it as TELEGRAM_SESSION_STRING.",
        );
    };
    let place = match origin {
        Origin::File(file) => format!("{}, which only you may read", file.display()),
        other => other.to_string(),
    };
    terminal.say(&format!("The session is in {place}."))?;
    if config.session_string.is_some() {
        terminal.say(
            "TELEGRAM_SESSION_STRING is set, and counts before it: unset it to use the new session.",
        )?;
    }
    terminal.say("")?;
    terminal.say("Next: `telegram-history-mcp doctor` checks that all is well.")?;
    terminal
        .say("Clients find the session by themselves. What to put into their configuration:")?;
    for snippet in clients::account(config) {
        terminal.say("")?;
        terminal.say(&format!("{}, {}:", snippet.client, snippet.place))?;
        terminal.put(&format!("{}\n", snippet.text))?;
    }
    terminal.say("")?;
    terminal.say("A client that runs already finds it by itself, unless it had another session: then start it again.")
}

/// The account in a few words, for its owner.
pub(super) fn introduced(owner: &Owner) -> String {
    let name = sanitize::line(&owner.name).into_owned();
    let name = match name.trim() {
        "" => format!("account {}", owner.id),
        name => name.to_owned(),
    };
    let username = owner.username.as_deref().map(sanitize::line);
    let username = username.map(|username| format!("@{username}"));
    let rest: Vec<String> = username.into_iter().chain(owner.phone.clone()).collect();
    match rest.as_slice() {
        [] => name,
        rest => format!("{name} ({})", rest.join(", ")),
    }
}
