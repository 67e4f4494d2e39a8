//! Constants: literals, names that hold one, simple arithmetic, templates.

use super::view::{V, View};
use crate::lower::ir::*;
use crate::project::Shape;

impl View<'_> {
    /// The constant text that a value is.
    pub(crate) fn text_of(&self, v: V) -> Option<Name> {
        match self.value(v) {
            Value::Lit(Lit::Str(text)) => return Some(text.clone()),
            Value::Lit(_) | Value::Func(_) | Value::Object(_) => return None,
            _ => {}
        }
        let origin = self.origin(v)?;
        match self.value(origin) {
            Value::Lit(Lit::Str(text)) => Some(text.clone()),
            Value::Import { source, name } => match self.env.modules.shape(source, name)? {
                Shape::Text(text) => Some(text),
                _ => None,
            },
            // `REALTIME_LISTEN_TYPES.POSTGRES_CHANGES`: the library's enumerations spell their values.
            Value::Member { .. } => {
                let api = self.api(origin)?;
                match api.path.as_slice() {
                    [object, member] if object == "REALTIME_LISTEN_TYPES" => Some(member.to_ascii_lowercase().into()),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// The constant number that a value is; a name must be assigned once and for all.
    pub(crate) fn number_of(&self, v: V) -> Option<f64> {
        self.number_at(v, 0)
    }

    fn number_at(&self, v: V, depth: u32) -> Option<f64> {
        if depth > 8 {
            return None;
        }
        let here = |id: ValueId| self.number_at(V { unit: v.unit, id }, depth + 1);
        match self.value(v) {
            Value::Lit(Lit::Num(number)) => Some(*number),
            Value::Binary { op, left, right } => {
                let (left, right) = (here(*left)?, here(*right)?);
                Some(match op.as_str() {
                    "+" => left + right,
                    "-" => left - right,
                    "*" => left * right,
                    "/" => left / right,
                    "**" => left.powf(right),
                    _ => return None,
                })
            }
            Value::Unary { op, operand } if op == "-" => here(*operand).map(|number| -number),
            Value::Local(_) | Value::Free(_) | Value::Member { .. } => {
                let mut numbers = self.origins(v).into_iter().map(|origin| match self.value(origin) {
                    _ if origin == v => None,
                    Value::Import { source, name } => match self.env.modules.shape(source, name)? {
                        Shape::Number(number) => Some(number),
                        _ => None,
                    },
                    _ => self.number_at(origin, depth + 1),
                });
                let first = numbers.next()??;
                numbers.all(|number| number == Some(first)).then_some(first)
            }
            Value::Import { source, name } => match self.env.modules.shape(source, name)? {
                Shape::Number(number) => Some(number),
                _ => None,
            },
            _ => None,
        }
    }
}
