/** Where the gateway is. */

import { failure } from './errors.js';

export function gatewayOrigin() {
  return new URL(import.meta.url).origin;
}

/** `https://gw` and `wss://gw/agent` mean the same; without any, the gateway that served this file. */
export function agentUrl(given) {
  let url;
  try {
    url = new URL(given ?? gatewayOrigin(), globalThis.location?.href);
  } catch (thrown) {
    throw failure('InvalidArgument', { detail: `url: ${given}`, cause: thrown });
  }
  url.protocol = url.protocol.replace(/^http/, 'ws');
  if (url.pathname === '/') {
    url.pathname = '/agent';
  }
  url.hash = '';
  return url.href;
}
