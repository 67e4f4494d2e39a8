//! The model's records for the owners of each framework, and for the libraries that only have listeners.

use expect_test::expect;

use super::tests::records_of;

#[test]
fn a_vue_script_owns_what_its_hooks_and_its_body_open() {
    records_of(
        "a.vue",
        r##"
<script setup lang="ts">
import { onMounted, onUnmounted, ref } from "vue";
const price = ref("");
let leaked: EventSource;
let ok: EventSource | null = null;
const held = ref<EventSource | null>(null);
onMounted(() => {
  leaked = new EventSource("/a");
  leaked.onmessage = (e) => { price.value = e.data; };
  ok = new EventSource("/b");
  held.value = new EventSource("/c");
  window.addEventListener("online", load);
  window.addEventListener("offline", load);
});
const direct = new BroadcastChannel("x");
function load() { ok?.close(); ok = new EventSource("/z"); }
onUnmounted(() => { ok?.close(); held.value?.close(); window.removeEventListener("online", load); });
</script>
<template><p>{{ price }}</p></template>
"##,
        expect![[r#"
            event-source leaked: leaks (0 elsewhere); comes back: never
            event-source ok: unknown; comes back: never
            event-source -: released; comes back: never
            listener -: released; comes back: never
            listener -: leaks (0 elsewhere); comes back: never
            broadcast-channel direct: leaks (0 elsewhere); comes back: never
            event-source ok: unknown; comes back: unknown
        "#]],
    );
}

#[test]
fn a_svelte_script_ends_effects_and_the_instance() {
    records_of(
        "b.svelte",
        r##"
<script lang="ts">
  import { onMount, onDestroy } from "svelte";
  let headline = "";
  let source: EventSource;
  onMount(() => {
    const a = new EventSource("/a");
    return () => a.close();
  });
  onMount(() => {
    const b = new EventSource("/b");
    b.onmessage = (e) => (headline = e.data);
  });
  onMount(async () => {
    source = new EventSource("/c");
    return () => source.close();
  });
  $effect(() => { const d = new EventSource("/d"); d.onmessage = (e) => (headline = e.data); });
  onDestroy(() => {});
</script>
<h1>{headline}</h1>
"##,
        expect![[r#"
            event-source a: released; comes back: never
            event-source b: leaks (0 elsewhere); comes back: never
            event-source source: leaks (1 elsewhere); comes back: never
            event-source d: leaks (0 elsewhere); comes back: never
        "#]],
    );
}

#[test]
fn angular_classes_own_fields_and_subscriptions() {
    records_of(
        "c.ts",
        r##"
import { Component, OnDestroy, OnInit } from "@angular/core";
import { interval, Subscription } from "rxjs";
import { webSocket } from "rxjs/webSocket";
import { takeUntilDestroyed } from "@angular/core/rxjs-interop";
@Component({ selector: "app-feed", template: "" })
export class FeedComponent implements OnInit, OnDestroy {
  private source?: EventSource;
  private other?: EventSource;
  private sub?: Subscription;
  socket$ = webSocket("wss://example.com");
  constructor() {
    interval(1000).pipe(takeUntilDestroyed()).subscribe(() => {});
    interval(1000).subscribe(() => {});
    this.socket$.subscribe((x) => console.log(x));
    this.sub = this.socket$.subscribe((x) => console.log(x));
  }
  ngOnInit() {
    this.source = new EventSource("/a");
    this.other = new EventSource("/b");
  }
  ngOnDestroy() {
    this.source?.close();
    this.sub?.unsubscribe();
  }
}
"##,
        expect![[r#"
            rxjs-subscription -: leaks (0 elsewhere); comes back: unknown
            rxjs-subscription -: leaks (0 elsewhere); comes back: unknown
            rxjs-subscription -: released; comes back: unknown
            event-source -: released; comes back: never
            event-source -: leaks (0 elsewhere); comes back: never
        "#]],
    );
}

#[test]
fn options_of_a_component_share_a_this() {
    records_of(
        "d.vue",
        r##"
<script>
export default {
  data() { return { x: null }; },
  mounted() {
    this.source = new EventSource("/a");
    this.other = new EventSource("/b");
    window.addEventListener("online", this.go);
  },
  beforeUnmount() { this.source.close(); },
  methods: { go() {} },
};
</script>
"##,
        expect![[r#"
            event-source -: released; comes back: never
            event-source -: leaks (0 elsewhere); comes back: never
            listener -: leaks (0 elsewhere); comes back: never
        "#]],
    );
}

#[test]
fn functions_that_end_what_firebase_opens_and_listeners_of_sockets() {
    records_of(
        "e.tsx",
        r##"
import { useEffect } from "react";
import { onSnapshot, doc, collection } from "firebase/firestore";
import { onAuthStateChanged } from "firebase/auth";
import { onValue, off, ref } from "firebase/database";
import { io } from "socket.io-client";
import { socket } from "./socket";
import { auth, db } from "./db";
export function A({ id }: { id: string }) {
  useEffect(() => onSnapshot(doc(db, "a", id), () => {}), [id]);
  useEffect(() => { onSnapshot(doc(db, "a", id), () => {}); }, [id]);
  useEffect(() => { const stop = onAuthStateChanged(auth, () => {}); return stop; }, []);
  useEffect(() => { const stop = onAuthStateChanged(auth, () => {}); return () => stop(); }, []);
  useEffect(() => { onValue(ref(db, "x"), () => {}); return () => off(ref(db, "x")); }, []);
  useEffect(() => { onValue(ref(db, "y"), () => {}); }, []);
  useEffect(() => { const s = io(); s.on("x", () => {}); return () => { s.disconnect(); }; }, []);
  useEffect(() => { const s = io(); s.on("x", () => {}); }, []);
  useEffect(() => { socket.on("x", () => {}); }, []);
  useEffect(() => { const f = () => {}; socket.on("x", f); return () => { socket.off("x", f); }; }, []);
  useEffect(() => { socket.on("x", () => {}); return () => { socket.off("x"); socket.off("y"); }; }, []);
  useEffect(() => { const all: (() => void)[] = []; all.push(onSnapshot(collection(db, "a"), () => {})); return () => all.forEach((f) => f()); }, []);
  return null;
}
"##,
        expect![[r#"
            firestore-listener -: released; comes back: unknown
            firestore-listener -: leaks (0 elsewhere); comes back: unknown
            firebase-auth stop: released; comes back: unknown
            firebase-auth stop: released; comes back: unknown
            rtdb-listener -: released; comes back: unknown
            rtdb-listener -: released; comes back: unknown
            socket-io s: released; comes back: never
            socket-io-listener -: unknown; comes back: never
            socket-io s: leaks (0 elsewhere); comes back: never
            socket-io-listener -: unknown; comes back: never
            firestore-listener f: released; comes back: unknown
        "#]],
    );
}

#[test]
fn elements_and_classes_with_an_end_own_their_fields() {
    records_of(
        "f.ts",
        r##"
export class Feed extends HTMLElement {
  #source?: EventSource;
  connectedCallback() { this.#source = new EventSource("/a"); this.other = new EventSource("/b"); window.addEventListener("online", this.go); }
  disconnectedCallback() { this.#source?.close(); }
  go() {}
}
export class Client {
  private ws?: WebSocket;
  connect() { this.ws = new WebSocket("wss://x"); window.addEventListener("online", this.go); }
  dispose() { this.ws?.close(); }
}
export class Plain {
  connect() { this.ws = new WebSocket("wss://x"); }
}
"##,
        expect![[r#"
            event-source -: released; comes back: never
            event-source -: leaks (0 elsewhere); comes back: never
            listener -: leaks (0 elsewhere); comes back: never
            websocket -: released; comes back: never
            listener -: leaks (0 elsewhere); comes back: never
            websocket -: unknown; comes back: never
        "#]],
    );
}

#[test]
fn composables_own_what_they_open() {
    records_of(
        "use-feed.ts",
        r##"
import { onUnmounted, ref } from "vue";
import { onScopeDispose } from "vue";
export function useFeed(url: string) {
  const data = ref("");
  const source = new EventSource(url);
  source.onmessage = (e) => { data.value = e.data; };
  onUnmounted(() => source.close());
  return data;
}
export function useOther(url: string) {
  const data = ref("");
  const source = new EventSource(url);
  source.onmessage = (e) => { data.value = e.data; };
  return data;
}
"##,
        expect![[r#"
            event-source source: released; comes back: unknown
            event-source source: leaks (0 elsewhere); comes back: unknown
        "#]],
    );
}

#[test]
fn solid_signalr_and_mqtt() {
    records_of(
        "g.tsx",
        r##"
import { onCleanup, onMount, createSignal } from "solid-js";
import * as signalR from "@microsoft/signalr";
import mqtt from "mqtt";
import { useEffect } from "react";
export function Solid(props) {
  onMount(() => { const s = new EventSource("/a"); onCleanup(() => s.close()); });
  onMount(() => { const s = new EventSource("/b"); });
  return <p/>;
}
export function R() {
  useEffect(() => { const c = new signalR.HubConnectionBuilder().withUrl("/h").withAutomaticReconnect().build(); c.on("x", () => {}); c.start(); }, []);
  useEffect(() => { const c = new signalR.HubConnectionBuilder().withUrl("/h").build(); c.start(); return () => { c.stop(); }; }, []);
  useEffect(() => { const c = mqtt.connect("wss://x"); c.on("message", () => {}); }, []);
  useEffect(() => { const c = mqtt.connect("wss://x"); c.on("message", () => {}); return () => { c.end(); }; }, []);
  return null;
}
"##,
        expect![[r#"
            event-source s: released; comes back: never
            event-source s: leaks (0 elsewhere); comes back: never
            signalr c: leaks (0 elsewhere); comes back: never
            signalr-listener -: unknown; comes back: never
            signalr c: released; comes back: never
            mqtt c: leaks (0 elsewhere); comes back: never
            mqtt-listener -: unknown; comes back: never
            mqtt c: released; comes back: never
            mqtt-listener -: unknown; comes back: never
        "#]],
    );
}
