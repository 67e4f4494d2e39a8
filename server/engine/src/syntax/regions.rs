//! Script blocks of markup files.
//!
//! A small scanner over the bytes: it knows comments, quoted attribute values and that a script ends at the next
//! `</script`, and it survives a script that is never closed. It is not an HTML parser, and need not be one.

use crate::text::Span;

use super::{FileKind, Grammar};

/// What a script block is to its framework.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum RegionKind {
    /// A whole file, or a script of no special role.
    Script,
    /// Svelte's `<script module>` (also `context="module"`).
    SvelteModule,
    /// Svelte's other script.
    SvelteInstance,
    /// Vue's `<script setup>`.
    VueSetup,
    /// Vue's other script.
    VueOptions,
    /// Astro's front matter, which runs on the server.
    AstroServer,
    /// A script of an Astro page, which runs in the browser.
    AstroClient,
}

/// A script block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Script {
    /// Its code, without the tags.
    pub(crate) span: Span,
    /// Its role.
    pub(crate) kind: RegionKind,
    /// Its language.
    pub(crate) grammar: Grammar,
}

/// The script blocks of a text of that kind, in order.
pub(crate) fn scripts(kind: FileKind, text: &str) -> Vec<Script> {
    match kind {
        FileKind::Script(grammar) => {
            vec![Script { span: Span::new(0, text.len()), kind: RegionKind::Script, grammar }]
        }
        FileKind::Astro => {
            let (front, rest) = front_matter(text);
            let mut blocks: Vec<Script> = front.into_iter().collect();
            blocks.extend(script_elements(kind, text, rest));
            blocks
        }
        FileKind::Vue | FileKind::Svelte | FileKind::Html => script_elements(kind, text, 0),
        FileKind::Sql => Vec::new(),
    }
}

/// Astro's code between two lines of `---`, and where the template starts.
fn front_matter(text: &str) -> (Option<Script>, usize) {
    let open = text.len() - text.trim_start().len();
    if !text[open..].starts_with("---") {
        return (None, 0);
    }
    let start = open + 3;
    let end = text[start..].find("\n---").map_or(text.len(), |at| start + at + 1);
    let script = Script { span: Span::new(start, end), kind: RegionKind::AstroServer, grammar: Grammar::TypeScript };
    (Some(script), (end + 3).min(text.len()))
}

fn script_elements(kind: FileKind, text: &str, from: usize) -> Vec<Script> {
    let bytes = text.as_bytes();
    let mut blocks = Vec::new();
    let mut at = from;
    while let Some(found) = bytes.get(at..).and_then(|rest| rest.iter().position(|&byte| byte == b'<')) {
        at += found;
        let rest = &bytes[at..];
        if rest.starts_with(b"<!--") {
            at = find(text, at + 4, "-->").map_or(bytes.len(), |end| end + 3);
        } else if starts_with_tag(rest, b"<script") {
            let attributes_start = at + b"<script".len();
            let Some(tag_end) = tag_end(bytes, attributes_start) else { break };
            let attributes = &text[attributes_start..tag_end];
            at = tag_end + 1;
            if attributes.ends_with('/') {
                continue;
            }
            let end = find_ignoring_case(bytes, at, b"</script").unwrap_or(bytes.len());
            if is_code(attributes) {
                let role = role(kind, attributes);
                let grammar = grammar(kind, attributes);
                blocks.push(Script { span: Span::new(at, end), kind: role, grammar });
            }
            at = end;
        } else if starts_with_tag(rest, b"<style") {
            at = find_ignoring_case(bytes, at, b"</style").unwrap_or(bytes.len());
        }
        at += 1;
    }
    blocks
}

fn starts_with_tag(bytes: &[u8], tag: &[u8]) -> bool {
    bytes.len() > tag.len()
        && bytes[..tag.len()].eq_ignore_ascii_case(tag)
        && matches!(bytes[tag.len()], b' ' | b'\t' | b'\n' | b'\r' | b'>' | b'/')
}

/// The `>` that ends a tag; quoted values may hold others.
fn tag_end(bytes: &[u8], mut at: usize) -> Option<usize> {
    let mut quote = None;
    while at < bytes.len() {
        match (quote, bytes[at]) {
            (None, b'>') => return Some(at),
            (None, byte @ (b'"' | b'\'')) => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            _ => {}
        }
        at += 1;
    }
    None
}

fn find(text: &str, from: usize, needle: &str) -> Option<usize> {
    text.get(from..)?.find(needle).map(|at| from + at)
}

fn find_ignoring_case(bytes: &[u8], from: usize, needle: &[u8]) -> Option<usize> {
    bytes.get(from..)?.windows(needle.len()).position(|window| window.eq_ignore_ascii_case(needle)).map(|at| from + at)
}

/// A `type` that is no JavaScript (JSON, templates, import maps) makes a block that is no code.
fn is_code(attributes: &str) -> bool {
    match attribute(attributes, "type") {
        None | Some("" | "module" | "text/javascript" | "application/javascript" | "text/babel") => true,
        Some(other) => other.ends_with("typescript"),
    }
}

fn role(kind: FileKind, attributes: &str) -> RegionKind {
    let has = |name: &str| has_attribute(attributes, name);
    match kind {
        FileKind::Vue if has("setup") => RegionKind::VueSetup,
        FileKind::Vue => RegionKind::VueOptions,
        FileKind::Svelte if has("module") || attribute(attributes, "context") == Some("module") => {
            RegionKind::SvelteModule
        }
        FileKind::Svelte => RegionKind::SvelteInstance,
        FileKind::Astro => RegionKind::AstroClient,
        FileKind::Script(_) | FileKind::Html | FileKind::Sql => RegionKind::Script,
    }
}

fn grammar(kind: FileKind, attributes: &str) -> Grammar {
    match attribute(attributes, "lang") {
        Some("ts" | "typescript") => Grammar::TypeScript,
        None if kind == FileKind::Astro => Grammar::TypeScript,
        _ => Grammar::Tsx,
    }
}

fn has_attribute(attributes: &str, name: &str) -> bool {
    attributes.split_ascii_whitespace().any(|word| word.split('=').next() == Some(name))
}

fn attribute<'text>(attributes: &'text str, name: &str) -> Option<&'text str> {
    attributes.split_ascii_whitespace().find_map(|word| {
        let (key, value) = word.split_once('=')?;
        (key == name).then(|| value.trim_end_matches('/').trim_matches(['"', '\'']))
    })
}
