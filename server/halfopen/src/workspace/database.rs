//! The SQL of a repository: which files a migration tool runs, and in which order; and the database that they make.
//!
//! `supabase/migrations` may lie at any depth, beside application code or in a package of its own. Its numbered files are
//! run by their names; where there are none, those of `supabase/schemas` stand for them. What else is SQL may have been run
//! by hand: what it does is a doubt and no proof.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use dashmap::DashMap;
use halfopen_engine::sql::{Change, Schema, SqlFile, read as read_sql};
use halfopen_engine::text::Text;
use ignore::WalkBuilder;

use super::chain::Stamp;
use super::read::{self, Limits};

/// How many files that are no migrations are looked at in a repository.
const MOST_OTHERS: usize = 2_000;

/// No file of SQL is larger, in bytes: dumps of data are no statements.
const MAX_SIZE: u64 = 4 << 20;

/// What is in a file that may change what subscribers get.
const MARKS: [&str; 4] = ["supabase_realtime", "level security", "create policy", "replica identity"];

/// A folder that holds `supabase/`, and what is run of it, in order.
#[derive(Debug, Default)]
struct Project {
    migrations: Vec<PathBuf>,
    schemas: Vec<PathBuf>,
}

/// The files of SQL in a repository.
#[derive(Debug, Default)]
struct Files {
    projects: BTreeMap<PathBuf, Project>,
    others: Vec<PathBuf>,
}

type Folded = Arc<OnceLock<Option<Arc<Schema>>>>;

/// The databases of repositories.
#[derive(Default)]
pub(super) struct Databases {
    /// By the repository's root.
    files: DashMap<PathBuf, Arc<OnceLock<Files>>>,
    /// What files do, with their state when they were read.
    changes: DashMap<PathBuf, (Stamp, Arc<[Change]>)>,
    /// By the folder that holds `supabase/`.
    folded: DashMap<PathBuf, Folded>,
}

/// The text of a file and its state.
pub(super) struct Source<'a> {
    pub(super) stamp: &'a dyn Fn(&Path) -> Option<Stamp>,
    /// The text of an open document.
    pub(super) overlay: &'a dyn Fn(&Path) -> Option<Text>,
}

impl Databases {
    /// The database that counts for a document of the repository at `root`: that of the nearest folder upward which holds
    /// `supabase/`, else the repository's only one.
    pub(super) fn of(&self, document: &Path, root: &Path, source: &Source<'_>) -> Option<Arc<Schema>> {
        let files = Arc::clone(&self.files.entry(root.to_path_buf()).or_default());
        let files = files.get_or_init(|| look(root));
        let (base, project) = files.project_of(document)?;
        let folded = Arc::clone(&self.folded.entry(base.clone()).or_default());
        folded.get_or_init(|| self.fold(project, files, source)).clone()
    }

    /// The last migration that counts for a document, and the folder of new ones.
    pub(super) fn last_migration(&self, document: &Path, root: &Path) -> Option<(Option<PathBuf>, PathBuf)> {
        let files = Arc::clone(&self.files.entry(root.to_path_buf()).or_default());
        let (base, project) = files.get_or_init(|| look(root)).project_of(document)?;
        Some((project.migrations.last().cloned(), base.join("supabase").join("migrations")))
    }

    /// Files came or went.
    pub(super) fn forget(&self) {
        self.files.clear();
        self.folded.clear();
    }

    /// A file changed: what is unchanged is not read again.
    pub(super) fn outdate(&self) {
        self.folded.clear();
    }

    fn fold(&self, project: &Project, files: &Files, source: &Source<'_>) -> Option<Arc<Schema>> {
        let all = |paths: &[PathBuf]| paths.iter().filter_map(|path| self.read(path, source)).collect::<Vec<SqlFile>>();
        let (run, declared) = match project.migrations.as_slice() {
            [] => (&project.schemas, &[][..]),
            _ => (&project.migrations, project.schemas.as_slice()),
        };
        let run = all(run);
        let others = [all(declared), all(&files.others)].concat();
        (!run.is_empty()).then(|| Arc::new(Schema::fold(&run, &others)))
    }

    fn read(&self, path: &Path, source: &Source<'_>) -> Option<SqlFile> {
        let stamp = (source.stamp)(path)?;
        let name: Arc<str> = path.to_string_lossy().into();
        let known = self.changes.get(path).filter(|known| known.0 == stamp).map(|known| Arc::clone(&known.1));
        if let Some(changes) = known {
            return Some(SqlFile { path: name, changes });
        }
        let text = match (source.overlay)(path) {
            Some(text) => text.to_string(),
            None => read::text(path, Limits::up_to(MAX_SIZE)).ok()?,
        };
        let changes: Arc<[Change]> = read_sql(&text).into();
        self.changes.insert(path.to_path_buf(), (stamp, Arc::clone(&changes)));
        Some(SqlFile { path: name, changes })
    }
}

/// Finds the SQL of a repository.
fn look(root: &Path) -> Files {
    let mut files = Files::default();
    let walk = WalkBuilder::new(root)
        .require_git(false)
        .filter_entry(|entry| entry.file_name() != "node_modules" && entry.file_name() != ".git")
        .build();
    for entry in walk.flatten() {
        let is_sql = entry.path().extension().is_some_and(|extension| extension == "sql");
        if is_sql && entry.file_type().is_some_and(|kind| kind.is_file()) {
            files.add(root, entry.into_path());
        }
    }
    for project in files.projects.values_mut() {
        project.migrations.sort_by(|one, other| one.file_name().cmp(&other.file_name()));
        project.schemas.sort();
    }
    files.projects.retain(|_, project| !project.migrations.is_empty() || !project.schemas.is_empty());
    files.others.sort();
    files
}

impl Files {
    /// What counts for a document: the nearest folder upward, else the only one.
    fn project_of(&self, document: &Path) -> Option<(&PathBuf, &Project)> {
        let nearest = document.ancestors().find_map(|folder| self.projects.get_key_value(folder));
        nearest.or_else(|| self.projects.iter().next().filter(|_| self.projects.len() == 1))
    }

    fn add(&mut self, root: &Path, path: PathBuf) {
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_lowercase();
        // What takes a migration back is run by hand, after it, if at all.
        let takes_back = name.ends_with(".down.sql")
            || path
                .strip_prefix(root)
                .unwrap_or(&path)
                .components()
                .any(|part| is_rollback(&part.as_os_str().to_string_lossy()));
        if takes_back {
            return;
        }
        let folder = path.parent();
        let kind = folder.and_then(Path::file_name).map(|kind| kind.to_string_lossy().into_owned());
        let supabase =
            folder.and_then(Path::parent).filter(|above| above.file_name().is_some_and(|name| name == "supabase"));
        let base = supabase.and_then(Path::parent).map(Path::to_path_buf);
        let is_numbered = name.starts_with(|first: char| first.is_ascii_digit());
        match (base, kind.as_deref()) {
            (Some(base), Some("migrations")) if is_numbered => {
                self.projects.entry(base).or_default().migrations.push(path)
            }
            (Some(base), Some("schemas")) => self.projects.entry(base).or_default().schemas.push(path),
            _ if self.others.len() < MOST_OTHERS && matters(&path) => self.others.push(path),
            _ => {}
        }
    }
}

fn is_rollback(part: &str) -> bool {
    matches!(part.to_lowercase().as_str(), "rollback" | "rollbacks")
}

fn matters(path: &Path) -> bool {
    let text = read::text(path, Limits::up_to(MAX_SIZE)).unwrap_or_default().to_lowercase();
    MARKS.iter().any(|mark| text.contains(mark))
}

#[cfg(test)]
mod tests {
    use halfopen_engine::sql::TableName;

    use super::super::temporary::Folder;
    use super::*;

    fn schema(folder: &Folder, document: &str) -> Option<Arc<Schema>> {
        let source = Source { stamp: &|path| read::Stamp::of(path).map(Stamp::Closed), overlay: &|_| None };
        Databases::default().of(&folder.path(document), &folder.path("repository"), &source)
    }

    fn tables(schema: Option<Arc<Schema>>) -> Vec<String> {
        schema.iter().flat_map(|schema| schema.tables()).map(|(name, _)| name.to_string()).collect()
    }

    #[test]
    fn the_numbered_files_of_the_nearest_folder_count_in_their_order() {
        let folder = Folder::new("database");
        folder.write("repository/.git/HEAD", "");
        for (file, text) in [
            ("supabase/migrations/2_b.sql", "alter table a rename to b;"),
            ("supabase/migrations/1-a.sql", "create table a (id int primary key);"),
            ("supabase/migrations/2_b.down.sql", "drop table b;"),
            ("supabase/migrations/rollback/3_c.sql", "drop table b;"),
            ("supabase/migrations/ALL.sql", "create table all_of_them (id int);"),
            ("apps/web/supabase/migrations/1_w.sql", "create table w (id int primary key);"),
        ] {
            folder.write(&format!("repository/{file}"), text);
        }
        assert_eq!(tables(schema(&folder, "repository/src/a.ts")), ["b"]);
        assert_eq!(tables(schema(&folder, "repository/apps/web/src/a.ts")), ["w"]);
    }

    #[test]
    fn the_only_database_of_a_repository_counts_for_all_and_other_sql_is_a_doubt() {
        let folder = Folder::new("only-database");
        folder.write("repository/.git/HEAD", "");
        folder.write("repository/packages/db/supabase/schemas/a.sql", "create table a (id int primary key);");
        folder.write("repository/docs/by-hand.sql", "alter publication supabase_realtime add table a;");
        let schema = schema(&folder, "repository/apps/web/a.ts").expect("there is one");
        assert!(!schema.is_unpublished(&TableName::new("public", "a")));
        assert_eq!(schema.published(&TableName::new("public", "a")), None);
    }
}
