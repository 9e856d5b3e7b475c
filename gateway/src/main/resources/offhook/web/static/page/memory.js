/** What the browser keeps for this page. */

const SESSION_KEY = 'offhook.session';

/** The sign-in of this tab; sessionStorage so that a reload does not ask again. */
export const session = {
  load() {
    try {
      const stored = JSON.parse(sessionStorage.getItem(SESSION_KEY));
      return stored?.token && stored.expiresAt > Date.now() ? stored : null;
    } catch {
      return null;
    }
  },
  save(value) {
    try {
      sessionStorage.setItem(SESSION_KEY, JSON.stringify(value));
    } catch {
      // Storage is off: a reload asks for the password again.
    }
  },
  clear() {
    try {
      sessionStorage.removeItem(SESSION_KEY);
    } catch {
      // As above.
    }
  },
};

export function remembered(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

export function remember(key, value) {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Storage is off: the choice lasts as long as the page.
  }
}
