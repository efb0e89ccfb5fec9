"use strict";

const assert = require("node:assert/strict");
const { test } = require("node:test");
const { addressOf, explained, refusal, taskAt, taskOf } = require("../src/compiled");

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

test("a document says what its placeholders are", () => {
  const map = '{"a": "x ___idds___user_m1___ ___idds___user_m_2___ ___idds___user_m1___", "b": "___idds___num_run___"}\n';
  assert.equal(
    explained(map),
    "// In each iteration, iDDS puts the number of the iteration in the place of ___idds___num_run___.\n" +
      "// In each iteration, iDDS puts the value of m1 in the place of ___idds___user_m1___.\n" +
      "// In each iteration, iDDS puts the value of m_2 in the place of ___idds___user_m_2___.\n" +
      map,
  );
  assert.equal(explained("{}\n"), "{}\n");
});
