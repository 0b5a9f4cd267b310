//! Where the processes of the configured account meet, and the right of a command to it.

use crate::config::Config;
use crate::sharing::{self, Claim, Place, Purpose};
use crate::telegram::session::SessionString;

use super::Failure;

/// As `EX_TEMPFAIL` of sysexits.h: try again later.
const TRY_LATER: u8 = 75;

/// Where the processes of a session meet, and the word for the settings they have to agree on. Nowhere without a
/// state directory.
pub(super) fn of(config: &Config, session: &SessionString) -> Option<(Place, String)> {
    let dir = config.state_dir.as_ref()?;
    let place = Place::new(dir, &session.account_id());
    let digest = config.digest(&session.derive_key(b"configuration"));
    Some((place, digest))
}

/// Takes the account for a command, which must not let go of it while it is connected.
pub(super) async fn claim(
    config: &Config,
    session: &SessionString,
    purpose: Purpose,
) -> Result<Option<Claim>, Failure> {
    let Some((place, digest)) = of(config, session) else {
        return Ok(None);
    };
    let claim = sharing::claim(&place, purpose, &digest).await;
    claim.map_err(|error| Failure::with_code(TRY_LATER, error).early())
}

/// Takes the place where a session is kept: one login or logout changes it at a time.
pub(super) async fn claim_store(
    config: &Config,
    purpose: Purpose,
) -> Result<Option<Claim>, Failure> {
    /// In the place of an account, which there may be none of yet.
    const STORE: &str = "store";
    let Some(dir) = &config.state_dir else {
        return Ok(None);
    };
    let claim = sharing::claim(&Place::new(dir, STORE), purpose, STORE).await;
    claim.map_err(|error| Failure::with_code(TRY_LATER, error).early())
}
