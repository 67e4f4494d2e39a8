import { useEffect, useRef, useState } from "react";
import { liveUrl } from "../lib/live";

export type SocketStatus = "connecting" | "open" | "waiting" | "refused";

const FIRST_DELAY = 500;
const LONGEST_DELAY = 30_000;
const STABLE_AFTER = 5_000;
const SILENCE_LIMIT = 15_000;
const POLICY_VIOLATION = 1008;

/** A socket that comes back after a drop, and is gone after unmount. `onMessage` may change on each render. */
export function useReconnectingSocket(path: string, onMessage: (text: string) => void): SocketStatus {
  const [status, setStatus] = useState<SocketStatus>("connecting");
  const latestOnMessage = useRef(onMessage);

  useEffect(() => {
    latestOnMessage.current = onMessage;
  }, [onMessage]);

  useEffect(() => {
    let socket: WebSocket | null = null;
    let attempt = 0;
    let retryTimer: number | undefined;
    let stableTimer: number | undefined;
    let silenceTimer: number | undefined;

    function connect() {
      retryTimer = undefined;
      setStatus("connecting");

      const current = new WebSocket(liveUrl(path));
      socket = current;
      expectMessage();

      current.onopen = () => {
        setStatus("open");
        // A server that accepts and drops at once must not be asked again at the shortest delay.
        stableTimer = window.setTimeout(() => {
          attempt = 0;
        }, STABLE_AFTER);
      };
      current.onmessage = (event: MessageEvent<string>) => {
        expectMessage();
        latestOnMessage.current(event.data);
      };
      current.onclose = (event) => {
        disconnect();
        if (event.code === POLICY_VIOLATION) {
          setStatus("refused");
          return;
        }
        reconnectLater();
      };
    }

    // The server sends every two seconds, so silence means that the connection is dead without a close.
    function expectMessage() {
      window.clearTimeout(silenceTimer);
      silenceTimer = window.setTimeout(() => {
        disconnect();
        reconnectLater();
      }, SILENCE_LIMIT);
    }

    function reconnectLater() {
      setStatus("waiting");
      const ceiling = Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** attempt);
      attempt += 1;
      retryTimer = window.setTimeout(connect, Math.random() * ceiling);
    }

    function disconnect() {
      window.clearTimeout(stableTimer);
      window.clearTimeout(silenceTimer);
      if (socket) {
        // Detached first: a late close event must not schedule another connection.
        socket.onopen = null;
        socket.onmessage = null;
        socket.onclose = null;
        socket.close();
        socket = null;
      }
    }

    function retrySoon() {
      if (retryTimer === undefined) return;
      window.clearTimeout(retryTimer);
      attempt = 0;
      reconnectLater();
    }

    window.addEventListener("online", retrySoon);
    connect();

    return () => {
      window.removeEventListener("online", retrySoon);
      window.clearTimeout(retryTimer);
      disconnect();
    };
  }, [path]);

  return status;
}
