'use strict';
// node server-tars.js [--port N] [--name TEXT]: @tars/rpc. One generic servant, as the code that tars2node makes would be called.
const common = require('./common');
const tars = require('@tars/rpc');

const { options } = common.parse(process.argv);
const notes = [];
const methods = {
  ...common.service(options.name || 'tars', function() { return this.getContext().toObject(); }),
  async note(text) { notes.push(text); },
  async noted() { return notes; },
  async tars_ping() { return 'pong'; },
};
const Servant = function() {};
Servant.prototype.initialize = () => {};
Servant.prototype.onDispatch = (current, name, buffer) => {
  const method = methods[name];
  if (!method) return -3;
  const version = current.getRequestVersion();
  const isTup = version === 2 || version === 3;
  const json = isTup ? common.readTup(buffer, version) : common.read(buffer);
  method.call(current, JSON.parse(json)).then(
    result => {
      const answer = JSON.stringify(result ?? null);
      current.setResponseContext({ answered: 'yes' });
      current.doResponse(isTup ? common.writeTup(answer, version).encode() : common.write(answer));
    },
    error => current.sendErrorResponse(7, error.message));
  return 0;
};
const server = tars.server.createServer(Servant);
server.start({ endpoint: `tcp -h 127.0.0.1 -p ${options.port || 0} -t 600000`, servant: common.SERVANT, protocol: 'tars' });
const listener = server._server._adapters[0]._netthread._listener;
listener.on('listening', () => common.serveUntilInputEnds(listener.address().port));
