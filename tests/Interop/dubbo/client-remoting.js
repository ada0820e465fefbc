'use strict';
// node client-remoting.js HOST PORT [--attach key=value] [--timeout MS] [CASE ...]: sofa-rpc-node with dubbo-remoting.
const { RpcClient } = require('sofa-rpc-node').client;
const protocol = require('dubbo-remoting');
const common = require('./common');

const { words: [ host, port, ...wanted ], options, attachments } = common.parse(process.argv);
const quiet = { info() {}, warn() {}, error() {}, debug() {} };
const client = new RpcClient({ logger: quiet, protocol });
client.on('error', () => {});
const consumer = client.createConsumer({
  interfaceName: options.interface || common.INTERFACE, version: options.version || common.VERSION, group: '',
  serverHost: `dubbo://${host}:${port}`, responseTimeout: Number(options.timeout || 5000),
});
const typed = { object: value => ({ $class: 'com.example.Point', $: value }) };
const call = (method, kind, value) => consumer.invoke(
  method, kind === null ? [] : [ (typed[kind] || (v => v))(value) ],
  { requestProps: Object.keys(attachments).length > 0 ? attachments : undefined });

const cases = common.cases(call, attachments);

// Sends a heartbeat now instead of after 30 idle seconds, and waits for what comes.
cases.heartbeat = {
  call: async () => {
    await consumer.ready();
    const connection = await consumer.getConnection({ meta: {} });
    await connection.ready();
    const answered = new Promise((resolve, reject) => {
      connection._decoder.once('heartbeat_ack', answer => resolve(answer.packetId));
      setTimeout(() => reject(new Error('no answer to the heartbeat')), 30000).unref();
    });
    connection._encoder.writeHeartbeat(4711, {});
    return answered;
  },
  expect: result => result.ok,
};
common.run(cases, wanted, options.skip);
