//! What a run found, ready to be reported in any format.

use std::path::{Path, PathBuf};

use halfopen_engine::finding::{Finding, Migration, Safety, Severity};
use halfopen_engine::text::Text;

use super::{CLEAN, FINDINGS, TROUBLE};
use crate::workspace::slashes;

/// What a run found.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    /// The working folder, from which paths are shown.
    pub(super) folder: PathBuf,
    /// How many files were checked.
    pub(super) files: usize,
    /// The files with findings or changes, sorted by path.
    pub(super) checked: Vec<Checked>,
    /// Files and folders that were met and left out.
    pub(super) skipped: Vec<Note>,
    /// What went wrong.
    pub(super) errors: Vec<Note>,
    /// The migrations that fixes write.
    pub(super) migrations: Vec<NewFile>,
}

/// A file that a fix writes.
#[derive(Debug)]
pub(super) struct NewFile {
    /// Where it goes.
    pub(super) place: PathBuf,
    /// The path, as it is shown.
    pub(super) path: String,
    /// What is written.
    pub(super) migration: Migration,
}

/// A file that was checked.
#[derive(Debug)]
pub(super) struct Checked {
    /// Where the file is.
    pub(super) place: PathBuf,
    /// The path, as it is shown.
    pub(super) path: String,
    /// The text that the findings stand in.
    pub(super) text: Text,
    /// The findings, sorted by place.
    pub(super) findings: Vec<Finding>,
    /// What fixes changed.
    pub(super) change: Option<Change>,
}

/// A text before and after its fixes.
#[derive(Debug)]
pub(super) struct Change {
    /// The text that was read.
    pub(super) before: String,
    /// The text with its fixes.
    pub(super) after: String,
    /// What was found in the text that was read.
    pub(super) findings_before: Vec<Finding>,
    /// How many fixes that are.
    pub(super) applied: usize,
}

/// Something to say of a path.
#[derive(Debug)]
pub(super) struct Note {
    /// The path, as it is shown.
    pub(super) path: String,
    /// What is to be said.
    pub(super) message: String,
}

impl Outcome {
    /// All findings, with their files.
    pub(super) fn findings(&self) -> impl Iterator<Item = (&Checked, &Finding)> {
        self.checked.iter().flat_map(|file| file.findings.iter().map(move |finding| (file, finding)))
    }

    /// Sorts everything by path.
    pub(super) fn sort(&mut self) {
        self.checked.sort_by(|one, two| one.path.cmp(&two.path));
        for file in &mut self.checked {
            file.findings.sort_by_key(|finding| finding.span);
        }
        self.skipped.sort_by(|one, two| one.path.cmp(&two.path));
        // Several errors of one file stay in their order.
        self.errors.sort_by(|one, two| one.path.cmp(&two.path));
    }

    /// The exit code: trouble comes before findings.
    pub(super) fn exit_code(&self) -> i32 {
        if !self.errors.is_empty() {
            return TROUBLE;
        }
        let counts = self.findings().any(|(_, finding)| finding.severity <= Severity::Warning);
        if counts { FINDINGS } else { CLEAN }
    }
}

impl Checked {
    /// Takes back what the fixes did to the report: they were not put into the file. What would have changed is
    /// still known.
    pub(super) fn revert(&mut self) {
        if let Some(change) = &mut self.change {
            self.text = Text::new(&change.before);
            self.findings = std::mem::take(&mut change.findings_before);
        }
    }
}

/// The safety of a finding's best fix.
pub(super) fn best_fix(finding: &Finding) -> Option<Safety> {
    finding.fixes.iter().map(|fix| fix.safety).min()
}

/// The path as seen from `folder`, parted by `/`; whole if both share nothing but the file system's root.
pub(super) fn shown(path: &Path, folder: &Path) -> String {
    for (up, above) in folder.ancestors().enumerate() {
        let Ok(inner) = path.strip_prefix(above) else { continue };
        if up > 0 && above.parent().is_none() {
            break;
        }
        let shown = format!("{}{}", "../".repeat(up), slashes(inner));
        return if shown.is_empty() { ".".to_owned() } else { shown };
    }
    slashes(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_shown_from_the_working_folder() {
        let shown = |path: &str, folder: &str| shown(Path::new(path), Path::new(folder));
        assert_eq!(shown("/home/me/app/src/a.ts", "/home/me/app"), "src/a.ts");
        assert_eq!(shown("/home/me/lib/a.ts", "/home/me/app"), "../lib/a.ts");
        assert_eq!(shown("/home/me/app", "/home/me/app"), ".");
        assert_eq!(shown("/tmp/a.ts", "/home/me/app"), "/tmp/a.ts");
        assert_eq!(shown("/tmp/a.ts", "/"), "tmp/a.ts");
    }
}
