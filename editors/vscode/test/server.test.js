"use strict";

const assert = require("node:assert/strict");
const { test } = require("node:test");
const { findServer } = require("../src/server");

/**
 * @param {string[]} programs
 * @param {Partial<import("../src/server").Surroundings>} [changes]
 */
function find(programs, changes = {}) {
  return findServer({
    setting: "",
    folders: ["/w"],
    pythons: [],
    environment: { PATH: "/usr/local/bin:/usr/bin" },
    home: "/home/me",
    windows: false,
    isProgram: (file) => programs.includes(file),
    ...changes,
  });
}

/** @param {import("../src/server").Found} found */
const problem = (found) => ("problem" in found ? found.problem : assert.fail(found.command));

test("the setting comes first", () => {
  const programs = ["/opt/alw", "/w/.venv/bin/alw", "/usr/bin/alw"];
  assert.deepEqual(find(programs, { setting: "/opt/alw" }), { command: "/opt/alw" });
});

test("the selected environment comes before .venv, and that before PATH", () => {
  const programs = ["/usr/bin/alw", "/w/.venv/bin/alw", "/envs/a/bin/alw"];
  const pythons = ["/envs/a/bin/python"];
  assert.deepEqual(find(programs, { pythons }), { command: "/envs/a/bin/alw" });
  assert.deepEqual(find(programs), { command: "/w/.venv/bin/alw" });
  assert.deepEqual(find(["/usr/bin/alw"], { pythons }), { command: "/usr/bin/alw" });
});

test("the first one in PATH is taken", () => {
  const programs = ["/usr/bin/alw", "/usr/local/bin/alw"];
  assert.deepEqual(find(programs), { command: "/usr/local/bin/alw" });
});

test("a folder of PATH that depends on the current one is passed over", () => {
  assert.match(problem(find(["alw", "./alw", "bin/alw"], { environment: { PATH: ".::bin" } })), /not found/);
});

test("an interpreter without a folder says nothing", () => {
  assert.match(problem(find(["alw", "./alw"], { pythons: ["python"] })), /not found/);
});

test("the setting may hold the workspace's folder, and the home folder", () => {
  assert.deepEqual(find(["/b/env/alw"], { setting: "${workspaceFolder}/env/alw", folders: ["/a", "/b"] }), {
    command: "/b/env/alw",
  });
  assert.deepEqual(find(["/home/me/alw"], { setting: "~/alw" }), { command: "/home/me/alw" });
});

test("a folder with a dollar sign in its name is taken as it is", () => {
  assert.deepEqual(find(["/a$&b/alw"], { setting: "${workspaceFolder}/alw", folders: ["/a$&b"] }), {
    command: "/a$&b/alw",
  });
});

test("the setting may be a name, which is looked for in PATH", () => {
  assert.deepEqual(find(["/usr/bin/alw-dev"], { setting: "alw-dev" }), { command: "/usr/bin/alw-dev" });
});

test("a setting that names nothing is told, though there is another server", () => {
  assert.match(problem(find(["/usr/bin/alw"], { setting: "/opt/alw" })), /alw\.server\.path: '\/opt\/alw' is no program/);
  assert.match(problem(find(["/usr/bin/alw"], { setting: "alw2" })), /no program in PATH/);
  assert.match(problem(find(["bin/alw"], { setting: "bin/alw" })), /no full path/);
});

test("without a server the message says what to do", () => {
  assert.match(problem(find([])), /pip install 'alw\[lsp\]'.*alw\.server\.path/s);
  assert.match(problem(find([], { environment: {} })), /not found/);
});

test("on Windows programs end in .exe", () => {
  const windows = { windows: true, folders: ["C:\\w"], environment: { Path: "C:\\bin;D:\\tools" } };
  assert.deepEqual(find(["D:\\tools\\alw.exe"], windows), { command: "D:\\tools\\alw.exe" });
  assert.deepEqual(find(["C:\\w\\.venv\\Scripts\\alw.exe"], windows), {
    command: "C:\\w\\.venv\\Scripts\\alw.exe",
  });
  assert.deepEqual(find(["C:\\env\\alw.exe"], { ...windows, pythons: ["C:\\env\\python.exe"] }), {
    command: "C:\\env\\alw.exe",
  });
});
