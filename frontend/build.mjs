// Bundles the editor into a folder, with the licences of everything that is in the bundle.

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { build } from "esbuild";

const folder = process.argv[2];
const { metafile } = await build({
  entryPoints: ["editor.js"],
  bundle: true,
  minify: true,
  format: "esm",
  target: "es2022",
  outdir: folder,
  entryNames: "[name].[hash]",
  legalComments: "none",
  logLevel: "warning",
  metafile: true,
});

const packages = new Set();
for (const input of Object.keys(metafile.inputs)) {
  const found = /^.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input);
  if (found) packages.add(found[0]);
}
const notices = [...packages].sort().map(place => {
  const { name, version, license } = JSON.parse(readFileSync(join(place, "package.json"), "utf8"));
  const file = readdirSync(place).find(entry => /^licen[cs]e/i.test(entry));
  if (!file) throw new Error(`${name} says nothing about its licence`);
  return `${name} ${version} (${license})\n\n${readFileSync(join(place, file), "utf8").trim()}\n`;
});
writeFileSync(join(folder, "THIRD_PARTY_NOTICES.txt"), notices.join(`\n${"-".repeat(72)}\n\n`));
