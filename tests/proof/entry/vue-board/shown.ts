// What of the Vue application can be shown.
import { type Component, createApp } from "vue";
import App from "./src/App.vue";
import StockTicker from "./src/components/StockTicker.vue";

const views: Record<string, Component> = { App, StockTicker };

export function show(name: string, container: Element) {
  const application = createApp(views[name]!);
  application.mount(container);
  return () => application.unmount();
}

export const open = () => ({});
