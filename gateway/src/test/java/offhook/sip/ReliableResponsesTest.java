package offhook.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import offhook.sdp.SdpParser;
import offhook.sdp.SessionDescription;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

public class ReliableResponsesTest {

    private static final long MILLI = 1_000_000;

    private record Out(int status, long number, boolean described) {}

    private final List<Out> sent = new ArrayList<>();
    private long nowNanos;
    private ReliableResponses responses;

    @BeforeMethod
    public void start() {
        sent.clear();
        nowNanos = -5;
        responses =
                new ReliableResponses(
                        () -> nowNanos,
                        (status, number, description) ->
                                sent.add(new Out(status, number, description.isPresent())));
    }

    @Test
    public void responseIsSentAgainInLengtheningIntervalsAndThenOverdue() {
        responses.add(180, Optional.empty());
        List<Long> at = new ArrayList<>();

        for (int millis = 0; millis <= 31_900; millis += 100) {
            nowNanos = millis * MILLI - 5;
            assertThat(responses.isOverdue()).isFalse();
            if (responses.repeats()) {
                responses.sendAgain();
                at.add((long) millis);
            }
        }

        assertThat(at).containsExactly(500L, 1500L, 3500L, 7500L, 15_500L, 31_500L);
        assertThat(sent).hasSize(7).containsOnly(sent.getFirst());
        nowNanos = 32_000 * MILLI - 5;
        assertThat(responses.isOverdue()).isTrue();
    }

    @Test
    public void answerIsKeptOnlyWhileADescriptionIsUnconfirmed() throws Exception {
        responses.add(180, Optional.empty());
        assertThat(responses.keeps(description())).isFalse();
        assertThat(responses.confirm(sent.getFirst().number())).isPresent();

        start();
        responses.add(183, Optional.of(description()));
        assertThat(responses.keeps(description())).isTrue();
        assertThat(responses.released()).isEmpty();
        assertThat(responses.confirm(sent.getFirst().number() + 1)).isEmpty();
        assertThat(responses.confirm(sent.getFirst().number())).isPresent();
        assertThat(responses.released()).isPresent();
        assertThat(responses.released()).isEmpty();
        assertThat(responses.settled()).isTrue();
    }

    @Test
    public void descriptionThatWasGivenUpForTheAnswerIsNotTakenForSent() throws Exception {
        responses.add(180, Optional.empty());
        responses.add(183, Optional.of(description()));

        assertThat(responses.keeps(description())).isFalse();

        assertThat(responses.settled()).isFalse();
        responses.confirm(sent.getFirst().number());
        responses.sendNext();
        assertThat(sent).hasSize(1);
    }

    @Test
    public void onlyTheFirstDescriptionIsSent() throws Exception {
        responses.add(180, Optional.of(description()));
        responses.add(183, Optional.of(description()));
        responses.confirm(sent.getFirst().number());
        responses.sendNext();

        assertThat(sent).extracting(Out::described).containsExactly(true, false);
        assertThat(sent.get(1).number()).isEqualTo(sent.get(0).number() + 1);
    }

    @Test
    public void nothingIsSentAfterTheEnd() {
        responses.add(180, Optional.empty());
        responses.stop();
        nowNanos = 60_000 * MILLI;

        responses.add(183, Optional.empty());

        assertThat(responses.repeats()).isFalse();
        assertThat(responses.isOverdue()).isFalse();
        assertThat(sent).hasSize(1);
    }

    private static SessionDescription description() throws Exception {
        return SdpParser.parse(
                """
                v=0\r
                o=- 1 1 IN IP4 127.0.0.2\r
                s=-\r
                c=IN IP4 127.0.0.2\r
                t=0 0\r
                m=audio 40000 RTP/AVP 8\r
                """);
    }
}
