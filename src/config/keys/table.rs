//! The one table of keys: environment, file, flags, `.env.example` and the docs all follow it.

use super::{CONFIG, Key, SESSION_STRING};

pub(super) const SWITCH: &str = "`0`, `1`, `false` or `true`";
const RATE: &str = "a number above 0, up to 1000";
const PATH: &str = "a path; `~/` needs a home directory";
const CHATS: &str = "ids, `me`, `@name`s, links, and the kinds `private`, `group`, `channel` and `bot`, with commas between them";

/// Every key there is, in the order people read them.
pub const KEYS: &[Key] = &[
    Key::open(
        "TELEGRAM_API_ID",
        "api-id",
        "",
        "a whole number above 0",
        "The application's id from https://my.telegram.org.",
    )
    .under("To begin with"),
    Key::secret(
        SESSION_STRING,
        "",
        "a Telethon or Pyrogram string session in one piece",
        "The account's session; TELEGRAM_STRING_SESSION is another name for it.",
    ),
    Key::open(
        "TELEGRAM_TOOL_NAMES",
        "tool-names",
        "dotted",
        "`dotted` or `underscore`",
        "How tools are listed; Claude Desktop and Cursor need underscore.",
    ),
    Key::secret(
        "TELEGRAM_API_HASH",
        "",
        "32 hexadecimal digits",
        "The application's hash; needed to log in only.",
    )
    .under("Account"),
    Key::open(
        "TELEGRAM_SESSION_FILE",
        "session-file",
        "",
        PATH,
        "Where `login` keeps the session when there is no keyring; `session` in the state directory when unset.",
    ),
    Key::open(
        "TELEGRAM_KEYRING",
        "keyring",
        "1",
        SWITCH,
        "Whether the system's keyring may hold the session.",
    ),
    Key::open(
        "TELEGRAM_CALL_DEADLINE_SECONDS",
        "call-deadline-seconds",
        "45",
        "a whole number from 5 to 300",
        "Every call answers by then; most clients give up at 60.",
    )
    .under("Answers"),
    Key::open(
        "TELEGRAM_FLOOD_WAIT_MAX_SECONDS",
        "flood-wait-max-seconds",
        "20",
        "a whole number from 0 to 300",
        "Longer waits are reported, not slept; never past the call's deadline.",
    ),
    Key::open(
        "TELEGRAM_REPLY_MAX_CHARS",
        "reply-max-chars",
        "24000",
        "a whole number from 2000 to 500000",
        "How long an inline reply may be, in characters.",
    ),
    Key::open(
        "TELEGRAM_RATE_LIMIT_RPS",
        "rate-limit-rps",
        "",
        RATE,
        "At most this many requests a second, all kinds together.",
    )
    .under("Rates"),
    Key::open(
        "TELEGRAM_RATE_LIMIT_HISTORY_RPS",
        "rate-limit-history-rps",
        "",
        RATE,
        "At most this many requests a second for history.",
    ),
    Key::open(
        "TELEGRAM_RATE_LIMIT_SEARCH_RPS",
        "rate-limit-search-rps",
        "",
        RATE,
        "At most this many requests a second for searches.",
    ),
    Key::open(
        "TELEGRAM_RATE_LIMIT_RESOLVE_RPS",
        "rate-limit-resolve-rps",
        "",
        RATE,
        "At most this many requests a second to find chats by name.",
    ),
    Key::open(
        "TELEGRAM_RATE_LIMIT_DIALOGS_RPS",
        "rate-limit-dialogs-rps",
        "",
        RATE,
        "At most this many requests a second for the list of chats.",
    ),
    Key::open(
        "TELEGRAM_EXPORT_DIR",
        "export-dir",
        "",
        PATH,
        "Where exports are written; `exports` in the state directory when unset.",
    )
    .under("Exports"),
    Key::open(
        "TELEGRAM_EXPORT_TTL_HOURS",
        "export-ttl-hours",
        "24",
        "a whole number from 1 to 8760",
        "How long an export is kept.",
    ),
    Key::open(
        "TELEGRAM_EXPORT_QUOTA_MB",
        "export-quota-mb",
        "2048",
        "a whole number from 1 to 1000000",
        "How much room all exports may take together, in mebibytes.",
    ),
    Key::open(
        "TELEGRAM_EXPORT_PROTECTED",
        "export-protected",
        "0",
        SWITCH,
        "Whether chats that forbid copying may be exported.",
    ),
    Key::open(
        "TELEGRAM_PII",
        "pii",
        "mask",
        "`off`, `mask` or `strict`",
        "Masking of personal data and secrets; `strict` masks names and usernames too.",
    )
    .under("Privacy"),
    Key::secret(
        "TELEGRAM_PII_KEY",
        "",
        "16 characters or more",
        "Keeps pseudonyms the same across sessions; derived from the session when unset.",
    ),
    Key::open(
        "TELEGRAM_PII_REGION",
        "pii-region",
        "",
        "a two-letter country code such as `GB`",
        "The country of phone numbers that are written without one.",
    ),
    Key::open(
        "TELEGRAM_ALLOWED_CHATS",
        "allowed-chats",
        "",
        CHATS,
        "Only these chats can be read; all when unset, but Telegram's own, which is read only when it stands here.",
    )
    .of_many(),
    Key::open(
        "TELEGRAM_DENIED_CHATS",
        "denied-chats",
        "",
        CHATS,
        "These chats cannot be read, whatever else allows them.",
    )
    .of_many(),
    Key::open(
        "TELEGRAM_NOT_BEFORE",
        "not-before",
        "",
        "a date such as `2026-03-01`, which begins in UTC, or an RFC 3339 time",
        "Nothing that was sent before is ever read.",
    ),
    Key::open(
        "TELEGRAM_AUDIT_FILE",
        "audit-file",
        "",
        "a path, or `off`",
        "Where calls are recorded, without content; `audit.jsonl` in the state directory when unset.",
    ),
    Key::open(
        CONFIG,
        "config",
        "",
        "a TOML file that can be read",
        "The file of settings; it cannot be named in the file itself.",
    )
    .under("Files, logs and connection"),
    Key::open(
        "TELEGRAM_STATE_DIR",
        "state-dir",
        "",
        PATH,
        "Where resolved chats are remembered; in the home directory when unset.",
    ),
    Key::open(
        "TELEGRAM_LOG",
        "log",
        "info",
        "a level such as `debug`, or `target=level` pairs with commas between them",
        "What is logged to stderr.",
    ),
    Key::open(
        "TELEGRAM_LOG_FORMAT",
        "log-format",
        "text",
        "`text` or `json`",
        "How it is logged.",
    ),
    Key::open(
        "TELEGRAM_METRICS_ADDR",
        "metrics-addr",
        "off",
        "an address such as `127.0.0.1:9464`, or `off`",
        "Where metrics are served; not in this version yet.",
    ),
    Key::secret(
        "TELEGRAM_PROXY",
        "",
        "a URL such as `socks5://127.0.0.1:1080`",
        "The proxy to Telegram, secret since it may hold a password; not in this version yet.",
    ),
    Key::open(
        "TELEGRAM_TAKEOUT",
        "takeout",
        "0",
        SWITCH,
        "Whether exports read through a takeout session, which Telegram asks the account's owner to confirm.",
    ),
];
