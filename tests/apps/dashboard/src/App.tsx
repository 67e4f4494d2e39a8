import { useState } from "react";
import { AlertFeed } from "./components/AlertFeed";
import { DeployBanner } from "./components/DeployBanner";
import { HostTable } from "./components/HostTable";
import { MetricChart } from "./components/MetricChart";
import { SectionBoundary } from "./components/SectionBoundary";
import { TeamChat } from "./components/TeamChat";
import { TeamPresence } from "./components/TeamPresence";
import { useIncidents } from "./hooks/useIncidents";
import { useLogTail } from "./hooks/useLogTail";
import { useOnline } from "./hooks/useOnline";
import { useSession } from "./hooks/useSession";
import { supabase } from "./lib/supabase";

const TEAMS = ["platform", "payments", "search"];

function Incidents() {
  const { incidents, status } = useIncidents();
  return (
    <section>
      <h2>Incidents</h2>
      {status !== "SUBSCRIBED" && <p role="status">{status}</p>}
      <ul>
        {incidents.map((incident) => (
          <li key={incident.id}>
            {incident.title}: {incident.status}
          </li>
        ))}
      </ul>
    </section>
  );
}

function LogTail() {
  const { lines, connected } = useLogTail();
  return (
    <section>
      <h2>Log {connected ? "" : "(disconnected)"}</h2>
      <pre>{lines.map((line) => `${line.level.toUpperCase()} ${line.text}`).join("\n")}</pre>
    </section>
  );
}

function SignIn() {
  const [failure, setFailure] = useState<string | null>(null);

  async function signIn() {
    const { error } = await supabase.auth.signInAnonymously();
    setFailure(error?.message ?? null);
  }

  return (
    <section>
      <button type="button" onClick={() => void signIn()}>
        Join the team's room
      </button>
      {failure && <p role="alert">{failure}</p>}
    </section>
  );
}

export function App() {
  const session = useSession();
  const online = useOnline();
  const [team, setTeam] = useState("platform");
  const name = `Guest ${session?.user.id.slice(0, 4) ?? ""}`;

  return (
    <main>
      {!online && <p role="status">You are offline. What you see may be old.</p>}
      <SectionBoundary title="Deployments">
        <DeployBanner />
      </SectionBoundary>
      <select aria-label="Team" value={team} onChange={(event) => setTeam(event.target.value)}>
        {TEAMS.map((option) => (
          <option key={option}>{option}</option>
        ))}
      </select>
      <MetricChart />
      <HostTable />
      <AlertFeed team={team} />
      <SectionBoundary title="Incidents">
        <Incidents />
      </SectionBoundary>
      <LogTail />
      {session ? (
        <>
          <TeamPresence roomId={team} userId={session.user.id} name={name} />
          <TeamChat key={team} roomId={team} author={name} />
        </>
      ) : (
        <SignIn />
      )}
    </main>
  );
}
