// What the gateway says, and how it is asked.

const PATIENCE_MS = 5000;

/**
 * An answer that is none: `status` of HTTP, 0 when none came; `code` a stable key; `overtaken` when
 * somebody signed in or out while it was asked for: it says nothing of who is signed in now.
 */
export class Refusal extends Error {
  constructor(status, code, detail) {
    super(detail || code);
    this.status = status;
    this.code = code;
    this.overtaken = false;
  }
}

/** The token is held here alone: it is gone with the page. */
let token = null;

export function useToken(shown) {
  token = shown;
}

export async function ask(path, options = {}) {
  const headers = { ...options.headers };
  const shown = token;
  if (shown !== null) headers.Authorization = `Bearer ${shown}`;
  let answer;
  try {
    answer = await fetch(`/api/${path}`, {
      cache: 'no-store',
      credentials: 'omit',
      signal: AbortSignal.timeout(options.patience ?? PATIENCE_MS),
      ...options,
      headers,
    });
  } catch {
    throw new Refusal(0, 'unreachable', 'The gateway does not answer.');
  }
  if (!answer.ok) {
    const said = await answer.json().catch(() => ({}));
    const refusal = new Refusal(answer.status, said.error ?? `status-${answer.status}`, said.detail);
    refusal.overtaken = shown !== token;
    throw refusal;
  }
  return answer;
}

export async function read(path, options) {
  return (await ask(path, options)).json();
}
