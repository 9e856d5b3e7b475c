package offhook.codec.telephony;

import static org.assertj.core.api.Assertions.assertThat;

import org.testng.annotations.Test;

public class DtmfEventTest {

    /// RFC 4733 table 3.
    private static final String DIGITS = "0123456789*#ABCD";

    @Test
    public void codesFollowTheTable() {
        for (int code = 0; code < 16; code++) {
            DtmfEvent event = DtmfEvent.ofCode(code).orElseThrow();

            assertThat(event.digit()).isEqualTo(DIGITS.charAt(code));
            assertThat(event.code()).isEqualTo(code);
            assertThat(DtmfEvent.ofDigit(DIGITS.charAt(code))).contains(event);
        }
    }

    @Test
    public void lettersAreFoundInLowerCase() {
        assertThat(DtmfEvent.ofDigit('d')).contains(DtmfEvent.D);
    }

    @Test
    public void otherEventsAndCharactersAreNoKeys() {
        assertThat(DtmfEvent.ofCode(16)).isEmpty();
        assertThat(DtmfEvent.ofCode(255)).isEmpty();
        assertThat(DtmfEvent.ofCode(-1)).isEmpty();
        assertThat(DtmfEvent.ofDigit('e')).isEmpty();
        assertThat(DtmfEvent.ofDigit(',')).isEmpty();
    }
}
