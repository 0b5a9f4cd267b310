//! The server's side of the password check (<https://core.telegram.org/api/srp>): it keeps a verifier, never the
//! words, and is convinced without hearing them.

use std::fmt;
use std::sync::Arc;

use hmac::Hmac;
use num_bigint::BigUint;
use sha2::{Digest as _, Sha256, Sha512};

/// How many bytes a number has wherever it is hashed or sent.
const WIDTH: usize = 256;
/// How many bytes the server's secret number has: as many as a hash, which is enough.
const SECRET: usize = 32;
/// The generator that goes with [`PRIME`].
pub(in crate::sim) const GENERATOR: i32 = 3;
/// The rounds that the name of the algorithm speaks of.
const ROUNDS: u32 = 100_000;

/// The 2048-bit safe prime that Telegram sends, which clients know to be good.
#[rustfmt::skip]
pub(in crate::sim) const PRIME: [u8; WIDTH] = [
    0xc7, 0x1c, 0xae, 0xb9, 0xc6, 0xb1, 0xc9, 0x04, 0x8e, 0x6c, 0x52, 0x2f, 0x70, 0xf1, 0x3f,
    0x73, 0x98, 0x0d, 0x40, 0x23, 0x8e, 0x3e, 0x21, 0xc1, 0x49, 0x34, 0xd0, 0x37, 0x56, 0x3d,
    0x93, 0x0f, 0x48, 0x19, 0x8a, 0x0a, 0xa7, 0xc1, 0x40, 0x58, 0x22, 0x94, 0x93, 0xd2, 0x25,
    0x30, 0xf4, 0xdb, 0xfa, 0x33, 0x6f, 0x6e, 0x0a, 0xc9, 0x25, 0x13, 0x95, 0x43, 0xae, 0xd4,
    0x4c, 0xce, 0x7c, 0x37, 0x20, 0xfd, 0x51, 0xf6, 0x94, 0x58, 0x70, 0x5a, 0xc6, 0x8c, 0xd4,
    0xfe, 0x6b, 0x6b, 0x13, 0xab, 0xdc, 0x97, 0x46, 0x51, 0x29, 0x69, 0x32, 0x84, 0x54, 0xf1,
    0x8f, 0xaf, 0x8c, 0x59, 0x5f, 0x64, 0x24, 0x77, 0xfe, 0x96, 0xbb, 0x2a, 0x94, 0x1d, 0x5b,
    0xcd, 0x1d, 0x4a, 0xc8, 0xcc, 0x49, 0x88, 0x07, 0x08, 0xfa, 0x9b, 0x37, 0x8e, 0x3c, 0x4f,
    0x3a, 0x90, 0x60, 0xbe, 0xe6, 0x7c, 0xf9, 0xa4, 0xa4, 0xa6, 0x95, 0x81, 0x10, 0x51, 0x90,
    0x7e, 0x16, 0x27, 0x53, 0xb5, 0x6b, 0x0f, 0x6b, 0x41, 0x0d, 0xba, 0x74, 0xd8, 0xa8, 0x4b,
    0x2a, 0x14, 0xb3, 0x14, 0x4e, 0x0e, 0xf1, 0x28, 0x47, 0x54, 0xfd, 0x17, 0xed, 0x95, 0x0d,
    0x59, 0x65, 0xb4, 0xb9, 0xdd, 0x46, 0x58, 0x2d, 0xb1, 0x17, 0x8d, 0x16, 0x9c, 0x6b, 0xc4,
    0x65, 0xb0, 0xd6, 0xff, 0x9c, 0xa3, 0x92, 0x8f, 0xef, 0x5b, 0x9a, 0xe4, 0xe4, 0x18, 0xfc,
    0x15, 0xe8, 0x3e, 0xbe, 0xa0, 0xf8, 0x7f, 0xa9, 0xff, 0x5e, 0xed, 0x70, 0x05, 0x0d, 0xed,
    0x28, 0x49, 0xf4, 0x7b, 0xf9, 0x59, 0xd9, 0x56, 0x85, 0x0c, 0xe9, 0x29, 0x85, 0x1f, 0x0d,
    0x81, 0x15, 0xf6, 0x35, 0xb1, 0x05, 0xee, 0x2e, 0x4e, 0x15, 0xd0, 0x4b, 0x24, 0x54, 0xbf,
    0x6f, 0x4f, 0xad, 0xf0, 0x34, 0xb1, 0x04, 0x03, 0x11, 0x9c, 0xd8, 0xe3, 0xb9, 0x2f, 0xcc,
    0x5b,
];

/// What is kept of a password.
#[derive(Debug)]
pub(in crate::sim) struct Verifier {
    pub(in crate::sim) salt1: Vec<u8>,
    pub(in crate::sim) salt2: Vec<u8>,
    v: BigUint,
}

/// A question that only somebody who knows the password can answer, asked anew each time.
pub(in crate::sim) struct Challenge {
    pub(in crate::sim) id: i64,
    pub(in crate::sim) verifier: Arc<Verifier>,
    /// The server's secret number.
    b: BigUint,
    /// What the client is told of it.
    pub(in crate::sim) public: [u8; WIDTH],
}

/// What an answer is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::sim) enum Proof {
    Right,
    Wrong,
    /// The client's number is none that it may choose.
    BadNumber,
}

impl Verifier {
    /// Keeps a password, under salts of its own.
    pub(in crate::sim) fn new(words: &str) -> Self {
        // As when it is set: eight bytes of the server's, and 32 that the client adds.
        let salt1 = rand::random::<[u8; 40]>().to_vec();
        let salt2 = rand::random::<[u8; 16]>().to_vec();
        let x = BigUint::from_bytes_be(&stretched(words, &salt1, &salt2));
        let v = generator().modpow(&x, &prime());
        Self { salt1, salt2, v }
    }
}

impl Challenge {
    pub(in crate::sim) fn new(verifier: Arc<Verifier>) -> Self {
        let b = BigUint::from_bytes_be(&rand::random::<[u8; SECRET]>());
        let k = number(&[&PRIME, &padded(&generator())]);
        let public = (k * &verifier.v + generator().modpow(&b, &prime())) % prime();
        Self {
            id: rand::random(),
            verifier,
            b,
            public: padded(&public),
        }
    }

    /// Whether `m1` proves that whoever chose `a` knows the password.
    pub(in crate::sim) fn weigh(&self, a: &[u8], m1: &[u8]) -> Proof {
        let (prime, chosen) = (prime(), BigUint::from_bytes_be(a));
        let none = BigUint::default();
        if a.len() > WIDTH || chosen == none || chosen >= prime {
            return Proof::BadNumber;
        }
        let a = padded(&chosen);
        let u = number(&[&a, &self.public]);
        let shared = (chosen * self.verifier.v.modpow(&u, &prime)).modpow(&self.b, &prime);
        let key = hash(&[&padded(&shared)]);
        let (of_prime, of_generator) = (hash(&[&PRIME]), hash(&[&padded(&generator())]));
        let mixed: Vec<u8> = of_prime
            .iter()
            .zip(of_generator)
            .map(|(one, other)| one ^ other)
            .collect();
        let expected = hash(&[
            &mixed,
            &hash(&[&self.verifier.salt1]),
            &hash(&[&self.verifier.salt2]),
            &a,
            &self.public,
            &key,
        ]);
        if m1 == expected {
            Proof::Right
        } else {
            Proof::Wrong
        }
    }
}

impl fmt::Debug for Challenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Challenge")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

/// What the words become before anything is computed with them.
fn stretched(words: &str, salt1: &[u8], salt2: &[u8]) -> [u8; 32] {
    let salted = |data: &[u8], salt: &[u8]| hash(&[salt, data, salt]);
    let once = salted(&salted(words.as_bytes(), salt1), salt2);
    let mut slow = [0; 64];
    // HMAC takes keys of any length, so that this cannot fail.
    let _ = pbkdf2::pbkdf2::<Hmac<Sha512>>(&once, salt1, ROUNDS, &mut slow);
    salted(&slow, salt2)
}

fn prime() -> BigUint {
    BigUint::from_bytes_be(&PRIME)
}

fn generator() -> BigUint {
    BigUint::from(GENERATOR.unsigned_abs())
}

fn hash(parts: &[&[u8]]) -> [u8; 32] {
    let hasher = parts
        .iter()
        .fold(Sha256::new(), |hasher, part| hasher.chain_update(part));
    hasher.finalize().into()
}

fn number(parts: &[&[u8]]) -> BigUint {
    BigUint::from_bytes_be(&hash(parts))
}

/// A number below the prime, with zeros before it.
fn padded(number: &BigUint) -> [u8; WIDTH] {
    let mut padded = [0; WIDTH];
    let digits = number.to_bytes_be();
    for (place, digit) in padded.iter_mut().rev().zip(digits.iter().rev()) {
        *place = *digit;
    }
    padded
}

#[cfg(test)]
mod tests {
    use grammers_crypto::two_factor_auth::calculate_2fa;

    use super::*;

    fn answered(challenge: &Challenge, words: &str) -> Proof {
        let (m1, a) = calculate_2fa(
            &challenge.verifier.salt1,
            &challenge.verifier.salt2,
            &PRIME,
            &GENERATOR,
            challenge.public.to_vec(),
            vec![7; WIDTH],
            words,
        );
        challenge.weigh(&a, &m1)
    }

    #[test]
    fn only_whoever_knows_the_words_is_believed() {
        let challenge = Challenge::new(Arc::new(Verifier::new("correct horse")));
        assert_eq!(answered(&challenge, "correct horse"), Proof::Right);
        assert_eq!(answered(&challenge, "Correct horse"), Proof::Wrong);
    }

    #[test]
    fn numbers_that_would_give_the_secret_away_are_refused() {
        let challenge = Challenge::new(Arc::new(Verifier::new("")));
        let too_long = [1; WIDTH + 1];
        for number in [&[][..], &[0; WIDTH], &PRIME, &too_long] {
            assert_eq!(challenge.weigh(number, &[0; 32]), Proof::BadNumber);
        }
    }

    #[test]
    fn the_prime_is_one_that_goes_with_the_generator() {
        assert_eq!(prime().bits(), 2048);
        assert_eq!(prime() % 3u8, BigUint::from(2u8));
    }
}
