//! Strings of Telethon and of others.

use std::net::{Ipv4Addr, Ipv6Addr};

use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use proptest::prelude::*;

use super::*;

const KEY: [u8; AUTH_KEY_BYTES] = [7; AUTH_KEY_BYTES];

/// Written by Python's `struct` and `base64`, as Telethon does it: `KEY` at data center 2.
fn telethon_ipv4() -> String {
    format!("1ApWapzMBuwcH{}Bwc=", "BwcH".repeat(84))
}

fn telethon_ipv6() -> String {
    format!("1AiABBnwE6PACAAAAAAAAAAoBuwcH{}Bwc=", "BwcH".repeat(84))
}

fn text_of(bytes: &[u8]) -> String {
    format!("1{}", BASE64_URL_SAFE.encode(bytes))
}

fn bytes_of(dc_id: u8, ip: &[u8], port: u16, key: &[u8]) -> Vec<u8> {
    [&[dc_id], ip, &port.to_be_bytes(), key].concat()
}

fn refusal(text: &str) -> String {
    SessionString::parse(text).unwrap_err().to_string()
}

fn session(address: &str) -> SessionString {
    SessionString::new(2, address.parse().unwrap(), &KEY).unwrap()
}

#[test]
fn telethons_strings_are_read() {
    let session = SessionString::parse(&telethon_ipv4()).unwrap();
    assert_eq!(session.dc_id(), 2);
    assert_eq!(session.address(), "149.154.167.51:443".parse().unwrap());
    assert_eq!(session.auth_key(), &KEY);

    let session = SessionString::parse(&telethon_ipv6()).unwrap();
    let address = "[2001:67c:4e8:f002::a]:443".parse().unwrap();
    assert_eq!(session.address(), address);
}

#[test]
fn encoding_gives_telethons_string_back() {
    for text in [telethon_ipv4(), telethon_ipv6()] {
        let session = SessionString::parse(&text).unwrap();
        assert_eq!(*session.encode(), text);
    }
}

#[test]
fn padding_may_be_missing() {
    let text = telethon_ipv4();
    assert!(SessionString::parse(text.trim_end_matches('=')).is_ok());
}

#[test]
fn every_mistake_is_named() {
    let v4 = [127, 0, 0, 1];
    let text = telethon_ipv4();
    let table = [
        (String::new(), "does not begin with `1`"),
        (format!("2{text}"), "does not begin with `1`"),
        (text[1..].to_owned(), "does not begin with `1`"),
        (text.replacen("pzMB", "p*MB", 1), "at character 7 of 353"),
        (text[..350].to_owned(), "at character 350 of 350"),
        (
            text[..301].to_owned(),
            "holds 225 bytes, expected 263 (IPv4) or 275 (IPv6)",
        ),
        ("1".to_owned(), "holds 0 bytes"),
        (
            text_of(&bytes_of(0, &v4, 443, &KEY)),
            "names data center 0, expected 1 to 5",
        ),
        (text_of(&bytes_of(6, &v4, 443, &KEY)), "names data center 6"),
        (text_of(&bytes_of(2, &v4, 0, &KEY)), "names port 0"),
        (text_of(&bytes_of(2, &v4, 443, &[0; 256])), "is all zeros"),
        (text_of(&bytes_of(2, &[1; 5], 443, &KEY)), "holds 264 bytes"),
    ];
    for (text, expected) in table {
        let message = refusal(&text);
        assert!(message.contains(expected), "{message} | {expected}");
    }
}

/// Written by Python's `struct` and `base64` as Pyrogram does it, today and in its 1.x: `key` at data center 4.
fn pyrogram_strings(key: &[u8]) -> [String; 3] {
    let today = [&[4, 0, 0, 0, 1, 0], key, &99u64.to_be_bytes(), &[0]].concat();
    let long_ids = [&[4, 0], key, &99u64.to_be_bytes(), &[0]].concat();
    let oldest = [&[4, 0], key, &99u32.to_be_bytes(), &[0]].concat();
    [today, long_ids, oldest].map(|bytes| BASE64_URL_SAFE_NO_PAD.encode(bytes))
}

#[test]
fn pyrograms_strings_are_read() {
    for text in pyrogram_strings(&KEY) {
        let session = SessionString::parse(&text).unwrap();
        assert_eq!(session.dc_id(), 4);
        assert_eq!(session.address(), "149.154.167.91:443".parse().unwrap());
        assert_eq!(session.auth_key(), &KEY);
    }
    let test_server = [&[2, 0, 0, 0, 1, 1], &KEY[..], &[0; 9]].concat();
    let session = SessionString::parse(&BASE64_URL_SAFE.encode(test_server)).unwrap();
    assert_eq!(session.address(), "149.154.167.40:80".parse().unwrap());
}

#[test]
fn mistakes_in_pyrograms_strings_are_named() {
    for text in pyrogram_strings(&[0; AUTH_KEY_BYTES]) {
        assert!(refusal(&text).contains("is all zeros"));
    }
    for (dc_id, is_test) in [(0, 0), (6, 0), (4, 1)] {
        let bytes = [&[dc_id, 0, 0, 0, 1, is_test], &KEY[..], &[0; 9]].concat();
        let message = refusal(&BASE64_URL_SAFE.encode(bytes));
        assert!(message.contains(&format!("names data center {dc_id}")));
    }
}

#[test]
fn strings_of_gramjs_are_recognised() {
    for host in ["149.154.167.91", "zws2.web.telegram.org"] {
        let length = (host.len() as u16).to_be_bytes();
        let address = [&length, host.as_bytes()].concat();
        let text = format!(
            "1{}",
            BASE64_STANDARD.encode(bytes_of(2, &address, 443, &[0xfb; 256]))
        );
        assert!(refusal(&text).starts_with("this looks like a GramJS string"));
    }
}

#[test]
fn derived_keys_differ_by_label_and_follow_the_key_alone() {
    let session = session("127.0.0.1:4000");
    // From Python's `hmac`, following RFC 5869.
    assert_eq!(session.account_id(), "bc7cf7d6f8757788");
    assert_ne!(session.derive_key(b"a"), session.derive_key(b"b"));
    let moved = self::session("[::1]:4001");
    assert_eq!(session.derive_key(b"a"), moved.derive_key(b"a"));
}

#[test]
fn debug_shows_data_center_and_address_only() {
    let session = session("127.0.0.1:4000");
    assert_eq!(
        format!("{session:?}"),
        "SessionString { dc_id: 2, address: 127.0.0.1:4000, .. }"
    );
}

fn any_ip() -> impl Strategy<Value = IpAddr> {
    prop_oneof![
        any::<u32>().prop_map(|bits| Ipv4Addr::from_bits(bits).into()),
        any::<u128>().prop_map(|bits| Ipv6Addr::from_bits(bits).into()),
    ]
}

proptest! {
    #[test]
    fn what_is_encoded_parses_to_the_same(
        dc_id in DC_IDS,
        ip in any_ip(),
        port in 1..=u16::MAX,
        key in prop::collection::vec(1..=u8::MAX, AUTH_KEY_BYTES),
    ) {
        let key = key.try_into().unwrap();
        let session = SessionString::new(dc_id, (ip, port).into(), &key).unwrap();
        let parsed = SessionString::parse(&session.encode()).unwrap();
        prop_assert_eq!(parsed.dc_id(), dc_id);
        prop_assert_eq!(parsed.address(), session.address());
        prop_assert!(parsed.auth_key() == &key);
    }

    #[test]
    fn any_text_is_judged_without_repeating_it(text in "\\PC{0,400}", cut in 0usize..400) {
        let _ = SessionString::parse(&text);
        let text: String = telethon_ipv4().chars().take(cut).collect();
        if let Err(error) = SessionString::parse(&text) {
            prop_assert!(!error.to_string().contains("BwcH"));
        }
    }
}
