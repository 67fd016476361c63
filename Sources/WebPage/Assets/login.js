// Who one is: a token, got for a name and a password or pasted, kept for this tab only. The dialog asks; the page says when.

const page = (id) => document.getElementById(id);

/** Storage may be forbidden; then a reload asks again. */
const kept = {
  get: () => { try { return sessionStorage.getItem('token') ?? ''; } catch { return ''; } },
  set: (token) => { try { token ? sessionStorage.setItem('token', token) : sessionStorage.removeItem('token'); } catch { /* not kept */ } },
};

/** The claims of a token as far as this page needs them; the server alone knows whether it is genuine. */
function claims(token) {
  try {
    const text = atob(token.split('.')[1].replaceAll('-', '+').replaceAll('_', '/'));
    const read = JSON.parse(new TextDecoder().decode(Uint8Array.from(text, (letter) => letter.codePointAt(0))));
    return read && typeof read === 'object' ? read : null;
  } catch {
    return null;
  }
}

export class Login {
  token = kept.get();
  #on;
  #takesPasswords = false;

  /** `on`: done(), when there is a token. */
  constructor(on) {
    this.#on = on;
    page('login-password').addEventListener('submit', (event) => {
      event.preventDefault();
      this.#logIn();
    });
    page('login-paste').addEventListener('submit', (event) => {
      event.preventDefault();
      this.#use(page('login-token').value.trim());
    });
    // Without a login there is nothing behind the dialog.
    page('login').addEventListener('cancel', (event) => event.preventDefault());
  }

  get user() { return String(claims(this.token)?.sub ?? ''); }

  get hasEnded() {
    const end = claims(this.token)?.exp;
    return typeof end === 'number' && end * 1000 <= Date.now();
  }

  /** A token travels as an offered subprotocol: browsers can send no header, and what stands in an address is logged on its way. */
  get protocols() { return this.token ? ['rookery', `rookery.token.${this.token}`] : []; }

  /** What the server says of itself; null when it cannot be asked. */
  async look() {
    try {
      const health = await (await fetch('/health', { cache: 'no-store' })).json();
      this.#takesPasswords = health.login === true;
      return health;
    } catch {
      return null;
    }
  }

  forget() {
    this.token = '';
    kept.set('');
  }

  ask(words) {
    this.forget();
    page('login-words').textContent = words;
    page('login-password').hidden = !this.#takesPasswords;
    page('login-secret').value = '';
    page('login-token').value = '';
    if (!page('login').open) page('login').showModal();
  }

  async #logIn() {
    const body = JSON.stringify({ user: page('login-user').value, password: page('login-secret').value });
    page('login-send').disabled = true;
    page('login-words').textContent = 'Logging in\u2026';
    try {
      const headers = { 'Content-Type': 'application/json' };
      const answer = await fetch('/auth/login', { method: 'POST', headers, body, cache: 'no-store' });
      if (answer.ok) this.#use((await answer.json()).token);
      else page('login-words').textContent = (await answer.text()).trim() || `The server answered ${answer.status}.`;
    } catch {
      page('login-words').textContent = 'The server cannot be reached.';
    }
    page('login-send').disabled = false;
  }

  #use(token) {
    if (!claims(token)?.sub) {
      page('login-words').textContent = 'This is not a token of a user.';
      return;
    }
    this.token = token;
    kept.set(token);
    page('login').close();
    this.#on.done();
  }
}
