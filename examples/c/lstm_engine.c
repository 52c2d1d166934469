/* A small float32 LSTM in C that can be held to lstm-spec:
 *
 *     cc -O2 -o lstm_engine lstm_engine.c -lm
 *     lstm-spec verify --command ./lstm_engine
 *
 * It reads one JSON object a line from stdin and answers with one line on stdout. It has what such
 * an engine needs and no more: one LSTM layer, states given and returned, states carried from call
 * to call. Whatever it does not know it answers with "unsupported", which is never a failure.
 * LSTM_ENGINE_BUG=gates swaps two gates and LSTM_ENGINE_BUG=reset forgets c in a reset: the report
 * finds both.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

/* JSON: just enough to find the members of an object -------------------------------------------- */

static const char *blank(const char *p) { return p + strspn(p, " \t\r\n"); }

static const char *after_text(const char *p) { /* p is at the opening quote */
    for (p++; *p && *p != '"'; p++)
        if (*p == '\\' && p[1]) p++;
    return *p ? p + 1 : p;
}

static const char *after_value(const char *p) {
    int depth = 0;
    for (p = blank(p); *p; ) {
        if (*p == '"') { p = after_text(p); if (!depth) return p; continue; }
        if (*p == '{' || *p == '[') depth++;
        if (*p == '}' || *p == ']') { if (!depth) return p; if (!--depth) return p + 1; }
        if (*p == ',' && !depth) return p;
        p++;
    }
    return p;
}

/* The value of a member, or NULL if it is missing or null. */
static const char *member(const char *object, const char *name) {
    size_t length = strlen(name);
    if (!object || *(object = blank(object)) != '{') return NULL;
    for (const char *p = blank(object + 1); *p == '"'; ) {
        const char *value = blank(after_text(p));
        if (*value == ':') value = blank(value + 1);
        if (!strncmp(p + 1, name, length) && p[1 + length] == '"')
            return strncmp(value, "null", 4) ? value : NULL;
        p = blank(after_value(value));
        if (*p == ',') p = blank(p + 1);
    }
    return NULL;
}

/* Entry i of a list, or NULL. */
static const char *entry(const char *list, int i) {
    if (!list || *list != '[') return NULL;
    const char *p = blank(list + 1);
    for (; i > 0 && *p && *p != ']'; i--) {
        p = blank(after_value(p));
        if (*p == ',') p = blank(p + 1);
    }
    return *p && *p != ']' ? p : NULL;
}

static int number(const char *value) { return value ? atoi(value) : 0; }
static int is_true(const char *value) { return value && !strncmp(value, "true", 4); }
static int is_text(const char *value, const char *text) {
    size_t length = strlen(text);
    return value && *value == '"' && !strncmp(value + 1, text, length) && value[1 + length] == '"';
}

/* Arrays: {"dtype": "float32", "shape": [2, 3], "data": "<base64, little-endian>"} ---------------- */

typedef struct { int axes, shape[3], count; float *at; } Array;

static const char DIGITS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* 0 if the value is no float32 array of at most three axes. */
static int read_array(const char *value, Array *array) {
    const char *shape = member(value, "shape"), *data = member(value, "data"), *length;
    if (!shape || !data || !is_text(member(value, "dtype"), "float32")) return 0;
    array->count = 1;
    for (array->axes = 0; (length = entry(shape, array->axes)); array->axes++) {
        if (array->axes == 3) return 0;
        array->count *= array->shape[array->axes] = number(length);
    }
    unsigned char *out = calloc(array->count + 1, sizeof(float));
    array->at = (float *)out;
    unsigned bits = 0, have = 0, written = 0;
    for (const char *p = data + 1; *p && *p != '"' && *p != '='; p++) {
        const char *digit = strchr(DIGITS, *p);
        if (!digit) return 0;
        bits = bits << 6 | (unsigned)(digit - DIGITS);
        if ((have += 6) >= 8 && written < array->count * sizeof(float))
            out[written++] = bits >> (have -= 8) & 255;
    }
    return written == array->count * sizeof(float);
}

static int is_matrix(const Array *array, int rows, int columns) {
    return array->axes == 2 && array->shape[0] == rows && array->shape[1] == columns;
}

static void write_array(const float *at, int axes, const int *shape) {
    size_t size = sizeof(float);
    printf("{\"dtype\": \"float32\", \"shape\": [");
    for (int i = 0; i < axes; i++) { size *= shape[i]; printf(i ? ", %d" : "%d", shape[i]); }
    printf("], \"data\": \"");
    const unsigned char *in = (const unsigned char *)at;
    for (size_t i = 0; i < size; i += 3) {
        unsigned left = size - i, bits = in[i] << 16;
        if (left > 1) bits |= in[i + 1] << 8;
        if (left > 2) bits |= in[i + 2];
        putchar(DIGITS[bits >> 18]);
        putchar(DIGITS[bits >> 12 & 63]);
        putchar(left > 1 ? DIGITS[bits >> 6 & 63] : '=');
        putchar(left > 2 ? DIGITS[bits & 63] : '=');
    }
    printf("\"}");
}

/* The engine ------------------------------------------------------------------------------------ */

typedef struct {
    int features, units, batch, steps, sequences, stateful;
    float *kernel, *recurrent, *bias; /* (features, 4 units), (units, 4 units), (4 units) */
    float *h, *c;                     /* carried, (batch, units) */
} Model;

static const char *bug = "";

static float sigmoid(float x) { return 1.0f / (1.0f + expf(-x)); }

/* One row, one step: gates lie side by side as input, forget, cell, output. */
static void step(const Model *m, const float *x, float *h, float *c, float *z) {
    int u = m->units, width = 4 * u;
    int input = 0, forget = u, cell = 2 * u, output = 3 * u;
    if (!strcmp(bug, "gates")) { cell = 3 * u; output = 2 * u; }
    for (int j = 0; j < width; j++) {
        z[j] = m->bias[j];
        for (int k = 0; k < m->features; k++) z[j] += x[k] * m->kernel[k * width + j];
        for (int k = 0; k < u; k++) z[j] += h[k] * m->recurrent[k * width + j];
    }
    for (int j = 0; j < u; j++) {
        c[j] = sigmoid(z[forget + j]) * c[j] + sigmoid(z[input + j]) * tanhf(z[cell + j]);
        h[j] = sigmoid(z[output + j]) * tanhf(c[j]);
    }
}

/* The protocol ---------------------------------------------------------------------------------- */

static Model **models;
static int count;

static void unsupported(const char *why) { printf("\"unsupported\": \"%s\"", why); }
static void refused(const char *why) { printf("\"refused\": \"%s\"", why); }
static void done(void) { printf("\"ok\": {}"); }

static void build(const char *spec) {
    const char *layer = entry(member(spec, "layers"), 0);
    if (entry(member(spec, "layers"), 1) || !is_text(member(layer, "kind"), "LSTM")
        || !is_text(member(layer, "activation"), "tanh")
        || !is_text(member(layer, "recurrent_activation"), "sigmoid")
        || !is_true(member(layer, "use_bias")) || is_true(member(layer, "go_backwards"))
        || !is_text(member(spec, "dtype"), "float32")) {
        unsupported("one float32 LSTM layer with standard activations, read forwards");
        return;
    }
    Model *m = calloc(1, sizeof *m);
    m->features = number(member(spec, "features"));
    m->units = number(member(layer, "units"));
    m->batch = number(member(spec, "batch_size"));
    m->steps = number(member(spec, "time_steps")); /* 0 for null: any number */
    m->sequences = is_true(member(layer, "return_sequences"));
    m->stateful = is_true(member(layer, "stateful"));
    m->kernel = calloc(4 * m->units * m->features, sizeof(float));
    m->recurrent = calloc(4 * m->units * m->units, sizeof(float));
    m->bias = calloc(4 * m->units, sizeof(float));
    for (int j = m->units; j < 2 * m->units; j++) m->bias[j] = 1; /* the forget gate starts open */
    m->h = calloc(m->batch * m->units + 1, sizeof(float));
    m->c = calloc(m->batch * m->units + 1, sizeof(float));
    models = realloc(models, (count + 1) * sizeof *models);
    models[count] = m;
    printf("\"ok\": {\"model\": %d}", count++);
}

static void set_weights(Model *m, const char *weights) {
    float **into[3] = {&m->kernel, &m->recurrent, &m->bias};
    int rows[3] = {m->features, m->units, 1}, width = 4 * m->units;
    Array given[3];
    for (int i = 0; i < 3; i++)
        if (!read_array(entry(weights, i), &given[i])
            || !(i < 2 ? is_matrix(&given[i], rows[i], width)
                       : given[i].axes == 1 && given[i].shape[0] == width)) {
            refused("weights must be kernel, recurrent kernel and bias in float32");
            return;
        }
    for (int i = 0; i < 3; i++) { free(*into[i]); *into[i] = given[i].at; }
    done();
}

static void get_weights(const Model *m) {
    int kernel[2] = {m->features, 4 * m->units}, recurrent[2] = {m->units, 4 * m->units};
    printf("\"ok\": {\"weights\": [");
    write_array(m->kernel, 2, kernel);
    printf(", ");
    write_array(m->recurrent, 2, recurrent);
    printf(", ");
    write_array(m->bias, 1, &kernel[1]);
    printf("]}");
}

static void call(Model *m, const char *request) {
    Array x, h, c;
    const char *pair = entry(member(request, "initial_state"), 0);
    if (member(request, "mask")) { unsupported("no masks"); return; }
    if (!read_array(member(request, "x"), &x) || x.axes != 3 || x.shape[2] != m->features
        || x.count == 0 || (m->stateful && x.shape[0] != m->batch)
        || (m->steps && x.shape[1] != m->steps)) {
        refused("x must be float32 (batch, time, features) with the batch size and the steps of the model");
        return;
    }
    int rows = x.shape[0], steps = x.shape[1], u = m->units, kept = m->sequences ? steps : 1;
    int states[2] = {rows, u}, sequence[3] = {rows, steps, u};
    if (pair) {
        if (!read_array(entry(pair, 0), &h) || !read_array(entry(pair, 1), &c)
            || !is_matrix(&h, rows, u) || !is_matrix(&c, rows, u)) {
            refused("initial_state must be one pair of float32 (batch, units)");
            return;
        }
    } else {
        h.at = calloc(rows * u + 1, sizeof(float));
        c.at = calloc(rows * u + 1, sizeof(float));
        if (m->stateful) {
            memcpy(h.at, m->h, rows * u * sizeof(float));
            memcpy(c.at, m->c, rows * u * sizeof(float));
        }
    }
    float *outputs = calloc(rows * kept * u + 1, sizeof(float)), *z = calloc(4 * u, sizeof(float));
    for (int row = 0; row < rows; row++)
        for (int t = 0; t < steps; t++) {
            step(m, x.at + (row * steps + t) * m->features, h.at + row * u, c.at + row * u, z);
            int place = m->sequences ? row * steps + t : row;
            memcpy(outputs + place * u, h.at + row * u, u * sizeof(float));
        }
    if (m->stateful) {
        memcpy(m->h, h.at, rows * u * sizeof(float));
        memcpy(m->c, c.at, rows * u * sizeof(float));
    }
    printf("\"ok\": {\"outputs\": ");
    write_array(outputs, m->sequences ? 3 : 2, m->sequences ? sequence : states);
    printf(", \"states\": [[");
    write_array(h.at, 2, states);
    printf(", ");
    write_array(c.at, 2, states);
    printf("]]}");
    free(x.at); free(h.at); free(c.at); free(outputs); free(z);
}

static void reset(Model *m) {
    size_t size = (size_t)m->batch * m->units * sizeof(float);
    memset(m->h, 0, size);
    if (strcmp(bug, "reset")) memset(m->c, 0, size);
    done();
}

static void release(int handle) {
    Model *m = models[handle];
    free(m->kernel); free(m->recurrent); free(m->bias); free(m->h); free(m->c); free(m);
    models[handle] = NULL;
    done();
}

int main(void) {
    char *line = NULL;
    size_t room = 0;
    if (getenv("LSTM_ENGINE_BUG")) bug = getenv("LSTM_ENGINE_BUG");
    while (getline(&line, &room, stdin) > 0) {
        const char *op = member(line, "op"), *handle = member(line, "model");
        Model *m = handle && number(handle) >= 0 && number(handle) < count
            ? models[number(handle)] : NULL;
        printf("{\"id\": %d, ", number(member(line, "id")));
        if (is_text(op, "hello"))
            printf("\"ok\": {\"protocol\": 1, \"name\": \"C example\", \"version\": \"1.0\", "
                   "\"language\": \"C\", \"capabilities\": "
                   "[\"forward\", \"initial-state\", \"final-state\", \"stateful\"]}");
        else if (is_text(op, "build")) build(member(line, "spec"));
        else if (!m) unsupported("no such operation, or no such model");
        else if (is_text(op, "set_weights")) set_weights(m, member(line, "weights"));
        else if (is_text(op, "get_weights")) get_weights(m);
        else if (is_text(op, "call")) call(m, line);
        else if (is_text(op, "reset_states")) reset(m);
        else if (is_text(op, "release")) release(number(handle));
        else unsupported("no such operation");
        printf("}\n");
        fflush(stdout);
    }
    return 0;
}
