package offhook.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import org.testng.annotations.Test;

public class IncomingCallTest {

    private static final Party ANN = new Party("+34911000001", "Ann");
    private static final CallDetails WITHHELD = CallDetails.ofAgent(true, Map.of("X-Case", "4711"));

    private static IncomingCall of(CallDetails details) {
        return new IncomingCall(
                "pbx",
                ANN,
                new Party("200", ""),
                new MediaProfile.Trunk("pbx"),
                Optional.empty(),
                "id",
                details);
    }

    @Test
    public void withheldCallerIsShownAsNobody() {
        assertThat(of(WITHHELD).shownCaller()).isEqualTo(new Party("", ""));
        assertThat(of(CallDetails.NONE).shownCaller()).isEqualTo(ANN);
    }

    @Test
    public void targetOfATransferIsToldWhatIsKnownOfTheCallerWithTheCallerOnly() {
        IncomingCall call = of(WITHHELD);

        assertThat(call.shownAs(call.shownCaller(), "300").details()).isEqualTo(WITHHELD);
        assertThat(call.shownAs(new Party("bob", ""), "300").details()).isEqualTo(CallDetails.NONE);
    }
}
