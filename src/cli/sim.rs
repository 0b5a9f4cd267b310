//! `sim`: the embedded Telegram alone, for any MTProto client that takes a string session.

use tokio_util::sync::CancellationToken;

use crate::sim::World;
use crate::sim::knobs::Knobs;

use super::stage::Stage;
use super::trouble::TroubleArgs;
use super::{Failure, WorldArgs, account, print, serve};

/// Serves until a signal comes; says on stdout how to connect.
pub(super) async fn run(
    world: &WorldArgs,
    port: u16,
    knobs: Option<u64>,
    trouble: &TroubleArgs,
) -> Result<(), Failure> {
    let shutdown = CancellationToken::new();
    serve::cancel_on_signal(shutdown.clone())?;
    let adjust = |world: &mut World| {
        if let Some(seed) = knobs {
            world.knobs = Knobs::random(seed);
        }
        trouble.apply(world);
    };
    let stage = Stage::open(world, port, adjust).await?;
    for warning in &stage.warnings {
        print(format_args!("# {warning}"))?;
    }
    // Lines that a shell can evaluate, and a person can read.
    print(format_args!(
        "# an embedded Telegram on {}, until Ctrl-C",
        stage.sim.address()
    ))?;
    for line in trouble.lines() {
        print(format_args!("# {line}"))?;
    }
    if let Some(seed) = knobs {
        print(format_args!("# knobs {seed}"))?;
    }
    print("TELEGRAM_API_ID=1")?;
    print(format_args!(
        "TELEGRAM_SESSION_STRING={}",
        account::session_of(&stage.sim)?.encode().as_str()
    ))?;
    for chat in &stage.chats {
        print(format_args!(
            "# {:>7} messages in {} ({})",
            chat.messages, chat.input, chat.title
        ))?;
    }
    shutdown.cancelled().await;
    Ok(())
}
