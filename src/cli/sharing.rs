//! Where the processes of the configured account meet, and the right of a command to it.

use crate::config::Config;
use crate::sharing::{self, Claim, Place, Purpose, Settings, Standing};
use crate::telegram::session::SessionString;

use super::Failure;
use super::account::Account;

/// As `EX_TEMPFAIL` of sysexits.h: try again later.
const TRY_LATER: u8 = 75;

/// The place where a session is kept, as if it were an account: there may be none yet.
const STORE: &str = "store";

/// Where the processes of an account meet, and the settings they have to agree on. Nowhere without a state directory.
pub(super) fn of(config: &Config, account: &Account) -> Option<(Place, Settings)> {
    let place = place(config, &account.session)?;
    let key = account.session.derive_key(b"configuration");
    // One may have it set, and another find it with the session.
    let config = Config {
        api_id: Some(account.api_id),
        ..config.clone()
    };
    let settings = Settings::new(config.digest(&key), config.digests(&key));
    Some((place, settings))
}

fn place(config: &Config, session: &SessionString) -> Option<Place> {
    let dir = config.state_dir.as_ref()?;
    Some(Place::new(dir, &session.account_id()))
}

/// Takes the account for a command, which must not let go of it while it is connected.
pub(super) async fn claim(
    config: &Config,
    session: &SessionString,
    purpose: Purpose,
) -> Result<Option<Claim>, Failure> {
    let Some(place) = place(config, session) else {
        return Ok(None);
    };
    let claim = sharing::claim(&place, purpose).await;
    claim.map_err(|error| Failure::with_code(TRY_LATER, error).early())
}

/// Whether a login or logout is under way.
pub(super) async fn is_changing(config: &Config) -> bool {
    let Some(dir) = &config.state_dir else {
        return false;
    };
    let standing = sharing::status(&Place::new(dir, STORE)).await;
    matches!(standing, Standing::Taken(_))
}

/// Takes the place where a session is kept: one login or logout changes it at a time.
pub(super) async fn claim_store(
    config: &Config,
    purpose: Purpose,
) -> Result<Option<Claim>, Failure> {
    let Some(dir) = &config.state_dir else {
        return Ok(None);
    };
    let claim = sharing::claim(&Place::new(dir, STORE), purpose).await;
    claim.map_err(|error| Failure::with_code(TRY_LATER, error).early())
}
