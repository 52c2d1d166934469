// TensorFlow.js on the CPU of Node: layers.lstm, called eagerly.
"use strict";
console.log = console.warn = console.info = console.error; // stdout belongs to the protocol
const tf = require("@tensorflow/tfjs");
const { Unsupported, Refused, readArray, writeArray, speakingFor, serve } = require("./protocol.js");

tf.setBackend("cpu");
const models = new Map();
const ACTIVATIONS = { tanh: "tanh", sigmoid: "sigmoid", hard_sigmoid_keras2: "hardSigmoid" };

class Model {
  constructor(spec) {
    const [layer, ...more] = spec.layers;
    if (more.length || layer.kind !== "LSTM") throw new Unsupported("one LSTM layer");
    const chosen = [layer.activation, layer.recurrent_activation].map((name) => ACTIVATIONS[name]);
    if (spec.dtype !== "float32" || !chosen[0] || !chosen[1]) {
      throw new Unsupported("float32, tanh, sigmoid and the hard sigmoid of Keras 2");
    }
    this.spec = spec;
    this.layer = speakingFor("tfjs", () => {
      const made = tf.layers.lstm({
        units: layer.units,
        activation: chosen[0],
        recurrentActivation: chosen[1],
        useBias: layer.use_bias,
        unitForgetBias: layer.forget_bias,
        returnSequences: layer.return_sequences,
        returnState: true,
        goBackwards: layer.go_backwards,
        stateful: layer.stateful,
        batchInputShape: [spec.batch_size, spec.time_steps, spec.features],
      });
      tf.tidy(() => made.apply(tf.zeros([spec.batch_size ?? 1, 1, spec.features]))); // its weights
      if (layer.stateful) made.resetStates();
      return made;
    });
  }

  call(x, mask, states) {
    return speakingFor("tfjs", () =>
      tf.tidy(() => {
        const options = {};
        if (mask) options.mask = tensor(mask).cast("bool");
        if (states) options.initialState = states.map(tensor);
        return this.layer.apply(tensor(x), options).map(array);
      }),
    );
  }
}

const tensor = ({ shape, at }) => tf.tensor(at, shape);
const array = (value) => ({ shape: value.shape, at: value.dataSync() });
const modelOf = (request) => {
  if (!models.has(request.model)) throw new Error(`there is no model ${request.model}`);
  return models.get(request.model);
};

serve({
  hello: () => ({
    protocol: 1,
    name: "tensorflow-js",
    version: tf.version.tfjs,
    language: `Node ${process.version}`,
    capabilities: [
      "forward", "initial-state", "final-state", "no-bias", "hard-sigmoid", "go-backwards",
      "mask", "mask-tail", "stateful",
    ],
  }),
  build: ({ spec }) => {
    const number = models.size ? Math.max(...models.keys()) + 1 : 1;
    models.set(number, new Model(spec));
    return { model: number };
  },
  release: ({ model }) => {
    models.delete(model);
    return {};
  },
  get_weights: (request) => {
    const weights = modelOf(request).layer.getWeights();
    return { weights: weights.map((one) => writeArray(array(one))) };
  },
  set_weights: (request) => {
    const given = request.weights.map(readArray).map(tensor);
    speakingFor("tfjs", () => modelOf(request).layer.setWeights(given));
    return {};
  },
  call: (request) => {
    const states = request.initial_state ? request.initial_state[0].map(readArray) : null;
    const [y, h, c] = modelOf(request).call(readArray(request.x), readArray(request.mask), states);
    return { outputs: writeArray(y), states: [[writeArray(h), writeArray(c)]] };
  },
  reset_states: (request) => {
    speakingFor("tfjs", () => modelOf(request).layer.resetStates());
    return {};
  },
});
