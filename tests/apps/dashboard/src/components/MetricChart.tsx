import { useEffect, useState } from "react";
import { useHistory } from "../hooks/useHistory";
import { isMetricSample, liveUrl, parseMessage, type MetricSample } from "../lib/live";

const WIDTH = 480;
const HEIGHT = 120;
const KEPT_SAMPLES = 120;

function toPoints(samples: MetricSample[]): string {
  const highest = Math.max(1, ...samples.map((sample) => sample.requestsPerSecond));
  const step = WIDTH / Math.max(1, samples.length - 1);
  return samples
    .map((sample, index) => `${index * step},${HEIGHT - (sample.requestsPerSecond / highest) * HEIGHT}`)
    .join(" ");
}

export function MetricChart() {
  const { history, failed } = useHistory(5);
  const [samples, setSamples] = useState<MetricSample[]>([]);
  const [live, setLive] = useState(false);

  useEffect(() => {
    const socket = new WebSocket(liveUrl("/live/metrics"));

    socket.addEventListener("open", () => setLive(true));
    socket.addEventListener("close", () => setLive(false));
    socket.addEventListener("message", (event: MessageEvent<string>) => {
      const sample = parseMessage(event.data, isMetricSample);
      if (sample) {
        setSamples((current) => [...current, sample].slice(-KEPT_SAMPLES));
      }
    });

    return () => {
      socket.close();
    };
  }, []);

  const firstLive = samples[0]?.at ?? Number.POSITIVE_INFINITY;
  const shown = [...history.filter((sample) => sample.at < firstLive), ...samples];
  const latest = shown.at(-1);

  return (
    <section>
      <h2>Requests {live ? "" : "(not live)"}</h2>
      {failed && <p role="alert">The history could not be loaded.</p>}
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label="Requests per second">
        <polyline points={toPoints(shown)} fill="none" stroke="currentColor" />
      </svg>
      {latest && (
        <p>
          {latest.requestsPerSecond}/s, {(latest.errorRate * 100).toFixed(1)} % errors
        </p>
      )}
    </section>
  );
}
