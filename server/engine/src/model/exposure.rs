//! Whom a server lets in, and what an address tells.

use super::resource::Resource;
use super::view::{UnitId, V, View};
use crate::lower::ir::*;

/// Names of credentials in an address.
const CREDENTIALS: &[&str] = &[
    "token",
    "access_token",
    "accesstoken",
    "auth_token",
    "authtoken",
    "id_token",
    "jwt",
    "auth",
    "api_key",
    "apikey",
    "api-key",
    "password",
    "passwd",
    "pwd",
    "secret",
    "session_token",
    "bearer",
];

/// Words in the name of a value that is good for one connection, or that everybody may know.
const TICKETS: &[&str] =
    &["ticket", "nonce", "onetime", "one_time", "shortlived", "ephemeral", "csrf", "anon", "publishable", "public"];

impl<'doc> View<'doc> {
    /// The origins of Socket.IO servers that let everybody in, and whether credentials come along.
    ///
    /// Source: Socket.IO's documentation, "Handling CORS": `cors` takes the options of the `cors` package, where `*` and
    /// `true` are every origin.
    pub(crate) fn open_origins(&self, unit: UnitId) -> Vec<(V, bool)> {
        let servers = self.calls_in(unit).filter(|&call| {
            self.callee_api(call).is_some_and(|api| {
                let is_server = api.path.iter().all(|name| matches!(name.as_str(), "Server" | "default" | "*"));
                api.source.as_deref() == Some("socket.io") && is_server
            })
        });
        let origin_of = |call: V| {
            let options = [1, 0].into_iter().filter_map(|index| self.arg(call, index));
            let cors = options.filter_map(|options| self.value_of_key(options, "cors")).next()?;
            let origin = self.value_of_key(cors, "origin")?;
            let is_true = |v: V| matches!(self.origin(v).map(|v| self.value(v)), Some(Value::Lit(Lit::Bool(true))));
            let is_open = is_true(origin) || self.text_of(origin).is_some_and(|text| text == "*");
            let with_credentials = self.value_of_key(cors, "credentials").is_some_and(is_true);
            (is_open && !self.is_while_developing(origin)).then_some((origin, with_credentials))
        };
        servers.filter_map(origin_of).collect()
    }

    /// The argument that gives the address of a connection with a credential in it, and the credential's name there.
    pub(crate) fn credential_in_url(&self, resource: &Resource<'doc>) -> Option<(V, Name)> {
        let index = resource.kind.url? as usize;
        let argument = self.arg(resource.site, index).filter(|_| resource.kind.url_method.is_none())?;
        let mut pieces = Vec::new();
        self.pieces(argument, 0, &mut pieces);
        let named = pieces.windows(2).find_map(|pair| match pair {
            [Piece::Text(text), Piece::Value(value)] => {
                let name = text.strip_suffix('=')?.rsplit(['?', '&']).next()?.to_owned();
                let is_known = text.contains(['?', '&']) && CREDENTIALS.contains(&name.to_ascii_lowercase().as_str());
                (is_known && !self.is_ticket(*value)).then(|| Name::from(name))
            }
            _ => None,
        });
        let user = || {
            let is_named = match pieces.as_slice() {
                [Piece::Text(scheme), Piece::Value(_), Piece::Text(colon), Piece::Value(_), Piece::Text(host), ..] => {
                    scheme.ends_with("://") && colon == ":" && host.starts_with('@')
                }
                [Piece::Text(text), ..] => {
                    let authority = text.split_once("://")?.1.split(['/', '?', '#']).next()?;
                    authority.rsplit_once('@')?.0.contains(':')
                }
                _ => false,
            };
            is_named.then_some(Name::new_static("a password"))
        };
        Some((argument, named.or_else(user)?))
    }

    /// The texts and values that an address is put together from, in their order.
    fn pieces(&self, v: V, depth: u32, pieces: &mut Vec<Piece>) {
        let Some(origin) = self.origin(v).filter(|_| depth < 6) else { return pieces.push(Piece::Value(v)) };
        let here = |id: ValueId| V { unit: origin.unit, id };
        match self.value(origin) {
            Value::Lit(Lit::Str(text)) => pieces.push(Piece::Text(text.clone())),
            Value::Template(parts) => {
                for part in parts {
                    match part {
                        Part::Text(text) => pieces.push(Piece::Text(text.clone())),
                        Part::Value(value) => pieces.push(Piece::Value(here(*value))),
                    }
                }
            }
            Value::Binary { op, left, right } if op == "+" => {
                self.pieces(here(*left), depth + 1, pieces);
                self.pieces(here(*right), depth + 1, pieces);
            }
            _ => pieces.push(Piece::Value(v)),
        }
    }

    /// Whether some name in an expression says that the value is good for one connection.
    fn is_ticket(&self, v: V) -> bool {
        self.says(v, |name| {
            let name = name.to_ascii_lowercase();
            TICKETS.iter().any(|word| name.contains(word))
        })
    }
}

/// A piece of an address.
enum Piece {
    Text(Name),
    Value(V),
}
