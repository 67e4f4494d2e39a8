import { useEffect, useState } from "react";
import { isLogLine, liveUrl, parseMessage, type LogLine } from "../lib/live";

const KEPT_LINES = 200;

export function useLogTail() {
  const [lines, setLines] = useState<LogLine[]>([]);
  const [connected, setConnected] = useState(false);

  useEffect(() => {
    let socket: WebSocket | null = null;
    let retryTimer: number | undefined;
    let stopped = false;

    function connect() {
      socket = new WebSocket(liveUrl("/live/logs"));
      socket.onopen = () => setConnected(true);
      socket.onmessage = (event: MessageEvent<string>) => {
        const line = parseMessage(event.data, isLogLine);
        if (line) {
          setLines((current) => [...current, line].slice(-KEPT_LINES));
        }
      };
      socket.onclose = () => {
        if (stopped) return;
        setConnected(false);
        retryTimer = window.setTimeout(connect, 3000);
      };
    }

    connect();

    return () => {
      stopped = true;
      window.clearTimeout(retryTimer);
      socket?.close();
    };
  }, []);

  return { lines, connected };
}
