//! What a large project's SQL costs: 2,000 migrations with 50,000 statements.
//!
//! `cargo bench -p halfopen-tests --bench sql`: reading all of them, applying them in order, and what one edit of one of them
//! costs, which is one file read and all applied; and how much memory what is kept takes.

use std::fmt::Write as _;
use std::hint::black_box;
use std::io::Write as _;
use std::sync::Arc;
use std::time::Instant;

use halfopen_engine::sql::{Schema, SqlFile, TableName, read};
use halfopen_tests::percentile;

const FILES: usize = 2_000;
const STATEMENTS: usize = 25;
const EDITS: usize = 200;

fn main() {
    let texts: Vec<String> = (0..FILES).map(migration).collect();
    let bytes: usize = texts.iter().map(String::len).sum();
    say(&format!("{FILES} migrations, {} statements, {} KiB", FILES * STATEMENTS, bytes / 1024));
    let before = resident();
    let start = Instant::now();
    let mut files: Vec<SqlFile> = texts.iter().enumerate().map(|(number, text)| file(number, text)).collect();
    let read_all = start.elapsed();
    let start = Instant::now();
    let schema = Schema::fold(&files, []);
    let fold = start.elapsed();
    say(&format!("  all read   {:.0} ms, one core", read_all.as_secs_f64() * 1_000.0));
    say(&format!("  applied    {:.1} ms, {} tables", fold.as_secs_f64() * 1_000.0, schema.tables().count()));
    say(&format!("  kept       {} MiB", resident().saturating_sub(before) / 1024));

    let mut times: Vec<f64> = (0..EDITS)
        .map(|step| {
            let number = step * FILES / EDITS;
            let text = format!("{}alter table table_{number} replica identity full;\n", texts[number]);
            let start = Instant::now();
            files[number] = file(number, &text);
            let schema = black_box(Schema::fold(&files, []));
            let time = start.elapsed().as_secs_f64() * 1_000.0;
            assert!(schema.table(&TableName::new("public", &format!("table_{number}"))).is_some());
            time
        })
        .collect();
    times.sort_by(f64::total_cmp);
    let share = |share| percentile(&times, share);
    say(&format!("  an edit    p50 {:.2} ms, p95 {:.2} ms", share(0.5), share(0.95)));
}

fn file(number: usize, text: &str) -> SqlFile {
    SqlFile { path: Arc::from(format!("{number:014}_step.sql")), changes: read(text).into() }
}

/// One table with its policies, a trigger with its function, data, and what changes an older table.
fn migration(number: usize) -> String {
    let older = number / 2;
    let mut out = format!(
        "create table public.table_{number} (\n  id uuid primary key default gen_random_uuid(),\n  \
         owner uuid not null references auth.users (id),\n  title text not null check (length(title) < 200),\n  \
         created_at timestamptz not null default now()\n);\n\
         alter table public.table_{number} enable row level security;\n\
         alter publication supabase_realtime add table public.table_{number};\n\
         create function public.touch_{number}() returns trigger language plpgsql as $$\nbegin\n  \
         new.created_at = coalesce(new.created_at, now());\n  if new.title = '' then\n    new.title = 'untitled';\n  end if;\n  \
         return new;\nend $$;\n\
         create trigger touch before insert on public.table_{number} for each row execute function public.touch_{number}();\n\
         do $$ begin\n  if not exists (select 1 from pg_policies where policyname = 'Read {older}') then\n    \
         execute 'alter table public.table_{older} replica identity full';\n  end if;\nend $$;\n"
    );
    for (command, clause) in [("select", "using"), ("insert", "with check"), ("update", "using"), ("delete", "using")] {
        let _ = writeln!(
            out,
            "create policy \"{command} {number}\" on public.table_{number} for {command} to authenticated {clause} (auth.uid() = owner);"
        );
    }
    for row in 0..STATEMENTS - 10 {
        let _ = writeln!(out, "insert into public.table_{number} (owner, title) values (auth.uid(), 'row {row}');");
    }
    out
}

/// The memory of this process, in KiB.
fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.split_whitespace().next()).and_then(|number| number.parse().ok()).unwrap_or(0)
}

fn say(line: &str) {
    // Whoever closes the output wants no more of it.
    let _ = writeln!(std::io::stdout(), "{line}");
}
