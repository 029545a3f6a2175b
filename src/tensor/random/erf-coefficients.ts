/**
 * The rational approximations of the error function in Sun Microsystems' fdlibm, s_erf.c:
 *
 * Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved. Developed at SunPro, a Sun Microsystems, Inc.
 * business. Permission to use, copy, modify, and distribute this software is freely granted, provided that this notice
 * is preserved.
 *
 * @module
 */

/** Coefficients of a quotient of polynomials, lowest power first. */
export interface Rational {
  readonly above: readonly number[]
  readonly below: readonly number[]
}

/** erf(x) = x + x * q(x^2) for |x| < 0.84375 */
export const NEAR_ZERO: Rational = {
  above: [
    0.12837916709551256, -0.3250421072470015, -0.02848174957559851, -0.005770270296489442, -2.3763016656650163e-5,
  ],
  below: [
    1, 0.39791722395915535, 0.0650222499887673, 0.005081306281875766, 0.00013249473800432164, -3.960228278775368e-6,
  ],
}

export const ERF_OF_ONE = 0.8450629115104675
/** erf(x) = ERF_OF_ONE + q(|x| - 1) for 0.84375 <= |x| < 1.25 */
export const NEAR_ONE: Rational = {
  above: [
    -0.0023621185607526594, 0.41485611868374833, -0.3722078760357013, 0.31834661990116175, -0.11089469428239668,
    0.035478304325618236, -0.002166375594868791,
  ],
  below: [
    1, 0.10642088040084423, 0.540397917702171, 0.07182865441419627, 0.12617121980876164, 0.01363708391202905,
    0.011984499846799107,
  ],
}

/** erf(x) = 1 - exp(-x^2 - 0.5625 + q(1 / x^2)) / x for 1.25 <= |x| < 1 / 0.35 */
export const MIDDLE: Rational = {
  above: [
    -0.009864944034847148, -0.6938585727071818, -10.558626225323291, -62.375332450326006, -162.39666946257347,
    -184.60509290671104, -81.2874355063066, -9.814329344169145,
  ],
  below: [
    1, 19.651271667439257, 137.65775414351904, 434.56587747522923, 645.3872717332679, 429.00814002756783,
    108.63500554177944, 6.570249770319282, -0.0604244152148581,
  ],
}

/** The same for 1 / 0.35 <= |x| < 6 */
export const FAR: Rational = {
  above: [
    -0.0098649429247001, -0.799283237680523, -17.757954917754752, -160.63638485582192, -637.5664433683896,
    -1025.0951316110772, -483.5191916086514,
  ],
  below: [
    1, 30.33806074348246, 325.7925129965739, 1536.729586084437, 3199.8582195085955, 2553.0504064331644,
    474.52854120695537, -22.44095244658582,
  ],
}

/** The same quotient for float32 arithmetic. */
export const inFloat32 = (q: Rational): Rational => ({
  above: q.above.map(Math.fround),
  below: q.below.map(Math.fround),
})
