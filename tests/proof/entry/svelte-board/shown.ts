// What of the Svelte application can be shown.
import { type Component, flushSync, mount, unmount } from "svelte";
import Bound from "./Bound.svelte";
import App from "./src/App.svelte";

const views: Record<string, Component> = { App, Bound };

export function show(name: string, container: Element) {
  const component = mount(views[name]!, { target: container });
  return () => void unmount(component);
}

// Svelte listens on the document from the first bound value on, whatever that is.
const end = show("Bound", document.createElement("div"));
flushSync();
end();

export const open = () => ({});
