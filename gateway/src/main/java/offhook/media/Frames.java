package offhook.media;

import java.util.Arrays;
import offhook.codec.AudioCodec;
import offhook.codec.dsp.HalfBand;
import org.jspecify.annotations.Nullable;

/// What goes out on a leg, 20 ms at a time: PCM that waits for the Opus encoder, or coded bytes of
/// a codec that has eight of them a millisecond. Asks the leg for its codec anew each time, and
/// puts every frame at its place on one time line, whatever codecs follow each other. On the call's
/// loop only.
///
/// Times are those of [MediaClock].
final class Frames {

    /// Of G.711 and G.722.
    static final int BYTES_PER_FRAME = 160;

    private static final byte SILENT_PCMU = (byte) 0xff;
    private static final byte SILENT_PCMA = (byte) 0xd5;

    /// A mono Opus packet of 20 ms without a frame in it: the decoder goes on by itself (RFC 6716
    /// §3.1 and §4.4).
    private static final byte[] OPUS_PAUSE = {0x08};

    /// As often as a WebRTC sender lets hear of itself in silence.
    private static final int PAUSE_SIGN = MediaClock.HZ * 2 / 5;

    private final Sink sink;
    private final Transcoder transcoder;
    private final CodecMeter meter;
    private final PcmFifo pcm = new PcmFifo();
    private final ByteFifo coded = new ByteFifo();

    /// Made when first needed: most calls have one rate.
    private @Nullable HalfBand halfBand;

    private final Scratch scratch;
    private AudioCodec codec;
    private long sentStart;
    private boolean talkStart = true;
    private boolean silent;

    Frames(Sink sink, Transcoder transcoder) {
        this.sink = sink;
        this.transcoder = transcoder;
        this.meter = transcoder.meter();
        this.scratch = transcoder.scratch();
        this.codec = sink.sendCodec();
    }

    static boolean hasBytesPerMilli(AudioCodec codec) {
        return codec != AudioCodec.OPUS;
    }

    /// What the leg takes now. The rest of a frame in another codec is dropped.
    AudioCodec codec() {
        AudioCodec now = sink.sendCodec();
        if (now != codec) {
            // Of another clock the receiver knows by the marker that a new reckoning begins.
            talkStart |= now.rtpClockHz() != codec.rtpClockHz();
            codec = now;
            clear();
        }
        return codec;
    }

    /// Whether audio of this codec can go out as it is.
    boolean takes(AudioCodec from) {
        return from == codec() && sink.relays() && !sink.outgoing().wants(from);
    }

    /// Takes note of coded audio that goes out as it is: an encoder that is needed later goes on
    /// from there.
    void relayed(byte[] bytes, int offset, int length) {
        transcoder.relayed(codec, bytes, offset, length);
    }

    /// Adds coded audio of the leg's codec, which has bytes per millisecond.
    void addCoded(byte[] bytes, int offset, int length) {
        coded.write(bytes, offset, length);
    }

    /// Adds audio that may be changed in place.
    void addPcm(short[] samples, int offset, int count, int rateHz) {
        AudioCodec to = codec();
        if (to == AudioCodec.OPUS) {
            pcm.rate(rateHz);
            pcm.write(samples, offset, count);
        } else if (rateHz == to.sampleRateHz()) {
            encode(to, samples, offset, count);
        } else {
            HalfBand filter = halfBand();
            short[] out = scratch.resampled();
            boolean up = rateHz < to.sampleRateHz();
            int made =
                    up
                            ? filter.up(samples, offset, count, out, 0)
                            : filter.down(samples, offset, count, out, 0);
            encode(to, out, 0, made);
        }
    }

    private HalfBand halfBand() {
        HalfBand present = halfBand;
        if (present == null) {
            present = new HalfBand();
            halfBand = present;
        }
        return present;
    }

    private void encode(AudioCodec to, short[] samples, int offset, int count) {
        if (count == 0) {
            return;
        }
        showOutgoing(to, samples, offset, count, to.sampleRateHz());
        // A byte a sample at most, as G.711 has it.
        int at = coded.writeOffset(count);
        long began = meter.begin();
        int length =
                transcoder
                        .encoder(to, to.sampleRateHz())
                        .encode(samples, offset, count, coded.array(), at);
        meter.encoded(began);
        coded.written(length);
    }

    private void showOutgoing(AudioCodec to, short[] samples, int offset, int count, int rateHz) {
        AudioHook outgoing = sink.outgoing();
        if (outgoing.wants(to)) {
            outgoing.onAudio(samples, offset, count, rateHz);
        }
    }

    /// Sends nothing but silence for a frame.
    void sendSilence(long start) {
        if (codec() == AudioCodec.OPUS) {
            signPause(start);
            return;
        }
        addSilence(MediaClock.FRAME - waiting());
        sendFrame(start);
    }

    /// Adds silence, without an encoder where its bytes are always the same.
    void addSilence(long time) {
        AudioCodec to = codec();
        if (to == AudioCodec.OPUS) {
            pcm.writeSilence(MediaClock.samples(time, pcm.rateHz()));
        } else if (to == AudioCodec.G722 || sink.outgoing().wants(to)) {
            int count = MediaClock.samples(time, to.sampleRateHz());
            Arrays.fill(scratch.resampled(), 0, count, (short) 0);
            encode(to, scratch.resampled(), 0, count);
        } else {
            coded.fill(to == AudioCodec.PCMU ? SILENT_PCMU : SILENT_PCMA, MediaClock.rtp(time, to));
        }
    }

    /// How long what waits here plays.
    long waiting() {
        return codec() == AudioCodec.OPUS
                ? MediaClock.ofSamples(pcm.size(), pcm.rateHz())
                : MediaClock.ofRtp(coded.size(), codec);
    }

    boolean hasFrame() {
        return waiting() >= MediaClock.FRAME;
    }

    /// The rate of PCM that waits.
    int waitingHz() {
        return codec() == AudioCodec.OPUS ? pcm.rateHz() : codec.sampleRateHz();
    }

    /// Sends the next 20 ms.
    ///
    /// @param start when they begin
    void sendFrame(long start) {
        if (codec() != AudioCodec.OPUS) {
            sendCoded(coded.array(), coded.read(BYTES_PER_FRAME), BYTES_PER_FRAME, start);
            return;
        }
        int frame = pcm.readFrame();
        int samples = pcm.frameSamples();
        int rateHz = pcm.rateHz();
        showOutgoing(codec, pcm.array(), frame, samples, rateHz);
        transcoder.expectLoss(sink.expectedLossPercent());
        byte[] payload = scratch.payload();
        long began = meter.begin();
        int length =
                transcoder.encoder(codec, rateHz).encode(pcm.array(), frame, samples, payload, 0);
        meter.encoded(began);
        silent = length == 0;
        if (silent) {
            // The encoder has nothing to say while nobody speaks (DTX).
            talkStart = true;
        } else {
            sendCoded(payload, 0, length, start);
        }
    }

    /// Sends what is left of coded audio as a shorter packet.
    void sendRest(long start) {
        int length = coded.size();
        if (length > 0) {
            sendCoded(coded.array(), coded.read(length), length, start);
        }
    }

    /// Sends a payload as it is.
    void sendCoded(byte[] bytes, int offset, int length, long start) {
        sink.send(bytes, offset, length, MediaClock.rtp(start - sentStart, codec), talkStart);
        sentStart = start;
        talkStart = false;
    }

    /// Lets a peer that expects Opus and has had none for a while know that we are there.
    void signPause(long start) {
        if (codec == AudioCodec.OPUS && start - sentStart >= PAUSE_SIGN) {
            talkStart = false;
            sendCoded(OPUS_PAUSE, 0, OPUS_PAUSE.length, start);
            talkStart = true;
        }
    }

    /// Whether the encoder had nothing to say about the latest frame.
    boolean isSilent() {
        return silent;
    }

    /// What comes next begins a talkspurt.
    void startTalk() {
        talkStart = true;
    }

    /// Drops what waits.
    void clear() {
        pcm.clear();
        coded.clear();
    }
}
