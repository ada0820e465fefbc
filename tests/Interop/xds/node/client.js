// Calls Say of echo.proto at xDS targets, as ../python/client.py does. Its admin server gives its CSDS: {"dump": true} answers {"admin": PORT}.
'use strict';
const path = require('path');
const readline = require('readline');
const grpc = require('@grpc/grpc-js');
const loader = require('@grpc/proto-loader');
require('@grpc/grpc-js-xds').register();

const definition = loader.loadSync(path.join(__dirname, '..', '..', 'grpc', 'echo.proto'), { defaults: true });
const { Echo } = grpc.loadPackageDefinition(definition).meltemi.tests;
const clients = new Map();
const admin = new grpc.Server();
grpc.addAdminServicesToServer(admin);
const adminPort = new Promise((resolve, reject) => {
  admin.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) => (error ? reject(error) : resolve(port)));
});

function say(target, headers, timeout) {
  if (!clients.has(target)) clients.set(target, new Echo(target, grpc.credentials.createInsecure()));
  return new Promise(resolve => {
    const metadata = new grpc.Metadata();
    for (const [key, value] of Object.entries(headers)) metadata.set(key, value);
    let who;
    const call = clients.get(target).Say({ value: 'hi' }, metadata, { deadline: Date.now() + 1000 * timeout }, error => resolve({ who, error }));
    call.on('metadata', received => { who = received.get('who')[0]; });
  });
}

async function run({ target, count = 1, metadata = {}, timeout = 60 }) {
  const result = { who: {}, codes: {}, error: '' };
  for (let i = 0; i < count; i++) {
    const { who, error } = await say(target, metadata, timeout);
    if (error) {
      result.codes[error.code] = (result.codes[error.code] ?? 0) + 1;
      result.error = error.details;
    } else {
      result.who[who] = (result.who[who] ?? 0) + 1;
    }
  }
  return result;
}

(async () => {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const wanted = JSON.parse(line);
    console.log(JSON.stringify('dump' in wanted ? { admin: await adminPort } : await run(wanted)));
  }
  process.exit(0);
})();
