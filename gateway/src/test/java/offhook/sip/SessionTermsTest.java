package offhook.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import java.util.OptionalInt;
import offhook.config.TrunkConfig.SessionTimers;
import offhook.sip.TimerFields.Refresher;
import org.jspecify.annotations.Nullable;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// What is agreed on, row by row (RFC 4028 §7.2, §9 and its table 2).
public class SessionTermsTest {

    private static final SessionTimers ASKED = SessionTimers.DEFAULT;
    private static final SessionTimers ALWAYS = new SessionTimers(600, 90, true);
    private static final SessionTimer OURS = SessionTimer.renewed(300, true, 0);
    private static final SessionTimer THEIRS = SessionTimer.renewed(300, false, 0);

    @DataProvider
    public static Object[][] requests() {
        return new Object[][] {
            // says, running, ours, terms: seconds, refresher, required
            {fields(1800, "", 0, true), null, ASKED, terms(1800, Refresher.UAC, true)},
            {fields(1800, "uac", 0, true), null, ASKED, terms(1800, Refresher.UAC, true)},
            {fields(90, "uas", 0, true), null, ASKED, terms(90, Refresher.UAS, true)},
            // A proxy asks on behalf of one who knows no timers.
            {fields(1800, "", 0, false), null, ASKED, terms(1800, Refresher.UAS, false)},
            {fields(1800, "uac", 0, false), null, ASKED, terms(1800, Refresher.UAS, false)},
            {fields(30, "", 0, false), null, ASKED, null},
            // Nothing is asked.
            {fields(0, "", 0, true), null, ASKED, null},
            {fields(0, "", 0, true), null, ALWAYS, terms(600, Refresher.UAS, true)},
            {fields(0, "", 900, true), null, ALWAYS, terms(900, Refresher.UAS, true)},
            {fields(0, "", 0, false), null, ALWAYS, terms(600, Refresher.UAS, false)},
            {fields(0, "", 0, true), null, new SessionTimers(0, 90, false), null},
            // What runs goes on.
            {fields(0, "", 0, true), OURS, ASKED, terms(300, Refresher.UAS, true)},
            {fields(0, "", 0, true), THEIRS, ASKED, terms(300, Refresher.UAC, true)},
            {fields(0, "", 400, true), THEIRS, ASKED, terms(400, Refresher.UAC, true)},
            {fields(200, "", 0, true), OURS, ASKED, terms(200, Refresher.UAS, true)},
            {fields(200, "uac", 0, true), OURS, ASKED, terms(200, Refresher.UAC, true)},
        };
    }

    @Test(dataProvider = "requests")
    public void requestIsAnswered(
            TimerFields asked,
            @Nullable SessionTimer running,
            SessionTimers ours,
            @Nullable SessionTerms expected) {
        assertThat(SessionTerms.answer(asked, ours, running))
                .isEqualTo(Optional.ofNullable(expected));
    }

    @Test
    public void lessThanOurLeastIsRefusedOfThoseWhoKnowWhy() {
        assertThat(SessionTerms.tooShort(fields(89, "", 0, true), ASKED)).hasValue(90);
        assertThat(SessionTerms.tooShort(fields(90, "", 0, true), ASKED)).isEmpty();
        assertThat(SessionTerms.tooShort(fields(89, "", 0, false), ASKED)).isEmpty();
        assertThat(SessionTerms.tooShort(fields(0, "", 0, true), ASKED)).isEmpty();
    }

    @DataProvider
    public static Object[][] answers() {
        return new Object[][] {
            {fields(1200, "uas", 0, true), ASKED, 1800, terms(1200, Refresher.UAS, true)},
            {fields(1200, "uac", 0, true), ASKED, 1800, terms(1200, Refresher.UAC, true)},
            {fields(1200, "", 0, true), ASKED, 1800, terms(1200, Refresher.UAC, true)},
            {fields(1, "uac", 0, true), ASKED, 1800, terms(90, Refresher.UAC, true)},
            {fields(0, "", 0, true), ASKED, 1800, null},
            {fields(0, "", 0, false), ALWAYS, 600, terms(600, Refresher.UAC, false)},
            {fields(0, "", 0, false), ALWAYS, 0, null},
        };
    }

    @Test(dataProvider = "answers")
    public void answerIsTaken(
            TimerFields answer,
            SessionTimers ours,
            int askedSeconds,
            @Nullable SessionTerms expected) {
        assertThat(SessionTerms.taken(answer, ours, askedSeconds))
                .isEqualTo(Optional.ofNullable(expected));
    }

    private static SessionTerms terms(int seconds, Refresher refresher, boolean required) {
        return new SessionTerms(seconds, refresher, required);
    }

    /// @param expires 0: the field is missing
    private static TimerFields fields(int expires, String refresher, int min, boolean supported) {
        return new TimerFields(
                expires == 0 ? OptionalInt.empty() : OptionalInt.of(expires),
                switch (refresher) {
                    case "uac" -> Optional.of(Refresher.UAC);
                    case "uas" -> Optional.of(Refresher.UAS);
                    default -> Optional.empty();
                },
                min,
                supported);
    }
}
