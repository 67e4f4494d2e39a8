import { useEffect, useState } from "react";
import { isAlert, parseMessage, type Alert } from "../lib/live";

const KEPT_ALERTS = 20;

export function AlertFeed({ team }: { team: string }) {
  const [alerts, setAlerts] = useState<Alert[]>([]);
  const [interrupted, setInterrupted] = useState(false);

  useEffect(() => {
    const source = new EventSource(`/api/alerts?team=${encodeURIComponent(team)}`);

    source.onopen = () => setInterrupted(false);
    source.onerror = () => setInterrupted(true);
    source.onmessage = (event: MessageEvent<string>) => {
      const alert = parseMessage(event.data, isAlert);
      if (alert) {
        setAlerts((current) =>
          [alert, ...current.filter((known) => known.id !== alert.id)].slice(0, KEPT_ALERTS),
        );
      }
    };
    return () => {
      source.close();
    };
  }, [team]);

  return (
    <section>
      <h2>Alerts</h2>
      {interrupted && <p role="status">The alert stream is interrupted.</p>}
      <ul>
        {alerts.map((alert) => (
          <li key={alert.id}>
            <strong>{alert.severity}</strong> {alert.title}
          </li>
        ))}
      </ul>
    </section>
  );
}
