// What charts compute from curves: means and intervals over seeds, smoothing, values between checkpoints. Values may be null.
"use strict";
const grokscopeNumbers = (() => {
  const known = (values) => values.filter((value) => value !== null && value !== undefined && Number.isFinite(value));
  const mean = (values) => {
    const found = known(values);
    return found.length ? found.reduce((sum, value) => sum + value, 0) / found.length : null;
  };
  const variance = (values) => {
    const middle = mean(values);
    return values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1);
  };
  const median = (values) => {
    const sorted = [...known(values)].sort((one, two) => one - two);
    if (!sorted.length) return null;
    const half = sorted.length >> 1;
    return sorted.length % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  };

  // 97.5 % points of Student's t: `table` has them at 0, ... 1 of 1 / degrees of freedom in equal steps, straight lines lie between.
  const quantile = (table, degrees) => {
    if (!(degrees >= 1)) return null;
    const place = (table.length - 1) / degrees;
    const below = Math.min(Math.floor(place), table.length - 2);
    return table[below] + (place - below) * (table[below + 1] - table[below]);
  };
  // Mean and 95 % interval over seeds; no interval from fewer than two.
  const interval = (values, table) => {
    const found = known(values);
    const middle = mean(found);
    if (found.length < 2) return { mean: middle, low: null, high: null, seeds: found.length };
    const half = quantile(table, found.length - 1) * Math.sqrt(variance(found) / found.length);
    return { mean: middle, low: middle - half, high: middle + half, seeds: found.length };
  };
  // Mean of `two` minus mean of `one` with Welch's 95 % interval: spreads may differ, and seeds of two runs are no pairs.
  const difference = (one, two, table) => {
    const [a, b] = [known(one), known(two)];
    if (!a.length || !b.length) return { mean: null, low: null, high: null };
    const middle = mean(b) - mean(a);
    if (a.length < 2 || b.length < 2) return { mean: middle, low: null, high: null };
    const [va, vb] = [variance(a) / a.length, variance(b) / b.length];
    if (va + vb === 0) return { mean: middle, low: middle, high: middle };
    const degrees = (va + vb) ** 2 / (va ** 2 / (a.length - 1) + vb ** 2 / (b.length - 1));
    const half = quantile(table, degrees) * Math.sqrt(va + vb);
    return { mean: middle, low: middle - half, high: middle + half };
  };

  // Running mean over `decades` of step + 1, half on either side; a step without a value stays without one.
  const smoothed = (steps, values, decades) => {
    if (!decades) return values;
    const places = steps.map((step) => Math.log10(step + 1));
    let [first, last] = [0, 0];
    return values.map((value, i) => {
      while (places[first] < places[i] - decades / 2 - 1e-9) first += 1;
      while (last < places.length && places[last] <= places[i] + decades / 2 + 1e-9) last += 1;
      return value === null || value === undefined ? null : mean(values.slice(first, last));
    });
  };
  // The value of a curve at `x`, on a straight line between its points; null beyond its ends and beside a gap.
  const between = (xs, values, x) => {
    if (!xs.length || x < xs[0] - 1e-9 || x > xs[xs.length - 1] + 1e-9) return null;
    let [low, high] = [0, xs.length - 1];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (xs[middle] <= x) low = middle;
      else high = middle;
    }
    if (Math.abs(x - xs[low]) < 1e-9) return values[low] ?? null;
    if (Math.abs(x - xs[high]) < 1e-9) return values[high] ?? null;
    if (values[low] === null || values[low] === undefined || values[high] === null || values[high] === undefined) return null;
    return values[low] + ((values[high] - values[low]) * (x - xs[low])) / (xs[high] - xs[low]);
  };
  const nearest = (steps, step) => {
    let best = 0;
    steps.forEach((one, i) => {
      if (Math.abs(Math.log((one + 1) / (step + 1))) < Math.abs(Math.log((steps[best] + 1) / (step + 1)))) best = i;
    });
    return best;
  };

  // A real minus sign, and none before a zero that rounding left.
  const minus = (text) => text.replace(/^-(?=[0.]*(?![0-9.]))/, "").replaceAll("-", "\u2212");
  const shown = (value, percent) => {
    if (value === null || value === undefined) return "\u2013";
    if (percent) return minus(`${(100 * value).toFixed(1)} %`);
    return minus(String(Number(value.toPrecision(3))));
  };
  const spaced = (step) => String(Math.round(step)).replace(/\B(?=(\d{3})+$)/g, step > 9999 ? "\u202f" : "");
  return { known, mean, median, quantile, interval, difference, smoothed, between, nearest, shown, spaced, minus };
})();
