'use strict';
// What all programs of this folder share: arguments, the line protocol, the service.
const net = require('net');
const readline = require('readline');

exports.INTERFACE = 'com.example.Greeter';
exports.VERSION = '1.0.0';
exports.LARGE = 200000;

// The libraries listen on all interfaces; tests shall not, but on what --host says.
const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function(port, ...rest) {
  const host = exports.parse(process.argv).options.host || '127.0.0.1';
  return listen.call(this, port, ...(typeof port === 'number' && typeof rest[0] !== 'string' ? [ host, ...rest ] : rest));
};

// HOST PORT --name value ... CASE ...
exports.parse = argv => {
  const result = { words: [], options: {}, attachments: {} };
  for (let i = 2; i < argv.length; i++) {
    if (argv[i] === '--attach') {
      const [ key, value ] = argv[++i].split(/=(.*)/s);
      result.attachments[key] = value;
    } else if (argv[i].startsWith('--')) {
      result.options[argv[i].slice(2)] = argv[++i];
    } else {
      result.words.push(argv[i]);
    }
  }
  return result;
};

exports.line = value => process.stdout.write(JSON.stringify(value) + '\n');

// Servers live until their standard input ends, so that none outlives its test. `release KEY` lets the calls of `hold` go that wait for it.
exports.serveUntilInputEnds = (...ports) => {
  process.stdout.write(`ready ${ports.join(' ')}\n`);
  readline.createInterface({ input: process.stdin }).on('line', line => held(line.split(' ')[1]).release()).on('close', () => process.exit(0));
};

const waiting = new Map();
const held = key => {
  if (!waiting.has(key)) {
    let release;
    const released = new Promise(resolve => { release = resolve; });
    waiting.set(key, { release, released });
  }
  return waiting.get(key);
};

exports.sleep = ms => new Promise(resolve => setTimeout(resolve, ms));

// The service. `attachments` gives what came with the running call; the argument of each method is one value.
exports.service = (name, attachments) => {
  return {
    async sayHello(who) { return `hello ${who}`; },
    async echo(value) { return value; },
    async nothing() { return null; },
    async fail(text) { throw new Error(text); },
    async refuse(text) { return new Error(text); }, // An exception of the business, to sofa-rpc-node.
    async sometimes(text) {
      if (name.startsWith('bad') && Math.random() < 0.5) throw new Error('broken by chance');
      return text;
    },
    async hold(key) {
      await held(key).released;
      return name;
    },
    async slow(ms) { await exports.sleep(ms); return `slept ${ms}`; },
    async large(length) { return 'x'.repeat(length); },
    async whoAmI() { return name; },
    async who() {
      if (name.startsWith('slow')) await exports.sleep(30);
      return name;
    },
    async attachments() { return JSON.stringify(attachments.apply(this)); },
    async headers() { return JSON.stringify(attachments.apply(this)); },
  };
};

// Runs the cases that were asked for (none: all but those of --skip a,b), a line each: {"case","ok","value" or "error","ms","expected"}.
// Ends the process with the number of those that went otherwise than expected.
exports.run = async (cases, wanted, skip = '') => {
  let surprises = 0;
  const skipped = skip.split(',');
  for (const name of wanted.length > 0 ? wanted : Object.keys(cases).filter(name => !skipped.includes(name))) {
    const start = Date.now();
    const result = { case: name };
    try {
      result.value = await cases[name].call();
      result.ok = true;
    } catch (error) {
      result.ok = false;
      result.error = String(error && error.message || error);
    }
    result.ms = Date.now() - start;
    result.expected = cases[name].expect(result);
    if (!result.expected) surprises++;
    if (typeof result.value === 'string' && result.value.length > 1000) result.value = `${result.value.length} characters`;
    exports.line(result);
  }
  process.exit(surprises);
};

// Cases that every client can run; `call(method, kind, value)` makes one call with one argument, or none if kind is null.
exports.cases = (call, attachments) => {
  const failed = text => result => !result.ok && result.error.includes(text);
  const long = result => result.ok && result.value.length === exports.LARGE;
  const is = expected => result => result.ok && JSON.stringify(result.value) === JSON.stringify(expected);
  const echo = (kind, value) => ({ call: () => call('echo', kind, value), expect: is(value) });
  return {
    hello: { call: () => call('sayHello', 'string', 'world'), expect: is('hello world') },
    unicode: echo('string', 'gr\u00fc\u00df \u4e16\u754c \u{1f600}'),
    int: echo('int', 70000),
    negative: echo('int', -5),
    double: echo('double', 0.25),
    true: echo('boolean', true),
    list: echo('list', [ 'a', 'b', 'c' ]),
    map: echo('map', { a: 'x', b: 'y' }),
    object: echo('object', { x: 'left', y: 'right' }),
    null: { call: () => call('nothing', null), expect: result => result.ok && result.value == null },
    exception: { call: () => call('fail', 'string', 'broken on purpose'), expect: failed('broken on purpose') },
    slow: { call: () => call('slow', 'int', 300), expect: is('slept 300') },
    large: { call: () => call('large', 'int', exports.LARGE), expect: long },
    largeArgument: { call: () => call('echo', 'string', 'y'.repeat(exports.LARGE)), expect: long },
    many: {
      call: async () => {
        const answers = await Promise.all([ ...Array(50).keys() ].map(i => call('sayHello', 'string', `${i}`)));
        return answers.filter((text, i) => text === `hello ${i}`).length;
      },
      expect: is(50),
    },
    outOfOrder: {
      call: async () => {
        const order = [];
        const slow = call('slow', 'int', 300).then(() => order.push('slow'));
        const quick = call('sayHello', 'string', 'x').then(() => order.push('quick'));
        await Promise.all([ slow, quick ]);
        return order;
      },
      expect: is([ 'quick', 'slow' ]),
    },
    who: { call: () => call('whoAmI', null), expect: result => result.ok },
    attachments: {
      call: async () => JSON.parse(await call('attachments', null)),
      expect: result => result.ok && Object.keys(attachments).every(key => result.value[key] === attachments[key]),
    },
    noSuchMethod: { call: () => call('noSuchMethod', null), expect: failed('') },
  };
};
