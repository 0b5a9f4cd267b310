//! The account's password (<https://core.telegram.org/api/srp>): it is proven, and never sent.

use grammers_crypto::two_factor_auth::{calculate_2fa, check_p_and_g};
use grammers_tl_types::{enums, functions, types};
use rand::Rng as _;
use sha2::{Digest as _, Sha256};
use tokio::task::spawn_blocking;
use zeroize::Zeroizing;

use super::{Login, LoginError, Step};

/// The algorithm that Telegram uses, by the parameters in it.
type Parameters = types::PasswordKdfAlgoSha256Sha256Pbkdf2Hmacsha512iter100000Sha256ModPow;

/// How many bytes the numbers have.
const SIZE: usize = 256;
/// What `g` may be.
const GENERATORS: std::ops::RangeInclusive<i32> = 2..=7;
/// How often Telegram may ask anew by itself.
const MAX_TRIES: u32 = 3;

/// The SHA-256 of the prime that Telegram has published and uses (with `g` = 3): that it is a good one takes seconds
/// to find out, and need not be found out again.
const KNOWN_PRIME: [u8; 32] = [
    0x02, 0xf8, 0x5e, 0x76, 0x87, 0xfc, 0x6f, 0x33, 0xba, 0x67, 0x82, 0x26, 0xa9, 0x63, 0xb3, 0xc8,
    0xa1, 0x91, 0xb4, 0x7c, 0x89, 0x0c, 0xf3, 0x0d, 0xeb, 0xe1, 0x7c, 0x1d, 0x62, 0x3b, 0x5a, 0xf1,
];

impl Login {
    /// What reminds the account's owner of the password, in their own words.
    pub async fn password_hint(&mut self) -> Result<Option<String>, LoginError> {
        let enums::account::Password::Password(password) =
            self.ask(&functions::account::GetPassword {}).await?;
        Ok(password.hint.filter(|hint| !hint.is_empty()))
    }

    /// Proves the password.
    pub async fn check_password(&mut self, typed: Zeroizing<String>) -> Result<Step, LoginError> {
        let mut tries = 0;
        loop {
            tries += 1;
            let enums::account::Password::Password(password) =
                self.ask(&functions::account::GetPassword {}).await?;
            let challenge = Challenge::read(password)?;
            let typed = typed.clone();
            let proof = spawn_blocking(move || challenge.prove(&typed)).await;
            let request = functions::auth::CheckPassword {
                password: proof.map_err(|_| LoginError::UNKNOWN_PASSWORD)??.into(),
            };
            match self.prove(&request).await {
                Err(LoginError::PasswordChanged) if tries < MAX_TRIES => {}
                outcome => return outcome,
            }
        }
    }
}

/// What the server gives to prove the password with.
struct Challenge {
    parameters: Parameters,
    srp_id: i64,
    b: [u8; SIZE],
}

impl Challenge {
    fn read(password: types::account::Password) -> Result<Self, LoginError> {
        let unknown = LoginError::UNKNOWN_PASSWORD;
        let (Some(algorithm), Some(srp_id), Some(b)) =
            (password.current_algo, password.srp_id, password.srp_b)
        else {
            return Err(unknown);
        };
        let enums::PasswordKdfAlgo::Sha256Sha256Pbkdf2Hmacsha512iter100000Sha256ModPow(parameters) =
            algorithm
        else {
            return Err(unknown);
        };
        let b = padded(&b).ok_or(unknown)?;
        Ok(Self {
            parameters,
            srp_id,
            b,
        })
    }

    /// Whether a password may be proven with these numbers.
    fn is_sound(&self) -> bool {
        let Parameters { g, p, .. } = &self.parameters;
        is_good(p, *g) && is_between(&self.b, p)
    }

    /// Takes about a tenth of a second, and some more with a prime that is not known.
    fn prove(&self, typed: &str) -> Result<types::InputCheckPasswordSrp, LoginError> {
        if !self.is_sound() {
            return Err(LoginError::UNKNOWN_PASSWORD);
        }
        let Parameters { salt1, salt2, g, p } = &self.parameters;
        let mut secret = Zeroizing::new(vec![0; SIZE]);
        rand::rng().fill_bytes(&mut secret);
        let (m1, a) = calculate_2fa(salt1, salt2, p, g, self.b.to_vec(), secret.to_vec(), typed);
        Ok(types::InputCheckPasswordSrp {
            srp_id: self.srp_id,
            a: a.to_vec(),
            m1: m1.to_vec(),
        })
    }
}

/// Whether the numbers keep a password safe: 2048 bits, a safe prime, and a generator that goes with it.
fn is_good(p: &[u8], g: i32) -> bool {
    if p.len() != SIZE || !GENERATORS.contains(&g) {
        return false;
    }
    let is_known = g == 3 && Sha256::digest(p).as_slice() == KNOWN_PRIME;
    // The highest bit makes it one of 2048.
    is_known || (p.first().is_some_and(|first| *first >= 0x80) && check_p_and_g(p, &g))
}

/// Whether a number is above 1 and below `p` - 1: the others would tell the password, or nothing.
fn is_between(number: &[u8; SIZE], p: &[u8]) -> bool {
    let mut highest = p.to_vec();
    if let Some(last) = highest.last_mut() {
        // It is odd.
        *last ^= 1;
    }
    let mut one = [0; SIZE];
    if let Some(last) = one.last_mut() {
        *last = 1;
    }
    *number > one && number.as_slice() < highest.as_slice()
}

/// A number with as many zeros before it as it takes.
fn padded(number: &[u8]) -> Option<[u8; SIZE]> {
    let mut padded = [0; SIZE];
    let start = SIZE.checked_sub(number.len())?;
    padded.get_mut(start..)?.copy_from_slice(number);
    Some(padded)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The prime that Telegram has published (<https://core.telegram.org/mtproto/auth_key>).
    const PRIME: &str = "\
        c71caeb9c6b1c9048e6c522f70f13f73980d40238e3e21c14934d037563d930f48198a0aa7c14058229493d22530f4db\
        fa336f6e0ac925139543aed44cce7c3720fd51f69458705ac68cd4fe6b6b13abdc9746512969328454f18faf8c595f64\
        2477fe96bb2a941d5bcd1d4ac8cc49880708fa9b378e3c4f3a9060bee67cf9a4a4a695811051907e162753b56b0f6b41\
        0dba74d8a84b2a14b3144e0ef1284754fd17ed950d5965b4b9dd46582db1178d169c6bc465b0d6ff9ca3928fef5b9ae4\
        e418fc15e83ebea0f87fa9ff5eed70050ded2849f47bf959d956850ce929851f0d8115f635b105ee2e4e15d04b2454bf\
        6f4fadf034b10403119cd8e3b92fcc5b";

    fn prime() -> Vec<u8> {
        let pairs = PRIME.as_bytes().chunks(2);
        let pairs = pairs.map(|pair| std::str::from_utf8(pair).unwrap());
        pairs
            .map(|pair| u8::from_str_radix(pair, 16).unwrap())
            .collect()
    }

    fn challenge(g: i32, p: Vec<u8>, b: &[u8]) -> Challenge {
        Challenge {
            parameters: Parameters {
                salt1: vec![1; 40],
                salt2: vec![2; 16],
                g,
                p,
            },
            srp_id: 5,
            b: padded(b).unwrap(),
        }
    }

    #[test]
    fn the_prime_of_telegram_is_taken_as_it_is() {
        assert!(is_good(&prime(), 3));
        let mut other = prime();
        other[255] ^= 0x80;
        assert!(!is_good(&other, 3));
    }

    #[test]
    fn a_password_is_proven_with_good_numbers_only() {
        let p = prime();
        let mut highest = p.clone();
        highest[255] ^= 1;
        let mut below = highest.clone();
        below[255] -= 1;
        for (b, is_taken) in [
            (&[9; 256][..], true),
            (&[9; 200], true),
            (&below, true),
            (&[], false),
            (&[0; 256], false),
            (&[1], false),
            (&highest, false),
            (&p, false),
            (&[0xff; 256], false),
        ] {
            assert_eq!(challenge(3, p.clone(), b).is_sound(), is_taken, "{b:?}");
        }
        for (g, p) in [(1, p.clone()), (8, p.clone()), (3, p[1..].to_vec())] {
            assert!(!challenge(g, p, &[9; 200]).is_sound(), "{g}");
        }
        assert!(challenge(1, p, &[9; 200]).prove("correct horse").is_err());
    }

    #[test]
    fn another_way_to_ask_is_said_to_be_unknown() {
        let asked = |algorithm| {
            let password = types::account::Password {
                has_recovery: false,
                has_secure_values: false,
                has_password: true,
                current_algo: algorithm,
                srp_b: Some(vec![9; 256]),
                srp_id: Some(5),
                hint: None,
                email_unconfirmed_pattern: None,
                new_algo: enums::PasswordKdfAlgo::Unknown,
                new_secure_algo: enums::SecurePasswordKdfAlgo::Unknown,
                secure_random: Vec::new(),
                pending_reset_date: None,
                login_email_pattern: None,
            };
            Challenge::read(password).err()
        };
        let unknown = Some(LoginError::UNKNOWN_PASSWORD);
        assert_eq!(asked(Some(enums::PasswordKdfAlgo::Unknown)), unknown);
        assert_eq!(asked(None), unknown);
        let known = challenge(3, prime(), &[9]).parameters;
        assert_eq!(asked(Some(known.into())), None);
    }
}
