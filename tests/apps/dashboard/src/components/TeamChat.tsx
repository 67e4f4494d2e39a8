import type { RealtimeChannel } from "@supabase/supabase-js";
import { type FormEvent, useEffect, useRef, useState } from "react";
import { supabase } from "../lib/supabase";

interface ChatMessage {
  id: string;
  author: string;
  text: string;
}

export function TeamChat({ roomId, author }: { roomId: string; author: string }) {
  const [messages, setMessages] = useState<ChatMessage[]>([]);
  const [draft, setDraft] = useState("");
  const [status, setStatus] = useState("CONNECTING");
  const channelRef = useRef<RealtimeChannel | null>(null);

  useEffect(() => {
    const channel = supabase
      .channel(`chat:${roomId}`, { config: { private: true, broadcast: { self: true, ack: true } } })
      .on<ChatMessage>("broadcast", { event: "message" }, ({ payload }) => {
        setMessages([...messages, payload]);
      })
      .subscribe((next) => setStatus(next));
    channelRef.current = channel;

    return () => {
      channelRef.current = null;
      void supabase.removeChannel(channel);
    };
  }, [roomId]);

  async function send(event: FormEvent) {
    event.preventDefault();
    const channel = channelRef.current;
    if (!channel) {
      setStatus("CLOSED");
      return;
    }
    const result = await channel.send({
      type: "broadcast",
      event: "message",
      payload: { id: crypto.randomUUID(), author, text: draft } satisfies ChatMessage,
    });
    if (result === "ok") {
      setDraft("");
    } else {
      setStatus(`NOT_SENT (${result})`);
    }
  }

  return (
    <section>
      <h2>Chat</h2>
      <ol>
        {messages.map((message) => (
          <li key={message.id}>
            <b>{message.author}</b> {message.text}
          </li>
        ))}
      </ol>
      {status !== "SUBSCRIBED" && <p role="status">{status}</p>}
      <form onSubmit={(event) => void send(event)}>
        <input
          aria-label="Message"
          value={draft}
          onChange={(event) => setDraft(event.target.value)}
        />
        <button type="submit" disabled={status === "CONNECTING" || draft === ""}>
          Send
        </button>
      </form>
    </section>
  );
}
