// The bundle, as VS Code loads it.
"use strict";

const { join } = require("node:path");
const { editor } = require("./editor");

const BUNDLE = join(__dirname, "../../out/extension.js");

/**
 * @param {Parameters<typeof editor>[0]} given
 * @param {(there: ReturnType<typeof editor> & { extension: any }) => Promise<void>} [meanwhile]
 */
async function activated(given, meanwhile) {
  const there = editor(given);
  delete require.cache[require.resolve(BUNDLE)];
  /** @type {unknown[]} */
  const subscriptions = [];
  const extension = require(BUNDLE);
  const exported = await extension.activate({ subscriptions });
  await meanwhile?.({ ...there, extension: exported });
  await extension.deactivate();
  return there;
}

/** @param {string[]} words */
const ours = (...words) => ({
  trusted: true,
  settings: { "server.path": process.execPath, "server.arguments": [join(__dirname, "server.js"), ...words, "lsp"] },
  folders: ["/w"],
});

module.exports = { BUNDLE, activated, ours };
