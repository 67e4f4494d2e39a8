import { useState } from "react";
import { useReconnectingSocket } from "../hooks/useReconnectingSocket";
import { isHostLoad, parseMessage, type HostLoad } from "../lib/live";

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

export function HostTable() {
  const [hosts, setHosts] = useState<Record<string, HostLoad>>({});

  const status = useReconnectingSocket("/live/hosts", (text) => {
    const load = parseMessage(text, isHostLoad);
    if (load) {
      setHosts((current) => ({ ...current, [load.host]: load }));
    }
  });

  return (
    <section>
      <h2>Hosts ({status})</h2>
      <table>
        <thead>
          <tr>
            <th>Host</th>
            <th>CPU</th>
            <th>Memory</th>
          </tr>
        </thead>
        <tbody>
          {Object.values(hosts).map((load) => (
            <tr key={load.host}>
              <td>{load.host}</td>
              <td>{percent(load.cpu)}</td>
              <td>{percent(load.memory)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
