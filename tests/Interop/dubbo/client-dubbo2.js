'use strict';
// node client-dubbo2.js HOST PORT [--timeout MS] [--dubbo VERSION] [CASE ...]: dubbo2.js, direct.
const { DirectlyDubbo, java } = require('dubbo2.js');
const common = require('./common');

const { words: [ host, port, ...wanted ], options } = common.parse(process.argv);
const client = DirectlyDubbo.from({
  dubboAddress: `${host}:${port}`, dubboVersion: options.dubbo || '2.0.2', dubboInvokeTimeout: Number(options.timeout || 5000) / 1000,
});
const typed = {
  string: java.String, int: java.Integer, double: java.Double, boolean: java.Boolean, list: java.List, map: java.Map,
  object: value => java.combine('com.example.Point', value),
};
const methods = {};
for (const method of [ ...Object.keys(common.service('')), 'noSuchMethod' ])
  methods[method] = (kind, value) => (kind === null ? [] : [ typed[kind](value) ]);
const proxy = client.proxyService({
  dubboInterface: options.interface || common.INTERFACE, version: options.version || common.VERSION, methods,
});

const call = async (method, kind, value) => {
  const { err, res } = await proxy[method](kind, value);
  if (err) throw err;
  return res;
};
common.run(common.cases(call, {}), wanted, options.skip);
