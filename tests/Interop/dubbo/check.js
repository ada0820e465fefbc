'use strict';
// Every client against every server without a proxy between; prints what differs from the expectation.
const { spawn } = require('child_process');
const readline = require('readline');

const start = (script, ...args) => spawn(process.execPath, [ `${__dirname}/${script}`, ...args ], { stdio: [ 'pipe', 'pipe', 'inherit' ] });

const portOf = server => new Promise((resolve, reject) => {
  readline.createInterface({ input: server.stdout }).on('line', line => line.startsWith('ready ') && resolve(line.slice(6)));
  server.once('exit', code => reject(new Error(`server ended with ${code}`)));
});

const runClient = (script, ...args) => new Promise(resolve => {
  const client = start(script, ...args);
  const results = [];
  readline.createInterface({ input: client.stdout }).on('line', line => results.push(JSON.parse(line)));
  const timer = setTimeout(() => client.kill(), 60000);
  client.once('close', code => { clearTimeout(timer); resolve({ code, results }); });
});

// What the libraries cannot do, alone or with each other; see README.md.
const skips = require('./skips.json');

(async () => {
  for (const serverScript of [ 'server-sofa.js', 'server-apache.js' ]) {
    const server = start(serverScript);
    const port = await portOf(server);
    for (const clientScript of [ 'client-remoting.js', 'client-apache.js', 'client-dubbo2.js' ]) {
      const attach = clientScript === 'client-dubbo2.js' ? [] : [ '--attach', 'user=ann', '--attach', 'x-lane=canary' ];
      const skipped = [ clientScript, serverScript, `${clientScript} ${serverScript}` ].flatMap(key => skips[key] || []);
      const { code, results } = await runClient(clientScript, '127.0.0.1', port, ...attach, '--skip', skipped.join());
      console.log(`${clientScript} -> ${serverScript}: ${results.length} cases, ended with ${code}`);
      if (code !== 0) process.exitCode = 1;
      for (const result of results) if (result.expected === false) console.log('   ' + JSON.stringify(result));
    }
    server.stdin.end();
  }
})();
