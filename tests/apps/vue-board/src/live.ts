export function liveUrl(path: string): string {
  const scheme = window.location.protocol === "https:" ? "wss:" : "ws:";
  return `${scheme}//${window.location.host}${path}`;
}

/** The message, or null if it is not JSON. */
export function parseMessage<T>(text: string): T | null {
  try {
    return JSON.parse(text) as T;
  } catch {
    // A frame that was cut off on its way is dropped: the next one carries newer numbers anyway.
    return null;
  }
}
