//! The binary that was built beside the tests.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::time::SystemTime;

/// Its path.
///
/// # Panics
/// If it is missing, or older than the sources.
pub fn binary() -> PathBuf {
    let test = std::env::current_exe().expect("a test knows its file");
    let folder = test.parent().and_then(Path::parent).expect("tests stand in target/<profile>/deps");
    let binary = folder.join(format!("halfopen{}", std::env::consts::EXE_SUFFIX));
    static IS_CURRENT: OnceLock<bool> = OnceLock::new();
    let is_current = *IS_CURRENT.get_or_init(|| {
        let server = Path::new(env!("CARGO_MANIFEST_DIR")).join("../server");
        modified(&binary).is_some_and(|built| {
            newest(&server.join("engine/src")).max(newest(&server.join("halfopen/src"))) <= Some(built)
        })
    });
    assert!(is_current, "{} is missing or older than the sources: `cargo build -p halfopen` first", binary.display());
    binary
}

fn modified(file: &Path) -> Option<SystemTime> {
    fs::metadata(file).ok()?.modified().ok()
}

/// When a file below a folder was changed last.
fn newest(folder: &Path) -> Option<SystemTime> {
    let entries = fs::read_dir(folder).ok()?.flatten().map(|entry| entry.path());
    entries.filter_map(|path| if path.is_dir() { newest(&path) } else { modified(&path) }).max()
}
