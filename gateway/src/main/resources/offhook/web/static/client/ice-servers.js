/** The TURN servers of a message, as RTCPeerConnection takes them; none when it has none. */
export function iceServersOf(message) {
  const given = message['ice-servers'];
  return (Array.isArray(given) ? given : []).map(({ urls, username, credential }) =>
    ({ urls, username, credential }));
}
