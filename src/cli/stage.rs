//! The embedded Telegram with the chats that were asked for.

use std::net::SocketAddr;

use crate::privacy::sanitize;
use crate::sim::{Sim, World};

use super::{Failure, WorldArgs, loading};

/// A running embedded Telegram, and what there is to try on it.
pub(super) struct Stage {
    pub(super) sim: Sim,
    pub(super) chats: Vec<Exhibit>,
    /// Whether the chats are a person's own export.
    pub(super) imported: bool,
    /// What could not be loaded as it was meant, one line each.
    pub(super) warnings: Vec<String>,
}

/// A chat that can be tried.
pub(super) struct Exhibit {
    /// What to give a tool as `chat`.
    pub(super) input: String,
    pub(super) title: String,
    pub(super) messages: usize,
}

impl Stage {
    /// Loads or makes the world, adjusts it and serves it on this port of 127.0.0.1.
    pub(super) async fn open(
        args: &WorldArgs,
        port: u16,
        adjust: impl FnOnce(&mut World),
    ) -> Result<Self, Failure> {
        let (mut world, imported, warnings) = match &args.world {
            None => (World::generated(args.seed()), false, Vec::new()),
            Some(path) => {
                let (world, imported) = loading::export(path).map_err(Failure::usage)?;
                (world, true, imported.warnings)
            }
        };
        adjust(&mut world);
        let chats = exhibits(&world);
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        let sim = Sim::start_on(world, address).await.map_err(|error| {
            Failure::new(format!(
                "the embedded Telegram cannot listen on {address}: {}",
                error.kind()
            ))
        })?;
        Ok(Self {
            sim,
            chats,
            imported,
            warnings,
        })
    }
}

/// Every chat that can be read, the longest first.
fn exhibits(world: &World) -> Vec<Exhibit> {
    let mut chats: Vec<Exhibit> = world
        .histories
        .iter()
        .filter(|(chat_id, _)| world.is_member(**chat_id))
        .filter_map(|(chat_id, history)| {
            let messages = history.ids().count();
            (messages > 0).then(|| Exhibit {
                input: world
                    .username(*chat_id)
                    .map_or_else(|| chat_id.to_string(), |name| format!("@{name}")),
                // Titles of an export are written by strangers, and go to a terminal.
                title: sanitize::line(&world.title(*chat_id)).into_owned(),
                messages,
            })
        })
        .collect();
    chats.sort_by_key(|chat| std::cmp::Reverse(chat.messages));
    chats
}
