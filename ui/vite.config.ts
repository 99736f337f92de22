import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

const src = fileURLToPath(new URL("./src", import.meta.url));

export default defineConfig({
  plugins: [react()],
  base: "./",
  resolve: { alias: { "@": src } },
  // Tauri's dev window expects exactly this port; failing beats a blank window.
  server: { port: 5173, strictPort: true, host: "127.0.0.1" },
  build: {
    outDir: "dist",
    emptyOutDir: true,
    target: ["es2022", "safari16.4"],
    // data: URLs would need an exception in the content security policy
    assetsInlineLimit: 0,
    // the module preload polyfill is an inline-free script, but the web views we ship on need none
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 700,
  },
  test: {
    environment: "jsdom",
    setupFiles: ["./vitest.setup.ts"],
    include: ["src/**/*.test.{ts,tsx}"],
    css: false,
    restoreMocks: true,
    // a slow machine is no failure
    testTimeout: 30_000,
    hookTimeout: 30_000,
  },
});
