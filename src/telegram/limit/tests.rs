mod hour;

use tokio_util::sync::CancellationToken;

use super::*;
use crate::telegram::Progress;

const HISTORY: &str = "messages.getHistory";

fn call(time: Duration) -> Call {
    Call::new(
        Instant::now() + time,
        CancellationToken::new(),
        Progress::default(),
    )
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// A limiter of one request in ten seconds, three at once, that lets calls sleep flood waits of 20 s.
fn limiter() -> Limiter {
    let rates = Rates {
        history: Some(0.1),
        ..Rates::UNLIMITED
    };
    Limiter::new(rates, seconds(20), Cooldowns::open(None, "a"))
}

async fn admit(limiter: &Limiter, time: Duration) -> Result<(), Error> {
    let leave = limiter.admit(HISTORY, &call(time)).await?;
    leave.spend();
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn requests_keep_to_the_rate() {
    let limiter = limiter();
    let start = Instant::now();
    for _ in 0..7 {
        admit(&limiter, seconds(60)).await.unwrap();
    }
    assert_eq!(start.elapsed().as_secs(), 60);
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_given_in_time_is_refused_at_once_and_costs_nothing() {
    let limiter = limiter();
    admit(&limiter, seconds(60)).await.unwrap();
    let start = Instant::now();
    let refused = admit(&limiter, seconds(9)).await.unwrap_err();
    assert!(matches!(refused, Error::RateLimited { .. }), "{refused}");
    assert_eq!(refused.retry_after(), Some(seconds(10)));
    assert_eq!(start.elapsed(), Duration::ZERO);
    admit(&limiter, seconds(11)).await.unwrap();
    assert_eq!(start.elapsed(), seconds(10));
}

#[tokio::test(start_paused = true)]
async fn a_queue_that_is_too_long_for_the_deadline_is_not_joined() {
    let limiter = limiter();
    admit(&limiter, seconds(60)).await.unwrap();
    let waiters = futures_util::future::join_all((0..3).map(|_| admit(&limiter, seconds(60))));
    let late = async {
        tokio::task::yield_now().await;
        let start = Instant::now();
        let refused = admit(&limiter, seconds(35)).await.unwrap_err();
        (refused.retry_after().unwrap(), start.elapsed())
    };
    let (waited, (retry_after, took)) = tokio::join!(waiters, late);
    assert!(waited.iter().all(Result::is_ok));
    assert_eq!((retry_after, took), (seconds(40), Duration::ZERO));
}

#[tokio::test(start_paused = true)]
async fn the_first_to_come_is_the_first_to_be_served() {
    let limiter = limiter();
    admit(&limiter, seconds(60)).await.unwrap();
    let order = std::sync::Mutex::new(Vec::new());
    let waiters = (0..5).map(|number| {
        let (limiter, order) = (&limiter, &order);
        async move {
            admit(limiter, seconds(60)).await.unwrap();
            order.lock().unwrap().push(number);
        }
    });
    futures_util::future::join_all(waiters).await;
    assert_eq!(order.into_inner().unwrap(), [0, 1, 2, 3, 4]);
}

#[tokio::test(start_paused = true)]
async fn a_waiter_that_leaves_the_queue_has_consumed_nothing() {
    let limiter = limiter();
    admit(&limiter, seconds(60)).await.unwrap();
    let start = Instant::now();
    for _ in 0..20 {
        let waiter = admit(&limiter, seconds(60));
        assert!(
            tokio::time::timeout(Duration::from_millis(10), waiter)
                .await
                .is_err()
        );
    }
    // Leave that was granted and not used goes back too.
    drop(limiter.admit(HISTORY, &call(seconds(60))).await.unwrap());
    admit(&limiter, seconds(60)).await.unwrap();
    assert_eq!(start.elapsed().as_secs(), 10);
}

#[tokio::test(start_paused = true)]
async fn a_short_flood_wait_is_slept_by_all_and_a_long_one_by_none() {
    let limiter = Limiter::new(Rates::UNLIMITED, seconds(20), Cooldowns::open(None, "a"));
    limiter.flooded(HISTORY, Instant::now(), seconds(14)).await;
    let start = Instant::now();
    let both = tokio::join!(admit(&limiter, seconds(60)), admit(&limiter, seconds(60)));
    assert!(both.0.is_ok() && both.1.is_ok());
    assert_eq!(start.elapsed().as_secs(), 14);

    limiter.flooded(HISTORY, Instant::now(), seconds(21)).await;
    for time in [seconds(60), seconds(2)] {
        let refused = admit(&limiter, time).await.unwrap_err();
        assert!(matches!(refused, Error::FloodWait { .. }), "{refused}");
        assert_eq!(refused.retry_after(), Some(seconds(21)));
    }
    assert_eq!(start.elapsed().as_secs(), 14);
}

#[tokio::test(start_paused = true)]
async fn a_flood_wait_counts_for_its_class_alone() {
    let limiter = limiter();
    limiter
        .flooded("messages.getDialogs", Instant::now(), seconds(600))
        .await;
    admit(&limiter, seconds(1)).await.unwrap();
    let refused = limiter
        .admit("messages.getDialogs", &call(seconds(60)))
        .await;
    assert!(refused.is_err());
}

#[tokio::test(start_paused = true)]
async fn a_rate_that_was_lowered_grants_no_burst() {
    let limiter = Limiter::new(Rates::default(), seconds(20), Cooldowns::open(None, "a"));
    admit(&limiter, seconds(60)).await.unwrap();
    limiter.flooded(HISTORY, Instant::now(), seconds(1)).await;
    let start = Instant::now();
    for _ in 0..3 {
        admit(&limiter, seconds(60)).await.unwrap();
    }
    // The wait, and then an interval of more than a second before the second and the third.
    assert!(
        start.elapsed() > Duration::from_millis(3_300),
        "{:?}",
        start.elapsed()
    );
}

#[tokio::test(start_paused = true)]
async fn classes_do_not_wait_for_each_other() {
    let limiter = limiter();
    admit(&limiter, seconds(1)).await.unwrap();
    assert!(admit(&limiter, seconds(1)).await.is_err());
    for method in [
        "contacts.resolveUsername",
        "messages.search",
        "users.getUsers",
    ] {
        let _ = limiter.admit(method, &call(seconds(1))).await.unwrap();
    }
}

#[test]
fn a_bound_that_was_asked_for_allows_no_more_at_once_than_in_a_second() {
    let burst = |bound| Class::History.bounds().bounded(bound).start.burst;
    assert_eq!(burst(None), 30);
    assert_eq!(burst(Some(4.0)), 4);
    assert_eq!(burst(Some(0.3)), 1);
    assert_eq!(burst(Some(f64::MIN_POSITIVE)), 1);
}

/// How many requests can be sent without any wait, found by sending them.
async fn sendable(limiter: &Limiter) -> u32 {
    let mut sent = 0;
    while admit(limiter, Duration::ZERO).await.is_ok() {
        sent += 1;
    }
    sent
}

#[tokio::test(start_paused = true)]
async fn what_is_said_to_spare_can_be_sent_and_no_more() {
    for (waited, class) in [
        (0, None),
        (500, None),
        (9_750, None),
        (30_001, None),
        (250, Some(4.0)),
    ] {
        let rates = Rates {
            history: class,
            ..Rates::default()
        };
        let limiter = Limiter::new(rates, seconds(20), Cooldowns::open(None, "a"));
        assert_eq!(limiter.spare(HISTORY), sendable(&limiter).await);
        assert_eq!(limiter.spare(HISTORY), 0);
        tokio::time::advance(Duration::from_millis(waited)).await;
        // One that is taken and not used goes back.
        drop(limiter.admit(HISTORY, &call(seconds(60))).await.unwrap());
        let spare = limiter.spare(HISTORY);
        assert!(spare > 0);
        assert_eq!(spare, sendable(&limiter).await, "after {waited} ms");
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_is_to_spare_in_a_flood_wait_and_little_behind_it() {
    let limiter = Limiter::new(Rates::default(), seconds(20), Cooldowns::open(None, "a"));
    limiter.flooded(HISTORY, Instant::now(), seconds(10)).await;
    assert_eq!(limiter.spare(HISTORY), 0);
    tokio::time::advance(seconds(10)).await;
    let spare = limiter.spare(HISTORY);
    assert!(spare < 15, "{spare}");
    assert_eq!(spare, sendable(&limiter).await);
}
