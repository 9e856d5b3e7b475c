package offhook.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import offhook.call.CallId;
import offhook.call.CallInput;
import offhook.call.CallInput.DigitForSignalling;
import offhook.call.LegId;
import offhook.codec.AudioCodec;
import offhook.config.TrunkConfig.Dtmf;
import offhook.net.PacketBuffer;
import offhook.rtp.RtpPacket;
import offhook.rtp.RtpSender;
import offhook.telemetry.Counter;
import offhook.telemetry.Counters;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class DigitsOutTest {

    private static final LegId LEG = new LegId(new CallId("c"), 0);

    private final List<CallInput> told = new ArrayList<>();
    private Counters counters;

    @BeforeMethod
    public void begin() {
        told.clear();
        counters = new Counters();
    }

    private DigitsOut digits(Dtmf setting) {
        LegEvents events =
                new LegEvents(LEG, new OverheardCall(LEG.call(), input -> told.add(input)));
        return new DigitsOut(setting, AudioCodec.PCMA, events, counters);
    }

    /// Which way a digit went.
    private String path(DigitsOut digits) {
        boolean events = digits.step(new PacketBuffer(), new RtpSender(1, 8000, 1, 1), 160, 0);
        boolean tones = digits.tones().wants(AudioCodec.PCMA);
        return (events ? "events" : "") + (tones ? "tones" : "") + (told.isEmpty() ? "" : "info");
    }

    @DataProvider
    Object[][] matrix() {
        return new Object[][] {
            // setting, telephone-event agreed, Allow names INFO, codec, path
            {Dtmf.RFC4733, true, true, AudioCodec.PCMA, "events"},
            {Dtmf.RFC4733, true, false, AudioCodec.OPUS, "events"},
            {Dtmf.RFC4733, false, true, AudioCodec.PCMA, ""},
            {Dtmf.INFO, false, true, AudioCodec.PCMA, "info"},
            {Dtmf.INFO, false, false, AudioCodec.PCMA, "info"},
            {Dtmf.INFO, true, false, AudioCodec.OPUS, "info"},
            {Dtmf.INBAND, false, true, AudioCodec.PCMA, "tones"},
            {Dtmf.INBAND, true, true, AudioCodec.PCMU, "tones"},
            {Dtmf.INBAND, false, false, AudioCodec.OPUS, "tones"},
            {Dtmf.AUTO, true, true, AudioCodec.PCMA, "events"},
            {Dtmf.AUTO, true, false, AudioCodec.G722, "events"},
            {Dtmf.AUTO, false, true, AudioCodec.PCMA, "info"},
            {Dtmf.AUTO, false, true, AudioCodec.OPUS, "info"},
            {Dtmf.AUTO, false, false, AudioCodec.PCMU, "tones"},
            {Dtmf.AUTO, false, false, AudioCodec.G722, "tones"},
            {Dtmf.AUTO, false, false, AudioCodec.OPUS, ""},
        };
    }

    @Test(dataProvider = "matrix")
    public void settingAndAgreementLeadToOnePath(
            Dtmf setting, boolean agreed, boolean info, AudioCodec codec, String path) {
        DigitsOut digits = digits(setting);
        digits.agree(agreed ? OptionalInt.of(101) : OptionalInt.empty(), codec.rtpClockHz(), codec);

        digits.send('5', 100, info);

        assertThat(path(digits)).isEqualTo(path);
        assertThat(counters.get(Counter.DIGITS_UNSENT)).isEqualTo(path.isEmpty() ? 1 : 0);
    }

    @Test
    public void digitForInfoGoesBackToTheCall() {
        digits(Dtmf.INFO).send('#', 250, false);

        assertThat(told).containsExactly(new DigitForSignalling(LEG, '#', 250));
    }

    @Test
    public void renegotiationChangesThePayloadTypeWithinADigit() {
        DigitsOut digits = digits(Dtmf.AUTO);
        digits.agree(OptionalInt.of(101), 8000, AudioCodec.PCMA);
        digits.send('5', 100, true);
        RtpSender stream = new RtpSender(1, 8000, 1, 1000);

        List<Integer> payloadTypes = new ArrayList<>();
        List<Long> timestamps = new ArrayList<>();
        PacketBuffer out = new PacketBuffer();
        RtpPacket read = new RtpPacket();
        for (int i = 0; i < 20; i++) {
            if (i == 3) {
                digits.agree(OptionalInt.of(98), 8000, AudioCodec.PCMA);
            }
            if (digits.step(out, stream, 160, 0)) {
                read.wrap(out);
                payloadTypes.add(read.payloadType());
                timestamps.add(read.timestamp());
            }
        }

        assertThat(payloadTypes).containsExactly(101, 101, 101, 98, 98, 98, 98);
        assertThat(timestamps).containsOnly(1000L);
    }

    @Test
    public void whatIsTooManyIsCounted() {
        DigitsOut digits = digits(Dtmf.RFC4733);
        digits.agree(OptionalInt.of(101), 8000, AudioCodec.PCMA);
        for (int i = 0; i < 100; i++) {
            digits.send('5', 100, false);
        }

        assertThat(counters.get(Counter.DIGITS_UNSENT)).isEqualTo(36);
    }
}
