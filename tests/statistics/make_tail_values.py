#!/usr/bin/env python3
"""Writes data/tail_values.tsv: binomial tails to 30 digits, by a method the library does not use.

Up to 3,000 rows the tail is a sum of exact integers. Beyond that the terms of the distribution are added one by
one in 400-bit fixed point, outward from k, until they are below 1e-45 of the sum; the first term comes from
mpmath's log-gamma at 80 digits. No incomplete beta function and no continued fraction is involved.
"""
import math
import random
from fractions import Fraction
from mpmath import mp, mpf, loggamma, log, exp, nstr

mp.dps = 80
SCALE_BITS = 400


def exact_sum(k, n, p, first, last):
    """sum of P(X = i) for i = first..last as a Fraction."""
    u, v = p.numerator, p.denominator - p.numerator
    term = math.comb(n, first) * u**first * v**(n - first)
    total = 0
    for i in range(first, last + 1):
        total += term
        term = term * (n - i) * u // ((i + 1) * v)
    return Fraction(total, p.denominator**n)


def log_term(k, n, p):
    x, y = mpf(p.numerator) / p.denominator, mpf(p.denominator - p.numerator) / p.denominator
    choose = loggamma(mpf(n) + 1) - loggamma(mpf(k) + 1) - loggamma(mpf(n - k) + 1)
    return choose + k * log(x) + (n - k) * log(y)


def outward_sum(k, n, p, step):
    """P(X <= k) for step = -1, P(X >= k) for step = +1."""
    u, v = p.numerator, p.denominator - p.numerator
    term = total = 1 << SCALE_BITS
    i = k
    while 0 <= i + step <= n:
        if step < 0:
            term = term * i * v // ((n - i + 1) * u)
        else:
            term = term * (n - i) * u // ((i + 1) * v)
        total += term
        i += step
        if term < total >> 150:
            break
    return exp(log_term(k, n, p)) * mpf(total) / mpf(1 << SCALE_BITS)


def tail(side, k, n, p):
    if n <= 3000:
        value = exact_sum(k, n, p, 0, k) if side == "lower" else exact_sum(k, n, p, k, n)
        return mpf(value.numerator) / mpf(value.denominator)
    if side == "lower":  # away from the mean the terms fall; towards it take the other tail from 1
        return outward_sum(k, n, p, -1) if k <= n * p else 1 - outward_sum(k + 1, n, p, 1)
    return outward_sum(k, n, p, 1) if k >= n * p else 1 - outward_sum(k - 1, n, p, -1)


def cases():
    rng = random.Random(20)
    shares = ["1/2", "3/10", "9/10", "99/100", "999/1000", "9999/10000", "1/3", "1/1000000", "999999999/1000000000"]
    for n in [1, 2, 5, 10, 59, 299, 1000, 3000, 10**4, 10**5, 10**6, 10**7, 10**9, 10**11, 10**12]:
        for text in shares:
            p = Fraction(text)
            sd = math.sqrt(n * p * (1 - p))
            if sd > 200_000:
                continue
            ks = {round(n * p + z * sd + rng.choice([-1, 0, 1])) for z in [-30, -8, -3, -1.64, -0.3, 0, 0.3, 1.64, 2.33, 3, 8, 30]}
            ks |= {1, 3, n - 1, n - 3} if n <= 10**6 else set()
            for k in sorted(k for k in ks if 0 <= k <= n):
                side = "lower" if k < n * p else "upper"
                if rng.random() < 0.25 and n <= 10**6:  # the large tail, close to 1, too
                    side = "lower" if side == "upper" else "upper"
                if (side == "lower" and k == n) or (side == "upper" and k == 0):
                    continue
                if n > 3000 and sd > 10_000 and rng.random() < 0.4:
                    continue
                yield side, k, n, text


def main():
    with open("data/tail_values.tsv", "w") as out:
        out.write("# side k n p tail; made by make_tail_values.py\n")
        for side, k, n, text in cases():
            value = tail(side, k, n, Fraction(text))
            if value > mpf("1e-290"):
                out.write("\t".join([side, str(k), str(n), text, nstr(value, 30, min_fixed=0, max_fixed=0)]) + "\n")


main()
