'use strict';
// node client-apache.js HOST PORT [--attach key=value] [--timeout MS] [--dubbo VERSION] [CASE ...]: apache-dubbo-consumer, direct.
const { DubboDirectlyInvoker, java } = require('apache-dubbo-consumer');
const common = require('./common');

const { words: [ host, port, ...wanted ], options, attachments } = common.parse(process.argv);
const invoker = DubboDirectlyInvoker.from({
  dubboHost: `${host}:${port}`, dubboVersion: options.dubbo || '2.0.2', dubboInvokeTimeout: Number(options.timeout || 5000),
});
const typed = {
  string: java.String, int: java.Integer, double: java.Double, boolean: java.Boolean, list: java.List, map: java.Map,
  object: value => java.combine('com.example.Point', value),
};
const methods = {};
for (const method of [ ...Object.keys(common.service('')), 'noSuchMethod' ])
  methods[method] = (kind, value) => (kind === null ? [] : [ typed[kind](value) ]);
const proxy = invoker.proxyService({
  dubboInterface: options.interface || common.INTERFACE, version: options.version || common.VERSION, methods, attachments,
});

const call = async (method, kind, value) => {
  const { err, res } = await proxy[method](kind, value);
  if (err) throw err;
  return res;
};
const cases = common.cases(call, attachments);

// Sends a heartbeat now instead of after 60 idle seconds. The library shows no answers, so the bytes are looked at.
cases.heartbeat = {
  call: async () => {
    await call('whoAmI', null);
    const { transport } = invoker.transport;
    const answered = new Promise((resolve, reject) => {
      transport.on('data', data => (data[2] & 0x20) !== 0 && resolve(data.toString('hex')));
      setTimeout(() => reject(new Error('no answer to the heartbeat')), 30000).unref();
    });
    invoker.transport.heartBeat.emit();
    return answered;
  },
  expect: result => result.ok,
};
common.run(cases, wanted, options.skip);
