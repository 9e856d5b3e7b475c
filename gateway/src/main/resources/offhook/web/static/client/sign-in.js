import { failure, failureFromGateway } from './errors.js';
import { gatewayOrigin } from './gateway-url.js';
import { plainText } from './text.js';

/** Gets a token for name and password: `{token, expiresInSeconds, agent, displayName}`. */
export async function signIn(name, password, { url } = {}) {
  let response;
  try {
    response = await fetch(new URL('/api/token', url ?? gatewayOrigin()), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name, password }),
      cache: 'no-store',
      credentials: 'omit',
    });
  } catch (thrown) {
    throw failure('GatewayUnreachable', { cause: thrown });
  }
  const body = await response.json().catch(() => null);
  if (response.ok && typeof body?.token === 'string') {
    return {
      token: body.token,
      expiresInSeconds: Number(body['expires-in']) || 0,
      agent: plainText(body.agent),
      displayName: plainText(body['display-name']) || plainText(body.agent),
    };
  }
  if (response.status === 401) {
    throw failureFromGateway(body, 'TokenRefused');
  }
  if (response.status === 429) {
    throw failureFromGateway(body, 'TooManyAttempts');
  }
  throw failureFromGateway(body, response.ok ? 'ProtocolError' : 'GatewayUnreachable');
}
