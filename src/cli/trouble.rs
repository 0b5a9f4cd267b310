//! The flags that make the embedded Telegram slow, strict and broken, for the commands that serve it.

use std::time::Duration;

use clap::Args;
use clap::builder::PossibleValuesParser;

use crate::sim::World;
use crate::sim::faults::{CONDITIONS, Fault, KINDS};
use crate::sim::flood::FloodModel;

/// What chances are drawn from when nobody says.
const FAULT_SEED: u64 = 1;

/// What the embedded Telegram puts in its client's way.
#[derive(Debug, Clone, Default, Args)]
pub(super) struct TroubleArgs {
    /// Answer too many requests with FLOOD_WAIT
    #[arg(
        long,
        value_name = "LIMITS",
        value_parser = PossibleValuesParser::new(FloodModel::PRESETS.iter().map(|(name, _)| *name))
    )]
    floods: Option<String>,
    /// Answer each request so much later
    #[arg(long, value_name = "MILLISECONDS")]
    latency: Option<u64>,
    /// Let something go wrong, `any:drop,chance=0.05` for example; may be given several times
    #[arg(long = "fault", value_name = "SPEC", long_help = fault_help())]
    faults: Vec<Fault>,
    /// What the chances of faults are drawn from [default: 1]
    #[arg(long, value_name = "NUMBER", requires = "faults")]
    fault_seed: Option<u64>,
}

impl TroubleArgs {
    /// The first of these flags that was typed.
    pub(super) fn typed(&self) -> Option<&'static str> {
        let flags = [
            (self.floods.is_some(), "--floods"),
            (self.latency.is_some(), "--latency"),
            (!self.faults.is_empty(), "--fault"),
        ];
        flags
            .into_iter()
            .find_map(|(typed, flag)| typed.then_some(flag))
    }

    /// Puts all of it into the world.
    pub(super) fn apply(&self, world: &mut World) {
        if let Some(latency) = self.latency {
            world.knobs.latency = Duration::from_millis(latency);
        }
        world.floods = self.floods.as_deref().and_then(FloodModel::preset);
        world.faults.rules.clone_from(&self.faults);
        world.faults.seed = self.seed();
    }

    /// What is in force, one line each, and nothing when everything is as usual.
    pub(super) fn lines(&self) -> Vec<String> {
        let mut lines = Vec::new();
        if let Some(latency) = self.latency {
            lines.push(format!("latency {latency} ms"));
        }
        for (name, buckets) in FloodModel::PRESETS {
            if self.floods.as_deref() == Some(name) {
                lines.push(format!("floods {name}"));
                let limits = buckets.iter();
                lines.extend(limits.map(|(method, bucket)| format!("  {method}: {bucket}")));
            }
        }
        lines.extend(self.faults.iter().map(|fault| format!("fault {fault}")));
        if !self.faults.is_empty() {
            lines.push(format!("fault seed {}", self.seed()));
        }
        lines
    }

    fn seed(&self) -> u64 {
        self.fault_seed.unwrap_or(FAULT_SEED)
    }
}

fn fault_help() -> String {
    let mut help = "Let something go wrong; may be given several times.

SPEC is TARGET:FAULT[,CONDITION…], for example:
  messages.getHistory:flood=14,after=2,times=1
  any:drop,chance=0.05
  connect:silent

TARGET is a TL method, `any` for all of them, or `connect` for connections when they are made.

FAULT is one of:"
        .to_owned();
    for row in KINDS {
        help += &format!("\n  {}\n      {}", row.usage(), row.means);
    }
    help += "\n\nCONDITION is one of:";
    for (name, value, means) in CONDITIONS {
        help += &format!("\n  {name}={value}\n      {means}");
    }
    help
}
