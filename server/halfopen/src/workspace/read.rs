//! Reading one text, within limits.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;
use std::time::SystemTime;

use halfopen_engine::FileKind;
use halfopen_engine::settings::{DEFAULT_MAX_FILE_SIZE, Settings};

/// How many bytes are looked at for a NUL.
const SNIFFED: usize = 8 * 1024;

/// Smaller files are never called minified, in bytes.
const MINIFIED_SIZE: usize = 50 * 1024;

/// The average length of a line above which a file counts as minified, in bytes.
const MINIFIED_LINE: usize = 500;

/// What may be read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// In bytes.
    max_size: u64,
    /// Whether a minified file is left out.
    leaves_out_minified: bool,
}

impl Limits {
    /// For a file that the user named.
    pub(crate) fn named(settings: &Settings) -> Self {
        // The engine counts bytes in 32 bits.
        Self { max_size: settings.max_file_size.min(u64::from(u32::MAX) - 1), leaves_out_minified: false }
    }

    /// For a file that was met on a walk.
    pub(crate) fn walked(settings: &Settings) -> Self {
        Self { leaves_out_minified: true, ..Self::named(settings) }
    }

    /// For a module that another one imports.
    pub(crate) fn module() -> Self {
        Self { max_size: DEFAULT_MAX_FILE_SIZE, leaves_out_minified: true }
    }

    /// For manifests, lock files and settings.
    pub(crate) fn up_to(max_size: u64) -> Self {
        Self { max_size, leaves_out_minified: false }
    }
}

/// Why a file is not checked; its text says what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Skip {
    /// Nothing stands there.
    Missing,
    /// The system refuses.
    PermissionDenied,
    /// The system fails, in its words.
    Io(String),
    /// A pipe, a socket, a device: reading it might never end.
    NotAFile,
    /// It holds a NUL byte near its start.
    Binary,
    /// It is text in another encoding, or broken.
    NotUtf8 {
        /// The first byte that is wrong.
        offset: usize,
    },
    /// It is over the limit.
    TooLarge {
        /// Its size in bytes, as far as it was read.
        size: u64,
        /// The limit in bytes.
        limit: u64,
    },
    /// It was made by a machine for machines.
    Minified,
    /// Its name says nothing that halfopen reads.
    UnknownKind,
    /// A file of SQL that no migration tool runs.
    NoMigration,
    /// The settings leave it out.
    Ignored,
    /// A folder below `node_modules`.
    NodeModules,
}

impl fmt::Display for Skip {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing => formatter.write_str("no such file or folder: check the spelling"),
            Self::PermissionDenied => formatter.write_str("permission denied: make it readable, or leave it out"),
            Self::Io(message) => write!(formatter, "cannot be read: {message}"),
            Self::NotAFile => formatter.write_str("neither a file nor a folder: name a source file"),
            Self::Binary => formatter.write_str(
                "binary: there is a NUL byte among its first 8 KiB; if it is text in UTF-16, save it as UTF-8",
            ),
            Self::NotUtf8 { offset } => write!(formatter, "not UTF-8 at byte {offset}: save it as UTF-8"),
            Self::TooLarge { size, limit } => write!(
                formatter,
                "too large: {size} bytes, and the limit is {limit}; raise `maxFileSize` in halfopen.json, or leave it out"
            ),
            Self::Minified => {
                formatter.write_str("minified: its lines are very long, or its name says so; to check it all the same, name it")
            }
            Self::UnknownKind => formatter.write_str(
                "not a kind of file that halfopen reads: \
                 .ts, .tsx, .mts, .cts, .js, .jsx, .mjs, .cjs, .vue, .svelte, .astro, .html, .htm, and .sql in folders of migrations",
            ),
            Self::Ignored => formatter.write_str("left out by `ignore` in the settings: name it to check it"),
            Self::NoMigration => formatter.write_str(
                "SQL outside the folders of migrations: name its folder in `migrations` in halfopen.json if a tool runs it",
            ),
            Self::NodeModules => {
                formatter.write_str("below node_modules, which is never walked: name single files to check them")
            }
        }
    }
}

impl From<&io::Error> for Skip {
    fn from(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => Self::Missing,
            io::ErrorKind::PermissionDenied => Self::PermissionDenied,
            _ => Self::Io(error.to_string()),
        }
    }
}

/// The state of a file; another one means another text.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Stamp {
    modified: Option<SystemTime>,
    len: u64,
}

impl Stamp {
    /// That of a file, if it is there.
    pub(crate) fn of(path: &Path) -> Option<Self> {
        let metadata = fs::metadata(path).ok()?;
        Some(Self { modified: metadata.modified().ok(), len: metadata.len() })
    }
}

/// The kind of the file, by its name.
pub(crate) fn kind_of(path: &Path) -> Result<FileKind, Skip> {
    FileKind::from_path(&path.to_string_lossy()).ok_or(Skip::UnknownKind)
}

/// The text of a source file. A byte order mark stays in it, so that offsets are those of the file.
pub(crate) fn read(path: &Path, limits: Limits) -> Result<String, Skip> {
    // That a file is missing is better news than that its name is odd.
    let size = size_of(path)?;
    kind_of(path)?;
    if limits.leaves_out_minified && is_named_minified(path) {
        return Err(Skip::Minified);
    }
    read_sized(path, size, limits)
}

/// `plugin.min.js`: what tools name so, however small it is.
fn is_named_minified(path: &Path) -> bool {
    path.file_stem().is_some_and(|stem| stem.to_string_lossy().ends_with(".min"))
}

/// The text of any file.
pub(crate) fn text(path: &Path, limits: Limits) -> Result<String, Skip> {
    read_sized(path, size_of(path)?, limits)
}

/// The text that a reader gives until its end.
pub(crate) fn from_reader(reader: impl Read, limits: Limits) -> Result<String, Skip> {
    from_sized_reader(reader, 0, limits)
}

/// `size`: how many bytes it will probably give.
fn from_sized_reader(mut reader: impl Read, size: u64, limits: Limits) -> Result<String, Skip> {
    // One byte more, so that the end is seen without growing.
    let mut bytes = Vec::with_capacity(size as usize + 1);
    // A file may grow while it is read, and a pipe tells no size.
    reader.by_ref().take(limits.max_size + 1).read_to_end(&mut bytes).map_err(|error| Skip::from(&error))?;
    decode(bytes, limits)
}

fn size_of(path: &Path) -> Result<u64, Skip> {
    let metadata = fs::metadata(path).map_err(|error| Skip::from(&error))?;
    if metadata.is_file() { Ok(metadata.len()) } else { Err(Skip::NotAFile) }
}

fn read_sized(path: &Path, size: u64, limits: Limits) -> Result<String, Skip> {
    if size > limits.max_size {
        return Err(Skip::TooLarge { size, limit: limits.max_size });
    }
    from_sized_reader(File::open(path).map_err(|error| Skip::from(&error))?, size, limits)
}

fn decode(bytes: Vec<u8>, limits: Limits) -> Result<String, Skip> {
    let size = bytes.len() as u64;
    if size > limits.max_size {
        return Err(Skip::TooLarge { size, limit: limits.max_size });
    }
    if bytes[..bytes.len().min(SNIFFED)].contains(&0) {
        return Err(Skip::Binary);
    }
    let text = String::from_utf8(bytes).map_err(|error| Skip::NotUtf8 { offset: error.utf8_error().valid_up_to() })?;
    if limits.leaves_out_minified && is_minified(&text) {
        return Err(Skip::Minified);
    }
    Ok(text)
}

fn is_minified(text: &str) -> bool {
    if text.len() <= MINIFIED_SIZE {
        return false;
    }
    let lines = 1 + text.bytes().filter(|&byte| byte == b'\n').count();
    text.len() / lines > MINIFIED_LINE
}

#[cfg(test)]
mod tests {
    use super::super::temporary::Folder;
    use super::*;

    fn limits(max_size: u64) -> Limits {
        Limits { max_size, leaves_out_minified: true }
    }

    #[test]
    fn a_text_of_exactly_the_limit_is_read() {
        let folder = Folder::new("limit");
        let path = folder.write("a.ts", "12345678");
        assert_eq!(read(&path, limits(8)), Ok("12345678".to_owned()));
        assert_eq!(read(&path, limits(7)), Err(Skip::TooLarge { size: 8, limit: 7 }));
    }

    #[test]
    fn a_file_that_is_named_minified_is_left_out_of_walks_alone() {
        let folder = Folder::new("minified");
        let path = folder.write("plugin.min.js", "f()");
        assert_eq!(read(&path, limits(8)), Err(Skip::Minified));
        assert_eq!(read(&path, Limits { leaves_out_minified: false, ..limits(8) }), Ok("f()".to_owned()));
    }

    #[test]
    fn a_reader_is_stopped_at_the_limit() {
        assert_eq!(from_reader(io::repeat(b'a'), limits(7)), Err(Skip::TooLarge { size: 8, limit: 7 }));
    }

    #[test]
    fn what_is_no_text_is_refused_with_its_place() {
        let folder = Folder::new("text");
        let binary = folder.write("binary.ts", b"let a\0");
        let latin = folder.write("latin.ts", b"let a = '\xe9'");
        assert_eq!(read(&binary, limits(100)), Err(Skip::Binary));
        assert_eq!(read(&latin, limits(100)), Err(Skip::NotUtf8 { offset: 9 }));
    }

    #[test]
    fn a_nul_far_from_the_start_is_text() {
        let content = format!("{}\0", "a\n".repeat(SNIFFED / 2));
        assert_eq!(from_reader(content.as_bytes(), limits(1 << 20)), Ok(content.clone()));
    }

    #[test]
    fn missing_comes_before_unknown_kind() {
        let folder = Folder::new("kind");
        let notes = folder.write("notes.txt", "");
        assert_eq!(read(&folder.path("none.txt"), limits(9)), Err(Skip::Missing));
        assert_eq!(read(&notes, limits(9)), Err(Skip::UnknownKind));
        assert_eq!(read(&folder.path(""), limits(9)), Err(Skip::NotAFile));
    }

    #[test]
    fn only_long_lines_in_a_large_file_are_minified() {
        let line = "x".repeat(2 * MINIFIED_LINE);
        let long = format!("{line}\n").repeat(200);
        let short = "const a = 1;\n".repeat(10_000);
        assert_eq!(from_reader(long.as_bytes(), limits(1 << 20)), Err(Skip::Minified));
        assert!(from_reader(short.as_bytes(), limits(1 << 20)).is_ok());
        assert!(from_reader(line.as_bytes(), limits(1 << 20)).is_ok());
        assert!(from_reader(long.as_bytes(), Limits { leaves_out_minified: false, ..limits(1 << 20) }).is_ok());
    }

    #[test]
    fn a_byte_order_mark_stays_in_the_text() {
        assert_eq!(from_reader("\u{feff}a".as_bytes(), limits(9)), Ok("\u{feff}a".to_owned()));
    }
}
