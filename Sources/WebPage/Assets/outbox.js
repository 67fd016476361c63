// What this page sends, until its echo is back. An echo is the line that everyone gets, so it proves that the message
// went through. One that was sent and lost its connection before the echo is unconfirmed: it may have arrived, so only
// a person sends it again. One that was never handed to a connection is queued and goes out by itself, once.

const inFlightMost = 16;
const openMost = 100;
const echoMilliseconds = 15_000;

const words = {
  queued: 'waiting for the connection',
  flying: 'sending…',
  unconfirmed: 'not confirmed',
  sent: '✓',
};

export class Outbox {
  #entries = [];
  #timer = 0;
  #heardAt = 0;

  /** `list` shows the messages, `send(text)` tries the connection, `silent()` is told of a connection without echoes. */
  constructor({ list, send, name, silent }) {
    Object.assign(this, { list, send, name, silent });
  }

  get isFlying() {
    return this.#entries.some((entry) => entry.phase === 'flying');
  }

  get isFull() {
    return this.#entries.filter((entry) => entry.phase !== 'sent').length >= openMost;
  }

  add(text) {
    const entry = { text, owed: 0, element: this.list.addOwn(text) };
    this.#entries.push(entry);
    this.#enter(entry, 'queued');
    this.flush();
  }

  /** Hands on what waits, in order, a few ahead of the echoes. */
  flush() {
    let flying = this.#entries.filter((entry) => entry.phase === 'flying').length;
    for (const entry of this.#entries) {
      if (entry.phase !== 'queued') continue;
      if (flying++ >= inFlightMost || !this.send(entry.text)) break;
      entry.line = `Client #${this.name()} says: ${entry.text}`;
      entry.owed += 1;
      entry.sentAt = Date.now();
      this.#enter(entry, 'flying');
    }
    this.#watch();
  }

  /** True when the line is an echo of ours: the oldest with this text that flies, else one from before. */
  echoed(line) {
    this.#heardAt = Date.now();
    const open = this.#entries.filter((entry) => entry.owed > 0 && entry.line === line);
    const entry = ['flying', 'unconfirmed', 'queued', 'sent'].reduce(
      (found, phase) => found ?? open.find((entry) => entry.phase === phase), undefined);
    if (!entry) return false;
    entry.owed -= 1;
    // The echo of a copy: it was sent again although the first had arrived.
    if (entry.phase === 'sent') this.list.mark(entry.element, 'sent', 'arrived twice');
    else this.#enter(entry, 'sent');
    this.#forget();
    this.flush();
    return true;
  }

  /** The connection is gone: what flew on it has an unknown fate. */
  lost() {
    for (const entry of this.#entries) {
      if (entry.phase === 'flying') this.#enter(entry, 'unconfirmed');
    }
    this.#watch();
  }

  #enter(entry, phase) {
    entry.phase = phase;
    const state = phase === 'queued' || phase === 'flying' ? 'pending' : phase;
    const actions = phase === 'unconfirmed' && {
      resend: () => this.#resend(entry),
      discard: () => this.#discard(entry),
    };
    this.list.mark(entry.element, state, words[phase], actions || {});
  }

  #resend(entry) {
    this.#entries.splice(this.#entries.indexOf(entry), 1);
    this.#entries.push(entry);
    this.#enter(entry, 'queued');
    this.flush();
  }

  #discard(entry) {
    this.#entries.splice(this.#entries.indexOf(entry), 1);
    this.list.remove(entry.element);
  }

  /** Forgets what is settled; of those with a copy still under way only the newest. */
  #forget() {
    const copies = this.#entries.filter((entry) => entry.phase === 'sent' && entry.owed > 0).slice(-openMost);
    this.#entries = this.#entries.filter((entry) => entry.phase !== 'sent' || copies.includes(entry));
  }

  /** Waits for the oldest echo. Other lines came meanwhile: that message is lost. None came: the connection is. */
  #watch() {
    clearTimeout(this.#timer);
    const oldest = this.#entries.find((entry) => entry.phase === 'flying');
    if (!oldest) return;
    this.#timer = setTimeout(() => {
      if (this.#heardAt < oldest.sentAt) return this.silent();
      this.#enter(oldest, 'unconfirmed');
      this.flush();
    }, oldest.sentAt + echoMilliseconds - Date.now());
  }
}
