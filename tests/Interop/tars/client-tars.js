'use strict';
// node client-tars.js HOST PORT [--attach key=value] [--timeout MS] [--dialect tars|tup|tup-complex] [--servant NAME] [CASE ...]: @tars/rpc.
const common = require('./common');
const tars = require('@tars/rpc');

const { words: [ host, port, ...wanted ], options, attachments } = common.parse(process.argv);
const version = { tars: 1, 'tup-complex': 2, tup: 3 }[options.dialect || 'tars'];
const proxy = tars.client.stringToProxy(
  tars.ServantProxy, `${options.servant || common.SERVANT}@tcp -h ${host} -p ${port} -t 600000`);
proxy.setTimeout(Number(options.timeout || 5000));
proxy._worker.version = version;

const invoke = (name, json, property) => (version === 1
  ? proxy._worker.tars_invoke(name, common.write(json), property)
  : proxy._worker.tup_invoke(name, common.writeTup(json, version), property));
const call = async (name, kind, value) => {
  try {
    const { response } = await invoke(name, JSON.stringify(value ?? null), { context: attachments });
    return JSON.parse(version === 1 ? common.read(response.sBuffer) : response.tup.readString('json'));
  } catch (failure) {
    if (!failure.error) throw failure;
    // For TUP the library gives the code, and leaves the text where it stands.
    const text = failure.error.message || (failure.response && failure.response.status && failure.response.status.get('STATUS_RESULT_DESC'));
    throw new Error(`${failure.error.code} ${text || ''}`);
  }
};

const cases = common.cases(call, attachments);
cases.noSuchMethod.expect = result => !result.ok && result.error.startsWith('-3');
cases.ping = { call: () => call('tars_ping', null), expect: result => result.ok && result.value === 'pong' };
cases.oneway = {
  call: async () => {
    const text = `note ${Math.random()}`;
    invoke('note', JSON.stringify(text), { context: attachments, packetType: 1 }).catch(() => {}); // it always ends so
    while (!(await call('noted', null)).includes(text)) await common.sleep(5);
    return text;
  },
  expect: result => result.ok,
};
common.run(cases, wanted, options.skip);
