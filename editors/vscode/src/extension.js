// The client: it starts the server and shows what it compiles.
"use strict";

const fs = require("node:fs");
const os = require("node:os");
const vscode = require("vscode");
const { LanguageClient, TransportKind } = require("vscode-languageclient/node");
const { SCHEME, addressOf, explained, refusal, taskAt, taskOf } = require("./compiled");
const { Picture } = require("./picture");
const { findServer, INSTALL } = require("./server");

/** @type {LanguageClient | undefined} */
let client;
/** One start or stop at a time: each waits for the one before it. */
let queue = Promise.resolve();

/**
 * @param {vscode.ExtensionContext} context
 */
async function activate(context) {
  const changed = new vscode.EventEmitter();
  const picture = new Picture(async (uri) => {
    if (!client?.isRunning()) {
      throw new Error("the server is not running");
    }
    return client.sendRequest("workspace/executeCommand", { command: "alw.graph", arguments: [uri] });
  });
  context.subscriptions.push(
    changed,
    ...picture.listen(),
    vscode.commands.registerCommand("alw.restartServer", () => restart()),
    // The server's lens above a task calls the one, the palette the other.
    vscode.commands.registerCommand("alw.showTaskMap", (...given) => show(taskOf(given))),
    vscode.commands.registerCommand("alw.showCompiledTask", async (...given) =>
      show(taskOf(given) ?? (await choose())),
    ),
    vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
      onDidChange: changed.event,
      provideTextDocumentContent: (address) => compiled(address),
    }),
    vscode.workspace.onDidSaveTextDocument((saved) => {
      for (const document of vscode.workspace.textDocuments) {
        const source = document.uri.scheme === SCHEME && taskAt(document.uri.query)?.source;
        if (source && vscode.Uri.parse(source).toString() === saved.uri.toString()) {
          changed.fire(document.uri);
        }
      }
    }),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration("alw.server")) {
        void restart();
      }
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => restart()),
  );
  await restart();
  return { picture };
}

function deactivate() {
  return after(stop);
}

function restart() {
  return after(async () => {
    await stop();
    await start();
  });
}

/**
 * @param {() => Promise<void>} step
 */
function after(step) {
  queue = queue.then(step, step);
  return queue;
}

async function stop() {
  const old = client;
  client = undefined;
  // A client whose server died cannot be stopped, and need not be.
  await old?.dispose().catch(() => undefined);
}

async function start() {
  if (!vscode.workspace.isTrusted) {
    return; // the workspace could say which program runs
  }
  const settings = vscode.workspace.getConfiguration("alw");
  const found = findServer({
    setting: settings.get("server.path", ""),
    folders: (vscode.workspace.workspaceFolders ?? [])
      .filter((folder) => folder.uri.scheme === "file")
      .map((folder) => folder.uri.fsPath),
    pythons: await selectedPythons(),
    environment: process.env,
    home: os.homedir(),
    windows: process.platform === "win32",
    isProgram,
  });
  if ("problem" in found) {
    complain(found.problem);
    return;
  }
  client = new LanguageClient(
    "alw",
    "alw",
    {
      command: found.command,
      args: settings.get("server.arguments", ["lsp"]),
      transport: TransportKind.stdio,
    },
    { documentSelector: [{ language: "alw", scheme: "file" }, { language: "alw", scheme: "untitled" }] },
  );
  client.registerFeature(commandsOfLenses);
  try {
    await client.start();
  } catch {
    complain(`${found.command} did not start as a server. It needs: ${INSTALL}`, client);
  }
}

/**
 * Tells the server which commands of lenses there are, as rust-analyzer's clients do.
 *
 * @type {import("vscode-languageclient").StaticFeature}
 */
const commandsOfLenses = {
  fillClientCapabilities: (capabilities) => {
    capabilities.experimental = { commands: { commands: ["alw.showTaskMap"] } };
  },
  initialize: () => undefined,
  getState: () => ({ kind: "static" }),
  clear: () => undefined,
};

/**
 * @param {string} problem
 * @param {LanguageClient} [failed]
 */
function complain(problem, failed) {
  const choices = failed ? ["Show Output", "Open Settings"] : ["Open Settings"];
  // Not awaited: the message stays until the user answers it.
  void vscode.window.showErrorMessage(problem, ...choices).then((choice) => {
    if (choice === "Show Output") {
      failed?.outputChannel.show();
    } else if (choice === "Open Settings") {
      void vscode.commands.executeCommand("workbench.action.openSettings", "alw.server");
    }
  });
}

/**
 * The interpreter that the Python extension has selected, if there is that extension.
 *
 * @returns {Promise<string[]>}
 */
async function selectedPythons() {
  try {
    const python = vscode.extensions.getExtension("ms-python.python");
    const environments = (await python?.activate())?.environments;
    const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
    const selected = environments?.getActiveEnvironmentPath(folder);
    const resolved = selected && (await environments.resolveEnvironment(selected));
    const file = resolved?.executable.uri?.fsPath;
    return file ? [file] : [];
  } catch {
    return []; // another version of that extension
  }
}

/**
 * @param {string} file
 */
function isProgram(file) {
  try {
    fs.accessSync(file, fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}

/**
 * Lets the user choose among the tasks that the server offers in the source that is open.
 */
async function choose() {
  const editor = vscode.window.activeTextEditor;
  if (editor?.document.languageId !== "alw") {
    return undefined;
  }
  /** @type {vscode.CodeLens[] | undefined} */
  const lenses = await vscode.commands.executeCommand(
    "vscode.executeCodeLensProvider",
    editor.document.uri,
    Number.MAX_SAFE_INTEGER,
  );
  const tasks = (lenses ?? [])
    .filter((lens) => lens.command?.command === "alw.showTaskMap")
    .map((lens) => taskOf(lens.command?.arguments ?? []))
    .filter((task) => task !== undefined);
  if (!tasks.length) {
    void vscode.window.showInformationMessage("No task here compiles, or the server is not running.");
    return undefined;
  }
  const items = tasks.map((task) => ({ label: task.task, description: task.workflow, task }));
  return (await vscode.window.showQuickPick(items, { placeHolder: "The task to show" }))?.task;
}

/**
 * @param {import("./compiled").Task | undefined} task
 */
async function show(task) {
  if (!task) {
    return;
  }
  const document = await vscode.workspace.openTextDocument(vscode.Uri.from(addressOf(task)));
  const json = await vscode.languages.setTextDocumentLanguage(document, "jsonc");
  await vscode.window.showTextDocument(json, {
    preview: true,
    preserveFocus: true,
    viewColumn: vscode.ViewColumn.Beside,
  });
}

/**
 * @param {vscode.Uri} address
 * @returns {Promise<string>}
 */
async function compiled(address) {
  const task = taskAt(address.query);
  if (!task) {
    return "";
  }
  if (!client?.isRunning()) {
    return "// The server is not running.\n";
  }
  try {
    /** @type {string} */
    const map = await client.sendRequest("workspace/executeCommand", {
      command: "alw.taskMap",
      arguments: [task.source, task.workflow, task.task],
    });
    return explained(map);
  } catch (error) {
    return refusal(error); // a document that cannot be had would keep its old text
  }
}

module.exports = { activate, deactivate };
