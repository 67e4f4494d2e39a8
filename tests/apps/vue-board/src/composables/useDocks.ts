import { onMounted, onUnmounted, ref } from "vue";
import { liveUrl, parseMessage } from "../live";

export interface Dock {
  name: string;
  truck: string;
}

const FIRST_DELAY = 500;
const LONGEST_DELAY = 30_000;

/** The docks and who stands there, by a socket that comes back after a drop. */
export function useDocks() {
  const docks = ref<Dock[]>([]);
  let socket: WebSocket | null = null;
  let retryTimer: number | undefined;
  let attempt = 0;

  function connect() {
    socket = new WebSocket(liveUrl("/live/docks"));
    socket.onopen = () => {
      attempt = 0;
    };
    socket.onmessage = (event: MessageEvent<string>) => {
      docks.value = parseMessage<Dock[]>(event.data) ?? docks.value;
    };
    socket.onclose = () => {
      const ceiling = Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** attempt);
      attempt += 1;
      retryTimer = window.setTimeout(connect, Math.random() * ceiling);
    };
  }

  // A device that wakes up does not wait for the next attempt.
  function retrySoon() {
    if (socket?.readyState !== WebSocket.CLOSED) return;
    window.clearTimeout(retryTimer);
    connect();
  }

  onMounted(() => {
    window.addEventListener("online", retrySoon);
    connect();
  });

  onUnmounted(() => {
    window.removeEventListener("online", retrySoon);
    window.clearTimeout(retryTimer);
    if (socket) {
      // Detached first: a late close event must not schedule another connection.
      socket.onclose = null;
      socket.close();
    }
  });

  return docks;
}
