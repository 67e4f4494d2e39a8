//! Subscriptions, and the SQL that decides whether anything reaches them.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::client::{Client, Start};
use crate::support::{Folder, Random};

/// Who subscribes to a table.
const ORDERS: &str = r#"import { createClient } from "@supabase/supabase-js";

const supabase = createClient("https://example.supabase.co", "publishable-key");

export function watchOrders(shop: string, changed: () => void, told: (status: string) => void) {
  return supabase
    .channel(`orders:${shop}`)
    .on("postgres_changes", { event: "*", schema: "public", table: "orders", filter: `shop=eq.${shop}` }, changed)
    .subscribe((status) => told(status));
}
"#;

const CREATE: &str = "create table orders (id uuid primary key, shop text, state text);\n";
const SECURE: &str = "alter table orders enable row level security;\n";
const POLICY: &str = "create policy \"Read\" on orders for select to authenticated using (true);\n";
const PUBLISH: &str = "alter publication supabase_realtime add table orders;\n";
const FULL: &str = "alter table orders replica identity full;\n";

const FIRST: &str = "supabase/migrations/1_orders.sql";
const SECOND: &str = "supabase/migrations/2_live.sql";

fn workspace() -> Folder {
    let folder = Folder::new();
    folder.write("package.json", "{}");
    folder.write("orders.ts", ORDERS);
    folder.write(FIRST, CREATE);
    folder
}

fn whole(text: &str) -> Value {
    json!({ "text": text })
}

#[test]
fn a_migration_that_is_typed_is_news_to_who_subscribes() {
    let folder = workspace();
    let (orders, first) = (folder.uri("orders.ts"), folder.uri(FIRST));
    let mut client = Client::start();
    client.open(&orders, ORDERS);
    client.settled();
    assert_eq!(client.rules(&orders), ["table-not-in-publication"]);
    let related = client.diagnostics(&orders)[0]["relatedInformation"][0].clone();
    assert_eq!(related["location"]["uri"], first);
    assert_eq!(related["message"], "`orders` is created here");

    client.open(&first, CREATE);
    for (text, rules) in [
        (format!("{CREATE}{PUBLISH}"), ["table-without-rls", "delete-filter-on-non-key"].as_slice()),
        (format!("{CREATE}{PUBLISH}{SECURE}"), &["table-without-select-policy", "delete-filter-on-non-key"]),
        (format!("{CREATE}{PUBLISH}{SECURE}{POLICY}"), &["delete-filter-on-non-key"]),
        (format!("{CREATE}{PUBLISH}{SECURE}{POLICY}{FULL}"), &[]),
        // Half a statement costs that statement.
        (format!("{CREATE}{PUBLISH}{SECURE}{POLICY}alter table orders repl"), &["delete-filter-on-non-key"]),
    ] {
        client.change(&first, &[whole(&text)]);
        client.settled();
        assert_eq!(client.rules(&orders), rules, "{text}");
    }
    // What is closed leaves its file.
    client.close(&first);
    client.settled();
    assert!(client.shown(&first).is_empty());
    assert_eq!(client.rules(&orders), ["table-not-in-publication"]);
}

#[test]
fn a_new_migration_is_news_to_who_subscribes() {
    let folder = workspace();
    let (orders, second) = (folder.uri("orders.ts"), folder.uri(SECOND));
    let mut client = Client::start();
    client.open(&orders, ORDERS);
    client.settled();
    assert_eq!(client.rules(&orders), ["table-not-in-publication"]);
    folder.write(SECOND, format!("{PUBLISH}{SECURE}{POLICY}{FULL}"));
    client.files_changed(&[&second]);
    client.settled();
    assert_eq!(client.rules(&orders), [""; 0]);
    folder.delete(SECOND);
    client.files_changed(&[&second]);
    client.settled();
    assert_eq!(client.rules(&orders), ["table-not-in-publication"]);
}

#[test]
fn an_open_migration_shows_what_is_said_of_code() {
    let folder = workspace();
    let (orders, first) = (folder.uri("orders.ts"), folder.uri(FIRST));
    let folders = json!([{ "uri": folder.uri(""), "name": "shop" }]);
    let mut client = Start::new().with(&["workspaceFolders"], folders).start();
    // Nobody has the code open.
    client.open(&first, CREATE);
    client.settled();
    assert_eq!(client.rules(&first), ["table-not-in-publication"]);
    let shown = client.diagnostics(&first)[0].clone();
    assert_eq!(shown["range"]["start"], json!({ "line": 0, "character": 0 }));
    assert_eq!(shown["relatedInformation"][0]["location"]["uri"], orders);
    assert_eq!(shown["relatedInformation"][0]["location"]["range"]["start"]["line"], 7);

    client.change(&first, &[whole(&format!("-- orders\n\n{CREATE}{PUBLISH}{SECURE}"))]);
    client.settled();
    assert_eq!(client.rules(&first), ["delete-filter-on-non-key", "table-without-select-policy"]);
    let lines: Vec<Value> =
        client.diagnostics(&first).iter().map(|shown| shown["range"]["start"]["line"].clone()).collect();
    assert_eq!(lines, [2, 4]);

    client.open(&orders, ORDERS);
    client.settled();
    client.publishes(&orders);
    assert!(client.publishes(&first).is_empty(), "the same is said");
    client.change(&orders, &[whole(&ORDERS.replace("orders", "others"))]);
    client.settled();
    assert_eq!(client.rules(&orders), [""; 0]);
    assert_eq!(client.rules(&first), [""; 0]);
    client.close(&orders);
    client.settled();
    client.publishes(&orders);
    assert_eq!(client.rules(&first), ["delete-filter-on-non-key", "table-without-select-policy"]);
    client.close(&first);
    client.settled();
    assert!(client.diagnostics(&first).is_empty());
}

#[test]
fn the_fix_creates_a_migration_where_the_client_can() {
    let folder = workspace();
    let orders = folder.uri("orders.ts");
    let operations = ["capabilities", "workspace", "workspaceEdit", "resourceOperations"];
    let mut client = Start::new().with(&operations, json!(["create"])).start();
    client.open(&orders, ORDERS);
    client.settled();
    let range = client.diagnostics(&orders)[0]["range"].clone();
    let actions = client.code_actions(&orders, &range);
    assert_eq!(actions[0]["title"], "Add a migration that publishes `orders`");
    let action = client.resolve(&actions[0]).expect("the text is the same");
    let [create, edit] = action["edit"]["documentChanges"].as_array().expect("a list").as_slice() else {
        panic!("{action}")
    };
    assert_eq!(create["kind"], "create");
    let uri = create["uri"].as_str().expect("a URI");
    assert!(uri.starts_with(&folder.uri("supabase/migrations/2")) && uri.ends_with("_publish_orders.sql"), "{uri}");
    assert_eq!(edit["textDocument"]["uri"], uri);
    assert_eq!(edit["edits"][0]["newText"], "alter publication supabase_realtime add table public.orders;\n");

    // As a client does it: the file is created, and its text is not saved yet.
    let name = uri.rsplit('/').next().expect("a name");
    folder.write(&format!("supabase/migrations/{name}"), "");
    client.files_changed(&[uri]);
    client.open(uri, edit["edits"][0]["newText"].as_str().expect("a text"));
    client.settled();
    assert_eq!(client.rules(&orders), ["table-without-rls", "delete-filter-on-non-key"]);
    assert!(client.shown(uri).is_empty(), "both point at where the table is created");

    let mut plain = Client::start();
    plain.open(&orders, ORDERS);
    plain.settled();
    let titles: Vec<Value> = plain.code_actions(&orders, &range).iter().map(|action| action["title"].clone()).collect();
    assert!(titles.iter().all(|title| !title.as_str().unwrap_or_default().contains("migration")), "{titles:?}");
    plain.publishes(&orders);
}

#[test]
fn the_command_line_writes_migrations_and_twice_adds_nothing() {
    let folder = workspace();
    let run = folder.run(&["check", "--fix-suggested", "--diff"]);
    assert_eq!(run.code, Some(1), "nothing is written, so the finding is there");
    let diff = run.out;
    assert!(diff.contains("--- /dev/null\n+++ b/supabase/migrations/2_publish_orders.sql\n"), "{diff}");
    assert!(diff.contains("+alter publication supabase_realtime add table public.orders;\n"), "{diff}");
    assert!(!folder.path("supabase/migrations/2_publish_orders.sql").exists());

    let mut written = Vec::new();
    for _ in 0..4 {
        let run = folder.run(&["check", "--fix-suggested"]);
        written.push(run.out.lines().last().unwrap_or_default().to_owned());
    }
    assert_eq!(
        written,
        [
            "Wrote supabase/migrations/2_publish_orders.sql. No findings in 2 files",
            "Wrote supabase/migrations/3_protect_orders.sql, supabase/migrations/4_whole_old_row_of_orders.sql. No findings in 3 files",
            "No findings in 5 files",
            "No findings in 5 files",
        ]
    );
}

#[test]
fn what_goes_round_in_circles_and_what_nobody_can_read_comes_to_an_end() {
    let folder = workspace();
    folder.write(
        "circles.ts",
        "let options = { ...options, table: \"orders\" };\nlet channel;\nchannel = channel.on(\"postgres_changes\", { ...options, \
         event: \"*\" }, (payload) => {\n  let row = payload.new;\n  row = row;\n  show(row);\n});\n\
         export const last = channel.subscribe(show);\n",
    );
    folder.write("supabase/migrations/3_deep.sql", format!("select {}1{};", "(".repeat(100_000), ")".repeat(100_000)));
    let report = folder.run(&["check", "--format", "json"]).json();
    assert_eq!(report["files"], 4);
    let rules = |report: &Value| -> Vec<Value> {
        report["findings"].as_array().expect("a list").iter().map(|it| it["rule"].clone()).collect()
    };
    assert_eq!(rules(&report), ["table-not-in-publication"]);
    // Nobody knows what it does.
    folder.write("supabase/migrations/4_binary.sql", [0xff, 0xfe, 0, 1]);
    let report = folder.run(&["check", "--format", "json"]).json();
    assert_eq!(rules(&report), [""; 0]);
    assert_eq!(report["skipped"][0]["path"], "supabase/migrations/4_binary.sql");
}

#[test]
fn a_migration_has_findings_and_fixes_of_its_own() {
    let folder = workspace();
    let first = folder.uri(FIRST);
    let text = format!("{CREATE}-- of old\nALTER TABLE realtime.messages ENABLE ROW LEVEL SECURITY;\n{SECURE}");
    let folders = json!([{ "uri": folder.uri(""), "name": "shop" }]);
    let mut client = Start::new().with(&["workspaceFolders"], folders).start();
    client.open(&first, &text);
    client.settled();
    assert_eq!(client.rules(&first), ["altered-realtime-messages", "table-not-in-publication"]);
    let range = client.diagnostics(&first)[0]["range"].clone();
    assert_eq!(range["start"], json!({ "line": 2, "character": 0 }));
    let actions = client.code_actions(&first, &range);
    let titles: Vec<&str> = actions.iter().map(|action| action["title"].as_str().unwrap_or_default()).collect();
    let ignored = "Ignore altered-realtime-messages in this file (adds a comment)";
    let this = "Ignore this altered-realtime-messages (adds a comment)";
    assert_eq!(titles, ["Remove this statement", this, ignored]);
    let edits = |action: &Value| action["edit"]["documentChanges"][0]["edits"].clone();
    let action = client.resolve(&actions[0]).expect("the text is the same");
    let removed = json!({ "start": { "line": 2, "character": 0 }, "end": { "line": 3, "character": 0 } });
    assert_eq!(edits(&action), json!([{ "range": removed, "newText": "" }]));
    let silenced = edits(&client.resolve(&actions[1]).expect("the text is the same"));
    assert_eq!(silenced[0]["newText"], "-- halfopen-ignore-next-line altered-realtime-messages: reason\n");
    let hover = client.hover(&first, &range["start"]);
    assert!(hover["contents"]["value"].as_str().is_some_and(|card| card.contains("belongs to Supabase")), "{hover}");

    client.change(&first, &[whole(&format!("{CREATE}{PUBLISH}{SECURE}{POLICY}{FULL}"))]);
    client.settled();
    assert_eq!(client.rules(&first), [""; 0]);

    folder.write(FIRST, &text);
    folder.write("notes/old.sql", &text);
    let run = folder.run(&["check", "--only", "altered-realtime-messages", "--fix-suggested"]);
    assert!(run.out.ends_with("No findings in 2 files\n"), "{}", run.out);
    assert_eq!(folder.read(FIRST), format!("{CREATE}-- of old\n{SECURE}"));
    let named = folder.run(&["check", "notes/old.sql"]);
    assert_eq!(named.code, Some(2));
    assert!(named.err.contains("SQL outside the folders of migrations"), "{}", named.err);
}

#[test]
fn a_card_tells_what_the_migrations_say() {
    let folder = workspace();
    let private = ".channel(`orders:${shop}`, { config: { private: true } })";
    let code = ORDERS.replace(".channel(`orders:${shop}`)", private);
    folder.write("orders.ts", &code);
    folder.write(FIRST, format!("{CREATE}{PUBLISH}{SECURE}{POLICY}"));
    folder.write(SECOND, "create policy \"Hear\" on realtime.messages for select to authenticated using (true);\n");
    let orders = folder.uri("orders.ts");
    let mut client = Client::start();
    client.open(&orders, &code);
    client.settled();
    let at = |words: &str| {
        let before = &code[..code.find(words).expect("it is there")];
        json!({ "line": before.matches('\n').count(), "character": before.lines().last().map_or(0, str::len) + 1 })
    };
    let card = |client: &mut Client, words: &str| {
        let hover = client.hover(&orders, &at(words));
        hover["contents"]["value"].as_str().unwrap_or_default().to_owned()
    };
    let first = folder.uri(FIRST);
    let link = |line: u32| format!("([1_orders.sql, line {line}]({first}#L{line}))");
    let table = card(&mut client, "\"orders\"");
    assert_eq!(
        table,
        format!(
            "**The table `orders`, as the migrations leave it**\n\n- table: created {}\n\
             - publication: `supabase_realtime` carries it {}\n- row level security: on {}\n\
             - who may read: authenticated: \"Read\" using (true) {}\n\
             - replica identity: default: an update or delete tells the primary key (id) of the old row",
            link(1),
            link(2),
            link(3),
            link(4)
        )
    );
    let private = card(&mut client, "true }");
    assert!(
        private.starts_with(
            "**Who may join private channels, as the migrations say**\n\n- who may read: authenticated: \"Hear\""
        ),
        "{private}"
    );
    // What is typed counts, and a finding at the place comes first.
    client.open(&first, CREATE);
    client.settled();
    assert_eq!(client.rules(&orders), ["table-not-in-publication"]);
    assert_eq!(client.rules(&first), ["table-not-in-publication"]);
    let table = card(&mut client, "\"orders\"");
    assert!(table.starts_with("`orders` is in no publication"), "{table}");
    assert!(
        table.ends_with("replica identity: default: an update or delete tells the primary key (id) of the old row"),
        "{table}"
    );
    assert_eq!(card(&mut client, "subscribe("), "");
}

#[test]
fn the_tables_of_a_project_are_listed() {
    let folder = workspace();
    folder.write(FIRST, format!("{CREATE}{PUBLISH}"));
    let run = folder.run(&["tables"]);
    assert_eq!(run.code, Some(0));
    assert_eq!(
        run.out,
        "orders.ts:8  orders (*)\n  table: created  [supabase/migrations/1_orders.sql:1]\n  \
         publication: `supabase_realtime` carries it  [supabase/migrations/1_orders.sql:2]\n  \
         row level security: never turned on\n  who may read: everybody who has the privilege to select, every row\n  \
         replica identity: default: an update or delete tells the primary key (id) of the old row\n"
    );
    let rows = folder.run(&["tables", "--json", "orders.ts"]).json();
    assert_eq!((&rows[0]["table"], &rows[0]["event"], &rows[0]["line"]), (&json!("orders"), &json!("*"), &json!(8)));
    assert_eq!(rows[0]["facts"][1]["path"], "supabase/migrations/1_orders.sql");
    folder.delete(FIRST);
    let none = folder.run(&["tables"]);
    assert_eq!(none.out, "No subscription to a table, and no private channel, for which migrations count.\n");
    let wrong = folder.run(&["tables", "missing.ts"]);
    assert_eq!((wrong.code, wrong.err.contains("missing.ts: no such file")), (Some(2), true), "{}", wrong.err);
}

#[test]
fn the_settings_name_other_folders_of_migrations() {
    let folder = workspace();
    folder.write("db/changes/0001_orders.sql", format!("{CREATE}{PUBLISH}"));
    folder.write("prisma/migrations/1_secure/migration.sql", format!("{SECURE}{POLICY}"));
    let orders = folder.uri("orders.ts");
    let operations = ["capabilities", "workspace", "workspaceEdit", "resourceOperations"];
    let mut client = Start::new().with(&operations, json!(["create"])).start();
    client.open(&orders, ORDERS);
    client.settled();
    // What they do is a doubt: somebody may have run them.
    assert_eq!(client.rules(&orders), ["delete-filter-on-non-key"]);
    folder.write("halfopen.json", r#"{ "migrations": ["db/changes"] }"#);
    client.files_changed(&[&folder.uri("halfopen.json")]);
    client.settled();
    assert_eq!(client.rules(&orders), ["delete-filter-on-non-key"]);
    let range = client.diagnostics(&orders)[0]["range"].clone();
    let titles: Vec<Value> =
        client.code_actions(&orders, &range).iter().map(|action| action["title"].clone()).collect();
    assert_eq!(
        titles,
        [
            "Ignore this delete-filter-on-non-key (adds a comment)",
            "Ignore delete-filter-on-non-key in this file (adds a comment)"
        ],
        "other tools name their files themselves"
    );
    folder.write("prisma/migrations/1_secure/migration.sql", "select 1;");
    client.files_changed(&[&folder.uri("prisma/migrations/1_secure/migration.sql")]);
    client.settled();
    assert_eq!(client.rules(&orders), ["table-without-rls", "delete-filter-on-non-key"]);
    folder.write("prisma/migrations/1_secure/migration.sql", format!("{SECURE}{POLICY}{FULL}"));
    folder.write("halfopen.json", r#"{ "migrations": ["db/changes", "prisma/migrations"] }"#);
    client.files_changed(&[&folder.uri("halfopen.json"), &folder.uri("prisma/migrations/1_secure/migration.sql")]);
    client.settled();
    assert_eq!(client.rules(&orders), [""; 0]);
}

#[test]
fn after_300_edits_of_sql_and_code_a_session_says_what_a_fresh_one_says() {
    let folder = workspace();
    let statements = [
        CREATE,
        SECURE,
        POLICY,
        PUBLISH,
        FULL,
        "drop policy \"Read\" on orders;\n",
        "alter table orders disable row level security;\n",
        "alter publication supabase_realtime drop table orders;\n",
        "alter table orders rename to purchases;\n",
        "alter table purchases rename to orders;\n",
        "do $$ begin execute format('alter publication supabase_realtime add table %I', 'orders'); end $$;\n",
        "drop table if exists orders cascade;\n",
        "alter publication supabase_realtime add tab",
        "create table if not exists orders (id int primary key, shop text);\n",
    ];
    let codes =
        [ORDERS.to_owned(), ORDERS.replace("\"orders\"", "\"purchases\""), ORDERS.replace("\"*\"", "\"INSERT\"")];
    let mut random = Random::new(7);
    let start = || Start::new().with(&["workspaceFolders"], json!([{ "uri": folder.uri(""), "name": "shop" }])).start();
    let mut client = start();
    let mut open: BTreeMap<&str, String> = BTreeMap::new();
    let mut findings = 0;
    for step in 0..300 {
        let name = *random.pick(&["orders.ts", FIRST, FIRST, SECOND, SECOND]);
        let text = match name {
            "orders.ts" => random.pick(&codes).clone(),
            _ => (0..random.below(7)).map(|_| *random.pick(&statements)).collect(),
        };
        let uri = folder.uri(name);
        match (open.contains_key(name), random.below(5)) {
            (true, 0) => {
                client.close(&uri);
                open.remove(name);
            }
            (true, _) => {
                client.change(&uri, &[whole(&text)]);
                open.insert(name, text);
            }
            (false, 0) if name == SECOND && folder.path(name).is_file() => {
                folder.delete(name);
                client.files_changed(&[&uri]);
            }
            (false, 1 | 2) => {
                folder.write(name, &text);
                client.files_changed(&[&uri]);
            }
            (false, _) if folder.path(name).is_file() => {
                client.open(&uri, &text);
                open.insert(name, text);
            }
            (false, _) => {}
        }
        client.settled_after_pause();
        let live = said(&mut client, &folder, &open);
        let mut fresh = start();
        for (name, text) in &open {
            fresh.open(&folder.uri(name), text);
        }
        fresh.settled_after_pause();
        assert_eq!(live, said(&mut fresh, &folder, &open), "after step {step}, {name}, with open {open:#?}");
        findings += live.values().map(Vec::len).sum::<usize>();
    }
    assert!(findings > 50, "{findings} findings were compared");
}

/// What is shown of each open file, whatever its version is.
fn said(client: &mut Client, folder: &Folder, open: &BTreeMap<&str, String>) -> BTreeMap<String, Vec<Value>> {
    let without_version = |mut diagnostic: Value| {
        diagnostic["data"] = Value::Null;
        diagnostic
    };
    for name in ["orders.ts", FIRST, SECOND] {
        client.publishes(&folder.uri(name));
    }
    let shown = |name: &&str| client.shown(&folder.uri(name)).into_iter().map(without_version).collect();
    open.keys().copied().zip(open.keys().map(shown)).map(|(name, shown)| (name.to_owned(), shown)).collect()
}
