//! What tests and benchmarks share: generated applications, scripts of keystrokes, mutants.

pub mod built;
pub mod installed;
pub mod mutants;
pub mod tables;
pub mod written;

use std::fmt::Write as _;

/// A generated TSX file of about that many lines: components with effects, some of which leak, so that there is at
/// least one finding per 200 lines; from 10,000 lines on also one class of 3,000 lines.
pub fn generated(lines: usize) -> String {
    let mut out = String::from("import { useEffect, useState } from \"react\";\n\n");
    let class_lines = if lines >= 10_000 { 3_000 } else { 0 };
    let mut count = 2;
    let mut number = 0;
    while count + class_lines < lines / 2 {
        count += component(&mut out, number);
        number += 1;
    }
    if class_lines > 0 {
        count += class(&mut out, class_lines);
    }
    while count < lines {
        count += component(&mut out, number);
        number += 1;
    }
    out
}

/// One component; each second one leaks. Gives the number of its lines.
fn component(out: &mut String, number: usize) -> usize {
    let start = out.len();
    let cleanup = if number.is_multiple_of(2) { "" } else { "    return () => source.close();\n" };
    let _ = write!(
        out,
        "export function Panel{number}({{ url, title }}: {{ url: string; title: string }}) {{\n\
         \x20 const [rows, setRows] = useState<string[]>([]);\n\
         \x20 const [filter, setFilter] = useState(\"\");\n\n\
         \x20 useEffect(() => {{\n\
         \x20   const source = new EventSource(`${{url}}/panel/{number}`);\n\
         \x20   source.addEventListener(\"message\", (event) => setRows((prev) => [...prev.slice(-99), event.data]));\n\
         {cleanup}\
         \x20 }}, [url]);\n\n\
         \x20 const shown = rows.filter((row) => row.includes(filter)).map((row, index) => ({{ id: index, row }}));\n\n\
         \x20 function reset() {{\n\
         \x20   setRows([]);\n\
         \x20   setFilter(\"\");\n\
         \x20 }}\n\n"
    );
    for field in 0..8 {
        let _ = write!(
            out,
            "  const total{field} = shown.reduce((sum, item) => sum + item.row.length * {field}, 0);\n\
             \x20 const label{field} = total{field} > {number} ? `${{title}}: ${{total{field}}}` : title.toUpperCase();\n"
        );
    }
    let _ = write!(
        out,
        "\n  return (\n    <section aria-label={{title}}>\n      <input value={{filter}} onChange={{(event) => setFilter(event.target.value)}} />\n\
         \x20     <button onClick={{reset}}>{{label0}}</button>\n      <ul>\n        {{shown.map((item) => (\n          \
         <li key={{item.id}}>{{item.row}} {{label1}} {{label2}}</li>\n        ))}}\n      </ul>\n    </section>\n  );\n}}\n\n"
    );
    out[start..].matches('\n').count()
}

/// One class of about that many lines, with a connection that reconnects well.
fn class(out: &mut String, lines: usize) -> usize {
    let start = out.len();
    out.push_str(
        "export class Session {\n  private socket: WebSocket | null = null;\n  private attempts = 0;\n\n  \
         constructor(private url: string) {}\n\n  connect() {\n    this.socket = new WebSocket(this.url);\n    \
         this.socket.onmessage = (event) => this.receive0(event.data);\n    this.socket.onclose = () => {\n      \
         setTimeout(() => this.connect(), Math.random() * Math.min(30_000, 1_000 * 2 ** this.attempts++));\n    };\n  }\n\n",
    );
    let mut number = 0;
    while out[start..].matches('\n').count() + 1 < lines {
        let _ = write!(
            out,
            "  receive{number}(data: string) {{\n    const parts = data.split(\",\").map((part) => part.trim());\n    \
             const sum = parts.reduce((total, part) => total + Number(part), {number});\n    if (sum > {number}) {{\n      \
             this.attempts = 0;\n      this.socket?.send(JSON.stringify({{ sum, parts }}));\n    }}\n    return sum;\n  }}\n\n"
        );
        number += 1;
    }
    out.push_str("}\n\n");
    out[start..].matches('\n').count()
}

/// An effect as a person types it, through all its broken states.
pub const EFFECT: &str = "\n  useEffect(() => {\n    const socket = new WebSocket(`${url}/live`);\n    socket.onmessage = (event) => {\n      \
     setRows([...rows, event.data]);\n    };\n    socket.onclose = () => {\n      console.warn(\"closed\", title);\n    };\n    \
     return () => {\n      socket.close();\n    };\n  }, [url]);\n";

/// A method as a person types it.
pub const METHOD: &str = "\n  reopen(delay: number) {\n    if (this.socket) {\n      this.socket.close();\n      this.socket = null;\n    }\n    \
     setTimeout(() => {\n      const socket = new WebSocket(`${this.url}?again=true`);\n      socket.onmessage = (event) => {\n        \
     this.receive0(String(event.data));\n      };\n      this.socket = socket;\n    }, delay);\n  }\n";

/// Where to type: inside the component in the middle of the file, before its first effect.
pub fn place_in_component(content: &str) -> usize {
    let middle = floor(content, content.len() / 4);
    let component = middle + content[middle..].find("export function Panel").expect("a component");
    let line = component + content[component..].find("const [filter").expect("its state");
    line + content[line..].find('\n').expect("a line end") + 1
}

/// Where to type: between two methods in the middle of the class.
pub fn place_in_class(content: &str) -> Option<usize> {
    let class = content.find("export class Session")?;
    let middle = class + content[class..].find("receive150(")?;
    content[..middle].rfind("\n\n").map(|at| at + 1)
}

fn floor(content: &str, mut at: usize) -> usize {
    while !content.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// The value below which that share of the sorted values lies.
pub fn percentile(sorted: &[f64], share: f64) -> f64 {
    let last = sorted.len().saturating_sub(1);
    sorted[((last as f64) * share).round() as usize]
}
