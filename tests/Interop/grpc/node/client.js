// Calls echo.proto: `client.js PORT` reads calls as JSON lines and prints one JSON line for each, as ../python/client.py does.
'use strict';
const readline = require('readline');
const grpc = require('@grpc/grpc-js');
const { Echo, pairs } = require('./echo.js');

const address = `127.0.0.1:${process.argv[2]}`;
const plain = new Echo(address, grpc.credentials.createInsecure());
const gzipped = new Echo(address, grpc.credentials.createInsecure(), { 'grpc.default_compression_algorithm': 2 });
const text = given => (given.startsWith('*') ? 'x'.repeat(Number(given.slice(1))) : given);
const shown = value => (value.length > 1000 && value === 'x'.repeat(value.length) ? `*${value.length}` : value);

function run(call) {
  return new Promise(resolve => {
    const method = Echo.service[call.call];
    const result = { answers: [], code: 0, message: '', headers: {}, trailers: {} };
    const metadata = new grpc.Metadata();
    for (const [key, value] of Object.entries(call.metadata ?? {})) metadata.set(key, value);
    const options = call.timeout ? { deadline: Date.now() + 1000 * call.timeout } : {};
    const messages = call.send.map(message => ({ value: text(message) }));

    const arguments_ = method.requestStream ? [metadata, options] : [messages[0], metadata, options];
    if (!method.responseStream) arguments_.push((error, answer) => { if (!error) result.answers.push(shown(answer.value)); });
    const going = (call.gzip ? gzipped : plain)[call.call](...arguments_);
    going.on('metadata', received => {
      result.headers = pairs(received);
      if (call.cancel === 0) going.cancel();
    });
    going.on('data', answer => {
      result.answers.push(shown(answer.value));
      if (result.answers.length === call.cancel) going.cancel();
    });
    going.on('error', () => {}); // the status says it
    going.on('status', status => {
      [result.code, result.message, result.trailers] = [status.code, status.details, pairs(status.metadata)];
      setImmediate(() => resolve(result));
    });
    if (method.requestStream) {
      for (const message of messages) going.write(message);
      going.end();
    }
  });
}

(async () => {
  for await (const line of readline.createInterface({ input: process.stdin })) console.log(JSON.stringify(await run(JSON.parse(line))));
  plain.close();
  gzipped.close();
})();
