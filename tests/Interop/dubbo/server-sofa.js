'use strict';
// node server-sofa.js [--port N] [--name TEXT]: sofa-rpc-node with dubbo-remoting.
const { RpcServer } = require('sofa-rpc-node').server;
const protocol = require('dubbo-remoting');
const common = require('./common');

const { options } = common.parse(process.argv);
const quiet = { info() {}, warn() {}, error() {}, debug() {} };
const server = new RpcServer({ logger: quiet, port: Number(options.port || 0), protocol });
server.createContext = req => ({ attachments: req.data.requestProps });
server.on('error', () => {});
server.addService(
  { interfaceName: common.INTERFACE, version: common.VERSION },
  common.service(options.name || 'sofa', function() { return this.attachments; }));
server.start().then(() => common.serveUntilInputEnds(server._servers[0].address().port));
