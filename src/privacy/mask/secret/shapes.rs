//! The keys of well-known services: how they begin, what they are made of, how long they are.

use Alphabet::{Alphanumeric, Hex, Url};

#[derive(Debug, Clone, Copy)]
pub(super) enum Alphabet {
    /// Letters and digits.
    Alphanumeric,
    /// Also `-` and `_`.
    Url,
    /// Hexadecimal digits.
    Hex,
}

impl Alphabet {
    pub(super) fn has(self, byte: u8) -> bool {
        match self {
            Alphanumeric => byte.is_ascii_alphanumeric(),
            Url => byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_',
            Hex => byte.is_ascii_hexdigit(),
        }
    }
}

/// A prefix, and the least and the greatest length of what follows it.
pub(super) type Shape = (&'static str, Alphabet, usize, usize);

const LONG: usize = 400;

/// Longer prefixes first, where one begins with another.
pub(super) const SHAPES: &[Shape] = &[
    // Amazon.
    ("AKIA", Alphanumeric, 16, 16),
    ("ASIA", Alphanumeric, 16, 16),
    // GitHub, GitLab.
    ("github_pat_", Url, 22, LONG),
    ("ghp_", Alphanumeric, 36, 255),
    ("gho_", Alphanumeric, 36, 255),
    ("ghu_", Alphanumeric, 36, 255),
    ("ghs_", Alphanumeric, 36, 255),
    ("ghr_", Alphanumeric, 36, 255),
    ("glpat-", Url, 20, 60),
    ("gldt-", Url, 20, 60),
    ("glrt-", Url, 20, 60),
    ("glptt-", Url, 20, 60),
    // Slack.
    ("xoxb-", Url, 20, LONG),
    ("xoxp-", Url, 20, LONG),
    ("xoxa-", Url, 20, LONG),
    ("xoxr-", Url, 20, LONG),
    ("xoxs-", Url, 20, LONG),
    ("xoxe-", Url, 20, LONG),
    ("xapp-", Url, 20, LONG),
    // Google.
    ("AIza", Url, 35, 35),
    ("GOCSPX-", Url, 20, 40),
    // Models.
    ("sk-ant-", Url, 20, LONG),
    ("sk-proj-", Url, 20, LONG),
    ("sk-svcacct-", Url, 20, LONG),
    ("sk-or-v1-", Hex, 40, 80),
    ("sk-", Alphanumeric, 32, 80),
    ("gsk_", Alphanumeric, 40, 60),
    ("hf_", Alphanumeric, 30, 60),
    ("r8_", Alphanumeric, 30, 60),
    ("xai-", Alphanumeric, 60, 100),
    ("pplx-", Alphanumeric, 40, 60),
    // Stripe, PayPal's Braintree, Square, Shopify.
    ("sk_live_", Alphanumeric, 16, 120),
    ("sk_test_", Alphanumeric, 16, 120),
    ("rk_live_", Alphanumeric, 16, 120),
    ("rk_test_", Alphanumeric, 16, 120),
    ("whsec_", Alphanumeric, 24, 80),
    ("sq0csp-", Url, 40, 50),
    ("sq0atp-", Url, 20, 30),
    ("shpat_", Hex, 32, 32),
    ("shpss_", Hex, 32, 32),
    // Packages.
    ("npm_", Alphanumeric, 36, 36),
    ("pypi-", Url, 50, LONG),
    ("dckr_pat_", Url, 20, 40),
    // Twilio's keys, not its account numbers; Mailgun; Sentry; and other services.
    ("SK", Hex, 32, 32),
    ("key-", Hex, 32, 32),
    ("sntrys_", Url, 40, LONG),
    ("dop_v1_", Hex, 64, 64),
    ("doo_v1_", Hex, 64, 64),
    ("lin_api_", Alphanumeric, 32, 60),
    ("figd_", Url, 32, 60),
    ("ATATT3x", Url, 80, LONG),
    ("NRAK-", Alphanumeric, 20, 40),
    ("AGE-SECRET-KEY-1", Alphanumeric, 50, 70),
    ("tskey-", Url, 20, 80),
    ("sbp_", Hex, 40, 40),
    ("vercel_", Alphanumeric, 24, 40),
    ("rnd_", Alphanumeric, 28, 40),
    ("ntn_", Alphanumeric, 40, 60),
    ("secret_", Alphanumeric, 40, 60),
    ("EAACEdEose0cBA", Alphanumeric, 20, LONG),
    ("AQVN", Url, 30, 60),
    ("glsa_", Url, 32, 60),
    ("PMAK-", Url, 40, 80),
    ("shpca_", Hex, 32, 32),
    ("xkeysib-", Url, 40, 100),
    ("rubygems_", Hex, 48, 48),
    ("dapi", Hex, 32, 32),
    ("pscale_tkn_", Url, 30, 60),
    ("APP_USR-", Url, 30, 100),
    ("ATBB", Alphanumeric, 28, 36),
    ("ATCTT3x", Url, 80, LONG),
    ("CFPAT-", Url, 40, 50),
    ("EAAG", Alphanumeric, 60, LONG),
    ("nsec1", Alphanumeric, 58, 58),
];
