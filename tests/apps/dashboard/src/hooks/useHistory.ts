import { useEffect, useState } from "react";
import { isMetricSample, type MetricSample } from "../lib/live";

export function useHistory(minutes: number) {
  const [history, setHistory] = useState<MetricSample[]>([]);
  const [failed, setFailed] = useState(false);
  const [visits, setVisits] = useState(0);

  useEffect(() => {
    const controller = new AbortController();

    async function load() {
      try {
        const response = await fetch(`/api/history?minutes=${minutes}`, { signal: controller.signal });
        if (!response.ok) throw new Error(`history: HTTP ${response.status}`);
        const samples: unknown = await response.json();
        if (controller.signal.aborted) return;
        setHistory(Array.isArray(samples) ? samples.filter(isMetricSample) : []);
        setFailed(false);
      } catch {
        // An aborted request has a successor, which will report for itself.
        if (!controller.signal.aborted) setFailed(true);
      }
    }

    void load();
    return () => controller.abort();
  }, [minutes, visits]);

  useEffect(() => {
    const controller = new AbortController();
    const { signal } = controller;

    const countVisit = () => {
      if (document.visibilityState === "visible") setVisits((count) => count + 1);
    };
    document.addEventListener("visibilitychange", countVisit, { signal });
    window.addEventListener("pageshow", countVisit, { signal });
    return () => controller.abort();
  }, []);

  return { history, failed };
}
