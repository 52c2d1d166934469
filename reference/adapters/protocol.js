// The protocol of lstm-spec for adapters in JavaScript: arrays, requests, replies.
"use strict";
const readline = require("node:readline");

class Unsupported extends Error {}
class Refused extends Error {}

const KINDS = { float32: Float32Array, float64: Float64Array, bool: Uint8Array };

function readArray(value) {
  if (value == null) return null;
  const { dtype, shape, data } = value;
  if (!(dtype in KINDS)) throw new Unsupported(`no arrays of dtype ${dtype}`);
  const bytes = Uint8Array.from(Buffer.from(data, "base64"));
  return { shape, at: Float32Array.from(new KINDS[dtype](bytes.buffer)) };
}

function writeArray({ shape, at }) {
  const bytes = Buffer.from(Float32Array.from(at).buffer);
  return { dtype: "float32", shape, data: bytes.toString("base64") };
}

// Whatever the library throws inside is its own answer, not an adapter's bug.
function speakingFor(library, action) {
  try {
    return action();
  } catch (error) {
    if (error instanceof Unsupported || error instanceof Refused) throw error;
    throw new Refused(`${library} threw ${error.name}: ${error.message.split("\n")[0]}`);
  }
}

function answer(operations, request) {
  try {
    if (!(request.op in operations)) throw new Unsupported(`no operation ${request.op}`);
    return { ok: operations[request.op](request) };
  } catch (error) {
    if (error instanceof Unsupported) return { unsupported: error.message };
    if (error instanceof Refused) return { refused: error.message };
    return { error: `${error.name}: ${error.message}` };
  }
}

// Answer until the input ends; `operations` has a function for each operation.
function serve(operations) {
  readline.createInterface({ input: process.stdin }).on("line", (line) => {
    const request = JSON.parse(line);
    process.stdout.write(JSON.stringify({ id: request.id, ...answer(operations, request) }) + "\n");
  });
}

module.exports = { Unsupported, Refused, readArray, writeArray, speakingFor, serve };
