// What a user of VS Code does with a workflow, one step after the other, in its extension host.
"use strict";

const assert = require("node:assert/strict");
const fs = require("node:fs");
const path = require("node:path");
const vscode = require("vscode");

const FOLDER = process.env.ALW_FOLDER;
const SOURCE = vscode.Uri.file(path.join(FOLDER, "altest.alw"));
/** @type {vscode.TextDocument} */
let document;

/** What is asked for until it holds. */
async function until(holds, seconds = 60) {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    let failure;
    try {
      const found = await holds();
      if (found) {
        return found;
      }
    } catch (error) {
      failure = error;
    }
    if (Date.now() > end) {
      throw failure ?? new Error(`never held: ${holds}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const problems = () => vscode.languages.getDiagnostics(SOURCE);
const codes = () => problems().map((problem) => problem.code.value);
const settled = (...wanted) =>
  until(() => {
    assert.deepEqual(codes().sort(), wanted);
    return true;
  });
const run = (command, ...given) => vscode.commands.executeCommand(command, ...given);

/** The place of ``word``, or of ``inside`` in it. */
function at(word, inside = word) {
  const offset = document.getText().indexOf(word);
  assert.notEqual(offset, -1, `there is no ${word}`);
  return document.positionAt(offset + word.indexOf(inside));
}

const behind = (word) => at(word).translate(0, word.length);

async function replace(old, text) {
  const edit = new vscode.WorkspaceEdit();
  edit.replace(SOURCE, new vscode.Range(at(old), behind(old)), text);
  assert.ok(await vscode.workspace.applyEdit(edit));
}

async function actions(problem) {
  return run("vscode.executeCodeActionProvider", SOURCE, problem.range);
}

async function take(action) {
  assert.ok(await vscode.workspace.applyEdit(action.edit));
}

const text = (contents) => contents.map((content) => content.value ?? content).join("\n");

const STEPS = {
  async "opening a file starts the server"() {
    document = await vscode.workspace.openTextDocument(SOURCE);
    await vscode.window.showTextDocument(document);
    assert.equal(document.languageId, "alw");
    await settled("ALW203", "ALW401");
    assert.ok(vscode.extensions.getExtension("alw.alw").isActive);
  },

  async "a problem has a place, a link and related places"() {
    const problem = problems().find((p) => p.code.value === "ALW203");
    assert.equal(document.getText(problem.range), "angel");
    assert.equal(problem.source, "alw");
    assert.match(problem.code.target.toString(), /name_rules\.py#L\d+$/);
    await replace("param angle", "param m1");
    await until(() => codes().includes("ALW204"));
    const twice = problems().find((p) => p.code.value === "ALW204");
    assert.equal(document.getText(twice.relatedInformation[0].location.range), "m1");
    await run("undo");
    await settled("ALW203", "ALW401");
  },

  async "quick fixes"() {
    for (const [code, wanted] of [["ALW401", "n_jobs"], ["ALW203", "angle"]]) {
      const problem = problems().find((p) => p.code.value === code);
      const fixes = await actions(problem);
      await take(fixes.find((fix) => fix.title.includes(`'${wanted}'`)));
      await until(() => !codes().includes(code));
    }
    await settled();
    assert.match(document.getText(), /n_jobs = 10/);
  },

  async "what is unused is faded"() {
    await replace("  loop scan", "  const idle: int = 3\n  loop scan");
    await settled("ALW602");
    assert.deepEqual(problems()[0].tags, [vscode.DiagnosticTag.Unnecessary]);
    await run("undo");
    await settled();
  },

  async "completion, also where the file does not parse"() {
    await replace("{m1}", "{");
    const { items } = await run("vscode.executeCompletionItemProvider", SOURCE, behind("simulate.py {"));
    const labels = items.map((item) => item.label.label ?? item.label);
    assert.ok(labels.includes("m1") && labels.includes("angle"), labels.join());
    await run("undo");
    await settled();
    const options = await run("vscode.executeCompletionItemProvider", SOURCE, at("n_jobs"));
    const option = options.items.find((item) => (item.label.label ?? item.label) === "n_files_per_job");
    assert.match(text([option.documentation]), /files/);
  },

  async "typing: brackets close, lines indent, an offer is taken"() {
    const editor = vscode.window.activeTextEditor;
    const before = document.getText();
    const end = document.lineAt(at("n_jobs").line).range.end;
    editor.selection = new vscode.Selection(end, end);
    await run("type", { text: "\n" });
    assert.equal(document.lineAt(end.line + 1).text, "      ");
    await run("type", { text: 'site = [' });
    assert.equal(document.lineAt(end.line + 1).text, "      site = []");
    await run("editor.action.commentLine");
    assert.equal(document.lineAt(end.line + 1).text, "      # site = []");
    await run("editor.action.deleteLines");
    await until(() => document.getText() === before);
    const place = at("{m1}");
    editor.selection = new vscode.Selection(place, place.translate(0, 4));
    await run("type", { text: "{" });
    await run("type", { text: "a" });
    await run("type", { text: "n" });
    await until(async () => {
      await run("acceptSelectedSuggestion");
      return document.getText().includes("simulate.py {angle} {angle} ");
    });
    while (document.getText() !== before) {
      await run("undo");
    }
    await settled();
  },

  async "hover"() {
    const [hover] = await run("vscode.executeHoverProvider", SOURCE, at("{m1}", "m1"));
    assert.match(text(hover.contents), /float/);
  },

  async "definition and references"() {
    const [found] = await run("vscode.executeDefinitionProvider", SOURCE, at("{m1}", "m1"));
    assert.equal((found.range ?? found.targetRange).start.line, at("param m1").line);
    const all = await run("vscode.executeReferenceProvider", SOURCE, at("param m1", "m1"));
    assert.ok(all.length >= 3);
  },

  async "renaming, also inside strings"() {
    const edit = await run("vscode.executeDocumentRenameProvider", SOURCE, at("{m1}", "m1"), "mass");
    assert.ok(await vscode.workspace.applyEdit(edit));
    assert.match(document.getText(), /param mass: float/);
    assert.match(document.getText(), /simulate\.py \{mass\} \{angle\} 'é😀'/);
    assert.doesNotMatch(document.getText(), /\bm1\b/);
    await settled();
    await assert.rejects(run("vscode.executeDocumentRenameProvider", SOURCE, at("{mass}", "mass"), "angle"));
  },

  async "symbols"() {
    const [workflow] = await run("vscode.executeDocumentSymbolProvider", SOURCE);
    assert.equal(workflow.name, "altest");
    const [scan] = workflow.children.filter((child) => child.name === "scan");
    assert.ok(scan.children.some((child) => child.name === "simulate"));
    const found = await run("vscode.executeWorkspaceSymbolProvider", "elsewhere");
    assert.ok(found.some((symbol) => symbol.name === "elsewhere"));
  },

  async "folding and colours"() {
    const folds = await run("vscode.executeFoldingRangeProvider", SOURCE);
    assert.ok(folds.some((fold) => fold.start === at("task simulate").line));
    const legend = await run("vscode.provideDocumentSemanticTokensLegend", SOURCE);
    const tokens = await run("vscode.provideDocumentSemanticTokens", SOURCE);
    assert.ok(legend.tokenTypes.includes("parameter"));
    assert.ok(tokens.data.length > 50);
  },

  async "signature help"() {
    await replace('result "next.json" { mass: float', 'result "next.json" { mass: ');
    const place = behind("{ mass: ");
    const help = await run("vscode.executeSignatureHelpProvider", SOURCE, place, ":");
    assert.ok(help.signatures.length === 1, JSON.stringify(help));
    await run("undo");
    await settled();
  },

  async "links, hints and lenses"() {
    const whole = new vscode.Range(0, 0, document.lineCount, 0);
    const hints = await run("vscode.executeInlayHintProvider", SOURCE, whole);
    assert.ok(hints.some((hint) => hint.label === "=0.5"), JSON.stringify(hints));
    const lenses = await run("vscode.executeCodeLensProvider", SOURCE, 10);
    const titles = lenses.map((lens) => lens.command.title).sort();
    assert.deepEqual(titles, ["Run", "Simulate", "show compiled task map", "show compiled task map"]);
    await replace("n_jobs = 10", 'sandbox = "code"');
    await until(() => codes().length);
    fs.mkdirSync(path.join(FOLDER, "code"));
    fs.writeFileSync(path.join(FOLDER, "code", "simulate.py"), "");
    await settled(); // the server hears of the new files
    const links = await run("vscode.executeLinkProvider", SOURCE);
    assert.ok(links.some((link) => link.target.fsPath === path.join(FOLDER, "code")));
  },

  async "the lens shows the compiled map"() {
    const lenses = await run("vscode.executeCodeLensProvider", SOURCE, 10);
    const { command } = lenses.find((lens) => lens.command?.command === "alw.showTaskMap");
    await run(command.command, ...command.arguments);
    const shown = await until(() =>
      vscode.window.visibleTextEditors.find((editor) => editor.document.uri.scheme === "alw-task"),
    );
    assert.equal(shown.document.languageId, "jsonc");
    const written = () => JSON.parse(shown.document.getText().replace(/^\/\/.*\n/gm, ""));
    assert.match(shown.document.getText(), /^\/\/ .*iDDS puts the value of mass in the place of ___idds___user_mass___/m);
    const map = written();
    assert.match(map.taskName, /^user\.me\.altest/);
    await replace("py {mass}", "py {mass} --more");
    await settled();
    await document.save();
    await until(() => shown.document.getText().includes("--more"));
    await replace("{mass} --more", "{mess}");
    await settled("ALW203");
    await document.save();
    await until(() => shown.document.getText().includes("does not compile"));
    await replace("{mess}", "{mass}");
    await document.save();
    await until(() => written().taskName);
    await vscode.window.showTextDocument(document);
    await settled();
  },

  async "the values of the last run"() {
    const whole = () => new vscode.Range(0, 0, document.lineCount, 0);
    const shown = async () => {
      const hints = await run("vscode.executeInlayHintProvider", SOURCE, whole());
      return hints.map((hint) => hint.label).filter((label) => label.includes("→"));
    };
    assert.deepEqual(await shown(), []);
    const folder = path.join(FOLDER, "runs", "altest");
    const iterations = [1, 2].map((number) => ({ number, values: { mass: number / 4, angle: 2 }, tasks: [] }));
    fs.mkdirSync(folder, { recursive: true });
    fs.writeFileSync(path.join(folder, "history.json"), JSON.stringify({ workflow: "altest", iterations, end: "bound" }));
    await until(async () => (await shown()).length);
    assert.deepEqual(await shown(), [" → 0.5 (iteration 2)", " → 2 (iteration 2)"]);
    const [hover] = await run("vscode.executeHoverProvider", SOURCE, at("{mass}", "mass"));
    assert.match(text(hover.contents), /iterations 1 to 2: `0\.25`, `0\.5`/);
  },

  async "the picture beside the source"() {
    const { picture } = vscode.extensions.getExtension("alw.alw").exports;
    await vscode.window.showTextDocument(document);
    await run("alw.showWorkflow");
    const drawn = await until(() => picture.shown.drawn); // by the panel itself
    assert.match(picture.shown.svg, /^<svg.*simulate/s);
    assert.equal(vscode.window.activeTextEditor.document.uri.toString(), SOURCE.toString());
    // it is drawn as the source is edited, saved or not
    await replace("  repeat while", '  task extra { exec = "true" }\n    repeat while');
    await until(() => picture.shown.drawn > drawn && picture.shown.svg.includes(">extra<"));
    // a click leads to the line
    const line = at("task extra").line + 1;
    assert.ok(picture.shown.svg.includes(`#L${line}"`));
    await picture.receive({ line });
    assert.equal(vscode.window.activeTextEditor.document.uri.toString(), SOURCE.toString());
    assert.equal(vscode.window.activeTextEditor.selection.active.line, line - 1);
    // of what cannot be parsed the last picture stays, with a note
    await replace("task extra {", "task extra {{{");
    await until(() => /^Not drawn: line \d+: /.test(picture.shown.note));
    assert.match(picture.shown.svg, />extra</);
    await run("undo");
    await run("undo");
    await until(() => !picture.shown.note && picture.shown.drawn === drawn);
    picture.panel.dispose();
    await settled();
  },

  async "problems of files that are not open"() {
    const of = (name) => vscode.languages.getDiagnostics(vscode.Uri.file(path.join(FOLDER, name)));
    const file = (name, text) => fs.writeFileSync(path.join(FOLDER, name), text);
    await until(() => of("faulty.alw").some((problem) => problem.code.value === "ALW203"));
    file("faulty.alw", 'workflow faulty { dataset = "user.me.faulty" task t { exec = "true" } }\n');
    await until(() => of("faulty.alw").length === 0);
    fs.mkdirSync(path.join(FOLDER, ".hidden"), { recursive: true });
    const wrong = 'workflow late { dataset = "user.me.late" task t { exec = "{x}" } }\n';
    file(".hidden/late.alw", wrong);
    file("late.alw", wrong);
    await until(() => of("late.alw").length === 1);
    assert.equal(of(".hidden/late.alw").length, 0);
    // one that is opened shows its problems once
    const late = await vscode.workspace.openTextDocument(path.join(FOLDER, "late.alw"));
    await vscode.window.showTextDocument(late);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    assert.equal(of("late.alw").length, 1);
    fs.unlinkSync(path.join(FOLDER, "late.alw"));
    await run("workbench.action.closeActiveEditor");
    await until(() => of("late.alw").length === 0);
    await vscode.window.showTextDocument(document);
    await settled();
  },

  async "formatting on saving"() {
    await vscode.workspace.getConfiguration("editor").update("formatOnSave", true, true);
    await replace("outputs    =   ", "outputs=");
    await document.save();
    assert.match(document.getText(), /outputs = \["output\.json"\]/);
    const edits = await run("vscode.executeFormatDocumentProvider", SOURCE, { tabSize: 2, insertSpaces: true });
    assert.deepEqual(edits ?? [], []);
  },

  async "settings"() {
    const settings = vscode.workspace.getConfiguration("alw");
    await settings.update("target", "idds-0.2", true);
    await until(() => codes().length);
    await settings.update("target", undefined, true);
    await settled();
    await settings.update("inputs", { user: "you" }, true);
    await until(async () => {
      const [hover] = await run("vscode.executeHoverProvider", SOURCE, at("{user}", "user"));
      return text(hover.contents).includes("you");
    });
    await settings.update("inputs", undefined, true);
  },

  async "a server that is not there, and one that comes back"() {
    const settings = vscode.workspace.getConfiguration("alw.server");
    await settings.update("path", "/nowhere/alw", true);
    await until(() => problems().length === 0);
    await replace("{mass}", "{mess}");
    await new Promise((resolve) => setTimeout(resolve, 500));
    assert.deepEqual(codes(), []);
    await settings.update("path", process.env.ALW_PROGRAM, true);
    await settled("ALW203");
    await run("alw.restartServer");
    await settled("ALW203");
    await run("undo");
    await settled();
  },

  // the last one: without its native parts VS Code waits for the terminal
  async "a run, in a process of its own"() {
    await replace("{mass}", "{mass}  ");
    assert.ok(document.isDirty);
    const started = new Promise((resolve) => vscode.tasks.onDidStartTask(({ execution }) => resolve(execution.task)));
    const lenses = await run("vscode.executeCodeLensProvider", SOURCE, 10);
    const { command } = lenses.find((lens) => lens.command?.command === "alw.runWorkflow");
    void run(command.command, ...command.arguments);
    const task = await Promise.race([started, new Promise((resolve) => setTimeout(resolve, 20_000))]);
    assert.ok(!document.isDirty);
    assert.ok(task, "no task has started");
    assert.equal(task.execution.process, process.env.ALW_PROGRAM);
    assert.deepEqual(task.execution.args, ["run", "--resume", SOURCE.fsPath]);
  },
};

async function suite() {
  const seen = {};
  for (const [name, step] of Object.entries(STEPS)) {
    try {
      await step();
      seen[name] = null;
    } catch (error) {
      seen[name] = `${error?.stack ?? error}\n${document?.getText()}\n${codes()}`;
    }
    fs.writeFileSync(`${process.env.ALW_SEEN}.part`, JSON.stringify(seen, null, 1));
  }
  fs.renameSync(`${process.env.ALW_SEEN}.part`, process.env.ALW_SEEN);
}

module.exports = { activate() {}, run: suite };
