//! Which paths a part of the settings is for.

use std::borrow::Cow;
use std::path::Path;

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use schemars::{JsonSchema, Schema, SchemaGenerator};

/// Patterns of paths, as ignore files have them: `*.gen.ts` at any depth, `legacy/` with all that lies in it, `src/**/old.ts`
/// from the settings' own folder on.
#[derive(Clone, Debug, Default)]
pub struct Globs {
    patterns: Vec<String>,
    set: GlobSet,
}

impl PartialEq for Globs {
    fn eq(&self, other: &Self) -> bool {
        self.patterns == other.patterns
    }
}

impl JsonSchema for Globs {
    fn schema_name() -> Cow<'static, str> {
        "Globs".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        <Vec<String>>::json_schema(generator)
    }
}

impl Globs {
    /// Reads patterns.
    ///
    /// # Errors
    /// Which of them is wrong, counted from zero, and why.
    pub(super) fn read(patterns: Vec<String>) -> Result<Self, (usize, String)> {
        let mut set = GlobSetBuilder::new();
        for (index, pattern) in patterns.iter().enumerate() {
            let wrong = |why: String| (index, format!("`{pattern}` is no pattern of paths: {why}"));
            // None of these would ever match, and nobody would be told.
            let is_foreign = pattern.starts_with(['/', '!']) || pattern.contains('\\');
            if pattern.is_empty() || is_foreign || pattern.split('/').any(|part| matches!(part, "." | "..")) {
                let how = "write it from the settings' folder on, with `/` and without `..` or `!`: \"legacy/**\"";
                return Err(wrong(how.to_owned()));
            }
            let (body, end) = pattern.strip_suffix('/').map_or((pattern.as_str(), ""), |body| (body, "/**"));
            let start = if body.contains('/') { "" } else { "**/" };
            let glob = GlobBuilder::new(&format!("{start}{body}{end}")).literal_separator(true).build();
            set.add(glob.map_err(|error| wrong(error.kind().to_string()))?);
        }
        let set = set.build().map_err(|error| (0, error.kind().to_string()))?;
        Ok(Self { patterns, set })
    }

    /// Whether a path, from the settings' folder on, is one of these.
    pub(super) fn matches(&self, path: &Path) -> bool {
        self.set.is_match(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_those_of_ignore_files() {
        let matches = |pattern: &str, path: &str| {
            Globs::read(vec![pattern.to_owned()]).expect("it is right").matches(Path::new(path))
        };
        assert!(matches("*.gen.ts", "a/b/c.gen.ts"));
        assert!(matches("legacy/", "legacy/a/b.ts") && matches("legacy/", "apps/legacy/a.ts"));
        assert!(matches("src/**/old.ts", "src/a/b/old.ts") && !matches("src/**/old.ts", "apps/src/old.ts"));
        assert!(matches("src/*.{ts,tsx}", "src/a.tsx") && !matches("src/*.ts", "src/a/b.ts"));
        assert!(Globs::read(vec!["a".to_owned(), "{b".to_owned()]).is_err_and(|(index, _)| index == 1));
        for foreign in ["/a", "./a", "../a", "a/../b", "!a", "a\\b", ""] {
            assert!(Globs::read(vec![foreign.to_owned()]).is_err(), "{foreign}");
        }
    }
}
