// What the server pushes. The server imports these types too, so that both sides change together.

export interface MetricSample {
  at: number;
  requestsPerSecond: number;
  errorRate: number;
}

export interface LogLine {
  id: number;
  level: "info" | "warn" | "error";
  text: string;
}

export interface HostLoad {
  host: string;
  cpu: number;
  memory: number;
}

export interface Alert {
  id: string;
  severity: "minor" | "major" | "critical";
  title: string;
}

export function liveUrl(path: string): string {
  const scheme = window.location.protocol === "https:" ? "wss:" : "ws:";
  return `${scheme}//${window.location.host}${path}`;
}

/** The message, or null if it is not JSON or not of the expected shape. */
export function parseMessage<T>(text: string, isExpected: (value: unknown) => value is T): T | null {
  try {
    const value: unknown = JSON.parse(text);
    return isExpected(value) ? value : null;
  } catch {
    // A frame that was cut off on its way is dropped: the next one carries newer numbers anyway.
    return null;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

export function isMetricSample(value: unknown): value is MetricSample {
  return (
    isRecord(value) &&
    typeof value.at === "number" &&
    typeof value.requestsPerSecond === "number" &&
    typeof value.errorRate === "number"
  );
}

export function isLogLine(value: unknown): value is LogLine {
  return (
    isRecord(value) &&
    typeof value.id === "number" &&
    typeof value.text === "string" &&
    (value.level === "info" || value.level === "warn" || value.level === "error")
  );
}

export function isHostLoad(value: unknown): value is HostLoad {
  return (
    isRecord(value) &&
    typeof value.host === "string" &&
    typeof value.cpu === "number" &&
    typeof value.memory === "number"
  );
}

export function isAlert(value: unknown): value is Alert {
  return (
    isRecord(value) &&
    typeof value.id === "string" &&
    typeof value.title === "string" &&
    (value.severity === "minor" || value.severity === "major" || value.severity === "critical")
  );
}
