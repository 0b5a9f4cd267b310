//! One hour of Telegram under its flood model, in virtual time: what the limiter achieves beside a fixed rate and
//! beside none. The table stands in `docs/limits.md`, where a test holds it.

use std::fmt::Write as _;

use tokio_util::sync::CancellationToken;

use super::super::*;
use crate::sim::flood::{Bucket, FloodModel};
use crate::telegram::Progress;

const HISTORY: &str = "messages.getHistory";
const HOUR: Duration = Duration::from_secs(3600);
/// What happens before is not counted: nobody knows the limit at first.
const WARM_UP: Duration = Duration::from_secs(600);
/// How long Telegram takes to answer.
const LATENCY: Duration = Duration::from_millis(50);
/// Messages in an answer.
const FULL_ANSWER: u64 = 100;

#[derive(Clone, Copy, PartialEq)]
enum Policy {
    Adaptive,
    FixedOneASecond,
    None,
}

#[derive(Default)]
struct Outcome {
    requests: u64,
    answered: u64,
    floods: u64,
    /// After the warm-up.
    later_requests: u64,
    later_answered: u64,
    later_floods: u64,
}

/// A caller that reads one page after another for an hour, and keeps every wait that it is told.
async fn hour(policy: Policy, mut model: FloodModel) -> Outcome {
    let limiter = Limiter::new(
        Rates {
            // What is measured is the limit of histories.
            overall: Some(1_000.0),
            ..Rates::default()
        },
        Duration::from_secs(20),
        Cooldowns::open(None, "a"),
    );
    let start = Instant::now();
    let mut outcome = Outcome::default();
    while start.elapsed() < HOUR {
        match policy {
            Policy::Adaptive => {
                let call = Call::new(
                    Instant::now() + Duration::from_secs(45),
                    CancellationToken::new(),
                    Progress::default(),
                );
                match limiter.admit(HISTORY, &call).await {
                    Ok(leave) => leave.spend(),
                    Err(refused) => {
                        tokio::time::sleep(refused.retry_after().unwrap()).await;
                        continue;
                    }
                }
            }
            Policy::FixedOneASecond => tokio::time::sleep(Duration::from_secs(1)).await,
            Policy::None => {}
        }
        let sent_at = Instant::now();
        let answer = model.ask(HISTORY, start.elapsed());
        tokio::time::sleep(LATENCY).await;
        outcome.count(start.elapsed() > WARM_UP, answer.is_ok());
        match answer {
            Err(wait) if policy == Policy::Adaptive => {
                limiter.flooded(HISTORY, sent_at, wait).await;
            }
            Err(wait) => tokio::time::sleep(wait).await,
            Ok(()) => {}
        }
    }
    outcome
}

impl Outcome {
    fn count(&mut self, later: bool, answered: bool) {
        self.requests += 1;
        self.answered += u64::from(answered);
        self.floods += u64::from(!answered);
        if later {
            self.later_requests += 1;
            self.later_answered += u64::from(answered);
            self.later_floods += u64::from(!answered);
        }
    }

    /// Requests that were told to wait after the warm-up, of all then.
    fn flooded(&self) -> f64 {
        self.later_floods as f64 / self.later_requests as f64
    }

    /// What was answered after the warm-up, of what the bucket gives in that time.
    fn share(&self, bucket: Bucket) -> f64 {
        let gives = (HOUR - WARM_UP).div_duration_f64(bucket.every);
        self.later_answered as f64 / gives
    }
}

/// Buckets of several sizes: their names, and their limits.
fn models() -> Vec<(&'static str, Bucket)> {
    let bucket = |model: FloodModel| model.buckets[HISTORY];
    let generous = Bucket {
        every: Duration::from_millis(400),
        ..bucket(FloodModel::usual())
    };
    vec![
        ("usual: 1/s, 30 at once", bucket(FloodModel::usual())),
        ("strict: 1 in 3 s, 10 at once", bucket(FloodModel::strict())),
        ("generous: 2.5/s, 30 at once", generous),
    ]
}

#[tokio::test(start_paused = true)]
async fn an_hour_under_the_flood_model_stays_within_its_targets() {
    let mut table = String::from(
        "| limit of `messages.getHistory` | policy | requests | flood waits | flooded after 10 min | messages/s | share of the limit |\n|---|---|---:|---:|---:|---:|---:|\n",
    );
    for (name, bucket) in models() {
        for (policy, policy_name) in [
            (Policy::Adaptive, "adaptive"),
            (Policy::FixedOneASecond, "fixed 1/s"),
            (Policy::None, "none"),
        ] {
            let outcome = hour(policy, FloodModel::of(&[(HISTORY, bucket)])).await;
            let (flooded, share) = (outcome.flooded(), outcome.share(bucket));
            writeln!(
                table,
                "| {name} | {policy_name} | {} | {} | {:.2} % | {:.1} | {share:.2} |",
                outcome.requests,
                outcome.floods,
                100.0 * flooded,
                (outcome.answered * FULL_ANSWER) as f64 / HOUR.as_secs_f64(),
            )
            .unwrap();
            if policy == Policy::Adaptive {
                assert!(flooded < 0.01, "{name}: {flooded}");
                assert!(share >= 0.9, "{name}: {share}");
            }
        }
    }
    let page = include_str!("../../../../docs/limits.md");
    assert!(page.contains(&table), "docs/limits.md should hold\n{table}");
}
