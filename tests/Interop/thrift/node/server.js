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
  slow: (milliseconds) => new Promise((done) => setTimeout(() => done(`after ${milliseconds} ms`), milliseconds)),
  fail: (text) => {
    throw new Error(text);
  },
  headers: () => (options.transport === "header" ? current.getReadHeaders() : {}),
};
const stock = { who: () => options.name, count: (item) => item.length };

// Handlers of one argument count get promises' rules only if they return one; wrapped, all do.
function promised(handler) {
  return Object.fromEntries(
    Object.entries(handler).map(([name, act]) => [
      name,
      // The library counts a function's parameters to know whether it wants a callback.
      Object.defineProperty(async (...args) => act(...args), "length", { value: act.length }),
    ]),
  );
}

let processor = new Shop.Processor(promised(shop));
if (options.multiplexed) {
  const services = new thrift.MultiplexedProcessor();
  services.registerProcessor("Shop", processor);
  services.registerProcessor("Stock", new Stock.Processor(promised(stock)));
  processor = services;
}

const remembering = {
  process(input, output) {
    current = input.trans;
    if (options.transport === "header") current.clearReadHeaders();
    processor.process(input, output);
  },
};

const server = thrift.createMultiplexServer(remembering, shared.library(options));
server.on("error", (error) => console.error(error));
server.listen(options.port, options.host, () => console.log(`ready ${server.address().port}`));
process.stdin.on("end", () => process.exit(0)).resume();
