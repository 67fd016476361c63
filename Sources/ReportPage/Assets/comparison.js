// A comparison: for each metric a picture of ratios to the yardstick. The axis is logarithmic around 1, so that twice and half as
// much are equally long; the band around 1 is what the yardstick differs from itself in the same run (A/A).

function comparisonSection(comparison) {
  const rows = comparison.rows ?? [];
  const servers = [...new Set([...(comparison.servers ?? []), ...rows.map((row) => row.server)])];
  const slots = new Map(servers.map((server, index) => [server, index % SERIES_MAX]));
  const measured = rows.filter((row) => row.server !== comparison.yardstick);
  const undecided = measured.filter((row) => row.is_decided === false).length;
  const metrics = [...new Set(rows.map((row) => row.metric))];
  const sentence = [
    `${servers.join(', ')}: ${plain(comparison.rounds)} rounds, in turn; ratios are to ${plain(comparison.yardstick)} in the same round, the median of all rounds.`,
    undecided ? `${undecided} of ${measured.length} ratios are undecided: the yardstick differs too much from itself in the same run.`
      : 'All ratios are decided.',
  ].join(' ');
  return [
    element('h2', {}, 'Comparison'), element('p', { class: 'note' }, sentence),
    element('div', { class: 'charts' }, ...metrics.map((metric) =>
      ratioChart(metric, rows.filter((row) => row.metric === metric), slots, comparison))),
    ...loadSections(comparison, slots),
  ];
}

function ratioChart(metric, rows, slots, comparison) {
  const unit = unitOf(rows[0]);
  const values = (row) => (row.values ?? []).filter(isNumber).map(figure).join('  ');
  const options = {
    title: metric, text: 'Ratio to the yardstick. Band around 1: the yardstick against itself (A/A). Thin line: lowest to highest round.', series: [],
    head: [['Load', true], ['Server', true], [unit ? `Median, ${unit}` : 'Median'], ['Ratio'], ['A/A'], ['Decided', true], ['Each round', true]],
    rows: rows.map((row) => [plain(row.load), plain(row.server), figure(row.median), ratioText(row.ratio), ratioText(row.aa_ratio),
      row.is_decided === false ? 'undecided' : 'yes', values(row)]),
  };
  return figureWith(options, (width) => {
    const spread = rows.flatMap((row) => (row.values ?? []).map((value) => value * row.ratio / row.median));
    const sizes = [...rows.flatMap((row) => [row.ratio, row.aa_ratio]), ...spread, 0.8, 1.25].filter((ratio) => isNumber(ratio) && ratio > 0);
    const isNarrow = width < 560;
    const names = isNarrow ? 0 : Math.min(170, Math.max(60, ...rows.map((row) => widthOf(plain(row.server)) + 26)));
    const last = Math.max(...rows.map((row) => widthOf(measure(row)))) + 14;
    const right = isNarrow ? 0 : last + Math.max(...rows.map((row) => (row.is_decided === false ? 136 : 72)));
    const scale = logScale(Math.min(...sizes) / 1.05, Math.max(...sizes) * 1.05, isNarrow ? 4 : 5);
    const x = (ratio) => names + 6 + scale.position(ratio) * (width - names - right - 12);
    const svg = picture(width, 10, metric, rows.map((row) => `${row.load}, ${row.server}: ${told(row)}.`).join(' '));
    const defs = shape('defs');
    svg.append(defs);
    const bottom = drawRows(svg, rows, { x, isNarrow, width, last, slots, defs, yardstick: comparison.yardstick });
    for (const ratio of ratioTicks(scale)) {
      svg.append(shape('g', { class: 'tick' }, shape('text', { x: x(ratio), y: bottom + 16, 'text-anchor': 'middle' }, figure(ratio))),
        shape('line', { x1: x(ratio), x2: x(ratio), y1: bottom, y2: bottom + 4, class: 'axis' }));
    }
    svg.setAttribute('viewBox', `0 0 ${width} ${bottom + 24}`);
    return svg;
  });
}

/** 1 is always among them. */
function ratioTicks(scale) {
  if (scale.high / scale.low < 4) return [0.5, 0.7, 0.8, 0.9, 1, 1.1, 1.25, 1.5, 2].filter((tick) => tick >= scale.low && tick <= scale.high)
    .filter((tick, _, all) => all.length < 7 || ![0.7, 0.9, 1.1].includes(tick));
  return [...new Set([...scale.ticks, 1])].sort((a, b) => a - b)
    .filter((tick) => tick === 1 || Math.abs(scale.position(tick) - scale.position(1)) > 0.09);
}

function told(row) {
  const parts = [withUnit(figure(row.median), unitOf(row)), isNumber(row.ratio) ? `ratio ${ratioText(row.ratio)}` : 'no ratio'];
  if (isNumber(row.aa_ratio)) parts.push(`A/A ${ratioText(row.aa_ratio)}`);
  if (row.is_decided === false) parts.push('undecided');
  return parts.join(', ');
}

/** Loads as headings, a bar for each server below; gives where it ends. */
function drawRows(svg, rows, frame) {
  let y = 4;
  let load = null;
  for (const row of rows) {
    if (row.load !== load) {
      load = row.load;
      svg.append(shape('text', { x: 0, y: y + 20, class: 'strong' }, plain(load)));
      y += 32;
    }
    const height = frame.isNarrow ? 42 : 26;
    svg.append(drawRow(row, y, height, rows.find((other) => other.load === load && other.server === frame.yardstick), frame));
    y += height;
  }
  return y + 4;
}

/** One server under one load; on a narrow page its name and figures stand above the bar. */
function drawRow(row, y, height, standard, { x, isNarrow, width, last, slots, defs }) {
  const slot = slots.get(row.server) ?? 0;
  const top = isNarrow ? y + 21 : y + 5;
  const text = isNarrow ? y + 12 : y + 17;
  const isStandard = row === standard;
  const isUndecided = row.is_decided === false && !isStandard;
  const group = shape('g', {
    tabindex: 0, role: 'img', 'aria-label': `${row.server}: ${told(row)}`, 'data-bar': row.server, 'data-undecided': isUndecided,
  });
  // Something to point at between the name and the figures.
  group.append(shape('rect', { x: 0, y, width, height, fill: 'transparent' }));
  if (isNumber(row.aa_ratio) && row.aa_ratio > 0) {
    const [low, high] = [Math.min(row.aa_ratio, 1 / row.aa_ratio), Math.max(row.aa_ratio, 1 / row.aa_ratio)];
    group.append(shape('rect', { x: x(low), y: top - 3, width: Math.max(1, x(high) - x(low)), height: 22, class: 'band' }));
  }
  group.append(shape('line', { x1: x(1), x2: x(1), y1: isNarrow ? top - 3 : y, y2: isNarrow ? top + 19 : y + height, class: 'axis' }));
  if (isStandard) {
    group.append(...whisker(row, standard, x, top + 8), shape('circle', { cx: x(1), cy: top + 8, r: 5, class: `dot paint s${slot}`, 'data-mark': true }));
  } else if (isNumber(row.ratio) && row.ratio > 0) {
    const from = Math.min(x(1), x(row.ratio));
    const size = { x: from, y: top, width: Math.max(3, Math.abs(x(row.ratio) - x(1))), height: 16, rx: 3 };
    group.append(shape('rect', { ...size, class: `paint s${slot}`, 'data-mark': true, mask: isUndecided ? `url(#${hatch(defs)})` : null }));
    if (isUndecided) group.append(shape('rect', { ...size, class: `stroke s${slot}`, fill: 'none' }));
    group.append(...whisker(row, standard, x, top + 8));
  }
  group.append(
    shape('circle', { cx: 6, cy: text - 4, r: 5, class: `paint s${slot}` }),
    shape('text', { x: 18, y: text }, plain(row.server)),
    shape('text', { x: width - last, y: text, 'text-anchor': 'end' },
      isUndecided ? shape('tspan', { class: 'undecided' }, 'undecided ') : '',
      isStandard ? shape('tspan', { class: 'soft' }, isNumber(row.aa_ratio) ? `A/A ${ratioText(row.aa_ratio)}` : 'yardstick')
        : shape('tspan', { class: 'strong' }, isNumber(row.ratio) ? `${ratioText(row.ratio)} ×` : NONE)),
    shape('text', { x: width, y: text, 'text-anchor': 'end' }, measure(row)));
  const show = () => {
    const area = group.getBoundingClientRect();
    showTip(plain(row.load), [[slot, row.server, told(row)]], area.left + 40, area.bottom + 4);
  };
  for (const name of ['pointerenter', 'focus']) group.addEventListener(name, show);
  for (const name of ['pointerleave', 'blur']) group.addEventListener(name, hideTip);
  return group;
}

const unitOf = (row) => (row?.unit === '1/s' ? '/s' : row?.unit ?? '');

/** The median with its unit, short enough for its column. */
function measure(row) {
  const isLong = Math.abs(row.median ?? 0) >= 1e5;
  return withUnit(isLong ? short(row.median) : figure(row.median), unitOf(row));
}

/** From the lowest to the highest round, in units of the yardstick's median. */
function whisker(row, standard, x, y) {
  const values = (row.values ?? []).filter((value) => isNumber(value) && value > 0);
  if (values.length < 2 || !(standard?.median > 0) || !isNumber(row.ratio)) return [];
  const [low, high] = [Math.min(...values) / standard.median, Math.max(...values) / standard.median];
  return ['whisker halo', 'whisker'].map((kind) => shape('line', { x1: x(low), x2: x(high), y1: y, y2: y, class: kind }));
}

/** Stripes for what is undecided: a mask, so that the colour stays the server's. */
function hatch(defs) {
  titles += 1;
  const id = `stripes-${titles}`;
  defs.append(
    shape('pattern', { id: `${id}-p`, width: 6, height: 6, patternUnits: 'userSpaceOnUse', patternTransform: 'rotate(45)' },
      shape('rect', { width: 3, height: 6, fill: '#fff' })),
    shape('mask', { id }, shape('rect', { x: 0, y: 0, width: '100%', height: '100%', fill: `url(#${id}-p)` })));
  return id;
}

// MARK: the runs behind the ratios

/** The charts of one load at a time, chosen above them: all rounds of a server are one distribution. */
function loadSections(comparison, slots) {
  const all = (comparison.runs ?? []).filter((run) => run && typeof run === 'object');
  const loads = [...new Set([...(comparison.loads ?? []), ...all.map((run) => run.load)])]
    .filter((load) => all.some((run) => run.load === load));
  if (loads.length === 0) return [];
  const box = element('div');
  const show = (load) => {
    const runs = [...slots].map(([name, slot]) => ({ name, slot, results: all.filter((run) => run.load === load && run.name === name) }))
      .filter((run) => run.results.length > 0).slice(0, SERIES_MAX)
      .map((run) => ({ name: run.name, slot: run.slot, result: merged(run.results) }));
    const complaints = warnings([...slots.keys()].flatMap((name) =>
      all.filter((run) => run.load === load && run.name === name).map((result) => ({ name: `${name}, round ${plain(result.round)}`, result }))));
    box.replaceChildren(...[complaints, severalTiles(runs), runCharts(runs), settings(runs)].filter(Boolean));
  };
  const select = element('select', { id: 'load' }, ...loads.map((load) => element('option', { value: load }, load)));
  select.addEventListener('change', () => show(select.value));
  show(loads[0]);
  return [element('h2', {}, 'The runs'),
    element('p', { class: 'note' }, 'Latencies are those of all rounds together; everything else is the round in the middle.'),
    element('p', { class: 'chooser' }, element('label', { for: 'load' }, 'Load'), select), box];
}
