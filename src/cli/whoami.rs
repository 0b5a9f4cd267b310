//! `whoami`: whose session this is, and where it comes from.

use std::time::Duration;

use serde_json::json;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::account::Account;
use super::flags::ConfigFlags;
use super::{Failure, account, login, print, sharing};
use crate::config::Config;
use crate::error::{Error, ErrorCode};
use crate::privacy::sanitize;
use crate::sharing::Purpose;
use crate::telegram::auth::Owner;
use crate::telegram::session::Origin;
use crate::telegram::{Call, Client, Progress};

/// How long Telegram may take to answer.
const PATIENCE: Duration = Duration::from_secs(15);

/// Says whose session this is.
pub(super) async fn run(flags: ConfigFlags, is_json: bool) -> Result<(), Failure> {
    let config = flags.load()?;
    login::listen(&config);
    let account = account::find(&config).await.map_err(Failure::new)?;
    let (origin, dc_id) = (account.origin.clone(), account.session.dc_id());
    let _claim = sharing::claim(&config, &account.session, Purpose::Whoami).await?;
    let owner = ask(&config, account).await.map_err(|error| {
        let remedy = match error.code() {
            ErrorCode::SessionRevoked => "\n`telegram-history-mcp login` makes a new session",
            _ => "",
        };
        Failure::new(format!("the session from {origin}: {error}{remedy}"))
    })?;
    let username = owner.username.as_deref().map(sanitize::line);
    let name = sanitize::line(&owner.name);
    if is_json {
        let (place, file) = match &origin {
            Origin::Configuration => ("configuration", None),
            Origin::Keyring => ("keyring", None),
            Origin::File(file) => ("file", Some(file)),
        };
        let said = json!({
            "id": owner.id, "name": name, "username": username, "phone": owner.phone, "dc_id": dc_id,
            "session": place, "session_file": file,
        });
        return print(format_args!("{said:#}"));
    }
    let rows = [
        ("name", Some(name.into_owned())),
        ("username", username.map(|username| format!("@{username}"))),
        ("id", Some(owner.id.to_string())),
        ("phone", owner.phone),
        ("data centre", Some(dc_id.to_string())),
        ("session", Some(format!("from {origin}"))),
    ];
    for (name, value) in rows {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            print(format_args!("{name:11}  {value}"))?;
        }
    }
    Ok(())
}

/// Asks Telegram whose session an account has.
pub(super) async fn ask(config: &Config, account: Account) -> Result<Owner, Error> {
    let client = Client::new(account::client_options(config, account));
    let owner = client.owner(&call()).await;
    client.disconnect().await;
    owner
}

/// A call for one question that somebody waits for.
pub(super) fn call() -> Call {
    let deadline = Instant::now() + PATIENCE;
    Call::new(deadline, CancellationToken::new(), Progress::default())
}
