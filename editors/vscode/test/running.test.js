"use strict";

const assert = require("node:assert/strict");
const { test } = require("node:test");
const { workflowOf, wordsOf } = require("../src/running");

const SOURCE = "file:///w/a%20b.alw";

test("the arguments of the lens name a workflow", () => {
  assert.deepEqual(workflowOf([SOURCE, "scan", { user: "me" }]), { source: SOURCE, name: "scan", inputs: { user: "me" } });
  assert.deepEqual(workflowOf([SOURCE, null, {}]), { source: SOURCE, name: undefined, inputs: {} });
  assert.deepEqual(workflowOf([SOURCE, null, null]), { source: SOURCE, name: undefined, inputs: {} });
  assert.deepEqual(workflowOf([SOURCE, 3, { n: 1 }]), { source: SOURCE, name: undefined, inputs: {} });
  assert.equal(workflowOf([]), undefined);
  assert.equal(workflowOf([{ path: "/w" }]), undefined); // what a menu gives
});

test("each word reaches the program as it is", () => {
  const file = "/w/it's $HOME `id`; \"x\".alw";
  const only = { source: SOURCE, name: undefined, inputs: {} };
  assert.deepEqual(wordsOf(["lsp"], "run", file, only), ["run", "--resume", file]);
  const one = { source: SOURCE, name: "scan", inputs: { user: "a b$(id)", n: "3" } };
  assert.deepEqual(wordsOf(["-m", "alw", "lsp", "--stdio"], "simulate", file, one), [
    ...["-m", "alw", "simulate", file, "--workflow", "scan"],
    ...["--set", "user=a b$(id)", "--set", "n=3"],
  ]);
});

test("without 'lsp' among the arguments nobody knows where the command goes", () => {
  assert.equal(wordsOf([], "run", "/w/a.alw", { source: SOURCE, name: undefined, inputs: {} }), undefined);
});
