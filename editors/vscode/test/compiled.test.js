"use strict";

const assert = require("node:assert/strict");
const { test } = require("node:test");
const { addressOf, refusal, taskAt, taskOf } = require("../src/compiled");

const TASK = { source: "file:///w/a%20b.alw", workflow: "altest", task: "simulate" };

test("the arguments of the lens name a task", () => {
  assert.deepEqual(taskOf([TASK.source, "altest", "simulate"]), TASK);
  assert.equal(taskOf([]), undefined);
  assert.equal(taskOf([{ uri: TASK.source }, "altest", "simulate"]), undefined);
});

test("the address of a document gives its task back", () => {
  const address = addressOf(TASK);
  assert.equal(address.path, "/altest/simulate.json");
  assert.deepEqual(taskAt(address.query), TASK);
  assert.equal(taskAt("no JSON"), undefined);
  assert.equal(taskAt('{"source": 1}'), undefined);
});

test("a document says why there is no map", () => {
  assert.equal(refusal(new Error("'a' does not compile:\nsee the problems")), "// 'a' does not compile:\n// see the problems\n");
});
