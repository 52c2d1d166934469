/* One LSTM layer and a softmax, trained by Adam, one row at a time: the update of the alphabet
   pipelines as one would write it by hand. Single precision; arrays are row after row.

   parameters: kernel (features, 4 units), recurrent kernel (units, 4 units), bias (4 units),
   Dense kernel (units, classes), Dense bias (classes), one after the other; gates i, f, c, o. */

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    int units, steps, features, classes;
    int stateful;    /* the state of a row is the start of the next one */
    int reset_every; /* updates after which it is reset, 0: never */
    float learning_rate, beta_1, beta_2, epsilon;
} Settings;

static float sigmoid(float z) { return 1.0f / (1.0f + expf(-z)); }

static void adam(int n, float *restrict w, float *restrict m, float *restrict v,
                 const float *restrict g, const Settings *s, float rate) {
    for (int k = 0; k < n; k++) {
        m[k] = s->beta_1 * m[k] + (1.0f - s->beta_1) * g[k];
        v[k] = s->beta_2 * v[k] + (1.0f - s->beta_2) * g[k] * g[k];
        w[k] -= rate * m[k] / (sqrtf(v[k]) + s->epsilon);
    }
}

/* Train on the rows in `order`; x (rows, steps, features), labels (rows). The loss before every
   update goes to `losses`. Returns 0, or 1 where there is no memory. */
int train(const Settings *s, int updates, const int *order, const float *x, const int *labels,
          const float *rates, float *w, float *losses) {
    const int U = s->units, T = s->steps, F = s->features, C = s->classes, G = 4 * U;
    const int n = F * G + U * G + G + U * C + C;
    float *m = calloc(3 * (size_t)n, sizeof *m), *v, *g;
    float *work = calloc((size_t)T * (G + U) + 2 * (size_t)(T + 1) * U + G + 2 * U + 2 * C,
                         sizeof *work);
    if (!m || !work) {
        free(m);
        free(work);
        return 1;
    }
    v = m + n;
    g = v + n;
    float *K = w, *R = K + F * G, *b = R + U * G, *D = b + G, *e = D + U * C;
    float *gK = g, *gR = gK + F * G, *gb = gR + U * G, *gD = gb + G, *ge = gD + U * C;
    float *gates = work, *squashed = gates + T * G, *h = squashed + T * U, *c = h + (T + 1) * U;
    float *dz = c + (T + 1) * U, *dh = dz + G, *dc = dh + U, *p = dc + U;

    for (int update = 0; update < updates; update++) {
        const float *row = x + (size_t)order[update] * T * F;
        const int label = labels[order[update]];
        if (s->stateful && !(s->reset_every && update % s->reset_every == 0)) {
            memcpy(h, h + T * U, U * sizeof *h);
            memcpy(c, c + T * U, U * sizeof *c);
        } else {
            memset(h, 0, U * sizeof *h);
            memset(c, 0, U * sizeof *c);
        }
        const int cold = !s->stateful; /* a zero state: R has nothing to do in the first step */

        for (int t = 0; t < T; t++) {
            float *z = gates + t * G, *q = squashed + t * U;
            const float *h0 = h + t * U, *c0 = c + t * U;
            memcpy(z, b, G * sizeof *z);
            for (int f = 0; f < F; f++)
                for (int j = 0; j < G; j++) z[j] += row[t * F + f] * K[f * G + j];
            for (int k = 0; k < U && !(cold && t == 0); k++)
                for (int j = 0; j < G; j++) z[j] += h0[k] * R[k * G + j];
            for (int j = 0; j < 2 * U; j++) z[j] = sigmoid(z[j]);
            for (int j = 2 * U; j < 3 * U; j++) z[j] = tanhf(z[j]);
            for (int j = 3 * U; j < G; j++) z[j] = sigmoid(z[j]);
            for (int j = 0; j < U; j++) {
                c[(t + 1) * U + j] = z[U + j] * c0[j] + z[j] * z[2 * U + j];
                q[j] = tanhf(c[(t + 1) * U + j]);
                h[(t + 1) * U + j] = z[3 * U + j] * q[j];
            }
        }
        const float *last = h + T * U;
        memcpy(p, e, C * sizeof *p);
        for (int k = 0; k < U; k++)
            for (int j = 0; j < C; j++) p[j] += last[k] * D[k * C + j];
        float top = p[0], sum = 0.0f;
        for (int j = 1; j < C; j++) top = fmaxf(top, p[j]);
        for (int j = 0; j < C; j++) p[j] = expf(p[j] - top);
        for (int j = 0; j < C; j++) sum += p[j];
        for (int j = 0; j < C; j++) p[j] /= sum;
        losses[update] = -logf(p[label]);

        p[label] -= 1.0f;
        for (int k = 0; k < U; k++) {
            float back = 0.0f;
            for (int j = 0; j < C; j++) {
                back += p[j] * D[k * C + j];
                gD[k * C + j] = last[k] * p[j];
            }
            dh[k] = back;
        }
        memcpy(ge, p, C * sizeof *p);
        memset(gK, 0, (size_t)(F * G + U * G + G) * sizeof *gK);
        memset(dc, 0, U * sizeof *dc);
        for (int t = T - 1; t >= 0; t--) {
            const float *z = gates + t * G, *q = squashed + t * U;
            const float *h0 = h + t * U, *c0 = c + t * U;
            for (int j = 0; j < U; j++) {
                const float i = z[j], f = z[U + j], a = z[2 * U + j], o = z[3 * U + j];
                dc[j] += dh[j] * o * (1.0f - q[j] * q[j]);
                dz[j] = dc[j] * a * i * (1.0f - i);
                dz[U + j] = dc[j] * c0[j] * f * (1.0f - f);
                dz[2 * U + j] = dc[j] * i * (1.0f - a * a);
                dz[3 * U + j] = dh[j] * q[j] * o * (1.0f - o);
                dc[j] *= f;
            }
            for (int f = 0; f < F; f++)
                for (int j = 0; j < G; j++) gK[f * G + j] += row[t * F + f] * dz[j];
            for (int j = 0; j < G; j++) gb[j] += dz[j];
            for (int k = 0; k < U && !(cold && t == 0); k++) {
                float back = 0.0f;
                for (int j = 0; j < G; j++) {
                    back += dz[j] * R[k * G + j];
                    gR[k * G + j] += h0[k] * dz[j];
                }
                dh[k] = back;
            }
        }
        adam(n, w, m, v, g, s, rates[update]);
    }
    free(m);
    free(work);
    return 0;
}
