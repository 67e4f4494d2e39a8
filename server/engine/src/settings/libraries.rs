//! The libraries that a team describes: each mistake at its place.

use jsonc_parser::ast::Value;
use jsonc_parser::common::Ranged;

use super::SettingsError;
use crate::catalog::{Described, Fault, OwnLibraries};
use crate::text::Span;

/// Reads the list.
pub(super) fn read(value: &Value<'_>) -> Result<OwnLibraries, Vec<SettingsError>> {
    let Value::Array(array) = value else {
        let message = "`libraries` is a list of descriptions: `halfopen explain libraries` shows one".to_owned();
        return Err(vec![error(value, message)]);
    };
    let (mut described, mut errors) = (Vec::new(), Vec::new());
    for element in &array.elements {
        match Described::read(&plain(element)) {
            Ok(library) => described.push(library),
            Err(Fault { path, message }) => errors.push(error(at(element, &path), message)),
        }
    }
    if !errors.is_empty() {
        return Err(errors);
    }
    let place = |Fault { path, message }| error(at(value, &path), message);
    OwnLibraries::of(described).map_err(|faults| faults.into_iter().map(place).collect())
}

/// The same without places.
fn plain(value: &Value<'_>) -> serde_json::Value {
    use serde_json::Value as Json;
    match value {
        Value::StringLit(text) => Json::String(text.value.to_string()),
        Value::NumberLit(number) => serde_json::from_str(number.value).unwrap_or(Json::Null),
        Value::BooleanLit(flag) => Json::Bool(flag.value),
        Value::NullKeyword(_) => Json::Null,
        Value::Array(array) => Json::Array(array.elements.iter().map(plain).collect()),
        Value::Object(object) => {
            let members = object.properties.iter();
            Json::Object(members.map(|member| (member.name.as_str().to_owned(), plain(&member.value))).collect())
        }
    }
}

fn error(at: &Value<'_>, message: String) -> SettingsError {
    SettingsError { span: Span::new(at.start(), at.end()), message }
}

/// The value that a path of keys and numbers leads to, as far as it can be followed.
fn at<'value, 'text>(value: &'value Value<'text>, path: &[String]) -> &'value Value<'text> {
    let Some((first, rest)) = path.split_first() else { return value };
    let next = match value {
        Value::Object(object) => {
            object.properties.iter().find(|known| known.name.as_str() == first).map(|known| &known.value)
        }
        Value::Array(array) => {
            first.trim_matches(['[', ']']).parse().ok().and_then(|index: usize| array.elements.get(index))
        }
        _ => None,
    };
    next.map_or(value, |next| at(next, rest))
}
