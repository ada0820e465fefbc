"use strict";
// The arguments that server and client share, and the transports and protocols that they name.
const path = require("path");
const thrift = require("thrift");

function parse(more) {
  const options = { generated: null, host: "127.0.0.1", port: 0, transport: "framed", protocol: "binary", multiplexed: false, ...more };
  const rest = process.argv.slice(2);
  while (rest.length > 0) {
    const one = rest.shift();
    if (!one.startsWith("--")) options.generated = path.resolve(one);
    else if (!(one.slice(2) in options)) throw new Error(`unknown option ${one}`);
    else if (typeof options[one.slice(2)] === "boolean") options[one.slice(2)] = true;
    else if (typeof options[one.slice(2)] === "number") options[one.slice(2)] = Number(rest.shift());
    else options[one.slice(2)] = rest.shift();
  }

  return options;
}

// Generated code asks for "thrift" from where it lies, so that directory needs the way to our node_modules (NODE_PATH).
function generated(options) {
  const load = (name) => require(path.join(options.generated, "node", name));
  return { Shop: load("Shop"), Stock: load("Stock"), types: load("interop_types") };
}

function protocolId(options) {
  return options.protocol === "compact" ? 2 : 0;
}

// The header protocol brings its frame along, so it sits on the buffered transport. A new transport starts with binary. Generated clients
// flush the transport and not the protocol, so that no header would be written: ours does it there.
function headerTransport(options, isClient) {
  function HeaderTransport(buffer, callback) {
    thrift.TBufferedTransport.call(this, buffer, callback);
    this.setProtocolId(protocolId(options));
  }

  HeaderTransport.prototype = Object.create(thrift.TBufferedTransport.prototype);
  HeaderTransport.receiver = thrift.TBufferedTransport.receiver;
  if (isClient) {
    HeaderTransport.prototype.flush = function () {
      this.writeHeaders();
      thrift.TBufferedTransport.prototype.flush.call(this);
    };
  }

  return HeaderTransport;
}

function library(options, isClient) {
  if (options.transport === "header") return { transport: headerTransport(options, isClient), protocol: thrift.THeaderProtocol };
  return {
    transport: options.transport === "framed" ? thrift.TFramedTransport : thrift.TBufferedTransport,
    protocol: options.protocol === "compact" ? thrift.TCompactProtocol : thrift.TBinaryProtocol,
  };
}

module.exports = { parse, generated, library };
