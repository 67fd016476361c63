// The messages on the screen. Every text is set as text. What waits for its echo stands below what everyone has.

const shownMost = 500;
const groupMilliseconds = 5 * 60_000;
const bottomPixels = 48;

const clock = new Intl.DateTimeFormat(undefined, { hour: 'numeric', minute: '2-digit' });
const calendar = new Intl.DateTimeFormat(undefined, { weekday: 'long', day: 'numeric', month: 'long' });

/** An element with a class, a text and children. */
function make(tag, className, text, ...children) {
  const element = document.createElement(tag);
  element.className = className;
  if (text !== undefined) element.textContent = text;
  element.append(...children);
  return element;
}

/** The same name has the same colour everywhere: an angle from FNV-1a, spread over the colour circle. */
function hue(name) {
  let hash = 0x811c9dc5;
  for (const scalar of name) hash = Math.imul(hash ^ scalar.codePointAt(0), 0x01000193);
  return (((hash >>> 8) * 137) % 360).toString();
}

const initial = (name) => (name.match(/[\p{L}\p{N}\p{Emoji_Presentation}]/u)?.[0] ?? '?').toUpperCase();

export class MessageList {
  #scroller = document.getElementById('messages');
  #settled = make('div', 'settled');
  #waiting = make('div', 'waiting');
  #more = document.getElementById('more');
  #sticks = true;
  #lastTop = 0;
  #unseen = 0;
  #isFollowing = false;
  #day = '';

  constructor() {
    // Own messages are read out when they are sent, not while they wait.
    this.#waiting.setAttribute('aria-live', 'off');
    this.#scroller.append(this.#settled, this.#waiting);
    this.#scroller.addEventListener('scroll', () => this.#scrolled());
    new ResizeObserver(() => {
      // A new size moves the content by itself; nobody scrolled up.
      this.#lastTop = this.#scroller.scrollTop;
      this.#follow();
    }).observe(this.#scroller);
    this.#more.addEventListener('click', () => this.#stick(true));
    this.#stick(true);
  }

  addOwn(text) {
    const element = this.#message('\u0000own', 'You', text);
    element.classList.add('own');
    this.#stick(true);
    return element;
  }

  addReceived(sender, text, note) {
    const label = note ? `${sender} (${note})` : sender;
    const element = this.#message(label, label, text);
    element.style.setProperty('--hue', hue(sender));
    element.prepend(make('span', 'avatar', initial(sender)));
    element.firstChild.setAttribute('aria-hidden', 'true');
    this.#place(element, 'received');
  }

  /** A quiet line: who left, what happened to the connection, what other programs say. */
  addSystem(text) {
    const element = make('div', 'message', undefined, make('span', 'text', text), this.#time());
    element.firstChild.dir = 'auto';
    this.#place(element, 'system');
  }

  /** Shows what became of an own message, in words and with what can be done about it. */
  mark(element, state, words, actions = {}) {
    const status = element.querySelector('.status');
    status.textContent = words;
    for (const [name, act] of Object.entries(actions)) {
      const button = make('button', name, name[0].toUpperCase() + name.slice(1));
      button.type = 'button';
      button.addEventListener('click', act);
      status.append(' ', button);
    }
    this.#follow();
    status.title = words === '✓' ? 'Sent' : '';
    this.#place(element, state);
  }

  remove(element) {
    const next = element.nextElementSibling;
    element.remove();
    this.#group(next);
  }

  #message(who, label, text) {
    const sender = make('bdi', 'sender', label);
    const body = make('div', 'text', text);
    body.dir = 'auto';
    const status = make('span', 'status');
    const meta = make('div', 'meta', undefined, this.#time(), status);
    const element = make('article', 'message', undefined, make('div', 'bubble', undefined, sender, body, meta));
    return Object.assign(element, { who, at: Date.now() });
  }

  #time() {
    const time = make('time', '', clock.format());
    time.dateTime = new Date().toISOString();
    return time;
  }

  /** Puts an element where its state belongs; one that is there already stays. */
  #place(element, state) {
    const home = state === 'pending' ? this.#waiting : this.#settled;
    element.dataset.state = state;
    if (element.parentNode === home) return;
    document.getElementById('empty')?.remove();
    const today = calendar.format();
    if (today !== this.#day && home === this.#settled) home.append(make('div', 'day', (this.#day = today)));
    const next = element.nextElementSibling;
    home.append(element);
    this.#group(element);
    this.#group(next ?? this.#waiting.firstElementChild);
    this.#trim();
    if (!this.#sticks && state === 'received') this.#unseen += 1;
    this.#follow();
  }

  /** Messages of one sender in a row show the name once. */
  #group(element) {
    if (!element) return;
    const above = element.previousElementSibling
      ?? (element.parentNode === this.#waiting ? this.#settled.lastElementChild : null);
    const continues = element.who && above?.who === element.who && element.at - above.at < groupMilliseconds;
    element.classList.toggle('continues', Boolean(continues));
  }

  #trim() {
    while (this.#settled.childElementCount > shownMost) {
      const oldest = this.#settled.querySelector(':scope > :not([data-state=unconfirmed])');
      if (!oldest) return;
      this.remove(oldest);
    }
  }

  #scrolled() {
    const { scrollTop, scrollHeight, clientHeight } = this.#scroller;
    // Only moving up lets go of the bottom: new messages alone also grow the distance to it.
    if (scrollHeight - clientHeight - scrollTop < bottomPixels) this.#stick(true);
    else if (scrollTop < this.#lastTop - 1) this.#stick(false);
    this.#lastTop = scrollTop;
  }

  #stick(sticks) {
    this.#sticks = sticks;
    // The browser keeps the place of a reader further up; at the bottom that would fight with following.
    this.#scroller.classList.toggle('sticks', sticks);
    if (sticks) this.#unseen = 0;
    this.#follow();
  }

  /** Once a frame at most: to the bottom, or the button that leads there. */
  #follow() {
    if (this.#isFollowing) return;
    this.#isFollowing = true;
    requestAnimationFrame(() => {
      this.#isFollowing = false;
      if (this.#sticks) this.#scroller.scrollTop = this.#scroller.scrollHeight;
      const count = this.#unseen;
      this.#more.hidden = this.#sticks;
      this.#more.textContent = count ? `${count} new message${count > 1 ? 's' : ''} ↓` : 'Latest ↓';
    });
  }
}
