//! What the statements of migrations come to.

use std::sync::Arc;

use expect_test::{Expect, expect};
use halfopen_engine::sql::{Identity, RowSecurity, Schema, SqlFile, TableName, read};

fn file(path: &str, text: &str) -> SqlFile {
    SqlFile { path: Arc::from(path), changes: read(text).into() }
}

/// Each table of the files with what decides whether its changes reach anybody.
fn state(schema: &Schema) -> String {
    let table = |(name, table): (&TableName, &halfopen_engine::sql::Table)| {
        let key = table.key.as_ref().map_or("?".to_owned(), |key| key.join(", "));
        let published = match schema.published(name) {
            Some(place) => format!("published {}:{}", place.path, place.line + 1),
            None if schema.is_unpublished(name) => "not published".to_owned(),
            None => "perhaps published".to_owned(),
        };
        let security = match &table.security {
            RowSecurity::On(_) if schema.unreadable(name).is_some() => "unreadable",
            RowSecurity::On(_) => "secured",
            _ if schema.is_unsecured(name) => "unsecured",
            _ => "perhaps secured",
        };
        let identity = if table.identity == Identity::Full { ", full" } else { "" };
        format!("{name} ({key}): {published}, {security}{identity}\n")
    };
    schema.tables().map(table).collect()
}

fn check(files: &[(&str, &str)], expected: Expect) {
    let files: Vec<SqlFile> = files.iter().map(|(path, text)| file(path, text)).collect();
    expected.assert_eq(&state(&Schema::fold(&files, [])));
}

fn check_one(text: &str, expected: Expect) {
    check(&[("1.sql", text)], expected);
}

#[test]
fn a_table_is_what_its_statements_make_of_it() {
    check_one(
        r#"
create table rooms (id uuid default gen_random_uuid() primary key, name text);
CREATE TABLE "public"."Members" ("Room" uuid, person uuid, constraint p primary key ("Room", person));
create table app.logs (line text);
create table if not exists rooms (other int primary key);
alter table if exists only public.rooms enable row level security, replica identity full;
create policy "Read" on rooms for select to anon using (true);
alter publication supabase_realtime add table rooms, public."Members";
"#,
        expect![[r#"
            app.logs (?): not published, unsecured
            Members (Room, person): published 1.sql:8, unsecured
            rooms (id): published 1.sql:8, secured, full
        "#]],
    );
}

#[test]
fn names_follow_the_search_path_and_renames() {
    check_one(
        r#"
set search_path = app;
create table a (id int primary key);
alter publication supabase_realtime add table a;
alter table a rename to b;
alter table b rename column id to key;
alter table b set schema public;
"#,
        expect![[r#"
            b (key): published 1.sql:4, unsecured
        "#]],
    );
}

#[test]
fn a_block_counts_as_if_it_ran() {
    check_one(
        r#"
create table a (id int primary key); create table b (id int primary key); create table c (id int primary key);
create table d (id int primary key); create table e (id int primary key);
do $$ begin
  if not exists (select 1 from pg_publication_tables where tablename = 'a') then
    alter publication supabase_realtime add table public.a;
  end if;
exception when duplicate_object then null;
end $$;
do $body$ declare t text; names text[] := array['b']; begin
  foreach t in array names loop
    begin
      execute format('alter publication supabase_realtime add table public.%I', t);
    exception when others then raise notice 'there already';
    end;
  end loop;
  for t in select unnest(array['c']) loop execute 'alter publication supabase_realtime add table ' || quote_ident(t); end loop;
  foreach t in array '{d}'::text[] loop execute format('alter table %s enable row level security', t); end loop;
end $body$;
-- alter publication supabase_realtime add table e;
"#,
        expect![[r#"
            a (id): published 1.sql:6, unsecured
            b (id): published 1.sql:13, unsecured
            c (id): published 1.sql:17, unsecured
            d (id): not published, unreadable
            e (id): not published, unsecured
        "#]],
    );
}

#[test]
fn loops_over_rows_run_row_by_row() {
    check_one(
        r#"
create table a (id int primary key); create table app.b (id int primary key); create table c (id int primary key);
create table app.a (id int primary key); create table d (id int primary key);
do $$ declare r record; begin
  for r in select * from (values ('public', 'a'), ('app', 'b')) as v(schemaname, tablename) loop
    execute format('alter publication supabase_realtime add table %I.%I', r.schemaname, r.tablename);
  end loop;
  for r in values ('c') loop
    execute 'alter table ' || r.column1 || ' enable row level security';
  end loop;
  for r in select tablename from pg_tables where tablename in (values ('d')) loop
    execute format('alter table %I replica identity full', r.tablename);
  end loop;
end $$;
"#,
        expect![[r#"
            app.a (id): not published, unsecured
            app.b (id): published 1.sql:6, unsecured
            a (id): published 1.sql:6, unsecured
            c (id): not published, unreadable
            d (id): not published, unsecured
        "#]],
    );
}

#[test]
fn a_doubt_is_of_the_tables_that_a_broken_statement_names() {
    check_one(
        r#"
create table a (id int primary key); create table "B" (id int primary key); create table c (id int primary key);
alter table a enable row level security; alter table "B" enable row level security; alter table c enable row level security;
create policy if not exists "Read" on a for select using (true);
create policy if not exists "Read" on "B" for select using (true);
alter publication supabase_realtime add table if not exists a;
"#,
        expect![[r#"
            B (id): not published, secured
            a (id): perhaps published, secured
            c (id): not published, unreadable
        "#]],
    );
}

#[test]
fn what_is_created_twice_is_what_both_say() {
    check_one(
        r#"
create table a (id int primary key);
alter table a enable row level security;
create table a (id int primary key);
create table b (id int primary key);
create table b (key int primary key);
"#,
        expect![[r#"
            a (id): not published, unreadable
            b (?): not published, unsecured
        "#]],
    );
}

#[test]
fn what_is_dropped_takes_policies_with_it() {
    check_one(
        r#"
create table a (id int primary key, owner int); create table b (id int primary key, room int);
alter table a enable row level security; alter table b enable row level security;
create policy "Own" on a for select using (is_owner(owner));
create policy "In" on b for select using (room = 1);
drop function is_owner(int) cascade;
alter table b drop column room cascade, drop column id;
"#,
        expect![[r#"
            a (id): not published, unreadable
            b (?): not published, unreadable
        "#]],
    );
}

#[test]
fn a_publication_may_carry_some_kinds_of_changes() {
    let narrowed = |text: &str| {
        let schema = Schema::fold(&[file("1.sql", text)], []);
        schema.narrowed().map(|(actions, place)| format!("{} 1.sql:{}", actions.in_words(), place.line + 1))
    };
    let created = "create publication supabase_realtime for all tables with (publish_via_partition_root, publish = 'insert,delete');";
    assert_eq!(narrowed(created).as_deref(), Some("inserts and deletes 1.sql:1"));
    let set = "\nalter publication supabase_realtime set (publish = '');";
    assert_eq!(narrowed(set).as_deref(), Some("nothing 1.sql:2"));
    let all = "alter publication supabase_realtime set (publish = 'insert, update, delete, truncate');";
    assert_eq!(narrowed(&format!("{set}{all}")), None);
    assert_eq!(
        narrowed(&format!("{set}drop publication supabase_realtime;create publication supabase_realtime;")),
        None
    );
    assert_eq!(narrowed("create publication mine with (publish = 'insert');"), None);
}

#[test]
fn what_is_known_of_a_table_is_told_with_its_places() {
    let files = [
        file(
            "1.sql",
            "create table a (id int primary key);\nalter table a enable row level security, replica identity full;\n",
        ),
        file(
            "2.sql",
            "create policy \"Read\" on a to anon, authenticated using (\n  true\n);\nalter publication supabase_realtime set (publish = 'insert');",
        ),
    ];
    let schema = Schema::fold(&files, []);
    let told = |name: &str| -> String {
        let lines = schema.facts(&TableName::new("public", name)).lines().into_iter();
        let line = |line: halfopen_engine::sql::FactLine| {
            let place = line.place.map(|place| format!(" [{}:{}]", place.path, place.line + 1)).unwrap_or_default();
            format!("{}: {}{place}\n", line.about, line.text)
        };
        lines.map(line).collect()
    };
    expect![[r#"
        table: created [1.sql:1]
        publication: no migration adds it to `supabase_realtime`
        publication: it carries inserts alone [2.sql:4]
        row level security: on [1.sql:2]
        who may read: anon, authenticated: "Read" using (true) [2.sql:1]
        replica identity: full: an update or delete tells the whole old row [1.sql:2]
    "#]]
    .assert_eq(&told("a"));
    expect![[r#"
        table: no migration creates it
        publication: no migration adds it to `supabase_realtime`
        publication: it carries inserts alone [2.sql:4]
        row level security: not known
        who may read: nobody: no policy lets anybody read
        replica identity: not known
    "#]]
    .assert_eq(&told("b"));
}

#[test]
fn a_publication_is_dropped_set_and_made_anew() {
    let tables = "create table a (id int primary key); create table b (id int primary key);\n";
    check(
        &[
            ("1.sql", tables),
            ("2.sql", "alter publication supabase_realtime add table a;"),
            (
                "3.sql",
                "drop publication if exists supabase_realtime; create publication supabase_realtime for table b;",
            ),
        ],
        expect![[r#"
            a (id): not published, unsecured
            b (id): published 3.sql:1, unsecured
        "#]],
    );
    check(
        &[
            ("1.sql", tables),
            (
                "2.sql",
                "alter publication supabase_realtime set table a, b;\nalter publication supabase_realtime drop table b;",
            ),
        ],
        expect![[r#"
            a (id): published 2.sql:1, unsecured
            b (id): not published, unsecured
        "#]],
    );
    check(
        &[("1.sql", tables), ("2.sql", "create publication supabase_realtime for all tables;")],
        expect![[r#"
            a (id): published 2.sql:1, unsecured
            b (id): published 2.sql:1, unsecured
        "#]],
    );
}

#[test]
fn dynamic_and_broken_statements_leave_a_doubt() {
    check_one(
        r#"
create table a (id int primary key);
do $$ declare t record; begin
  for t in select tablename from pg_tables loop
    execute format('alter publication supabase_realtime add table %I', t.tablename);
  end loop;
end $$;
"#,
        expect![[r#"
            a (id): perhaps published, unsecured
        "#]],
    );
    check_one(
        "create table a (id int primary key);\nalter publication supabase_realtime add table if not exists a;\n\
         create table b (id int primary key);\ncreate table (;\ncreate table c (id int);",
        expect![[r#"
            a (id): perhaps published, unsecured
            b (id): not published, unsecured
            c (?): not published, unsecured
        "#]],
    );
    check_one(
        "create table a (id int primary key);\ncreate function secure() returns event_trigger language plpgsql as \
         $$ begin execute 'alter table ' || tg_tag || ' enable row level security'; end $$;",
        expect![[r#"
            a (id): not published, perhaps secured
        "#]],
    );
}

#[test]
fn only_permissive_policies_for_reading_let_anybody_read() {
    let table = "create table a (id int primary key); alter table a enable row level security;\n";
    for (policy, is_readable) in [
        ("create policy p on a using (true);", true),
        ("create policy p on a for select to authenticated using (auth.uid() = id);", true),
        ("create policy p on a for insert with check (true);", false),
        ("create policy p on a as restrictive for select using (true);", false),
        ("create policy p on a for select using (false);", false),
        ("create policy p on a for select using (true); drop policy if exists p on a;", false),
        ("create policy p on a for select using (false); alter policy p on a using (id = 1);", true),
    ] {
        let schema = Schema::fold(&[file("1.sql", &format!("{table}{policy}"))], []);
        assert_eq!(schema.unreadable(&TableName::new("public", "a")).is_none(), is_readable, "{policy}");
    }
}

#[test]
fn what_was_perhaps_run_by_hand_is_no_proof() {
    let migration = file("1.sql", "create table a (id int primary key); create table b (id int primary key);");
    let other = file(
        "docs/realtime.sql",
        "alter publication supabase_realtime add table a; alter table b enable row level security;",
    );
    expect![[r#"
        a (id): perhaps published, unsecured
        b (id): not published, perhaps secured
    "#]]
    .assert_eq(&state(&Schema::fold(&[migration], [&other])));
}

#[test]
fn functions_send_while_a_trigger_runs_them() {
    let function = "create function tell() returns trigger language plpgsql as $$ begin\n\
                    perform realtime.broadcast_changes('room:' || new.room_id::text, tg_op, tg_op, tg_table_name, tg_table_schema, new, old);\n\
                    perform realtime.send(payload, 'event', format('user:%s:inbox', new.id), false);\n\
                    return null; end $$;\n";
    let trigger = "create trigger t after insert on a for each row execute function tell();\n";
    let sends = |text: &str| -> Vec<String> {
        let schema = Schema::fold(&[file("1.sql", text)], []);
        let topic = |topic: &[Option<smol_str::SmolStr>]| -> String {
            topic.iter().map(|part| part.as_deref().unwrap_or("*")).collect()
        };
        schema
            .sends()
            .map(|send| format!("{} {:?} {}", topic(&send.topic), send.is_private, send.place.line + 1))
            .collect()
    };
    assert_eq!(sends(function), Vec::<String>::new());
    assert_eq!(sends(&format!("{function}{trigger}")), ["room:* Some(true) 2", "user:*:inbox Some(false) 3"]);
    assert_eq!(sends(&format!("{function}{trigger}drop trigger t on a;")), Vec::<String>::new());
}

#[test]
fn grants_count_where_the_project_has_any() {
    let name = TableName::new("public", "b");
    let ungranted = |text: &str| Schema::fold(&[file("1.sql", text)], []).is_ungranted(&name);
    let tables = "create table a (id int primary key); create table b (id int primary key);";
    assert!(!ungranted(tables));
    assert!(ungranted(&format!("{tables} grant select on a to anon;")));
    assert!(!ungranted(&format!("{tables} grant select on a, b to anon, authenticated;")));
    assert!(ungranted(&format!("{tables} grant select on a, b to anon; revoke all on table b from anon;")));
    let more = "create table c (id int primary key); create table d (id int primary key);";
    assert!(!ungranted(&format!("{tables} {more} grant select on a to anon;")));
    assert!(!ungranted(&format!(
        "alter default privileges in schema public grant select on tables to anon; {tables} grant select on a to anon;"
    )));
}

/// What stands just within the limits of nesting, or far outside.
fn nested(depth: usize) -> [String; 4] {
    [
        format!("select {}1{};", "(".repeat(2 * depth), ")".repeat(2 * depth)),
        format!("select {}'b';", "'a' || ".repeat(10 * depth)),
        format!("do $$ {}null; {} $$;", "begin ".repeat(depth), "end; ".repeat(depth)),
        format!("do $$ begin {}null; {} end $$;", "if a then ".repeat(depth), "end if; ".repeat(depth)),
    ]
}

/// How many changes are read, with a table behind the text.
fn changes(text: &str) -> usize {
    read(&format!("{text}\ncreate table a (id int);")).len()
}

#[test]
fn what_nobody_writes_is_not_read_and_what_is_read_needs_little_stack() {
    for text in nested(50_000) {
        assert_eq!(changes(&text), 0, "{}", &text[..60]);
    }
    // The threads of the language server have 2 MiB.
    let read_all = || nested(95).iter().map(|text| changes(text)).collect::<Vec<usize>>();
    let thread = std::thread::Builder::new().stack_size(1024 * 1024).spawn(read_all);
    let read = thread.expect("threads can be made").join().expect("the stack is large enough");
    assert_eq!(read, [1, 1, 1, 1]);
}

#[test]
fn quoted_texts_and_comments_are_no_nesting() {
    let deep = "(".repeat(1_000);
    let rows = "insert into a values ('2026-01-01', 1.5, 2 + 3);\n".repeat(5_000);
    let guarded =
        "do $$ begin if not exists (select 1) then drop table if exists b; end if; loop exit; end loop; end $$;\n";
    assert_eq!(changes(&format!("select '{deep}', 1; -- {deep}\n/* {deep} */")), 1);
    assert_eq!(changes(&rows), 1);
    assert_eq!(changes(&guarded.repeat(500)), 501);
}
