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
  #answeredAt = null;
  #iceAt = null;
  #connectedAt = null;

  constructor({ codecPreferences, ice, onState, onTrack }) {
    this.#onState = onState;
    this.#onTrack = onTrack;
    if (typeof RTCPeerConnection !== 'function') {
      throw failure('BrowserUnsupported');
    }
    this.#connection = new RTCPeerConnection({ bundlePolicy: 'max-bundle', ...ice });
    this.#connection.oniceconnectionstatechange = () => this.#onIceState();
    this.#connection.onconnectionstatechange = () => {
      if (this.state === 'connected') {
        this.#onIceState();
        this.#connectedAt ??= performance.now();
      }
      this.#onState(this.state, this);
    };
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
    this.#answeredAt ??= performance.now();
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

  /** How long ICE took from the gateway's answer on, and DTLS after that; null: did not succeed. */
  get edges() {
    const span = (from, to) => (from === null || to === null ? null : Math.round(to - from));
    return {
      iceMillis: span(this.#answeredAt, this.#iceAt),
      dtlsMillis: span(this.#iceAt, this.#connectedAt),
    };
  }

  #onIceState() {
    const state = this.#connection.iceConnectionState;
    if (state === 'connected' || state === 'completed') {
      this.#iceAt ??= performance.now();
    }
  }

  stats() {
    return this.#connection.getStats();
  }

  close() {
    this.#connection.oniceconnectionstatechange = null;
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
