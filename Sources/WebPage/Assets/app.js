// The chat page: name, composer and state, tied to the connection, the outbox and the list.
// It speaks the plain-text door: /ws/<name>, one text message per line of the room.

import { Connection } from '/connection.js';
import { MessageList } from '/list.js';
import { Login } from '/login.js';
import { Outbox } from '/outbox.js';

const limits = { messageBytes: 65_536, warnBytes: 2_048, nameScalars: 64, nameBytes: 256 };
const birds = ['Rook', 'Raven', 'Jackdaw', 'Magpie', 'Jay', 'Chough', 'Crow', 'Nutcracker', 'Treepie'];

const root = document.documentElement;
const page = (id) => document.getElementById(id);
const encoder = new TextEncoder();
const byteCount = (text) => encoder.encode(text).length;
const channel = new URLSearchParams(location.search).get('channel');

/** Storage may be forbidden; then the page forgets, no more. */
const memory = {
  get: (store, key) => { try { return window[store].getItem(key); } catch { return null; } },
  set: (store, key, value) => { try { window[store].setItem(key, value); } catch { /* not kept */ } },
};

// ── Name ────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** What the server would refuse about a name, in words; empty when it is fine. */
function complaint(name) {
  if (name === '') return 'A name needs at least one character.';
  if ([...name].length > limits.nameScalars) return `At most ${limits.nameScalars} characters, please.`;
  if (byteCount(name) > limits.nameBytes) return `This name is too long (over ${limits.nameBytes} bytes).`;
  if (/[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u.test(name)) return 'This name has invisible control characters.';
  // A browser takes these out of an address, even percent-encoded.
  if (name === '.' || name === '..') return 'This name cannot stand in an address.';
  return '';
}

/** The name that was chosen, or else a guest's: of this tab only, so that two tabs are two guests. */
function firstName() {
  for (const store of ['localStorage', 'sessionStorage']) {
    const kept = memory.get(store, 'name') ?? '';
    if (!complaint(kept)) return kept;
  }
  const guest = `${birds[Math.floor(Math.random() * birds.length)]} ${100 + Math.floor(Math.random() * 900)}`;
  memory.set('sessionStorage', 'name', guest);
  return guest;
}

const login = new Login({
  done: () => {
    useLogin();
    connection.connect();
  },
});
let name = firstName();
let connectedName = name;
page('name').value = name;

/** Who is logged in has the name of his login, and no other. */
function useLogin() {
  page('name').readOnly = Boolean(login.token);
  if (!login.token) return;
  name = login.user;
  page('name').value = name;
  page('name-error').textContent = '';
}

function takeName() {
  if (login.token) return;
  const wanted = page('name').value.trim();
  const wrong = complaint(wanted);
  page('name-error').textContent = wrong;
  page('name').setAttribute('aria-invalid', String(Boolean(wrong)));
  if (wrong || wanted === name) return;
  name = wanted;
  memory.set('localStorage', 'name', name);
  if (!outbox.isFlying) connection.connect();
}

page('name').addEventListener('change', takeName);
page('name').addEventListener('keydown', (event) => {
  if (event.isComposing) return;
  if (event.key === 'Enter') page('message').focus();
  if (event.key === 'Escape') {
    page('name').value = name;
    takeName();
  }
});

// ── Connection ──────────────────────────────────────────────────────────────────────────────────────────────────────

let lostAt = 0;
let ticking = 0;

function showState(state, words, retryAt) {
  const tick = () => {
    const seconds = Math.max(1, Math.ceil((retryAt - Date.now()) / 1000));
    page('countdown').textContent = retryAt ? ` Reconnecting in ${seconds} s.` : '';
  };
  clearInterval(ticking);
  if (retryAt) ticking = setInterval(tick, 250);
  root.dataset.state = state;
  if (state !== 'connecting') root.toggleAttribute('data-trouble', state !== 'connected');
  page('words').textContent = state === 'waiting' && !navigator.onLine ? 'You are offline.' : words;
  page('retry').hidden = state !== 'waiting' && state !== 'closed';
  tick();
}

function duration(milliseconds) {
  const seconds = Math.max(1, Math.round(milliseconds / 1000));
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}

function opened() {
  if (lostAt) list.addSystem(`Back after ${duration(Date.now() - lostAt)}. What others said meanwhile is not shown here.`);
  lostAt = 0;
  outbox.flush();
}

/** `code` 0: there never was a connection. With a login that can mean that the server does not want it: only asking tells. */
function ended(code) {
  if (!login.token) return false;
  if (code === 3005 || code === 3503) {
    login.ask(code === 3005 ? 'Your login has ended. Log in again.' : 'You were logged out. Log in again.');
    return false;
  }
  if (code !== 0) return false;
  login.look().then((server) => {
    if (!server) return connection.fail('The server cannot be reached.');
    connection.fail(login.hasEnded ? 'Your login has ended.' : `This login may not enter ${channel ? `#${channel}` : 'this room'}.`, true);
    login.ask(page('words').textContent);
  });
  return true;
}

function lost(wasConnected) {
  if (wasConnected) lostAt = Date.now();
  outbox.lost();
}

function received(line) {
  if (!outbox.echoed(line)) show(line);
  // A new name waits for the echoes of the old one.
  if (name !== connectedName && !outbox.isFlying) connection.connect();
}

function show(line) {
  if (document.hidden) document.title = `(${++unread}) Rookery`;
  const said = /^Client #(.+?) says: ([^]*)$/u.exec(line);
  const left = /^Client #(.+) left the chat$/u.exec(line);
  if (said) list.addReceived(said[1], said[2], said[1] === name ? 'same name, not this page' : '');
  else if (left) list.addSystem(`${left[1]} left the chat` + (left[1] === name ? ' (an earlier connection)' : ''));
  else list.addSystem(line);
}

const list = new MessageList();
const connection = new Connection({
  address: () => {
    connectedName = name;
    const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
    const query = channel ? `?channel=${encodeURIComponent(channel)}` : '';
    return `${scheme}://${location.host}/ws/${encodeURIComponent(name)}${query}`;
  },
  protocols: () => login.protocols,
  ended,
  changed: showState, opened, received, lost,
});
const outbox = new Outbox({
  list,
  send: (text) => connection.send(text),
  name: () => connectedName,
  silent: () => connection.fail('The server stopped answering.'),
});

let unread = 0;
document.addEventListener('visibilitychange', () => {
  if (document.hidden) return;
  unread = 0;
  document.title = 'Rookery';
  connection.hurry();
});
window.addEventListener('online', () => connection.hurry());
window.addEventListener('pageshow', () => connection.hurry());
page('retry').addEventListener('click', () => connection.connect());

// ── Composer ────────────────────────────────────────────────────────────────────────────────────────────────────────

const field = page('message');

/** Bytes that the message may still grow; the line's prefix counts, since the room carries the whole line. */
function bytesLeft() {
  // A UTF-16 unit takes at most three bytes: far from the limit nothing needs counting.
  if (field.value.length * 3 < limits.messageBytes - limits.nameBytes - 2 * limits.warnBytes) return Infinity;
  return limits.messageBytes - byteCount(`Client #${name} says: ${field.value}`);
}

function typed() {
  const left = bytesLeft();
  page('room-left').textContent = left < 0 ? `${(-left).toLocaleString()} bytes too long`
    : left < limits.warnBytes ? `${left.toLocaleString()} bytes left` : '';
  page('send').setAttribute('aria-disabled', String(left < 0));
  field.setAttribute('aria-invalid', String(left < 0));
  if (!CSS.supports('field-sizing', 'content')) {
    field.style.height = 'auto';
    field.style.height = `${field.scrollHeight}px`;
  }
}

function send() {
  // A lone half of a surrogate pair cannot travel; U+FFFD takes its place, as it would in the WebSocket.
  const text = field.value.replace(/\p{Cs}/gu, '\ufffd');
  if (text.trim() === '' || bytesLeft() < 0) return;
  if (outbox.isFull) {
    page('room-left').textContent = 'Too many messages are waiting.';
    return;
  }
  outbox.add(text);
  field.value = '';
  typed();
}

field.addEventListener('input', typed);
field.addEventListener('keydown', (event) => {
  if (event.key !== 'Enter' || event.shiftKey || event.isComposing || event.keyCode === 229) return;
  event.preventDefault();
  send();
});
page('send').addEventListener('click', () => {
  send();
  field.focus();
});

if (channel) {
  page('channel').textContent = `#${channel}`;
  page('channel').hidden = false;
}
login.look().then((server) => {
  // Who cannot be asked is tried as ever: the connection says what is wrong.
  if (server && !server.open && (!login.token || login.hasEnded)) {
    showState('closed', 'Log in to enter.');
    page('retry').hidden = true;
    return login.ask('');
  }
  if (server?.open) login.forget();
  useLogin();
  connection.connect();
});
