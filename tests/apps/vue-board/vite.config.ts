import vue from "@vitejs/plugin-vue";
import { defineConfig } from "vite";

export default defineConfig({
  plugins: [vue()],
  server: {
    proxy: {
      "/api": "http://localhost:8787",
      "/live": { target: "http://localhost:8787", ws: true },
    },
  },
});
