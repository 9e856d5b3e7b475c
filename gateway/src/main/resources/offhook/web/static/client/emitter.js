import { failure } from './errors.js';

// Methods for the classes of the library, not for the page.
export const emit = Symbol('emit');
export const hasListeners = Symbol('hasListeners');
export const forgetListeners = Symbol('forgetListeners');

/** Listeners by event name. A listener that throws does not keep others from being told. */
export class Emitter {
  #listeners = new Map();

  on(name, listener) {
    if (typeof listener !== 'function') {
      throw failure('InvalidArgument', { detail: 'A listener must be a function.' });
    }
    let listeners = this.#listeners.get(name);
    if (!listeners) {
      this.#listeners.set(name, (listeners = new Set()));
    }
    listeners.add(listener);
    return this;
  }

  once(name, listener) {
    const wrapped = (...values) => {
      this.off(name, wrapped);
      listener(...values);
    };
    return this.on(name, wrapped);
  }

  off(name, listener) {
    if (listener === undefined) {
      this.#listeners.delete(name);
    } else {
      this.#listeners.get(name)?.delete(listener);
    }
    return this;
  }

  [hasListeners](name) {
    return (this.#listeners.get(name)?.size ?? 0) > 0;
  }

  [emit](name, ...values) {
    for (const listener of [...(this.#listeners.get(name) ?? [])]) {
      try {
        listener(...values);
      } catch (thrown) {
        console.error(`offhook: a listener of "${name}" failed`, thrown);
      }
    }
  }

  [forgetListeners]() {
    this.#listeners.clear();
  }
}
