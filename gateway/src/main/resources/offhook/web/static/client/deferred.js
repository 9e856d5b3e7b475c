/** A promise that somebody else settles. */

export function deferred() {
  const result = {};
  result.promise = new Promise((resolve, reject) => Object.assign(result, { resolve, reject }));
  result.promise.catch(() => {}); // Also told by the event `error`.
  return result;
}
