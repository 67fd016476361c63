// From values to pixels: linear, logarithmic, and the percentile axis of HdrHistogram, where each further nine has the same width.

/** `position(value)` is 0 to 1; `ticks` are the values to be named. */
function linearScale(low, high, count = 5) {
  if (!(high > low)) high = low + (Math.abs(low) || 1);
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((step) => step >= rough * 0.999);
  const top = Math.ceil(high / step - 1e-9) * step;
  const bottom = Math.floor(low / step + 1e-9) * step;
  const ticks = [];
  for (let index = 0; bottom + index * step <= top + step / 1e6; index += 1) {
    ticks.push(Number((bottom + index * step).toPrecision(12)));
  }
  return { ticks, low: bottom, high: top, position: (value) => (value - bottom) / (top - bottom) };
}

function logScale(low, high, count = 6) {
  const bottom = Math.log10(low);
  const span = Math.log10(high) - bottom || 1;
  let ticks = [];
  for (const steps of [[1, 2, 5], [1, 3], [1]]) {
    ticks = [];
    for (let power = Math.floor(bottom); power <= bottom + span; power += 1) {
      for (const step of steps) ticks.push(Number((step * 10 ** power).toPrecision(6)));
    }
    ticks = ticks.filter((value) => value >= low * 0.999 && value <= high * 1.001);
    if (ticks.length <= count + 2) break;
  }
  while (ticks.length > count + 2) ticks = ticks.filter((_, index) => index % 2 === 0);
  return { ticks, low, high, position: (value) => (Math.log10(Math.max(value, low)) - bottom) / span };
}

/** Up to the percentile `most` (0…1, below 1). */
function percentileScale(most) {
  const nines = Math.max(2, -Math.log10(1 - most));
  const ticks = [0, 0.5];
  for (let count = 1; count <= nines + 1e-9; count += 1) ticks.push(Number((1 - 10 ** -count).toFixed(9)));
  return { ticks, low: 0, high: most, position: (share) => Math.min(1, -Math.log10(1 - share) / nines) };
}

/** Linear from zero; logarithmic where the values lie more than a factor of 40 apart. */
function scaleFor(values, count) {
  const positive = values.filter((value) => value > 0);
  const high = Math.max(...positive, 0);
  const low = Math.min(...positive, high);
  if (low > 0 && high / low > 40) {
    const isLog = { isLogarithmic: true };
    return { ...logScale(niceBelow(low), niceAbove(high), count), ...isLog };
  }
  return linearScale(0, high || 1, count);
}

function niceBelow(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return [5, 2, 1].map((step) => step * power).find((step) => step <= value * 1.0001);
}

function niceAbove(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((step) => step * power).find((step) => step >= value * 0.9999);
}
