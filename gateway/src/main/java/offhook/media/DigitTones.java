package offhook.media;

import offhook.codec.AudioCodec;
import offhook.codec.telephony.DtmfEvent;
import offhook.codec.telephony.DtmfGenerator;
import org.jspecify.annotations.Nullable;

/// Digits as tones within the audio of a leg (ITU-T Q.23), in place of what would be heard. Each is
/// followed by a pause, so that two equal ones are two. On the leg's loop only.
final class DigitTones implements AudioHook {

    private static final int SHORTEST_MILLIS = 60;
    private static final int LONGEST_MILLIS = 10_000;
    private static final int QUEUE = 64;

    private final DtmfEvent[] queuedEvents = new DtmfEvent[QUEUE];
    private final int[] queuedMillis = new int[QUEUE];
    private int queueHead;
    private int queueSize;

    private @Nullable DtmfGenerator generator;
    private int generatorHz;

    /// Until the key that sounds is let go.
    private int heldSamples;

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
        DtmfGenerator ours = generator;
        return queueSize > 0 || (ours != null && !ours.isIdle());
    }

    @Override
    public void onAudio(short[] pcm, int offset, int samples, int sampleRateHz) {
        DtmfGenerator ours = generator(sampleRateHz);
        int end = offset + samples;
        for (int at = offset; at < end; ) {
            if (ours.isIdle() && !pressNext(ours)) {
                return;
            }
            // By milliseconds once the key is let go, so that no more audio is covered than needed.
            int now = Math.min(end - at, heldSamples > 0 ? heldSamples : sampleRateHz / 1000);
            ours.fill(pcm, at, now);
            at += now;
            if (heldSamples > 0) {
                heldSamples -= now;
                if (heldSamples == 0) {
                    ours.release();
                }
            }
        }
    }

    /// Another rate is another codec: what sounds then is cut short.
    private DtmfGenerator generator(int sampleRateHz) {
        DtmfGenerator present = generator;
        if (present != null && generatorHz == sampleRateHz) {
            return present;
        }
        DtmfGenerator made = new DtmfGenerator(sampleRateHz);
        generator = made;
        generatorHz = sampleRateHz;
        heldSamples = 0;
        return made;
    }

    private boolean pressNext(DtmfGenerator ours) {
        if (queueSize == 0) {
            return false;
        }
        ours.press(queuedEvents[queueHead], DtmfGenerator.DEFAULT_VOLUME);
        heldSamples = queuedMillis[queueHead] * (generatorHz / 1000);
        queueHead = (queueHead + 1) % QUEUE;
        queueSize--;
        return true;
    }
}
