package offhook.media;

import offhook.codec.AudioCodec;
import offhook.codec.sound.Sound;

/// Plays a sound to one leg, a frame each 20 ms, in whatever codec the leg has at the time. What it
/// plays is faded in and out over a frame, so that nothing clicks. On the call's loop only.
final class Player implements Timed {

    private static final long FRAME_NANOS = 20_000_000L;

    /// A loop that comes later than this plays on from where time is by then.
    private static final long LATEST_NANOS = 100_000_000L;

    private final Sink sink;
    private final Frames frames;
    private final Runnable onOver;
    private final short[] pcm = new short[Sound.WIDEBAND_HZ / 50];
    private Sound sound;

    /// What follows once the present one has faded out; the same one when nothing does.
    private Sound next;

    private boolean stopping;
    private boolean beginning = true;

    /// Where the sound is, and the time line of what is sent, by [MediaClock].
    private long position;

    private long time;
    private long dueNanos;

    /// @param firstNanos when the first frame is due
    /// @param onOver called on the loop when it has stopped
    Player(Sound sound, Sink sink, Encoders encoders, long firstNanos, Runnable onOver) {
        this.sound = sound;
        this.next = sound;
        this.sink = sink;
        this.frames = new Frames(sink, Transcoder.ofMusic(encoders));
        this.dueNanos = firstNanos;
        this.onOver = onOver;
    }

    /// Goes over to another sound.
    void play(Sound other) {
        next = other;
        stopping = false;
    }

    /// Stops with the next frame.
    void stop() {
        stopping = true;
    }

    @Override
    public long dueNanos() {
        return dueNanos;
    }

    @Override
    public void onDue(long nowNanos) {
        while (nowNanos - dueNanos >= 0) {
            boolean last = stopping;
            if (nowNanos - dueNanos < LATEST_NANOS) {
                playFrame();
            }
            dueNanos += FRAME_NANOS;
            time += MediaClock.FRAME;
            position += MediaClock.FRAME;
            if (last) {
                dueNanos = Long.MAX_VALUE;
                onOver.run();
                return;
            }
        }
    }

    private void playFrame() {
        boolean ending = stopping || next != sound;
        if (!sink.isSending()) {
            frames.clear();
            frames.startTalk();
        } else if (sound == Sound.SILENCE) {
            frames.sendSilence(time);
        } else {
            int rateHz = rateOf(sink.sendCodec());
            int samples = rateHz / 50;
            sound.read(rateHz, MediaClock.samples(position, rateHz), pcm, 0, samples);
            if (beginning) {
                fade(samples, false);
            }
            if (ending) {
                fade(samples, true);
            }
            frames.addPcm(pcm, 0, samples, rateHz);
            while (frames.hasFrame()) {
                frames.sendFrame(time);
            }
        }
        beginning = ending;
        if (next != sound) {
            sound = next;
            position = -MediaClock.FRAME;
        }
    }

    private static int rateOf(AudioCodec codec) {
        return switch (codec) {
            case PCMU, PCMA -> Sound.NARROWBAND_HZ;
            case G722, OPUS -> Sound.WIDEBAND_HZ;
        };
    }

    private void fade(int samples, boolean out) {
        for (int i = 0; i < samples; i++) {
            int gain = out ? samples - i : i;
            pcm[i] = (short) (pcm[i] * gain / samples);
        }
    }

    @Override
    public void onDefect(RuntimeException defect) {
        dueNanos = Long.MAX_VALUE;
        sink.onDefect(defect);
    }
}
