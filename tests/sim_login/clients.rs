//! Clients that are not ours log in: grammers, which follows its account to another data centre, and Telethon.

use std::net::{Ipv6Addr, SocketAddr, SocketAddrV6};
use std::sync::Arc;
use std::time::Duration;

use grammers_client::sender::{ConnectionParams, NoRetries, SenderPool};
use grammers_client::session::SessionData;
use grammers_client::session::storages::MemorySession;
use grammers_client::session::types::DcOption;
use grammers_client::{Client, SignInError};
use serde_json::json;
use telegram_history_mcp::sim::login::{Desk, Entrance, Password};
use telegram_history_mcp::sim::{Sim, World};
use telegram_history_mcp::telegram::session::SessionString;

use super::caller::{abroad, code, phone};
use crate::clients::{python, run};

const WORDS: &str = "correct horse";

/// A grammers client that has a key for each data centre, and begins at this one.
fn grammers(entrances: &[Entrance], home_dc: u8) -> Client {
    let mut data = SessionData {
        home_dc: i32::from(home_dc),
        ..SessionData::default()
    };
    for entrance in entrances {
        let SocketAddr::V4(ipv4) = entrance.address else {
            panic!("the simulator was started on IPv4");
        };
        let id = i32::from(entrance.dc_id);
        let option = DcOption {
            id,
            ipv4,
            ipv6: SocketAddrV6::new(Ipv6Addr::LOCALHOST, ipv4.port(), 0, 0),
            auth_key: Some(entrance.auth_key),
        };
        data.dc_options.insert(id, option);
    }
    let pool = SenderPool::with_configuration(
        Arc::new(MemorySession::from(data)),
        1,
        ConnectionParams {
            retry_policy: Box::new(NoRetries),
            ..ConnectionParams::default()
        },
    );
    tokio::spawn(pool.runner.run());
    Client::new(pool.handle)
}

#[tokio::test(flavor = "multi_thread")]
async fn grammers_logs_in_where_its_account_lives_and_out_again() {
    let sim = abroad(Some(WORDS)).await;
    let client = grammers(&sim.entrances(), 2);
    assert!(!client.is_authorized().await.unwrap());
    let token = client
        .request_login_code(&phone(&sim), &"0".repeat(32))
        .await
        .unwrap();
    let wrong = client.sign_in(&token, "11111").await;
    assert!(matches!(wrong, Err(SignInError::InvalidCode)));
    let asked = match client.sign_in(&token, &code(&sim)).await {
        Err(SignInError::PasswordRequired(asked)) => asked,
        other => panic!("{other:?}"),
    };
    let user = client.check_password(asked, WORDS).await.unwrap();
    assert_eq!(user.id().bare_id_unchecked(), sim.world().me);
    assert!(client.is_authorized().await.unwrap());
    client.sign_out().await.unwrap();
    assert!(!client.is_authorized().await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn telethon_logs_in_by_phone_and_by_qr_code_and_out_again() {
    let Some(python) = python() else { return };
    let desk = Desk {
        password: Some(Password::new(WORDS)),
        // It only listens while it waits.
        scan_after: Some(Duration::from_secs(1)),
        ..Desk::default()
    };
    let world = World::generated(1);
    let sim = Sim::start_with_login(world, desk).await.unwrap();
    for way in ["phone", "qr"] {
        let entrance = sim.entrances().remove(0);
        let session =
            SessionString::new(entrance.dc_id, entrance.address, &entrance.auth_key).unwrap();
        let arguments = [way, &phone(&sim), &code(&sim), WORDS].map(str::to_owned);
        let session = Some(session.encode().to_string());
        let script = "telethon_logs_in.py";
        let seen = run(python.clone(), script, arguments.to_vec(), session).await;
        let world = sim.world();
        let dialogs = seen["dialogs"].as_u64().unwrap();
        assert!(dialogs > 3, "{seen}");
        let expected = json!({
            "authorised": [false, true, false],
            "refused": ["PasswordHashInvalidError"],
            "me": world.me,
            "phone": "493023125007",
            "dialogs": dialogs,
        });
        assert_eq!(seen, expected, "{way}");
    }
}
