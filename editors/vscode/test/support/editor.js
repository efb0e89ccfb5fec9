// As much of VS Code's interface as the client touches before a server answers.
"use strict";

const Module = require("node:module");

/**
 * Anything: a class, a function, a namespace of such; what is not asked about must not fail.
 *
 * @returns {any}
 */
function anything() {
  return filled(class {});
}

/**
 * @template {object} T
 * @param {T} given
 * @returns {T} `given`, with anything for the names it lacks
 */
function filled(given) {
  return new Proxy(given, {
    get: (of, name) =>
      // A thing with "then" would be awaited.
      name in of || typeof name === "symbol" || name === "then" ? Reflect.get(of, name) : anything(),
    apply: () => anything(),
  });
}

/**
 * @typedef {{ uri: string, isDirty: boolean, refuses?: boolean }} Document
 */

/**
 * Puts an editor in the place of the module "vscode".
 *
 * @param {{ trusted: boolean, settings: Record<string, unknown>, folders: string[], open?: Document[] }} given
 */
function editor(given) {
  /** @type {string[]} */
  const errors = [];
  /** @type {Record<string, (...given: unknown[]) => unknown>} */
  const commands = {};
  /** @type {Record<string, any>} */
  const documents = {};
  /** @type {{ command: string, words: string[], cwd: string }[]} what ran */
  const executed = [];
  /** @type {string[]} */
  const saved = [];
  const nothing = () => ({ dispose: () => undefined });
  const workspace = {
    isTrusted: given.trusted,
    getWorkspaceFolder: () => undefined,
    textDocuments: (given.open ?? []).map(({ uri, isDirty, refuses }) => ({
      uri: { toString: () => uri },
      isDirty,
      save: async () => !refuses && saved.push(uri) > 0,
    })),
    workspaceFolders: given.folders.map((fsPath) => ({ uri: { scheme: "file", fsPath } })),
    getConfiguration: () => ({
      get: (/** @type {string} */ name, /** @type {unknown} */ otherwise) => given.settings[name] ?? otherwise,
    }),
    registerTextDocumentContentProvider: (/** @type {string} */ scheme, /** @type {unknown} */ provider) => {
      documents[scheme] = provider;
      return nothing();
    },
    onDidChangeTextDocument: nothing,
    onDidSaveTextDocument: nothing,
    onDidChangeConfiguration: nothing,
    onDidGrantWorkspaceTrust: nothing,
  };
  const vscode = {
    version: "1.82.0",
    workspace,
    extensions: { getExtension: () => undefined },
    window: {
      showErrorMessage: async (/** @type {string} */ message) => void errors.push(message),
    },
    Uri: {
      parse: (/** @type {string} */ uri) => {
        const { protocol, pathname } = new URL(uri);
        return { scheme: protocol.slice(0, -1), fsPath: decodeURIComponent(pathname), toString: () => uri };
      },
    },
    ProcessExecution: class {
      constructor(/** @type {string} */ command, /** @type {string[]} */ words, /** @type {{ cwd: string }} */ { cwd }) {
        Object.assign(this, { command, words, cwd });
      }
    },
    Task: class {
      constructor(/** @type {unknown[]} */ ...parts) {
        this.execution = parts[4];
      }
    },
    tasks: {
      executeTask: async (/** @type {any} */ { execution }) => void executed.push({ ...execution }),
    },
    commands: {
      registerCommand: (/** @type {string} */ name, /** @type {() => unknown} */ command) => {
        commands[name] = command;
        return nothing();
      },
    },
    EventEmitter: class {
      event = nothing;
      fire() {}
      dispose() {}
    },
  };
  const module = filled(
    Object.fromEntries(
      Object.entries(vscode).map(([name, part]) => [name, typeof part === "object" ? filled(part) : part]),
    ),
  );
  const loader = /** @type {any} */ (Module);
  const load = loader._load;
  loader._load = (/** @type {string} */ name, /** @type {unknown[]} */ ...rest) =>
    name === "vscode" ? module : load(name, ...rest);
  return { errors, commands, documents, executed, saved };
}

module.exports = { editor };
