//! What can be written, and for which framework.

use std::collections::BTreeMap;

use semver::Version;

use super::place::{Block, Role};
use crate::model::{UnitId, View};
use crate::project::Installed;
use crate::sql::Membership;

/// The package of OpenTelemetry's API.
pub(super) const TELEMETRY: &str = "@opentelemetry/api";

/// Tables that are offered by name.
const MOST_TABLES: usize = 5;

/// What wraps the function that opens something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Framework {
    /// A hook.
    React,
    /// A composable.
    Vue,
    /// Statements of a component; with runes or without.
    Svelte { runes: bool },
    /// Nothing.
    Plain,
}

impl Framework {
    /// That of a block, by its file, by what it imports, and by the name of a file for hooks.
    pub(super) fn of(view: &View<'_>, block: &Block, code: &str) -> Self {
        match block.role {
            Role::Vue => return Self::Vue,
            Role::Svelte => {
                let says = ["$state", "$props", "$derived", "$effect"].iter().any(|rune| code.contains(rune));
                return Self::Svelte { runes: says || view.version("svelte").is_at_least(&Version::new(5, 0, 0)) };
            }
            Role::Module => {}
        }
        let imports =
            |module: &str| ['"', '\''].iter().any(|quote| code.contains(&format!("from {quote}{module}{quote}")));
        let is_for = |module: &str| imports(module) || (block.is_for_hooks && is_installed(view, module));
        match () {
            () if is_for("react") => Self::React,
            () if is_for("vue") => Self::Vue,
            () => Self::Plain,
        }
    }

    pub(super) fn template(self) -> &'static str {
        match self {
            Self::React => include_str!("templates/react.template"),
            Self::Vue => include_str!("templates/vue.template"),
            Self::Svelte { .. } => include_str!("templates/svelte.template"),
            Self::Plain => "",
        }
    }
}

/// Something to write: a function that opens it and returns what ends it, and what calls that in a framework.
pub(super) struct Plan {
    pub(super) title: String,
    pub(super) template: &'static str,
    /// The function's name.
    open: String,
    /// The name of a hook or composable around it.
    hook: String,
    /// What that is, in a sentence.
    about: String,
    /// The type of its status.
    status: String,
    /// The name, the type and the first value of what it receives.
    value: &'static str,
    value_type: String,
    first: &'static str,
    given: Given,
    /// What only the template's own placeholders stand for.
    own: Vec<(&'static str, String)>,
    /// What the template needs from elsewhere.
    imports: Vec<(&'static str, String)>,
}

/// What the function is given first.
enum Given {
    /// An address; this one where the code has to name one.
    Url(&'static str),
    /// The client.
    Client,
    /// Nothing: it uses a name of the file.
    Nothing,
}

/// What can be written in a block of that code.
pub(super) fn plans(view: &View<'_>, units: &[UnitId], code: &str, framework: Framework) -> Vec<Plan> {
    let mut plans = tables(view, units, code, framework);
    if code.contains("socket.io-client") || is_installed(view, "socket.io-client") {
        plans.push(events());
    }
    plans.push(socket());
    plans.push(stream());
    plans
}

fn socket() -> Plan {
    Plan {
        title: "New resilient socket: reconnects, notices silence, ends".to_owned(),
        template: include_str!("templates/socket.template"),
        open: "openSocket".to_owned(),
        hook: "useSocket".to_owned(),
        about: "The newest message of a socket, and how the socket does.".to_owned(),
        status: "SocketStatus".to_owned(),
        value: "message",
        value_type: "unknown".to_owned(),
        first: "",
        given: Given::Url("wss://example.com/live"),
        own: Vec::new(),
        imports: Vec::new(),
    }
}

fn stream() -> Plan {
    Plan {
        title: "New subscription to server-sent events".to_owned(),
        template: include_str!("templates/stream.template"),
        open: "openStream".to_owned(),
        hook: "useStream".to_owned(),
        about: "The newest message of a stream, and how the stream does.".to_owned(),
        status: "StreamStatus".to_owned(),
        given: Given::Url("/api/events"),
        ..socket()
    }
}

fn events() -> Plan {
    Plan {
        title: "New subscription to an event of Socket.IO".to_owned(),
        template: include_str!("templates/events.template"),
        open: "openEvents".to_owned(),
        hook: "useEvents".to_owned(),
        about: "The newest message of an event, and how the connection does.".to_owned(),
        status: "EventsStatus".to_owned(),
        given: Given::Url("https://example.com"),
        imports: vec![("socket.io-client", "io".to_owned())],
        ..socket()
    }
}

/// One for each table that the project publishes; where no migration tells, one of a name to be changed.
fn tables(view: &View<'_>, units: &[UnitId], code: &str, framework: Framework) -> Vec<Plan> {
    const PACKAGE: &str = "@supabase/supabase-js";
    let client = view.name_of_client(units, "supabase").filter(|name| is_plain(name));
    let is_used = client.is_some() || code.contains("@supabase/") || is_installed(view, PACKAGE);
    // A component of Svelte is not given a client by anybody.
    if !is_used || (client.is_none() && matches!(framework, Framework::Svelte { .. })) {
        return Vec::new();
    }
    let database = view.database();
    let published = database.iter().flat_map(|database| {
        let tables = database.table_names().filter(|name| {
            name.schema == "public"
                && matches!(database.facts(name).publication, Membership::All(_) | Membership::In(_))
        });
        tables.map(|name| (name.name.to_string(), key(&database.facts(name).key)))
    });
    let mut tables: Vec<(String, String)> = published.take(MOST_TABLES).collect();
    if tables.is_empty() {
        tables.push(("messages".to_owned(), "id".to_owned()));
    }
    tables.retain(|(table, key)| is_plain(table) && is_plain(key));
    tables.into_iter().map(|(table, key)| watcher(&table, key, client.as_deref())).collect()
}

fn watcher(table: &str, key: String, client: Option<&str>) -> Plan {
    let name = in_camel_case(table);
    let (given, parameter) = match client {
        Some(_) => (Given::Nothing, String::new()),
        None => (Given::Client, "supabase⟦: SupabaseClient⟧,".to_owned()),
    };
    let type_import = ("@supabase/supabase-js", "type SupabaseClient".to_owned());
    Plan {
        title: format!("New subscription to the table `{table}` of Supabase"),
        template: include_str!("templates/table.template"),
        open: format!("watch{name}"),
        hook: format!("use{name}"),
        about: format!("The rows of the table `{table}` as they are now, and how the subscription does."),
        status: format!("{name}Status"),
        value: "rows",
        value_type: format!("{name}Row[]"),
        first: "[]",
        imports: client.is_none().then_some(type_import).into_iter().collect(),
        given,
        own: vec![
            ("Table", name),
            ("table", table.to_owned()),
            ("key", key),
            ("client", client.unwrap_or("supabase").to_owned()),
            ("clientParameter", parameter),
        ],
    }
}

impl Plan {
    /// What the placeholders stand for.
    pub(super) fn names(&self, framework: Framework, block: &Block) -> BTreeMap<&'static str, String> {
        let (parameters, argument, literal) = match self.given {
            Given::Url(example) => ("url⟦: string⟧", "url", format!("\"{example}\", ")),
            Given::Client => ("supabase⟦: SupabaseClient⟧", "supabase", String::new()),
            Given::Nothing => ("", "", String::new()),
        };
        let with_comma = if argument.is_empty() { String::new() } else { format!("{argument}, ") };
        let (capital, value) = (in_camel_case(self.value), self.value);
        let rune = |first: &str| match framework {
            Framework::Svelte { runes: true } => format!("$state({first})"),
            _ => first.to_owned(),
        };
        let first_of_value = match (framework, self.first) {
            (Framework::Svelte { runes: false }, "") => "undefined".to_owned(),
            (_, first) => rune(first),
        };
        let export = if block.role == Role::Module { "export " } else { "" };
        let names = [
            ("doc", self.about.clone()),
            ("open", self.open.clone()),
            ("hook", self.hook.clone()),
            ("Status", self.status.clone()),
            ("value", value.to_owned()),
            ("setValue", format!("set{capital}")),
            ("Value", self.value_type.clone()),
            ("first", self.first.to_owned()),
            ("state", rune("\"connecting\"")),
            ("stateOfValue", first_of_value),
            ("parameters", parameters.to_owned()),
            ("arguments", with_comma),
            ("dependencies", argument.to_owned()),
            ("given", literal),
            ("export", export.to_owned()),
        ];
        names.into_iter().chain(self.own.iter().cloned()).collect()
    }

    /// The names that it declares for the whole block.
    pub(super) fn declared(&self, framework: Framework) -> Vec<&str> {
        let mut names = vec![self.open.as_str(), self.status.as_str()];
        match framework {
            Framework::React | Framework::Vue => names.push(&self.hook),
            Framework::Svelte { .. } => names.extend(["status", self.value]),
            Framework::Plain => {}
        }
        names
    }

    /// What it needs from other modules.
    pub(super) fn imports(&self, framework: Framework) -> Vec<(&'static str, Vec<String>)> {
        let of_framework: Option<(&'static str, &[&str])> = match framework {
            Framework::React => Some(("react", &["useEffect", "useState"])),
            Framework::Vue => Some(("vue", &["onMounted", "onUnmounted", "ref"])),
            Framework::Svelte { .. } => Some(("svelte", &["onMount"])),
            Framework::Plain => None,
        };
        let of_framework =
            of_framework.map(|(module, names)| (module, names.iter().map(|&name| name.to_owned()).collect()));
        let own = self.imports.iter().map(|(module, name)| (*module, vec![name.clone()]));
        of_framework.into_iter().chain(own).collect()
    }
}

/// Whether what is written, which uses `window`, may run there at all.
pub(super) fn may_run_in_browsers(view: &View<'_>, code: &str) -> bool {
    let of_servers = ["node:", "express", "fastify", "ws", "http", "socket.io", "@nestjs/common"];
    let imports = |module: &str| {
        let is_family = module.ends_with(':');
        ['"', '\''].iter().any(|quote| {
            let end = if is_family { String::new() } else { quote.to_string() };
            code.contains(&format!("{quote}{module}{end}"))
        })
    };
    !view.is_of_server() && !of_servers.iter().any(|module| imports(module)) && !is_installed(view, "react-native")
}

pub(super) fn is_installed(view: &View<'_>, package: &str) -> bool {
    view.version(package) != Installed::Unknown
}

/// The only column of a primary key, or the usual one.
fn key(columns: &Option<Vec<smol_str::SmolStr>>) -> String {
    match columns.as_deref() {
        Some([only]) => only.to_string(),
        _ => "id".to_owned(),
    }
}

fn is_plain(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_lowercase())
        && name.chars().all(|char| char.is_ascii_alphanumeric() || char == '_')
}

/// `OrderItems` of `order_items`.
fn in_camel_case(name: &str) -> String {
    let words = name.split('_').filter(|word| !word.is_empty());
    words.map(|word| format!("{}{}", word[..1].to_ascii_uppercase(), &word[1..])).collect()
}
