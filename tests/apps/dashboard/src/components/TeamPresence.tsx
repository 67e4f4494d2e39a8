import { useEffect, useState } from "react";
import { supabase } from "../lib/supabase";

interface Member {
  name: string;
  since: string;
}

interface Props {
  roomId: string;
  userId: string;
  name: string;
}

export function TeamPresence({ roomId, userId, name }: Props) {
  const [names, setNames] = useState<string[]>([]);
  const [status, setStatus] = useState("CONNECTING");

  useEffect(() => {
    const channel = supabase.channel(`presence:${roomId}`, {
      config: { private: true, presence: { key: userId } },
    });

    channel
      .on("presence", { event: "sync" }, () => {
        // One person may have several tabs open: each key counts once.
        const tabsByUser = Object.values(channel.presenceState<Member>());
        setNames(tabsByUser.flatMap((tabs) => tabs.slice(0, 1).map((tab) => tab.name)));
      })
      .subscribe((next) => {
        setStatus(next);
        if (next === "SUBSCRIBED") {
          void channel.track({ name, since: new Date().toISOString() } satisfies Member);
        }
      });

    return () => {
      void supabase.removeChannel(channel);
    };
  }, [roomId, userId, name]);

  return (
    <section>
      <h2>On duty</h2>
      {status === "SUBSCRIBED" ? <p>{names.join(", ")}</p> : <p role="status">{status}</p>}
    </section>
  );
}
