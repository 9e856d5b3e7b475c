package offhook.codec.telephony;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.Random;
import org.testng.annotations.Test;

public class TelephoneEventTest {

    private static final long SEED = 20260103;

    @Test
    public void fieldsLieWhereTheDrawingSays() {
        byte[] payload = {0, 0x0B, (byte) 0x8A, 0x03, 0x20};
        TelephoneEvent event = new TelephoneEvent();

        assertThat(event.read(payload, 1, 4)).isTrue();

        assertThat(event.event()).isEqualTo(11);
        assertThat(event.end()).isTrue();
        assertThat(event.volume()).isEqualTo(10);
        assertThat(event.duration()).isEqualTo(800);
    }

    @Test
    public void theReservedBitIsIgnored() {
        TelephoneEvent event = new TelephoneEvent();

        assertThat(event.read(new byte[] {1, 0x40, 0, 1}, 0, 4)).isTrue();

        assertThat(event.end()).isFalse();
        assertThat(event.volume()).isZero();
    }

    @Test
    public void shortPayloadsAreNotRead() {
        TelephoneEvent event = new TelephoneEvent();
        event.read(new byte[] {5, 10, 0, 1}, 0, 4);

        for (int length = 0; length < 4; length++) {
            assertThat(event.read(new byte[length], 0, length)).isFalse();
        }
        assertThat(event.event()).isEqualTo(5);
    }

    @Test
    public void everyEventSurvivesARoundTrip() {
        byte[] payload = new byte[8];
        TelephoneEvent event = new TelephoneEvent();
        for (int code = 0; code < 256; code++) {
            int volume = code % 64;
            int duration = TelephoneEvent.MAX_DURATION - code * 7;

            assertThat(TelephoneEvent.write(payload, 3, code, code % 2 == 0, volume, duration))
                    .isEqualTo(4);
            assertThat(event.read(payload, 3, 4)).isTrue();

            assertThat(event.event()).isEqualTo(code);
            assertThat(event.end()).isEqualTo(code % 2 == 0);
            assertThat(event.volume()).isEqualTo(volume);
            assertThat(event.duration()).isEqualTo(duration);
        }
    }

    @Test
    public void randomBytesReadIntoTheirRanges() {
        System.out.println("random telephone events, seed " + SEED);
        Random random = new Random(SEED);
        TelephoneEvent event = new TelephoneEvent();
        byte[] rewritten = new byte[4];
        for (int i = 0; i < 100_000; i++) {
            byte[] payload = new byte[random.nextInt(12)];
            random.nextBytes(payload);

            if (event.read(payload, 0, payload.length)) {
                TelephoneEvent.write(
                        rewritten, 0, event.event(), event.end(), event.volume(), event.duration());
                // All bits but the reserved one come back.
                payload[1] &= (byte) 0xBF;
                assertThat(rewritten).isEqualTo(Arrays.copyOf(payload, 4));
            } else {
                assertThat(payload.length).isLessThan(4);
            }
        }
    }

    @Test
    public void valuesThatDoNotFitAreABugOfOurs() {
        byte[] out = new byte[4];

        assertThatThrownBy(() -> TelephoneEvent.write(out, 0, 256, false, 10, 160))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> TelephoneEvent.write(out, 0, 1, false, 64, 160))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> TelephoneEvent.write(out, 0, 1, false, 10, 65_536))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> TelephoneEvent.write(out, 0, 1, false, -1, 160))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
