'use strict';
// node client-sofa.js HOST PORT [--attach key=value] [--timeout MS] [--dialect v1|v2|v2-crc] [--codec hessian2|protobuf]
//   [--hessian 3.0|4.0] [CASE ...]: sofa-rpc-node with sofa-bolt-node.
const bolt = require('sofa-bolt-node');
const { RpcClient } = require('sofa-rpc-node').client;
const common = require('./common');

const { words: [ host, port, ...wanted ], options, attachments } = common.parse(process.argv);
bolt.setHessianVersion(options.hessian || '3.0');
const codecType = options.codec || 'hessian2';
const timeout = Number(options.timeout || 5000);
const client = new RpcClient({ logger: common.quiet, protocol: common.protocol(options.dialect || 'v1') });
client.on('error', () => {});
const consumer = client.createConsumer({
  interfaceName: options.interface || common.INTERFACE, version: options.version || common.VERSION, group: '',
  targetAppName: 'greeter', serverHost: `${host}:${port}`, responseTimeout: timeout,
});
const requestProps = { ...attachments, rpc_trace_context: { sofaCallerApp: 'interop' } };
const typed = { object: value => ({ $class: 'com.example.Point', $: value }) };
const coded = (kind, value) => (codecType === 'protobuf' ? { json: JSON.stringify(value ?? null) } : (typed[kind] || (v => v))(value));
const call = async (method, kind, value) => {
  const args = kind === null && codecType !== 'protobuf' ? [] : [ coded(kind, value) ];
  const result = await consumer.invoke(method, args, { codecType, requestProps });
  return codecType === 'protobuf' ? JSON.parse(result.json) : result;
};
const connect = async () => {
  await consumer.ready();
  const connection = await consumer.getConnection({ meta: {} });
  await connection.ready();
  return connection;
};

const cases = common.cases(call, codecType === 'protobuf' ? attachments : {});

// Sends a heartbeat now instead of after 30 idle seconds, and waits for what comes.
cases.heartbeat = {
  call: async () => {
    const connection = await connect();
    const answered = new Promise((resolve, reject) => {
      connection._decoder.once('heartbeat_ack', answer => resolve(answer.packetId));
      setTimeout(() => reject(new Error('no answer to the heartbeat')), 30000).unref();
    });
    connection._encoder.writeHeartbeat(4711, { timeout: 3000 });
    return answered;
  },
  expect: result => result.ok && result.value === 4711,
};

// The client has no call for it, its protocol has.
cases.oneway = {
  call: async () => {
    const connection = await connect();
    const text = `note ${Math.random()}`;
    connection._encoder.writeRequest(4712, {
      serverSignature: `${common.INTERFACE}:${common.VERSION}`, methodName: 'note', args: [ coded('string', text) ], timeout, requestProps,
      codecType, oneway: true,
    });
    while (!(await call('noted', null)).includes(text)) await common.sleep(5);
    return text;
  },
  expect: result => result.ok,
};
common.run(cases, wanted, options.skip);
