'use strict';
// node server-sofa.js [--port N] [--name TEXT] [--hessian 3.0|4.0]: sofa-rpc-node with sofa-bolt-node.
const bolt = require('sofa-bolt-node');
const { RpcServer } = require('sofa-rpc-node').server;
const common = require('./common');

const { options } = common.parse(process.argv);
bolt.setHessianVersion(options.hessian || '3.0');
const server = new RpcServer({ logger: common.quiet, port: Number(options.port || 0), proto: common.proto });
server.createContext = req => ({ attachments: req.data.requestProps });
server.on('error', () => {});

const notes = [];
const plain = {
  ...common.service(options.name || 'sofa', function() { return this.attachments; }),
  async note(text) { notes.push(text); },
  async noted() { return notes; },
};
const delegate = {};
for (const [ method, body ] of Object.entries(plain)) {
  delegate[method] = async function(argument) {
    if (!argument || argument.json === undefined) return body.call(this, argument);
    return { json: JSON.stringify(await body.call(this, JSON.parse(argument.json)) ?? null) };
  };
}
server.addService({ interfaceName: common.INTERFACE, version: common.VERSION }, delegate);
server.start().then(() => common.serveUntilInputEnds(server._servers[0].address().port));
