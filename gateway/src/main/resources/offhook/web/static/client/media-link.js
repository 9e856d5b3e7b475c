import { failure } from './errors.js';

/**
 * The audio connection of one call. Made while the call still rings, so that the click on "answer"
 * only sends an offer that is ready. The gateway is ICE-lite and never needs our candidates: the
 * offer leaves without them, nothing waits for gathering, no address of the agent's network leaks.
 * Through a TURN server the gateway sees the server's address alone.
 */
export class MediaLink {
  #connection;
  #transceiver;
  #offer;
  #onState;
  #onTrack;

  constructor({ codecPreferences, ice, onState, onTrack }) {
    this.#onState = onState;
    this.#onTrack = onTrack;
    if (typeof RTCPeerConnection !== 'function') {
      throw failure('BrowserUnsupported');
    }
    this.#connection = new RTCPeerConnection({ bundlePolicy: 'max-bundle', ...ice });
    this.#connection.onconnectionstatechange = () => this.#onState(this.state, this);
    this.#connection.ontrack = ({ track }) => this.#onTrack(track, this);
    this.#transceiver = this.#connection.addTransceiver('audio', { direction: 'sendrecv' });
    this.#prefer(codecPreferences);
    this.#offer = this.#makeOffer();
    this.#offer.catch(() => {}); // Told to whoever asks for the offer.
  }

  offer() {
    return this.#offer;
  }

  /** `new`, `connecting`, `connected`, `disconnected`, `failed` or `closed`. */
  get state() {
    return this.#connection.connectionState;
  }

  /** The offer for other paths through the network; keys and streams stay (RFC 8445 §9). */
  restart() {
    return this.#makeOffer({ iceRestart: true });
  }

  async answer(sdp) {
    await this.#connection.setRemoteDescription({ type: 'answer', sdp });
  }

  /** Sends another track; the old one is stopped. */
  async send(track) {
    const before = this.#transceiver.sender.track;
    await this.#transceiver.sender.replaceTrack(track);
    before?.stop();
  }

  get track() {
    return this.#transceiver.sender.track;
  }

  get digits() {
    return this.#transceiver.sender.dtmf;
  }

  stats() {
    return this.#connection.getStats();
  }

  close() {
    this.#connection.onconnectionstatechange = null;
    this.#connection.ontrack = null;
    this.#transceiver.sender.track?.stop();
    this.#connection.close();
  }

  async #makeOffer(options) {
    const offer = await this.#connection.createOffer(options);
    await this.#connection.setLocalDescription(offer);
    return offer.sdp;
  }

  /** Only the codecs named, in their order, and telephone-event for digits (RFC 4733). */
  #prefer(names) {
    const wanted = [...names, 'telephone-event'].map((name) => `audio/${name}`.toLowerCase());
    const offered = RTCRtpReceiver.getCapabilities?.('audio')?.codecs ?? [];
    const chosen = wanted.flatMap((mimeType) =>
      offered.filter((codec) => codec.mimeType.toLowerCase() === mimeType));
    if (chosen.length > 0 && this.#transceiver.setCodecPreferences) {
      this.#transceiver.setCodecPreferences(chosen);
    }
  }
}
