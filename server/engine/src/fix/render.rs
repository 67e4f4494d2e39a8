//! Moving what a component's body opens into an effect.

use super::import::{Import, imports_from};
use super::release::release_call;
use super::style::{Style, indentation, indented};
use crate::finding::Safety;
use crate::model::{F, HookStyle, Resource};
use crate::rules::{Place, RuleContext, UnitFix};
use crate::text::Span;

/// Puts the statement that opens, and those behind it that use the handle, into an effect with a cleanup. `None`: the
/// handle is used elsewhere, too, where an effect's constant is not seen.
pub(crate) fn into_effect<'doc>(
    cx: &RuleContext<'_, 'doc>,
    resource: &Resource<'doc>,
    component: F,
) -> Option<UnitFix> {
    let view = cx.view;
    let unit = component.unit;
    let site = view.statement_span(resource.site)?;
    let statements = view.statements_of(component);
    let first = statements.iter().position(|&statement| statement == site)?;
    let is_of_handle = |statement: &&Span| view.uses_handle_within(resource, unit, **statement);
    let last = first + statements[first + 1..].iter().take_while(is_of_handle).count();
    let whole = Span { start: site.start, end: statements[last].end };
    let is_long = |span: Span| cx.source_at(unit, span).contains('\n');
    if !view.is_used_only_within(resource, unit, whole) || view.has_text_of_lines(unit, whole, is_long) {
        return None;
    }
    let style_of_hooks = view.hook_style(component);
    let (hook, module) = match style_of_hooks {
        Some(HookStyle::Member(namespace)) => (format!("{namespace}.useEffect"), None),
        Some(HookStyle::Imported(module)) => ("useEffect".to_owned(), Some(module)),
        Some(HookStyle::Unbound) => ("useEffect".to_owned(), None),
        None => ("useEffect".to_owned(), Some("react").filter(|module| imports_from(cx.text, module))),
    };
    if module.is_none() && style_of_hooks.is_none() {
        return None;
    }
    let (release, naming) = release_call(cx, resource)?;
    let style = Style::of_body(cx, component);
    let (level, end) = (&style.level, style.semicolon);
    let indent = indentation(cx, unit, whole.start);
    let named = naming.into_iter().map(|(_, name)| name).next().unwrap_or_default();
    let body = indented(&cx.source_at(unit, whole), level);
    let deps = view.names_of_component_within(component, whole).join(", ");
    let text = format!(
        "{hook}(() => {{\n{indent}{level}{named}{body}\n{indent}{level}return () => {{\n{indent}{level}{level}{release}{end}\n\
         {indent}{level}}}{end}\n{indent}}}, [{deps}]){end}"
    );
    let imports = module.map(|module| Import { module: module.into(), name: "useEffect".into() }).into_iter().collect();
    let edits = vec![(Place { unit, span: whole }, text)];
    Some(UnitFix { title: "Open it in an effect".to_owned(), safety: Safety::Suggest, edits, imports })
}
