//! Takeout sessions, <https://core.telegram.org/api/takeout>: one at a time, asked for in `account.initTakeoutSession`,
//! named in `invokeWithTakeout`, ended by `account.finishTakeoutSession` within it.

use grammers_tl_types::{self as tl, Identifiable as _, Serializable as _, functions};

use super::{Answered, Refusal, read, refuse};
use crate::sim::world::World;

/// Refuses what names a session that is not open, and the end of one that names none.
pub(super) fn admit(world: &mut World, id: u32, named: Option<i64>) -> Result<(), Refusal> {
    let Some(takeout_id) = named else {
        return match id {
            functions::account::FinishTakeoutSession::CONSTRUCTOR_ID => {
                Err(refuse(403, "TAKEOUT_REQUIRED"))
            }
            _ => Ok(()),
        };
    };
    if world.takeouts.open != Some(takeout_id) {
        return Err(refuse(400, "TAKEOUT_INVALID"));
    }
    world.takeouts.requests += 1;
    Ok(())
}

pub(super) fn start(world: &mut World, arguments: &[u8]) -> Answered {
    let _: functions::account::InitTakeoutSession = read(arguments)?;
    let id = world
        .takeouts
        .start(world.seed)
        .map_err(|wait| refuse(420, &format!("TAKEOUT_INIT_DELAY_{wait}")))?;
    Ok(tl::enums::account::Takeout::from(tl::types::account::Takeout { id }).to_bytes())
}

pub(super) fn finish(world: &mut World, arguments: &[u8]) -> Answered {
    let request: functions::account::FinishTakeoutSession = read(arguments)?;
    world.takeouts.finish(request.success);
    Ok(true.to_bytes())
}
