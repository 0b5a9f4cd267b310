//! File names: what may stand behind the last point.

/// Endings that say what a file is. Others may be a part of what is looked for: `ada@example.com`.
const EXTENSIONS: &str = "png jpg jpeg gif webp svg bmp ico heic heif tif tiff raw psd mp3 mp4 m4a m4v mov avi mkv webm \
    wav ogg oga opus flac aac pdf doc docx xls xlsx ppt pptx odt ods rtf txt md csv tsv json xml html htm css js ts py rs \
    java kt swift go zip rar 7z tar gz tgz bz2 xz apk ipa exe msi dmg iso deb rpm epub fb2 mobi djvu vcf ics eml log \
    sql db sqlite bak tgs srt yml yaml toml ini torrent";

/// The extension of a file, with its point; nothing when it has none that is known.
pub(super) fn extension(name: &str) -> &str {
    let Some((stem, extension)) = name.rsplit_once('.') else {
        return "";
    };
    let is_known = EXTENSIONS
        .split_whitespace()
        .any(|it| extension.eq_ignore_ascii_case(it));
    match is_known {
        true => name.get(stem.len()..).unwrap_or_default(),
        false => "",
    }
}

#[cfg(test)]
mod tests {
    use super::super::Level;
    use super::super::tests::masker;

    #[test]
    fn names_of_files_are_masked_and_keep_their_extension() {
        let masker = masker(Level::Mask, None);
        let [phone, email, card] = ["+4917012345678", "ada@example.com", "4111111111111111"]
            .map(|it| masker.text(it).text.into_owned());
        for (name, expected) in [
            ("IMG_+4917012345678.jpg", format!("IMG_{phone}.jpg")),
            ("ada@example.com.pdf", format!("{email}.pdf")),
            ("cv ada@example.com.pdf", format!("cv {email}.pdf")),
            ("ada@example.com", email.clone()),
            ("4111-1111-1111-1111.png", format!("{card}.png")),
            (
                "card_4111_1111_1111_1111_front.tar.gz",
                format!("card_{card}_front.tar.gz"),
            ),
        ] {
            let masked = masker.file_name(name);
            assert_eq!(masked, expected);
            assert_eq!(masker.file_name(&masked), masked);
        }
    }

    #[test]
    fn names_with_dates_and_hashes_stay() {
        for region in [None, Some("DE"), Some("US"), Some("RU"), Some("IN")] {
            for name in [
                "",
                "IMG-20240131-WA0001.jpg",
                "IMG_20240131_123456.jpg",
                "IMG_20240131_123456789.jpg",
                "VID-20240131-WA0012.mp4",
                "photo_2024-01-31_12-30-45.jpg",
                "photo_2024-01-31 12.30.45.jpeg",
                "Screenshot_20240131-123045_Telegram.png",
                "2024-01-31 12-30-45.mkv",
                "d41d8cd98f00b204e9800998ecf8427e.bin",
                "report-v1.2.3.4.pdf",
                "WhatsApp Image 2024-01-31 at 12.30.45.jpeg",
                "5301234567890123456_121.jpg",
                "document.pdf",
            ] {
                assert_eq!(
                    masker(Level::Mask, region).file_name(name),
                    name,
                    "{region:?}"
                );
            }
        }
    }
}
