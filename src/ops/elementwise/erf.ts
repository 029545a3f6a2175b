/**
 * The error function of one number, to double precision.
 *
 * After FreeBSD's msun, s_erf.c: rational approximations on five intervals, error below one unit in the last place.
 * Copyright (C) 1993 by Sun Microsystems, Inc. All rights reserved. Developed at SunPro, a Sun Microsystems, Inc.
 * business. Permission to use, copy, modify, and distribute this software is freely granted, provided that this notice
 * is preserved.
 *
 * @module
 */

/** c[0] + c[1] x + c[2] x^2 + ... */
function polynomial(x: number, c: readonly number[]): number {
  let sum = 0
  for (let i = c.length - 1; i >= 0; i--) sum = sum * x + c[i]!
  return sum
}

// erf(x) = x + x R(x^2) below 0.84375
const PP = [
  0.12837916709551256, -0.3250421072470015, -0.02848174957559851, -0.005770270296489442, -2.3763016656650163e-5,
]
const QQ = [
  1, 0.39791722395915535, 0.0650222499887673, 0.005081306281875766, 0.00013249473800432164, -3.960228278775368e-6,
]

// erf(x) = ERX + R(x - 1) below 1.25
const ERX = 0.8450629115104675
const PA = [
  -0.0023621185607526594, 0.41485611868374833, -0.3722078760357013, 0.31834661990116175, -0.11089469428239668,
  0.035478304325618236, -0.002166375594868791,
]
const QA = [
  1, 0.10642088040084423, 0.540397917702171, 0.07182865441419627, 0.12617121980876164, 0.01363708391202905,
  0.011984499846799107,
]

// erfc(x) = e^(-x^2 - 0.5625 + R(1/x^2)) / x below 1/0.35
const RA = [
  -0.009864944034847148, -0.6938585727071818, -10.558626225323291, -62.375332450326006, -162.39666946257347,
  -184.60509290671104, -81.2874355063066, -9.814329344169145,
]
const SA = [
  1, 19.651271667439257, 137.65775414351904, 434.56587747522923, 645.3872717332679, 429.00814002756783,
  108.63500554177944, 6.570249770319282, -0.0604244152148581,
]

// and above it
const RB = [
  -0.0098649429247001, -0.799283237680523, -17.757954917754752, -160.63638485582192, -637.5664433683896,
  -1025.0951316110772, -483.5191916086514,
]
const SB = [
  1, 30.33806074348246, 325.7925129965739, 1536.729586084437, 3199.8582195085955, 2553.0504064331644,
  474.52854120695537, -22.44095244658582,
]

/** The error function: 2 / sqrt(pi) times the integral of e^(-t^2) from 0 to x. */
export function errorFunction(x: number): number {
  const size = Math.abs(x)
  if (!(size < 6)) return Number.isNaN(x) ? x : Math.sign(x)
  if (size < 0.84375) {
    const square = x * x
    return x + x * (polynomial(square, PP) / polynomial(square, QQ))
  }
  if (size < 1.25) {
    const s = size - 1
    return Math.sign(x) * (ERX + polynomial(s, PA) / polynomial(s, QA))
  }
  return Math.sign(x) * (1 - tail(size))
}

/** 1 - erf(x) for x >= 1.25, as exact as its own size allows. */
function tail(x: number): number {
  const s = 1 / (x * x)
  const ratio = x < 1 / 0.35 ? polynomial(s, RA) / polynomial(s, SA) : polynomial(s, RB) / polynomial(s, SB)
  // e^(-x^2) in two factors: the square of a float32 is exact, the rest is small
  const rough = Math.fround(x)
  return (Math.exp(-rough * rough - 0.5625) * Math.exp((rough - x) * (rough + x) + ratio)) / x
}

/** The probability that a standard normal number is less than x. */
export function normalBelow(x: number): number {
  const z = x * Math.SQRT1_2
  if (z > -1.25 || Number.isNaN(z)) return 0.5 * (1 + errorFunction(z))
  // where 1 - 1 would be left
  return z < -28 ? 0 : 0.5 * tail(-z)
}
