//! Servers: the functions that run for each request or connection.

use super::view::{UnitId, V, View};
use crate::lower::ir::*;

/// Methods of an application or a router that register a handler for a path.
const ROUTES: &[&str] = &["get", "post", "put", "patch", "delete", "all", "options", "use"];

/// What applications and routers are made by, in express, Koa's router, Fastify, Hono, Oak and Elysia.
const MAKERS: &[&str] = &["express", "Router", "fastify", "Fastify", "Hono", "Application", "Elysia"];

impl View<'_> {
    /// Whether an argument of a call is a function that a server runs for each request: `Deno.serve(f)`,
    /// `createServer(f)`, `app.get("/events", f)`.
    pub(super) fn serves_requests(&self, call: V, index: u32) -> bool {
        if let Some(api) = self.callee_api(call) {
            let source = api.source.as_deref();
            let is_server = match api.path.iter().map(Name::as_str).collect::<Vec<_>>().as_slice() {
                ["Deno", "serve"] => source.is_none(),
                [.., "serve"] => source.is_some_and(|source| source.contains("/http/server")),
                [.., "createServer"] => source
                    .is_some_and(|source| matches!(source.trim_start_matches("node:"), "http" | "https" | "http2")),
                _ => false,
            };
            if is_server {
                return true;
            }
        }
        self.is_route(call, index)
    }

    /// Whether an argument of a call is the handler of a route: `app.get("/events", f)`.
    pub(super) fn is_route(&self, call: V, index: u32) -> bool {
        let Some((object, name)) = self.method(call).filter(|(_, name)| ROUTES.contains(&name.as_str())) else {
            return false;
        };
        let is_path = self.arg(call, 0).and_then(|path| self.text_of(path)).is_some_and(|path| path.starts_with('/'));
        let is_handler = index > 0 && (is_path || name == "use");
        is_handler && self.is_router(object)
    }

    fn is_router(&self, object: V) -> bool {
        let Some(origin) = self.origin(object).filter(|&origin| self.call(origin).is_some()) else { return false };
        let maker = self.callee_api(origin).and_then(|api| api.path.last().cloned());
        let maker = maker.filter(|name| name != "default" && name != "*");
        let maker = maker.or_else(|| self.callee_name(self.callee(origin)));
        maker.is_some_and(|name| MAKERS.contains(&name.as_str()))
    }

    /// Whether a method is called for each connection: `handleConnection` of a NestJS gateway (@nestjs/websockets 12,
    /// `OnGatewayConnection`).
    pub(super) fn is_gateway_entry(&self, unit: UnitId, method: &str) -> bool {
        method == "handleConnection"
            && self.class_head(unit).is_some_and(|head| match &self.facts(head).class {
                Some(ClassRole::Header { decorators, .. }) => decorators.iter().any(|name| name == "WebSocketGateway"),
                _ => false,
            })
    }

    /// Whether a handler is for the connections that a server accepts.
    pub(super) fn accepts_connections(&self, handler: V) -> bool {
        self.call(handler).is_some() && self.event_of(handler) == "connection"
    }
}
