// The bundle, as VS Code loads it: in an editor and with a server of ours.
"use strict";

const assert = require("node:assert/strict");
const { spawnSync } = require("node:child_process");
const { existsSync, readFileSync } = require("node:fs");
const { join } = require("node:path");
const { test } = require("node:test");
const { BUNDLE, activated, ours } = require("./support/activated");

const skip = !existsSync(BUNDLE) && "it is not built: npm run build";
const DESCRIBED = JSON.parse(readFileSync(join(__dirname, "../package.json"), "utf8"));

test("every command of package.json is there, and the one of the server's lens", { skip }, async () => {
  const { commands } = await activated({ trusted: false, settings: {}, folders: [] });
  /** @type {{ command: string }[]} */
  const described = DESCRIBED.contributes.commands;
  const names = described.map(({ command }) => command);
  assert.deepEqual(Object.keys(commands).sort(), [...names, "alw.showTaskMap"].sort());
});

test("a missing server is told once", { skip }, async () => {
  const settings = { "server.path": "/nowhere/alw" };
  const { errors } = await activated({ trusted: true, settings, folders: ["/w"] });
  assert.equal(errors.length, 1);
  assert.match(errors[0] ?? "", /'\/nowhere\/alw' is no program.*pip install/);
});

test("a workspace that is not trusted starts nothing", { skip }, async () => {
  const settings = { "server.path": "/nowhere/alw" };
  const { errors } = await activated({ trusted: false, settings, folders: ["/w"] });
  assert.deepEqual(errors, []);
});

test("a server that refuses is told, with what may be missing", { skip }, () => {
  // On its own, since vscode-languageclient leaves a rejected promise behind.
  const script = join(__dirname, "support/refused.js");
  const done = spawnSync(process.execPath, ["--unhandled-rejections=warn", script], { encoding: "utf8", timeout: 30000 });
  assert.match(done.stdout, /did not start as a server.*alw\[lsp\]/);
});

test("the document of a task holds what the server compiles", { skip }, async () => {
  const given = ["file:///w/a.alw", "altest", "simulate"];
  const { errors } = await activated(ours(), async ({ documents }) => {
    const text = await documents["alw-task"].provideTextDocumentContent({ query: JSON.stringify(given) });
    assert.deepEqual(JSON.parse(text), { command: "alw.taskMap", arguments: given });
  });
  assert.deepEqual(errors, []);
});

test("the server hears which commands of lenses there are, and draws a picture", { skip }, async () => {
  await activated(ours(), async ({ extension }) => {
    const asked = JSON.parse(await extension.picture.draw("file:///w/a.alw"));
    assert.deepEqual(asked, { command: "alw.graph", arguments: ["file:///w/a.alw"] });
    const said = await extension.picture.draw("capabilities");
    assert.deepEqual(JSON.parse(said).commands, { commands: ["alw.showTaskMap", "alw.runWorkflow", "alw.simulateWorkflow"] });
  });
});

test("after a restart the server answers again", { skip }, async () => {
  await activated(ours(), async ({ commands, documents }) => {
    await commands["alw.restartServer"]?.();
    const text = await documents["alw-task"].provideTextDocumentContent({ query: '["a", "b", "c"]' });
    assert.deepEqual(JSON.parse(text).arguments, ["a", "b", "c"]);
  });
});

test("a workflow runs as a process, with the program and the words of the settings", { skip }, async () => {
  const there = { ...ours(), open: [{ uri: "file:///w/a%20%24b.alw", isDirty: true }] };
  const { errors, executed, saved } = await activated(there, async ({ commands }) => {
    await commands["alw.runWorkflow"]?.("file:///w/a%20%24b.alw", null, {});
    await commands["alw.simulateWorkflow"]?.("file:///w/it's.alw", "scan", { user: "$(id)" });
  });
  assert.deepEqual(errors, []);
  assert.deepEqual(saved, ["file:///w/a%20%24b.alw"]); // before it runs
  const server = there.settings["server.arguments"].slice(0, -1);
  assert.deepEqual(executed, [
    { command: process.execPath, words: [...server, "run", "--resume", "/w/a $b.alw"], cwd: "/w" },
    {
      command: process.execPath,
      words: [...server, "simulate", "/w/it's.alw", "--workflow", "scan", "--set", "user=$(id)"],
      cwd: "/w",
    },
  ]);
});

test("nothing runs of what is not saved, not trusted, or without a program", { skip }, async () => {
  const run = async (/** @type {any} */ given, /** @type {string} */ source) => {
    const { errors, executed } = await activated(given, async ({ commands }) => {
      await commands["alw.runWorkflow"]?.(source, null, {});
    });
    assert.deepEqual(executed, []);
    return errors.at(-1);
  };
  const file = "file:///w/a.alw";
  assert.match((await run(ours(), "untitled:Untitled-1")) ?? "", /Save the file first/);
  assert.equal(await run({ ...ours(), open: [{ uri: file, isDirty: true, refuses: true }] }, file), undefined);
  assert.match((await run({ ...ours(), trusted: false }, file)) ?? "", /Trust this folder/);
  const gone = { trusted: true, settings: { "server.path": "/nowhere/alw" }, folders: ["/w"] };
  assert.match((await run(gone, file)) ?? "", /no program/);
  const wrapped = { ...ours(), settings: { ...ours().settings, "server.arguments": [...ours().settings["server.arguments"].slice(0, -1)] } };
  assert.match((await run(wrapped, file)) ?? "", /no word 'lsp'/);
});

test("without a server the document says so", { skip }, async () => {
  await activated({ trusted: false, settings: {}, folders: [] }, async ({ documents }) => {
    const text = await documents["alw-task"].provideTextDocumentContent({ query: '["a", "b", "c"]' });
    assert.match(text, /server is not running/);
  });
});
