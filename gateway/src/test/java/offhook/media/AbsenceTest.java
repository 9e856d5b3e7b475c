package offhook.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.testng.annotations.Test;

/// How long a browser is waited for that nothing is heard of.
public class AbsenceTest {

    private static final long SECOND = 1_000_000_000L;

    private final Grace grace = new Grace(Duration.ofSeconds(60));

    @Test
    public void browserThatIsHeardAgainIsNotLost() {
        Absence absence = new Absence(grace);
        assertThat(absence.note(true, 0)).isTrue();
        assertThat(absence.note(true, 59 * SECOND)).isFalse();
        assertThat(absence.isOver(59 * SECOND)).isFalse();

        assertThat(absence.note(false, 59 * SECOND)).isTrue();

        assertThat(absence.isOver(61 * SECOND)).isFalse();
    }

    @Test
    public void browserOnItsWayBackHasAllTheTimeOnceMore() {
        Absence absence = new Absence(grace);
        absence.note(true, 0);

        absence.returning(50 * SECOND);

        assertThat(absence.isOver(109 * SECOND)).isFalse();
        assertThat(absence.isOver(110 * SECOND)).isTrue();
    }

    @Test
    public void anotherGraceTimeIsForBrowsersThatGoFromThenOn() {
        Grace changing = new Grace(Duration.ofSeconds(60));
        Absence gone = new Absence(changing);
        Absence here = new Absence(changing);
        gone.note(true, 0);

        changing.become(Duration.ofSeconds(300));
        here.note(true, 0);

        assertThat(gone.isOver(60 * SECOND)).isTrue();
        assertThat(here.isOver(299 * SECOND)).isFalse();
        assertThat(here.isOver(300 * SECOND)).isTrue();
    }

    /// RFC 7675 §5.1: consent expires after 30 s.
    @Test
    public void nobodyIsLostBeforeConsentHasRunOut() {
        Absence absence = new Absence(new Grace(Duration.ZERO));
        absence.note(true, 0);

        assertThat(absence.isOver(29 * SECOND)).isFalse();
        assertThat(absence.isOver(30 * SECOND)).isTrue();
    }
}
