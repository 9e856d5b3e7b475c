package offhook.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import offhook.call.CallId;
import offhook.call.LegId;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.Test;

public class InfoDigitsTest {

    private final List<String> sent = new ArrayList<>();
    private final List<Object> tokens = new ArrayList<>();
    private boolean confirmed;
    private boolean reachable;
    private InfoDigits digits;

    @BeforeMethod
    public void begin() {
        sent.clear();
        tokens.clear();
        confirmed = true;
        reachable = true;
        digits = new InfoDigits(new LegId(new CallId("c"), 0), this::send, () -> confirmed);
    }

    private boolean send(DtmfInfo digit, DtmfInfo.Form form, Object token) {
        if (reachable) {
            sent.add(digit.digit() + " " + form);
            tokens.add(token);
        }
        return reachable;
    }

    private void press(String keys) {
        for (char key : keys.toCharArray()) {
            digits.add(new DtmfInfo(key, 100));
        }
    }

    private void answer(int status) {
        digits.over(tokens.getLast(), status);
    }

    @Test
    public void oneIsUnderWayAtATime() {
        press("123");
        assertThat(sent).containsExactly("1 RELAY");

        answer(200);
        assertThat(sent).containsExactly("1 RELAY", "2 RELAY");
        answer(200);
        answer(200);
        press("4");
        assertThat(sent).containsExactly("1 RELAY", "2 RELAY", "3 RELAY", "4 RELAY");
    }

    @Test
    public void nothingGoesOutBeforeTheDialogIsConfirmed() {
        confirmed = false;
        press("12");
        assertThat(sent).isEmpty();

        confirmed = true;
        digits.sendNext();
        digits.sendNext();
        assertThat(sent).containsExactly("1 RELAY");
    }

    @Test
    public void nothingGoesOutOnceTheDialogIsOver() {
        press("12");
        confirmed = false;
        answer(200);

        assertThat(sent).containsExactly("1 RELAY");
    }

    @Test
    public void digitThatIsNotTakenIsGivenUp() {
        press("123");
        answer(408);
        answer(500);
        answer(200);

        assertThat(sent).containsExactly("1 RELAY", "2 RELAY", "3 RELAY");
    }

    @Test
    public void otherFormIsTriedOnceForAll() {
        press("12");
        answer(415);
        answer(200);
        answer(415);
        press("3");
        answer(415);

        assertThat(sent).containsExactly("1 RELAY", "1 PLAIN", "2 PLAIN", "3 PLAIN");
    }

    @Test
    public void secondEndOfATransactionMeansNothing() {
        press("123");
        Object first = tokens.getFirst();
        answer(200);
        digits.over(first, 408);
        digits.over(first, 200);

        assertThat(sent).containsExactly("1 RELAY", "2 RELAY");
    }

    @Test
    public void digitThatCannotBeSentMakesWayForTheNext() {
        reachable = false;
        press("12");
        reachable = true;
        press("3");

        assertThat(sent).containsExactly("3 RELAY");
    }

    @Test
    public void onlySoManyWait() {
        press("1".repeat(65) + "2".repeat(10));
        for (int i = 0; i < 100; i++) {
            answer(200);
        }

        assertThat(sent).hasSize(65).containsOnly("1 RELAY");
    }
}
