// Writes GoldenFrames.cs: Tars packets as a third-party library codes them. Run it in an empty folder, the repository's path as argument:
//   npm install @tars/rpc@2.0.15 @tars/stream@2.0.3
//   NODE_PATH=node_modules node REPOSITORY/tests/Meltemi.Tests/Protocols/Tars/make-golden.js > .../GoldenFrames.cs
'use strict';
process.on('warning', () => {});
const tars = require('@tars/rpc/core/rpc-tars');
const stream = require('@tars/stream');

const client = new tars.client();
const server = new tars.server();
const body = new stream.TarsOutputStream();
body.writeString(1, 'gr\u00fc\u00df \u4e16\u754c');
const attribute = version => {
  const values = new stream.UniAttribute();
  values.tupVersion = version;
  values.writeString('name', 'world');
  return values.encode();
};

const request = (id, property, buffer) => client.compose({
  iRequestId: id, iTimeout: 250, sServantName: 'Demo.Greeter.GreeterObj', sFuncName: 'greet', appBuffer: buffer || body.getBinBuffer(), property,
});
const origin = { iVersion: 1, iMessageType: 0, iRequestId: 11, sServantName: 'Demo.Greeter.GreeterObj', sFuncName: 'greet' };
const answer = (changes, message) => server.compose({
  origin: { ...origin, ...changes }, iResultCode: 0, sResultDesc: '', appBuffer: undefined, property: {}, ...message,
});
const context = { user: 'ann', caller: 'shop', empty: '' };

const frames = {
  Request: request(11, { context, dyeing: { dyeing: true, key: 'blue' } }),
  RequestZero: request(0, {}),
  RequestShort: request(300, {}),
  RequestLong: request(0x12345678, { context: { long: 'x'.repeat(300) } }),
  OneWay: request(11, { packetType: 1, context }),
  TupRequest: request(11, { iVersion: 3, context }, attribute(3)),
  TupComplexRequest: request(11, { iVersion: 2 }, attribute(2)),
  Value: answer({}, { appBuffer: body.getBinBuffer(), property: { context: { zone: 'b' } } }),
  NoFunction: answer({}, { iResultCode: -3, sResultDesc: 'no such function' }),
  Overload: answer({}, { iResultCode: -9 }),
  TupValue: answer({ iVersion: 3 }, { appBuffer: attribute(3) }),
  TupError: answer({ iVersion: 2 }, { iResultCode: -4, sResultDesc: 'no such servant' }),
};

const lines = hex => hex.match(/.{1,128}/g).map(line => `        ${line}`).join('\n');
console.log(`using Meltemi.Tests.Protocols.Support;

namespace Meltemi.Tests.Protocols.Tars;

/// <summary>Messages as @tars/rpc codes them. Written by make-golden.js; do not edit.</summary>
internal static class GoldenFrames
{`);
console.log(Object.entries(frames).map(([ name, frame ]) =>
  `    public static byte[] ${name} { get; } = Hex.Parse("""\n${lines(frame.toString('hex'))}\n        """);\n`).join('\n') + '}');
