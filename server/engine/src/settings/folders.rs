//! The folders whose SQL a migration tool runs, as the settings name them.

use std::path::{Component, Path, PathBuf};

/// The folder where nothing is set: that of Supabase's command line.
pub const SUPABASE: &str = "supabase/migrations";

/// Where a migration stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The folder that the named one lies in.
    pub base: PathBuf,
    /// Which of the named folders, counted from zero.
    pub folder: usize,
    /// What its order in that folder goes by.
    pub order: PathBuf,
}

/// Whether a path is that of a migration in one of `folders`, which may lie at any depth: `db/migrations` is that of
/// `apps/web/db/migrations/1.sql`, too.
pub fn migration(folders: &[String], path: &Path) -> Option<Standing> {
    if path.extension()? != "sql" {
        return None;
    }
    let standing = |(index, folder): (usize, &String)| {
        let ancestors = path.ancestors().skip(1);
        let holder = ancestors.take(2).find(|ancestor| ends_with(ancestor, folder))?;
        let order = path.strip_prefix(holder).ok()?.to_path_buf();
        let base = holder.ancestors().nth(Path::new(folder).components().count())?.to_path_buf();
        let is_run = match folder == SUPABASE {
            true => order.components().count() == 1 && is_numbered(&order),
            // One file in a folder of its own, as Prisma has them.
            false => order.components().count() == 1 || (is_numbered(&order) && order.ends_with("migration.sql")),
        };
        is_run.then_some(Standing { base, folder: index, order })
    };
    folders.iter().enumerate().find_map(standing)
}

/// What is wrong with the name of a folder, if anything is.
pub(super) fn fault(folder: &str) -> Option<&'static str> {
    let mut components = Path::new(folder).components().peekable();
    if components.peek().is_none() {
        return Some("a folder of migrations has a name: \"supabase/migrations\"");
    }
    let is_plain = components.all(|part| matches!(part, Component::Normal(_))) && !folder.contains('\\');
    (!is_plain).then_some(
        "a folder of migrations is named from a folder above it, with `/` and without `..`: \"db/migrations\"",
    )
}

fn ends_with(path: &Path, folder: &str) -> bool {
    path.ends_with(Path::new(folder))
}

fn is_numbered(order: &Path) -> bool {
    order.to_string_lossy().starts_with(|first: char| first.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(folders: &[&str], path: &str) -> Option<(String, usize, String)> {
        let folders: Vec<String> = folders.iter().map(|folder| (*folder).to_owned()).collect();
        let words = |path: PathBuf| path.to_string_lossy().into_owned();
        migration(&folders, Path::new(path)).map(|found| (words(found.base), found.folder, words(found.order)))
    }

    #[test]
    fn a_migration_is_a_file_of_a_named_folder() {
        let found = |base: &str, folder, order: &str| Some((base.to_owned(), folder, order.to_owned()));
        assert_eq!(order(&[SUPABASE], "/a/web/supabase/migrations/1_b.sql"), found("/a/web", 0, "1_b.sql"));
        assert_eq!(order(&[SUPABASE], "/a/supabase/migrations/all.sql"), None);
        assert_eq!(order(&[SUPABASE], "/a/supabase/migrations/1/2.sql"), None);
        assert_eq!(order(&[SUPABASE], "/a/my-supabase/migrations/1.sql"), None);
        let named = ["prisma/migrations", "drizzle"];
        assert_eq!(order(&named, "/a/drizzle/0000_b.sql"), found("/a", 1, "0000_b.sql"));
        assert_eq!(order(&named, "/a/drizzle/meta.json"), None);
        assert_eq!(order(&named, "/a/prisma/migrations/1_b/migration.sql"), found("/a", 0, "1_b/migration.sql"));
        assert_eq!(order(&named, "/a/prisma/migrations/old/migration.sql"), None);
    }

    #[test]
    fn folders_are_named_from_above() {
        assert_eq!(fault("db/migrations"), None);
        for wrong in ["", "/db", "../db", "db\\migrations", "."] {
            assert!(fault(wrong).is_some(), "{wrong}");
        }
    }
}
