import { randomUUID } from "node:crypto";
import { createServer, type ServerResponse } from "node:http";
import { WebSocket, WebSocketServer } from "ws";
import type { Alert, HostLoad, LogLine, MetricSample } from "../src/lib/live.ts";

const PORT = Number(process.env.PORT ?? 8787);
const HEARTBEAT_INTERVAL = 30_000;
const KEPT_SAMPLES = 3_600;
const HOSTS = ["web-1", "web-2", "worker-1"];
const SEVERITIES = ["minor", "major", "critical"] as const;

interface Feed {
  server: WebSocketServer;
  push(message: MetricSample | LogLine | HostLoad): void;
}

/** A feed goes one way: what clients send is ignored, and kept small. */
function createFeed(): Feed {
  const server = new WebSocketServer({ noServer: true, maxPayload: 1024 });
  const answered = new WeakSet<WebSocket>();

  server.on("connection", (socket) => {
    answered.add(socket);
    socket.on("pong", () => answered.add(socket));
    socket.on("error", (error) => console.error("client connection failed:", error.message));
  });
  server.on("error", (error) => console.error("feed failed:", error.message));

  const heartbeat = setInterval(() => {
    for (const socket of server.clients) {
      if (!answered.delete(socket)) {
        socket.terminate();
        continue;
      }
      socket.ping();
    }
  }, HEARTBEAT_INTERVAL);
  server.on("close", () => clearInterval(heartbeat));

  return {
    server,
    push(message) {
      const text = JSON.stringify(message);
      for (const socket of server.clients) {
        if (socket.readyState === WebSocket.OPEN) socket.send(text);
      }
    },
  };
}

const metrics = createFeed();
const logs = createFeed();
const hosts = createFeed();
const feeds = new Map([
  ["/live/metrics", metrics],
  ["/live/logs", logs],
  ["/live/hosts", hosts],
]);

const history: MetricSample[] = [];
const alertStreams = new Map<ServerResponse, string>();

const http = createServer((request, response) => {
  const url = new URL(request.url ?? "/", "http://localhost");

  if (url.pathname === "/api/history") {
    const since = Date.now() - Number(url.searchParams.get("minutes") ?? 5) * 60_000;
    response.writeHead(200, { "Content-Type": "application/json" });
    response.end(JSON.stringify(history.filter((sample) => sample.at >= since)));
    return;
  }

  if (url.pathname === "/api/alerts") {
    response.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-cache" });
    response.write("retry: 3000\n\n");
    alertStreams.set(response, url.searchParams.get("team") ?? "");
    response.on("close", () => alertStreams.delete(response));
    return;
  }

  response.writeHead(404).end();
});

http.on("upgrade", (request, socket, head) => {
  socket.on("error", (error) => console.error("upgrade failed:", error.message));

  const { pathname } = new URL(request.url ?? "/", "http://localhost");
  const feed = feeds.get(pathname)?.server;
  if (!feed) {
    socket.end("HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n");
    return;
  }
  feed.handleUpgrade(request, socket, head, (client) => feed.emit("connection", client, request));
});

let logLines = 0;

const everySecond = setInterval(() => {
  const sample: MetricSample = {
    at: Date.now(),
    requestsPerSecond: 80 + Math.round(Math.random() * 40),
    errorRate: Math.random() * 0.02,
  };
  history.push(sample);
  if (history.length > KEPT_SAMPLES) history.shift();
  metrics.push(sample);

  logLines += 1;
  logs.push({ id: logLines, level: "info", text: `${sample.requestsPerSecond} requests handled` });
}, 1_000);

const everyTwoSeconds = setInterval(() => {
  for (const host of HOSTS) {
    hosts.push({ host, cpu: Math.random(), memory: 0.4 + Math.random() * 0.2 });
  }
}, 2_000);

const everyTwentySeconds = setInterval(() => {
  for (const [stream, team] of alertStreams) {
    const severity = SEVERITIES[Math.floor(Math.random() * SEVERITIES.length)] ?? "minor";
    const alert: Alert = { id: randomUUID(), severity, title: `${team}: latency above target` };
    stream.write(`id: ${alert.id}\ndata: ${JSON.stringify(alert)}\n\n`);
  }
}, 20_000);

function stop() {
  clearInterval(everySecond);
  clearInterval(everyTwoSeconds);
  clearInterval(everyTwentySeconds);
  for (const { server } of feeds.values()) {
    for (const socket of server.clients) socket.close(1001);
    server.close();
  }
  for (const stream of alertStreams.keys()) stream.end();
  http.close();
}

process.once("SIGINT", stop);
process.once("SIGTERM", stop);

http.listen(PORT, () => console.log(`listening on port ${PORT}`));
