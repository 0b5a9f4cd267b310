//! What turns lines into the bytes of a file: as they are, or compressed as gzip or zstd.
//!
//! Frames stand alone and are simply put behind each other, so that a file can grow, be cut back to the end of a
//! frame, and still be what `zcat` and `zstdcat` read. The same lines always give the same bytes.

use std::io::{self, BufRead, BufReader, Read, Write as _};
use std::path::Path;

use flate2::GzBuilder;
use flate2::bufread::MultiGzDecoder;
use zstd::bulk::Compressor;
use zstd::zstd_safe::CParameter;

/// Fixed, for another level would give other bytes.
const GZIP_LEVEL: u32 = 6;

/// Fixed, for another level would give other bytes.
const ZSTD_LEVEL: i32 = 3;

/// What is done to the lines of a file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Compression {
    /// Nothing.
    #[default]
    None,
    /// RFC 1952, one member for each frame.
    Gzip,
    /// RFC 8878, one frame for each, with a checksum.
    Zstd,
}

impl Compression {
    /// What the name of a file asks for: `.gz`, `.zst` or `.zstd` at its end.
    pub fn of(path: &Path) -> Self {
        let extension = path.extension().unwrap_or_default();
        if extension.eq_ignore_ascii_case("gz") {
            Self::Gzip
        } else if extension.eq_ignore_ascii_case("zst") || extension.eq_ignore_ascii_case("zstd") {
            Self::Zstd
        } else {
            Self::None
        }
    }

    /// One frame that holds these lines. That of no lines is a valid file, too.
    pub fn frame(self, lines: &[u8]) -> io::Result<Vec<u8>> {
        match self {
            Self::None => Ok(lines.to_vec()),
            Self::Gzip => gzip(lines),
            Self::Zstd => zstd(lines),
        }
    }

    /// Reads the lines of all frames that are in a file; one that is torn or damaged is an error where it stands.
    pub fn open<'a>(self, file: impl Read + 'a) -> io::Result<Box<dyn BufRead + 'a>> {
        let file = BufReader::new(file);
        Ok(match self {
            Self::None => Box::new(file),
            Self::Gzip => Box::new(BufReader::new(MultiGzDecoder::new(file))),
            Self::Zstd => Box::new(BufReader::new(zstd::stream::read::Decoder::with_buffer(
                file,
            )?)),
        })
    }
}

fn gzip(lines: &[u8]) -> io::Result<Vec<u8>> {
    let level = flate2::Compression::new(GZIP_LEVEL);
    let mut member = GzBuilder::new().mtime(0).write(Vec::new(), level);
    member.write_all(lines)?;
    member.finish()
}

fn zstd(lines: &[u8]) -> io::Result<Vec<u8>> {
    let mut compressor = Compressor::new(ZSTD_LEVEL)?;
    compressor.set_parameter(CParameter::ChecksumFlag(true))?;
    compressor.compress(lines)
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};

    use super::*;

    const ALL: [Compression; 3] = [Compression::None, Compression::Gzip, Compression::Zstd];

    /// Lines that say something else each time, and compress.
    fn lines(from: usize, count: usize) -> Vec<u8> {
        let line = |id| format!("{{\"id\":{id},\"text\":\"дім 🏡 {}\"}}\n", id * id % 977);
        (from..from + count).map(line).collect::<String>().into()
    }

    fn read(compression: Compression, file: &[u8]) -> io::Result<Vec<u8>> {
        let mut lines = Vec::new();
        compression.open(file)?.read_to_end(&mut lines)?;
        Ok(lines)
    }

    #[test]
    fn the_end_of_a_name_says_how_a_file_is_compressed() {
        for (name, expected) in [
            ("chat.ndjson", Compression::None),
            ("chat.ndjson.gz", Compression::Gzip),
            ("chat.ndjson.GZ", Compression::Gzip),
            ("chat.ndjson.zst", Compression::Zstd),
            ("out/chat.zstd", Compression::Zstd),
            ("gz", Compression::None),
            (".gz", Compression::None),
            ("zst/chat", Compression::None),
        ] {
            assert_eq!(Compression::of(Path::new(name)), expected, "{name}");
        }
    }

    #[test]
    fn frames_behind_each_other_are_one_file() {
        for compression in ALL {
            let mut file = Vec::new();
            for from in [0, 100, 200] {
                file.extend(compression.frame(&lines(from, 100)).unwrap());
            }
            assert_eq!(read(compression, &file).unwrap(), lines(0, 300));
        }
    }

    #[test]
    fn the_same_lines_give_the_same_bytes() {
        for compression in ALL {
            let frames: Vec<_> = (0..3)
                .map(|_| compression.frame(&lines(0, 5_000)))
                .collect();
            let first = frames[0].as_ref().unwrap();
            assert!(frames.iter().all(|frame| frame.as_ref().unwrap() == first));
        }
    }

    #[test]
    fn a_frame_of_nothing_is_a_file_of_nothing() {
        for compression in ALL {
            let frame = compression.frame(b"").unwrap();
            assert_eq!(read(compression, &frame).unwrap(), b"");
            let behind = [compression.frame(b"a\n").unwrap(), frame].concat();
            assert_eq!(read(compression, &behind).unwrap(), b"a\n");
        }
    }

    #[test]
    fn a_frame_that_is_cut_anywhere_is_an_error() {
        for compression in [Compression::Gzip, Compression::Zstd] {
            let whole = compression.frame(&lines(0, 20)).unwrap();
            let next = compression.frame(&lines(20, 20)).unwrap();
            for cut in 1..next.len() {
                let file = [whole.as_slice(), &next[..cut]].concat();
                assert!(read(compression, &file).is_err(), "{compression:?}, {cut}");
            }
        }
    }

    #[test]
    fn a_byte_that_is_changed_never_gives_other_lines() {
        for compression in [Compression::Gzip, Compression::Zstd] {
            let whole = compression.frame(&lines(0, 20)).unwrap();
            for place in (whole.len() / 2)..whole.len() {
                let mut file = whole.clone();
                file[place] ^= 0x10;
                let is_told = read(compression, &file).map_or(true, |read| read == lines(0, 20));
                assert!(is_told, "{compression:?}, {place}");
            }
        }
    }

    #[test]
    fn the_tools_that_people_have_read_the_files() {
        let readers: [(Compression, &str, &[&str]); 3] = [
            (Compression::Gzip, "gzip", &["-dc"]),
            (Compression::Gzip, "python3", &["-c", PYTHON]),
            (Compression::Zstd, "zstd", &["-dc"]),
        ];
        for (compression, program, args) in readers {
            let file = [lines(0, 50), Vec::new(), lines(50, 50)]
                .map(|lines| compression.frame(&lines).unwrap())
                .concat();
            let Ok(mut child) = Command::new(program)
                .args(args)
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .spawn()
            else {
                continue; // A machine without it proves nothing about it.
            };
            child.stdin.take().unwrap().write_all(&file).unwrap();
            let output = child.wait_with_output().unwrap();
            assert!(output.status.success(), "{program}");
            assert_eq!(output.stdout, lines(0, 100), "{program}");
        }
    }

    const PYTHON: &str = "import gzip, sys; \
        sys.stdout.buffer.write(gzip.GzipFile(fileobj=sys.stdin.buffer).read())";
}
