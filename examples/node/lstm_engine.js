#!/usr/bin/env node
// A small LSTM in JavaScript that can be held to lstm-spec:
//
//     lstm-spec verify --command "node lstm_engine.js"
//
// It reads one JSON object a line from stdin and answers with one line on stdout. It computes in
// float64 and keeps its arrays in float32, as many engines do. Whatever it does not know it answers
// with "unsupported", which is never a failure. LSTM_ENGINE_BUG=transposed reads the recurrent
// kernel the wrong way round and LSTM_ENGINE_BUG=stateless forgets to carry: the report finds both.
"use strict";
const readline = require("node:readline");

const bug = process.env.LSTM_ENGINE_BUG ?? "";

class Unsupported extends Error {}
class Refused extends Error {}

// Arrays: {dtype, shape, data: base64 of little-endian bytes} -----------------------------------

const READERS = {
  float32: (bytes, i) => bytes.readFloatLE(4 * i),
  float64: (bytes, i) => bytes.readDoubleLE(8 * i),
  bool: (bytes, i) => bytes[i],
};

function readArray({ dtype, shape, data }) {
  if (!(dtype in READERS)) throw new Unsupported(`no arrays of dtype ${dtype}`);
  const bytes = Buffer.from(data, "base64");
  const count = shape.reduce((product, length) => product * length, 1);
  return { shape, at: Float32Array.from({ length: count }, (_, i) => READERS[dtype](bytes, i)) };
}

function writeArray(shape, at) {
  const bytes = Buffer.alloc(4 * at.length);
  at.forEach((value, i) => bytes.writeFloatLE(value, 4 * i));
  return { dtype: "float32", shape, data: bytes.toString("base64") };
}

// The engine ------------------------------------------------------------------------------------

const sigmoid = (x) => 1 / (1 + Math.exp(-x));
const sameShape = (one, other) => one.length === other.length && one.every((n, i) => n === other[i]);

class LSTM {
  constructor(layer, features, batch, steps) {
    Object.assign(this, { units: layer.units, features, batch, steps });
    this.sequences = layer.return_sequences;
    this.stateful = layer.stateful;
    const width = 4 * this.units;
    this.shapes = [[features, width], [this.units, width], [width]];
    this.weights = this.shapes.map((shape) => new Float32Array(shape.reduce((a, b) => a * b)));
    this.weights[2].fill(1, this.units, 2 * this.units); // the forget gate starts open
    if (this.stateful) this.reset();
  }

  reset() {
    const zeros = () => new Float32Array(this.batch * this.units);
    this.states = { h: zeros(), c: zeros() };
  }

  // One row, one step: gates lie side by side as input, forget, cell, output.
  step(x, h, c) {
    const [kernel, recurrent, bias] = this.weights;
    const width = 4 * this.units;
    const z = Float64Array.from(bias);
    for (let j = 0; j < width; j++) {
      for (let k = 0; k < this.features; k++) z[j] += x[k] * kernel[k * width + j];
      for (let k = 0; k < this.units; k++) {
        const square = Math.floor(j / this.units) * this.units + k;
        const place = bug === "transposed" ? (j % this.units) * width + square : k * width + j;
        z[j] += h[k] * recurrent[place];
      }
    }
    for (let j = 0; j < this.units; j++) {
      const [i, f, g, o] = [0, 1, 2, 3].map((gate) => z[gate * this.units + j]);
      c[j] = sigmoid(f) * c[j] + sigmoid(i) * Math.tanh(g);
      h[j] = sigmoid(o) * Math.tanh(c[j]);
    }
  }

  call(x, initial) {
    const [batch, steps, features] = x.shape;
    if (x.shape.length !== 3 || features !== this.features || x.shape.includes(0)) {
      throw new Refused(`x must be (batch, time, ${this.features}) and not empty, got (${x.shape})`);
    }
    if (this.steps && steps !== this.steps) {
      throw new Refused(`x must have ${this.steps} steps, as the model says, got ${steps}`);
    }
    if (this.stateful && batch !== this.batch) {
      throw new Refused(`this stateful model has a batch size of ${this.batch}, got ${batch} rows`);
    }
    const units = this.units;
    const from = initial ?? (bug === "stateless" ? undefined : this.states);
    const h = from ? Float32Array.from(from.h) : new Float32Array(batch * units);
    const c = from ? Float32Array.from(from.c) : new Float32Array(batch * units);
    const outputs = new Float32Array(batch * (this.sequences ? steps : 1) * units);
    for (let row = 0; row < batch; row++) {
      const rowH = h.subarray(row * units, (row + 1) * units);
      const rowC = c.subarray(row * units, (row + 1) * units);
      for (let t = 0; t < steps; t++) {
        const start = (row * steps + t) * features;
        this.step(x.at.subarray(start, start + features), rowH, rowC);
        outputs.set(rowH, (this.sequences ? row * steps + t : row) * units);
      }
    }
    if (this.stateful) this.states = { h, c };
    const shape = this.sequences ? [batch, steps, units] : [batch, units];
    return { outputs: writeArray(shape, outputs), states: [this.pair(batch, h, c)] };
  }

  pair(batch, h, c) {
    return [writeArray([batch, this.units], h), writeArray([batch, this.units], c)];
  }
}

// The protocol ----------------------------------------------------------------------------------

const models = new Map();
let built = 0;

function modelOf(request) {
  if (!models.has(request.model)) throw new Error(`there is no model ${request.model}`);
  return models.get(request.model);
}

function readState(pairs, model, batch) {
  const [h, c] = pairs[0].map(readArray);
  for (const { shape } of [h, c]) {
    if (!sameShape(shape, [batch, model.units])) {
      throw new Refused(`h and c must be (${batch}, ${model.units}), got (${shape})`);
    }
  }
  return { h: h.at, c: c.at };
}

const operations = {
  hello: () => ({
    protocol: 1,
    name: "JavaScript example",
    version: "1.0",
    language: `Node ${process.version}`,
    capabilities: ["forward", "initial-state", "final-state", "stateful", "state-access"],
  }),

  build({ spec }) {
    const [layer, ...more] = spec.layers;
    const standard = layer.activation === "tanh" && layer.recurrent_activation === "sigmoid";
    if (more.length || layer.kind !== "LSTM" || !standard || !layer.use_bias || layer.go_backwards) {
      throw new Unsupported("one LSTM layer with standard activations, read forwards");
    }
    if (spec.dtype !== "float32") throw new Unsupported("float32 only");
    models.set(++built, new LSTM(layer, spec.features, spec.batch_size, spec.time_steps));
    return { model: built };
  },

  release({ model }) {
    models.delete(model);
    return {};
  },

  get_weights(request) {
    const { shapes, weights } = modelOf(request);
    return { weights: weights.map((weight, i) => writeArray(shapes[i], weight)) };
  },

  set_weights(request) {
    const model = modelOf(request);
    const given = request.weights.map(readArray);
    const fits = given.length === 3 && given.every(({ shape }, i) => sameShape(shape, model.shapes[i]));
    if (!fits) throw new Refused(`weights must have the shapes ${JSON.stringify(model.shapes)}`);
    model.weights = given.map(({ at }) => at);
    return {};
  },

  call(request) {
    const model = modelOf(request);
    if (request.mask) throw new Unsupported("no masks");
    const x = readArray(request.x);
    const initial = request.initial_state;
    return model.call(x, initial ? readState(initial, model, x.shape[0]) : undefined);
  },

  reset_states(request) {
    modelOf(request).reset();
    return {};
  },

  get_states(request) {
    const model = modelOf(request);
    if (!model.stateful) return { states: [] };
    return { states: [model.pair(model.batch, model.states.h, model.states.c)] };
  },

  set_states(request) {
    const model = modelOf(request);
    model.states = readState(request.states, model, model.batch);
    return {};
  },
};

function answer(request) {
  try {
    if (!(request.op in operations)) throw new Unsupported(`no operation ${request.op}`);
    return { ok: operations[request.op](request) };
  } catch (error) {
    if (error instanceof Unsupported) return { unsupported: error.message };
    if (error instanceof Refused) return { refused: error.message };
    return { error: `${error.name}: ${error.message}` };
  }
}

readline.createInterface({ input: process.stdin }).on("line", (line) => {
  const request = JSON.parse(line);
  process.stdout.write(JSON.stringify({ id: request.id, ...answer(request) }) + "\n");
});
