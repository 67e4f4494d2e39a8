import type { RealtimePostgresChangesPayload } from "@supabase/supabase-js";
import { useEffect, useState } from "react";
import { supabase } from "../lib/supabase";

export interface Incident {
  id: string;
  title: string;
  status: "open" | "acknowledged" | "resolved";
  opened_at: string;
}

type IncidentsById = Record<string, Incident>;

function applyChange(
  current: IncidentsById,
  change: RealtimePostgresChangesPayload<Incident>,
): IncidentsById {
  if (change.eventType === "DELETE") {
    const { [change.old.id ?? ""]: _deleted, ...rest } = current;
    return rest;
  }
  return { ...current, [change.new.id]: change.new };
}

export function useIncidents() {
  const [incidents, setIncidents] = useState<IncidentsById>({});
  const [status, setStatus] = useState("CONNECTING");

  useEffect(() => {
    let ignore = false;

    async function load() {
      const { data, error } = await supabase.from("incidents").select("*");
      if (ignore) return;
      if (error) {
        setStatus("LOAD_FAILED");
        return;
      }
      setIncidents(Object.fromEntries(data.map((incident: Incident) => [incident.id, incident])));
    }

    const channel = supabase.channel("incidents").subscribe((next) => {
      setStatus(next);
      if (next === "SUBSCRIBED") void load();
    });

    channel.on<Incident>(
      "postgres_changes",
      { event: "*", schema: "public", table: "incidents" },
      (change) => {
        setIncidents((current) => applyChange(current, change));
      },
    );

    return () => {
      ignore = true;
      void supabase.removeChannel(channel);
    };
  }, []);

  return { incidents: Object.values(incidents), status };
}
