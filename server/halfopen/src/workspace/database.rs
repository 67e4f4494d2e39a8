//! The SQL of a repository: which files a migration tool runs, and in which order; and the database that they make.
//!
//! `supabase/migrations`, or the folders that the settings name in its place, may lie at any depth, beside application code
//! or in a package of its own. Their files are run by their names; where there are none, those of `supabase/schemas` stand
//! for them. What else is SQL may have been run by hand: what it does is a doubt and no proof.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use dashmap::DashMap;
use halfopen_engine::settings::folders::{SUPABASE, Standing, migration};
use halfopen_engine::sql::{Change, Schema, SqlFile, read as read_sql, unread};
use halfopen_engine::text::Text;
use ignore::WalkBuilder;

use super::chain::Stamp;
use super::read::{self, Limits, Skip};

/// How many files that are no migrations are looked at in a repository.
const MOST_OTHERS: usize = 2_000;

/// The statements of larger files are not read, in bytes: they are dumps of data.
const MAX_SIZE: u64 = 4 << 20;

/// Of files so large it is known what they speak of, in bytes.
const MOST_SEARCHED: u64 = 64 << 20;

/// What is in a file that may change what subscribers get.
const MARKS: [&str; 4] = ["supabase_realtime", "level security", "create policy", "replica identity"];

/// A folder that holds folders of migrations, and what is run of them, in order.
#[derive(Debug, Default)]
struct Project {
    migrations: BTreeMap<(usize, PathBuf), PathBuf>,
    schemas: Vec<PathBuf>,
}

/// The root of a repository, and the folders that are named.
type Asked = (PathBuf, Vec<String>);

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
    files: DashMap<Asked, Arc<OnceLock<Files>>>,
    /// What files do, with their state when they were read.
    changes: DashMap<PathBuf, (Stamp, Arc<[Change]>)>,
    /// By the folder of a [`Project`].
    folded: DashMap<Asked, Folded>,
}

/// The text of a file and its state.
pub(super) struct Source<'a> {
    pub(super) stamp: &'a dyn Fn(&Path) -> Option<Stamp>,
    /// The text of an open document.
    pub(super) overlay: &'a dyn Fn(&Path) -> Option<Text>,
}

impl Databases {
    /// The database that counts for a document of the repository at `root`: that of the nearest folder upward which holds
    /// migrations, else the repository's only one.
    pub(super) fn of(
        &self,
        document: &Path,
        root: &Path,
        folders: &[String],
        source: &Source<'_>,
    ) -> Option<Arc<Schema>> {
        let files = self.files_of(root, folders);
        let files = files.get_or_init(|| look(root, folders));
        let (base, project) = files.project_of(document)?;
        let folded = Arc::clone(&self.folded.entry((base.clone(), folders.to_vec())).or_default());
        folded.get_or_init(|| self.fold(project, files, source)).clone()
    }

    /// The last migration that counts for a document, and the folder of new ones: none where Supabase's own is not among those
    /// that are run, for other tools name and list their migrations in ways of their own.
    pub(super) fn last_migration(
        &self,
        document: &Path,
        root: &Path,
        folders: &[String],
    ) -> Option<(Option<PathBuf>, PathBuf)> {
        let own = folders.iter().position(|folder| folder == SUPABASE)?;
        let files = self.files_of(root, folders);
        let (base, project) = files.get_or_init(|| look(root, folders)).project_of(document)?;
        let last = project.migrations.iter().rfind(|((folder, _), _)| *folder == own);
        Some((last.map(|(_, path)| path.clone()), base.join(SUPABASE)))
    }

    fn files_of(&self, root: &Path, folders: &[String]) -> Arc<OnceLock<Files>> {
        Arc::clone(&self.files.entry((root.to_path_buf(), folders.to_vec())).or_default())
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
        let all = |paths: &mut dyn Iterator<Item = &PathBuf>| -> Vec<SqlFile> {
            paths.filter_map(|path| self.read(path, source)).collect()
        };
        let declared = all(&mut project.schemas.iter());
        let (run, mut others) = match project.migrations.is_empty() {
            true => (declared, Vec::new()),
            false => (all(&mut project.migrations.values()), declared),
        };
        others.extend(all(&mut files.others.iter()));
        (!run.is_empty()).then(|| Arc::new(Schema::fold(&run, &others)))
    }

    fn read(&self, path: &Path, source: &Source<'_>) -> Option<SqlFile> {
        let stamp = (source.stamp)(path)?;
        let name: Arc<str> = path.to_string_lossy().into();
        let known = self.changes.get(path).filter(|known| known.0 == stamp).map(|known| Arc::clone(&known.1));
        if let Some(changes) = known {
            return Some(SqlFile { path: name, changes });
        }
        let changes: Arc<[Change]> = match (source.overlay)(path) {
            Some(text) => read_sql(&text.to_string()),
            None => changes_of(path)?,
        }
        .into();
        self.changes.insert(path.to_path_buf(), (stamp, Arc::clone(&changes)));
        Some(SqlFile { path: name, changes })
    }
}

/// What a file does; none if it is not there. One that cannot be read may do anything.
fn changes_of(path: &Path) -> Option<Vec<Change>> {
    match read::text(path, Limits::up_to(MAX_SIZE)) {
        Ok(text) => Some(read_sql(&text)),
        Err(Skip::Missing) => None,
        Err(Skip::TooLarge { .. }) => Some(unread(read::text(path, Limits::up_to(MOST_SEARCHED)).ok().as_deref())),
        Err(_) => Some(unread(None)),
    }
}

/// Finds the SQL of a repository.
fn look(root: &Path, folders: &[String]) -> Files {
    let mut files = Files::default();
    let walk = WalkBuilder::new(root)
        .require_git(false)
        .filter_entry(|entry| entry.file_name() != "node_modules" && entry.file_name() != ".git")
        .build();
    for entry in walk.flatten() {
        let is_sql = entry.path().extension().is_some_and(|extension| extension == "sql");
        if is_sql && entry.file_type().is_some_and(|kind| kind.is_file()) {
            files.add(root, folders, entry.into_path());
        }
    }
    for project in files.projects.values_mut() {
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

    fn add(&mut self, root: &Path, folders: &[String], path: PathBuf) {
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
        if let Some(Standing { base, folder, order }) = migration(folders, &path) {
            self.projects.entry(base).or_default().migrations.insert((folder, order), path);
        } else if let Some(base) = declares(&path) {
            self.projects.entry(base).or_default().schemas.push(path);
        } else if self.others.len() < MOST_OTHERS && matters(&path) {
            self.others.push(path);
        }
    }
}

/// The folder above `supabase/schemas`, where a file of it stands.
fn declares(path: &Path) -> Option<PathBuf> {
    let folder = path.parent().filter(|folder| folder.ends_with("supabase/schemas"))?;
    folder.ancestors().nth(2).map(Path::to_path_buf)
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
        let folders = [SUPABASE.to_owned()];
        Databases::default().of(&folder.path(document), &folder.path("repository"), &folders, &source)
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
