/** Key of what a tab remembers; a second device in the same page counts on. */
const KEY = 'offhook.tab';

/** The page that was here before a reload may take a moment to be gone. */
const CLAIM_MILLIS = 2_000;

const keysInUse = new Set();

/**
 * What this tab remembers over a reload or a crash of its page: by what the gateway knows it again,
 * and which calls were muted. A tab that was duplicated has a copy, which its original must not
 * lose its calls to: a lock, which the browser takes back from a page that is gone, tells who it is.
 */
export class TabMemory {
  #key;
  #entry = { tab: '', resume: '', instance: '', calls: {} };
  #claiming = null;
  #release = () => {};
  #isClosed = false;

  constructor() {
    let n = 1;
    while (keysInUse.has(n)) {
      n++;
    }
    keysInUse.add(n);
    this.#key = n;
  }

  /** The proof of before the reload; empty when there is none. */
  async claim() {
    this.#claiming ??= this.#load();
    await this.#claiming;
    return this.#entry.resume;
  }

  /** The name of the page of before the reload; empty when there was none. */
  get instance() {
    return this.#entry.instance;
  }

  /** Keeps the proof, and the name it goes with, for the next page of this tab. */
  keep(resume, instance) {
    this.#entry.resume = resume;
    this.#entry.instance = instance;
    this.#save();
  }

  /** Whether the page knew this call, and it was muted. */
  isMuted(call) {
    return this.#entry.calls[call] === true;
  }

  /** The calls that the page had. */
  get calls() {
    return Object.keys(this.#entry.calls);
  }

  note(call, isMuted) {
    this.#entry.calls[call] = isMuted;
    this.#save();
  }

  forget(call) {
    if (call in this.#entry.calls) {
      delete this.#entry.calls[call];
      this.#save();
    }
  }

  /** Nothing of this page is to be known any more. */
  clear() {
    this.#isClosed = true;
    this.#release();
    keysInUse.delete(this.#key);
    try {
      sessionStorage.removeItem(this.#storageKey);
    } catch {
      // Storage is off: there is nothing to remove.
    }
  }

  get #storageKey() {
    return this.#key === 1 ? KEY : `${KEY}.${this.#key}`;
  }

  async #load() {
    const stored = this.#read();
    if (stored && await this.#lock(stored.tab)) {
      this.#entry = stored;
      return;
    }
    this.#entry = { tab: crypto.randomUUID(), resume: '', instance: '', calls: {} };
    await this.#lock(this.#entry.tab);
  }

  #read() {
    try {
      const { tab, resume, instance, calls } = JSON.parse(
        sessionStorage.getItem(this.#storageKey));
      const isUsable = typeof tab === 'string' && typeof resume === 'string' && resume !== ''
        && typeof instance === 'string';
      return isUsable ? { tab, resume, instance, calls: { ...calls } } : null;
    } catch {
      return null;
    }
  }

  #save() {
    if (this.#isClosed) {
      return;
    }
    try {
      sessionStorage.setItem(this.#storageKey, JSON.stringify(this.#entry));
    } catch {
      // Storage is off: a reload loses the calls, after the gateway's grace time.
    }
  }

  /** Holds the lock for the life of the page; false when another page has it. */
  #lock(tab) {
    if (!navigator.locks) {
      return Promise.resolve(true);
    }
    return new Promise((resolve) => {
      navigator.locks.request(`offhook.${tab}`, { signal: AbortSignal.timeout(CLAIM_MILLIS) },
        () => new Promise((release) => {
          this.#release = release;
          resolve(true);
        })).catch(() => resolve(false));
    });
  }
}

/** Of a device that no page is to find again, as that of a test call. */
export class NoMemory {
  calls = [];
  instance = '';

  async claim() {
    return '';
  }

  isMuted() {
    return false;
  }

  keep() {}

  note() {}

  forget() {}

  clear() {}
}
