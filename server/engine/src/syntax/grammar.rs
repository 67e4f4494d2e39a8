//! Which grammar reads which file.

use std::sync::OnceLock;

/// A grammar. TSX reads JavaScript too; plain TypeScript alone has `<T>value` casts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Grammar {
    /// `.ts`, `.mts`, `.cts`.
    TypeScript,
    /// `.tsx` and everything JavaScript.
    Tsx,
}

impl Grammar {
    pub(crate) fn language(self) -> &'static tree_sitter::Language {
        static TYPESCRIPT: OnceLock<tree_sitter::Language> = OnceLock::new();
        static TSX: OnceLock<tree_sitter::Language> = OnceLock::new();
        match self {
            Self::TypeScript => TYPESCRIPT.get_or_init(|| tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into()),
            Self::Tsx => TSX.get_or_init(|| tree_sitter_typescript::LANGUAGE_TSX.into()),
        }
    }
}

/// What a file is, by the end of its name or the editor's language.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FileKind {
    /// One script from start to end.
    Script(Grammar),
    /// `<script>` and `<script setup>` blocks that share one scope.
    Vue,
    /// Module and instance `<script>` blocks that share one scope.
    Svelte,
    /// The front matter between `---` lines, and client `<script>` blocks.
    Astro,
    /// `<script>` blocks.
    Html,
    /// A file of SQL, which rules of its own look at.
    Sql,
}

impl FileKind {
    /// From a path's extension; `None` for what halfopen does not read.
    pub fn from_path(path: &str) -> Option<Self> {
        let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
        let (_, extension) = name.rsplit_once('.')?;
        Some(match extension.to_ascii_lowercase().as_str() {
            "ts" | "mts" | "cts" => Self::Script(Grammar::TypeScript),
            "tsx" | "js" | "jsx" | "mjs" | "cjs" => Self::Script(Grammar::Tsx),
            "vue" => Self::Vue,
            "svelte" => Self::Svelte,
            "astro" => Self::Astro,
            "html" | "htm" => Self::Html,
            "sql" => Self::Sql,
            _ => return None,
        })
    }

    /// From an LSP language identifier, for documents whose name tells nothing (untitled ones).
    pub fn from_language_id(language: &str) -> Option<Self> {
        Some(match language {
            "typescript" => Self::Script(Grammar::TypeScript),
            "typescriptreact" | "javascript" | "javascriptreact" => Self::Script(Grammar::Tsx),
            "vue" => Self::Vue,
            "svelte" => Self::Svelte,
            "astro" => Self::Astro,
            "html" => Self::Html,
            "sql" => Self::Sql,
            _ => return None,
        })
    }

    /// Whether all script blocks see each other's names.
    pub(crate) fn shares_scope(self) -> bool {
        matches!(self, Self::Script(_) | Self::Vue | Self::Svelte)
    }
}
