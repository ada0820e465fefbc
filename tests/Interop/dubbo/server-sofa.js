'use strict';
// node server-sofa.js [--port N] [--name TEXT,...] [--health PORT]: sofa-rpc-node with dubbo-remoting; a server for each name. With --health it answers
// HTTP at that port as well, which is said last.
const http = require('http');
const { RpcServer } = require('sofa-rpc-node').server;
const protocol = require('dubbo-remoting');
const common = require('./common');

const { options } = common.parse(process.argv);
const quiet = { info() {}, warn() {}, error() {}, debug() {} };

const serve = async (name, port) => {
  const server = new RpcServer({ logger: quiet, port, protocol });
  server.createContext = req => ({ attachments: req.data.requestProps });
  server.on('error', () => {});
  server.addService(
    { interfaceName: common.INTERFACE, version: common.VERSION },
    common.service(name, function() { return this.attachments; }));
  await server.start();
  return server._servers[0].address().port;
};

const answerHealth = port => new Promise(resolve => {
  const server = http.createServer((_, answer) => answer.end()).listen(port, '127.0.0.1', () => resolve(server.address().port));
});

(async () => {
  const names = (options.name || 'sofa').split(',');
  const ports = await Promise.all(names.map(name => serve(name, names.length > 1 ? 0 : Number(options.port || 0))));
  if (options.health !== undefined) ports.push(await answerHealth(Number(options.health)));
  common.serveUntilInputEnds(...ports);
})();
