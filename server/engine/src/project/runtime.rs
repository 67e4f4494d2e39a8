//! Where a module's code runs, as far as its path and its first lines tell.
//!
//! Source of the facts: the documents of Next.js (route handlers, `pages/api`, `middleware`, `instrumentation`,
//! directives, `server-only` and `client-only`), SvelteKit (`+server`, `+page.server`, `*.server`, `$lib/server`),
//! Remix and React Router (`*.server`, `*.client`), Nuxt (`server/`), Supabase's and Netlify's functions.

/// Where code runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Runtime {
    /// In browsers, though perhaps first on a server.
    Browser,
    /// Never in a browser.
    Server,
    /// Nothing tells.
    #[default]
    Unknown,
}

/// How much of a text is looked at for a directive, in bytes.
pub(crate) const HEAD: u32 = 1024;

impl Runtime {
    /// By the path from the repository's root, parted by `/`, and by the first [`HEAD`] bytes of the text.
    pub(crate) fn of(path: &str, head: &str) -> Self {
        let directives = directives(head);
        let says = |text: &str| directives.contains(&text);
        let imports =
            |module: &str| ['"', '\''].iter().any(|quote| head.contains(&format!("import {quote}{module}{quote}")));
        if says("use server") || imports("server-only") {
            return Self::Server;
        }
        if says("use client") || imports("client-only") {
            return Self::Browser;
        }
        Self::of_path(path)
    }

    fn of_path(path: &str) -> Self {
        let name = path.rsplit('/').next().unwrap_or_default();
        let (stem, _) = name.rsplit_once('.').unwrap_or((name, ""));
        let is_below = |folder: &str| path.contains(folder) || path.starts_with(&folder[1..]);
        let is_of_server = matches!(stem, "+server" | "middleware" | "instrumentation")
            || stem.ends_with(".server")
            || stem == "route" && is_below("/app/")
            || ["/pages/api/", "/lib/server/", "/server/api/", "/server/routes/", "/server/plugins/"]
                .into_iter()
                .any(is_below)
            || ["/supabase/functions/", "/netlify/functions/"].into_iter().any(is_below);
        match is_of_server {
            true => Self::Server,
            false if stem.ends_with(".client") => Self::Browser,
            false => Self::Unknown,
        }
    }
}

/// The directives at the start of a text: strings that are statements, behind comments.
fn directives(head: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut rest = head.trim_start_matches('\u{feff}').trim_start();
    loop {
        rest = rest.trim_start_matches(';').trim_start();
        if let Some(comment) = rest.strip_prefix("//") {
            rest = comment.split_once('\n').map_or("", |(_, behind)| behind).trim_start();
        } else if let Some(comment) = rest.strip_prefix("/*") {
            rest = comment.split_once("*/").map_or("", |(_, behind)| behind).trim_start();
        } else if let Some(quote) = rest.chars().next().filter(|first| matches!(first, '"' | '\'')) {
            let Some((directive, behind)) = rest[1..].split_once(quote) else { return found };
            found.push(directive);
            rest = behind.trim_start();
        } else {
            return found;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Runtime;

    #[test]
    fn paths_and_first_lines_tell_where_code_runs() {
        let by_path = |path: &str| Runtime::of(path, "");
        for path in [
            "/src/app/rooms/[id]/route.ts",
            "/pages/api/token.js",
            "/src/routes/feed/+server.ts",
            "/src/routes/+page.server.ts",
            "/src/lib/server/admin.ts",
            "/app/db.server.ts",
            "/supabase/functions/notify/index.ts",
            "/src/middleware.ts",
        ] {
            assert_eq!(by_path(path), Runtime::Server, "{path}");
        }
        assert_eq!(by_path("/app/socket.client.ts"), Runtime::Browser);
        for path in ["/src/app/page.tsx", "/src/route.ts", "/src/lib/supabase.ts", "/src/middleware/socket.ts"] {
            assert_eq!(by_path(path), Runtime::Unknown, "{path}");
        }

        let by_head = |head: &str| Runtime::of("/src/a.tsx", head);
        assert_eq!(by_head("// Of the team.\n\"use client\";\nimport x from \"x\";"), Runtime::Browser);
        assert_eq!(by_head("\u{feff}/* a */ 'use strict'\n'use server'\n"), Runtime::Server);
        assert_eq!(by_head("import \"server-only\";\n"), Runtime::Server);
        assert_eq!(by_head("import x from \"x\";\n\"use client\";"), Runtime::Unknown);
        assert_eq!(Runtime::of("/pages/api/a.ts", "\"use client\""), Runtime::Browser);
        assert_eq!(by_head("\"use cli"), Runtime::Unknown);
    }
}
