// The application without its `main.tsx`: what drives the page says when it comes and goes.
import { type ReactNode, StrictMode } from "react";
import { createRoot, type Root } from "react-dom/client";
import { App } from "./src/App";
import { MetricChart } from "./src/components/MetricChart";
import { useLogTail } from "./src/hooks/useLogTail";
import { supabase } from "./src/lib/supabase";

function LogTail() {
  useLogTail();
  return null;
}

const shown: Record<string, ReactNode> = {
  App: <App />,
  StrictApp: (
    <StrictMode>
      <App />
    </StrictMode>
  ),
  MetricChart: <MetricChart />,
  LogTail: <LogTail />,
};

const roots: Root[] = [];
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

Object.assign(window, {
  proof: {
    mount(name: string, times = 1) {
      for (let time = 0; time < times; time += 1) {
        const container = document.body.appendChild(document.createElement("div"));
        const root = createRoot(container);
        root.render(shown[name]);
        roots.push(root);
      }
    },
    unmount() {
      for (const root of roots.splice(0)) root.unmount();
      for (const container of document.querySelectorAll("body > div")) container.remove();
    },
    authSubscriptions: () => authSubscriptions,
    channels: () => supabase.getChannels().length,
  },
});
