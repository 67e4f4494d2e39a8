//! The programs that the benchmarks of whole processes run, and the folders that they run in.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// How to make up for a peer that is missing.
pub const INSTALL: &str = "not installed: npm ci --ignore-scripts --prefix tests/bench";

/// A program with the arguments that always come first.
#[derive(Clone, Debug)]
pub struct Tool {
    /// What it is called.
    pub name: &'static str,
    /// Its version.
    pub version: String,
    program: PathBuf,
    arguments: Vec<OsString>,
}

impl Tool {
    /// A command to which further arguments can be added.
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.arguments);
        command
    }

    /// The name and the version.
    pub fn title(&self) -> String {
        format!("{} {}", self.name, self.version)
    }
}

/// The release build of halfopen, or the binary that `HALFOPEN_BINARY` names.
///
/// # Panics
/// If it was not built.
pub fn halfopen() -> Tool {
    let built = || manifest().join("../target/release").join(executable("halfopen"));
    let program = std::env::var_os("HALFOPEN_BINARY").map_or_else(built, PathBuf::from);
    let program = program.canonicalize().expect("build it first: cargo build --release -p halfopen");
    Tool { name: "halfopen", version: env!("CARGO_PKG_VERSION").to_owned(), program, arguments: Vec::new() }
}

/// oxlint, if it is installed. Its language server and its command line are one program, which Node.js runs.
pub fn oxlint() -> Option<Tool> {
    let package = bench("node_modules/oxlint");
    let script = package.join("bin/oxlint");
    let version = version(&package)?;
    let arguments = vec![script.into_os_string()];
    Some(Tool { name: "oxlint", version, program: PathBuf::from("node"), arguments })
}

/// ast-grep, if it is installed: the binary of the platform's package, which needs no script to be put in place.
pub fn ast_grep() -> Option<Tool> {
    let version = version(&bench("node_modules/@ast-grep/cli"))?;
    let packages = fs::read_dir(bench("node_modules/@ast-grep")).ok()?;
    let binaries = packages.flatten().map(|package| package.path()).filter(|path| !path.ends_with("cli"));
    let program = binaries.map(|package| package.join(executable("ast-grep"))).find(|binary| binary.is_file())?;
    Some(Tool { name: "ast-grep", version, program, arguments: Vec::new() })
}

/// Biome, if it is installed: the binary of the platform's package.
pub fn biome() -> Option<Tool> {
    let version = version(&bench("node_modules/@biomejs/biome"))?;
    let packages = fs::read_dir(bench("node_modules/@biomejs")).ok()?;
    let binaries = packages.flatten().map(|package| package.path().join(executable("biome")));
    let program = binaries.into_iter().find(|binary| binary.is_file())?;
    Some(Tool { name: "Biome", version, program, arguments: Vec::new() })
}

/// A file below `tests/bench`.
pub fn bench(path: &str) -> PathBuf {
    manifest().join("bench").join(path)
}

fn manifest() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn executable(name: &str) -> String {
    format!("{name}{}", std::env::consts::EXE_SUFFIX)
}

fn version(package: &Path) -> Option<String> {
    let manifest = fs::read_to_string(package.join("package.json")).ok()?;
    let manifest: serde_json::Value = serde_json::from_str(&manifest).ok()?;
    Some(manifest["version"].as_str()?.to_owned())
}

/// A folder with a repository's root, which vanishes in the end.
#[derive(Debug)]
pub struct Folder(PathBuf);

impl Folder {
    /// A new empty folder; `name` tells it from the others of this process.
    ///
    /// # Panics
    /// If it cannot be made.
    pub fn new(name: &str) -> Self {
        let folder = Self(std::env::temp_dir().join(format!("halfopen-bench-{}-{name}", std::process::id())));
        // No settings, manifests and ignore files above this folder are looked at.
        folder.write(".git/HEAD", "ref: refs/heads/main\n");
        folder
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The URI of a file in it, or of the folder itself if the name is empty.
    pub fn uri(&self, name: &str) -> String {
        let path = if name.is_empty() { self.0.clone() } else { self.0.join(name) };
        let path = path.to_string_lossy().replace('\\', "/");
        format!("file:///{}", path.trim_start_matches('/'))
    }

    /// Writes a file, with the folders that it needs.
    ///
    /// # Panics
    /// If it cannot be written.
    pub fn write(&self, name: &str, content: &str) {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().expect("the file is in the folder")).expect("folders can be made");
        fs::write(&path, content).expect("files can be written");
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // A folder that stays behind spoils no measurement.
        let _ = fs::remove_dir_all(&self.0);
    }
}
