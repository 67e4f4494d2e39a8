-- What a database of Supabase has before the first migration, as far as the examples need it. The roles
-- are of the whole server and made before.
create schema auth;
create function auth.uid() returns uuid language sql stable as $$ select null::uuid $$;
create schema realtime;
grant usage on schema realtime to service_role;
create table realtime.messages (
  topic text not null, extension text not null, payload jsonb, event text, private boolean default false,
  inserted_at timestamp not null default now(), id uuid not null default gen_random_uuid(), primary key (id)
);
alter table realtime.messages enable row level security;
create function realtime.topic() returns text language sql stable as $$ select current_setting('realtime.topic', true) $$;
create function realtime.send(payload jsonb, event text, topic text, private boolean default true) returns void
  language sql as $$ insert into realtime.messages (topic, extension, payload, event, private)
    values (topic, 'broadcast', payload, event, private) $$;
create function realtime.broadcast_changes(
  topic_name text, event_name text, operation text, table_name text, table_schema text, new record, old record,
  level text default 'ROW'
) returns void language plpgsql as $$ begin perform realtime.send(to_jsonb(new), event_name, topic_name); end $$;
create publication supabase_realtime;
