//! Codes that log somebody in: a number is one only when the words beside it say so.

mod sentence;

use std::sync::LazyLock;

use super::Kind;
use super::engine::{Context, Hit, Window};
use super::evidence::Words;
use super::number::{Group, Number, begins, ends};

/// Words that stand before a code, as Telegram and others write them.
static BEFORE: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        "login code* | log in code | log-in code | sign-in code | signin code | verification code* | \
         verify code | security code* | confirmation code* | authentication code* | auth code* | \
         authorization code* | access code* | one-time code* | one time code* | one-time password* | \
         one time password* | one-time pin | activation code | validation code | registration code | \
         passcode* | otp | otp code | two-factor code | sms code | telegram code | whatsapp code | \
         recovery code | reset code | two-factor code | mfa code | google code | microsoft code | \
         код для входа* | код входа | код подтверждения | код доступа | код авторизации | \
         код активации | код безопасности | код проверки | проверочный код | одноразовый код | \
         одноразовый пароль | ваш код | код из смс | смс-код | смс код | код telegram | код в telegram | \
         код для авторизации | код регистрации | код для входу* | код підтвердження | код доступу | \
         код авторизації | код входу | твой код | мой код | код пацверджання | код для ўваходу | \
         кіру коды | растау коды | kirish kodi | tasdiqlash kodi | tasdiqlash kod | \
         código de inicio de sesión | código de verificación | código de acceso | código de seguridad | \
         código de confirmación | tu código | su código | código de acesso | código de login | \
         código de verificação | código de confirmação | código de segurança | seu código | \
         code de connexion | code de vérification | code de confirmation | code de sécurité | \
         code d'accès | code d’accès | votre code | ton code | login-code* | anmeldecode | \
         anmelde-code | bestätigungscode* | verifizierungscode* | sicherheitscode* | zugangscode | \
         dein code | ihr code | einmalcode | mtan | codice di accesso | codice di verifica | \
         codice di conferma | codice di sicurezza | il tuo codice | codice otp | \
         codi d'inici de sessió | inlogcode | verificatiecode | bevestigingscode | beveiligingscode | \
         je code | uw code | kod logowania | kod weryfikacyjny | kod potwierdzający | kod dostępu | \
         twój kod | kod autoryzacyjny | inloggningskod | verifieringskod | bekräftelsekod | din kod | \
         bekreftelseskode | bekræftelseskode | vahvistuskoodi | kirjautumiskoodi | ověřovací kód | \
         overovací kód | ellenőrző kód | cod de verificare | codul de verificare | codul tău | \
         κωδικός επαλήθευσης | κωδικός σύνδεσης | код за потвърждение | verifikacioni kod | \
         giriş kodu* | doğrulama kodu* | onay kodu* | güvenlik kodu* | kodunuz | giriş kodun | \
         kod ورود | کد ورود | کد تایید | کد تأیید | کد فعال‌سازی | کد فعالسازی | کد شما | \
         رمز یکبار مصرف | رمز پویا | رمز الدخول | رمز التحقق | رمز التأكيد | كود التحقق | \
         كود تسجيل الدخول | رمز تسجيل الدخول | كود الدخول | قدم التحقق | קוד אימות | קוד התחברות | \
         קוד כניסה | קוד האימות | लॉगिन कोड | सत्यापन कोड | ओटीपी | वेरिफिकेशन कोड | যাচাইকরণ কোড | \
         kode masuk | kode verifikasi | kode otp | kode konfirmasi | kod log masuk | kod pengesahan | \
         mã xác minh | mã xác nhận | mã đăng nhập | mã xác thực | mã otp | รหัสยืนยัน | รหัส otp | \
         รหัสเข้าสู่ระบบ | 로그인 코드 | 인증번호 | 인증 코드 | 확인 코드 | 验证码 | 驗證碼 | 登录码 | 登入碼 | 登录代码 | 校验码 | 动态码 | \
         动态密码 | 確認コード | 認証コード | ログインコード | 認証番号 | ワンタイムパスワード | كود التفعيل | رمز التفعيل | رمز التفعيل | كود تفعيل | \
         código de activación | código de ativação | code d'activation | code d’activation | aktivierungscode* | \
         codice di attivazione | kod aktywacyjny | kode aktivasi | aktivasyon kodu* | mã kích hoạt | 激活码 | 動態碼 | \
         код активації | одноразового пароля | einmalpasswort | einmalkennwort | einmal-code | mot de passe à usage unique | \
         contraseña de un solo uso | senha de uso único | tek kullanımlık şifre* | 一次性密码 | 一次性密碼 | 短信验证码 | 安全码 | 安全碼 | \
         bezpečnostní kód | biztonsági kód | säkerhetskod | engangskode | kertakäyttökoodi | lozinka za jednokratnu | \
         verification pin | login pin | security pin | kod bezpieczeństwa | kod sms | kod jednorazowy | hasło jednorazowe",
    )
});

/// Words that tie a code to what follows: "123456 is your code".
static VERBS: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        "is | are | as | was | lautet | sind | ist | es | est | è | é | это | — | – | - | adalah | là | は | が | 是 | 为 | 為 | jest | to | är | er | on | ваш* | \
         твой | является | your | आपका | है | हैं | هو | هي | رمز | کد | tu | su | votre | dein* | ihr* | din | kodunuz | を | 을 | 를 | คือ | הוא",
    )
});

/// What they must be followed by.
static CODES: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        "code* | otp | passcode* | one-time password | one time password | einmalpasswort | einmalcode | einmalkennwort | logincode | \
         login-code | bestätigungscode* | verifizierungscode* | sicherheitscode* | anmeldecode | zugangscode | код* | kod* | koodi* | \
         código* | codice | kode | cod | codul | κωδικός | verificatiecode | inlogcode | bevestigingscode | 验证码 | 驗證碼 | 校验码 | 登录码 | 动态码 | \
         コード | 認証番号 | 인증번호 | 코드 | รหัส | कोड | ओटीपी | رمز | كود | کد | mã | קוד | пароль для входа | одноразовый пароль",
    )
});

/// What is said of a code, behind it.
static SECRECY: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        "don't share | do not share | never share | don't tell | do not give | never give | expires in | valid for | никому | не сообщайте | \
         не передавайте | не говорите | нікому | не повідомляйте | no lo compartas | no compartas | não compartilhe | ne le partagez | \
         ne le communiquez | nicht weiter | niemandem | non condividere | kimseyle | jangan | nie udostępniaj | nikomu | 请勿 | 勿泄露 | \
         切勿 | 他人に | لا تشارك | لا تعط | به کسی | किसी को | không chia sẻ | ห้าม",
    )
});

/// What a code is for, right behind it: "use 12345 to sign in".
static PURPOSES: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        "to sign in | to log in | to login | to verify | to confirm your* | to authenticate | to activate your* | as your | for login | \
         for verification | для входа | чтобы войти | для подтверждения | для авторизации | для входу | щоб увійти | \
         para iniciar sesión | para acceder | para verificar | para confirmar tu | para entrar | para fazer login | para confirmar seu | \
         pour vous connecter | pour te connecter | pour vérifier | pour confirmer votre | zum anmelden | zum einloggen | \
         um dich anzumelden | um sich anzumelden | zur anmeldung | zur bestätigung | per accedere | per verificare | \
         giriş yapmak | doğrulamak için | untuk masuk | untuk verifikasi | untuk login | để đăng nhập | để xác | om in te loggen | \
         aby się zalogować | för att logga in | 登录 | 登入 | 登錄 | でログイン | 로그인",
    )
});

/// Words that make a code something else.
static OTHERS: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        "promo* | coupon* | discount* | zip | postal | post | postcode | error* | exit | status | \
         country | area | dial* | source | product | item | bar | qr | swift | sort | hs | dress | \
         color | colour | room | referral | invite | voucher | tracking | order* | response | http | \
         morse | line* | lines | промокод* | ошибк* | почтов* | индекс* | города | товара | страны | \
         телефонный | скидк* | заказ* | 优惠码 | 邮政编码 | 邮编 | 错误代码 | fehlercode | postleitzahl | \
         gutschein* | promocional | postal* | erreur | errore | kargo | posta kodu | hata* | अर्डर | \
         пин-код товара | отслеживания | трек* | товар* | страны | город* | помилк* | поштов* | країни | produkt* | product* | artikel* | \
         länder* | land* | postleit* | fehler* | vorwahl | produit | pays | postal | réduction | promotion* | remise | \
         producto | país | barras | descuento* | produto | desconto | erro | error* | prodotto | paese | sconto | barre | \
         kraj* | pocztow* | rabat* | błęd* | promocyjn* | kierunkow* | korting* | streepjes* | landkode* | landskod* | postkod* | rabatt* | \
         ürün | ülke | alan kodu | indirim | barkod | barcode* | produk | negara | pos | diskon | sản phẩm | quốc gia | bưu chính | giảm giá | \
         المنتج | منتج | الدولة | البلد | البريد* | الخصم | خصم | الخطأ | المدينة | محصول | شهر | کشور | پستی | تخفیف | خطا | کالا | \
         מוצר | מדינה | מיקוד | הנחה | שגיאה | उत्पाद | पिन कोड | देश | त्रुटि | डाक | पोस्टल | পণ্য | দেশ | ডাক | สินค้า | ประเทศ | ไปรษณีย์ | ส่วนลด | \
         郵便 | 邮政 | 邮编 | 郵遞 | 商品 | 产品 | 產品 | 区号 | 國碼 | 国家 | 错误 | 錯誤 | 优惠 | 折扣 | エラー | クーポン | バーコード | 割引 | 製品 | 招待 | \
         우편 | 상품 | 제품 | 오류 | 국가 | 지역 | 쿠폰 | 할인 | 바코드",
    )
});

/// A bare word for a code, with the code right behind it.
static BARE: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        "رمز* | passcode | codul | kód | koodi | κωδικός | code | код | kod | código | codice | kode | otp | コード | 코드 | کد | كود | কোড | कोड | קוד | mã | \
         รหัส | pin",
    )
});

/// Words before a bare word that make it somebody's.
static PERSONAL: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        "your | my | je | uw | twój | din | o seu | váš | az ön | tvoj | vaš | رمزك | کد شما | آپ | आपका | của bạn | ของคุณ | kamu | anda | sizin | the | this | here | new | ваш* | твой | мой | новый | sms | смс | tu | su | votre | \
         ton | dein* | ihr* | il | seu | 您的 | 你的 | telegram | телеграм* | login | google | whatsapp | \
         2fa | mfa | two-factor | signal | discord | bank | apple | entry | door | access",
    )
});

/// How codes are grouped.
const GROUPINGS: &[&[usize]] = &[&[3, 3], &[2, 2, 2], &[4, 4]];

const REACH_BACK: usize = 110;
const REACH_AHEAD: usize = 70;

/// The code whose first digit is the trigger.
pub(super) fn look(_: &Context, window: Window<'_>) -> Option<Hit> {
    let (start, end, value) = shape(window)?;
    let is_one = is_prefixed(window, start)
        || (!sentence::is_measured(window, start, end)
            && (says_before(window, start)
                || says_behind(window, end)
                || sentence::says(window, start, end)));
    is_one.then(|| Hit::new(Kind::LoginCode, start..end, value))
}

/// Four to eight digits alone, in one group or in [`GROUPINGS`].
fn shape(window: Window<'_>) -> Option<(usize, usize, String)> {
    let start = window.at;
    let number = Number::read(window, start, |bytes| match bytes {
        [b'-' | b' ', ..] => 1,
        [0xE2, 0x80, 0x91..=0x94, ..] => 3,
        _ => 0,
    });
    let first = number.groups().first()?;
    let lengths: Vec<_> = number.groups().iter().map(Group::len).collect();
    let last = match number.groups() {
        [.., last] if GROUPINGS.contains(&lengths.as_slice()) => last,
        _ if (4..=8).contains(&first.len()) => first,
        _ => return None,
    };
    let before = window.before(start);
    let is_free = begins(window, start)
        && ends(window, last.end)
        && !matches!(before, Some(b'.' | b',' | b'/' | b'+' | b'$' | b'#'))
        && !is_amount_or_date(window, last.end);
    // A hyphen before a number is a part of it, but in `G-123456`.
    let is_behind_hyphen = before == Some(b'-')
        && !is_prefixed(window, start)
        && window
            .before(start - 1)
            .is_some_and(|byte| byte.is_ascii_alphanumeric());
    (is_free && !is_behind_hyphen).then(|| (start, last.end, number.digits_to(last).to_owned()))
}

fn is_amount_or_date(window: Window<'_>, end: usize) -> bool {
    match window.get(end) {
        Some(b'.' | b',' | b':' | b'-' | b'/') => window
            .get(end + 1)
            .is_some_and(|byte| byte.is_ascii_digit()),
        Some(b'%') => true,
        _ => false,
    }
}

/// `G-123456`, `FB-12345`: how some services mark their codes.
fn is_prefixed(window: Window<'_>, start: usize) -> bool {
    let before = window.slice(0..start);
    [b"G-".as_slice(), b"FB-"].iter().any(|prefix| {
        before
            .strip_suffix(*prefix)
            .is_some_and(|rest| !rest.last().is_some_and(u8::is_ascii_alphanumeric))
    })
}

/// Whether the words before say that this is a code, without another number or sentence between.
fn says_before(window: Window<'_>, start: usize) -> bool {
    let reach = window.words_before(start, REACH_BACK);
    if let Some(found) = BEFORE.last(reach) {
        let between = reach.get(found.end..).unwrap_or_default();
        let is_near = between.len() <= 60 && !ends_sentence(between) && !has_digit(between);
        let lead = reach
            .get(found.start.saturating_sub(24)..found.start)
            .unwrap_or_default();
        return is_near && !OTHERS.any(between) && !OTHERS.any(last_line(lead));
    }
    let Some(found) = BARE.last(reach) else {
        return false;
    };
    let between = word_behind(reach.get(found.end..).unwrap_or_default());
    let lead = reach
        .get(found.start.saturating_sub(32)..found.start)
        .unwrap_or_default();
    let lead = last_line(lead);
    let is_personal = PERSONAL.any(lead);
    let is_alone = lead
        .iter()
        .all(|byte| !byte.is_ascii_alphabetic() && *byte < 0x80);
    let is_tied = is_tie(between) || (is_personal && between == b" ");
    let is_kept = between.len() <= 8 && SECRECY.any(window.words_behind(start, REACH_AHEAD));
    (is_kept || (is_tied && (is_personal || is_alone))) && !OTHERS.any(lead)
}

/// What stands behind the rest of a word.
fn word_behind(text: &[u8]) -> &[u8] {
    let text = str::from_utf8(text).unwrap_or_default();
    text.trim_start_matches(char::is_alphabetic).as_bytes()
}

fn has_digit(text: &[u8]) -> bool {
    text.iter().any(u8::is_ascii_digit)
}

fn last_line(text: &[u8]) -> &[u8] {
    text.rsplit(|byte| *byte == b'\n')
        .next()
        .unwrap_or_default()
}

/// `: `, ` - `, ` is `: nothing else between a word and its code.
fn is_tie(between: &[u8]) -> bool {
    let text = String::from_utf8_lossy(between);
    let text = text.trim_matches(|c: char| c.is_whitespace() || ":=*`\"'«»[(".contains(c));
    let has_sign = between.iter().any(|byte| b":=-".contains(byte));
    between.len() <= 16 && ((text.is_empty() && has_sign) || is_verb(text))
}

/// Whether a text is one of [`VERBS`], and nothing else.
fn is_verb(text: &str) -> bool {
    VERBS
        .find(text.as_bytes())
        .any(|found| found == (0..text.len()))
}

fn ends_sentence(between: &[u8]) -> bool {
    between
        .windows(2)
        .any(|pair| matches!(pair, [b'.' | b'!' | b'?', b' ' | b'\n']) || pair == b"\n\n")
}

/// Whether the words behind say it, in the same sentence.
fn says_behind(window: Window<'_>, end: usize) -> bool {
    let reach = window.words_behind(end, REACH_AHEAD);
    let reach = reach
        .split(|byte| *byte == b'\n')
        .next()
        .unwrap_or_default();
    let stop = reach.windows(2).position(|pair| {
        matches!(
            pair,
            [b'.' | b'!' | b'?' | b';' | b',', b' '] | [0xD8, 0x8C]
        )
    });
    let reach = reach.get(..stop.unwrap_or(reach.len())).unwrap_or_default();
    if OTHERS.any(reach) {
        return false;
    }
    let is_for = PURPOSES.find(reach).any(|found| found.start <= NEAR);
    let Some(verb) = VERBS.find(reach).next().filter(|found| found.start <= NEAR) else {
        return is_for;
    };
    let rest = reach.get(verb.start..).unwrap_or_default();
    let code = CODES.find(rest).next();
    is_for
        || code.is_some_and(|code| {
            rest.get(..code.start)
                .is_some_and(|it| !it.iter().any(u8::is_ascii_digit))
        })
}

/// How far behind a code the words that belong to it begin.
const NEAR: usize = 4;

#[cfg(test)]
mod tests {
    use super::super::tests::{assert_found, assert_not_found};
    use super::*;

    #[test]
    fn codes_are_found() {
        assert_found(
            Kind::LoginCode,
            &[
                (
                    "Login code: 12345. Do not give this code to anyone",
                    "12345",
                ),
                ("Код для входа в Telegram: 12345. Не давайте код", "12345"),
                ("Your verification code is 123456", "123456"),
                ("Your Uber code is 1234. Never share it.", "1234"),
                ("123456 is your Facebook code", "123456"),
                ("G-123456 is your Google verification code.", "123456"),
                ("WhatsApp code 123-456", "123-456"),
                ("код подтверждения 4821", "4821"),
                ("Код: 4821", "4821"),
                ("【支付宝】验证码 123456，请勿", "123456"),
                ("您的验证码是：654321", "654321"),
                ("رمز التحقق: ١٢٣٤٥٦", "١٢٣٤٥٦"),
                ("کد ورود: ۱۲۳۴۵", "۱۲۳۴۵"),
                ("Code de connexion : 12345", "12345"),
                ("Anmeldecode: 12345", "12345"),
                ("Giriş kodu: 12345", "12345"),
                ("Código de verificación: 123456", "123456"),
                ("認証コード：123456", "123456"),
                ("인증번호 [123456]", "123456"),
                ("OTP for your purchase is 482913", "482913"),
                ("482913 — ваш код подтверждения", "482913"),
                ("Your code:\n\n12345", "12345"),
                ("код из смс 552211", "552211"),
                ("use code 5521 to sign in", "5521"),
                ("Twój kod to 123456", "123456"),
                ("Dein Code lautet: 482913", "482913"),
                ("O seu código é 482913", "482913"),
                ("код 4821, никому не говорите", "4821"),
                ("Je code is 482913", "482913"),
                ("Code : 482913. Ne le communiquez à personne", "482913"),
                ("Kod: 482913", "482913"),
                ("رمزك هو 482913", "482913"),
                ("mã OTP của bạn là 482913", "482913"),
                ("Ваш код 482913", "482913"),
                ("2FA code: 339-104", "339-104"),
                ("227094 ist Ihr Einmalpasswort", "227094"),
                ("验证码683205，5分钟内有效", "683205"),
            ],
        );
    }

    #[test]
    fn what_only_looks_like_one_is_not() {
        assert_not_found(&[
            "12345",
            "promo code: 12345",
            "промокод: 12345",
            "error code 50012",
            "zip code 94105",
            "exit code: 1234",
            "the code has 12345 lines",
            "код города 4852",
            "order 123456 is your last order",
            "in 2024 the verification code changed",
            "verification code. It costs 1000",
            "source code: 10000 lines",
            "код ошибки: 0451",
        ]);
    }
}
