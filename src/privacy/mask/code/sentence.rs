//! Codes that a sentence introduces, wherever in it the words stand: "type 330 518 when it asks for the login code".

use std::sync::LazyLock;

use super::super::engine::Window;
use super::super::evidence::Words;
use super::{BEFORE, OTHERS, REACH_AHEAD, REACH_BACK};

/// A code of some kind.
static CODES: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        "code | codes | pin | pin-code | pincode | код | коду | кодом | пин | пин-код* | пін | пін-код* | \
         código | codigo | clave | codi | codice | cod | codul | kod | kodu | kodunu | kodem | kody | kode | koden | \
         kodi | kodni | koodi | koodin | kód | kódot | kódja | kóddal | κωδικό* | رمز | الرمز | كود | الكود | کد | \
         קוד | הקוד | कोड | पिन | কোড | mã | รหัส | 코드 | 인증번호 | コード | 暗証番号 | 认证码 | 代码 | 代碼 | 密码 | 密碼",
    )
});

/// A word that is enough by itself, as those of [`BEFORE`] are.
static ONE_TIME: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        "otp | totp | mfa | 2fa | tan | mtan | sms-tan | smscode* | sms-code* | sms-kod* | smskod* | sms-код* | logincode* | \
         login-code* | anmelde-code* | einmalcode* | engångskod* | inloggningskod* | verifieringskod* | engangskode* | \
         bekreftelseskode* | loginkode* | kirjautumiskoodi* | kertakoodi* | tunnusluku* | vahvistuskoodi* | \
         inlogcode* | verificatiecode* | eenmalige code | toegangscode* | pincode* | \
         разов* код* | одноразов* | одноразовый код* | одноразовий код* | clave de un solo uso | código de un solo uso | \
         código de uso único | code à usage unique | codice monouso | jednorazový kód | jednorázový kód | egyszeri kód* | \
         cod unic | 一次性验证码 | 一次性代码 | ワンタイムコード | 일회용 코드 | 일회용 비밀번호 | رمز لمرة واحدة | \
         كود لمرة واحدة | کد یکبار مصرف | کد یک‌بار مصرف | קוד חד פעמי | קוד חד-פעמי | वन टाइम पासवर्ड | mã một lần",
    )
});

/// What is done with such a code, and what it is for.
static USES: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        "enter | enters | entered | entering | type | types | typing | input | punch in | key in | paste | log in | login | \
         logging in | sign in | sign-in | signing in | signin | log-in | security | verification | verify | confirm | \
         confirmation | authenticat* | authoris* | authoriz* | one-time | one time | sms | 2fa | mfa | two-factor | \
         telegram | whatsapp | texted | \
         введи* | ввест* | ввод* | вводи* | вход* | войти | смс | подтвержд* | авторизац* | безопасност* | одноразов* | \
         введіт* | введи | вход* | вхід | входу | увійти | підтвердж* | безпек* | пришёл | пришел | прийшов | \
         eingeben | eingabe | gib | eintippen | einloggen | anmeld* | bestätig* | sicherheit* | einmalig* | \
         saisi* | entre* | tape* | connexion | connecter | vérification | confirmation | sécurité | reçu par | \
         introduc* | introdúc* | escrib* | ingres* | teclea* | verificación | seguridad | inicio de sesión | acceder | acceso | \
         confirmar | confirmación | digit* | insira | inserir | insere | escreve | verificação | segurança | acesso | entrar | confirmação | \
         inserisc* | inserire | immett* | scrivi | verifica | accesso | accedere | conferma | sicurezza | introdueix | \
         wpisz | wpisać | podaj | wprowadź | logowani* | zalogow* | weryfikac* | potwierdz* | bezpieczeństw* | jednorazow* | \
         voer | invoeren | invullen | vul | typ | inloggen | verificatie | bevestig* | beveiliging* | eenmalig* | \
         ange | skriv | logga in | inloggning* | verifier* | bekräft* | säkerhet* | engång* | indtast | tast | logge | \
         sikkerhed* | sikkerhets* | bekreft* | bekræft* | syötä | kirjaudu* | kirjautumi* | vahvist* | turva* | \
         zadej* | zadajte | vlož* | přihl* | prihl* | ověř* | potvr* | bezpečnost* | add meg | írd be | bejelentkez* | megerősít* | biztonsági | \
         introdu* | tastați | autentific* | verificare | conectare | securitate | confirmare | εισαγ* | πληκτρολ* | σύνδεσ* | επαλήθευσ* | ασφαλεί* | \
         въвед* | потвърж* | сигурност* | unesi* | prijav* | potvrd* | sigurnos* | \
         gir | girin | giriniz | yaz | giriş | doğrulama | onay | güvenlik | tek kullanımlık | kirit* | tasdiq* | енгіз* | раста* | \
         masuk* | ketik | verifikasi | konfirmasi | keamanan | sekali pakai | pengesahan | \
         nhập | đăng nhập | xác minh | xác nhận | xác thực | bảo mật | ใส่ | กรอก | ยืนยัน | เข้าสู่ระบบ | ความปลอดภัย | \
         أدخل | ادخل | إدخال | اكتب | الدخول | تسجيل | التحقق | التأكيد | تأكيد | الأمان | رسالة | \
         وارد | بزن | ورود | تایید | تأیید | پیامک | امنیتی | یکبار | הזן | הקלד | תקליד | הכנס | התחבר* | כניסה | אימות | אבטחה | \
         दर्ज | डालें | डालो | लॉगिन | सत्यापन | सुरक्षा | एसएमएस | লিখুন | লগইন | যাচাই* | নিরাপত্তা | \
         输入 | 輸入 | 登录 | 登入 | 登錄 | 验证 | 驗證 | 短信 | 簡訊 | 动态 | 入力 | ログイン | 認証 | 確認 | セキュリティ | \
         입력 | 로그인 | 인증 | 확인 | 보안 | 문자",
    )
});

/// What else a sentence about codes may count: those of programs, banks and buildings.
static SUBJECTS: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        "bank | banks | review* | build | builds | building | issue* | ticket* | bug | bugs | update | updates | fix | fixes | line | \
         lines | words | page | pages | sum | amount | commit* | pull | execution | injection | chapter | function* | \
         сумм* | сборк* | задач* | баг* | строк* | банк* | betrag | zeile* | ligne* | línea* | montant | importe",
    )
});

/// What a number of another kind counts or costs.
static MEASURES: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        "$ | € | £ | ¥ | ₹ | ₽ | ₴ | ₺ | ₩ | usd | eur | euro* | dollar* | rub | руб* | р | грн | tl | lira | zł | kr | kč | ft | lei | \
         rp | rs | inr | ms | sec* | min* | lines | users | times | people | characters | bytes | mb | gb | kb | km | kg | m | \
         тыс | млн | строк* | раз | человек* | 元 | 円 | 원 | 行 | 次 | 人",
    )
});

/// How far the word and its number may stand apart.
const NEAR: usize = 60;

/// Whether a sentence says that the number in it is a code that opens something.
pub(super) fn says(window: Window<'_>, start: usize, end: usize) -> bool {
    let before = window.words_before(start, REACH_BACK);
    let before = before.get(last_stop(before)..).unwrap_or_default();
    let behind = window.words_behind(end, REACH_AHEAD);
    let behind = behind.get(..first_stop(behind)).unwrap_or_default();
    if is_year(window.slice(start..end)) {
        return false;
    }
    let sides = [before, behind];
    if sides.iter().any(|side| OTHERS.any(side)) {
        return false;
    }
    is_near(&BEFORE, before, behind)
        || is_near(&ONE_TIME, before, behind)
        || (is_near(&CODES, before, behind)
            && sides.iter().any(|side| USES.any(side))
            && !sides.iter().any(|side| SUBJECTS.any(side)))
}

fn is_near(words: &Words, before: &[u8], behind: &[u8]) -> bool {
    let is_before = words
        .last(before)
        .is_some_and(|found| before.len() - found.end <= NEAR);
    is_before || words.find(behind).any(|found| found.start <= NEAR)
}

fn is_year(digits: &[u8]) -> bool {
    matches!(digits, [b'1', b'9', _, _] | [b'2', b'0', _, _])
}

/// Whether right beside a number stands what it counts or costs.
pub(super) fn is_measured(window: Window<'_>, start: usize, end: usize) -> bool {
    const NEXT: usize = 16;
    let before = window.words_before(start, NEXT).trim_ascii_end();
    let behind = window.words_behind(end, NEXT).trim_ascii_start();
    MEASURES.find(before).any(|found| found.end == before.len())
        || MEASURES.find(behind).any(|found| found.start == 0)
}

/// Where the sentence begins, or the words behind the number before.
fn last_stop(text: &[u8]) -> usize {
    (0..text.len())
        .rev()
        .find(|at| is_stop(text, *at))
        .map_or(0, |at| at + 1)
}

/// Where the sentence ends, or the words before the next number.
fn first_stop(text: &[u8]) -> usize {
    (0..text.len())
        .find(|at| is_stop(text, *at))
        .unwrap_or(text.len())
}

/// Whether a sentence or a list ends here: a digit, a point, or a line that is not empty behind a colon.
fn is_stop(text: &[u8], at: usize) -> bool {
    let rest = text.get(at..).unwrap_or_default();
    let is_colon = || {
        let line = text.get(..at).unwrap_or_default().trim_ascii_end();
        line.is_empty() || line.ends_with(b":") || line.ends_with("：".as_bytes())
    };
    match rest {
        [byte, ..] if byte.is_ascii_digit() => true,
        [b'.' | b'!' | b'?' | b';', b' ' | b'\n', ..] => true,
        [b'\n', ..] => !is_colon(),
        _ => ["。", "۔", "؟", "।"]
            .iter()
            .any(|stop| rest.starts_with(stop.as_bytes())),
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::Kind;
    use super::super::super::tests::{assert_found, assert_not_found};

    #[test]
    fn a_sentence_introduces_a_code() {
        assert_found(
            Kind::LoginCode,
            &[
                ("type 448 120 when it asks for the security code", "448 120"),
                ("Bitte 55120 als Code eingeben", "55120"),
                ("gib den SMS-Code ein: 904117", "904117"),
                ("saisissez le code 448291 reçu par SMS", "448291"),
                ("clave de un solo uso: 771028", "771028"),
                ("digita il codice 338 207 per continuare", "338 207"),
                ("введи 55-20-81, это код из приложения", "55-20-81"),
                ("SMS kodu: 12-34-56", "12-34-56"),
                ("رمز ورود: ۸۸۲۱۴", "۸۸۲۱۴"),
                ("請輸入代碼 448120", "448120"),
                ("コード 338104 を入力", "338104"),
                ("코드 338104 를 입력하세요", "338104"),
                ("wpisz kod 7719, zanim wygaśnie", "7719"),
                ("nhập mã 771934 nhé", "771934"),
                ("skriv in koden 4481 2093", "4481 2093"),
            ],
        );
    }

    #[test]
    fn a_sentence_says_what_else_a_number_is() {
        assert_not_found(&[
            "code review 4410 please confirm",
            "enter code in build 20481",
            "verify issue 12345 in the code",
            "security update 20481 fixes code execution",
            "line 4410 in code, security fix 55120",
            "please type 5000 words about secure code",
            "enter the building at 1530, the code is on the door",
            "Введите сумму 15000 и код",
            "enter the promo code 44120",
            "type the product code 4471 first",
            "by 2024 we all type a login code",
            "the verification code costs $ 1500",
            "login took 4500 ms, the code is slow",
            "enter room 4410, then ask for a code. 5512",
            "رمز المنتج ٤٤٧١",
            "کد محصول ۴۴۷۱، کد شهر ۰۲۱",
            "введите почтовый код 101000",
            "郵便番号コード 1000001 を入力",
            "insira o código postal 4471",
        ]);
    }
}
