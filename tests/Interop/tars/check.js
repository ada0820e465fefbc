'use strict';
// The client against the server without a proxy between, in every kind of packet; prints what differs from the expectation.
const { spawn } = require('child_process');
const readline = require('readline');

const start = (script, ...args) => spawn(process.execPath, [ `${__dirname}/${script}`, ...args ], { stdio: [ 'pipe', 'pipe', 'inherit' ] });

(async () => {
  const server = start('server-tars.js');
  const port = await new Promise(resolve =>
    readline.createInterface({ input: server.stdout }).on('line', line => line.startsWith('ready ') && resolve(line.slice(6))));
  for (const dialect of [ 'tars', 'tup', 'tup-complex' ]) {
    const client = start('client-tars.js', '127.0.0.1', port, '--attach', 'user=ann', '--dialect', dialect);
    const results = [];
    readline.createInterface({ input: client.stdout }).on('line', line => results.push(JSON.parse(line)));
    const code = await new Promise(resolve => client.once('close', resolve));
    console.log(`${dialect}: ${results.length} cases, ended with ${code}`);
    if (code !== 0) process.exitCode = 1;
    for (const result of results) if (!result.expected) console.log('   ' + JSON.stringify(result));
  }
  server.stdin.end();
})();
