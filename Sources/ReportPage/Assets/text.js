// Elements and figures. Everything from the data goes into the page as text, never as markup.

const NONE = '—';

/** An element with attributes (`true` sets an empty one, null none) and children (nodes or text). */
function element(name, attributes = {}, ...children) {
  return filled(document.createElement(name), attributes, children);
}

/** The same for SVG. */
function shape(name, attributes = {}, ...children) {
  return filled(document.createElementNS('http://www.w3.org/2000/svg', name), attributes, children);
}

function filled(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) node.setAttribute(name, value === true ? '' : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

const isNumber = (value) => typeof value === 'number' && Number.isFinite(value);
const formats = new Map();

function format(options) {
  const key = JSON.stringify(options);
  if (!formats.has(key)) formats.set(key, new Intl.NumberFormat('en', options));
  return formats.get(key);
}

/** For reading: three significant digits, whole numbers from 1,000 on. */
function figure(value) {
  if (!isNumber(value)) return NONE;
  return format(Math.abs(value) >= 1000 ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: 3 }).format(value);
}

/** For axes and headlines: 250 k, 5.53 M. */
function short(value, digits = 3) {
  if (!isNumber(value)) return NONE;
  for (const [size, letter] of [[1e9, 'G'], [1e6, 'M'], [1e4, 'k']]) {
    if (Math.abs(value) >= size) {
      return `${format({ maximumSignificantDigits: digits }).format(value / (letter === 'k' ? 1e3 : size))} ${letter}`;
    }
  }
  return format({ maximumSignificantDigits: digits }).format(value);
}

/** A share as per cent; 99.998 % is not rounded up to 100 %. */
function percent(share) {
  if (!isNumber(share)) return NONE;
  if (share < 1 && share > 0.99) {
    const places = Math.min(6, Math.ceil(-Math.log10(1 - share)));
    const cut = Math.floor(share * 10 ** (places + 2)) / 10 ** places;
    return `${format({ maximumFractionDigits: 6 }).format(cut)} %`;
  }
  return `${format({ maximumSignificantDigits: 3 }).format(share * 100)} %`;
}

/** A ratio: two places as long as they mean something. */
function ratioText(ratio) {
  if (!isNumber(ratio)) return NONE;
  return ratio >= 0.1 && ratio < 10 ? format({ minimumFractionDigits: 2, maximumFractionDigits: 2 }).format(ratio) : figure(ratio);
}

/** A percentile such as 0.999 as 99.9 %. */
const percentile = (share) => `${format({ maximumFractionDigits: 7 }).format(share * 100)} %`;
const withUnit = (text, unit) => (unit && text !== NONE ? `${text} ${unit}` : text);

/** `bytes_per_connection` as `bytes per connection`. */
const words = (name) => name.replaceAll('_', ' ');

/** Any value of the settings, for a cell. */
function plain(value) {
  if (value === null || value === undefined) return NONE;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'number') return Number.isInteger(value) && Math.abs(value) < 1e4 ? String(value) : figure(value);
  if (Array.isArray(value)) return value.map(plain).join(', ') || NONE;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function dateOf(seconds) {
  if (!isNumber(seconds) || Math.abs(seconds) > 1e11) return null;
  return `${new Date(seconds * 1000).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** A table in a box that scrolls by itself. `head` is [text, isText]. */
function table(head, rows, caption) {
  const cell = (kind, isText, text, scope) =>
    element(kind, { class: isText ? 'text' : null, scope }, text);
  return element('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': caption },
    element('table', {},
      element('thead', {}, element('tr', {}, ...head.map(([text, isText]) => cell('th', isText, text, 'col')))),
      element('tbody', {}, ...rows.map((row) => element('tr', {}, ...row.map((text, column) =>
        column === 0 ? cell('th', true, text, 'row') : cell('td', head[column]?.[1], text)))))));
}

/** A table that is there when asked for; filled when it is opened for the first time, so that many cost nothing. */
function tableBelow(summary, make) {
  const details = element('details', {}, element('summary', {}, summary));
  details.addEventListener('toggle', () => { if (details.children.length === 1) details.append(make()); });
  return details;
}
