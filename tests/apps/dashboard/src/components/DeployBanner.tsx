import { useEffect, useState } from "react";
import { supabase } from "../lib/supabase";

interface Deployment {
  id: string;
  service: string;
  version: string;
}

export function DeployBanner() {
  const [deployment, setDeployment] = useState<Deployment | null>(null);
  const [status, setStatus] = useState("CONNECTING");

  useEffect(() => {
    supabase
      .channel("deployments")
      .on<Deployment>(
        "postgres_changes",
        { event: "INSERT", schema: "public", table: "deployments" },
        (change) => {
          setDeployment(change.new);
        },
      )
      .subscribe((next) => setStatus(next));
  }, []);

  if (status === "CHANNEL_ERROR" || status === "TIMED_OUT" || status === "CLOSED") {
    return <p role="status">Deployments are not shown: {status}.</p>;
  }
  if (!deployment) {
    return null;
  }
  return (
    <p role="status">
      {deployment.service} {deployment.version} is being rolled out.
    </p>
  );
}
