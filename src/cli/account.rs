//! From a configuration to a reader: of the account it names, or of the embedded Telegram.

use std::time::Duration;

use zeroize::Zeroizing;

use crate::audit::{Audit, Entry, Event, Outcome};
use crate::config::{Config, Pii, RateLimits};
use crate::export::ExportOptions;
use crate::history;
use crate::history::Reader;
use crate::privacy::Gate;
use crate::privacy::mask::{Level, Masker};
use crate::server::ServerOptions;
use crate::sim::Sim;
use crate::telegram::session::{Kept, Origin, SessionString, Store, StoreError};
use crate::telegram::{ClientOptions, OUTAGE_PATIENCE, RPC_TIMEOUT, Rates};

use super::{Failure, INTERRUPTED};

/// Any number will do: the embedded Telegram does not look at it.
const DEMO_API_ID: i32 = 1;

/// The account that is configured.
#[derive(Clone)]
pub(super) struct Account {
    pub(super) api_id: i32,
    pub(super) session: SessionString,
    pub(super) origin: Origin,
}

/// Why there is none.
#[derive(Debug, thiserror::Error)]
pub(super) enum NoAccount {
    /// Something was not set, or nobody has logged in.
    #[error("{0}")]
    Missing(&'static str),
    /// A session is kept, and it cannot be had.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The account that the configuration leads to: its session is the one that was set, or else the one that is kept,
/// with the application that it was made with.
pub(super) async fn find(config: &Config) -> Result<Account, NoAccount> {
    let Some(kept) = find_session(config).await? else {
        return Err(NoAccount::Missing(
            "there is no session: `telegram-history-mcp login` makes one, unless `TELEGRAM_SESSION_STRING` is set",
        ));
    };
    let api_id = config.api_id.or(kept.api_id);
    let api_id = api_id.ok_or(NoAccount::Missing(
        "`TELEGRAM_API_ID` is not set, and is not kept with the session",
    ))?;
    Ok(Account {
        api_id,
        session: kept.session,
        origin: kept.origin,
    })
}

/// The session that was set, or else the one that is kept.
pub(super) async fn find_session(config: &Config) -> Result<Option<Kept>, StoreError> {
    let Some(text) = &config.session_string else {
        return store(config).load().await;
    };
    let origin = Origin::Configuration;
    match SessionString::parse(text.expose()) {
        Ok(session) => Ok(Some(Kept {
            session,
            origin,
            api_id: None,
        })),
        Err(reason) => Err(StoreError::NoSession { origin, reason }),
    }
}

/// Where a login is kept.
pub(super) fn store(config: &Config) -> Store {
    Store::new(config.session_file.clone(), config.keyring)
}

/// A reader of an account.
pub(super) fn reader(config: &Config, account: Account) -> Result<Reader, Failure> {
    let options = client_options(config, account);
    let gate = gate(config, &options.session)?;
    Ok(Reader::new(options, gate))
}

/// What an account is asked with.
pub(super) fn client_options(config: &Config, account: Account) -> ClientOptions {
    ClientOptions {
        session: account.session,
        api_id: account.api_id,
        rates: rates(config.rate_limits),
        flood_wait_max: config.flood_wait_max,
        state_dir: config.state_dir.clone(),
        rpc_timeout: RPC_TIMEOUT,
        outage_patience: OUTAGE_PATIENCE,
    }
}

/// The gate that masks as configured, with pseudonyms of this session unless a key of their own was set, and keeps
/// to the lists of chats.
fn gate(config: &Config, session: &SessionString) -> Result<Gate, Failure> {
    let (allowed, denied) = (&config.allowed_chats, &config.denied_chats);
    let policy = history::read_policy(allowed, denied, config.not_before);
    check_region(config)?;
    let gate = match masker(config, || session.derive_key(b"pii")) {
        Some(masker) => Gate::masking(masker),
        None => Gate::unmasked(),
    };
    Ok(gate.with_policy(policy.map_err(Failure::usage)?))
}

/// Whether the country of local phone numbers is one whose numbers are known.
pub(super) fn check_region(config: &Config) -> Result<(), Failure> {
    match config.pii_region.as_deref() {
        Some(region) if !Masker::knows_region(region) => Err(Failure::usage(format!(
            "`TELEGRAM_PII_REGION` is `{region}`, expected a country whose phone numbers are known, such as `GB`"
        ))),
        _ => Ok(()),
    }
}

/// What masks as configured, if anything shall; `key` makes the pseudonyms when none was set.
fn masker(config: &Config, key: impl FnOnce() -> Zeroizing<[u8; 32]>) -> Option<Masker> {
    let level = match config.pii {
        Pii::Off => return None,
        Pii::Mask => Level::Mask,
        Pii::Strict => Level::Strict,
    };
    let key = match &config.pii_key {
        Some(words) => Masker::key_from(words.expose()),
        None => key(),
    };
    Some(Masker::new(level, &key, config.pii_region.as_deref()))
}

/// A reader of the embedded Telegram: nothing is written to disk, and nobody else is slowed down; only bounds that
/// were set are kept.
pub(super) fn demo_reader(sim: &Sim, config: &Config) -> Result<Reader, Failure> {
    let options = ClientOptions {
        session: session_of(sim)?,
        api_id: DEMO_API_ID,
        rates: rates(config.rate_limits).or(Rates::UNLIMITED),
        flood_wait_max: config.flood_wait_max,
        state_dir: None,
        rpc_timeout: RPC_TIMEOUT,
        outage_patience: OUTAGE_PATIENCE,
    };
    let gate = gate(config, &options.session)?;
    Ok(Reader::new(options, gate))
}

/// The string session of the embedded Telegram's account.
pub(super) fn session_of(sim: &Sim) -> Result<SessionString, Failure> {
    SessionString::new(sim.dc_id(), sim.address(), &sim.auth_key()).map_err(Failure::new)
}

/// What the server is told.
pub(super) fn server_options(config: &Config) -> ServerOptions {
    /// Kept back from the deadline, to turn what was read into an answer.
    const LAST_WORDS: Duration = Duration::from_secs(1);
    ServerOptions {
        tool_names: config.tool_names,
        call_deadline: config.call_deadline.saturating_sub(LAST_WORDS),
        reply_max_chars: config.reply_max_chars,
    }
}

/// Where is recorded what is done with the account.
pub(super) fn audit(config: &Config) -> Audit {
    config
        .audit_file
        .as_deref()
        .map(Audit::to)
        .unwrap_or_default()
}

/// The same for the embedded Telegram, whose chats nobody owns: only where it was asked for.
pub(super) fn demo_audit(config: &Config) -> Audit {
    match config.sets("TELEGRAM_AUDIT_FILE") {
        true => audit(config),
        false => Audit::default(),
    }
}

/// Records that somebody logged in or out, or tried to: not what ended before there was anything to do.
pub(super) async fn record(
    config: &Config,
    event: Event,
    outcome: &Result<(), Failure>,
    took: Duration,
) {
    let audit = audit(config);
    let outcome = match outcome {
        Ok(()) => Outcome::OK,
        Err(failure) if failure.came_early => return,
        Err(failure) if failure.code == INTERRUPTED => Outcome::CANCELLED,
        Err(_) => Outcome::FAILED,
    };
    audit.record(Entry::new(event).took(took).ended(outcome));
    audit.close().await;
}

/// What exports are made with.
pub(super) fn export_options(config: &Config) -> ExportOptions {
    ExportOptions {
        dir: config.export_dir.clone(),
        ttl: config.export_ttl,
        quota_bytes: config.export_quota_bytes,
        protected: config.export_protected,
        takeout: config.takeout,
        world: String::new(),
    }
}

/// The bounds that were set.
pub(super) fn rates(limits: RateLimits) -> Rates {
    Rates {
        overall: limits.overall,
        history: limits.history,
        search: limits.search,
        resolve: limits.resolve,
        dialogs: limits.dialogs,
    }
}
