// The documents that show what a task compiles to.  Nothing here needs the editor.
"use strict";

const SCHEME = "alw-task";

/**
 * @typedef {{ source: string, workflow: string, task: string }} Task
 */

/**
 * The arguments of the server's lens: the source's address, the workflow, the task.
 *
 * @param {unknown[]} given
 * @returns {Task | undefined}
 */
function taskOf(given) {
  const [source, workflow, task] = given;
  return typeof source === "string" && typeof workflow === "string" && typeof task === "string"
    ? { source, workflow, task }
    : undefined;
}

/**
 * The parts of the address of the document: its path is what the tab shows.
 *
 * @param {Task} task
 */
function addressOf(task) {
  return {
    scheme: SCHEME,
    path: `/${task.workflow}/${task.task}.json`,
    query: JSON.stringify([task.source, task.workflow, task.task]),
  };
}

/**
 * The task that a document's address stands for.
 *
 * @param {string} query
 * @returns {Task | undefined}
 */
function taskAt(query) {
  try {
    const given = JSON.parse(query);
    return Array.isArray(given) ? taskOf(given) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * What the document holds instead of a map that the server refuses to give.
 *
 * @param {unknown} error
 */
function refusal(error) {
  const message = error instanceof Error ? error.message : String(error);
  return `${message.replace(/^/gm, "// ")}\n`;
}

/**
 * A map, after comments that say what its placeholders are.
 *
 * @param {string} map
 */
function explained(map) {
  const placeholders = [...new Set(map.match(/___idds___[a-z]\w*?___|___alw_\w+?___/g))].sort();
  const meant = placeholders.map((placeholder) => {
    const name = /^___idds___user_(\w+)___$|^___alw_(\w+)___$/.exec(placeholder);
    const what =
      name === null || name[2] === "iteration" ? "the number of the iteration" : `the value of ${name[1] ?? name[2]}`;
    return `// In each iteration, iDDS puts ${what} in the place of ${placeholder}.\n`;
  });
  return meant.join("") + map;
}

module.exports = { SCHEME, taskOf, addressOf, taskAt, explained, refusal };
