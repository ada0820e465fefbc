"use strict";
// Serves interop.thrift. Prints `ready PORT`, then serves until its standard input ends. Arguments as of python/server.py.
const thrift = require("thrift");
const shared = require("./options");

const options = shared.parse({ name: "node" });
const { Shop, Stock, types } = shared.generated(options);
const texts = [];
let current = null;

const shop = {
  who: () => options.name,
  echo: (text) => text,
  add: (a, b) => a + b,
  double_prices: (items) => Object.fromEntries(items.map((item) => [item.name, Object.assign(item, { price: item.price * 2 })])),
  ping: () => undefined,
  notify: (text) => void texts.push(text),
  notified: () => texts,
  buy: (item, count) => {
    if (count > 10) throw new types.SoldOut({ item, left: 10 });
    return count;
  },
  slow: (milliseconds) => {
    const text = `after ${milliseconds} ms`;
    if (options.transport !== "header") return new Promise((done) => setTimeout(() => done(text), milliseconds));
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
    return text;
  },
  fail: (text) => {
    throw new Error(text);
  },
  headers: () => (options.transport === "header" ? current.getReadHeaders() : {}),
};
const stock = { who: () => options.name, count: (item) => item.length };

// The library counts a function's parameters to know whether it wants a callback. We do: with promises the answer is written after the
// library has tried to read the next call, and then without its header.
function withCallback(act) {
  const wrapped = (...args) => {
    const done = args.length > act.length ? args.pop() : () => {}; // One-way calls come without.
    try {
      const result = act(...args);
      if (result instanceof Promise) result.then((value) => done(null, value), done);
      else done(null, result);
    } catch (error) {
      done(error);
    }
  };
  return Object.defineProperty(wrapped, "length", { value: act.length + 1 });
}

function callbacks(handler) {
  return Object.fromEntries(Object.entries(handler).map(([name, act]) => [name, withCallback(act)]));
}

let processor = new Shop.Processor(callbacks(shop));
if (options.multiplexed) {
  const services = new thrift.MultiplexedProcessor();
  services.registerProcessor("Shop", processor);
  services.registerProcessor("Stock", new Stock.Processor(callbacks(stock)));
  processor = services;
}

const remembering = {
  process(input, output) {
    current = input.trans;
    if (options.transport === "header") current.clearReadHeaders();
    processor.process(input, output);
  },
};

const server = thrift.createMultiplexServer(remembering, shared.library(options, false));
server.on("error", (error) => console.error(error));
server.listen(options.port, options.host, () => console.log(`ready ${server.address().port}`));
process.stdin.on("end", () => process.exit(0)).resume();
