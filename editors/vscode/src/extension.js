// The client: it starts the server, shows what it compiles, and runs it.
"use strict";

const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const vscode = require("vscode");
const { LanguageClient, TransportKind } = require("vscode-languageclient/node");
const { SCHEME, addressOf, explained, refusal, taskAt, taskOf } = require("./compiled");
const { Picture } = require("./picture");
const { ACTIONS, workflowOf, wordsOf } = require("./running");
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
    ...Object.entries(ACTIONS).map(([command, action]) =>
      // The server's lens gives the workflow, the palette and a key nothing.
      vscode.commands.registerCommand(command, async (...given) =>
        run(action, workflowOf(given) ?? (await chooseWorkflow(command, action))),
      ),
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
  const found = await program(settings);
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
 * The program alw, or what to tell the user.
 *
 * @param {vscode.WorkspaceConfiguration} settings
 */
async function program(settings) {
  return findServer({
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
}

/**
 * Tells the server which commands of lenses there are, as rust-analyzer's clients do.
 *
 * @type {import("vscode-languageclient").StaticFeature}
 */
const commandsOfLenses = {
  fillClientCapabilities: (capabilities) => {
    capabilities.experimental = { commands: { commands: ["alw.showTaskMap", ...Object.keys(ACTIONS)] } };
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
 * What the server's lenses in the source that is open have for a command; nothing without a source.
 *
 * @param {string} command
 * @returns {Promise<unknown[][] | undefined>} the arguments of each
 */
async function offered(command) {
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
  return (lenses ?? [])
    .filter((lens) => lens.command?.command === command)
    .map((lens) => lens.command?.arguments ?? []);
}

/**
 * Lets the user choose among the workflows of the source that is open.
 *
 * @param {string} command
 * @param {string} action
 */
async function chooseWorkflow(command, action) {
  const document = vscode.window.activeTextEditor?.document;
  const lenses = await offered(command);
  if (!lenses || !document) {
    void vscode.window.showInformationMessage(`Open the workflow to ${action}: a file that ends in .alw.`);
    return undefined;
  }
  const workflows = lenses.map(workflowOf).filter((workflow) => workflow !== undefined);
  if (!workflows.length) {
    const why =
      document.uri.scheme === "file" ? "There is no workflow here, or the server is not running." : UNSAVED;
    void vscode.window.showInformationMessage(why);
    return undefined;
  }
  const items = workflows.map((workflow) => ({ label: workflow.name ?? "", workflow }));
  const chosen = items.length > 1 ? await vscode.window.showQuickPick(items, { placeHolder: `The workflow to ${action}` }) : items[0];
  return chosen?.workflow;
}

const UNSAVED = "Save the file first: its scripts and the results of a run lie beside it.";

/**
 * Has alw run or simulate a workflow, in a terminal of its own and without a shell.
 *
 * @param {string} action
 * @param {import("./running").Workflow | undefined} workflow
 */
async function run(action, workflow) {
  if (!workflow) {
    return;
  }
  if (!vscode.workspace.isTrusted) {
    void vscode.window.showErrorMessage("Trust this folder first: a workflow runs programs.");
    return;
  }
  const source = vscode.Uri.parse(workflow.source);
  if (source.scheme !== "file") {
    void vscode.window.showErrorMessage(UNSAVED);
    return;
  }
  const open = vscode.workspace.textDocuments.find(({ uri }) => uri.toString() === source.toString());
  if (open?.isDirty && !(await open.save())) {
    return; // the editor has said why
  }
  const settings = vscode.workspace.getConfiguration("alw");
  const found = await program(settings);
  if ("problem" in found) {
    complain(found.problem);
    return;
  }
  const file = source.fsPath;
  const words = wordsOf(settings.get("server.arguments", ["lsp"]), action, file, workflow);
  if (!words) {
    complain("The setting alw.server.arguments has no word 'lsp', in whose place 'run' could stand.");
    return;
  }
  const name = `${action} ${workflow.name ?? path.basename(file)}`;
  const execution = new vscode.ProcessExecution(found.command, words, { cwd: path.dirname(file) });
  const folder = vscode.workspace.getWorkspaceFolder(source) ?? vscode.TaskScope.Workspace;
  const task = new vscode.Task({ type: "alw", action, file }, folder, name, "alw", execution, []);
  task.presentationOptions = { reveal: vscode.TaskRevealKind.Always, panel: vscode.TaskPanelKind.Dedicated };
  await vscode.tasks.executeTask(task);
}

/**
 * Lets the user choose among the tasks that the server offers in the source that is open.
 */
async function choose() {
  const lenses = await offered("alw.showTaskMap");
  if (!lenses) {
    return undefined;
  }
  const tasks = lenses.map(taskOf).filter((task) => task !== undefined);
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
