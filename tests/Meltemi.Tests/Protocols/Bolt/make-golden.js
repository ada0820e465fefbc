// Writes GoldenFrames.cs: Bolt messages as a third-party library codes them. Run it in an empty folder, the repository's path as argument:
//   npm install sofa-bolt-node@2.0.1 protobufjs@7.6.6
//   NODE_PATH=node_modules node REPOSITORY/tests/Meltemi.Tests/Protocols/Bolt/make-golden.js > .../GoldenFrames.cs
'use strict';
const bolt = require('sofa-bolt-node');
const protobuf = require('protobufjs');

const proto = protobuf.parse(`
  syntax = "proto3"; package com.example;
  message Text { string text = 1; }
  service Greeter { rpc greet(Text) returns (Text); }`).root;

// One message of an encoder; `write` gets the encoder.
const encode = (options, write) => {
  const encoder = bolt.encoder({ proto });
  Object.assign(encoder, options);
  const parts = [];
  encoder._writePacket = packet => parts.push(encoder[`_${packet.packetType}Encode`](packet));
  write(encoder);
  return Buffer.concat(parts);
};

const text = 'gr\u00fc\u00df \u4e16\u754c';
const request = {
  args: [ 'world', { $class: 'java.util.Map', $: { a: 1 } } ], serverSignature: 'com.example.Greeter:1.0', methodName: 'greet',
  targetAppName: 'greeter', requestProps: { user: 'ann', rpc_trace_context: { sofaCallerApp: 'shop', sofaTraceId: 't1' } }, timeout: 250,
};
const inProtobuf = { ...request, args: [ { text } ], codecType: 'protobuf' };
const received = { data: { serverSignature: 'com.example.Greeter:1.0', methodName: 'greet' }, meta: { start: Date.now() } };
const answered = (options, response) => encode({}, e => e.writeResponse({ packetId: 11, ...received, options: { proto, ...options } }, response));
const v1 = { protocolType: 'bolt', codecType: 'hessian2' };
const crc = { protocolType: 'bolt2', boltVersion: 2, crcEnable: true, codecType: 'hessian2' };
const failure = () => Object.assign(new Error('no such greeting'), { stack: 'Error: no' });

const frames = {
  Request: encode({}, e => e.writeRequest(11, request)),
  ProtobufRequest: encode({ codecType: 'protobuf' }, e => e.writeRequest(11, inProtobuf)),
  OneWay: encode({ codecType: 'protobuf' }, e => e.writeRequest(11, { ...inProtobuf, oneway: true })),
  Heartbeat: encode({}, e => e.writeHeartbeat(12, { timeout: 3000 })),
  HeartbeatAnswer: encode({}, e => e.writeHeartbeatAck({ packetId: 12, options: v1 })),
  Value: answered(v1, { appResponse: text }),
  Null: answered(v1, { appResponse: null }),
  Exception: answered(v1, { appResponse: failure(), isError: true }),
  Busy: answered(v1, { status: 4 }),
  ProtobufValue: answered({ ...v1, codecType: 'protobuf' }, { appResponse: { text } }),
  ProtobufException: answered({ ...v1, codecType: 'protobuf' }, { appResponse: failure(), isError: true, errorMsg: 'no such greeting' }),
  V2Request: encode({ protocolType: 'bolt2', boltVersion: 2 }, e => e.writeRequest(11, request)),
  V2CrcRequest: encode({ ...crc, codecType: 'protobuf' }, e => e.writeRequest(11, inProtobuf)),
  V2CrcHeartbeat: encode(crc, e => e.writeHeartbeat(12, { timeout: 3000 })),
  V2CrcHeartbeatAnswer: encode({}, e => e.writeHeartbeatAck({ packetId: 12, options: crc })),
  V2CrcValue: answered(crc, { appResponse: text }),
  V2CrcException: answered(crc, { appResponse: failure(), isError: true }),
};
bolt.setHessianVersion('4.0');
frames.NewHessianRequest = encode({}, e => e.writeRequest(11, request));
frames.NewHessianException = answered(v1, { appResponse: failure(), isError: true });

const lines = hex => hex.match(/.{1,128}/g).map(line => `        ${line}`).join('\n');
console.log(`using Meltemi.Tests.Protocols.Support;

namespace Meltemi.Tests.Protocols.Bolt;

/// <summary>Messages as sofa-bolt-node codes them. Written by make-golden.js; do not edit.</summary>
internal static class GoldenFrames
{`);
console.log(Object.entries(frames).map(([ name, frame ]) =>
  `    public static byte[] ${name} { get; } = Hex.Parse("""\n${lines(frame.toString('hex'))}\n        """);\n`).join('\n') + '}');
