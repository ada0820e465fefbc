'use strict';
// What the programs of this folder add to those of Dubbo: dialects of Bolt, and the service in protobuf.
const bolt = require('sofa-bolt-node');
const protobuf = require('protobufjs');
Object.assign(exports, require('../dubbo/common'));

exports.METHODS = [ ...Object.keys(exports.service('')), 'note', 'noted', 'noSuchMethod' ];

// In protobuf each value is its JSON.
exports.proto = protobuf.parse(`
  syntax = "proto3"; package com.example;
  message Value { string json = 1; }
  service Greeter { ${exports.METHODS.map(method => `rpc ${method}(Value) returns (Value);`).join(' ')} }`).root;

exports.quiet = { info() {}, warn() {}, error() {}, debug() {} };

// What clients write by the name of the dialect; servers answer in the same.
const dialects = {
  v1: {},
  v2: { protocolType: 'bolt2', boltVersion: 2 },
  'v2-crc': { protocolType: 'bolt2', boltVersion: 2, crcEnable: true },
};

exports.protocol = dialect => ({
  ...bolt,
  encoder: options => Object.assign(bolt.encoder({ ...options, proto: exports.proto }), dialects[dialect]),
  decoder: options => bolt.decoder({ ...options, proto: exports.proto }),
});
