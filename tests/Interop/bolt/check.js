'use strict';
// The client against the server without a proxy between, in every dialect and coding; prints what differs from the expectation.
const { spawn } = require('child_process');
const readline = require('readline');

const start = (script, ...args) => spawn(process.execPath, [ `${__dirname}/${script}`, ...args ], { stdio: [ 'pipe', 'pipe', 'inherit' ] });
const skips = require('./skips.json');

(async () => {
  for (const hessian of [ '3.0', '4.0' ]) {
    const server = start('server-sofa.js', '--hessian', hessian);
    const port = await new Promise(resolve =>
      readline.createInterface({ input: server.stdout }).on('line', line => line.startsWith('ready ') && resolve(line.slice(6))));
    for (const dialect of [ 'v1', 'v2', 'v2-crc' ]) {
      for (const codec of [ 'hessian2', 'protobuf' ]) {
        const client = start('client-sofa.js', '127.0.0.1', port, '--attach', 'user=ann', '--dialect', dialect, '--codec', codec,
          '--hessian', hessian, '--skip', (skips[codec] || []).join());
        const results = [];
        readline.createInterface({ input: client.stdout }).on('line', line => results.push(JSON.parse(line)));
        const code = await new Promise(resolve => client.once('close', resolve));
        console.log(`${dialect} ${codec} hessian ${hessian}: ${results.length} cases, ended with ${code}`);
        if (code !== 0) process.exitCode = 1;
        for (const result of results) if (!result.expected) console.log('   ' + JSON.stringify(result));
      }
    }
    server.stdin.end();
  }
})();
