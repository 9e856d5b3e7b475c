// Runs before the page's own scripts, in tests only: records what a remote track plays and notes
// when things happened, on the wall clock in milliseconds.
(() => {
  const AUDIBLE = 0.01;
  const test = { peers: [], chunks: [], marks: {}, counts: {} };
  window.offhookTest = test;
  const now = () => performance.timeOrigin + performance.now();
  const mark = (name) => {
    test.marks[name] ??= now();
  };

  const count = (name) => {
    test.counts[name] = (test.counts[name] ?? 0) + 1;
  };
  const typeOf = (text) => {
    try {
      return JSON.parse(text).type;
    } catch {
      return 'unreadable';
    }
  };

  // Remote audio is rendered only while an element plays it.
  const keepRendering = (track) => {
    const audio = new Audio();
    audio.srcObject = new MediaStream([track]);
    audio.muted = true;
    audio.play().catch(() => {});
    test.audio = audio;
  };

  // A track that is held and comes back is told of again: what records it starts anew.
  const readers = new Map();

  const record = async (track) => {
    readers.get(track)?.cancel();
    keepRendering(track);
    const reader = new MediaStreamTrackProcessor({ track, maxBufferSize: 500 }).readable.getReader();
    readers.set(track, reader);
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      const samples = new Float32Array(value.numberOfFrames);
      value.copyTo(samples, { planeIndex: 0, format: 'f32-planar' });
      const rate = value.sampleRate;
      value.close();
      mark('first-frame');
      if (!test.marks['first-audible'] && samples.some((x) => Math.abs(x) > AUDIBLE)) {
        mark('first-audible');
      }
      test.chunks.push({ rate, samples, track: track.id });
    }
  };

  // A description whose candidates point to another port, where a test listens in between.
  test.detour = 0;
  const detoured = (description) => {
    if (!test.detour || !description) return description;
    const sdp = description.sdp.replace(
      /^(a=candidate:\S+ \d+ \S+ \d+ \S+) \d+ /gm, `$1 ${test.detour} `);
    return { type: description.type, sdp };
  };

  const Native = window.RTCPeerConnection;
  window.RTCPeerConnection = class extends Native {
    constructor(...args) {
      super(...args);
      test.peers.push(this);
      mark('peer-connection');
      this.addEventListener('track', (event) => {
        if (event.track.kind === 'audio') record(event.track);
      });
      this.addEventListener('connectionstatechange', () => mark('peer-' + this.connectionState));
      this.addEventListener('signalingstatechange', () => count('signalingstatechange'));
    }

    setLocalDescription(...args) {
      count('setLocalDescription');
      return super.setLocalDescription(...args);
    }

    setRemoteDescription(description, ...args) {
      count('setRemoteDescription');
      return super.setRemoteDescription(detoured(description), ...args);
    }
  };

  window.WebSocket = class extends window.WebSocket {
    constructor(...args) {
      super(...args);
      this.addEventListener('message', (event) => count('received ' + typeOf(event.data)));
    }

    send(data) {
      count('sent ' + typeOf(data));
      super.send(data);
    }
  };

  test.reset = () => {
    test.chunks = [];
    test.marks = {};
    test.counts = {};
  };

  // Several samples for each one, on straight lines from `before`.
  const stretch = (samples, factor, before) => {
    const out = new Float32Array(samples.length * factor);
    for (let i = 0; i < out.length; i++) {
      const from = i < factor ? before : samples[Math.floor(i / factor) - 1];
      const to = samples[Math.floor(i / factor)];
      out[i] = from + ((to - from) * ((i % factor) + 1)) / factor;
    }
    return out;
  };

  // Of several calls at once, the one that is heard: the others are on hold.
  const loudest = (chunks) => {
    const power = new Map();
    for (const { track, samples } of chunks) {
      power.set(track, samples.reduce((sum, x) => sum + x * x, power.get(track) ?? 0));
    }
    const most = Math.max(...power.values());
    return power.size < 2 ? chunks : chunks.filter(({ track }) => power.get(track) === most);
  };

  // What was heard, as base64 of 16-bit little-endian samples, at the highest rate that was heard:
  // the browser plays each codec at a rate of its own.
  test.recording = () => {
    const chunks = loudest(test.chunks);
    const rate = chunks.reduce((most, chunk) => Math.max(most, chunk.rate), 8000);
    const length = chunks.reduce((sum, c) => sum + (c.samples.length * rate) / c.rate, 0);
    const out = new Int16Array(length);
    let at = 0;
    let last = 0;
    for (const chunk of chunks) {
      const factor = rate / chunk.rate;
      const samples = factor === 1 ? chunk.samples : stretch(chunk.samples, factor, last);
      for (const x of samples) out[at++] = Math.max(-32768, Math.min(32767, Math.round(x * 32768)));
      last = samples.at(-1) ?? last;
    }
    const bytes = new Uint8Array(out.buffer);
    let text = '';
    for (let i = 0; i < bytes.length; i += 32768) {
      text += String.fromCharCode(...bytes.subarray(i, i + 32768));
    }
    return { rate, samples: btoa(text) };
  };

  test.stats = async () => {
    const peer = test.peers.at(-1);
    if (!peer) return [];
    return [...(await peer.getStats()).values()];
  };

  // Visible times of the page's fixed ids, to the millisecond and without polling from outside.
  const watch = () => {
    const incoming = document.getElementById('incoming');
    if (incoming && incoming.checkVisibility()) mark('incoming');
  };
  document.addEventListener('click', (event) => {
    const button = event.target.closest?.('#answer, #decline, #hang-up');
    if (button) mark('click-' + button.id);
  }, true);
  new MutationObserver(watch).observe(document, {
    subtree: true, childList: true, attributes: true,
  });
})();
