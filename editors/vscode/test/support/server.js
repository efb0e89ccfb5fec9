// A server that answers what the client asks of every server, and says how it was asked for a map.
//
//   node server.js [refuse]
"use strict";

const refuses = process.argv[2] === "refuse";
let unread = "";
/** What the client said of itself. */
let experimental = {};

process.stdin.setEncoding("latin1");
process.stdin.on("data", (chunk) => {
  unread += chunk;
  for (;;) {
    const end = unread.indexOf("\r\n\r\n");
    const length = Number(/Content-Length: (\d+)/i.exec(unread)?.[1]);
    if (end < 0 || unread.length < end + 4 + length) {
      return;
    }
    const message = JSON.parse(unread.slice(end + 4, end + 4 + length));
    unread = unread.slice(end + 4 + length);
    if (message.method === "exit") {
      process.exit(0);
    }
    if (message.id !== undefined) {
      answer(message);
    }
  }
});

/** @param {{ id: number, method: string, params: unknown }} message */
function answer({ id, method, params }) {
  if (method === "initialize") {
    experimental = /** @type {any} */ (params).capabilities.experimental;
  }
  const asked = /** @type {any} */ (params)?.arguments?.[0];
  const result =
    asked === "capabilities" ? JSON.stringify(experimental) :
    method === "initialize" ? { capabilities: {} }
    : method === "workspace/executeCommand" ? `${JSON.stringify(params)}\n`
    : null;
  const told = refuses ? { error: { code: -32603, message: "there is no pygls" } } : { result };
  const body = JSON.stringify({ jsonrpc: "2.0", id, ...told });
  process.stdout.write(`Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`, () => {
    if (refuses) {
      process.exit(1);
    }
  });
}
