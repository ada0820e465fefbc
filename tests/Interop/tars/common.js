'use strict';
// What the programs of this folder add to those of Dubbo.
const stream = require('@tars/stream');
Object.assign(exports, require('../dubbo/common'));

exports.SERVANT = 'Demo.Greeter.GreeterObj';

// The library deprecates Buffer() by using it, and says on standard output what it thinks of its connections.
process.noDeprecation = true;
console.info = () => {};

// A value as its JSON: field 1 of a Tars buffer, or the value "json" of a TUP buffer.
exports.write = json => {
  const body = new stream.TarsOutputStream();
  body.writeString(1, json);
  return body.getBinBuffer();
};
exports.read = buffer => new stream.TarsInputStream(buffer).readString(1, true, '');
exports.writeTup = (json, version) => {
  const values = new stream.UniAttribute();
  values.tupVersion = version;
  values.writeString('json', json);
  return values;
};
exports.readTup = (buffer, version) => {
  const values = new stream.UniAttribute();
  values.tupVersion = version;
  values.decode(buffer);
  return values.readString('json');
};
