// What one run, or several beside each other, look like: headline figures, then one chart for each question.

/** The headline figures: name, where it stands, unit, how it is written, and which way is better (for the bars). */
const HEADLINES = [
  ['Deliveries per second', (run) => run.deliveries?.per_second, '', short],
  ['Deliveries per server CPU-second', (run) => run.deliveries?.per_server_cpu_second, '', short],
  ['Server CPU per delivery', (run) => run.deliveries?.server_cpu_microseconds_each, 'µs', figure],
  ['Latency, median', (run) => run.latency_milliseconds?.p50, 'ms', figure],
  ['Latency, 99 %', (run) => run.latency_milliseconds?.p99, 'ms', figure],
  ['Latency, 99.9 %', (run) => run.latency_milliseconds?.p999, 'ms', figure],
  ['Latency, maximum', (run) => run.latency_milliseconds?.max, 'ms', figure],
  ['Memory per connection', (run) => run.server?.bytes_per_connection, 'bytes', figure],
  ['Handshakes per second', (run) => run.connections?.per_second, '', short],
  ['Server CPU per handshake', (run) => run.connections?.server_cpu_microseconds_each, 'µs', figure],
];
const FAULTS = ['lost', 'duplicated', 'reordered', 'corrupt', 'stray'];

function tile(name, ...content) {
  return element('div', { class: 'tile', 'data-tile': name }, element('dt', {}, name), element('dd', {}, ...content));
}

/** Tiles of one run. */
function tiles(run) {
  const list = HEADLINES.map(([name, value, unit, written]) => {
    const content = isNumber(value(run))
      ? [written(value(run)), element('span', { class: 'unit' }, unit && ` ${unit}`)]
      : [element('span', { class: 'missing' }, 'not measured')];
    if (name === 'Handshakes per second') content.push(element('span', { class: 'detail' }, handshakes(run.connections)));
    return tile(name, ...content);
  });
  const told = run.deliveries ?? {};
  list.splice(3, 0, tile('Reach',
    element('span', { class: isNumber(told.reach) && told.reach < 1 ? 'bad' : null }, percent(told.reach)),
    element('span', { class: 'detail' }, `${figure(told.received)} of ${figure(told.expected)}`)));
  list.splice(4, 0, tile('Faults', ...faultsOf(told)));
  return element('dl', { class: 'tiles' }, ...list);
}

function handshakes(told) {
  return isNumber(told?.opened) ? `${figure(told.opened)} connected, ${figure(told.failed ?? 0)} failed` : '';
}

function faultsOf(told) {
  const known = FAULTS.filter((name) => isNumber(told[name]));
  if (known.length === 0) return [element('span', { class: 'missing' }, 'not measured')];
  const sum = known.reduce((total, name) => total + told[name], 0);
  const sentence = known.map((name) => `${figure(told[name])} ${name}`).join(', ');
  return [element('span', { class: sum ? 'bad' : 'good' }, sum ? `✕ ${figure(sum)}` : '✓ none'),
    element('span', { class: 'detail' }, sentence)];
}

/** Tiles of several runs: a bar for each. */
function severalTiles(runs) {
  const more = [['Reach', (run) => run.deliveries?.reach, '', percent],
    ['Faults: lost, duplicated, reordered …', (run) => sumOfFaults(run.deliveries), '', figure]];
  return element('dl', { class: 'tiles several' }, ...[...HEADLINES, ...more].map(([name, value, unit, written]) => {
    const most = Math.max(...runs.map((run) => value(run.result)).filter(isNumber), 0);
    return tile(name, ...runs.map((run) => {
      const number = value(run.result);
      const text = isNumber(number) ? withUnit(written(number), unit) : 'not measured';
      return element('div', { class: 'rank' }, element('span', { class: 'name', title: run.name }, run.name), element('b', {}, text),
        bar(most > 0 && isNumber(number) ? number / most : 0, run.slot));
    }));
  }));
}

function sumOfFaults(told) {
  const known = FAULTS.filter((name) => isNumber(told?.[name]));
  return known.length ? known.reduce((total, name) => total + told[name], 0) : null;
}

function bar(share, slot) {
  return shape('svg', { viewBox: '0 0 100 6', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
    shape('rect', { x: 0, y: 2.5, width: 100, height: 1, fill: 'var(--grid)' }),
    shape('rect', { x: 0, y: 0, width: Math.max(0, share * 100), height: 6, class: `paint s${slot}` }));
}

// MARK: charts

/** All charts of `runs`, [{name, slot, result}], at most eight. */
function runCharts(runs) {
  const single = runs.length === 1;
  const over = (title, text, unit, format, ...lines) => overTime(runs, { title, text, unit, format }, lines);
  const charts = [percentileChart(runs), histogramChart(runs),
    over('Deliveries over time', 'How many messages arrived in each second, at all subscribers together.', 'per second', short,
      ['deliveries', rates])];
  const latency = [['median', column('p50')], ['99 %', column('p99')]];
  const cpu = [['server', column('server_cpu', 100)], ['load generator', column('generator_cpu', 100)]];
  if (single) {
    charts.push(over('Latency over time', 'Median and 99th percentile of each moment.', 'ms', figure, ...latency),
      over('Processor use over time', '100 % is one processor.', '%', figure, ...cpu));
  } else {
    for (const line of latency) charts.push(over(`Latency over time, ${line[0]}`, 'Of each moment.', 'ms', figure, line));
    for (const line of cpu) charts.push(over(`Processor use over time, ${line[0]}`, '100 % is one processor.', '%', figure, line));
  }
  charts.push(over('Memory of the server over time', 'Resident memory.', 'MiB', figure, ['memory', column('server_memory_kib', 1 / 1024)]));
  return element('div', { class: 'charts' }, ...charts);
}

function percentileChart(runs) {
  const series = runs.map((run) => ({ name: run.name, slot: run.slot, points: percentileCurve(run.result) }));
  const most = Math.max(0.999, ...series.flatMap((each) => each.points.slice(-1).map((point) => point[0])));
  const buckets = runs.map((run) => bucketsOf(run.result));
  const shares = [0, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999, 0.9999, 0.99999].filter((share) => share <= most);
  const names = { 0.5: 'p50', 0.9: 'p90', 0.99: 'p99', 0.999: 'p999' };
  const cell = (index, share) => {
    const told = runs[index].result.latency_milliseconds?.[names[share]];
    return figure(isNumber(told) ? told : latencyAt(buckets[index], share));
  };
  const rows = shares.map((share) => [percentile(share), ...runs.map((_, index) => cell(index, share))]);
  rows.push(['maximum', ...runs.map((run) => figure(run.result.latency_milliseconds?.max))]);
  return lineChart({
    title: 'Latency by percentile',
    text: 'So many of all deliveries were at least this fast. Each step to the right is the slowest tenth of the one before.',
    x: {
      scale: () => percentileScale(most), label: 'share of deliveries', format: percentile,
      tell: (share) => `${format({ maximumFractionDigits: 5 }).format(share * 100)} % within`,
    },
    // The fastest tenth stands on the left edge and does not choose the scale.
    y: { unit: 'ms', format: figure, choosing: (point) => point[0] >= 0.1 },
    series: single(series),
    head: [['Percentile', true], ...runs.map((run) => [`${run.name}, ms`])],
    rows: series.some((each) => each.points.length) ? rows : [],
  });
}

/** A single series needs no name: the title says it. */
const single = (series) => (series.length === 1 ? [{ ...series[0], name: '', isFilled: true }] : series);

function histogramChart(runs) {
  const known = runs.map((run) => ({ ...run, buckets: bucketsOf(run.result) })).filter((run) => run.buckets.length > 0);
  const low = niceBelow(Math.min(...known.map((run) => run.buckets[0][0] || run.buckets[0][1] / 2), Infinity) || 0.001);
  const high = niceAbove(Math.max(...known.map((run) => run.buckets[run.buckets.length - 1][1]), 0) || 1);
  const bins = known.map((run) => binned(run.buckets, low, high, 64));
  const told = runs[0].result.latency_milliseconds ?? {};
  const marks = runs.length > 1 ? undefined
    : [['median', told.p50], ['99 %', told.p99], ['99.9 %', told.p999]].filter((mark) => isNumber(mark[1]) && mark[1] >= low)
      .map(([text, at]) => ({ at, text }));
  const steps = (list) => list.flatMap(([from, to, share]) => [[from, share], [to, share]]);
  const used = (bins[0] ?? []).map((_, bin) => bin).filter((bin) => bins.some((list) => list[bin][2] > 0));
  return lineChart({
    title: 'Latency histogram',
    text: 'How the deliveries spread over latencies; equal steps of a logarithmic axis.',
    x: {
      scale: (count) => logScale(low, high, count), label: 'latency in ms, logarithmic', format: figure,
      tell: (value) => `around ${figure(value)} ms`,
    },
    y: { unit: '% of deliveries', format: figure, isLinear: true },
    marks,
    series: single(known.map((run, index) => ({ name: run.name, slot: run.slot, points: steps(bins[index]) }))),
    head: [['From, ms', true], ['to, ms'], ...known.map((run) => [`${run.name}, %`])],
    rows: used.map((bin) => [figure(bins[0][bin][0]), figure(bins[0][bin][1]), ...bins.map((list) => figure(list[bin][2]))]),
  });
}

/** From a timeline: [seconds, value]. */
function column(name, factor = 1) {
  return (timeline) => timeline.filter((moment) => isNumber(moment[name]) && isNumber(moment.seconds))
    .map((moment) => [moment.seconds, moment[name] * factor]);
}

/** Deliveries of each moment, per second of it. The first one is taken to be as long as the second. */
function rates(timeline) {
  const moments = timeline.filter((moment) => isNumber(moment.deliveries) && isNumber(moment.seconds));
  return moments.map((moment, index) => {
    const step = index > 0 ? moment.seconds - moments[index - 1].seconds
      : moments.length > 1 ? moments[1].seconds - moment.seconds : moment.seconds;
    return [moment.seconds, step > 0 ? moment.deliveries / step : 0];
  });
}

/** `lines` are [name, points of a timeline]: several of one run, or one of several runs. */
function overTime(runs, { title, text, unit, format: written }, lines) {
  const series = lines.flatMap(([name, points], index) => runs.map((run) => ({
    name: runs.length > 1 ? run.name : name, slot: runs.length > 1 ? run.slot : index, points: points(run.result.timeline ?? []),
  })));
  const moments = [...new Set(series.flatMap((each) => each.points.map((point) => point[0])))].sort((a, b) => a - b);
  const lookup = series.map((each) => new Map(each.points));
  const end = Math.max(...moments, 0);
  return lineChart({
    title, text,
    x: {
      scale: (count) => ({ ...linearScale(0, end, count), ...exact(end) }), label: 'seconds since the start', format: figure,
      tell: (value) => `second ${figure(value)}`,
    },
    y: { unit, format: written, isLinear: unit === '%' },
    series: lines.length === 1 ? single(series) : series,
    head: [['Second', true], ...series.map((each) => [`${each.name}, ${unit}`])],
    rows: moments.map((moment) => [figure(moment), ...lookup.map((values) => written(values.get(moment)))]),
  });
}

/** The axis of time ends with the run, not with the next tick. */
const exact = (end) => ({ high: end, position: (value) => value / (end || 1) });

// MARK: settings and warnings

function warnings(runs) {
  const list = runs.flatMap(({ name, result }) => {
    const told = (result.warnings ?? []).map(plain);
    if (result.generator?.is_saturated && !told.some((text) => text.toLowerCase().includes('generator'))) {
      told.push(`The load generator was saturated (${percent(result.generator.cpu_share)} of its processors): the server may be able to do more.`);
    }
    return told.map((text) => (runs.length > 1 ? `${name}: ${text}` : text));
  });
  return list.length === 0 ? null
    : element('ul', { class: 'warnings', 'aria-label': 'Warnings' }, ...[...new Set(list)].map((text) => element('li', {}, text)));
}

/** One row for each setting, and the figures of the processes; a column for each run. */
function settings(runs) {
  const rows = [['started', ...runs.map((run) => dateOf(run.result.started) ?? NONE)]];
  for (const part of ['settings', 'connections', 'server', 'generator']) {
    const names = [...new Set(runs.flatMap((run) => Object.keys(run.result[part] ?? {})))];
    for (const name of names) {
      const values = runs.map((run) => run.result[part]?.[name]);
      if (values.some((value) => value !== null && typeof value === 'object' && !Array.isArray(value))) continue;
      rows.push([part === 'settings' ? words(name) : `${part}: ${words(name)}`, ...values.map(plain)]);
    }
  }
  const details = element('details', { class: 'card', open: true }, element('summary', {}, 'Settings and processes'),
    table([['', true], ...runs.map((run) => [run.name, true])], rows, 'Settings and processes'));
  return details;
}
