// Bundles styles and scripts into dist/, each file named after a hash of its content, and writes dist/manifest.txt last:
// one line per file, "name file". The crate `web` embeds what the manifest names; make decides whether this must run.
import { build } from "esbuild";
import { createHash } from "node:crypto";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import path from "node:path";

const root = import.meta.dirname;
const dist = path.join(root, "dist");
const fresh = path.join(root, "dist.new");
await rm(fresh, { recursive: true, force: true });
await mkdir(fresh, { recursive: true });

const result = await build({
  absWorkingDir: root,
  // Editors are bundles of their own: only pages that ask for them load them (`view::ModelEditor`, `view::FormBuilder`).
  entryPoints: ["app", "editor", "builder"].flatMap((name) => [`scripts/${name}.js`, `styles/${name}.css`]),
  outdir: fresh,
  entryNames: "[name]-[hash]",
  chunkNames: "part-[hash]",
  assetNames: "[name]-[hash]",
  // Fonts are files of ours, so that `font-src 'self'` stays as it is.
  loader: { ".woff2": "file" },
  alias: { "style-mod": "./scripts/editor/sheets.js" },
  bundle: true,
  splitting: true,
  format: "esm",
  target: ["chrome109", "firefox115", "safari16"],
  minify: true,
  metafile: true,
  legalComments: "none",
  logLevel: "warning",
});

const lines = [];
for (const [file, output] of Object.entries(result.metafile.outputs)) {
  const source = output.entryPoint ?? (file.endsWith(".woff2") ? Object.keys(output.inputs)[0] : file);
  const name = path.basename(source);
  lines.push(`${name} ${path.basename(file)}`);
}

async function add(name, content) {
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 8).toUpperCase();
  const { name: stem, ext } = path.parse(name);
  await writeFile(path.join(fresh, `${stem}-${hash}${ext}`), content);
  lines.push(`${name} ${stem}-${hash}${ext}`);
}
await add("icon.svg", await readFile(path.join(root, "images/icon.svg")));
await add("licences.txt", await licences(Object.keys(result.metafile.inputs)));

lines.sort();
await writeFile(path.join(fresh, "manifest.txt"), lines.join("\n") + "\n");
await rm(dist, { recursive: true, force: true });
await rename(fresh, dist);

// Name, version, licence and licence text of every package that ended up in the bundle.
async function licences(inputs) {
  const packages = new Set();
  for (const input of inputs) {
    const found = input.match(/^(?:.*\/)?node_modules\/((?:@[^/]+\/)?[^/]+)\//);
    if (found) packages.add(found[1]);
  }
  const texts = [];
  for (const name of [...packages].sort()) {
    const folder = path.join(root, "node_modules", name);
    const about = JSON.parse(await readFile(path.join(folder, "package.json"), "utf8"));
    const parts = [`${name} ${about.version} (${about.license})`];
    for (const file of ["LICENSE", "LICENSE.txt", "LICENSE.md", "NOTICE"]) {
      if (existsSync(path.join(folder, file))) parts.push((await readFile(path.join(folder, file), "utf8")).trim());
    }
    // Some old packages have their licence in the last part of what introduces them.
    if (parts.length === 1) {
      const readme = ["README.md", "Readme.md", "readme.md"].map((file) => path.join(folder, file)).find(existsSync);
      const text = readme && (await readFile(readme, "utf8")).match(/^#+\s*licen[cs]e\s*$([\s\S]*?)(?=^#|(?![\s\S]))/im)?.[1].trim();
      if (text) parts.push(text);
    }
    texts.push(parts.join("\n\n"));
  }
  return texts.join(`\n\n${"=".repeat(72)}\n\n`) + "\n";
}
