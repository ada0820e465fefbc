'use strict';
// node server-apache.js [--port N] [--name TEXT]: apache-dubbo-service without a registry.
const common = require('./common');
const { options } = common.parse(process.argv);

// It knows no option for its port, only a random choice.
require('apache-dubbo-service/lib/port').randomPort = async () => Number(options.port || 0);
const { DubboService } = require('apache-dubbo-service');

// The library appends its context to the arguments.
const plain = common.service(options.name || 'apache', function() { return this.attachments; });
const methods = {};
for (const method of Object.keys(plain)) {
  methods[method] = (...args) => {
    const context = args.pop();
    return plain[method].apply({ attachments: context.request.attachment }, args);
  };
}

const registry = { ready: async () => {}, registerServices: async () => {}, close() {} };
const dubboSetting = { getDubboSetting: () => ({ group: '', version: common.VERSION }) };
const server = new DubboService({ registry, dubboSetting, services: { greeter: { dubboInterface: common.INTERFACE, methods } } });
server.ready().then(() => common.serveUntilInputEnds(server.server.address().port));
