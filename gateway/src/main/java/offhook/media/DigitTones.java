package offhook.media;

import java.util.Arrays;
import offhook.codec.AudioCodec;
import offhook.codec.dsp.Tone;
import offhook.codec.telephony.DtmfEvent;
import org.jspecify.annotations.Nullable;

/// Digits as tones within the audio of a leg (ITU-T Q.23), in place of what would be heard. Each is
/// followed by a pause, so that two equal ones are two (ITU-T Q.24 wants 40 ms). On the leg's loop
/// only.
final class DigitTones implements AudioHook {

    private static final int SHORTEST_MILLIS = 60;
    private static final int LONGEST_MILLIS = 10_000;
    private static final int PAUSE_MILLIS = 60;
    private static final int QUEUE = 64;

    /// Of each of the two sines, as telephones send them.
    private static final double LEVEL_DBM0 = -8;

    private final DtmfEvent[] queuedEvents = new DtmfEvent[QUEUE];
    private final int[] queuedMillis = new int[QUEUE];
    private int queueHead;
    private int queueSize;

    private @Nullable Tone tone;
    private int toneSamples;
    private int pauseSamples;

    /// Queues a digit of at least 60 ms and at most 10 s; false when the queue is full.
    boolean offer(DtmfEvent event, int durationMillis) {
        if (queueSize == QUEUE) {
            return false;
        }
        int tail = (queueHead + queueSize) % QUEUE;
        queuedEvents[tail] = event;
        queuedMillis[tail] = Math.clamp(durationMillis, SHORTEST_MILLIS, LONGEST_MILLIS);
        queueSize++;
        return true;
    }

    @Override
    public boolean wants(AudioCodec codec) {
        return queueSize > 0 || pauseSamples > 0;
    }

    @Override
    public void onAudio(short[] pcm, int offset, int samples, int sampleRateHz) {
        int at = offset;
        int end = offset + samples;
        while (at < end) {
            if (pauseSamples == 0 && !startNext(sampleRateHz)) {
                return;
            }
            Tone sounding = tone;
            if (toneSamples > 0 && sounding != null) {
                int now = Math.min(end - at, toneSamples);
                sounding.fill(pcm, at, now);
                toneSamples -= now;
                at += now;
            } else {
                int now = Math.min(end - at, pauseSamples);
                Arrays.fill(pcm, at, at + now, (short) 0);
                pauseSamples -= now;
                at += now;
            }
        }
    }

    private boolean startNext(int sampleRateHz) {
        if (queueSize == 0) {
            return false;
        }
        tone = Tone.dtmf(sampleRateHz, queuedEvents[queueHead].digit(), LEVEL_DBM0);
        toneSamples = queuedMillis[queueHead] * sampleRateHz / 1000;
        pauseSamples = PAUSE_MILLIS * sampleRateHz / 1000;
        queueHead = (queueHead + 1) % QUEUE;
        queueSize--;
        return true;
    }
}
