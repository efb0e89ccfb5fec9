// Bundles the client and takes the grammar from where it is kept.
import { copyFile, mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const grammar = process.env.ALW_GRAMMAR ?? join(here, "../../grammar/alw.tmLanguage.json");
await mkdir(join(here, "syntaxes"), { recursive: true });
await copyFile(grammar, join(here, "syntaxes/alw.tmLanguage.json"));
await build({
  absWorkingDir: here,
  entryPoints: ["src/extension.js"],
  bundle: true,
  outfile: "out/extension.js",
  platform: "node",
  target: "node18",
  format: "cjs",
  external: ["vscode"],
  minify: true,
});
