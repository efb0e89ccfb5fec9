// Running a workflow on this machine: which words the program gets.  Nothing here needs the editor.
"use strict";

/** What the commands of the server's lenses have alw do. */
const ACTIONS = Object.freeze({ "alw.runWorkflow": "run", "alw.simulateWorkflow": "simulate" });
/**
 * A run goes on with the one before, as far as nothing has changed: who presses a button twice does
 * not want to hear that there is one, nor to lose it.
 *
 * @type {Readonly<Record<string, string[]>>}
 */
const OPTIONS = Object.freeze({ run: ["--resume"] });

/**
 * @typedef {object} Workflow
 * @property {string} source the address of its file
 * @property {string | undefined} name if the file has several
 * @property {Record<string, string>} inputs values that the settings give
 */

/**
 * The arguments of the server's lens: the source's address, the workflow if there are several, and
 * the values of inputs.
 *
 * @param {unknown[]} given
 * @returns {Workflow | undefined}
 */
function workflowOf(given) {
  const [source, name, inputs] = given;
  if (typeof source !== "string") {
    return undefined;
  }
  const texts = Object.entries(inputs ?? {}).filter(([, value]) => typeof value === "string");
  return { source, name: typeof name === "string" ? name : undefined, inputs: Object.fromEntries(texts) };
}

/**
 * The words after the program: those that stand before "lsp" when it is the server, then ours.  They
 * go to the process as they are, so nothing in the name of a file or in a value means anything.
 *
 * @param {string[]} serverArguments the setting alw.server.arguments
 * @param {string} action "run" or "simulate"
 * @param {string} file its full path
 * @param {Workflow} workflow
 * @returns {string[] | undefined} nothing if the setting does not say where the command's name goes
 */
function wordsOf(serverArguments, action, file, { name, inputs }) {
  const at = serverArguments.indexOf("lsp");
  if (at < 0) {
    return undefined;
  }
  const values = Object.entries(inputs).flatMap(([input, value]) => ["--set", `${input}=${value}`]);
  const which = name === undefined ? [] : ["--workflow", name];
  return [...serverArguments.slice(0, at), action, ...(OPTIONS[action] ?? []), file, ...which, ...values];
}

module.exports = { ACTIONS, workflowOf, wordsOf };
