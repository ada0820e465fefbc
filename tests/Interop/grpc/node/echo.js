'use strict';
const path = require('path');
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');

/** The service of echo.proto. */
exports.Echo = grpc.loadPackageDefinition(loader.loadSync(path.join(__dirname, '..', 'echo.proto'), { defaults: true })).meltemi.tests.Echo;
exports.pairs = metadata => Object.fromEntries(
  Object.keys(metadata.getMap()).map(key => [key, key.endsWith('-bin') ? [...metadata.get(key)[0]] : metadata.get(key)[0]]));
