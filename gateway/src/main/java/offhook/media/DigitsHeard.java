package offhook.media;

import java.util.Arrays;
import offhook.call.DigitPath;
import offhook.codec.AudioCodec;
import offhook.codec.telephony.DtmfDetector;
import offhook.codec.telephony.DtmfEvent;
import offhook.config.TrunkConfig.Dtmf;
import org.jspecify.annotations.Nullable;

/// Hears the digits that a trunk leg's peer sends as tones, where it has no better way to send
/// them: the trunk is set so, or the peer agreed to no telephone events. Voices that sound like
/// keys are then the only price; nobody pays it on other trunks.
///
/// A tone is taken out of the audio once it is sure, which spares the agent's ears. Audio that is
/// relayed as it came keeps it. On the leg's loop only.
final class DigitsHeard implements AudioHook, DtmfDetector.Listener {

    private final Dtmf setting;
    private final LegEvents events;
    private boolean listening;
    private @Nullable DtmfDetector detector;
    private int detectorHz;
    private boolean heardLately;

    DigitsHeard(Dtmf setting, LegEvents events) {
        this.setting = setting;
        this.events = events;
        this.listening = setting == Dtmf.INBAND;
    }

    /// What the peer agreed to, the first time or anew.
    void agree(boolean telephoneEvents, AudioCodec codec) {
        listening =
                setting == Dtmf.INBAND
                        || (setting == Dtmf.AUTO && !telephoneEvents && codec != AudioCodec.OPUS);
        DtmfDetector present = detector;
        if (!listening && present != null) {
            present.reset();
        }
    }

    @Override
    public boolean wants(AudioCodec codec) {
        return listening;
    }

    @Override
    public void onAudio(short[] pcm, int offset, int samples, int sampleRateHz) {
        DtmfDetector ours = detector(sampleRateHz);
        heardLately = true;
        if (ours == null) {
            return;
        }
        ours.onAudio(pcm, offset, samples);
        if (ours.down() != null) {
            Arrays.fill(pcm, offset, offset + samples, (short) 0);
        }
    }

    private @Nullable DtmfDetector detector(int sampleRateHz) {
        DtmfDetector present = detector;
        if (detectorHz == sampleRateHz) {
            return present;
        }
        if (present != null) {
            present.reset();
        }
        detectorHz = sampleRateHz;
        boolean possible =
                sampleRateHz == Transcoder.NARROWBAND_HZ || sampleRateHz == Transcoder.WIDEBAND_HZ;
        DtmfDetector made = possible ? new DtmfDetector(sampleRateHz, this) : null;
        detector = made;
        return made;
    }

    /// To be called now and then: a tone does not last when no audio comes any more.
    void onTick() {
        DtmfDetector present = detector;
        if (!heardLately && present != null) {
            present.reset();
        }
        heardLately = false;
    }

    @Override
    public void onDigitBegin(DtmfEvent event, int samplesAgo) {
        // Told at its end, with its duration.
    }

    @Override
    public void onDigitEnd(DtmfEvent event, int durationMillis) {
        events.digit(event.digit(), durationMillis, DigitPath.INBAND);
    }
}
