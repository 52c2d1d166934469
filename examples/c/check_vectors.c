/* The test vectors of lstm-spec in C, without a parser: tried on the step of lstm_engine.c.
 *
 *     lstm-spec vectors export vectors-c --format c
 *     cc -O2 -I vectors-c -o check_vectors check_vectors.c -lm && ./check_vectors
 *
 * Replace what stands below "the engine" by yours. LSTM_ENGINE_BUG=gates and LSTM_ENGINE_BUG=reset
 * plant a bug, as in lstm_engine.c; each must be found.
 */
#define main engine_main
#include "lstm_engine.c"
#undef main
#include "lstm_vectors.h"

/* The engine ------------------------------------------------------------------------------------ */

/* One call: x (rows, steps, features); h and c (rows, units) are changed; outputs as the case says. */
static void forward(const lstm_case *one, const lstm_operation *op, float *h, float *c, float *out) {
    Model m = {.features = one->features, .units = one->units};
    m.kernel = (float *)one->kernel;
    m.recurrent = (float *)one->recurrent;
    m.bias = (float *)one->bias;
    float *z = calloc(4 * m.units, sizeof(float));
    for (int row = 0; row < op->rows; row++)
        for (int t = 0; t < op->steps; t++) {
            const float *x = op->x + (row * op->steps + t) * m.features;
            step(&m, x, h + row * m.units, c + row * m.units, z);
            int place = one->all_steps ? row * op->steps + t : row;
            memcpy(out + place * m.units, h + row * m.units, m.units * sizeof(float));
        }
    free(z);
}

static void clear(float *h, float *c, size_t numbers) {
    memset(h, 0, numbers * sizeof(float));
    if (strcmp(bug, "reset")) memset(c, 0, numbers * sizeof(float));
}

/* The loop -------------------------------------------------------------------------------------- */

static double largest(const float *got, const float *expected, int numbers) {
    double worst = 0;
    for (int i = 0; i < numbers; i++) {
        double difference = fabs((double)got[i] - expected[i]);
        if (!(difference <= worst)) worst = difference; /* a NaN is never less */
    }
    return worst;
}

static int differs(const lstm_case *one) {
    int most = 0, found = 0;
    for (int k = 0; k < one->count; k++)
        if (one->operations[k].rows > most) most = one->operations[k].rows;
    size_t numbers = (size_t)most * one->units;
    float *h = calloc(numbers, sizeof(float)), *c = calloc(numbers, sizeof(float));
    for (int k = 0; k < one->count; k++) {
        const lstm_operation *op = &one->operations[k];
        if (op->is_reset) { clear(h, c, numbers); continue; }
        int states = op->rows * one->units, outputs = one->all_steps ? states * op->steps : states;
        if (!one->stateful) { memset(h, 0, numbers * sizeof(float)); memset(c, 0, numbers * sizeof(float)); }
        if (op->h) { memcpy(h, op->h, states * sizeof(float)); memcpy(c, op->c, states * sizeof(float)); }
        float *out = calloc(outputs, sizeof(float));
        forward(one, op, h, c, out);
        double worst = fmax(largest(out, op->outputs, outputs),
                            fmax(largest(h, op->final_h, states), largest(c, op->final_c, states)));
        if (!(worst <= one->tolerance)) {
            printf("%s, operation %d: differs by %g\n", one->id, k, worst);
            found = 1;
        }
        free(out);
    }
    free(h); free(c);
    return found;
}

int main(void) {
    int wrong = 0;
    if (getenv("LSTM_ENGINE_BUG")) bug = getenv("LSTM_ENGINE_BUG");
    for (int i = 0; i < lstm_case_count; i++) wrong += differs(&lstm_cases[i]);
    printf("%d of %d cases agree\n", lstm_case_count - wrong, lstm_case_count);
    return wrong ? 1 : 0;
}
