//! Numbers in the ways that people write them.

use super::super::tests::{
    assert_found, assert_found_with, assert_not_found, assert_not_found_with, assert_same, masker,
};
use super::*;

#[test]
fn international_numbers_are_found() {
    assert_found(
        Kind::Phone,
        &[
            ("+4917012345678", "+4917012345678"),
            ("call +49 170 1234567 now", "+49 170 1234567"),
            ("(+91) 98765-43210", "(+91) 98765-43210"),
            ("+1 (415) 555-2671.", "+1 (415) 555-2671"),
            (
                "＋７ ９１６ １２３‐４５‐６７",
                "＋７ ９１６ １２３‐４５‐６７",
            ),
            ("+٩٦٦ ٥٠ ١٢٣ ٤٥٦٧", "+٩٦٦ ٥٠ ١٢٣ ٤٥٦٧"),
            ("+49 170 1234567 2024", "+49 170 1234567"),
            ("0049 170 1234567", "0049 170 1234567"),
            ("00 44 20 7946 0958", "00 44 20 7946 0958"),
            ("https://t.me/+4917012345678", "4917012345678"),
            ("text me+14155552671", "+14155552671"),
        ],
    );
    assert_same(
        "+4917012345678",
        &[
            "+49 170 12345678",
            "+49 (0) 170 123-456-78",
            "0049 170 12345678",
            "+49.170.12345678",
        ],
    );
}

#[test]
fn local_numbers_are_found_behind_a_word() {
    assert_found(
        Kind::Phone,
        &[
            ("tel: 030 901820", "030 901820"),
            ("Call me at 415-555-2671", "415-555-2671"),
            ("моб. 8 (916) 123-45-67", "8 (916) 123-45-67"),
            ("звоните 8-916-123-45-67!", "8-916-123-45-67"),
            ("电话：13800138000", "13800138000"),
            ("☎ 555 0100", "555 0100"),
            ("WhatsApp 98765 43210", "98765 43210"),
            ("https://wa.me/4917012345678", "4917012345678"),
            ("tel:0301234567", "0301234567"),
            ("هاتف: ٠٥٠١٢٣٤٥٦٧", "٠٥٠١٢٣٤٥٦٧"),
            ("मोबाइल: ९८७६५४३२१०", "९८७६५४३२१०"),
        ],
    );
    let masker = masker(Level::Mask, None);
    let masked = masker.text("Phones: 030 901820, 030 901821 or 030 901822.");
    assert_eq!(masked.found.len(), 3);
}

#[test]
fn local_numbers_are_found_in_their_region() {
    assert_found_with(
        &masker(Level::Mask, Some("DE")),
        Kind::Phone,
        &[
            ("ich bin 0170 1234567 da", "0170 1234567"),
            ("030/901820", "030/901820"),
            ("01701234567", "01701234567"),
        ],
    );
    assert_found_with(
        &masker(Level::Mask, Some("US")),
        Kind::Phone,
        &[
            ("(415) 555-2671", "(415) 555-2671"),
            ("415-555-2671", "415-555-2671"),
        ],
    );
    assert_found_with(
        &masker(Level::Mask, Some("IN")),
        Kind::Phone,
        &[("98765 43210", "98765 43210"), ("9876543210", "9876543210")],
    );
}

#[test]
fn what_only_looks_like_one_is_not() {
    let texts = [
        "+100",
        "2+1234567890",
        "+1 000",
        "C++11",
        "₹28,249",
        "+5 000 000",
        "2024-01-31 12:30:45",
        "31.01.2024",
        "https://t.me/c/1234567890/55",
        "order 4155552671",
        "ISBN 978-3-16-148410-0",
        "v2.10.4155552671",
        "1700000000",
        "48.858370, 2.294481",
        "1 000 000 ₽",
        "заказ № 79161234567",
        "DE89 3704 0044 0532 0130 01",
        "Call of Duty 2",
        "gpt-4-0613",
        "RTX 4090",
        "call in 2024",
        "100500 просмотров",
    ];
    assert_not_found(&texts);
    assert_not_found_with(&masker(Level::Mask, Some("US")), &texts);
    assert_not_found_with(&masker(Level::Mask, Some("DE")), &texts);
}

#[test]
fn numbers_without_a_word_are_found_by_strict() {
    let strict = masker(Level::Strict, None);
    assert_found_with(
        &strict,
        Kind::Phone,
        &[
            ("me: 0170 1234567", "0170 1234567"),
            ("89161234567", "89161234567"),
            ("415-555-2671", "415-555-2671"),
        ],
    );
    assert_not_found_with(&strict, &["2024-01-31", "1 000 000", "12345"]);
}
