// Asks a rate limit service: `client.js PORT` reads requests as JSON lines and prints the answers, or {"code": 14, "message": "..."}.
// {"domain": "shop", "descriptors": [{"entries": [{"key": "user", "value": "ann"}]}], "hitsAddend": 1}     each may take 5 s
'use strict';
const readline = require('readline');
const { grpc, RateLimitService } = require('./rls');

const client = new RateLimitService(`127.0.0.1:${process.argv[2]}`, grpc.credentials.createInsecure());
const ask = request => new Promise(resolve => {
  client.ShouldRateLimit(request, { deadline: Date.now() + 5000 }, (error, answer) =>
    resolve(error ? { code: error.code, message: error.details } : answer));
});

(async () => {
  for await (const line of readline.createInterface({ input: process.stdin })) console.log(JSON.stringify(await ask(JSON.parse(line))));
  process.exit(0);
})();
