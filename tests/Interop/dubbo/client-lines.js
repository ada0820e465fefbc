'use strict';
// node client-lines.js HOST PORT [--host ANOTHER] [--timeout MS]: sofa-rpc-node's connections with dubbo-remoting. Reads calls from standard input, one a line, and prints a
// line for each answer, as thrift/python/client.py does: {"call": "echo", "args": ["x"], "headers": {...}, "on": 0, "times": 1}. A connection does not
// wait for one answer before it sends the next call; with "times" it has so many of them outstanding:
const WINDOW = 8;
const readline = require('readline');
const url = require('url');
const { RpcConnection, RpcRequest, DynamicConfig } = require('sofa-rpc-node').client;
const protocol = require('dubbo-remoting');
const common = require('./common');

DynamicConfig.instance.circuitBreaker.forceClosed = true; // Errors are what is looked for here.
const { words: [ host, port ], options } = common.parse(process.argv);
const quiet = { info() {}, warn() {}, error() {}, debug() {} };
const connections = new Map();
const service = `${common.INTERFACE}:${common.VERSION}`;

const connect = number => {
  if (!connections.has(number) || connections.get(number).isClosed) {
    const name = options.host || host;
    const connection = new RpcConnection({ logger: quiet, protocol, address: url.parse(`dubbo://${name.includes(':') ? `[${name}]` : name}:${port}`) });
    connection.on('error', () => {});
    connections.set(number, connection);
  }
  return connections.get(number);
};

const run = async ({ call, args = [], headers = {}, on = 0 }) => {
  const connection = connect(on);
  const request = new RpcRequest({
    serverSignature: service, group: '', methodName: call, args, requestProps: { service, ...headers }, timeout: Number(options.timeout || 5000),
  });
  try {
    await connection.ready();
    const { error, appResponse, responseProps } = await connection.invoke(request);
    if (error) return { error: error.name, message: error.message };
    return { result: call === 'headers' ? JSON.parse(appResponse) : appResponse, ...(responseProps ? { headers: responseProps } : {}) };
  } catch (error) {
    return { error: error.name, message: error.message };
  }
};

const tally = async call => {
  const counts = {};
  let left = call.times;
  const one = async () => {
    while (left-- > 0) {
      const { result, message } = await run(call);
      counts[result ?? message] = (counts[result ?? message] || 0) + 1;
    }
  };
  await Promise.all(Array.from({ length: WINDOW }, one));
  return { tally: counts };
};

(async () => {
  const calls = [];
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const n = calls.length;
    const call = JSON.parse(line);
    calls.push((call.times ? tally(call) : run(call)).then(answer => common.line({ n, ...answer })));
  }
  await Promise.all(calls);
  for (const connection of connections.values()) await connection.forceClose();
})();
