// Envoy's own protos of the rate limit service, which come with gRPC's xDS library, and gRPC's library for node.
'use strict';
const path = require('path');
const modules = path.join(__dirname, '..', '..', 'xds', 'node', 'node_modules');
const grpc = require(path.join(modules, '@grpc', 'grpc-js'));
const loader = require(path.join(modules, '@grpc', 'proto-loader'));
const deps = path.join(modules, '@grpc', 'grpc-js-xds', 'deps');

const definition = loader.loadSync('envoy/service/ratelimit/v3/rls.proto', {
  defaults: true, enums: String, longs: Number,
  includeDirs: ['envoy-api', 'xds', 'googleapis', 'protoc-gen-validate'].map(name => path.join(deps, name)),
});
const { RateLimitService } = grpc.loadPackageDefinition(definition).envoy.service.ratelimit.v3;
module.exports = { grpc, RateLimitService };
