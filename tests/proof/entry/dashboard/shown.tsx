// What of the dashboard can be shown, and what only Supabase's client knows to be open.
import { type ReactNode, StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { App } from "./src/App";
import { MetricChart } from "./src/components/MetricChart";
import { useLogTail } from "./src/hooks/useLogTail";
import { supabase } from "./src/lib/supabase";

function LogTail() {
  useLogTail();
  return null;
}

const views: Record<string, ReactNode> = {
  App: <App />,
  StrictApp: (
    <StrictMode>
      <App />
    </StrictMode>
  ),
  MetricChart: <MetricChart />,
  LogTail: <LogTail />,
};

let authSubscriptions = 0;

// The client has no public count of them, so it is taken where they are made and ended.
const { auth } = supabase;
const subscribe = auth.onAuthStateChange.bind(auth);
auth.onAuthStateChange = ((callback: Parameters<typeof subscribe>[0]) => {
  const result = subscribe(callback);
  const { subscription } = result.data;
  const unsubscribe = subscription.unsubscribe;
  authSubscriptions += 1;
  subscription.unsubscribe = () => {
    authSubscriptions -= 1;
    subscription.unsubscribe = unsubscribe;
    unsubscribe();
  };
  return result;
}) as typeof auth.onAuthStateChange;

// React listens on the document from the first root on, whatever that shows.
createRoot(document.createElement("div"));
// The client listens and ticks for itself once it knows whether somebody is signed in.
await auth.getSession();

export function show(name: string, container: Element) {
  const root = createRoot(container);
  root.render(views[name]);
  return () => root.unmount();
}

export const open = () => ({ "auth subscriptions": authSubscriptions, channels: supabase.getChannels().length });
