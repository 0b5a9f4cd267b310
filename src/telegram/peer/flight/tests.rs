use std::cell::Cell;
use std::future::{pending, ready};
use std::time::Duration;

use futures_util::future::{FutureExt as _, join_all};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::*;
use crate::telegram::Progress;

fn call() -> Call {
    call_within(60)
}

fn call_within(seconds: u64) -> Call {
    let deadline = Instant::now() + Duration::from_secs(seconds);
    Call::new(deadline, CancellationToken::new(), Progress::default())
}

fn flood(seconds: u64) -> Error {
    Error::FloodWait {
        method: "contacts.resolveUsername",
        retry_after: Duration::from_secs(seconds),
    }
}

const ME: Question = Question::Me;

fn never() -> bool {
    false
}

/// Begins `work`, and checks that it does not end yet.
fn begun(work: &mut (impl Future + Unpin)) {
    assert!(work.now_or_never().is_none(), "nothing was waited for");
}

#[tokio::test(start_paused = true)]
async fn those_who_ask_at_once_share_one_answer() {
    let (flights, asked, call) = (Flights::default(), Cell::new(0), call());
    let ask = || async {
        asked.set(asked.get() + 1);
        tokio::task::yield_now().await;
        Ok(())
    };
    for round in 1..=2 {
        let all = join_all((0..30).map(|_| flights.once(&ME, &call, never, ask))).await;
        assert!(all.iter().all(Result::is_ok));
        assert_eq!(asked.get(), round);
    }
    let other = Question::Group(1);
    flights.once(&other, &call, never, ask).await.unwrap();
    assert_eq!(asked.get(), 3);
    assert_eq!(flights.lock().len(), 0);
}

#[tokio::test(start_paused = true)]
async fn what_is_settled_when_the_turn_comes_is_not_asked() {
    let flights = Flights::default();
    let ask = || async { panic!("asked") };
    flights.once(&ME, &call(), || true, ask).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_failure_is_everybodys_who_waited_and_nobodys_afterwards() {
    let (flights, asked, call) = (Flights::default(), Cell::new(0), call());
    let fail = || async {
        asked.set(asked.get() + 1);
        tokio::task::yield_now().await;
        Err(Error::unavailable("it cannot be reached"))
    };
    let all = join_all((0..30).map(|_| flights.once(&ME, &call, never, fail))).await;
    assert!(all.iter().all(Result::is_err));
    assert_eq!(asked.get(), 1);
    let ask = || ready(Ok(()));
    flights.once(&ME, &call, never, ask).await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn what_stops_one_call_alone_does_not_stop_the_others() {
    let method = ME.method();
    // The failure of the first; how often the thirty ask then, if each would fail likewise.
    let table = [
        (Error::Cancelled, 30),
        (Error::OutOfTime { method }, 30),
        (flood(59), 30),
        (flood(60), 1),
        (Error::KeyRefused, 1),
    ];
    for (error, expected) in table {
        let (flights, asked, call) = (Flights::default(), Cell::new(0), call());
        let fail = || async {
            asked.set(asked.get() + 1);
            tokio::task::yield_now().await;
            Err(error.clone())
        };
        let all = join_all((0..30).map(|_| flights.once(&ME, &call, never, fail))).await;
        assert!(all.iter().all(Result::is_err));
        assert_eq!(asked.get(), expected, "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn when_the_one_who_asks_is_dropped_the_next_takes_over() {
    let (flights, asked, call) = (Flights::default(), Cell::new(0), call());
    let mut leader = Box::pin(flights.once(&ME, &call, never, pending));
    begun(&mut leader);
    let ask = || async {
        asked.set(asked.get() + 1);
        tokio::task::yield_now().await;
        Ok(())
    };
    let mut others = join_all((0..29).map(|_| flights.once(&ME, &call, never, ask)));
    begun(&mut others);
    assert_eq!(asked.get(), 0);
    drop(leader);
    assert!(others.await.iter().all(Result::is_ok));
    assert_eq!(asked.get(), 1);
}

#[tokio::test(start_paused = true)]
async fn those_who_wait_have_deadlines_and_callers_of_their_own() {
    let flights = Flights::default();
    let leading = call_within(600);
    let mut leader = Box::pin(flights.once(&ME, &leading, never, pending));
    begun(&mut leader);

    let (hurried, patient) = (call_within(5), call_within(60));
    let ask = || ready(Ok(()));
    let mut waiting = Box::pin(flights.once(&ME, &patient, never, ask));
    begun(&mut waiting);
    let started = Instant::now();
    let late = flights.once(&ME, &hurried, never, ask).await;
    assert!(
        matches!(late, Err(Error::OutOfTime { method }) if method == ME.method()),
        "{late:?}"
    );
    assert_eq!(started.elapsed(), Duration::from_secs(5));

    patient.cancel.cancel();
    assert!(matches!(waiting.await, Err(Error::Cancelled)));
}

#[tokio::test(start_paused = true)]
async fn those_who_wait_say_so() {
    let (sender, mut said) = tokio::sync::mpsc::unbounded_channel();
    let (flights, leading, mut waiting) = (Flights::default(), call(), call_within(5));
    waiting.progress = Progress::new(move |activity| {
        let _ = sender.send(activity.into_words());
        Box::pin(ready(()))
    });
    let mut leader = Box::pin(flights.once(&ME, &leading, never, pending));
    begun(&mut leader);
    let ask = || ready(Ok(()));
    flights.once(&ME, &waiting, never, ask).await.unwrap_err();
    assert_eq!(said.recv().await.unwrap(), "still waiting for Telegram");
}
