package offhook.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.time.Instant;
import offhook.call.CallId;
import org.testng.annotations.Test;

/// Which messages stay, and with which call.
public class TapeShelfTest {

    private static final CallId CALL = new CallId("0123456789abcdef01234567");

    @Test
    public void whatPassedBeforeTheCallWasKnownIsOnItsTape() {
        TapeShelf shelf = new TapeShelf(1_000_000);

        shelf.add(message("a", 1, "INVITE"));
        shelf.claim("a", CALL);
        shelf.claim("b", CALL);
        shelf.add(message("b", 3, "INVITE"));
        shelf.add(message("a", 2, "ACK"));

        Tape tape = shelf.find(CALL).orElseThrow().copy();
        assertThat(tape.names()).containsExactly("a", "b");
        assertThat(tape.messages()).extracting(Recorded::at).isSorted().hasSize(3);
        assertThat(shelf.bytes())
                .isEqualTo(tape.messages().stream().mapToInt(Recorded::weightBytes).sum());
    }

    @Test
    public void whenItIsFullTheQuietestThatIsOverGoesFirst() {
        TapeShelf shelf = new TapeShelf(10 * message("x", 0, "OPTIONS").weightBytes());
        shelf.begin(CALL);
        shelf.claim("live", CALL);
        shelf.add(message("live", 0, "OPTIONS"));

        for (int i = 1; i <= 100; i++) {
            shelf.add(message("other" + i, i, "OPTIONS"));
        }

        assertThat(shelf.find(CALL).orElseThrow().copy().messages()).hasSize(1);
        assertThat(shelf.bytes())
                .isLessThanOrEqualTo(10L * message("x", 0, "OPTIONS").weightBytes() + 100);
        shelf.end(CALL);
        for (int i = 101; i <= 120; i++) {
            shelf.add(message("other" + i, i, "OPTIONS"));
        }
        assertThat(shelf.find(CALL)).isEmpty();
    }

    @Test
    public void aTapeKeepsItsBeginningAndItsEnd() {
        TapeShelf shelf = new TapeShelf(100_000_000);
        shelf.claim("a", CALL);

        for (int i = 0; i < 5_000; i++) {
            shelf.add(message("a", i, "INFO " + i));
        }

        Tape tape = shelf.find(CALL).orElseThrow().copy();
        assertThat(tape.messages().getFirst().text()).isEqualTo("INFO 0");
        assertThat(tape.messages().getLast().text()).isEqualTo("INFO 4999");
        assertThat(tape.leftOut()).isEqualTo(5_000 - tape.messages().size()).isPositive();
    }

    private static Recorded message(String name, int second, String text) {
        InetSocketAddress address = new InetSocketAddress("127.0.0.1", 5060);
        return new Recorded(
                Instant.ofEpochSecond(second),
                false,
                Passed.Kind.SIP,
                "udp",
                address,
                address,
                "pbx",
                name,
                text);
    }
}
