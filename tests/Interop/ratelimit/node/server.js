// A rate limit service that decides by the last value of the first descriptor: over, fail, silent, anything else passes. Prints `ready PORT`, then each
// request as a JSON line. Ends with its standard input.
'use strict';
const { grpc, RateLimitService } = require('./rls');

const server = new grpc.Server();
server.addService(RateLimitService.service, {
  ShouldRateLimit(call, done) {
    console.log(JSON.stringify(call.request));
    const value = call.request.descriptors[0].entries.at(-1).value;
    if (value === 'silent') return;
    if (value === 'fail') done({ code: grpc.status.INTERNAL, details: 'on purpose' });
    else done(null, { overallCode: value === 'over' ? 'OVER_LIMIT' : 'OK', responseHeadersToAdd: [{ key: 'x-limit', value: 'y' }] });
  },
});
server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  console.log(`ready ${port}`);
});
process.stdin.resume();
process.stdin.on('end', () => process.exit(0));
