//! Secrets that a word names: `password: …`, `token=…`, `пароль — …`.

use std::sync::LazyLock;

use super::super::Kind;
use super::super::engine::{Context, Detector, Hit, Window};
use super::super::evidence::{Triggers, Words};
use super::super::view::walled;
use super::nearby;

pub(in super::super) const DETECTOR: Detector = Detector {
    next: |bytes, from| TRIGGERS.next_end(bytes, from),
    look,
};

/// What follows may be short, and made of anything.
const PASSWORDS: &str = "password* | mdp | clave* | kodeord* | passord* | adgangskode* | palavra-passe | palavra passe | jelszó* | parolă* | парола | \
     şifresi | şifreniz | parolası | wifi şifresi | hasło* | lozinka | slaptažodis | contrasenya | رمز وای‌فای | كلمة سر |  pass | psk | wifi key | wi-fi key | wpa key | ключ wifi | passwd | passphrase* | passcode* | pwd | пароль | пароля | паролем | contraseña* | \
    mot de passe | passwort* | kennwort* | senha* | hasło | hasła | şifre* | parola* | \
    wachtwoord* | lösenord* | heslo | salasana | 密码 | 密碼 | 口令 | パスワード | 비밀번호 | كلمة المرور | \
    كلمة السر | رمز عبور | رمز عبوری | पासवर्ड | mật khẩu | kata sandi | parool* | סיסמה | סיסמא | \
    รหัสผ่าน | κωδικός πρόσβασης | пароль: | pw | pass phrase | pass-phrase | pass code | code wifi | code wi-fi | wifi code | \
    wlan-code | wlan-schlüssel | wlan schlüssel | clé wifi | clé wi-fi | clé wpa | chiave wifi | chave wifi | clau wifi | \
    clave wifi | kod wifi | kod wi-fi | klucz wifi | код wifi | код вайфая | код от вайфая | пасс | пас | паролі | \
    лозинка | šifra | zaporka | salasõna | salasana* | ww | losenord | lösen | adgangskode* | jelszava | parolei | \
    şifrem | sandi | kata kunci | mk | mật mã | κωδικός wifi | סיסמת | פסוורד | পাসওয়ার্ড | 비번 | 패스워드 | 암호 | パス | \
    暗号 | گذرواژه | پسورد | باسورد | الباسورد | كلمه السر | كلمة سر | құпия сөз | құпиясөз | parol";

/// What follows is long, and letters with digits.
const TOKENS: &str = "api_key* | apikey* | api-key* | api key* | api_hash | api hash | app_secret | client_secret | \
    secret* | token* | токен* | access_key* | access key* | private_key* | private key* | \
    auth_key* | encryption key* | license key | bearer | authorization | api_secret | ключ api | \
    апи ключ | credential* | 令牌 | 密钥 | 密鑰 | \
    app key | bot token | client id | consumer key | secret_key | ключ доступа | clave api | clave secreta | clé api | clé d'api | \
    clé secrète | jeton | api-schlüssel* | schlüssel | chiave api | chave api | chave de api | klucz api | clau api | \
    api anahtarı | anahtar* | kunci api | khóa api | секрет* | секретный ключ | апі ключ | ключ апі | api-sleutel | \
    api-nyckel | api-nøgle | api-nøkkel | api-avain | api klíč | klíč | kulcs | cheie api | κλειδί | apiキー | アクセスキー | \
    シークレット | トークン | api 키 | 시크릿 | 토큰 | مفتاح | رمز api | کلید | توکن | מפתח | टोकन | कुंजी";

static NAMES: LazyLock<Words> = LazyLock::new(|| Words::new(&[PASSWORDS, TOKENS].join("|")));
static TRIGGERS: LazyLock<Triggers> =
    LazyLock::new(|| Triggers::new(&[PASSWORDS, TOKENS].join("|")));
static PASSWORD: LazyLock<Words> = LazyLock::new(|| Words::new(PASSWORDS));

/// A password that is used once is a login code.
static ONE_TIME: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        "one-time | one time | otp | ワンタイム* | одноразов* | einmal* | 一次性 | 动态 | usage unique | un solo uso | uso único | tek kullanımlık | \
         jednorazow* | reset* | forgot*",
    )
});

/// How long the words between a name and its colon may be: "password for the router:".
const MAX_PHRASE: usize = 40;

/// Verbs that assign, each with the space that must follow.
const VERBS: &[&str] = &[
    "は", "为", "為", "是", "is ", "это ", "ist ", "es ", "est ", "è ", "é ", "is:", "=> ", "-> ",
    "→ ", "- ", "– ", "— ",
];

const MAX_VALUE: usize = 256;

/// What has no sign between it and its name is a token when it is so long.
const LONG_TOKEN: usize = 20;

/// Words that are written in a value's place.
const NO_VALUES: &[&str] = &[
    "true",
    "false",
    "null",
    "none",
    "nil",
    "undefined",
    "required",
    "optional",
    "string",
    "hidden",
    "redacted",
    "changeme",
    "incorrect",
    "invalid",
    "wrong",
    "expired",
    "protected",
    "reset",
    "here",
    "input",
    "text",
    "value",
];

/// How a value is tied to its name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Tie {
    /// `name=value`, `name: "value"`.
    Sign,
    /// `name: value`.
    Colon,
    /// `name for the router: value`, `name is value`.
    Words,
}

fn look(_: &Context, window: Window<'_>) -> Option<Hit> {
    let near = window.words_before(window.at, 48);
    if !ends_with_word(&NAMES, near, window) {
        return None;
    }
    let is_password = ends_with_word(&PASSWORD, near, window);
    if is_password && (ONE_TIME.any(near) || ONE_TIME.any(phrase_behind(window))) {
        return None;
    }
    let (start, end) = tied_value(window, is_password).or_else(|| nearby(window, is_password))?;
    let text = str::from_utf8(window.slice(start..end)).ok()?;
    Some(Hit::new(Kind::Secret, start..end, text.to_owned()))
}

/// A value that a sign or a verb ties to its name.
fn tied_value(window: Window<'_>, is_password: bool) -> Option<(usize, usize)> {
    let (tie, from) = tied(window, is_password)?;
    let (tie, (start, end)) = value(window, tie, from)?;
    let text = str::from_utf8(window.slice(start..end)).ok()?;
    let is_one = match is_password {
        true => is_password_like(text, tie),
        false => is_token_like(text),
    };
    (is_one && !is_placeholder(text)).then_some((start, end))
}

/// A value that nothing ties to its name, and that is none but a secret.
fn nearby(window: Window<'_>, is_password: bool) -> Option<(usize, usize)> {
    let is_secret = |text: &str| {
        let is_one = match is_password {
            true => nearby::is_mixed(text),
            false => text.len() >= LONG_TOKEN && is_token_like(text),
        };
        is_one && !is_placeholder(text)
    };
    nearby::behind(window, is_secret).or_else(|| nearby::before(window, is_secret))
}

/// What goes on behind the name, up to its colon.
fn phrase_behind<'v>(window: Window<'v>) -> &'v [u8] {
    let end = window
        .skip(window.at, is_phrase)
        .min(window.at + MAX_PHRASE);
    window.slice(window.at..end)
}

/// Whether a word of the list ends at the trigger.
fn ends_with_word(words: &Words, near: &[u8], window: Window<'_>) -> bool {
    let behind = window.slice(window.at..window.bytes.len().min(window.at + 4));
    let text = [near, behind].concat();
    words.find(&text).any(|found| found.end == near.len())
}

/// How the value is tied to the name, and where it begins.
fn tied(window: Window<'_>, is_password: bool) -> Option<(Tie, usize)> {
    let is_bearer = window
        .slice(0..window.at)
        .to_ascii_lowercase()
        .ends_with(b"bearer");
    if is_bearer && window.get(window.at) == Some(b' ') {
        return Some((Tie::Sign, window.at + 1));
    }
    let mut at = window.skip(window.at, |byte| byte.is_ascii_alphabetic() || byte == b'_');
    at = window.skip(at, |byte| b"\"'`*) \t".contains(&byte));
    let rest = window.slice(at..window.bytes.len());
    match rest.first() {
        Some(b'=') => return Some((Tie::Sign, window.skip(at, |byte| b"=> ".contains(&byte)))),
        Some(b':') => {
            let end = window.skip(at, |byte| b":= *".contains(&byte));
            let end = window.skip(end, |byte| byte == b'\n' || byte == b'\r' || byte == b' ');
            return Some((Tie::Colon, end));
        }
        _ => {}
    }
    let verb = VERBS.iter().find(|verb| rest.starts_with(verb.as_bytes()));
    if let Some(verb) = verb {
        return Some((
            Tie::Words,
            window.skip(at + verb.len(), |byte| b" :".contains(&byte)),
        ));
    }
    if at > window.at && is_password && window.before(at) == Some(b' ') {
        let value = window.skip(at, |byte| byte > b' ');
        let is_mixed = window.slice(at..value).iter().any(u8::is_ascii_digit)
            && window.slice(at..value).iter().any(u8::is_ascii_alphabetic);
        if value - at >= 6 && is_mixed {
            return Some((Tie::Words, at));
        }
    }
    let phrase = rest.get(..rest.len().min(MAX_PHRASE))?;
    let colon = phrase.iter().position(|byte| !is_phrase(*byte))?;
    let after = at + colon + 1;
    let is_colon =
        phrase.get(colon) == Some(&b':') && window.get(after).is_some_and(|byte| byte != b'/');
    is_colon.then(|| (Tie::Words, window.skip(after, |byte| byte == b' ')))
}

fn is_phrase(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || b" -'\"()/".contains(&byte) || byte >= 0x80
}

/// Where the value is, without its quotes and the punctuation of the sentence.
fn value(window: Window<'_>, tie: Tie, from: usize) -> Option<(Tie, (usize, usize))> {
    let quote = window.get(from).filter(|byte| b"\"'`".contains(byte));
    let start = from + usize::from(quote.is_some());
    let end = match quote {
        Some(quote) => window.skip(start, |byte| byte != quote && byte != b'\n'),
        None => start + unquoted(window.slice(start..window.bytes.len()), tie),
    };
    if window
        .slice(start..end)
        .iter()
        .any(|byte| walled(*byte).is_some())
        || end - start > MAX_VALUE
    {
        return None;
    }
    if let Some(quote) = quote {
        let is_closed = window.get(end) == Some(quote) && !window.slice(start..end).contains(&b' ');
        return is_closed.then_some((Tie::Sign, (start, end)));
    }
    let text = window.slice(start..end);
    let kept = text
        .iter()
        .rev()
        .skip_while(|byte| b".,;:?)]}".contains(byte))
        .count();
    Some((tie, (start, start + kept)))
}

/// How long a value without quotes is: up to a space, or to a letter of a script without them.
fn unquoted(text: &[u8], tie: Tie) -> usize {
    let text = match str::from_utf8(text) {
        Ok(text) => text,
        Err(error) => {
            str::from_utf8(text.get(..error.valid_up_to()).unwrap_or_default()).unwrap_or_default()
        }
    };
    let ends = |c: char| {
        c.is_whitespace()
            || c >= '\u{530}'
            || "\"'`<>«»".contains(c)
            || (tie == Tie::Sign && c == '&')
    };
    text.find(ends).unwrap_or(text.len())
}

fn is_password_like(text: &str, tie: Tie) -> bool {
    let is_long = text.len() >= 4;
    let is_number = text.len() >= 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_word = text.chars().all(char::is_alphabetic);
    let is_plain_word = is_word && text.chars().skip(1).all(char::is_lowercase);
    is_long
        && match tie {
            Tie::Sign => text.len() >= 5 || !is_plain_word,
            Tie::Colon => {
                is_number
                    || (!is_word && has_strength(text))
                    || (is_word && !is_plain_word && text.len() >= 6 && !is_capitals(text))
            }
            Tie::Words => is_number || (!is_word && has_strength(text)),
        }
}

fn is_capitals(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_uppercase())
}

/// A digit beside letters, or a sign inside that no word has.
fn has_strength(text: &str) -> bool {
    let is_letter = |byte: u8| byte.is_ascii_alphabetic();
    let signs = text
        .bytes()
        .filter(|byte| b"!@#$%^&*+=~?_".contains(byte))
        .count();
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    text.bytes().any(is_letter) && (digits > 0 || signs > 0)
}

fn is_token_like(text: &str) -> bool {
    let letters = text.bytes().filter(u8::is_ascii_alphabetic).count();
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let is_token = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.+/=:~$@!#%^*".contains(&byte);
    let is_random = digits >= 2 || (digits == 1 && text.len() >= 32);
    text.len() >= 12 && letters >= 3 && is_random && text.bytes().all(is_token)
}

fn is_placeholder(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    let is_link = lower.contains("://") || lower.starts_with("www.");
    let is_one_char = text.chars().all(|c| text.starts_with(c));
    is_link
        || is_one_char
        || NO_VALUES.contains(&lower.as_str())
        || [
            "***", "xxxx", "...", "••", "your", "{", "$(", "${", "%s", "<", "os.", "process.",
            "env.",
        ]
        .iter()
        .any(|part| {
            lower.starts_with(part)
                || (part.len() >= 3
                    && lower.contains(part)
                    && *part != "your"
                    && *part != "os."
                    && *part != "env.")
        })
}

#[cfg(test)]
mod tests {
    use super::super::super::tests::{assert_found, assert_not_found};
    use super::*;

    #[test]
    fn named_secrets_are_found() {
        assert_found(
            Kind::Secret,
            &[
                ("password: hunter2", "hunter2"),
                ("Password = \"correct-horse\"", "correct-horse"),
                ("пароль: Qwerty123!", "Qwerty123!"),
                ("пароль Qwerty_123!, да", "Qwerty_123!"),
                ("パスワードはSakura-5521です", "Sakura-5521"),
                ("şifre: Boğaz!Gece91", "Boğaz!Gece91"),
                ("Пароль от вайфая: qwerty2024", "qwerty2024"),
                ("DB_PASSWORD=s3cr3t;", "s3cr3t"),
                ("密码：abc12345。", "abc12345"),
                ("contraseña: Perro#99", "Perro#99"),
                ("the password is Tr0ub4dor&3", "Tr0ub4dor&3"),
                (
                    "api_hash: 0123456789abcdef0123456789abcdef",
                    "0123456789abcdef0123456789abcdef",
                ),
                ("{\"token\": \"a1b2c3d4e5f6\"}", "a1b2c3d4e5f6"),
                ("Authorization: Bearer a1b2c3d4e5f6g7h8", "a1b2c3d4e5f6g7h8"),
                ("?token=a1b2c3d4e5f6&x=1", "a1b2c3d4e5f6"),
                ("pwd: 123456", "123456"),
                ("mdp wifi : Soleil44!", "Soleil44!"),
                ("la clave es Luna2291x", "Luna2291x"),
                ("wifi密码：Mj7kk92pQ", "Mj7kk92pQ"),
                ("hasło do wifi: Zima2024", "Zima2024"),
                ("wifi şifresi: gece91gun", "gece91gun"),
                ("wachtwoord is Fiets-881", "Fiets-881"),
                ("pass: Hunter22", "Hunter22"),
            ],
        );
    }

    #[test]
    fn what_only_looks_like_one_is_not() {
        assert_not_found(&[
            "password: required",
            "Password: must be 8 characters",
            "password=null",
            "пароль: забыл",
            "token: USDT",
            "secret: none",
            "password: ********",
            "API key: YOUR_API_KEY_12345",
            "password reset: https://example.com/reset",
            "The token economy grew 20% in 2024",
            "token=${TOKEN123456789}",
            "secrets of the trade: 12 tips",
            "la clave es la paciencia",
            "password manager: which one?",
            "пароль для всех: один",
        ]);
    }
}
