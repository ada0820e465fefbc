// Serves echo.proto, as ../python/server.py does.
'use strict';
const { parseArgs } = require('util');
const grpc = require('@grpc/grpc-js');
const { Echo } = require('./echo.js');

const { gzip, name, fail } = parseArgs({ options: { gzip: { type: 'boolean' }, name: { type: 'string' }, fail: { type: 'boolean' } } }).values;
const server = new grpc.Server(gzip ? { 'grpc.default_compression_algorithm': 2 } : {});

server.addService(Echo.service, {
  Say(call, answer) {
    if (fail) return answer({ code: grpc.status.UNAVAILABLE, details: 'asked to fail' });
    const [headers, trailers] = [new grpc.Metadata(), new grpc.Metadata()];
    for (const key of Object.keys(call.metadata.getMap()).filter(key => key.startsWith('echo-'))) {
      for (const value of call.metadata.get(key)) {
        headers.add(key, value);
        trailers.add('trailer-' + key, value);
      }
    }
    if (name) headers.set('who', name);
    call.sendMetadata(headers);
    answer(null, call.request, trailers);
  },
  async CountDown(call) {
    const [count, size] = (call.request.value + ' 0').split(' ').map(Number);
    for (let i = count - 1; i >= 0; i--) {
      if (!call.write({ value: String(i).padEnd(size) })) await new Promise(resolve => call.once('drain', resolve));
    }
    call.end();
  },
  Join(call, answer) {
    let all = '';
    call.on('data', message => { all += message.value; });
    call.on('end', () => answer(null, { value: all }));
  },
  Chat(call) {
    call.on('data', message => call.write(message));
    call.on('end', () => call.end());
  },
  Fail(call, answer) {
    const [, code, details] = /^(\d+) ([^]*)$/.exec(call.request.value);
    const metadata = new grpc.Metadata();
    metadata.set('why', 'asked');
    answer({ code: Number(code), details, metadata });
  },
  Hang(call) {
    call.on('cancelled', () => console.log('ended'));
    call.sendMetadata(new grpc.Metadata());
  },
});

server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  console.log(`ready ${port}`);
});
process.stdin.on('end', () => server.forceShutdown()).resume();
