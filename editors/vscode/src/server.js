// Where the server is.  Nothing here needs the editor, so that node can test it.
"use strict";

const path = require("node:path");

/**
 * @typedef {object} Surroundings
 * @property {string} setting the setting alw.server.path, perhaps empty
 * @property {string[]} folders the folders of the workspace
 * @property {string[]} pythons the interpreters that are selected, the first one preferred
 * @property {Record<string, string | undefined>} environment
 * @property {string} home
 * @property {boolean} windows
 * @property {(file: string) => boolean} isProgram whether a file can be run
 */

/**
 * @typedef {{ command: string } | { problem: string }} Found
 */

const INSTALL = "pip install 'alw[lsp]'";

/**
 * The program to start, or what to tell the user.
 *
 * A setting that names no program is a problem, and not passed over: it says what is wanted.
 *
 * @param {Surroundings} here
 * @returns {Found}
 */
function findServer(here) {
  const join = here.windows ? path.win32.join : path.posix.join;
  if (here.setting.trim()) {
    return fromSetting(here.setting.trim(), here);
  }
  const venvs = here.folders.flatMap((folder) =>
    [".venv", "venv"].map((name) => join(folder, name, here.windows ? "Scripts" : "bin")),
  );
  const beside = (here.windows ? path.win32 : path.posix).dirname;
  // An interpreter without a folder, "python", would make it the current one.
  const selected = here.pythons.filter((python) => isAbsolute(python, here)).map(beside);
  const command = first([...selected, ...venvs, ...searched(here)], "alw", here);
  return command
    ? { command }
    : {
        problem:
          "The program 'alw' was not found in the selected Python environment, in .venv of the " +
          `workspace, or in PATH. Install it with: ${INSTALL}, or name it in the setting ` +
          "alw.server.path.",
      };
}

/**
 * @param {string} setting
 * @param {Surroundings} here
 * @returns {Found}
 */
function fromSetting(setting, here) {
  const isPath = /[\\/]/.test(setting);
  const rooted = setting.replace(/^~(?=[\\/])/, () => here.home);
  const places = rooted.includes("${workspaceFolder}")
    ? here.folders.map((folder) => rooted.replaceAll("${workspaceFolder}", () => folder))
    : [rooted];
  const command = isPath
    ? places.filter((place) => isAbsolute(place, here)).flatMap((place) => programs(place, here))[0]
    : first(searched(here), rooted, here);
  if (command) {
    return { command };
  }
  const relative = isPath && !places.some((place) => isAbsolute(place, here));
  const why = relative
    ? "is no full path; begin it with ${workspaceFolder} or ~"
    : `is no program${isPath ? "" : " in PATH"}; install it with: ${INSTALL}, or change the setting`;
  return { problem: `The setting alw.server.path: '${setting}' ${why}.` };
}

/**
 * @param {string} file
 * @param {Surroundings} here
 */
function isAbsolute(file, here) {
  return (here.windows ? path.win32 : path.posix).isAbsolute(file);
}

/**
 * The folders of PATH; one that is not absolute would depend on where the editor was started.
 *
 * @param {Surroundings} here
 */
function searched(here) {
  const name = Object.keys(here.environment).find((key) =>
    here.windows ? key.toUpperCase() === "PATH" : key === "PATH",
  );
  const value = (name && here.environment[name]) || "";
  return value.split(here.windows ? ";" : ":").filter((folder) => isAbsolute(folder, here));
}

/**
 * @param {string[]} folders
 * @param {string} name
 * @param {Surroundings} here
 */
function first(folders, name, here) {
  const join = here.windows ? path.win32.join : path.posix.join;
  return folders.flatMap((folder) => programs(join(folder, name), here))[0];
}

/**
 * The programs that a name without its ending may mean.
 *
 * @param {string} file
 * @param {Surroundings} here
 */
function programs(file, here) {
  const named = here.windows && !/\.exe$/i.test(file) ? [`${file}.exe`] : [file];
  return named.filter((candidate) => here.isProgram(candidate));
}

module.exports = { findServer, INSTALL };
