package offhook.media;

import java.util.Optional;
import offhook.codec.AudioCodec;
import offhook.codec.dsp.Tone;
import offhook.codec.opus.OpusSettings;
import offhook.net.PacketBuffer;
import offhook.rtp.RtpPacket;
import offhook.rtp.RtpSender;
import offhook.sdp.SessionDescription;

/// A call in memory before the first real one: a tone goes from a clocked leg to one on arrival and
/// back, through both kinds of path and every codec, faster than real time. It loads and compiles
/// what the first caller would otherwise wait for, and fails the start where a codec does not work.
final class Rehearsal {

    private static final int FRAMES = 1000;
    private static final long FRAME_NANOS = 20_000_000L;
    private static final int PAYLOAD_TYPE = 96;

    private Rehearsal() {}

    static void run(OpusSettings opus, long nowNanos) {
        for (AudioCodec trunkCodec : new AudioCodec[] {AudioCodec.PCMU, AudioCodec.PCMA}) {
            MirrorLeg browser = new MirrorLeg(AudioCodec.OPUS, false);
            MirrorLeg trunk = new MirrorLeg(trunkCodec, true);
            ArrivalPath toBrowser = new ArrivalPath(browser, new Transcoder(opus), trunkCodec);
            ClockedPath toTrunk =
                    new ClockedPath(
                            browser, trunk, new Transcoder(opus), AudioCodec.OPUS, nowNanos);
            try {
                browser.outlet(toTrunk);
                trunk.outlet(toBrowser);
                run(trunk, browser, toTrunk, opus, nowNanos);
            } finally {
                toBrowser.close();
                toTrunk.close();
            }
        }
    }

    private static void run(
            MirrorLeg trunk,
            MirrorLeg browser,
            ClockedPath toTrunk,
            OpusSettings opus,
            long startNanos) {
        Transcoder source = new Transcoder(opus);
        Tone tone = Tone.milliwatt(8000);
        short[] pcm = new short[PcmFifo.FRAME_SAMPLES];
        byte[] payload = new byte[PcmFifo.FRAME_SAMPLES];
        for (int i = 0; i < FRAMES; i++) {
            long nowNanos = startNanos + i * FRAME_NANOS;
            trunk.nowNanos = nowNanos;
            browser.nowNanos = nowNanos;
            tone.fill(pcm, 0, pcm.length);
            int length = source.encoder(trunk.sendCodec()).encode(pcm, 0, pcm.length, payload, 0);
            trunk.receive(payload, length);
            toTrunk.onDue(nowNanos);
        }
        source.close();
        if (browser.sent == 0 || trunk.sent < FRAMES / 2) {
            throw new IllegalStateException("media does not work here: no audio came through");
        }
    }

    /// A leg whose peer says back what it hears.
    private static final class MirrorLeg implements MediaLeg {
        final AudioCodec codec;
        final boolean clocked;
        final PacketBuffer buffer = new PacketBuffer();
        final RtpPacket packet = new RtpPacket();
        final RtpSender stream;
        AudioPath outlet = AudioPath.NONE;
        long nowNanos;
        long sent;

        MirrorLeg(AudioCodec codec, boolean clocked) {
            this.codec = codec;
            this.clocked = clocked;
            this.stream = new RtpSender(1, codec.rtpClockHz(), 0, 0);
        }

        void receive(byte[] payload, int length) {
            pack(payload, 0, length, codec.rtpTicks(PcmFifo.FRAME_SAMPLES), false);
            outlet.onPacket(packet, codec, nowNanos);
        }

        private void pack(byte[] payload, int offset, int length, int clockTicks, boolean mark) {
            stream.begin(buffer, PAYLOAD_TYPE, mark, clockTicks, nowNanos);
            System.arraycopy(payload, offset, buffer.bytes(), buffer.end(), length);
            stream.end(buffer, length);
            if (packet.wrap(buffer) != RtpPacket.Validity.VALID) {
                throw new IllegalStateException("our own packet is not valid");
            }
        }

        @Override
        public void send(
                byte[] payload, int offset, int length, int clockTicks, boolean talkStart) {
            sent++;
            if (!clocked) {
                pack(payload, offset, length, clockTicks, talkStart);
                outlet.onPacket(packet, codec, nowNanos);
            }
        }

        @Override
        public SessionDescription describe(Optional<SessionDescription> offer) {
            throw new IllegalStateException("a rehearsal has no signalling");
        }

        @Override
        public void accept(SessionDescription answer) {
            throw new IllegalStateException("a rehearsal has no signalling");
        }

        @Override
        public boolean isClocked() {
            return clocked;
        }

        @Override
        public AudioCodec sendCodec() {
            return codec;
        }

        @Override
        public AudioCodec receiveCodec() {
            return codec;
        }

        @Override
        public int levelOf(RtpPacket received) {
            return 0;
        }

        @Override
        public boolean isSending() {
            return true;
        }

        @Override
        public void sendDigit(char digit, int durationMillis) {
            // A rehearsal has no digits.
        }

        @Override
        public void outlet(AudioPath path) {
            outlet = path;
        }

        @Override
        public void onDefect(RuntimeException defect) {
            throw defect;
        }

        @Override
        public void close() {
            // Holds nothing.
        }
    }
}
