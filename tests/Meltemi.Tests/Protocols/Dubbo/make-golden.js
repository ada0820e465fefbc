// Writes GoldenFrames.cs: Dubbo messages as third-party libraries code them. Run it in an empty folder, the repository's path as argument:
//   npm install dubbo-remoting@2.1.4 apache-dubbo-consumer@4.0.0 apache-dubbo-service@0.0.1 dubbo2.js@2.3.9 js-to-java@2.7.0
//   NODE_PATH=node_modules node REPOSITORY/tests/Meltemi.Tests/Protocols/Dubbo/make-golden.js > .../GoldenFrames.cs
'use strict';
const remoting = require('dubbo-remoting/lib/protocol');
const apache = require('apache-dubbo-serialization');
const Dubbo2Encoder = require('dubbo2.js/es7/encode').default;
const java = require('js-to-java');

const frames = {};
const options = { protocolType: 'dubbo', codecType: 'hessian2' };
const text = 'gr\u00fc\u00df \u4e16\u754c \u{1f600}';

// dubbo-remoting: arguments of every type that it knows, each behind the next.
const args = [
  'world', text, 'x'.repeat(40), '\u00fc'.repeat(1100), 1, -5, 100, 70000, 2 ** 31 - 1, 2 ** 40, 1.5, 1e100, true, false, null,
  new Date(1262304000000), Buffer.from('binary'), Buffer.alloc(4100, 7), [ 1, 'two', [ 3 ] ], { name: 'ann', list: [ 1, 2 ] },
  { $class: 'com.example.Point', $: { x: 1, y: { $class: 'com.example.Point', $: { x: 2, y: null } } } },
];
frames.RemotingRequest = remoting.requestEncode(11, {
  serverSignature: 'com.example.Greeter:1.0.0', methodName: 'greet', args, group: 'blue',
  requestProps: { user: 'ann', note: text, count: 5, big: 2 ** 40, on: true },
}, options);
frames.RemotingHeartbeat = remoting.heartbeatEncode(12, {}, options);
frames.RemotingHeartbeatAnswer = remoting.heartbeatAckEncode(12, options);
frames.RemotingValue = remoting.responseEncode(11, { appResponse: { name: 'ann', point: { x: 1 } } }, options);
frames.RemotingException = remoting.responseEncode(11, { appResponse: Object.assign(new Error('no'), { stack: 'Error: no' }) }, options);
frames.RemotingNull = remoting.responseEncode(11, { appResponse: null }, options);
frames.RemotingError = remoting.responseEncode(11, { isError: true, errorMsg: 'no such service' }, options);

// apache-dubbo-consumer and apache-dubbo-service share one package.
const shared = { a: 1 };
const context = {
  requestId: 21, dubboVersion: '2.0.2', dubboInterface: 'com.example.Greeter', path: 'com.example.Greeter', version: '1.0.0', group: 'blue',
  timeout: 250, methodName: 'greet', application: { name: 'golden' }, attachments: { user: 'ann', note: text },
  methodArgs: [
    java.String('world'), java.Integer(5), java.Long(2 ** 40), java.Double(0.25), java.Boolean(true), java.List([ 'a', java.Integer(1) ]),
    java.Map({ a: java.Integer(1), b: 'two' }), java.array.String([ 'a', 'b' ]),
    { $class: 'java.util.Map', $: shared }, { $class: 'java.util.Map', $: shared },
    java.combine('com.example.Point', { x: java.Integer(1), next: java.combine('com.example.Point', { x: java.Integer(2), next: null }) }),
  ],
};
frames.ApacheRequest = new apache.DubboRequestEncoder(context).encode();
frames.ApacheDubboxRequest = new apache.DubboRequestEncoder({ ...context, dubboVersion: '2.8.4', isSupportedDubbox: true }).encode();
frames.Dubbo2Request = new Dubbo2Encoder({ ...context, requestId: 31, dubboVersion: '2.5.3', methodArgs: [ java.String(text) ] }).encode();
frames.ApacheHeartbeat = new apache.HeartBeat({ type: 'request', transport: { on() { return this; } } }).encode();
frames.ApacheHeartbeatAnswer = new apache.HeartBeat({ type: 'response', transport: { on() { return this; } } }).encode();
const answer = (status, body, version) => new apache.DubboResponseEncoder({
  status, body, attachments: { zone: 'b', note: text }, request: { requestId: 21, version },
}).encode();
frames.ApacheValue = answer(20, { res: java.combine('com.example.Point', { x: 1 }) }, '2.0.2');
frames.ApacheNull = answer(20, { res: null }, '2.0.2');
frames.ApacheException = answer(20, { err: new Error('no') }, '2.0.2');
frames.ApacheOldValue = answer(20, { res: 'hello' }, '2.0.1');
frames.ApacheError = answer(60, { err: new Error('no such service') }, '2.0.1');

const lines = hex => hex.match(/.{1,128}/g).map(line => `        ${line}`).join('\n');
console.log(`using Meltemi.Tests.Protocols.Support;

namespace Meltemi.Tests.Protocols.Dubbo;

/// <summary>Messages as third-party libraries code them. Written by make-golden.js; do not edit.</summary>
internal static class GoldenFrames
{`);
console.log(Object.entries(frames).map(([ name, frame ]) =>
  `    public static byte[] ${name} { get; } = Hex.Parse("""\n${lines(frame.toString('hex'))}\n        """);\n`).join('\n') + '}');
process.exit(0); // the heartbeats have started timers
