// The tokens that the TextMate grammar finds in texts, each of which is a line of standard input,
// as JSON.  A line of standard output holds those of a text: for each of its lines a list of
// [start, end, scopes].
//
//   node tokens.mjs GRAMMAR.json
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";

// The packages lie where the tests put them, not beside this file.
const require = createRequire(join(process.cwd(), "package.json"));
const oniguruma = require("vscode-oniguruma");
const textmate = require("vscode-textmate");

const path = process.argv[2];
await oniguruma.loadWASM(readFileSync(require.resolve("vscode-oniguruma/release/onig.wasm")).buffer);
const registry = new textmate.Registry({
  onigLib: Promise.resolve({
    createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
    createOnigString: (text) => new oniguruma.OnigString(text),
  }),
  loadGrammar: async () => textmate.parseRawGrammar(readFileSync(path, "utf8"), path),
});
const grammar = await registry.loadGrammar("source.alw");

for await (const line of createInterface({ input: process.stdin })) {
  let state = textmate.INITIAL;
  const answer = JSON.parse(line)
    .split("\n")
    .map((part) => {
      const { tokens, ruleStack } = grammar.tokenizeLine(part, state);
      state = ruleStack;
      return tokens.map((token) => [token.startIndex, token.endIndex, token.scopes]);
    });
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
