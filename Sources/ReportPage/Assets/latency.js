// From the buckets of a histogram to its curve of percentiles and its shape.

/** The buckets of a result as [low, high, count], sorted; their lower ends are not told, so a gap is taken as no wider than a bucket. */
function bucketsOf(result) {
  const told = (result.latency_milliseconds?.histogram ?? []).filter(([high, count]) => high > 0 && count > 0).sort((a, b) => a[0] - b[0]);
  let widest = 1.0001;
  for (let index = 1; index < told.length; index += 1) {
    const ratio = told[index][0] / told[index - 1][0];
    widest = widest === 1.0001 ? ratio : Math.min(widest, ratio);
  }
  return told.map(([high, count], index) =>
    [Math.max(told[index - 1]?.[0] ?? 0, high / Math.max(widest, 1.016)), high, count]);
}

const countOf = (buckets) => buckets.reduce((sum, bucket) => sum + bucket[2], 0);

/** [share, milliseconds] for each place where the curve bends; from the five figures when there is no histogram. */
function percentileCurve(result) {
  const buckets = bucketsOf(result);
  if (buckets.length === 0) {
    const told = result.latency_milliseconds ?? {};
    return [[0.5, told.p50], [0.9, told.p90], [0.99, told.p99], [0.999, told.p999]].filter((point) => isNumber(point[1]));
  }
  const total = countOf(buckets);
  const points = [[0, buckets[0][1]]];
  let seen = 0;
  for (const [, high, count] of buckets) {
    seen += count;
    // The slowest of all has no percentile but 100 %, which is infinitely far: it stands where half of one is slower.
    points.push([seen >= total ? 1 - 0.5 / total : seen / total, high]);
  }
  return points;
}

/** The latency within which `share` of all stayed. */
function latencyAt(buckets, share) {
  const wanted = countOf(buckets) * share;
  let seen = 0;
  for (const [, high, count] of buckets) {
    seen += count;
    if (seen >= wanted) return high;
  }
  return null;
}

/** [milliseconds, per cent] in `count` steps that are equally wide on a logarithmic axis between `low` and `high`. */
function binned(buckets, low, high, count) {
  const bins = new Array(count).fill(0);
  const place = (value) => Math.log(value / low) / Math.log(high / low) * count;
  for (const [bottom, top, number] of buckets) {
    const [from, to] = [place(Math.max(bottom, low)), place(top)];
    for (let bin = Math.max(0, Math.floor(from)); bin < Math.min(count, Math.ceil(to)); bin += 1) {
      const share = to > from ? (Math.min(to, bin + 1) - Math.max(from, bin)) / (to - from) : 1;
      bins[bin] += number * Math.max(0, share);
    }
  }
  const total = countOf(buckets) || 1;
  return bins.map((number, bin) => [low * (high / low) ** (bin / count), low * (high / low) ** ((bin + 1) / count), number / total * 100]);
}

/** Several results of one server as one distribution; what is not summed is taken from the result in the middle. */
function merged(results) {
  const sorted = [...results].sort((a, b) => (a.deliveries?.per_second ?? 0) - (b.deliveries?.per_second ?? 0));
  const middle = sorted[Math.floor((sorted.length - 1) / 2)];
  const sums = new Map();
  for (const result of results) {
    for (const [high, count] of result.latency_milliseconds?.histogram ?? []) sums.set(high, (sums.get(high) ?? 0) + count);
  }
  return { ...middle, latency_milliseconds: { ...middle.latency_milliseconds, histogram: [...sums] } };
}
