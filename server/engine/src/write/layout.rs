//! How a file is laid out, by the code that it has.

use std::collections::BTreeMap;

/// What of a file is looked at, in bytes: its habits show soon.
const HEAD: usize = 64 * 1024;

/// A file's habits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Layout {
    level: String,
    is_single_quoted: bool,
    has_semicolons: bool,
    has_types: bool,
}

impl Layout {
    /// That of some code. A file without any gets two spaces, double quotes and semicolons.
    pub(super) fn of(code: &str, has_types: bool) -> Self {
        let end = (0..=HEAD.min(code.len())).rev().find(|&at| code.is_char_boundary(at)).unwrap_or(0);
        let code = &code[..end];
        let lines = || code.lines().filter(|line| !line.trim().is_empty());
        // Statements that need a semicolon where semicolons are written.
        let starts = ["import ", "const ", "let ", "return ", "export default ", "throw "];
        let ends = [')', '"', '\'', ';', '`'];
        let whole = lines().map(str::trim).filter(|line| starts.iter().any(|start| line.starts_with(start)));
        let (with, without): (Vec<&str>, Vec<&str>) =
            whole.filter(|line| line.ends_with(ends)).partition(|line| line.ends_with(';'));
        Self {
            level: level(lines()),
            is_single_quoted: code.matches('\'').count() > code.matches('"').count(),
            has_semicolons: with.len() >= without.len(),
            has_types,
        }
    }

    /// A template in that layout, each line with its line end. `⟦…⟧` marks what only types are, and `__name__` what
    /// `names` tells.
    pub(super) fn lay(&self, template: &str, names: &BTreeMap<&str, String>) -> String {
        let mut code = String::new();
        for line in template.lines() {
            let line =
                names.iter().fold(line.to_owned(), |line, (name, text)| line.replace(&format!("__{name}__"), text));
            let Some(line) = self.without_marks(&line) else { continue };
            let text = line.trim_start_matches(' ');
            code.push_str(&self.level.repeat((line.len() - text.len()) / 2));
            let is_comment = ["//", "*", "/*"].iter().any(|start| text.starts_with(start));
            match is_comment {
                // The stars of a comment stand below that of its first line.
                true if text.starts_with('*') => code.push_str(&format!(" {text}")),
                true => code.push_str(text),
                false => code.push_str(&self.line(text)),
            }
            code.push('\n');
        }
        if self.has_types { code } else { with_short_parameters(&code) }
    }

    /// Whether types may be written.
    pub(super) fn has_types(&self) -> bool {
        self.has_types
    }

    /// A line of code with the file's quotes and ends.
    pub(super) fn line(&self, text: &str) -> String {
        let text = if self.has_semicolons { text } else { text.strip_suffix(';').unwrap_or(text) };
        if self.is_single_quoted { text.replace('"', "'") } else { text.to_owned() }
    }

    /// A line without the marks of types, or without what they mark; `None`: that is all of it.
    fn without_marks(&self, line: &str) -> Option<String> {
        // A placeholder that stands for nothing leaves no line.
        if !line.is_empty() && line.trim().is_empty() {
            return None;
        }
        if self.has_types || !line.contains('⟦') {
            return Some(line.replace(['⟦', '⟧'], ""));
        }
        let mut kept = String::new();
        let mut rest = line;
        while let Some((before, marked)) = rest.split_once('⟦') {
            kept.push_str(before);
            rest = marked.split_once('⟧').map_or("", |(_, behind)| behind);
        }
        kept.push_str(rest);
        (!kept.trim().is_empty()).then_some(kept)
    }
}

/// Code whose parameters fit into one line without their types.
fn with_short_parameters(code: &str) -> String {
    let mut parts = code.split("(\n");
    let mut short = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let list = part.split_once("\n) {").filter(|(list, _)| list.lines().all(|line| line.ends_with(',')));
        match list {
            Some((list, rest)) => {
                let names: Vec<&str> = list.lines().map(|line| line.trim().trim_end_matches(',')).collect();
                short.push_str(&format!("({}) {{{rest}", names.join(", ")));
            }
            None => short.push_str(&format!("(\n{part}")),
        }
    }
    short
}

/// One level of indentation: the first step to the right.
fn level<'code>(lines: impl Iterator<Item = &'code str>) -> String {
    let indentation = |line: &'code str| &line[..line.len() - line.trim_start_matches([' ', '\t']).len()];
    let mut before = "";
    for line in lines.filter(|line| !line.trim_start().starts_with('*')) {
        let here = indentation(line);
        match here.strip_prefix(before) {
            Some(step) if step.starts_with('\t') => return "\t".to_owned(),
            Some(step) if (2..=8).contains(&step.len()) => return step.to_owned(),
            _ => before = here,
        }
    }
    "  ".to_owned()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::Layout;

    const TEMPLATE: &str =
        "⟦type A = \"b\";⟧\n/**\n * It's \"so\".\n */\nfunction __name__(a⟦: string⟧) {\n  return a ?? \"\";\n}\n";

    #[test]
    fn code_takes_the_habits_of_the_file() {
        let names = BTreeMap::from([("name", "open".to_owned())]);
        for (code, has_types, expected) in [
            (
                "",
                true,
                "type A = \"b\";\n/**\n * It's \"so\".\n */\nfunction open(a: string) {\n  return a ?? \"\";\n}\n",
            ),
            (
                "import a from 'a'\nfunction b() {\n\treturn a('c')\n}\n",
                false,
                "/**\n * It's \"so\".\n */\nfunction open(a) {\n\treturn a ?? ''\n}\n",
            ),
            (
                "import a from 'a';\nif (a) {\n    a();\n}\n",
                false,
                "/**\n * It's \"so\".\n */\nfunction open(a) {\n    return a ?? '';\n}\n",
            ),
        ] {
            assert_eq!(Layout::of(code, has_types).lay(TEMPLATE, &names), expected, "{code:?}");
        }
    }
}
