// The application's own build, with one page more.
import { mergeConfig } from "vite";
import application from "./vite.config";

export default mergeConfig(application, {
  build: { rollupOptions: { input: ["index.html", "proof.html"] } },
});
