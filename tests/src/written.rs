//! Code that halfopen writes when it is asked to: files, and what they become.

use std::collections::BTreeMap;

use halfopen_engine::cancel::Cancel;
use halfopen_engine::finding::{Finding, apply_edits};
use halfopen_engine::project::{Installed, ModulePlace, Modules, NoModules, Shape, Summary};
use halfopen_engine::settings::{Layer, Preset, Settings};
use halfopen_engine::text::Text;
use halfopen_engine::{Document, FileKind, NewCode};

/// A file, and the line in it at which somebody asks.
pub struct Case {
    /// What it shows.
    pub name: &'static str,
    /// The file.
    pub path: &'static str,
    /// Its text; `▮` stands where the cursor is.
    pub text: &'static str,
    /// The packages that are installed.
    pub packages: &'static [&'static str],
}

/// A file after something was written.
pub struct Written {
    /// The case's name, and a number of the action.
    pub folder: String,
    /// The file.
    pub path: &'static str,
    /// The action.
    pub title: String,
    /// The text before.
    pub before: String,
    /// The text after.
    pub after: String,
}

/// Packages of some versions, and no other module.
pub struct Packages(BTreeMap<&'static str, semver::Version>);

impl Packages {
    /// With these packages, `name@version` each.
    pub fn of(packages: &[&'static str]) -> Self {
        let parsed = packages.iter().filter_map(|package| {
            let (name, version) = package.rsplit_once('@')?;
            Some((name, version.parse().ok()?))
        });
        Self(parsed.collect())
    }
}

impl Modules for Packages {
    fn shape(&self, specifier: &str, name: &str) -> Option<Shape> {
        NoModules.shape(specifier, name)
    }

    fn exports(&self, specifier: &str) -> Summary {
        NoModules.exports(specifier)
    }

    fn may_open(&self, specifier: &str) -> bool {
        NoModules.may_open(specifier)
    }

    fn place(&self, specifier: &str, name: &str) -> Option<ModulePlace> {
        NoModules.place(specifier, name)
    }

    fn version(&self, package: &str) -> Installed {
        self.0.get(package).map_or(Installed::Unknown, |version| Installed::Exact(version.clone()))
    }
}

impl Case {
    /// The text, and the offset of the cursor in bytes.
    pub fn split(&self) -> (String, usize) {
        let at = self.text.find('▮').expect("a cursor");
        (self.text.replace('▮', ""), at)
    }

    /// What is offered there.
    pub fn offers(&self) -> Vec<NewCode> {
        let (text, at) = self.split();
        let (document, _) = self.checked(&text);
        document.new_code(at, &Packages::of(self.packages), &settings())
    }

    /// What a text of that file comes to in the strict preset; its document, and its findings.
    ///
    /// # Panics
    /// If the text does not parse, or a rule fails.
    pub fn checked(&self, text: &str) -> (Document, Vec<Finding>) {
        let kind = FileKind::from_path(self.path).expect("cases are code");
        let mut document = Document::new(self.path, kind, Text::new(text));
        let modules = Packages::of(self.packages);
        let report = document.check(&modules, &settings(), &Cancel::new()).expect("nobody cancels");
        assert!(report.holes.is_empty() && report.failures.is_empty(), "{}:\n{text}", self.name);
        (document, report.findings)
    }

    /// The file after each of what is offered.
    pub fn written(&self) -> Vec<Written> {
        let (before, _) = self.split();
        let offers = self.offers().into_iter().enumerate();
        let written = offers.map(|(number, code)| Written {
            folder: format!("{}/{number}", self.name),
            path: self.path,
            after: apply_edits(&before, &code.edits),
            before: before.clone(),
            title: code.title,
        });
        written.collect()
    }
}

fn settings() -> Settings {
    Settings::from_layers(&[&Layer { preset: Some(Preset::Strict), ..Layer::default() }])
}

const SUPABASE: &str = "@supabase/supabase-js@2.109.0";
const SOCKET_IO: &str = "socket.io-client@4.8.4";

/// Files of each framework and habit.
pub const CASES: &[Case] = &[
    Case {
        name: "react",
        path: "Board.tsx",
        text: "\"use client\";\n\nimport { useMemo } from \"react\";\n\n▮\n\nexport function Board({ rows }: { rows: string[] }) {\n  \
               const shown = useMemo(() => rows.slice(-9), [rows]);\n  return <ul>{shown}</ul>;\n}\n",
        packages: &[SUPABASE, SOCKET_IO, "react@19.3.1"],
    },
    Case {
        name: "react-script",
        path: "board.jsx",
        text: "import { useMemo } from 'react'\n\nexport function Board({ rows }) {\n\tconst shown = useMemo(() => rows.slice(-9), [rows])\n\t\
               return <ul>{shown}</ul>\n}\n▮\n",
        packages: &[SUPABASE, SOCKET_IO, "react@19.3.1"],
    },
    Case { name: "hook", path: "useLive.ts", text: "▮", packages: &["react@19.3.1"] },
    Case { name: "composable", path: "useLive.ts", text: "▮\n", packages: &[SUPABASE, SOCKET_IO, "vue@3.5.45"] },
    Case {
        name: "client",
        path: "live.ts",
        text: "import { createClient } from '@supabase/supabase-js';\n\nexport const db = createClient('https://x.supabase.co', 'key');\n▮\n",
        packages: &[SUPABASE],
    },
    Case { name: "module", path: "live.ts", text: "// Live data.\n▮\n", packages: &[SUPABASE, SOCKET_IO] },
    Case { name: "script", path: "live.js", text: "▮\n", packages: &[SOCKET_IO] },
    Case {
        name: "vue",
        path: "Board.vue",
        text: "<script setup lang=\"ts\">\nimport { computed } from \"vue\";\n\nconst props = defineProps<{ rows: string[] }>();\n\
               const shown = computed(() => props.rows.slice(-9));\n▮\n</script>\n\n<template>\n  <p>{{ shown }}</p>\n</template>\n",
        packages: &[SUPABASE, SOCKET_IO, "vue@3.5.45"],
    },
    Case {
        name: "vue-indented",
        path: "Board.vue",
        text: "<script setup>\n  const props = defineProps(['rows'])\n\n  ▮\n</script>\n\n<template>\n  <p>{{ props.rows }}</p>\n</template>\n",
        packages: &["vue@3.5.45"],
    },
    Case {
        name: "svelte",
        path: "Board.svelte",
        text: "<script lang=\"ts\">\n  let { title }: { title: string } = $props();\n  ▮\n</script>\n\n<h1>{title}</h1>\n",
        packages: &[SUPABASE, SOCKET_IO, "svelte@5.57.3"],
    },
    Case {
        name: "instrument-react",
        path: "Price.tsx",
        text: "import { useEffect, useState } from \"react\";\n\nexport function Price({ url }: { url: string }) {\n  \
               const [price, setPrice] = useState(0);\n  const [isLive, setIsLive] = useState(false);\n\n  useEffect(() => {\n    \
               const sou▮rce = new EventSource(url);\n    source.onopen = () => setIsLive(true);\n    source.onerror = () => setIsLive(false);\n    \
               source.onmessage = (event: MessageEvent<string>) => setPrice(Number(event.data));\n    return () => source.close();\n  }, [url]);\n\n  \
               return <output className={isLive ? \"live\" : \"old\"}>{price}</output>;\n}\n",
        packages: &["react@19.3.1", "@opentelemetry/api@1.9.0"],
    },
    Case {
        name: "instrument-again",
        path: "feed.ts",
        text: "export function openFeed(url: string, receive: (text: string) => void, show: (isLive: boolean) => void) {\n  \
               let attempts = 0;\n  let stopped = false;\n  let socket: WebSocket | undefined;\n\n  const connect = () => {\n    \
               socket = new Web▮Socket(url);\n    socket.onopen = () => {\n      attempts = 0;\n      show(true);\n    };\n    \
               socket.onmessage = (event: MessageEvent<string>) => receive(event.data);\n    socket.onclose = (event) => {\n      show(false);\n      \
               console.info(event.code);\n      if (stopped || event.code === 1008) return;\n      \
               setTimeout(connect, Math.random() * Math.min(30_000, 1_000 * 2 ** attempts++));\n    };\n  };\n  connect();\n  return () => {\n    \
               stopped = true;\n    socket?.close();\n  };\n}\n",
        packages: &["@opentelemetry/api@1.9.0"],
    },
    Case {
        name: "instrument-class",
        path: "oven.ts",
        text: "import { io, type Socket } from 'socket.io-client';\n\nexport class Oven {\n  private readonly socket: Socket;\n\n  \
               constructor(show: (heat: number) => void) {\n    this.socket = io▮('https://oven.example.com');\n    \
               this.socket.on('connect_error', (error) => console.error('oven', error.message));\n    \
               this.socket.on('heat', show);\n  }\n\n  close() {\n    this.socket.disconnect();\n  }\n}\n",
        packages: &[SOCKET_IO],
    },
    Case {
        name: "instrument-two",
        path: "kitchens.ts",
        text: "export class Kitchens {\n  private readonly first: WebSocket;\n  private readonly second: WebSocket;\n\n  \
               constructor(show: (dish: string) => void) {\n    this.first = new Web▮Socket(\"wss://first.example.com\");\n    \
               this.second = new WebSocket(\"wss://second.example.com\");\n    \
               for (const socket of [this.first, this.second]) {\n      \
               socket.onmessage = (event: MessageEvent<string>) => show(event.data);\n    }\n  }\n\n  \
               close() {\n    this.first.close();\n    this.second.close();\n  }\n}\n",
        packages: &[],
    },
];
