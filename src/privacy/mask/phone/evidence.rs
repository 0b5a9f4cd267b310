//! The words and signs that say whether a number is a phone number.

use std::sync::LazyLock;

use super::super::Kind;
use super::super::engine::Window;
use super::super::evidence::Words;
use super::super::view::walled;

/// What stands before a number says that it is…
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Said {
    /// … a phone number.
    Phone,
    /// … a number of some kind.
    Number,
    /// … something else.
    Other,
    /// … nothing.
    Nothing,
}

static PHONES: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        "rückruf* | zurückruf* | ruf zurück | telepon* | telpon | tlp | ponsel | nomor wa | erreichst du | erreicht ihr | erreichen sie | puhelin* | \
         soita | ring til | ringa | telefón* | mobil | mobilt | sími | puh | τηλέφωνο | τηλ | κινητό | телефонуй* | набирай* | 휴대전화 | 폰번호 | ফোনে | \
         tel | tele | telf* | tfno | telemóvel* | ruf mich an | handynr | rufnr | mobilnr | telnr | cel | cell | ligar | liga | chiamami | bel me |  telephone* | phone* | ph | mobile* | mob | cell* | cellphone | call | call me | \
         call us | calls | dial | ring | text me | text us | whatsapp* | whats app | wa | wsp | viber* | \
         signal | sms | fax | hotline | helpline | landline | contact* | my number | \
         phone no | contact no | mobile no | reach me | тел | телеф* | телефон* | моб | мобил* | звон* | \
         позвон* | набер* | ватсап* | вотсап* | вацап* | вайбер* | номер телефона | мой номер | сот | \
         факс | дзвон* | зателефон* | tél | téléphon* | appel* | portable | mob. | handy* | \
         telefon* | tel. | ruf* | anruf* | festnetz | rufnummer | handynummer | móvil* | teléfono* | \
         llam* | llám* | celular* | telefono* | cellulare | chiam* | telefone* | ligue | ligar | zap | fone | \
         komórk* | dzwo* | zadzwoń | nr tel | telefoon* | bel | gsm | ara | arayın | \
         telefonum | hubungi | hp | no hp | telp | điện thoại | đt | sđt | gọi | \
         liên hệ | zalo | โทร | เบอร์ | 电话 | 手机号 | 座机 | 打我 | 来电 | 電話番号 | お電話 | 电联 |  電話 | 手机 | 手機 | 热线 | 联系 | 联系方式 | 致电 | 微信 | 携帯 | 連絡先 | ケータイ | \
         전화 | 연락처 | 핸드폰 | 휴대폰 | هاتف* | جوال* | رقم الجوال | رقم الموبايل | واتس* | كلمني | للاتصال | تلفن* | شماره تماس | زنگ بزن |  جوال | موبايل | اتصل | واتساب | رقم الهاتف | للتواصل | تلفن | \
         موبایل | تماس | واتساپ | फ़ोन | फोन | मोबाइल | कॉल | संपर्क | ফোন | মোবাইল | \
         কল | טלפון | נייד | התקשרו | fijo | fixe | fisso | hub | cep | cep tel* | cebim* | numaram* | my no | mon numéro | mi número | mi numero | meine nummer | min nummer | \
         मेरा नंबर | फ़ोन नंबर | رقمي | شماره من | 我的号码 | 我的號碼 | 号码是 | номер мой | nomor saya | nomorku | il mio numero | meu número | \
         numer telefonu | mój numer | puhelin* | puh | tlf | mobil* | telefonnummer | ringe | ring | soita | hívj* | hívás | volej* | zavolej* | sună | τηλ* | κινητό | τηλέφωνο | ☎ | ☎️ | 📞 | 📱 | 📲 | ☏ | 🤙",
    )
});

/// Words for numbers of any kind, and for reaching somebody.
static NUMBERS: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        "number* | numbers | nr | num | no | reach* | contact* | write to | номер* | связ* | связи | контакт* | пишите | зв'яз* | nummer* | \
         erreichbar | erreich* | kontakt* | numéro* | joignable | joindre | contacter | número* | contacto* | contato* | chama* | avisa* | \
         numero* | contatt* | numer* | numara* | ulaş* | iletişim | nomor* | kontak* | số | رقم* | تواصل* | شماره* | زنگ بزن | नंबर* | \
         व्हाट्सएप* | নম্বর* | מספר* | เบอร์* | αριθμ*",
    )
});

static OTHERS: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        "código* | codigo | cap | plz | bib | order* | invoice* | id | ids | isbn | ean | upc | sku | tracking* | track | ticket* | case | \
         ref | reference* | serial | s/n | sn | imei | iccid | vin | account* | acct | iban | bic | \
         swift | article* | item* | part | version* | build | issue* | commit | inn | kpp | bik | ogrn | \
         ssn | tin | vat | passport* | policy | contract* | timestamp* | epoch | unix | code* | batch | \
         lot | price* | total | sum | pnr | flight* | booking | reservation | awb | parcel | \
         transaction* | tx | block* | height | seed | usd | eur | rub | inr | rs | cost* | amount* | \
         lat | lon | lng | coordinate* | gps | port | pid | uid | chat_id | user_id | message_id | \
         заказ* | инн | кпп | бик | огрн | снилс | счет* | счёт* | р/с | артикул* | трек* | паспорт* | \
         накладн* | договор* | полис* | код* | сумма | цена | стоимост* | № | номер заказа | карта | \
         карты | ид | айди | чек* | бронь | рейс | серия | изделие | кадастр* | bestell* | rechnung* | \
         kundennummer | artikel* | sendung* | pedido | factura | commande | facture | ordine | \
         zamówieni* | sipariş* | fatura | 订单 | 订单号 | 单号 | 快递 | 运单 | 编号 | 注文番号 | 注文 | 주문번호 | 운송장 | \
         製造番号 | シリアル | 序列号 | 序號 | 시리얼 | 일련번호 | seri no | nomor seri | số seri | seriennummer* | serienummer* | numéro de série | \
         número de serie | número de série | numero di serie | numer seryjny | серийн* | серійн* | الرقم التسلسلي | \
         رقم الطلب | आदेश | ऑर्डर",
    )
});

/// What is counted behind a number, so that it is none.
static UNITS: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        "usd | eur | rub | uah | inr | gbp | cny | usdt | btc | ton | dollar* | euro* | руб* | грн | \
         тг | тенге | сум | р | ₽ | € | $ | ₹ | ₴ | £ | ¥ | 元 | 円 | 원 | kg | km | m | кг | км | м | mb | \
         gb | kb | ms | views | users | people | members | subscribers | шт | чел* | тыс | млн | k | \
         m² | hours | bytes | requests | lines | records | rows | просмотр* | подписчик* | человек* | \
         рублей | долл* | tl | lira* | ₺ | zł | złot* | kč | ft | lei | kr | rupiah | rp | rm | sar | aed | د.إ | ريال | درهم | \
         تومان | ₫ | đồng | vnd | ₩ | ฿ | บาท | रुपये | টাকা | 日元 | 块",
    )
});

/// What stands right before a price.
static CURRENCIES: LazyLock<Words> = LazyLock::new(|| {
    Words::new(
        "rp | rs | rm | r$ | us$ | $ | € | £ | ¥ | ₹ | ₽ | ₴ | ₺ | ₩ | ₫ | ฿ | usd | eur | gbp | inr | idr | tl | chf | pln",
    )
});

/// How far before a number its word may stand.
const REACH: usize = 40;

/// Links that lead to a phone: a number follows.
const LINKS: &[&[u8]] = &[
    b"wa.me/",
    b"tel:",
    b"tel://",
    b"sms:",
    b"smsto:",
    b"callto:",
    b"phone=",
    b"number=",
    b"tel=",
    b"t.me/",
    b"facetime:",
    b"whatsapp://",
    b"phone/",
    b"msisdn=",
    b"mobile=",
];

/// Whether a link that leads to a phone ends right before.
pub(super) fn is_link(window: Window<'_>, start: usize) -> bool {
    let before = window
        .slice(start.saturating_sub(16)..start)
        .to_ascii_lowercase();
    // A public link of Telegram is a name, which does not begin with a digit.
    LINKS.iter().any(|link| before.ends_with(link)) && !before.ends_with(b"t.me/")
}

/// What the words before a number say, the nearest one counting.
pub(super) fn before(window: Window<'_>, start: usize) -> Said {
    if is_link(window, start) {
        return Said::Phone;
    }
    let reach = window.words_before(start, REACH);
    if is_next_in_list(reach) {
        return Said::Phone;
    }
    let reach = reach
        .rsplit(|byte| byte.is_ascii_digit())
        .next()
        .unwrap_or_default();
    let phone = PHONES.last(reach).map(|found| found.end);
    let other = OTHERS.last(reach).map(|found| found.end);
    let number = NUMBERS.last(reach).map(|found| found.end);
    if number > phone && number >= other {
        // "order number": the word for a number says nothing, the one before it does.
        let is_other = other
            .zip(number)
            .is_some_and(|(other, number)| number - other < 16);
        return if is_other { Said::Other } else { Said::Number };
    }
    match (phone, other) {
        (Some(phone), other)
            if Some(phone) >= other && !ends_sentence(reach.get(phone..).unwrap_or_default()) =>
        {
            Said::Phone
        }
        (_, Some(_)) => Said::Other,
        _ => Said::Nothing,
    }
}

/// Whether a phone number stands before it, as in a list of them.
fn is_next_in_list(reach: &[u8]) -> bool {
    let Some(wall) = reach
        .iter()
        .rposition(|byte| walled(*byte) == Some(Kind::Phone))
    else {
        return false;
    };
    let between = String::from_utf8_lossy(reach.get(wall + 1..).unwrap_or_default());
    matches!(
        between.trim(),
        "," | "/"
            | ";"
            | "|"
            | "or"
            | "and"
            | "или"
            | "и"
            | "oder"
            | "und"
            | "o"
            | "y"
            | "et"
            | "ou"
            | "、"
    )
}

/// Whether the words behind a number say that it is a phone number.
pub(super) fn behind(window: Window<'_>, end: usize) -> bool {
    const NEAR: usize = 24;
    let reach = window.words_behind(end, NEAR);
    let stop = reach
        .iter()
        .position(|byte| byte.is_ascii_digit() || *byte == b'\n' || *byte == b'.');
    PHONES.any(reach.get(..stop.unwrap_or(reach.len())).unwrap_or_default())
}

fn ends_sentence(between: &[u8]) -> bool {
    let is_end = |pair: &[u8]| matches!(pair, [b'!' | b'?', b' ' | b'\n'] | [b'\n', b'\n']);
    // A point close to the word is that of an abbreviation.
    let stops = between
        .windows(2)
        .skip(12)
        .any(|pair| matches!(pair, [b'.', b' ']));
    between.windows(2).any(is_end) || stops
}

/// Whether a currency stands right before a number.
pub(super) fn is_price(window: Window<'_>, start: usize) -> bool {
    let before = window.words_before(start, 8).trim_ascii_end();
    CURRENCIES
        .find(before)
        .any(|found| found.end == before.len())
}

/// Whether a number is followed by what it counts.
pub(super) fn is_unit(behind: &[u8]) -> bool {
    let text = behind.strip_prefix(b" ").unwrap_or(behind);
    UNITS.find(text).any(|found| found.start == 0)
}
