// One WebSocket that comes back by itself. Knows nothing of messages, names or the page.
// States: connecting → connected → waiting (until a moment, then connecting again); closed waits for a person.

const handshakeMilliseconds = 10_000;
const steadyMilliseconds = 10_000;
const backoff = { floor: 500, first: 1_000, most: 30_000 };

const reasons = {
  1000: 'The server ended the connection.',
  1001: 'The server is restarting.',
  1003: 'The server takes text only.',
  1006: 'The connection was lost.',
  1007: 'The server could not read the message.',
  1008: 'The server refused the connection.',
  1009: 'The server refused the message: too long.',
  1011: 'The server had an error.',
  1012: 'The server is restarting.',
  1013: 'The server is busy; message not confirmed.',
  3005: 'Your login has ended.',
  3008: 'This page was too slow to keep up.',
  3503: 'You were logged out.',
};

/** Ends that trying again cannot mend: refusals, and the end of a login. */
const isFinal = (code) => code === 1008 || code === 3005 || (code >= 3500 && code < 4000) || (code >= 4500 && code < 5000);

export class Connection {
  state = 'closed';
  #socket = null;
  #failures = 0;
  #timer = 0;
  #on;

  /**
   * `on`: address(), protocols(), changed(state, words, retryAt), opened(), received(text), lost(wasConnected), and ended(code), which is asked
   * why a connection ended and answers true when it sees to the rest.
   */
  constructor(on) {
    this.#on = on;
  }

  /** Connects now, under the address of now, whatever was before. */
  connect() {
    this.#letGo();
    this.#set('connecting', this.#failures ? 'Reconnecting…' : 'Connecting…');
    const socket = (this.#socket = new WebSocket(this.#on.address(), this.#on.protocols()));
    this.#timer = setTimeout(() => this.fail('The server does not answer.'), handshakeMilliseconds);
    socket.onopen = () => {
      clearTimeout(this.#timer);
      // Only a connection that stood for a while forgives the failures before it.
      this.#timer = setTimeout(() => (this.#failures = 0), steadyMilliseconds);
      this.#set('connected', 'Connected');
      this.#on.opened();
    };
    socket.onmessage = ({ data }) => typeof data === 'string' && this.#on.received(data);
    socket.onclose = ({ code, reason }) => {
      if (this.#on.ended(this.state === 'connecting' ? 0 : code)) return;
      const known = this.state === 'connecting' ? 'The server cannot be reached.' : reasons[code];
      const words = known ?? (reason ? '' : `The connection ended (${code}).`);
      this.fail([words, reason && `“${reason}”`].filter(Boolean).join(' '), isFinal(code));
    };
  }

  /** Sends a text message; false when there is no open connection to hand it to. */
  send(text) {
    if (this.#socket?.readyState !== WebSocket.OPEN) return false;
    this.#socket.send(text);
    return true;
  }

  /** Gives up this connection and, unless that is final, comes back after a random while that grows. */
  fail(words, final = false) {
    const wasConnected = this.state === 'connected';
    this.#letGo();
    if (final) {
      this.#set('closed', words);
    } else {
      const most = Math.min(backoff.most, backoff.first * 2 ** this.#failures++);
      const delay = backoff.floor + Math.random() * (most - backoff.floor);
      this.#timer = setTimeout(() => this.connect(), delay);
      this.#set('waiting', words, Date.now() + delay);
    }
    this.#on.lost(wasConnected);
  }

  /** The world changed (network, visibility): waiting longer makes no sense. */
  hurry() {
    if (this.state === 'waiting') this.connect();
  }

  #set(state, words, retryAt) {
    this.state = state;
    this.#on.changed(state, words, retryAt);
  }

  #letGo() {
    clearTimeout(this.#timer);
    const socket = this.#socket;
    this.#socket = null;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }
}
