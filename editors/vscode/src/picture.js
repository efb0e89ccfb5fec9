// The picture of a workflow beside its source, drawn again while that is edited.
"use strict";

const { randomBytes } = require("node:crypto");
const vscode = require("vscode");

/** After the last edit, so many milliseconds pass before the picture is drawn again. */
const PAUSE = 300;

/** What runs in the panel: it shows what it is sent, and tells of clicks. */
const SCRIPT = `
const editor = acquireVsCodeApi();
const picture = document.getElementById("picture");
const note = document.getElementById("note");
addEventListener("message", ({ data }) => {
  if (typeof data.svg === "string") {
    picture.innerHTML = data.svg;
    editor.postMessage({ drawn: picture.querySelectorAll("a").length });
  }
  note.textContent = data.note ?? "";
  note.hidden = !data.note;
});
addEventListener("click", (event) => {
  const link = event.target.closest("a");
  const line = /^#L(\\d+)$/.exec(link?.getAttribute("href") ?? "");
  if (line) {
    event.preventDefault();
    editor.postMessage({ line: Number(line[1]) });
  }
});
editor.postMessage({ ready: true });
`;

/**
 * @param {string} nonce
 */
function page(nonce) {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'nonce-${nonce}'">
<style>
#picture svg { max-width: 100%; height: auto }
#note { padding: 4px 0; color: var(--vscode-editorWarning-foreground) }
</style>
</head>
<body>
<div id="note" role="status" hidden></div>
<div id="picture"></div>
<script nonce="${nonce}">${SCRIPT}</script>
</body>
</html>`;
}

/**
 * One panel; it follows the source that is edited.
 */
class Picture {
  /**
   * @param {(uri: string) => Promise<string>} draw asks the server for the SVG of a source
   */
  constructor(draw) {
    this.draw = draw;
    /** @type {vscode.WebviewPanel | undefined} */
    this.panel = undefined;
    /** @type {vscode.Uri | undefined} */
    this.source = undefined;
    /** @type {NodeJS.Timeout | undefined} */
    this.timer = undefined;
    this.asked = 0;
    /** What the panel has shown: for tests. */
    this.shown = { svg: "", note: "", drawn: 0 };
  }

  /** @returns {vscode.Disposable[]} */
  listen() {
    return [
      vscode.commands.registerCommand("alw.showWorkflow", () => this.show()),
      vscode.workspace.onDidChangeTextDocument(({ document }) => {
        if (document.uri.toString() === this.source?.toString()) {
          this.later();
        }
      }),
      vscode.window.onDidChangeActiveTextEditor((editor) => {
        if (this.panel && editor && isSource(editor.document)) {
          this.follow(editor.document.uri);
        }
      }),
      new vscode.Disposable(() => {
        clearTimeout(this.timer);
        this.panel?.dispose();
      }),
    ];
  }

  show() {
    const document = vscode.window.activeTextEditor?.document;
    if (!document || !isSource(document)) {
      void vscode.window.showInformationMessage("Open the workflow that is to be shown: a file that ends in .alw.");
      return;
    }
    if (!this.panel) {
      const panel = vscode.window.createWebviewPanel(
        "alw.workflow",
        "Workflow",
        { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true },
        { enableScripts: true, localResourceRoots: [] },
      );
      this.panel = panel;
      panel.onDidDispose(() => {
        this.panel = this.source = undefined;
      });
      panel.webview.onDidReceiveMessage((message) => this.receive(message));
      panel.webview.html = page(randomBytes(16).toString("hex"));
    } else {
      this.panel.reveal(undefined, true);
    }
    this.follow(document.uri);
  }

  /** @param {vscode.Uri} source */
  follow(source) {
    if (this.panel && source.toString() !== this.source?.toString()) {
      this.source = source;
      this.panel.title = `Workflow ${source.path.split("/").at(-1)}`;
      void this.refresh();
    }
  }

  /** @param {{ ready?: boolean, line?: number, drawn?: number }} message */
  async receive(message) {
    if (message.ready) {
      await this.refresh(); // also when the panel comes back to the front
    } else if (typeof message.drawn === "number") {
      this.shown.drawn = message.drawn;
    } else if (typeof message.line === "number" && this.source) {
      await this.reveal(message.line);
    }
  }

  /**
   * Shows a line of the source, where the source is open already if it is.
   *
   * @param {number} line from 1
   */
  async reveal(line) {
    const source = /** @type {vscode.Uri} */ (this.source);
    const open = vscode.window.visibleTextEditors.find(({ document }) => document.uri.toString() === source.toString());
    const at = new vscode.Position(line - 1, 0);
    await vscode.window.showTextDocument(source, {
      viewColumn: open?.viewColumn ?? vscode.ViewColumn.One,
      selection: new vscode.Range(at, at),
    });
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.refresh(), PAUSE);
  }

  async refresh() {
    if (!this.panel || !this.source) {
      return;
    }
    const number = ++this.asked;
    /** @type {{ svg?: string, note?: string }} */
    let answer;
    try {
      answer = { svg: await this.draw(this.source.toString()) };
    } catch (error) {
      // the last picture stays
      const why = error instanceof Error ? error.message : String(error);
      answer = { note: `Not drawn: ${why}` };
    }
    if (this.panel && number === this.asked) {
      this.shown = { ...this.shown, svg: answer.svg ?? this.shown.svg, note: answer.note ?? "" };
      await this.panel.webview.postMessage(answer);
    }
  }
}

/** @param {vscode.TextDocument} document */
function isSource(document) {
  return document.languageId === "alw" && ["file", "untitled"].includes(document.uri.scheme);
}

module.exports = { Picture, page };
