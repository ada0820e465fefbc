"use strict";
// Reads calls from standard input and prints results, as python/client.py does, but does not wait for one answer before it sends the
// next call. With --ordered it waits.
const readline = require("readline");
const thrift = require("thrift");
const shared = require("./options");

const options = shared.parse({ timeout: 10000, ordered: false });
const { Shop, Stock, types } = shared.generated(options);
const connection = thrift.createConnection(options.host, options.port, { ...shared.library(options, true), connect_timeout: options.timeout });
const outstanding = new Set();
let failed = null;

connection.on("error", (error) => end(error));
connection.on("close", () => end(new Error("connection closed")));

function end(error) {
  failed = failed ?? error;
  for (const abandon of outstanding) abandon(error);
}

const multiplexer = new thrift.Multiplexer();
const clients = options.multiplexed
  ? {
      Shop: multiplexer.createClient("Shop", Shop, connection),
      Stock: multiplexer.createClient("Stock", Stock, connection),
    }
  : { Shop: thrift.createClient(Shop, connection) };

function item(fields) {
  return new types.Item({ ...fields, spare: fields.spare && item(fields.spare) });
}

// As JSON knows it; fields that are not set are left out, keys and sets are sorted.
function plain(value, key) {
  if (Array.isArray(value)) return key === "colors" ? [...value].sort() : value.map((one) => plain(one));
  if (value === null || typeof value !== "object") return value ?? null;
  const set = Object.entries(value).filter(([, one]) => one !== null && one !== undefined);
  return Object.fromEntries(set.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, one]) => [name, plain(one, name)]));
}

function failure(error) {
  const fields = { error: error.name, message: error.message || undefined, type: error.type, item: error.item, left: error.left };
  return JSON.parse(JSON.stringify(fields));
}

async function run(n, call) {
  const client = clients[call.service ?? "Shop"];
  let args = call.args ?? [];
  if (call.call === "double_prices") args = [args[0].map(item)];
  let printed;
  try {
    if (failed) throw failed;
    let abandon;
    const lost = new Promise((_, no) => outstanding.add((abandon = no)));
    try {
      // The transport of a client is made anew by the library only for receiving; requests share one, and so their headers.
      if (options.transport === "header") {
        client.output.clearWriteHeaders();
        for (const [key, value] of Object.entries(call.headers ?? {})) client.output.setWriteHeader(key, value);
      }

      const result = client[call.call](...args);
      printed = { result: plain(call.call === "notify" ? null : await Promise.race([result, lost])) };
    } finally {
      outstanding.delete(abandon);
    }
  } catch (error) {
    printed = failure(error);
  }

  console.log(JSON.stringify({ n, ...printed }));
}

async function main() {
  const calls = [];
  let n = 0;
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const call = run(n++, JSON.parse(line));
    calls.push(call);
    if (options.ordered) await call;
  }

  await Promise.all(calls);
  connection.end(); // And not process.exit, which would cut off what the pipe has not taken yet.
}

main();
