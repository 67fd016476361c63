// One chart: a figure with its title, what it shows in words, a legend, the picture and a table. The picture is drawn for the width
// it has, so that its letters keep their size on a phone and on paper.

/** Besides colour: how each of the eight lines is broken. */
const DASHES = ['none', '8 3', '2 2.5', '10 3 2 3', '14 4', '5 2', '8 2 2 2 2 2', '4 4'];
const SERIES_MAX = DASHES.length;
const drawn = [];
let printWidth = null;

/** Draws into `plot` now and whenever its width changes. */
function keepDrawn(plot, draw) {
  const again = () => {
    const width = Math.round(printWidth ?? plot.clientWidth);
    if (!width || plot.dataset.width === String(width)) return;
    plot.dataset.width = width;
    plot.replaceChildren(draw(Math.max(width, 240)));
  };
  drawn.push(again);
  new ResizeObserver(again).observe(plot);
}

function redrawAll(width) {
  printWidth = width;
  for (const again of drawn) again();
}

addEventListener('beforeprint', () => redrawAll(680));
addEventListener('afterprint', () => redrawAll(null));

/** A sample of a series' line, for legends and tips. */
function key(slot) {
  return shape('svg', { width: 22, height: 10, 'aria-hidden': 'true' },
    shape('line', { x1: 0, x2: 22, y1: 5, y2: 5, class: `series stroke s${slot}`, 'stroke-dasharray': DASHES[slot], 'stroke-width': 3 }));
}

let titles = 0;

/** The figure around a picture: `{title, text, series, head, rows, wide}`; `draw(width)` gives the picture. */
function figureWith(options, draw) {
  const plot = element('div', { class: 'plot' });
  const named = options.series.filter((series) => series.name);
  const figure = element('figure', { class: options.wide ? 'wide' : null, 'data-chart': options.title },
    element('figcaption', {}, element('b', {}, options.title), options.text ?? ''),
    named.length > 1
      ? element('ul', { class: 'legend' }, ...named.map(({ name, slot, points }) =>
        element('li', {}, key(slot), points?.length === 0 ? `${name} (not measured)` : name)))
      : null,
    plot);
  if (options.rows.length === 0) {
    plot.append(element('p', { class: 'empty' }, 'Not measured.'));
    return figure;
  }
  figure.append(tableBelow('Table', () => table(options.head, options.rows, options.title)));
  keepDrawn(plot, draw);
  return figure;
}

/** An SVG with title and description for those who hear it. */
function picture(width, height, title, description) {
  titles += 1;
  return shape('svg', {
    viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-labelledby': `title-${titles} description-${titles}`,
  }, shape('title', { id: `title-${titles}` }, title), shape('desc', { id: `description-${titles}` }, description));
}

const widthOf = (text) => text.length * 6.9;

/**
 * Lines over an axis: `{title, text, x: {scale, label, format}, y: {unit, format}, series: [{name, slot, points: [[x, y]], isFilled}],
 * marks: [{at, text}], head, rows}`. `x.scale(count)` makes the scale with about so many ticks; `y.isLinear` keeps a logarithmic one
 * away, `y.choosing` names the points that count for the choice.
 */
function lineChart(options) {
  return figureWith(options, (width) => {
    const points = options.series.flatMap((series) => series.points);
    const values = points.filter(options.y.choosing ?? (() => true)).map((point) => point[1]);
    const yScale = options.y.isLinear ? linearScale(0, Math.max(...values, 0) || 1) : scaleFor(values, 5);
    const narrow = width < 420;
    const xScale = options.x.scale(narrow ? 4 : 8);
    const yTicks = yScale.ticks.map((value) => [value, options.y.format(value)]);
    const left = Math.max(...yTicks.map(([, text]) => widthOf(text))) + 10;
    const box = { left, right: width - 14, top: options.marks ? 52 : 24, bottom: (narrow ? 240 : 280) - 44 };
    const x = (value) => box.left + xScale.position(value) * (box.right - box.left);
    const y = (value) => box.bottom - yScale.position(value) * (box.bottom - box.top);
    const svg = picture(width, box.bottom + 44, options.title, description(options));
    drawAxes(svg, box, options, xScale, yTicks, x, y, yScale.isLogarithmic);
    for (const series of options.series) drawSeries(svg, series, x, y, box, yScale.isLogarithmic);
    drawMarks(svg, options.marks ?? [], x, box);
    return readable(svg, options, box, x, y, width);
  });
}

function description(options) {
  return options.series.filter((series) => series.points.length).map((series) => {
    const values = series.points.map((point) => point[1]);
    const range = `${options.y.format(Math.min(...values))} to ${options.y.format(Math.max(...values))} ${options.y.unit}`;
    return `${series.name || options.title}: ${range}.`;
  }).join(' ');
}

function drawAxes(svg, box, options, xScale, yTicks, x, y, isLogarithmic) {
  const unit = options.y.unit + (isLogarithmic ? ', logarithmic' : '');
  svg.append(shape('text', { x: 0, y: 11, class: 'soft' }, unit));
  for (const [value, text] of yTicks) {
    svg.append(shape('g', { class: 'tick' },
      shape('line', { x1: box.left, x2: box.right, y1: y(value), y2: y(value), class: 'grid' }),
      shape('text', { x: box.left - 8, y: y(value) + 4, 'text-anchor': 'end' }, text)));
  }
  let end = -Infinity;
  for (const value of xScale.ticks) {
    const text = options.x.format(value);
    const half = widthOf(text) / 2;
    const middle = Math.min(Math.max(x(value), half), box.right + 14 - half);
    if (x(value) > box.right + 1 || middle - half < end + 8) continue;
    end = middle + half;
    svg.append(shape('g', { class: 'tick' },
      shape('line', { x1: x(value), x2: x(value), y1: box.bottom, y2: box.bottom + 4, class: 'axis' }),
      shape('text', { x: middle, y: box.bottom + 18, 'text-anchor': 'middle' }, text)));
  }
  svg.append(
    shape('line', { x1: box.left, x2: box.right, y1: box.bottom, y2: box.bottom, class: 'axis' }),
    shape('text', { x: box.right, y: box.bottom + 38, 'text-anchor': 'end', class: 'soft' }, options.x.label));
}

/** Filled down to zero, where the axis has one. */
function drawSeries(svg, series, x, y, box, isLogarithmic) {
  if (series.points.length === 0) return;
  const path = series.points.map(([across, up], index) =>
    `${index === 0 ? 'M' : 'L'}${x(across).toFixed(1)},${y(up).toFixed(1)}`).join('');
  if (series.isFilled && !isLogarithmic) {
    const [first, last] = [series.points[0], series.points[series.points.length - 1]];
    const closed = `${path}L${x(last[0]).toFixed(1)},${box.bottom}L${x(first[0]).toFixed(1)},${box.bottom}Z`;
    svg.append(shape('path', { d: closed, class: `fill paint s${series.slot}` }));
  }
  svg.append(shape('path', {
    d: path, class: `series stroke s${series.slot}`, 'stroke-dasharray': DASHES[series.slot], 'data-series': series.name || true,
  }));
  if (series.points.length === 1) {
    const [across, up] = series.points[0];
    svg.append(shape('circle', { cx: x(across), cy: y(up), r: 4, class: `dot paint s${series.slot}` }));
  }
}

/** Upright lines with a word on top; a word that would touch the one before stands lower, right of its own line. */
function drawMarks(svg, marks, x, box) {
  const ends = [-Infinity, -Infinity];
  for (const { at, text } of marks) {
    const size = widthOf(text);
    const middle = Math.min(Math.max(x(at) - size / 2, box.left), box.right - size);
    const row = middle > ends[0] + 6 ? 0 : 1;
    const start = row === 0 ? middle : x(at) + 4;
    if (start <= ends[row] + 6 || start + size > box.right + 14) continue;
    ends[row] = start + size;
    svg.append(
      shape('line', { x1: x(at), x2: x(at), y1: row ? 34 : 31, y2: box.bottom, class: 'mark' }),
      shape('text', { x: start, y: row ? 43 : 28, class: 'soft' }, text));
  }
}

// MARK: what stands under the pointer, or is reached with the arrow keys

const tip = document.getElementById('tip');

function showTip(title, lines, left, top) {
  tip.replaceChildren(element('strong', {}, title),
    ...lines.map(([slot, name, value]) => element('p', {}, key(slot), name ?? '', element('b', {}, value))));
  tip.hidden = false;
  const room = document.documentElement.clientWidth - tip.offsetWidth - 8;
  const isRightOf = left + 16 <= room;
  tip.style.left = `${Math.max(8, isRightOf ? left + 16 : Math.min(left - tip.offsetWidth - 16, room)) + scrollX}px`;
  tip.style.top = `${Math.max(4, top) + scrollY}px`;
}

const hideTip = () => { tip.hidden = true; };
addEventListener('keydown', (event) => { if (event.key === 'Escape') hideTip(); });

/** Adds a cursor that shows the values of all series at the nearest place that any of them knows. */
function readable(svg, options, box, x, y, width) {
  const places = [...new Set(options.series.flatMap((series) => series.points.map((point) => point[0])))].sort((a, b) => a - b);
  if (places.length === 0) return svg;
  const cursor = shape('g', { visibility: 'hidden' });
  svg.append(cursor);
  let chosen = -1;
  const choose = (index) => {
    chosen = Math.min(Math.max(index, 0), places.length - 1);
    const place = places[chosen];
    const found = options.series.map((series) => [series, valueAt(series, place, x)]).filter(([, value]) => value !== null);
    cursor.replaceChildren(
      shape('line', { x1: x(place), x2: x(place), y1: box.top, y2: box.bottom, class: 'cursor' }),
      ...found.map(([series, value]) =>
        shape('circle', { cx: x(place), cy: y(value), r: 4.5, class: `dot paint s${series.slot}` })));
    cursor.setAttribute('visibility', 'visible');
    const area = svg.getBoundingClientRect();
    const lines = found.map(([series, value]) => [series.slot, series.name, withUnit(options.y.format(value, true), options.y.unit)]);
    showTip(options.x.tell(place), lines, area.left + x(place) * area.width / width, area.top + 20);
  };
  const leave = () => { cursor.setAttribute('visibility', 'hidden'); hideTip(); };
  svg.addEventListener('pointermove', (event) => {
    const area = svg.getBoundingClientRect();
    const at = (event.clientX - area.left) * width / area.width;
    let nearest = 0;
    for (const index of places.keys()) {
      if (Math.abs(x(places[index]) - at) < Math.abs(x(places[nearest]) - at)) nearest = index;
    }
    choose(nearest);
  });
  svg.addEventListener('pointerleave', leave);
  svg.addEventListener('blur', leave);
  svg.addEventListener('focus', () => { if (svg.matches(':focus-visible')) choose(chosen < 0 ? places.length - 1 : chosen); });
  svg.addEventListener('keydown', (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10, Home: -Infinity, End: Infinity }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    choose(chosen + step);
  });
  svg.setAttribute('tabindex', 0);
  return svg;
}

/** A series' value at a place, between two points on the line that is drawn; null outside of it. */
function valueAt(series, place, x) {
  const points = series.points;
  if (points.length === 0 || place < points[0][0] || place > points[points.length - 1][0]) return null;
  const index = points.findIndex((point) => point[0] >= place);
  const [after, before] = [points[index], points[index - 1]];
  if (after[0] === place || !before) return after[1];
  const share = (x(place) - x(before[0])) / (x(after[0]) - x(before[0]));
  return before[1] + (after[1] - before[1]) * share;
}
