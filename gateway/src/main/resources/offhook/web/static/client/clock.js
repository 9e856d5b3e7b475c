/**
 * Timers that keep time in a hidden tab. Browsers slow the timers of hidden pages to one a minute,
 * those of workers not. Where no worker can be had (the library comes from another origin, or was
 * bundled without the worker's script), the page's own timers serve.
 */
export class Clock {
  #worker = null;
  #tasks = new Map();
  #nextId = 1;

  constructor() {
    if (typeof Worker !== 'function') {
      return;
    }
    try {
      this.#worker = new Worker(new URL('./clock-worker.js', import.meta.url), { type: 'module' });
      this.#worker.onmessage = ({ data }) => this.#run(data);
      this.#worker.onerror = (event) => {
        event.preventDefault();
        this.#useOwnTimers();
      };
    } catch {
      this.#worker = null;
    }
  }

  /** Runs `task` once after `millis`; the returned function cancels it. */
  after(millis, task) {
    const id = this.#nextId++;
    this.#tasks.set(id, { task, dueAt: performance.now() + millis });
    if (this.#worker) {
      this.#worker.postMessage({ id, millis });
    } else {
      setTimeout(() => this.#run(id), millis);
    }
    return () => this.#tasks.delete(id);
  }

  close() {
    this.#tasks.clear();
    this.#worker?.terminate();
    this.#worker = null;
  }

  #run(id) {
    const entry = this.#tasks.get(id);
    this.#tasks.delete(id);
    entry?.task();
  }

  #useOwnTimers() {
    this.#worker?.terminate();
    this.#worker = null;
    for (const [id, { dueAt }] of this.#tasks) {
      setTimeout(() => this.#run(id), Math.max(0, dueAt - performance.now()));
    }
  }
}
