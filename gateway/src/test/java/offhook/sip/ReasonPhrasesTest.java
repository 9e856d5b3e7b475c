package offhook.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import javax.sip.message.Response;
import offhook.call.EndCause;
import offhook.telemetry.SipTraffic;
import offhook.telemetry.SipTraffic.Peer;
import offhook.telemetry.SipTraffic.Way;
import org.testng.annotations.Test;

public class ReasonPhrasesTest {

    /// Those that JAIN-SIP calls otherwise than RFC 3261 §21 does.
    private static final Set<Integer> NAMED_OTHERWISE = Set.of(606);

    /// One list of what is registered is for metrics, this one is for people: they agree.
    @Test
    public void everyRegisteredCodeHasItsPhraseAndNoOther() {
        for (int status = 100; status < 700; status++) {
            SipTraffic traffic = new SipTraffic();
            traffic.response(Peer.TRUNK, Way.OUT, "INVITE", status);
            boolean registered =
                    traffic.counts().stream()
                            .map(count -> count.message().status())
                            .anyMatch(Integer.toString(status)::equals);
            assertThat(ReasonPhrases.isRegistered(status)).as("%d", status).isEqualTo(registered);
            assertThat(ReasonPhrases.of(status)).matches("[A-Za-z/ -]+");
        }
    }

    @Test
    public void phrasesAreThoseThatTheStackNamesThemBy() throws IllegalAccessException {
        int compared = 0;
        for (Field field : Response.class.getFields()) {
            if (Modifier.isStatic(field.getModifiers()) && field.getType() == int.class) {
                int status = field.getInt(null);
                if (!NAMED_OTHERWISE.contains(status)) {
                    assertThat(letters(ReasonPhrases.of(status)))
                            .as("%d", status)
                            .isEqualTo(letters(field.getName()));
                    compared++;
                }
            }
        }
        assertThat(compared).isGreaterThan(40);
    }

    private static String letters(String text) {
        return text.toLowerCase(Locale.ROOT).replaceAll("[^a-z]", "").replace("callor", "call");
    }

    @Test
    public void whatRefersAndWhatIsRefusedIsCalledByItsName() {
        assertThat(ReasonPhrases.of(202)).isEqualTo("Accepted"); // RFC 3515 §2.4.2
        assertThat(ReasonPhrases.of(481)).isEqualTo("Call/Transaction Does Not Exist");
        assertThat(ReasonPhrases.of(499)).isEqualTo("Request Failure");
    }

    /// Every status that a cause of ours is answered with.
    @Test
    public void everyCauseIsAnsweredWithARegisteredStatus() {
        SipCauses.STATUS
                .values()
                .forEach(status -> assertThat(ReasonPhrases.isRegistered(status)).isTrue());
        Arrays.stream(EndCause.class.getMethods())
                .filter(m -> Modifier.isStatic(m.getModifiers()) && m.getParameterCount() == 0)
                .filter(m -> m.getReturnType() == EndCause.class)
                .forEach(
                        m -> {
                            try {
                                int status = SipCauses.status((EndCause) m.invoke(null));
                                assertThat(ReasonPhrases.isRegistered(status))
                                        .as(m.getName())
                                        .isTrue();
                            } catch (ReflectiveOperationException e) {
                                throw new AssertionError(e);
                            }
                        });
    }
}
