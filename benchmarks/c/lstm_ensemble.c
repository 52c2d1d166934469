/* Many networks at once: one LSTM layer and a softmax, trained by Adam, LANES seeds side by side.

   Every array ends with an axis of LANES: the same number of all networks lies together, so each
   line of arithmetic is one instruction for all of them. The networks see the same rows, each in
   its own order. Parameters as in lstm_training.c: kernel, recurrent kernel, bias, Dense kernel,
   Dense bias; gates i, f, c, o. */

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LANES 8
#define EACH for (int l = 0; l < LANES; l++)

typedef struct {
    int units, steps, features, classes;
    int batch;        /* rows of an update */
    int stateful;     /* the state of a row is the start of the next one; for batches of one row */
    int reset_every;  /* updates after which it is reset, 0: never */
    int hard_sigmoid; /* gates by clip(0.2 z + 0.5, 0, 1) instead of the logistic function */
    float learning_rate, beta_1, beta_2, epsilon;
} Settings;

typedef float Lanes[LANES];

static void gate(Lanes z, int hard) {
    if (hard)
        EACH z[l] = fminf(fmaxf(0.2f * z[l] + 0.5f, 0.0f), 1.0f);
    else
        EACH z[l] = 1.0f / (1.0f + expf(-z[l]));
}

static void tangent(Lanes to, const Lanes from) { EACH to[l] = 2.0f / (1.0f + expf(-2.0f * from[l])) - 1.0f; }

/* The slope of a gate, from what came out of it. */
static inline float slope(float g, int hard) {
    return hard ? (g > 0.0f && g < 1.0f ? 0.2f : 0.0f) : g * (1.0f - g);
}

static void adam(int n, float *restrict w, float *restrict m, float *restrict v,
                 float *restrict g, const Settings *s, float rate) {
    const float b1 = s->beta_1, b2 = s->beta_2, epsilon = s->epsilon;
    for (int k = 0; k < n; k++) {
        m[k] = b1 * m[k] + (1.0f - b1) * g[k];
        v[k] = b2 * v[k] + (1.0f - b2) * g[k] * g[k];
        w[k] -= rate * m[k] / (sqrtf(v[k]) + epsilon);
        g[k] = 0.0f;
    }
}

/* Train; order (updates * batch, LANES), x (rows, steps, features), labels (rows). Loss and hits of
   every row before its update go to `losses` and `hits` (updates * batch, LANES). Returns 0, or 1
   where there is no memory. */
int train(const Settings *s, int updates, const int *order, const float *x, const int *labels,
          const float *rates, float *w, float *losses, float *hits) {
    const int U = s->units, T = s->steps, F = s->features, C = s->classes, G = 4 * U;
    const int nK = F * G, nR = U * G, n = nK + nR + G + U * C + C, hard = s->hard_sigmoid;
    const int cold = !s->stateful; /* a zero state: R has nothing to do in the first step */
    Lanes *m = calloc(3 * (size_t)n, sizeof *m);
    Lanes *work = calloc((size_t)T * (G + U + F) + 2 * (size_t)(T + 1) * U + G + 2 * U + C,
                         sizeof *work);
    if (!m || !work) {
        free(m);
        free(work);
        return 1;
    }
    Lanes *v = m + n, *g = v + n, *W = (Lanes *)w;
    Lanes *K = W, *R = K + nK, *b = R + nR, *D = b + G, *e = D + U * C;
    Lanes *gK = g, *gR = gK + nK, *gb = gR + nR, *gD = gb + G, *ge = gD + U * C;
    Lanes *gates = work, *squashed = gates + T * G, *in = squashed + T * U, *h = in + T * F;
    Lanes *c = h + (T + 1) * U, *dz = c + (T + 1) * U, *dh = dz + G, *dc = dh + U, *p = dc + U;
    const float share = 1.0f / (float)s->batch;

    for (int update = 0; update < updates; update++) {
        for (int row = 0; row < s->batch; row++) {
            const size_t place = (size_t)update * s->batch + row;
            const int *at = order + place * LANES;
            for (int k = 0; k < T * F; k++) EACH in[k][l] = x[(size_t)at[l] * T * F + k];
            if (s->stateful && !(s->reset_every && update % s->reset_every == 0)) {
                memcpy(h, h + T * U, U * sizeof *h);
                memcpy(c, c + T * U, U * sizeof *c);
            } else {
                memset(h, 0, U * sizeof *h);
                memset(c, 0, U * sizeof *c);
            }
            for (int t = 0; t < T; t++) {
                Lanes *z = gates + t * G, *q = squashed + t * U, *h0 = h + t * U, *c0 = c + t * U;
                Lanes *h1 = h0 + U, *c1 = c0 + U;
                memcpy(z, b, G * sizeof *z);
                for (int f = 0; f < F; f++)
                    for (int j = 0; j < G; j++) EACH z[j][l] += in[t * F + f][l] * K[f * G + j][l];
                for (int k = 0; k < U && !(cold && t == 0); k++)
                    for (int j = 0; j < G; j++) EACH z[j][l] += h0[k][l] * R[k * G + j][l];
                for (int j = 0; j < 2 * U; j++) gate(z[j], hard);
                for (int j = 2 * U; j < 3 * U; j++) tangent(z[j], z[j]);
                for (int j = 3 * U; j < G; j++) gate(z[j], hard);
                for (int j = 0; j < U; j++) {
                    EACH c1[j][l] = z[U + j][l] * c0[j][l] + z[j][l] * z[2 * U + j][l];
                    tangent(q[j], c1[j]);
                    EACH h1[j][l] = z[3 * U + j][l] * q[j][l];
                }
            }
            Lanes *last = h + T * U;
            Lanes top, sum = {0}, right, leader = {0}; /* of equal ones the first leads */
            memcpy(p, e, C * sizeof *p);
            for (int k = 0; k < U; k++)
                for (int j = 0; j < C; j++) EACH p[j][l] += last[k][l] * D[k * C + j][l];
            EACH top[l] = p[0][l];
            for (int j = 1; j < C; j++)
                EACH {
                    leader[l] = p[j][l] > top[l] ? (float)j : leader[l];
                    top[l] = fmaxf(top[l], p[j][l]);
                }
            EACH right[l] = p[labels[at[l]]][l];
            EACH hits[place * LANES + l] = leader[l] == (float)labels[at[l]];
            for (int j = 0; j < C; j++) EACH p[j][l] = expf(p[j][l] - top[l]);
            for (int j = 0; j < C; j++) EACH sum[l] += p[j][l];
            EACH losses[place * LANES + l] = logf(sum[l]) + top[l] - right[l];
            for (int j = 0; j < C; j++) EACH p[j][l] = share * p[j][l] / sum[l];
            EACH p[labels[at[l]]][l] -= share;

            for (int k = 0; k < U; k++) {
                Lanes back = {0};
                for (int j = 0; j < C; j++)
                    EACH {
                        back[l] += p[j][l] * D[k * C + j][l];
                        gD[k * C + j][l] += last[k][l] * p[j][l];
                    }
                memcpy(dh[k], back, sizeof back);
            }
            for (int j = 0; j < C; j++) EACH ge[j][l] += p[j][l];
            memset(dc, 0, U * sizeof *dc);
            for (int t = T - 1; t >= 0; t--) {
                Lanes *z = gates + t * G, *q = squashed + t * U, *h0 = h + t * U, *c0 = c + t * U;
                for (int j = 0; j < U; j++)
                    EACH {
                        const float i = z[j][l], f = z[U + j][l], a = z[2 * U + j][l];
                        const float o = z[3 * U + j][l], out = q[j][l];
                        const float d = dc[j][l] + dh[j][l] * o * (1.0f - out * out);
                        dz[j][l] = d * a * slope(i, hard);
                        dz[U + j][l] = d * c0[j][l] * slope(f, hard);
                        dz[2 * U + j][l] = d * i * (1.0f - a * a);
                        dz[3 * U + j][l] = dh[j][l] * out * slope(o, hard);
                        dc[j][l] = d * f;
                    }
                for (int f = 0; f < F; f++)
                    for (int j = 0; j < G; j++) EACH gK[f * G + j][l] += in[t * F + f][l] * dz[j][l];
                for (int j = 0; j < G; j++) EACH gb[j][l] += dz[j][l];
                for (int k = 0; k < U && !(cold && t == 0); k++) {
                    Lanes back = {0};
                    for (int j = 0; j < G; j++)
                        EACH {
                            back[l] += dz[j][l] * R[k * G + j][l];
                            gR[k * G + j][l] += h0[k][l] * dz[j][l];
                        }
                    memcpy(dh[k], back, sizeof back);
                }
            }
        }
        const int first = nK * LANES, rest = (nK + nR) * LANES;
        adam(first, W[0], m[0], v[0], g[0], s, rates[update]);
        if (!(cold && T == 1)) /* without a gradient R stays where it is */
            adam(rest - first, R[0], m[nK], v[nK], gR[0], s, rates[update]);
        adam(n * LANES - rest, b[0], m[nK + nR], v[nK + nR], gb[0], s, rates[update]);
    }
    free(m);
    free(work);
    return 0;
}
